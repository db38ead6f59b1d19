"""cvxpy: linear programs on any solver it has installed."""

from __future__ import annotations

import warnings
from importlib import metadata
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt

from suasion.errors import OutOfReachError
from suasion.models.numbers.arrays import FloatArray
from suasion.models.programs.program import Program
from suasion.solvers.backends.outcome import Ending, Options, Outcome
from suasion.solvers.backends.silent import others_silenced

# How each solver spells a time limit; some read 0 as "none", so 0 becomes a microsecond.
TIME_LIMITS = {
    "CLARABEL": "time_limit",
    "HIGHS": "time_limit",
    "SCIPY": "time_limit",
    "SCS": "time_limit_secs",
    "GUROBI": "TimeLimit",
    "XPRESS": "maxtime",
}
SHORTEST = 1e-6

# Why a solver that cvxpy has is not offered. Seen with osqp 1.1.3 and PuLP 3.3.2.
NOT_OFFERED = {
    "OSQP": "it ends the process with a segmentation fault when PuLP was imported before it",
}

# Interior points stop 1e-8 away by default, which is 12 read as 11.9999999.
PRECISION: dict[str, dict[str, Any]] = {
    "CLARABEL": {"tol_gap_abs": 1e-10, "tol_gap_rel": 1e-10, "tol_feas": 1e-10},
    "HIGHS": {"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9},
}

# Rows by side: masks of equalities, upper sides and lower sides, and their constraints.
Sides = list[tuple[npt.NDArray[np.int64], float, Any]]


def available() -> list[str]:
    """Names of the solvers cvxpy can call here."""
    import cvxpy

    installed = cvxpy.installed_solvers()  # type: ignore[no-untyped-call,unused-ignore]
    return sorted(set(installed) - set(NOT_OFFERED))


def run(program: Program, options: Options) -> Outcome:
    """Solve the LP `program` with the cvxpy solver ``options.name``."""
    import cvxpy

    version = f"{metadata.version('cvxpy')}, {options.name}"
    problem, x, sides = build(program)
    keywords = solver_options(options)
    began = perf_counter()
    try:
        with warnings.catch_warnings(), others_silenced():
            # The answer is re-checked here, whatever cvxpy thinks of its accuracy.
            warnings.filterwarnings("ignore", message="Solution may be inaccurate")
            problem.solve(solver=options.name, **keywords)
    except cvxpy.error.SolverError as error:
        ending = Ending.TIME_LIMIT if _late(options, began) else Ending.FAILED
        return Outcome(f"SolverError: {error}", version, ending=ending)
    words = str(problem.status)
    if words not in cvxpy.settings.SOLUTION_PRESENT or x.value is None:
        return Outcome(words, version)
    limited = words != cvxpy.settings.OPTIMAL and _late(options, began)
    return Outcome(
        words,
        version,
        values=np.array(x.value, dtype=np.float64),
        duals=_row_duals(program, sides),
        ending=Ending.TIME_LIMIT if limited else None,
    )


def _late(options: Options, began: float) -> bool:
    """The time is up: SCIPY says so by an error, SCS by an inaccurate answer."""
    return options.time_limit is not None and perf_counter() - began >= options.time_limit


def build(program: Program) -> tuple[Any, Any, Sides]:
    """The program as a ``cvxpy.Problem``, its variable, and its rows by side."""
    import cvxpy

    x: Any = cvxpy.Variable(len(program.objective))
    low, high, matrix = program.row_lower, program.row_upper, program.matrix
    sides: Sides = []
    for rows, side, sign in (
        (low == high, low, 0.0),
        (np.isfinite(high) & (low != high), high, 1.0),
        (np.isfinite(low) & (low != high), low, -1.0),
    ):
        chosen = np.flatnonzero(rows)
        if len(chosen):
            activity = matrix[chosen] @ x
            constraint: Any = activity == side[chosen]
            if sign:
                constraint = activity <= side[chosen] if sign > 0 else activity >= side[chosen]
            sides.append((chosen, sign, constraint))
    bounds: list[Any] = []
    above, below = np.isfinite(program.lower), np.isfinite(program.upper)
    if above.any():
        bounds.append(x[np.flatnonzero(above)] >= program.lower[above])
    if below.any():
        bounds.append(x[np.flatnonzero(below)] <= program.upper[below])
    goal = (cvxpy.Maximize if program.maximise else cvxpy.Minimize)(program.objective @ x)
    return cvxpy.Problem(goal, [*(c for _, _, c in sides), *bounds]), x, sides


def solver_options(options: Options) -> dict[str, Any]:
    """Keyword arguments of ``Problem.solve``.

    Raises
    ------
    ValueError
        If a time limit is asked of a solver whose name for it is not known here.
    """
    chosen = dict(PRECISION.get(options.name, {}))
    if options.name == "HIGHS":
        chosen |= {"output_flag": False, "random_seed": options.seed}
    if options.time_limit is not None:
        if options.name not in TIME_LIMITS:
            raise OutOfReachError(
                f'solver is "cvxpy:{options.name}", which cannot be told a time_limit; '
                f"leave it out or use one of {', '.join(sorted(TIME_LIMITS))}."
            )
        chosen[TIME_LIMITS[options.name]] = max(SHORTEST, float(options.time_limit))
    if options.name == "SCIPY":
        return {"scipy_options": {"method": "highs", **chosen}}
    return chosen


def _row_duals(program: Program, sides: Sides) -> FloatArray | None:
    """One multiplier per row; cvxpy's are of a minimisation with "<=" rows positive."""
    sense = 1.0 if program.maximise else -1.0
    duals = np.zeros(len(program.row_lower))
    for chosen, sign, constraint in sides:
        if constraint.dual_value is None:
            return None
        duals[chosen] += sense * (sign or 1.0) * np.asarray(constraint.dual_value)
    return duals
