from fractions import Fraction

import numpy as np
import pytest
from finite_instances import earned, finite_instances
from hypothesis import given
from hypothesis import strategies as st
from instances import examples, weights

from suasion import FinitePersuasion, FinitePolicy
from suasion.models.finite.menu_lp import Menu

MATCH = [[1, 0], [0, 1]]
ACT = [[0, 1], [0, 1]]
PROSECUTOR = FinitePersuasion([1], [["7/10", "3/10"]], MATCH, ACT)
OPTIMAL = FinitePolicy([["3/7", 1], ["4/7", 0]], [[1], [0]])
TWO = FinitePersuasion(["1/4", "3/4"], [["7/10", "3/10"], ["1/2", "1/2"]], MATCH, ACT)


@st.composite
def messages(draw, states, most=3):
    """Rational likelihoods of a few messages, one row each."""
    m = draw(st.integers(1, most))
    columns = [draw(weights(m)) for _ in range(states)]
    return [list(row) for row in zip(*columns, strict=True)]


@given(finite_instances(), st.data())
@examples(80)
def test_a_policy_that_follows_best_responses_is_worth_what_its_messages_earn(instance, data):
    likelihoods = data.draw(messages(instance.shape[1]))
    policy = FinitePolicy.following(instance, likelihoods, exact=True)
    assert policy.failures(instance) == []
    value = sum(earned(instance, x) for x in likelihoods)
    assert policy.value(instance, exact=True) == value
    assert policy.value(instance) == pytest.approx(float(value), abs=1e-12)


@given(finite_instances(), st.data())
@examples(80)
def test_information_never_hurts_a_receiver_by_her_own_belief(instance, data):
    d = instance.shape[1]
    likelihoods = data.draw(messages(d))
    told = FinitePolicy.following(instance, likelihoods, exact=True)
    nothing = FinitePolicy.following(instance, [[1] * d], exact=True)
    gains = told.receiver_values(instance, True) - nothing.receiver_values(instance, True)
    assert (gains >= 0).all()
    weighted = sum(w * g for w, g in zip(instance.exact_weights, gains, strict=True))
    difference = told.receiver_value(instance, True) - nothing.receiver_value(instance, True)
    assert weighted == difference


@given(finite_instances(), st.data())
@examples(80)
def test_only_best_responses_that_favour_the_sender_pass(instance, data):
    n, d, k = instance.shape
    likelihoods = data.draw(messages(d))
    actions = [data.draw(st.lists(st.integers(0, k - 1), min_size=n, max_size=n))]
    actions *= len(likelihoods)
    policy = FinitePolicy(likelihoods, actions)
    value = sum(earned(instance, x) for x in likelihoods)
    scores = instance.scores(exact=True)
    obeys = all(
        scores[t, a] @ np.array(x, dtype=object) == (scores[t] @ np.array(x, dtype=object)).max()
        for x, row in zip(likelihoods, actions, strict=True)
        for t, a in enumerate(row)
    )
    right = obeys and policy.value(instance, exact=True) == value
    assert (policy.failures(instance, exact=True) == []) == right


def test_regret_is_a_share_of_what_the_action_costs_and_named():
    wrong = FinitePolicy([["1/2", 1], ["1/2", 0]], [[1], [0]])
    # Acting loses 7/20 and wins 3/10 on the first message.
    assert wrong.violations(PROSECUTOR, exact=True).tolist() == [[Fraction(1, 20)], [0]]
    assert wrong.violations(PROSECUTOR)[0, 0] == pytest.approx(0.05 / 0.35)
    (sentence,) = wrong.failures(PROSECUTOR)
    assert sentence == "type 0 would do better by 0.05 than with action 1 on message 1"


def test_ties_against_the_sender_are_named():
    (sentence,) = FinitePolicy([["3/7", 1], ["4/7", 0]], [[0], [0]]).failures(PROSECUTOR)
    assert sentence == "ties are broken against the sender, who loses 0.6"


