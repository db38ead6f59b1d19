import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suasion import BinaryPersuasion, PartitionQueries, QuerySelection, ThresholdQueries, solve
from suasion.solvers.threshold.noisy_oracle import degradation, noisy_plan

TWO = BinaryPersuasion([0.5, 0.5], [0.1, 0.4])
ONE_QUERY = QuerySelection(TWO, ThresholdQueries(), budget=1)


@st.composite
def baselines(draw):
    n = draw(st.integers(1, 7))
    top = draw(st.sampled_from([10, 20]))
    beliefs = np.array(draw(st.lists(st.integers(0, top), min_size=n, max_size=n))) / 20
    counts = np.array(draw(st.lists(st.integers(0, 5), min_size=n, max_size=n)), dtype=float)
    counts[draw(st.integers(0, n - 1))] += 1
    return BinaryPersuasion(counts / counts.sum(), beliefs)


@pytest.mark.parametrize("error", [1e-9, 1e-6, 1e-3, 0.01])
def test_the_published_procedure_loses_a_third_at_every_error(error):
    published = noisy_plan(ONE_QUERY, error, "published").worst_case(TWO)
    assert published <= 1 / 3 + 1e-9
    corrected = noisy_plan(ONE_QUERY, error)
    assert corrected.optimum == pytest.approx(0.5)
    assert corrected.worst_case(TWO) >= 0.5 - 4 * error


@given(baselines(), st.integers(0, 4), st.floats(1e-6, 0.2), st.sampled_from([0.0, 0.1, 0.5]))
@settings(deadline=None, max_examples=300)
def test_the_corrected_plan_earns_its_guarantee_against_any_error(
    instance, budget, error, failure
):
    problem = QuerySelection(instance, ThresholdQueries(), budget=budget)
    plan = noisy_plan(problem, error)
    optimum = solve(problem).value
    assert plan.optimum == pytest.approx(optimum, abs=1e-9)
    worst = plan.worst_case(instance, failure=failure)
    assert worst >= (1 - failure) * (optimum - 4 * error) - 1e-9
    assert worst >= plan.guarantee(failure) - 1e-9
    assert worst <= plan.uniform_noise(instance, failure=failure) + 1e-9 <= optimum + 2e-9


def test_a_belief_two_errors_below_the_target_still_acts():
    # The lower type is simulated at 39/100, just where the upper one is asked for.
    near = BinaryPersuasion([0.5, 0.5], [19 / 50, 2 / 5])
    plan = noisy_plan(QuerySelection(near, ThresholdQueries(), budget=1), 0.01)
    assert plan.cutoffs.tolist() == pytest.approx([0.39])
    # Both act on the message for belief 19/50, whether they are told apart or not.
    assert plan.worst_case(near) == pytest.approx((0.76 + 0.4 + 0.6 * 19 / 31) / 2, abs=1e-9)


@given(baselines(), st.integers(0, 3), st.floats(0.001, 0.2))
@settings(deadline=None, max_examples=100)
def test_the_worst_case_is_the_worst_of_all_simulated_beliefs(instance, budget, error):
    problem = QuerySelection(instance, ThresholdQueries(), budget=budget)
    plan = noisy_plan(problem, error)
    total = 0.0
    for i in range(len(instance)):
        belief = instance.beliefs[i]
        # The cutoffs and the ends of the interval are where a simulated belief changes segment.
        inside = [c for c in plan.cutoffs if belief - error <= c <= belief + error]
        tried = [belief - error, belief + error, *inside, *(np.nextafter(c, -1) for c in inside)]
        segments = [int((plan.cutoffs <= q).sum()) for q in tried if q >= belief - error]
        earned = []
        for s in set(segments):
            high, low = plan.policies[s].acting(instance)[i][::-1]
            earned.append(belief * high + (1 - belief) * low)
        total += instance.weights[i] * min(earned)
    assert plan.worst_case(instance) == pytest.approx(total, abs=1e-12)


def test_without_error_or_queries_nothing_is_lost():
    for budget in (0, 1, 5):
        problem = QuerySelection(TWO, ThresholdQueries(), budget=budget)
        plan = noisy_plan(problem, 0.0)
        assert plan.worst_case(TWO) == pytest.approx(solve(problem).value)
    none = noisy_plan(QuerySelection(TWO, ThresholdQueries(), budget=0), 0.2)
    assert none.worst_case(TWO) == pytest.approx(solve(TWO).value)


