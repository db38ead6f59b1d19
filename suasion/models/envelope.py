"""The value of a set of types, and the messages that reach it: the concave envelope at odds 1.

This defines the objective of everything else in the package: V(C) of a cell C.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from suasion.models.rationals import NumberArray
from suasion.models.threshold_classes import ThresholdClasses


@dataclass(frozen=True)
class Envelope:
    """Value of a set of types, the one or two messages used, and the dual pair that proves it.

    Attributes
    ----------
    value : float or Fraction
        Largest probability of action, the types with threshold 1 included.
    messages : tuple of (class, mass)
        Class whose odds the message has (-1: the message sent in state 1 only), and its
        likelihood in state 1. Masses are positive and sum to 1.
    prices : (a, b)
        A feasible dual pair of the envelope LP: ``a + odds * b >= gain`` for every message;
        ``a + b`` plus the weight of threshold-1 types bounds the value from above.
    """

    value: float | Fraction
    messages: tuple[tuple[int, float | Fraction], ...]
    prices: tuple[float | Fraction, float | Fraction]


def concave_envelope(classes: ThresholdClasses) -> Envelope:
    """Read the non-decreasing concave envelope of the points (odds, gain) at odds 1.

    The LP is ``max sum g_j x_j`` subject to ``sum x_j <= 1`` and ``sum odds_j x_j <= 1``: the
    messaging LP with every obedience row tight. It extends Proposition 4.1 of Harris et al.
    (arXiv 2311.18138), which mixes too few messages when thresholds lie on both sides of 1/2.

    A chord over odds 1 is raised, from its left end to the steepest point on the right and back,
    until no point lies above it: O(m) a step, a handful of steps in practice, and each step
    raises the value, so it ends. With Fractions the result is exact.

    Examples
    --------
    >>> from suasion import BinaryPersuasion
    >>> instance = BinaryPersuasion(weights=["1/2", "1/2"], beliefs=["2/5", "9/10"])
    >>> concave_envelope(instance.classes(exact=True)).value
    Fraction(221, 250)
    """
    gains = classes.gains()
    odds = np.concatenate((np.zeros_like(classes.odds, shape=1), classes.odds))
    # Message 0 and the classes with odds at most 1 can stand alone; the others need a partner.
    split = classes.below_half + 1
    cheap_odds, cheap_gains = odds[:split], gains[:split]
    dear_odds, dear_gains = odds[split:], gains[split:]
    left = candidate = int(np.argmax(cheap_gains))
    right: int | None = None
    best, slope = cheap_gains[left], cheap_gains[left] * 0
    while len(dear_odds):
        # Slopes, not heights, are compared on the dear side: odds there can exceed 1e15.
        chords = (dear_gains - gains[candidate]) / (dear_odds - odds[candidate])
        steepest = int(np.argmax(chords))
        height = gains[candidate] + chords[steepest] * (1 - odds[candidate])
        # The first chord counts even if it starts at odds 1 and so gains nothing by itself.
        if chords[steepest] <= 0 or (right is not None and height <= best):
            break
        left, right, best, slope = candidate, split + steepest, height, chords[steepest]
        candidate = int(np.argmax(cheap_gains - slope * cheap_odds))
    intercept, slope = _prices(odds, gains, best, slope)
    one = intercept * 0 + 1
    if right is None or odds[left] == 1:
        messages = [(left - 1, one)]
    else:
        share = (1 - odds[left]) / (odds[right] - odds[left])
        messages = [(left - 1, one - share), (right - 1, share)]
    number = Fraction if classes.exact else float
    return Envelope(
        number(best + classes.certain),
        tuple((j, number(mass)) for j, mass in messages),
        (number(intercept), number(slope)),
    )


def _prices(
    odds: NumberArray, gains: NumberArray, best: Any, chord: Any
) -> tuple[float | Fraction, float | Fraction]:
    """A feasible dual pair whose sum is the value, or as close above it as rounding allows.

    With the slope of the last chord, raised by what odds above 2 still need. When a single
    message is best and sits at odds 1 the chord to its right may not be the supporting one, and
    when a point lies just above odds 1 dividing by the distance is ill-conditioned, so both slopes
    are tried and the better feasible pair kept.
    """
    far = odds > 2
    slopes = [chord]
    dear = odds > 1
    if dear.any():
        slopes.append(max(chord * 0, ((gains[dear] - best) / (odds[dear] - 1)).max()))
    pairs = []
    for slope in slopes:
        intercept = (gains[~far] - slope * odds[~far]).max()
        if far.any():
            slope = max(slope, ((gains[far] - intercept) / odds[far]).max())
        pairs.append((intercept, slope))
    return min(pairs, key=sum)
