"""Tables as users have them, as columns of equal length by name."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Set
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.models.numbers.sequences import entry_names, in_order, is_series, listed

# What pandas calls a column that has no name in a file, such as the index that it wrote there.
NAMELESS = re.compile(r"\s*|Unnamed: \d+")


def table_columns(table: Any) -> dict[str, list[Any]]:
    """A table as lists of equal length by column name.

    Parameters
    ----------
    table : data frame, structured array, mapping of name to column, or list of mappings
        A field that one of the mappings in a list lacks is None. Columns that are Series are
        matched by their index.

    Raises
    ------
    ValueError
        For a path, arrays without named columns, rows that are no mappings, names that occur
        twice, and columns of different lengths.

    Running time O(entries).

    Examples
    --------
    >>> table_columns([{"age": 30, "town": "north"}, {"age": 40}])
    {'age': [30, 40], 'town': ['north', None]}
    """
    named = _named(table)
    _check_distinct(named)
    columns = {str(name): list(values) for name, values in named.items()}
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        shown = listed([f"{name}: {length}" for name, length in lengths.items()])
        raise InputError(f"table has columns of different lengths: {shown}.")
    return columns


def askable(columns: Iterable[str]) -> list[str]:
    """The names of columns that can be asked about; ValueError for one without a name."""
    names = list(columns)
    for i, name in enumerate(names):
        if NAMELESS.fullmatch(name):
            raise InputError(
                f"table has a column without a name ({name!r}, number {i + 1}), as pandas writes "
                "the index of a data frame; leave it out (exclude, --exclude) or name it."
            )
    return names


def _named(table: Any) -> dict[Any, Any]:
    """Columns by the names they have."""
    if isinstance(table, str | bytes | os.PathLike):
        raise InputError(
            f"table is {table!r}; give its columns: suasion.io.read_table(path) reads a CSV file."
        )
    if isinstance(table, np.ndarray):
        if table.dtype.names is None:
            raise InputError("table is an array without named columns; give a mapping of columns.")
        return {name: in_order(table[name], _field(name)) for name in table.dtype.names}
    if hasattr(table, "to_pydict"):  # a table of pyarrow
        table = table.to_pydict()
    if hasattr(table, "columns") and not isinstance(table, Mapping):
        headings = list(table.columns)
        _check_distinct(headings)
        return {name: list(table[name]) for name in headings}
    if isinstance(table, Mapping):
        names = entry_names(None, *(column for column in table.values() if is_series(column)))
        need = "a list with one answer per row"
        return {
            name: in_order(column, _field(name), names if is_series(column) else (), need)
            for name, column in table.items()
        }
    return _from_rows(table)


def _from_rows(table: Any) -> dict[Any, Any]:
    if is_series(table) or isinstance(table, Set) or not isinstance(table, Iterable):
        raise InputError(
            f"table is a {type(table).__name__}; give a data frame, a mapping of columns or a "
            "list of mappings."
        )
    rows = list(table)
    for i, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise InputError(f"table[{i}] is {row!r}; give a mapping of column to value.")
    given = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in given}


def _check_distinct(headings: Iterable[Any]) -> None:
    seen: set[str] = set()
    for name in map(str, headings):
        if name in seen:
            raise InputError(f"table has the column {name!r} twice; rename one.")
        seen.add(name)


def _field(name: Any) -> str:
    return f"table column {str(name)!r}"
