"""Cuts of the type order as questions to a simulated receiver."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.binary.policy import MessagingPolicy
from suasion.models.numbers.arrays import IntArray

# Odds at least this many times apart are told apart by float likelihoods.
WIDE = 1 + 1e-9


@dataclass(frozen=True)
class SimulationQuery:
    """One question to a simulated receiver: whether she acts on `message` of `policy`.

    Attributes
    ----------
    policy : MessagingPolicy
        A policy the sender could commit to.
    message : int
        Index of the message shown.
    """

    policy: MessagingPolicy
    message: int


def simulation_query(instance: BinaryPersuasion, cut: int) -> SimulationQuery:
    """The query behind cut t: exactly the sorted types from t on would act (Proposition 3.2).

    The likelihood ratio ``sigma(m|0) / sigma(m|1)`` is put between the odds of types t-1 and t,
    so that rounding cannot move a type across it: the likelihoods are rationals when the instance
    is, and when floats might not tell the two types apart.

    Examples
    --------
    >>> instance = BinaryPersuasion([0.5, 0.5], [0.2, 0.4])
    >>> query = simulation_query(instance, 1)
    >>> query.policy.acts(instance)[:, query.message]
    array([False,  True])
    """
    check_cuts(instance, [cut])
    below = instance.exact_threshold(int(instance.order[cut - 1]))
    above = instance.exact_threshold(int(instance.order[cut]))
    middle = (below + above) / 2
    scale = max(middle, 1 - middle)
    one: Any = (1 - middle) / scale
    zero: Any = middle / scale
    apart = min(_odds_ratio(below, middle), _odds_ratio(middle, above))
    if apart > WIDE and not instance.rational:
        one, zero = float(one), float(zero)
    return SimulationQuery(
        MessagingPolicy([one, 1 - one], [zero, 1 - zero], ["asked", "other"]), message=0
    )


def check_cuts(instance: BinaryPersuasion, cuts: Sequence[int] | IntArray) -> None:
    """Raise ValueError unless every cut lies between two sorted types of different thresholds."""
    t = np.asarray(cuts, dtype=np.intp)
    outside = (t < 1) | (t >= len(instance))
    if outside.any():
        wrong = int(t[np.argmax(outside)])
        raise InputError(f"queries has cut {wrong}; cuts are numbered 1 to {len(instance) - 1}.")
    above, below = instance.order[t], instance.order[t - 1]
    same = instance.thresholds[above] == instance.thresholds[below]
    for c in np.flatnonzero(same).tolist():
        # Different rationals may be the same float.
        if instance.exact_threshold(above[c]) == instance.exact_threshold(below[c]):
            raise InputError(f"queries has cut {t[c]}, which lies between equal thresholds.")


def _odds_ratio(low: Fraction, high: Fraction) -> Fraction | float:
    """How many times the odds of threshold `low` fit into those of `high`."""
    divisor = low * (1 - high)
    return high * (1 - low) / divisor if divisor else float("inf")
