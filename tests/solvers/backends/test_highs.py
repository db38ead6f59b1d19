"""HiGHS says nothing while it is made, and its point is the one whose objective it reports."""

from unittest.mock import patch

import highspy
import numpy as np
import pytest
from programs import KNAPSACK, SMALL_LP, program

from suasion.solvers.backends import highs
from suasion.solvers.backends.certify import certify
from suasion.solvers.backends.optimise import optimise
from suasion.solvers.backends.outcome import Options, Outcome
from suasion.solvers.backends.silent import others_silenced, silent_class

START, BEST = np.array([1.0, 0.0, 0.0]), 7.0
LOOSE = program([3, 4, 5], [[2, 3, 4]], [1], [9], upper=1, integer=True)


@pytest.mark.parametrize(
    "make",
    [
        lambda: optimise(KNAPSACK),
        lambda: optimise(KNAPSACK, "pulp:HiGHS"),
        lambda: optimise(SMALL_LP, "cvxpy:HIGHS"),
        lambda: certify(SMALL_LP),
        lambda: highs.KeptModel(KNAPSACK, Options()).solve(),
    ],
)
def test_output_is_off_before_callbacks_are_enabled(make):
    made, enable_really = [], highspy.Highs.enableCallbacks

    def enable(model):
        made.append(model.getOptionValue("output_flag")[1])
        enable_really(model)

    with patch.object(highspy.Highs, "enableCallbacks", enable):
        make()
    assert made
    assert not any(made)


def test_the_class_of_others_is_put_back_after_the_last_solve():
    loud = highspy.Highs
    with others_silenced():
        with others_silenced():
            assert highspy.Highs is silent_class()
        assert highspy.Highs is silent_class()
    assert highspy.Highs is loud


def returning_its_start(*, forgets, needs_presolve_off=False):
    """HiGHS that may return the point it was given to start from as its solution."""

    class Faulty(silent_class()):
        start = None

        def setSolution(self, solution):
            self.start = solution.col_value
            return super().setSolution(solution)

        def clearSolver(self):
            self.start = None if forgets else self.start
            return super().clearSolver()

        def getSolution(self):
            solution = super().getSolution()
            off = self.getOptionValue("presolve")[1] == "off"
            if self.start is not None and not (needs_presolve_off and off):
                solution.col_value = self.start
            return solution

    return patch.object(highs, "silent_class", lambda: Faulty)


@pytest.mark.parametrize(
    "fault", [{"forgets": True}, {"forgets": False, "needs_presolve_off": True}]
)
def test_a_start_returned_as_the_optimum_is_solved_again(fault):
    with returning_its_start(**fault):
        result = optimise(KNAPSACK, start=START)
    assert (result.status, result.value) == ("optimal", BEST)
    assert result.report.raw_status == "Optimal"


def test_a_start_that_stays_the_solution_is_told_and_not_called_optimal():
    with returning_its_start(forgets=False):
        result = optimise(KNAPSACK, start=START)
    assert (result.status, result.value, result.bound) == ("feasible", 3, BEST)
    assert "another point than the reported" in result.report.raw_status


@pytest.mark.parametrize("second", [None, np.array([0.0, 0.0, 1.0])])
def test_out_of_time_the_better_point_is_kept(second):
    said = [
        Outcome("Optimal", "0", values=np.array([1.0, 0.0, 1.0]), bound=7.0),
        Outcome("Time limit reached", "0", values=second, bound=9.0),
    ]
    lies = patch.object(highs, "returns_what_it_reports", lambda _: False)
    with lies, patch.object(highs, "read", lambda *_: said.pop(0)):
        result = optimise(LOOSE)
    assert (result.status, result.value, result.bound) == ("feasible", 8, 9)
    assert result.report.raw_status == "time limit"


def test_a_kept_model_that_is_solved_again_returns_what_it_reports():
    rng = np.random.default_rng(0)
    model = highs.KeptModel(KNAPSACK, Options())
    for _ in range(20):
        prices = rng.integers(-3, 9, 3).astype(float)
        model.set_objective(prices)
        outcome = model.solve()
        assert prices @ outcome.values == pytest.approx(outcome.bound, abs=1e-7)
