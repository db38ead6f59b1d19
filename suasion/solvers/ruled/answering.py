"""The methods for partition queries with rules: each searches the allowed sets and concludes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.selection import QuerySelection
from suasion.results import Report, Result, Status, concluded
from suasion.solvers.clock import Clock
from suasion.solvers.options import Options, limited, subsets
from suasion.solvers.partition.mip import partition_mip
from suasion.solvers.partition.search import worth_compiling
from suasion.solvers.partition.task import partition_task
from suasion.solvers.ruled.branching import RuledSet, ruled_branch
from suasion.solvers.ruled.form import RuledTask
from suasion.solvers.ruled.heuristics import greedy_rows, local_search_rows
from suasion.solvers.simulation.task import FiniteTask, finite_task

# Query sets that are searched in rationals, and that methods which look at all of them take.
LARGEST_EXACT = 20_000
LARGEST_ENUMERATION = 100_000


@dataclass(frozen=True, eq=False)
class _Known:
    """A working form with what is needed to conclude about either kind of receivers.

    Attributes
    ----------
    form : RuledTask
    exact : bool
        Whether it is in rationals.
    finite : FiniteTask, or None
        The same about receivers with many states and actions.
    """

    form: RuledTask
    exact: bool
    finite: FiniteTask | None = None


Search = Callable[[_Known, Clock], RuledSet]


def ruled_branch_and_bound(problem: QuerySelection, options: Options) -> Result[Any]:
    """The best allowed query set, by depth-first search from the best that local search finds.

    With ``exact`` up to 20,000 query sets are searched in rationals (about finite persuasion all
    are), which proves the optimum; larger problems are searched in floats and the answer is
    valued exactly.
    """

    def search(known: _Known, clock: Clock) -> RuledSet:
        form = known.form
        gains = form.payoffs_with_each([], [form.task.everyone])
        # Queries that gain much come first, so that the weak ones are left when bounds close.
        order = sorted(range(len(form)), key=lambda q: -gains[q])
        start = local_search_rows(form, clock, options.seed)
        place = {q: k for k, q in enumerate(order)}
        begun = None if start is None else [place[q] for q in start]
        found = ruled_branch(
            form.ordered(np.array(order, dtype=np.intp)), begun, clock, options.gap
        )
        rows = None if found.rows is None else [order[k] for k in found.rows]
        return replace(found, rows=rows)

    return _solved("branch-and-bound", problem, options, search)


def ruled_greedy(problem: QuerySelection, options: Options) -> Result[Any]:
    """The query that gains most, again and again, within the rules.

    No guarantee holds. The bound is what all queries together reveal, at the least that any
    choice of queries costs.
    """

    def search(known: _Known, clock: Clock) -> RuledSet:
        return _heuristic(known.form, greedy_rows(known.form, clock))

    return _solved("greedy", problem, options, search)


def ruled_local_search(problem: QuerySelection, options: Options) -> Result[Any]:
    """Moves of one or two queries that keep the rules, from the greedy set and from random ones.

    The bound is that of method "greedy".
    """

    def search(known: _Known, clock: Clock) -> RuledSet:
        return _heuristic(known.form, local_search_rows(known.form, clock, options.seed))

    return _solved("local-search", problem, options, search)


def ruled_mip(problem: QuerySelection, options: Options) -> Result[Any]:
    """The mixed-integer program of `query_mip` with its rules, from the local search's answer."""
    with Clock(options.time_limit) as clock:
        form = _known(problem, replace(options, exact=False), clock).form
        rows = local_search_rows(form, clock, options.seed)
    start = None if rows is None else QuerySet(rows)
    result = partition_mip(problem, replace(options, time_limit=clock.left), start)
    if clock.stopped == "interrupted":
        result = replace(result, report=replace(result.report, raw_status=clock.stopped))
    return result


def ruled_finite_brute_force(problem: QuerySelection, options: Options) -> Result[Any]:
    """Every set of queries about finite persuasion that keeps the rules; up to 100,000 sets."""

    def search(known: _Known, clock: Clock) -> RuledSet:
        form = known.form
        rounds, nodes = form.task.rounds, 0
        count = subsets(len(form), rounds, LARGEST_ENUMERATION)
        limited("brute-force", count, LARGEST_ENUMERATION, "query sets", '"branch-and-bound"')
        best: list[int] | None = [] if form.allows([]) else None
        worth: Any = -math.inf if best is None else form.payoff(best)
        for size in range(1, rounds + 1):
            for rows in map(list, combinations(range(len(form)), size)):
                if clock.stopped:
                    return _heuristic(form, best)
                if not form.allows(rows):
                    continue
                nodes += 1
                payoff = form.payoff(rows)
                if payoff > worth:
                    best, worth = rows, payoff
        return RuledSet(best, worth, nodes)

    return _solved("brute-force", problem, options, search)


def _heuristic(form: RuledTask, rows: list[int] | None) -> RuledSet:
    """What was found, under the bound that needs no search."""
    return RuledSet(rows, form.task.everything() - form.least_cost([], 0), 0)


def _known(problem: QuerySelection, options: Options, clock: Clock) -> _Known:
    """The working form, in rationals if that is asked for and small enough."""
    if problem.about_finite:
        finite = finite_task(problem, clock, options.exact)
        return _Known(RuledTask(problem, finite.task, False), options.exact, finite)
    task = partition_task(problem)
    sets = subsets(len(task), task.rounds, LARGEST_EXACT)
    exact = options.exact and sets <= LARGEST_EXACT
    if exact:
        task = partition_task(problem, exact=True)
    return _Known(RuledTask(problem, task, worth_compiling(task, sets)), exact)


def _solved(method: str, problem: QuerySelection, options: Options, search: Search) -> Result[Any]:
    """Search, and conclude about what was found; its value is recomputed by the models."""
    with Clock(options.time_limit, options.progress) as clock:
        known = _known(problem, options, clock)
        found = search(known, clock)
    report = Report(nodes=found.nodes or None, seed=options.seed, raw_status=clock.stopped or "")
    if found.rows is None:
        impossible = found.bound == -math.inf
        status = Status.INFEASIBLE if impossible else Status.NO_ANSWER
        bound = None if impossible else float(found.bound)
        return Result(status, method, bound=bound, report=report, problem=problem)
    answer = QuerySet(found.rows)
    if known.finite is not None:
        exact = known.exact and not clock.stopped
        return known.finite.concluded(method, answer, found.bound, exact, report)
    failures = answer.failures(problem)
    if failures:
        report = replace(report, raw_status=failures[0])
        return Result(Status.FAILED, method, report=report, problem=problem)
    return concluded(
        method=method,
        problem=problem,
        answer=answer,
        value=answer.value(problem, options.exact),
        bound=found.bound,
        exact=known.exact,
        report=report,
    )
