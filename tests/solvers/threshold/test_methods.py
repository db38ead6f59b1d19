"""Threshold queries: every method, every regime, budgets, costs, and what theory promises."""

import math
from fractions import Fraction
from itertools import combinations, pairwise
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import (
    HALF,
    REGIMES,
    cuts_of,
    examples,
    float_instances,
    instances,
    query_costs,
    real_cuts,
    weights,
)

from suasion import (
    BinaryPersuasion,
    QuerySelection,
    QuerySet,
    QueryTree,
    ThresholdQueries,
    simulation_query,
    solve,
)
from suasion.solvers.clock import Clock
from suasion.solvers.threshold import adaptive as threshold_adaptive
from suasion.solvers.threshold import dp as threshold_dp
from suasion.solvers.threshold import price as threshold_price
from suasion.solvers.threshold import reference as threshold_reference
from suasion.solvers.threshold.chain import SegmentProgram
from suasion.solvers.threshold.kernels import (
    adaptive_columns,
    chain,
    mixture,
    segment_table,
    trace,
)

F = Fraction
ALGORITHM_2 = BinaryPersuasion(
    [F(w, 27) for w in (8, 4, 4, 3, 8)], ["0.08", "0.30", "0.35", "0.63", "0.76"]
)


def question(instance, budget=None, adaptive=False, costs=None):
    return QuerySelection(instance, ThresholdQueries(), budget, adaptive, costs)


def exact_value(problem, method="dp"):
    return solve(problem, method, exact=True).exact_value


def exact_methods(problem):
    """Algorithm 1 takes no costs in turn."""
    costly = problem.adaptive and threshold_dp.has_costs(problem)
    return ["dp", "brute-force"] if costly else ["dp", "brute-force", "algorithm-1"]


@pytest.mark.parametrize("costs", ["free", "equal", "unequal"])
@pytest.mark.parametrize("adaptive", [False, True])
@pytest.mark.parametrize("regime", REGIMES)
@given(data=st.data())
@examples(20)
def test_dp_brute_force_and_algorithm_1_are_equal_exactly(regime, adaptive, costs, data):
    instance = data.draw(instances(regime, max_types=6))
    prices = data.draw(query_costs(len(instance) - 1, costs))
    for budget in (0, 1, 2, len(instance), None):
        problem = question(instance, budget, adaptive, prices)
        results = [solve(problem, method, exact=True) for method in exact_methods(problem)]
        assert len({result.exact_value for result in results}) == 1, budget
        for result in results:
            assert result.status == "optimal"
            assert result.exact
            assert result.answer.value(problem, exact=True) == result.exact_value
            if budget is not None:
                used = result.answer.depth if adaptive else len(result.answer)
                assert used <= budget


@pytest.mark.parametrize("costs", ["free", "equal", "unequal"])
@pytest.mark.parametrize("adaptive", [False, True])
@given(data=st.data())
@examples(40)
def test_float_dp_is_proved_and_is_the_exact_one(adaptive, costs, data):
    instance = data.draw(instances(max_types=8))
    prices = data.draw(query_costs(len(instance) - 1, costs))
    budget = data.draw(st.sampled_from([0, 1, 2, 4, 5, None]))
    problem = question(instance, budget, adaptive, prices)
    result = solve(problem)
    assert result.value == pytest.approx(float(exact_value(problem)), abs=1e-11)
    assert result.status == "optimal"
    assert not result.exact


@pytest.mark.parametrize("segments", [0, 100], ids=["by price", "by layers"])
@pytest.mark.parametrize("adaptive", [False, True])
@given(instance=float_instances(max_types=12), data=st.data())
@examples(60)
def test_float_queries_are_proved_next_to_every_limit_of_the_odds(
    segments, adaptive, instance, data
):
    cost = st.sampled_from([0.0, 1e-300, 1e-17, 1e-9, 0.004])
    prices = data.draw(st.lists(cost, min_size=len(instance) - 1, max_size=len(instance) - 1))
    budget = data.draw(st.sampled_from([0, 1, 2, 4, None]))
    for costs in (None, prices):
        problem = question(instance, budget, adaptive, costs)
        with patch.object(threshold_price, "LAYERED_SEGMENTS", segments):
            result = solve(problem)
        best = float(exact_value(problem))
        assert result.status == "optimal"
        assert result.value == pytest.approx(best, abs=1e-11)
        assert result.bound == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize("segments", [0, 100], ids=["by price", "by layers"])
