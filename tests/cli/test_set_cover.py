"""Set covers on the command line: solve, verify, --format, --write-model."""

import json
from importlib.resources import files

import pytest
from command_line import run

from suasion import SetCover, save

SCP41 = files("suasion.examples") / "set_cover" / "scp41.txt"
ROWS = "2 3\n5 6 1\n2\n1 3\n1\n2\n"
BOTH = "1 1 5 1 1"


def test_an_or_library_file_is_solved_to_one_json_object():
    found = run("solve", SCP41, "--json", "--exact")
    assert found.exit_code == 0
    document = json.loads(found.stdout)
    assert (document["status"], document["value"], document["exact_value"]) == (
        "optimal",
        429,
        "429",
    )
    assert len(document["queries"]) > 10
    assert all(document[key] is None for key in ("policy", "tree", "cells"))


@pytest.mark.parametrize("full", [False, True])
def test_covers_are_printed_in_80_columns(full):
    found = run("solve", SCP41, *["--full"] * full)
    lines = found.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert any(line.startswith("Choose ") and line.endswith("of 1,000 sets:") for line in lines)
    assert ("(--full, or full=True, shows all)" in found.stdout) != full


def test_the_empty_cover_is_a_sentence(tmp_path):
    save(SetCover(0, [[]]), tmp_path / "empty.json")
    assert "Choose no set" in run("solve", tmp_path / "empty.json").stdout


def test_a_file_that_fits_both_formats_needs_the_option(tmp_path):
    path = tmp_path / "both.txt"
    path.write_text(BOTH)
    for command in ("solve", "verify"):
        found = run(command, path)
        assert (found.exit_code, found.stdout) == (2, "")
        assert "--format row|rail" in found.stderr
        assert found.stderr.count("\n") == 1
        for layout in ("row", "rail"):
            assert run(command, path, "--format", layout).exit_code == 0


def test_what_cannot_be_covered_is_no_answer(tmp_path):
    save(SetCover(2, [[0]]), tmp_path / "open.json")
    found = run("solve", tmp_path / "open.json", "--json")
    assert found.exit_code == 3
    assert json.loads(found.stdout)["status"] == "infeasible"
    assert "element 1 is in no set" in run("solve", tmp_path / "open.json").stdout
    found = run("verify", tmp_path / "open.json")
    assert found.exit_code == 0
    assert "All methods agree.\n" in found.stdout


def test_verify_compares_solvers_and_the_greedy_cover():
    found = run("verify", SCP41)
    assert found.exit_code == 0
    assert "mip pulp:CBC" in found.stdout
    assert "dearer by 5" in found.stdout
    assert "certificate holds" in found.stdout
    assert max(map(len, found.stdout.splitlines())) <= 80


def test_a_model_needs_a_method_that_is_one_program(tmp_path):
    cover = tmp_path / "cover.txt"
    cover.write_text(ROWS)
    found = run("solve", cover, "--write-model", tmp_path / "auto.lp")
    assert found.exit_code == 2
    assert not (tmp_path / "auto.lp").exists()


@pytest.mark.parametrize("command", ["ask", "frontier"])
def test_commands_about_queries_refuse_set_covers(command):
    words = ["--budgets", "0:2"] if command == "frontier" else []
    found = run(command, SCP41, *words)
    assert (found.exit_code, found.stdout) == (2, "")
    assert "set" in found.stderr
    assert found.stderr.count("\n") == 1
