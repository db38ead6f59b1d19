"""Messaging policies: who acts, what it earns, and shorter policies with the same outcome."""

import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import earned, examples, fractions, instances, policies, triples, weights

from suasion import BinaryPersuasion, MessagingPolicy, solve

F = Fraction


def three_messages():
    """Two beliefs, and one message for each set of types that may act: both, one, none."""
    instance = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    policy = MessagingPolicy(["1/3", "1/3", "1/3"], ["1/15", "1/5", "11/15"])
    return instance, policy


def test_value_of_the_seller_by_hand():
    policy = MessagingPolicy([1, 0], ["2/3", "1/3"])
    instance = BinaryPersuasion([1], ["2/5"])
    assert policy.value(instance, exact=True) == F(2, 5) + F(3, 5) * F(2, 3)
    assert policy.value(instance) == pytest.approx(0.8, abs=1e-15)


def test_obedience_is_the_weighted_difference_of_the_likelihoods():
    instance, policy = three_messages()
    slack = policy.obedience(instance, exact=True)
    assert slack.tolist() == [
        [F(1, 15) - F(4, 75), F(1, 15) - F(4, 25), F(1, 15) - F(44, 75)],
        [F(2, 15) - F(1, 25), F(2, 15) - F(3, 25), F(2, 15) - F(33, 75)],
    ]
    assert policy.obedience(instance) == pytest.approx(slack.astype(float), abs=1e-15)


def test_posteriors_follow_bayes_and_are_undefined_for_impossible_messages():
    policy = MessagingPolicy(["1/2", "1/2", 0], ["1/4", 0, "3/4"])
    instance = BinaryPersuasion(["1/2", "1/2"], ["2/5", "1"])
    posteriors = policy.posteriors(instance)
    assert posteriors[0] == pytest.approx([0.2 / (0.2 + 0.15), 1.0, 0.0])
    assert posteriors[1][:2].tolist() == [1.0, 1.0]
    assert np.isnan(posteriors[1][2])


@given(instances("both"), policies())
@examples(80)
def test_baseline_types_act_exactly_on_posteriors_of_one_half(instance, policy):
    high, low = policy.likelihoods(exact=True)
    acts = policy.acts(instance, exact=True)
    for i, p in enumerate(instance.numbers(exact=True)[1]):
        for m, (x, y) in enumerate(zip(high, low, strict=True)):
            total = p * x + (1 - p) * y
            assert acts[i, m] == (total == 0 or p * x / total >= F(1, 2))


@given(instances(), policies())
@examples(120)
def test_value_is_what_every_type_earns_on_every_message(instance, policy):
    high, low = policy.likelihoods(exact=True)
    assert policy.value(instance, exact=True) == earned(triples(instance), high, low)


@given(instances(), policies())
@examples(120)
def test_float_value_and_acts_agree_with_the_exact_ones(instance, policy):
    assert policy.acts(instance).tolist() == policy.acts(instance, exact=True).tolist()
    exact = policy.value(instance, exact=True)
    assert policy.value(instance) == pytest.approx(float(exact), abs=1e-12)


@given(instances(), policies())
@examples(60)
def test_probabilities_of_acting_add_up_to_the_value(instance, policy):
    acting = policy.acting(instance, exact=True)
    assert acting.shape == (len(instance), 2)
    assert all(0 <= x <= 1 for x in acting.ravel())
    total = sum(
        w * ((1 - mu) * zero + mu * one)
        for (w, mu, _), (zero, one) in zip(triples(instance), acting, strict=True)
    )
    assert total == policy.value(instance, exact=True)


def test_floats_are_not_an_exact_policy():
    instance, policy = three_messages()
    assert policy.failures(instance) == policy.failures(instance, exact=True) == []
    tenths = MessagingPolicy([0.1] * 10, ["1/10"] * 10)
    assert tenths.failures(instance) == tenths.failures(instance, exact=False) == []
    assert tenths.failures(instance, exact=True) == [
        "the policy has likelihoods that are not rational",
        "the high likelihoods are not a probability distribution",
    ]


