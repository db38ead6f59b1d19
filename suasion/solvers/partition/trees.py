"""Adaptive partition queries: the best tree by a memoised program over cells and rounds."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any, NamedTuple

import numpy as np

from suasion.models.numbers.arrays import IntArray, NumberArray
from suasion.models.queries.query_tree import QueryTree, Question
from suasion.models.queries.selection import QuerySelection
from suasion.solvers.clock import Clock, StoppedError
from suasion.solvers.partition.branching import allowance
from suasion.solvers.partition.compiled.state import DUST
from suasion.solvers.partition.greedy import Additions, greedy_tree, tree_payoff
from suasion.solvers.partition.search import arrays_for
from suasion.solvers.partition.spaces import ArraySpace, PlainSpace, Space
from suasion.solvers.partition.task import MEMO_BYTES, PartitionTask

# Types times columns between two looks at the clock.
CHUNK = 100_000_000


@dataclass(frozen=True, eq=False)
class FoundTree:
    """The best query tree of a search.

    Attributes
    ----------
    tree : QueryTree
        Its queries are those of the task.
    bound : float or Fraction
        No tree of that depth earns more.
    nodes : int
        Cells for which the best query was looked for.
    """

    tree: QueryTree
    bound: Any
    nodes: int


class Solved(NamedTuple):
    """What is known about a cell and a number of rounds."""

    value: Any
    query: int | None
    proved: bool = True  # False: `value` only bounds the best tree


class TreeProgram:
    """The best tree for a cell and a number of rounds, remembered for both.

    ``g(C, 0) = V(C)`` and ``g(C, k) = max(V(C), max_q sum of g(part, k - 1) - c_q weight(C))``
    over the parts of C under q. A query is left out when full information about its parts, or
    the best parts of that number, could not beat the best query so far.

    Parameters
    ----------
    space : Space
    clock : Clock
    memory : int
        Bytes for the memo; the oldest cells are forgotten first.
    """

    def __init__(self, space: Space, clock: Clock, memory: int = MEMO_BYTES) -> None:
        self.space, self.clock = space, clock
        self.known: dict[tuple[bytes, int], Solved] = {}
        self.entries = max(1, memory // (space.everyone.nbytes // 2 + 300))
        self.nodes = 0
        self.slack = 0 if space.exact else DUST
        self._lock = Lock()

    def best(self, cell: IntArray, rounds: int, need: Any = -math.inf) -> Solved:
        """Value of a cell with that many rounds, and its first query, if it is worth over `need`.

        Otherwise `need`, which then bounds it, and no query.
        """
        rounds = min(rounds, len(cell) - 1, len(self.space.labels))
        if rounds <= 0:
            return Solved(self.space.value(cell), None)
        key = cell.tobytes(), rounds
        found = self.known.get(key)
        if found is None or not (found.proved or found.value <= need):
            found = self._computed(cell, rounds, need)
            with self._lock:
                if len(self.known) >= self.entries:
                    del self.known[next(iter(self.known))]
                self.known[key] = found
        return found

    def _computed(self, cell: IntArray, rounds: int, need: Any) -> Solved:
        self.clock.check()
        space = self.space
        alone = space.value(cell)
        if alone >= space.apart(cell) - self.slack:
            return Solved(alone, None)
        self.nodes += 1
        gains = self.gains(cell)
        order = np.argsort(-gains, kind="stable")
        top, choice = max(alone, need), None
        if gains[order[0]] > top + self.slack:
            top, choice = gains[order[0]], int(order[0])
        if rounds == 2 and isinstance(space, ArraySpace):
            step = max(1, CHUNK // (len(cell) * (int(space.tables.first[-1]) + 100)))
            for begin in range(0, len(order), step):
                if begin:
                    self.clock.check()
                some = order[begin : begin + step]
                value, query = space.two_rounds(cell, some, top + self.slack)
                if query >= 0:
                    top, choice = value, query
        elif rounds > 1:
            for q in order.tolist():
                value = self.after(cell, q, rounds, top)
                if value is not None:
                    top, choice = value, q
        return Solved(top, choice, choice is not None or top == alone)

    def gains(self, cell: IntArray) -> NumberArray:
        """Value of a cell after each query alone, costs taken off."""
        charged: NumberArray = self.space.costs * self.space.mass(cell)
        return np.asarray(self.space.one_round(cell) - charged)

    def parts(self, cell: IntArray, query: int) -> list[IntArray]:
        """Parts of a cell under a query."""
        answers = self.space.labels[query][cell]
        return [cell[answers == a] for a in np.unique(answers)]

    def after(self, cell: IntArray, query: int, rounds: int, target: Any) -> Any:
        """Value with `query` first, or None if it does not beat `target`."""
        parts = self.parts(cell, query)
        if len(parts) == 1:
            return None
        limits = [self.space.limit(part, rounds - 1) for part in parts]
        total = sum(limits) - self.space.costs[query] * self.space.mass(cell)
        for part, limit in sorted(zip(parts, limits, strict=True), key=lambda pair: len(pair[0])):
            if total <= target + self.slack:
                return None
            total += self.best(part, rounds - 1, target - (total - limit)).value - limit
        return total if total > target + self.slack else None


@contextmanager
def deep_calls(rounds: int) -> Iterator[None]:
    """Room for the three nested calls that a round takes, beyond Python's usual thousand."""
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(max(usual, 1_000 + 4 * rounds))
    try:
        yield
    finally:
        sys.setrecursionlimit(usual)


