"""One `solve` for every question: dispatch, continua, limits of time and Ctrl-C."""

import json
import re
import signal
import subprocess
import sys
import time
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

import suasion
from suasion import (
    BinaryPersuasion,
    InputError,
    MessagingPolicy,
    PartitionQueries,
    QuerySelection,
    QuerySet,
    QueryTree,
    ThresholdQueries,
    WrongKindError,
    bounds,
    methods,
    solve,
)

F = Fraction
PAIR = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
CUTS = QuerySelection(PAIR, ThresholdQueries(), 1)
PARTS = QuerySelection(PAIR, PartitionQueries([[[0], [1]]]), 1)
IN_TURN = QuerySelection(PAIR, ThresholdQueries(), 1, adaptive=True, costs="1/100")


def random_question(n, budget=None, adaptive=False, cost=None, top=0.8):
    rng = np.random.default_rng(2)
    w = rng.uniform(size=n)
    instance = BinaryPersuasion(w / w.sum(), rng.uniform(0, top, n))
    costs = None if cost is None else rng.uniform(0, cost, n - 1)
    return QuerySelection(instance, ThresholdQueries(), budget, adaptive, costs)


@pytest.mark.parametrize("problem", [PAIR, CUTS, PARTS], ids=["messaging", "cuts", "parts"])
def test_auto_is_one_of_the_methods_and_every_method_answers(problem):
    best = solve(problem)
    assert best.method in methods(problem)
    for method in methods(problem):
        result = solve(problem, method)
        assert result.method == method
        assert result.value <= best.value + 1e-9
        assert result.bound >= best.value - 1e-9
        assert result.problem is problem
        assert result.report.seconds > 0
        assert result.require().value(problem) == pytest.approx(result.value, abs=1e-15)


@pytest.mark.parametrize(
    ("problem", "answer"),
    [(PAIR, MessagingPolicy), (CUTS, QuerySet), (PARTS, QuerySet), (IN_TURN, QueryTree)],
)
def test_the_kind_of_answer_follows_from_the_question(problem, answer):
    assert isinstance(solve(problem).answer, answer)


def test_our_own_methods_report_the_version_of_the_package():
    report = solve(PAIR).report
    assert (report.solver, report.version) == ("suasion", suasion.__version__)
    assert solve(PAIR, "lp").report.solver != "suasion"


@pytest.mark.parametrize(
    ("problem", "method", "sentence"),
    [
        (
            PAIR,
            "closed-from",
            'to binary-persuasion; choose from auto, closed-form, .*"closed-form"\\?',
        ),
        (PAIR, "dp", "does not apply to binary-persuasion; choose from auto"),
        (CUTS, "gredy", 'to query-selection \\(threshold\\); .* did you mean "greedy"\\?'),
        (
            PARTS,
            "algorithm-1",
            r"does not apply to query-selection \(partition\); choose from auto",
        ),
    ],
)
def test_a_method_that_does_not_apply_is_refused_with_those_that_do(problem, method, sentence):
    with pytest.raises(ValueError, match=f'method "{method}".*{sentence}'):
        solve(problem, method)