def test_ties_go_to_the_sender_exactly_and_in_floats():
    exact = MessagingPolicy([1, 0], ["1/9", "8/9"])
    tied = BinaryPersuasion([1], ["1/10"])
    assert exact.acts(tied, exact=True).tolist() == [[True, False]]
    floats = MessagingPolicy([1.0, 0.0], [0.1 / 0.9, 1 - 0.1 / 0.9])
    assert floats.acts(BinaryPersuasion([1.0], [0.1])).tolist() == [[True, False]]


def test_a_hair_beyond_the_tie_does_not_act():
    tied = BinaryPersuasion([1], ["1/10"])
    hair = F(1, 10**30)
    beyond = MessagingPolicy([1, 0], [F(1, 9) + hair, F(8, 9) - hair])
    assert beyond.acts(tied, exact=True).tolist() == [[False, False]]
    visible = MessagingPolicy([1.0, 0.0], [0.1 / 0.9 + 1e-9, 8 / 9 - 1e-9])
    assert visible.acts(tied).tolist() == [[False, False]]


def test_threshold_one_acts_on_everything_and_threshold_zero_only_on_state_one():
    instance = BinaryPersuasion(["1/2", "1/2"], ["1/2", "1/2"], thresholds=[1, 0])
    policy = MessagingPolicy(["1/2", "1/2", 0], [0, "1/2", "1/2"])
    expected = [[True, True, True], [True, False, False]]
    assert policy.acts(instance, exact=True).tolist() == expected
    assert policy.acts(instance).tolist() == expected


@given(instances(), policies(max_messages=9))
@examples(120)
def test_canonical_policy_has_the_same_outcome_with_at_most_n_plus_1_messages(instance, policy):
    short = policy.canonical(instance)
    assert len(short) <= len(instance) + 1
    assert short.rational
    assert (
        short.acting(instance, exact=True).tolist() == policy.acting(instance, exact=True).tolist()
    )
    sets = [tuple(column) for column in short.acts(instance, exact=True).T.tolist()]
    assert len(set(sets)) == len(sets)
    assert [sum(s) for s in sets] == sorted((sum(s) for s in sets), reverse=True)


@given(
    st.lists(st.floats(0.01, 1), min_size=1, max_size=9),
    st.lists(st.floats(0, 1), min_size=1, max_size=4),
)
@examples(80)
def test_canonical_policy_of_floats_keeps_their_sum(parts, beliefs):
    shares = np.array(parts) / sum(parts)
    instance = BinaryPersuasion(np.full(len(beliefs), 1 / len(beliefs)), beliefs)
    policy = MessagingPolicy(np.minimum(shares, 1), np.minimum(shares[::-1], 1))
    short = policy.canonical(instance)
    assert short.value(instance) == pytest.approx(policy.value(instance), abs=1e-9)


def test_a_merge_of_floats_may_sum_past_one():
    shares = [0.07025852665443234, 0.16235688064087891, 0.007383276877572983, 0.17607518978688844]
    shares += [0.08862032436768451, 0.16746158925276183, 0.1513431607622275, 0.1765010516575536]
    assert sum(shares) > 1
    short = MessagingPolicy(shares, shares).canonical(BinaryPersuasion([1.0], [0.6]))
    assert short.high.tolist() == [1.0]


def test_two_beliefs_can_need_three_messages():
    instance, policy = three_messages()
    acts = policy.acts(instance, exact=True)
    assert {tuple(column) for column in acts.T.tolist()} == {
        (True, True),
        (False, True),
        (False, False),
    }
    assert len(policy.canonical(instance)) == 3
    # Two messages have at most two acting sets. The first type must act sometimes, the second
    # more often than the first and not always: three different sets, so three messages.
    (first, _), (second, _) = policy.acting(instance, exact=True)
    assert 0 < first < second < 1


@given(st.data(), policies())
@examples(150)
def test_raising_beliefs_never_lowers_a_policy(data, policy):
    n = data.draw(st.integers(1, 6))
    shares = data.draw(weights(n))
    pairs = [sorted(data.draw(st.tuples(fractions(), fractions()))) for _ in range(n)]
    low, high = (BinaryPersuasion(shares, [pair[side] for pair in pairs]) for side in (0, 1))
    # Proposition 4.5: a type acts on messages of low sigma(m|0) / sigma(m|1), so it acts at
    # least as often in state 1 as in state 0, and on more messages the higher its belief.
    assert policy.value(low, exact=True) <= policy.value(high, exact=True)


