"""V of a set of types: against a full LP, prices, known answers, and at the edges of floats."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import (
    REGIMES,
    examples,
    float_instances,
    fractions,
    instances,
    optimum,
    triples,
    weights,
)
from scipy.optimize import linprog

from suasion import BinaryPersuasion
from suasion.models.binary.envelope import concave_envelope
from suasion.models.binary.policy import envelope_policy


def value(instance, exact=True):
    return concave_envelope(instance.classes(exact=exact)).value


def every_acting_set_lp(instance):
    """One message for each of the 2^n sets of types that act on it, nothing simplified."""
    n = len(instance)
    w, rho, mu = instance.weights, instance.thresholds, instance.state_beliefs
    sets = np.array(list(product((0, 1), repeat=n)), dtype=float)
    k = len(sets)
    worth = np.concatenate((sets @ (w * mu), sets @ (w * (1 - mu))))
    rows = []
    for s, i in zip(*np.nonzero(sets), strict=True):
        row = np.zeros(2 * k)
        row[s], row[k + s] = -rho[i], 1 - rho[i]
        rows.append(row)
    sums = np.kron(np.eye(2), np.ones(k))
    solved = linprog(-worth, rows, np.zeros(len(rows)), sums, np.ones(2), method="highs")
    assert solved.status == 0
    return -solved.fun


@pytest.mark.parametrize("regime", REGIMES)
def test_envelope_is_the_lp_over_all_acting_sets(regime):
    @given(instances(regime))
    @examples(25)
    def agrees(instance):
        assert value(instance, exact=False) == pytest.approx(
            every_acting_set_lp(instance), abs=1e-8
        )

    agrees()


@pytest.mark.parametrize("regime", REGIMES)
def test_envelope_is_the_cheapest_pair_of_prices_exactly(regime):
    @given(instances(regime, max_types=8))
    @examples(60)
    def agrees(instance):
        assert value(instance) == optimum(triples(instance))

    agrees()


@given(instances(max_types=8))
@examples(150)
def test_prices_cover_every_message_and_sum_to_the_value(instance):
    classes = instance.classes(exact=True)
    envelope = concave_envelope(classes)
    a, b = envelope.prices
    assert a >= 0
    assert b >= 0
    assert a + b + classes.certain == envelope.value
    gains = classes.gains()
    odds = [Fraction(0), *classes.odds]
    assert all(a + r * b >= g for r, g in zip(odds, gains, strict=True))


@given(instances(max_types=8))
@examples(150)
def test_messages_reach_the_value_within_both_budgets(instance):
    classes = instance.classes(exact=True)
    envelope = concave_envelope(classes)
    gains, odds = classes.gains(), [Fraction(0), *classes.odds]
    masses = [mass for _, mass in envelope.messages]
    assert sum(masses) == 1
    assert min(masses) > 0
    assert sum(mass * odds[j + 1] for j, mass in envelope.messages) <= 1
    worth = sum(mass * gains[j + 1] for j, mass in envelope.messages)
    assert worth + classes.certain == envelope.value


@given(instances(max_types=8))
@examples(150)
def test_float_envelope_is_the_exact_one(instance):
    assert value(instance, exact=False) == pytest.approx(float(value(instance)), abs=1e-12)


@given(float_instances())
@examples(300)
def test_float_value_and_prices_are_right_next_to_every_limit_of_the_odds(instance):
    classes = instance.classes()
    envelope, exact = concave_envelope(classes), float(value(instance))
    assert envelope.value == pytest.approx(exact, abs=1e-14)
    assert sum(envelope.prices) + classes.certain == pytest.approx(exact, abs=1e-14)
    assert min(envelope.prices) >= -1e-15
    assert envelope_policy(classes, envelope).value(instance) == pytest.approx(exact, abs=1e-11)


@given(st.data())
@examples(100)
def test_raising_beliefs_never_lowers_the_value(data):
    n = data.draw(st.integers(1, 6))
    shares = data.draw(weights(n))
    pairs = [sorted(data.draw(st.tuples(fractions(), fractions()))) for _ in range(n)]
    low = BinaryPersuasion(shares, [p for p, _ in pairs])
    high = BinaryPersuasion(shares, [p for _, p in pairs])
    assert value(low) <= value(high)


@given(instances(), st.data())
@examples(100)
def test_splitting_a_type_into_equal_ones_changes_nothing(instance, data):
    i = data.draw(st.integers(0, len(instance) - 1))
    share = data.draw(fractions())
    w, p, rho, mu = (list(field) for field in instance.numbers(exact=True))
    for field in (p, rho, mu):
        field.insert(i, field[i])
    w.insert(i, share * w[i])
    w[i + 1] -= w[i]
    assert value(BinaryPersuasion(w, p, rho, mu)) == value(instance)


@given(instances(), fractions(), fractions(), fractions())
@examples(100)
def test_a_type_of_weight_zero_changes_nothing(instance, p, rho, mu):
    w, ps, rhos, mus = (list(field) for field in instance.numbers(exact=True))
    more = BinaryPersuasion([*w, 0], [*ps, p], [*rhos, rho], [*mus, mu])
    assert value(more) == value(instance)


@given(instances(min_types=2), st.data())
@examples(100)
def test_information_never_hurts(instance, data):
    types = triples(instance)
    inside = data.draw(st.lists(st.booleans(), min_size=len(types), max_size=len(types)))
    members = np.arange(len(types))
    cell, rest = members[np.array(inside)], members[~np.array(inside)]
    parts = [concave_envelope(instance.classes(c, exact=True)).value for c in (cell, rest)]
    assert sum(parts) >= value(instance)
    assert value(instance) <= instance.full_information(exact=True)
    assert instance.full_information(exact=True) == sum(optimum([t]) for t in types)


@pytest.mark.parametrize(
    ("weights", "beliefs", "expected"),
    [
        (["1"], ["2/5"], "4/5"),
        (["1"], ["1/5"], "2/5"),
        (["1"], ["3/10"], "3/5"),
        (["1/2", "1/2"], ["1/5", "2/5"], "19/40"),
        (["1/2", "1/2"], ["2/5", "9/10"], "221/250"),
        (["1/6", "1/2", "1/3"], ["1/4", "1/2", "1/2"], "5/6"),
        (["1"], ["0"], "0"),
        (["1"], ["1"], "1"),
        (["1"], ["1/2"], "1"),
        (["1/2", "1/2"], ["0", "1"], "1/2"),
        (["1/2", "1/2"], ["1", "1"], "1"),
    ],
)
def test_known_answers_come_out_exactly(weights, beliefs, expected):
    assert value(BinaryPersuasion(weights, beliefs)) == Fraction(expected)


def test_counterexample_mixes_the_two_messages_of_the_text():
    instance = BinaryPersuasion(["1/2", "1/2"], ["2/5", "9/10"])
    policy = envelope_policy(
        instance.classes(exact=True), concave_envelope(instance.classes(exact=True))
    )
    high, low = policy.likelihoods(exact=True)
    assert high.tolist() == [Fraction(24, 25), Fraction(1, 25)]
    assert low.tolist() == [Fraction(16, 25), Fraction(9, 25)]


@pytest.mark.parametrize("below", [0.0, 0.05, 0.3, 0.35, 0.499, 0.5])
@pytest.mark.parametrize("above", [1 - 1e-16, 1 - 3e-16, 1 - 1e-12, 1.0])
def test_extreme_odds_lose_nothing_in_floats(below, above):
    for mu in (None, [0.3, 0.3], [0.0, 1.0]):
        instance = BinaryPersuasion([0.5, 0.5], [below, above], state_beliefs=mu)
        exact = float(value(instance))
        assert value(instance, exact=False) == pytest.approx(exact, abs=1e-15)
        classes = instance.classes()
        policy = envelope_policy(classes, concave_envelope(classes))
        assert policy.value(instance) == pytest.approx(exact, abs=1e-14)
