"""Graphs in lists of edges and lists of neighbours, in the dialects that people write."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from suasion.errors import InputError
from suasion.io.dimacs import parse_dimacs, problem_line
from suasion.io.graph_text import graph_of, is_number, is_whole
from suasion.io.list_rows import Row, no_word_between, read_rows
from suasion.io.metis import parse_metis

if TYPE_CHECKING:
    import networkx as nx  # type: ignore[import-untyped, unused-ignore]

# Words of headers, in lower case and without marks.
SOURCES = {"source", "src", "from", "fromnode", "fromnodeid", "sourceid", "node", "node1", "nodea"}
TARGETS = {"target", "dst", "dest", "destination", "to", "tonode", "tonodeid", "targetid", "node2"}
TARGETS |= {"nodeb", "targets", "neighbor", "neighbors", "neighbour", "neighbours", "adjacent"}
LETTERS = [("u", "v"), ("i", "j"), ("a", "b"), ("x", "y"), ("s", "t"), ("v1", "v2")]


def parse_edge_list(text: str) -> nx.Graph:
    r"""The graph of lines with two nodes, and perhaps numbers that are not read.

    Lines that begin with "#", "%" or "//" are comments, and a first line such as "source target"
    is a header. Words are parted by blanks, tabs, commas or semicolons; names with blanks are in
    quotation marks.

    Raises
    ------
    ValueError
        With the line: for what may be something else than an edge.

    Examples
    --------
    >>> list(parse_edge_list("% sym unweighted\nsource,target\n1,2\n2,3\n").edges)
    [('1', '2'), ('2', '3')]
    """
    if _has_problem(text):
        return parse_dimacs(text)
    found = read_rows(text)
    rows, columns = _below_header(found.rows)
    _check_letters(rows)
    _check_two_words(rows)
    _check_counts(rows)
    _check_columns(rows, columns)
    arcs = found.arcs or _says_directed(rows, columns)
    return graph_of((), ((row.words[0], row.words[1], row.line) for row in rows), arcs)


def parse_adjacency_list(text: str) -> nx.Graph:
    r"""The graph of lines with a node and its neighbours, which need not list it back.

    Comments, headers and separators are as in lists of edges; a colon may follow each first node.

    Raises
    ------
    ValueError
        With the line: for what may be something else than neighbours.

    Examples
    --------
    >>> list(parse_adjacency_list("# a path\n1: 2\n2: 3\n").edges)
    [('1', '2'), ('2', '3')]
    """
    if _has_problem(text):
        return parse_dimacs(text)
    found = read_rows(text)
    rows = _without_colons(_below_header(found.rows)[0])
    _check_letters(rows)
    _check_arrows(rows)
    _check_lone_count(rows)
    _check_degrees(rows)
    _check_metis(text, rows)
    _check_matrix(rows)
    nodes = dict.fromkeys(word for row in rows for word in row.words)
    edges = ((row.words[0], other, row.line) for row in rows for other in row.words[1:])
    return graph_of(nodes, edges, found.arcs)


def _has_problem(text: str) -> bool:
    found = problem_line(text)
    return found is not None and len(found[1]) == 4 and all(map(is_whole, found[1][2:]))


def _plain(word: str) -> str:
    return re.sub(r"[\W_]", "", word.lower())


def _below_header(rows: list[Row]) -> tuple[list[Row], list[str] | None]:
    """The rows without their header, and its words, if there is one."""
    if not rows or len(rows[0].words) < 2:
        return rows, None
    first, rest = rows[0], rows[1:]
    words = [_plain(word) for word in first.words]
    below = {word for row in rest for word in row.words[:2]}
    numbers = bool(below) and all(map(is_whole, below))
    start = next((i for i, word in enumerate(words) if word in SOURCES), None)
    end = next((i for i, word in enumerate(words) if word in TARGETS), None)
    named = None not in (start, end) and not below & {
        first.words[start or 0],
        first.words[end or 0],
    }
    if named and (start, end) != (0, 1):
        raise InputError(
            f"line {first.line} is the header {str(first)!r}; put the columns of the two nodes "
            "first, or take the header out if it is none."
        )
    if named or (numbers and tuple(words[:2]) in LETTERS):
        return rest, words
    if numbers and not any(map(is_whole, first.words[:2])):
        raise InputError(
            f"line {first.line}, {str(first)!r}, has words and the lines below have numbers; put "
            "# before it if it is a header, and another line before it if it is an edge."
        )
    return rows, None


def _check_letters(rows: list[Row]) -> None:
    """Whether all lines are those of DIMACS, without the problem line."""
    if rows and all(
        len(row.words) > 2 and row.words[0] == rows[0].words[0] in ("a", "e") for row in rows
    ):
        raise InputError(
            f"line {rows[0].line} is {str(rows[0])!r}, and all lines begin so; begin the file "
            "with 'p edge NODES EDGES' if they are edges of DIMACS, or rename the node."
        )


def _check_two_words(rows: list[Row]) -> None:
    for row in rows:
        if len(row.words) < 2:
            raise InputError(
                f"line {row.line} is {str(row)!r}; write an edge as two nodes with a space or "
                "comma between them (isolated nodes need .adjlist)."
            )
        for word in row.words[:2]:
            if not word:
                raise no_word_between(row)
            if not any(map(str.isalnum, word)):
                raise InputError(
                    f"line {row.line} has {word!r} for a node; write an edge as two nodes with a "
                    "space or comma between them, and nothing else."
                )


def _check_counts(rows: list[Row]) -> None:
    """Whether the first line may be the numbers of nodes and edges."""
    if not rows or len(rows[0].words) > 3 or not all(map(is_whole, rows[0].words)):
        return
    count, edges = int(rows[0].words[0]), int(rows[0].words[-1])
    names = {word for row in rows[1:] for word in row.words[:2]}
    numbers = [int(name) for name in names if is_whole(name)]
    if (
        count > 0
        and edges in (len(rows) - 1, 2 * (len(rows) - 1))
        and len(names) <= count
        and max(numbers, default=0) <= count
    ):
        raise InputError(
            f"line {rows[0].line}, {str(rows[0])!r}, may be the numbers of nodes and edges or an "
            f"edge; write 'p edge {count} {edges}' (nodes from 1) or put # before it if they are "
            "numbers, and move it below another line if it is an edge."
        )


def _check_columns(rows: list[Row], header: list[str] | None) -> None:
    """Whether what follows the two nodes is none of them."""
    if header is not None:
        return
    nodes = {word for row in rows for word in row.words[:2]}
    lengths = {len(row.words) for row in rows}
    for row in rows:
        more = row.words[2:]
        if not all(is_number(word.replace(",", ".")) for word in more if word):
            raise InputError(
                f"line {row.line} is {str(row)!r}; an edge is two nodes, and only numbers may "
                "follow them (name further columns in a header: source target ...)."
            )
        if len(lengths) > 1 and nodes.intersection(more):
            raise InputError(
                f"line {row.line} is {str(row)!r}, and other lines have fewer or more words; end "
                "the name in .adjlist if a line lists all neighbours of a node, and give all "
                "lines as many columns otherwise."
            )
    _check_matrix(rows)


def _says_directed(rows: list[Row], header: list[str] | None) -> bool:
    """Whether a column called type says so of an edge."""
    if header is None or "type" not in header:
        return False
    at = header.index("type")
    return any(row.words[at : at + 1] == ["Directed"] for row in rows)


def _check_matrix(rows: list[Row]) -> None:
    size = len(rows)
    zeros = size > 2 and all(len(row.words) == size and {*row.words} <= {"0", "1"} for row in rows)
    if zeros:
        raise InputError(
            f"line {rows[0].line} begins a matrix of 0 and 1, which is no list; list the edges, "
            "or write Matrix Market (.mtx)."
        )


def _without_colons(rows: list[Row]) -> list[Row]:
    marked = [row for row in rows if row.words[0].endswith(":")]
    if not marked or len(marked) < len(rows):
        if marked and any(row.words[0][:-1] in _words(rows) for row in marked):
            raise InputError(
                f"line {marked[0].line} has a colon after the first node, and other lines have "
                "none; write all lines alike."
            )
        return rows
    return [Row(row.line, [row.words[0][:-1], *row.words[1:]]) for row in rows]


def _words(rows: Iterable[Row]) -> set[str]:
    return {word for row in rows for word in row.words}


def _check_arrows(rows: list[Row]) -> None:
    """Whether marks stand where the first neighbour should, or between all words."""
    for row in rows:
        if "" in row.words:
            raise no_word_between(row)
    seconds = {row.words[1] for row in rows if len(row.words) > 1}
    mark = seconds.pop() if len(seconds) == 1 else "a"
    full = all(len(row.words) > 1 for row in rows)
    if not any(map(str.isalnum, mark)) and (full or re.search("[<>:=|→]", mark)):
        raise InputError(
            f"line {rows[0].line} is {str(rows[0])!r}, with {mark!r} for a node; write a node and "
            "its neighbours with spaces between them, and nothing else."
        )
    joined = next((row for row in rows if re.search(r"\w[|:]", row.words[0])), None)
    if joined is not None and all(len(row.words) == 1 for row in rows):
        raise InputError(
            f"line {joined.line} is {str(joined)!r}, and no line has two words; write a node and "
            "its neighbours with spaces between them."
        )


def _check_lone_count(rows: list[Row]) -> None:
    """Whether the first line may be the number of nodes."""
    if len(rows) < 2 or len(rows[0].words) > 1 or not all(map(is_whole, _words(rows))):
        return
    count = int(rows[0].words[0])
    if count in (len(rows) - 1, len(_words(rows[1:]))) and max(map(int, _words(rows))) <= count:
        raise InputError(
            f"line {rows[0].line}, {str(rows[0])!r}, may be the number of nodes or a node; put # "
            "before it if it is the number, and move it to the end if it is a node."
        )


def _check_degrees(rows: list[Row]) -> None:
    """Whether the second word of each line may say how many neighbours follow."""
    if len(rows) > 1 and all(
        len(row.words) > 1 and row.words[1] == str(len(row.words) - 2) for row in rows
    ):
        raise InputError(
            f"line {rows[0].line} is {str(rows[0])!r}, and on every line the second word is the "
            "number of words that follow; take these numbers out."
        )


def _check_metis(text: str, rows: list[Row]) -> None:
    if not rows or not 2 <= len(rows[0].words) <= 4 or not all(map(is_whole, rows[0].words)):
        return
    try:
        parse_metis(text)
    except InputError:
        return
    raise InputError(
        f"line {rows[0].line}, {str(rows[0])!r}, is the header of METIS if the lines below belong "
        "to nodes 1, 2, ...; end the name in .graph if they do, and change the order of the lines "
        "otherwise."
    )
