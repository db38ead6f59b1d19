"""Slow, plain programs for threshold queries, to check the fast ones against."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from itertools import combinations, pairwise
from typing import Any

import numpy as np

from suasion.errors import OutOfReachError
from suasion.models.binary.envelope import concave_envelope
from suasion.models.numbers.arrays import IntArray
from suasion.models.queries.query_tree import QueryPolicy, QueryTree, Question
from suasion.models.queries.selection import QuerySelection
from suasion.results import Report, Result, concluded
from suasion.solvers.clock import Clock
from suasion.solvers.options import Options, limited, subsets
from suasion.solvers.threshold.dp import answered, cut_budget, has_costs

LARGEST_ALGORITHM_1 = 400
LARGEST_ENUMERATION = 50_000
LARGEST_RECURSION = 40


def algorithm_1(problem: QuerySelection, options: Options) -> Result[QueryPolicy]:
    """The published dynamic program over segments, O(n^2) envelopes of O(n) and O(n^2 M) steps.

    ``F_s(j) = max_i F_{s-1}(i) + V(i, j) - c_i`` with V from the concave envelope of each
    segment: Algorithm 1 of Harris et al. (arXiv 2311.18138), with costs.
    """
    if problem.adaptive and has_costs(problem):
        raise OutOfReachError(
            'method "algorithm-1" takes no costs with adaptive queries; use "dp".'
        )
    with Clock(options.time_limit, options.progress) as clock:
        return _segment_program(problem, options, clock)


def _segment_program(
    problem: QuerySelection, options: Options, clock: Clock
) -> Result[QueryPolicy]:
    segments = _Segments(problem, options.exact)
    limited("algorithm-1", segments.count, LARGEST_ALGORITHM_1, "distinct thresholds", '"dp"')
    budget = min(cut_budget(problem), max(segments.count - 1, 0))
    best: list[Any] = [segments.value(0, j) for j in range(1, segments.count + 1)]
    history: list[list[int]] = []
    while len(history) < budget:
        improved, start = list(best), [0] * len(best)
        for j in range(1, segments.count + 1):
            if clock.stopped:
                break
            for i in range(1, j):
                value = best[i - 1] + segments.value(i, j) - segments.costs[i]
                if value > improved[j - 1]:
                    improved[j - 1], start[j - 1] = value, i
        if clock.stopped:
            break
        history.append(start)
        best = improved
        clock.tick(len(history) / budget)
    cuts, j = [], segments.count
    for start in reversed(history):
        if start[j - 1]:
            j = start[j - 1]
            cuts.append(j)
    stopped = clock.stopped if len(history) < budget else None
    return answered(
        problem,
        segments.positions(cuts),
        segments.ceiling if stopped else best[-1],
        "algorithm-1",
        options.exact,
        Report(nodes=segments.count**2 // 2, raw_status=stopped or ""),
    )


def threshold_brute_force(problem: QuerySelection, options: Options) -> Result[QueryPolicy]:
    """Every set of cuts within the budget; with adaptive costs every tree, by plain recursion."""
    with Clock(options.time_limit, options.progress) as clock:
        segments = _Segments(problem, options.exact)
        if problem.adaptive and has_costs(problem):
            return _every_tree(problem, segments, options.exact, clock)
        return _every_set(problem, segments, options.exact, clock)


def _every_set(
    problem: QuerySelection, segments: _Segments, exact: bool, clock: Clock
) -> Result[QueryPolicy]:
    budget = min(cut_budget(problem), max(segments.count - 1, 0))
    inside = range(1, segments.count)
    sets = subsets(len(inside), budget, LARGEST_ENUMERATION)
    limited("brute-force", sets, LARGEST_ENUMERATION, "sets of cuts", '"dp"')

    def worth(cuts: tuple[int, ...]) -> Any:
        ends = (0, *cuts, segments.count)
        earned = [segments.value(i, j) for i, j in pairwise(ends)]
        return sum(earned) - sum(segments.costs[i] for i in cuts)

    best: tuple[int, ...] = ()
    value, nodes = worth(best), 1
    for cuts in (cuts for k in range(1, budget + 1) for cuts in combinations(inside, k)):
        if clock.stopped:
            break
        earned = worth(cuts)
        if earned > value:
            best, value = cuts, earned
        nodes += 1
        clock.tick(nodes / sets)
    stopped = clock.stopped if nodes < sets else None
    return answered(
        problem,
        segments.positions(best),
        segments.ceiling if stopped else value,
        "brute-force",
        exact,
        Report(nodes=nodes, raw_status=stopped or ""),
    )


class _Segments:
    """Runs of equal thresholds, and the envelope value of any range of them, remembered."""

    def __init__(self, problem: QuerySelection, exact: bool) -> None:
        instance = problem.binary
        rho = instance.numbers(exact)[2][instance.order]
        starts = [t for t in range(len(rho)) if t == 0 or rho[t] != rho[t - 1]]
        self.first = [*starts, len(rho)]
        self.count = len(starts)
        given = problem.cost_numbers(exact)
        free = np.zeros(1, dtype=object if exact else np.float64)
        self.costs = np.append(free, [given[t - 1] for t in starts[1:]])
        weights = instance.numbers(exact)[0][instance.order]
        self.weight: Callable[[int, int], Any] = lambda i, j: weights[
            self.first[i] : self.first[j]
        ].sum()

        def value(i: int, j: int) -> Any:
            members = instance.order[self.first[i] : self.first[j]]
            return concave_envelope(instance.classes(members, exact)).value

        self.value = cache(value)
        self.ceiling = instance.full_information(exact)

    def positions(self, cuts: Iterable[int]) -> IntArray:
        """Cut numbers of boundaries between runs."""
        return np.array([self.first[i] for i in sorted(cuts)], dtype=np.intp)


def _every_tree(
    problem: QuerySelection, segments: _Segments, exact: bool, clock: Clock
) -> Result[QueryPolicy]:
    limited("brute-force", segments.count, LARGEST_RECURSION, "distinct thresholds", '"dp"')

    @cache
    def best(i: int, j: int, rounds: int) -> tuple[Any, int | None]:
        top: tuple[Any, int | None] = (segments.value(i, j), None)
        for t in range(i + 1, j) if rounds and not clock.stopped else ():
            value = best(i, t, rounds - 1)[0] + best(t, j, rounds - 1)[0]
            value -= segments.costs[t] * segments.weight(i, j)
            if value > top[0]:
                top = (value, t)
        return top

    def ask(state: tuple[int, int, int]) -> Question[tuple[int, int, int]] | None:
        i, j, rounds = state
        t = best(i, j, rounds)[1]
        if t is None:
            return None
        return segments.first[t], [(0, (i, t, rounds - 1)), (1, (t, j, rounds - 1))]

    rounds = segments.count if problem.budget is None else min(problem.budget, segments.count)
    tree: QueryPolicy = QueryTree.grow((0, segments.count, rounds), ask)
    return concluded(
        method="brute-force",
        problem=problem,
        answer=tree,
        value=tree.value(problem, exact),
        bound=segments.ceiling if clock.stopped else best(0, segments.count, rounds)[0],
        exact=exact,
        report=Report(nodes=best.cache_info().currsize, raw_status=clock.stopped or ""),
    )
