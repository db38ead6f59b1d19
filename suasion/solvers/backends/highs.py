"""HiGHS: the arrays of a program, passed as they are."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Thread
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from suasion.models.program import Program
from suasion.models.rationals import FloatArray
from suasion.solvers.backends.outcome import Options, Outcome

if TYPE_CHECKING:
    import highspy

# The defaults (1e-7, 1e-6) make bounds wrong by about 1e-6.
TOLERANCE = 1e-9


def run(program: Program, options: Options) -> Outcome:
    """Solve `program`; Ctrl-C ends the solve and keeps what was found."""
    model = solved(program, options)
    if model is None:
        return Outcome("Model error", str(_new().version()))
    return read(model, program, str(model.version()))


def solved(program: Program, options: Options) -> highspy.Highs | None:
    """The HiGHS model after its run; None if it does not take the program."""
    import highspy

    began = perf_counter()
    model = _new()
    for name, value in solver_options(options).items():
        _require(model.setOptionValue(name, value), f"setting {name} to {value}")
    if model.passModel(arrays(program)) == highspy.HighsStatus.kError:
        return None
    if options.start is not None:
        start = highspy.HighsSolution()
        start.col_value = list(map(float, options.start))
        _require(model.setSolution(start), "passing a start")
    left = options.after(perf_counter() - began).time_limit
    if left is not None:
        _require(model.setOptionValue("time_limit", left), "setting time_limit")
    run_interruptibly(model)
    return model


class KeptModel:
    """A HiGHS model that grows and is solved again from where it stopped.

    Parameters
    ----------
    program : Program
        The model to begin with.
    options : Options

    Examples
    --------
    >>> from scipy import sparse
    >>> from suasion.models.program import Constraints, Variables
    >>> x = Variables("x", np.ones(1), np.zeros(1), np.ones(1))
    >>> row = Constraints("row", sparse.csr_array([[1.0]]), np.zeros(1), np.array([2.0]))
    >>> model = KeptModel(Program("tiny", True, (x,), (row,)), Options())
    >>> model.add_columns(np.array([3.0]), sparse.csc_array([[1.0]]))
    >>> model.solve().values.tolist()
    [0.0, 2.0]
    """

    def __init__(self, program: Program, options: Options) -> None:
        self._model = _new()
        for name, value in solver_options(options).items():
            _require(self._model.setOptionValue(name, value), f"setting {name} to {value}")
        _require(self._model.passModel(arrays(program)), "passing the model")
        self._mip = bool(program.integer.any())

    def add_rows(self, lower: FloatArray, upper: FloatArray) -> None:
        """Rows without entries, for columns to come."""
        count = len(lower)
        empty = (np.zeros(count, dtype=np.int32), np.empty(0, dtype=np.int32), np.empty(0))
        _require(self._model.addRows(count, lower, upper, 0, *empty), "adding rows")

    def add_columns(self, objective: FloatArray, matrix: sparse.csc_array) -> None:
        """Non-negative variables with their entries in all rows, shape (rows, columns)."""
        count = len(objective)
        entries = (
            matrix.indptr[:-1].astype(np.int32),
            matrix.indices.astype(np.int32),
            matrix.data.astype(np.float64),
        )
        bounds = (np.zeros(count), np.full(count, np.inf))
        status = self._model.addCols(count, objective, *bounds, matrix.nnz, *entries)
        _require(status, "adding columns")

    def set_objective(self, objective: FloatArray) -> None:
        """Another objective for all variables."""
        places = np.arange(len(objective), dtype=np.int32)
        status = self._model.changeColsCost(len(places), places, objective)
        _require(status, "changing the objective")

    def solve(self, time_limit: float | None = None) -> Outcome:
        """Solve again; Ctrl-C and the time limit (seconds, for this run) keep what was found."""
        # The limit is compared with the time of all runs of the model.
        limit = np.inf if time_limit is None else self._model.getRunTime() + max(0.0, time_limit)
        _require(self._model.setOptionValue("time_limit", limit), "setting time_limit")
        run_interruptibly(self._model)
        return _read(self._model, self._mip, str(self._model.version()))


def read(model: highspy.Highs, program: Program, version: str) -> Outcome:
    """What a HiGHS model that was run has to say."""
    return _read(model, bool(program.integer.any()), version)


def _read(model: highspy.Highs, mip: bool, version: str) -> Outcome:
    import highspy

    words = str(model.modelStatusToString(model.getModelStatus()))
    info = model.getInfo()
    solution = model.getSolution()
    feasible = int(highspy.SolutionStatus.kSolutionStatusFeasible)
    has_point = solution.value_valid and info.primal_solution_status == feasible
    return Outcome(
        words,
        version,
        values=np.array(solution.col_value) if has_point else None,
        duals=np.array(solution.row_dual) if solution.dual_valid and not mip else None,
        # For an LP both are defaults that mean nothing: 0.0 and -1.
        bound=float(info.mip_dual_bound) if mip else None,
        nodes=max(0, int(info.mip_node_count)) if mip else None,
    )


def solver_options(options: Options) -> dict[str, bool | int | float | str]:
    """Everything that is not left to HiGHS's defaults."""
    chosen: dict[str, bool | int | float | str] = {
        "output_flag": False,
        "threads": options.threads,
        "parallel": "off" if options.threads == 1 else "on",
        "random_seed": options.seed,
        "primal_feasibility_tolerance": TOLERANCE,
        "dual_feasibility_tolerance": TOLERANCE,
        "mip_feasibility_tolerance": TOLERANCE,
        "mip_rel_gap": float(options.gap),
        "mip_abs_gap": TOLERANCE,
    }
    if options.time_limit is not None:
        chosen["time_limit"] = float(options.time_limit)
    return chosen


