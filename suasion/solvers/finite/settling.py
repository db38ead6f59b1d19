"""Messages on which receivers do what a policy counts on, exactly: ties made real, or given up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
from scipy import sparse

from suasion.models.finite.instance import FinitePersuasion
from suasion.models.finite.ties import ROUNDING, decided_responses, obeyed
from suasion.models.numbers.arrays import FloatArray, IntArray, Mask, NumberArray, object_array
from suasion.models.programs.program import Constraints, Program, Variables

# Actions whose regret is within this share of the prescribed one's may be tied with it.
NEAR = 1e-6
# How far a message may be moved: a share of each likelihood, and where it is 0 this share of the
# largest.
STEP = 2e-8
# What a move costs beside a row's margin, for none to be longer than needed.
MOVED = 1e-3
# What a message is to keep from the ties that it need not be on, so that floats tell.
MARGIN = 4 * ROUNDING
# A message is kept as it is if it is this close to one on which ties are real.
ROUNDED = 4e-12
# Rows that elimination reduces to less than this depend on those before.
DEPENDENT = 1e-9


def settled(
    instance: FinitePersuasion, message: FloatArray, profiles: Sequence[IntArray]
) -> tuple[FloatArray, IntArray]:
    """A message near a float one with actions that are best responses in exact arithmetic.

    A message on a tie is seldom one once it is rounded. The tie is real if there is a message
    beside it on which all the actions are best: one that is moved off the ties that have another
    side, and solves in Fractions the equations of those that have not. Where none is found, ties
    are not counted on, and each type does what is best for it on the message as it is.

    Parameters
    ----------
    message : array, shape (d,)
    profiles : sequence of array of int, shape (n,)
        What types may do on it; the first that is found real is taken.

    Returns
    -------
    message : array, shape (d,)
        The message, moved by at most a share of some `STEP`, rounded to floats.
    actions : array of int, shape (n,)
        What each type does on the exact one; those of weight 0 as they like.
    """
    for actions in profiles:
        found = realised(instance, message, actions)
        if found is not None:
            if not (instance.weights > 0).all():
                free = decided_responses(instance, found)
                actions = np.where(instance.weights > 0, actions, free)
            return _rounded(np.asarray(found, dtype=np.float64), message), actions
    return message, decided_responses(instance, message)


def realised(
    instance: FinitePersuasion, message: FloatArray, actions: IntArray
) -> NumberArray | None:
    """A message beside a float one on which the actions are best responses exactly, if found.

    Types of weight 0 may do as they like.
    """
    types = np.flatnonzero(instance.weights > 0)
    for candidate in _candidates(_near_rows(instance, actions, message, types), message):
        if obeyed(instance, actions, candidate, types):
            return candidate
    return None


def _rounded(candidate: FloatArray, message: FloatArray) -> FloatArray:
    """The message as it was, if the exact one is no further from it than a rounding."""
    near = (np.abs(candidate - message) <= ROUNDED * message).all()
    return message if near else candidate


class _Rows:
    """Differences of regrets that are to be at most 0 on a message, with their exact numbers."""

    def __init__(
        self, instance: FinitePersuasion, places: list[tuple[int, int, int]], floats: FloatArray
    ) -> None:
        self._instance, self._places, self.floats = instance, places, floats

    def exact(self, i: int) -> list[Fraction]:
        """A row in Fractions: how much worse the prescribed action is in each state."""
        t, a, b = self._places[i]
        d = self.floats.shape[1]
        units = [[Fraction(int(v == w)) for v in range(d)] for w in range(d)]
        return [self._instance.exact_lead(t, b, a, unit) for unit in units]


def _near_rows(
    instance: FinitePersuasion, actions: IntArray, message: FloatArray, types: IntArray
) -> _Rows:
    """Rows of the actions that may be as good as the prescribed ones near a message."""
    regrets = instance.regrets()[types]
    each, taken = np.arange(len(types)), actions[types]
    own, terms = regrets[each, taken][:, None, :], regrets.dot(message)
    mine = terms[each, taken][:, None]
    top = np.maximum(own, regrets).max(axis=2) * message.max()
    near = mine - terms >= -NEAR * (mine + terms) - STEP * top
    differences = own - regrets
    near &= (differences > 0).any(axis=2)
    found = np.argwhere(near)
    rows = differences[near]
    # Rows that types share are one.
    sizes = np.abs(rows).max(axis=1, keepdims=True)
    _, first = np.unique(rows / sizes, axis=0, return_index=True)
    places = [(int(types[i]), int(taken[i]), int(b)) for i, b in found[first]]
    return _Rows(instance, places, rows[first])


def _candidates(rows: _Rows, message: FloatArray) -> Iterator[NumberArray]:
    """Messages to try: as it is, off all ties, or on those that have one side only."""
    yield message
    if not len(rows.floats):
        return
    steps = np.where(message > 0, message, message.max()) * STEP
    sizes = np.abs(rows.floats) @ steps
    moves, strict = _moves(rows.floats, message, steps, sizes)
    if moves is None:
        return
    moved = np.maximum(0, message + steps * moves)
    if strict.all():
        yield moved
    else:
        solved = _on_ties(rows, np.flatnonzero(~strict), moved, steps)
        if solved is not None:
            yield solved


def _moves(
    rows: FloatArray, message: FloatArray, steps: FloatArray, sizes: FloatArray
) -> tuple[FloatArray | None, Mask]:
    """Moves in steps that leave the most rows with a margin, and which rows these are."""
    from suasion.solvers.backends.optimise import optimise

    m, d = rows.shape
    margins = MARGIN * (np.abs(rows) @ np.maximum(message, steps)) / sizes
    scaled = rows * steps / sizes[:, None]
    sides = -(rows @ message) / sizes
    # Rows that do not depend on each other can be met all at once.
    support = message > 0
    moves = np.zeros(d)
    moves[support] = np.linalg.lstsq(scaled[:, support], sides - margins, rcond=None)[0]
    if np.abs(moves).max() <= 1 and (scaled @ moves <= sides - margins / 2).all():
        return moves, np.ones(m, dtype=np.bool_)
    forward, back = np.full(d, -MOVED), np.full(d, -MOVED)
    variables = (
        Variables("forward", forward, np.zeros(d), np.ones(d)),
        Variables("back", back, np.zeros(d), (message > 0).astype(np.float64)),
        Variables("margin", np.ones(m), np.zeros(m), np.ones(m)),
    )
    matrix = sparse.csr_array(np.hstack([scaled, -scaled, np.diag(margins)]))
    limits = Constraints("best", matrix, np.full(m, -np.inf), sides)
    found = optimise(Program("moves", True, variables, (limits,)))
    if found.answer is None:
        return None, np.zeros(m, dtype=bool)
    values = found.answer.values
    return values[:d] - values[d : 2 * d], values[2 * d :] > 0.5


def _on_ties(
    rows: _Rows, tied: IntArray, message: FloatArray, steps: FloatArray
) -> NumberArray | None:
    """The message beside a float one that solves the equations of some rows exactly."""
    x = [Fraction(value) for value in message.tolist()]
    weights = np.maximum(message, steps)
    pivots: list[tuple[int, list[Fraction]]] = []
    for i in tied.tolist():
        row = rows.exact(i)
        size = float(np.abs(np.array(row, dtype=np.float64)) @ weights)
        for w, other in pivots:
            share = row[w] / other[w]
            row = [a - share * b for a, b in zip(row, other, strict=True)]
        left = np.abs(np.array(row, dtype=np.float64)) * weights
        if left.max() > DEPENDENT * size:
            pivots.append((int(np.argmax(left)), row))
    for w, row in reversed(pivots):
        rest = sum(
            (a * y for v, (a, y) in enumerate(zip(row, x, strict=True)) if v != w), Fraction(0)
        )
        x[w] = -rest / row[w]
    moved = np.array([float(value) for value in x])
    if min(x) < 0 or (np.abs(moved - message) > 4 * steps).any():
        return None
    return object_array(x)
