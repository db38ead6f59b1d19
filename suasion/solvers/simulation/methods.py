"""Methods for queries about finite persuasion: which messages, or partitions, to ask about."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np

from suasion.models.numbers.arrays import IntArray
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryPolicy, QueryTree, Question
from suasion.models.queries.selection import QuerySelection
from suasion.models.simulation.query_plan import QueryPlan
from suasion.results import Report, Result
from suasion.solvers.clock import Clock, StoppedError
from suasion.solvers.finite.bounds import known_type_bound
from suasion.solvers.options import Options, limited, subsets
from suasion.solvers.partition.greedy import greedy_set, greedy_tree, local_search_set
from suasion.solvers.partition.search import best_set
from suasion.solvers.partition.trees import best_tree
from suasion.solvers.simulation.task import FiniteTask, finite_task, plan_of, plan_result

# Query sets or sequences that methods which look at all of them take.
LARGEST_ENUMERATION = 100_000
# What a search says: queries, a bound on all of them, sets or cells looked at.
Found = tuple[QueryPolicy, Any, int | None]


def finite_branch_and_bound(problem: QuerySelection, options: Options) -> Result[QueryPlan]:
    """The best query set, by depth-first search from the best that local search finds.

    Simulation queries are first turned into the finest partitions that messages bring about
    (`suasion.solvers.simulation.cells`). A branch is left when all its queries asked at once do
    not beat the best set known. With ``exact`` everything is computed in rationals.
    """

    def search(known: FiniteTask, clock: Clock) -> Found:
        found = best_set(problem, known.task, clock, 1, options.seed, options.gap)
        return QuerySet(found.rows), found.bound, found.nodes

    return _solved("branch-and-bound", problem, options, search)


def finite_dp(problem: QuerySelection, options: Options) -> Result[QueryPlan]:
    """The best query tree, by a program over cells and rounds left, each solved once."""

    def search(known: FiniteTask, clock: Clock) -> Found:
        found = best_tree(problem, known.task, clock, 1, options.gap)
        return found.tree, found.bound, found.nodes

    return _solved("dp", problem, options, search)


def finite_greedy(problem: QuerySelection, options: Options) -> Result[QueryPlan]:
    """The query that gains most, again and again, or at every node of a tree.

    The bound is what all queries together reveal.
    """

    def search(known: FiniteTask, clock: Clock) -> Found:
        task = known.task
        if problem.adaptive:
            tree = greedy_tree(task, task.additions, task.rounds, clock)
            return tree, task.everything(), None
        return QuerySet(greedy_set(task, task.additions, clock)), task.everything(), None

    return _solved("greedy", problem, options, search)


def finite_local_search(problem: QuerySelection, options: Options) -> Result[QueryPlan]:
    """Exchanges of one query, from the greedy set and from random ones, until none gains.

    The bound is what all queries together reveal.
    """

    def search(known: FiniteTask, clock: Clock) -> Found:
        task = known.task
        rows = local_search_set(task, task.additions, clock, options.seed)
        return QuerySet(rows), task.everything(), None

    return _solved("local-search", problem, options, search)


def finite_brute_force(problem: QuerySelection, options: Options) -> Result[QueryPlan]:
    """Every set of queries, or every tree of them; up to 100,000 sets or sequences."""

    def search(known: FiniteTask, clock: Clock) -> Found:
        return _every_tree(known, clock) if problem.adaptive else _every_set(known, clock)

    return _solved("brute-force", problem, options, search)


def _solved(
    method: str,
    problem: QuerySelection,
    options: Options,
    search: Callable[[FiniteTask, Clock], Found],
) -> Result[QueryPlan]:
    """List the queries, search among them, and check what was found."""
    with Clock(options.time_limit, options.progress) as clock:
        try:
            known = finite_task(problem, clock, options.exact)
        except StoppedError:
            return unasked(method, problem, clock)
        asked, bound, nodes = search(known, clock)
    report = Report(nodes=nodes, seed=options.seed, raw_status=clock.stopped or "")
    return known.concluded(method, asked, bound, options.exact, report)


def unasked(method: str, problem: QuerySelection, clock: Clock) -> Result[QueryPlan]:
    """The answer of a search without time: nothing is asked, known types bound the rest."""
    bound = known_type_bound(problem.persuasion)  # type: ignore[arg-type]
    plan = plan_of(problem, QuerySet([]), [] if problem.oracle.kind == "simulation" else None)
    report = Report(raw_status=clock.stopped or "")
    return plan_result(method, problem, plan, bound, False, report)


def _every_set(known: FiniteTask, clock: Clock) -> Found:
    task, nodes = known.task, 0
    count = subsets(len(task), task.rounds, LARGEST_ENUMERATION)
    limited("brute-force", count, LARGEST_ENUMERATION, "query sets", '"branch-and-bound"')
    best: Any = task.value(task.everyone)
    chosen: tuple[int, ...] = ()
    for size in range(1, task.rounds + 1):
        for rows in combinations(range(len(task)), size):
            if clock.stopped:
                return QuerySet(list(chosen)), task.ceiling, nodes
            joint = task.labels[list(rows)]
            member = np.unique(joint, axis=1, return_inverse=True)[1].reshape(-1)
            cells = [np.flatnonzero(member == c) for c in range(member.max() + 1)]
            worth = task.earned(cells) - task.costs[list(rows)].sum()
            nodes += 1
            if worth > best:
                best, chosen = worth, rows
    return QuerySet(list(chosen)), best, nodes


def _every_tree(known: FiniteTask, clock: Clock) -> Found:
    task = known.task
    count = max(1, len(task)) ** min(task.rounds, 64)
    limited("brute-force", count, LARGEST_ENUMERATION, "query sequences", '"dp"')
    memo: dict[tuple[bytes, int], tuple[Any, int | None]] = {}

    def best(cell: IntArray, rounds: int) -> tuple[Any, int | None]:
        key = cell.tobytes(), rounds
        if key not in memo:
            top: tuple[Any, int | None] = (task.value(cell), None)
            for q in range(len(task)) if rounds and not clock.stopped else ():
                parts = task.split(cell, q)
                if len(parts) > 1:
                    worth = sum(best(part, rounds - 1)[0] for part in parts)
                    worth -= task.costs[q] * task.weights[cell].sum()
                    top = max(top, (worth, q), key=lambda found: found[0])
            memo[key] = top
        return memo[key]

    def ask(state: tuple[IntArray, int]) -> Question[tuple[IntArray, int]] | None:
        cell, rounds = state
        query = best(cell, rounds)[1]
        if query is None:
            return None
        answers = task.labels[query][cell]
        return query, [(int(a), (cell[answers == a], rounds - 1)) for a in np.unique(answers)]

    value = best(task.everyone, task.rounds)[0]
    tree = QueryTree.grow((task.everyone, task.rounds), ask)
    return tree, task.ceiling if clock.stopped else value, len(memo)
