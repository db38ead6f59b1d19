import json

import numpy as np
import pytest
from command_line import run
from finite_instances import random_instance

from suasion import FinitePersuasion, FinitePolicy, load, save
from suasion.examples.catalogue import catalogue

FINITE = [e.name for e in catalogue() if e.kind == "finite-persuasion"]


@pytest.mark.parametrize("name", FINITE)
def test_the_policy_in_json_is_worth_the_value(example, name):
    path = example(name)
    document = json.loads(run("solve", path, "--json", "--exact").stdout)
    messages = document["policy"]["messages"]
    policy = FinitePolicy([m["likelihood"] for m in messages], [m["actions"] for m in messages])
    instance = load(path)
    assert policy.failures(instance, exact=True) == []
    assert str(policy.value(instance, exact=True)) == document["exact_value"]


@pytest.mark.parametrize("name", FINITE)
def test_text_fits_80_columns_and_verify_agrees(example, name):
    path = example(name)
    for words in (("solve", path), ("solve", path, "--method", "menu"), ("verify", path)):
        found = run(*words)
        assert found.exit_code == 0, found.output
        assert max(len(line.rstrip()) for line in found.stdout.splitlines()) <= 80
    assert "All methods agree." in found.stdout


def test_text_says_who_does_what_on_which_message(example):
    shown = run("solve", example("price-discrimination")).stdout
    assert "if value 1" in shown
    assert "price 1  everyone" in shown
    assert "Receivers expect 1.33333." in shown


def test_many_states_get_a_line_each_and_many_types_are_shortened(tmp_path):
    path = tmp_path / "wide.json"
    save(random_instance("accept", 6, 2, 20, 4), path)
    shown = run("solve", path).stdout
    assert "likelihood" in shown
    assert " more  " in shown
    assert max(len(line.rstrip()) for line in shown.splitlines()) <= 80


def test_labels_are_shown_as_they_are(tmp_path):
    path = tmp_path / "odd.json"
    save(
        FinitePersuasion(
            [1], [["1/2", "1/2"]], [[0, 0], [0, 0]], [[0, 1], [0, 1]],
            states=["[red]hot", "cold"], actions=["[bold]no", "[link]yes"],
        ),
        path,
    )  # fmt: skip
    shown = run("solve", path).stdout
    assert "[link]yes  everyone" in shown


def test_long_menus_are_shortened_unless_asked(tmp_path):
    path = tmp_path / "many.json"
    save(random_instance("accept", 2, 2, 18, 1), path)
    assert (
        "... and 2 more types (--full, or full=True, shows all)."
        in run("solve", path, "--method", "menu").stdout
    )
    assert "more types" not in run("solve", path, "--method", "menu", "--full").stdout


def test_verify_shows_the_menu_as_an_upper_bound(example):
    found = run("verify", example("three-matchers"), "--json")
    rows = {row["method"]: row for row in json.loads(found.stdout)["methods"]}
    assert rows["menu"]["agrees"]
    assert rows["menu"]["difference"] > 0.04
    assert rows["menu"]["verdict"].startswith("more by 0.042")
    assert rows["vertices exact"]["verdict"] == "certificate holds"


def test_column_generation_is_not_one_program(example, tmp_path):
    target = tmp_path / "model.lp"
    found = run(
        "solve", example("matching"), "--method", "column-generation", "--write-model", target
    )
    assert found.exit_code == 2
    assert "needs a method that is one program" in found.stderr
    assert not target.exists()


def test_out_of_time_there_is_a_feasible_policy_with_its_bound(tmp_path):
    path = tmp_path / "large.json"
    save(random_instance("common", 4, 3, 30, 2), path)
    found = run("solve", path, "--method", "column-generation", "--time-limit", "0.2", "--json")
    document = json.loads(found.stdout)
    assert found.exit_code == 0
    assert document["status"] in ("feasible", "optimal")
    assert document["value"] <= document["bound"] + 1e-9
    likelihoods = np.array([m["likelihood"] for m in document["policy"]["messages"]])
    assert likelihoods.sum(axis=0) == pytest.approx(np.ones(4))


@pytest.mark.parametrize(
    "words",
    [
        ("reduce", "--to", "query-selection"),
        ("frontier",),
        ("ask",),
        ("solve", "--format", "rail"),
    ],
)
def test_commands_that_do_not_apply_say_so_in_a_sentence(example, words):
    found = run(words[0], example("matching"), *words[1:])
    assert found.exit_code == 2
    assert found.stdout == ""
    assert found.stderr.startswith("suasion: ")
    assert len(found.stderr.splitlines()) == 1


def test_a_method_of_another_kind_is_refused(example):
    found = run("solve", example("matching"), "--method", "closed-form")
    assert found.exit_code == 2
    assert "does not apply to finite-persuasion (one type); choose from auto" in found.stderr
