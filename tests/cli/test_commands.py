import json
import os
import signal
import subprocess
import sys
import time

import pytest
from command_line import run

from suasion.examples.catalogue import catalogue
from suasion.generate import generate
from suasion.io import save

KEYS = {"status", "value", "bound", "gap", "exact_value", "method", "solver", "seconds"}


def test_solve_prints_one_json_object_with_the_documented_keys(example):
    found = run("solve", example("news"), "--json", "--exact")
    assert found.exit_code == 0
    document = json.loads(found.stdout)
    assert set(document) >= KEYS | {"policy", "queries", "tree", "cells"}
    assert document["exact_value"] == "19/40"
    messages = document["policy"]["messages"]
    assert [m["acts"] for m in messages] == [["bad news", "good news"], []]
    assert messages[0]["low"] == "1/4"


def test_json_of_cuts_has_cells_cutoffs_and_policies(example):
    document = json.loads(run("solve", example("two-sides-one-query"), "--json").stdout)
    assert document["queries"] == [1]
    assert document["cutoffs"] == [0.9]
    assert [cell["types"] for cell in document["cells"]] == [[0], [1]]
    assert document["cells"][1]["policy"]["messages"][0]["acts"] == ["1"]


def test_json_of_a_tree_is_nested_by_answers(example):
    document = json.loads(run("solve", example("adaptive-costs"), "--json").stdout)
    tree = document["tree"]
    assert tree["query"] == 3
    assert [child["answer"] for child in tree["children"]] == ["below", "above"]
    leaves, stack = [], [tree]
    while stack:
        node = stack.pop()
        if "cell" in node:
            leaves.append(node["cell"])
        stack += [child["node"] for child in node.get("children", [])]
    assert sorted(leaves) == list(range(len(document["cells"])))


def test_many_types_are_ranges_of_the_order(tmp_path):
    path = tmp_path / "many.json"
    save(generate("thresholds", 2000, receivers="low", budget=2), path)
    document = json.loads(run("solve", path, "--json").stdout)
    assert len(document["order"]) == 2000
    first, second, third = (cell["types"] for cell in document["cells"])
    assert first["first"] == 0
    assert first["last"] + 1 == second["first"] == document["queries"][0]
    assert third["last"] == 1999
    assert "policy" not in document["cells"][0]
    full = json.loads(run("solve", path, "--json", "--full").stdout)
    acts = full["cells"][2]["policy"]["messages"][0]["acts"]
    assert acts["last"] == 1999 if isinstance(acts, dict) else len(acts) <= 1000


def test_a_tree_thousands_of_rounds_deep_is_printed(tmp_path):
    # Equal tiny costs and geometric weights make the best tree a long path.
    path = tmp_path / "deep.json"
    n = 1200
    weights = [0.5 ** min(i + 1, 1000) for i in range(n)]
    weights[0] += 1 - sum(weights)
    document = {
        "kind": "query-selection",
        "persuasion": {"weights": weights, "beliefs": [0.4 * (i + 1) / n for i in range(n)]},
        "oracle": {"kind": "threshold"},
        "adaptive": True,
        "costs": 1e-12,
    }
    path.write_text(json.dumps(document))
    found = run("solve", path, "--json", "--time-limit", "60")
    assert found.exit_code == 0
    assert json.loads(found.stdout)["status"] == "optimal"


@pytest.mark.parametrize("entry", [e.name for e in catalogue()])
def test_text_answers_fit_80_columns(example, entry):
    found = run("solve", example(entry))
    assert found.exit_code == 0
    assert max(len(line.rstrip()) for line in found.stdout.splitlines()) <= 80


def test_verify_exits_with_0_when_methods_agree(example):
    found = run("verify", example("two-sides"), "--exact")
    assert found.exit_code == 0
    assert "All methods agree." in found.stdout
    assert json.loads(run("verify", example("two-sides"), "--json").stdout)["agree"] is True


