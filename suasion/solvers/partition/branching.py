"""Branch and bound over query sets for any V(C): a function of a cell, behind a memo."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from suasion.models.numbers.arrays import IntArray
from suasion.solvers.clock import Clock
from suasion.solvers.partition.greedy import payoff
from suasion.solvers.partition.task import PartitionTask


@dataclass(frozen=True, eq=False)
class FoundSet:
    """The best query set of a search.

    Attributes
    ----------
    rows : list of int
        Queries of the task.
    bound : float or Fraction
        No query set earns more.
    nodes : int
        Query sets valued.
    """

    rows: list[int]
    bound: Any
    nodes: int


@dataclass
class Node:
    """A set of queries on the path of the search, and which to add next."""

    rows: list[int]
    cells: list[IntArray]
    following: int
    limit: Any


def branch(task: PartitionTask, start: list[int], clock: Clock, gap: float = 0.0) -> FoundSet:
    """Depth-first branch and bound from a good set `start`; V(C) may be any callable.

    A set is extended only by later queries. A branch is left when all of them at once (the most
    that any of them can tell), less the two cheapest costs, do not beat the best set known by more
    than the relative `gap`. Works in Fractions as in floats; then "optimal" is exact.
    """
    return _Branching(task, start, clock, gap).run()


def allowance(gap: float, worth: Any) -> Any:
    """How far a bound may exceed the payoff `worth` for a relative gap."""
    relative = Fraction(gap) if isinstance(worth, Fraction) else gap
    return relative * max(1, abs(worth))


class _Branching:
    def __init__(self, task: PartitionTask, start: list[int], clock: Clock, gap: float) -> None:
        self.task, self.clock, self.gap = task, clock, gap
        self.best, self.worth = list(start), payoff(task, task.additions, start)
        self.slack = 0 if task.exact else 1e-12
        self.nodes = 0
        # The most that branches left for the sake of the gap may be worth.
        self.left = self.worth
        # What two of the queries from each one on cost at least.
        self.least = [
            sum(sorted(task.costs[q:])[:2], task.costs[:0].sum()) for q in range(len(task))
        ]
        self.finest = suffixes(task)

    def run(self) -> FoundSet:
        task = self.task
        root = Node([], [task.everyone], 0, task.ceiling)
        self._offer([], task.value(task.everyone))
        path = [root] if task.rounds and len(task) else []
        if path:
            self._enter(root)
        total = len(task)
        while path:
            node = path[-1]
            if self.clock.stopped:
                break
            q = node.following
            if q >= len(task) or len(node.rows) + 1 >= task.rounds or self._closed(node):
                path.pop()
                continue
            node.following += 1
            if len(path) == 1:
                done = 1 - (1 - q / total) ** task.rounds
                self.clock.tick(done, float(self.worth), float(node.limit), self.nodes)
            child = Node([*node.rows, q], task.refined(node.cells, q), q + 1, node.limit)
            self._enter(child)
            path.append(child)
        bound = max([self.worth, self.left, *(node.limit for node in path)])
        return FoundSet(self.best, bound, self.nodes)

    def _enter(self, node: Node) -> None:
        """Value the node's set with each later query added."""
        task, spent = self.task, self.task.costs[node.rows].sum()
        for q in range(node.following, len(task)):
            self.nodes += 1
            cells = task.refined(node.cells, q)
            self._offer([*node.rows, q], task.earned(cells) - spent - task.costs[q])

    def _offer(self, rows: list[int], worth: Any) -> None:
        if worth > self.worth:
            self.best, self.worth = rows, worth

    def _closed(self, node: Node) -> bool:
        """Whether the queries that are left cannot lead from here to more than the best."""
        task, q = self.task, node.following
        finest = self.finest[q]
        parts = [
            cell[finest[cell] == label] for cell in node.cells for label in np.unique(finest[cell])
        ]
        spent = task.costs[node.rows].sum()
        node.limit = min(node.limit, task.earned(parts) - spent - self.least[q])
        if node.limit <= self.worth + self.slack:
            return True
        if node.limit > self.worth + allowance(self.gap, self.worth):
            return False
        self.left = max(self.left, node.limit)
        return True


def suffixes(task: PartitionTask) -> IntArray:
    """What the queries from each one on tell apart together, shape (m + 1, n)."""
    m, n = task.labels.shape
    finest = np.zeros((m + 1, n), dtype=np.intp)
    for q in reversed(range(m)):
        joint = finest[q + 1] * int(task.answers[q]) + task.labels[q]
        finest[q] = np.unique(joint, return_inverse=True)[1]
    return finest
