"""What a cheapest cover is known to contain or can do without, before any search."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from suasion.errors import InputError
from suasion.models.numbers.arrays import IntArray, Mask
from suasion.models.numbers.index_lists import IndexLists
from suasion.models.set_cover.cover import Cover
from suasion.models.set_cover.instance import SetCover
from suasion.solvers.clock import Clock

Bits = npt.NDArray[np.uint64]

# Pairs of lists that are compared in all, and at a time.
MOST_PAIRS = 100_000_000
PAIRS_AT_ONCE = 1_000_000
# Lists are told apart by a bit per member, up to this many words of 64.
MOST_WORDS = 8
# More than what sums of floats are off by, relative to them.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Preprocessed:
    """A smaller instance with the same optimum but for what is already chosen.

    Attributes
    ----------
    source, core : SetCover
        What was reduced, and what is left of it.
    chosen : array of int
        Sets of the source that go with every cover of the core.
    sets, elements : array of int
        Set j of the core is ``sets[j]`` of the source, and so for the elements.
    """

    source: SetCover
    core: SetCover
    chosen: IntArray
    sets: IntArray
    elements: IntArray

    def restored(self, cover: Cover) -> Cover:
        """The cover of the source that belongs to a cover of the core: optimal if that is.

        It costs as much as the cover of the core and the chosen sets together.
        """
        cover.check(self.core)
        return Cover(np.concatenate([self.chosen, self.sets[cover.sets]]))


def preprocessed(instance: SetCover, clock: Clock | None = None) -> Preprocessed:
    """Take out sets and elements that do not matter, again and again until nothing changes.

    * *Essential set*: an element that is in one set only puts that set in every cover. So does a
      set that costs nothing.
    * *Dominated element*: if every set with element e has f too, f is covered whenever e is.
    * *Dominated set*: if a set that costs no more contains all the elements (left) of another,
      the other is not needed. Of equal sets, or elements in equal sets, the first stays.

    Parameters
    ----------
    instance : SetCover
        With a cover; else ValueError.
    clock : Clock, optional
        When it says stop, what is known by then is the result.

    Notes
    -----
    Costs are compared in rationals where they were given as such, and sums of floats with a margin
    for rounding, so that the reduction is exact. To find the lists that contain a list, those
    with its rarest member are compared by bits for their members, and the few that are left member
    by member. No more than 100 million pairs are compared; a reduction that gives up earlier is
    still right.

    References
    ----------
    R. S. Garfinkel, G. L. Nemhauser, *Integer Programming*, Wiley 1972, chapter 8;
    J. E. Beasley, An algorithm for set covering problem. European Journal of Operational Research
    31(1), 1987, 85-93.

    Examples
    --------
    >>> instance = SetCover(4, [[0, 1], [1, 2], [2, 3], [3], [2]])
    >>> found = preprocessed(instance)
    >>> found.chosen, found.core, found.restored(Cover([]))
    (array([0, 2]), SetCover(0 elements, 0 sets), Cover([0, 2]))
    """
    if len(instance.uncoverable):
        raise InputError(f"element {instance.uncoverable[0]} is in no set; there is no cover.")
    work = _Work(instance, clock)
    while work.left and (
        work.choose() or work.drop_dear_sets() or work.drop_elements() or work.drop_sets()
    ):
        pass
    core = instance.part(work.elements, work.sets)
    return Preprocessed(instance, core, np.unique(work.chosen), work.sets, work.elements)


class _Work:
    """The sets and elements that are left while an instance is reduced."""

    def __init__(self, instance: SetCover, clock: Clock | None) -> None:
        self.source, self.clock = instance, clock
        self.chosen: IntArray = np.empty(0, dtype=np.intp)
        self.pairs = MOST_PAIRS
        self.sets = np.flatnonzero(instance.sets.sizes)
        self.elements = np.arange(instance.universe)
        self._restrict(instance.sets, instance.universe)

    @property
    def left(self) -> bool:
        """Whether there is anything left to cover, and time to go on."""
        stopped = self.clock is not None and self.clock.stopped is not None
        return bool(len(self.elements)) and not stopped

    def _restrict(self, lists: IndexLists, universe: int) -> None:
        self.lists = lists.restricted(self.sets, self.elements, universe)
        self.covering = self.lists.transposed(len(self.elements))

    def _keep(self, sets: Mask, elements: Mask) -> None:
        """Go on with some of the sets and elements; sets without an element go too."""
        kept = np.flatnonzero(sets)
        lists = self.lists.restricted(kept, np.flatnonzero(elements), len(self.elements))
        self.sets = self.sets[kept[lists.sizes > 0]]
        self.elements = self.elements[elements]
        everything = np.arange(len(self.elements))
        self.lists = lists.restricted(np.flatnonzero(lists.sizes), everything, len(self.elements))
        self.covering = self.lists.transposed(len(self.elements))

    def choose(self) -> bool:
        """Choose the essential sets and those that cost nothing."""
        single = np.flatnonzero(self.covering.sizes == 1)
        essential = self.covering.members[self.covering.offsets[single]]
        free = np.flatnonzero(self.source.costs[self.sets] == 0)
        chosen = np.unique(np.concatenate([essential, free]))
        if not len(chosen):
            return False
        self.chosen = np.concatenate([self.chosen, self.sets[chosen]])
        uncovered = np.full(len(self.elements), True)
        uncovered[self.lists.gathered(chosen)] = False
        others = np.full(len(self.sets), True)
        others[chosen] = False
        self._keep(others, uncovered)
        return True

    def drop_elements(self) -> bool:
        """Drop the elements that are covered whenever some other one is."""
        ranks = np.zeros(len(self.elements), dtype=np.intp)
        kept = np.full(len(self.elements), True)
        for small, large in self._contained(self.covering, len(self.sets), ranks):
            sizes = self.covering.sizes
            first = (sizes[small] < sizes[large]) | (small < large)
            kept[large[first]] = False
        if kept.all():
            return False
        self._keep(np.full(len(self.sets), True), kept)
        return True

    def drop_dear_sets(self) -> bool:
        """Drop the sets that cost as much as the cheapest ones with each of their elements.

        The cheapest set with an element, of these the first, always stays, so that all sets that
        can be dropped may be dropped at once.
        """
        count = len(self.sets)
        keys = self.source.cost_ranks[self.sets][self.covering.members] * count
        keys += self.covering.members
        cheapest = np.minimum.reduceat(keys, self.covering.offsets[:-1]) % count
        instead = np.unique(self.lists.owners * count + cheapest[self.lists.members])
        dear, others = np.divmod(instead, count)
        costs = self.source.unit_costs[self.sets]
        together = np.bincount(dear, weights=costs[others], minlength=count)
        exact = self.source.cost_unit == self.source.cost_step
        margin = 0.0 if exact else ROUNDING
        kept = costs < together * (1 + margin)
        kept[dear[dear == others]] = True
        if kept.all():
            return False
        self._keep(kept, np.full(len(self.elements), True))
        return True

    def drop_sets(self) -> bool:
        """Drop the sets that another one replaces at no higher cost."""
        ranks, sizes = self.source.cost_ranks[self.sets], self.lists.sizes
        kept = np.full(len(self.sets), True)
        for small, large in self._contained(self.lists, len(self.elements), ranks):
            better = (sizes[small] < sizes[large]) | (ranks[large] < ranks[small])
            kept[small[better | (large < small)]] = False
        if kept.all():
            return False
        self._keep(kept, np.full(len(self.elements), True))
        return True

    def _contained(
        self, lists: IndexLists, count: int, ranks: IntArray
    ) -> Iterator[tuple[IntArray, IntArray]]:
        """Pairs (i, j) such that list j has all members of list i, and no higher rank."""
        holding = lists.transposed(count)
        # The rarest member of each list, by its number of lists and then by its number.
        keys = holding.sizes[lists.members] * count + lists.members
        rarest = np.minimum.reduceat(keys, lists.offsets[:-1]) % count
        candidates = holding.sizes[rarest]
        bits = _bits(lists, count)
        ends = np.cumsum(candidates)
        begin = 0
        while begin < len(lists) and self.pairs > 0 and self.left:
            done = ends[begin] - candidates[begin]
            end = max(begin + 1, int(np.searchsorted(ends, done + PAIRS_AT_ONCE, side="right")))
            which = np.arange(begin, end)
            small = np.repeat(which, candidates[which])
            large = holding.gathered(rarest[which])
            self.pairs -= len(small)
            possible = (
                (lists.sizes[small] <= lists.sizes[large])
                & (ranks[large] <= ranks[small])
                & (small != large)
            )
            small, large = small[possible], large[possible]
            for word in bits:
                subset = (word[small] & ~word[large]) == 0
                small, large = small[subset], large[subset]
            if count > 64 * MOST_WORDS:
                subset = _is_subset(lists, count, small, large)
                small, large = small[subset], large[subset]
            yield small, large
            begin = end


def _bits(lists: IndexLists, count: int) -> list[Bits]:
    """Words in which each list has the bits of its members; shared bits only if count > 512."""
    words = min(MOST_WORDS, max(1, -(-count // 64)))
    spread = lists.members % (64 * words)
    found = []
    for word in range(words):
        shifts = np.clip(spread - 64 * word, 0, 63).astype(np.uint64)
        bit = np.where(spread // 64 == word, np.uint64(1) << shifts, np.uint64(0))
        found.append(np.bitwise_or.reduceat(bit, lists.offsets[:-1]))
    return found


def _is_subset(lists: IndexLists, count: int, small: IntArray, large: IntArray) -> Mask:
    """Whether every member of list ``small[k]`` is in list ``large[k]``."""
    entries = lists.owners * count + lists.members
    sizes = lists.sizes[small]
    wanted = np.repeat(large, sizes) * count + lists.gathered(small)
    places = np.searchsorted(entries, wanted)
    found = entries[np.minimum(places, len(entries) - 1)] == wanted
    if not len(small):
        return np.empty(0, dtype=np.bool_)
    return np.logical_and.reduceat(found, np.cumsum(sizes) - sizes)
