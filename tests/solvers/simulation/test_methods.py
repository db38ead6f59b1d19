"""Which simulation queries to ask: against enumerations that share no code with the solvers."""

import json
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from finite_instances import finite_instances, random_instance, vertices_by_subsets
from hypothesis import given
from hypothesis import strategies as st
from instances import examples
from scipy.optimize import linprog

from suasion import (
    BinaryPersuasion,
    FinitePersuasion,
    FinitePolicy,
    PartitionQueries,
    QueryPlan,
    QuerySelection,
    QuerySet,
    QueryTree,
    SimulationQueries,
    ThresholdQueries,
    compare_methods,
    frontier,
    load,
    methods,
    solve,
)
from suasion.examples.catalogue import example_text
from suasion.solvers.simulation.values import ExactPartValues, PartValues

ORACLE = SimulationQueries()


class Reference:
    """Values and partitions of an instance by SciPy, from the definitions."""

    def __init__(self, instance):
        self.instance, self.known = instance, {}
        points = vertices_by_subsets(instance)
        self.points = points[np.unique(np.round(points, 9), axis=0, return_index=True)[1]]
        scores = instance.scores() / instance.stakes[:, None, None]
        worth, earned = scores @ self.points.T, instance.payoffs() @ self.points.T
        tied = worth >= worth.max(axis=1, keepdims=True) - 1e-9
        self.worth = np.where(tied, earned, -np.inf).max(axis=1)

    def value(self, cell):
        if cell not in self.known:
            d = self.points.shape[1]
            answer = linprog(
                -self.worth[list(cell)].sum(axis=0), A_eq=self.points.T, b_eq=np.ones(d)
            )
            self.known[cell] = -answer.fun
        return self.known[cell]

    def partitions(self):
        """All that strict messages make, from one program for each type, action and prefix."""
        n, d, k = self.instance.shape
        scores = self.instance.scores() / self.instance.stakes[:, None, None]
        prefixes = [()]
        for t in range(n):
            prefixes = [
                (*prefix, a)
                for prefix, a in product(prefixes, range(k))
                if self._margin(scores[: t + 1], (*prefix, a)) > 1e-7
            ]
        found = {
            frozenset(frozenset(t for t in range(n) if profile[t] == a) for a in set(profile))
            for profile in prefixes
        }
        assert d >= 2
        return found

    @staticmethod
    def _margin(scores, profile):
        d = scores.shape[2]
        rows = [
            [*(own[b] - own[a]), 1.0]
            for own, a in zip(scores, profile, strict=True)
            for b in range(len(own))
            if b != a
        ]
        answer = linprog(
            [0.0] * d + [-1.0], A_ub=rows, b_ub=[0.0] * len(rows), A_eq=[[1.0] * d + [0.0]],
            b_eq=[1.0], bounds=[(0, 1)] * d + [(None, 1)],
        )  # fmt: skip
        return -answer.fun

    def best(self, partitions, budget):
        """The most that so many partitions reveal, all sets of them tried."""
        everyone = frozenset(range(len(self.instance)))
        top = self.value(everyone)
        for size in range(1, budget + 1):
            for chosen in combinations(partitions, size):
                cells = {everyone}
                for partition in chosen:
                    cells = {c & p for c in cells for p in partition if c & p}
                top = max(top, sum(map(self.value, cells)))
        return top


def worked_example(budget, adaptive=False):
    problem = load(json.loads(example_text("investors-one-query")))
    return QuerySelection(problem.persuasion, ORACLE, budget, adaptive)


@pytest.fixture(scope="module")
def investors():
    reference = Reference(worked_example(1).persuasion)
    return reference, reference.partitions()


@pytest.mark.parametrize(
    ("budget", "value"), [(0, 1.790378584), (1, 2.138801744), (2, 2.247782752), (3, 2.285300926)]
)
def test_the_worked_example_has_the_optima_of_an_independent_enumeration(investors, budget, value):
    reference, partitions = investors
    result = solve(worked_example(budget))
    assert result.status == "optimal"
    assert result.value == pytest.approx(value, abs=1e-9)
    # Partitions that others refine do not help, which leaves few enough to try all sets.
    finest = [
        p
        for p in partitions
        if not any(q != p and all(any(c <= o for o in p) for c in q) for q in partitions)
    ]
    assert reference.best(finest, budget) == pytest.approx(value, abs=1e-8)


