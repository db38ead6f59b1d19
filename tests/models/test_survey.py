"""Surveys: respondents become types, questions become partition queries."""

import re
from fractions import Fraction

import pytest
from instances import triples

from suasion import PartitionOracle, QuerySelection, ThresholdOracle, solve
from suasion.models.survey import survey_instance

F = Fraction
SURVEY = {
    "bought": [1, 1, 0, 0, 0],
    "age": ["young", "old", "young", "young", "old"],
    "town": ["north", "north", "north", "south", "north"],
}


class Frame:
    """What a data frame offers: `columns`, and a column by its name."""

    def __init__(self, columns):
        self._columns = columns
        self.columns = tuple(columns)

    def __getitem__(self, name):
        return self._columns[name]

    def __iter__(self):
        raise AssertionError("a frame is read by its columns")


def test_types_are_the_combinations_of_answers_with_smoothed_shares():
    question = survey_instance(SURVEY, "bought")
    persuasion = question.persuasion
    assert persuasion.labels == ("young|north", "old|north", "young|south")
    weights, beliefs, _, _ = persuasion.numbers(exact=True)
    assert weights.tolist() == [F(2, 5), F(2, 5), F(1, 5)]
    assert beliefs.tolist() == [F(1, 2), F(1, 2), F(1, 3)]
    assert persuasion.rational


def test_questions_split_the_types_by_answer():
    question = survey_instance(SURVEY, "bought", budget=1, adaptive=True)
    assert question.oracle == PartitionOracle([[[1], [0, 2]], [[0, 1], [2]]], ["age", "town"])
    assert (question.budget, question.adaptive) == (1, True)


def test_number_answers_are_ordered_as_numbers_before_text():
    table = {"y": [0, 1, 0, 1], "q": ["10", "9", "", "b"]}
    oracle = survey_instance(table, "y").oracle
    assert oracle.to_dict()["queries"] == [[[1], [0], [2], [3]]]


def test_without_smoothing_beliefs_are_shares():
    question = survey_instance(SURVEY, "bought", smoothing=0)
    assert question.persuasion.numbers(exact=True)[1].tolist() == [F(1, 2), F(1, 2), F(0)]


def test_smoothing_counts_in_respondents_of_weight_one():
    table = {"y": ["yes", "no"], "q": ["a", "a"], "w": ["1/3", 2]}
    question = survey_instance(table, "y", weight="w", smoothing="1/2")
    assert triples(question.persuasion) == [(1, F(5, 6) / F(10, 3), F(1, 4))]


def test_survey_weights_are_shares_of_their_sum():
    table = {"y": [1, 0, 0], "q": ["a", "b", "b"], "w": [2, "1/2", "1/2"]}
    question = survey_instance(table, "y", weight="w")
    weights, beliefs, _, _ = question.persuasion.numbers(exact=True)
    assert weights.tolist() == [F(2, 3), F(1, 3)]
    assert beliefs.tolist() == [F(3, 4), F(1, 3)]
    assert question.oracle.names == ("q",)


@pytest.mark.parametrize(
    "states",
    [
        [1, 0],
        ["1", "0"],
        [1.0, 0.0],
        [True, False],
        ["yes", "No"],
        [" TRUE ", "false"],
        ["1.0", "0.0"],
    ],
)
def test_states_are_read_from_the_usual_words(states):
    question = survey_instance({"y": states, "q": ["a", "b"]}, "y", smoothing=0)
    assert question.persuasion.beliefs.tolist() == [1.0, 0.0]


def test_positive_names_the_value_that_is_state_one():
    table = {"y": ["good", "bad", "ugly"], "q": ["a", "b", "c"]}
    question = survey_instance(table, "y", positive="good", smoothing=0)
    assert question.persuasion.beliefs.tolist() == [1.0, 0.0, 0.0]


def test_a_data_frame_is_read_like_a_mapping():
    assert survey_instance(Frame(SURVEY), "bought") == survey_instance(SURVEY, "bought")


def test_from_table_is_the_survey():
    options = {"questions": ["age"], "budget": 1}
    assert QuerySelection.from_table(SURVEY, outcome="bought", **options) == survey_instance(
        SURVEY, "bought", **options
    )


