"""Entries as users give them: lists, arrays, mappings, Series and data frames, read in one place.

A mapping or a Series says by its keys which entry is whose, so it is matched by them and never
read as the list that it is not. pandas and polars are recognised by what their objects offer: they
need not be installed.
"""

from __future__ import annotations

from collections.abc import Iterable, KeysView, Mapping, Sequence, Set
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from suasion.errors import InputError
from suasion.models.numbers.quoting import quoted

# Ways to call the entries: each way has one name per entry, in their order.
Names = Sequence[Sequence[Any]]
SHOWN_NAMES = 8


def in_order(
    values: Any, field: str, names: Names = (), need: str = "a list of numbers"
) -> Sequence[Any] | npt.NDArray[Any]:
    """The entries of a list, array, generator, mapping or Series, in the order they belong in.

    Parameters
    ----------
    values : iterable
        A mapping is matched by its keys; a Series by its index, unless the index only counts from
        0 or there are no names. Everything else is in order already.
    field : str
        What the user calls it, for error messages.
    names : sequence of sequences
        The ways to call the entries. A `range` numbers what has no names: a Series that numbers
        it otherwise is refused, because it may be in order or not.
    need : str
        What is wanted, for error messages.

    Raises
    ------
    ValueError
        For text, sets (they have no order), data frames, arrays of several dimensions, masked
        entries, mappings without names to match, and keys that are not the names.

    Examples
    --------
    >>> in_order({"b": 2, "a": 1}, "costs", [["a", "b"]])
    [1, 2]
    """
    if type(values) in (list, tuple):
        return cast("Sequence[Any]", values)
    if isinstance(values, np.ndarray):
        return _one_dimensional(values, field, need)
    if is_frame(values):
        raise InputError(f"{field} is a data frame; give {need}, such as one of its columns.")
    if isinstance(values, str | bytes | bytearray) or not isinstance(values, Iterable):
        raise InputError(f"{field} is {quoted(values)}; give {need}.")
    if isinstance(values, Set) and not isinstance(values, KeysView):
        raise InputError(f"{field} is a set, which has no order; give {need}.")
    if isinstance(values, Mapping):
        if not names:
            raise InputError(
                f"{field} is a mapping, and its entries have no names to match; give {need}."
            )
        return matched(list(values), list(values.values()), field, names, strict=True)
    if is_series(values):
        series: Any = values
        entries = series.to_numpy() if _of_floats(series) else list(series)
        return matched(list(series.index), entries, field, names) if names else entries
    return values if isinstance(values, Sequence) else list(values)


def in_rows(
    values: Any, field: str, names: Names = (), need: str = "a list of lists"
) -> Sequence[Any]:
    """As `in_order` for what is nested: an array of several dimensions is a list of its rows."""
    if isinstance(values, np.ndarray) and values.ndim > 1:
        check_unmasked(values, field)
        return list(np.asarray(values))
    return list(in_order(values, field, names, need))


def distinct_integers(values: Any, field: str) -> npt.NDArray[np.intp]:
    """Integers whose order does not matter, as queries or sets chosen: sorted, without repeats."""
    given = values
    if not isinstance(values, np.ndarray):
        unordered = list(values) if isinstance(values, Set) else values
        given = np.asarray(in_order(unordered, field, need="a list of integers"))
    if given.ndim != 1 or (given.size and given.dtype.kind not in "iu"):
        raise InputError(f"{field} is {quoted(values)}; give a list of integers.")
    return np.unique(given.astype(np.intp))


def matched(
    keys: Sequence[Any],
    entries: Sequence[Any] | npt.NDArray[Any],
    field: str,
    names: Names,
    strict: bool = False,
) -> Sequence[Any] | npt.NDArray[Any]:
    """The entries in the order of the names; keys that only count from 0 are none if not strict.

    Keys and names are compared as text, as files hold them: 1 is "1".
    """
    if not names:
        return entries
    own = [str(key) for key in keys]
    if len(set(own)) == len(own):
        place = {key: i for i, key in enumerate(own)}
        for way in names:
            wanted = [str(name) for name in way]
            if own == wanted:
                return entries
            if len(wanted) == len(own) and all(name in place for name in wanted):
                if not strict and isinstance(way, range):
                    raise InputError(
                        f"{field} has the index {listed(keys)}, which is another order than "
                        f"{listed(way)}; sort it by its index, or give a list."
                    )
                return [entries[place[name]] for name in wanted]
    elif any(own == [str(name) for name in way] for way in names):
        return entries
    if not strict and own == [str(i) for i in range(len(own))]:
        return entries
    raise InputError(_mismatch(own, field, names[0]))