class TreeSearch:
    """The best tree for all types: threads share the queries at the root and the memo.

    Parameters
    ----------
    task : PartitionTask
    additions : callable
        For the greedy tree, which is the first incumbent.
    program : TreeProgram
    threads : int
    gap : float
        Relative gap between the best tree and a bound on all at which to stop.
    """

    def __init__(
        self,
        task: PartitionTask,
        additions: Additions,
        program: TreeProgram,
        threads: int,
        gap: float = 0.0,
    ) -> None:
        self.gap = gap
        self.task, self.additions, self.program = task, additions, program
        self.space, self.clock, self.threads = program.space, program.clock, threads
        self.root = self.space.cell(task.everyone)
        # Types with threshold 1 are worth their weight in any cell; compiled cells leave them out.
        self.constant = task.ceiling - self.space.apart(self.root)

    def run(self, rounds: int) -> FoundTree:
        """The best tree of depth at most `rounds`; stopped early, the best known and a bound."""
        greedy = greedy_tree(self.task, self.additions, rounds, self.clock)
        worth = tree_payoff(self.task, greedy)
        self._top: Any = worth - self.constant
        self._choice: int | None = None
        self._open: list[Any] = []
        self._lock = Lock()
        rounds = min(rounds, len(self.root) - 1, len(self.task))
        if rounds > 0:
            gains = self.program.gains(self.root)
            queries = np.argsort(-gains, kind="stable").tolist()
            self._queries = iter(enumerate(queries))
            self._count = len(queries)
            with deep_calls(rounds), ThreadPoolExecutor(self.threads) as pool:
                for done in [pool.submit(self._work, rounds) for _ in range(self.threads)]:
                    done.result()
        bound = max([self._top, *self._open]) + self.constant
        if self._choice is None:
            return FoundTree(greedy, bound, self.program.nodes)
        # What was forgotten, or solved inside the last two rounds, is solved again.
        self.program.clock = Clock()
        with deep_calls(rounds):
            tree = self._grown(self._choice, rounds)
        self.program.clock = self.clock
        return FoundTree(tree, bound, self.program.nodes)

    def _work(self, rounds: int) -> None:
        """Try first queries until none is left."""
        for place, query in self._queries:
            try:
                if self._near(rounds):
                    raise StoppedError
                self.clock.check()
                value = self._first(query, rounds)
            except StoppedError:
                self._open.append(self.space.limit(self.root, rounds))
                return
            with self._lock:
                if value is not None and value > self._top + self.program.slack:
                    self._top, self._choice = value, query
                self.clock.tick(
                    (place + 1) / self._count,
                    float(self._top + self.constant),
                    float(self.task.ceiling),
                    self.program.nodes,
                )

    def _near(self, rounds: int) -> bool:
        """Whether no tree is better than the best so far by more than the gap."""
        top = self._top + self.constant
        limit = self.space.limit(self.root, rounds) + self.constant
        return bool(self.gap and limit - top <= allowance(self.gap, top))

    def _first(self, query: int, rounds: int) -> Any:
        """Value with `query` at the root, None if it does not beat the best so far."""
        if rounds == 2 and isinstance(self.space, ArraySpace):
            target = self._top + self.program.slack
            value, found = self.space.two_rounds(self.root, np.array([query]), target)
            return value if found >= 0 else None
        return self.program.after(self.root, query, rounds, self._top)

    def _grown(self, first: int, rounds: int) -> QueryTree:
        """The tree of the choices made; what was forgotten is computed again."""

        def ask(state: tuple[IntArray, int]) -> Question[tuple[IntArray, int]] | None:
            types, left = state
            root = left == rounds and len(types) == len(self.task.everyone)
            query = first if root else self.program.best(self.space.cell(types), left).query
            if query is None:
                return None
            answers = self.task.labels[query][types]
            parts = [(int(a), (types[answers == a], left - 1)) for a in np.unique(answers)]
            return query, parts

        return QueryTree.grow((self.task.everyone, rounds), ask)


def best_tree(
    problem: QuerySelection, task: PartitionTask, clock: Clock, threads: int, gap: float = 0.0
) -> FoundTree:
    """The best tree of depth at most ``task.rounds``, with a bound; queries are `task`'s."""
    return tree_search(problem, task, clock, threads, gap).run(task.rounds)


def tree_search(
    problem: QuerySelection, task: PartitionTask, clock: Clock, threads: int, gap: float = 0.0
) -> TreeSearch:
    """A search that may be run for several depths and keeps what it learnt."""
    arrays = arrays_for(problem, task, len(task) ** min(task.rounds, 10))
    if arrays is None:
        program = TreeProgram(PlainSpace(task), clock)
        return TreeSearch(task, task.additions, program, 1, gap)
    program = TreeProgram(ArraySpace(arrays), clock)
    return TreeSearch(task, arrays.additions, program, threads, gap)
