"""Survey tables in CSV files."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from typing import Any

from suasion.io.text_files import read_text


def read_table(path: str | os.PathLike[str]) -> dict[str, list[str]]:
    """Read a CSV file with a header as columns of text.

    Raises
    ------
    ValueError
        For a file that cannot be read, has no rows, repeats a column, or has a row of another
        length than its header (with the line number).
    """
    target = Path(path)
    # Only the reader knows which line ends are inside quotes; strict: an open quote is an error.
    rows = csv.reader(io.StringIO(read_text(target, f"{target}: "), newline=""), strict=True)
    try:
        return _columns(rows, target)
    except csv.Error as error:
        raise ValueError(f"{target}: line {rows.line_num} is not CSV: {error}.") from error


def _columns(rows: Any, target: Path) -> dict[str, list[str]]:
    header: list[str] = next(rows, [])
    if not header:
        raise ValueError(f"{target}: is empty; give a header and one row per respondent.")
    repeated = [name for i, name in enumerate(header) if name in header[:i]]
    if repeated:
        raise ValueError(f"{target}: column {repeated[0]!r} occurs twice; rename one.")
    columns: dict[str, list[str]] = {name: [] for name in header}
    for row in rows:
        if not row:
            continue
        if len(row) != len(header):
            raise ValueError(
                f"{target}: line {rows.line_num} has {len(row)} fields and the header has "
                f"{len(header)}."
            )
        for name, value in zip(header, row, strict=True):
            columns[name].append(value)
    if not columns[header[0]]:
        raise ValueError(f"{target}: has a header and no rows; give one row per respondent.")
    return columns
