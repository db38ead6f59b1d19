"""Greedy covers: the set that is cheapest per new element, again and again."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.models.numbers.arrays import FloatArray, NumberArray
from suasion.models.set_cover.cover import Cover
from suasion.models.set_cover.instance import SetCover


@dataclass(frozen=True)
class GreedyCover:
    """A greedy cover, and what each element paid for being covered.

    Attributes
    ----------
    cover : Cover
        Without the sets that those chosen after them made superfluous.
    prices : array, shape (universe,)
        Each chosen set's cost, shared equally by the elements that it was the first to cover.
        Floats or Fractions.
    """

    cover: Cover
    prices: NumberArray


def greedy_cover(instance: SetCover, exact: bool = False) -> GreedyCover:
    """Choose the set with the least cost per element not yet covered, until all are.

    Among equals the set with the lowest number is chosen.

    Parameters
    ----------
    instance : SetCover
        With a cover; else ValueError.
    exact : bool
        Compare in rationals.

    Notes
    -----
    The elements of a set of k pay at most H(k) = 1 + 1/2 + ... + 1/k times its cost in total: when
    j of them are left, the set offers each of those a price of cost / j, and they pay no more. So
    the prices divided by H(largest set) are too high for no set, and the cover costs at most
    H(largest set) times the optimum, which is at most 1 + ln(number of elements).

    Cost per new element only rises as elements are covered, so a set is looked at again only when
    its last known one is the lowest: usually O(entries + m log m) for m sets.

    References
    ----------
    V. Chvatal, A greedy heuristic for the set-covering problem. Mathematics of Operations Research
    4(3), 1979, 233-235.

    Examples
    --------
    >>> instance = SetCover(4, [[0, 1, 2, 3], [0, 1], [2, 3]], costs=[3, 1, 1])
    >>> found = greedy_cover(instance)
    >>> found.cover, found.prices.tolist()
    (Cover([1, 2]), [0.5, 0.5, 0.5, 0.5])
    """
    chosen, prices = _greedily(instance, instance.cost_numbers(exact))
    return GreedyCover(without_redundant(instance, Cover(chosen)), prices)


def guided_cover(instance: SetCover, left: FloatArray) -> Cover:
    """A cover from what is left of the costs of sets after the prices of their elements.

    Sets of which nothing is left come first, then those with least left per new element; what is
    superfluous is taken out by the costs themselves (Beasley 1990, see `ascend`).

    Examples
    --------
    >>> instance = SetCover(2, [[0], [1], [0, 1]], costs=[2, 2, 3])
    >>> guided_cover(instance, instance.costs - [1.5, 1.5, 3.0])
    Cover([2])
    """
    chosen, _ = _greedily(instance, np.maximum(left, 0.0))
    return without_redundant(instance, Cover(chosen))


def _greedily(instance: SetCover, numbers: NumberArray) -> tuple[list[int], NumberArray]:
    """The sets chosen at the given costs, and what each element pays."""
    costs, sizes = numbers.tolist(), instance.sets.sizes.tolist()
    waiting = [(costs[s] / size, s) for s, size in enumerate(sizes) if size]
    heapq.heapify(waiting)
    zero: Any = Fraction(0) if numbers.dtype == object else 0.0
    prices = np.full(instance.universe, zero, dtype=numbers.dtype)
    open_ = np.full(instance.universe, True)
    left, chosen = instance.universe, []
    while left:
        if not waiting:
            raise InputError(f"element {int(np.argmax(open_))} is in no set; there is no cover.")
        price, s = waiting[0]
        elements = instance.sets[s]
        fresh = elements[open_[elements]]
        if not len(fresh):
            heapq.heappop(waiting)
            continue
        now = costs[s] / len(fresh)
        if now > price:
            heapq.heapreplace(waiting, (now, s))
            continue
        prices[fresh] = price
        open_[fresh] = False
        left -= len(fresh)
        chosen.append(s)
    return chosen, prices


def without_redundant(instance: SetCover, cover: Cover) -> Cover:
    """The cover without sets whose elements the others contain, the dearest taken out first.

    Examples
    --------
    >>> without_redundant(SetCover(3, [[0, 1], [1], [1, 2]]), Cover([0, 1, 2]))
    Cover([0, 2])
    """
    times = np.bincount(instance.sets.gathered(cover.sets), minlength=instance.universe)
    costs, sizes = instance.costs[cover.sets], instance.sets.sizes[cover.sets]
    kept = []
    # The smaller of two equally dear sets first.
    for s in cover.sets[np.lexsort((sizes, -costs))].tolist():
        elements = instance.sets[s]
        if (times[elements] > 1).all():
            times[elements] -= 1
        else:
            kept.append(s)
    return Cover(kept)
