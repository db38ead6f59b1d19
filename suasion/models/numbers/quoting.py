"""Values as error messages name them: never long, and never an error of their own."""

from __future__ import annotations

from fractions import Fraction
from reprlib import Repr
from typing import Any

from suasion.models.numbers.digits import rational_text

LONGEST_QUOTE = 80
# Shows lists and mappings by their first entries: they may be large, or too deep for `repr`.
_SHORTENED = Repr()
_SHORTENED.maxother = 10_000


def quoted(value: Any) -> str:
    """A value as error messages name it: long ones by their ends and their length.

    Examples
    --------
    >>> quoted(Fraction(1, 3)), quoted("boom")
    ('1/3', "'boom'")
    >>> quoted(Fraction(1, 10**5000))
    '1/10000000000000000000000...0000000000 (5003 characters)'
    """
    try:
        if type(value) in (int, Fraction):
            text = rational_text(value)
        elif isinstance(value, str | bytes):
            text = repr(value)
        else:
            text = " ".join(_SHORTENED.repr(value).split())  # arrays have lines
    except ValueError:  # a list, say, with an integer beyond Python's limit
        return f"a {type(value).__name__}"
    if len(text) <= LONGEST_QUOTE:
        return text
    return f"{text[:25]}...{text[-10:]} ({len(text)} characters)"
