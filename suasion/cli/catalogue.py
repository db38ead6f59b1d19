"""Commands that tell: examples, schema and info."""

from __future__ import annotations

from typing import Annotated

import typer

from suasion.cli.application import command, console, print_json, table
from suasion.examples.catalogue import catalogue, example_text
from suasion.io import schema as json_schema
from suasion.solvers.solve import TABLES, methods_of
from suasion.support import show_versions, versions

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


@command
def examples(
    name: Annotated[str | None, typer.Argument(help="Print this example's file.")] = None,
    json: Json = False,
) -> int:
    """List the instances that come with the package, or print one.

    Example: suasion examples news > news.json
    """
    if name is not None:
        print(example_text(name), end="")
        return 0
    entries = catalogue()
    if json:
        rows = [
            {"name": e.name, "kind": e.kind, "value": e.value, "source": e.source} for e in entries
        ]
        print_json({"examples": rows})
        return 0
    out = console()
    for kind in dict.fromkeys(entry.kind for entry in entries):
        grid = table(kind, "value", "source")
        for entry in entries:
            if entry.kind == kind:
                grid.add_row(entry.name, entry.value, entry.source)
        out.print(grid)
        out.print()
    print("To solve one: suasion examples news > news.json && suasion solve news.json")
    return 0


@command
def schema() -> int:
    """Print the JSON Schema of the instance files.

    Example: suasion schema > suasion.schema.json
    """
    print_json(json_schema())
    return 0


@command
def info(json: Json = False) -> int:
    """Print versions, for a bug report, and the methods for each kind.

    Example: suasion info
    """
    known = {kind: list(methods_of(kind)) for kind in TABLES}
    if json:
        print_json({**versions(), "methods": known})
    else:
        show_versions()
        for kind, names in known.items():
            print(f"\n{kind}\n  {', '.join(names)}")
    return 0
