"""Partition oracles from lists, arrays, tables and functions; and what is no oracle."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import examples, partition_oracles

from suasion import (
    BinaryPersuasion,
    ExactReceiver,
    PartitionQueries,
    QuerySelection,
    QuerySet,
    QueryTree,
    ThresholdQueries,
    ask,
)

LADDER = BinaryPersuasion(["1/4"] * 4, ["1/10", "3/10", "3/5", "9/10"])
TABLE = {"age": ["young", "old", "young"], "rooms": [10, 2, 9]}


class Frame:
    """What a data frame offers: `columns`, and a column by its name."""

    def __init__(self, columns):
        self._columns = columns
        self.columns = tuple(columns)

    def __getitem__(self, name):
        return self._columns[name]

    def __iter__(self):
        raise AssertionError("a frame is read by its columns")


class Unsure:
    """A value that is neither equal to itself nor not, as pandas' NA."""

    def __ne__(self, other):
        return self

    __hash__ = object.__hash__

    def __bool__(self):
        raise TypeError("boolean value of NA is ambiguous")

    def __repr__(self):
        return "<NA>"


TABLES = {
    "mapping": TABLE,
    "frame": Frame(TABLE),
    "arrays": {name: np.array(column) for name, column in TABLE.items()},
    "rows": [{"age": age, "rooms": rooms} for age, rooms in zip(*TABLE.values(), strict=True)],
    "structured": np.array(
        list(zip(*TABLE.values(), strict=True)), dtype=[("age", "U5"), ("rooms", "i8")]
    ),
}


def message(call, *arguments, **options):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (callers compare the sentence)
        call(*arguments, **options)
    return str(caught.value)


@given(st.data())
@examples(100)
def test_labels_are_renumbered_in_increasing_order(data):
    m, n = data.draw(st.integers(0, 3)), data.draw(st.integers(1, 6))
    dtype = data.draw(st.sampled_from(["int8", "int64", "uint64", "uint8"]))
    info = np.iinfo(dtype)
    entries = st.sampled_from([info.min, info.min + 1, 3, 7, info.max - 1, info.max])
    rows = [data.draw(st.lists(entries, min_size=n, max_size=n)) for _ in range(m)]
    oracle = PartitionQueries.from_labels(np.array(rows, dtype=dtype).reshape(m, n))
    assert oracle.labels.tolist() == [[sorted(set(row)).index(x) for x in row] for row in rows]
    assert oracle == PartitionQueries(oracle.to_dict()["queries"])


@given(st.integers(1, 6).flatmap(partition_oracles))
@examples(60)
def test_every_way_in_leads_to_the_same_oracle(oracle):
    n, names = oracle.labels.shape[1], [f"q{q}" for q in range(len(oracle))]
    expected = PartitionQueries(oracle.to_dict()["queries"], names)
    columns = dict(zip(names, oracle.labels.tolist(), strict=True))
    ways = [
        PartitionQueries.from_labels(oracle.labels, names),
        PartitionQueries.from_table(columns),
        PartitionQueries.from_function(lambda name, i: columns[name][i], range(n), names),
    ]
    for way in ways:
        assert way == expected
        assert way.labels.dtype == np.int32
        with pytest.raises(ValueError, match="read-only"):
            way.labels[:] = 0


def test_the_users_array_stays_writeable_and_apart():
    labels = np.array([[0, 1]], dtype=np.int32)
    oracle = PartitionQueries.from_labels(labels)
    labels[0, 0] = 1
    assert oracle.labels.tolist() == [[0, 1]]


def test_yes_and_no_may_be_booleans():
    assert PartitionQueries.from_labels([[True, False]]).labels.tolist() == [[1, 0]]


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_tables_of_every_kind_have_cells_in_order_of_value(table):
    oracle = PartitionQueries.from_table(table)
    assert oracle.labels.tolist() == [[1, 0, 1], [2, 0, 1]]
    assert oracle.names == ("age", "rooms")
    assert oracle.answers == (("old", "young"), ("2", "9", "10"))


def test_columns_are_chosen_and_ordered_by_the_user():
    assert PartitionQueries.from_table(TABLE, ["rooms", "age"]).names == ("rooms", "age")
    assert PartitionQueries.from_table({0: [1, 2], 1: [3, 3]}, columns=[1]).names == ("1",)


def test_values_that_cannot_be_sorted_are_cells_in_order_of_appearance():
    oracle = PartitionQueries.from_table({"q": ["b", 1, ("a", 2), "b", 1.0, True]})
    assert oracle.labels.tolist() == [[0, 1, 2, 0, 1, 1]]  # 1, 1.0 and True are equal
    assert oracle.answers == (("b", "1", "('a', 2)"),)


