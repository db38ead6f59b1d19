"""The command that turns instances of one problem into another, and answers back: reduce."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from suasion.cli.application import check_output, command, print_json
from suasion.cli.solving import Format
from suasion.errors import InputError
from suasion.io import load, save
from suasion.io.graphs import has_graph_ending, read_graph
from suasion.io.instances import parse_json
from suasion.io.sentences import shown
from suasion.io.text_files import read_text
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryTree
from suasion.models.set_cover.cover import Cover
from suasion.reductions.table import KINDS, REDUCTIONS, Reduction, kind_of, reduced

# What every result's document has, and pulling back reads.
ANSWER_FIELDS = ("status", "value", "bound", "tree", "queries")


@command
def reduce(
    file: Annotated[
        Path,
        typer.Argument(
            help="JSON, a set cover, or a graph: .graphml, .gml, .edgelist, .adjlist, .g6, "
            ".s6, .col, .gr, .graph, .mtx, .net."
        ),
    ],
    to: Annotated[str | None, typer.Option(help=f"{', '.join(KINDS)}.")] = None,
    via: Annotated[
        list[str] | None,
        typer.Option(help=f"(Repeat for a chain) {', '.join(REDUCTIONS)}."),
    ] = None,
    budget: Annotated[int | None, typer.Option(help="Number of sets, or of queries.")] = None,
    adaptive: Annotated[bool, typer.Option("--adaptive", help="Queries in turn.")] = False,
    beliefs: Annotated[
        str | None, typer.Option(help='"distinct": as in the published proof.')
    ] = None,
    weight: Annotated[
        str | None, typer.Option(help="Attribute of a graph's nodes: their costs.")
    ] = None,
    answer: Annotated[
        Path | None,
        typer.Option(help="What solve --json said of the reduced instance."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File; default: print it.")
    ] = None,
    layout: Format = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object and nothing else.")
    ] = False,
) -> int:
    """Turn an instance into one of another kind, and its answer back.

    Example: suasion reduce cover.json --to query-selection -o queries.json
    """
    check_output(output, file, answer)
    problem = read_graph(file) if has_graph_ending(file) else load(file, layout)
    options = {"budget": budget, "adaptive": adaptive, "beliefs": beliefs, "weight": weight}
    given = {name: value for name, value in options.items() if value not in (None, False)}
    reduction = reduced(problem, via or None, to, **given)
    if answer is not None:
        return _pulled_back(reduction, answer, json)
    target = reduction.target.to_dict()
    if output is not None:
        save(reduction.target, output)
    if json:
        where = {"target": target} if output is None else {"file": str(output)}
        print_json({**where, "link": reduction.link})
    elif output is None:
        print_json(target)
    else:
        print(f"{output}: {reduction.target!r}\n{reduction.link}")
    return 0


def _pulled_back(reduction: Reduction[Any, Any], path: Path, json: bool) -> int:
    """Print the answer to the source that an answer to the target means."""
    text = read_text(path, f"{path}: ")
    try:
        found, ends = _read_answer(reduction.target, parse_json(text))
    except InputError as error:
        raise InputError(
            f"{path}: is no answer to the reduced instance ({str(error).rstrip('.')}); give what "
            "suasion solve --json printed for it."
        ) from error
    answer = None if found is None else reduction.pull_back(found)
    ranges = [reduction.source_range(end) for end in ends]
    low = min((low for low, _ in ranges), default=-math.inf)
    high = max((high for _, high in ranges), default=math.inf)
    if json:
        shown = [float(end) if math.isfinite(end) else None for end in (low, high)]
        found = _document(answer, reduction.source)
        print_json({**found, "optimum": {"lowest": shown[0], "highest": shown[1]}})
    else:
        print(_words(answer, reduction.source))
        print(f"optimum: {_between(low, high)}")
    return 0


def _read_answer(target: Any, document: Any) -> tuple[Any, list[float]]:
    """The answer in a result's document, and the value and bound that are known."""
    ends = [float(end) for end in _ends(document) if end is not None]
    if document["status"] == "infeasible":
        return None, [-math.inf if target.maximise else math.inf]
    if document["tree"] is not None:
        return _valued(QueryTree.from_document(document), target, document["value"]), ends
    if document["queries"] is None:
        return None, ends
    return _valued(CHOSEN[target.kind](document["queries"]), target, document["value"]), ends


def _ends(document: Any) -> list[float | None]:
    """Value and bound of a result's document, which is checked to be one."""
    if not isinstance(document, dict):
        raise InputError(f"it holds {shown(document)}")
    missing = [name for name in ANSWER_FIELDS if name not in document]
    if missing:
        raise InputError(f'it has no field "{missing[0]}"')
    ends = {name: document[name] for name in ("value", "bound")}
    for name, end in ends.items():
        if not isinstance(end, int | float | None) or isinstance(end, bool):
            raise InputError(f"{name} is {shown(end)}, not a number")
    return list(ends.values())


def _valued(answer: Any, target: Any, value: float | None) -> Any:
    """The answer, if the target allows it and it is worth what the document says."""
    if value is None:
        raise InputError("value is null, and there is an answer")
    for broken in answer.failures(target):
        raise InputError(broken)
    worth = answer.value(target)
    if not math.isclose(worth, value, rel_tol=1e-6, abs_tol=1e-6):
        raise InputError(f"it is worth {worth:.6g} and not {value:.6g}")
    return answer


def _document(answer: Any, source: Any) -> dict[str, Any]:
    """An answer to a source as in the JSON of `suasion solve`; nodes for a graph."""
    if answer is None:
        return {"nodes": None}
    if kind_of(source) == "graph":
        return {"nodes": sorted(answer, key=str)}
    document: dict[str, Any] = answer.document(source)
    return document


def _words(answer: Any, source: Any) -> str:
    if answer is None:
        return "no answer"
    if kind_of(source) == "graph":
        return _listed("nodes", answer)
    return WORDS[answer.kind](answer)


def _listed(name: str, chosen: Iterable[Any]) -> str:
    return f"{name}: {', '.join(map(str, sorted(chosen, key=str))) or 'none'}"


# What a list of numbers is an answer as, by the kind of what it answers.
CHOSEN: dict[str, type[Cover | QuerySet]] = {"set-cover": Cover, "query-selection": QuerySet}
# An answer in a line, by its kind.
WORDS: dict[str, Callable[[Any], str]] = {
    Cover.kind: lambda cover: _listed("sets", cover.sets),
    QuerySet.kind: lambda asked: _listed("queries", asked.queries),
    QueryTree.kind: lambda tree: f"tree: {tree.depth} rounds (--json shows it)",
}


def _between(low: Any, high: Any) -> str:
    if low == high:
        return f"{float(low):.10g}" if math.isfinite(low) else "there is no answer"
    if not math.isfinite(high):
        return f"at least {float(low):.10g}, or no answer" if math.isfinite(low) else "not known"
    return (
        f"at most {float(high):.10g}" if low <= 0 else f"{float(low):.10g} to {float(high):.10g}"
    )
