"""Surveys: respondents become types, questions become partition queries."""

import re
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from instances import triples

from suasion import PartitionQueries, QuerySelection, ThresholdQueries, solve
from suasion.io import read_table
from suasion.models.queries.missing_values import without_missing
from suasion.models.queries.table_columns import table_columns

F = Fraction
from_table = QuerySelection.from_table
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
    question = from_table(SURVEY, "bought")
    persuasion = question.persuasion
    assert persuasion.labels == ("young|north", "old|north", "young|south")
    weights, beliefs, _, _ = persuasion.numbers(exact=True)
    assert weights.tolist() == [F(2, 5), F(2, 5), F(1, 5)]
    assert beliefs.tolist() == [F(1, 2), F(1, 2), F(1, 3)]
    assert persuasion.rational


def test_questions_split_the_types_by_answer():
    question = from_table(SURVEY, "bought", budget=1, adaptive=True)
    assert question.oracle == PartitionQueries([[[1], [0, 2]], [[0, 1], [2]]], ["age", "town"])
    assert (question.budget, question.adaptive) == (1, True)


def test_number_answers_are_ordered_as_numbers_before_text():
    table = {"y": [0, 1, 0, 1], "q": ["10", "9", "", "b"]}
    oracle = from_table(table, "y").oracle
    assert oracle.to_dict()["queries"] == [[[1], [0], [2], [3]]]


def test_without_smoothing_beliefs_are_shares():
    question = from_table(SURVEY, "bought", smoothing=0)
    assert question.persuasion.numbers(exact=True)[1].tolist() == [F(1, 2), F(1, 2), F(0)]


def test_smoothing_counts_in_respondents_of_weight_one():
    table = {"y": ["yes", "no"], "q": ["a", "a"], "w": ["1/3", 2]}
    question = from_table(table, "y", weight="w", smoothing="1/2")
    assert triples(question.persuasion) == [(1, F(5, 6) / F(10, 3), F(1, 4))]


def test_survey_weights_are_shares_of_their_sum():
    table = {"y": [1, 0, 0], "q": ["a", "b", "b"], "w": [2, "1/2", "1/2"]}
    question = from_table(table, "y", weight="w")
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
    question = from_table({"y": states, "q": ["a", "b"]}, "y", smoothing=0)
    assert question.persuasion.beliefs.tolist() == [1.0, 0.0]


def test_positive_names_the_value_that_is_state_one():
    table = {"y": ["good", "bad", "ugly"], "q": ["a", "b", "c"]}
    question = from_table(table, "y", positive="good", smoothing=0)
    assert question.persuasion.beliefs.tolist() == [1.0, 0.0, 0.0]


def test_a_data_frame_is_read_like_a_mapping():
    assert from_table(Frame(SURVEY), "bought") == from_table(SURVEY, "bought")


def test_from_table_is_the_survey():
    options = {"questions": ["age"], "budget": 1}
    assert from_table(SURVEY, outcome="bought", **options) == from_table(
        SURVEY, "bought", **options
    )


def test_costs_by_name_leave_the_others_free():
    question = from_table(SURVEY, "bought", costs={"town": "1/10"})
    assert question.cost_numbers(exact=True).tolist() == [0, F(1, 10)]
    same = from_table(SURVEY, "bought", costs="1/10")
    assert same.cost_numbers(exact=True).tolist() == [F(1, 10)] * 2


def test_threshold_oracle_asks_about_the_same_types():
    question = from_table(SURVEY, "bought", oracle="threshold", costs="1/100")
    assert question.oracle == ThresholdQueries()
    assert question.persuasion == from_table(SURVEY, "bought").persuasion
    assert question.cost_numbers(exact=True).tolist() == [F(1, 100)] * 2


def test_no_questions_make_one_type():
    question = from_table(SURVEY, "bought", questions=[])
    assert len(question.persuasion) == 1
    assert question.query_count == 0
    assert solve(question, exact=True).exact_value == 2 * F(3, 7)


def test_labels_that_would_coincide_are_replaced_by_numbers():
    table = {"y": [0, 1], "q": ["a|b", "a"], "r": ["c", "b|c"]}
    assert from_table(table, "y").persuasion.labels == ("0", "1")


# The words that programs write for nothing, and the objects.
GAPS = ["", " ", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "<NA>", "."]
NOTHING = [None, float("nan"), np.datetime64("NaT"), pd.NA, pd.NaT, np.float32("nan")]


@pytest.mark.parametrize("gap", [*GAPS, *NOTHING], ids=repr)
def test_a_missing_outcome_is_no_state_zero(gap):
    table = {"buy": ["yes", gap, "no", "no"], "q": ["x", "x", "y", "x"]}
    sentence = re.escape(f"buy[1] is {gap!r}, a missing outcome; ")
    for options in ({}, {"positive": "yes"}):
        with pytest.raises(ValueError, match=sentence):
            from_table(table, "buy", **options)
        kept = from_table(table, "buy", drop_missing=True, **options)
        assert triples(kept.persuasion) == triples(
            from_table({"buy": ["yes", "no", "no"], "q": ["x", "y", "x"]}, "buy").persuasion
        )


