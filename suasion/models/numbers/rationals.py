"""Numbers as the user gave them: fast floats, with the exact rationals kept beside them.

A number given as an integer, a ``Fraction``, a ``Decimal`` or a string ("2/5", "0.4") is exact. A
float is the dyadic number it is, so every array has an exact meaning, and nothing is renormalised.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from suasion.errors import InputError
from suasion.models.numbers.arrays import FloatArray, NumberArray, ObjectArray, object_array
from suasion.models.numbers.digits import SHORT, from_digits, rational_text
from suasion.models.numbers.quoting import quoted
from suasion.models.numbers.sequences import Names, in_order

Number = float | int | str | Fraction

SUM_TOLERANCE = 1e-9
# What Fraction reads, without underscores: sign, digits, then divisor or decimals and power.
LONG_NUMBER = re.compile(
    r"\s*([-+]?)(?=[0-9.])([0-9]*)(?:/([0-9]+)|(?:\.([0-9]*))?(?:[eE]([-+]?[0-9]+))?)\s*"
)
# Fraction writes out every zero of "1e999999999"; floats end at 1e308 anyway.
LARGEST_EXPONENT = 4300


def parse_number(value: Any, where: str) -> float | Fraction:
    """One number: a float stays a float, everything exact becomes a ``Fraction``.

    Exact are integers, fractions, text such as "2/5" or "0.4" of any length, ``Decimal``, and any
    other type with Python's ``as_integer_ratio``. numpy's floats are rounded to float64.

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
        raise InputError(f"{where} is {value}, not a number; write 0, 1 or a rational.")
    if isinstance(value, float | np.floating):
        if not math.isfinite(value):
            raise InputError(f"{where} is {value}; give a finite number.")
        return float(value)
    try:
        number = _from_text(value) if isinstance(value, str) else _from_type(value)
    except (OverflowError, ValueError) as error:  # infinite, or not a number, in its own type
        raise InputError(f"{where} is {quoted(value)}; give a finite number.") from error
    if number is None:
        raise InputError(
            f"{where} is {quoted(value)}, which is not a number; write a decimal or a rational "
            'like "2/5".'
        )
    return number


def _from_type(value: Any) -> Fraction | None:
    """The exact value of a number of another type than float; None if it is none."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, int | np.integer):
        return Fraction(int(value))
    if isinstance(value, Decimal) and value.is_finite():
        exponent = value.as_tuple().exponent
        if isinstance(exponent, int) and abs(exponent) > LARGEST_EXPONENT:
            return None
    if isinstance(value, type) or not hasattr(value, "as_integer_ratio"):
        return None
    numerator, denominator = value.as_integer_ratio()
    return Fraction(int(numerator), int(denominator))


def _from_text(text: str) -> Fraction | None:
    """The rational that a text writes, as `Fraction` reads it but of any length; None if none."""
    exponent = text.lower().partition("e")[2]
    try:
        if exponent and abs(int(exponent)) > LARGEST_EXPONENT:
            return None
        if len(text) <= SHORT:
            return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
    parts = LONG_NUMBER.fullmatch(text)
    if parts is None:
        return None
    sign, whole, divisor, decimals, power = parts.groups(default="")
    denominator = from_digits(divisor) if divisor else 10 ** len(decimals)
    if not whole + decimals or denominator == 0:
        return None
    numerator = from_digits(whole + decimals) * (-1 if sign == "-" else 1)
    return Fraction(numerator, denominator) * Fraction(10) ** int(power or 0)


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

        Mappings and Series are matched to `names`: see `sequences.in_order`.
        """
        if isinstance(values, Numbers):
            return values
        items = in_order(values, field, names)
        if isinstance(items, np.ndarray) and items.dtype.kind == "f":
            return cls(_checked(items, field))
        if all(type(item) is float for item in items):
            return cls(_checked(np.array(items, dtype=np.float64), field))
        given = tuple(parse_number(item, f"{field}[{i}]") for i, item in enumerate(items))
        floats = np.array(
            [_rounded(item, f"{field}[{i}]") for i, item in enumerate(given)], dtype=np.float64
        )
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
            shown = quoted(values.tolist()[i])
            interval = "[0, inf)" if upper is None else f"[0, {upper}]"
            raise InputError(f"{field}[{i}] is {shown}, outside {interval}; {remedy}.")

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
            raise InputError(
                f"{field} sum to {quoted(total)}, not {how}; divide each of the {len(self)} "
                "entries by their sum."
            )


def _rounded(value: float | Fraction, where: str) -> float:
    try:
        return float(value)
    except OverflowError as error:
        raise InputError(
            f"{where} is {quoted(value)}, too large for a float; measure in another unit."
        ) from error


def _checked(values: npt.NDArray[Any], field: str) -> FloatArray:
    floats = np.array(values, dtype=np.float64)
    finite = np.isfinite(floats)
    if not finite.all():
        i = int(np.argmin(finite))
        raise InputError(f"{field}[{i}] is {floats[i]}; give a finite number.")
    floats.setflags(write=False)
    return floats


def plain_number(value: float | Fraction) -> float | str | int:
    """A number for a JSON file: a float, an integer, or a rational as "p/q"."""
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else rational_text(value)
    return float(value)
