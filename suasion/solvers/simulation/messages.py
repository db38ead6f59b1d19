"""The message that tells types apart most clearly, of all that tell them apart alike."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from suasion.models.finite.instance import TIE_TOLERANCE, FinitePersuasion
from suasion.models.numbers.arrays import FloatArray, Mask
from suasion.models.simulation.message_partitions import message_labels, message_margin
from suasion.solvers.simulation.cells import MessageCell, action_groups_of

# Smaller margins, as in `message_margin`, do not separate floats.
LEAST_MARGIN = 2 * TIE_TOLERANCE
# Likelihoods with small denominators are shown to people; a margin of this share will do.
DENOMINATORS = (6, 12, 20, 100, 1_000, 10**6, 10**9)
ENOUGH = Fraction(3, 4)


def widest_message(instance: FinitePersuasion, best: Sequence[Mask]) -> tuple[FloatArray, float]:
    """The message of a cell with the largest margin, and that margin.

    ``max e`` such that each type earns e more from its best actions than from any other, in units
    of its stakes, on a message of sum 1: a linear program of d + 1 variables.

    Parameters
    ----------
    best : sequence of array of bool, shape (n, k)
        The actions that each type is to take.

    Returns
    -------
    message : array, shape (d,)
        Its largest likelihood is 1.
    margin : float
        Negative if no message makes these actions best; infinite if types have no other action.
    """
    from suasion.solvers.backends.optimise import optimise
    from suasion.solvers.finite.cells import witness_lp

    scores = instance.scores() / instance.stakes[:, None, None]
    rows = [own[mask.argmax()] - own[~mask] for own, mask in zip(scores, best, strict=True)]
    together = np.concatenate(rows)
    d = instance.shape[1]
    if not len(together):
        return np.ones(d), np.inf
    found = optimise(witness_lp(together))
    if found.answer is None:
        raise RuntimeError(f"HiGHS ended with: {found.report.raw_status}")
    x = np.maximum(0, found.answer.values[:-1])
    margin = float((together @ (x / x.sum())).min())
    return np.asarray(x / x.max()), margin


def chosen_message(
    instance: FinitePersuasion, cells: Sequence[MessageCell], exact: bool
) -> list[Any] | None:
    """Of the cells that make a partition, the message with the largest margin.

    Rationals where possible with small denominators if `exact`, which make the partition exactly;
    else floats, or None if no margin is large enough for them.
    """
    groups = [action_groups_of(instance, t).members for t in range(len(instance))]
    found = []
    for cell in cells:
        best = [members[a] for members, a in zip(groups, cell.groups, strict=True)]
        found.append((*widest_message(instance, best), cell))
    message, margin, cell = max(found, key=lambda entry: entry[1])
    if exact:
        return _rational(instance, message, cell)
    return message.tolist() if margin > LEAST_MARGIN else None


def _rational(instance: FinitePersuasion, message: FloatArray, cell: MessageCell) -> list[Any]:
    """Likelihoods with small denominators near `message`, else those of a ray in the cell."""
    inner = cell.cone.interior
    sure = [Fraction(x, max(inner)) for x in inner]
    wanted = message_labels(instance, sure, exact=True)
    margin = float(message_margin(instance, message))
    for denominator in DENOMINATORS:
        near = [Fraction(x).limit_denominator(denominator) for x in message.tolist()]
        if not any(near):
            continue
        alike = np.array_equal(message_labels(instance, near, exact=True), wanted)
        if alike and message_margin(instance, near, exact=True) >= float(ENOUGH) * margin:
            return near
    return sure


def clear(instance: FinitePersuasion, cell: MessageCell) -> bool:
    """Whether some message of the cell has a margin that floats can tell."""
    inner = cell.cone.interior
    most = max(inner)
    if message_margin(instance, [x / most for x in inner]) > LEAST_MARGIN:
        return True
    return chosen_message(instance, [cell], exact=False) is not None
