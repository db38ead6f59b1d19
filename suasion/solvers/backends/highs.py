"""HiGHS: the arrays of a program, passed as they are."""

from __future__ import annotations

from dataclasses import replace
from threading import Event, Thread
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from suasion.models.numbers.arrays import FloatArray
from suasion.models.programs.program import Program
from suasion.solvers.backends.outcome import Ending, Options, Outcome
from suasion.solvers.backends.silent import silent_class

if TYPE_CHECKING:
    import highspy

# The defaults (1e-7, 1e-6) make bounds wrong by about 1e-6.
TOLERANCE = 1e-9


def run(program: Program, options: Options) -> Outcome:
    """Solve `program`; Ctrl-C ends the solve and keeps what was found."""
    model = loaded(program, options)
    if model is None:
        return Outcome("Model error", str(silent_class()().version()))
    return concluded(model, bool(program.integer.any()))


def loaded(program: Program, options: Options) -> highspy.Highs | None:
    """The HiGHS model, not yet run; None if it does not take the program."""
    import highspy

    began = perf_counter()
    model = configured(options)
    if model.passModel(arrays(program)) == highspy.HighsStatus.kError:
        return None
    if options.start is not None:
        start = highspy.HighsSolution()
        start.col_value = list(map(float, options.start))
        _require(model.setSolution(start), "passing a start")
    left = options.after(perf_counter() - began).time_limit
    if left is not None:
        _require(model.setOptionValue("time_limit", left), "setting time_limit")
    return model


def configured(options: Options) -> highspy.Highs:
    """An empty HiGHS model that prints nothing."""
    model: highspy.Highs = silent_class()()
    for name, value in solver_options(options).items():
        _require(model.setOptionValue(name, value), f"setting {name} to {value}")
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
    >>> from suasion.models.programs.program import Constraints, Variables
    >>> x = Variables("x", np.ones(1), np.zeros(1), np.ones(1))
    >>> row = Constraints("row", sparse.csr_array([[1.0]]), np.zeros(1), np.array([2.0]))
    >>> model = KeptModel(Program("tiny", True, (x,), (row,)), Options())
    >>> model.add_columns(np.array([3.0]), sparse.csc_array([[1.0]]))
    >>> model.solve().values.tolist()
    [0.0, 2.0]
    """

    def __init__(self, program: Program, options: Options) -> None:
        self._model = configured(options)
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
        return concluded(self._model, self._mip)


def concluded(model: highspy.Highs, mip: bool) -> Outcome:
    """Run `model`, and again while the point is not the one whose objective is reported.

    HiGHS 1.16.0 may call a MIP optimal with the right objective and return the point it was
    given to start from, as also happens where a kept model is solved again. It is then made to
    forget that point, and in the end to leave out presolve.
    """
    run_interruptibly(model)
    outcome = read(model, mip)
    best = outcome.values
    for presolve in ("choose", "off"):
        if outcome.why() is not Ending.OPTIMAL or _credible(model, outcome):
            break
        _require(model.clearSolver(), "forgetting the start")
        _require(model.setOptionValue("presolve", presolve), f"setting presolve to {presolve}")
        run_interruptibly(model)
        outcome = read(model, mip)
        best = _better(model, best, outcome.values)
    else:
        if outcome.why() is Ending.OPTIMAL and not _credible(model, outcome):
            words = f"{outcome.words}, but with another point than the reported objective's"
            outcome = replace(outcome, words=words, ending=Ending.STOPPED)
    _require(model.setOptionValue("presolve", "choose"), "setting presolve to choose")
    return replace(outcome, values=best)


def _credible(model: highspy.Highs, outcome: Outcome) -> bool:
    """Whether an optimum has a feasible point, and the objective that is reported for it."""
    return outcome.values is not None and returns_what_it_reports(model)


def returns_what_it_reports(model: highspy.Highs) -> bool:
    """Whether the objective at the returned point is the reported one."""
    lp, point = model.getLp(), np.array(model.getSolution().col_value)
    if len(point) == 0:
        return True
    terms = np.array(lp.col_cost_) * point
    off = abs(terms.sum() + lp.offset_ - model.getInfo().objective_function_value)
    return bool(off <= TOLERANCE * max(1.0, np.abs(terms).sum()))


def _better(
    model: highspy.Highs, first: FloatArray | None, second: FloatArray | None
) -> FloatArray | None:
    """Of two points the one of better objective, the second if they are as good."""
    import highspy

    if first is None or second is None:
        return first if second is None else second
    lp = model.getLp()
    sign = 1.0 if lp.sense_ == highspy.ObjSense.kMaximize else -1.0
    return first if sign * np.array(lp.col_cost_) @ (first - second) > 0 else second


def read(model: highspy.Highs, mip: bool) -> Outcome:
    """What a HiGHS model that was run has to say."""
    import highspy

    words = str(model.modelStatusToString(model.getModelStatus()))
    info = model.getInfo()
    solution = model.getSolution()
    feasible = int(highspy.SolutionStatus.kSolutionStatusFeasible)
    has_point = solution.value_valid and info.primal_solution_status == feasible
    return Outcome(
        words,
        str(model.version()),
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


def arrays(program: Program) -> highspy.HighsLp:
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
    return lp  # type: ignore[no-any-return]


def _require(status: highspy.HighsStatus, what: str) -> None:
    """HiGHS reports an unknown option by a return code only."""
    import highspy

    if status == highspy.HighsStatus.kError:
        raise RuntimeError(f"HiGHS returned an error on {what}.")
