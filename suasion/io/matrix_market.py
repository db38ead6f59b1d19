"""Graphs as symmetric matrices in files of Matrix Market, read by scipy."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from suasion.errors import InputError
from suasion.io.graph_text import (
    MOST_NODES,
    Edge,
    graph_of,
    is_number,
    library_reading,
    node_number,
    numbered,
    whole,
)

if TYPE_CHECKING:
    import networkx as nx  # type: ignore[import-untyped, unused-ignore]


def parse_matrix_market(text: str) -> nx.Graph:
    r"""The graph whose nodes are the rows 1 to n and whose edges are the entries.

    Raises
    ------
    ValueError
        For matrices that are not square or not symmetric in where they have entries, entries on
        the diagonal, entries that are 0, and what scipy cannot read.

    References
    ----------
    R. F. Boisvert, R. Pozo and K. A. Remington, The Matrix Market exchange formats: initial
    design. NISTIR 5935, 1996.

    Examples
    --------
    >>> head = "%%MatrixMarket matrix coordinate pattern symmetric\n"
    >>> list(parse_matrix_market(head + "3 3 2\n2 1\n3 2\n").edges)
    [(1, 2), (2, 3)]
    """
    from scipy.io import mmread

    if not text.lower().startswith("%%matrixmarket"):
        raise InputError(
            "line 1 is no head of Matrix Market; begin with '%%MatrixMarket matrix coordinate "
            "pattern symmetric', or end the name in .edgelist if a line is an edge."
        )
    lines = [
        (at, line.split()) for at, line in numbered(text) if line and not line.startswith("%")
    ]
    if not lines:
        raise InputError("has no line with its numbers of rows and columns; get the whole file.")
    at, size = lines[0]
    shape = [whole(word, at, "the number of rows or columns", MOST_NODES) for word in size[:2]]
    if len(shape) != 2 or shape[0] != shape[1]:
        raise InputError(
            f"line {at} is {' '.join(size)[:40]!r}, no square matrix, so rows and columns are "
            "different things; list the edges between them with a name for each (.edgelist)."
        )
    kind = text.split("\n", 1)[0].lower().split()
    if "skew-symmetric" in kind:
        raise InputError("line 1 says skew-symmetric, a directed graph; make it undirected.")
    with library_reading("Matrix Market"):
        entries = mmread(BytesIO(text.encode()))
    nodes = range(1, shape[0] + 1)
    if "coordinate" in kind:
        return graph_of(nodes, _entries(lines[1:], shape[0]), arcs="general" in kind)
    if not np.isfinite(entries).all():
        raise InputError(f"line {at}: an entry of the matrix below is no number; give 0 or 1.")
    rows, columns = np.nonzero(entries)
    found = zip((rows + 1).tolist(), (columns + 1).tolist(), strict=True)
    return graph_of(nodes, ((i, j, at) for i, j in found), arcs=True)


def _entries(lines: list[tuple[int, list[str]]], count: int) -> Iterator[Edge]:
    """Row, column and line of each entry; scipy takes "0nan" and "1x" for numbers."""
    for at, words in lines:
        values = words[2:]
        if values and not (all(map(is_number, values)) and any(map(float, values))):
            raise InputError(
                f"line {at} is the entry {' '.join(words)[:40]!r}; take it out if it is no edge, "
                "and give it another value if it is one."
            )
        yield node_number(words[0], at, count), node_number(words[1], at, count), at
