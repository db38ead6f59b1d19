"""Direct reporting: its optimum is V in every regime, and a public policy attains it."""

from dataclasses import replace
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import REGIMES, earned, examples, instances, optimum, policies, triples

from suasion import BinaryPersuasion, solve
from suasion.models.binary.messaging_lp import exact_messaging_lp
from suasion.models.binary.reporting_lp import exact_reporting_lp, public_messages, reporting_lp
from suasion.models.programs.certificate import check_point
from suasion.solvers.backends.certify import certify
from suasion.solvers.backends.optimise import optimise
from suasion.solvers.binary import reporting

F = Fraction
TWO_SIDES = BinaryPersuasion(["1/2", "1/2"], ["2/5", "9/10"])
# Types whose state belief is neither common nor their own, besides the usual regimes.
OWN_STATES = BinaryPersuasion(
    ["1/4", "1/4", "1/4", 0, "1/4"],
    ["1/5", "1/2", "9/10", "1/3", "1/2"],
    thresholds=["1/3", "1/3", "2/3", "1/2", 1],
    state_beliefs=["9/10", "1/10", "1/2", "1/3", 0],
)


def told(instance, policy):
    """What each type is told under a public policy: a point of the reporting program."""
    acting = policy.acting(instance, exact=True)
    return [*acting[:, 1].tolist(), *acting[:, 0].tolist()]


def deviations(type_, told_high, told_low):
    """Gain over never acting of each thing a type can do with a recommendation."""
    _, _, rho = type_
    obey = rho * told_high - (1 - rho) * told_low
    always = rho - (1 - rho)
    return {"obey": obey, "never": 0, "always": always, "opposite": always - obey}


@pytest.mark.parametrize("regime", REGIMES)
@given(data=st.data())
@examples(40)
def test_the_value_of_reporting_is_exactly_the_value_of_messaging(regime, data):
    instance = data.draw(instances(regime, max_types=7))
    proof, reason = certify(exact_reporting_lp(instance))
    assert reason == ""
    assert proof.value == optimum(triples(instance))


def test_the_value_of_reporting_is_v_with_any_state_beliefs_ties_and_zero_weights():
    assert certify(exact_reporting_lp(OWN_STATES))[0].value == optimum(triples(OWN_STATES))


@given(instances(max_types=5), st.data())
@examples(60)
def test_every_public_policy_is_an_honest_reporting_mechanism(instance, data):
    policy = data.draw(policies())
    value, failures = check_point(exact_reporting_lp(instance), told(instance, policy))
    assert failures == []
    assert value == policy.value(instance, exact=True)


@given(instances(max_types=5), st.data())
@examples(60)
def test_feasible_points_leave_no_type_a_better_report_or_use_of_the_advice(instance, data):
    point = told(instance, data.draw(policies()))
    blend, n = data.draw(st.sampled_from([F(0), F(1, 3)])), len(instance)
    optimal = certify(exact_reporting_lp(instance))[0].values
    point = [blend * a + (1 - blend) * b for a, b in zip(point, optimal, strict=True)]
    for i, type_ in enumerate(triples(instance)):
        honest = deviations(type_, point[i], point[n + i])["obey"]
        for j in range(n):
            assert max(deviations(type_, point[j], point[n + j]).values()) <= honest


@given(instances(min_types=2, max_types=4), st.data())
@examples(60)
def test_points_outside_the_rows_leave_some_type_something_better(instance, data):
    n, shares = len(instance), st.integers(0, 4).map(lambda k: F(k, 4))
    point = data.draw(st.lists(shares, min_size=2 * n, max_size=2 * n))
    _, failures = check_point(exact_reporting_lp(instance), point)
    better = any(
        max(deviations(type_, point[j], point[n + j]).values())
        > deviations(type_, point[i], point[n + i])["obey"]
        for i, type_ in enumerate(triples(instance))
        for j in range(n)
    )
    assert better == bool(failures)


@pytest.mark.parametrize("family", ["act", "abstain", "truth"])
def test_no_family_of_rows_follows_from_the_others(family):
    instance = BinaryPersuasion(["1/2", "1/2"], ["2/5", "4/5"])
    program = reporting_lp(instance)
    left = tuple(f for f in program.constraints if f.name != family)
    smaller = replace(program, constraints=left)
    # Without "truth" each type is told its own best experiment; without "act" one never hears
    # that it should not; without "abstain" one may be told not to act against its will.
    points = {
        "act": [1, 1, 1, 1],
        "abstain": [0, 0, 0, 0],
        "truth": [1, 1, F(2, 3), 1],
    }
    point = np.array(points[family], dtype=np.float64)
    assert smaller.violation(point) < 1e-12
    assert program.violation(point) > 0.01


