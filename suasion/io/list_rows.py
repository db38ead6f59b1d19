"""Rows of words in lists of edges or neighbours: separators, quotes, comments."""

from __future__ import annotations

import re
from dataclasses import dataclass

from suasion.errors import InputError
from suasion.io.graph_text import numbered

COMMENTS = ("#", "%", "//")
# What lines of other formats begin with -> what to do.
FOREIGN = {
    r"%%matrixmarket\b": "is a matrix of Matrix Market; end the name in .mtx",
    r"<": "is XML; end the name in .graphml if it is GraphML",
    r"\*\w": "is Pajek's; end the name in .net",
    r"(strict\s+)?(di)?graph\b.*[\[{]|graph$": "is GML or Graphviz; end the name in .gml if it is "
    "GML, and convert it otherwise",
    r"[\[{]|\(.*,.*\)$": "is no list of words; write nodes with blanks or commas between them",
    r">>(di)?(graph|sparse)6<<": "is graph6 or sparse6; end the name in .g6 or .s6",
}


@dataclass(frozen=True)
class Row:
    """The words on a line."""

    line: int
    words: list[str]

    def __str__(self) -> str:
        return " ".join(self.words)[:40]


@dataclass(frozen=True)
class Rows:
    """What a file lists.

    Attributes
    ----------
    rows : list of Row
    arcs : bool
        Whether a comment says that the graph is directed.
    """

    rows: list[Row]
    arcs: bool


def no_word_between(row: Row) -> InputError:
    """What is wrong with a row where a node should be and is not."""
    return InputError(f"line {row.line} has two separators with no node between; mend it.")


def read_rows(text: str) -> Rows:
    r"""The rows of a list; words are parted by semicolons, commas, or else blanks and tabs.

    Raises
    ------
    ValueError
        With the line: for names with blanks outside quotation marks, quotation marks that are not
        closed, and lines of other formats.

    Examples
    --------
    >>> [row.words for row in read_rows('% two edges\na "b c"\nb d # last').rows]
    [['a', 'b c'], ['b', 'd']]
    """
    rows: list[Row] = []
    arcs, separator = False, ""
    for number, line in numbered(text):
        if not line:
            continue
        if not rows:
            _check_foreign(number, line)
        if line.startswith(COMMENTS):
            arcs = arcs or _says_directed(number, line)
            continue
        bare = _without_remarks(line)
        separator = separator or next((mark for mark in ";," if mark in _unquoted(bare)), " ")
        rows.append(Row(number, _words(bare, separator, number)))
    return Rows(rows, arcs)


def _check_foreign(number: int, line: str) -> None:
    for pattern, remedy in FOREIGN.items():
        if re.match(pattern, line, re.IGNORECASE):
            raise InputError(f"line {number} ({line[:40]!r}) {remedy}.")


def _says_directed(number: int, comment: str) -> bool:
    """Whether a comment of KONECT or SNAP says that the graph is directed."""
    words = comment.lower().lstrip("#%/ ").split()
    if words[:1] == ["bip"] and comment.startswith("%"):
        raise InputError(
            f"line {number} says that the graph is bipartite, and such files number each side "
            "from 1; give the nodes of the two sides different names, and take the line out."
        )
    return words[:1] == ["asym"] or " ".join(words).startswith("directed graph")


def _unquoted(line: str) -> str:
    return re.sub(r'"[^"]*"', "", line) if '"' in line else line


def _without_remarks(line: str) -> str:
    """A line without the dictionary of attributes and the comment that may end it."""
    if not re.search(r"[#%{]|//", line):
        return line
    part = r"""("(?:[^"]|"")*"|[^"])*?"""
    found = re.match(rf"{part}(?=[\s,;]\{{|\s(?:#|%|//))", line)
    return line[: found.end()].rstrip(" \t,;") if found else line


def _words(line: str, separator: str, number: int) -> list[str]:
    if separator == " " and not re.search("[\t#'\"]", line):
        return line.split()
    if separator == " ":
        fields = [field.strip() for field in line.split("\t") if field.strip()]
        if len(fields) > 1 and any(len(_split(field, " ")) > 1 for field in fields):
            raise InputError(
                f"line {number} ({line[:40]!r}) has tabs and blanks between words; use one of "
                "them, and quotation marks around names with blanks."
            )
    words = _split(line, separator)
    while len(words) > 1 and not words[-1]:
        words.pop()
    return [_name(word, number) for word in words]


def _split(line: str, separator: str) -> list[str]:
    if '"' not in line and "'" not in line:
        return line.split() if separator == " " else [w.strip() for w in line.split(separator)]
    quoted = r""""(?:[^"]|"")*"|'[^']*'"""
    if separator == " ":
        return re.findall(rf"(?:{quoted})(?=\s|$)|\S+", line)
    field = rf"\s*((?:{quoted})(?=\s*(?:{separator}|$))|[^{separator}]*)(?:{separator}|$)"
    return [word.strip() for word in re.findall(field, line)][: line.count(separator) + 1]


def _name(word: str, number: int) -> str:
    """A word without its quotation marks."""
    for mark in "\"'":
        if len(word) > 1 and word[0] == word[-1] == mark:
            return word[1:-1].replace(mark * 2, mark)
    if '"' in word or word[:1] == "'":
        raise InputError(
            f"line {number}: {word[:40]!r} has a quotation mark that is not closed; close it."
        )
    if re.search(r"[\s#]", word):
        raise InputError(
            f"line {number}: {word[:40]!r} has a blank or # in it; put the name in quotation "
            "marks (or a blank before a comment)."
        )
    return word
