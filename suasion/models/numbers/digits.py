"""Whole numbers and rationals of any length as decimal text: Python refuses beyond 4,300 digits.

Its limit guards against time that grows with the square of the length, and is one setting for all
threads; splitting in halves needs neither.
"""

from __future__ import annotations

from fractions import Fraction

# Well below the smallest limit that Python allows to be set (640).
SHORT = 600


def from_digits(text: str) -> int:
    """The whole number that a text of decimal digits writes.

    Examples
    --------
    >>> from_digits("9" * 5000) == 10**5000 - 1
    True
    """
    if len(text) <= SHORT:
        return int(text)
    half = len(text) // 2
    shift: int = 10**half
    return from_digits(text[:-half]) * shift + from_digits(text[-half:])


def to_digits(number: int) -> str:
    """The decimal digits of a whole number, with its sign.

    Examples
    --------
    >>> len(to_digits(-(10**5000)))
    5002
    """
    if number < 0:
        return "-" + to_digits(-number)
    # 10 bits are a little more than 3 digits, so the text is split about in half.
    half = number.bit_length() * 3 // 20
    if 2 * half <= SHORT // 2:
        return str(number)
    front, back = divmod(number, 10**half)
    return to_digits(front) + to_digits(back).zfill(half)


def rational_text(value: Fraction | int) -> str:
    """``p/q`` in full, or ``p`` if whole, of any length."""
    numerator = to_digits(value.numerator)
    return numerator if value.denominator == 1 else f"{numerator}/{to_digits(value.denominator)}"
