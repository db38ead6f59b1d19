"""Prices of elements by subgradient ascent: nearly the bound of the linear relaxation, quickly."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from suasion.models.numbers.arrays import FloatArray, IntArray
from suasion.models.set_cover.cover import Cover
from suasion.models.set_cover.instance import SetCover
from suasion.models.set_cover.prices import SLACK, rounded_up
from suasion.solvers.clock import Clock
from suasion.solvers.set_cover.greedy import guided_cover

# The share of the way to the known cover that a step aims at, at first and at last; it is halved
# after some steps without a better bound.
FIRST_SHARE, LAST_SHARE = 1.0, 0.005
PATIENCE = 30
MOST_STEPS = 1_000
BETWEEN_COVERS = 10


@dataclass(frozen=True)
class Ascent:
    """The best prices that were found.

    Attributes
    ----------
    prices : array, shape (universe,)
    bound : float
        What they prove: the sum of the prices minus what sets are priced above their costs.
    left : array, shape (number of sets,)
        Cost of each set minus the prices of its elements: a cover with a set of which something
        is left costs at least so much more than the bound.
    cover : Cover
        The cheapest that is known: the given one, or one that the prices led to.
    """

    prices: FloatArray
    bound: float
    left: FloatArray
    cover: Cover

    def promising(self, instance: SetCover, cost: float) -> IntArray:
        """The sets that a cover can have which costs at most `cost`."""
        slack = SLACK * max(cost, float(instance.cost_unit))
        return np.flatnonzero(self.bound + self.left <= cost + slack)


def ascend(
    instance: SetCover,
    prices: FloatArray,
    cover: Cover,
    clock: Clock | None = None,
    improve: bool = False,
) -> Ascent:
    """Raise the bound that prices of the elements prove.

    At given prices the sets that are priced above their costs are worth choosing. The prices of
    elements that these leave uncovered rise, those of elements that they cover more than once
    fall, by a step that shrinks as the bound stops growing.

    Parameters
    ----------
    instance : SetCover
    prices : array, shape (universe,)
        To begin with.
    cover : Cover
        A known one. The ascent ends when it is proved optimal.
    clock : Clock, optional
    improve : bool
        Look for a cheaper cover every ten steps: see `guided_cover`.

    Notes
    -----
    Each step is linear in the entries, and there are some hundred of them. The bound ends within
    about 1 % of the value of the linear relaxation, which it cannot exceed.

    References
    ----------
    M. Held, P. Wolfe, H. P. Crowder, Validation of subgradient optimization. Mathematical
    Programming 6, 1974, 62-88; J. E. Beasley, A Lagrangian heuristic for set-covering problems.
    Naval Research Logistics 37(1), 1990, 151-164.

    Examples
    --------
    >>> triangle = SetCover(3, [[0, 1], [1, 2], [0, 2]])
    >>> ascend(triangle, np.zeros(3), Cover([0, 1])).bound > 1.49
    True
    """
    lists = instance.sets
    entries = np.ones(len(lists.members))
    shape = (len(lists), instance.universe)
    sums = sparse.csr_array((entries, lists.members, lists.offsets), shape=shape)
    times = sums.T.tocsr()
    best = Ascent(prices, -np.inf, instance.costs, cover)
    at, cost, share, waited = prices, cover.value(instance), FIRST_SHARE, 0
    for step in range(MOST_STEPS):
        left = instance.costs - sums @ at
        bound = float(at.sum() + np.minimum(left, 0.0).sum())
        waited += 1
        if bound > best.bound:
            best, waited = Ascent(at, bound, left, best.cover), 0
        stopped = clock is not None and clock.stopped is not None
        if stopped or rounded_up(instance, best.bound) >= cost or share < LAST_SHARE:
            break
        if improve and step % BETWEEN_COVERS == 0:
            found = guided_cover(instance, left)
            if found.value(instance) < cost:
                best, cost = replace(best, cover=found), found.value(instance)
        if waited >= PATIENCE:
            share, waited, at = share / 2, 0, best.prices
            continue
        missing = 1.0 - times @ (left < 0).astype(np.float64)
        # At price 0 there is nothing to lower.
        missing[(at == 0) & (missing < 0)] = 0.0
        length = float(missing @ missing)
        if length == 0:
            break
        at = np.maximum(at + share * (cost - bound) / length * missing, 0.0)
    return best
