"""Partition queries about a binary persuasion as the arrays that the compiled loops read."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.numbers.arrays import FloatArray, IntArray, Labels
from suasion.solvers.partition.compiled.splits import split_worth
from suasion.solvers.partition.compiled.state import (
    BLOCK,
    GENERAL,
    INTERVALS,
    LANES,
    STARS,
    Scratch,
    Search,
    Tables,
)
from suasion.solvers.partition.cuts import are_segments
from suasion.solvers.partition.task import PartitionTask


class BinaryArrays:
    """Types of a binary persuasion sorted by decreasing threshold, never-told-apart ones merged.

    Types with equal answers to all queries and equal thresholds count as one. Those with
    threshold 1 act on every message, so that they only add a constant, `certain`, and the mass
    that queries are charged by.

    Parameters
    ----------
    instance : BinaryPersuasion
    task : PartitionTask
        Its queries, in its order.

    Attributes
    ----------
    tables : Tables
    merged : array of int, shape (number of types of the instance,)
        The type of the tables that each type belongs to.
    certain : array, shape (n,)
        Mass with threshold 1 in each type of the tables.
    """

    def __init__(self, instance: BinaryPersuasion, task: PartitionTask) -> None:
        weights, _, thresholds, state_beliefs = instance.numbers()
        certain = thresholds >= 1
        with np.errstate(divide="ignore"):
            odds = np.where(certain, 0.0, thresholds / (1 - thresholds))
        keys = np.vstack([-odds, task.labels]).T
        _, first, merged = np.unique(keys, axis=0, return_index=True, return_inverse=True)
        self.merged = merged.reshape(-1)
        n = len(first)

        def summed(masses: FloatArray) -> FloatArray:
            return np.bincount(self.merged, weights=masses, minlength=n).astype(np.float64)

        self.certain = summed(np.where(certain, weights, 0.0))
        high = summed(np.where(certain, 0.0, weights * state_beliefs))
        low = summed(np.where(certain, 0.0, weights * (1 - state_beliefs)))
        odds = odds[first]
        labels = np.ascontiguousarray(task.labels[:, first])
        columns, starts, singles, complement = _columns(labels, task.answers)
        self.tables = Tables(
            high=np.append(high, 0.0),
            low=np.append(low, 0.0),
            odds=np.append(odds, 0.0),
            alone=high + np.minimum(odds, 1.0) * low,
            mass=summed(weights),
            dear=int((odds > 1).sum()),
            labels=labels,
            by_type=np.ascontiguousarray(labels.T),
            answers=task.answers.astype(np.int32),
            columns=np.pad(columns, ((0, 1), (0, LANES))),
            first=starts,
            singles=singles,
            complement=complement,
            costs=task.costs.astype(np.float64),
            shape=_shape(labels, odds, singles),
        )

    def __len__(self) -> int:
        return len(self.tables.alone)

    def scratch(self) -> Scratch:
        """Working memory for one thread."""
        n, m, wide = len(self), len(self.tables.answers), int(self.tables.first[-1])
        block = min(BLOCK, wide + LANES)
        both = 0 < self.tables.dear < n
        return Scratch(
            a=np.zeros(block),
            b=np.zeros(block),
            best=np.zeros(block),
            rest=np.zeros(block),
            height=np.zeros(n * block if both else 0),
            worth=np.zeros(wide + LANES),
            at=np.zeros(n),
            one=np.zeros(n),
            total=np.zeros(n),
            counts=np.zeros(max(n, int(self.tables.answers.max(initial=1))) + 1, dtype=np.int64),
            before=np.zeros(n + 1),
            after=np.zeros(n + 1),
            whole=np.zeros(1, dtype=np.int32),
            gain=np.zeros(m),
            by_query=np.zeros(m),
            apart=np.zeros(m),
            high_sum=np.zeros(m),
            low_sum=np.zeros(m),
        )

    def search(self, most: int) -> Search:
        """The state of a search for up to `most` queries, before anything is asked."""
        rows, n, m = most + 2, len(self), len(self.tables.answers)
        search = Search(
            chosen=np.zeros(rows, dtype=np.int32),
            following=np.zeros(rows, dtype=np.int32),
            stop=np.full(rows, -1, dtype=np.int32),
            order=np.tile(np.arange(m, dtype=np.int32), (rows, 1)),
            size=np.full(rows, m, dtype=np.int32),
            limit=np.full((rows, m), np.inf),
            top=np.zeros(rows),
            cells=np.zeros((rows, n), dtype=np.int32),
            ends=np.zeros((rows, n), dtype=np.int32),
            count=np.zeros(rows, dtype=np.int32),
            told=np.zeros(rows),
            worth=np.zeros(m),
            answer=np.zeros(rows, dtype=np.int32),
            answer_size=np.zeros(1, dtype=np.int32),
            found=np.full(1, -np.inf),
            depth=np.zeros(1, dtype=np.int32),
            counters=np.zeros(3, dtype=np.int64),
        )
        search.cells[0] = np.arange(n)
        search.ends[0, 0] = n
        search.count[0] = 1
        return search

    def packed(self, cells: list[IntArray]) -> tuple[np.ndarray, np.ndarray]:
        """Cells of the instance's types as types of the tables, one after the other, and ends."""
        parts = [np.unique(self.merged[cell]) for cell in cells]
        ends = np.cumsum([len(part) for part in parts])
        return np.concatenate(parts).astype(np.int32), ends.astype(np.int32)

    @cached_property
    def _own_scratch(self) -> Scratch:
        return self.scratch()

    def additions(self, cells: list[IntArray]) -> FloatArray:
        """Sum of V over the parts of the cells (of the instance's types) by query, shape (m,)."""
        types, ends = self.packed(cells)
        worth = np.zeros(len(self.tables.answers))
        split_worth.compiled(self.tables, self._own_scratch, types, ends, len(ends), 0, worth)
        total: FloatArray = worth + self.certain[types].sum()
        return total

    def suffixes(self) -> Labels:
        """What the queries from each one on tell apart together, shape (m + 1, n)."""
        m, n = self.tables.labels.shape
        finest = np.zeros((m + 1, n), dtype=np.int32)
        for q in reversed(range(m)):
            joint = finest[q + 1].astype(np.int64) * int(self.tables.answers[q])
            finest[q] = np.unique(joint + self.tables.labels[q], return_inverse=True)[1]
        return finest


