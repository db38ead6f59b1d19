"""PuLP: every solver it knows, CBC (shipped with it) and HiGHS among them."""

from __future__ import annotations

import inspect
import math
import re
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.models.numbers.arrays import FloatArray
from suasion.models.programs.program import Program
from suasion.solvers.backends import highs
from suasion.solvers.backends.glpk_log import glpk_bound, glpk_words
from suasion.solvers.backends.outcome import Ending, Options, Outcome

# PuLP calls the CBC it ships with PULP_CBC_CMD.
CBC = "CBC"
ALIASES = {"pulp_cbc_cmd": CBC}
GLPK, SCIP = "GLPK_CMD", "SCIP_PY"

# Of the other drivers, those whose status tells an optimum from what was found when time ran out.
TELLING = {CBC, "CPLEX_CMD", "CPLEX_PY", "GUROBI", "HiGHS_CMD", SCIP}

# Drivers that have no time limit, or take one and leave it unused.
TIMELESS = {"COINMP_DLL", "PYGLPK", "YAPOSIB"}
# Those whose solver reads whole seconds.
WHOLE_SECONDS = {"CHOCO_CMD", "MIPCL_CMD", "XPRESS"}
# Many drivers take 0 for no limit at all.
SHORTEST = 1e-6


def available() -> list[str]:
    """Names of the solvers PuLP can call here."""
    import pulp  # type: ignore[import-untyped,unused-ignore]

    names = pulp.listSolvers(onlyAvailable=True)
    return sorted({ALIASES.get(name.lower(), name) for name in names})


def starts_a_process(name: str) -> bool:
    """Whether a solver of PuLP is a program of its own, such as CBC."""
    import pulp  # type: ignore[import-untyped,unused-ignore]

    return name == CBC or isinstance(pulp.getSolver(name, msg=False), pulp.LpSolver_CMD)


def run(program: Program, options: Options) -> Outcome:
    """Solve `program` with the PuLP solver ``options.name``.

    Raises
    ------
    ValueError
        If a time limit is asked of a solver that PuLP cannot tell.
    """
    import pulp  # type: ignore[import-untyped,unused-ignore]

    version = f"{pulp.__version__}, {options.name}"
    began = perf_counter()
    problem, columns, rows = build(program)
    options = options.after(perf_counter() - began)
    with TemporaryDirectory() as folder:
        log = Path(folder, "solver.log")
        solver = _solver(options, log)
        solver.tmpDir = folder
        try:
            problem.solve(solver)
        # PuLP's drivers raise PulpError, but also KeyError, OSError and what vendors raise.
        except Exception as error:
            return Outcome(f"{type(error).__name__}: {error}", version, ending=Ending.FAILED)
        text = log.read_text(errors="replace") if log.exists() else ""
    if options.name == "HiGHS":
        # PuLP sorts variables by name (x10 before x2) and its rows are ours split by side.
        outcome: Outcome = solver.outcome
        bound = outcome.bound
        return replace(
            outcome,
            version=version,
            values=None if outcome.values is None else _values(columns),
            # PuLP passes a maximisation as the minimisation of its negative.
            bound=-bound if bound is not None and program.maximise else bound,
            duals=None if outcome.duals is None else _row_duals(rows),
        )
    return _read(problem, columns, rows, program, text, options, version)


def build(program: Program) -> tuple[Any, list[Any], list[list[Any]]]:
    """The program as a ``pulp.LpProblem``, its variables, and the constraints of each row.

    PuLP's constraints have one side: a row with two different sides becomes two constraints.
    """
    import pulp  # type: ignore[import-untyped,unused-ignore]

    problem = pulp.LpProblem("program", pulp.LpMaximize if program.maximise else pulp.LpMinimize)
    columns = [
        problem.add_variable(
            f"x{j}", _side(low), _side(high), "Integer" if integer else "Continuous"
        )
        for j, (low, high, integer) in enumerate(
            zip(program.lower.tolist(), program.upper.tolist(), program.integer, strict=True)
        )
    ]
    # Zeros too: a variable that occurs nowhere would not be part of the problem.
    problem.setObjective(
        pulp.LpAffineExpression(zip(columns, program.objective.tolist(), strict=True))
    )
    matrix = program.matrix
    rows: list[list[Any]] = []
    for i, (low, high) in enumerate(
        zip(program.row_lower.tolist(), program.row_upper.tolist(), strict=True)
    ):
        span = slice(matrix.indptr[i], matrix.indptr[i + 1])
        terms = [
            (columns[j], value)
            for j, value in zip(matrix.indices[span], matrix.data[span].tolist(), strict=True)
        ]
        rows.append([])
        for sense, side in _sides(low, high):
            constraint = pulp.LpConstraint(pulp.LpAffineExpression(terms), sense, rhs=side)
            problem.addConstraint(constraint, f"r{i}_{len(rows[-1])}")
            rows[-1].append(constraint)
    return problem, columns, rows


def _sides(low: float, high: float) -> list[tuple[int, float]]:
    """PuLP's sense (0, 1, -1 for =, >=, <=) and right-hand side of a row's finite sides."""
    if low == high:
        return [(0, low)]
    return [(s, side) for s, side in ((1, low), (-1, high)) if np.isfinite(side)]


def _side(bound: float) -> float | None:
    return bound if np.isfinite(bound) else None


