"""Programs solved by outside solvers: `optimise` is the only way to them.

Every backend is one function ``run(program, options) -> Outcome``; what it says is read in
`outcome`, and nothing it returns is reported without being checked against the program.
"""

from __future__ import annotations

import difflib
import math
import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

from suasion.errors import InputError, OutOfReachError
from suasion.models.numbers.arrays import FloatArray
from suasion.models.programs.lp_format import lp_lines
from suasion.models.programs.mps_format import mps_lines
from suasion.models.programs.program import Program, ProgramSolution
from suasion.results import Report, Result
from suasion.solvers.backends import apart, cvxpy, highs, pulp
from suasion.solvers.backends.dual_program import dual_program, multipliers
from suasion.solvers.backends.outcome import Ending, Options, Outcome, Run, judged

__all__ = ["optimise", "write_model"]

FORMATS = {".lp": lp_lines, ".mps": mps_lines}


def optimise(
    program: Program,
    solver: str = "highs",
    *,
    time_limit: float | None = None,
    gap: float = 0.0,
    threads: int = 1,
    seed: int = 0,
    start: FloatArray | None = None,
) -> Result[ProgramSolution]:
    """Solve a linear or mixed-integer program.

    Parameters
    ----------
    program : Program
    solver : str
        "highs"; "pulp:NAME" with a solver PuLP knows ("pulp:CBC", "pulp:HiGHS", ...); for LPs
        also "cvxpy:NAME" ("cvxpy:CLARABEL", ...).
    time_limit : float, optional
        Seconds.
    gap : float
        Relative gap at which a MIP may stop; the result is then "feasible" with its bound.
    threads, seed : int
    start : array, shape (columns,), optional
        A point to start from; a hint, which only "highs" takes.

    Returns
    -------
    Result
        The value is recomputed from the answer. An LP's bound is recomputed from its duals by
        weak duality, whatever sign they came with; a MIP's bound is the solver's.

    Raises
    ------
    ValueError
        If the solver is unknown or not installed, an integer program is given to cvxpy, or an
        option is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy import sparse
    >>> from suasion.models.programs.program import Constraints, Variables
    >>> x = Variables("x", np.array([1.0, 2.0]), np.zeros(2), np.ones(2))
    >>> row = Constraints("row", sparse.csr_array([[1.0, 1.0]]), np.array([-np.inf]), np.ones(1))
    >>> result = optimise(Program("tiny", True, (x,), (row,)))
    >>> result, result.answer.duals.tolist()
    (Result(optimal, value 2, program), [1.0])
    """
    began = perf_counter()
    options = _options(program, time_limit, gap, threads, seed, start)
    run, name = _backend(solver, program)
    if program.matrix.nnz > apart.LARGE or (run is pulp.run and pulp.starts_a_process(name)):
        run = partial(apart.run, solver.partition(":")[0].lower())
    options = replace(options, name=name)
    if len(program.objective) == 0:
        outcome = _constant(program)
    else:
        # HiGHS 1.14 and 1.15 may go up to a fractional bound of an integer in presolve.
        whole = program.with_whole_bounds()
        if (whole.lower > whole.upper).any():  # which CBC calls an error
            outcome = Outcome("infeasible", "")
        else:
            outcome = _resolved(run, whole, options, began)
        outcome = _with_duals(run, program, options, outcome, began)
    result = judged(program, outcome, Report(solver=solver, seed=seed))
    return result.timed(perf_counter() - began)


def write_model(program: Program, path: str | os.PathLike[str]) -> None:
    """Write the program to a .lp or .mps file, in one step: no half-written file is left.

    The file is a minimisation, whose optimum is *minus* that of a program that maximises; its
    first line says so. Variables are called ``block_i`` and rows ``family_i``, in letters, digits
    and underscores; a row with two different sides is two rows, ``family_i_low`` and
    ``family_i_high``. HiGHS, SCIP, CBC, GLPK and Gurobi read the same optimum in it.

    Raises
    ------
    ValueError
        If the suffix is neither .lp nor .mps, the program holds numbers that no file can hold
        (NaN, infinite coefficients), or the file cannot be written.
    """
    target = Path(path)
    if target.suffix not in FORMATS:
        raise InputError(
            f"path is {target.name!r} with the suffix {target.suffix!r}; end it in .lp or .mps."
        )
    # A link keeps pointing to the file, which is replaced.
    home = Path(os.path.realpath(target)).parent
    if not home.is_dir():
        raise InputError(f"{target}: cannot be written: there is no folder {home}.")
    try:
        with TemporaryDirectory(dir=home, prefix=".suasion-") as folder:
            draft = Path(folder, target.name)
            with draft.open("w", encoding="ascii", newline="\n") as file:
                file.writelines(f"{line}\n" for line in FORMATS[target.suffix](program))
            os.replace(draft, os.path.realpath(target))
    except OSError as error:
        raise InputError(f"{target}: cannot be written: {error.strerror}.") from error


