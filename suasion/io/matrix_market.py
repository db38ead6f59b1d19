"""Graphs as symmetric matrices in files of Matrix Market.

Read here and not by scipy, whose reader ends the process on some damaged files (scipy 1.17.1).
"""

from __future__ import annotations

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

Line = tuple[int, list[str]]
FORMATS = ("coordinate", "array")
# Words of a value.
FIELDS = {"pattern": 0, "integer": 1, "real": 1, "complex": 2}
SYMMETRIES = ("general", "symmetric", "hermitian")


def parse_matrix_market(text: str) -> nx.Graph:
    r"""The graph whose nodes are the rows 1 to n and whose edges are the entries.

    Raises
    ------
    ValueError
        For matrices that are not square or not symmetric in where they have entries, entries on
        the diagonal, entries of a list that are 0, and lines that the head does not announce.

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
    form, field, symmetry = _head(text.split("\n", 1)[0])
    lines = [
        (at, line.split()) for at, line in numbered(text) if line and not line.startswith("%")
    ]
    if not lines:
        raise InputError("has no line with its numbers of rows and columns; get the whole file.")
    (at, size), body = lines[0], lines[1:]
    count = _rows(at, size, 3 if form == "coordinate" else 2)
    nodes = range(1, count + 1)
    general = symmetry == "general"
    if form == "coordinate":
        _check_length(body, whole(size[2], at, "the number of entries"), at)
        return graph_of(nodes, _entries(body, count, FIELDS[field]), arcs=general)
    _check_length(body, count * count if general else count * (count + 1) // 2, at)
    return graph_of(nodes, _dense(body, count, FIELDS[field], general), arcs=general)


def _head(line: str) -> tuple[str, str, str]:
    """Format, field and symmetry, as the first line has them."""
    words = line.lower().split()
    if not words or words[0] != "%%matrixmarket":
        raise InputError(
            "line 1 is no head of Matrix Market; begin with '%%MatrixMarket matrix coordinate "
            "pattern symmetric', or end the name in .edgelist if a line is an edge."
        )
    if "skew-symmetric" in words:
        raise InputError("line 1 says skew-symmetric, a directed graph; make it undirected.")
    choices = (("matrix",), FORMATS, tuple(FIELDS), SYMMETRIES)
    for word, allowed in zip([*words[1:], "", "", "", ""], choices, strict=False):
        if word not in allowed:
            raise InputError(f"line 1 has {word[:40]!r} for {' or '.join(allowed)}; mend it.")
    form, field, symmetry = words[2:5]
    if len(words) > 5 or (form, field) == ("array", "pattern"):
        raise InputError(
            f"line 1 is {' '.join(words)[:80]!r}, which is no head; give matrix, coordinate or "
            "array, the field of the values (none for an array is 'pattern') and the symmetry."
        )
    return form, field, symmetry


def _rows(at: int, size: list[str], length: int) -> int:
    """The number of rows of a square matrix; a list of entries says how many there are too."""
    shape = [whole(word, at, "the number of rows or columns", MOST_NODES) for word in size[:2]]
    if len(shape) != 2 or shape[0] != shape[1]:
        raise InputError(
            f"line {at} is {' '.join(size)[:40]!r}, no square matrix, so rows and columns are "
            "different things; list the edges between them with a name for each (.edgelist)."
        )
    if len(size) != length:
        raise InputError(
            f"line {at} is {' '.join(size)[:40]!r}; give {length} numbers: rows, columns"
            f"{' and entries' if length == 3 else ''}."
        )
    return shape[0]


def _check_length(body: list[Line], announced: int, at: int) -> None:
    if len(body) != announced:
        raise InputError(
            f"line {at} announces {announced} entries and {len(body)} lines follow; get the "
            "whole file."
        )


def _entries(body: list[Line], count: int, length: int) -> Iterator[Edge]:
    """Row, column and line of each entry of a list."""
    for at, words in body:
        if len(words) < 2:
            raise InputError(f"line {at} is {words[0][:40]!r}; give the entry's row and column.")
        if not _present(at, words[2:], length):
            raise InputError(
                f"line {at} is the entry {' '.join(words)[:40]!r}; take it out if it is no edge, "
                "and give it another value if it is one."
            )
        yield node_number(words[0], at, count), node_number(words[1], at, count), at


def _dense(body: list[Line], count: int, length: int, general: bool) -> Iterator[Edge]:
    """The entries that are not 0, column by column, from the diagonal on if symmetric."""
    lines = iter(body)
    for column in range(1, count + 1):
        for row in range(1 if general else column, count + 1):
            at, words = next(lines)
            if _present(at, words, length):
                yield row, column, at


def _present(at: int, values: list[str], length: int) -> bool:
    """Whether a value is another than 0; a pattern has none."""
    if len(values) != length or not all(map(is_number, values)):
        raise InputError(
            f"line {at}: the value is {' '.join(values)[:40]!r}; give "
            f"{('none', 'a number', 'two numbers')[length]}, as line 1 says."
        )
    return not values or any(map(float, values))
