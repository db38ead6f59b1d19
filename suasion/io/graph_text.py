"""Graphs line by line: what the readers of text formats share."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from suasion.errors import InputError

if TYPE_CHECKING:
    import networkx as nx  # type: ignore[import-untyped, unused-ignore]

# Whatever a parser of a library trips over in a file that is none of its own.
MALFORMED = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
)
# Both ends, and the line.
Edge = tuple[Hashable, Hashable, int]
# A wrong digit in a header must not fill the memory.
MOST_NODES = 10_000_000


def numbered(text: str) -> list[tuple[int, str]]:
    r"""The lines with their numbers, without white space around them.

    Examples
    --------
    >>> numbered("a b \n\nc")
    [(1, 'a b'), (2, ''), (3, 'c')]
    """
    return [(number, line.strip()) for number, line in enumerate(text.split("\n"), 1)]


def is_whole(word: str) -> bool:
    """Whether a word is an integer >= 0 as files number their nodes."""
    return re.fullmatch(r"[0-9]{1,18}", word) is not None


def is_number(word: str) -> bool:
    """Whether a word is a number in decimals."""
    return re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", word, re.ASCII) is not None


def whole(word: str, line: int, what: str, most: int | None = None) -> int:
    """A word as an integer >= 0, at most `most`."""
    if not is_whole(word):
        raise InputError(f"line {line}: {what} is {word[:40]!r}; give an integer >= 0.")
    if most is not None and int(word) > most:
        raise InputError(f"line {line}: {what} is {word}; give at most {most}.")
    return int(word)


def node_number(word: str, line: int, count: int) -> int:
    """A word as one of the nodes 1 to `count`."""
    if not is_whole(word) or not 1 <= int(word) <= count:
        raise InputError(f"line {line}: {word[:40]!r} is no node; they are numbered 1 to {count}.")
    return int(word)


def graph_of(nodes: Iterable[Hashable], edges: Iterable[Edge], arcs: bool = False) -> nx.Graph:
    """The simple graph of edges that may repeat.

    Parameters
    ----------
    nodes : iterable
        In order; further nodes of the edges follow.
    edges : iterable of (node, node, line)
    arcs : bool
        Whether an edge goes one way only; then each must come with its reverse.

    Raises
    ------
    ValueError
        With the line: for an edge from a node to itself, and an arc without its reverse.
    """
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(nodes)
    lines: dict[tuple[Any, Any], int] = {}
    for a, b, line in edges:
        if a == b:
            raise InputError(f"line {line}: node {a} has an edge to itself; take it out.")
        lines.setdefault((a, b), line)
    if arcs:
        for (a, b), line in lines.items():
            if (b, a) not in lines:
                raise InputError(
                    f"line {line}: there is an arc from {a} to {b} and none back, so it is a "
                    "directed graph; make it undirected by listing both."
                )
    graph.add_edges_from(lines)
    return graph


@contextmanager
def library_reading(format: str) -> Iterator[None]:  # noqa: A002
    """Say in one sentence what a library finds wrong with a file of some format."""
    import networkx as nx

    try:
        yield
    except (nx.NetworkXException, *MALFORMED) as error:
        why = " ".join(str(error).split()).rstrip(".") or type(error).__name__
        raise InputError(
            f"is not a graph in format {format} ({why[:200]}); mend it, or give it the ending "
            "of its format."
        ) from error