def test_in_the_worked_example_greedy_falls_short_and_asking_in_turn_pays():
    at_once = solve(worked_example(2)).value
    assert solve(worked_example(2), "greedy").value < at_once - 0.03
    assert solve(worked_example(2, adaptive=True)).value > at_once + 0.01


@pytest.mark.parametrize(
    ("kind", "d", "k", "n"),
    [("match", 3, 3, 5), ("common", 3, 3, 5), ("private", 3, 3, 4), ("accept", 3, 2, 6)],
)
@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("budget", [1, 2])
def test_the_best_set_is_that_of_an_independent_enumeration(kind, d, k, n, seed, budget):
    instance = random_instance(kind, d, k, n, seed)
    reference = Reference(instance)
    expected = reference.best(reference.partitions(), budget)
    result = solve(QuerySelection(instance, ORACLE, budget))
    assert result.status == "optimal"
    assert result.value == pytest.approx(expected, abs=1e-8)
    assert result.answer.failures(result.problem) == []


@pytest.mark.parametrize("adaptive", [False, True])
@pytest.mark.parametrize("costs", [None, 0.003])
@pytest.mark.parametrize("kind", ["match", "private"])
def test_all_methods_agree(kind, costs, adaptive):
    instance = random_instance(kind, 3, 3, 5, seed=3)
    for budget in (0, 1, 2, None):
        problem = QuerySelection(instance, ORACLE, budget, adaptive, costs)
        best = solve(problem)
        assert best.status == "optimal"
        for method in methods(problem):
            result = solve(problem, method)
            assert result.value <= best.value + 1e-9
            assert result.bound >= best.value - 1e-9
            if method in ("brute-force", "dp", "branch-and-bound"):
                assert result.value == pytest.approx(best.value, abs=1e-9)


@given(finite_instances(min_states=2, max_states=3, max_types=3), st.integers(0, 2))
@examples(25)
def test_exact_answers_are_proved_and_agree_with_floats(instance, budget):
    for adaptive in (False, True):
        problem = QuerySelection(instance, ORACLE, budget, adaptive)
        exact, floats = solve(problem, exact=True), solve(problem)
        assert exact.exact
        assert exact.answer.failures(problem, exact=True) == []
        assert exact.answer.value(problem, exact=True) == exact.exact_value
        assert floats.value == pytest.approx(float(exact.exact_value), abs=1e-7)


@given(finite_instances(max_types=4), st.data())
@examples(40)
def test_values_of_parts_are_those_of_their_own_programs(instance, data):
    n = len(instance)
    cell = data.draw(st.lists(st.integers(0, n - 1), min_size=1, unique=True).map(sorted))
    own = solve(instance.part(cell), "vertices", exact=True).exact_value
    assert ExactPartValues(instance)(np.array(cell)) == own
    values = PartValues(instance)
    assert values(np.array(cell)) == pytest.approx(float(own), abs=1e-8)
    assert values(np.array(cell)) + values.slack >= float(own) - 1e-9


def test_where_vertices_are_too_many_parts_are_solved_one_by_one(monkeypatch):
    instance = random_instance("match", 3, 3, 4)
    cell = np.array([0, 2, 3])
    expected = PartValues(instance)(cell)
    monkeypatch.setattr("suasion.solvers.simulation.values.LARGEST_SHARED_WORK", 1)
    alone = PartValues(instance)
    assert len(alone.vertices) == 0
    assert alone(cell) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("adaptive", [False, True])
def test_partition_queries_about_finite_persuasion_are_solved_too(adaptive):
    instance = random_instance("match", 3, 3, 5, seed=2)
    oracle = PartitionQueries([[[0, 1], [2, 3, 4]], [[0, 2], [1, 3, 4]], [[0, 1, 2, 3], [4]]])
    problem = QuerySelection(instance, oracle, 2, adaptive, [0.001, 0.0, 0.002])
    values = {method: solve(problem, method).value for method in methods(problem)}
    assert max(values.values()) == pytest.approx(values["brute-force"], abs=1e-9)
    best = solve(problem)
    assert best.status == "optimal"
    assert best.value == pytest.approx(values["brute-force"], abs=1e-9)
    assert best.answer.messages is None
    if not adaptive:
        reference = Reference(instance)
        tried = []
        for size in range(3):
            for chosen in combinations(range(3), size):
                cells = QuerySet(list(chosen)).cells(problem)
                earned = sum(reference.value(frozenset(cell.tolist())) for cell in cells)
                tried.append(earned - problem.costs[list(chosen)].sum())
        assert best.value == pytest.approx(max(tried), abs=1e-8)


