"""Method "dp" for threshold queries: optimal cuts, non-adaptive or adaptive, with their proof."""

from __future__ import annotations

from typing import Any

from suasion.models.numbers.arrays import IntArray
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryPolicy, QueryTree
from suasion.models.queries.selection import QuerySelection
from suasion.results import Report, Result, concluded
from suasion.solvers.clock import Clock
from suasion.solvers.options import Options, limited
from suasion.solvers.threshold.adaptive import adaptive_with_costs
from suasion.solvers.threshold.chain import SegmentProgram
from suasion.solvers.threshold.price import best_cuts

# Fractions cost microseconds each: classes times passes that stay within a minute or so.
LARGEST_EXACT = 20_000


def threshold_dp(problem: QuerySelection, options: Options) -> Result[QueryPolicy]:
    """Optimal threshold queries.

    Without costs K adaptive rounds are worth 2^K - 1 cuts (Theorem 4.3 of arXiv 2311.18138);
    the cuts come from monotone hulls, one O(n) pass per segment when they are few, else about
    twenty O(n) passes that find a price per cut. The bound is a pass of its own at that price.
    Adaptive queries with costs take the O(n^3) interval program (Algorithm 2).
    """
    with Clock(options.time_limit, options.progress) as clock:
        if problem.adaptive and has_costs(problem):
            return adaptive_with_costs(problem, options.exact, clock)
        if options.exact:
            limited("dp", len(problem.persuasion), LARGEST_EXACT, "types exactly", "exact=False")
        program = SegmentProgram(problem, options.exact)
        found = best_cuts(program, cut_budget(problem), clock)
    return answered(
        problem,
        program.positions(found.cuts),
        found.bound,
        "dp",
        options.exact,
        Report(nodes=found.passes * len(program.classes), raw_status=found.stopped or ""),
    )


def has_costs(problem: QuerySelection) -> bool:
    """True if some query costs something."""
    return problem.costs is not None and bool(problem.costs.any())


def cut_budget(problem: QuerySelection) -> int:
    """How many cuts may be made: 2^K - 1 in K adaptive rounds, and never more than exist."""
    available = max(problem.query_count, 0)
    if problem.budget is None:
        return available
    if not problem.adaptive:
        return min(problem.budget, available)
    # 2^K without building a number of a billion bits.
    rounds = min(problem.budget, available.bit_length())
    return int(min(2**rounds - 1, available))


def answered(
    problem: QuerySelection,
    cuts: IntArray,
    bound: Any,
    method: str,
    exact: bool,
    report: Report,
) -> Result[QueryPolicy]:
    """A result from cuts: the set, or the tree that finds a type among them."""
    answer: QueryPolicy = QueryTree.binary_search(cuts) if problem.adaptive else QuerySet(cuts)
    return concluded(
        method=method,
        problem=problem,
        answer=answer,
        value=answer.value(problem, exact),
        bound=bound,
        exact=exact,
        report=report,
    )
