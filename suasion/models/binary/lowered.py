"""Receivers who believe less in state 1: lower beliefs, and what they do to thresholds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.models.numbers.arrays import FloatArray, NumberArray, ObjectArray
from suasion.models.numbers.quoting import quoted
from suasion.models.numbers.rationals import Numbers
from suasion.models.numbers.sequences import Names


def reduced(beliefs: Numbers, by: Any, names: Names) -> Numbers:
    """Beliefs less a margin, at least 0.

    Parameters
    ----------
    beliefs : Numbers, shape (n,)
    by : number in [0, 1], or one per belief
    names : sequence of sequences
        Ways to call the beliefs.

    Examples
    --------
    >>> reduced(Numbers.read(["1/5", "2/5"], "beliefs"), "3/10", ()).plain()
    [0, '1/10']
    """
    margins = _each(by, "by", len(beliefs), names)
    margins.check_range("by", "give how much lower beliefs may be")
    left = _given(beliefs) - _given(margins)
    return Numbers.read(np.maximum(left, left * 0), "beliefs")


def lower_ends(beliefs: Numbers, to: Any, names: Names) -> Numbers:
    """The lower ends of intervals that hold the beliefs, checked.

    Examples
    --------
    >>> lower_ends(Numbers.read(["1/5", "2/5"], "beliefs"), "1/10", ()).plain()
    ['1/10', '1/10']
    """
    ends = _each(to, "to", len(beliefs), names)
    ends.check_range("to", "give the least that each type may believe")
    above = ends.floats > beliefs.floats
    if ends.rational and beliefs.rational:
        above = ends.exact > beliefs.exact
    if above.any():
        i = int(np.argmax(above))
        raise InputError(
            f"to[{i}] is {quoted(_given(ends).tolist()[i])}, above the belief "
            f"{quoted(_given(beliefs).tolist()[i])}; give the least that each type may believe."
        )
    return ends


def thresholds_at(beliefs: Numbers, thresholds: Numbers, lower: Numbers) -> Numbers:
    """The thresholds of types with the same utilities and lower beliefs.

    The odds of a threshold are those of the belief times a ratio of utilities, so that they shrink
    by one factor. Types that match the state (thresholds equal to beliefs) have the lower beliefs
    themselves as thresholds.

    Raises
    ------
    InputError
        For a type that is certain of state 1 and has other utilities: its threshold of 1 is the
        same for all of them.

    Examples
    --------
    >>> quarter, half = Numbers.read(["1/4"], ""), Numbers.read(["1/2"], "")
    >>> thresholds_at(half, quarter, Numbers.read(["1/3"], "")).plain()  # odds 1/3, then 1/6
    ['1/7']
    """
    if thresholds.same(beliefs):
        return lower
    p, rho, less = _given(beliefs), _given(thresholds), _given(lower)
    certain = (p == 1) & (less < 1)
    if certain.any():
        i = int(np.argmax(certain))
        raise InputError(
            f"beliefs[{i}] is 1, and the threshold of a type that is certain does not say what it "
            "needs when it doubts; give its utilities with the lower belief (from_utilities)."
        )
    # Unchanged: beliefs that are not lower, and types that act, or do not, whatever they learn.
    moved = (less < p) & (rho > 0) & (rho < 1)
    one, zero = p * 0 + 1, p * 0
    before, after = np.where(moved, p, one), np.where(moved, less, zero)
    start = np.where(moved, rho, zero)
    acts = after / before * (1 - before) / (1 - after) * start
    # Floats may round up.
    new = np.minimum(acts / (acts + 1 - start), rho)
    return Numbers.read(np.where(moved, new, rho), "thresholds")


def _each(values: Any, field: str, count: int, names: Names) -> Numbers:
    """One number for all types, or one for each."""
    one_for_all = isinstance(values, str) or not isinstance(values, Iterable)
    numbers = Numbers.read([values] * count if one_for_all else values, field, names)
    if len(numbers) != count:
        raise InputError(
            f"{field} has {len(numbers)} entries and there are {count} types; give one of each "
            "per type, or one number for all."
        )
    return numbers


def _given(numbers: Numbers) -> NumberArray:
    """Floats and Fractions as they were given, to compute with."""
    if numbers.given is None:
        floats: FloatArray = numbers.floats
        return floats
    mixed: ObjectArray = np.empty(len(numbers), dtype=object)
    mixed[:] = numbers.given
    return mixed
