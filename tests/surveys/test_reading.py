"""Tables as they come: who counts, what is a question, and what was left out and why."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suasion import InputError
from suasion.surveys import Survey

TOWNS = {"bought": [1, 0] * 20, "town": ["A", "B", "B", "B"] * 10}


def survey(extra=None, **options):
    return Survey(TOWNS | (extra or {}), "bought", **options)


def refused(words, extra=None, **options):
    with pytest.raises(InputError) as caught:
        survey(extra, **options)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def answers(found, name):
    place = found.respondents.questions.index(name)
    levels = found.respondents.levels[place]
    return [levels[code] for code in found.respondents.answers[:, place]]


def test_respondents_without_an_answer_are_dropped_and_counted_by_question():
    gaps = {"age": ["old", None, "", "young"] * 10, "rooms": [1, 2, float("nan"), 3] * 10}
    found = survey(gaps)
    assert (len(found.respondents), found.dropped) == (20, 20)
    assert found.unanswered == {"age": 20, "rooms": 10}
    assert answers(found, "rooms") == ["1", "3"] * 10


def test_missing_answers_are_an_answer_of_their_own_if_declared():
    found = survey({"age": ["old", None, "NA", "young"] * 10}, missing="answer")
    assert (len(found.respondents), found.dropped, found.unanswered) == (40, 0, {})
    assert answers(found, "age")[:4] == ["old", "missing", "missing", "young"]
    refused('missing is \'keep\'; give "drop" or "answer"', missing="keep")


def test_codes_mean_missing_in_every_column_if_declared():
    codes = {"age": [1.0, 2.0, -9.0, 2.0] * 10}
    assert answers(survey(codes), "age")[:4] == ["1", "2", "-9", "2"]
    found = survey(codes, missing_values=[-9])
    assert found.unanswered == {"age": 10}
    assert set(answers(found, "age")) == {"1", "2"}


@pytest.mark.parametrize("gap", [None, float("nan"), "", "NA", "-9"])
def test_an_unknown_outcome_is_never_state_0(gap):
    table = {"y": ["yes", gap, "no", "maybe"] * 10, "q": ["a", "b"] * 20}
    codes = {"missing_values": ["NA", "-9"]}
    with pytest.raises(InputError, match=r"y\[1\] is .*, a missing outcome"):
        Survey(table, "y", positive="yes", **codes)
    found = Survey(table, "y", positive="yes", drop_missing=True, **codes)
    assert (found.dropped, found.unanswered) == (10, {"y": 10})
    assert found.respondents.outcomes.tolist() == [1, 0, 0] * 10


def test_an_outcome_of_several_levels_needs_the_positive_one():
    with pytest.raises(InputError) as caught:
        Survey({"y": ["yes", "no", "maybe"] * 4, "q": ["a", "b"] * 6}, "y")
    assert "y[2] is 'maybe', which is not a state, and y has 3 levels" in str(caught.value)
    assert "(positive)" in str(caught.value)


def test_missing_weights_are_an_error_or_dropped_and_rows_keep_their_numbers():
    refused("w[3] is None, a missing weight", {"w": [1, 1, 1, None] * 10}, weight="w")
    found = survey({"w": [1, 2, 1, None] * 10}, weight="w", drop_missing=True)
    assert found.respondents.weights.tolist() == [1, 2, 1] * 10
    refused("w[5] is 'x', which is not a number", {"w": [None] * 5 + ["x"] * 35}, weight="w",
            drop_missing=True)  # fmt: skip
    refused("w[2] is -1; give weights >= 0", {"w": [1, 1, -1, 1] * 10}, weight="w")
    refused("w sums to 0", {"w": [0] * 40}, weight="w")


NO_QUESTIONS = {
    "respondent": ([f"r{i}" for i in range(40)], "40 answers of 40 respondents"),
    "number": (list(range(100, 140)), "40 answers of 40 respondents"),
    "household_id": ([i // 2 for i in range(40)], "20 answers of 40 respondents"),
    "asked": ([f"2026-0{1 + i % 4}-11" for i in range(40)], "dates, 4 answers"),
    "seen": (list(pd.date_range("2026-01-01", periods=40)), "dates, 40 answers"),
    "why": ([f"because I thought it was time, {i}" for i in range(40)], "free text, 40 answers"),
    "country": (["X"] * 40, "all 40 respondents answer X"),
    "nothing": ([None] * 40, "nobody answered"),
    "income": ([*range(1000, 1039), "DK"], "numbers but for 1 such as 'DK'"),
}


@pytest.mark.parametrize("name", NO_QUESTIONS)
def test_what_is_no_question_is_left_out_with_the_reason_and_refused_by_name(name):
    values, reason = NO_QUESTIONS[name]
    found = survey({name: values})
    assert found.respondents.questions == ("town",)
    assert reason in found.left_out[name]
    assert found.dropped == 0
    refused(f"questions names {name!r}, which cannot be asked about (", {name: values},
            questions=[name])  # fmt: skip


def test_columns_that_become_constant_are_left_out_too():
    found = survey({"a": ["x"] * 39 + ["y"], "b": ["u", "v"] * 19 + ["u", None]})
    assert found.left_out == {"a": "all 39 respondents answer x"}


def test_a_quantity_is_asked_about_although_everyone_has_another():
    refused("ordered=['number']", {"number": list(range(40))}, questions=["number"])
    found = survey({"number": list(range(40))}, ordered=["number"])
    assert answers(found, "number")[::10] == ["0 to 9", "10 to 19", "20 to 29", "30 to 39"]


def test_if_everyone_lacks_something_the_worst_question_is_named():
    extra = {"a": [None, "x", "y", None] * 10, "b": ["u", None, None, "v"] * 10}
    refused("every respondent lacks the answer to some question, most often a (20 of 40)", extra)


def test_choices_become_questions_with_one_cost():
    extra = {"reads": ["a;b", "", "b", None] * 10}
    found = survey(extra, split=["reads"], costs={"reads": "1/10", "town": 1})
    assert found.respondents.questions == ("town", "reads: a", "reads: b")
    assert answers(found, "reads: a")[:4] == ["yes", "no", "no", "no"]
    assert found.costs == [1, "1/10", "1/10"]
    assert survey(extra, split=["reads"], questions=["reads"]).respondents.questions == (
        "reads: a",
        "reads: b",
    )
    assert survey(extra, split=["reads"], exclude=["reads: a"]).respondents.questions == (
        "town",
        "reads: b",
    )
    refused("split names 'bought', the outcome", split=["bought"])
    refused("split names 'x', and the columns are", split=["x"])


def test_costs_of_columns_that_are_left_out_do_not_matter():
    found = survey({"c": ["x"] * 40}, costs={"c": 1, "town": 2})
    assert found.costs == [2]
    refused("costs names 'z', which is no question", costs={"z": 1})


FRAME = {
    "ordered": pd.Categorical(["low", "high", "mid", "low"] * 10, ["low", "mid", "high"], True),
    "unused": pd.Categorical(["b", "a", "a", "b"] * 10, ["a", "b", "z"]),
    "truth": pd.Categorical([True, False, False, True] * 10),
    "flag": [True, False, True, True] * 10,
    "gaps": pd.array([1, None, 2, 2] * 10, dtype="Int64"),
    "maybe": pd.array([True, False, None, True] * 10, dtype="boolean"),
    "text": pd.array(["x", "y", "x", None] * 10, dtype="string"),
    "codes": [1.0, 2.0, 1.0, 2.0] * 10,
}


def test_data_frames_say_which_answers_are_in_order():
    found = Survey(pd.DataFrame(TOWNS | FRAME), "bought", missing="answer")
    people = found.respondents
    levels = dict(zip(people.questions, people.levels, strict=True))
    assert levels == {
        "town": ("A", "B"),
        "ordered": ("low", "mid", "high"),
        "unused": ("a", "b"),
        "truth": ("False", "True"),
        "flag": ("False", "True"),
        "gaps": ("1", "2", "missing"),
        "maybe": ("False", "True", "missing"),
        "text": ("x", "y", "missing"),
        "codes": ("1", "2"),
    }
    assert people.ordered == (False, True, *[False] * 7)


def test_a_nullable_outcome_is_dropped_where_it_is_missing():
    frame = pd.DataFrame({"y": FRAME["maybe"], "q": ["a", "b"] * 20})
    with pytest.raises(InputError, match=r"y\[2\] is <NA>, a missing outcome"):
        Survey(frame, "y")
    assert Survey(frame, "y", drop_missing=True).respondents.outcomes.tolist() == [1, 0, 1] * 10


def test_smoothed_beliefs_are_those_of_from_table_in_rationals():
    from suasion import QuerySelection

    extra = {"age": ["9", "10", "x", "9"] * 10, "w": ["1/3", 1, 2, "0.1"] * 10}
    options = {"weight": "w", "costs": {"age": "1/50"}}
    found = survey(extra, beliefs="smoothed", smoothing="1/2", **options).selection(2)
    same = QuerySelection.from_table(TOWNS | extra, "bought", smoothing="1/2", budget=2, **options)
    assert found == same
    assert found.persuasion.rational
    assert found.oracle.answers == same.oracle.answers
    refused("smoothing is -1; give a number >= 0", smoothing=-1)


def test_a_margin_lowers_thresholds_of_smoothed_beliefs():
    persuasion = survey(beliefs="smoothed", margin=0.25).selection(1).persuasion
    assert persuasion.thresholds.tolist() == [max(b - 0.25, 0) for b in persuasion.beliefs]


ENTRY = st.one_of(
    st.none(), st.floats(), st.integers(), st.booleans(), st.text(max_size=4),
    st.sampled_from(["yes", "no", "1", "0", "a;b", "3,5", "1.0", "-9", "NA", pd.NA, pd.NaT]),
    st.dates(), st.lists(st.integers(), max_size=2), st.fractions(), st.complex_numbers(),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    data=st.data(),
    rows=st.integers(0, 14),
    names=st.lists(st.text(max_size=3), min_size=1, max_size=4, unique=True),
)
def test_any_table_is_read_or_refused_in_one_sentence(data, rows, names):
    # Columns that nearly make sense get further than those of anything.
    sense = st.sampled_from(["yes", "no", 1, 0, "1", None, "maybe"])
    column = st.one_of(*(st.lists(e, min_size=rows, max_size=rows) for e in (sense, ENTRY)))
    table = {name: data.draw(column) for name in names}
    some = st.lists(st.sampled_from(names), max_size=2)
    options = {
        "positive": data.draw(st.sampled_from([None, "yes", 1])),
        "weight": data.draw(st.sampled_from([None, *names])),
        "split": data.draw(some),
        "ordered": data.draw(some),
        "questions": data.draw(st.none() | some),
        "exclude": data.draw(some),
        "missing": data.draw(st.sampled_from(["drop", "answer"])),
        "drop_missing": data.draw(st.booleans()),
    }
    outcome, sentences = data.draw(st.sampled_from(names)), []
    try:
        found = Survey(table, outcome, beliefs="smoothed", **options)
        problem = found.selection(1)
    except InputError as error:
        sentences.append(str(error))
    if sentences:
        assert sentences[0].endswith(".")
        return
    people = found.respondents
    assert len(people) + found.dropped == rows
    assert set(np.unique(people.outcomes)) <= {0, 1}
    for place, levels in enumerate(people.levels):
        assert set(people.answers[:, place]) <= set(range(len(levels)))
        assert len(set(people.answers[:, place])) > 1
    assert problem.persuasion.weights.sum() == pytest.approx(1)
