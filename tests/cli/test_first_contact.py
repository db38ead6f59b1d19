"""What a newcomer meets: the command alone, help, misspelt words, versions, a cold start."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import run

import suasion
from suasion.cli import app

COMMANDS = [command.name for command in app.registered_commands]


def test_the_command_alone_lists_what_there_is_and_where_to_begin():
    shown = run().stdout
    assert all(f" {name} " in shown for name in COMMANDS)
    assert "suasion solve query.json" in shown
    assert max(map(len, shown.splitlines())) <= 80
    places = [shown.index(f"\n  {name} ") for name in COMMANDS]
    assert places == sorted(places)
    assert COMMANDS[0] == "solve"
    assert len(shown.splitlines()) <= 24
    assert "..." not in shown.split("Commands:")[1]  # no summary is cut off


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_each_command_has_an_example_and_fits(name):
    shown = run(name, "--help").stdout
    assert f"Example: suasion {name}" in " ".join(shown.split())
    assert max(map(len, shown.splitlines())) <= 80
    assert len(shown.splitlines()) <= 24


def test_what_the_first_page_says_works(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("query.json").write_text(run("examples", "news-one-query").stdout)
    assert "Ask 1 query" in run("solve", "query.json").stdout


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (["slove"], "solve"),
        (["solve", "news.json", "--metod", "lp"], "--method"),
        (["examples", "nws"], "news"),
        (["solve", "nws.json"], "news.json"),
        (["solve", "news.json", "--method", "closed"], "closed-form"),
        (["generate", "intervls"], "intervals"),
        (["reduce", "news.json", "--via", "threshold"], "thresholds"),
    ],
)
def test_a_misspelt_word_is_answered_with_the_nearest(tmp_path, monkeypatch, words, near):
    monkeypatch.chdir(tmp_path)
    Path("news.json").write_text(run("examples", "news").stdout)
    found = run(*words)
    assert found.exit_code == 2
    assert found.stdout == ""
    assert near in found.stderr


def test_a_folder_that_does_not_exist_is_said_too():
    assert "there is no such file." in run("solve", "nowhere/news.json").stderr


def test_versions_are_those_installed():
    found = json.loads(run("info", "--json").stdout)
    assert found["suasion"] == suasion.__version__
    assert found["python"] in sys.version
    assert {"numpy", "highspy", "networkx", "joblib", "platform"} <= set(found)


def test_solving_an_example_loads_neither_solvers_nor_plots(tmp_path):
    path = tmp_path / "news.json"
    path.write_text(run("examples", "news-one-query").stdout)
    code = (
        "import sys\nfrom suasion.cli import app\n"
        f"app(['solve', {str(path)!r}], standalone_mode=False)\n"
        "print([m for m in ('cvxpy', 'pulp', 'highspy', 'matplotlib', 'networkx', 'dask')"
        " if m in sys.modules])"
    )
    env = {**os.environ, "PYTHONPATH": str(Path(suasion.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
    assert done.stdout.splitlines()[-1] == "[]", done.stderr
