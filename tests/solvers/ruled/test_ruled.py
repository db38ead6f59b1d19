"""Partition queries with rules: every method against trying every set, from the definition."""

from fractions import Fraction

import numpy as np
import pytest
from finite_instances import finite_instances
from hypothesis import given
from hypothesis import strategies as st
from instances import examples
from rules import allowed_sets, best_worth, price, ruled, worth

from suasion import (
    BinaryPersuasion,
    FinitePersuasion,
    InputError,
    PartitionQueries,
    QuerySelection,
    QuerySet,
    compare_methods,
    solve,
)
from suasion.models.queries.plain_query_mip import plain_query_mip
from suasion.models.queries.query_mip import chosen_queries, query_mip, query_mip_start
from suasion.solvers.backends.optimise import optimise

F = Fraction
FOUR = BinaryPersuasion(["1/4"] * 4, ["1/10", "1/5", "3/10", "2/5"])
SPLITS = PartitionQueries(
    {"a": [[0], [1, 2, 3]], "b": [[1], [0, 2, 3]], "c": [[2], [0, 1, 3]], "d": [[0, 1], [2, 3]]}
)


@given(question=ruled())
@examples(50)
def test_a_set_costs_and_is_allowed_as_the_definition_says(question):
    allowed = allowed_sets(question)
    for chosen in ({q for q in range(question.query_count) if k >> q & 1} for k in range(32)):
        answer = QuerySet(sorted(chosen))
        if len(answer) == len(chosen):
            assert question.cost_of(chosen, exact=True) == price(question, chosen)
            assert (answer.failures(question) == []) == (chosen in allowed)
            assert answer.value(question, exact=True) == worth(question, sorted(chosen))
            assert answer.value(question) == pytest.approx(float(worth(question, chosen)))


@pytest.mark.parametrize("method", ["branch-and-bound", "brute-force"])
@given(question=ruled())
@examples(50)
def test_an_exact_method_finds_the_best_allowed_set(method, question):
    best = best_worth(question)
    for exact in (True, False):
        result = solve(question, method, exact=exact)
        if best is None:
            assert result.status == "infeasible"
            continue
        assert result.status == "optimal"
        assert result.value == pytest.approx(float(best), abs=1e-12)
        assert result.exact_value == (best if exact else None)
        assert result.exact == exact
        assert set(result.answer.queries.tolist()) in allowed_sets(question)


@given(question=ruled())
@examples(50)
def test_the_program_finds_the_best_allowed_set(question):
    best = best_worth(question)
    result = solve(question, "mip")
    assert result.status == ("infeasible" if best is None else "optimal")
    if best is not None:
        assert result.value == pytest.approx(float(best), abs=1e-7)
        assert result.answer.failures(question) == []


@pytest.mark.parametrize("formulate", [query_mip, plain_query_mip])
@given(question=ruled(max_queries=3))
@examples(40)
def test_the_optimum_of_the_program_is_the_best_allowed_set(formulate, question):
    program, best = formulate(question), best_worth(question)
    result = optimise(program)
    if best is None:
        assert result.status == "infeasible"
        return
    assert result.value == pytest.approx(float(best), abs=1e-7)
    asked = chosen_queries(program, result.require().values)
    assert set(asked) in allowed_sets(question)
    start = query_mip_start(question, program, asked)
    assert program.value(start) == pytest.approx(float(best), abs=1e-7)
    assert program.violation(start) < 1e-9


@pytest.mark.parametrize("method", ["greedy", "local-search"])
@given(question=ruled())
@examples(40)
def test_a_heuristic_keeps_the_rules_and_its_bound_holds(method, question):
    best, result = best_worth(question), solve(question, method)
    # Few queries: a search for some allowed set is complete.
    assert (result.answer is None) == (best is None)
    if best is not None:
        assert set(result.answer.queries.tolist()) in allowed_sets(question)
        assert result.value <= float(best) + 1e-12 <= result.bound + 2e-12


