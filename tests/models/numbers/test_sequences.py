"""Containers that users give: matched by their keys where these are names, else refused."""

import re
import warnings
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suasion import (
    BinaryPersuasion,
    Cover,
    FinitePersuasion,
    FinitePolicy,
    MessagingPolicy,
    PartitionQueries,
    QuerySelection,
    QuerySet,
    QueryTree,
    SetCover,
    ThresholdQueries,
)
from suasion.models.numbers.rationals import Numbers
from suasion.models.numbers.sequences import distinct_integers, entry_names, in_order
from suasion.models.numbers.tables import NumberTable
from suasion.models.set_cover.maximum_coverage import MaximumCoverage
from suasion.reductions.utilities_to_thresholds import PrivateUtilities

F = Fraction
MATCHING = [[1, 0], [0, 1]]
TWO = ([0.5, 0.5], [0.2, 0.4])

with warnings.catch_warnings():
    # numpy advises against these, and users have them all the same.
    warnings.simplefilter("ignore", PendingDeprecationWarning)
    MATRIX = np.matrix([1, 2])


@st.composite
def named_values(draw):
    """Names, a value of each in their order, and another order."""
    names = draw(st.lists(st.text(max_size=3), min_size=1, max_size=6, unique=True))
    values = draw(st.lists(st.integers(0, 99), min_size=len(names), max_size=len(names)))
    return names, values, draw(st.permutations(range(len(names))))


@given(named_values())
def test_what_has_keys_is_matched_whatever_its_order(case):
    names, values, order = case
    keyed = {names[i]: values[i] for i in order}
    series = pd.Series(list(keyed.values()), list(keyed), dtype=object)
    for way in (keyed, series):
        assert list(in_order(way, "costs", [names])) == values
    assert list(in_order({i: values[i] for i in order}, "costs", [range(len(names))])) == values


@given(named_values())
def test_what_is_in_order_stays_so(case):
    names, values, _ = case
    for way in (values, tuple(values), np.array(values), iter(values), pd.Series(values)):
        assert list(in_order(way, "costs", [names])) == values
    assert list(in_order(dict(enumerate(values)).keys(), "costs")) == list(range(len(values)))


@given(named_values())
def test_keys_that_are_not_the_names_are_refused(case):
    names, values, _ = case
    keyed = dict(zip(names, values, strict=True))
    for wrong in ({**keyed, "other": 1}, dict(list(keyed.items())[1:])):
        with pytest.raises(ValueError, match=r"^costs has (the key|no entry for) "):
            in_order(wrong, "costs", [names])
        with pytest.raises(
            ValueError, match=r"^costs is a mapping, and its entries have no names"
        ):
            in_order(wrong, "costs")


UNCLEAR = {
    "set": ({1, 2}, "costs is a set, which has no order; give a list of numbers."),
    "frozen set": (frozenset(), "costs is a set, which has no order"),
    "text": ("0.5", "costs is '0.5'; give a list of numbers."),
    "bytes": (b"12", "costs is b'12'; give a list of numbers."),
    "number": (3, "costs is 3; give a list of numbers."),
    "scalar array": (np.array(1), "costs has 0 dimensions; give a list of numbers"),
    "matrix": (MATRIX, "costs has 2 dimensions; give a list of numbers"),
    "masked": (np.ma.array([1.0, 2.0], mask=[0, 1]), "costs[1] is masked; give a number"),
    "frame": (pd.DataFrame([[1, 2]]), "costs is a data frame; give a list of numbers, such as"),
    "missing": (pd.Series([0.5, None]), "costs[1] is nan; give a finite number."),
    "missing of pandas": (pd.Series([1, None], dtype="Int64"), "costs[1] is <NA>, which is not a"),
    "twice": (pd.Series([1, 2], [0, 0]), "costs has the key '0' twice; give one entry for"),
    "other order": (pd.Series([1, 2], [1, 0]), "costs has the index 1, 0, which is another"),
    "one number for two": ({0: 1, "0": 2}, "costs has the key '0' twice"),
    "long text": ("1" * 5000, "costs is '11111"),
}