@pytest.mark.parametrize("costs", ["free", "unequal"])
@given(data=st.data())
@examples(60)
def test_both_ways_to_the_best_cuts_are_right(segments, costs, data):
    instance = data.draw(instances(max_types=9))
    prices = data.draw(query_costs(len(instance) - 1, costs))
    for budget in (0, 1, 2, 3, 5):
        problem = question(instance, budget, costs=prices)
        expected = exact_value(problem, "algorithm-1")
        with patch.multiple(threshold_price, LAYERED_SEGMENTS=segments, LAYERED_EXACT=segments):
            result = solve(problem, exact=True)
            floats = solve(problem)
        assert result.exact_value == expected
        assert result.exact
        assert floats.value == pytest.approx(float(expected), abs=1e-11)
        assert floats.status == "optimal"


def equal_gains(blocks, gain):
    """Heavy types worth a cut each, and between them light types whose cuts all gain the same."""
    heavy = [(F(k, 20), F(1)) for k in range(1, blocks + 1)]
    light = []
    for odds, _ in heavy[:-1]:
        belief = 1 - 1 / (1 + odds + F(1, 40))
        # The type acts on the message for the heavy one below it; its own has odds 1/40 higher.
        light.append((odds + F(1, 40), gain / ((1 - belief) * F(1, 40))))
    total = sum(w for _, w in heavy + light)
    beliefs = [odds / (1 + odds) for odds, _ in heavy + light]
    return BinaryPersuasion([w / total for _, w in heavy + light], beliefs)


@pytest.mark.parametrize("blocks", [4, 7, 10])
@pytest.mark.parametrize("gain", [F(1, 1000), F(1, 977)])
def test_cuts_between_two_best_sets_are_spliced(blocks, gain):
    original, spliced = threshold_price._PriceSearch._spliced, []

    def watched(search, few, many):
        cuts = original(search, few, many)
        assert len(few.cuts) < len(cuts) == search.budget < len(many.cuts)
        spliced.append(search.program.exact)
        return cuts

    instance = equal_gains(blocks, gain)
    values = []
    with (
        patch.object(threshold_price._PriceSearch, "_spliced", watched),
        patch.multiple(threshold_price, LAYERED_SEGMENTS=0, LAYERED_EXACT=0),
    ):
        for budget in range(blocks - 1, 2 * blocks - 1):
            problem = question(instance, budget)
            result, floats = solve(problem, exact=True), solve(problem)
            assert result.exact
            assert len(result.answer) == budget
            assert floats.status == "optimal"
            values.append(result.exact_value)
    assert values == [
        exact_value(question(instance, b)) for b in range(blocks - 1, 2 * blocks - 1)
    ]
    assert len({after - before for before, after in pairwise(values)}) == 1
    assert True in spliced
    assert False in spliced


@pytest.mark.parametrize(
    ("beliefs", "weights", "budget", "expected"),
    [
        (["1/5", "2/5"], ["1/2", "1/2"], 0, "19/40"),
        (["1/5", "2/5"], ["1/2", "1/2"], 1, "3/5"),
        (["1/5", "2/5", "3/5"], ["1/4", "1/4", "1/2"], 1, "59/80"),
        (["2/5", "9/10"], ["1/2", "1/2"], 1, "9/10"),
    ],
)
def test_known_answers_come_out_exactly(beliefs, weights, budget, expected):
    problem = question(BinaryPersuasion(weights, beliefs), budget)
    for method in exact_methods(problem):
        assert exact_value(problem, method) == F(expected)


def test_unequal_costs_move_a_segment_away_from_its_own_target():
    shares = [F(w, 26) for w in (7, 3, 3, 5, 4, 4)]
    beliefs = ["0.11", "0.13", "0.36", "0.41", "0.47", "0.48"]
    problem = question(
        BinaryPersuasion(shares, beliefs), costs=["0.03", "0.06", "0.075", "0.095", "0.01"]
    )
    for method in exact_methods(problem):
        assert float(exact_value(problem, method)) == pytest.approx(0.51084, abs=5e-6)


