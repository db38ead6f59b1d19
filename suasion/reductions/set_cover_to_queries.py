"""Set cover to partition queries: the NP-hardness proof of Theorem 5.3, run forwards."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import inf
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.numbers.arrays import FloatArray
from suasion.models.numbers.digits import rational_text
from suasion.models.numbers.rationals import Number
from suasion.models.queries.pooling import best_levels, least_loss, lossy
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryPolicy
from suasion.models.queries.selection import QuerySelection
from suasion.models.set_cover.cover import Cover
from suasion.models.set_cover.instance import SetCover
from suasion.reductions.reduction import Range, Reduction
from suasion.reductions.star_queries import (
    HEAVY,
    LOSS_PER_WEIGHT,
    SHARE_ALONE,
    in_turn,
    receivers,
    sets_asked,
    star_oracle,
)


class SetCoverToQueries(Reduction[SetCover, QuerySelection]):
    """Some sets cover the universe iff the queries for them reveal all that matters.

    Types: one per element, and type 0, which loses when pooled with any element. The query for
    a set tells its elements apart from each other and from everybody else, so that elements in no
    chosen set stay pooled with type 0. Full information u* is reached iff there are none.

    With a budget K the question is the decision problem: u* can be reached iff K sets cover the
    universe, and otherwise the optimum is at most u* minus `gap`. Without one a query costs
    `price` times its set, little enough that a cheapest cover is optimal, with the value u* minus
    `price` times its cost.

    Parameters
    ----------
    source : SetCover
    budget : int >= 0, optional
        Number of sets; costs other than 1 are refused, since a budget counts.
    adaptive : bool
        With a budget: let queries depend on answers, which gains nothing on the decision (all
        answers but "none of these" end the search).
    beliefs : "distinct" or sequence of numbers, optional
        Default: 1/4 for type 0 and 2/5 for every element, with equal weights under a budget and
        type 0 heavier otherwise; u uncovered elements then cost exactly `loss` (u). "distinct"
        takes different beliefs of at most 1/2, as in the published proof; a sequence (type 0
        first) is checked: type 0 must lose when pooled with each single element. (Beliefs of 1/2
        and more do not: they have one optimal policy.)

    Attributes
    ----------
    gap : Fraction
        Least that is lost when an element stays uncovered. Solvers need a tolerance below it.
    price : Fraction or None
        What a query costs per unit of its set's cost; None with a budget.

    Raises
    ------
    ValueError
        For a budget with unequal costs, `adaptive` without a budget, and beliefs that do not do.

    Notes
    -----
    Why distances in value are as said: pooling more types loses no less, so any uncovered element
    loses at least what it does alone with type 0: `gap`. In the default gadget u of them lose
    min(u / 5, 1 / 2) times the weight of one (type 0 is given up from u = 3 on), or u / 5 times it
    if type 0 has 2/5 of the weight of all elements together. Then adding to uncovered elements
    their cheapest sets pays as long as each costs less than `gap`; with other beliefs, as long as
    a whole cover does.

    References
    ----------
    Harris, Immorlica, Lucier, Slivkins, arXiv 2311.18138, Theorem 5.3, with the beliefs corrected:
    the published proof asks for different optimal policies, which beliefs of 1/2 and more cannot
    have.

    Examples
    --------
    >>> from suasion import solve
    >>> triangle = SetCover(3, [[0, 1], [1, 2], [0, 2]])
    >>> reduction = SetCoverToQueries(triangle)
    >>> result = solve(reduction.target, exact=True)
    >>> reduction.pull_back(result.answer), reduction.source_range(result.exact_value)
    (Cover([0, 1]), (Fraction(2, 1), Fraction(2, 1)))
    >>> one_set = SetCoverToQueries(triangle, budget=1)
    >>> result = solve(one_set.target, exact=True)
    >>> one_set.source_range(result.exact_value), one_set.ceiling - result.exact_value
    ((2, inf), Fraction(1, 20))
    """

    def __init__(
        self,
        source: SetCover,
        budget: int | None = None,
        adaptive: bool = False,
        beliefs: str | Sequence[Number] | FloatArray | None = None,
    ) -> None:
        self.source, self.budget = source, budget
        if adaptive and budget is None:
            raise InputError("adaptive needs a budget: without one a query is paid once; add one.")
        if budget is not None and len(source.sets) and not (source.costs == 1).all():
            s = int(np.argmax(source.costs != 1))
            raise InputError(
                f"costs[{s}] is {source.costs[s]:g} and a budget counts sets; leave out the "
                "budget or the costs."
            )
        n = source.universe
        self._heavy = beliefs is None and budget is None
        alone = HEAVY * n if self._heavy and n else 1
        persuasion = receivers([1] * n, alone, _beliefs(beliefs, n))
        self._weight = persuasion.numbers(exact=True)[0][-1]
        self.gap = LOSS_PER_WEIGHT * self._weight if beliefs is None else _least_loss(persuasion)
        self._gadget = beliefs is None
        self.ceiling = Fraction(persuasion.full_information(exact=True))
        self.price = None if budget is not None else self.gap / (2 * self._dearest())
        costs = None
        if self.price is not None and len(source.sets):
            costs = [self.price * Fraction(c) for c in source.cost_numbers(exact=True).tolist()]
        self.target = QuerySelection(persuasion, star_oracle(source), budget, adaptive, costs)

    def _dearest(self) -> Fraction:
        """More than a cover costs, or in the heavy gadget more than one more element does."""
        costs = self.source.cost_numbers(exact=True)
        coverable = (sets.tolist() for sets in self.source.covering if len(sets))
        cheapest = [min(sets, key=costs.__getitem__) for sets in coverable]
        if self._heavy:
            return max((Fraction(costs[s]) for s in cheapest), default=Fraction(0)) or Fraction(1)
        return sum((Fraction(costs[s]) for s in set(cheapest)), Fraction(0)) or Fraction(1)

    def loss(self, uncovered: int) -> Fraction:
        """What is lost when this many elements are uncovered; the least, for beliefs of one's own.

        Examples
        --------
        >>> reduction = SetCoverToQueries(SetCover(4, [[0, 1, 2, 3]]), budget=1)
        >>> [str(reduction.loss(u)) for u in range(5)]
        ['0', '1/25', '2/25', '1/10', '1/10']
        """
        if not self._gadget:
            return self.gap if uncovered else Fraction(0)
        lost = uncovered * LOSS_PER_WEIGHT
        return Fraction(self._weight * (lost if self._heavy else min(lost, SHARE_ALONE)))

    def push_forward(self, answer: Cover) -> QueryPolicy:
        """The queries for the sets of a cover; adaptively, one after the other until found."""
        if self.target.adaptive:
            return in_turn(answer, self.source)
        return QuerySet(answer.sets)

    def pull_back(self, answer: QueryPolicy) -> Cover:
        """The sets that are asked about; a cover if the answer's value says so."""
        return sets_asked(answer)

    def source_range(self, value: Any) -> Range:
        """The cost of a cheapest cover; with a budget K, at most K or at least K + 1."""
        lost = self.ceiling - Fraction(value)
        if self.budget is not None:
            return (0, self.budget) if 2 * lost < self.gap else (self.budget + 1, inf)
        assert self.price is not None
        if len(self.source.uncoverable):
            return inf, inf
        cost = lost / self.price
        if isinstance(value, float) and self.source.cost_step is not None:
            cost = round(cost / self.source.cost_step) * self.source.cost_step
        return cost, cost

    @property
    def link(self) -> str:
        """How the optimum tells what a cover costs."""
        top, gap = rational_text(self.ceiling), rational_text(self.gap)
        if self.price is None:
            return (
                f"{self.budget} sets cover the universe iff the optimum is {top}; otherwise it is "
                f"at most {top} - {gap}."
            )
        price = rational_text(self.price)
        return f"The optimum is {top} minus {price} times the cost of a cheapest cover."