@pytest.mark.parametrize(("values", "sentence"), UNCLEAR.values(), ids=UNCLEAR)
def test_what_has_no_clear_order_is_refused_in_a_short_sentence(values, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)) as caught:
        SetCover(2, [[0], [1]], costs=values, labels=None)
    assert len(str(caught.value)) < 200


def test_a_masked_array_without_masked_entries_is_an_array():
    assert Numbers.read(np.ma.array([1.0, 2.0]), "costs").floats.tolist() == [1, 2]
    table = np.ma.array([[0.5, 0.5]], mask=[[False, True]])
    for values in (table, table.astype(object)):
        with pytest.raises(ValueError, match=r"beliefs\[0\]\[1\] is masked"):
            NumberTable.read(values, "beliefs", ("type", "state"))


def test_names_are_the_labels_then_the_first_keys():
    assert entry_names(["x", "y"], [1, 2], {"a": 1, "b": 2}) == [["x", "y"]]
    assert entry_names(["x", "y"], pd.Series([1, 2], [7, 5])) == [["x", "y"], [7, 5]]
    rows = pd.Series(["x", "y"], ["r", "s"])
    assert entry_names(rows, [1, 2]) == [["x", "y"], ["r", "s"]]
    assert entry_names(None, {1: 0, 0: 0}) == [[0, 1]]
    assert entry_names(None, [1, 2]) == []


def test_receivers_are_matched_to_each_other_by_name():
    wanted = BinaryPersuasion(*TWO, labels=["old", "young"])
    shares = {"old": 0.5, "young": 0.5}
    assert BinaryPersuasion(shares, {"young": 0.4, "old": 0.2}) == wanted
    assert BinaryPersuasion(pd.Series(shares), pd.Series({"young": 0.4, "old": 0.2})) == wanted
    assert BinaryPersuasion([0.5, 0.5], {"old": 0.2, "young": 0.4}) == wanted
    assert BinaryPersuasion([0.5, 0.5], {"young": 0.4, "old": 0.2}, labels=wanted.labels) == wanted
    frame = pd.DataFrame({"w": [0.5, 0.5], "p": [0.2, 0.4]}, index=[5, 3])
    assert BinaryPersuasion(frame.w, frame.p) == BinaryPersuasion(*TWO)
    assert BinaryPersuasion(frame.w, frame.p.sort_index(), labels=wanted.labels) == wanted
    assert BinaryPersuasion({1: 0.5, 0: 0.5}, {1: 0.4, 0: 0.2}) == BinaryPersuasion(*TWO)
    assert BinaryPersuasion(iter(TWO[0]), iter(TWO[1]), labels=iter(wanted.labels)) == wanted


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        ("ab", "labels is 'ab'; give a list of strings."),
        ({"a", "b"}, "labels is a set, which has no order"),
        ({"a": 1, "b": 2}, "labels is a mapping, and its entries have no names to match"),
        (2, "labels is 2; give a list of strings."),
    ],
)
def test_labels_are_a_list(labels, sentence):
    for make in (
        lambda: BinaryPersuasion(*TWO, labels=labels),
        lambda: SetCover(2, [[0], [1]], labels=labels),
        lambda: MessagingPolicy([1, 0], [1, 0], labels=labels),
        lambda: BinaryPersuasion.from_joint([[0.4, 0.1], [0.3, 0.2]], labels=labels),
    ):
        with pytest.raises(ValueError, match=re.escape(sentence)):
            make()


JOINT = BinaryPersuasion.from_joint({"bad": [0.4, 0.1], "good": [0.3, 0.2]})
BY_SIGNAL = pd.DataFrame([[0.4, 0.1], [0.3, 0.2]], index=["bad", "good"])


