"""The methods for set cover: each finds a cover and a bound, and concludes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from suasion.models.set_cover.cover import Cover
from suasion.models.set_cover.instance import SetCover
from suasion.models.set_cover.mip import chosen_sets, set_cover_mip
from suasion.models.set_cover.prices import (
    CoverCertificate,
    price_bound,
    rational_prices,
    rounded_up,
)
from suasion.results import NUMERICAL_GAP, Report, Result, Status, concluded
from suasion.solvers.clock import Clock
from suasion.solvers.one_program import optimised
from suasion.solvers.options import Options, limited
from suasion.solvers.set_cover.bounds import in_cost_units, lp_prices
from suasion.solvers.set_cover.enumeration import cheapest_cover
from suasion.solvers.set_cover.greedy import greedy_cover, without_redundant
from suasion.solvers.set_cover.preparation import prepared, priced_elements

# The program has a feasible point and cannot fall below 0: anything else is the solver's failure.
POSSIBLE = (Status.OPTIMAL, Status.FEASIBLE, Status.NO_ANSWER)
MOST_ENUMERATED = 20


def cover_by_mip(problem: SetCover, options: Options) -> Result[Cover]:
    """A cheapest cover by integer programming, what can be told without search taken out first.

    Parameters
    ----------
    problem : SetCover
    options : Options
        ``solver`` is "highs", "pulp:CBC", "pulp:HiGHS" or another that PuLP knows. With ``exact``
        the cost is computed in rationals, and proved optimal in them where `preprocessed` leaves
        nothing to search, or where prices from the linear relaxation do it: a
        `CoverCertificate`. Otherwise the bound is the solver's and the result is not exact.

    Returns
    -------
    Result
        The bound is the better of what the solver proved and what prices of the elements do,
        rounded up to what a cover can cost (to an integer, for integral costs). Out of time the
        answer is at least the greedy one. Status "infeasible" if some element is in no set.

    Notes
    -----
    The problem is NP-hard; covers of thousands of elements are often found and proved in seconds,
    but unit costs with symmetries (Steiner triples, `scpclr`, `scpcyc`) can take hours at a few
    hundred.

    Examples
    --------
    >>> instance = SetCover(3, [[0, 1], [1, 2], [0, 2]], costs=["1/2", "1/3", 1])
    >>> result = cover_by_mip(instance, Options(exact=True))
    >>> result.answer, result.exact_value, result.exact
    (Cover([0, 1]), Fraction(5, 6), True)
    """
    if len(problem.uncoverable):
        return _infeasible(problem, "mip")
    with Clock(options.time_limit) as clock:
        before = prepared(problem, clock)
        core = before.search.core
        start = np.zeros(len(core.sets))
        start[greedy_cover(core).cover.sets] = 1
        stopped = clock.stopped
    program = in_cost_units(set_cover_mip(core), core)
    left = 0.0 if stopped else _left(options, clock)
    found = optimised(program, replace(options, time_limit=left), start)
    if found.status not in POSSIBLE:
        return Result(Status.FAILED, "mip", report=found.report, problem=problem)
    answer = before.known
    if found.answer is not None:
        cover = before.search.restored(chosen_sets(program, found.answer.values))
        answer = min(answer, without_redundant(problem, cover), key=_order(problem, options))
    value = answer.value(problem, options.exact)
    proved = -np.inf if found.bound is None else found.bound * float(core.cost_unit)
    proved += float(problem.costs[before.search.chosen].sum())
    # Sets that were left out cannot make a cover cheaper than the known one.
    bound = max(before.bound, rounded_up(problem, min(proved, before.known.value(problem))))
    outcome: dict[str, Any] = {"value": value, "bound": bound, "tolerance": NUMERICAL_GAP}
    if options.exact:
        outcome |= _proof(problem, answer, before.exact, _left(options, clock), options)
    words = stopped if stopped == "interrupted" else found.report.raw_status
    report = replace(found.report, raw_status=words)
    return concluded(
        method="mip", problem=problem, answer=answer, maximise=False, report=report, **outcome
    )


def _order(problem: SetCover, options: Options) -> Callable[[Cover], tuple[Any, int]]:
    """Cheaper covers first, then those with fewer sets."""
    return lambda cover: (cover.value(problem, options.exact), len(cover))


def _proof(
    problem: SetCover, answer: Cover, settled: bool, seconds: float | None, options: Options
) -> dict[str, Any]:
    """What `concluded` is told where the cover is proved to be a cheapest one in rationals."""
    value = answer.value(problem, exact=True)
    if settled:
        return {"bound": value, "exact": True}
    prices = lp_prices(problem, "highs", seconds, options.threads, options.seed)
    certificate = CoverCertificate(answer, tuple(rational_prices(problem, prices).tolist()))
    if certificate.failures(problem):
        return {}
    return {"bound": value, "exact": True, "certificate": certificate}


def cover_greedily(problem: SetCover, options: Options) -> Result[Cover]:
    """The greedy cover, at most H(largest set) times as dear as the cheapest.

    H(k) = 1 + 1/2 + ... + 1/k is at most 1 + ln k (Chvatal 1979, see `greedy_cover`). The bound is
    what prices of the elements prove: what they paid, divided by the largest excess of any set
    (at most H(largest set)), and then improved by subgradient ascent; rounded up to what a cover
    can cost. So it is never below the value divided by H(largest set), and usually much closer.

    With ``exact`` value and bound are computed in rationals, and equal where that proves the
    optimum. No solver is called.

    Examples
    --------
    >>> instance = SetCover(6, [[0, 1, 2], [3, 4, 5], [0, 3], [1, 2, 4, 5]])
    >>> result = cover_greedily(instance, Options())
    >>> result.answer, result.value, result.bound
    (Cover([2, 3]), 2.0, 2.0)
    """
    if len(problem.uncoverable):
        return _infeasible(problem, "greedy")
    exact = options.exact
    with Clock(options.time_limit) as clock:
        found = greedy_cover(problem, exact)
        value = found.cover.value(problem, exact)
        prices = priced_elements(problem, found, clock).prices
        stopped = clock.stopped
    near = rational_prices(problem, prices) if exact else prices
    # What they paid is a bound of its own: exactly so, without the rounding of the other prices.
    bound = max(price_bound(problem, found.prices), price_bound(problem, near))
    return concluded(
        method="greedy",
        problem=problem,
        answer=found.cover,
        value=value,
        bound=rounded_up(problem, bound),
        exact=exact,
        maximise=False,
        report=Report(nodes=len(found.cover), raw_status=stopped or ""),
    )


def cover_by_enumeration(problem: SetCover, options: Options) -> Result[Cover]:
    """The cheapest of all collections of sets that are covers, for at most 20 sets.

    With ``exact`` costs are compared as integers in proportion to them, which proves the optimum.
    """
    limited("brute-force", len(problem.sets), MOST_ENUMERATED, "sets", '"mip"')
    if len(problem.uncoverable):
        return _infeasible(problem, "brute-force")
    with Clock(options.time_limit) as clock:
        found = cheapest_cover(problem, options.exact, clock)
    if found is None:
        report = Report(raw_status=clock.stopped or "")
        return Result(Status.NO_ANSWER, "brute-force", report=report, problem=problem)
    answer, cost = found
    return concluded(
        method="brute-force",
        problem=problem,
        answer=answer,
        value=answer.value(problem, options.exact),
        bound=cost,
        exact=options.exact,
        maximise=False,
        report=Report(nodes=2 ** len(problem.sets)),
    )


def _left(options: Options, clock: Clock) -> float | None:
    """Seconds left of the time limit."""
    return None if options.time_limit is None else max(0.0, options.time_limit - clock.seconds)


def _infeasible(problem: SetCover, method: str) -> Result[Cover]:
    words = f"element {problem.uncoverable[0]} is in no set"
    more = len(problem.uncoverable) - 1
    if more:
        words += f", nor {'is' if more == 1 else 'are'} {more} more"
    report = Report(raw_status=words)
    return Result(Status.INFEASIBLE, method, report=report, problem=problem)
