"""The working form of partition queries: the queries worth asking, and V(C) behind a memo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Any

import numpy as np

from suasion.models.binary.envelope import concave_envelope
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.numbers.arrays import IntArray, Labels, NumberArray, object_array
from suasion.models.queries.cells import Cells
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryTree
from suasion.models.queries.selection import QuerySelection

# V of the types at some positions, weights unnormalised; a float or a Fraction.
CellValue = Callable[[IntArray], Any]

# Memory for remembered cells, in bytes.
MEMO_BYTES = 200_000_000
# Pairs of queries tested for refinement, a few microseconds each.
MOST_COMPARISONS = 50_000


class CellValues:
    """V(C) from any function of a cell, remembering as many cells as fit in the memory given.

    Parameters
    ----------
    value : callable
        Maps an increasing array of type positions to the sender's payoff from those types, which
        must be superadditive in information: ``value(C) <= value(C1) + value(C2)``.
    n : int
        Number of types.
    memory : int
        Bytes for the memo; the cells not used for longest are forgotten first.

    Examples
    --------
    >>> values = CellValues(lambda cell: float(len(cell) == 1), n=3)
    >>> values(np.array([2])), values(np.array([0, 2])), values.computed
    (1.0, 0.0, 2)
    """

    def __init__(self, value: CellValue, n: int, memory: int = MEMO_BYTES) -> None:
        # A key is a bit per type; the entry around it takes some 250 bytes.
        self.limit = max(1, memory // (n // 8 + 250))
        self.computed = 0

        def fresh(key: bytes) -> Any:
            self.computed += 1
            bits = np.unpackbits(np.frombuffer(key, dtype=np.uint8), count=n)
            return value(np.flatnonzero(bits))

        self._remembered = lru_cache(maxsize=self.limit)(fresh)
        self._n = n

    def __call__(self, cell: IntArray) -> Any:
        """V of the types at the positions `cell`."""
        bits = np.zeros(self._n, dtype=bool)
        bits[cell] = True
        return self._remembered(np.packbits(bits).tobytes())

    @property
    def remembered(self) -> int:
        """Number of cells in the memo."""
        return self._remembered.cache_info().currsize


@dataclass(frozen=True, eq=False)
class PartitionTask:
    """Partition queries without those that no optimal answer needs.

    Attributes
    ----------
    labels : array of int32, shape (m, n)
        Answer of each type to each query, 0, 1, ... without gaps.
    weights : array, shape (n,)
        Mass of each type; a query that is asked of a cell costs in proportion to its mass.
    costs : array, shape (m,)
        Zeros when queries are free.
    rounds : int
        Most queries (non-adaptive) or depth of the tree (adaptive), at most m.
    alone : array, shape (n,)
        V({i}) of each type.
    value : CellValues
        V(C).
    queries : array of int, shape (m,)
        Which query of the oracle each row is.
    """

    labels: Labels
    weights: NumberArray
    costs: NumberArray
    rounds: int
    alone: NumberArray
    value: CellValues
    queries: IntArray

    def __len__(self) -> int:
        """Number of queries."""
        return len(self.labels)

    @property
    def exact(self) -> bool:
        """True when the numbers are Fractions."""
        return bool(self.weights.dtype == object)

    @cached_property
    def everyone(self) -> IntArray:
        """All types: the cell before any query."""
        return np.arange(len(self.weights))

    @cached_property
    def ceiling(self) -> Any:
        """What the sender earns who knows the type: no queries earn more."""
        return self.alone.sum()

    @cached_property
    def has_costs(self) -> bool:
        """True if some query costs something."""
        return bool((self.costs > 0).any())

    @cached_property
    def answers(self) -> IntArray:
        """Number of cells of each query."""
        answers: IntArray = self.labels.max(axis=1, initial=-1).astype(np.intp) + 1
        return answers

    def split(self, cell: IntArray, query: int) -> list[IntArray]:
        """The parts of a cell that a query tells apart, in the order of its answers."""
        answers = self.labels[query][cell]
        return [cell[answers == a] for a in np.unique(answers)]

    def refined(self, cells: list[IntArray], query: int) -> list[IntArray]:
        """All cells after one more query."""
        return [part for cell in cells for part in self.split(cell, query)]

    def earned(self, cells: list[IntArray]) -> Any:
        """Sum of V over cells."""
        return sum(self.value(cell) for cell in cells)

    def everything(self) -> Any:
        """What all queries at once reveal, costs not counted; V of all if none may be asked."""
        if not self.rounds:
            return self.value(self.everyone)
        joint = np.zeros(len(self.weights), dtype=np.int64)
        for answers, labels in zip(self.answers, self.labels, strict=True):
            joint = np.unique(joint * answers + labels, return_inverse=True)[1]
            if joint.max() + 1 == len(joint):
                return self.ceiling
        cells = Cells.from_labels(joint)
        known = [int(cell[0]) for cell in cells if len(cell) == 1]
        shared = [cell for cell in cells if len(cell) > 1]
        return min(self.alone[known].sum() + self.earned(shared), self.ceiling)

    def additions(self, cells: list[IntArray]) -> NumberArray:
        """Sum of V over the parts of the cells when one more query is asked, shape (m,)."""
        worth = [self.earned(self.refined(cells, q)) for q in range(len(self))]
        return object_array(worth) if self.exact else np.array(worth, dtype=np.float64)

    def query_set(self, rows: Any) -> QuerySet:
        """Rows of `labels` as an answer about the oracle's queries."""
        return QuerySet(self.queries[np.asarray(rows, dtype=np.intp)])

    def query_tree(self, tree: QueryTree) -> QueryTree:
        """A tree of rows of `labels` as an answer about the oracle's queries."""
        asked = tuple(None if q is None else int(self.queries[q]) for q in tree.queries)
        return QueryTree(asked, tree.children)

    def ordered(self, rows: IntArray) -> PartitionTask:
        """The same task with its queries in another order, or with some of them only."""
        return replace(
            self, labels=self.labels[rows], costs=self.costs[rows], queries=self.queries[rows]
        )