def test_a_function_is_asked_by_number_or_by_name():
    people = [{"age": 30}, {"age": 20}]
    by_name = PartitionQueries.from_function(lambda name, one: one[name], people, ["age"])
    assert (by_name.labels.tolist(), by_name.names) == ([[1, 0]], ("age",))
    assert by_name.answers == (("20", "30"),)
    by_number = PartitionQueries.from_function(lambda q, i: i >> q & 1, range(4), np.int64(2))
    assert by_number.labels.tolist() == [[0, 1, 0, 1], [0, 0, 1, 1]]
    assert by_number.to_dict().keys() == {"kind", "queries"}


EMPTY = {
    "lists": PartitionQueries([]),
    "named": PartitionQueries([], []),
    "list of labels": PartitionQueries.from_labels([]),
    "labels": PartitionQueries.from_labels(np.zeros((0, 4), dtype=int)),
    "columns": PartitionQueries.from_table({"age": [1, 2, 3, 4]}, columns=[]),
    "table": PartitionQueries.from_table({}),
    "rows": PartitionQueries.from_table([{}] * 4),
    "function": PartitionQueries.from_function(lambda q, i: 0, range(4), 0),
    "nobody": PartitionQueries.from_function(lambda q, i: 0, [], []),
}


@pytest.mark.parametrize("oracle", EMPTY.values(), ids=EMPTY)
def test_there_may_be_no_queries(oracle):
    assert oracle == PartitionQueries([])
    assert (len(oracle), oracle.names) == (0, ())
    assert oracle.to_dict()["queries"] == []
    problem = QuerySelection(LADDER, oracle, costs=[])
    for plan in (QuerySet([]), QueryTree((None,), ((),))):
        assert ask(plan, problem, ExactReceiver(problem, 0)).members.tolist() == [0, 1, 2, 3]
        assert plan.value(problem) == QuerySet([]).value(
            QuerySelection(LADDER, ThresholdQueries())
        )


@pytest.mark.parametrize(
    "queries",
    [
        [[[0], [2]], [[0, 1, 2]]],
        [[[0], [2]], [[0, 1, 2]], [[0, 1], [2]]],
        [[[0, 1]], [[0, 1, 2]], [[0], [1, 2]]],
        [[[0, 1, 2, 3]], [[0, 1, 2]], [[0], [1, 2]]],
        [[], [[0, 1, 2]]],
        [[[0], []], [[0, 1]]],
        [[[0, 0, 1]], [[0, 1]]],
    ],
)
def test_the_query_that_differs_is_named_first_or_last(queries):
    assert message(PartitionQueries, queries).startswith("queries[0] ")
    last = len(queries) - 1
    assert message(PartitionQueries, queries[::-1]).startswith(f"queries[{last}] ")


REFUSED = {
    "no cells": ([[]], "queries[0] has no cells; put every type in one cell."),
    "labels": (
        [[0, 1]],
        "queries[0] cell 0 is 0; give a list of types (an array of answers goes into "
        "from_labels).",
    ),
    "middle": (
        [[[0], [2]], [[0, 1, 2]]],
        "queries[0] leaves out type 1; put every type in one cell.",
    ),
    "last": (
        [[[0, 1]], [[0], [1, 2]], [[0, 1, 2]]],
        "queries[0] leaves out type 2; put every type in one cell.",
    ),
    "more": (
        [[[0, 1, 2]], [[0], [1]], [[0, 1]]],
        "queries[0] cell 0 names type 2; its cells must partition types 0 to 1.",
    ),
    "twice": (
        [[[0, 1], [0]], [[0, 1]]],
        "queries[0] has type 0 twice; put every type in one cell.",
    ),
}


@pytest.mark.parametrize(("queries", "sentence"), REFUSED.values(), ids=REFUSED)
def test_lists_that_are_no_partitions_are_refused(queries, sentence):
    assert message(PartitionQueries, queries) == sentence


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        ([1, 2], "labels[0] is 1; give integers, one row per query and one column per type."),
        ([[0, 1], [-1, float("nan")]], "labels[1][1] is nan; give integers, one row per"),
        ([["a", "b"]], "labels[0][0] is 'a'; give integers"),
        ([[2**70, 1]], "labels[0][0] is 1180591620717411303424; give integers"),
        ([[0, 1], [0]], "labels[1] has 1 entries and labels[0] has 2; give one per type."),
        ({"age": [0, 1]}, "labels is a mapping, and its entries have no names to match; give"),
        (np.zeros((2, 0), dtype=int), "labels has no columns; give one per type."),
    ],
)
def test_arrays_that_are_no_answers_are_refused(labels, sentence):
    assert message(PartitionQueries.from_labels, labels).startswith(sentence)


