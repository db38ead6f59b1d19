"""Answers in order, numbers in bands, several choices, and cuts between neighbours."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suasion import InputError, solve
from suasion.surveys import Survey
from suasion.surveys.bands import bands_of
from suasion.surveys.fitting import Plan, fitted_survey
from suasion.surveys.multiple_choice import split_columns
from suasion.surveys.types import queries_of

SCALE = ["none", "mild", "severe"]
PAIN = {
    "y": [0, 1, 0, 1, 1] * 12,
    "pain": ["mild", "severe", "none", "severe", "mild", "none"] * 10,
}


def test_levels_are_kept_in_their_order():
    for ordered in ({"pain": SCALE}, {"pain": [*SCALE, "worst"]}):
        people = Survey(PAIN, "y", ordered=ordered).respondents
        assert people.levels == (tuple(ordered["pain"]),)
        assert people.ordered == (True,)
        assert people.answers[:3, 0].tolist() == [1, 2, 0]
    numbers = Survey({"y": [0, 1, 1] * 9, "q": ["10", "9", "2"] * 9}, "y", ordered=["q"])
    assert numbers.respondents.levels == (("2", "9", "10"),)
    assert numbers.respondents.ordered == (True,)
    frame = pd.DataFrame(PAIN).astype({"pain": pd.CategoricalDtype(SCALE, ordered=True)})
    assert Survey(frame, "y").respondents.levels == (tuple(SCALE),)


@pytest.mark.parametrize(
    ("ordered", "words"),
    [
        (["pain"], "pain[0] is 'mild', which is no number to put in order"),
        ({"pain": ["none", "mild"]}, "pain[1] is 'severe', which is none of its levels in order"),
        ({"pain": ["none", "none"]}, "ordered['pain'] names a level twice"),
        (["x"], "ordered names 'x', and the columns are y, pain"),
        ("pain", "ordered is 'pain'; give a list of column names"),
    ],
)
def test_scales_that_do_not_fit_are_refused(ordered, words):
    with pytest.raises(InputError) as caught:
        Survey(PAIN, "y", ordered=ordered)
    assert words in str(caught.value)


def test_an_ordered_question_is_cut_between_neighbours_only_when_asked_for():
    whole = Survey(PAIN, "y", ordered={"pain": SCALE}, costs={"pain": 0.25})
    assert whole.selection(1).oracle.names == ("pain",)
    cut = Survey(PAIN, "y", ordered={"pain": SCALE}, costs={"pain": 0.25}, cut_ordered=True)
    found = cut.selection(1)
    assert found.oracle.names == ("pain <= none", "pain <= mild")
    assert found.oracle.labels.tolist() == [[0, 1, 1], [0, 0, 1]]
    assert found.oracle.answers == (("yes", "no"),) * 2
    assert found.cost_numbers().tolist() == [0.25, 0.25]
    assert found.persuasion.labels == tuple(SCALE)
    assert len(solve(found).answer.queries) <= 1


def test_a_missing_answer_is_nowhere_on_a_scale():
    gaps = {**PAIN, "pain": [None, *PAIN["pain"][1:]]}
    options = {"ordered": {"pain": SCALE}, "missing": "answer", "cut_ordered": True}
    found = Survey(gaps, "y", **options)
    assert found.respondents.levels == ((*SCALE, "missing"),)
    assert found.selection(1).oracle.names == ("pain",)


def test_cuts_of_bands_are_named_by_their_end():
    ages = {"y": [0, 1] * 20, "age": np.arange(40) // 2 + 18}
    found = Survey(ages, "y", cut_ordered=True, bands=2)
    assert found.respondents.levels == (("18 to 27", "28 to 37"),)
    assert [query.name for query in queries_of(found.respondents, True)] == ["age <= 27"]


def test_people_left_out_are_told_by_the_side_of_the_cut_they_are_on():
    """Also if nobody in the sample gave their answer."""
    people = Survey(PAIN, "y", ordered={"pain": [*SCALE[:2], "bad", "severe"]}).respondents
    fit = fitted_survey(people, Plan(1, cut_ordered=True), 0.0)
    assert [query.name for query in fit.queries] == ["pain <= none", "pain <= mild"]
    others = people.part(slice(0, 2))
    others.answers[:, 0] = [2, 1]
    assert fit.replies(others).tolist() == [[1, 1], [1, 0]]


def test_assessments_count_how_often_each_cut_is_chosen():
    survey = Survey(PAIN, "y", ordered={"pain": SCALE}, cut_ordered=True)
    found = survey.assess(1, repeats=1, folds=2, halves=1, permutations=1, jobs=1)
    assert set(found.chosen) == {"pain <= none", "pain <= mild"}


def test_bands_hold_about_equally_many_by_weight():
    numbers, weights = np.arange(100.0), np.r_[np.full(50, 3.0), np.ones(50)]
    names, codes = bands_of(numbers, weights, 4)
    assert len(names) == 4
    assert np.bincount(codes, weights) == pytest.approx([50] * 4, abs=3)
    assert names[0].startswith("0 to ")


def test_a_very_common_number_is_a_band_of_its_own():
    low = np.r_[np.zeros(90), np.arange(1, 11)]
    assert bands_of(low, np.ones(100), 4)[0] == ("0", "1 to 10")
    assert bands_of(10 - low, np.ones(100), 4)[0] == ("0 to 9", "10")


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40).filter(lambda x: len(set(x)) > 1),
    st.integers(2, 6),
)
def test_bands_are_in_order_and_never_part_equal_numbers(numbers, bands):
    values = np.array(numbers)
    names, codes = bands_of(values, np.ones(len(values)), bands)
    assert 2 <= len(names) <= bands
    assert set(codes) == set(range(len(names)))
    for band in range(len(names) - 1):
        assert values[codes == band].max() < values[codes == band + 1].min()


def test_numbers_of_eleven_values_stay_and_more_are_cut():
    for values, levels in ((11, 11), (12, 4)):
        table = {"y": [0, 1] * 66, "q": [str(i % values) for i in range(132)]}
        assert len(Survey(table, "y").respondents.levels[0]) == levels


def split(values, how=("c",), words=()):
    return split_columns({"c": values}, how, frozenset(words))[0]


def test_separators_are_found_or_told():
    assert list(split(["a|b", "b"])) == ["c: a", "c: b"]
    assert list(split(["a, b", "b"])) == ["c: a", "c: b"]
    assert list(split(["a/b", "b"], {"c": "/"})) == ["c: a", "c: b"]
    assert list(split(["a,b;c", "c"], {"c": ";"})) == ["c: a,b", "c: c"]
    assert list(split([["a", "b"], [], ["b"]])) == ["c: a", "c: b"]
    with pytest.raises(InputError, match=r"c\[1\] is 'a,b', and choices in c may be .* ; or ,"):
        split(["a;b", "a,b"])
    with pytest.raises(InputError, match="give one character"):
        split(["a"], {"c": "--"})
    with pytest.raises(InputError, match="nobody chose anything"):
        split(["", None])
    with pytest.raises(InputError, match="split makes a question 'c: a', and a column"):
        split_columns({"c": ["a"], "c: a": [1]}, ["c"], frozenset())


def test_an_empty_entry_is_the_choice_of_nothing_and_a_declared_text_is_missing():
    gaps = ["a;b", "", None, float("nan"), "-9"]
    assert split(gaps, words=["", "-9"])["c: a"] == ["yes", "no", "no", "no", None]
