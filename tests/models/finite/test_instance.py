import json
from fractions import Fraction

import numpy as np
import pytest
from finite_instances import earned, finite_instances
from hypothesis import given
from hypothesis import strategies as st
from instances import examples, instances, weights

from suasion import BinaryPersuasion, FinitePersuasion, load, save
from suasion.models.numbers.tables import NumberTable

MATCH = [[1, 0], [0, 1]]
ACT = [[0, 1], [0, 1]]
HALF = [["1/2", "1/2"]]
PROSECUTOR = FinitePersuasion([1], [["7/10", "3/10"]], MATCH, ACT)


def two(**changes):
    fields = {
        "weights": ["1/2", "1/2"],
        "beliefs": HALF * 2,
        "receiver_utilities": MATCH,
        "sender_utility": ACT,
    }
    return FinitePersuasion(**(fields | changes))


def test_arrays_are_read_only_and_have_one_table_per_type():
    instance = two(receiver_utilities=[MATCH, [[2, 0], [0, 1]]])
    assert instance.receiver_utilities.tolist() == [[[1, 0], [0, 1]], [[2, 0], [0, 1]]]
    assert instance.sender_utilities.shape == (2, 2, 2)
    for array in (instance.weights, instance.beliefs, instance.receiver_utilities):
        assert not array.flags.writeable
    assert not instance.scores().flags.writeable
    assert instance.scores()[1].tolist() == [[1.0, 0.0], [0.0, 0.5]]
    assert instance.payoffs(exact=True)[0].tolist() == [[0, 0], [Fraction(1, 4)] * 2]


def test_numbers_given_as_floats_are_dyadic_and_the_instance_is_not_rational():
    instance = FinitePersuasion([1.0], np.array([[0.9, 0.1]]), MATCH, ACT)
    assert not instance.rational
    assert instance.scores(exact=True)[0, 1, 1] == Fraction(0.1)
    assert PROSECUTOR.rational


def test_state_beliefs_count_for_the_sender_only():
    instance = FinitePersuasion([1], HALF, MATCH, ACT, state_beliefs=[["1/5", "4/5"]])
    assert instance.scores(exact=True)[0, 1].tolist() == [0, Fraction(1, 2)]
    assert instance.payoffs(exact=True)[0, 1].tolist() == [Fraction(1, 5), Fraction(4, 5)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"weights": ["1/2", "1/3"]}, "weights sum to 5/6, not exactly 1"),
        ({"weights": [0.5, 0.4]}, "weights sum to 0.9, not 1 within 1e-9"),
        ({"weights": ["3/2", "-1/2"]}, "weights[1] is -1/2, outside [0, inf)"),
        ({"weights": []}, "weights is empty; give at least one type."),
        ({"beliefs": HALF}, "beliefs has 1 entries and weights has 2"),
        ({"beliefs": [["1/2", "1/2"], [1, "1/2"]]}, "beliefs[1] sum to 3/2, not exactly 1"),
        ({"beliefs": [["1/2", "1/2"], [2, -1]]}, "beliefs[1][0] is 2, outside [0, 1]"),
        ({"beliefs": [["1/2", "1/2"], [1]]}, "beliefs[1] has 1 entries and beliefs[0] has 2"),
        ({"beliefs": [[1, 0, 0]] * 2}, "beliefs has 3 entries per type and receiver_utilities"),
        ({"beliefs": [1, 0]}, "beliefs[0] is 1; give a list of numbers."),
        ({"beliefs": 3}, "beliefs is 3; give one list per type."),
        ({"beliefs": np.array([[0.5, 0.5], [np.nan, 1]])}, "beliefs[1][0] is nan; give a finite"),
        ({"beliefs": np.ones(2)}, "beliefs has 1 dimensions; give one number per type and state."),
        ({"state_beliefs": [["1/2", "1/2"], [0, 0]]}, "state_beliefs[1] sum to 0"),
        ({"receiver_utilities": [[1, 0], [1]]}, "receiver_utilities[1] has 1 entries"),
        ({"receiver_utilities": [MATCH]}, "receiver_utilities has 1 tables and weights has 2"),
        ({"receiver_utilities": [[float("nan"), 0], [0, 1]]}, "receiver_utilities[0][0] is nan"),
        ({"receiver_utilities": [[float("inf"), 0], [0, 1]]}, "receiver_utilities[0][0] is inf"),
        ({"receiver_utilities": [[1e200, 0], [0, 1]]}, "receiver_utilities[0][0] is 1e+200"),
        ({"receiver_utilities": [MATCH, [[0, 0], [0, -1e200]]]}, "receiver_utilities[1][1][1]"),
        ({"receiver_utilities": [["1/0", 0], [0, 1]]}, "receiver_utilities[0][0] is '1/0'"),
        ({"receiver_utilities": [[], []]}, "receiver_utilities has 2 states and 0 actions"),
        ({"receiver_utilities": []}, "receiver_utilities has 0 states and 0 actions; give"),
        ({"sender_utility": [[0, 1, 2]] * 2}, "sender_utility has 2 x 3 entries per type"),
        ({"labels": ["a"]}, "labels has 1 entries for 2 types"),
        ({"states": ["a", "a"]}, "states[1] is 'a' again (first at 0); give distinct states."),
        ({"actions": ["a"]}, "actions has 1 entries for 2 actions; give one per action."),
    ],
)
def test_bad_input_is_one_sentence_with_field_position_value_and_remedy(changes, said):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the sentence is compared below)
        two(**changes)
    assert said in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("d", [1, 3])
