"""What queries are worth against the budget: at once, in turn and greedily, with bounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from suasion.errors import InputError, check_kind
from suasion.models.numbers.arrays import is_index
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryPolicy
from suasion.models.queries.selection import QuerySelection
from suasion.results import Report, Result, concluded
from suasion.solvers.clock import Clock, Progress
from suasion.solvers.frontier.curves import Curves
from suasion.solvers.frontier.partition_curves import PartitionCurves
from suasion.solvers.frontier.points import Frontier, FrontierPoint
from suasion.solvers.frontier.sweep import ROUNDING, Draft, Row, Sweep, Turns
from suasion.solvers.frontier.threshold_curves import ThresholdCurves
from suasion.solvers.options import Options

MOST_BUDGETS = 1_000


def frontier(
    problem: QuerySelection,
    budgets: Sequence[int] | range = range(9),
    *,
    time_limit: float | None = None,
    threads: int = 1,
    seed: int = 0,
    progress: Callable[[Progress], None] | None = None,
) -> Frontier:
    """What the best queries are worth for each budget: all at once, in turn, and greedily.

    Budgets are solved in increasing order and share their work: trees the cells solved so far,
    thresholds the cuts (K free rounds are 2^K - 1 cuts at once) and a table for each round,
    greedy its order. Once all that queries can reveal is reached, larger budgets are answered at
    once. A bound for a budget also holds for smaller ones, and one for trees for sets.

    Parameters
    ----------
    problem : QuerySelection
        About a `BinaryPersuasion`. Its own `budget` and `adaptive` do not matter.
    budgets : sequence of int >= 0
        Up to 1,000, in any order; repeats count once. Default 0 to 8.
    time_limit : float, optional
        Seconds for the whole frontier. A search gets an equal share of what is left when it
        begins, so the last and hardest get what the first did not need.
    threads, seed : int
        As in `suasion.solve`.
    progress : callable, optional
        Called now and then with a `Progress`: the share of all searches that is done; payoff,
        bound and nodes of the present one.

    Returns
    -------
    Frontier

    Raises
    ------
    TypeError
        If `problem` is not a `QuerySelection`.
    ValueError
        For a budget that is not an integer >= 0, none or too many of them, or a discretized
        continuum.

    Notes
    -----
    The best partition queries take exponential time in the worst case; threshold queries O(n) a
    budget, and O(n^3) a round with costs in turn.

    Examples
    --------
    >>> from suasion import BinaryPersuasion, ThresholdQueries
    >>> instance = BinaryPersuasion(["1/4"] * 4, ["1/10", "1/5", "3/10", "2/5"])
    >>> print(frontier(QuerySelection(instance, ThresholdQueries()), [0, 1, 2, 3]))
    budget  at once   greedy  in turn  turn greedy  reached
         0  0.35625  0.35625  0.35625      0.35625     0.0%
         1  0.43651  0.43651  0.43651      0.43651    55.8%
         2  0.47222  0.47222  0.50000      0.50000   100.0%
         3  0.50000  0.50000  0.50000      0.50000   100.0%
    ceiling 0.50000 (type known), all queries 0.50000 (before costs), none 0.35625
    reached: share of the way from none to the ceiling, in turn
    """
    remedy = "give a QuerySelection, which has queries to choose from"
    check_kind(problem, QuerySelection, "problem", remedy)
    if problem.persuasion.kind == "discretized-persuasion":
        raise InputError(
            "persuasion is a discretized continuum; give "
            "problem.with_persuasion(problem.persuasion.down), or up; they enclose its value."
        )
    if problem.about_finite:
        raise InputError(
            "persuasion is finite, and frontiers are for binary persuasion; solve the query "
            "selection with one budget after the other."
        )
    if problem.rules:
        field = next(iter(problem.rules.sizes()))
        raise InputError(
            f"{field} are given, and frontiers compare sets with trees, which have none; solve "
            "problem.with_budget(k) for one budget k after the other."
        )
    options = Options(time_limit=time_limit, threads=threads, seed=seed, progress=progress)
    wanted = _checked(budgets)
    clock = Turns(options)
    with clock:
        curves = curves_for(problem, wanted[-1], options, clock)
        efforts = sorted({min(budget, curves.most) for budget in wanted})
        rows = dict(zip(efforts, Sweep(problem, curves, clock).run(efforts), strict=True))
    none = float(QuerySet([]).value(problem))
    values = [none, *(row.in_turn.value for row in rows.values())]
    everything = _at_least(max(values), curves.everything)
    ceiling = _at_least(everything, curves.ceiling)
    points = []
    for budget in wanted:
        row = rows[min(budget, curves.most)]
        gain, most = row.in_turn.value - none, ceiling - none
        reached = gain / most if most > ROUNDING else None
        points.append(_point(problem, budget, row, curves, reached))
    found = Frontier(none, everything, ceiling, tuple(points), clock.seconds)
    reasons = found.reasons
    stopped = next((why for why in ("interrupted", "time limit") if why in reasons), "")
    return replace(found, stopped=clock.over if clock.over == "interrupted" else stopped)


def _checked(budgets: Sequence[int] | range) -> list[int]:
    """The budgets in increasing order, once each."""
    if not 0 < len(budgets) <= MOST_BUDGETS:
        raise InputError(f"budgets has {len(budgets):,} entries; give 1 to {MOST_BUDGETS:,}.")
    for place, budget in enumerate(budgets):
        if not is_index(budget, float("inf")):
            raise InputError(f"budgets[{place}] is {budget!r}; give an integer >= 0.")
    return sorted({int(budget) for budget in budgets})


def _at_least(floor: float, value: float) -> float:
    """A value that may lie below another by rounding only."""
    return max(floor, value) if floor <= value + ROUNDING else value


def _point(
    problem: QuerySelection, budget: int, row: Row, curves: Curves, reached: float | None
) -> FrontierPoint:
    """The drafts of a budget as results; the greedy ones have the bounds of the best."""
    at_once, in_turn = (problem.with_budget(budget, adaptive) for adaptive in (False, True))
    greedy_tree = row.greedy_in_turn
    return FrontierPoint(
        budget,
        _result(at_once, curves.methods[0], row.at_once, row.at_once.bound),
        _result(in_turn, curves.methods[1], row.in_turn, row.in_turn.bound),
        _result(at_once, "greedy", row.greedy_at_once, row.at_once.bound),
        None
        if greedy_tree is None
        else _result(in_turn, "greedy", greedy_tree, row.in_turn.bound),
        reached,
    )


def _result(
    problem: QuerySelection, method: str, draft: Draft, bound: float
) -> Result[QueryPolicy]:
    return concluded(
        method=method,
        problem=problem,
        answer=draft.answer,
        value=draft.value,
        bound=_at_least(draft.value, bound),
        report=Report(seconds=draft.seconds, nodes=draft.nodes, raw_status=draft.note),
    )


def curves_for(problem: QuerySelection, largest: int, options: Options, clock: Clock) -> Curves:
    """The searches that suit the oracle, for budgets up to `largest`."""
    if problem.listed:
        return PartitionCurves(problem, largest, options, clock)
    return ThresholdCurves(problem, largest, clock)
