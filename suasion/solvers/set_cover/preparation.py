"""Before the search for a cheapest cover: reduction, a greedy cover, prices, sets priced out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from suasion.models.set_cover.cover import Cover
from suasion.models.set_cover.instance import SetCover
from suasion.models.set_cover.prices import rounded_up
from suasion.solvers.clock import Clock
from suasion.solvers.set_cover.ascent import Ascent, ascend
from suasion.solvers.set_cover.greedy import GreedyCover, greedy_cover, without_redundant
from suasion.solvers.set_cover.preprocessing import Preprocessed, preprocessed


@dataclass(frozen=True)
class Prepared:
    """What is left to search, and what is known without searching.

    Attributes
    ----------
    known : Cover
        Of the problem.
    bound : float
        No cover of the problem costs less.
    search : Preprocessed
        If some cover is cheaper than the known one, a cheapest cover of the core leads to one.
        The core is empty if that is impossible.
    exact : bool
        The known cover was proved a cheapest one by comparing costs alone.
    """

    known: Cover
    bound: float
    search: Preprocessed
    exact: bool


def prepared(problem: SetCover, clock: Clock) -> Prepared:
    """Reduce, cover greedily, price the elements, and leave out the sets that are too dear.

    A set is too dear if with it no cover can cost less than the known one (fixing by reduced
    costs). That may leave elements in no set: then the known cover is a cheapest one.
    """
    first = preprocessed(problem, clock)
    core = first.core
    priced = priced_elements(core, greedy_cover(core), clock, improve=True)
    known = without_redundant(problem, first.restored(priced.cover))
    fixed, cost = float(problem.costs[first.chosen].sum()), known.value(problem)
    bound = rounded_up(problem, fixed + rounded_up(core, priced.bound))
    settled = core.universe == 0
    # The next lower cost of a cover of the problem, which may be finer than that of the core.
    sets = priced.promising(core, cost - fixed - float(problem.cost_step or 0))
    everything = np.arange(core.universe)
    left = core.part(everything, sets)
    if bound >= cost or len(left.uncoverable):
        nothing = np.empty(0, dtype=np.intp)
        chosen = Preprocessed(problem, core.part(nothing, nothing), known.sets, nothing, nothing)
        return Prepared(known, cost, chosen, settled)
    second = preprocessed(left, clock)
    search = Preprocessed(
        problem,
        second.core,
        np.concatenate([first.chosen, first.sets[sets[second.chosen]]]),
        first.sets[sets[second.sets]],
        first.elements[second.elements],
    )
    return Prepared(known, bound, search, settled)


def priced_elements(
    instance: SetCover, greedy: GreedyCover, clock: Clock | None = None, improve: bool = False
) -> Ascent:
    """Prices by ascent from what the elements paid for a greedy cover, made fair.

    Its bound is never below the cost of the greedy cover divided by H(largest set).
    """
    paid = greedy.prices.astype(np.float64)
    earned = instance.sets.sums(paid)
    # Sets that cost nothing were chosen first, and their elements paid nothing.
    shares = np.divide(earned, instance.costs, out=np.ones(len(earned)), where=earned > 0)
    return ascend(instance, paid / shares.max(initial=1.0), greedy.cover, clock, improve)
