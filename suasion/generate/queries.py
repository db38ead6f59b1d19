"""Random questions: the cuts of the order of random receivers, and partitions of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.generate.distributions import Distribution, drawn_costs
from suasion.generate.receivers import asked_receivers
from suasion.generate.sampling import check_entries, stream, subsets
from suasion.models.numbers.arrays import IntArray, Labels
from suasion.models.numbers.rationals import Number
from suasion.models.queries.oracles import ThresholdQueries
from suasion.models.queries.partition_queries import PartitionQueries
from suasion.models.queries.selection import QuerySelection


def thresholds(
    size: int,
    seed: int,
    *,
    budget: int | None = None,
    adaptive: bool = False,
    cost: Number | Distribution | None = None,
    receivers: str | None = None,
    beliefs: Distribution | None = None,
    denominator: int | None = None,
) -> QuerySelection:
    """All cuts of the order of random receivers."""
    persuasion = asked_receivers(receivers, size, seed, beliefs, denominator)
    costs = drawn_costs(cost, stream(seed, "costs"), size - 1, denominator)
    return QuerySelection(persuasion, ThresholdQueries(), budget, adaptive, costs)


def partition_family(
    draw: Callable[..., Labels], most: Callable[[int], int] | None = None
) -> Callable[..., QuerySelection]:
    """A family of questions with random answers.

    Parameters
    ----------
    draw : callable
        ``draw(rng, queries, ranks, **parameters)``: labels of shape (queries, types); ``ranks``
        are the places of the types in their order by threshold.
    most : callable, optional
        How many different queries there are for a number of types, if they are to be different.
    """

    def drawn(
        size: int,
        seed: int,
        *,
        queries: int | None = None,
        budget: int | None = None,
        adaptive: bool = False,
        cost: Number | Distribution | None = None,
        receivers: str | None = None,
        beliefs: Distribution | None = None,
        denominator: int | None = None,
        **parameters: Any,
    ) -> QuerySelection:
        limit = queries if most is None else most(size)
        count = size if limit is None else min(size, limit) if queries is None else queries
        if limit is not None and count > limit:
            raise InputError(
                f"queries is {count}, and of {size} types there are {limit} different ones; give "
                f"at most {limit}."
            )
        told = f"the answers of {size} types to {count} queries"
        check_entries(size * count, told, "give fewer queries")
        persuasion = asked_receivers(receivers, size, seed, beliefs, denominator)
        labels = draw(stream(seed, "queries"), count, persuasion.rank, **parameters)
        costs = drawn_costs(cost, stream(seed, "costs"), count, denominator)
        oracle = PartitionQueries.from_labels(labels)
        return QuerySelection(persuasion, oracle, budget, adaptive, costs)

    return drawn


def partitions(rng: np.random.Generator, count: int, ranks: IntArray, *, cells: int) -> Labels:
    """Each type in one of `cells` cells, all alike and independently; empty cells vanish."""
    return rng.integers(0, cells, (count, len(ranks)), dtype=np.int32)


def intervals(rng: np.random.Generator, count: int, ranks: IntArray, *, cells: int) -> Labels:
    """The order of the types cut in `cells` - 1 random places (in all there are, if fewer)."""
    n = len(ranks)
    cuts = np.full(count, min(cells, n) - 1)
    labels = np.zeros((count, n), dtype=np.int32)
    labels[np.repeat(np.arange(count), cuts), 1 + subsets(rng, n - 1, cuts)] = 1
    np.cumsum(labels, axis=1, out=labels)
    return labels[:, ranks]


def noisy_thresholds(
    rng: np.random.Generator, count: int, ranks: IntArray, *, noise: float
) -> Labels:
    """A random cut a query, the answer of each type wrong with probability `noise`."""
    n = len(ranks)
    cuts = rng.integers(1, max(2, n), count)
    labels = np.empty((count, n), dtype=np.int32)
    for q, cut in enumerate(cuts):
        labels[q] = (ranks >= cut) ^ (rng.random(n) < noise)
    return labels


def stars(rng: np.random.Generator, count: int, ranks: IntArray, *, density: float) -> Labels:
    """Each type but the first in a random set with probability `density`; all others one cell."""
    n = len(ranks)
    labels = np.empty((count, n), dtype=np.int32)
    for q in range(count):
        inside = rng.random(n) < density
        inside[0] = False
        labels[q] = np.where(inside, np.cumsum(inside), 0)
    return labels


def laminar_most(size: int) -> int:
    """Number of different two-cell queries in a largest laminar family."""
    return max(0, 2 * size - 3)


def laminar(rng: np.random.Generator, count: int, ranks: IntArray) -> Labels:
    """Some parts of a random order of the types that is split at random places to the last.

    The two halves of the whole are one query; the others are all different.
    """
    n = len(ranks)
    order, parts, whole = rng.permutation(n), [], [(0, n)]
    while whole:
        low, high = whole.pop()
        if high - low > 1:
            middle = int(rng.integers(low + 1, high))
            halves = [(low, middle), (middle, high)]
            parts += halves if high - low < n else halves[:1]
            whole += halves
    labels = np.zeros((count, n), dtype=np.int32)
    for q, part in enumerate(rng.choice(len(parts), count, replace=False) if count else ()):
        low, high = parts[part]
        labels[q, order[low:high]] = 1
    return labels
