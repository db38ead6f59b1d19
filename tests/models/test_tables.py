"""What answers show: numbers that add up to their values, and cells named by their answers."""

import sys
from fractions import Fraction

import pandas
import pytest
from finite_instances import random_instance

import suasion
from suasion import (
    BinaryPersuasion,
    Cover,
    FinitePolicy,
    InputError,
    MessagingPolicy,
    PartitionQueries,
    QuerySelection,
    QuerySet,
    QueryTree,
    SetCover,
    ThresholdQueries,
    noisy_plan,
    solve,
)
from suasion.models.queries.cell_names import interval_names
from suasion.models.table import Table, left_out

SURVEY = BinaryPersuasion(
    ["1/4", "1/4", "1/3", "1/6"], ["1/5", "3/10", "2/5", "9/10"], labels=["a", "b", "c", "<d>"]
)
QUESTIONS = PartitionQueries(
    [[[0, 1], [2, 3]], [[0, 2], [1, 3]]], ["pain", "fca"], [["no", "yes"], ["0", "2"]]
)


def questions(**options):
    return QuerySelection(SURVEY, QUESTIONS, **options)


def cuts(**options):
    return QuerySelection(SURVEY, ThresholdQueries(), **options)


def simulation(adaptive):
    return QuerySelection(
        random_instance("accept", 3, 2, 5, 7), suasion.SimulationQueries(), 1, adaptive
    )


SOLVED = {
    "messages": (SURVEY, "auto"),
    "finite": (random_instance("common", 3, 3, 3, 1), "auto"),
    "many states": (random_instance("common", 6, 2, 3, 1), "auto"),
    "menu": (random_instance("common", 3, 3, 3, 1), "menu"),
    "cuts": (cuts(budget=2), "auto"),
    "cuts in turn": (cuts(budget=2, adaptive=True), "auto"),
    "queries": (questions(budget=1, costs="1/1000"), "auto"),
    "queries in turn": (questions(budget=2, adaptive=True, costs="1/1000"), "auto"),
    "simulation": (simulation(False), "auto"),
    "simulation in turn": (simulation(True), "auto"),
}


@pytest.mark.parametrize("name", SOLVED)
def test_the_values_of_a_frame_add_up_to_the_value_before_costs(name):
    problem, method = SOLVED[name]
    result = solve(problem, method)
    frame = result.to_frame()
    cost = result.answer.cost(problem) if isinstance(problem, QuerySelection) else 0
    assert frame["value"].sum() == pytest.approx(result.value + cost, abs=1e-9)
    assert pandas.api.types.is_float_dtype(frame["value"])


@pytest.mark.parametrize("name", SOLVED)
def test_every_answer_is_drawn_with_and_without_its_problem(name):
    problem, method = SOLVED[name]
    result = solve(problem, method)
    for tables in (result.tables(), result.answer.tables(), result.answer.tables(problem, True)):
        for table in tables:
            assert len(set(table.columns)) == len(table.columns)
            assert {len(row) for row in table.rows} <= {len(table.columns)}
            for row in table.rows:
                assert {type(entry) for entry in row} <= {str, int, float, type(None)}
    page = result._repr_html_()
    assert page.count("<table>") == page.count("</table>") == len(result.tables()) > 1
    assert "<table>" in result.answer._repr_html_()
    assert result.to_latex().startswith(r"\begin{tabular}{l")


@pytest.mark.parametrize("adaptive", [False, True])
def test_cells_are_named_by_their_answers(adaptive):
    question = questions(adaptive=adaptive)
    leaves = [None] * 4
    tree = QueryTree(
        (0, 1, *leaves[:2], 1, *leaves[2:]),
        (((0, 1), (1, 4)), ((0, 2), (1, 3)), (), (), ((0, 5), (1, 6)), (), ()),
    )
    answer = tree if adaptive else QuerySet([0, 1])
    (table,) = answer.tables(question)
    assert [row[0] for row in table.rows if row[0]] == [
        "pain = no, fca = 0",
        "pain = no, fca = 2",
        "pain = yes, fca = 0",
        "pain = yes, fca = 2",
    ]
    if adaptive:
        assert table.title.splitlines() == [
            "Ask pain",
            "    pain = no: ask fca",
            "        fca = 0",
            "        fca = 2",
            "    pain = yes: ask fca",
            "        fca = 0",
            "        fca = 2",
        ]
    else:
        assert table.title == "Ask 2 queries: pain, fca"


