"""Threshold queries to partition queries: a cut parts the types below it from those above."""

from __future__ import annotations

from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.numbers.arrays import IntArray
from suasion.models.queries.partition_queries import PartitionQueries
from suasion.models.queries.query_tree import QueryPolicy
from suasion.models.queries.selection import QuerySelection
from suasion.reductions.reduction import Range, Reduction

# Above it the answers of all types to all cuts fill the memory.
MOST_ANSWERS = 10**9


class ThresholdsToPartitions(Reduction[QuerySelection, QuerySelection]):
    """Cuts of the types sorted by threshold, as questions answered 0 (below) and 1 (above).

    One query per cut between different thresholds; budget, costs and adaptivity stay what they
    are, and so do the values of all answers.

    Parameters
    ----------
    source : QuerySelection
        Threshold queries.

    Attributes
    ----------
    cuts : array of int
        The cut that each query is.

    Raises
    ------
    ValueError
        For partition queries, discretized continua, and more than 10^9 answers.

    References
    ----------
    Harris, Immorlica, Lucier, Slivkins, arXiv 2311.18138, Proposition 3.2.

    Examples
    --------
    >>> from suasion import QuerySet, ThresholdQueries
    >>> instance = BinaryPersuasion(["1/3"] * 3, ["2/5", "1/5", "2/5"])
    >>> reduction = ThresholdsToPartitions(QuerySelection(instance, ThresholdQueries(), budget=1))
    >>> reduction.target.oracle.labels.tolist(), reduction.pull_back(QuerySet([0]))
    ([[1, 0, 1]], QuerySet([1]))
    """

    def __init__(self, source: QuerySelection) -> None:
        if source.oracle.kind != "threshold":
            raise InputError("oracle is not a threshold oracle; give threshold queries.")
        if source.persuasion.kind == "discretized-persuasion":
            raise InputError("persuasion is a discretized continuum; use its down or up.")
        instance = source.binary
        self.source = source
        self.cuts = _real_cuts(instance)
        if len(self.cuts) * len(instance) > MOST_ANSWERS:
            raise InputError(
                f"{len(self.cuts):,} cuts of {len(instance):,} types are too many to write out; "
                "solve the threshold queries themselves."
            )
        labels = (instance.rank >= self.cuts[:, None]).astype(np.int32)
        costs = None
        if source.costs is not None:
            costs = source.cost_numbers(source.rational)[self.cuts - 1]
        self.target = QuerySelection(
            instance,
            PartitionQueries.from_labels(labels, [f"cut {t}" for t in self.cuts.tolist()]),
            source.budget,
            source.adaptive,
            costs,
        )

    def push_forward(self, answer: QueryPolicy) -> QueryPolicy:
        """The partitions that are the cuts asked.

        Raises
        ------
        ValueError
            For a cut that does not exist.
        """
        return _renumbered(answer, {t: q for q, t in enumerate(self.cuts.tolist())})

    def pull_back(self, answer: QueryPolicy) -> QueryPolicy:
        """The cuts that are asked."""
        return _renumbered(answer, dict(enumerate(self.cuts.tolist())))

    def source_range(self, value: Any) -> Range:
        """The same."""
        return value, value

    @property
    def link(self) -> str:
        """The optima are equal."""
        return "The optima are equal."


def _real_cuts(instance: BinaryPersuasion) -> IntArray:
    """Cuts between different thresholds, which are compared exactly."""
    rho = instance.numbers(instance.rational)[2][instance.order]
    return np.flatnonzero((rho[1:] != rho[:-1]).astype(np.bool_)) + 1


def _renumbered(answer: QueryPolicy, number: dict[int, int]) -> QueryPolicy:
    for query in answer.used.tolist():
        if query not in number:
            raise InputError(f"queries has {query}, which does not exist; leave it out.")
    return answer.renumbered(number.__getitem__)
