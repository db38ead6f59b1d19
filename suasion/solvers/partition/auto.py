"""Method "auto" for partition queries: by structure, then branch and bound, then a program."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from suasion.models.queries.query_tree import QueryPolicy
from suasion.models.queries.selection import QuerySelection
from suasion.results import COMBINATORIAL_GAP, NUMERICAL_GAP, Result, concluded
from suasion.solvers.options import Options
from suasion.solvers.partition.answering import branch_and_bound, mip, partition_dp, structured_dp
from suasion.solvers.partition.cuts import are_segments

# The mixed-integer program is tried up to this many entries (a pair of types and a query that
# tells them apart), and for at least so many seconds: its presolve does not stop on time.
MOST_MIP_ENTRIES = 300_000
LEAST_MIP_SECONDS = 5.0


def partition_auto(problem: QuerySelection, options: Options) -> Result[QueryPolicy]:
    """The method that suits the queries; the result names the one that proved it.

    Structured and adaptive queries go to "dp". Sets of other queries go to "branch-and-bound";
    when it has used half of a time limit (or, where all cells are segments of the order, some
    seconds), "mip" goes on from its answer, and the best answer and bound of both are returned.
    """
    structured = structured_dp(problem, options)
    if structured is not None and structured.answer is not None:
        return structured
    if problem.adaptive:
        return partition_dp(problem, options)
    share = _first_share(problem, options)
    first = branch_and_bound(problem, replace(options, time_limit=share))
    left = options.time_limit
    if share is None or share == left or first.report.raw_status != "time limit":
        return first
    if left is not None:
        left = max(0.0, left - share)
    second = mip(problem, replace(options, time_limit=left, solver="highs"))
    return _better(problem, first, second)


def _first_share(problem: QuerySelection, options: Options) -> float | None:
    """Seconds for branch and bound before the mixed-integer program; all, or no limit, for none.

    Its presolve does not stop on time, and its bound is no use on random partitions, so that
    without a limit it is tried for segments only, where its LP is tight.
    """
    limit = options.time_limit
    if not 0 < _pairs_told(problem) <= MOST_MIP_ENTRIES:
        return limit
    if limit is not None:
        return limit / 2 if limit >= 2 * LEAST_MIP_SECONDS else limit
    instance, oracle = problem.binary, problem.partition
    order = instance.order
    segments = are_segments(oracle.labels[:, order], instance.thresholds[order])
    return LEAST_MIP_SECONDS if segments else None


def _better(
    problem: QuerySelection, first: Result[QueryPolicy], second: Result[QueryPolicy]
) -> Result[QueryPolicy]:
    """The best answer and the best bound of two methods, named after the bound."""
    known = [result for result in (first, second) if result.answer is not None]
    best = max(known, key=lambda result: result.value or 0.0)
    proof = min(known, key=lambda result: math.inf if result.bound is None else result.bound)
    exact_value, value = best.exact_value, best.value
    assert value is not None
    assert proof.bound is not None
    return concluded(
        method=proof.method,
        problem=problem,
        answer=best.require(),
        value=value if exact_value is None else exact_value,
        bound=proof.bound,
        tolerance=NUMERICAL_GAP if proof.method == "mip" else COMBINATORIAL_GAP,
        report=proof.report,
    )


def _pairs_told(problem: QuerySelection) -> int:
    """Pairs of types that queries tell apart, summed over queries."""
    n = len(problem.persuasion)
    sizes = [np.bincount(row).astype(np.float64) for row in problem.partition.labels]
    return int(sum(n * n - (size @ size) for size in sizes)) // 2