@pytest.mark.parametrize("k", [1, 3])
def test_one_state_or_one_action_is_degenerate_but_fine(d, k):
    belief = [Fraction(1, d)] * d
    instance = FinitePersuasion([1], [belief], [[0] * k] * d, [list(range(k))] * d)
    assert instance.no_information(exact=True) == k - 1
    assert instance.full_revelation(exact=True) == k - 1


@given(finite_instances(), st.data())
@examples(60)
def test_the_payoff_of_a_message_is_that_of_the_definition(instance, data):
    message = data.draw(weights(instance.shape[1]))
    assert instance.payoff(message, exact=True) == earned(instance, message)
    assert instance.payoff(message) == pytest.approx(float(earned(instance, message)), abs=1e-12)


@given(finite_instances(), st.data())
@examples(60)
def test_best_responses_are_best_with_ties_for_the_sender(instance, data):
    message = data.draw(weights(instance.shape[1]))
    actions = instance.best_responses(message, exact=True)
    x = np.array(message, dtype=object)
    worth, payoffs = (table.dot(x) for table in (instance.scores(True), instance.payoffs(True)))
    for t, a in enumerate(actions):
        assert worth[t, a] == worth[t].max()
        assert payoffs[t, a] == max(payoffs[t][worth[t] == worth[t].max()])


@given(finite_instances())
@examples(60)
def test_instances_survive_a_file(tmp_path_factory, instance):
    path = tmp_path_factory.mktemp("files") / "instance.json"
    save(instance, path)
    again = load(path)
    assert again == instance
    assert again.rational
    assert again.to_dict() == instance.to_dict()


def test_floats_and_labels_survive_a_document():
    rng = np.random.default_rng(0)
    instance = FinitePersuasion(
        rng.dirichlet(np.ones(3)), rng.dirichlet(np.ones(2), 3), rng.normal(size=(3, 2, 4)),
        rng.normal(size=(3, 2, 4)), rng.dirichlet(np.ones(2), 3), states=["low", "high"],
        actions=list("abcd"), labels=["x", "y", "z"],
    )  # fmt: skip
    again = load(json.loads(json.dumps(instance.to_dict())))
    assert again == instance
    assert again.labels == ("x", "y", "z")
    assert again.receiver_utilities.tobytes() == instance.receiver_utilities.tobytes()


def test_instances_that_differ_anywhere_are_different():
    base = two()
    assert base == two()
    assert base == two(receiver_utilities=[MATCH, MATCH], state_beliefs=HALF * 2)
    for changes in (
        {"weights": ["1/4", "3/4"]},
        {"beliefs": [["1/2", "1/2"], [1, 0]]},
        {"receiver_utilities": [[1, 0], [0, 2]]},
        {"sender_utility": [ACT, [[0, 1], [0, 2]]]},
        {"state_beliefs": [[1, 0], ["1/2", "1/2"]]},
        {"labels": ["a", "b"]},
        {"states": ["a", "b"]},
    ):
        assert two(**changes) != base
    assert base != "an instance"


