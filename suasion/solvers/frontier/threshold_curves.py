"""Threshold queries for one budget after another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from suasion.errors import OutOfReachError
from suasion.models.numbers.arrays import IntArray
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryPolicy, QueryTree
from suasion.models.queries.selection import QuerySelection
from suasion.solvers.clock import Clock
from suasion.solvers.frontier.curves import Found
from suasion.solvers.threshold.adaptive import IntervalProgram, check_size
from suasion.solvers.threshold.chain import SegmentProgram
from suasion.solvers.threshold.dp import cut_budget, has_costs
from suasion.solvers.threshold.greedy import GreedyCuts
from suasion.solvers.threshold.price import BudgetedCuts, best_cuts


class ThresholdCurves:
    """Threshold queries: one segment program, one greedy order, one layer of intervals a round.

    K rounds without costs are 2^K - 1 cuts at once, found once for both. With costs these bound
    what K rounds are worth where the O(n^3) interval program takes too long or too much memory.

    Parameters
    ----------
    problem : QuerySelection
    largest : int
        The largest budget that will be asked for.
    clock : Clock
    """

    methods = ("dp", "dp")

    def __init__(self, problem: QuerySelection, largest: int, clock: Clock) -> None:
        self.problem, self.clock = problem, clock
        self.most = problem.query_count
        self.costly = has_costs(problem)
        self.program = SegmentProgram(problem)
        self.ceiling = self.everything = float(self.program.full_information)
        free = QuerySelection(problem.persuasion, problem.oracle)
        self._free = SegmentProgram(free) if self.costly else self.program
        self._known: dict[tuple[SegmentProgram, int], BudgetedCuts] = {}
        self._greedy = GreedyCuts(problem)
        self._largest = problem.with_budget(min(largest, self.most), adaptive=True)
        self._intervals: _Intervals | None = None

    def at_once(self, budget: int) -> Found:
        """The best cuts."""
        cuts, bound, nodes = self._cuts(self.program, budget)
        return Found(QuerySet(cuts), bound, nodes)

    def in_turn(self, budget: int) -> Found:
        """Binary search over the best cuts; with costs the interval program, if it fits."""
        leaves = self._leaves(budget)
        cuts, bound, nodes = self._cuts(self._free, leaves)
        searches = [QueryTree.binary_search(cuts)]
        if not self.costly:
            return Found(searches[0], bound, nodes)
        # The first query is asked of all types.
        none = float(QuerySet([]).value(self.problem))
        bound = max(none, bound - float(self.problem.cost_numbers().min()))
        cuts, _, more = self._cuts(self.program, leaves)
        searches.append(QueryTree.binary_search(cuts))
        found = Found(max(searches, key=self._worth), bound, nodes + more)
        return self._by_intervals(budget, found)

    def _worth(self, tree: QueryTree) -> float:
        return float(tree.value(self.problem))

    def _by_intervals(self, rounds: int, otherwise: Found) -> Found:
        """The best tree when asking costs, or what is known without the tables."""
        if self._intervals is None:
            try:
                check_size(self._largest, self._largest.budget, False)
            except OutOfReachError as error:
                return replace(otherwise, note=str(error))
            self._intervals = _Intervals(self.problem, False)
        layers = len(self._intervals.tables)
        finished = self._intervals.deepened(rounds, self.clock)
        layers = len(self._intervals.tables) - layers
        nodes = otherwise.nodes + layers * self._intervals.size**2 // 2
        if not finished:
            return replace(otherwise, nodes=nodes)
        return Found(self._intervals.tree(), self._intervals.worth, nodes)

    def greedy_at_once(self, budget: int) -> QuerySet:
        """The first cuts of the greedy order."""
        return QuerySet(self._greedy_cuts(budget))

    def greedy_in_turn(self, budget: int) -> QueryTree | None:
        """Binary search over greedy cuts, as many as the rounds find; nothing with costs."""
        if self.costly:
            return None
        return QueryTree.binary_search(self._greedy_cuts(self._leaves(budget)))

    def as_tree(self, queries: QueryPolicy) -> QueryTree:
        """Binary search over the cuts."""
        return QueryTree.binary_search(queries.used)

    def _leaves(self, rounds: int) -> int:
        """Cuts among which so many rounds find a type."""
        return cut_budget(self.problem.with_budget(rounds, adaptive=True))

    def _cuts(self, program: SegmentProgram, budget: int) -> tuple[IntArray, float, int]:
        """Best cuts by their numbers, their bound and the work they took just now."""
        found, nodes = self._known.get((program, budget)), 0
        if found is None:
            found = best_cuts(program, budget, self.clock)
            nodes = found.passes * len(program.classes)
            if not found.stopped:
                self._known[program, budget] = found
        return program.positions(found.cuts), float(found.bound), nodes

    def _greedy_cuts(self, count: int) -> IntArray:
        """The first cuts of the greedy order, sorted."""
        search = self._greedy
        while len(search.cuts) < count and not self.clock.stopped and search.advance():
            pass
        return self.program.positions(np.array(sorted(search.cuts[:count]), dtype=np.intp))


class _Intervals(IntervalProgram):
    """The interval program with a round more whenever it is asked for."""

    last = False

    @property
    def worth(self) -> float:
        """Payoff of the best tree."""
        return float(self.tables[-1][0, self.size])

    def deepened(self, rounds: int, clock: Clock) -> bool:
        """Fill the tables of so many rounds; False if the clock ran out first."""
        self.tables = self.tables or [self.value + self.value.T]
        while len(self.tables) <= rounds and not self.last:
            before, after = self.tables[-1], np.empty_like(self.value)
            if not self._fill(before, after, clock, 0.0, 1.0):
                return False
            self.tables.append(after)
            self.last = bool(np.array_equal(np.triu(before, 1), np.triu(after, 1)))
        return True