def _solver(options: Options, log: Path) -> Any:
    """The PuLP solver object with the options it understands."""
    import pulp  # type: ignore[import-untyped,unused-ignore]

    if options.name == "HiGHS":
        return _highs(options)
    if options.name == GLPK:
        # PuLP passes on fractions, which glpsol refuses, and takes 0 for no limit.
        settings = ["--log", str(log)]
        if options.time_limit is not None:
            settings += ["--tmlim", str(math.ceil(options.time_limit))]
        return pulp.GLPK_CMD(msg=False, options=settings)
    wanted: dict[str, Any] = {
        "msg": False,
        "timeLimit": _time_limit(options),
        "gapRel": options.gap,
        "threads": options.threads if options.threads > 1 else None,
    }
    if options.name == CBC:
        # No start: with -mips CBC 2.10.3 calls a poor start of a maximisation optimal.
        # Not PULP_CBC_CMD itself, which is deprecated and says so in a warning.
        settings = [
            f"randomCbcSeed {options.seed}",
            "primalT 1e-9",
            "dualT 1e-9",
            "increment 1e-9",
        ]
        return pulp.COIN_CMD(
            path=pulp.PULP_CBC_CMD.pulp_cbc_path,
            gapAbs=1e-9,
            logPath=str(log),
            options=settings,
            **wanted,
        )
    parameters = inspect.signature(
        type(pulp.getSolver(options.name, msg=False)).__init__
    ).parameters
    return pulp.getSolver(options.name, **{k: v for k, v in wanted.items() if k in parameters})


def _highs(options: Options) -> Any:
    """PuLP's HiGHS, with our model in place of its own and our way to run it."""
    import pulp  # type: ignore[import-untyped,unused-ignore]

    class OurHiGHS(pulp.HiGHS):  # type: ignore[misc,unused-ignore]
        def createAndConfigureSolver(self, problem: Any) -> None:
            problem.solverModel = highs.configured(options)

        def callSolver(self, problem: Any) -> None:
            self.outcome = highs.concluded(problem.solverModel, bool(problem.isMIP()))

    return OurHiGHS(msg=False)


def _time_limit(options: Options) -> float | None:
    """The time limit as the driver reads it."""
    limit = options.time_limit
    if limit is None or options.name == CBC:
        return limit
    if options.name in TIMELESS:
        raise InputError(
            # No number: it is what is left of the limit that was given.
            f'solver is "pulp:{options.name}", which cannot be told a time_limit; leave it out '
            'or use "highs".'
        )
    if options.name in WHOLE_SECONDS:
        return max(1, math.ceil(limit))
    return max(SHORTEST, limit)


@dataclass(frozen=True)
class Said:
    """What a solver said beside what PuLP reads; the rest is left to PuLP."""

    words: str = ""
    bound: float | None = None
    nodes: int | None = None


def _said(problem: Any, program: Program, log: str, name: str) -> Said:
    """From the log of CBC or glpsol, or the model of SCIP."""
    if name == CBC:
        return Said(cbc_words(log), cbc_bound(log, program.maximise), cbc_nodes(log))
    if name == GLPK:
        return Said(glpk_words(log), glpk_bound(log, program.maximise))
    if name == SCIP:
        model = problem.solverModel
        bound = float(model.getDualbound())
        words = f"SCIP: {model.getStatus()}"
        return Said(words, None if model.isInfinity(abs(bound)) else bound, model.getNNodes())
    return Said()


def _read(
    problem: Any,
    columns: list[Any],
    rows: list[list[Any]],
    program: Program,
    log: str,
    options: Options,
    version: str,
) -> Outcome:
    """What the solver and PuLP have to say."""
    import pulp  # type: ignore[import-untyped,unused-ignore]

    # `status` says "Optimal" at a time limit, `sol_status` "no solution exists" if none was found.
    found = problem.sol_status
    if problem.status in (pulp.LpStatusNotSolved, pulp.LpStatusUndefined):
        found = pulp.LpSolutionNoSolutionFound
    said = _said(problem, program, log, options.name)
    outcome = Outcome(said.words or str(pulp.LpSolution[found]), version)
    mip = bool(program.integer.any())
    if found in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible):
        duals = None if mip else _row_duals(rows)
        outcome = replace(outcome, values=_values(columns), duals=duals)
    if not mip:
        return outcome
    proved = found == pulp.LpSolutionOptimal and _proves(outcome.words, options)
    return replace(outcome, bound=said.bound, nodes=said.nodes, proved=proved)


def _proves(words: str, options: Options) -> bool:
    """Whether the solver says that a MIP is solved, and not that a limit or gap was reached."""
    if options.name == CBC:
        return "within gap" not in words
    if options.name == GLPK:
        return words.startswith("INTEGER OPTIMAL")
    return options.gap == 0 and (options.name in TELLING or options.time_limit is None)


def _values(columns: list[Any]) -> FloatArray:
    return np.array([_number(variable.varValue) for variable in columns])


def _row_duals(rows: list[list[Any]]) -> FloatArray:
    return np.array([sum(_number(constraint.pi) for constraint in row) for row in rows])


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)


def cbc_words(log: str) -> str:
    """The last line in which CBC states a result; "" where there is none."""
    found = re.findall(
        r"^(?:Result - (.+)|(Pre-processing says infeasible or unbounded))", log, re.MULTILINE
    )
    return "".join(found[-1]).strip() if found else ""


def cbc_bound(log: str, maximise: bool) -> float | None:
    """The bound CBC states when it stopped early, loosened by what printing rounded away."""
    label = "Upper" if maximise else "Lower"
    found = re.findall(rf"^{label} bound:\s+(-?\d+(?:\.(\d+))?)\s*$", log, re.MULTILINE)
    if not found:
        return None
    number, decimals = found[-1]
    rounding = 10.0 ** -len(decimals)
    return float(number) + (rounding if maximise else -rounding)


def cbc_nodes(log: str) -> int | None:
    """Search nodes of the last solve in the log."""
    found = re.findall(r"^Enumerated nodes:\s+(\d+)", log, re.MULTILINE)
    return int(found[-1]) if found else None