@pytest.mark.parametrize("problem", [None, {"kind": "binary-persuasion"}, 3])
def test_something_that_is_no_question_is_refused(problem):
    with pytest.raises(TypeError, match=f"problem is a {type(problem).__name__}; give a Binary"):
        solve(problem)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"time_limit": -1}, "time_limit is -1; give seconds >= 0"),
        ({"time_limit": float("nan")}, "time_limit is nan"),
        ({"gap": -0.1}, "gap is -0.1; give a number >= 0"),
        ({"gap": float("inf")}, "gap is inf"),
        ({"threads": 0}, "threads is 0; give an integer >= 1"),
    ],
)
def test_options_out_of_range_are_refused(options, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        solve(PAIR, **options)


CONTINUA = {
    "beta": stats.beta(2, 3),
    "uniform": stats.uniform(0, 1),
    "low uniform": stats.uniform(0, 0.5),
    "truncnorm": stats.truncnorm(-2, 2, loc=0.4, scale=0.15),
}


def questions(both, budget):
    """The messaging problem, or threshold queries, about a discretized continuum."""
    return both if budget is None else QuerySelection(both, ThresholdQueries(), budget)


@pytest.mark.parametrize("budget", [None, 0, 2, 8])
@pytest.mark.parametrize("distribution", CONTINUA.values(), ids=CONTINUA)
def test_a_continuum_lies_between_its_roundings(distribution, budget):
    coarse, fine = (BinaryPersuasion.discretize(distribution, s) for s in (0.02, 0.0002))
    result = solve(questions(coarse, budget))
    down = solve(questions(coarse.down, budget))
    up = solve(questions(coarse.up, budget))
    assert result.value == down.value
    assert result.bound == up.bound
    inner, outer = (solve(questions(side, budget)).value for side in (fine.down, fine.up))
    assert down.value <= inner + 1e-9
    assert inner <= outer + 1e-9
    assert outer <= up.value + 1e-9
    assert outer - inner <= 5e-4 + 1e-9
    assert result.status == "feasible"
    assert solve(questions(fine, budget)).value == pytest.approx(inner, abs=1e-12)


@pytest.mark.parametrize("distribution", CONTINUA.values(), ids=CONTINUA)
def test_the_policy_for_beliefs_rounded_down_is_safe_for_the_others(distribution):
    coarse, fine = (BinaryPersuasion.discretize(distribution, s) for s in (0.02, 0.0002))
    result = solve(coarse)
    for instance in (coarse.down, fine.down, fine.up, coarse.up):
        assert result.answer.value(instance) >= result.value - 1e-9


def test_low_beliefs_rounded_down_lose_at_most_two_steps():
    for step in (0.1, 0.05, 0.01):
        both = BinaryPersuasion.discretize(stats.uniform(0, 0.5), step)
        assert solve(both).gap <= 2 * step + 1e-9


def test_a_continuum_without_width_is_optimal():
    both = BinaryPersuasion.discretize(stats.randint(0, 2), 0.5)
    assert solve(both).status == "optimal"
    assert solve(both).value == 0.5


STOPPABLE = {
    "many cuts": (random_question(5_000, 600), "dp"),
    "greedy": (random_question(300, 50), "greedy"),
    "in turn with costs": (random_question(300, None, True, 0.01), "dp"),
    "in turn with costs and rounds": (random_question(300, 3, True, 0.01), "dp"),
    "partitions": (PARTS, "brute-force"),
    "partitions in turn": (
        QuerySelection(PAIR, PARTS.oracle, 1, adaptive=True),
        "brute-force",
    ),
}


@pytest.mark.parametrize(("problem", "method"), STOPPABLE.values(), ids=STOPPABLE)
def test_no_time_gives_a_feasible_answer_with_a_bound(problem, method):
    best = solve(problem)
    result = solve(problem, method, time_limit=0)
    assert result.report.raw_status == "time limit"
    assert result.status == "feasible"
    assert result.answer is not None
    assert result.value < best.value
    assert result.bound >= best.value - 1e-9
    assert result.answer.value(problem) == result.value
    assert best.status == "optimal"


@pytest.mark.parametrize("method", ["dp", "greedy"])
def test_enough_time_changes_nothing(method):
    problem = random_question(300, 20)
    limited, unlimited = (solve(problem, method, time_limit=limit) for limit in (600, None))
    assert limited.value == unlimited.value
    assert limited.report.raw_status == ""


INTERRUPTED = """
import json, sys, numpy as np
from suasion import *
from suasion.solvers import compiled
from suasion.solvers.partition import search as partition_search
rng = np.random.default_rng(0)
if sys.argv[1] == "in turn":
    n = 3000
    # Compile first: a machine without numba's cache would be compiling for seconds.
    usual, compiled.COMPILE_FROM = compiled.COMPILE_FROM, 0
    pair = BinaryPersuasion([0.5, 0.5], [0.2, 0.7])
    solve(QuerySelection(pair, ThresholdQueries(), None, True, [0.01]))
    compiled.COMPILE_FROM = usual
    instance = BinaryPersuasion(np.full(n, 1 / n), rng.uniform(0, 0.8, n))
    problem = QuerySelection(instance, ThresholdQueries(), None, True, rng.uniform(0, 1e-6, n - 1))
else:
    sizes = {"at once": (200, 100, 8), "tree": (300, 60, 6), "wide": (40, 60000, 2)}
    n, m, budget = sizes[sys.argv[1]]
    instance = BinaryPersuasion(np.full(n, 1 / n), rng.uniform(0, 0.8, n))
    answers = rng.integers(0, 4 if sys.argv[1] == "wide" else 2, (m, n))
    cells = [[np.flatnonzero(a == c) for c in range(4) if c in a] for a in answers]
    adaptive = sys.argv[1] != "at once"
    usual, partition_search.COMPILED_CELLS = partition_search.COMPILED_CELLS, 0
    solve(QuerySelection(instance, PartitionQueries(cells[:4]), 3, adaptive))
    partition_search.COMPILED_CELLS = usual
    problem = QuerySelection(instance, PartitionQueries(cells), budget, adaptive)
print("started", flush=True)
result = solve(problem)
document = result.to_dict()
print(json.dumps([result.status, result.report.raw_status, result.value, result.bound,
                  result.answer.value(problem)]))
"""


@pytest.mark.parametrize("search", ["in turn", "at once", "tree", "wide"])
def test_ctrl_c_returns_what_was_found(search):
    child = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, search],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with child:
        try:
            assert child.stdout.readline() == "started\n"
            time.sleep(1)
            child.send_signal(signal.SIGINT)
            sent = time.perf_counter()
            output, errors = child.communicate(timeout=60)
            waited = time.perf_counter() - sent
        finally:
            child.kill()
    assert child.returncode == 0, errors
    status, raw, value, bound, earned = json.loads(output)
    assert raw == "interrupted"
    assert status == "feasible"
    assert value == earned
    assert value < bound
    assert waited < 10