def test_respondents_without_outcome_or_weight_are_counted():
    table = {"y": [1, None, 0, 1], "w": [1, 1, "", 2], "q": ["a", "b", "c", "d"]}
    kept, dropped = without_missing(table, "y", "w")
    assert (kept, dropped) == ({"y": [1, 1], "w": [1, 2], "q": ["a", "d"]}, 2)
    with pytest.raises(ValueError, match="every respondent lacks y or w; give some"):
        without_missing({"y": [None, 1], "w": [1, None]}, "y", "w")


def test_a_declared_level_is_not_missing():
    table = {"pain": ["None", "bad", "-9"], "q": ["a", "b", "c"]}
    known = from_table(table, "pain", positive="None", drop_missing=True, smoothing=0)
    assert known.persuasion.beliefs.tolist() == [1, 0, 0]
    options = {"positive": "bad", "smoothing": 0}
    codes = from_table(table, "pain", missing_values=["-9"], drop_missing=True, **options)
    assert codes.persuasion.beliefs.tolist() == [0, 1]
    with pytest.raises(ValueError, match=r"missing_values is 'NA'; give a list of texts"):
        from_table(table, "pain", missing_values="NA", **options)


@pytest.mark.parametrize("positive", [1, 1.0, "1", "1.0", np.int64(1), F(1)], ids=repr)
@pytest.mark.parametrize("values", [[0, 1, 2], [0.0, 1.0, 2.0], ["0", "1", "2"]], ids=repr)
def test_numbers_are_the_level_that_they_are(positive, values):
    table = {"y": values, "q": ["a", "b", "c"]}
    found = from_table(table, "y", positive=positive, smoothing=0)
    assert found.persuasion.beliefs.tolist() == [0, 1, 0]


@pytest.mark.parametrize("name", ["", " ", "Unnamed: 0"])
def test_a_column_without_a_name_is_no_question(name):
    table = {name: [0, 1], "y": [0, 1], "q": ["a", "b"]}
    with pytest.raises(ValueError, match="table has a column without a name"):
        from_table(table, "y")
    with pytest.raises(ValueError, match="table has a column without a name"):
        PartitionQueries.from_table(table)
    assert from_table(table, "y", exclude=[name]).oracle.names == ("q",)


def test_costs_of_questions_are_matched_by_name():
    wanted = [F(0), F(1, 2)]
    for costs in (pd.Series(["1/2", 0], ["town", "age"]), pd.Series(["1/2"], ["town"])):
        assert from_table(SURVEY, "bought", costs=costs).cost_numbers(True).tolist() == wanted
    in_order = from_table(SURVEY, "bought", costs=pd.Series([0, "1/2"]))
    assert in_order.cost_numbers(True).tolist() == wanted
    for costs, sentence in (
        (pd.Series([0, 1], [1, 0]), "costs has the index 1, 0, which is another order than 0, 1"),
        (pd.Series([0, 1], ["town", "town"]), "costs names a question twice"),
        ({0, 1}, "costs is a set, which has no order"),
    ):
        with pytest.raises(ValueError, match=sentence):
            from_table(SURVEY, "bought", costs=costs)


def test_columns_that_are_series_are_matched_by_their_index():
    table = {"y": pd.Series([1, 0], ["ann", "bob"]), "q": pd.Series(["b", "a"], ["bob", "ann"])}
    assert from_table(table, "y", smoothing=0).persuasion.labels == ("a", "b")


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("t.csv", r"table is 't.csv'; give its columns: suasion.io.read_table\(path\) reads"),
        (Path("t.csv"), "give its columns: suasion.io.read_table"),
        (5, "table is a int; give a data frame, a mapping"),
        ({"y"}, "table is a set; give a data frame"),
        (pd.Series([1]), "table is a Series; give a data frame"),
        ({"y": {0: 1, 1: 0}}, "table column 'y' is a mapping, and its entries have no names"),
        ({"y": "01"}, "table column 'y' is '01'; give a list with one answer per row"),
        (np.ma.array([(1,)], dtype=[("y", int)], mask=[(1,)]), r"table column 'y'\[0\] is masked"),
        (pd.DataFrame([[0, 1]], columns=["y", "y"]), "table has the column 'y' twice"),
    ],
)
def test_what_is_no_table_is_refused(table, sentence):
    for read in (from_table, PartitionQueries.from_table):
        with pytest.raises(ValueError, match=sentence):
            read(table, *(["y"] if read is from_table else []))


def test_a_frame_and_an_iterator_of_rows_are_tables():
    frame = pd.DataFrame(SURVEY, index=[7, 3, 9, 1, 4])
    rows = iter(frame.to_dict("records"))
    assert from_table(frame, "bought") == from_table(rows, "bought")


def test_names_of_columns_are_compared_in_linear_time(tmp_path):
    # Comparing each name with all before it takes over a minute.
    names = [f"q{i}" for i in range(40_000)]
    path = tmp_path / "wide.csv"
    path.write_text(f"{','.join(names)}\n{'a,' * (len(names) - 1)}a\n")
    start = time.process_time()
    assert table_columns(read_table(path)) == {name: ["a"] for name in names}
    assert time.process_time() - start < 15


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
        "bought[2] is None, a missing outcome; leave such respondents out (drop_missing, ",
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
        from_table(*arguments, **options)
