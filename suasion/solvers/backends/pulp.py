"""PuLP: every solver it knows, CBC (shipped with it) and HiGHS among them."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np

from suasion.models.program import Program
from suasion.models.rationals import FloatArray
from suasion.solvers.backends import highs
from suasion.solvers.backends.outcome import Ending, Options, Outcome

# PuLP calls the CBC it ships with PULP_CBC_CMD.
CBC = "CBC"
ALIASES = {"pulp_cbc_cmd": CBC}


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
    """Solve `program` with the PuLP solver ``options.name``."""
    import pulp  # type: ignore[import-untyped,unused-ignore]

    version = f"{pulp.__version__}, {options.name}"
    began = perf_counter()
    problem, columns, rows = build(program)
    options = options.after(perf_counter() - began)
    with TemporaryDirectory() as folder:
        log = Path(folder, "cbc.log")
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
        outcome = highs.read(problem.solverModel, program, version)
        bound = outcome.bound
        return replace(
            outcome,
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
        chosen = highs.solver_options(options)
        chosen.pop("output_flag")
        limit = chosen.pop("time_limit", None)
        solver = pulp.HiGHS(msg=False, timeLimit=limit, **chosen)
        solver.callSolver = lambda problem: highs.run_interruptibly(problem.solverModel)
        return solver
    wanted: dict[str, Any] = {
        "msg": False,
        "timeLimit": options.time_limit,
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


def _read(
    problem: Any,
    columns: list[Any],
    rows: list[list[Any]],
    program: Program,
    log: str,
    options: Options,
    version: str,
) -> Outcome:
    """What PuLP and the log of CBC have to say."""
    import pulp  # type: ignore[import-untyped,unused-ignore]

    # `status` says "Optimal" at a time limit; only `sol_status` tells.
    solved = problem.sol_status == pulp.LpSolutionOptimal
    words = cbc_words(log) or str(pulp.LpSolution[problem.sol_status])
    values = duals = None
    if solved or problem.sol_status == pulp.LpSolutionIntegerFeasible:
        values = _values(columns)
    mip = bool(program.integer.any())
    if values is not None and not mip:
        duals = _row_duals(rows)
    exact = options.gap == 0 or options.name == CBC
    return Outcome(
        words,
        version,
        values=values,
        duals=duals,
        bound=cbc_bound(log, program.maximise) if mip else None,
        proved=mip and solved and exact and "within gap" not in words,
        nodes=cbc_nodes(log) if mip else None,
    )


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