MISSING = "a missing value; give one, or a word for those that have none."


@pytest.mark.parametrize("value", [None, float("nan"), np.datetime64("NaT"), Unsure()])
def test_missing_values_are_refused_with_column_and_row(value):
    table = {"age": [1, 2, 3], "town": ["a", "b", value]}
    sentence = f"table column 'town' row 2 is {value!r}, {MISSING}"
    assert message(PartitionQueries.from_table, table) == sentence
    assert PartitionQueries.from_table(table, ["age"]).labels.tolist() == [[0, 1, 2]]


@pytest.mark.parametrize(
    ("table", "columns", "sentence"),
    [
        (TABLE, ["age", "sex"], "columns[1] is 'sex', and the columns are age, rooms."),
        (TABLE, ["age", "age"], "columns[1] is 'age' again; name each column once."),
        ({"q": []}, None, "table has no rows; give one row per type."),
        ([{"q": 1}, {"p": 2}], None, f"table column 'q' row 1 is None, {MISSING}"),
        (
            {"q": [1, [2]]},
            None,
            "table column 'q' row 1 is [2], which is not hashable; give text, a number",
        ),
        (
            np.ones((2, 2)),
            None,
            "table is an array without named columns; give a mapping of columns.",
        ),
        ([[1, 2]], None, "table[0] is [1, 2]; give a mapping of column to value."),
        ({1: [0], "1": [0]}, None, "table has the column '1' twice; rename one."),
        ({"a": [0], "b": [0, 1]}, None, "table has columns of different lengths: "),
    ],
)
def test_tables_that_make_no_sense_are_refused(table, columns, sentence):
    assert message(PartitionQueries.from_table, table, columns).startswith(sentence)


@pytest.mark.parametrize("queries", [-1, True, "age", None, 1.5])
def test_a_function_needs_a_count_or_names(queries):
    sentence = f"queries is {queries!r}; give a count >= 0 or a list of names."
    assert message(PartitionQueries.from_function, lambda q, i: 0, [0], queries) == sentence


@pytest.mark.parametrize(
    ("reply", "types", "sentence"),
    [
        (None, ["a", "b"], f"the answer to query 'age' of type 0 is None, {MISSING}"),
        ([], ["a", "b"], "the answer to query 'age' of type 0 is [], which is not hashable"),
        (0, [], "types is empty; give at least one type."),
    ],
)
def test_functions_that_do_not_answer_are_refused(reply, types, sentence):
    said = message(PartitionQueries.from_function, lambda q, i: reply, types, ["age"])
    assert said.startswith(sentence)


def test_answers_are_named_for_people_only():
    named = PartitionQueries([[[0], [1, 2]]], ["age"], [["old", "young"]])
    plain = PartitionQueries([[[0], [1, 2]]], ["age"])
    assert named.answers == (("old", "young"),)
    assert plain.answers is None
    assert named == plain
    assert named.to_dict() == plain.to_dict()
    assert message(PartitionQueries, [[[0], [1]]], None, [["a"]]) == (
        "answers[0] has 1 entries for 2 cells; give one per cell."
    )
    assert "answers has 0 entries for 1 queries" in message(PartitionQueries, [[[0]]], None, [])


def test_names_are_as_many_as_queries_in_every_way_in():
    for call in (PartitionQueries, PartitionQueries.from_labels):
        given = [[[0], [1]]] if call is PartitionQueries else [[0, 1]]
        assert "names has 2 entries for 1 queries" in message(call, given, ["a", "b"])


def test_a_survey_keeps_the_answers_of_its_questions_and_reads_the_same_tables():
    survey = [{"y": 1, "q": "10"}, {"y": 0, "q": "9"}, {"y": 0, "q": "x"}]
    oracle = QuerySelection.from_table(survey, "y").oracle
    assert oracle.answers == (("9", "10", "x"),)
    assert oracle.labels.tolist() == [[1, 0, 2]]
    with pytest.raises(ValueError, match=re.escape("table has no rows; give one row per respond")):
        QuerySelection.from_table([], "y")


def test_a_large_array_takes_memory_for_its_labels_alone():
    labels = np.random.default_rng(0).integers(-5, 5, (10, 100_000))
    oracle = PartitionQueries.from_labels(labels)
    assert oracle.labels.nbytes == 4 * labels.size
    assert np.array_equal(oracle.labels, labels + 5)