def test_ctrl_c_means_its_usual_self_again_after_a_solve():
    before = signal.getsignal(signal.SIGINT)
    solve(CUTS)
    solve(PARTS)
    assert signal.getsignal(signal.SIGINT) is before


def test_exact_answers_carry_their_rational_value():
    for problem in (PAIR, CUTS, PARTS, IN_TURN):
        result = solve(problem, exact=True)
        assert result.exact
        assert isinstance(result.exact_value, Fraction)
        assert result.value == float(result.exact_value)
        assert result.bound == result.value
    assert solve(CUTS, exact=True).exact_value == F(3, 5)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"method": solve}, "method is a function; give a name: closed-form, "),
        ({"method": None}, "method is a NoneType"),
        ({"exact": "no"}, "exact is 'no'; give True or False"),
        ({"solver": None}, "solver is a NoneType; give a name"),
        ({"time_limit": "5"}, "time_limit is '5'; give seconds"),
        ({"gap": "1%"}, "gap is '1%'; give a number"),
        ({"threads": 1.5}, r"threads is 1\.5; give an integer >= 1"),
        ({"seed": -1}, "seed is -1; give an integer >= 0"),
        ({"progress": 3}, "progress is 3; give a function"),
    ],
)
def test_options_of_another_kind_are_refused_in_a_sentence(options, said):
    with pytest.raises(InputError, match=said):
        solve(BinaryPersuasion([1], ["2/5"]), **options)


@pytest.mark.parametrize("given", [BinaryPersuasion([1], ["2/5"]), None, "finite.json"])
def test_bounds_are_of_finite_persuasion(given):
    with pytest.raises(WrongKindError, match=r"instance is .*; give a FinitePersuasion"):
        bounds(given)
