"""Segments are Monge: the inequality, and the proof's two exchanges carried out on policies."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import REGIMES, earned, examples, instances, optimum, ranked

from suasion import BinaryPersuasion
from suasion.models.binary.envelope import concave_envelope

F = Fraction


@pytest.mark.parametrize("regime", REGIMES)
@given(data=st.data())
@examples(150)
def test_segments_are_monge(regime, data):
    types = ranked(data.draw(instances(regime, max_types=8)))
    i, j = sorted(data.draw(st.tuples(*[st.integers(0, len(types))] * 2)))
    assert optimum(types[:j]) + optimum(types[i:]) >= optimum(types) + optimum(types[i:j])


def test_cells_that_are_no_segments_need_not_be_monge():
    one, two, three = (F(1, 6), F(1, 4), F(1, 4)), (F(1, 2), F(1, 2), HALF), (F(1, 3), HALF, HALF)
    everything, only_first = optimum([one, two, three]), optimum([one])
    assert optimum([one, two]) + optimum([one, three]) < everything + only_first


HALF = F(1, 2)


class Steps:
    """A policy as the odds s(q) of the message at quantile q of state 1: steps (length, odds)."""

    def __init__(self, steps):
        self.steps = [(length, odds) for length, odds in steps if length > 0]
        assert sum((length for length, _ in self.steps), F(0)) == 1

    def budget(self, end=1):
        """S(end): the integral of s over [0, end]."""
        total, left = F(0), F(0)
        for length, odds in self.steps:
            total += odds * max(min(length, end - left), 0)
            left += length
        return total

    def between(self, begin, end):
        """The steps over [begin, end]."""
        cut, left = [], F(0)
        for length, odds in self.steps:
            covered = min(left + length, end) - max(left, begin)
            if covered > 0:
                cut.append((covered, odds))
            left += length
        return cut

    def payoff(self, types):
        """What each type earns: the integral of mu + (1 - mu) s(q) where s(q) <= its odds."""
        return [
            sum(
                (
                    w * length * (mu + (1 - mu) * odds)
                    for length, odds in self.steps
                    if odds * (1 - rho) <= rho
                ),
                F(0),
            )
            for w, mu, rho in types
        ]


def optimal_steps(types, largest_budget=False):
    """An optimal policy with odds at thresholds of the types or 0, non-decreasing.

    With `largest_budget` the one among them that uses most of state 0.
    """
    points = sorted({F(0)} | {rho / (1 - rho) for _, _, rho in types})
    tries = [Steps([(F(1), r)]) for r in points if r <= 1]
    for low in points:
        for high in points:
            if low < 1 < high:
                share = (1 - low) / (high - low)
                tries.append(Steps([(1 - share, low), (share, high)]))
    if largest_budget:
        return max(tries, key=lambda s: (sum(s.payoff(types)), s.budget()))
    return max(tries, key=lambda s: sum(s.payoff(types)))


def exchange(types, i, j):
    """Carry out the proof on the segments [0, i), [i, j), [j, n); the case it took."""
    first, second, third = types[:i], types[i:j], types[j:]
    s, t = optimal_steps(types), optimal_steps(second, largest_budget=True)
    assert sum(s.payoff(types)) == optimum(types)
    assert sum(t.payoff(second)) == optimum(second)
    assert s.budget() <= 1
    assert t.budget() <= 1
    if t.budget() >= s.budget():  # A: s on 12, t on 23
        on_12, on_23, case = s, t, "A"
    else:  # B: t is one odds c with slack; swap s and c after the largest zero of S(k) - c k
        case = "B"
        odds = {r for _, r in t.steps}
        assert len(odds) == 1
        c = odds.pop()
        assert c * 1 < s.budget()
        k = largest_zero(s, c)
        assert s.budget(k) == c * k
        assert all(r > c for _, r in s.between(k, 1))
        on_12 = Steps([*s.between(0, k), (1 - k, c)])
        on_23 = Steps([(k, c), *s.between(k, 1)])
        twice = [a + b for a, b in zip(s.payoff(second), t.payoff(second), strict=True)]
        swapped = zip(on_12.payoff(second), on_23.payoff(second), strict=True)
        assert [a + b for a, b in swapped] == twice
    assert on_12.budget() <= 1
    assert on_23.budget() <= 1
    # No type of 1 or 3 loses what s gave it.
    assert all(a >= b for a, b in zip(on_12.payoff(first), s.payoff(first), strict=True))
    assert all(a >= b for a, b in zip(on_23.payoff(third), s.payoff(third), strict=True))
    swapped = sum(on_12.payoff([*first, *second])) + sum(on_23.payoff([*second, *third]))
    before = sum(s.payoff(types)) + sum(t.payoff(second))
    assert swapped >= before
    assert swapped <= optimum([*first, *second]) + optimum([*second, *third])
    return case


def largest_zero(s, c):
    """The largest k in [0, 1] with S(k) = c k, for non-decreasing steps."""
    zero, left, area = F(0), F(0), F(0)
    for length, odds in s.steps:
        gap = area - c * left
        if odds != c:
            here = left - gap / (odds - c)
            if left <= here <= left + length:
                zero = max(zero, here)
        elif gap == 0:
            zero = left + length
        left, area = left + length, area + odds * length
    return zero


def ordinary(instance):
    """Types below threshold 1, which are all the proof speaks of."""
    return [t for t in ranked(instance) if t[2] < 1]


@pytest.mark.parametrize("regime", REGIMES)
@given(data=st.data())
@examples(120)
def test_the_exchange_of_the_proof_works_on_every_instance(regime, data):
    types = ordinary(data.draw(instances(regime, min_types=3, max_types=8)))
    i, j = sorted(data.draw(st.tuples(*[st.integers(0, len(types))] * 2)))
    if i < j:
        exchange(types, i, j)


def test_both_cases_of_the_proof_occur():
    a = [(F(1, 3), F(1, 10), F(1, 10)), (F(1, 3), F(1, 5), F(1, 5)), (F(1, 3), F(3, 10), F(3, 10))]
    assert exchange(a, 0, 1) in "AB"
    cases = {exchange(a, i, j) for i in range(3) for j in range(i + 1, 4)}
    b = [
        (F(1, 10), F(1, 10), F(1, 10)),
        (F(1, 10), F(1, 5), F(1, 5)),
        (F(4, 5), F(3, 10), F(3, 10)),
    ]
    cases |= {exchange(b, i, j) for i in range(3) for j in range(i + 1, 4)}
    assert cases == {"A", "B"}


@given(instances(max_types=6))
@examples(60)
def test_steps_are_policies_and_the_best_of_them_is_the_envelope(instance):
    types = ordinary(instance)
    if not types:
        return
    s = optimal_steps(types)
    high = [length for length, _ in s.steps]
    low = [length * odds for length, odds in s.steps]
    assert sum(s.payoff(types)) == earned(types, high, low) == optimum(types)


def test_the_envelope_agrees_on_a_segment_of_the_counterexample():
    instance = BinaryPersuasion(["1/2", "1/2"], ["2/5", "9/10"])
    classes = instance.classes(exact=True)
    parts = [concave_envelope(classes.segment(i, i + 1)).value for i in (0, 1)]
    assert parts == [F(2, 5), F(1, 2)]
