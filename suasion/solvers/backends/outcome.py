"""What a backend is asked and what it says: the one place that reads solver statuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from suasion.models.numbers.arrays import FloatArray
from suasion.models.programs.implied_bounds import implied_bounds
from suasion.models.programs.program import Program, ProgramSolution, Variables
from suasion.results import NUMERICAL_GAP, Report, Result, Status, concluded

# A returned point must satisfy the program this well, relative to its continuous values.
FEASIBILITY_TOLERANCE = 1e-6
INTEGER_TOLERANCE = 1e-6
# Entries are rounded once or twice.
ROUNDING = 2.0**-51
# A reduced cost this small against an infinite bound is rounding, not a direction.
REDUCED_COST_DUST = 1e-7

METHOD = "program"


class Ending(StrEnum):
    """Why a solver stopped, whatever words it used."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    UNBOUNDED_OR_INFEASIBLE = "unbounded or infeasible"
    TIME_LIMIT = "time limit"
    INTERRUPTED = "interrupted"
    STOPPED = "stopped"
    FAILED = "failed"


# Words not listed mean "failed": a status nobody read before proves nothing.
ENDINGS: dict[str, Ending] = {
    # HiGHS, itself and through PuLP; the plain words are cvxpy's too.
    "optimal": Ending.OPTIMAL,
    "infeasible": Ending.INFEASIBLE,
    "unbounded": Ending.UNBOUNDED,
    "primal infeasible or unbounded": Ending.UNBOUNDED_OR_INFEASIBLE,
    "time limit reached": Ending.TIME_LIMIT,
    "interrupted by user": Ending.INTERRUPTED,
    "unknown": Ending.STOPPED,
    "iteration limit reached": Ending.STOPPED,
    "solution limit reached": Ending.STOPPED,
    "memory limit reached": Ending.STOPPED,
    "bound on objective reached": Ending.STOPPED,
    "target for objective reached": Ending.STOPPED,
    # PuLP's sol_status; its status says "Optimal" at a time limit.
    "optimal solution found": Ending.OPTIMAL,
    "solution found": Ending.STOPPED,
    "no solution found": Ending.STOPPED,
    "no solution exists": Ending.INFEASIBLE,
    "solution is unbounded": Ending.UNBOUNDED,
    # CBC's log.
    "optimal solution found (within gap tolerance)": Ending.OPTIMAL,
    "stopped on time limit": Ending.TIME_LIMIT,
    "user ctrl-c": Ending.INTERRUPTED,
    "user ctrl-cuser ctrl-c": Ending.INTERRUPTED,
    "problem proven infeasible": Ending.INFEASIBLE,
    "linear relaxation infeasible": Ending.INFEASIBLE,
    "linear relaxation unbounded": Ending.UNBOUNDED,
    "pre-processing says infeasible or unbounded": Ending.UNBOUNDED_OR_INFEASIBLE,
    # The log of glpsol.
    "optimal lp solution found": Ending.OPTIMAL,
    "optimal solution found by lp preprocessor": Ending.OPTIMAL,
    "integer optimal solution found": Ending.OPTIMAL,
    "integer optimal solution found by mip preprocessor": Ending.OPTIMAL,
    "time limit exceeded; search terminated": Ending.TIME_LIMIT,
    "problem has no primal feasible solution": Ending.INFEASIBLE,
    "problem has no integer feasible solution": Ending.INFEASIBLE,
    "lp has no primal feasible solution": Ending.INFEASIBLE,
    "lp has unbounded primal solution": Ending.UNBOUNDED,
    "lp has no dual feasible solution": Ending.UNBOUNDED_OR_INFEASIBLE,
    "problem has no dual feasible solution": Ending.UNBOUNDED_OR_INFEASIBLE,
    # SCIP's model, through PuLP.
    "scip: optimal": Ending.OPTIMAL,
    "scip: infeasible": Ending.INFEASIBLE,
    "scip: unbounded": Ending.UNBOUNDED,
    "scip: inforunbd": Ending.UNBOUNDED_OR_INFEASIBLE,
    "scip: timelimit": Ending.TIME_LIMIT,
    "scip: userinterrupt": Ending.INTERRUPTED,
    "scip: gaplimit": Ending.STOPPED,
    "scip: memlimit": Ending.STOPPED,
    # cvxpy; "inaccurate" answers are re-checked like any other.
    "optimal_inaccurate": Ending.OPTIMAL,
    "infeasible_inaccurate": Ending.STOPPED,
    "unbounded_inaccurate": Ending.STOPPED,
    "infeasible_or_unbounded": Ending.UNBOUNDED_OR_INFEASIBLE,
    "user_limit": Ending.STOPPED,
}


