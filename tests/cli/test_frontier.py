"""`suasion frontier`: the table, the JSON, budgets as text, and exit statuses."""

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from command_line import run
from instances import binary_questions

from suasion import BinaryPersuasion, PartitionQueries, QuerySelection, Status
from suasion.cli.frontier import parse_budgets
from suasion.examples.catalogue import catalogue
from suasion.generate import generate
from suasion.io import save
from suasion.solvers.frontier import search as solver

UCI = {e.name for e in catalogue() if "UCI" in e.source}
QUESTIONS = [name for name in binary_questions() if name not in UCI]


def numbers(document):
    """All numbers of a document, with the keys that lead to them."""
    for key, value in document.items() if isinstance(document, dict) else enumerate(document):
        if isinstance(value, dict | list):
            yield from numbers(value)
        else:
            yield key, value


def test_json_is_one_object_of_finite_numbers(example):
    found = run("frontier", example("heart-cuts"), "--budgets", "0:3", "--json")
    assert found.exit_code == 0
    document = json.loads(found.stdout, parse_constant=pytest.fail)
    assert set(document) == {"none", "everything", "ceiling", "points", "seconds", "stopped"}
    assert [point["budget"] for point in document["points"]] == [0, 1, 2, 3]
    last = document["points"][3]
    assert set(last) == {
        *("budget", "at_once", "in_turn", "greedy_at_once", "greedy_in_turn", "reached")
    }
    assert set(last["at_once"]) == {"value", "bound", "status", "method", "seconds", "queries"}
    assert last["at_once"]["status"] == last["in_turn"]["status"] == "optimal"
    assert len(last["at_once"]["queries"]) == 3
    assert document["none"] <= last["at_once"]["value"] <= last["in_turn"]["value"]
    assert last["in_turn"]["value"] <= document["everything"] <= document["ceiling"]
    assert [key for key, value in numbers(document) if value is None] == ["stopped"]


def test_missing_numbers_are_null(example):
    found = run("frontier", example("adaptive-costs"), "--budgets", "2", "--json")
    assert json.loads(found.stdout)["points"][0]["greedy_in_turn"] is None


@pytest.mark.parametrize("limit", [(), ("--time-limit", 0)])
@pytest.mark.parametrize("name", [*QUESTIONS, "zoo-questions"])
def test_the_table_fits_80_columns_and_marks_what_is_not_proved(example, name, limit):
    found = run("frontier", example(name), "--budgets", "0:3", *limit)
    assert found.exit_code == 0
    lines = [line.rstrip() for line in found.stdout.splitlines()]
    assert max(map(len, lines)) <= 80
    assert lines[0].split()[0] == "budget"
    assert [line.split()[0] for line in lines[1:5]] == ["0", "1", "2", "3"]
    assert lines[5].startswith("ceiling 0.")
    assert ("at most" in lines[0]) == ("not proved" in found.stdout)
    if not limit:
        assert "not proved" not in found.stdout
    elif name == "zoo-questions":
        assert "(time limit)" in found.stdout


@pytest.mark.parametrize(
    ("text", "budgets"),
    [
        ("0:8", list(range(9))),
        ("3", [3]),
        ("1,2,4", [1, 2, 4]),
        (" 5 , 0:2", [5, 0, 1, 2]),
        ("7:7", [7]),
        ("0:999", list(range(1000))),
    ],
)
def test_budgets_as_text(text, budgets):
    assert parse_budgets(text) == budgets


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "--budgets[0] is ''; write 0:8"),
        ("x", "--budgets[0] is 'x'; write 0:8"),
        ("1,,2", "--budgets[1] is ''"),
        ("1,2:x", "--budgets[1] is '2:x'"),
        ("0:8:2", "--budgets[0] is '0:8:2'"),
        ("-1", "--budgets[0] is '-1'"),
        ("1.5", "--budgets[0] is '1.5'"),
        ("1:", "--budgets[0] is '1:'"),
        ("²", "--budgets[0] is '²'"),
        ("9" * 5000, "--budgets[0] is '999"),
        ("8:0", "--budgets[0] is '8:0'; write 0:8."),
        ("0:1000000", "which makes 1,000,001 budgets; list at most 1,000."),
        ("0:999,3", "--budgets[1] is '3', which makes 1,001 budgets"),
    ],
)
@pytest.mark.parametrize("as_json", [(), ("--json",)])
def test_bad_budgets_are_one_sentence_and_status_2(example, text, said, as_json):
    found = run("frontier", example("news-one-query"), f"--budgets={text}", *as_json)
    assert found.exit_code == 2
    assert found.stdout == ""
    assert said in found.stderr
    assert found.stderr.count("\n") == 1
    assert "Traceback" not in found.stderr


def test_a_file_without_queries_and_bad_numbers_are_status_2(example):
    for words, said in (
        (("news",), "is of kind binary-persuasion, which has no queries to choose from"),
        (("news-one-query", "--time-limit", "-1"), "time_limit is -1"),
        (("news-one-query", "--threads", "0"), "threads is 0"),
    ):
        found = run("frontier", example(words[0]), *words[1:])
        assert found.exit_code == 2
        assert found.stdout == ""
        assert said in found.stderr
    assert run("frontier", "none.json").exit_code == 2


def test_a_bound_below_its_value_is_status_4(example, monkeypatch):
    usual = solver._result

    def wrong(*arguments):
        return replace(usual(*arguments), status=Status.FAILED)

    monkeypatch.setattr(solver, "_result", wrong)
    assert run("frontier", example("news-one-query")).exit_code == 4


def test_ctrl_c_prints_what_is_known_and_exits_with_130(tmp_path):
    path = tmp_path / "long.json"
    rng = np.random.default_rng(0)
    instance = BinaryPersuasion(np.full(60, 1 / 60), rng.uniform(0, 0.8, 60))
    oracle = PartitionQueries.from_labels(rng.integers(0, 2, (60, 60)))
    save(QuerySelection(instance, oracle), path)
    code = (
        "import sys\nfrom suasion.cli import frontier, main\n"
        "usual = frontier.frontier_of\n"
        "def announced(*words, **options):\n"
        "    print('started', file=sys.stderr, flush=True)\n"
        "    return usual(*words, **options)\n"
        "frontier.frontier_of = announced\nmain()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, "frontier", str(path), "--budgets", "0:9", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stderr.readline() == "started\n"
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    document = json.loads(out)
    assert document["stopped"] == "interrupted"
    assert document["points"][0]["at_once"]["status"] == "optimal"
    last = document["points"][-1]["in_turn"]
    assert last["status"] == "feasible"
    assert document["none"] <= last["value"] <= last["bound"]


def test_thousands_of_types(tmp_path):
    path = tmp_path / "many.json"
    save(generate("thresholds", 2000, receivers="low", budget=2), path)
    document = json.loads(run("frontier", path, "--budgets", "1,10,100", "--json").stdout)
    shares = [point["reached"] for point in document["points"]]
    assert shares == sorted(shares)
    assert [len(point["at_once"]["queries"]) for point in document["points"]] == [1, 10, 100]


def test_help_shows_an_example():
    assert "Example: suasion frontier" in run("frontier", "--help").stdout