@pytest.mark.parametrize(
    "table",
    [
        BY_SIGNAL,
        BY_SIGNAL.T,
        BY_SIGNAL[[1, 0]],
        BY_SIGNAL.set_axis([False, True], axis=1),
        BY_SIGNAL.set_axis([0.0, 1.0], axis=1).T,
        {"bad": {1: 0.1, 0: 0.4}, "good": pd.Series([0.3, 0.2])},
    ],
)
def test_a_joint_table_has_its_states_along_either_axis(table):
    assert BinaryPersuasion.from_joint(table) == JOINT


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (BY_SIGNAL.to_numpy(), None),
        (pd.DataFrame(BY_SIGNAL.to_numpy()), "table has the columns [0, 1] and the index [0, 1]"),
        (BY_SIGNAL.set_axis(["no", "yes"], axis=1), "table has the columns ['no', 'yes'] and the"),
        (BY_SIGNAL.assign(rest=0), "table has the columns [0, 1, 'rest'] and the index"),
        ({"bad": {"high": 0.5, "low": 0.5}}, "table[0] has the key 'high', which is not one of"),
        ("01", "table is '01'; give one list per signal."),
        ({(0.4, 0.1), (0.3, 0.2)}, "table is a set, which has no order"),
        ([[0.4, 0.1], [0.3, float("nan")]], "table[1][1] is nan; give a finite number."),
    ],
)
def test_a_joint_table_that_could_be_read_in_two_ways_is_refused(table, sentence):
    if sentence is None:
        assert BinaryPersuasion.from_joint(table).beliefs.tolist() == JOINT.beliefs.tolist()
        return
    with pytest.raises(ValueError, match=re.escape(sentence)):
        BinaryPersuasion.from_joint(table)


def test_utilities_of_types_are_matched_by_name():
    tables = {"b": [[3, 0], [0, 1]], "a": MATCHING}
    halves = {"a": "1/2", "b": "1/2"}
    found = BinaryPersuasion.from_utilities(halves, halves, tables)
    assert found.numbers(exact=True)[2].tolist() == [F(1, 2), F(1, 4)]
    assert found.labels == ("a", "b")
    problem = PrivateUtilities(halves, halves, tables)
    assert problem.thresholds.numbers(exact=True)[2].tolist() == [F(1, 2), F(1, 4)]
    assert problem.value(MessagingPolicy([1], [1]), exact=True) == F(1, 2)
    for utilities, sentence in (
        ("ab", "utilities is 'ab'; give one 2x2 table per type"),
        ([MATCHING, {0: {1: 0}}], "utilities[1] has no entry for '1'"),
        ([MATCHING, [[1, 0], [0, float("nan")]]], "utilities[1][1][1] is nan"),
    ):
        with pytest.raises(ValueError, match=re.escape(sentence)):
            BinaryPersuasion.from_utilities(["1/2"] * 2, ["1/2"] * 2, utilities)


def test_samples_are_a_list_for_order_and_repeats_count():
    frame = pd.DataFrame({"belief": [0.2, 0.2, 0.4]}, index=[9, 9, 1])
    assert BinaryPersuasion.from_samples(frame.belief).weights.tolist() == [2 / 3, 1 / 3]
    for wrong in ({0.2, 0.4}, {"a": 0.2}, frame):
        with pytest.raises(ValueError, match=r"^beliefs is a (set|mapping|data frame)"):
            BinaryPersuasion.from_samples(wrong)


BELIEFS = pd.DataFrame({"guilty": [0.3, 0.6], "innocent": [0.7, 0.4]}, index=["ann", "bob"])
JUDGING = pd.DataFrame({"acquit": [0, 1], "convict": [2, 0]}, index=["guilty", "innocent"])
WANTED = FinitePersuasion(
    [0.5, 0.5],
    [[0.3, 0.7], [0.6, 0.4]],
    [[0, 2], [1, 0]],
    [[0, 1], [0, 1]],
    states=["guilty", "innocent"],
    actions=["acquit", "convict"],
    labels=["ann", "bob"],
)