def test_a_part_keeps_weights_tables_and_labels():
    instance = two(
        weights=["1/4", "3/4"], sender_utility=[ACT, [[0, 2], [0, 3]]], labels=["a", "b"]
    )
    part = instance.part([1])
    assert part.labels == ("b",)
    assert part.payoffs(exact=True)[0, 1].tolist() == [Fraction(3, 4), Fraction(9, 8)]
    assert part.part([0]) == part
    with pytest.raises(ValueError, match="weights sum to 3/4, not exactly 1"):
        part.to_dict()


@pytest.mark.parametrize("types", [[], [0, 0], [2], [-1]])
def test_a_part_needs_distinct_types_that_exist(types):
    with pytest.raises(ValueError, match="types"):
        two().part(types)


@given(finite_instances(), st.data())
@examples(30)
def test_payoffs_of_parts_add_up(instance, data):
    message = data.draw(weights(instance.shape[1]))
    parts = [instance.part([t]).payoff(message, exact=True) for t in range(len(instance))]
    assert sum(parts) == instance.payoff(message, exact=True)


@given(instances())
@examples(100)
def test_binary_instances_come_back_in_every_regime(binary):
    again = FinitePersuasion.from_binary(binary).to_binary()
    weight, belief, rho, mu = binary.numbers(exact=True)
    back = again.numbers(exact=True)
    assert back[0].tolist() == weight.tolist()
    assert back[2].tolist() == rho.tolist()
    assert back[3].tolist() == mu.tolist()
    # No utilities give a sure belief another threshold than itself.
    for p, q, r in zip(belief, back[1], rho, strict=True):
        assert q == (r if p in (0, 1) else p)


@given(instances(), st.data())
@examples(100)
def test_converted_types_act_on_the_same_messages(binary, data):
    low, high = data.draw(weights(2))
    finite = FinitePersuasion.from_binary(binary)
    acts = finite.best_responses([low, high], exact=True)
    rho = binary.numbers(exact=True)[2]
    wanted = [int(r * high >= (1 - r) * low) for r in rho]
    worth = [w for w, _ in zip(binary.numbers(exact=True)[0], rho, strict=True)]
    # A type of weight 0 is worth nothing either way.
    assert [a for a, w in zip(acts, worth, strict=True) if w] == [
        a for a, w in zip(wanted, worth, strict=True) if w
    ] or finite.payoff([low, high], exact=True) == sum(
        w * (m * high + (1 - m) * low)
        for w, m, a in zip(worth, binary.numbers(exact=True)[3], wanted, strict=True)
        if a
    )


@pytest.mark.parametrize(
    ("instance", "said"),
    [
        (FinitePersuasion([1], [[1, 0, 0]], [[0, 0]] * 3, [[0, 0]] * 3), "has 3 states and 2"),
        (two(sender_utility=[ACT, [[0, 1], [0, 2]]]), "sender_utility of type 1 is"),
        (two(receiver_utilities=[MATCH, [[0, 1], [1, 0]]]), "type 1 prefers action 0 in state 1"),
    ],
)
def test_what_is_not_binary_is_said(instance, said):
    with pytest.raises(ValueError, match=said):
        instance.to_binary()


def test_indifferent_types_and_such_as_always_act_have_threshold_one():
    always = [[[0, 0], [0, 0]], [[0, 1], [0, 1]]]
    assert two(receiver_utilities=always).to_binary().thresholds.tolist() == [1, 1]


def test_floats_come_back_from_binary_too():
    binary = BinaryPersuasion([0.25, 0.75], [0.2, 0.7], [0.3, 0.3], [0.5, 0.1])
    again = FinitePersuasion.from_binary(binary).to_binary()
    for mine, theirs in zip(binary.numbers(), again.numbers(), strict=True):
        assert mine == pytest.approx(theirs, abs=1e-15)


def test_number_tables_take_rows_and_compare():
    table = NumberTable.read([["1/2", 1], [0.25, 2]], "t", ("state", "action"))
    assert not table.rational
    assert table.plain() == [["1/2", 1], [0.25, 2]]
    assert table[1].plain() == [0.25, 2]
    assert table.take([1, 1]).floats.tolist() == [[0.25, 2], [0.25, 2]]
    assert not table.same(table.take([0]))
    assert table.same(NumberTable.read(table.floats, "t", ("state", "action")))
