"""Method "greedy" for threshold queries: add the best cut again and again, with a guarantee."""

from __future__ import annotations

import heapq
import math

import numpy as np

from suasion.errors import OutOfReachError
from suasion.models.numbers.arrays import FloatArray
from suasion.models.queries.query_tree import QueryPolicy
from suasion.models.queries.selection import QuerySelection
from suasion.results import Report, Result
from suasion.solvers.clock import Clock
from suasion.solvers.options import Options, inexact_only
from suasion.solvers.threshold.chain import SegmentProgram
from suasion.solvers.threshold.dp import answered, cut_budget, has_costs
from suasion.solvers.threshold.kernels import chain


def threshold_greedy(problem: QuerySelection, options: Options) -> Result[QueryPolicy]:
    """Cuts one at a time, each the best addition to those before it.

    The value of a set of cuts is submodular (segments are Monge), so M greedy cuts gain at least
    a 1 - 1/e share of what M optimal cuts gain over none (Nemhauser, Wolsey, Fisher 1978). The
    bound is the best of three: that guarantee (when queries are free), full information, and the
    payoff of the greedy cuts plus the M largest gains that are left, minus their costs.

    O(n) per cut and segment it falls in. Adaptive queries with costs are not sets of cuts:
    ValueError.
    """
    inexact_only("greedy", options, 'method "dp"')
    if problem.adaptive and has_costs(problem):
        raise OutOfReachError('method "greedy" takes no costs with adaptive queries; use "dp".')
    search = GreedyCuts(problem)
    budget = cut_budget(problem)
    with Clock(options.time_limit, options.progress) as clock:
        while len(search.cuts) < budget and search.advance() and not clock.stopped:
            clock.tick(len(search.cuts) / budget)
    none, value = search.values
    # Submodularity speaks of the cuts' payoff before their costs.
    gross = value + float(search.program.cost[search.cuts].sum())
    bound = min(gross + search.remaining(budget), problem.persuasion.full_information())  # type: ignore[union-attr]
    if not has_costs(problem) and len(search.cuts) == budget:
        bound = min(bound, none + (value - none) / (1 - math.exp(-1)))
    cuts = search.program.positions(np.array(sorted(search.cuts), dtype=np.intp))
    report = Report(nodes=len(search.cuts) + 1, raw_status=clock.stopped or "")
    # Rounding in sums of gains must not put the bound below the value they led to.
    bound = max(bound, value)
    return answered(problem, cuts, bound, "greedy", False, report)


class GreedyCuts:
    """Segments with the gain of every cut inside them.

    Cuts above 1/2 never gain more than the one at 1/2, so they are left out (and enter
    `remaining` at the price of the cheapest).
    """

    def __init__(self, problem: QuerySelection) -> None:
        self.program = SegmentProgram(problem)
        self.cuts: list[int] = []
        self.heap: list[tuple[float, int, int, int]] = []
        self.gains: dict[int, FloatArray] = {}
        p = self.program
        top = p.mixture(p.size) if 0 < p.half < p.size else np.empty(0)
        # Value of the classes i.. to the end, for i <= half.
        self.upper = np.maximum.accumulate(top[::-1])[::-1]
        c = p.classes
        alone = c.high[-1] - c.high[p.half] + c.low[-1] - c.low[p.half]
        self.upper = np.append(self.upper, alone)
        start = self._add(0, p.size) + c.certain if p.size else c.certain
        self.values = (start, start)

    def _add(self, i: int, j: int) -> float:
        """Value of the segment i..j-1; the gains of its cuts are remembered."""
        p, c = self.program, self.program.classes
        last = min(j, p.half)
        if i >= last:
            return float(c.high[j] - c.high[i] + c.low[j] - c.low[i])
        low = slice(i, last)
        if j <= p.half:
            earned = c.high[j] - c.high[low] + c.odds[low] * (c.low[j] - c.low[low])
            right = np.append(np.maximum.accumulate(earned[::-1])[::-1], 0.0)
        else:
            right = self.upper[i : last + 1]
        gains = self._left(i, last) + right - right[0]
        gains[0] = 0.0
        gains[1:] -= p.cost[i + 1 : last + 1]
        if last == j:
            gains = gains[:-1]
        self.gains[i] = gains
        best = int(np.argmax(gains))
        if gains[best] > 0:
            heapq.heappush(self.heap, (-float(gains[best]), i, j, i + best))
        return float(right[0])

    def _left(self, i: int, last: int) -> FloatArray:
        """Value of the classes i..t-1 for t = i..last, all at most 1/2: one hull."""
        c, size = self.program.classes, last - i
        best, entry, offset = np.zeros(size + 1), np.zeros(size), np.zeros(size)
        start, target = np.zeros(size, dtype=np.int32), np.zeros(size + 1, dtype=np.int32)
        free, nothing = np.zeros(size + 1), np.zeros(size + 1)
        prefix = slice(i, last + 1)
        chain.run(
            4 * size,
            *(c.odds[i:last], c.high[prefix] - c.high[i], c.low[prefix] - c.low[i], free, 0.0),
            *(nothing, best, entry, start, target, start.copy(), offset),
        )
        return best

    def advance(self) -> bool:
        """Make the best cut; False when none gains anything."""
        if not self.heap:
            return False
        loss, i, j, t = heapq.heappop(self.heap)
        self.cuts.append(t)
        self.values = (self.values[0], self.values[1] - loss)
        del self.gains[i]
        self._add(i, t)
        self._add(t, j)
        return True

    def remaining(self, count: int) -> float:
        """The `count` largest gains left: no `count` cuts can add more to these."""
        p, last = self.program, max(self.gains, default=0)
        left = [np.empty(0)]
        for i, gains in self.gains.items():
            own = gains[1:].copy()
            if i == last and 0 < p.half < p.size and p.half not in self.cuts:
                # All cuts from 1/2 on together gain no more than the one at 1/2 does.
                own[-1] += p.cost[p.half] - p.cost[p.half : p.size].min()
            left.append(np.maximum(own, 0.0))
        return float(np.sort(np.concatenate(left))[::-1][:count].sum())