def test_frames_name_types_states_and_actions():
    wish = {"guilty": {"convict": 1, "acquit": 0}, "innocent": {"convict": 1, "acquit": 0}}
    for beliefs in (BELIEFS, BELIEFS[["innocent", "guilty"]], BELIEFS.T.to_dict()):
        states = ["guilty", "innocent"]
        mixed = JUDGING.loc[["innocent", "guilty"], ["convict", "acquit"]]
        for receiver in (JUDGING, [JUDGING, JUDGING], {"bob": JUDGING, "ann": JUDGING}):
            found = FinitePersuasion([0.5, 0.5], beliefs, receiver, wish, states=states)
            assert (found.states, found.labels) == (WANTED.states, WANTED.labels)
            assert found == WANTED
        order = {"states": states, "actions": ["acquit", "convict"]}
        assert FinitePersuasion([0.5, 0.5], beliefs, mixed, wish, **order) == WANTED


def test_integers_beside_floats_in_a_frame_stay_exact():
    frame = pd.DataFrame({"a": [2**60 + 1], "b": [0.5]})
    assert NumberTable.read(frame, "utility", ("state", "action")).exact[0, 0] == 2**60 + 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"beliefs": BELIEFS.assign(other=0)}, "beliefs (columns) has the key 'other', which"),
        ({"beliefs": BELIEFS.T}, "beliefs (columns) has the key 'ann', which is not one of the"),
        ({"beliefs": [{0.3, 0.7}, [0.6, 0.4]]}, "beliefs[0] is a set, which has no order"),
        ({"beliefs": ["37", "64"]}, "beliefs[0] is '37'; give a list of numbers."),
        ({"beliefs": [[0.3, 0.7], [0.6, float("nan")]]}, "beliefs[1][1] is nan; give a finite"),
        ({"beliefs": BELIEFS.where(BELIEFS < 0.7)}, "beliefs[0][1] is nan; give a finite number."),
        ({"weights": {"ann": 0.5, "eve": 0.5}}, "beliefs (rows) has the key 'bob', which is not"),
        ({"states": "gi"}, "states is 'gi'; give a list of strings."),
        ({"receiver_utilities": {MATCHING[0][0]}}, "receiver_utilities is a set"),
    ],
)
def test_frames_that_do_not_fit_are_refused(change, sentence):
    arguments = {
        "weights": [0.5, 0.5],
        "beliefs": BELIEFS,
        "receiver_utilities": MATCHING,
        "sender_utility": MATCHING,
        "states": ["guilty", "innocent"],
    }
    with pytest.raises(ValueError, match=re.escape(sentence)):
        FinitePersuasion(**{**arguments, **change})


def test_costs_of_sets_are_matched_by_number_or_name():
    numbered = SetCover(2, [[0], [1]], costs={1: 7, 0: 5})
    assert numbered.costs.tolist() == [5, 7]
    named = SetCover(2, {"a": [0], "b": {1}}, costs=pd.Series({"b": 7, "a": 5}))
    assert (named.labels, named.costs.tolist()) == (("a", "b"), [5, 7])
    assert named == numbered == SetCover(2, [[0], [1]], {"b": 7, "a": 5}, labels=["a", "b"])
    assert SetCover.from_arrays(2, [0, 1, 2], [0, 1], {1: 7, 0: 5}) == numbered
    frame = pd.DataFrame({"sets": [[0], [1]], "costs": [5, 7]}, index=[1, 0])
    assert SetCover(2, frame.sets, frame.costs) == numbered
    for sets, sentence in (
        ([{0: 9}, [1]], "sets[0] is a mapping, and its entries have no names"),
        ({(0,), (1,)}, "sets is a set, which has no order; give a list of lists"),
        (["0", "1"], "sets[0] is '0'; give a list of elements."),
        (3, "sets is 3; give a list of lists of elements."),
    ):
        with pytest.raises(ValueError, match=re.escape(sentence)):
            SetCover(2, sets)


def test_weights_of_elements_are_matched_by_number():
    sets = SetCover(2, [[0], [1]])
    assert MaximumCoverage(sets, 1, {1: 7, 0: 5}).weight_numbers().tolist() == [5, 7]


