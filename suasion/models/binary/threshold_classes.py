"""Types sorted by threshold, equal thresholds merged: what every algorithm works on."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from suasion.models.numbers.arrays import IntArray, NumberArray


@dataclass(frozen=True, eq=False)
class ThresholdClasses:
    """Classes of types with one threshold each, in increasing order; weights unnormalised.

    Types with threshold 1 act on every message. They are kept apart in `certain_high` and
    `certain_low`, so that every class has finite odds. Arrays are float64, or Fractions
    (dtype object) in exact arithmetic.

    Attributes
    ----------
    odds : array, shape (m,)
        ``rho / (1 - rho)`` of each class: the largest ``low / high`` likelihood ratio of a
        message on which it still acts (r of the paper), strictly increasing.
    high : array, shape (m + 1,)
        Prefix sums of ``weight * state belief``: the mass in state 1 of the first j classes.
    low : array, shape (m + 1,)
        Prefix sums of ``weight * (1 - state belief)``: the mass in state 0.
    first : array of int, shape (m + 1,)
        Sorted position of the first type of each class, then the number of types in classes.
    below_half : int
        How many classes have a threshold of at most 1/2 (odds at most 1).
    certain_high, certain_low : float or Fraction
        Mass in state 1 and 0 of the types with threshold 1.
    """

    odds: NumberArray
    high: NumberArray
    low: NumberArray
    first: IntArray
    below_half: int
    certain_high: float | Fraction
    certain_low: float | Fraction

    def __len__(self) -> int:
        return len(self.odds)

    @property
    def exact(self) -> bool:
        """True when the numbers are Fractions."""
        return bool(self.odds.dtype == object)

    @property
    def certain(self) -> float | Fraction:
        """Weight of the types with threshold 1: part of every value."""
        return self.certain_high + self.certain_low

    def segment(self, start: int, stop: int) -> ThresholdClasses:
        """The classes from `start` to before `stop`; those with threshold 1 belong to the last."""
        m, none = len(self), self.certain * 0
        return ThresholdClasses(
            odds=self.odds[start:stop],
            high=self.high[start : stop + 1],
            low=self.low[start : stop + 1],
            first=self.first[start : stop + 1],
            below_half=min(max(self.below_half - start, 0), stop - start),
            certain_high=self.certain_high if stop == m else none,
            certain_low=self.certain_low if stop == m else none,
        )

    def told_apart(self) -> NumberArray:
        """Value of each class by itself, shape (m,): what full information earns from it."""
        return np.asarray(np.diff(self.high) + np.minimum(self.odds, 1) * np.diff(self.low))

    def gains(self) -> NumberArray:
        """What one unit of each message earns (g of the paper), message 0 first, shape (m + 1,).

        Entry j >= 1 is the mass that acts on a message with the odds of class j - 1, per unit
        of its likelihood in state 1; entry 0 belongs to the message sent in state 1 only.
        """
        m = len(self)
        suffix_high, suffix_low = self.high[m] - self.high, self.low[m] - self.low
        gains = np.empty(m + 1, dtype=self.high.dtype)
        gains[0] = suffix_high[0]
        gains[1:] = suffix_high[:m] + self.odds * suffix_low[:m]
        return gains


def threshold_classes(
    weights: NumberArray, state_beliefs: NumberArray, thresholds: NumberArray
) -> ThresholdClasses:
    """Merge types, already sorted by threshold, into classes.

    Parameters
    ----------
    weights, state_beliefs, thresholds : array, shape (n,)
        Float64, or Fractions with dtype object; `thresholds` non-decreasing.

    Running time O(n).
    """
    n = len(thresholds)
    ordinary = int(np.searchsorted(thresholds, 1, side="left"))
    high_mass = weights * state_beliefs
    low_mass = weights * (1 - state_beliefs)
    rho = thresholds[:ordinary]
    new = np.ones(ordinary, dtype=bool)
    new[1:] = rho[1:] != rho[:-1]
    starts = np.flatnonzero(new)
    distinct = rho if len(starts) == ordinary else rho[starts]
    first = np.append(starts, ordinary)
    zero = Fraction(0) if thresholds.dtype == object else 0.0

    def prefix(mass: NumberArray) -> NumberArray:
        sums = np.empty(ordinary + 1, dtype=thresholds.dtype)
        sums[0] = zero
        np.cumsum(mass[:ordinary], out=sums[1:])
        return sums if len(starts) == ordinary else sums[first]

    return ThresholdClasses(
        odds=distinct / (1 - distinct),
        high=prefix(high_mass),
        low=prefix(low_mass),
        first=first,
        below_half=int(np.searchsorted(distinct, 0.5, side="right")),
        certain_high=sum(high_mass[ordinary:n].tolist(), zero),
        certain_low=sum(low_mass[ordinary:n].tolist(), zero),
    )
