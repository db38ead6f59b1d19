"""Survey tables in CSV files."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from suasion.errors import InputError
from suasion.io.decimal_commas import with_points
from suasion.io.text_files import read_text
from suasion.models.numbers.rationals import parse_number
from suasion.models.numbers.sequences import listed
from suasion.models.queries.missing_values import MISSING_VALUES

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


def read_table(
    path: str | os.PathLike[str],
    delimiter: str | None = None,
    *,
    decimal: str | None = None,
    missing_values: Iterable[str] = MISSING_VALUES,
    verbatim: Sequence[str] = (),
) -> dict[str, list[str]]:
    """Read a CSV file with a header as columns of text.

    Parameters
    ----------
    path : path
        A file in UTF-8, or in UTF-16 with a byte-order mark.
    delimiter : one character, optional
        What separates fields; default the one of comma, semicolon, tab and bar that splits the
        header, or the one that splits all rows alike if several do. A first line ``sep=;`` says
        it too.
    decimal : "," or ".", optional
        What separates decimals in columns of numbers; default a comma where one is found in a
        file that does not separate fields by commas.
    missing_values : iterable of str
        Texts in a column of numbers that are none.
    verbatim : sequence of str
        Columns in which commas mean something else.

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
        columns = _columns(rows, target)
    except csv.Error as error:
        raise InputError(f"{target}: line {rows.line_num} is not CSV: {error}.") from error
    if decimal is None and delimiter == ",":
        return columns
    return with_points(columns, decimal, ("", *missing_values), verbatim)


def read_costs(path: str | os.PathLike[str], delimiter: str | None = None) -> dict[str, Fraction]:
    """Read a CSV file of what questions cost, with the columns question and cost.

    Raises
    ------
    ValueError
        For other columns, a question that occurs twice, and a cost that is no number >= 0.
    """
    columns = read_table(path, delimiter)
    if not {"question", "cost"} <= set(columns):
        raise InputError(
            f"{path}: has the columns {listed(list(columns))}; give question and cost."
        )
    costs: dict[str, Fraction] = {}
    for row, (name, given) in enumerate(zip(columns["question"], columns["cost"], strict=True)):
        cost = Fraction(parse_number(given, f"{path}: cost[{row}]"))
        if cost < 0:
            raise InputError(f"{path}: cost[{row}] is {given}; give a number >= 0.")
        if name in costs:
            raise InputError(f"{path}: question[{row}] is {name!r} again; name each once.")
        costs[name] = cost
    return costs


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