def _resolved(run: Run, program: Program, options: Options, began: float) -> Outcome:
    """The outcome, with "unbounded" told from "infeasible".

    Solvers stop at a ray without a feasible point (CBC calls an infeasible MIP unbounded), or
    say that it is one of the two. With a zero objective the program is feasible or it is not.
    """
    outcome = run(program, options)
    if outcome.why() not in (Ending.UNBOUNDED, Ending.UNBOUNDED_OR_INFEASIBLE):
        return outcome
    flat = tuple(replace(b, objective=np.zeros(len(b))) for b in program.variables)
    feasibility = run(replace(program, variables=flat), _left(options, began))
    point = judged(replace(program, variables=flat), feasibility, Report())
    if point.answer is not None:
        return replace(outcome, ending=Ending.UNBOUNDED)
    # A zero objective cannot be unbounded.
    impossible = feasibility.why() in (Ending.UNBOUNDED, Ending.UNBOUNDED_OR_INFEASIBLE)
    ending = Ending.INFEASIBLE if impossible else feasibility.ending
    # What bounds the zero objective says nothing about this one.
    return replace(feasibility, ending=ending, values=None, duals=None, bound=None)


def _with_duals(
    run: Run, program: Program, options: Options, outcome: Outcome, began: float
) -> Outcome:
    """The outcome of an LP with multipliers, from the dual program if the solver returns none.

    PuLP reads no duals from SCIP and glpsol, and none means no bound.
    """
    missing = outcome.duals is None or not np.isfinite(outcome.duals).all()
    if not missing or outcome.why() is not Ending.OPTIMAL or program.integer.any():
        return outcome
    dual = dual_program(program)
    found = run(dual, replace(_left(options, began), start=None))
    if found.values is None or not np.isfinite(found.values).all():
        return outcome
    return replace(outcome, duals=multipliers(program, found.values))


def _left(options: Options, began: float) -> Options:
    """The options with the time that is left."""
    if options.time_limit is None:
        return options
    return replace(options, time_limit=max(0.0, options.time_limit - (perf_counter() - began)))


def _constant(program: Program) -> Outcome:
    """A program without variables: its rows hold at 0 or they do not."""
    nothing = np.empty(0)
    rows = np.zeros(len(program.row_lower))
    feasible = program.violation(nothing) == 0
    return Outcome("optimal" if feasible else "infeasible", "", values=nothing, duals=rows)


def _options(
    program: Program,
    time_limit: float | None,
    gap: float,
    threads: int,
    seed: int,
    start: FloatArray | None,
) -> Options:
    """Checked options."""
    if time_limit is not None and not time_limit >= 0:
        raise InputError(f"time_limit is {time_limit}; give seconds, at least 0, or None.")
    if not 0 <= gap < math.inf:
        raise InputError(f"gap is {gap}; give a relative gap of at least 0.")
    if threads < 1:
        raise InputError(f"threads is {threads}; give at least 1.")
    if not 0 <= seed < 2**31:
        raise InputError(f"seed is {seed}; give an integer from 0 to {2**31 - 1}.")
    if start is not None:
        start = np.asarray(start, dtype=np.float64)
        if start.shape != program.objective.shape or not np.isfinite(start).all():
            raise InputError(
                f"start has shape {start.shape} or an entry that is not finite; give "
                f"{len(program.objective)} finite numbers."
            )
    limit = None if time_limit == math.inf else time_limit
    return Options(time_limit=limit, gap=gap, threads=threads, seed=seed, start=start)


def _backend(solver: str, program: Program) -> tuple[Run, str]:
    """The backend of a solver's name, and what the library calls that solver."""
    library, _, name = solver.partition(":")
    if solver.lower() == "highs":
        return highs.run, ""
    if library == "pulp":
        wanted = pulp.ALIASES.get(name.lower(), name)
        return pulp.run, _installed("pulp", wanted, pulp.available())
    if library == "cvxpy":
        if program.integer.any():
            raise OutOfReachError(
                f'solver is "{solver}", and the program has integer variables, which cvxpy is '
                'not used for; use "highs" or "pulp:CBC".'
            )
        refusal = cvxpy.NOT_OFFERED.get(name.upper())
        if refusal:
            raise InputError(
                f'solver is "{solver}", which is not offered: {refusal}; use "highs" or '
                '"cvxpy:CLARABEL".'
            )
        return cvxpy.run, _installed("cvxpy", name, cvxpy.available())
    known = ["highs", "pulp:cbc", "pulp:highs", "cvxpy:clarabel"]
    near = difflib.get_close_matches(solver.lower(), known, 1, cutoff=0.5)
    hint = f' did you mean "{near[0]}"?' if near else ""
    raise InputError(
        f'solver is "{solver}";{hint} use "highs", "pulp:NAME" or "cvxpy:NAME", for example '
        '"pulp:CBC" or "cvxpy:CLARABEL".'
    )


def _installed(library: str, name: str, available: list[str]) -> str:
    """The installed solver called `name`, in any case."""
    spelled = {known.lower(): known for known in available}
    if name.lower() in spelled:
        return spelled[name.lower()]
    near = difflib.get_close_matches(name.lower(), list(spelled), 1)
    hint = f' did you mean "{library}:{spelled[near[0]]}"?' if near else ""
    raise OutOfReachError(
        f'solver is "{library}:{name}", which is unknown or not installed;{hint} available '
        f"with {library}: {', '.join(available)}."
    )
