"""The payoff over beliefs in two states against the definition, and its closure against optima."""

from fractions import Fraction

import numpy as np
import pytest
from finite_instances import earned, finite_instances, random_instance
from hypothesis import given
from hypothesis import strategies as st
from instances import examples

from suasion import FinitePersuasion, solve
from suasion.models.finite.sender_value import sender_value

two_states = finite_instances(min_states=2, max_states=2)


def message(found, point):
    """The message at a point of [0, 1]."""
    return [q / p for q, p in zip((1 - point, point), found.coordinates.prior, strict=True)]


@given(two_states, st.fractions(0, 1, max_denominator=20))
@examples(80)
def test_every_point_earns_what_the_definition_says(instance, point):
    found = sender_value(instance)
    for q in {point, found.prior, *found.points}:
        assert found.at(q) == earned(instance, message(found, q))


@given(two_states)
@examples(40)
def test_between_breakpoints_the_payoff_is_linear_up_to_the_limits(instance):
    found = sender_value(instance)
    assert (found.points[0], found.points[-1]) == (0, 1)
    for i, (a, b) in enumerate(zip(found.points, found.points[1:], strict=False)):
        assert a < b
        for share in (Fraction(1, 1000), Fraction(1, 3), Fraction(999, 1000)):
            line = (1 - share) * found.after[i] + share * found.before[i + 1]
            assert earned(instance, message(found, (1 - share) * a + share * b)) == line
    for left, value, right in zip(found.before, found.values, found.after, strict=True):
        assert value >= max(left, right)


@given(two_states)
@examples(40)
def test_the_closure_at_the_prior_is_the_exact_optimum(instance):
    found = sender_value(instance)
    assert found.optimum() == solve(instance, "vertices", exact=True).exact_value
    split = found.split()
    assert sum(share for _, share in split) == 1
    assert sum(share * q for q, share in split) == found.prior
    assert sum(share * found.at(q) for q, share in split) == found.optimum()


@pytest.mark.parametrize("n", [1, 2, 5, 50, 200])
@pytest.mark.parametrize(("kind", "k"), [("common", 4), ("private", 3), ("accept", 2)])
def test_many_types_in_floats_have_the_value_of_solving(kind, k, n):
    instance = random_instance(kind, 2, k, n, n)
    assert float(sender_value(instance).optimum()) == pytest.approx(
        solve(instance).value, abs=1e-9
    )


def test_types_of_one_belief_have_posteriors_and_others_shares():
    match = [[1, 0], [0, 1]]
    one = FinitePersuasion(["1/2", "1/2"], [["3/4", "1/4"]] * 2, match, match)
    assert sender_value(one).prior == Fraction(1, 4)
    for beliefs, states in (
        ([["3/4", "1/4"], ["1/2", "1/2"]], None),
        ([["3/4", "1/4"]] * 2, [["1/2", "1/2"]] * 2),  # misinformed
        ([[1, 0]] * 2, None),  # a state that nobody expects has no posterior
    ):
        other = FinitePersuasion(["1/2", "1/2"], beliefs, match, match, states)
        found = sender_value(other)
        assert (found.prior, found.coordinates.common) == (Fraction(1, 2), False)


def test_actions_that_a_type_likes_equally_bend_at_what_they_earn():
    indifferent = FinitePersuasion([1], [["1/2", "1/2"]], [[0, 0], [0, 0]], [[1, 0], [0, 1]])
    found = sender_value(indifferent)
    assert (found.points, found.values) == ([0, Fraction(1, 2), 1], [1, Fraction(1, 2), 1])
    assert found.optimum() == 1


def test_other_numbers_of_states_are_refused():
    three = FinitePersuasion([1], [["1/3"] * 3], np.eye(3), np.eye(3))
    with pytest.raises(ValueError, match="has 3 states; the picture over"):
        sender_value(three)