def test_a_cut_above_one_half_may_be_passed_by_a_cheaper_one_further_up():
    instance = BinaryPersuasion(
        [F(1, 3), 0, F(1, 3), F(1, 3), 0],
        [F(k, 997) for k in (944, 52, 975, 478, 223)],
        [F(k, 997) for k in (542, 572, 817, 8, 592)],
        [1, F(1, 2), 0, F(1, 2), 1],
    )
    problem = question(instance, costs=[F(1, 50), F(1, 100), 0, 0])
    for method in exact_methods(problem):
        assert exact_value(problem, method) == F(1651, 1978)


def test_binary_search_over_any_cuts_is_worse_than_the_best_tree():
    problem = question(ALGORITHM_2, adaptive=True, costs="1/100")
    assert exact_value(problem) == exact_value(problem, "brute-force") == F(1697, 2700)
    searches = [
        QueryTree.binary_search(cuts).value(problem, exact=True)
        for k in range(5)
        for cuts in combinations(range(1, 5), k)
    ]
    assert max(searches) == F(847, 1350)


@given(instances(max_types=7))
@examples(50)
def test_optimum_is_concave_in_the_number_of_cuts_and_reaches_full_information(instance):
    values = [exact_value(question(instance, budget)) for budget in range(len(instance) + 1)]
    gains = [after - before for before, after in pairwise(values)]
    assert gains == sorted(gains, reverse=True)
    assert gains[-1] >= 0
    assert values[-1] == instance.full_information(exact=True)
    assert values[0] == exact_value_without_queries(instance)


def exact_value_without_queries(instance):
    return solve(instance, exact=True).exact_value


@given(instances(min_types=2, max_types=8), st.data())
@examples(100)
def test_value_of_cuts_is_submodular(instance, data):
    one, other = set(data.draw(cuts_of(instance))), set(data.draw(cuts_of(instance)))
    problem = question(instance)

    def value(cuts):
        return QuerySet(sorted(cuts)).value(problem, exact=True)

    assert value(one) + value(other) >= value(one | other) + value(one & other)


@given(instances(max_types=9), st.data())
@examples(80)
def test_greedy_keeps_its_guarantee_and_its_bound_is_never_below_the_optimum(instance, data):
    budget = data.draw(st.sampled_from([0, 1, 2, 3, None]))
    problem = question(instance, budget)
    result, best = solve(problem, "greedy"), float(exact_value(problem))
    none = float(exact_value_without_queries(instance))
    assert result.value <= best + 1e-12
    assert result.value - none >= (1 - 1 / math.e) * (best - none) - 1e-12
    assert result.bound >= best - 1e-12
    assert result.status == "optimal" or result.bound > result.value
    if result.status == "optimal":
        assert result.value == pytest.approx(best, abs=1e-8)


@given(instances(max_types=9), st.data())
@examples(80)
def test_greedy_bound_holds_with_costs(instance, data):
    kind = data.draw(st.sampled_from(["equal", "unequal"]))
    costs = data.draw(query_costs(len(instance) - 1, kind))
    budget = data.draw(st.sampled_from([0, 1, 2, 3, None]))
    problem = question(instance, budget, costs=costs)
    result, best = solve(problem, "greedy"), float(exact_value(problem))
    assert result.value <= best + 1e-12
    assert result.bound >= best - 1e-12
    assert result.value >= float(exact_value(question(instance, 0))) - 1e-12


def test_greedy_bound_counts_cheap_cuts_above_one_half_that_it_never_makes():
    instance = BinaryPersuasion(["2/5", "1/5", "2/5"], ["3/10", "51/100", "9/10"])
    problem = question(instance, 1, costs=["1/2", 0])
    result, best = solve(problem, "greedy"), exact_value(problem)
    assert best > exact_value_without_queries(instance)
    assert result.value < float(best) <= result.bound + 1e-12


