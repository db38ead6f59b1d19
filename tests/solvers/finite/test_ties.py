"""Ties that are real and ties that are a rounding; units and constants of utilities."""

from fractions import Fraction

import numpy as np
import pytest
from finite_instances import finite_instances
from hypothesis import assume, given
from hypothesis import strategies as st
from instances import examples

from suasion import FinitePersuasion, check_equilibrium, methods, solve
from suasion.models.finite.policy import FinitePolicy
from suasion.models.finite.ties import decided_responses
from suasion.results import Report
from suasion.solvers.finite.settling import realised, settled

MATCH = [[1, 0], [0, 1]]
ACT = [[0, 1], [0, 1]]
# Action 2 is never best: in state 1 action 1 is better by what the state is believed to be worth.
SHY = [[1, 0, 0], [0, 1, 0]]
LONGED = [[0, 0, 1], [0, 0, 1]]


def shy(belief, sender=1.0, state_beliefs=None):
    table = [[0, 0, sender]] * 2
    return FinitePersuasion([1], [[1 - belief, belief]], SHY, table, state_beliefs)


NEVER = {
    "state beliefs": shy(1e-10, 1.0, [[0.5, 0.5]]),
    "smaller": shy(1e-13, 1.0, [[0.5, 0.5]]),
    "stakes": shy(1e-10, 1e9),
}


@pytest.mark.parametrize("case", NEVER)
def test_an_action_that_is_never_best_is_not_counted_on(case):
    instance = NEVER[case]
    assert solve(instance, "vertices", exact=True).exact_value == 0
    for method in methods(instance):
        for exact in (False, True):
            result = solve(instance, method, exact=exact and method != "column-generation")
            assert result.status != "failed"
            if method != "menu":
                assert result.value == 0
            assert (result.status == "optimal") == (result.bound == pytest.approx(0, abs=1e-9))


def test_ties_a_billionth_of_all_stakes_are_told_where_little_is_at_stake():
    instance = NEVER["state beliefs"]
    for method in methods(instance):
        assert (solve(instance, method).status, solve(instance, method).bound) == ("optimal", 0)


def test_without_a_proof_an_exact_answer_counts_on_no_tie_that_is_none(monkeypatch):
    from suasion.solvers.backends import certify

    report = Report(raw_status="no luck")
    monkeypatch.setattr(certify, "certified", lambda program, **options: (None, report))
    for method in ("vertices", "profiles", "obedience"):
        result = solve(NEVER["state beliefs"], method, exact=True)
        assert (result.value, result.exact) == (0, False)


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("case", NEVER)
def test_an_action_that_is_never_best_is_no_equilibrium(case, exact):
    policy = FinitePolicy([[1.0, 0.0], [0.0, 1.0]], [[0], [2]])
    assert "would do better" in check_equilibrium(policy, NEVER[case], exact=exact).deviations[0]


def test_a_tie_that_a_third_state_rules_out_is_no_equilibrium():
    # Each of two types acts on its side of a tie in the first states; the third state, unlikely
    # as it is, keeps both from acting on one message.
    small = 1e-14
    types = [[[1, 0], [0, 1], [small, 0]], [[0, 1], [1, 0], [small, 0]]]
    instance = FinitePersuasion([0.5, 0.5], [[0.25, 0.25, 0.5]] * 2, types, [[0, 1]] * 3)
    both = FinitePolicy([[1.0, 1.0, 1.0]], [[1, 1]])
    assert both.failures(instance, exact=False) == []
    assert check_equilibrium(both, instance).deviations[0].startswith("message 1 is on no tie")
    assert realised(instance, np.array([1.0, 1.0, 0.0]), np.array([1, 1])) is not None


def test_ties_of_opposed_types_are_real_although_floats_miss_them():
    lean = [MATCH, [[0, 1], [1, 0]]]
    instance = FinitePersuasion([0.5, 0.5], [[0.3, 0.7]] * 2, lean, ACT)
    # Both act where .3 x = .7 y, which no floats do.
    message = np.array([1.0, 3 / 7])
    found = realised(instance, message, np.array([1, 1]))
    assert any(isinstance(x, Fraction) for x in found)
    assert settled(instance, message, [np.array([1, 1])])[1].tolist() == [1, 1]
    for method in ("vertices", "profiles", "column-generation"):
        result = solve(instance, method)
        assert result.status == "optimal"
        assert result.value == pytest.approx(0.8)
        assert check_equilibrium(result.answer, instance).holds