@given(question=finite_instances().flatmap(lambda finite: ruled(finite, max_queries=3)))
@examples(25)
def test_finite_receivers_have_the_same_rules(question):
    values = [
        known_cells(question, chosen) - float(price(question, chosen))
        for chosen in allowed_sets(question)
    ]
    best = max(values, default=None)
    for method in ("branch-and-bound", "brute-force", "greedy", "local-search"):
        result = solve(question, method)
        if best is None:
            assert result.answer is None
            continue
        assert set(result.answer.queries) in allowed_sets(question)
        assert result.value <= best + 1e-7
        if method in ("branch-and-bound", "brute-force"):
            assert (result.status, result.value) == ("optimal", pytest.approx(best, abs=1e-7))


def known_cells(question, chosen):
    """What the cells of some queries are worth: each cell a problem of its own."""
    instance, labels = question.persuasion, question.oracle.labels[sorted(chosen)]
    member = np.zeros(len(instance), dtype=int)
    if chosen:
        member = np.unique(labels, axis=1, return_inverse=True)[1].reshape(-1)
    total = 0.0
    for cell in np.unique(member):
        part = instance.part(np.flatnonzero(member == cell))
        if part.weights.sum() > 0:
            total += solve(part).value
    return total


def asked(**rules):
    return QuerySelection(FOUR, SPLITS, **rules)


def test_at_most_one_of_two_is_kept():
    free = solve(asked(budget=2, costs="1/1000"), "brute-force", exact=True)
    pair = dict.fromkeys([SPLITS.names[q] for q in free.answer.queries], 1)
    limited = asked(budget=2, costs="1/1000", constraints=[{"coefficients": pair, "upper": 1}])
    result = solve(limited, exact=True)
    assert result.exact_value < free.exact_value
    assert result.exact_value == best_of(limited)


def best_of(question):
    """As `best_worth`, for questions whose queries have names."""
    names = question.oracle.names
    chosen = [QuerySet(q for q in range(len(names)) if k >> q & 1) for k in range(2 ** len(names))]
    kept = [answer for answer in chosen if not answer.failures(question)]
    return max(answer.value(question, exact=True) for answer in kept)


def test_a_fee_is_charged_once():
    question = asked(costs="1/1000", discounts=[{"group": ["a", "b", "c"], "fee": "1/50"}])
    assert question.cost_of([0], exact=True) == F(21, 1000)
    assert question.cost_of([0, 1, 2], exact=True) == F(23, 1000)
    assert question.cost_of([3], exact=True) == F(1, 1000)


def test_a_discount_needs_all_of_its_queries():
    question = asked(costs="1/100", discounts=[{"queries": ["a", "b"], "amount": "1/50"}])
    assert question.cost_of([0, 2], exact=True) == F(1, 50)
    assert question.cost_of([0, 1], exact=True) == 0


def test_pairs_are_found_where_one_query_alone_only_costs():
    """b alone tells nothing and costs; a needs it."""
    oracle = PartitionQueries({"a": [[0, 1], [2, 3]], "b": [[0, 1, 2, 3]]})
    needs = {"coefficients": {"a": 1, "b": -1}, "upper": 0}
    question = QuerySelection(FOUR, oracle, costs=[0, "1/1000"], constraints=[needs])
    best = solve(question, "brute-force", exact=True)
    assert best.answer == QuerySet([0, 1])
    for method in ("greedy", "local-search", "branch-and-bound", "mip"):
        assert solve(question, method).answer == best.answer


def test_a_query_that_tells_nothing_is_asked_for_the_sake_of_a_rebate():
    oracle = PartitionQueries([[[0, 1, 2, 3]]])
    question = QuerySelection(FOUR, oracle, discounts=[{"queries": [0], "amount": "1/7"}])
    for method in ("auto", "mip", "greedy", "local-search", "brute-force"):
        result = solve(question, method, exact=True)
        assert result.answer == QuerySet([0])
        assert result.exact_value == FOUR_ALONE + F(1, 7)


