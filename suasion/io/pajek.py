"""Graphs in files of Pajek, in the sections for nodes, edges and arcs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from suasion.errors import InputError
from suasion.io.graph_text import MOST_NODES, graph_of, node_number, numbered, whole

if TYPE_CHECKING:
    import networkx as nx  # type: ignore[import-untyped, unused-ignore]

# Section -> whether its lines are arcs, and whether a line may have several ends.
SECTIONS = {
    "edges": (False, False),
    "edgeslist": (False, True),
    "arcs": (True, False),
    "arcslist": (True, True),
}


def parse_pajek(text: str) -> nx.Graph:
    r"""The graph of a section \\*Vertices and one or more of edges or of arcs.

    Nodes are called by their labels where all have different ones, by their numbers otherwise;
    values of edges and coordinates of nodes are not read. Every arc must come with its reverse.

    Raises
    ------
    ValueError
        With the line: for other sections, nodes that are not 1 to n, edges beside arcs, and
        several relations in a file.

    References
    ----------
    W. de Nooy, A. Mrvar and V. Batagelj, Exploratory Social Network Analysis with Pajek, 2011.

    Examples
    --------
    >>> list(parse_pajek('*Vertices 3\n1 "a b"\n2 c\n3 d\n*Edges\n1 2\n2 3\n').edges)
    [('a b', 'c'), ('c', 'd')]
    """
    sections = list(_sections(text))
    if not sections or sections[0][1] != "vertices":
        raise InputError("does not begin with a line '*Vertices N'; begin it so.")
    at, _, words, lines = sections[0]
    count = whole(words[0] if words else "", at, "the number of nodes", MOST_NODES)
    kinds = {SECTIONS[name][0] for _, name, _, _ in sections[1:]}
    if len(kinds) > 1:
        raise InputError(
            f"line {sections[-1][0]}: there are edges and arcs; make all of them *Edges."
        )
    names = _names(lines, count)
    edges = [
        (names[a - 1], names[b - 1], line)
        for _, name, _, below in sections[1:]
        for a, b, line in _edges(below, SECTIONS[name][1], count)
    ]
    return graph_of(names, edges, True in kinds)


Section = tuple[int, str, list[str], list[tuple[int, str]]]


def _sections(text: str) -> Iterator[Section]:
    """Line, name, words and lines below of each section that matters."""
    found: Section | None = None
    seen: list[str] = []
    for number, line in numbered(text):
        if not line or line.startswith("%"):
            continue
        if not line.startswith("*"):
            if found is None:
                raise InputError(f"line {number} is {line[:40]!r}; begin with '*Vertices N'.")
            found[3].append((number, line))
            continue
        name, *words = line[1:].lower().split() or [""]
        if name == "network" and not seen:
            continue
        name = {"edge": "edges", "arc": "arcs"}.get(name, name)
        if (name not in SECTIONS and name != "vertices") or (name == "vertices" and seen):
            raise InputError(
                f"line {number} is {line[:40]!r}; keep one *Vertices and *Edges or *Arcs."
            )
        if name != "vertices" and any(re.match(r":\d", word) for word in words):
            raise InputError(
                f"line {number} is {line[:40]!r}, one of several relations; keep one, without its "
                "number."
            )
        if found is not None:
            yield found
        seen.append(name)
        found = (number, name, words, [])
    if found is not None:
        yield found


def _names(lines: list[tuple[int, str]], count: int) -> list[str] | list[int]:
    """Labels if all nodes have different ones, otherwise numbers."""
    labels: dict[int, str] = {}
    for line, text in lines:
        words = [part or word for part, word in re.findall(r'"([^"]*)"|(\S+)', text)]
        node = node_number(words[0], line, count)
        if node in labels:
            raise InputError(f"line {line}: node {node} comes twice; keep one.")
        if len(words) > 1:
            labels[node] = words[1]
    if len(labels) == count == len(set(labels.values())):
        return [labels[node] for node in range(1, count + 1)]
    return list(range(1, count + 1))


def _edges(
    lines: list[tuple[int, str]], several: bool, count: int
) -> Iterator[tuple[int, int, int]]:
    for line, text in lines:
        words = text.split()
        ends = [node_number(word, line, count) for word in (words if several else words[:2])]
        if len(ends) < 2:
            raise InputError(f"line {line} is {text[:40]!r}; give an edge two nodes.")
        for other in ends[1:]:
            yield ends[0], other, line
