"""Maximum coverage to partition queries: the gadget of the hardness proof, type 0 made heavy."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from suasion.errors import InputError
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryPolicy
from suasion.models.queries.selection import QuerySelection
from suasion.models.set_cover.cover import Cover
from suasion.models.set_cover.instance import SetCover
from suasion.models.set_cover.maximum_coverage import MaximumCoverage
from suasion.reductions.reduction import Range, Reduction
from suasion.reductions.star_queries import (
    HEAVY,
    LOSS_PER_WEIGHT,
    receivers,
    sets_asked,
    star_oracle,
)


class CoverageToQueries(Reduction[MaximumCoverage, QuerySelection]):
    """The best K queries are the K sets that cover most.

    As in `SetCoverToQueries`, but type 0 has 2/5 of the weight of all elements together. Then it
    is never worth giving up, and elements of weight w that stay uncovered lose exactly w / 5:
    the optimum falls short of full information by a fifth of the weight that is not covered.

    Parameters
    ----------
    source : MaximumCoverage or SetCover
    budget : int >= 0, optional
        Number of sets, for a `SetCover`.

    Attributes
    ----------
    ceiling : Fraction
        Value under full information.
    scale : Fraction
        What a unit of uncovered weight loses.

    References
    ----------
    The gadget is that of Theorem 5.3 of Harris, Immorlica, Lucier, Slivkins, arXiv 2311.18138.
    That maximum coverage cannot be approximated better than 1 - 1/e unless P = NP (U. Feige, A
    threshold of ln n for approximating set cover, J. ACM 45(4), 1998) carries over to what queries
    gain above asking nothing.

    Examples
    --------
    >>> from suasion import SetCover, solve
    >>> problem = MaximumCoverage(SetCover(5, [[0, 1], [1, 2, 3], [3, 4]]), budget=1)
    >>> reduction = CoverageToQueries(problem)
    >>> result = solve(reduction.target, exact=True)
    >>> reduction.pull_back(result.answer), reduction.source_range(result.exact_value)
    (Cover([1]), (Fraction(3, 1), Fraction(3, 1)))
    """

    def __init__(self, source: MaximumCoverage | SetCover, budget: int | None = None) -> None:
        if isinstance(source, SetCover):
            if budget is None:
                raise InputError("budget is missing; say how many sets may be chosen.")
            source = MaximumCoverage(source, budget)
        elif budget is not None:
            raise InputError(f"budget is {budget}, and the instance has its own; leave it out.")
        self.source = source
        weights = [Fraction(weight) for weight in source.weight_numbers(exact=True).tolist()]
        self._whole = sum(weights, Fraction(0))
        alone = HEAVY * self._whole or Fraction(1)
        persuasion = receivers(weights, alone)
        self.ceiling = Fraction(persuasion.full_information(exact=True))
        self.scale = LOSS_PER_WEIGHT / (self._whole + alone)
        self.target = QuerySelection(persuasion, star_oracle(source.sets), source.budget)

    def push_forward(self, answer: Cover) -> QuerySet:
        """The queries for the chosen sets."""
        return QuerySet(answer.sets)

    def pull_back(self, answer: QueryPolicy) -> Cover:
        """The sets that are asked about."""
        return sets_asked(answer)

    def source_range(self, value: Any) -> Range:
        """The largest weight that can be covered, exactly."""
        covered = self._whole - (self.ceiling - Fraction(value)) / self.scale
        return covered, covered

    @property
    def link(self) -> str:
        """How the optimum tells what is covered."""
        return (
            f"The optimum is {self.ceiling} minus {self.scale} times the weight that is not "
            "covered."
        )