FOUR_ALONE = F(QuerySet([]).value(QuerySelection(FOUR, SPLITS), exact=True))


@pytest.mark.parametrize("budget", [None, 1])
def test_rules_that_no_set_keeps_are_infeasible(budget):
    lower = {"coefficients": {"a": 1, "b": 1}, "lower": 2}
    upper = {"coefficients": {"a": 1}, "upper": 0}
    question = asked(budget=budget, constraints=[lower] + [upper] * (budget is None))
    for method in ("auto", "branch-and-bound", "mip", "brute-force"):
        result = solve(question, method)
        assert (result.status, result.answer, result.value) == ("infeasible", None, None)
    for method in ("greedy", "local-search"):
        assert solve(question, method).answer is None
    assert compare_methods(question).agree


def test_rationals_are_kept_exactly_and_floats_within_rounding():
    third = {"coefficients": {"a": "1/3", "b": "1/3", "c": "1/3"}, "lower": 1}
    assert solve(asked(constraints=[third], costs="1/1000")).answer == QuerySet([0, 1, 2])
    tenth = {"coefficients": {"a": 0.1, "b": 0.1, "c": 0.1}, "lower": 0.3, "upper": 0.3}
    for method in ("branch-and-bound", "mip", "brute-force", "greedy"):
        answer = solve(asked(constraints=[tenth], costs=0), method).answer
        assert {0, 1, 2} <= set(answer.queries.tolist()), method  # the fourth is free
    over = {"coefficients": {"a": "1", "b": "1"}, "upper": "1999999999999/1000000000000"}
    for method in ("branch-and-bound", "mip", "brute-force", "greedy", "local-search"):
        answer = solve(asked(constraints=[over], costs=0), method).answer
        assert answer is None or not answer.failures(asked(constraints=[over]))


@pytest.mark.parametrize("solver", ["highs", "pulp:CBC", "pulp:HiGHS"])
def test_a_row_of_ones_own_is_kept_by_every_solver(solver):
    question = asked(budget=3, costs="1/1000")
    own = [{"coefficients": {"a": 1, "d": 1}, "upper": 1}, {"coefficients": {"c": 1}, "upper": 0}]
    program = query_mip(question, constraints=own)
    result = optimise(program, solver)
    chosen = chosen_queries(program, result.require().values)
    best = solve(question.with_rules(own), "brute-force")
    assert result.value == pytest.approx(best.value, abs=1e-7)
    assert QuerySet(chosen).failures(question.with_rules(own)) == []
    assert len(chosen) == 2


@pytest.mark.parametrize("solver", ["highs", "pulp:CBC", "pulp:HiGHS"])
def test_every_solver_charges_fees_and_discounts(solver):
    prices = [
        {"group": ["a", "b"], "fee": "1/100"},
        {"group": ["b", "c"], "fee": "-1/90"},
        {"queries": ["c", "d"], "amount": "1/80"},
        {"queries": ["a", "d"], "amount": "-1/70"},
    ]
    question = asked(costs="1/100", discounts=prices)
    result = solve(question, "mip", solver=solver)
    assert result.status == "optimal"
    assert result.value == pytest.approx(float(best_of(question)), abs=1e-7)


def test_methods_agree_and_the_exact_ones_exactly():
    prices = [{"group": ["a", "b"], "fee": "1/100"}, {"queries": ["c", "d"], "amount": "1/300"}]
    rows = [{"coefficients": {"a": 1, "c": 1, "d": 1}, "lower": 1, "upper": 2}]
    comparison = compare_methods(
        asked(costs="1/100", constraints=rows, discounts=prices), exact=True
    )
    assert comparison.agree
    ran = {row.method.split()[0] for row in comparison.rows if row.result is not None}
    assert ran == {"branch-and-bound", "mip", "local-search", "greedy", "brute-force"}


def test_a_method_that_has_no_rules_says_which_do():
    question = asked(discounts=[{"group": ["a"], "fee": 1}])
    with pytest.raises(InputError, match=r'"dp" does not apply .*branch-and-bound, mip'):
        solve(question, "dp")


