"""Partition queries for one budget after another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from suasion.models.numbers.arrays import IntArray, NumberArray
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryPolicy, QueryTree, Question
from suasion.models.queries.selection import QuerySelection
from suasion.solvers.clock import Clock
from suasion.solvers.frontier.curves import Found
from suasion.solvers.options import Options
from suasion.solvers.partition.greedy import Additions, greedy_set, greedy_tree
from suasion.solvers.partition.search import arrays_for, best_set
from suasion.solvers.partition.task import partition_task
from suasion.solvers.partition.trees import TreeSearch, tree_search


class PartitionCurves:
    """Partition queries: one greedy order, one search for trees, whose memo is kept.

    Parameters
    ----------
    problem : QuerySelection
    largest : int
        The largest budget that will be asked for.
    options : Options
    clock : Clock
    """

    methods = ("branch-and-bound", "dp")

    def __init__(
        self, problem: QuerySelection, largest: int, options: Options, clock: Clock
    ) -> None:
        self.problem, self.options, self.clock = problem, options, clock
        self.task = partition_task(problem.with_budget(largest, adaptive=False))
        self.most = len(self.task)
        self.trees: TreeSearch = tree_search(
            problem, self.task, clock, options.threads, options.gap
        )
        everything = QuerySet(self.task.queries).cells(problem)
        self.ceiling = float(self.task.ceiling)
        self.everything = min(float(self.task.earned(list(everything))), self.ceiling)
        # Loops as method "greedy" has them: equal gains are told apart by their rounding.
        arrays = arrays_for(problem, self.task, len(self.task) * self.task.rounds)
        self.additions = _remembered(self.task.additions if arrays is None else arrays.additions)
        # The greedy set of a budget begins the greedy set of every larger one.
        self.greedy_order = greedy_set(self.task, self.additions, clock)

    def at_once(self, budget: int) -> Found:
        """The best query set, by branch and bound."""
        task = replace(self.task, rounds=budget)
        options = self.options
        found = best_set(
            self.problem, task, self.clock, options.threads, options.seed, options.gap
        )
        return Found(task.query_set(found.rows), float(found.bound), found.nodes)

    def in_turn(self, budget: int) -> Found:
        """The best query tree; cells solved for smaller budgets are remembered."""
        before = self.trees.program.nodes
        found = self.trees.run(budget)
        return Found(self.task.query_tree(found.tree), float(found.bound), found.nodes - before)

    def greedy_at_once(self, budget: int) -> QuerySet:
        """The first queries of the greedy order."""
        return self.task.query_set(self.greedy_order[:budget])

    def greedy_in_turn(self, budget: int) -> QueryTree:
        """The greedy tree of that depth; its nodes were looked at for smaller ones."""
        tree = greedy_tree(self.task, self.additions, budget, self.clock)
        return self.task.query_tree(tree)

    def as_tree(self, queries: QueryPolicy) -> QueryTree:
        """The queries one after the other, each where it tells types apart."""
        oracle, rows = self.problem.partition, queries.used.tolist()

        def ask(state: tuple[IntArray, int]) -> Question[tuple[IntArray, int]] | None:
            types, place = state
            while place < len(rows):
                answers = oracle.labels[rows[place]][types]
                given, place = np.unique(answers), place + 1
                if len(given) > 1:
                    parts = [(int(a), (types[answers == a], place)) for a in given]
                    return rows[place - 1], parts
            return None

        return QueryTree.grow((self.task.everyone, 0), ask)


def _remembered(additions: Additions) -> Additions:
    """The same function, which looks at a cell by itself only once."""
    known: dict[bytes, NumberArray] = {}

    def recalled(cells: list[IntArray]) -> NumberArray:
        if len(cells) != 1:
            return additions(cells)
        key = cells[0].tobytes()
        if key not in known:
            known[key] = additions(cells)
        return known[key]

    return recalled
