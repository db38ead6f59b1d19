"""The best query set by branch and bound: plain for any V(C), compiled and threaded for binary."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from suasion.models.queries.selection import QuerySelection
from suasion.solvers.clock import Clock
from suasion.solvers.options import subsets
from suasion.solvers.partition.arrays import BinaryArrays
from suasion.solvers.partition.branching import FoundSet, allowance, branch
from suasion.solvers.partition.compiled.bounds import parts_bound, refinement_bound
from suasion.solvers.partition.compiled.explore import explore, push
from suasion.solvers.partition.compiled.gains import enter_gains, explore_gains, push_gains
from suasion.solvers.partition.compiled.state import GENERAL, Scratch, Search
from suasion.solvers.partition.greedy import RESTARTS, greedy_set, local_search_set, payoff
from suasion.solvers.partition.task import PartitionTask

# Work between two looks at the clock, in types times columns: some 50 milliseconds.
CHUNK = 50_000_000
# Sums of the same masses in another order differ by less.
SLACK = 1e-13
# Cells that plain Python values in the time that compiled loops need to load.
COMPILED_CELLS = 20_000


def arrays_for(problem: QuerySelection, task: PartitionTask, sets: int) -> BinaryArrays | None:
    """Arrays for compiled loops, if V has them and so many query sets are worth it."""
    if problem.about_finite or not worth_compiling(task, sets):
        return None
    return BinaryArrays(problem.binary, task)


def worth_compiling(task: PartitionTask, sets: int) -> bool:
    """Whether valuing so many query sets takes longer than loading compiled loops."""
    if task.exact or not len(task):
        return False
    return sets * min(len(task.everyone), 64) >= COMPILED_CELLS


def best_set(
    problem: QuerySelection,
    task: PartitionTask,
    clock: Clock,
    threads: int,
    seed: int,
    gap: float = 0.0,
) -> FoundSet:
    """The best set of at most ``task.rounds`` queries, with a bound; rows are those of `task`.

    What is worth more than it by no more than the relative `gap` is not looked for.
    """
    sets = subsets(len(task), task.rounds, COMPILED_CELLS)
    arrays = arrays_for(problem, task, sets)
    additions = task.additions if arrays is None else arrays.additions
    # Queries that gain much come first, so that the weak ones are left when bounds close.
    gains = additions([task.everyone]) - task.costs
    order = np.argsort(-gains, kind="stable")
    ordered, place = task.ordered(order), np.argsort(order)
    # Where all sets are fewer than those that exchanges try, a start by them only costs.
    few = sets <= RESTARTS * len(task) * task.rounds
    begun = (
        greedy_set(task, additions, clock)
        if few
        else local_search_set(task, additions, clock, seed)
    )
    start = [int(place[q]) for q in begun]
    if arrays is None:
        found = branch(ordered, start, clock, gap)
    else:
        arrays = arrays_for(problem, ordered, COMPILED_CELLS)
        assert arrays is not None
        found = CompiledSearch(ordered, arrays, start, clock, gap).run(threads)
    return FoundSet([int(order[q]) for q in found.rows], found.bound, found.nodes)


class CompiledSearch:
    """Threads that explore the sets that begin with each query, sharing the best value found.

    Parameters
    ----------
    task : PartitionTask
    arrays : BinaryArrays
        The same queries in the same order.
    start : list of int
        A good set, to begin with.
    clock : Clock
    gap : float
        Branches that may beat the best set by no more than this relative gap are left.
    """

    def __init__(
        self,
        task: PartitionTask,
        arrays: BinaryArrays,
        start: list[int],
        clock: Clock,
        gap: float = 0.0,
    ) -> None:
        self.task, self.arrays, self.clock, self.start = task, arrays, clock, start
        self.tables, self.finest = arrays.tables, arrays.suffixes()
        # The search values what may still gain; types with threshold 1 always act.
        self.constant = float(arrays.certain.sum())
        self.initial = float(payoff(task, arrays.additions, start)) - self.constant
        self.shared = np.array([self.initial])
        # Of the first value: payoffs only grow, and are at most 1 or all costs below 0.
        self.allowed = float(allowance(gap, self.initial + self.constant))
        self.slack = max(SLACK, self.allowed)
        m = len(task)
        self.least = np.zeros(m + 1)
        if task.has_costs:
            pairs = [np.sort(self.tables.costs[q:])[:2] for q in range(m)]
            self.least = np.array([*(pair.sum() for pair in pairs), np.inf])
        self.tasks = iter(range(m))
        # Queries with structure are tried by decreasing gain, others in a fixed order.
        self.sorted = self.tables.shape != GENERAL
        self.searches: list[Search] = []

    def run(self, threads: int) -> FoundSet:
        """Search with so many threads until done or stopped."""
        most = self.task.rounds
        if most == 0:
            return FoundSet([], self.initial + self.constant, 1)
        workers = min(threads, len(self.task)) if most > 1 else 1
        self.searches = [self.arrays.search(most) for _ in range(workers)]
        for search in self.searches:
            search.found[0] = self.initial
        with ThreadPoolExecutor(workers) as pool:
            limits = list(pool.map(self._work, self.searches))
        best = max(self.searches, key=lambda search: float(search.found[0]))
        value = float(best.found[0])
        rows = best.answer[: best.answer_size[0]].tolist() if value > self.initial else self.start
        nodes = sum(int(search.counters[0]) for search in self.searches)
        # Compiled loops do not say what the branches that they leave may be worth.
        left = value + self.allowed
        if self.allowed:
            left = min(left, float(self.task.everything()) - self.constant)
        return FoundSet(rows, max(value, left, *limits) + self.constant, nodes)

    def _work(self, search: Search) -> float:
        """Explore first queries until none is left; a bound on what this thread left open."""
        scratch, most = self.arrays.scratch(), self.task.rounds
        if most == 1:
            return self._explored(search, scratch, 0, 0)
        if self.sorted:
            enter_gains.compiled(self.tables, scratch, search, self.shared, most, self.slack)
        for place in self.tasks:
            search.depth[0] = 0
            limit = self._rest(search, scratch, 0, place)
            if limit <= self.shared[0] + self.slack or self.clock.stopped:
                # Later first queries can lead to even less.
                return limit
            go = push_gains if self.sorted else push
            go.compiled(self.tables, scratch, search, place)
            left = self._explored(search, scratch, 1, place)
            if self.clock.stopped:
                return max(left, self._rest(search, scratch, 0, place + 1))
            self._tick(place + 1, limit)
        return -np.inf

    def _tick(self, first: int, limit: float) -> None:
        """Report progress: sets that begin before query `first` are done."""
        self.clock.tick(
            1 - (1 - first / len(self.task)) ** self.task.rounds,
            float(self.shared[0]) + self.constant,
            limit + self.constant,
            sum(int(search.counters[0]) for search in self.searches),
        )

    def _explored(self, search: Search, scratch: Scratch, base: int, place: int) -> float:
        """Explore below depth `base`; a bound on what is left open when the clock stops."""
        most, done = self.task.rounds, False
        while not done and not self.clock.stopped:
            if self.sorted:
                done = explore_gains.compiled(
                    *(self.tables, scratch, search, self.shared, base, most, self.slack, CHUNK)
                )
            else:
                done = explore.compiled(
                    *(self.tables, scratch, search, self.finest, self.least, self.shared),
                    *(base, most, self.slack, CHUNK),
                )
            if not done and base:
                self._tick(place, self._rest(search, scratch, 0, place))
        if done:
            return -np.inf
        depths = range(base, int(search.depth[0]) + 1)
        return max(self._rest(search, scratch, d, int(search.following[d])) for d in depths)

    def _rest(self, search: Search, scratch: Scratch, depth: int, place: int) -> float:
        """Bound on the sets that go on from the path at `depth` from a place of its loop on."""
        if place >= len(self.task):
            return -np.inf
        # Sorted by gain any query may follow; else those from `place` on.
        query = 0 if self.sorted else place
        value = refinement_bound.compiled(self.tables, scratch, search, self.finest[query], depth)
        spent = self.tables.costs[search.chosen[:depth]].sum()
        more = self.task.rounds - depth
        parts = parts_bound.compiled(self.tables, scratch, search, depth, query, more)
        limit = min(value, parts) - spent - self.tables.costs[query:].min()
        if self.sorted and search.stop[depth] >= 0:
            limit = min(
                limit, search.limit[depth, place : search.size[depth]].max(initial=-np.inf)
            )
        return float(limit)
