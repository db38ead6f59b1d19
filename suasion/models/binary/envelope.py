"""The value of a set of types, and the messages that reach it: the concave envelope at odds 1.

This defines the objective of everything else in the package: V(C) of a cell C.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from suasion.models.binary.threshold_classes import ThresholdClasses
from suasion.models.numbers.arrays import NumberArray


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
    """Read the concave envelope of what messages earn where both states are used up alike.

    The LP is ``max sum g_j x_j`` subject to ``sum x_j <= 1`` and ``sum odds_j x_j <= 1``: the
    messaging LP with every obedience row tight. It extends Proposition 4.1 of Harris et al.
    (arXiv 2311.18138), which mixes too few messages when thresholds lie on both sides of 1/2.

    A message that just persuades threshold rho is measured per unit of its likelihoods
    ``(1 - rho, rho)``, at the place ``2 rho - 1``: two units whose places average 0 use up both
    states. So places and slopes stay within [-1, 1], where odds explode near threshold 1, and
    the distance between two places is as exact as the thresholds are, also around 1/2.

    A chord over place 0 is raised, from its left end to the steepest point on the right and back,
    until no point lies above it: O(m) a step, a handful of steps in practice, and each step
    raises the value, so no left end comes up twice. With Fractions the result is exact.

    Examples
    --------
    >>> from suasion import BinaryPersuasion
    >>> instance = BinaryPersuasion(weights=["1/2", "1/2"], beliefs=["2/5", "9/10"])
    >>> concave_envelope(instance.classes(exact=True)).value
    Fraction(221, 250)
    """
    zero = classes.certain * 0
    odds = np.append(np.array([zero], dtype=classes.odds.dtype), classes.odds)
    gains = classes.gains()
    # The last message is sent in state 0 only: nobody but types with threshold 1 acts on it.
    places = np.append((odds - 1) / (odds + 1), [zero + 1])
    worth = np.append(gains / (odds + 1), [zero])
    # Message 0 and the classes with odds at most 1; each can stand alone, and the best begins.
    split = classes.below_half + 1
    left = int(np.argmax(gains[:split]))
    chords: dict[int, _Chord] = {}
    while left not in chords:
        chords[left] = chord = _steepest(places, worth, split, left)
        left = chord.highest
    best = max(chords.values(), key=lambda chord: chord.height)
    # Rounding can spoil the slope between two ends next to each other, and so its bound.
    cover = min(chords.values(), key=lambda chord: chord.cover)
    number = Fraction if classes.exact else float
    return Envelope(
        number(2 * best.height + classes.certain),
        _masses(odds, best),
        (number(cover.cover - cover.slope), number(cover.cover + cover.slope)),
    )


class _Chord(NamedTuple):
    """A chord over place 0, and the lowest line of its slope that covers all messages.

    Attributes
    ----------
    left, right : int
        The messages at its ends.
    slope, height : float or Fraction
        Its slope, and its height at place 0.
    cover : float or Fraction
        Height at place 0 of the line of the same slope that no message lies above.
    highest : int
        The message that lies highest above the chord, of those left of 0.
    """

    left: int
    right: int
    slope: Any
    height: Any
    cover: Any
    highest: int


def _steepest(places: NumberArray, worth: NumberArray, split: int, left: int) -> _Chord:
    """The steepest chord from message `left` to one of the messages from `split` on."""
    slopes = (worth[split:] - worth[left]) / (places[split:] - places[left])
    right = split + int(np.argmax(slopes))
    slope = slopes[right - split]
    # A mean of the ends, which stays one however near to 0 both of them are.
    share = places[left] / (places[left] - places[right])
    heights = worth - slope * places
    return _Chord(
        left,
        right,
        slope,
        worth[left] + share * (worth[right] - worth[left]),
        heights.max(),
        int(np.argmax(heights[:split])),
    )


def _masses(odds: NumberArray, chord: _Chord) -> tuple[tuple[int, float | Fraction], ...]:
    """Class and likelihood in state 1 of the messages at the ends of a chord, where positive."""
    left, right = chord.left, chord.right
    number = Fraction if odds.dtype == object else float
    if right == len(odds) or odds[left] == 1:
        return ((left - 1, number(1)),)
    share = (1 - odds[left]) / (odds[right] - odds[left])
    return ((left - 1, number(1 - share)), (right - 1, number(share)))
