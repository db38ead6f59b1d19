"""Reports of instances: all that the JSON answer holds, in words, in one file."""

import numpy as np
import pytest
from pages import Reader, external

import suasion
from suasion import BinaryPersuasion, PartitionQueries, QuerySelection
from suasion.reports import Page, States, report_of_result

DASH = "\N{EN DASH}"


def numbers_of(document):
    """The numbers of a JSON answer that a page must hold."""
    found = [document["value"]]
    for cell in document["cells"] or []:
        found += [cell["weight"], cell["value"]]
        messages = cell["policy"]["messages"]
        if len(messages) > 1:  # else the same is said to everyone
            told = [message[state] for message in messages for state in ("high", "low")]
            found += [often for often in told if not 0 < often < 1e-12]
    return found


@pytest.mark.parametrize("name", ["zoo-questions", "heart-adaptive", "heart-cuts", "two-sides"])
def test_every_number_of_the_answer_is_in_the_page(name):
    result = suasion.solve(suasion.example(name))
    reader = Reader(report_of_result(result).html)
    assert set(numbers_of(result.to_dict())) <= set(reader.numbers)
    assert external(reader) == []


def test_every_question_and_every_combination_of_answers_is_named():
    result = suasion.solve(suasion.example("heart-adaptive"))
    text = Reader(report_of_result(result).html).text
    for name in ("thal = 1 and thalach = 0", "thal = 2 and pain = 4", "thal = 3: then ask fca"):
        assert name in text


def test_the_policy_is_said_in_words():
    two = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    asked = PartitionQueries.from_labels(np.array([[0, 1]]), ["age"], [["old", "young"]])
    result = suasion.solve(QuerySelection(two, asked, budget=1))
    text = Reader(report_of_result(result, states=States("bad", "good")).html).text
    assert f"age = old {DASH} 50 % of people, 20 % of them with good" in text
    assert "always if good and in 25 % of cases if bad: everyone who hears it acts" in text
    assert "always if good and in 66.7 % of cases if bad" in text
    assert "In all 40 % act" in text
    assert "In all 80 % act" in text


def test_those_who_act_are_named_by_what_they_think():
    mixed = BinaryPersuasion(["1/2", "1/2"], ["1/10", "2/5"])
    text = Reader(report_of_result(suasion.solve(mixed)).html).text
    assert "of those who hear it act, those who think that state 1 is at least 40 % likely" in text


def test_markup_in_names_stays_text():
    two = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    evil = '<script>alert("x")</script>'
    asked = PartitionQueries.from_labels(np.array([[0, 1]]), [evil], [[evil, "&amp;"]])
    result = suasion.solve(QuerySelection(two, asked, budget=1))
    page = report_of_result(result, title=evil, source=evil, states=States(evil, evil))
    assert "<script" not in page.html
    reader = Reader(page.html)
    assert reader.text.count(evil) > 5
    assert f"{evil} = &amp;" in reader.text


def test_thirty_combinations_are_thirty_rows():
    n = 30
    many = BinaryPersuasion(np.full(n, 1 / n), np.linspace(0.05, 0.6, n))
    labels = np.array([np.arange(n) // 6, np.arange(n) % 6])
    result = suasion.solve(QuerySelection(many, PartitionQueries.from_labels(labels), budget=2))
    reader = Reader(report_of_result(result).html)
    rows = [a for tag, a in reader.tags if tag == "svg" and a.get("class") == "bar"]
    assert len(rows) == len(result.to_dict()["cells"]) == 30


def test_the_same_answer_is_the_same_page():
    problem = suasion.example("zoo-questions")
    smaller = [suasion.solve(problem.with_budget(k)) for k in (0, 1)]
    result = suasion.solve(problem)
    one, other = (report_of_result(result, smaller).html for _ in range(2))
    assert one == other
    again = report_of_result(suasion.solve(problem), smaller).html
    assert one == again


def test_budgets_are_drawn_with_their_values():
    problem = suasion.example("zoo-questions")
    smaller = [suasion.solve(problem.with_budget(k)) for k in (0, 1)]
    reader = Reader(report_of_result(suasion.solve(problem), smaller).html)
    pictures = [a["aria-label"] for tag, a in reader.tags if tag == "svg" and "aria-label" in a]
    assert len(pictures) == 1
    assert all(f"{k}: {100 * r.value:.1f} %" in pictures[0] for k, r in enumerate(smaller))
    assert {r.value for r in smaller} <= set(reader.numbers)


def test_a_report_on_many_actions_has_the_tables_of_the_answer():
    result = suasion.solve(suasion.example("investment"))
    text = Reader(report_of_result(result).html).text
    assert "invest" in text
    assert "0.775" in text


def test_an_answer_that_is_not_proved_says_so():
    problem = suasion.example("zoo-questions")
    result = suasion.solve(problem, "greedy")
    text = Reader(report_of_result(result).html).text
    assert "Good, not proved best" in text
    assert "Proved, if the beliefs hold" not in text


def test_ids_inside_a_page_are_different():
    problem = suasion.example("zoo-questions")
    page = report_of_result(suasion.solve(problem), [suasion.solve(problem.with_budget(0))])
    ids = [a["id"] for _, a in Reader(page.html).tags if "id" in a]
    assert len(ids) == len(set(ids))


def test_a_page_is_saved_and_shown_in_a_notebook(tmp_path):
    page = report_of_result(suasion.solve(suasion.example("two-sides")))
    page.save(tmp_path / "r.html")
    assert (tmp_path / "r.html").read_text(encoding="utf-8") == page.html
    assert "srcdoc=" in page._repr_html_()
    assert isinstance(page, Page)
