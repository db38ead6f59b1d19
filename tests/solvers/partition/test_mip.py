"""Method "mip" for partition queries, against trying every set of them."""

from fractions import Fraction
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import REGIMES, examples, instances, partition_oracles, query_costs

from suasion import (
    BinaryPersuasion,
    PartitionQueries,
    QuerySelection,
    QuerySet,
    ThresholdQueries,
    solve,
)
from suasion.models.programs.program import ProgramSolution
from suasion.models.queries.query_mip import query_mip, query_mip_start
from suasion.results import NUMERICAL_GAP, Report, Result, Status
from suasion.solvers.options import Options
from suasion.solvers.partition.mip import partition_mip

# The function has the module's name in its package.
backends = import_module("suasion.solvers.backends.optimise")

F = Fraction
PAIR = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
SPLIT = PartitionQueries([[[0], [1]]])
ONE_QUERY = QuerySelection(PAIR, SPLIT, budget=1)
# Two queries which gain nothing one by one.
TOGETHER = QuerySelection(
    BinaryPersuasion(["1/6", "1/2", "1/3"], ["1/4", "1/2", "1/2"]),
    PartitionQueries([[[1], [0, 2]], [[2], [0, 1]]]),
)


def float_question(n, m, top=1.0, seed=0, **options):
    """Random weights, beliefs and queries of two cells."""
    rng = np.random.default_rng(seed)
    instance = BinaryPersuasion(rng.dirichlet(np.ones(n)), rng.uniform(0, top, n))
    return QuerySelection(
        instance, PartitionQueries.from_labels(rng.integers(0, 2, (m, n))), **options
    )


def check(question, result, best):
    """An optimal result whose parts agree with each other and with the best value."""
    assert result.status == "optimal"
    assert result.method == "mip"
    assert result.value == pytest.approx(float(best), abs=1e-8)
    assert result.bound == pytest.approx(float(best), abs=NUMERICAL_GAP)
    assert result.value == result.answer.value(question)
    assert question.budget is None or len(result.answer) <= question.budget


@pytest.mark.parametrize("costs", ["free", "equal", "unequal"])
@pytest.mark.parametrize("regime", REGIMES)
@given(data=st.data())
@examples(15)
def test_the_answer_is_the_best_of_every_set(regime, costs, data):
    instance = data.draw(instances(regime))
    oracle = data.draw(partition_oracles(len(instance), max_queries=4))
    budget = data.draw(st.sampled_from([None, 0, 1, 2]))
    prices = data.draw(query_costs(len(oracle), costs))
    question = QuerySelection(instance, oracle, budget, costs=prices)
    best = solve(question, "brute-force", exact=True).exact_value
    check(question, partition_mip(question, Options()), best)
    exact = partition_mip(question, Options(exact=True))
    assert exact.exact_value == exact.answer.value(question, exact=True)
    assert exact.exact_value == best
    assert exact.status == "optimal"
    assert not exact.exact


@pytest.mark.parametrize("solver", ["pulp:CBC", "pulp:HiGHS"])
@pytest.mark.parametrize("top", [0.5, 1.0])
def test_other_solvers_find_the_same(solver, top):
    for seed, costs in enumerate([None, 0.002]):
        question = float_question(8, 6, top, seed, budget=2, costs=costs)
        best = solve(question, "brute-force").value
        check(question, partition_mip(question, Options(solver=solver)), best)
        check(question, partition_mip(question, Options()), best)


@pytest.mark.parametrize("top", [0.5, 1.0])
def test_twenty_types_and_queries_are_solved_and_proved(top):
    question = float_question(20, 12, top, budget=3)
    result = partition_mip(question, Options())
    check(question, result, solve(question, "brute-force").value)
    assert result.report.solver == "highs"
    assert result.report.raw_status == "Optimal"


@pytest.mark.parametrize("solver", ["highs", "pulp:CBC"])
@pytest.mark.parametrize("start", [None, QuerySet([0, 3])])
def test_out_of_time_the_start_is_the_answer_and_full_information_the_bound(solver, start):
    question = float_question(20, 20, budget=3)
    result = partition_mip(question, Options(solver=solver, time_limit=0), start)
    assert result.status == "feasible"
    assert result.report.raw_status == "time limit"
    assert result.answer == (start or QuerySet([]))
    assert result.value == result.answer.value(question)
    assert result.bound == question.persuasion.full_information()


@pytest.mark.parametrize("solver", ["highs", "pulp:CBC"])
def test_a_larger_gap_is_taken_at_its_word(solver):
    question = float_question(12, 12, 0.5, budget=3)
    best = solve(question, "brute-force").value
    result = partition_mip(question, Options(solver=solver, gap=0.5))
    assert result.value <= best + 1e-9
    assert result.bound >= best - 1e-9
    assert result.status == ("optimal" if result.gap <= NUMERICAL_GAP else "feasible")


