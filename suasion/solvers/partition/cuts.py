"""Partition queries that are all cuts of the order by threshold: the threshold program."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from suasion.models.numbers.arrays import IntArray, Labels, NumberArray
from suasion.models.queries.oracles import ThresholdQueries
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryPolicy, QueryTree
from suasion.models.queries.selection import QuerySelection
from suasion.results import Result
from suasion.solvers.options import Options
from suasion.solvers.partition.task import PartitionTask
from suasion.solvers.threshold.dp import threshold_dp


def cut_positions(problem: QuerySelection, task: PartitionTask) -> IntArray | None:
    """Where each query cuts the types sorted by threshold; None if some query is no cut.

    A query is a cut when it has two cells and every threshold in one is below every threshold in
    the other, so that no two types of one threshold are told apart.
    """
    if problem.about_finite or not len(task) or (task.answers != 2).any():
        return None
    instance = problem.binary
    order = instance.order
    labels = task.labels[:, order]
    if not are_segments(labels, instance.numbers(task.exact)[2][order]):
        return None
    positions: IntArray = (labels != labels[:, :1]).argmax(axis=1)
    return positions


def are_segments(labels: Labels, thresholds: NumberArray) -> bool:
    """Whether every cell of every query is a segment of the order by threshold.

    Parameters
    ----------
    labels : array of int32, shape (m, n)
        Columns sorted by threshold, either way.
    thresholds : array, shape (n,)
        In the same order, or anything that is as equal or different as they are. A cell that ends
        between equal thresholds is no segment.

    Examples
    --------
    >>> are_segments(np.array([[0, 2, 2, 1]]), np.array([0.1, 0.2, 0.3, 0.4]))
    True
    >>> are_segments(np.array([[0, 1, 1, 0]]), np.array([0.1, 0.2, 0.3, 0.4]))
    False
    """
    for row in labels:
        changes = np.flatnonzero(np.diff(row))
        if len(changes) != row.max(initial=0):
            return False
        if (thresholds[changes] == thresholds[changes + 1]).any():
            return False
    return True


def best_cuts_among(
    problem: QuerySelection, task: PartitionTask, positions: IntArray, options: Options
) -> Result[QueryPolicy]:
    """The best of the cuts that can be asked, set or tree, by the program for all cuts.

    A cut that cannot be asked costs more than there is to earn, so that it is never made. K rounds
    of free cuts are worth any 2^K - 1 of them (Theorem 4.3 of arXiv 2311.18138), found by binary
    search; O(n) a pass as for threshold queries.
    """
    instance = problem.binary
    number: Any = Fraction if task.exact else float
    costs = [number(2)] * (len(instance) - 1)
    for t, cost in zip(positions.tolist(), task.costs.tolist(), strict=True):
        costs[t - 1] = cost
    row = {int(t): q for q, t in enumerate(positions)}
    in_turn = problem.adaptive and task.has_costs
    budget = task.rounds
    if problem.adaptive and not in_turn:
        budget = 2 ** min(budget, len(task).bit_length()) - 1
    cuts = QuerySelection(instance, ThresholdQueries(), budget, in_turn, costs)
    found = threshold_dp(cuts, options)
    answer = found.require()
    if isinstance(answer, QuerySet) and not problem.adaptive:
        asked: QueryPolicy = task.query_set([row[int(t)] for t in answer.queries])
        return replace(found, answer=asked, problem=problem)
    if isinstance(answer, QuerySet):
        answer = QueryTree.binary_search(answer.queries)
    lowest, highest = instance.order[0], instance.order[-1]
    queries, children = [], []
    for cut, links in zip(answer.queries, answer.children, strict=True):
        queries.append(None if cut is None else row[cut])
        if cut is not None:
            labels = task.labels[row[cut]]
            sides = (int(labels[lowest]), int(labels[highest]))
            links = tuple(sorted((sides[side], node) for side, node in links))
        children.append(links)
    tree = QueryTree(tuple(queries), tuple(children))
    return replace(found, answer=task.query_tree(tree), problem=problem)