def _shape(labels: Labels, odds: FloatArray, singles: np.ndarray) -> int:
    """Which structure the queries have; types come by decreasing odds."""
    if are_segments(labels, odds):
        return INTERVALS
    if singles.shape[1] and odds[0] <= 1 and all(_is_star(row) for row in labels):
        return STARS
    return GENERAL


def _is_star(row: IntArray) -> bool:
    """Whether at most one cell has more than one type."""
    return int((np.bincount(row) > 1).sum()) <= 1


def _columns(labels: Labels, answers: IntArray) -> tuple[np.ndarray, np.ndarray, np.ndarray, bool]:
    """Columns for `Tables`: one for each cell of two types or more, or one for each query."""
    m, n = labels.shape
    if m and (answers == 2).all():
        columns = np.ascontiguousarray((labels == 1).T.astype(np.uint8))
        return columns, np.arange(m + 1, dtype=np.int32), np.zeros((n, 0), dtype=np.uint8), True
    parts, starts = [np.zeros((n, 0), dtype=np.uint8)], [0]
    singles = np.zeros((n, m), dtype=np.uint8)
    for q, row in enumerate(labels):
        sizes = np.bincount(row)
        singles[:, q] = sizes[row] == 1
        parts.append((row[:, None] == np.flatnonzero(sizes > 1)).astype(np.uint8))
        starts.append(starts[-1] + parts[-1].shape[1])
    columns = np.ascontiguousarray(np.hstack(parts))
    kept = singles if singles.any() else np.zeros((n, 0), dtype=np.uint8)
    return columns, np.array(starts, dtype=np.int32), kept, False
