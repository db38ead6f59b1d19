"""The command that draws random instances: generate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from suasion.cli.application import command, console, print_json, table
from suasion.errors import InputError
from suasion.generate import KINDS, Family, Parameter, families, family_named
from suasion.generate import generate as generate_instance
from suasion.io import save, write_graph, write_or_library
from suasion.io.graphs import graph_text, has_graph_ending
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.queries.selection import QuerySelection
from suasion.models.set_cover.instance import SetCover

if TYPE_CHECKING:
    from suasion.generate.family import Generated

# What is an instance of its own; anything else is a graph.
PROBLEMS = (BinaryPersuasion, QuerySelection, SetCover)


@command
def generate(
    family: Annotated[
        str | None, typer.Argument(help="Name of a family (--list shows them).")
    ] = None,
    size: Annotated[
        int, typer.Option("--size", "--types", help="Number of types, elements or nodes.")
    ] = 10,
    seed: Annotated[int, typer.Option(help="Seed of the random numbers.")] = 0,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="NAME=VALUE of a parameter (repeat).")
    ] = None,
    queries: Annotated[int | None, typer.Option(help="Number of partition queries.")] = None,
    threshold: Annotated[
        bool, typer.Option("--threshold", help="Threshold queries to receivers of the family.")
    ] = False,
    budget: Annotated[int | None, typer.Option(help="Number of queries (or rounds).")] = None,
    adaptive: Annotated[bool, typer.Option("--adaptive", help="Ask one by one.")] = False,
    cost: Annotated[
        str | None, typer.Option(help='Of a query or set: 1/50, "1:100", "expon(scale=1)".')
    ] = None,
    denominator: Annotated[
        int | None, typer.Option(help="Draw rationals with this denominator.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="File; default: print it (docs/formats.md).",
        ),
    ] = None,
    listed: Annotated[
        bool, typer.Option("--list", help="Show the families, or a family's parameters.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object and nothing else.")
    ] = False,
) -> int:
    """Draw a random instance, the same for the same seed.

    Example: suasion generate both-sides --types 99 --threshold -o a.json
    """
    if family is None and output is not None:
        raise InputError("a family is missing; suasion generate --list shows them.")
    if family is None or listed:
        return _listed(family, json)
    options = {
        "receivers": family if threshold else None,
        "queries": queries,
        "budget": budget,
        "adaptive": adaptive or None,
        "cost": cost,
        "denominator": denominator,
    }
    parameters = _settings(settings, {k: v for k, v in options.items() if v is not None})
    drawn = generate_instance("thresholds" if threshold else family, size, seed, **parameters)
    return _kept(drawn, output, json)


def _settings(given: list[str] | None, options: dict[str, Any]) -> dict[str, Any]:
    """The parameters of all options; each at most once."""
    found = dict(options)
    for item in given or ():
        name, equals, value = item.partition("=")
        name = name.strip().replace("-", "_")
        if not equals or not name:
            raise InputError(f"--set is {item!r}; write NAME=VALUE.")
        if name in ("family", "size", "seed"):
            raise InputError(f"--set is {item!r}, and {name} is not set so; see --help.")
        if name in found:
            raise InputError(f"--set is {item!r}, and {name} is given twice; give it once.")
        found[name] = value.strip()
    return found


def _kept(problem: Generated, output: Path | None, json: bool) -> int:
    """Write the instance to a file in the format of its ending, or print it."""
    if output is None:
        if isinstance(problem, PROBLEMS):
            print_json(problem.to_dict())
        elif json:
            print_json({"kind": "graph", "nodes": list(problem), "edges": list(problem.edges)})
        else:
            # An adjacency list keeps isolated nodes.
            print(graph_text(problem, ".adjlist"), end="")
        return 0
    if not isinstance(problem, PROBLEMS):
        write_graph(problem, output)
    elif has_graph_ending(output):
        raise InputError(f"{output}: is the name of a graph's file; end it in .json.")
    elif isinstance(problem, SetCover) and output.suffix.lower() == ".txt":
        write_or_library(problem, output)
    else:
        save(problem, output)
    if json:
        print_json({"file": str(output), "instance": str(problem)})
    else:
        print(f"{output}: {problem}")
    return 0


def _listed(name: str | None, json: bool) -> int:
    """Print the table of families, or the parameters of one."""
    if json:
        shown = families() if name is None else (family_named(name),)
        print_json({"families": [family.to_dict() for family in shown]})
    elif name is None:
        _print_table()
    else:
        _print_family(family_named(name))
    return 0


def _print_table() -> None:
    out = console()
    for kind in KINDS:
        members = families(kind)
        taken = [{p.name for p in family.parameters} for family in members]
        common = set.intersection(*taken) if len(members) > 1 else set()
        grid = table(kind, "")
        for family in members:
            own = [_assigned(p) for p in family.parameters if p.name not in common]
            ending = f" [{', '.join(own)}]" if own else ""
            grid.add_row(Text(family.name), Text(f"{family.good_for}{ending}"))
        if common:
            shared = [_assigned(p) for p in members[0].parameters if p.name in common]
            grid.add_row(Text("all"), Text(f"[{', '.join(shared)}]"))
        out.print(grid)
        out.print()
    print("Also any random generator of networkx by its name, with its arguments by --set.")
    print("Parameters of a family: suasion generate FAMILY --list")


def _print_family(family: Family) -> None:
    out = console()
    out.print(Text(f"{family.name} ({family.kind}; size counts {family.counts})"))
    out.print(Text(family.good_for))
    if family.parameters:
        grid = table("parameter", "")
        for parameter in family.parameters:
            grid.add_row(
                Text(_assigned(parameter)), Text(f"{parameter.meaning} ({parameter.range})")
            )
        out.print()
        out.print(grid)


def _assigned(parameter: Parameter) -> str:
    if parameter.default is None:
        return f"{parameter.name}=..." if parameter.required else parameter.name
    return f"{parameter.name}={parameter.default}"
