"""Every collection of sets, looked at: the reference for small set covers."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
import numpy.typing as npt

from suasion.models.set_cover.cover import Cover
from suasion.models.set_cover.instance import SetCover
from suasion.solvers.clock import Clock


def cheapest_cover(
    instance: SetCover, exact: bool = False, clock: Clock | None = None
) -> tuple[Cover, Any] | None:
    """The cheapest of all covers; of these one with fewest sets, then the first.

    A collection of sets is an integer with a bit for each of them. Those that have no set with
    element 0 are struck off, then those that have none with element 1, and so on.

    Parameters
    ----------
    instance : SetCover
        With at most 30 sets; 2^m integers are kept for m sets.
    exact : bool
        Compare costs as integers, which is exact.
    clock : Clock, optional

    Returns
    -------
    Cover and its cost, or None
        The cost is the sum that was compared, a float or a Fraction. None if the clock stopped the
        search, or there is no cover.

    Examples
    --------
    >>> cheapest_cover(SetCover(3, [[0, 1], [1, 2], [0, 1, 2], [0]], costs=[1, 1, 3, 1]))
    (Cover([0, 1]), 2.0)
    """
    count = len(instance.sets)
    collections = np.arange(2**count, dtype=np.int64)
    masks = {sum(1 << s for s in holding) for holding in instance.covering.nested()}
    for mask in masks:
        if clock is not None and clock.stopped:
            return None
        collections = collections[(collections & mask) != 0]
    if not len(collections):
        return None
    common = lcm(*(cost.denominator for cost in instance.cost_numbers(exact=True))) if exact else 1
    costs = _sums(_multiplied(instance, common) if exact else instance.costs)[collections]
    sizes = _sums(np.ones(count, dtype=np.int64))[collections]
    cheapest = np.flatnonzero(costs == costs.min())
    # `argmin` is the first of several.
    first = cheapest[np.argmin(sizes[cheapest])]
    best = int(collections[first])
    cost = Fraction(int(costs[first]), common) if exact else float(costs[first])
    return Cover([s for s in range(count) if best >> s & 1]), cost


def _multiplied(instance: SetCover, common: int) -> npt.NDArray[Any]:
    """The exact costs times a common denominator of them: integers."""
    whole = [int(cost * common) for cost in instance.cost_numbers(exact=True)]
    return np.array(whole, dtype=np.int64 if sum(whole) < 2**63 else object)


def _sums(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The sum of the values in every subset, subsets numbered by their bits."""
    sums = np.zeros(1, dtype=values.dtype)
    for value in values:
        sums = np.concatenate([sums, sums + value])
    return sums