def test_greedy_gains_a_share_of_865_thousandths_at_worst_known():
    instance = BinaryPersuasion(
        ["0.15", "0.2", "0.2", "0.15", "0.1", "0.2"], ["0.1", "0.1", "0.1", "0.3", "0.4", "0.5"]
    )
    problem = question(instance, 2)
    greedy, best = solve(problem, "greedy"), exact_value(problem)
    none = float(exact_value_without_queries(instance))
    share = (greedy.value - none) / (float(best) - none)
    assert share == pytest.approx(0.865, abs=5e-4)
    assert greedy.status == "feasible"
    assert greedy.bound >= float(best) - 1e-12


@pytest.mark.parametrize("adaptive", [False, True])
@given(data=st.data())
@examples(40)
def test_more_budget_never_hurts_and_full_information_is_never_passed(adaptive, data):
    instance = data.draw(instances(max_types=6))
    kind = data.draw(st.sampled_from(["free", "unequal"]))
    costs = data.draw(query_costs(len(instance) - 1, kind))
    values = [
        exact_value(question(instance, budget, adaptive, costs)) for budget in (0, 1, 2, 3, None)
    ]
    assert values == sorted(values)
    assert values[-1] <= instance.full_information(exact=True)


@given(instances(max_types=6), st.data())
@examples(50)
def test_asking_in_turn_is_never_worse_than_at_once(instance, data):
    kind = data.draw(st.sampled_from(["free", "equal", "unequal"]))
    costs = data.draw(query_costs(len(instance) - 1, kind))
    for budget in (0, 1, 2, None):
        at_once, in_turn = (
            exact_value(question(instance, budget, adaptive, costs)) for adaptive in (False, True)
        )
        assert at_once <= in_turn, budget


@given(instances(max_types=8), st.integers(0, 3))
@examples(40)
def test_free_rounds_are_worth_two_to_the_rounds_minus_one_cuts(instance, rounds):
    in_turn = exact_value(question(instance, rounds, adaptive=True))
    assert in_turn == exact_value(question(instance, 2**rounds - 1))


@pytest.mark.parametrize("adaptive", [False, True])
@given(data=st.data())
@examples(40)
def test_splitting_a_type_into_equal_ones_changes_nothing(adaptive, data):
    instance = data.draw(instances(max_types=5))
    n = len(instance)
    costs = data.draw(query_costs(n - 1, "unequal"))
    i = data.draw(st.integers(0, n - 1))
    share = data.draw(st.sampled_from([F(0), F(1, 3), F(1)]))
    w, p, rho, mu = (list(field) for field in instance.numbers(exact=True))
    for field in (p, rho, mu):
        field.insert(i, field[i])
    w.insert(i, share * w[i])
    w[i + 1] -= w[i]
    # The cut between the two does not exist, and its cost is ignored.
    split_costs = list(costs)
    split_costs.insert(instance.order.tolist().index(i), 0)
    split = BinaryPersuasion(w, p, rho, mu)
    for budget in (1, 2, None):
        before = exact_value(question(instance, budget, adaptive, costs))
        assert before == exact_value(question(split, budget, adaptive, split_costs))


@pytest.mark.parametrize("adaptive", [False, True])
@given(data=st.data())
@examples(40)
def test_the_order_in_which_types_are_given_changes_nothing(adaptive, data):
    instance = data.draw(instances(max_types=5))
    costs = data.draw(query_costs(len(instance) - 1, "unequal"))
    permuted = data.draw(st.permutations(range(len(instance))))
    fields = [[field[i] for i in permuted] for field in instance.numbers(exact=True)]
    other = BinaryPersuasion(*fields, labels=[f"type {i}" for i in permuted])
    for budget in (1, 2, None):
        one, two = (
            solve(question(who, budget, adaptive, costs), exact=True) for who in (instance, other)
        )
        assert one.exact_value == two.exact_value


@pytest.mark.parametrize("method", ["dp", "brute-force", "algorithm-1", "greedy"])
@pytest.mark.parametrize("adaptive", [False, True])
@pytest.mark.parametrize("belief", ["0", "2/5", "1/2", "3/4", "1"])
def test_one_type_leaves_nothing_to_ask(method, adaptive, belief):
    instance = BinaryPersuasion([1], [belief])
    for budget in (0, 3, None):
        result = solve(question(instance, budget, adaptive), method)
        assert result.value == pytest.approx(float(min(F(1), 2 * F(belief))), abs=1e-15)
        assert result.status == "optimal"
        assert (result.answer.depth if adaptive else len(result.answer)) == 0