def test_binary_receivers_as_tables_have_the_value_of_their_cuts():
    binary = BinaryPersuasion(["1/4"] * 4, ["1/10", "1/5", "3/10", "2/5"])
    tables = FinitePersuasion.from_binary(binary)
    for budget, adaptive in product((0, 1, 2, None), (False, True)):
        cuts = solve(QuerySelection(binary, ThresholdQueries(), budget, adaptive), exact=True)
        told = solve(QuerySelection(tables, ORACLE, budget, adaptive), exact=True)
        assert told.exact_value == cuts.exact_value


def test_one_query_tells_the_four_beliefs_of_the_example_apart():
    problem = load(json.loads(example_text("four-beliefs")))
    plan = solve(problem, exact=True).require()
    assert len(plan.cells(problem)) == 4
    published = QueryPlan.of(QuerySet([0]), plan.policies, [["1/4", "1/3", "1/2", 1]])
    assert published.failures(problem, exact=True) == []
    assert published.value(problem, exact=True) == plan.value(problem, exact=True)
    instance = problem.persuasion
    assert instance.best_responses([1, 1, 1, 1], exact=True).tolist() == [0, 1, 0, 0]
    assert instance.best_responses(["1/4", "1/3", "1/2", 1], exact=True).tolist() == [0, 1, 2, 3]
    knows = sum(solve(instance.part([t]), exact=True).exact_value for t in range(4))
    assert plan.value(problem, exact=True) == knows


@pytest.mark.parametrize("budget", [0, 1, 3, None])
@pytest.mark.parametrize("adaptive", [False, True])
def test_degenerate_questions_have_answers(budget, adaptive):
    match = [[1, 0], [0, 1]]
    sender = [[0, 1], [0, 1]]
    single = FinitePersuasion([1], [["7/10", "3/10"]], match, sender)
    equal = FinitePersuasion(["1/2"] * 2, [["7/10", "3/10"]] * 2, match, sender)
    weightless = FinitePersuasion([1, 0], [["7/10", "3/10"], ["1/5", "4/5"]], match, sender)
    for instance in (single, equal, weightless):
        result = solve(QuerySelection(instance, ORACLE, budget, adaptive), exact=True)
        assert result.exact_value == Fraction(3, 5)
        assert solve(result.problem).value == pytest.approx(0.6)


def test_a_query_that_costs_more_than_it_gains_is_not_asked():
    instance = random_instance("match", 3, 3, 5)
    free = solve(QuerySelection(instance, ORACLE, 1)).value
    gain = free - solve(QuerySelection(instance, ORACLE, 0)).value
    assert len(solve(QuerySelection(instance, ORACLE, 1, costs=gain / 2)).answer) == 1
    assert len(solve(QuerySelection(instance, ORACLE, 1, costs=gain * 2)).answer) == 0


def test_out_of_time_the_answer_is_valid_and_bounded():
    problem = worked_example(2)
    best = solve(problem).value
    for method in methods(problem):
        result = solve(problem, method, time_limit=0)
        assert result.report.raw_status.startswith("time limit")
        assert result.value <= best <= result.bound
        assert result.answer.failures(problem) == []


def test_pricing_proves_the_best_single_query_and_bounds_more():
    for kind, k in (("match", 3), ("accept", 2), ("common", 3)):
        instance = random_instance(kind, 3, k, 7, seed=5)
        for budget in (1, 2):
            problem = QuerySelection(instance, ORACLE, budget)
            priced, best = solve(problem, "pricing"), solve(problem)
            assert priced.bound >= best.value - 1e-8
            if budget == 1:
                assert priced.status == "optimal"
                assert priced.value == pytest.approx(best.value, abs=1e-7)
    assert solve(QuerySelection(instance, ORACLE, 1), "pricing", solver="pulp:CBC").value == (
        pytest.approx(solve(QuerySelection(instance, ORACLE, 1)).value, abs=1e-6)
    )