def test_costs_of_queries_are_matched_by_name_or_number():
    types = BinaryPersuasion(["1/2", "1/4", "1/4"], ["1/5", "2/5", "3/5"])
    oracle = PartitionQueries({"age": [[0], [1, 2]], "town": [[0, 1], [2]]})
    assert oracle.names == ("age", "town")
    for costs in ({"town": 2, "age": 1}, pd.Series({"town": 2, "age": 1}), {1: 2, 0: 1}):
        assert QuerySelection(types, oracle, 1, costs=costs).costs.tolist() == [1, 2]
    cuts = QuerySelection(types, ThresholdQueries(), 1, costs={2: 5, 1: 4})
    assert cuts.costs.tolist() == [4, 5] == cuts.query_costs(np.array([1, 2])).tolist()
    one = QuerySelection(types, ThresholdQueries(), 1, costs=np.array(3))
    assert one.to_dict()["costs"] == 3
    for wrong, sentence in (
        ({"age": 1}, "costs has no entry for 'town'"),
        ({0: 1, 1: 1, 2: 1}, "costs has the key '0', which is not one of the names"),
        ({1, 2}, "costs is a set"),
        (float("nan"), "costs is nan; give a finite number."),
    ):
        with pytest.raises(ValueError, match=re.escape(sentence)):
            QuerySelection(types, oracle, 1, costs=wrong)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("ab",), "queries is 'ab'; give a list of queries."),
        ((["ab"],), "queries[0] is 'ab'; give a list of cells."),
        (([["a", "b"]],), "queries[0] cell 0 is 'a'; give a list of types"),
        (([5],), "queries[0] is 5; give a list of cells."),
        (([{(0,), (1,)}],), "queries[0] is a set, which has no order; give a list of cells."),
        (([{"x": [0], "y": [1]}],), "queries[0] is a mapping, and its entries have no names"),
        (([[[0], [1]]], "q"), "names is 'q'; give a list of strings."),
        (([[[0], [1]]], ["q"], ["ab"]), "answers[0] is 'ab'; give one text per cell."),
    ],
)
def test_queries_and_cells_are_lists(arguments, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        PartitionQueries(*arguments)
    assert PartitionQueries([[{0}, {1, 2}]]) == PartitionQueries([[[0], [1, 2]]])


def test_a_frame_is_no_array_of_answers():
    with pytest.raises(ValueError, match="labels is a data frame; from_table takes one with a"):
        PartitionQueries.from_labels(pd.DataFrame([[0, 1], [1, 1]]))
    with pytest.raises(ValueError, match="columns is 'age'; give a list of column names"):
        PartitionQueries.from_table({"age": [1, 2]}, columns="age")


@pytest.mark.parametrize(
    "wrong", ["12", {1: 2}, 5, [1.5], [[1, 2]], np.array(1), [True]], ids=repr
)
def test_what_is_chosen_is_integers_in_any_order(wrong):
    for choose in (QuerySet, Cover, QueryTree.binary_search):
        with pytest.raises(ValueError, match=r"^(queries|sets|cuts) (is|has) "):
            choose(wrong)
    for right in ({2, 1}, [2, 1, 2], iter([2, 1]), pd.Series([1, 2], [5, 3]), np.array([1, 2])):
        assert distinct_integers(right, "queries").tolist() == [1, 2]
    assert Cover({2, 1}) == Cover([1, 2])


def test_policies_are_matched_by_message():
    policy = MessagingPolicy({"buy": 1, "wait": 0}, {"wait": "1/3", "buy": "2/3"})
    assert policy.labels == ("buy", "wait")
    assert policy.likelihoods(exact=True)[1].tolist() == [F(2, 3), F(1, 3)]
    for actions, sentence in (
        ([{0: 1}], "actions[0] is a mapping"),
        (["1"], "actions[0] is '1'; give one action per type."),
        ([[0.9]], "actions[0][0] is 0.9; give the position of an action."),
    ):
        with pytest.raises(ValueError, match=re.escape(sentence)):
            FinitePolicy([[1, 1]], actions)
    rows = ([F(1), F(1)] for _ in range(1))
    one = FinitePersuasion([1], [["1/2", "1/2"]], MATCHING, MATCHING)
    assert FinitePolicy.following(one, rows).actions.tolist() == [[0]]
    with pytest.raises(ValueError, match="message is a mapping"):
        one.payoff({0: 1, 1: 1}, exact=True)