def test_policies_of_another_size_or_with_unknown_actions_fail():
    assert "is for 2 states and 1 types, the instance has 2 and 2" in OPTIMAL.failures(TWO)[0]
    assert FinitePolicy([[1, 1]], [[2]]).failures(PROSECUTOR) == ["an action is outside 0 to 1"]


@pytest.mark.parametrize(
    ("likelihoods", "actions", "said"),
    [
        ([["1/2", 1], ["1/3", 0]], [[0], [0]], "likelihoods in state 0 sum to 5/6"),
        ([[0.5, 1], [0.4, 0]], [[0], [0]], "likelihoods in state 0 sum to 0.9, not 1 within"),
        ([["3/2", 1], ["-1/2", 0]], [[0], [0]], "likelihoods[0][0] is 3/2, outside [0, 1]"),
        ([[1, 1]], [[0], [0]], "actions has 2 rows for 1 messages"),
        ([[1, 1], [0, 0]], [[0], [0, 1]], "rows of different lengths"),
    ],
)
def test_bad_policies_are_one_sentence(likelihoods, actions, said):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the sentence is compared below)
        FinitePolicy(likelihoods, actions)
    assert said in str(caught.value)


def test_posteriors_are_bayes_rule_and_undefined_where_a_type_expects_no_message():
    sure = FinitePersuasion(["1/2", "1/2"], [["7/10", "3/10"], [1, 0]], MATCH, ACT)
    policy = FinitePolicy([[0, "1/2"], [1, "1/2"]], [[1, 0], [0, 0]])
    posteriors = policy.posteriors(sure)
    assert posteriors[0, 0].tolist() == [0, 1]
    assert np.isnan(posteriors[0, 1]).all()
    assert posteriors[1, 0] == pytest.approx([0.7 / 0.85, 0.15 / 0.85])


def test_the_document_is_the_one_of_the_design():
    assert OPTIMAL.document(PROSECUTOR) == {
        "policy": {
            "states": ["0", "1"],
            "types": ["0"],
            "messages": [
                {"likelihood": ["3/7", 1], "actions": [1], "action_names": ["1"]},
                {"likelihood": ["4/7", 0], "actions": [0], "action_names": ["0"]},
            ],
        }
    }
    floats = FinitePolicy(OPTIMAL.likelihoods, [[1], [0]])
    assert floats.to_dict()["messages"][1]["likelihood"] == [4 / 7, 0.0]


def test_a_menu_is_worth_the_sum_of_its_policies_and_must_be_honest():
    # Type 1 acts without being told more: it would not give up a policy that reveals the state.
    nothing = FinitePolicy([[1, 1]], [[1]])
    reveals = FinitePolicy([[1, 0], [0, 1]], [[0], [1]])
    menu = Menu([reveals, nothing])
    assert menu.value(TWO, exact=True) == Fraction(1, 4) * Fraction(3, 10) + Fraction(3, 4)
    (sentence,) = menu.failures(TWO)
    # Knowing the state is worth 1/2 to it, and all that it can earn is 1.
    assert sentence == "type 1 gains 0.5 by reporting 0"
    assert Menu([reveals, reveals]).failures(TWO) == []
    assert Menu([nothing, nothing]).failures(TWO) == [
        "type 0 gains 0.4 by reporting 0",
        "type 0 gains 0.4 by reporting 1",
    ]


def test_menus_of_another_size_fail():
    assert "the menu has 1 policies; the instance has 2 types" in Menu([OPTIMAL]).failures(TWO)[0]
    two = FinitePolicy([[1, 1]], [[0, 0]])
    with pytest.raises(ValueError, match="recommend actions to one type each"):
        Menu([two])
    unknown = FinitePolicy([[1, 1]], [[5]])
    assert Menu([unknown]).failures(PROSECUTOR) == ["an action is outside 0 to 1"]


def test_the_document_of_a_menu_names_the_types():
    document = Menu([OPTIMAL]).document(PROSECUTOR)
    (entry,) = document["policy"]["menu"]
    assert entry["type"] == "0"
    first = {"likelihood": ["3/7", 1], "actions": [1], "action_names": ["1"]}
    assert entry["messages"][0] == first
