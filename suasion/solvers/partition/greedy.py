"""Good query sets and trees without proof: greedy, and local search by exchanges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from suasion.models.numbers.arrays import IntArray, NumberArray
from suasion.models.queries.query_tree import QueryTree, Question
from suasion.solvers.clock import Clock
from suasion.solvers.partition.compiled.state import DUST
from suasion.solvers.partition.task import PartitionTask

# Sum of V over the parts of some cells, for each query: `PartitionTask.additions` or compiled.
Additions = Callable[[list[IntArray]], NumberArray]

# Sums of the same masses in another order may differ by this much.
TIE = 1e-12
# Random sets that local search starts from, besides the greedy one.
RESTARTS = 4


def first_best(gains: NumberArray) -> int:
    """The first of the largest numbers; floats closer than rounding count as equal."""
    slack = 0 if gains.dtype == object else TIE
    return int(np.argmax(gains >= gains.max() - slack))


def payoff(task: PartitionTask, additions: Additions, rows: list[int]) -> Any:
    """Sum of V over the cells of a query set minus its costs."""
    if not rows:
        return task.value(task.everyone)
    cells = [task.everyone]
    for q in rows[:-1]:
        cells = task.refined(cells, q)
    return additions(cells)[rows[-1]] - task.costs[rows].sum()


def greedy_set(task: PartitionTask, additions: Additions, clock: Clock) -> list[int]:
    """Add the query that gains most again and again.

    A query that gains nothing by itself is added as well while the budget lasts and it is free,
    because it may pay together with a later one: the value is not submodular.
    """
    rows: list[int] = []
    cells, worth = [task.everyone], task.value(task.everyone)
    while len(rows) < task.rounds and not clock.stopped:
        gains = additions(cells) - task.costs
        gains[rows] = -task.ceiling - task.costs.sum() - 1
        best = first_best(gains)
        gain, slack = gains[best] - worth, 0 if task.exact else TIE
        if gain < -slack or (gain <= slack and task.costs[best] > 0):
            break
        # The cost is paid once: what follows is compared with the value before costs.
        worth = gains[best] + task.costs[best]
        rows.append(best)
        cells = task.refined(cells, best)
    return rows


def improved_set(
    task: PartitionTask, additions: Additions, rows: list[int], clock: Clock
) -> tuple[list[int], Any]:
    """Exchange, drop or add one query as long as that gains; the set and its payoff.

    Every step is the best exchange of one position, so it ends in a set that no change of a
    single query improves.
    """
    rows = list(rows)
    worth = payoff(task, additions, rows)
    slack = 0 if task.exact else TIE
    changed = True
    while changed:
        changed = False
        # The empty position at the end stands for a query more.
        for position in range(min(len(rows) + 1, task.rounds)):
            if clock.stopped:
                return rows, worth
            others = rows[:position] + rows[position + 1 :]
            cells = [task.everyone]
            for q in others:
                cells = task.refined(cells, q)
            spent = task.costs[others].sum()
            gains = additions(cells) - task.costs - spent
            best = first_best(gains)
            if gains[best] > worth + slack:
                rows, worth, changed = [*others, best], gains[best], True
            elif task.has_costs and position < len(rows):
                dropped = task.earned(cells) - spent
                if dropped > worth + slack:
                    rows, worth, changed = others, dropped, True
                    break
    return rows, worth


def local_search_set(
    task: PartitionTask, additions: Additions, clock: Clock, seed: int
) -> list[int]:
    """The best of greedy and some random sets, each improved by exchanges."""
    generator = np.random.default_rng(seed)
    best, most = improved_set(task, additions, greedy_set(task, additions, clock), clock)
    for restart in range(RESTARTS if 0 < task.rounds < len(task) else 0):
        if clock.stopped:
            break
        clock.tick((restart + 1) / (RESTARTS + 1))
        drawn = generator.choice(len(task), size=task.rounds, replace=False).tolist()
        rows, worth = improved_set(task, additions, drawn, clock)
        if worth > most:
            best, most = rows, worth
    return best


def greedy_tree(task: PartitionTask, additions: Additions, rounds: int, clock: Clock) -> QueryTree:
    """At every node the query that gains most, down to a depth of `rounds`.

    Like the greedy set it asks a free query that gains nothing by itself while rounds are left
    and the cell may still gain; a last round that gains nothing is not asked.
    """

    def ask(state: tuple[IntArray, int]) -> Question[tuple[IntArray, int]] | None:
        cell, left = state
        worth = task.value(cell)
        lossless = worth >= task.alone[cell].sum() - (0 if task.exact else DUST)
        if not left or lossless or clock.stopped:
            return None
        gains = additions([cell]) - task.costs * task.weights[cell].sum()
        answers = task.labels[:, cell]
        split = (answers != answers[:, :1]).any(axis=1)
        if not split.any():
            return None
        gains[~split] = worth - task.costs.sum() - 1
        best = first_best(gains)
        gain, slack = gains[best] - worth, 0 if task.exact else TIE
        if gain < -slack or (gain <= slack and (left == 1 or task.costs[best] > 0)):
            return None
        answers = task.labels[best][cell]
        parts = [(int(a), (cell[answers == a], left - 1)) for a in np.unique(answers)]
        return best, parts

    return QueryTree.grow((task.everyone, rounds), ask)


def tree_payoff(task: PartitionTask, tree: QueryTree) -> Any:
    """Sum of V over the leaves of a tree of the task's queries, minus the expected costs."""
    worth: Any = 0
    stack = [(0, task.everyone)]
    while stack:
        node, cell = stack.pop()
        query = tree.queries[node]
        if query is None:
            worth = worth + task.value(cell)
            continue
        worth = worth - task.costs[query] * task.weights[cell].sum()
        answers = task.labels[query][cell]
        stack += [(child, cell[answers == a]) for a, child in tree.children[node]]
    return worth
