"""Arrays of numbers of two or three dimensions, exact where they were given exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.models.numbers.arrays import FloatArray, NumberArray, ObjectArray, object_array
from suasion.models.numbers.rationals import Numbers
from suasion.models.numbers.sequences import Names, check_unmasked, frame_rows, in_rows, is_frame


@dataclass(frozen=True, eq=False)
class NumberTable:
    """Read-only numbers in rows, such as utilities by type, state and action.

    Attributes
    ----------
    numbers : Numbers
        All entries, the last index running fastest.
    shape : tuple of int

    Examples
    --------
    >>> table = NumberTable.read([["1/3", 0], [1, "0.5"]], "utility", ("state", "action"))
    >>> table.floats[1, 1], table.exact[0, 0]
    (np.float64(0.5), Fraction(1, 3))
    """

    numbers: Numbers
    shape: tuple[int, ...]

    @classmethod
    def read(
        cls, values: Any, field: str, axes: tuple[str, ...], names: Sequence[Names] | None = None
    ) -> NumberTable:
        """Read nested lists, an array, or (two axes) a data frame.

        Parameters
        ----------
        axes : tuple of str
            What each index counts, for error messages: ``("state", "action")``.
        names : one per axis, optional
            What the entries along it are called, for mappings, Series and data frames: see
            `suasion.models.numbers.sequences.in_order`.

        Raises
        ------
        ValueError
            For ragged rows, a wrong depth, or an entry that is not a finite number.
        """
        if isinstance(values, NumberTable):
            return values
        if isinstance(values, np.ndarray) and values.dtype.kind == "f":
            return cls._of_floats(values, field, axes)
        rows: list[Numbers] = []
        shape = _collect(values, field, axes, names or [()] * len(axes), rows)
        return cls(_joined(rows), shape)

    @classmethod
    def _of_floats(
        cls, values: np.ndarray[Any, Any], field: str, axes: tuple[str, ...]
    ) -> NumberTable:
        if values.ndim != len(axes):
            raise InputError(
                f"{field} has {values.ndim} dimensions; give one number per {_each(axes)}."
            )
        check_unmasked(values, field)
        values = np.asarray(values)
        finite = np.isfinite(values)
        if not finite.all():
            where = np.argwhere(~finite)[0]
            place = "".join(f"[{i}]" for i in where)
            raise InputError(f"{field}{place} is {values[tuple(where)]}; give a finite number.")
        return cls(Numbers.read(values.reshape(-1), field), values.shape)

    @property
    def floats(self) -> FloatArray:
        """The numbers as float64, read-only."""
        return self.numbers.floats.reshape(self.shape)

    @property
    def exact(self) -> ObjectArray:
        """The numbers as Fractions, read-only."""
        return self.numbers.exact.reshape(self.shape)

    @property
    def rational(self) -> bool:
        """True when every entry was given exactly."""
        return self.numbers.rational

    def array(self, exact: bool) -> NumberArray:
        """The Fractions if `exact`, else the floats."""
        return self.exact if exact else self.floats

    def __getitem__(self, i: int) -> Numbers | NumberTable:
        """One row: a vector of a table with two indices, else a table."""
        size = int(np.prod(self.shape[1:]))
        part = slice(i * size, (i + 1) * size)
        given = None if self.numbers.given is None else self.numbers.given[part]
        row = Numbers(self.numbers.floats[part], given)
        return row if len(self.shape) == 2 else NumberTable(row, self.shape[1:])

    def take(self, positions: Sequence[int]) -> NumberTable:
        """The rows at the positions."""
        rows = [self[i] for i in positions]
        parts = [row if isinstance(row, Numbers) else row.numbers for row in rows]
        return NumberTable(_joined(parts), (len(rows), *self.shape[1:]))

    def same(self, other: NumberTable) -> bool:
        """Equal as numbers, whatever way they were written."""
        return self.shape == other.shape and self.numbers.same(other.numbers)

    def plain(self) -> list[Any]:
        """Nested lists for a JSON file, rationals as strings."""
        flat = object_array(self.numbers.plain())
        nested: list[Any] = flat.reshape(self.shape).tolist()
        return nested


def _each(axes: tuple[str, ...]) -> str:
    return " and ".join(axes)


def _collect(
    values: Any,
    field: str,
    axes: tuple[str, ...],
    names: Sequence[Names],
    rows: list[Numbers],
) -> tuple[int, ...]:
    """Read nested rows into `rows`; their shape."""
    if isinstance(values, NumberTable):
        rows.append(values.numbers)
        return values.shape
    if len(axes) == 1:
        rows.append(Numbers.read(values, field, names[0]))
        return (len(rows[-1]),)
    entries = _entries(values, field, axes, names)
    shapes = [
        _collect(row, f"{field}[{i}]", axes[1:], names[1:], rows) for i, row in enumerate(entries)
    ]
    for i, shape in enumerate(shapes):
        if shape != shapes[0]:
            raise InputError(
                f"{field}[{i}] has {_size(shape)} entries and {field}[0] has {_size(shapes[0])}; "
                f"give one number per {_each(axes[1:])} everywhere."
            )
    return (len(shapes), *(shapes[0] if shapes else (0,) * (len(axes) - 1)))


def _entries(
    values: Any, field: str, axes: tuple[str, ...], names: Sequence[Names]
) -> Sequence[Any]:
    """What the first index counts."""
    if is_frame(values):
        if len(axes) > 2:
            raise InputError(f"{field} is a data frame; give one per {axes[0]}.")
        return frame_rows(values, field, names)
    if isinstance(values, np.ndarray) and values.ndim != len(axes) and values.dtype != object:
        raise InputError(
            f"{field} has {values.ndim} dimensions; give one number per {_each(axes)}."
        )
    return in_rows(values, field, names[0], f"one list per {axes[0]}")


def _size(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))


def _joined(parts: Sequence[Numbers]) -> Numbers:
    floats = np.concatenate([np.empty(0), *(part.floats for part in parts)])
    floats.setflags(write=False)
    if all(part.given is None for part in parts):
        return Numbers(floats)
    given: list[Any] = []
    for part in parts:
        given += part.floats.tolist() if part.given is None else part.given
    return Numbers(floats, tuple(given))