@pytest.mark.parametrize("regime", REGIMES)
@given(data=st.data())
@examples(40)
def test_a_public_policy_recovered_from_the_reports_attains_the_value(regime, data):
    instance = data.draw(instances(regime, max_types=7))
    n = len(instance)
    proof, _ = certify(exact_reporting_lp(instance))
    high, low = public_messages(instance, list(proof.values[:n]), list(proof.values[n:]))
    value, failures = check_point(exact_messaging_lp(instance), [*high, *low])
    assert failures == []
    assert value == proof.value
    rest = [1 - sum(high)], [1 - sum(low)]
    sides = ([*high, *rest[0]], [*low, *rest[1]])
    assert earned(triples(instance), *sides) == proof.value


@given(instances(max_types=5), st.data())
@examples(60)
def test_public_messages_earn_at_least_what_any_reports_do(instance, data):
    point, n = told(instance, data.draw(policies())), len(instance)
    high, low = public_messages(instance, point[:n], point[n:])
    value, failures = check_point(exact_messaging_lp(instance), [*high, *low])
    assert failures == []
    assert value >= check_point(exact_reporting_lp(instance), point)[0]


def test_reports_of_the_counterexample_give_its_two_messages():
    n, values = 2, optimise(reporting_lp(TWO_SIDES)).answer.values
    high, low = public_messages(TWO_SIDES, values[:n], values[n:])
    assert high == pytest.approx([24 / 25, 1 / 25])
    assert low == pytest.approx([16 / 25, 9 / 25])


def test_of_types_with_one_threshold_the_one_that_acts_most_speaks():
    instance = BinaryPersuasion(["1/2", 0, "1/2"], ["1/2", "1/2", "3/4"])
    high, low = public_messages(instance, [F(1, 2), F(0), F(1)], [F(1, 2), F(0), F(1)])
    assert (high.tolist(), low.tolist()) == ([F(1, 2)] * 2, [F(1, 2)] * 2)


def test_the_order_of_the_types_does_not_matter():
    types = triples(OWN_STATES)
    for order in list(permutations(range(len(types))))[::17]:
        weights, mus, rhos = zip(*(types[i] for i in order), strict=True)
        instance = BinaryPersuasion(weights, rhos, state_beliefs=mus)
        assert solve(instance, "reporting", exact=True).exact_value == optimum(types)


def test_the_program_has_a_row_per_pair_and_two_per_type():
    program = reporting_lp(BinaryPersuasion([F(1, 5)] * 5, [F(i, 9) for i in range(5)]))
    assert [len(family) for family in program.constraints] == [5, 5, 20]
    assert len(program.objective) == 10
    assert program.matrix.nnz <= 4 * 20 + 2 * 2 * 5


def test_a_single_type_reports_nothing_and_is_persuaded_as_usual():
    result = solve(BinaryPersuasion([1], ["2/5"]), "reporting", exact=True)
    assert result.exact_value == F(4, 5)
    assert result.certificate.failures(result.problem) == []


@pytest.mark.parametrize("solver", ["highs", "pulp:CBC", "pulp:HiGHS", "cvxpy:CLARABEL"])
def test_every_solver_gives_the_same_value(solver):
    result = solve(OWN_STATES, "reporting", solver=solver)
    assert result.value == pytest.approx(float(optimum(triples(OWN_STATES))), abs=1e-7)
    assert result.status == "optimal"


@pytest.mark.parametrize("top", [0.5, 1.0])
def test_sixty_types_agree_with_the_closed_form(top):
    rng = np.random.default_rng(5)
    instance = BinaryPersuasion(rng.dirichlet(np.ones(60)), rng.uniform(0, top, 60))
    result = solve(instance, "reporting")
    assert result.status == "optimal"
    assert result.value == pytest.approx(solve(instance).value, abs=1e-9)


def test_more_types_than_rows_allow_are_refused_before_solving(monkeypatch):
    monkeypatch.setattr(reporting, "LARGEST_REPORTING", 1)
    with pytest.raises(ValueError, match=r'"reporting" takes at most 1 types and there are 2'):
        solve(TWO_SIDES, "reporting")
    monkeypatch.undo()
    monkeypatch.setattr(reporting, "ROUTE", replace(reporting.ROUTE, exact_types=1))
    with pytest.raises(ValueError, match=r'"reporting" takes at most 1 types exactly'):
        solve(TWO_SIDES, "reporting", exact=True)
    assert solve(TWO_SIDES, "reporting").status == "optimal"


def test_a_time_limit_of_zero_is_no_answer():
    instance = BinaryPersuasion(np.full(150, 1 / 150), np.linspace(0.01, 0.99, 150))
    result = solve(instance, "reporting", time_limit=0.0)
    assert result.status in ("no_answer", "feasible")
    assert "limit" in result.report.raw_status