def run_interruptibly(model: highspy.Highs) -> None:
    """Run `model`; a first Ctrl-C stops it and keeps its state, a second is raised.

    `Highs.run` notices Ctrl-C only when it is done, and `HandleKeyboardInterrupt` prints to
    standard output. The solver runs in a thread of its own, which also gives it a scheduler of
    its own: a change of `threads` within a process is refused otherwise.
    """
    stop, done = Event(), Event()

    def interrupt(event: highspy.highs.HighsCallbackEvent) -> None:
        if stop.is_set():
            event.interrupt()

    def solve() -> None:
        try:
            model.run()
            model.resetGlobalScheduler(False)
        finally:
            done.set()

    model.cbSimplexInterrupt += interrupt
    model.cbIpmInterrupt += interrupt
    model.cbMipInterrupt += interrupt
    Thread(target=solve, daemon=True).start()
    try:
        # With a timeout, because an endless wait does not notice Ctrl-C on Windows. Not
        # `Thread.join`: interrupted, it takes the running thread for finished (Python 3.11).
        while not done.wait(0.1):
            pass
    except KeyboardInterrupt:
        stop.set()
        done.wait()


def arrays(program: Program, names: bool = False) -> highspy.HighsLp:
    """The program as HiGHS's record."""
    import highspy

    # mypy: the stubs want numpy arrays or lists per field in ways that differ by version.
    lp: Any = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(program.objective), len(program.row_lower)
    lp.sense_ = highspy.ObjSense.kMaximize if program.maximise else highspy.ObjSense.kMinimize
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = program.objective, program.lower, program.upper
    lp.row_lower_, lp.row_upper_ = program.row_lower, program.row_upper
    matrix = program.matrix
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = lp.num_col_, lp.num_row_
    lp.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    lp.a_matrix_.index_ = matrix.indices.astype(np.int32)
    lp.a_matrix_.value_ = matrix.data.astype(np.float64)
    if program.integer.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(flag)] for flag in program.integer]
    if names:
        lp.model_name_ = program.name
        lp.col_names_ = [_legal(name) for name in program.variable_names()]
        lp.row_names_ = [_legal(name) for name in program.row_names()]
    return lp  # type: ignore[no-any-return]


def write(program: Program, path: Path) -> None:
    """Write the program in the format of the path's suffix."""
    model = _new()
    _require(model.setOptionValue("output_flag", False), "setting output_flag")
    _require(model.passModel(arrays(program, names=True)), "passing the model")
    _require(model.writeModel(str(path)), f"writing {path.name}")


def _new() -> highspy.Highs:
    import highspy

    return highspy.Highs()  # type: ignore[no-untyped-call,unused-ignore]


def _legal(name: str) -> str:
    """Square brackets mean a quadratic objective in .lp files."""
    return name.replace("[", "(").replace("]", ")").replace(" ", "_")


def _require(status: highspy.HighsStatus, what: str) -> None:
    """HiGHS reports an unknown option by a return code only."""
    import highspy

    if status == highspy.HighsStatus.kError:
        raise RuntimeError(f"HiGHS returned an error on {what}.")