def test_an_optimal_start_is_kept():
    question = float_question(12, 8, budget=2)
    start = solve(question, "brute-force").answer
    assert partition_mip(question, Options(), start).answer == start
    with pytest.raises(ValueError, match="queries has 3 queries; the budget is 2"):
        partition_mip(question, Options(), QuerySet([0, 1, 2]))
    with pytest.raises(ValueError, match="queries are numbered 0 to 7"):
        partition_mip(question, Options(), QuerySet([8]))


def test_highs_is_given_the_start(monkeypatch):
    given = []

    def optimise(program, solver, **options):
        given.append((solver, options))
        return backends_optimise(program, solver, **options)

    backends_optimise = backends.optimise
    monkeypatch.setattr(backends, "optimise", optimise)
    options = Options(time_limit=60, gap=0.01, threads=2, seed=5)
    partition_mip(ONE_QUERY, options, QuerySet([0]))
    ((solver, passed),) = given
    program = query_mip(ONE_QUERY)
    assert passed["start"].tolist() == query_mip_start(ONE_QUERY, program, [0]).tolist()
    assert (solver, passed["gap"], passed["threads"], passed["seed"]) == ("highs", 0.01, 2, 5)
    # Building the program is on the clock.
    assert 50 < passed["time_limit"] < 60


def saying(monkeypatch, status, queries=None, bound=None, words="said so"):
    """Make the backend answer with these queries."""

    def optimise(program, solver, **options):
        point = None
        if queries is not None:
            point = ProgramSolution(query_mip_start(TOGETHER, program, queries))
        report = Report(raw_status=words)
        return Result(status, "program", bound=bound, answer=point, report=report)

    monkeypatch.setattr(backends, "optimise", optimise)


@pytest.mark.parametrize("status", [Status.FAILED, Status.INFEASIBLE, Status.UNBOUNDED])
def test_a_solver_that_fails_is_reported_as_that(monkeypatch, status):
    saying(monkeypatch, status)
    result = partition_mip(TOGETHER, Options())
    assert (result.status, result.answer, result.bound) == ("failed", None, None)
    assert result.report.raw_status == "said so"


def test_a_value_beyond_the_bound_is_not_called_optimal(monkeypatch):
    saying(monkeypatch, Status.OPTIMAL, [0, 1], bound=0.9)
    assert partition_mip(TOGETHER, Options()).status == "failed"
    saying(monkeypatch, Status.OPTIMAL, [0, 1], bound=11 / 12 + 0.05)
    result = partition_mip(TOGETHER, Options())
    # Full information, 11/12, is less than what the solver proved.
    assert (result.status, result.bound) == ("optimal", pytest.approx(11 / 12))
    saying(monkeypatch, Status.OPTIMAL, [0], bound=11 / 12)
    assert partition_mip(TOGETHER, Options()).status == "feasible"


def test_a_worse_answer_than_the_start_is_not_given(monkeypatch):
    saying(monkeypatch, Status.FEASIBLE, [0], bound=np.inf)
    result = partition_mip(TOGETHER, Options(exact=True), QuerySet([0, 1]))
    assert (result.answer, result.exact_value) == (QuerySet([0, 1]), F(11, 12))
    # As good with fewer queries is better.
    assert partition_mip(TOGETHER, Options()).answer == QuerySet([])
    saying(monkeypatch, Status.NO_ANSWER, words="time limit")
    result = partition_mip(TOGETHER, Options())
    assert (result.answer, result.status, result.value) == (
        QuerySet([]),
        "feasible",
        pytest.approx(5 / 6),
    )


def test_queries_that_gain_only_together_are_found():
    result = partition_mip(TOGETHER, Options(exact=True))
    assert (result.answer, result.exact_value) == (QuerySet([0, 1]), F(11, 12))
    document = result.to_dict()
    assert (document["queries"], document["exact_value"]) == ([0, 1], "11/12")


def test_other_questions_and_solvers_are_refused():
    for budget in (1, None):
        adaptive = QuerySelection(PAIR, SPLIT, budget, adaptive=True)
        with pytest.raises(ValueError, match=r'adaptive is True, .* use "dp"'):
            partition_mip(adaptive, Options())
    with pytest.raises(ValueError, match="oracle asks threshold queries"):
        partition_mip(QuerySelection(PAIR, ThresholdQueries()), Options())
    with pytest.raises(ValueError, match='use "highs" or "pulp:CBC"'):
        partition_mip(ONE_QUERY, Options(solver="cvxpy:CLARABEL"))


def test_the_empty_start_is_not_returned_as_the_optimum():
    instance = BinaryPersuasion(
        ["1/6", "1/12", "1/12", "1/4", "5/12"], ["3/4", "1/2", "1/2", "1/4", "3/4"]
    )
    queries = PartitionQueries([[[0, 1], [2, 3, 4]], [[0, 2, 3], [1, 4]]])
    problem = QuerySelection(instance, queries, budget=2)
    result = partition_mip(problem, Options(exact=True), QuerySet([]))
    assert (result.status, result.exact_value) == ("optimal", F(61, 72))
    assert result.bound == pytest.approx(61 / 72)
