"""Branch and bound over the query sets that keep the rules, for any V(C)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from suasion.solvers.clock import Clock
from suasion.solvers.partition.branching import Node, allowance
from suasion.solvers.ruled.bounds import refined_worth
from suasion.solvers.ruled.form import RuledTask, best_allowed

# Sums of the same masses in another order differ by less.
SLACK = 1e-12


@dataclass(frozen=True, eq=False)
class RuledSet:
    """The best allowed query set of a search.

    Attributes
    ----------
    rows : list of int, or None
        Queries of the task; None if no allowed set is known.
    bound : float or Fraction
        No allowed set earns more; -infinity if there is none.
    nodes : int
        Query sets looked at.
    """

    rows: list[int] | None
    bound: Any
    nodes: int


def ruled_branch(
    form: RuledTask, start: list[int] | None, clock: Clock, gap: float = 0.0
) -> RuledSet:
    """Depth-first branch and bound from an allowed set `start`, or from none.

    A set is extended only by later queries. A branch is left when no later queries can make it
    keep the constraints and the budget (by the least and the most that they can add to each), or
    when all of them at once, paid by the least that any choice of them costs, with fees counted
    when sure and discounts as soon as possible, do not beat the best set known by more than the
    relative `gap`.
    """
    return _Branching(form, start, clock, gap).run()


class _Branching:
    def __init__(self, form: RuledTask, start: list[int] | None, clock: Clock, gap: float) -> None:
        self.form, self.task, self.clock, self.gap = form, form.task, clock, gap
        self.best = start
        self.worth = -math.inf if start is None else form.payoff(start)
        self.slack = 0 if self.task.exact else SLACK
        self.nodes = 1
        # The most that branches left for the sake of the gap may be worth.
        self.left: Any = self.worth
        self.refined = refined_worth(self.task, form.arrays)

    def run(self) -> RuledSet:
        task, total = self.task, len(self.task)
        root = Node([], [task.everyone], 0, task.ceiling - self.form.least_cost([], 0))
        if self.form.allows([]) and task.value(task.everyone) > self.worth:
            self.best, self.worth = [], task.value(task.everyone)
        path = [root]
        self._enter(root)
        while path:
            node = path[-1]
            if self.clock.stopped:
                break
            q = node.following
            if q >= total or len(node.rows) + 1 >= task.rounds or self._closed(node):
                path.pop()
                continue
            node.following += 1
            if len(path) == 1:
                known = None if self.best is None else float(self.worth)
                done = 1 - (1 - q / total) ** task.rounds
                self.clock.tick(done, known, float(node.limit), self.nodes)
            child = Node([*node.rows, q], task.refined(node.cells, q), q + 1, node.limit)
            self._enter(child)
            path.append(child)
        bound = max([self.worth, self.left, *(node.limit for node in path)])
        return RuledSet(self.best, bound, self.nodes)

    def _enter(self, node: Node) -> None:
        """Value the node's set with each later query added."""
        if node.following >= len(self.task):
            return
        payoffs = self.form.payoffs_with_each(node.rows, node.cells)
        self.nodes += len(self.task) - node.following
        later = np.arange(len(self.task)) >= node.following
        q = best_allowed(self.form, node.rows, payoffs, self.worth, later)
        if q is not None:
            self.best, self.worth = [*node.rows, q], payoffs[q]

    def _closed(self, node: Node) -> bool:
        """Whether the queries that are left cannot lead from here to more than the best."""
        q = node.following
        if not self.form.rows.open(node.rows, q):
            return True
        least = self.form.least_cost(node.rows, q)
        node.limit = min(node.limit, self.refined(node.cells, q) - least)
        if self.best is None:
            return False
        if node.limit <= self.worth + self.slack:
            return True
        if node.limit > self.worth + allowance(self.gap, self.worth):
            return False
        self.left = max(self.left, node.limit)
        return True