def test_methods_are_compared_and_agree():
    comparison = compare_methods(worked_example(1))
    assert comparison.agree
    assert {row.method for row in comparison.rows} >= {"branch-and-bound", "pricing", "greedy"}


def test_a_plan_with_a_wrong_part_says_so():
    problem = worked_example(1)
    plan = solve(problem).require()
    assert plan.failures(problem) == []
    assert "budget" in plan.failures(QuerySelection(problem.persuasion, ORACLE, 0))[0]
    # Another message makes other cells.
    silent = QueryPlan.of(plan.asked, plan.policies, [[1, 1, 1]])
    assert silent.failures(problem)
    short = QueryPlan.of(plan.asked, plan.policies[1:], plan.messages.floats.tolist())
    assert "policies" in short.failures(problem)[0]
    forced = [
        FinitePolicy(policy.likelihoods, np.full_like(policy.actions, 2))
        for policy in plan.policies
    ]
    disobeyed = QueryPlan.of(plan.asked, forced, plan.messages.floats.tolist())
    assert "would do better" in disobeyed.failures(problem)[0]
    other = QueryPlan.of(plan.asked, plan.policies, [[1, 1]])
    assert other.failures(problem) == ["the queries are for 2 states, the instance has 3"]


def test_trees_cost_what_they_are_expected_to():
    instance = random_instance("match", 3, 3, 5, seed=1)
    problem = QuerySelection(instance, ORACLE, 2, True, "1/1000")
    result = solve(problem)
    tree, question = result.answer.asked, result.answer.question(problem)
    assert isinstance(tree, QueryTree)
    asked = [m for node, m in tree.routed(question) if tree.queries[node] is not None]
    expected = sum(instance.weights[members].sum() for members in asked) / 1000
    assert result.answer.cost(problem) == pytest.approx(expected)
    earned = result.answer.cell_values(problem).sum()
    assert result.value == pytest.approx(earned - expected)


def test_documents_hold_everything_that_was_found():
    for adaptive in (False, True):
        result = solve(worked_example(2, adaptive))
        document = json.loads(json.dumps(result.to_dict(), allow_nan=False))
        assert len(document["messages"]) == len(result.answer)
        assert sum(cell["value"] for cell in document["cells"]) == pytest.approx(result.value)
        assert sorted(t for cell in document["cells"] for t in cell["types"]) == list(range(12))
        assert (document["tree"] is None) != adaptive
        for message in document["messages"]:
            assert max(message["likelihood"]) == 1
            assert message["margin"] > 0


def test_rational_messages_are_short_and_separate_exactly():
    plan = solve(worked_example(1), exact=True).require()
    assert plan.messages.rational
    assert max(Fraction(x).denominator for x in plan.messages.plain()[0]) <= 100


@pytest.mark.parametrize(
    ("persuasion", "oracle", "costs", "sentence"),
    [
        ("finite", ThresholdQueries(), None, "types have no order"),
        ("binary", ORACLE, None, 'use "threshold"'),
        ("finite", ORACLE, [0.1], "give a single number for all"),
        ("finite", ORACLE, -1, "non-negative"),
    ],
)
def test_questions_that_make_no_sense_are_refused(persuasion, oracle, costs, sentence):
    binary = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    instance = binary if persuasion == "binary" else FinitePersuasion.from_binary(binary)
    with pytest.raises(ValueError, match=sentence):
        QuerySelection(instance, oracle, 1, costs=costs)


def test_what_is_not_supported_is_refused_in_a_sentence():
    problem = worked_example(1)
    with pytest.raises(ValueError, match="frontiers are for binary persuasion"):
        frontier(problem)
    with pytest.raises(ValueError, match='"mip" does not apply to query-selection'):
        solve(problem, "mip")
    with pytest.raises(ValueError, match='exact is not available for method "pricing"'):
        solve(problem, "pricing", exact=True)
    with pytest.raises(ValueError, match="use exact=False"):
        solve(QuerySelection(random_instance("match", 4, 4, 12), ORACLE, 1), exact=True)


def test_a_value_beyond_its_bound_is_never_reported(monkeypatch):
    problem = worked_example(1)
    original = PartValues.__call__
    monkeypatch.setattr(PartValues, "__call__", lambda self, cell: original(self, cell) - 0.1)
    assert solve(problem).status == "failed"
