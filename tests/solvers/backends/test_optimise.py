"""One set of claims about programs, run on every backend."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from unittest.mock import patch

import numpy as np
import programs
import pytest
from programs import DIET, FACTORY, INF, KNAPSACK, SMALL_LP, market_split, program

from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.binary.messaging_lp import messaging_lp, policy_from_values
from suasion.solvers.backends import highs, pulp
from suasion.solvers.backends.optimise import optimise
from suasion.solvers.backends.outcome import Ending, Options, Outcome

MIP_SOLVERS = ["highs", "pulp:CBC", "pulp:HiGHS"]
LP_SOLVERS = [*MIP_SOLVERS, "cvxpy:CLARABEL", "cvxpy:HIGHS"]
every_lp_solver = pytest.mark.parametrize("solver", LP_SOLVERS)
every_mip_solver = pytest.mark.parametrize("solver", MIP_SOLVERS)


@every_lp_solver
@pytest.mark.parametrize(("sense", "data"), [(1, FACTORY), (-1, DIET)])
def test_duals_are_the_change_of_the_optimum_per_unit_of_a_side(solver, sense, data):
    lp = program([3, 5], **data, sense=sense)
    result = optimise(lp, solver)
    assert result.status == "optimal"
    assert result.value == pytest.approx(11.6, abs=1e-6)
    assert result.bound == pytest.approx(11.6, abs=1e-6)
    assert result.answer.values == pytest.approx([1.2, 1.6], abs=1e-6)
    assert result.answer.duals == pytest.approx([0.8, 1.4], abs=1e-6)


@every_lp_solver
def test_free_variables_ranges_and_equalities_are_understood(solver):
    rows, low, high = [[1, 2], [1, -1]], [1, 0.3], [4, 0.3]
    top = optimise(program([1, 1], rows, low, high, lower=-INF), solver)
    bottom = optimise(program([1, 1], rows, low, high, lower=-INF, sense=-1), solver)
    assert (top.status, bottom.status) == ("optimal", "optimal")
    assert top.value == pytest.approx(83 / 30, rel=1e-7)
    assert bottom.value == pytest.approx(23 / 30, rel=1e-7)
    assert top.answer.duals == pytest.approx([2 / 3, 1 / 3], abs=1e-6)
    assert bottom.answer.duals == pytest.approx([2 / 3, 1 / 3], abs=1e-6)


@every_lp_solver
def test_a_range_binding_below_has_its_dual(solver):
    lp = program([1, 2], [[1, 1]], [1], [3], upper=5, sense=-1)
    result = optimise(lp, solver)
    assert result.status == "optimal"
    assert result.answer.duals == pytest.approx([1.0], abs=1e-6)


@every_lp_solver
def test_a_program_without_rows_is_solved(solver):
    result = optimise(program([1, -2, 0], lower=-1, upper=1), solver)
    assert result.status == "optimal"
    assert result.value == pytest.approx(3)
    assert result.answer.duals.shape == (0,)


@every_lp_solver
@pytest.mark.parametrize(("side", "status"), [(0, "optimal"), (1, "infeasible")])
def test_a_program_without_variables_has_value_zero_or_none(solver, side, status):
    assert optimise(program([], [[]], [side], [INF]), solver).status == status
    assert optimise(program([]), solver).value == 0


@every_lp_solver
def test_an_empty_row_is_checked(solver):
    assert optimise(program([1], [[0]], [1], [INF], upper=1), solver).status == "infeasible"
    assert optimise(program([1], [[0]], [-1], [INF], upper=1), solver).status == "optimal"


@every_lp_solver
def test_a_variable_that_occurs_nowhere_has_a_value(solver):
    result = optimise(program([0, 1], [[0, 1]], [-INF], [1], lower=[2, 0], upper=[3, 5]), solver)
    assert result.status == "optimal"
    assert 2 - 1e-6 <= result.answer.values[0] <= 3 + 1e-6


@every_lp_solver
def test_more_than_ten_variables_and_rows_come_back_in_order(solver):
    sides = np.arange(1.0, 14.0)
    lp = program(np.linspace(1, 2, 13), np.eye(13), np.full(13, -INF), sides)
    result = optimise(lp, solver)
    assert result.answer.values == pytest.approx(sides, abs=1e-6)
    assert result.answer.duals == pytest.approx(np.linspace(1, 2, 13), abs=1e-6)


@every_lp_solver
@pytest.mark.parametrize(
    ("status", "lp"),
    [
        ("infeasible", program([1, 2], [[1, 1]], [3], [3], upper=1)),
        ("infeasible", program([1, 2], [[1, 1]], [-INF], [-1])),
        ("infeasible", program([1, 1, 0], [[0, 0, 2]], [3], [3], upper=[INF, INF, 1])),
        ("unbounded", program([1, 2], [[1, -1]], [-INF], [1])),
        ("unbounded", program([1, 0], [[0, 1]], [-INF], [1], lower=-INF, sense=-1)),
    ],
)
def test_lps_without_an_optimum_are_told_apart(solver, status, lp):
    result = optimise(lp, solver)
    assert result.status == status
    assert (result.answer, result.value, result.bound) == (None, None, None)
    assert result.report.raw_status


@every_mip_solver
@pytest.mark.parametrize(
    ("status", "mip"),
    [
        ("infeasible", program([1], [[2]], [1], [1], upper=1, integer=True)),
        ("unbounded", program([1, 2], [[1, -1]], [-INF], [1], integer=True)),
        # The relaxation is unbounded, and CBC says so; but 2z = 1 has no integer solution.
        (
            "infeasible",
            program([1, 1, 0], [[0, 0, 2]], [1], [1], upper=[INF, INF, 1], integer=True),
        ),
    ],
)
def test_mips_without_an_optimum_are_told_apart(solver, status, mip):
    result = optimise(mip, solver)
    assert result.status == status
    assert result.answer is None


@every_mip_solver
@pytest.mark.parametrize("sense", [1, -1])
def test_a_knapsack_has_its_known_optimum_and_bound(solver, sense):
    sides = ([-INF], [5]) if sense == 1 else ([4], [INF])
    mip = program([3, 4, 5], [[2, 3, 4]], *sides, upper=1, integer=True, sense=sense)
    result = optimise(mip, solver, seed=3)
    best = 7 if sense == 1 else 5
    assert (result.status, result.value) == ("optimal", best)
    assert result.bound == pytest.approx(best, abs=1e-6)
    assert result.answer.duals is None
    assert set(result.answer.values) <= {0.0, 1.0}
    assert result.report.seed == 3
    assert result.report.nodes is not None


@every_mip_solver
def test_backends_agree_on_a_mip_with_continuous_variables(solver):
    result = optimise(market_split(2, 12), solver)
    reference = optimise(market_split(2, 12, sense=-1), "highs")
    assert (result.status, reference.status) == ("optimal", "optimal")
    assert result.value == pytest.approx(-reference.value, abs=1e-6)


@every_mip_solver
def test_without_a_requested_gap_the_gap_is_closed(solver):
    rng = np.random.default_rng(0)
    worth, weights = rng.integers(10000, 40000, 40), rng.integers(1000, 4000, (4, 40))
    half = weights.sum(axis=1) // 2
    mip = program(worth, weights, [-INF] * 4, half, upper=1, integer=True)
    result = optimise(mip, solver)
    assert result.status == "optimal"
    assert result.value == optimise(mip, "highs").value


@every_mip_solver
def test_threads_can_change_within_a_process(solver):
    mip = market_split(2, 10)
    values = [optimise(mip, solver, threads=k).value for k in (1, 2, 1)]
    assert values == pytest.approx([values[0]] * 3, abs=1e-6)


@every_mip_solver
@pytest.mark.parametrize("sense", [1, -1])
def test_a_time_limit_leaves_a_bound_and_no_claim_of_optimality(solver, sense):
    result = optimise(market_split(4, 40, sense), solver, time_limit=0.3)
    assert result.status == "feasible"
    assert sense * (result.bound - result.value) > 0
    assert result.report.raw_status == "time limit"
    assert result.report.seconds < 3


@every_lp_solver
def test_no_time_at_all_is_no_crash(solver):
    lp = messaging_lp(BinaryPersuasion(["1/2", "1/2"], ["2/5", "9/10"]))
    result = optimise(lp, solver, time_limit=0)
    assert result.status in ("no_answer", "feasible", "optimal")
    assert result.bound is None or result.bound >= 0.884 - 1e-7


@every_mip_solver
def test_no_time_at_all_gives_no_answer_to_a_hard_mip(solver):
    result = optimise(market_split(4, 40), solver, time_limit=0)
    assert (result.status, result.answer) == ("no_answer", None)
    assert result.report.raw_status == "time limit"


@every_mip_solver
def test_a_requested_gap_is_not_called_optimal_unless_it_closed(solver):
    result = optimise(market_split(2, 14), solver, gap=0.5)
    assert result.value <= -2 + 1e-6 <= result.bound + 2e-6
    assert result.status == ("optimal" if result.gap <= 1e-7 else "feasible")


@every_mip_solver
def test_a_poor_start_does_no_harm(solver):
    mip = market_split(2, 14)
    assert optimise(mip, solver, start=np.zeros(18)).value == pytest.approx(-2)


def test_highs_takes_a_start():
    mip = market_split(4, 40)
    best = optimise(mip, time_limit=0.2)
    again = optimise(mip, time_limit=0.1, start=best.answer.values)
    assert again.value >= best.value - 1e-6


@every_lp_solver
def test_the_messaging_lp_has_the_value_of_the_paper(solver):
    instance = BinaryPersuasion(["1/2", "1/2"], ["2/5", "9/10"])
    lp = messaging_lp(instance)
    result = optimise(lp, solver)
    assert result.status == "optimal"
    assert result.value == pytest.approx(221 / 250, abs=1e-7)
    values = result.require().values
    policy = policy_from_values(instance, lp.block(values, "high"), lp.block(values, "low"))
    assert float(policy.value(instance)) == pytest.approx(221 / 250, abs=1e-7)


@every_lp_solver
def test_the_report_names_the_solver_and_its_version(solver):
    report = optimise(program([1], upper=1), solver).report
    assert report.solver == solver
    assert report.version[0].isdigit()
    assert report.seconds > 0


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.zeros(3), "violates"),
        (np.array([1.0, 0.5, 0.0]), "x[1] is 0.5"),
        (np.array([1.0, np.nan, 0.0]), "not finite"),
        (None, "Optimal"),
    ],
)
def test_a_wrong_point_called_optimal_is_a_failure(values, words):
    with patch.object(highs, "run", lambda *_: Outcome("Optimal", "0", values=values, bound=7.0)):
        result = optimise(KNAPSACK)
    assert (result.status, result.answer, result.value) == ("failed", None, None)
    assert words in result.report.raw_status


@pytest.mark.parametrize(
    ("excess", "status"), [(1e-5, "failed"), (1e-6 + 1e-8, "failed"), (1e-7, "optimal")]
)
def test_a_point_may_violate_a_row_by_a_millionth_and_not_more(excess, status):
    lp = program([1.0], [[1.0]], [-INF], [0.5], upper=1)
    point = np.array([0.5 + excess])
    outcome = Outcome("Optimal", "0", values=point, duals=np.array([1.0]))
    with patch.object(highs, "run", lambda *_: outcome):
        result = optimise(lp)
    assert result.status == status
    assert ("violates" in result.report.raw_status) == (status == "failed")


def test_an_integer_may_be_off_by_a_millionth_and_not_more():
    near = np.array([1 - 1e-5, 1.0, 0.0])
    with patch.object(highs, "run", lambda *_: Outcome("Optimal", "0", values=near, bound=7.0)):
        result = optimise(KNAPSACK)
    assert result.status == "failed"
    assert "not an integer" in result.report.raw_status


def test_a_wrong_point_at_a_time_limit_is_no_answer():
    zeros = Outcome("Time limit reached", "0", values=np.zeros(3), bound=7.5)
    with patch.object(highs, "run", lambda *_: zeros):
        result = optimise(KNAPSACK)
    assert (result.status, result.bound) == ("no_answer", 7.5)


def test_integers_are_rounded_before_they_are_reported():
    near = Outcome("Optimal", "0", values=np.array([1 - 1e-8, 1.0, 1e-9]), bound=7.0)
    with patch.object(highs, "run", lambda *_: near):
        result = optimise(KNAPSACK)
    assert result.status == "optimal"
    assert result.answer.values.tolist() == [1.0, 1.0, 0.0]


def altered(**changes):
    """HiGHS with fields of its outcome replaced by functions of them."""
    honest = highs.run

    def run(lp, options):
        outcome = honest(lp, options)
        return replace(outcome, **{k: f(getattr(outcome, k)) for k, f in changes.items()})

    return patch.object(highs, "run", run)


def test_duals_of_the_wrong_sign_are_put_right():
    with altered(duals=lambda d: -d):
        result = optimise(SMALL_LP)
    assert result.status == "optimal"
    assert result.bound == pytest.approx(11.6)
    assert result.answer.duals == pytest.approx([0.8, 1.4])


@pytest.mark.parametrize("garbage", [[7.0, -3.0], [0.0, 0.0]])
def test_without_good_duals_nothing_is_called_optimal(garbage):
    with altered(duals=lambda _: np.array(garbage)):
        result = optimise(SMALL_LP)
    assert result.status == "feasible"
    assert result.value == pytest.approx(11.6)
    assert result.bound > 11.7


@pytest.mark.parametrize("missing", [[np.nan, 1.0], None])
def test_missing_duals_are_found_by_the_dual_program(missing):
    with altered(duals=lambda _: None if missing is None else np.array(missing)):
        result = optimise(SMALL_LP)
    assert (result.status, result.value) == ("optimal", pytest.approx(11.6))
    assert result.answer.duals == pytest.approx([0.8, 1.4])


def test_garbage_duals_against_infinite_bounds_do_not_crash():
    with altered(duals=lambda d: 0 * d):
        implied = optimise(program([3, 5], **FACTORY))
        # No row alone keeps x from growing with y.
        result = optimise(program([1, -1], [[1, -1]], [-INF], [1]))
    # x <= 2 and y <= 2 by the rows.
    assert (implied.status, implied.bound) == ("feasible", pytest.approx(16))
    assert (result.status, result.bound, result.gap) == ("feasible", INF, None)
    assert result.to_dict()["bound"] is None


def test_rounding_in_duals_against_missing_sides_does_not_lose_the_bound():
    slack = program([3, 5], [*FACTORY["rows"], [1, 0]], [-INF] * 3, [4, 6, 50], upper=100)
    with altered(duals=lambda d: d - np.array([0, 0, 1e-12])):
        result = optimise(slack)
    assert result.status == "optimal"
    assert result.bound == pytest.approx(11.6)


@pytest.mark.parametrize(
    ("lp", "limit"), [(program([1], [[1]], [2], [3], upper=1), None), (market_split(4, 40), 0)]
)
def test_no_value_is_read_where_highs_has_none(lp, limit):
    outcome = highs.run(lp, Options(time_limit=limit))
    assert (outcome.values, outcome.duals) == (None, None)


@pytest.mark.parametrize("bound", [None, np.nan, INF])
def test_a_mip_without_a_bound_is_only_feasible(bound):
    with altered(bound=lambda _: bound):
        result = optimise(KNAPSACK)
    assert (result.status, result.value, result.bound) == ("feasible", 7, INF)


def test_a_value_beyond_its_bound_is_a_failure():
    with altered(bound=lambda _: 6.0):
        assert optimise(KNAPSACK).status == "failed"


def test_unknown_words_of_a_solver_prove_nothing():
    values = np.array([1.0, 1.0, 0.0])
    assert Outcome("Splendid", "0", values=values).why() is Ending.FAILED
    with patch.object(highs, "run", lambda *_: Outcome("Splendid", "0", values=values, bound=7.0)):
        assert optimise(KNAPSACK).status == "failed"


def test_an_error_inside_a_driver_is_a_failure_with_its_message():
    import pulp as library

    def broken(*_):
        raise library.PulpSolverError("no licence")

    with patch.object(library.LpProblem, "solve", broken):
        result = optimise(SMALL_LP, "pulp:HiGHS")
    assert result.status == "failed"
    assert "no licence" in result.report.raw_status


def test_an_option_highs_does_not_know_is_an_error():
    with (
        patch.object(highs, "solver_options", lambda _: {"no_such_option": 1}),
        pytest.raises(RuntimeError, match="no_such_option"),
    ):
        optimise(SMALL_LP)


CBC_LOG = """
Result - Stopped on time limit

