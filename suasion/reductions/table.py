"""Reductions: one ordered pair of problems per file, and one table of them.

Take an instance and the reductions to go through, solve what it becomes, and pull the answer back:

>>> import networkx
>>> from suasion import solve
>>> chain = reduced(networkx.cycle_graph(5), ["vertex-cover", "set-cover"])
>>> result = solve(chain.target, exact=True)
>>> len(chain.pull_back(result.answer)), chain.source_range(result.exact_value)[0]
(3, Fraction(3, 1))
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from suasion.errors import InputError, WrongKindError
from suasion.reductions.reduction import Chain, Reduction
from suasion.user_code import is_user_name, user_object

__all__ = ["KINDS", "REDUCTIONS", "Chain", "Entry", "Reduction", "kind_of", "reduced", "route"]


@dataclass(frozen=True)
class Entry:
    """A reduction in the table.

    Attributes
    ----------
    where : str
        "module:class", imported when used.
    source, target : str
        Kinds of problem, and for queries what is asked.
    summary : str
        What it does, in a few words.
    """

    where: str
    source: str
    target: str
    summary: str

    def load(self) -> type[Reduction[Any, Any]]:
        """The class."""
        module, name = self.where.split(":")
        found: type[Reduction[Any, Any]]
        found = getattr(import_module(f"suasion.reductions.{module}"), name)
        return found


# Named after what the source is read as. A new reduction is one file, and one line here.
REDUCTIONS = {
    "vertex-cover": Entry(
        "vertex_cover_to_set_cover:VertexCoverToSetCover",
        *("graph", "set-cover"),
        "fewest nodes that touch every edge",
    ),
    "dominating-set": Entry(
        "dominating_set_to_set_cover:DominatingSetToSetCover",
        *("graph", "set-cover"),
        "fewest nodes that every node is next to, or is",
    ),
    "set-cover": Entry(
        "set_cover_to_queries:SetCoverToQueries",
        *("set-cover", "query-selection (partition)"),
        "a cheapest cover, or with a budget whether there is a cover",
    ),
    "maximum-coverage": Entry(
        "coverage_to_queries:CoverageToQueries",
        *("maximum-coverage", "query-selection (partition)"),
        "as much as a budget of sets can cover",
    ),
    "thresholds": Entry(
        "thresholds_to_partitions:ThresholdsToPartitions",
        *("query-selection (threshold)", "query-selection (partition)"),
        "cuts of the types as partitions",
    ),
    "lossless-queries": Entry(
        "queries_to_set_cover:QueriesToSetCover",
        *("query-selection (partition)", "set-cover"),
        "the cheapest queries that lose nothing: test cover",
    ),
    "private-utilities": Entry(
        "utilities_to_thresholds:UtilitiesToThresholds",
        *("private-utilities", "binary-persuasion"),
        "receivers' utilities as thresholds",
    ),
}

# What may be asked for: kinds of file.
KINDS = ("set-cover", "query-selection", "binary-persuasion")


def reduced(
    problem: Any, via: str | Sequence[str] | None = None, to: str | None = None, **options: Any
) -> Reduction[Any, Any]:
    """Reduce an instance by one reduction or a chain of them.

    Parameters
    ----------
    problem : networkx.Graph, SetCover, MaximumCoverage, QuerySelection or PrivateUtilities
    via : str or sequence of str, optional
        Names in `REDUCTIONS`, first to last; default: the shortest chain to the kind `to`. A
        `Reduction` of your own is named "module:class".
    to : str, optional
        A key of `KINDS`; needed if `via` is not given.
    **options
        For the steps that take them: ``budget``, ``adaptive``, ``beliefs`` (set-cover), ``weight``
        (graphs).

    Raises
    ------
    ValueError
        For names and options that do not exist, a chain that does not fit together, and where
        several chains are equally short.

    Examples
    --------
    >>> from suasion import SetCover
    >>> reduced(SetCover(2, [[0], [1]]), to="query-selection", budget=1).target
    QuerySelection(3 types, partition queries, budget 1)
    """
    if via is None:
        via = route(problem, to)
    names = [via] if isinstance(via, str) else list(via)
    if not names:
        raise InputError("via is empty; name at least one reduction.")
    steps: list[Reduction[Any, Any]] = []
    left = dict(options)
    current = problem
    for name in names:
        made = user_object(name, "via") if is_user_name(name) else _class(name, current)
        taken = inspect.signature(made).parameters
        step = made(current, **{key: left.pop(key) for key in list(left) if key in taken})  # type: ignore[call-arg]
        steps.append(step)
        current = step.target
    if left:
        raise InputError(
            f'{next(iter(left))} is not an option of "{" ".join(names)}"; leave it out.'
        )
    if to is not None and not _leads(kind_of(current), to):
        raise InputError(
            f"via ends in {kind_of(current)} instances, not in {to}; change one of them."
        )
    return steps[0] if len(steps) == 1 else Chain(steps)


def _class(name: str, problem: Any) -> type[Reduction[Any, Any]]:
    """The reduction of a name, if it takes the problem."""
    entry, kind = _entry(name), kind_of(problem)
    if entry.source not in (kind, *_read_as(kind)):
        raise InputError(
            f'reduction "{name}" takes {entry.source} instances, and this is {kind}; choose '
            f"from {', '.join(_applicable(kind))}."
        )
    return entry.load()


def route(problem: Any, to: str | None) -> list[str]:
    """Names of the shortest chain of reductions from an instance to a kind.

    Raises
    ------
    ValueError
        If there is none, or no single shortest one.

    Examples
    --------
    >>> from suasion import BinaryPersuasion, QuerySelection, ThresholdQueries
    >>> question = QuerySelection(BinaryPersuasion([1], ["1/2"]), ThresholdQueries())
    >>> route(question, "set-cover")
    ['thresholds', 'lossless-queries']
    """
    if to is None:
        raise InputError(f"to is missing; choose from {', '.join(KINDS)}, or name reductions.")
    kind = kind_of(problem)
    chains = [[name] for name in _applicable(kind) if REDUCTIONS[name].source == kind]
    visited = {kind}
    while chains:
        found = [chain for chain in chains if _leads(REDUCTIONS[chain[-1]].target, to)]
        if len(found) == 1:
            return found[0]
        if found:
            names = " or ".join('"' + " ".join(chain) + '"' for chain in found)
            raise InputError(f"several reductions lead from {kind} to {to}; choose via {names}.")
        visited |= {REDUCTIONS[chain[-1]].target for chain in chains}
        chains = [
            [*chain, name]
            for chain in chains
            for name, entry in REDUCTIONS.items()
            if entry.source == REDUCTIONS[chain[-1]].target and entry.target not in visited
        ]
    raise InputError(f"no reductions lead from {kind} to {to}; see suasion.reductions.REDUCTIONS.")


def _leads(kind: str, to: str) -> bool:
    """Whether instances of a kind are those that were asked for."""
    if to not in KINDS:
        raise InputError(f'to is "{to}"; {_choices(to, KINDS)}')
    return kind.split(" (")[0] == to


def _entry(name: str) -> Entry:
    if name not in REDUCTIONS:
        raise InputError(f'via has "{name}"; {_choices(name, REDUCTIONS)}')
    return REDUCTIONS[name]


def _choices(word: str, known: Iterable[str]) -> str:
    """What there is to choose from, and what is nearest to a word that is not in it."""
    names = list(known)
    near = difflib.get_close_matches(word, names, n=1)
    hint = f'; did you mean "{near[0]}"?' if near else "."
    return f"choose from {', '.join(names)}{hint}"


def _read_as(kind: str) -> tuple[str, ...]:
    """What an instance of a kind can be read as, if asked for by name."""
    return ("maximum-coverage",) if kind == "set-cover" else ()


def _applicable(kind: str) -> list[str]:
    return [name for name, e in REDUCTIONS.items() if e.source in (kind, *_read_as(kind))]


def kind_of(problem: Any) -> str:
    """The kind of an instance, and what is asked about it; a graph cannot say its own."""
    if hasattr(problem, "number_of_edges"):
        return "graph"
    if not hasattr(problem, "sizes"):
        raise WrongKindError(
            f"problem is a {type(problem).__name__}; give a networkx graph, SetCover, "
            "MaximumCoverage, QuerySelection or PrivateUtilities."
        )
    kind: str = problem.kind
    return f"{kind} ({problem.oracle.kind})" if kind == "query-selection" else kind