@pytest.mark.parametrize("adaptive", [False, True])
@pytest.mark.parametrize("beliefs", [["1", "1"], ["1/5", "1/5"], ["1/2", "1", "1"], ["0", "0"]])
def test_types_without_a_cut_between_them_are_ordinary(adaptive, beliefs):
    n = len(beliefs)
    instance = BinaryPersuasion([F(1, n)] * n, beliefs)
    for costs in (None, "1/10"):
        problem = question(instance, 2, adaptive, costs)
        values = {exact_value(problem, method) for method in exact_methods(problem)}
        assert values == {exact_value_without_queries(instance)}


@pytest.mark.parametrize("adaptive", [False, True])
def test_certain_types_are_charged_for_what_they_are_asked(adaptive):
    instance = BinaryPersuasion(["1/3", "1/3", "1/3"], ["1/10", "2/5", "1"])
    for costs in (["1/20", "1/20"], ["1/20", 0], [0, "1/20"], ["1/4", "1/100"]):
        problem = question(instance, adaptive=adaptive, costs=costs)
        assert exact_value(problem) == exact_value(problem, "brute-force")


@given(instances(max_types=7), st.data())
@examples(40)
def test_every_cut_found_can_be_asked_as_a_simulation_query(instance, data):
    budget = data.draw(st.sampled_from([1, 2, None]))
    result = solve(question(instance, budget), exact=True)
    for cut in result.answer.queries.tolist():
        asked = simulation_query(instance, cut)
        acts = asked.policy.acts(instance, exact=True)[instance.order, asked.message]
        assert acts.tolist() == [t >= cut for t in range(len(instance))]


def test_rationals_that_are_one_float_can_be_cut_apart():
    tiny = F(1, 10**20)
    for shares in (["1/2", "1/2"], [0.5, 0.5]):
        instance = BinaryPersuasion(shares, ["1/5", F(1, 5) + tiny])
        assert exact_value(question(instance)) == instance.full_information(exact=True)
        assert solve(question(instance)).value == pytest.approx(0.4)


def mass(rng, n):
    w = rng.uniform(size=n)
    return w / w.sum()


@pytest.mark.parametrize("budget", [1, 10, 1_000, 50_000])
@pytest.mark.parametrize("top", [HALF, 1], ids=["low", "both"])
def test_two_hundred_thousand_types_are_proved(top, budget):
    rng = np.random.default_rng(7)
    n = 200_000
    instance = BinaryPersuasion(mass(rng, n), rng.uniform(0, float(top), n))
    result = solve(question(instance, budget))
    assert result.status == "optimal"
    assert result.gap <= 1e-9
    assert len(result.answer) <= budget
    assert result.report.raw_status == ""


def test_two_hundred_thousand_types_with_costs_are_proved():
    rng = np.random.default_rng(8)
    n = 200_000
    instance = BinaryPersuasion(mass(rng, n), rng.uniform(size=n), rng.uniform(size=n))
    problem = question(instance, 20, costs=rng.uniform(0, 1e-3, n - 1))
    result = solve(problem)
    assert result.status == "optimal"
    assert result.gap <= 1e-9
    assert result.value >= solve(problem, "greedy").value - 1e-12


def both_forms(kernel, *arguments):
    """Outputs of the Python and of the compiled form on copies of the same arguments."""
    outputs = []
    for form in (kernel.python, kernel.compiled):
        copies = [a.copy() if isinstance(a, np.ndarray) else a for a in arguments]
        outputs.append(([a for a in copies if isinstance(a, np.ndarray)], form(*copies)))
    return outputs


@pytest.fixture(scope="module")
def program():
    rng = np.random.default_rng(11)
    n = 60
    instance = BinaryPersuasion(mass(rng, n), rng.uniform(0, 0.9, n))
    return SegmentProgram(question(instance, costs=rng.uniform(0, 0.01, n - 1)))


def assert_same_outputs(outputs):
    (python, result), (compiled, other) = outputs
    assert result == other
    for one, two in zip(python, compiled, strict=True):
        assert np.array_equal(one, two)