def _beliefs(given: Any, elements: int) -> Any:
    """Beliefs of type 0 and the elements; None for the gadget's."""
    if given is None:
        return None
    if isinstance(given, str):
        if given != "distinct":
            raise InputError(f'beliefs is "{given}"; give "distinct" or a list of numbers.')
        return [Fraction(i + 1, 2 * (elements + 1)) for i in range(elements + 1)]
    if len(given) != elements + 1:
        raise InputError(
            f"beliefs has {len(given)} entries for type 0 and {elements} elements; give "
            f"{elements + 1}."
        )
    return given


def _least_loss(persuasion: BinaryPersuasion) -> Fraction:
    """What type 0 loses when pooled with one element; ValueError if that is nothing."""
    elements = np.arange(1, len(persuasion))
    loses = lossy(best_levels(persuasion), np.zeros_like(elements), elements)
    if not loses.all():
        e = int(np.argmin(loses))
        shown = [f"{persuasion.beliefs[i]:g}" for i in (0, e + 1)]
        raise InputError(
            f"beliefs[{e + 1}] is {shown[1]} and beliefs[0] is {shown[0]}: element {e} and type 0 "
            "lose nothing when pooled; give type 0 a belief below 1/2 that is no element's."
        )
    return least_loss(persuasion, np.column_stack([np.zeros_like(elements), elements]))