Objective value:                -6.00000000
Upper bound:                    -2.125
Gap:                            -1.00
Enumerated nodes:               32502
"""


def test_the_log_of_cbc_is_read():
    assert pulp.cbc_words(CBC_LOG) == "Stopped on time limit"
    assert pulp.cbc_bound(CBC_LOG, maximise=True) == pytest.approx(-2.124)
    assert pulp.cbc_bound(CBC_LOG, maximise=False) is None
    assert pulp.cbc_nodes(CBC_LOG) == 32502
    assert (pulp.cbc_words(""), pulp.cbc_bound("", True), pulp.cbc_nodes("")) == ("", None, None)


@pytest.mark.parametrize(
    ("solver", "message"),
    [
        ("cbc", 'did you mean "pulp:cbc"'),
        ("highz", 'did you mean "highs"'),
        ("pulp:HiGSH", 'did you mean "pulp:HiGHS".*available with pulp: CBC'),
        ("pulp", "unknown or not installed"),
        ("cvxpy:OSQP", 'not offered: it ends the process.*use "highs"'),
        ("cvxpy:osqp", "not offered"),
        ("cvxpy:CLARABELL", 'did you mean "cvxpy:CLARABEL"'),
    ],
)
def test_an_unknown_solver_is_named_with_what_there_is(solver, message):
    with pytest.raises(ValueError, match=message):
        optimise(SMALL_LP, solver)


@pytest.mark.parametrize(
    "solver", ["pulp:cbc", "pulp:PULP_CBC_CMD", "pulp:highs", "cvxpy:clarabel"]
)
def test_solvers_are_found_in_any_case(solver):
    assert optimise(SMALL_LP, solver).status == "optimal"


def test_cvxpy_refuses_integers():
    with pytest.raises(ValueError, match="integer variables"):
        optimise(KNAPSACK, "cvxpy:CLARABEL")


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_limit": -1},
        {"time_limit": np.nan},
        {"gap": -0.1},
        {"gap": np.nan},
        {"threads": 0},
        {"seed": -1},
        {"start": np.zeros(3)},
        {"start": np.array([0.0, np.nan])},
    ],
)
def test_options_out_of_range_are_named(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        optimise(SMALL_LP, **wrong)


@every_lp_solver
def test_a_solve_leaves_no_files_behind(solver, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    optimise(SMALL_LP, solver)
    assert not list(tmp_path.iterdir())


def test_importing_the_backends_imports_no_solver():
    check = (
        "import sys, suasion.solvers.backends.optimise\n"
        "assert not {'highspy', 'pulp', 'cvxpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", check], check=True)


INTERRUPTED = """
import sys
from {module} import market_split
from suasion.solvers.backends.optimise import optimise
print("ready", flush=True)
result = optimise(market_split(5, 50), "{solver}", time_limit=60)
print(result.status, result.report.raw_status, result.bound >= result.value)
"""


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT")
@pytest.mark.parametrize("solver", ["highs", "pulp:HiGHS"])
def test_ctrl_c_ends_a_hard_mip_at_once_and_keeps_the_incumbent(solver):
    script = INTERRUPTED.format(module="programs", solver=solver)
    paths = [os.path.dirname(programs.__file__), *sys.path]
    child = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
    )
    try:
        assert child.stdout.readline() == "ready\n"
        time.sleep(1.5)
        began = time.perf_counter()
        child.send_signal(signal.SIGINT)
        rest, _ = child.communicate(timeout=10)
    finally:
        child.kill()
        child.wait()
    assert time.perf_counter() - began < 5
    assert rest == "feasible interrupted True\n"


@pytest.mark.parametrize("solver", MIP_SOLVERS)
@pytest.mark.parametrize(("low", "high", "best"), [(0, 2.5, 2), (-1.5, 2.5, 2), (0.2, 0.8, None)])
def test_an_integer_stays_within_fractional_bounds(solver, low, high, best):
    # The largest whole y <= high with y = 4 x - 1, beside columns that are fixed or free of rows.
    rows = [[-4, -4, 0, 1, 0, 0]]
    fixed = program(
        [0, 0, 0, 1, 0, 0],
        *(rows, [-1], [-1]),
        lower=[0, 0, 0, low, 0, 0],
        upper=[0, 2.5, 0, high, 0, 0],
        integer=False,
    )
    x, y, rest = ((0, 2), (2, 4), (4, 6))
    whole = fixed.variables[0]
    blocks = tuple(
        replace(
            whole,
            name=f"part{first}",
            objective=whole.objective[first:last],
            lower=whole.lower[first:last],
            upper=whole.upper[first:last],
            integer=(first, last) == y,
        )
        for first, last in (x, y, rest)
    )
    result = optimise(replace(fixed, variables=blocks), solver)
    assert result.status == ("infeasible" if best is None else "optimal")
    assert result.value == (None if best is None else pytest.approx(best))