def test_verify_exits_with_1_when_a_method_is_wrong(example, monkeypatch):
    from suasion import Result, Status
    from suasion.solvers.binary import messaging

    monkeypatch.setattr(
        messaging,
        "published",
        lambda problem, options: Result(Status.FEASIBLE, "published", 0.95, 1.0, problem=problem),
    )
    found = run("verify", example("two-sides"))
    assert found.exit_code == 1
    assert "ABOVE" in found.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["solve", "none.json"], "there is no such file"),
        (["solve", "news", "--method", "dpp"], 'method "dpp" does not apply to binary-persuasion'),
        (["solve", "news-one-query", "--method", "dpp"], 'did you mean "dp"'),
        (["solve", "news", "--method", "lp", "--solver", "hihgs"], "highs"),
        (
            ["solve", "news", "--method", "lp", "--exact", "--solver", "pulp:CBC"],
            "exact is not available",
        ),
        (["solve", "news", "--write-model", "m.mps"], "--write-model needs a method"),
        (
            ["solve", "news", "--method", "lp", "--write-model", "m.xyz"],
            "end it in .lp or .mps",
        ),
        (["solve", "news", "--time-limit", "-1"], "time_limit is -1"),
        (["examples", "nwes"], 'did you mean "news"'),
        (["generate", "lo"], 'did you mean "low"'),
        (["build", "none.csv", "--outcome", "y"], "there is no such file"),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_bad_input_is_one_sentence_and_status_2(
    example, tmp_path, monkeypatch, words, said, as_json
):
    monkeypatch.chdir(tmp_path)
    words = [example(w) if w in ("news", "news-one-query") else w for w in words]
    if as_json and words[0] == "solve":
        words.append("--json")
    found = run(*words)
    assert found.exit_code == 2
    assert found.stdout == ""
    assert said in found.stderr
    assert found.stderr.count("\n") == 1
    assert "Traceback" not in found.stderr
    assert not (tmp_path / "m.mps").exists()


def test_no_answer_exits_with_3(example):
    found = run("solve", example("news"), "--method", "lp", "--time-limit", "0", "--json")
    assert found.exit_code in (0, 3)
    document = json.loads(found.stdout)
    assert (document["status"] == "no_answer") == (found.exit_code == 3)


def test_build_makes_an_instance_with_costs_and_weights(tmp_path):
    table = tmp_path / "survey.csv"
    table.write_text("bought,age,city,w\nyes,old,A,2\nno,young,A,1\nno,old,B,1\n")
    target = tmp_path / "survey.json"
    words = ["--outcome", "bought", "--weight", "w", "--cost", "age=1/50", "-o", target]
    words += ["--beliefs", "smoothed"]
    found = run("build", table, *words)
    assert found.exit_code == 0
    document = json.loads(target.read_text())
    assert document["oracle"]["names"] == ["age", "city"]
    assert document["costs"] == ["1/50", 0]
    assert document["persuasion"]["weights"] == ["1/2", "1/4", "1/4"]
    assert document["persuasion"]["beliefs"] == ["3/4", "1/3", "1/3"]
    assert run("solve", target).exit_code == 0


def test_build_leaves_out_missing_outcomes_when_told_and_counts_them(tmp_path):
    table, target = tmp_path / "survey.csv", tmp_path / "survey.json"
    table.write_text("buy,age\nyes,x\n,x\nNA,y\nno,y\n")
    words = ["build", table, "--outcome", "buy", "--positive", "yes", "-o", target]
    words += ["--beliefs", "smoothed"]
    found = run(*words)
    assert (found.exit_code, target.exists()) == (2, False)
    assert "buy[1] is '', a missing outcome" in found.stderr
    found = run(*words, "--drop-missing")
    assert found.exit_code == 0
    assert "left out 2 of 4 respondents without buy" in found.stderr
    assert json.loads(target.read_text())["persuasion"]["weights"] == ["1/2", "1/2"]
    found = run(*words, "--drop-missing", "--missing-value", "")
    assert "left out 1 of 4 respondents without buy" in found.stderr
    assert run(*words, "--drop-missing", "--missing-value", "NA").stderr.count("left out 2 of 4")


