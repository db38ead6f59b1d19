"""What cells are worth when all queries from one on are asked as well: plain, or compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from suasion.models.numbers.arrays import IntArray
from suasion.solvers.partition.arrays import BinaryArrays
from suasion.solvers.partition.branching import suffixes
from suasion.solvers.partition.compiled.bounds import refinement_bound
from suasion.solvers.partition.task import PartitionTask

# Worth of some cells with all queries from one of a task's on.
Refined = Callable[[list[IntArray], int], Any]


def refined_worth(task: PartitionTask, arrays: BinaryArrays | None) -> Refined:
    """The function for a task, on its arrays if it has them."""
    return _plain(task) if arrays is None else _compiled(arrays)


def _plain(task: PartitionTask) -> Refined:
    finest = suffixes(task)
    # Where the queries tell all types apart, nothing needs to be valued.
    telling = finest.max(axis=1, initial=-1) + 1 == len(task.everyone)

    def worth(cells: list[IntArray], query: int) -> Any:
        if telling[query]:
            return task.ceiling
        labels = finest[query]
        parts = [cell[labels[cell] == a] for cell in cells for a in np.unique(labels[cell])]
        return task.earned(parts)

    return worth


def _compiled(arrays: BinaryArrays) -> Refined:
    finest, scratch, search = arrays.suffixes(), arrays.scratch(), arrays.search(0)

    def worth(cells: list[IntArray], query: int) -> float:
        types, ends = arrays.packed(cells)
        search.cells[0, : len(types)] = types
        search.ends[0, : len(ends)] = ends
        search.count[0] = len(ends)
        value = refinement_bound.compiled(arrays.tables, scratch, search, finest[query], 0)
        return float(value + arrays.certain[types].sum())

    return worth