@pytest.mark.parametrize("adaptive", [False, True])
def test_cells_of_cuts_are_named_by_their_thresholds(adaptive):
    answer = QueryTree.binary_search([1, 3]) if adaptive else QuerySet([1, 3])
    (table,) = answer.tables(cuts(adaptive=adaptive))
    assert [row[0] for row in table.rows if row[0]] == [
        "threshold below 0.3",
        "threshold 0.3 to 0.9",
        "threshold from 0.9",
    ]


def test_answers_in_the_labels_of_a_survey_name_its_cells():
    survey = {"bought": [1, 1, 0, 0], "age": ["young", "old", "young", "young"]}
    question = QuerySelection.from_table(survey, outcome="bought", smoothing=1)
    again = suasion.load(question.to_dict())  # files keep no texts of answers
    names = {row[0] for row in QuerySet([0]).tables(again)[0].rows}
    assert names - {None} == {"age = old", "age = young"}


def test_queries_without_names_are_numbered():
    question = QuerySelection(SURVEY, PartitionQueries([[[0, 1], [2, 3]]]))
    (table,) = QuerySet([0]).tables(question)
    assert table.title == "Ask 1 query: query 0"
    assert table.rows[0][0] == "query 0 = 0"


def test_what_is_not_asked_leaves_everyone():
    for answer in (QuerySet([]), QueryTree((None,), ((),))):
        for question in (cuts(adaptive=True), questions(adaptive=True)):
            (table,) = answer.tables(question)
            assert table.rows[0][0] == "everyone"
            assert table.title.startswith("No query pays")


def test_a_policy_says_who_acts_on_what():
    policy = MessagingPolicy(["1", "0"], ["1/4", "3/4"])
    (table,) = policy.tables(SURVEY)
    assert table.columns == ("message", "if state 1", "if state 0", "who acts", "weight", "value")
    assert table.rows[0][:4] == ("m1", 1.0, 0.25, "everyone")
    assert table.rows[0][4] == pytest.approx(1)
    assert table.rows[1][3:] == ("nobody", 0.0, 0.0)
    assert sum(row[-1] for row in table.rows) == pytest.approx(float(policy.value(SURVEY, True)))


def test_finite_policies_name_actions_and_types():
    courts = suasion.FinitePersuasion(
        ["1/2", "1/2"], [["7/10", "3/10"], ["1/10", "9/10"]], [[1, 0], [0, 1]], [[0, 1], [0, 1]],
        states=["innocent", "guilty"], actions=["acquit", "convict"], labels=["mild", "strict"],
    )  # fmt: skip
    (table,) = FinitePolicy([[1, 1]], [[0, 1]]).tables(courts)
    assert table.columns[1:3] == ("if innocent", "if guilty")
    assert table.rows == (
        ("m1", 1.0, 1.0, "acquit", "mild", 0.5, 0.0),
        (None, None, None, "convict", "strict", 0.5, 0.5),
    )


def test_a_cover_says_what_its_sets_cost_and_contain_alone():
    problem = SetCover(3, [[0, 1], [1, 2], [0]], costs=[1, "3/2", 5], labels=["x", "y", "z"])
    (table,) = Cover([0, 1]).tables(problem)
    assert table.rows == (("x", 1.0, 2, 1), ("y", 1.5, 2, 1))
    assert solve(problem).to_frame()["cost"].sum() == 2.5
    assert Cover([]).tables(SetCover(0, []))[0].rows == ()