def test_opposed_types_whose_ties_differ_by_a_little_do_not_act_together():
    lean = [MATCH, [[0, 1], [1, 0]]]
    instance = FinitePersuasion([0.5, 0.5], [[0.3, 0.7], [0.3 - 1e-12, 0.7 + 1e-12]], lean, ACT)
    message = np.array([1.0, 3 / 7])
    assert realised(instance, message, np.array([1, 1])) is None
    assert settled(instance, message, [np.array([1, 1])])[1].tolist() != [1, 1]
    for method in ("vertices", "profiles", "column-generation"):
        policy = solve(instance, method).answer
        assert not (policy.actions == 1).all(axis=1).any()


def test_floats_that_cannot_tell_leave_it_to_fractions():
    # The third state tips what the first two balance.
    tipped = FinitePersuasion([1], [["1/3"] * 3], [[1, 0], [0, 1], ["1e-20", 0]], [[0, 1]] * 3)
    assert decided_responses(tipped, np.array([1.0, 1.0, 0.0])).tolist() == [1]
    assert decided_responses(tipped, np.array([1.0, 1.0, 1.0])).tolist() == [0]
    assert tipped.no_information() == 0


@st.composite
def near_ties(draw):
    """Instances with beliefs of 1e-10 and utilities of 1e9 beside those of about 1."""
    base = draw(finite_instances(max_states=3, max_types=2))
    _, d, k = base.shape
    tiny = draw(st.sampled_from([1e-12, 1e-10, 1e-8]))
    beliefs = np.array(base.beliefs) + tiny
    receiver, sender = (np.array(a) for a in (base.receiver_utilities, base.sender_utilities))
    place = draw(st.integers(0, d - 1)), draw(st.integers(0, k - 1))
    large = draw(st.sampled_from([1.0, 1e9, -1e9, 1e-9]))
    (receiver if draw(st.booleans()) else sender)[0][place] *= large
    return FinitePersuasion(
        base.weights, beliefs / beliefs.sum(axis=1, keepdims=True), receiver, sender
    )


def test_payoffs_too_small_for_a_solver_beside_a_penalty_break_no_bound():
    # HiGHS takes numbers of at most 1e-9 for 0, and the penalty makes the others so small.
    receiver = [[[-3, 0], [-1, -3], [-3, -2]], [[2, 0], [2, 1], [2, -1]]]
    sender = [[[-2e9, 0], [-1, -3], [-3, -2]], [[2, 0], [2, 1], [2, -1]]]
    beliefs = [["3/10", "3/10", "2/5"], ["1/2", "1/2", "1e-12"]]
    beliefs[1][1] = str(Fraction(1, 2) - Fraction(1, 10**12))
    instance = FinitePersuasion(["5/9", "4/9"], beliefs, receiver, sender)
    truth = float(solve(instance, "vertices", exact=True).exact_value)
    result = solve(instance, "column-generation")
    assert (result.status, result.value) == ("optimal", pytest.approx(truth))
    assert result.bound >= truth - 1e-12


def test_prices_below_the_tolerance_of_a_mip_break_no_bound():
    sender = [[[2, 0], [-1, -2], [0, -1e9]]]
    receiver = [[[-2, 1], [2, 2], [2, -3]]]
    instance = FinitePersuasion([1], [["2/7", "5/14", "5/14"]], receiver, sender)
    result = solve(instance, "column-generation")
    assert (result.status, result.value) == ("optimal", pytest.approx(3 / 14))
    assert result.bound == pytest.approx(3 / 14)


def test_bounds_that_differ_by_the_rounding_of_large_payoffs_are_met():
    # All that is missed is in a state of 1e-12, beside payoffs of about 1.
    table = np.array([[-3.0, 2.0, -1.0], [-2.0, -2.0, -1.0], [-1.0, 1.0, 2.0]])
    receiver = table.copy()
    receiver[0, 0] = 3e9
    beliefs = [[9.999999999970002e-13, 0.49999999999950007, 0.49999999999950007]]
    instance = FinitePersuasion([1.0], beliefs, receiver, table)
    for method in methods(instance):
        result = solve(instance, method)
        assert (result.status, result.value) == ("optimal", pytest.approx(0.4999999999985))