REFUSED = {
    "lengths": (([1], ["1/2", "1/2"]), "high has 1 entries and low has 2"),
    "high sum": ((["1/2", "1/3"], [1, 0]), "high sum to 5/6, not exactly 1"),
    "low sum": (([1.0, 0.0], [0.5, 0.4]), "low sum to 0.9, not 1 within 1e-9"),
    "negative": ((["3/2", "-1/2"], [1, 0]), "high[0] is 3/2, outside [0, 1]"),
    "low negative": (([1, 0], [-0.5, 1.5]), "low[0] is -0.5, outside [0, 1]"),
    "labels": (([1], [1], ["a", "b"]), "labels has 2 entries for 1 messages"),
    "nan": (([float("nan")], [1]), "high[0] is nan"),
    "none": (([], []), "high sum to"),
}


@pytest.mark.parametrize(("arguments", "sentence"), REFUSED.values(), ids=REFUSED)
def test_bad_likelihoods_are_refused_with_field_position_and_value(arguments, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        MessagingPolicy(*arguments)


def test_document_lists_messages_with_the_labels_of_those_who_act():
    instance = BinaryPersuasion(["1/2", "1/2"], ["2/5", "1/5"], labels=["ann", "bob"])
    policy = MessagingPolicy(["1/3", "1/3", "1/3"], ["1/15", "1/5", "11/15"], ["a", "b", "c"])
    assert policy.to_dict(instance) == {
        "messages": [
            {"label": "a", "high": "1/3", "low": "1/15", "acts": ["bob", "ann"]},
            {"label": "b", "high": "1/3", "low": "1/5", "acts": ["ann"]},
            {"label": "c", "high": "1/3", "low": "11/15", "acts": []},
        ]
    }


def test_document_of_more_than_a_thousand_types_uses_ranges_of_the_order():
    n = 1_500
    beliefs = np.linspace(0.9, 0.1, n)
    instance = BinaryPersuasion(np.full(n, 1 / n), beliefs)
    result = solve(instance)
    document = result.to_dict()
    assert document["order"] == list(range(n))[::-1]
    listed = 0
    for message, acting in zip(
        document["policy"]["messages"], result.answer.acts(instance).T, strict=True
    ):
        if isinstance(message["acts"], dict):
            first, last = message["acts"]["first"], message["acts"]["last"]
            assert sorted(document["order"][first : last + 1]) == np.flatnonzero(acting).tolist()
            listed += 1
        else:
            named = [instance.labels.index(label) for label in message["acts"]]
            assert sorted(named) == np.flatnonzero(acting).tolist()
    assert listed > 0


def test_document_of_a_cell_lists_its_own_types_only():
    instance = BinaryPersuasion(["1/2", "1/2"], ["2/5", "1/5"], labels=["ann", "bob"])
    truth = MessagingPolicy([1, 0], [0, 1])
    assert [m["acts"] for m in truth.to_dict(instance)["messages"]] == [["bob", "ann"], []]
    cell = truth.to_dict(instance, np.array([0]))
    assert [m["acts"] for m in cell["messages"]] == [["ann"], []]


def test_a_large_cell_is_a_range_only_if_it_has_no_gaps():
    n = 2_500
    instance = BinaryPersuasion(np.full(n, 1 / n), np.linspace(0.5, 1, n))
    silence = MessagingPolicy([1], [1])

    def acts(members):
        return silence.to_dict(instance, np.array(members))["messages"][0]["acts"]

    assert acts(range(100, 1_500)) == {"first": 100, "last": 1_499}
    assert acts(range(0, n, 2)) == [str(i) for i in range(0, n, 2)]


@pytest.mark.parametrize("beliefs", [["3/5"], ["3/5", "4/5"], ["3/4", "1"], ["1/2", "1"]])
def test_where_everyone_acts_anyway_nothing_is_said(beliefs):
    instance = BinaryPersuasion([F(1, len(beliefs))] * len(beliefs), beliefs)
    for exact in (True, False):
        policy = solve(instance, exact=exact).answer
        assert (policy.high.tolist(), policy.low.tolist()) == ([1.0], [1.0])


def test_a_thousand_types_or_fewer_have_no_order_in_the_document():
    n = 1_000
    instance = BinaryPersuasion(np.full(n, 1 / n), np.linspace(0, 1, n))
    assert "order" not in solve(instance).to_dict()