def test_a_plan_for_a_noisy_oracle_says_what_to_say_for_each_outcome():
    plan = noisy_plan(cuts(budget=1), error=0.01)
    (table,) = plan.tables(SURVEY)
    names = [row[0] for row in table.rows if row[0]]
    assert names == interval_names(plan.cutoffs, "belief")
    assert len(names) == 2
    assert table.columns[-1] == "who acts"
    assert plan.to_frame(SURVEY)["if state 1"].sum() == pytest.approx(2)


def test_long_answers_are_cut_short_but_not_in_frames():
    many = BinaryPersuasion([Fraction(1, 20)] * 20, [Fraction(i, 40) for i in range(20)])
    result = solve(QuerySelection(many, ThresholdQueries()))
    (table,) = result.answer.tables(result.problem)
    assert len(table.rows) == 16
    cells = len(result.answer) + 1
    assert cells > 16
    assert table.note == f"... and {cells - 16} more cells (--full, or full=True, shows all)."
    assert len(result.to_frame()) == cells
    assert result.to_frame()["types"].sum() == 20


def test_the_summary_is_a_row_of_numbers():
    result = solve(SURVEY, exact=True)
    summary = result.tables()[0]
    row = dict(zip(summary.columns, summary.rows[0], strict=True))
    assert row["status"] == "optimal"
    assert row["value"] == result.value
    assert row["exact"] == str(result.exact_value)
    assert isinstance(row["seconds"], float)


def test_a_comparison_and_a_frontier_are_frames_of_numbers():
    compared = suasion.compare_methods(SURVEY)
    frame = compared.to_frame()
    assert list(frame["method"][:2]) == ["closed-form", "closed-form exact"]
    assert frame["value"][0] == compared.reference.value
    assert frame["diff"].abs().max() == max(abs(row.difference or 0) for row in compared.rows)
    found = suasion.frontier(questions(), [0, 1, 2])
    frame = found.to_frame()
    assert list(frame["budget"]) == [0, 1, 2]
    assert list(frame["at once"]) == [point.at_once.value for point in found.points]
    assert frame["at most"].isna().all()
    assert frame["reached"][2] == found.points[2].reached
    assert "reached: share of the way" in found._repr_html_()
    assert r"100.0\%" in found.to_latex()


def test_labels_are_escaped_in_html_and_latex():
    policy = MessagingPolicy([1], [1], ["<b> & 50%"])
    assert "&lt;b&gt; &amp; 50%" in policy._repr_html_()
    assert "<b>" not in policy._repr_html_()
    assert r"\& 50\%" in policy.to_latex()
    table = Table("<i>", ("<u>",), (("<s>",),), "<p1>")
    assert not {"<i>", "<u>", "<s>", "<p1>"} & set(table._repr_html_().replace(">", "> ").split())


def test_a_missing_library_is_a_sentence_with_the_remedy(monkeypatch):
    table = Table("", ("a",), ((1,),))

    def without_jinja2(*words, **options):
        raise ImportError("Missing optional dependency 'Jinja2'.")

    with monkeypatch.context() as patched:
        patched.setattr(pandas.DataFrame, "to_latex", without_jinja2)
        with pytest.raises(
            InputError, match=r"LaTeX tables need jinja2, .* pip install jinja2\.$"
        ):
            table.to_latex()
    monkeypatch.setitem(sys.modules, "pandas", None)
    for draw in (table.to_frame, table.to_latex):
        with pytest.raises(InputError, match=r"^data frames need pandas, .* pip install pandas"):
            draw()


def test_numbers_stand_right_and_words_left():
    table = Table("T", ("word", "number"), (("a", 1.5), ("long word", None)))
    assert table.numeric == (False, True)
    assert str(table).splitlines() == ["T", "word       number", "a             1.5", "long word"]
    assert left_out(3, 3, "cells") == ""