def test_compiled_chain_and_trace_are_the_python_ones(program):
    c, h = program.classes, program.half
    floats, ints = np.zeros(h), np.zeros(h, dtype=np.int32)
    tables = np.zeros(h + 1), floats, ints, np.zeros(h + 1, dtype=np.int32)
    outputs = both_forms(
        chain,
        *(c.odds, c.high, c.low, program.cost, 0.001, np.zeros(h + 1), *tables),
        *(ints.copy(), floats.copy()),
    )
    assert_same_outputs(outputs)
    previous, best = outputs[0][0][4:6]
    assert best[-1] > 0
    assert not previous.any()
    start, target = outputs[0][0][7:9]
    followed = both_forms(trace, h, 0, 0, start[None, :], target[None, :], ints.copy())
    assert_same_outputs(followed)


def test_compiled_mixture_is_the_python_one(program):
    c, h, m = program.classes, program.half, program.size
    outputs = both_forms(
        mixture,
        *(c.odds, c.high, c.low, h, m, np.zeros(h)),
        *(np.zeros(m, dtype=np.int32), np.zeros(m)),
    )
    assert_same_outputs(outputs)
    assert outputs[0][0][3].min() > 0


def test_compiled_tables_are_the_python_ones(program):
    c, h, m = program.classes, program.half, program.size
    tables = both_forms(
        segment_table,
        *(c.odds, c.high, c.low, h, 0.0, np.zeros((m + 1, m + 1))),
        *(np.zeros(m), np.zeros(m, dtype=np.int32), np.zeros(m)),
    )
    assert_same_outputs(tables)
    value = tables[0][0][3]
    outputs = both_forms(
        adaptive_columns,
        *(value, value + value.T, np.zeros((m + 1, m + 1)), program.cost, c.high + c.low),
        *(np.full(m + 1, 1e9) * np.arange(m + 1), 0.0, 1, m + 1),
    )
    assert_same_outputs(outputs)
    assert outputs[0][0][2][0, m] > value[0, m]


def test_kernels_choose_their_form_by_the_work_and_by_exactness(program):
    calls = []

    class Spy(type(chain)):
        @property
        def compiled(self):
            calls.append("compiled")
            return self.python

    spy = Spy(lambda array: array.__setitem__(0, array[0] + 1))
    floats, exact = np.zeros(1), np.array([F(0)], dtype=object)
    spy.run(10, floats)
    spy.run(10**9, exact)
    assert not calls
    spy.run(10**9, floats)
    assert calls == ["compiled"]
    assert (floats[0], exact[0]) == (2.0, 1)


@given(instances(max_types=7), st.data())
@examples(30)
def test_adaptive_tables_do_not_depend_on_where_the_clock_is_looked_at(instance, data):
    costs = data.draw(query_costs(len(instance) - 1, "unequal"))
    for budget in (2, None):
        problem = question(instance, budget, adaptive=True, costs=costs)
        expected = exact_value(problem)
        with patch.object(threshold_adaptive, "CHUNK", 1):
            assert exact_value(problem) == expected


@pytest.mark.parametrize("budget", [None, 3])
def test_three_hundred_types_in_turn_with_costs_are_proved(budget):
    rng = np.random.default_rng(9)
    n = 300
    instance = BinaryPersuasion(mass(rng, n), rng.uniform(0, 0.8, n))
    problem = question(instance, budget, adaptive=True, costs=rng.uniform(0, 0.01, n - 1))
    result = solve(problem)
    assert result.status == "optimal"
    assert result.gap <= 1e-9
    assert result.value >= solve(question(instance, budget, costs=problem.costs)).value - 1e-12


@given(weights(5))
@examples(30)
def test_cuts_are_made_at_types_of_positive_weight_or_at_no_loss(shares):
    instance = BinaryPersuasion(shares, ["1/10", "1/5", "3/10", "2/5", "1/2"])
    result = solve(question(instance), exact=True)
    assert result.exact_value == instance.full_information(exact=True)
    assert set(result.answer.queries.tolist()) <= set(real_cuts(instance))


@pytest.mark.parametrize("method", ["algorithm-1", "greedy"])
def test_costs_in_turn_are_refused_by_methods_that_find_sets(method):
    problem = question(ALGORITHM_2, adaptive=True, costs="1/100")
    with pytest.raises(ValueError, match=f'"{method}" takes no costs with adaptive queries'):
        solve(problem, method)


