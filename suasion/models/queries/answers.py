"""Entries of a survey as answers: what they say, which are numbers, and their order."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

# A whole number, as a column of floats writes it.
WHOLE = re.compile(r"([-+]?\d+)\.0+")
# Codes such as 007 are no numbers: written as one they would be another code.
NUMBER = re.compile(r"[-+]?(?!0\d)(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?")
# Floats from here on are not written out.
LARGEST_WHOLE = 1e15


def answer_text(value: Any) -> str:
    """What an entry says: text without spaces around it, whole numbers without ".0".

    A data frame holds the codes 1 and 2 as 1.0 and 2.0 where a neighbour is missing.

    Examples
    --------
    >>> [answer_text(value) for value in (1.0, "2.0", 2.5, " yes ", True)]
    ['1', '2', '2.5', 'yes', 'True']
    """
    if isinstance(value, float | np.floating):
        number = float(value)
        if number.is_integer() and abs(number) < LARGEST_WHOLE:
            return str(int(number))
        return str(value)
    text = str(value).strip()
    whole = WHOLE.fullmatch(text) if "." in text else None
    return whole[1] if whole else text


def answer_number(value: Any) -> float | None:
    """The finite number that an entry is, if it is one; truth values and codes like 007 are not.

    Examples
    --------
    >>> [answer_number(value) for value in (1, "2.5", "007", True, "x")]
    [1.0, 2.5, None, None, None]
    """
    if isinstance(value, bool | np.bool_):
        return None
    if not isinstance(value, int | float | np.number | Decimal | Fraction):
        text = str(value).strip()
        if not (text.isascii() and NUMBER.fullmatch(text)):
            return None
        value = text
    try:
        number = float(value)
    except (OverflowError, TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def answer_order(answer: str) -> tuple[int, float, str]:
    """What answers are sorted by: numbers first, then texts."""
    try:
        number = float(answer)
    except ValueError:
        return 1, 0.0, answer
    return (1, 0.0, answer) if math.isnan(number) else (0, number, answer)