def test_simulated_receivers_earn_the_expectation_on_a_large_instance():
    rng = np.random.default_rng(2)
    instance = BinaryPersuasion(np.full(500, 1 / 500), rng.uniform(0, 1, 500))
    plan = noisy_plan(QuerySelection(instance, ThresholdQueries(), budget=7), 0.02)
    expected = plan.uniform_noise(instance)
    sampled = plan.simulate(instance, 200_000, seed=1)
    assert sampled == pytest.approx(expected, abs=4 / math.sqrt(200_000))
    # Three rounds of search, each simulated afresh, fail at most three times as often.
    fresh = plan.simulate(instance, 200_000, failure=0.05, fresh=True, seed=1)
    assert fresh >= (1 - 3 * 0.05) * (plan.optimum - 4 * 0.02)
    assert plan.simulate(instance, 1000, seed=5) == plan.simulate(instance, 1000, seed=5)


@pytest.mark.parametrize("budget", [0, 1, 2, 4, 5])
def test_a_search_that_ends_sooner_for_some_receivers_than_for_others_is_exact(budget):
    beliefs = np.linspace(0.05, 0.5, 10)
    instance = BinaryPersuasion(np.full(10, 0.1), beliefs)
    problem = QuerySelection(instance, ThresholdQueries(), budget=budget)
    plan = noisy_plan(problem, 0.0)
    sampled = plan.simulate(instance, 100_000, seed=1)
    assert sampled == pytest.approx(solve(problem).value, abs=4 / math.sqrt(100_000))


def test_adaptive_rounds_plan_for_as_many_cuts_as_their_search():
    rng = np.random.default_rng(3)
    instance = BinaryPersuasion(np.full(40, 1 / 40), rng.uniform(0, 0.5, 40))
    adaptive = noisy_plan(QuerySelection(instance, ThresholdQueries(), 2, adaptive=True), 0.01)
    cuts = noisy_plan(QuerySelection(instance, ThresholdQueries(), 3), 0.01)
    assert len(adaptive.cutoffs) == 3
    assert adaptive.worst_case(instance) == cuts.worst_case(instance)


def test_degradation_is_one_call_with_a_row_for_each_pair():
    rows = degradation(ONE_QUERY, [0.0, 0.01, 0.1], [0.0, 0.2])
    assert [(row.error, row.failure) for row in rows] == [
        (e, d) for e in (0.0, 0.01, 0.1) for d in (0.0, 0.2)
    ]
    assert all(row.worst_case >= row.guarantee - 1e-12 for row in rows)
    assert rows[0].worst_case == pytest.approx(0.5)
    assert rows[2].published_worst_case < rows[2].worst_case
    assert math.isnan(noisy_plan(ONE_QUERY, 0.1, "published").guarantee())


@pytest.mark.parametrize(
    ("problem", "error", "procedure", "said"),
    [
        (ONE_QUERY, -0.1, "corrected", "error is -0.1"),
        (ONE_QUERY, 1.0, "corrected", "error is 1.0"),
        (ONE_QUERY, 0.1, "correct", 'procedure is "correct"'),
        (QuerySelection(TWO, ThresholdQueries(), 1, costs=0.1), 0.1, "corrected", "has costs"),
        (QuerySelection(TWO, PartitionQueries([]), 1), 0.1, "corrected", "threshold queries"),
        (
            QuerySelection(BinaryPersuasion([1], [0.3], [0.4]), ThresholdQueries(), 1),
            0.1,
            "corrected",
            r"thresholds\[0\] differs",
        ),
        (
            QuerySelection(
                BinaryPersuasion([1], [0.3], state_beliefs=[0.4]), ThresholdQueries(), 1
            ),
            0.1,
            "published",
            r"state_beliefs\[0\] differs",
        ),
    ],
)
def test_what_the_procedure_is_not_for_gets_one_sentence(problem, error, procedure, said):
    with pytest.raises(ValueError, match=said):
        noisy_plan(problem, error, procedure)
