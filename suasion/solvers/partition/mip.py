"""Method "mip" for partition queries: the program of `query_mip`, on any solver of MIPs."""

from __future__ import annotations

from dataclasses import replace

from suasion.errors import InputError
from suasion.models.queries.query_mip import chosen_queries, query_mip, query_mip_start
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryPolicy
from suasion.models.queries.selection import QuerySelection
from suasion.results import NUMERICAL_GAP, Report, Result, Status, concluded
from suasion.solvers.clock import Clock, StoppedError
from suasion.solvers.one_program import optimised
from suasion.solvers.options import Options

# The program is bounded, and without rules feasible: anything else is the solver's failure.
POSSIBLE = (Status.OPTIMAL, Status.FEASIBLE, Status.NO_ANSWER)


def partition_mip(
    problem: QuerySelection, options: Options, start: QuerySet | None = None
) -> Result[QueryPolicy]:
    """Non-adaptive queries by mixed-integer programming, with a bound at any time.

    Parameters
    ----------
    problem : QuerySelection
        Non-adaptive partition queries.
    options : Options
        ``solver`` is "highs", "pulp:CBC", "pulp:HiGHS" or another that PuLP knows. With ``exact``
        the value of the answer is computed in rationals; that it is optimal is not proved in
        them.
    start : QuerySet, optional
        Queries to start from, and the answer until a better one is found; default none, where
        the rules allow it. Only "highs" begins its search there.

    Returns
    -------
    Result
        The value is recomputed from the queries. The bound is what the solver proved, or full
        information if that is less, and optimal means within 1e-7 of it.

    Raises
    ------
    ValueError
        For adaptive queries, a solver without integers, a start over the budget, or a program
        too large to write down.

    Notes
    -----
    Running time is exponential in the worst case. The LP bound is often tight where cells are
    intervals of the order by threshold; where a few random queries separate most pairs it is near
    full information, and the search is long.

    The question is from Harris, Immorlica, Lucier, Slivkins (arXiv 2311.18138), section 4; the
    program is described at `suasion.models.queries.query_mip.query_mip`.

    Examples
    --------
    >>> from suasion import BinaryPersuasion, PartitionQueries
    >>> instance = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    >>> problem = QuerySelection(instance, PartitionQueries([[[0], [1]]]), budget=1)
    >>> result = partition_mip(problem, Options(exact=True))
    >>> result.answer, result.exact_value, result.status == "optimal", result.exact
    (QuerySet([0]), Fraction(3, 5), True, False)
    """
    if problem.adaptive:
        raise InputError('adaptive is True, and method "mip" asks all queries at once; use "dp".')
    known = QuerySet([]) if start is None else start
    # A start that breaks a rule is an error of the caller.
    allowed = start is not None or not known.failures(problem)
    with Clock(options.time_limit) as clock:
        try:
            program = query_mip(problem, clock.check)
            point = query_mip_start(problem, program, known.queries) if allowed else None
            clock.check()
        except StoppedError:
            if not allowed:
                report = Report(options.solver, raw_status=clock.stopped or "")
                return Result(Status.NO_ANSWER, "mip", report=report, problem=problem)
            return concluded(
                method="mip",
                problem=problem,
                answer=known,
                value=known.value(problem, options.exact),
                bound=_ceiling(problem),
                tolerance=NUMERICAL_GAP,
                report=Report(options.solver, raw_status=clock.stopped or ""),
            )
    found = optimised(program, replace(options, time_limit=clock.left), point)
    if found.status is Status.INFEASIBLE and problem.rules and not allowed:
        return Result(Status.INFEASIBLE, "mip", report=found.report, problem=problem)
    if found.status not in POSSIBLE:
        return Result(Status.FAILED, "mip", report=found.report, problem=problem)
    answers = [known] if allowed else []
    if found.answer is not None:
        chosen = QuerySet(chosen_queries(program, found.answer.values))
        # A solver lets rows be broken by its tolerance; the rules do not.
        broken = chosen.failures(problem)
        answers += [] if broken else [chosen]
        if broken:
            why = f"within the solver's tolerance {broken[0]}"
            found = replace(found, report=replace(found.report, raw_status=why))
    if not answers:
        report = found.report
        return Result(Status.NO_ANSWER, "mip", bound=found.bound, report=report, problem=problem)
    # Fewer queries if that is as good.
    worth = [(answer.value(problem, options.exact), -len(answer)) for answer in answers]
    best = max(range(len(answers)), key=worth.__getitem__)
    ceiling = _ceiling(problem)
    return concluded(
        method="mip",
        problem=problem,
        answer=answers[best],
        value=worth[best][0],
        bound=ceiling if found.bound is None else min(found.bound, ceiling),
        tolerance=NUMERICAL_GAP,
        report=found.report,
    )


def _ceiling(problem: QuerySelection) -> float:
    """What the sender earns who knows the type and saves the most that can be saved."""
    return float(problem.binary.full_information()) + float(problem.rules.most_saved())
