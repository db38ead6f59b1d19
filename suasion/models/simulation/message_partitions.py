"""What a simulation query tells: the types, told apart by what they do on a message."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from suasion.models.finite.instance import TIE_TOLERANCE, FinitePersuasion
from suasion.models.numbers.arrays import Labels, Mask, NumberArray, object_array


def best_actions(instance: FinitePersuasion, message: Any, exact: bool = False) -> Mask:
    """All actions that are best for each type on a message, ties included, shape (n, k).

    Parameters
    ----------
    message : sequence, shape (d,)
        Likelihoods ``sigma(m|w)`` of any scale.
    exact : bool
        Compare in Fractions; floats within `TIE_TOLERANCE` of the type's stakes are a tie.
    """
    worth, _, slack = _worth(instance, message, exact)
    return np.asarray(worth >= worth.max(axis=1, keepdims=True) - slack, dtype=np.bool_)


def told_apart(best: Mask) -> Labels:
    """Cells of the types that a query tells apart however ties are broken, shape (n,).

    Cells are numbered in the order of their first types.

    Types that share a best action may take the same one; so may those linked by such types. A
    cell is what is linked. Where no type is indifferent, cells are the types by action.

    Parameters
    ----------
    best : array of bool, shape (n, k)
        Which actions are best for each type.

    Examples
    --------
    >>> told_apart(np.array([[1, 0, 0], [0, 1, 0], [0, 1, 1], [0, 0, 1]], dtype=bool)).tolist()
    [0, 1, 1, 1]
    """
    group = action_groups(best)[best.argmax(axis=1)]
    _, first, inverse = np.unique(group, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))
    return np.asarray(rank[inverse.reshape(-1)], dtype=np.int32)


def action_groups(best: Mask) -> npt.NDArray[np.intp]:
    """For each action the first one linked to it by types for which both are best, shape (k,)."""
    root = np.arange(best.shape[1])
    for row in np.unique(best, axis=0):
        linked = np.unique(root[row])
        root[np.isin(root, linked)] = linked[0]
    return root


def message_labels(instance: FinitePersuasion, message: Any, exact: bool = False) -> Labels:
    """Which types a message tells apart: `told_apart` of their best actions."""
    return told_apart(best_actions(instance, message, exact))


def message_margin(instance: FinitePersuasion, message: Any, exact: bool = False) -> Any:
    """By how much every type prefers what it does on a message to anything else, at least.

    In units of the type's stakes and of the sum of the likelihoods; 0 on a tie. Actions that earn
    a type the same in every state are one, and a type with no other action does not count.

    Examples
    --------
    >>> matching = FinitePersuasion([1], [["3/4", "1/4"]], [[1, 0], [0, 1]], [[0, 1], [0, 1]])
    >>> message_margin(matching, [1, 1], exact=True)
    Fraction(1, 3)
    """
    worth, unit, _ = _worth(instance, message, exact)
    leads = []
    for scores, values, stake in zip(instance.advantages(exact), worth, unit, strict=True):
        taken = int(np.argmax(values))
        other = (scores != scores[taken]).any(axis=1)
        if other.any():
            leads.append((values[taken] - values[other].max()) / stake)
    return min(leads, default=np.inf)


def _worth(
    instance: FinitePersuasion, message: Any, exact: bool
) -> tuple[NumberArray, NumberArray, Any]:
    """Scores of the actions, stakes of the types and what counts as a tie, for sums of 1."""
    scores = instance.advantages(exact)
    if exact:
        x: Any = object_array([Fraction(value) for value in message])
        spread = abs(scores).max(axis=(1, 2))
        unit = np.where(spread > 0, spread, spread * 0 + 1)
        return scores.dot(x) / x.sum(), unit, 0
    x = np.asarray(message, dtype=np.float64)
    return scores.dot(x) / x.sum(), instance.stakes, TIE_TOLERANCE * instance.stakes[:, None]