@dataclass(frozen=True, eq=False)
class Options:
    """What a backend is told apart from the program.

    Attributes
    ----------
    name : str
        The solver behind the library, as the library spells it; "" for HiGHS itself.
    time_limit : float or None
        Seconds, None for no limit.
    gap : float
        Relative gap at which a MIP may stop.
    threads, seed : int
    start : array, shape (columns,), or None
        A point to start a MIP from; a hint, ignored by backends that take none.
    """

    name: str = ""
    time_limit: float | None = None
    gap: float = 0.0
    threads: int = 1
    seed: int = 0
    start: FloatArray | None = None

    def after(self, seconds: float) -> Options:
        """What is left of the time limit when some of it has passed."""
        if self.time_limit is None:
            return self
        return replace(self, time_limit=max(0.0, self.time_limit - seconds))


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a backend says, before any of it is believed.

    Attributes
    ----------
    words : str
        The solver's own status.
    version : str
    values : array or None
        Only where the solver's status says there is a solution.
    duals : array or None
        Row multipliers of an LP, up to one sign for all of them.
    bound : float or None
        The bound a MIP solver proved, in the sense of the program.
    proved : bool
        The solver says that `values` are optimal with gap 0, but states no bound.
    nodes : int or None
    ending : Ending or None
        Set only where it is not what the words say (an error, a limit we imposed).
    """

    words: str
    version: str
    values: FloatArray | None = None
    duals: FloatArray | None = None
    bound: float | None = None
    proved: bool = False
    nodes: int | None = None
    ending: Ending | None = None

    def why(self) -> Ending:
        """The ending the words stand for."""
        return self.ending or ENDINGS.get(self.words.strip().lower(), Ending.FAILED)


Run = Callable[[Program, Options], Outcome]

_WITHOUT_ANSWER = {
    Ending.OPTIMAL: Status.FAILED,
    Ending.INFEASIBLE: Status.INFEASIBLE,
    Ending.UNBOUNDED: Status.UNBOUNDED,
    Ending.UNBOUNDED_OR_INFEASIBLE: Status.NO_ANSWER,
    Ending.TIME_LIMIT: Status.NO_ANSWER,
    Ending.INTERRUPTED: Status.NO_ANSWER,
    Ending.STOPPED: Status.NO_ANSWER,
    Ending.FAILED: Status.FAILED,
}
_WITH_ANSWER = {Ending.OPTIMAL, Ending.TIME_LIMIT, Ending.INTERRUPTED, Ending.STOPPED}
_OUR_WORDS = {Ending.TIME_LIMIT, Ending.INTERRUPTED}


def judged(program: Program, outcome: Outcome, report: Report) -> Result[ProgramSolution]:
    """The result of an outcome: the point is re-checked and the LP bound recomputed.

    A solver that calls a point optimal which is not feasible has failed; a point returned at
    a limit which is not feasible (zeros, often) is no answer.
    """
    ending = outcome.why()
    words = str(ending) if ending in _OUR_WORDS else outcome.words
    report = replace(report, version=outcome.version, nodes=outcome.nodes, raw_status=words)
    values, complaint = None, ""
    if outcome.values is not None and ending in _WITH_ANSWER:
        values, complaint = checked(program, outcome.values)
    bound, duals = proved_bound(program, outcome, values)
    if values is None:
        if complaint and ending is Ending.OPTIMAL:
            report = replace(report, raw_status=f"{words}, but {complaint}")
        known = np.isfinite(bound) and _WITHOUT_ANSWER[ending] is Status.NO_ANSWER
        return Result(
            status=_WITHOUT_ANSWER[ending],
            method=METHOD,
            bound=bound if known else None,
            report=report,
            problem=program,
        )
    return concluded(
        method=METHOD,
        problem=program,
        answer=ProgramSolution(values, duals),
        value=program.value(values),
        bound=bound,
        tolerance=NUMERICAL_GAP,
        maximise=program.maximise,
        report=report,
    )


def checked(program: Program, values: FloatArray) -> tuple[FloatArray | None, str]:
    """The point with integers rounded, or None and what is wrong with it."""
    point = np.array(values, dtype=np.float64)
    if not np.isfinite(point).all():
        return None, "the returned point is not finite."
    integer = program.integer
    off = np.where(integer, np.abs(point - np.round(point)), 0.0)
    if off.max(initial=0.0) > INTEGER_TOLERANCE:
        i = int(np.argmax(off))
        return None, f"{program.variable_names()[i]} is {point[i]:.9g}, not an integer."
    point[integer] = np.round(point[integer])
    scale = float(np.abs(point[~integer]).max(initial=1.0))
    violation = program.violation(point)
    if violation > FEASIBILITY_TOLERANCE * scale:
        return None, f"the returned point violates the program by {violation:.3g}."
    return point, ""


def proved_bound(
    program: Program, outcome: Outcome, values: FloatArray | None
) -> tuple[float, FloatArray | None]:
    """A bound on the optimum, infinite if none is proved, and the duals that prove it."""
    nothing = np.inf if program.maximise else -np.inf
    if not program.integer.any() and outcome.duals is not None:
        # Libraries disagree on the sign; any multipliers prove a bound, so the tighter is right.
        bounds = {s: lp_bound(program, s * outcome.duals, values) for s in (1.0, -1.0)}
        bound = (min if program.maximise else max)(bounds.values())
        if np.isfinite(bound):
            slack = NUMERICAL_GAP * max(1.0, abs(bound))
            # Where rows imply the optimum, so do multipliers that no row can have.
            equal = [s for s in bounds if abs(bounds[s] - bound) <= slack]
            wrong = [float(np.abs(_impossible(program, s * outcome.duals)).sum()) for s in equal]
            return bound, equal[int(np.argmin(wrong))] * outcome.duals
    if outcome.proved and values is not None:
        return program.value(values), None
    if outcome.bound is None or np.isnan(outcome.bound):
        return nothing, None
    return outcome.bound, None


def _rounding(program: Program, duals: FloatArray) -> float:
    """What rounding in the entries of the rows may be worth at prices that are far above 1."""
    ends = np.abs(np.stack([program.lower, program.upper]))
    size = np.where(np.isfinite(ends), ends, 0.0).max(axis=0)
    prices = np.abs(program.matrix).T @ np.abs(duals) + np.abs(program.objective)
    return ROUNDING * float(prices @ size)


def lp_bound(program: Program, duals: FloatArray, values: FloatArray | None = None) -> float:
    """`Program.dual_bound` after dropping what is only rounding in the multipliers.

    A multiplier of the wrong sign on a one-sided row is set to 0, which is as valid as any
    number. A reduced cost of 1e-12 on a variable without a bound would make the bound
    infinite: such variables are charged at the bounds that the rows imply. Where rows imply none,
    as for free variables, what is only rounding is charged at the size of the variable in the
    point `values`.
    """
    if not np.isfinite(duals).all():
        return np.inf if program.maximise else -np.inf
    duals = duals - _impossible(program, duals)
    away = 1.0 if program.maximise else -1.0
    bound = program.dual_bound(duals) + away * _rounding(program, duals)
    if np.isfinite(bound):
        return bound
    lower, upper = implied_bounds(program)
    block = Variables("all", program.objective, lower, upper)
    bound = replace(program, variables=(block,)).dual_bound(duals)
    if np.isfinite(bound) or values is None:
        return bound
    sign = 1.0 if program.maximise else -1.0
    explained = program.matrix.T @ duals
    reduced = program.objective - explained
    ends = np.where(sign * reduced > 0, upper, lower)
    dust = ~np.isfinite(ends) & (np.abs(reduced) <= REDUCED_COST_DUST)
    near = replace(block, objective=np.where(dust, explained, program.objective))
    charge = float(np.abs(program.objective - near.objective) @ np.abs(values))
    return replace(program, variables=(near,)).dual_bound(duals) + sign * charge


def _impossible(program: Program, duals: FloatArray) -> FloatArray:
    """The multipliers that push against a side which their row does not have; 0 elsewhere."""
    sign = 1.0 if program.maximise else -1.0
    pushed = np.where(sign * duals > 0, program.row_upper, program.row_lower)
    return np.where(np.isfinite(pushed), 0.0, duals)