def test_exact_greedy_is_refused():
    with pytest.raises(ValueError, match='exact is not available for method "greedy"'):
        solve(question(ALGORITHM_2), "greedy", exact=True)


@pytest.mark.parametrize(
    ("where", "limit", "options", "sentence"),
    [
        (threshold_dp, "LARGEST_EXACT", {"method": "dp"}, '"dp" takes at most 3 types exactly'),
        (
            threshold_reference,
            "LARGEST_ALGORITHM_1",
            {"method": "algorithm-1"},
            '"algorithm-1" takes at most 3 distinct thresholds',
        ),
        (
            threshold_reference,
            "LARGEST_ENUMERATION",
            {"method": "brute-force"},
            '"brute-force" takes at most 3 sets of cuts',
        ),
    ],
)
def test_sizes_out_of_reach_are_refused_before_solving(where, limit, options, sentence):
    with patch.object(where, limit, 3), pytest.raises(ValueError, match=sentence):
        solve(question(ALGORITHM_2), exact=True, **options)


def test_sizes_out_of_reach_in_turn_are_refused_before_solving():
    problem = question(ALGORITHM_2, 2, adaptive=True, costs="1/100")
    with (
        patch.object(threshold_adaptive, "LARGEST_EXACT", 3),
        pytest.raises(ValueError, match="at most 3 types and there are 5"),
    ):
        solve(problem, exact=True)
    with (
        patch.object(threshold_adaptive, "LARGEST_TABLES", 100),
        pytest.raises(ValueError, match="need 4 tables of 5 x 5 numbers"),
    ):
        solve(problem)
    with (
        patch.object(threshold_reference, "LARGEST_RECURSION", 3),
        pytest.raises(ValueError, match="at most 3 distinct thresholds"),
    ):
        solve(problem, "brute-force")


@pytest.mark.parametrize("method", ["algorithm-1", "brute-force"])
@pytest.mark.parametrize("adaptive", [False, True])
def test_reference_methods_stop_at_the_time_limit_with_an_honest_bound(method, adaptive):
    # Algorithm 1 knows no adaptive costs.
    costs = None if method == "algorithm-1" and adaptive else 0.001
    n = 16
    instance = BinaryPersuasion(np.full(n, 1 / n), np.linspace(0.01, 0.49, n))
    problem = QuerySelection(instance, ThresholdQueries(), 4, adaptive, costs)
    stopped = solve(problem, method, time_limit=0)
    optimum = solve(problem).value
    assert stopped.status == "feasible"
    assert stopped.report.raw_status == "time limit"
    assert stopped.value <= optimum <= stopped.bound
    assert solve(problem, method).value == pytest.approx(optimum, abs=1e-12)


def test_layers_stopped_by_the_clock_say_how_many_are_filled():
    program = SegmentProgram(question(BinaryPersuasion([0.25] * 4, [0.1, 0.2, 0.3, 0.4])))
    with Clock(0.0) as clock:
        assert program.layers(4, clock)[1] == 1
    assert program.layers(4)[1] == 4


@pytest.mark.parametrize(
    ("weights", "beliefs", "thresholds", "expected"),
    [
        ((7, 6, 3, 5, 3), (92, 82, 50, 66, 22), (70, 94, 68, 12, 33), "117605857/134360520"),
        ((3, 4, 4, 4, 6), (79, 59, 77, 4, 30), (82, 71, 75, 24, 12), "543841021/789368055"),
        ((6, 2, 3, 2, 2, 3), (7, 71, 62, 3, 55, 39), (76, 96, 41, 20, 77, 76), "1934864/2173479"),
    ],
)
def test_the_hull_of_classes_above_one_half_keeps_every_corner(
    weights, beliefs, thresholds, expected
):
    instance = BinaryPersuasion(
        [F(w, sum(weights)) for w in weights],
        [F(p, 97) for p in beliefs],
        [F(rho, 97) for rho in thresholds],
    )
    for method in ("dp", "brute-force", "algorithm-1"):
        assert exact_value(question(instance, 1), method) == F(expected)
