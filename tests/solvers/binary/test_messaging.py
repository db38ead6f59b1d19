"""Methods for the messaging policy: they agree, and the published one is never above."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import HALF, REGIMES, examples, float_instances, instances, optimum, triples

from suasion import BinaryPersuasion, solve
from suasion.models.binary.messaging_lp import policy_from_values
from suasion.solvers.binary import messaging

F = Fraction
COUNTEREXAMPLE = BinaryPersuasion(["1/2", "1/2"], ["2/5", "9/10"])
METHODS = ("closed-form", "published", "lp", "reporting", "brute-force")


def exact_value(instance, method="auto"):
    return solve(instance, method, exact=True).exact_value


@pytest.mark.parametrize("regime", REGIMES)
@given(data=st.data())
@examples(60)
def test_closed_form_is_the_brute_force_exactly(regime, data):
    instance = data.draw(instances(regime, max_types=8))
    expected = optimum(triples(instance))
    for method in ("closed-form", "brute-force", "lp", "reporting"):
        result = solve(instance, method, exact=True)
        assert result.exact_value == expected
        assert result.status == "optimal"
        assert result.exact
        assert result.answer.value(instance, exact=True) == expected


@pytest.mark.parametrize("regime", REGIMES)
@given(data=st.data())
@examples(25)
def test_lp_and_float_methods_agree_with_the_exact_value(regime, data):
    instance = data.draw(instances(regime, max_types=8))
    expected = float(optimum(triples(instance)))
    for method in ("closed-form", "lp", "reporting", "brute-force"):
        result = solve(instance, method)
        assert result.value == pytest.approx(expected, abs=1e-9)
        assert result.bound >= expected - 1e-9
        assert result.status == "optimal"
        assert not result.exact
        assert result.exact_value is None
        assert result.answer.value(instance) == result.value


@pytest.mark.parametrize("regime", REGIMES)
@given(data=st.data())
@examples(60)
def test_published_is_never_above_the_optimum(regime, data):
    instance = data.draw(instances(regime, max_types=8))
    result = solve(instance, "published", exact=True)
    expected = optimum(triples(instance))
    assert result.exact_value <= expected
    assert result.bound == float(expected)
    assert (result.status == "optimal") == (result.exact_value == expected) == result.exact
    assert solve(instance, "published").value == pytest.approx(result.value, abs=1e-12)


@pytest.mark.parametrize("regime", ["low", "private-low"])
@given(data=st.data())
@examples(60)
def test_published_is_optimal_when_all_thresholds_are_at_most_one_half(regime, data):
    instance = data.draw(instances(regime, max_types=8))
    assert exact_value(instance, "published") == exact_value(instance)


@given(instances("both", max_types=6))
@examples(60)
def test_published_is_the_best_of_its_three_cases(instance):
    types = triples(instance)
    tries = []
    for rho in {t for _, _, t in types}:
        above = [(w, mu) for w, mu, t in types if t >= rho]
        if rho <= HALF:  # one message of that odds
            odds = rho / (1 - rho)
            tries.append(sum(w * (mu + (1 - mu) * odds) for w, mu in above))
        elif rho < 1:  # all of state 0 on it, the rest of state 1 on a message all act on
            share = (1 - rho) / rho
            everyone = sum(w * mu * (1 - share) for w, mu, _ in types)
            tries.append(everyone + sum(w * (mu * share + 1 - mu) for w, mu in above))
        else:  # these types act whatever they hear; the others on the truth
            tries.append(sum(w * mu if t < 1 else w for w, mu, t in types))
    assert exact_value(instance, "published") == max(tries)


def test_published_falls_short_on_the_counterexample():
    result = solve(COUNTEREXAMPLE, "published", exact=True)
    assert result.exact_value == F(53, 60)
    assert result.bound == float(F(221, 250))
    assert result.status == "feasible"
    assert not result.exact
    assert exact_value(COUNTEREXAMPLE) == F(221, 250)


def test_published_falls_short_by_a_tenth_at_worst_known():
    instance = BinaryPersuasion(["0.765", "0.235"], ["0.054", "0.751"])
    ratio = exact_value(instance, "published") / exact_value(instance)
    assert F(90, 100) < ratio < F(902, 1000)


def test_low_threshold_message_has_its_odds():
    result = solve(BinaryPersuasion([1], ["2/5"]), "published", exact=True)
    high, low = result.answer.likelihoods(exact=True)
    assert high.tolist() == [1, 0]
    assert low.tolist() == [F(2, 3), F(1, 3)]


def test_high_threshold_message_takes_all_of_state_zero():
    result = solve(BinaryPersuasion(["1/10", "9/10"], [0, "3/4"]), "published", exact=True)
    high, low = result.answer.likelihoods(exact=True)
    assert high.tolist() == [F(2, 3), F(1, 3)]
    assert low.tolist() == [0, 1]
    assert result.exact_value == F(9, 10)


@pytest.mark.parametrize(
    ("instance", "expected"),
    [
        (BinaryPersuasion([1], ["2/5"]), F(4, 5)),
        (BinaryPersuasion([1], ["1/5"]), F(2, 5)),
        (BinaryPersuasion([1], ["3/10"]), F(3, 5)),
        (BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"]), F(19, 40)),
        (COUNTEREXAMPLE, F(221, 250)),
    ],
)
def test_known_answers_come_out_of_every_exact_method(instance, expected):
    for method in ("closed-form", "brute-force", "lp", "reporting"):
        assert exact_value(instance, method) == expected
    for method in ("lp", "reporting"):
        assert solve(instance, method).value == pytest.approx(float(expected), abs=1e-9)


@pytest.mark.parametrize("beliefs", [["1"], ["1", "1"], ["0"], ["0", "1"], ["1/2"]])
def test_extreme_beliefs_are_ordinary_for_every_method(beliefs):
    instance = BinaryPersuasion([F(1, len(beliefs))] * len(beliefs), beliefs)
    expected = optimum(triples(instance))
    for method in METHODS:
        assert solve(instance, method).value == pytest.approx(float(expected), abs=1e-9)
    for method in ("closed-form", "brute-force", "lp", "reporting"):
        assert exact_value(instance, method) == expected


@pytest.mark.parametrize("below", [0.05, 0.35, 0.499])
@pytest.mark.parametrize("above", [1 - 1e-16, 1 - 1e-12, 1 - 1e-6])
@pytest.mark.parametrize("method", ["closed-form", "brute-force"])
def test_odds_near_threshold_one_lose_nothing(below, above, method):
    instance = BinaryPersuasion([0.5, 0.5], [below, above], state_beliefs=[0.3, 0.3])
    result = solve(instance, method)
    assert result.status == "optimal"
    assert result.value == pytest.approx(float(exact_value(instance)), abs=1e-12)


@pytest.mark.parametrize("solver", ["highs", "pulp:CBC", "cvxpy:CLARABEL"])
@pytest.mark.parametrize("above", [1 - 1e-16, 1 - 1e-12, 1 - 1e-9, 1 - 1e-6])
@pytest.mark.parametrize("method", ["lp", "reporting"])
def test_lps_lose_nothing_near_threshold_one(above, method, solver):
    instance = BinaryPersuasion([0.5, 0.5], [0.35, above], state_beliefs=[0.3, 0.3])
    result = solve(instance, method, solver=solver)
    assert result.value == pytest.approx(float(exact_value(instance)), abs=1e-7)
    assert result.status == "optimal"


@pytest.mark.parametrize("method", ["closed-form", "brute-force", "lp", "reporting"])
@given(instance=float_instances())
@examples(60)
def test_every_float_method_is_proved_next_to_every_limit_of_the_odds(method, instance):
    result, best = solve(instance, method), exact_value(instance)
    accuracy = 1e-9 if method in ("closed-form", "brute-force") else 1e-7
    assert result.status == "optimal"
    assert result.value == pytest.approx(float(best), abs=accuracy)
    assert result.bound >= float(best) - 1e-12


@pytest.mark.parametrize("seed", range(4))
def test_large_float_instances_agree(seed):
    rng = np.random.default_rng(seed)
    n = 400
    w = rng.dirichlet(np.ones(n))
    p, rho = rng.uniform(0, (1, 0.5)[seed % 2], n), rng.uniform(size=n)
    instance = BinaryPersuasion(w, p, rho if seed >= 2 else None)
    # The reporting LP has n^2 rows.
    values = {m: solve(instance, m).value for m in METHODS if m != "reporting"}
    assert values["lp"] == pytest.approx(values["closed-form"], abs=1e-9)
    assert values["brute-force"] == pytest.approx(values["closed-form"], abs=1e-9)
    assert values["published"] <= values["closed-form"] + 1e-12


@pytest.mark.parametrize("method", ["lp", "reporting"])
@pytest.mark.parametrize("solver", ["pulp:CBC", "cvxpy:CLARABEL"])
def test_exact_lps_are_refused_before_solving_on_other_solvers_than_highs(method, solver):
    words = f'exact is not available for method "{method}" with solver "{solver}"; use solver'
    with pytest.raises(ValueError, match=words):
        solve(COUNTEREXAMPLE, method, exact=True, solver=solver)


def test_sizes_out_of_reach_are_refused_before_solving(monkeypatch):
    monkeypatch.setattr(messaging, "LARGEST_EXACT", 1)
    monkeypatch.setattr(messaging, "LARGEST_ENUMERATION", 1)
    with pytest.raises(ValueError, match=r'"closed-form" takes at most 1 types exactly and .* 2'):
        solve(COUNTEREXAMPLE, exact=True)
    with pytest.raises(ValueError, match=r'"brute-force" takes at most 1 distinct thresholds'):
        solve(COUNTEREXAMPLE, "brute-force")
    assert solve(COUNTEREXAMPLE).status == "optimal"


@pytest.mark.parametrize(
    ("weights", "beliefs", "state_beliefs"),
    [
        ([0.0057006012570185085, 0.9942993987429815], [0.581279905335607, 0.5000000000000051], 1),
        ([0.1, 0.9], [0.6, 1.1 - 0.6], 0),
        ([0.1, 0.9], [0.6, 0.50000001], 0),
        ([0.1, 0.9], [0.6, 1.1 - 0.6], 1),
        ([41 / 88, 10 / 88, 7 / 88, 30 / 88], [0.50000000001, 0.3, 0.4, 0.5000000000000001], 0),
    ],
)
def test_thresholds_just_above_a_half_do_not_blur_the_bound(weights, beliefs, state_beliefs):
    mu = [0.3, 0.74] if state_beliefs else None
    instance = BinaryPersuasion(weights, beliefs, state_beliefs=mu)
    result = solve(instance)
    assert result.status == "optimal"
    assert result.gap <= 1e-12
    assert solve(instance, "published").bound == pytest.approx(result.value, abs=1e-12)


@pytest.mark.parametrize("rho", [0.51, 0.6, 0.74, 0.9, 1 - 1e-9])
def test_a_row_above_one_half_broken_by_a_solver_is_mended_in_state_one(rho):
    instance = BinaryPersuasion([0.5, 0.5], [0.0, rho])
    inverse = (1 - rho) / rho
    asked = max(0.0, inverse - 1e-8)
    policy = policy_from_values(instance, np.array([1 - asked, asked]), np.array([0.0, 1.0]))
    assert policy.low[1] == pytest.approx(1, abs=2e-8)
    assert policy.acts(instance)[1, 1]
    assert policy.high[1] == pytest.approx(inverse, abs=2e-8)