def _mismatch(own: Sequence[str], field: str, names: Sequence[Any]) -> str:
    wanted = [str(name) for name in names]
    expected = f"give one entry for each of {listed(wanted)}, or a list in their order."
    known, seen = set(wanted), set()
    for key in own:
        if key not in known:
            return f"{field} has the key {key!r}, which is not one of the names; {expected}"
        if key in seen:
            return f"{field} has the key {key!r} twice; {expected}"
        seen.add(key)
    absent = next((name for name in wanted if name not in seen), None)
    return f"{field} has no entry for {absent!r}; {expected}"


def entry_names(labels: Any, *fields: Any, field: str = "labels") -> list[Sequence[Any]]:
    """The ways to call entries that several fields share: the labels, and the first keys given.

    `field` is what the user calls the labels.

    Examples
    --------
    >>> entry_names(None, [1, 2], {"a": 3, "b": 4})
    [['a', 'b']]
    """
    ways: list[Sequence[Any]] = []
    ways += [] if labels is None else [list(in_order(labels, field, need="a list of strings"))]
    found = (keys_of(values) for values in (labels, *fields))
    first = next((keys for keys in found if keys is not None), None)
    if ways and keys_of(labels) is None and any(isinstance(key, str) for key in first or ()):
        # Text must be the labels; numbers may be the rows of a table that these stand in.
        return ways
    return ways if first is None else [*ways, first]


def keys_of(values: Any) -> list[Any] | None:
    """The keys of a mapping or the index of a Series or a data frame; None for what has none.

    The keys 0, 1, ... of a mapping are positions, in whatever order they stand.
    """
    if isinstance(values, Mapping):
        return _numbered(list(values))
    return list(values.index) if is_series(values) or hasattr(values, "iloc") else None


def columns_of(values: Any) -> list[Any] | None:
    """The columns of a data frame, as `keys_of`; None for anything else."""
    return _numbered(list(values.columns)) if is_frame(values) else None


def labels_of(names: Names) -> list[str] | None:
    """The names as labels if all of them are text."""
    first = list(names[0]) if names else []
    return first if first and all(isinstance(name, str) for name in first) else None


def frame_rows(frame: Any, field: str, names: Sequence[Names]) -> list[list[Any]]:
    """The rows of a data frame, matched to the names of rows and of columns.

    Columns are read one by one: together, integers beside floats would become floats.
    """
    headings = list(frame.columns)
    columns: Any = [list(_column(frame, j)) for j in range(len(headings))]
    columns = matched(headings, columns, f"{field} (columns)", names[1])
    rows = [list(row) for row in zip(*columns, strict=True)]
    return list(matched(keys_of(frame) or range(len(rows)), rows, f"{field} (rows)", names[0]))


def is_frame(values: Any) -> bool:
    """Whether it is a data frame of pandas or polars."""
    return hasattr(values, "columns") and hasattr(values, "to_numpy")


def is_series(values: Any) -> bool:
    """Whether it is a column with an index."""
    return hasattr(values, "iloc") and hasattr(values, "index") and not is_frame(values)


def _column(frame: Any, j: int) -> Any:
    return frame.iloc[:, j] if hasattr(frame, "iloc") else frame[:, j]


def _of_floats(series: Any) -> bool:
    return isinstance(series.dtype, np.dtype) and series.dtype.kind == "f"


def _numbered(keys: list[Any]) -> list[Any]:
    """Keys that are the numbers 0, 1, ... in increasing order; others as they are."""
    count: list[Any] = list(range(len(keys)))
    return count if {str(key) for key in keys} == set(map(str, count)) else keys


def _one_dimensional(values: Any, field: str, need: str) -> npt.NDArray[Any]:
    if values.ndim != 1:
        raise InputError(f"{field} has {values.ndim} dimensions; give {need}, not nested.")
    check_unmasked(values, field)
    return np.asarray(values)


def check_unmasked(values: npt.NDArray[Any], field: str) -> None:
    """Raise ValueError at the first masked entry, whose number is not meant."""
    masked = np.argwhere(np.ma.getmaskarray(values)) if np.ma.isMA(values) else None
    if masked is not None and len(masked):
        place = "".join(f"[{i}]" for i in masked[0])
        raise InputError(f"{field}{place} is masked; give a number, or leave the entry out.")


def listed(names: Sequence[Any]) -> str:
    """The first names, for a sentence."""
    shown = ", ".join(str(name) for name in names[:SHOWN_NAMES])
    return f"{shown}{', ...' if len(names) > SHOWN_NAMES else ''}"
