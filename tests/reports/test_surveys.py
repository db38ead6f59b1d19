"""Reports of surveys: the numbers of their assessment, and nothing that is not in it."""

import functools

import numpy as np
import pytest
from pages import Reader, external

from suasion.reports import States, report_of_survey
from suasion.surveys import Survey
from suasion.surveys.budgets import budget_points

EVIL = "<script>q</script>"
LESS = {"repeats": 1, "folds": 2, "halves": 1, "permutations": 2, "jobs": 1}


@functools.cache
def survey():
    generator = np.random.default_rng(3)
    told = generator.integers(0, 2, (3, 160))
    bought = (generator.random(160) < 0.15 + 0.5 * told[0]).astype(int)
    rows = {EVIL: [f"<b>{x}" for x in told[0]], "b": told[1].tolist(), "c": told[2].tolist()}
    return Survey(rows | {"bought": bought.tolist()}, outcome="bought")


@functools.cache
def page():
    options = {"--budget": "2"}
    return report_of_survey(survey(), 2, states=States("no", "yes"), options=options, **LESS)


def leaves(document):
    """All floats of a nested document."""
    if isinstance(document, dict):
        document = list(document.values())
    if isinstance(document, list):
        return [leaf for entry in document for leaf in leaves(entry)]
    return [document] if isinstance(document, float) else []


def test_every_estimate_of_the_assessment_is_in_the_page():
    found = survey().assess(2, **LESS).to_dict()
    reader = Reader(page().html)
    chosen = [{"chosen": q["chosen"]} for q in found["questions"] if q["chosen"] > 0]
    parts = [found[k] for k in ("promised", "promised_no_query", "held_out", "no_query", "gain")]
    wanted = leaves([*parts, found["permuted_gain"], chosen, found["learning_curve"]])
    assert len(wanted) > 20
    assert set(wanted) <= set(reader.numbers)
    assert found["verdict"] in reader.text


def test_markup_in_answers_stays_text():
    reader = Reader(page().html)
    assert "<script" not in page().html
    assert f"{EVIL} = <b>1" in reader.text
    assert external(reader) == []


def test_the_same_table_is_the_same_page():
    again = report_of_survey(
        survey(), 2, states=States("no", "yes"), options={"--budget": "2"}, **LESS
    )
    assert again.html == page().html


def test_a_budget_is_worth_what_its_assessment_says():
    (point,) = survey().budgets([1], repeats=1, folds=2, halves=1, jobs=1)
    found = survey().assess(1, **LESS)
    assert point.promised == found.promised.value
    assert point.consistent == found.held_out["value"].consistent
    assert point.independent == found.held_out["value"].independent


def test_budgets_keep_their_order():
    plan = survey().plan(None, False, 0)
    points = budget_points(
        survey().respondents, plan, [2, 1], repeats=1, folds=2, halves=1, jobs=1
    )
    assert [point.budget for point in points] == [2, 1]
    assert points[0].promised > points[1].promised


def test_only_a_survey_is_reported():
    with pytest.raises(ValueError, match="survey is a dict; give a Survey"):
        report_of_survey({})