def test_obedience_is_compared_before_payoffs_are_scaled():
    # In the unit of the penalty the other payoffs have seven digits left.
    receiver = [[[-3, -3, 0], [-1, -3, -2e9], [1, 2, -1]]]
    sender = [[[-1, 1, -1], [-2, -2, -2], [2, 0, 1]]]
    instance = FinitePersuasion([1], [["1/4", "1/8", "5/8"]], receiver, sender)
    truth = float(solve(instance, "vertices", exact=True).exact_value)
    menu = solve(instance, "menu")
    assert (menu.status, menu.bound) == ("optimal", pytest.approx(truth, abs=1e-14))


@given(near_ties())
@examples(30)
def test_no_method_promises_more_than_there_is(instance):
    proved = solve(instance, "vertices", exact=True)
    assume(proved.exact)
    truth, rounding = float(proved.exact_value), 1e-9 * instance.unit
    rounding += 8 * np.finfo(float).eps * abs(truth)
    for method in methods(instance):
        result = solve(instance, method)
        if method == "menu" and result.status == "failed":
            continue  # solvers meet numbers too far apart across reports, and nothing is claimed
        assert result.status in ("optimal", "feasible")
        assert result.bound >= truth - rounding
        if method != "menu":
            assert result.value <= truth + rounding
        if method != "menu" and result.status == "optimal":
            assert result.value >= truth - 1e-7 * instance.unit - rounding


def numbers(table, scale=Fraction(1), constants=None):
    """A table of integers scaled, or with a constant for each state."""
    add = [Fraction(0)] * len(table[0]) if constants is None else constants
    return [
        [[x * scale + c for x in row] for row, c in zip(own, add, strict=True)] for own in table
    ]


@given(finite_instances(max_types=2), st.integers(-9, 9), st.data())
@examples(30)
def test_units_and_constants_change_neither_status_nor_value(instance, power, data):
    receiver, sender = (
        [[[Fraction(x) for x in row] for row in own] for own in table.tolist()]
        for table in (instance.receiver_utilities, instance.sender_utilities)
    )
    weights, beliefs, state_beliefs, _ = instance.numbers(exact=True)
    scale = Fraction(10) ** power
    shift = st.sampled_from([Fraction(0), Fraction(10) ** 9, -(Fraction(10) ** 9), Fraction(1, 3)])
    constants = [data.draw(shift) for _ in range(instance.shape[1])]
    added = sum(
        (p * sum(q * c for q, c in zip(row, constants, strict=True)))
        for p, row in zip(weights, state_beliefs.tolist(), strict=True)
    )

    def other(receiver, sender):
        return FinitePersuasion(
            weights.tolist(), beliefs.tolist(), receiver, sender, state_beliefs.tolist()
        )

    changed = [
        (other(receiver, numbers(sender, scale)), scale, 0),
        (other(receiver, numbers(sender, constants=constants)), 1, added),
        (other(numbers(receiver, scale), sender), 1, 0),
        (other(numbers(receiver, constants=constants), sender), 1, 0),
    ]
    for method in methods(instance):
        result = solve(instance, method)
        for same, unit, constant in changed:
            expected = float(Fraction(result.value) * unit + constant)
            found = solve(same, method)
            assert found.status == result.status
            assert found.value == pytest.approx(
                expected, rel=1e-14, abs=1e-8 * float(unit) * max(1, instance.unit)
            )


@pytest.mark.parametrize("penalty", [1e6, 1e9])
def test_a_penalty_that_is_never_paid_hides_nothing(penalty):
    instance = FinitePersuasion(
        [1], [[0.7, 0.3]], [[1, 0, -penalty], [0, 1, -penalty]], [[0, 1, -penalty]] * 2
    )
    for method in ("vertices", "profiles", "obedience", "column-generation"):
        result = solve(instance, method)
        assert result.status == "optimal"
        assert result.value == pytest.approx(0.6, abs=1e-9)
