"""What the program over trees knows about cells: of any problem, or compiled for binary ones."""

from __future__ import annotations

from threading import local
from typing import Any, Protocol

import numpy as np

from suasion.models.numbers.arrays import IntArray, NumberArray
from suasion.solvers.partition.arrays import BinaryArrays
from suasion.solvers.partition.compiled.bounds import LARGEST_BOUND, MOST_PARTS, segment_bound
from suasion.solvers.partition.compiled.rounds import best_next, best_two
from suasion.solvers.partition.compiled.values import pooled
from suasion.solvers.partition.task import PartitionTask


class Space(Protocol):
    """What the program over trees knows about cells."""

    labels: Any
    costs: Any
    exact: bool
    everyone: Any

    def cell(self, types: IntArray) -> IntArray:
        """A cell of the instance's types as one of this space."""

    def mass(self, cell: IntArray) -> Any:
        """Weight of a cell: what a query is charged by."""

    def value(self, cell: IntArray) -> Any:
        """V of a cell."""

    def apart(self, cell: IntArray) -> Any:
        """Value of a cell whose types are all known."""

    def limit(self, cell: IntArray, rounds: int) -> Any:
        """No tree of that depth earns more from the cell."""

    def one_round(self, cell: IntArray) -> NumberArray:
        """Value of a cell after each query, before its cost."""


class PlainSpace:
    """Cells of any problem, valued by its V(C)."""

    def __init__(self, task: PartitionTask) -> None:
        self.task, self.labels, self.costs = task, task.labels, task.costs
        self.exact, self.everyone = task.exact, task.everyone

    def cell(self, types: IntArray) -> IntArray:
        """The same cell."""
        return types

    def mass(self, cell: IntArray) -> Any:
        """Weight of a cell."""
        return self.task.weights[cell].sum()

    def value(self, cell: IntArray) -> Any:
        """V of a cell."""
        return self.task.value(cell)

    def apart(self, cell: IntArray) -> Any:
        """Sum of V over the types."""
        return self.task.alone[cell].sum()

    def limit(self, cell: IntArray, rounds: int) -> Any:
        """Full information."""
        return self.apart(cell)

    def one_round(self, cell: IntArray) -> NumberArray:
        """Value of a cell after each query, before its cost."""
        return self.task.additions([cell])


class ArraySpace:
    """Cells of a binary persuasion on compiled loops; types with threshold 1 count as 0."""

    exact = False

    def __init__(self, arrays: BinaryArrays) -> None:
        self.arrays, self.tables = arrays, arrays.tables
        self.labels, self.costs = arrays.tables.labels, arrays.tables.costs
        self.everyone = np.arange(len(arrays), dtype=np.int32)
        self.priced = bool(self.costs.any())
        self._local = local()

    @property
    def _memory(self) -> Any:
        """Scratch of this thread."""
        if not hasattr(self._local, "memory"):
            n, m = len(self.arrays), len(self.tables.answers)
            buffers = (np.zeros(n, dtype=np.int32), np.zeros(n, dtype=np.int32), np.zeros(m))
            self._local.memory = (self.arrays.scratch(), *buffers)
        return self._local.memory

    def cell(self, types: IntArray) -> IntArray:
        """The types of the tables, by decreasing threshold."""
        return np.unique(self.arrays.merged[types]).astype(np.int32)

    def mass(self, cell: IntArray) -> Any:
        """Weight of a cell."""
        return self.tables.mass[cell].sum()

    def value(self, cell: IntArray) -> Any:
        """V of a cell."""
        return pooled.compiled(self.tables, self._memory[0], cell, 0, len(cell))

    def apart(self, cell: IntArray) -> Any:
        """Sum of V over the types."""
        return self.tables.alone[cell].sum()

    def limit(self, cell: IntArray, rounds: int) -> Any:
        """The best partition into as many parts as a tree of that depth has leaves."""
        parts = int(self.tables.answers.max()) ** min(rounds, MOST_PARTS)
        if parts >= min(len(cell), MOST_PARTS) or parts * len(cell) ** 2 > LARGEST_BOUND:
            return self.apart(cell)
        return segment_bound.compiled(self.tables, self._memory[0], cell, 0, len(cell), parts)

    def one_round(self, cell: IntArray) -> NumberArray:
        """Value of a cell after each query, before its cost."""
        scratch, _, _, worth = self._memory
        best_next.compiled(self.tables, scratch, cell, len(cell), worth, self.priced)
        copied: NumberArray = worth.copy()
        return copied

    def two_rounds(self, cell: IntArray, order: IntArray, target: float) -> tuple[float, int]:
        """Value of the best of some first queries with a round more; -1: none beats `target`."""
        scratch, after, ends, worth = self._memory
        value, query = best_two.compiled(
            *(self.tables, scratch, cell, len(cell), order, after, ends, worth),
            *(target, self.priced),
        )
        return float(value), int(query)
