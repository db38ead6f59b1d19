"""Binary instances as finite ones, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.numbers.arrays import NumberArray


def tables_of(instance: BinaryPersuasion) -> tuple[Any, Any, Any, Any, Any]:
    """Weights, beliefs, utilities of receivers and sender, and state beliefs or None."""
    weights, p, rho, mu = (numbers.tolist() for numbers in instance.numbers(instance.rational))
    beliefs, tables = [], []
    for belief, threshold in zip(p, rho, strict=True):
        shown = threshold if belief in (0, 1) else belief
        beliefs.append([1 - shown, shown])
        same = shown == threshold
        stakes = (1, 1) if same else ((1 - threshold) * belief, threshold * (1 - belief))
        tables.append([[stakes[0], 0], [0, stakes[1]]])
    states = [[1 - m, m] for m in mu]
    return weights, beliefs, tables, [[0, 1], [0, 1]], None if states == beliefs else states


def binary_of(
    numbers: tuple[NumberArray, ...], scores: NumberArray, labels: Sequence[str] | None
) -> BinaryPersuasion:
    """The binary instance whose types act on the same messages; ValueError if there is none.

    Parameters
    ----------
    numbers, scores
        As `FinitePersuasion.numbers` and `FinitePersuasion.scores` give them, in floats or in
        Fractions.
    """
    _, k, d = scores.shape
    if (d, k) != (2, 2):
        raise InputError(
            f"the instance has {d} states and {k} actions; a binary one has two of each."
        )
    weights, beliefs, state_beliefs, sender = numbers
    other = np.argwhere(sender != np.array([[0, 1], [0, 1]]))
    if len(other):
        t = int(other[0][0])
        raise InputError(
            f"sender_utility of type {t} is {sender[t].tolist()}; a binary sender earns "
            "[[0, 1], [0, 1]], 1 for action 1."
        )
    thresholds = [
        _threshold(high - low, zero - one, t)
        for t, ((zero, low), (one, high)) in enumerate(scores.tolist())
    ]
    states = None if state_beliefs is beliefs else state_beliefs[:, 1].tolist()
    return BinaryPersuasion(weights.tolist(), beliefs[:, 1].tolist(), thresholds, states, labels)


def _threshold(high: Any, low: Any, position: int) -> Any:
    """The threshold of a type that gains `high` by acting in state 1 and loses `low` in 0."""
    if high >= 0 and low <= 0:
        return 1
    if high < 0:
        raise InputError(
            f"type {position} prefers action 0 in state 1; a binary type does not (swap states or "
            "actions)."
        )
    return high / (high + low)