def test_build_reads_what_a_windows_shell_writes(tmp_path):
    table = tmp_path / "survey.csv"
    table.write_bytes(";buy;age\r\n0;1;x\r\n1;0;y\r\n".encode("utf-16"))
    found = run("build", table, "--outcome", "buy")
    assert found.exit_code == 2
    assert "column without a name" in found.stderr
    found = run("build", table, "--outcome", "buy", "--exclude", "")
    assert json.loads(found.stdout)["oracle"]["names"] == ["age"]
    found = run("build", table, "--outcome", "buy", "--exclude", "", "--delimiter", ",")
    assert found.exit_code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--outcome", "y"], "outcome is 'y'"),
        (["--outcome", "age"], "age[0] is 'old', which is not a state"),
        (["--outcome", "bought", "--cost", "x=1"], "costs names 'x'"),
        (["--outcome", "bought", "--cost", "age=1", "--cost", "2"], "write QUESTION=COST"),
        (["--outcome", "bought", "--question", "z"], "questions[0] is 'z'"),
        (["--outcome", "bought", "--smoothing", "-1"], "smoothing is -1"),
        (["--outcome", "bought", "--oracle", "x"], 'oracle is "x"'),
        (["--outcome", "bought", "--positive", "maybe"], "positive is 'maybe'"),
    ],
)
def test_bad_surveys_write_nothing(tmp_path, words, said):
    table = tmp_path / "survey.csv"
    table.write_text("bought,age\nyes,old\nno,young\n")
    target = tmp_path / "survey.json"
    found = run("build", table, *words, "-o", target)
    assert found.exit_code == 2
    assert said in found.stderr
    assert not target.exists()


def test_generate_prints_an_instance_that_solves(tmp_path):
    found = run("generate", "ties", "--types", 6, "--threshold", "--budget", 2)
    path = tmp_path / "ties.json"
    path.write_text(found.stdout)
    assert run("verify", path).exit_code == 0


def test_examples_schema_and_info_are_json():
    listed = json.loads(run("examples", "--json").stdout)["examples"]
    assert {"name", "kind", "value", "source"} == set(listed[0])
    assert "oneOf" in json.loads(run("schema").stdout)
    assert "highspy" in json.loads(run("info", "--json").stdout)
    assert "highspy" in run("info").stdout


def test_ctrl_c_prints_the_incumbent_and_exits_with_130(tmp_path):
    path = tmp_path / "long.json"
    save(generate("thresholds", 4000, receivers="both-sides", cost=1e-5, adaptive=True), path)
    command = [sys.executable, "-c", "from suasion.cli import main; main()"]
    process = subprocess.Popen(
        [*command, "solve", str(path), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    time.sleep(6)
    process.send_signal(signal.SIGINT)
    started = time.monotonic()
    out, err = process.communicate(timeout=60)
    assert time.monotonic() - started < 20
    assert process.returncode == 130, err
    document = json.loads(out)
    assert document["status"] == "feasible"
    assert document["value"] <= document["bound"]


def test_a_small_instance_needs_no_compiler_and_no_solver(example):
    code = (
        "import sys\nfrom suasion.cli import app\n"
        "try:\n    app(sys.argv[1:])\nexcept SystemExit: pass\n"
        "heavy = {'numba', 'cvxpy', 'pulp', 'highspy', 'matplotlib'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    words = ["solve", str(example("news-one-query"))]
    environment = os.environ | {"PYTHONWARNINGS": "default"}
    subprocess.run([sys.executable, "-c", code, *words], check=True, env=environment)


def test_names_in_brackets_are_printed_as_they_are(tmp_path):
    path = tmp_path / "brackets.json"
    document = {
        "kind": "query-selection",
        "persuasion": {"weights": ["1/2", "1/2"], "beliefs": ["1/5", "2/5"]},
        "oracle": {"kind": "partition", "queries": [[[0], [1]]], "names": ["age[/18]"]},
        "adaptive": True,
    }
    path.write_text(json.dumps(document))
    found = run("solve", path)
    assert found.exit_code == 0
    assert "age[/18]" in found.stdout


def test_a_huge_budget_is_no_limit(tmp_path):
    path = tmp_path / "budget.json"
    document = {
        "kind": "query-selection",
        "persuasion": {"weights": ["1/3"] * 3, "beliefs": ["1/5", "3/10", "2/5"]},
        "oracle": {"kind": "threshold"},
        "budget": 10**9,
        "adaptive": True,
        "costs": "1/300",
    }
    path.write_text(json.dumps(document))
    assert json.loads(run("solve", path, "--json").stdout)["status"] == "optimal"


@pytest.mark.parametrize(
    "words", [["examples"], ["schema"], ["generate", "low", "--types", "9999"]]
)
def test_a_reader_that_closes_the_pipe_is_no_error(words):
    command = [sys.executable, "-c", "from suasion.cli import main; main()", *words]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    assert process.wait(timeout=60) == 0
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()


def test_exact_values_of_any_length_are_printed():
    from fractions import Fraction

    from suasion.models.numbers.rationals import plain_number
    from suasion.results import shortened

    long = Fraction(10**6000 + 1, 3**9000)
    assert len(plain_number(long)) > 10_000
    assert "digits" in shortened(long)
