"""Brute force over partition queries, against an enumeration written from the definition."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import (
    REGIMES,
    examples,
    instances,
    optimum,
    partition_oracles,
    query_costs,
    real_cuts,
    triples,
)

from suasion import BinaryPersuasion, PartitionQueries, QuerySelection, ThresholdQueries, solve
from suasion.solvers.partition import enumeration

F = Fraction


def best_value(question):
    """The optimum by trying everything, from the definition, in rationals."""
    types, costs = triples(question.persuasion), question.cost_numbers(exact=True).tolist()
    labels = question.oracle.labels.tolist()
    queries = range(len(labels))
    limit = len(labels) if question.budget is None else min(question.budget, len(labels))

    def split(cell, q):
        parts = {}
        for i in cell:
            parts.setdefault(labels[q][i], []).append(i)
        return [tuple(part) for part in parts.values()]

    def alone(cell):
        return optimum([types[i] for i in cell])

    def tree(cell, rounds):
        values = [alone(cell)]
        if rounds:
            mass = sum((types[i][0] for i in cell), F(0))
            values += [
                sum(tree(part, rounds - 1) for part in split(cell, q)) - costs[q] * mass
                for q in queries
            ]
        return max(values)

    everyone = tuple(range(len(types)))
    if question.adaptive:
        return tree(everyone, limit)
    best = []
    for k in range(limit + 1):
        for chosen in combinations(queries, k):
            cells = [everyone]
            for q in chosen:
                cells = [part for cell in cells for part in split(cell, q)]
            best.append(sum(map(alone, cells)) - sum(costs[q] for q in chosen))
    return max(best)


@pytest.mark.parametrize("costs", ["free", "equal", "unequal"])
@pytest.mark.parametrize("adaptive", [False, True])
@given(data=st.data())
@examples(40)
def test_brute_force_is_the_best_of_everything(adaptive, costs, data):
    instance = data.draw(instances(max_types=5))
    oracle = data.draw(partition_oracles(len(instance), max_queries=3))
    budget = data.draw(st.sampled_from([0, 1, 2, None]))
    prices = data.draw(query_costs(len(oracle), costs))
    question = QuerySelection(instance, oracle, budget, adaptive, prices)
    result = solve(question, "brute-force", exact=True)
    assert result.exact_value == best_value(question)
    assert result.status == "optimal"
    assert result.exact
    assert result.answer.value(question, exact=True) == result.exact_value
    assert solve(question, "brute-force").value == pytest.approx(result.value, abs=1e-12)
    if adaptive:
        assert result.answer.depth <= (len(oracle) if budget is None else budget)
    else:
        assert len(result.answer) <= (len(oracle) if budget is None else budget)


@given(instances(max_types=5), st.data())
@examples(50)
def test_asking_in_turn_is_never_worse_than_at_once(instance, data):
    oracle = data.draw(partition_oracles(len(instance), max_queries=3))
    for budget in (1, 2, None):
        at_once, in_turn = (
            solve(QuerySelection(instance, oracle, budget, adaptive), exact=True).exact_value
            for adaptive in (False, True)
        )
        assert at_once <= in_turn <= instance.full_information(exact=True)
        if budget == 1:
            assert at_once == in_turn


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("adaptive", [False, True])
@given(data=st.data())
@examples(15)
def test_cuts_written_as_partitions_are_worth_the_same(regime, adaptive, data):
    instance = data.draw(instances(regime, max_types=5))
    n, order, cuts = len(instance), instance.order.tolist(), real_cuts(instance)
    costs = data.draw(query_costs(n - 1, data.draw(st.sampled_from(["free", "unequal"]))))
    partitions = PartitionQueries([[order[:t], order[t:]] for t in cuts])
    prices = None if costs is None else [costs[t - 1] for t in cuts]
    for budget in (0, 1, 2, None):
        by_cut = QuerySelection(instance, ThresholdQueries(), budget, adaptive, costs)
        by_cell = QuerySelection(instance, partitions, budget, adaptive, prices)
        assert solve(by_cut, exact=True).exact_value == solve(by_cell, exact=True).exact_value, (
            budget
        )


def test_a_cell_that_is_no_segment_can_be_best():
    instance = BinaryPersuasion(["1/4", "1/4", "1/2"], ["1/5", "2/5", "3/5"])
    split = QuerySelection(instance, PartitionQueries([[[0, 2], [1]]]))
    assert solve(split, exact=True).exact_value == F(37, 50)
    cut = QuerySelection(instance, ThresholdQueries(), budget=1)
    assert solve(cut, exact=True).exact_value == F(59, 80)


def test_queries_are_not_submodular():
    instance = BinaryPersuasion(["1/6", "1/2", "1/3"], ["1/4", "1/2", "1/2"])
    oracle = PartitionQueries([[[1], [0, 2]], [[2], [0, 1]]])
    values = [
        solve(QuerySelection(instance, oracle, budget), exact=True).exact_value
        for budget in (0, 1, 2)
    ]
    assert values == [F(5, 6), F(5, 6), F(11, 12)]


@pytest.mark.parametrize("adaptive", [False, True])
def test_a_query_that_costs_more_than_it_gains_is_not_asked(adaptive):
    instance = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    for cost, asked, value in (("1/7", 0, F(19, 40)), ("1/10", 1, F(1, 2))):
        question = QuerySelection(
            instance, PartitionQueries([[[0], [1]]]), adaptive=adaptive, costs=cost
        )
        result = solve(question, exact=True)
        assert result.exact_value == value
        assert (result.answer.depth if adaptive else len(result.answer)) == asked


def test_a_second_query_is_charged_only_to_those_it_is_asked_of():
    instance = BinaryPersuasion(["1/2", "1/4", "1/4"], ["1/2", "1/5", "2/5"])
    oracle = PartitionQueries([[[0], [1, 2]], [[0, 1], [2]]])
    question = QuerySelection(instance, oracle, adaptive=True, costs=["1/100", "1/10"])
    result = solve(question, exact=True)
    # Full information, 4/5, less 1/100 from everyone and 1/10 from one half.
    assert result.exact_value == F(4, 5) - F(1, 100) - F(1, 2) * F(1, 10)
    assert result.exact
    assert result.answer.depth == 2


@pytest.mark.parametrize("adaptive", [False, True])
def test_no_queries_leave_the_messaging_problem(adaptive):
    instance = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    question = QuerySelection(instance, PartitionQueries([]), adaptive=adaptive)
    assert solve(question, exact=True).exact_value == F(19, 40)


@pytest.mark.parametrize("adaptive", [False, True])
def test_a_time_limit_of_zero_is_feasible_with_full_information_as_bound(adaptive):
    instance = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    question = QuerySelection(instance, PartitionQueries([[[0], [1]]]), adaptive=adaptive)
    result = solve(question, "brute-force", time_limit=0)
    assert result.status == "feasible"
    assert result.report.raw_status == "time limit"
    assert result.value == pytest.approx(0.475)
    assert result.bound == pytest.approx(0.6)


@pytest.mark.parametrize("adaptive", [False, True])
def test_too_many_combinations_are_refused_before_solving(adaptive, monkeypatch):
    monkeypatch.setattr(enumeration, "LARGEST_ENUMERATION", 3)
    instance = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    question = QuerySelection(instance, PartitionQueries([[[0], [1]]] * 2), adaptive=adaptive)
    with pytest.raises(ValueError, match=r'"brute-force" takes at most 3 query .* there are 4'):
        solve(question, "brute-force")


def test_a_hundred_types_are_split_by_random_queries_as_floats():
    rng = np.random.default_rng(3)
    instance = BinaryPersuasion(rng.dirichlet(np.ones(100)), rng.uniform(size=100))
    answers = rng.integers(0, 3, (6, 100))
    oracle = PartitionQueries(
        [[np.flatnonzero(a == c).tolist() for c in range(3)] for a in answers]
    )
    values = [solve(QuerySelection(instance, oracle, k)).value for k in range(4)]
    assert values == sorted(values)
    assert solve(QuerySelection(instance, oracle, 2, adaptive=True)).value >= values[2]
