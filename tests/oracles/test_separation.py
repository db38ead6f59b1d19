"""Simulated receivers as separation oracles."""

from fractions import Fraction

import numpy as np
import pytest
from finite_instances import finite_instances
from hypothesis import given
from hypothesis import strategies as st
from instances import examples

from suasion import (
    BudgetExceededError,
    Exchange,
    HiddenBelief,
    Majority,
    Proposal,
    Recorded,
    SeparationOracle,
    best_action,
    half_spaces,
)


@given(finite_instances(max_types=1), st.data())
@examples(80)
def test_an_action_is_violated_exactly_if_its_polytope_misses_the_belief(instance, data):
    _, d, k = instance.shape
    message = data.draw(st.lists(st.integers(0, 4), min_size=d, max_size=d).filter(any))
    belief = [Fraction(p) for p in instance.part([0])._beliefs.exact[0]]
    utility = instance._receiver.exact[0]
    her = HiddenBelief(belief, utility.tolist(), exact=True)
    assert isinstance(her, SeparationOracle)
    for action in range(k):
        normals = half_spaces(utility.tolist(), message, action)
        inside = all(
            sum(h * p for h, p in zip(normal, belief, strict=True)) >= 0 for normal in normals
        )
        better = her.violated(message, action)
        assert (better is None) == inside
        if better is not None:
            column = utility[:, action] - utility[:, better]
            lead = [x * c * p for x, c, p in zip(message, column, belief, strict=True)]
            assert sum(lead) < 0
    taken = best_action(her, message, k)
    assert her.violated(message, taken) is None
    assert HiddenBelief.of_type(instance, 0, exact=True).violated(message, taken) is None


def test_ties_violate_nothing():
    her = HiddenBelief([0.1 + 0.2, 0.7], np.eye(2))
    message = [1.0, 3 / 7]
    assert her.violated(message, 0) is None
    assert her.violated(message, 1) is None
    assert HiddenBelief(["3/10", "7/10"], np.eye(2), exact=True).violated([1, "3/7"], 0) is None


def test_wrappers_count_and_repeat():
    panel = Recorded(HiddenBelief([0.2, 0.8], np.eye(2)), budget=2)
    assert panel.violated([1, 1], 0) == 1
    assert panel.violated([1, 1], 1) is None
    assert panel.transcript[0] == Exchange(Proposal((1, 1), 0), 1)
    with pytest.raises(BudgetExceededError):
        panel.violated([1, 1], 0)
    replies = iter([None, 1, 1])

    class Moody:
        def violated(self, likelihoods, action):
            return next(replies)

    assert Majority(Moody(), 3).violated([1, 1], 0) == 1
    with pytest.raises(TypeError, match="without violated"):
        Recorded(object()).violated([1, 1], 0)


@pytest.mark.parametrize(
    ("replies", "sentence"),
    [([1, 0], "actions 0, 1, 0 is said"), ([7], "answered 7"), ([True], "answered True")],
)
def test_receivers_that_contradict_themselves_are_noticed(replies, sentence):
    class Confused:
        def violated(self, likelihoods, action):
            return replies.pop(0)

    with pytest.raises(ValueError, match=sentence):
        best_action(Confused(), [1, 1], 2)


@pytest.mark.parametrize(
    ("likelihoods", "action", "sentence"),
    [
        ([1, 1], 2, "actions are numbered 0 to 1"),
        ([0, 0], 0, "not all 0"),
        ([-1, 1], 0, "from 0 to 1"),
        ([1], 0, "give 2 numbers"),
        (["a", 1], 0, "not a number"),
    ],
)
def test_questions_that_make_no_sense_are_refused(likelihoods, action, sentence):
    with pytest.raises(ValueError, match=sentence):
        HiddenBelief([0.5, 0.5], np.eye(2)).violated(likelihoods, action)


def test_a_belief_that_is_none_is_refused():
    with pytest.raises(ValueError, match="sum to"):
        HiddenBelief([0.5, 0.6], np.eye(2))