def partition_task(problem: QuerySelection, exact: bool = False) -> PartitionTask:
    """The working form of a problem about binary persuasion with a partition oracle.

    O(m n log n), and up to 50,000 comparisons of two queries, O(n) each.
    """
    oracle = problem.partition
    n = len(problem.persuasion)
    costs = problem.cost_numbers(exact)
    kept, rounds = queries_to_ask(problem, oracle.labels, costs)
    labels = oracle.labels[kept] if len(kept) else np.zeros((0, n), dtype=np.int32)
    instance = problem.binary

    def value(cell: IntArray) -> float | Fraction:
        return concave_envelope(instance.classes(cell, exact)).value

    return PartitionTask(
        labels,
        instance.numbers(exact)[0],
        costs[kept],
        rounds,
        _alone(instance, exact),
        CellValues(value, n),
        kept,
    )


def _alone(instance: BinaryPersuasion, exact: bool) -> NumberArray:
    """V({i}) of each type: it acts whenever the message's odds are at most its own, or 1."""
    weights, _, thresholds, state_beliefs = instance.numbers(exact)
    one = thresholds[:1] * 0 + 1
    low = np.minimum(thresholds, one / 2)
    acts: NumberArray = weights * (state_beliefs + (1 - state_beliefs) * low / (1 - low))
    return acts


def queries_to_ask(
    problem: QuerySelection, labels: Labels, costs: NumberArray
) -> tuple[IntArray, int]:
    """The queries that some optimal answer may need, and how many of them at most.

    With side constraints, discounts or fees any query may be worth asking for the sake of others.
    """
    most = len(labels) if problem.budget is None else min(problem.budget, len(labels))
    if problem.rules:
        return np.arange(len(labels)), most
    kept = needed_queries(labels, costs)
    # A query that refines no cell is not needed, so that n - 1 of them tell everything.
    return kept, min(most, len(kept), len(problem.persuasion) - 1)


def needed_queries(labels: Labels, costs: NumberArray) -> IntArray:
    """Queries left when those go that tell nothing, or nothing more than one at most as dear.

    A query whose every cell lies in a cell of another is refined by it. The finer one can replace
    it wherever it is asked, in a set or in a tree, and never earns less (information never
    hurts). Of equals the cheapest stays, then the first.

    Parameters
    ----------
    labels : array of int32, shape (m, n)
    costs : array, shape (m,)

    Returns
    -------
    array of int
        Rows that stay, increasing.

    Examples
    --------
    >>> needed_queries(np.array([[0, 0, 0], [0, 1, 1], [0, 1, 2]]), np.zeros(3)).tolist()
    [2]
    """
    canonical = _by_first_appearance(labels)
    cells = canonical.max(axis=1, initial=0) + 1
    kept: list[int] = []
    seen: set[bytes] = set()
    # Cheapest first, so that of equals the cheapest stays; finer first, so that a query is only
    # compared with those of more cells.
    ranked = sorted(range(len(labels)), key=lambda q: (-cells[q], costs[q], q))
    for count, group in groupby(ranked, key=lambda q: int(cells[q])):
        finer, tests = list(kept), 0
        for q in group if count > 1 else ():
            equal = canonical[q].tobytes()
            if equal in seen:
                continue
            seen.add(equal)
            tests += len(finer)
            # Leaving a query in costs time only, so that many queries are not all compared.
            if tests > MOST_COMPARISONS or not any(
                costs[p] <= costs[q] and _refines(canonical[p], canonical[q], cells[p])
                for p in finer
            ):
                kept.append(q)
    return np.array(sorted(kept), dtype=np.intp)


def _by_first_appearance(labels: Labels) -> Labels:
    """Labels renumbered in the order in which they first appear: equal rows, equal partitions."""
    answers = int(labels.max(initial=-1)) + 1
    first = np.full((len(labels), answers), labels.shape[1], dtype=np.int32)
    if answers <= len(labels):
        for a in range(answers):
            here = labels == a
            first[here.any(axis=1), a] = here.argmax(axis=1)[here.any(axis=1)]
    else:
        for q, row in enumerate(labels):
            seen, place = np.unique(row, return_index=True)
            first[q, seen] = place
    ranks = np.argsort(np.argsort(first, axis=1, kind="stable"), axis=1).astype(np.int32)
    return np.take_along_axis(ranks, labels, axis=1)


def _refines(fine: IntArray, coarse: IntArray, cells: int) -> bool:
    """Whether every cell of `fine` lies in one cell of `coarse`."""
    lowest = np.zeros(cells, dtype=np.intp)
    lowest[fine] = coarse  # some member's cell; all members must agree with it
    return bool((lowest[fine] == coarse).all())
