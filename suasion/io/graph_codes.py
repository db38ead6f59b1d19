"""Graphs in one line of printable characters: graph6 and sparse6, read by networkx."""

from __future__ import annotations

from typing import TYPE_CHECKING

from suasion.errors import InputError
from suasion.io.graph_text import MOST_NODES, library_reading, numbered

if TYPE_CHECKING:
    import networkx as nx  # type: ignore[import-untyped, unused-ignore]

HEADS = (">>graph6<<", ">>sparse6<<", ">>digraph6<<")


def parse_code(text: str) -> nx.Graph:
    r"""The graph of a line of graph6, or of sparse6 if it begins with a colon.

    Raises
    ------
    ValueError
        For several graphs, with the line of the second, and for directed or incremental codes.

    References
    ----------
    B. D. McKay, the formats graph6, sparse6 and digraph6 of nauty.

    Examples
    --------
    >>> list(parse_code("Bw\n").edges), list(parse_code(":Bf\n").edges)
    ([(0, 1), (0, 2), (1, 2)], [(0, 1)])
    """
    import networkx as nx

    codes = [(number, _code(line)) for number, line in numbered(text) if _code(line)]
    if len(codes) != 1:
        second = f" (the second is on line {codes[1][0]})" if codes else ""
        raise InputError(f"holds {len(codes)} graphs; keep one{second}.")
    line, code = codes[0]
    if len(code.split()) > 1:
        raise InputError(f"line {line} holds {len(code.split())} graphs; keep one.")
    if code[0] in "&;":
        what = {"&": "a directed graph", ";": "the difference to another graph"}[code[0]]
        raise InputError(f"line {line} is {what}; write it as graph6 or sparse6 of its own.")
    _check_size(code.lstrip(":"), line)
    read = nx.from_sparse6_bytes if code[0] == ":" else nx.from_graph6_bytes
    with library_reading("s6" if code[0] == ":" else "g6"):
        return read(code.encode("ascii"))


def _code(line: str) -> str:
    for head in HEADS:
        line = line.removeprefix(head)
    return line.strip()


def _check_size(code: str, line: int) -> None:
    """Whether the nodes are few enough; "~~" begins a number of 36 bits, "~" one of 18."""
    digits = code[2:8] if code.startswith("~~") else ""
    count = sum((ord(digit) - 63) << (6 * i) for i, digit in enumerate(reversed(digits)))
    if count > MOST_NODES:
        raise InputError(f"line {line} has {count} nodes; give at most {MOST_NODES}.")
