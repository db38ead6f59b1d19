"""Results: statuses, gaps, and what is shown of them."""

import json
import math
import re
from dataclasses import FrozenInstanceError
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import examples

from suasion import BinaryPersuasion, NoAnswerError, Report, Result, Status, solve
from suasion.results import concluded, relative_gap, shortened

F = Fraction


class Words:
    """An answer that says what it is told to."""

    def __init__(self, **document):
        self.words = document

    def document(self, problem, full=False, exact=False):
        return self.words | {"asked": (problem, full, exact)}


def conclusion(value, bound, **options):
    return concluded(
        method="test", problem="question", answer=Words(), value=value, bound=bound, **options
    )


@pytest.mark.parametrize(
    ("value", "bound", "options", "status"),
    [
        (0.5, 0.5, {}, "optimal"),
        (0.5, 0.5 + 9e-10, {}, "optimal"),
        (0.5, 0.5 + 2e-9, {}, "feasible"),
        (0.5, 0.5 + 5e-8, {"tolerance": 1e-7}, "optimal"),
        (0.5, 0.5 - 9e-10, {}, "optimal"),
        (0.5, 0.5 - 2e-9, {}, "failed"),
        (0.5, math.inf, {}, "feasible"),
        (1e6, 1e6 + 1e-4, {}, "optimal"),
        (3, 2, {"maximise": False}, "feasible"),
        (2, 3, {"maximise": False}, "failed"),
        (2, 2, {"maximise": False}, "optimal"),
        (F(1, 3), F(1, 3), {"exact": True}, "optimal"),
        (F(1, 3), F(1, 3) + F(1, 10**30), {"exact": True}, "feasible"),
        (F(1, 3), F(1, 3) - F(1, 10**30), {"exact": True}, "failed"),
        (F(1, 3), F(1, 3) + F(1, 10**30), {}, "optimal"),
    ],
)
def test_status_says_whether_the_bound_is_met(value, bound, options, status):
    result = conclusion(value, bound, **options)
    assert result.status == status
    assert result.exact == (options.get("exact", False) and status == "optimal")
    assert result.exact_value == (value if isinstance(value, F) else None)
    assert (result.value, result.bound) == (float(value), float(bound))


def test_a_value_beyond_its_bound_is_explained():
    result = conclusion(0.75, 0.5)
    assert result.report.raw_status == "the answer's value 0.75 is beyond the bound 0.5"


def test_a_report_of_the_solver_is_kept():
    report = Report("highs", "1.0", nodes=3, raw_status="time limit")
    assert conclusion(0.5, 0.6, report=report).report == report


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
@examples(50)
def test_gap_is_relative_to_values_above_one_and_absolute_below(value, bound):
    assert relative_gap(value, bound) == abs(bound - value) / max(1, abs(value))


@pytest.mark.parametrize(
    ("value", "bound"),
    [(None, 1.0), (1.0, None), (math.inf, 1.0), (1.0, math.inf), (math.nan, 1.0)],
)
def test_gap_is_unknown_where_a_side_is(value, bound):
    assert relative_gap(value, bound) is None
    assert Result(Status.FEASIBLE, "test", value, bound).gap is None


def test_require_gives_the_answer_or_says_why_there_is_none():
    answer = Words()
    assert Result(Status.OPTIMAL, "test", answer=answer).require() is answer
    stopped = Result(Status.NO_ANSWER, "lp", report=Report(raw_status="Time limit reached"))
    with pytest.raises(NoAnswerError, match=r"lp has no answer: no_answer \(Time limit reached\)"):
        stopped.require()
    with pytest.raises(NoAnswerError, match=r"lp has no answer: infeasible\.$"):
        Result(Status.INFEASIBLE, "lp").require()


def test_status_compares_and_prints_as_its_word():
    assert Status.OPTIMAL == "optimal"
    assert f"{Status.NO_ANSWER}" == "no_answer"
    assert json.dumps(Status.FAILED) == '"failed"'


def test_results_are_frozen_and_timed_by_copy():
    result = conclusion(0.5, 0.5)
    with pytest.raises(FrozenInstanceError):
        result.value = 1.0
    assert result.timed(2.5).report.seconds == 2.5
    assert result.report.seconds == 0.0


@pytest.mark.parametrize("value", [None, math.nan, math.inf, -math.inf, 0.5])
@pytest.mark.parametrize("bound", [None, math.nan, math.inf, 0.5])
def test_document_has_no_number_that_json_has_not(value, bound):
    document = Result(Status.FEASIBLE, "test", value, bound).to_dict()
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    for key, given_number in (("value", value), ("bound", bound)):
        finite = given_number is not None and math.isfinite(given_number)
        assert document[key] == (given_number if finite else None)


def test_document_has_every_key_and_adds_the_answers_own():
    empty = Result(Status.NO_ANSWER, "lp").to_dict()
    assert set(empty) == {
        *("status", "value", "bound", "gap", "exact_value", "method", "solver", "seconds"),
        *("policy", "queries", "tree", "cells"),
    }
    result = conclusion(F(1, 3), F(1, 3), exact=True)
    document = result.to_dict(full=True)
    assert document["asked"] == ("question", True, True)
    assert document["exact_value"] == "1/3"
    assert document["status"] == "optimal"
    assert conclusion(0.5, 0.5).to_dict()["asked"] == ("question", False, False)


LONG = F(10**300 + 1, 3 * 10**300)


@pytest.mark.parametrize(
    "value", [F(1, 3), F(10**24, 10**25 + 1), F(10**25, 10**26 + 1), LONG, LONG / 10**20]
)
@pytest.mark.parametrize("status", ["optimal", "feasible"])
def test_summary_fits_in_eighty_columns(value, status):
    bound = value if status == "optimal" else value + F(1, 10**7)
    result = conclusion(value, bound, exact=True)
    lines = result.summary().splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0] == f"status  {status}"
    assert ("proof" in result.summary()) == (status == "optimal")
    assert ("bound" in result.summary()) == (float(bound) != float(value))


def test_summary_of_a_real_result_names_method_and_time():
    instance = BinaryPersuasion(["1/2", "1/2"], ["2/5", "9/10"])
    text = solve(instance, exact=True).summary()
    assert "value   0.884 = 221/250" in text
    assert re.search(r"method  closed-form, suasion \S+, \d+\.\d{3} s", text)


def test_long_rationals_are_shortened_and_short_ones_are_not():
    assert shortened(F(221, 250)) == "221/250"
    text = shortened(LONG)
    assert text.startswith(str(LONG)[:5])
    assert f"({len(str(LONG))} digits; in full with --json)" in text
    assert len(text) <= 52
    exactly = F(10**25 + 1, 10**25)
    assert len(str(exactly)) == 53
    assert shortened(exactly) != str(exactly)
    assert shortened(exactly, digits=53) == str(exactly)


def test_html_escapes_what_solvers_say():
    report = Report("<b>", raw_status="a < b & c")
    page = Result(Status.FAILED, "<script>", report=report)._repr_html_()
    assert "<script>" not in page
    assert "<b>" not in page
    assert "&lt;script&gt;" in page
    assert "a &lt; b &amp; c" in page
    assert page.count("<table>") == page.count("</table>") == 1


def test_repr_is_one_short_line():
    assert repr(conclusion(F(1, 3), F(1, 3))) == "Result(optimal, value 0.3333333333, test)"
    assert repr(Result(Status.NO_ANSWER, "lp")) == "Result(no_answer, no value, lp)"
