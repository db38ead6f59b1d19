"""Which types can be pooled without loss: those for whom one message is best."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from suasion.models.binary.envelope import concave_envelope
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.numbers.arrays import IntArray, NumberArray


def best_levels(instance: BinaryPersuasion) -> tuple[NumberArray, NumberArray]:
    """For each type the levels of the one-message policies that earn all it can ever earn.

    The policy of level c <= 1/2 sends one message always in state 1, and in state 0 with
    probability c / (1 - c): whoever has a threshold of at least c acts on it. A type whose
    threshold t is below 1/2 needs level t exactly, or any up to t if it is sure of state 1; one
    at 1/2 or above needs level 1/2, or any if it is sure of state 1 or has threshold 1. Types
    that earn nothing whatever they are told, or have no weight, take any level.

    **A set of types is pooled without loss iff some level is best for all of them**: V(C) equals
    the sum of V({i}) iff these intervals have a common point, and intervals on a line have one iff
    any two of them meet. So testing pairs of types is enough.

    *Proof.* Let s(q) >= 0 be the odds of the message sent at quantile q of state 1; its integral,
    at most 1, is what state 0 spends on these messages (the rest goes to messages that only types
    of threshold 1 follow). Type i, of odds r and state belief p, earns the integral of
    p + (1 - p) s over {s <= r}. Almost everywhere is meant in what follows.

    * r < 1, p < 1, not r = p = 0: at most p + (1 - p) r, with equality iff s = r.
    * r < 1, p = 1: at most 1, with equality iff s <= r.
    * r >= 1, p < 1: at most 1, with equality iff s <= r and the integral is 1.
    * r >= 1, p = 1: at most 1, with equality iff s <= r.

    So a common level earns each its most. Conversely let one s do so for all. If a type of the
    first kind is among them, s is constant and its level in every interval. Else, if one of the
    third kind is, no type of the second kind is (the integral would be below 1), and level 1/2 is
    in every interval. Else level 0 is.

    Returns
    -------
    lowest, highest : arrays, shape (n,)
        Ends of the interval of best levels, within [0, 1/2]; Fractions when the instance's
        numbers are, else floats. O(n).

    Examples
    --------
    >>> instance = BinaryPersuasion(["1/3"] * 3, ["1/4", "1/2", "4/5"])
    >>> [str(level) for level in best_levels(instance)[0]]
    ['1/4', '1/2', '1/2']
    """
    exact = instance.rational
    weights, _, rho, mu = instance.numbers(exact)
    half: Any = Fraction(1, 2) if exact else 0.5
    lowest, highest = np.minimum(rho, half), np.minimum(rho, half)
    sure = mu == 1
    content = (weights == 0) | ((rho == 0) & (mu == 0)) | (rho == 1)
    lowest[sure | content] = half * 0
    highest[content] = half
    return lowest, highest


def lossy(levels: tuple[NumberArray, NumberArray], first: IntArray, second: IntArray) -> Any:
    """Whether types `first` and `second`, arrays of positions, lose when pooled: pair by pair.

    Examples
    --------
    >>> instance = BinaryPersuasion(["1/3"] * 3, ["1/4", "1/2", "4/5"])
    >>> lossy(best_levels(instance), np.array([0, 1]), np.array([1, 2])).tolist()
    [True, False]
    """
    lowest, highest = levels
    return (highest[first] < lowest[second]) | (highest[second] < lowest[first])


def least_loss(instance: BinaryPersuasion, pairs: IntArray) -> Fraction:
    """The least that two types lose when pooled, of some pairs; 1, more than any, of none.

    Since pooling more types loses no less, cells that hold such a pair lose at least that.

    Parameters
    ----------
    pairs : array of int, shape (m, 2)
        Positions of types.

    Examples
    --------
    >>> instance = BinaryPersuasion(["1/3"] * 3, ["1/4", "1/2", "4/5"])
    >>> least_loss(instance, np.array([[0, 1], [0, 2]]))
    Fraction(1, 33)
    """
    alone = {i: _value(instance, [i]) for i in np.unique(pairs).tolist()}
    losses = (alone[i] + alone[j] - _value(instance, [i, j]) for i, j in pairs.tolist())
    return min(losses, default=Fraction(1))


def _value(instance: BinaryPersuasion, members: list[int]) -> Fraction:
    return Fraction(concave_envelope(instance.classes(members, exact=True)).value)