def test_a_search_that_is_stopped_says_what_it_knows():
    question = random_question(60, 14, seed=2)
    for method in ("auto", "greedy", "local-search", "mip", "brute-force"):
        result = solve(question, method, time_limit=0)
        assert result.status in ("feasible", "no_answer")
        if result.answer is not None:
            assert result.answer.failures(question) == []
    infeasible = question.with_rules([{"coefficients": dict.fromkeys(range(14), 1), "lower": 5}])
    stopped = solve(infeasible, "brute-force", time_limit=0)
    assert (stopped.status, stopped.value) == ("no_answer", None)


def test_a_gap_is_respected():
    question = random_question(30, 12, seed=4)
    best, near = solve(question), solve(question, "branch-and-bound", gap=0.05)
    assert best.status == "optimal"
    assert near.value <= best.value + 1e-12 <= near.bound + 2e-12
    assert near.bound - near.value <= 0.05 + 1e-9


@pytest.mark.parametrize("seed", range(6))
def test_larger_questions_agree_where_loops_are_compiled(seed):
    question = random_question(40, 12, seed)
    by_search, by_program = solve(question), solve(question, "mip")
    everything = solve(question, "brute-force")
    assert by_search.status == everything.status == "optimal"
    assert by_search.value == pytest.approx(everything.value, abs=1e-12)
    if by_program.status == "optimal":
        assert by_program.value == pytest.approx(everything.value, abs=1e-7)
    assert solve(question, "local-search").value <= everything.value + 1e-12


def random_question(types, queries, seed):
    """Two answers a query, a budget, a knapsack, one of two, a group fee and a discount."""
    draw = np.random.default_rng(seed)
    persuasion = BinaryPersuasion(np.full(types, 1 / types), draw.random(types))
    oracle = PartitionQueries.from_labels(draw.integers(0, 2, (queries, types)))
    knapsack = {q: int(draw.integers(1, 6)) for q in range(queries)}
    rows = [
        {"coefficients": knapsack, "upper": 12},
        {"coefficients": {0: 1, 1: 1}, "upper": 1},
        {"coefficients": {2: 1, 3: 1, 4: 1}, "lower": 1},
    ]
    prices = [{"group": [2, 5, 6], "fee": 0.01}, {"queries": [3, 7], "amount": 0.005}]
    return QuerySelection(persuasion, oracle, 4, costs=0.004, constraints=rows, discounts=prices)


def test_ties_are_worth_the_same_to_every_method():
    twin = PartitionQueries([[[0, 1], [2, 3]]] * 3)
    rows = [{"coefficients": {0: 1, 1: 1, 2: 1}, "lower": 1, "upper": 1}]
    question = QuerySelection(FOUR, twin, constraints=rows, discounts=[{"group": [0], "fee": 0}])
    assert compare_methods(question, exact=True).agree


def test_a_set_may_cost_less_than_nothing():
    rebate = [{"group": ["a", "b"], "fee": -2}, {"queries": ["c", "d"], "amount": "7/2"}]
    question = asked(discounts=rebate)
    for method in ("auto", "mip", "brute-force", "local-search", "greedy"):
        result = solve(question, method)
        assert result.value == pytest.approx(float(best_of(question)), abs=1e-7)
        assert result.bound >= result.value - 1e-7
    assert isinstance(question.persuasion, BinaryPersuasion)
    finite = question.with_persuasion(FinitePersuasion.from_binary(FOUR))
    assert solve(finite).value == pytest.approx(float(best_of(question)), abs=1e-7)


@given(data=st.data())
@examples(40)
def test_rules_are_part_of_the_question(data):
    question = data.draw(ruled())
    assert question.with_budget(2).rules == question.rules
    assert question.with_costs(1).rules == question.rules
    assert question.with_persuasion(question.persuasion) == question
    assert question.with_rules().rules.sizes() == {}
    assert (question == question.with_rules()) == (not question.rules)
