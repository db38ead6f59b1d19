"""Graphs in the format of METIS: a line for each node, with its neighbours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from suasion.errors import InputError
from suasion.io.graph_text import is_number, is_whole, node_number, numbered, whole

if TYPE_CHECKING:
    import networkx as nx  # type: ignore[import-untyped, unused-ignore]

EDGES = "begin with 'p edge NODES EDGES' if a line is an edge"


def parse_metis(text: str) -> nx.Graph:
    r"""The graph of a header "nodes edges [fmt [weights a node]]" and a line for each node.

    The three digits of fmt say whether a line begins with a size and with weights of its node,
    and whether a weight follows each neighbour. They become the attributes size, weight (weight1,
    weight2, ... if there are several) and weight. An empty line is a node without neighbours,
    "%" begins a comment.

    Raises
    ------
    ValueError
        With the line: for other headers, numbers of nodes and edges than promised, neighbours that
        are not 1 to n or listed twice, and edges that only one of their ends lists.

    References
    ----------
    G. Karypis and V. Kumar, A fast and high quality multilevel scheme for partitioning irregular
    graphs. SIAM Journal on Scientific Computing 20(1), 1998, 359-392 (the manual of METIS 5 has
    the format).

    Examples
    --------
    >>> list(parse_metis("3 2\n2\n1 3\n2\n").edges)
    [(1, 2), (2, 3)]
    """
    lines = [(number, line) for number, line in numbered(text) if not line.startswith("%")]
    while lines and not lines[0][1]:
        del lines[0]
    if not lines:
        raise InputError("has no header; begin it with the numbers of nodes and edges.")
    at, header = lines[0]
    count, promised, sizes, weights, weighted = _header(at, header.split())
    rows = lines[1:]
    while len(rows) > count and not rows[-1][1]:
        rows.pop()
    if len(rows) != count:
        raise InputError(
            f"line {at} promises {count} nodes and {len(rows)} lines follow; give each node a "
            "line (an empty one if it has no neighbours), or get the whole file."
        )
    names = ["size"] * sizes + (
        ["weight"] if weights == 1 else [f"weight{i}" for i in range(1, weights + 1)]
    )
    graph, heads = _read(rows, names, weighted)
    _check_back(heads, rows)
    edges = {(a, b): weight for a, found in heads.items() for b, weight in found.items() if a < b}
    if len(edges) != promised:
        raise InputError(
            f"line {at} promises {promised} edges and there are {len(edges)}; mend the number, or "
            "get the whole file."
        )
    graph.add_edges_from(
        (a, b, {} if weight is None else {"weight": weight}) for (a, b), weight in edges.items()
    )
    return graph


def _header(line: int, words: list[str]) -> tuple[int, int, int, int, bool]:
    """Nodes, edges, sizes and weights of each node, and whether edges have weights."""
    if (
        not 2 <= len(words) <= 4
        or not all(map(is_whole, words))
        or not re.fullmatch("[01]{1,3}", (*words, "0")[2])
    ):
        raise InputError(
            f"line {line} is {' '.join(words)[:40]!r}; begin with 'NODES EDGES' and, for weights, "
            f"three digits 0 or 1 ({EDGES})."
        )
    sized, weighed, weighted = (digit == "1" for digit in (*words, "0")[2].zfill(3))
    weights = whole(words[3], line, "the number of weights", 100) if len(words) == 4 else 1
    return (
        whole(words[0], line, "the number of nodes"),
        whole(words[1], line, "the number of edges"),
        int(sized),
        weights if weighed else 0,
        weighted,
    )


Neighbours = dict[int, dict[int, Any]]


def _read(
    rows: list[tuple[int, str]], names: list[str], weighted: bool
) -> tuple[nx.Graph, Neighbours]:
    """The nodes with their attributes, and for each its neighbours with weights."""
    import networkx as nx

    graph, heads = nx.Graph(), {}
    for node, (line, text) in enumerate(rows, 1):
        words = text.split()
        bad = next((word for word in words if not is_number(word)), None)
        if bad is not None or len(words) < len(names):
            wanted = ", ".join([*names, "neighbours"])
            raise InputError(
                f"line {line}, of node {node}, is {text[:40]!r}; give numbers ({wanted})."
            )
        graph.add_node(node, **dict(zip(names, map(_number, words), strict=False)))
        rest = words[len(names) :]
        if weighted and len(rest) % 2:
            raise InputError(f"line {line}: a neighbour of node {node} lacks its weight; add it.")
        found: dict[int, Any] = {}
        for i in range(0, len(rest), 2 if weighted else 1):
            other = node_number(rest[i], line, len(rows))
            if other == node:
                raise InputError(
                    f"line {line}: node {node} has an edge to itself; take it out ({EDGES})."
                )
            if other in found:
                raise InputError(f"line {line}: node {node} lists {other} twice; list it once.")
            found[other] = _number(rest[i + 1]) if weighted else None
        heads[node] = found
    return graph, heads


def _number(word: str) -> int | float:
    return int(word) if word.lstrip("-").isdigit() else float(word)


def _check_back(heads: Neighbours, rows: list[tuple[int, str]]) -> None:
    """Whether the neighbours of each node list it too, at the same weight."""
    for node, found in heads.items():
        for other, weight in found.items():
            if node not in heads[other]:
                raise InputError(
                    f"line {rows[node - 1][0]}: node {node} lists {other}, which does not list "
                    f"{node} on line {rows[other - 1][0]}; list every edge at both ends ({EDGES})."
                )
            if heads[other][node] != weight:
                raise InputError(
                    f"line {rows[node - 1][0]}: the edge from node {node} to {other} weighs "
                    f"{weight}, and {heads[other][node]} on line {rows[other - 1][0]}; give one "
                    "weight."
                )
