"""The command that says what a survey is worth on people who were not asked."""

import json

import pytest
from command_line import run

from suasion.surveys.worlds import World

FEW = ("--repeats", 1, "--folds", 2, "--halves", 1, "--permutations", 1, "--jobs", 1)


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    people = World.random(1, questions=3, answers=2).sample(200, 0)
    rows = ["q0,q1,q2,bought"]
    rows += [
        ",".join(map(str, [*answers, outcome]))
        for answers, outcome in zip(people.answers, people.outcomes, strict=True)
    ]
    path = tmp_path_factory.mktemp("survey") / "people.csv"
    path.write_text("\n".join(rows))
    return path


def assessed(table, *options):
    return run("assess", table, "--outcome", "bought", *FEW, *options)


def test_one_object_is_printed_with_json(table):
    found = json.loads(assessed(table, "--budget", 1, "--json").stdout)
    assert found["respondents"] == 200
    assert found["types"] == 8
    assert found["margin"] in (0.01, 0.02, 0.05)
    assert found["gain"]["consistent"]["value"] == pytest.approx(
        found["held_out"]["consistent"]["value"] - found["no_query"]["consistent"]["value"]
    )
    assert {entry["name"] for entry in found["questions"]} == {"q0", "q1", "q2"}


def test_the_text_begins_with_the_verdict_and_fits_a_terminal(table):
    shown = assessed(table, "--budget", 2, "--margin", "0.02").stdout
    assert shown.startswith("Asking ")
    assert "Policies persuade beliefs that are 0.02 lower." in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_a_margin_is_chosen_if_asked_for(table):
    found = json.loads(assessed(table, "--budget", 1, "--margin", "auto", "--json").stdout)
    assert found["margin"] in (0, 0.01, 0.02, 0.05, 0.1)


def test_trees_are_assessed_too(table):
    shown = assessed(table, "--budget", 2, "--adaptive").stdout
    assert "asks up to 2 in turn" in " ".join(shown.split())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--folds", 1], "folds is 1; give an integer >= 2"),
        (["--margin", "2"], "margin is 2; give a number in [0, 1), or auto"),
        (["--margin", "some"], "margin"),
        (["--beliefs", "tarot"], "beliefs is 'tarot'"),
        (["--outcome", "sold"], "outcome is 'sold', and the columns are"),
        (["--folds", 150], "respondents in state"),
    ],
)
def test_bad_options_are_one_sentence_and_status_2(table, options, words):
    found = assessed(table, *options)
    assert found.exit_code == 2
    assert words in found.stderr
    assert found.stdout == ""
