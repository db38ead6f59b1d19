"""The methods for partition queries: each solves the working form and concludes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from suasion.errors import OutOfReachError
from suasion.models.queries.partition_queries import PartitionQueries
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryPolicy
from suasion.models.queries.selection import QuerySelection
from suasion.results import Report, Result, Status, concluded
from suasion.solvers.clock import Clock
from suasion.solvers.options import Options, subsets
from suasion.solvers.partition.cuts import best_cuts_among, cut_positions
from suasion.solvers.partition.greedy import greedy_set, greedy_tree, local_search_set
from suasion.solvers.partition.mip import partition_mip
from suasion.solvers.partition.search import arrays_for, best_set
from suasion.solvers.partition.splits import SplitTree, best_splits, fits
from suasion.solvers.partition.task import PartitionTask, partition_task
from suasion.solvers.partition.trees import best_tree

# Query sets, or sequences of queries, that are searched in rationals.
LARGEST_EXACT = 20_000
# Types for which adaptive cuts with costs take the O(n^3) threshold program.
MOST_CHARGED = 2_000


def branch_and_bound(problem: QuerySelection, options: Options) -> Result[QueryPolicy]:
    """The best query set, by depth-first search from the best that local search finds.

    The last query of a set is chosen for all sets that differ only in it at once, in O(n) a set.
    A branch is left when all its queries asked at once, or the best partition into as many parts
    as they can make, do not beat the best set known.

    With ``exact`` up to 20,000 query sets are searched in rationals, which proves the optimum;
    larger problems are searched in floats and the answer is valued exactly.
    """
    with Clock(options.time_limit, options.progress) as clock:
        task, exact = _task(problem, options, subsets)
        found = best_set(problem, task, clock, options.threads, options.seed, options.gap)
    return _concluded(
        "branch-and-bound",
        problem,
        options,
        task.query_set(found.rows),
        found.bound,
        exact,
        Report(nodes=found.nodes, seed=options.seed, raw_status=clock.stopped or ""),
    )


def partition_dp(problem: QuerySelection, options: Options) -> Result[QueryPolicy]:
    """Dynamic programs: trees of any queries, and sets of queries that have a structure.

    * Queries that are all cuts of the order by threshold: the program for threshold queries.
    * Non-adaptive queries with two cells, pairwise compatible (the sets without the first type
      nested or disjoint): the program over the tree of those sets, polynomial in every regime.
    * Adaptive queries: a program over cells and rounds left, each solved once; the last two
      rounds of a cell are one compiled loop, O(m^2) splits. With ``exact`` up to 20,000 sequences
      of queries are searched in rationals, as in "branch-and-bound".

    Raises
    ------
    ValueError
        For non-adaptive queries without such a structure.
    """
    structured = structured_dp(problem, options)
    if structured is not None:
        return structured
    if not problem.adaptive:
        raise OutOfReachError(
            'method "dp" needs cuts or nested two-cell queries here; use "branch-and-bound".'
        )
    with Clock(options.time_limit, options.progress) as clock:
        task, exact = _task(problem, options, lambda m, rounds, _: m ** min(rounds, 64))
        found = best_tree(problem, task, clock, options.threads, options.gap)
    return _concluded(
        "dp",
        problem,
        options,
        task.query_tree(found.tree),
        found.bound,
        exact,
        Report(nodes=found.nodes, raw_status=clock.stopped or ""),
    )


def structured_dp(problem: QuerySelection, options: Options) -> Result[QueryPolicy] | None:
    """The answer of a polynomial program, or None if the queries have no such structure.

    Out of time there is a result without an answer.
    """
    with Clock(options.time_limit, options.progress) as clock:
        task = partition_task(problem, options.exact)
        positions = cut_positions(problem, task)
        charged = problem.adaptive and task.has_costs
        if positions is not None and not (charged and len(task.everyone) > MOST_CHARGED):
            return best_cuts_among(problem, task, positions, options)
        tree = None if problem.adaptive else SplitTree.found(task)
        if tree is None or not fits(problem, task):
            return None
        found = best_splits(problem, task, tree, clock)
        if found is None:
            report = Report(raw_status=clock.stopped or "")
            return Result(Status.NO_ANSWER, "dp", report=report, problem=problem)
    return _concluded(
        "dp",
        problem,
        options,
        task.query_set(found.rows),
        found.bound,
        options.exact,
        Report(nodes=found.nodes),
    )


def mip(problem: QuerySelection, options: Options) -> Result[QueryPolicy]:
    """The mixed-integer program of `query_mip`, from the local search's answer.

    Best where cells are segments of the order by threshold and its LP is tight; on random
    partitions the LP is near full information, and "branch-and-bound" is much faster.
    """
    with Clock(options.time_limit) as clock:
        task = partition_task(problem)
        arrays = arrays_for(problem, task, len(task) * task.rounds**2)
        additions = task.additions if arrays is None else arrays.additions
        rows = local_search_set(task, additions, clock, options.seed)
    options = replace(options, time_limit=clock.left)
    oracle = PartitionQueries.from_labels(task.labels)
    costs = [problem.query_costs(int(q), problem.rational) for q in task.queries]
    needed = QuerySelection(problem.persuasion, oracle, task.rounds, False, costs)
    result = partition_mip(needed, options, QuerySet(rows))
    answer = None if result.answer is None else task.query_set(result.answer.queries)
    report = result.report
    if clock.stopped == "interrupted":
        report = replace(report, raw_status=clock.stopped)
    return replace(result, answer=answer, problem=problem, report=report)


def partition_greedy(problem: QuerySelection, options: Options) -> Result[QueryPolicy]:
    """The query that gains most, again and again, or at every node of a tree.

    No guarantee holds: the value of partition queries is not submodular, and the first query may
    gain nothing where two gain everything. The bound is what all queries together reveal. Without
    costs a baseline receiver acts with at least half the probability of the optimum whatever is
    asked, since telling the truth earns that; Latin squares come as near to half as one likes
    (findings/greedy.py). With ``exact`` gains are compared in rationals where that is quick.
    """
    with Clock(options.time_limit, options.progress) as clock:
        n = len(problem.persuasion) if problem.adaptive else 1
        task, _ = _task(problem, options, lambda m, rounds, _: m * rounds * n)
        arrays = arrays_for(problem, task, len(task) * task.rounds)
        additions = task.additions if arrays is None else arrays.additions
        if problem.adaptive:
            tree = greedy_tree(task, additions, task.rounds, clock)
            answer: QueryPolicy = task.query_tree(tree)
        else:
            answer = task.query_set(greedy_set(task, additions, clock))
    return _heuristic("greedy", problem, options, answer, task, clock)


def local_search(problem: QuerySelection, options: Options) -> Result[QueryPolicy]:
    """Exchanges of one query, from the greedy set and from random ones, until none gains.

    The bound is what all queries together reveal.
    """
    with Clock(options.time_limit, options.progress) as clock:
        task = partition_task(problem)
        arrays = arrays_for(problem, task, len(task) * task.rounds**2)
        additions = task.additions if arrays is None else arrays.additions
        rows = local_search_set(task, additions, clock, options.seed)
    return _heuristic("local-search", problem, options, task.query_set(rows), task, clock)


def _task(problem: QuerySelection, options: Options, count: Any) -> tuple[PartitionTask, bool]:
    """The working form, in rationals if that is asked for and small enough."""
    task = partition_task(problem)
    if options.exact and count(len(task), task.rounds, LARGEST_EXACT) <= LARGEST_EXACT:
        return partition_task(problem, exact=True), True
    return task, False


def _heuristic(
    method: str,
    problem: QuerySelection,
    options: Options,
    answer: QueryPolicy,
    task: PartitionTask,
    clock: Clock,
) -> Result[QueryPolicy]:
    report = Report(seed=options.seed, raw_status=clock.stopped or "")
    return _concluded(method, problem, options, answer, task.everything(), False, report)


def _concluded(
    method: str,
    problem: QuerySelection,
    options: Options,
    answer: QueryPolicy,
    bound: Any,
    exact: bool,
    report: Report,
) -> Result[QueryPolicy]:
    """The result, its value recomputed from the answer by the models."""
    return concluded(
        method=method,
        problem=problem,
        answer=answer,
        value=answer.value(problem, options.exact),
        bound=bound,
        exact=exact,
        report=report,
    )
