"""Numbers as the user gave them: fast floats, with the exact rationals kept beside them.

A number given as an integer, a ``Fraction`` or a string ("2/5", "0.4") is exact. A float is
the dyadic number it is, so every array has an exact meaning, and nothing is renormalised.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from suasion.models.sequences import Names, in_order

FloatArray = npt.NDArray[np.float64]
ObjectArray = npt.NDArray[np.object_]
# float64, or dtype=object with Fractions: numpy arithmetic is the same for both.
NumberArray = npt.NDArray[Any]
Number = float | int | str | Fraction

SUM_TOLERANCE = 1e-9
# Fraction writes out every zero of "1e999999999"; floats end at 1e308 anyway.
LARGEST_EXPONENT = 4300


def parse_number(value: Any, where: str) -> float | Fraction:
    """One number: a float stays a float, everything exact becomes a ``Fraction``.

    Raises
    ------
    ValueError
        If `value` is not a finite number or not a rational such as "2/5"; `where` names the
        field and position in the message.

    Examples
    --------
    >>> parse_number("2/5", "beliefs[0]")
    Fraction(2, 5)
    """
    if isinstance(value, bool | np.bool_):
        raise ValueError(f"{where} is {value}, not a number; write 0, 1 or a rational.")
    if isinstance(value, float | np.floating):
        if not math.isfinite(value):
            raise ValueError(f"{where} is {value}; give a finite number.")
        return float(value)
    if isinstance(value, int | np.integer):
        return Fraction(int(value))
    if isinstance(value, Fraction):
        return value
    if isinstance(value, str):
        try:
            exponent = value.lower().partition("e")[2]
            if not exponent or abs(int(exponent)) <= LARGEST_EXPONENT:
                return Fraction(value)
        except (ValueError, ZeroDivisionError):
            pass
    raise ValueError(
        f'{where} is {value!r}, which is not a number; write a decimal or a rational like "2/5".'
    )


@dataclass(frozen=True, eq=False)
class Numbers:
    """A read-only vector of numbers: float64, and the exact rationals where they were given.

    Attributes
    ----------
    floats : numpy.ndarray
        The numbers rounded to float64, read-only, shape (n,).
    given : tuple of (float or Fraction), or None
        The numbers as given; None when all of them were floats.
    """

    floats: FloatArray
    given: tuple[float | Fraction, ...] | None = None

    @classmethod
    def read(cls, values: Any, field: str, names: Names = ()) -> Numbers:
        """Read any one-dimensional sequence of numbers; `field` is named in error messages.

        Mappings and Series are matched to `names`: see `suasion.models.sequences.in_order`.
        """
        if isinstance(values, Numbers):
            return values
        items = in_order(values, field, names)
        if isinstance(items, np.ndarray) and items.dtype.kind == "f":
            return cls(_checked(items, field))
        if all(type(item) is float for item in items):
            return cls(_checked(np.array(items, dtype=np.float64), field))
        given = tuple(parse_number(item, f"{field}[{i}]") for i, item in enumerate(items))
        try:
            floats = np.array([float(item) for item in given], dtype=np.float64)
        except OverflowError as error:
            raise ValueError(f"{field} has a number too large for a float.") from error
        floats.setflags(write=False)
        return cls(floats, given)

    def __len__(self) -> int:
        return len(self.floats)

    @property
    def rational(self) -> bool:
        """True when every entry was given exactly."""
        return self.given is not None and not any(isinstance(v, float) for v in self.given)

    @cached_property
    def exact(self) -> ObjectArray:
        """The numbers as Fractions (dtype object); a float is the dyadic number it is."""
        source: Sequence[float | Fraction] = (
            self.floats.tolist() if self.given is None else self.given
        )
        return object_array([Fraction(v) for v in source])

    def array(self, exact: bool) -> NumberArray:
        """The Fractions if `exact`, else the floats."""
        return self.exact if exact else self.floats

    def exact_at(self, i: int) -> Fraction:
        """One number as a Fraction, without converting the others."""
        return Fraction(float(self.floats[i]) if self.given is None else self.given[i])

    def plain(self) -> list[float | str | int]:
        """The numbers for a JSON file: floats, integers, and rationals as strings."""
        if self.given is None:
            return list(self.floats.tolist())
        return [plain_number(value) for value in self.given]

    def same(self, other: Numbers) -> bool:
        """Equal as numbers: the same exact values, whatever way they were written."""
        if not np.array_equal(self.floats, other.floats):
            return False
        if self.given is None and other.given is None:
            return True
        return bool(np.array_equal(self.exact, other.exact))

    def check_range(self, field: str, remedy: str, upper: float | None = 1) -> None:
        """Raise ValueError at the first entry below 0 or above `upper`."""
        values: NumberArray = self.floats if self.given is None else self.exact
        bad = values < 0
        if upper is not None:
            bad = bad | (values > upper)
        if bad.any():
            i = int(np.argmax(bad))
            shown = values[i]
            interval = "[0, inf)" if upper is None else f"[0, {upper}]"
            raise ValueError(f"{field}[{i}] is {shown}, outside {interval}; {remedy}.")

    def check_sum(self, field: str) -> None:
        """Raise ValueError unless the sum is 1: exactly for rationals, within 1e-9 for floats."""
        if self.rational:
            total: float | Fraction = sum(self.exact.tolist(), Fraction(0))
            wrong = total != 1
        else:
            total = math.fsum(self.floats.tolist())
            wrong = not abs(total - 1) <= SUM_TOLERANCE
        if wrong:
            how = "exactly 1" if self.rational else "1 within 1e-9"
            raise ValueError(
                f"{field} sum to {total}, not {how}; divide each of the {len(self)} entries "
                "by their sum."
            )


def _checked(values: npt.NDArray[Any], field: str) -> FloatArray:
    floats = np.array(values, dtype=np.float64)
    finite = np.isfinite(floats)
    if not finite.all():
        i = int(np.argmin(finite))
        raise ValueError(f"{field}[{i}] is {floats[i]}; give a finite number.")
    floats.setflags(write=False)
    return floats


def object_array(values: Sequence[Any]) -> ObjectArray:
    """A read-only one-dimensional array of Python objects (numpy would try to nest them)."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    array.setflags(write=False)
    return array


def rational_text(value: Fraction) -> str:
    """``p/q`` in full; Python refuses to write integers of over 4,300 digits unless told to."""
    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        return str(value)
    finally:
        sys.set_int_max_str_digits(limit)


def plain_number(value: float | Fraction) -> float | str | int:
    """A number for a JSON file: a float, an integer, or a rational as "p/q"."""
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else rational_text(value)
    return float(value)
