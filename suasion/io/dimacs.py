"""Graphs in files with a problem line: the DIMACS formats and those of the PACE challenges."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from suasion.errors import InputError
from suasion.io.graph_text import (
    MOST_NODES,
    Edge,
    graph_of,
    is_number,
    node_number,
    numbered,
    whole,
)

if TYPE_CHECKING:
    import networkx as nx  # type: ignore[import-untyped, unused-ignore]

# Problem -> whether its lines are arcs.
PROBLEMS = dict.fromkeys(
    ["edge", "edges", "col", "td", "tw", "tww", "ds", "vc", "fvs", "cep"], False
) | {"sp": True}
# Lines of DIMACS generators that say how a graph was drawn.
DESCRIPTIONS = ("d", "v", "x")


def problem_line(text: str) -> tuple[int, list[str]] | None:
    r"""The first line that is no comment, if it says what the problem is, with its number.

    Examples
    --------
    >>> problem_line("c one edge\np edge 2 1\ne 1 2")
    (2, ['p', 'edge', '2', '1'])
    """
    for number, line in numbered(text):
        if line and not _is_comment(line):
            return (number, line.split()) if re.match(r"p\s+\w", line) else None
    return None


def parse_dimacs(text: str) -> nx.Graph:
    r"""The graph of a problem line "p WORD nodes edges" and the edges below it.

    Edges are "e 1 2" or "1 2", arcs "a 1 2 length"; a number after the two nodes is not read.
    "n 1 5" makes 5 the weight of node 1.

    Raises
    ------
    ValueError
        With the line: for other problems and lines, nodes that are not 1 to n, another number of
        edges than promised, and arcs without their reverse.

    References
    ----------
    D. S. Johnson and M. A. Trick (eds.), Cliques, Coloring, and Satisfiability: Second DIMACS
    Implementation Challenge, 1996.

    Examples
    --------
    >>> sorted(parse_dimacs("p td 3 1\n2 3\n"))
    [1, 2, 3]
    """
    found = problem_line(text)
    if found is None:
        raise InputError("has no problem line; begin it with 'p edge NODES EDGES'.")
    at, words = found
    word = words[1].lower()
    if word not in PROBLEMS or len(words) != 4:
        raise InputError(
            f"line {at} is {' '.join(words)[:40]!r}; write 'p edge NODES EDGES' for a graph"
            + (" (and name a hitting set .hgr)." if word == "hs" else ".")
        )
    count = whole(words[2], at, "the number of nodes", MOST_NODES)
    promised = whole(words[3], at, "the number of edges")
    weights: dict[int, float] = {}
    edges = list(_edges(text, at, count, "a" if PROBLEMS[word] else "e", weights))
    _check_count(edges, promised, at, twice=word in ("edge", "edges", "col"))
    graph = graph_of(range(1, count + 1), edges, PROBLEMS[word])
    for node, weight in weights.items():
        graph.nodes[node]["weight"] = weight
    return graph


def _is_comment(line: str) -> bool:
    return line.split(maxsplit=1)[0] == "c" or line.startswith(("#", "%"))


def _edges(
    text: str, start: int, count: int, letter: str, weights: dict[int, float]
) -> Iterator[Edge]:
    """The edges below a problem line; weights of nodes are put down as they come."""
    for number, line in numbered(text):
        words = line.split()
        if number <= start or not words or _is_comment(line) or words[0] in DESCRIPTIONS:
            continue
        if words[0] == "n" and len(words) == 3 and is_number(words[2]):
            node = node_number(words[1], number, count)
            weights[node] = float(words[2]) if not words[2].isdigit() else int(words[2])
            continue
        ends = words[1:] if words[0] == letter else words
        if len(ends) not in (2, 3) or not all(map(is_number, ends[2:])):
            raise InputError(
                f"line {number} is {line[:40]!r}; write an edge as '{letter} 1 2', with nodes "
                f"1 to {count}."
            )
        yield (*(node_number(end, number, count) for end in ends[:2]), number)  # type: ignore[misc]


def _check_count(edges: list[Edge], promised: int, line: int, twice: bool) -> None:
    """Whether the edges are as many as promised; colourings may count each of them twice."""
    different = len({frozenset(edge[:2]) for edge in edges})
    if promised not in (len(edges), different) and not (twice and promised == 2 * different):
        raise InputError(
            f"line {line} promises {promised} edges and {len(edges)} follow; mend the number, or "
            "get the whole file."
        )