def test_costs_by_name_leave_the_others_free():
    question = survey_instance(SURVEY, "bought", costs={"town": "1/10"})
    assert question.cost_numbers(exact=True).tolist() == [0, F(1, 10)]
    same = survey_instance(SURVEY, "bought", costs="1/10")
    assert same.cost_numbers(exact=True).tolist() == [F(1, 10)] * 2


def test_threshold_oracle_asks_about_the_same_types():
    question = survey_instance(SURVEY, "bought", oracle="threshold", costs="1/100")
    assert question.oracle == ThresholdOracle()
    assert question.persuasion == survey_instance(SURVEY, "bought").persuasion
    assert question.cost_numbers(exact=True).tolist() == [F(1, 100)] * 2


def test_no_questions_make_one_type():
    question = survey_instance(SURVEY, "bought", questions=[])
    assert len(question.persuasion) == 1
    assert question.query_count == 0
    assert solve(question, exact=True).exact_value == 2 * F(3, 7)


def test_labels_that_would_coincide_are_replaced_by_numbers():
    table = {"y": [0, 1], "q": ["a|b", "a"], "r": ["c", "b|c"]}
    assert survey_instance(table, "y").persuasion.labels == ("0", "1")


def with_column(name, values):
    return {**SURVEY, name: values}


REFUSED = {
    "outcome": ((SURVEY, "sold"), {}, "outcome is 'sold', and the columns are bought, age, town"),
    "weight": ((SURVEY, "bought"), {"weight": "w"}, "weight is 'w', and the columns are"),
    "question": (
        (SURVEY, "bought"),
        {"questions": ["age", "sex"]},
        "questions[1] is 'sex', and the columns are",
    ),
    "outcome asked": (
        (SURVEY, "bought"),
        {"questions": ["bought"]},
        "questions[0] is 'bought', the outcome or weight",
    ),
    "twice": ((SURVEY, "bought"), {"questions": ["age", "age"]}, "names a column twice"),
    "state": ((SURVEY, "age"), {}, "age[0] is 'young', which is not a state"),
    "gap": (
        (with_column("bought", [1, 0, None, 1, 0]), "bought"),
        {},
        "bought[2] is None, which is not a state",
    ),
    "positive": (
        (SURVEY, "age"),
        {"positive": "middle"},
        "positive is 'middle', and age has old, young",
    ),
    "weight text": (
        (with_column("w", [1, "x", 1, 1, 1]), "bought"),
        {"weight": "w"},
        "w[1] is 'x', which is not a number",
    ),
    "weight negative": (
        (with_column("w", [1, 1, -2, 1, 1]), "bought"),
        {"weight": "w"},
        "w[2] is -2; give weights >= 0",
    ),
    "weight zero": ((with_column("w", [0] * 5), "bought"), {"weight": "w"}, "w sums to 0"),
    "lengths": ((with_column("w", [1]), "bought"), {}, "columns of different lengths"),
    "no rows": (({"y": [], "q": []}, "y"), {}, "table has no rows"),
    "no columns": (({}, "y"), {}, "table has no rows"),
    "smoothing": ((SURVEY, "bought"), {"smoothing": -1}, "smoothing is -1; give a number >= 0"),
    "undefined": (
        (with_column("w", [1, 1, 1, 0, 1]), "bought"),
        {"weight": "w", "smoothing": 0},
        "the type young|south has weight 0, so its belief is undefined",
    ),
    "oracle": ((SURVEY, "bought"), {"oracle": "none"}, 'oracle is "none"; choose "partition"'),
    "costs": (
        (SURVEY, "bought"),
        {"costs": {"sex": 1}},
        "costs names 'sex', which is no question; the questions are age, town",
    ),
    "costs of cuts": (
        (SURVEY, "bought"),
        {"costs": {"age": 1}, "oracle": "threshold"},
        "costs name questions, and threshold queries have none",
    ),
}


@pytest.mark.parametrize(("arguments", "options", "sentence"), REFUSED.values(), ids=REFUSED)
def test_tables_that_make_no_sense_are_refused(arguments, options, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        survey_instance(*arguments, **options)
