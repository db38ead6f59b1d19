"""Partition queries without loss to set cover: which queries tell apart whom it costs to pool."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from math import inf
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.models.numbers.arrays import IntArray, NumberArray
from suasion.models.queries.partition_queries import PartitionQueries
from suasion.models.queries.pooling import best_levels, least_loss, lossy
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.selection import QuerySelection
from suasion.models.set_cover.cover import Cover
from suasion.models.set_cover.instance import SetCover
from suasion.reductions.reduction import Range, Reduction


class QueriesToSetCover(Reduction[QuerySelection, SetCover]):
    """The cheapest queries that lose nothing: a set cover of the pairs that lose when pooled.

    Queries reach the value of full information iff they tell apart every two types that lose when
    pooled, since a cell without such a pair loses nothing (see `suasion.models.queries.pooling`).
    So elements are those pairs, and a query's set has the pairs that it separates: *test cover*.
    Sets cost what queries cost, or 1 each.

    Types with the same answers to all queries and the same needs are one here, so that each
    element stands for all pairs of its two groups.

    Parameters
    ----------
    source : QuerySelection
        Non-adaptive partition queries; with costs or with a budget, not both.

    Attributes
    ----------
    pairs : array of int, shape (universe, 2)
        For each element two types that it stands for.

    Raises
    ------
    ValueError
        For other questions than these.

    Notes
    -----
    An optimal answer may prefer a loss to the price of the queries. It does not where the cheapest
    cover costs no more than the least loss of a pair: otherwise `source_range` is not a point.
    Running time O(g^2 m) for g groups and m queries.

    References
    ----------
    B. M. E. Moret, H. D. Shapiro, On minimizing a set of tests, SIAM Journal on Scientific and
    Statistical Computing 6(4), 1985, for test cover. It is the converse of Theorem 5.3 of Harris,
    Immorlica, Lucier, Slivkins, arXiv 2311.18138.

    Examples
    --------
    >>> from suasion import BinaryPersuasion, solve
    >>> instance = BinaryPersuasion(["1/3"] * 3, ["1/5", "2/5", "1/2"])
    >>> oracle = PartitionQueries([[[0], [1, 2]], [[0, 1], [2]], [[0, 2], [1]]])
    >>> reduction = QueriesToSetCover(QuerySelection(instance, oracle))
    >>> reduction.target.sets.nested(), reduction.pairs.tolist()
    ([[0, 1], [1, 2], [0, 2]], [[0, 1], [0, 2], [1, 2]])
    >>> reduction.pull_back(solve(reduction.target).answer)
    QuerySet([0, 1])
    """

    def __init__(self, source: QuerySelection) -> None:
        if not source.listed or source.persuasion.kind != "binary-persuasion":
            raise InputError(
                "oracle is not a partition oracle; reduce threshold queries to partition queries "
                "first (thresholds)."
            )
        if source.adaptive:
            raise InputError(
                "adaptive is true, and a set cover asks all queries at once; make it false."
            )
        if source.budget is not None and source.costs is not None:
            raise InputError(
                "budget and costs are both given, and a set cover has no budget beside its costs; "
                "leave one out."
            )
        if source.rules:
            field = next(iter(source.rules.sizes()))
            raise InputError(
                f"{field} are given, and a set cover has none; leave them out (with_rules())."
            )
        instance, oracle = source.binary, source.partition
        self.source, self._instance = source, instance
        self._levels = best_levels(instance)
        groups, answers = _groups(oracle, self._levels, len(instance))
        found = list(_lossy_pairs(groups, self._levels))
        self.pairs = groups[np.concatenate([np.empty((0, 2), dtype=np.intp), *found])]
        first, second = (np.searchsorted(groups, self.pairs[:, end]) for end in (0, 1))
        separated = [np.flatnonzero(row[first] != row[second]) for row in answers]
        offsets = np.cumsum([0, *map(len, separated)], dtype=np.intp)
        elements = np.concatenate([np.empty(0, dtype=np.intp), *separated])
        costs = None if source.costs is None else source.cost_numbers(source.rational)
        self.target = SetCover.from_arrays(len(self.pairs), offsets, elements, costs, oracle.names)

    @cached_property
    def ceiling(self) -> Fraction:
        """Value under full information."""
        return Fraction(self._instance.full_information(exact=True))

    @cached_property
    def gap(self) -> Fraction:
        """Least loss of a pair: what a set of queries that is no cover falls short at least."""
        return least_loss(self._instance, self.pairs)

    def push_forward(self, answer: QuerySet) -> Cover:
        """The queries as sets; a cover if they lose nothing."""
        return Cover(answer.queries)

    def pull_back(self, answer: Cover) -> QuerySet:
        """The sets as queries."""
        return QuerySet(answer.sets)

    def source_range(self, value: Any) -> Range:
        """What the best queries earn, given the cost of a cheapest cover (infinite: none)."""
        if value == inf or (self.source.budget is not None and value > self.source.budget):
            return -inf, self.ceiling - self.gap
        if self.source.costs is None:
            return self.ceiling, self.ceiling
        cost = Fraction(value)
        return self.ceiling - cost, self.ceiling - min(cost, self.gap)

    @property
    def link(self) -> str:
        """How costs and values hang together."""
        return (
            f"Queries earn {self.ceiling} (full information) before costs iff their sets cover "
            f"the {len(self.pairs)} pairs that lose when pooled."
        )


def _groups(
    oracle: PartitionQueries, levels: tuple[NumberArray, NumberArray], n: int
) -> tuple[IntArray, Any]:
    """The first type of each group with the same answers and levels, and its answers."""
    labels = oracle.labels.reshape(len(oracle), n)
    ends = [np.unique(end, return_inverse=True)[1] for end in levels]
    first = np.unique(np.vstack([*ends, labels]), axis=1, return_index=True)[1]
    groups = np.sort(first)
    return groups, labels[:, groups]


def _lossy_pairs(groups: IntArray, levels: tuple[NumberArray, NumberArray]) -> Iterator[IntArray]:
    """Positions in `groups` of the pairs that lose when pooled, first by first."""
    for i, one in enumerate(groups.tolist()):
        others = np.arange(i + 1, len(groups))
        lose = lossy(levels, np.full(len(others), one), groups[others])
        yield np.column_stack([np.full(int(lose.sum()), i), others[lose.astype(np.bool_)]])
