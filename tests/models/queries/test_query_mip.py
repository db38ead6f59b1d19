"""The program of partition queries: right in every regime, for every set of queries."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import (
    REGIMES,
    examples,
    fractions,
    instances,
    partition_oracles,
    query_costs,
)

from suasion import (
    BinaryPersuasion,
    PartitionQueries,
    QuerySelection,
    QuerySet,
    ThresholdQueries,
    solve,
)
from suasion.models.queries import query_mip as module
from suasion.models.queries.plain_query_mip import plain_query_mip
from suasion.models.queries.query_mip import chosen_queries, query_mip, query_mip_start
from suasion.solvers.backends.optimise import optimise

F = Fraction
PROGRAMS = [query_mip, plain_query_mip]
# What solvers call optimal may be off by this much.
CLOSE = 1e-8

every_program = pytest.mark.parametrize("formulate", PROGRAMS)
PAIR = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
SPLIT = PartitionQueries([[[0], [1]]])


@st.composite
def questions(draw, regimes=(*REGIMES, "own states", "certain"), max_types=5, max_queries=3):
    """A non-adaptive question of some regime, with a budget, costs, both or neither."""
    regime = draw(st.sampled_from(regimes))
    instance = draw(instances(regime if regime in REGIMES else "private", max_types=max_types))
    weights, beliefs, thresholds, _ = instance.numbers(exact=True)
    if regime == "own states":
        states = draw(st.lists(fractions(), min_size=len(weights), max_size=len(weights)))
        instance = BinaryPersuasion(weights, beliefs, thresholds, states)
    if regime == "certain":
        instance = BinaryPersuasion(weights, beliefs, [1, *thresholds[1:]])
    oracle = draw(partition_oracles(len(instance), max_queries))
    costs = draw(query_costs(len(oracle), draw(st.sampled_from(["free", "equal", "unequal"]))))
    budget = draw(st.sampled_from([None, 0, 1, 2]))
    return QuerySelection(instance, oracle, budget, costs=costs)


def best_value(question):
    return float(solve(question, "brute-force", exact=True).exact_value)


def relaxed(program):
    """The same program without integrality."""
    return replace(program, variables=tuple(replace(b, integer=False) for b in program.variables))


def affordable_sets(question):
    m = question.query_count
    most = m if question.budget is None else min(m, question.budget)
    return [chosen for k in range(most + 1) for chosen in combinations(range(m), k)]


@every_program
@given(question=questions())
@examples(150)
def test_the_optimum_is_that_of_trying_every_set(formulate, question):
    program, best = formulate(question), best_value(question)
    result = optimise(program)
    assert result.status == "optimal"
    assert result.value == pytest.approx(best, abs=CLOSE)
    queries = QuerySet(chosen_queries(program, result.answer.values))
    assert queries.value(question) == pytest.approx(best, abs=CLOSE)


@every_program
@given(question=questions())
@examples(100)
def test_every_affordable_set_is_a_feasible_point_of_its_own_value(formulate, question):
    program = formulate(question)
    for queries in affordable_sets(question):
        point = query_mip_start(question, program, queries)
        assert program.violation(point) <= 1e-12
        assert program.value(point) == pytest.approx(QuerySet(queries).value(question), abs=1e-12)
        assert chosen_queries(program, point) == list(queries)


@given(question=questions())
@examples(100)
def test_for_fixed_queries_the_program_is_worth_what_they_are(question):
    program = query_mip(question)
    for queries in affordable_sets(question)[-3:]:
        z = program.block(query_mip_start(question, program, queries), "query")
        block = replace(program.variables[0], lower=z, upper=z, integer=False)
        fixed = replace(program, variables=(block, *program.variables[1:]))
        value = QuerySet(queries).value(question)
        assert optimise(fixed).value == pytest.approx(value, abs=CLOSE)


@given(question=questions())
@examples(100)
def test_the_relaxation_is_between_the_optimum_and_full_information(question):
    bound = optimise(relaxed(query_mip(question))).value
    assert best_value(question) - CLOSE <= bound
    assert bound <= question.persuasion.full_information() + CLOSE
    assert optimise(relaxed(plain_query_mip(question))).value >= best_value(question) - CLOSE


@every_program
@pytest.mark.parametrize("near", ["999999/1000000", "999999999/1000000000", 1 - F(1, 10**15)])
@given(question=questions(regimes=["private", "both"]), data=st.data())
@examples(25)
def test_odds_of_a_million_and_more_leave_coefficients_and_optimum_right(
    formulate, near, question, data
):
    near = F(near)
    weights, beliefs, thresholds, _ = question.persuasion.numbers(exact=True)
    extremes = [data.draw(st.sampled_from([t, near, near, 1 - near])) for t in thresholds]
    extreme = question.with_persuasion(BinaryPersuasion(weights, beliefs, extremes))
    program = formulate(extreme)
    assert np.abs(program.matrix.data).max(initial=0) <= 1
    assert np.abs(program.objective).max(initial=0) <= 1
    result = optimise(program)
    assert result.status == "optimal"
    assert result.value == pytest.approx(best_value(extreme), abs=2 * CLOSE)
    for queries in affordable_sets(extreme)[-2:]:
        point = query_mip_start(extreme, program, queries)
        assert program.violation(point) <= 1e-12
        value = QuerySet(queries).value(extreme)
        assert program.value(point) == pytest.approx(value, abs=CLOSE)


@every_program
def test_a_cell_that_is_no_segment_can_be_best(formulate):
    instance = BinaryPersuasion(["1/4", "1/4", "1/2"], ["1/5", "2/5", "3/5"])
    splits = PartitionQueries([[[0], [1, 2]], [[0, 1], [2]], [[0, 2], [1]]])
    program = formulate(QuerySelection(instance, splits, budget=1))
    result = optimise(program)
    assert result.value == pytest.approx(37 / 50)
    assert chosen_queries(program, result.answer.values) == [2]


@every_program
def test_two_messages_are_mixed_where_one_is_not_best(formulate):
    instance = BinaryPersuasion(["1/2", "1/2"], ["2/5", "9/10"])
    for budget, value in ((0, 221 / 250), (1, 9 / 10)):
        program = formulate(QuerySelection(instance, SPLIT, budget))
        assert optimise(program).value == pytest.approx(value)


@every_program
def test_queries_that_gain_only_together_are_found(formulate):
    instance = BinaryPersuasion(["1/6", "1/2", "1/3"], ["1/4", "1/2", "1/2"])
    oracle = PartitionQueries([[[1], [0, 2]], [[2], [0, 1]]])
    for budget, cost, value in ((1, 0, 5 / 6), (2, 0, 11 / 12), (2, "1/20", 5 / 6)):
        question = QuerySelection(instance, oracle, budget, costs=cost)
        assert optimise(formulate(question)).value == pytest.approx(value)


def test_only_thresholds_above_a_half_need_message_0_and_a_row_for_state_0():
    for top, messages, rows in (("1/2", 3, {}), ("3/5", 5, {"low": 1})):
        instance = BinaryPersuasion(["1/2", "1/2"], ["1/5", top])
        program = query_mip(QuerySelection(instance, SPLIT, budget=0))
        assert [len(block) for block in program.variables] == [1, messages, messages]
        sizes = {family.name: len(family) for family in program.constraints}
        assert sizes == {"high": messages, "together": 1, "budget": 1, **rows}


@pytest.mark.parametrize("top", [0.5, 1])
def test_the_sizes_are_as_stated(top):
    rng = np.random.default_rng(0)
    n, m = 100, 40
    labels = rng.integers(0, 2, (m, n))
    instance = BinaryPersuasion(rng.dirichlet(np.ones(n)), rng.uniform(0, top, n))
    program = query_mip(QuerySelection(instance, PartitionQueries.from_labels(labels), 3))
    assert program.matrix.shape == pytest.approx((n**2, n**2), rel=0.05)
    assert program.constraints[-2].matrix.nnz == pytest.approx(n**2 * m / 4, rel=0.1)


def test_types_that_make_no_difference_take_no_room():
    doubled = BinaryPersuasion(
        ["1/4", 0, "1/4", 0, "1/2"], ["1/5", "1/3", "2/5", "9/10", "1/2"], [0.2, 0.3, 0.4, 0.9, 1]
    )
    oracle = PartitionQueries([[[0, 1], [2, 3, 4]]])
    program = query_mip(QuerySelection(doubled, oracle))
    assert [(b.name, len(b)) for b in program.variables] == [
        ("query", 1),
        ("certain", 1),
        ("message", 3),
        ("high", 3),
    ]
    assert program.block(program.objective, "certain").tolist() == [0.5]
    assert optimise(program).value == pytest.approx(0.5 + 0.1 + 0.2)


def test_equal_thresholds_share_a_message_and_need_no_row():
    tied = BinaryPersuasion(["1/4"] * 4, ["1/5", "1/5", "1/5", "2/5"])
    oracle = PartitionQueries([[[0, 3], [1, 2]], [[0, 1], [2, 3]]])
    program = query_mip(QuerySelection(tied, oracle))
    sizes = {family.name: len(family) for family in program.constraints}
    assert sizes == {"high": 5, "together": 3}


@pytest.mark.parametrize("beliefs", [["1/5", "2/5"], ["1/5", "3/5"], [1, 1], [0, 0]])
@every_program
def test_without_queries_the_messaging_problem_is_left(formulate, beliefs):
    instance = BinaryPersuasion(["1/2", "1/2"], beliefs)
    question = QuerySelection(instance, PartitionQueries([]), budget=2)
    program = formulate(question)
    assert optimise(program).value == pytest.approx(solve(instance).value, abs=CLOSE)
    assert chosen_queries(program, query_mip_start(question, program, [])) == []


def test_a_budget_that_cannot_bind_takes_no_row():
    for budget, rows in ((None, 0), (1, 0), (0, 1)):
        program = query_mip(QuerySelection(PAIR, SPLIT, budget))
        assert sum(family.name == "budget" for family in program.constraints) == rows


def test_hundreds_of_float_types_start_at_their_value():
    rng = np.random.default_rng(4)
    n, m = 300, 20
    thresholds = rng.choice(rng.uniform(0, 1, 50), n)
    instance = BinaryPersuasion(rng.dirichlet(np.ones(n)), rng.uniform(0, 1, n), thresholds)
    question = QuerySelection(instance, PartitionQueries.from_labels(rng.integers(0, 3, (m, n))))
    program = query_mip(question)
    for queries in ([], [3], range(m)):
        point = query_mip_start(question, program, queries)
        assert program.violation(point) <= 1e-12
        assert program.value(point) == pytest.approx(QuerySet(queries).value(question), abs=1e-12)


@every_program
def test_other_questions_are_refused(formulate):
    with pytest.raises(ValueError, match="oracle asks threshold queries"):
        formulate(QuerySelection(PAIR, ThresholdQueries()))
    with pytest.raises(ValueError, match="adaptive is True"):
        formulate(QuerySelection(PAIR, SPLIT, adaptive=True))


def test_too_large_programs_are_refused_before_they_are_built(monkeypatch):
    rng = np.random.default_rng(0)
    everyone = BinaryPersuasion(np.full(16, 1 / 16), rng.uniform(size=16))
    answers = PartitionQueries.from_labels(rng.integers(0, 3, (5, 16)))
    question = QuerySelection(everyone, answers, budget=2)
    with pytest.raises(ValueError, match="at most 15 types and there are 16"):
        plain_query_mip(question)
    nonzeros = query_mip(question).matrix.nnz
    monkeypatch.setattr(module, "LARGEST_MIP", 2 * nonzeros)
    query_mip(question)
    monkeypatch.setattr(module, "LARGEST_MIP", nonzeros - 1)
    with pytest.raises(ValueError, match=r"16 types and 5 queries .* use fewer types or queries"):
        query_mip(question)


def test_a_start_fits_its_problem():
    question = QuerySelection(PAIR, PartitionQueries([[[0], [1]]] * 2), budget=1)
    program = query_mip(question)
    with pytest.raises(ValueError, match="queries has 2 queries; the budget is 1"):
        query_mip_start(question, program, [0, 1])
    with pytest.raises(ValueError, match="queries has 2; queries are numbered 0 to 1"):
        query_mip_start(question, program, [2])
    with pytest.raises(ValueError, match='program "query-mip" was not made from this problem'):
        query_mip_start(QuerySelection(PAIR, SPLIT, budget=1), program, [0])


@pytest.mark.parametrize("value", [0.5, 1e-5, 1 - 1e-5, 2, -1, np.nan])
def test_a_point_that_is_not_integral_names_no_queries(value):
    program = query_mip(QuerySelection(PAIR, PartitionQueries([[[0], [1]]] * 2)))
    point = np.zeros(len(program.objective))
    point[:2] = 1 - 1e-9, value
    with pytest.raises(ValueError, match=r"query\[1\] is .* neither 0 nor 1"):
        chosen_queries(program, point)
    point[1] = 1e-9
    assert chosen_queries(program, point) == [0]


def test_a_start_that_the_rules_forbid_is_refused():
    ruled = QuerySelection(PAIR, SPLIT, constraints=[{"coefficients": {0: 1}, "upper": 0}])
    with pytest.raises(ValueError, match=r"queries is QuerySet\(\[0\]\), for which constraints"):
        query_mip_start(ruled, query_mip(ruled), [0])
