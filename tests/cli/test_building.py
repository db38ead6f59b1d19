"""The command that makes an instance of a survey."""

import json
from inspect import signature

import numpy as np
import pytest
from command_line import run
from documentation import ROOT

from suasion import QuerySelection, load
from suasion.cli.surveying import read_survey
from suasion.io import read_table
from suasion.surveys.worlds import World


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """A table as it comes: semicolons, decimal commas, gaps, an id, a date, a scale, choices."""
    people = World.random(1, questions=2, answers=3).sample(120, 0)
    rows = ["id;day;bought;pain;town;reads;w"]
    for row, (answers, outcome) in enumerate(zip(people.answers, people.outcomes, strict=True)):
        pain = "" if row == 7 else ["none", "mild", "bad"][answers[0]]
        bought = "NA" if row < 3 else ["no", "yes"][outcome]
        weight = "1,5" if row % 2 else "1"
        rows.append(f"{row};2026-01-{1 + row % 28};{bought};{pain};{answers[1]};a,b;{weight}")
    path = tmp_path_factory.mktemp("survey") / "people.csv"
    path.write_text("\n".join(rows))
    return path


@pytest.mark.parametrize("option", list(signature(read_survey).parameters)[1:])
def test_every_option_of_a_survey_is_on_the_page_of_the_command_line(option):
    page = (ROOT / "docs" / "command_line.md").read_text(encoding="utf-8")
    assert f"`--{option.replace('_', '-')}" in page


def built(table, *options):
    return run("build", table, "--outcome", "bought", "--drop-missing", *options)


def test_what_is_left_out_and_what_beliefs_rest_on_is_said_on_standard_error(table):
    found = built(table, "--weight", "w")
    assert found.exit_code == 0
    assert "left out 4 of 120 respondents without bought or without an answer (pain 1)" in (
        found.stderr
    )
    for reason in (
        "id (117 answers of 117 respondents)",
        "day (dates, 28 answers of 117 respondents)",
        "reads (all 117 respondents answer a,b)",
    ):
        assert reason in found.stderr
    assert "cross-validated log loss of the logistic beliefs 0." in found.stderr
    document = json.loads(found.stdout)
    assert document["oracle"]["names"] == ["pain", "town"]
    assert len(document["persuasion"]["labels"]) == 9


def test_a_question_named_must_be_one(table):
    found = built(table, "--question", "id")
    assert found.exit_code == 2
    assert "questions names 'id', which cannot be asked about (117 answers of 117" in found.stderr
    assert found.stdout == ""


def test_missing_answers_can_be_answers(table):
    found = built(table, "--missing", "answer")
    assert "left out 3 of 120 respondents without bought.\n" in found.stderr
    assert any("missing" in label for label in json.loads(found.stdout)["persuasion"]["labels"])


def test_scales_are_cut_and_choices_split(table):
    options = ["--ordered", "pain=none<mild<bad", "--cut-ordered", "--ordered", "town"]
    found = json.loads(built(table, *options, "--weight", "w").stdout)
    assert found["oracle"]["names"] == [
        *("pain <= none", "pain <= mild", "town <= 0", "town <= 1")
    ]
    found = built(table, "--split", "reads=,")
    assert "reads: a (all 117 respondents answer yes)" in found.stderr
    assert "--split is 'pain'; write COLUMN=SEPARATOR" in (
        built(table, "--split", "reads=,", "--split", "pain").stderr
    )


def test_costs_come_from_a_file_and_from_options(table, tmp_path):
    costs = tmp_path / "costs.csv"
    costs.write_text("question,cost\npain,1/10\ntown,1/20\nid,5\n")
    options = ["--weight", "w", "--beliefs", "smoothed"]
    found = built(table, "--costs", costs, "--cost", "town=1/50", *options)
    assert json.loads(found.stdout)["costs"] == ["1/10", "1/50"]
    both = built(table, "--costs", costs, "--cost", "1")
    assert (both.exit_code, both.stdout) == (2, "")
    assert "give one of them" in both.stderr


def test_smoothed_beliefs_are_those_of_the_table(tmp_path):
    path, target = tmp_path / "t.csv", tmp_path / "t.json"
    path.write_text("y,a,b\n1,x,u\n0,x,v\n1,z,u\n0,z,u\n1,x,u\n")
    options = ["--outcome", "y", "--beliefs", "smoothed", "--smoothing", "1/2", "-o", target]
    found = run("build", path, *options)
    assert load(target) == QuerySelection.from_table(read_table(path), "y", smoothing="1/2")
    assert "cross-validated log loss of the smoothed beliefs" in found.stderr
    assert run("build", path, *options, "--smoothing", "0").exit_code == 0


def test_beliefs_that_are_mostly_chance_are_said_to_be(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("y,a,b\n" + "1,x,u\n0,x,v\n0,z,u\n1,z,v\n" * 5)
    said = run("build", path, "--outcome", "y", "--beliefs", "smoothed").stderr
    assert "one respondent" not in said
    path.write_text("y,a,b\n1,x,u\n0,x,v\n0,z,u\n1,z,v\n")
    said = run("build", path, "--outcome", "y", "--beliefs", "smoothed").stderr
    assert "4 of 4 types are one respondent each" in said
    assert "one respondent" not in run("build", path, "--outcome", "y").stderr


def test_a_margin_lowers_the_thresholds(table):
    plain, safe = (
        json.loads(built(table, "--margin", margin).stdout)["persuasion"] for margin in (0, 0.05)
    )
    assert "thresholds" not in plain
    assert safe["thresholds"] == pytest.approx([max(b - 0.05, 0) for b in safe["beliefs"]])


def test_a_decimal_comma_is_declared_where_it_is_not_found(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text('y,a,w\n1,x,"1,5"\n0,z,2\n1,z,1\n')
    words = ["build", path, "--outcome", "y", "--weight", "w", "--beliefs", "smoothed"]
    assert "w[0] is '1,5', which is not a number" in run(*words).stderr
    found = json.loads(run(*words, "--decimal", ",").stdout)
    assert found["persuasion"]["weights"] == ["1/3", "2/3"]


@pytest.mark.parametrize(("informative", "said"), [(True, False), (False, True)])
def test_questions_that_promise_no_more_than_on_shuffled_outcomes_are_said_to(
    tmp_path, informative, said
):
    generator = np.random.default_rng(0)
    bought = generator.integers(0, 2, 300)
    lines = ["a,b,bought", *(f"{x},{y},{z}" for x, y, z in _answers(bought, informative))]
    (tmp_path / "t.csv").write_text("\n".join(lines))
    found = run("build", tmp_path / "t.csv", "--outcome", "bought", "--budget", 1)
    assert found.exit_code == 0
    assert ("where outcomes are shuffled, so it may be chance" in found.stderr) == said


def _answers(bought, informative):
    """Two questions; the first agrees with the outcome four times in five, or not."""
    generator = np.random.default_rng(1)
    noise = generator.integers(0, 3, (2, 300))
    agrees = np.where(generator.random(300) < 0.8, bought, 1 - bought)
    return zip(agrees if informative else noise[0], noise[1], bought, strict=True)
