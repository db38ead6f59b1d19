"""Survey tables in CSV files."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from suasion.errors import InputError
from suasion.io.text_files import read_text

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


def read_table(path: str | os.PathLike[str], delimiter: str | None = None) -> dict[str, list[str]]:
    """Read a CSV file with a header as columns of text.

    Parameters
    ----------
    path : path
        A file in UTF-8, or in UTF-16 with a byte-order mark.
    delimiter : one character, optional
        What separates fields; default the one of comma, semicolon, tab and bar that splits the
        header, or the one that splits all rows alike if several do. A first line ``sep=;`` says
        it too.

    Raises
    ------
    ValueError
        For a file that cannot be read, has no rows, repeats a column, has a row of another
        length than its header (with the line number), or could be split in several ways.
    """
    target = Path(path)
    text = read_text(target, f"{target}: ")
    said = re.match(r"sep=(.)\n", text)
    if said:
        # The line stays, as a blank one, so that lines are numbered as in the file.
        text = text[said.end() - 1 :]
    if delimiter is None:
        delimiter = said.group(1) if said else _delimiter(text, target)
    elif len(delimiter) != 1 or delimiter in '\r\n"':
        raise InputError(f"delimiter is {delimiter!r}; give one character, such as , or ;.")
    rows = _rows(text, delimiter)
    try:
        return _columns(rows, target)
    except csv.Error as error:
        raise InputError(f"{target}: line {rows.line_num} is not CSV: {error}.") from error


def _rows(text: str, delimiter: str) -> Any:
    # Only the reader knows which line ends are inside quotes; strict: an open quote is an error.
    return csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)


def _delimiter(text: str, target: Path) -> str:
    """What splits the header; of several, what splits every row into as many fields."""
    several = [mark for mark in DELIMITERS if len(next(_parsed(text, mark), [])) > 1]
    if len(several) < 2:
        return several[0] if several else ","
    fitting = [mark for mark in several if len({len(row) for row in _parsed(text, mark)}) == 1]
    if len(fitting) > 1:
        names = " or ".join(DELIMITERS[mark] for mark in fitting)
        raise InputError(
            f"{target}: can be split at each {names}; say which (delimiter, --delimiter)."
        )
    return (fitting or several)[0]


def _parsed(text: str, delimiter: str) -> Iterator[list[str]]:
    """The rows up to the first that is none, which counts as a row without fields."""
    try:
        yield from (row for row in _rows(text, delimiter) if row)
    except csv.Error:
        yield []


def _columns(rows: Any, target: Path) -> dict[str, list[str]]:
    header: list[str] = next((row for row in rows if row), [])
    if not header:
        raise InputError(f"{target}: is empty; give a header and one row per respondent.")
    columns: dict[str, list[str]] = {name: [] for name in header}
    if len(columns) < len(header):
        again = next(name for i, name in enumerate(header) if name in header[:i])
        raise InputError(f"{target}: column {again!r} occurs twice; rename one.")
    lists = list(columns.values())
    for row in rows:
        if not row:
            continue
        if len(row) != len(header):
            raise InputError(
                f"{target}: line {rows.line_num} has {len(row)} fields and the header has "
                f"{len(header)}."
            )
        for values, value in zip(lists, row, strict=True):
            values.append(value)
    if not lists[0]:
        raise InputError(f"{target}: has a header and no rows; give one row per respondent.")
    return columns
