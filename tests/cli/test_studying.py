"""`suasion study`: the table, the JSON, the default file, plots, and bad usage."""

import contextlib
import json
import os
import pty
import subprocess
import sys

import pytest
from command_line import run

from suasion.studies import load_study, read_results

BLOCK = {
    **{"family": "thresholds", "sizes": [4, 8], "budgets": [1, 2], "seeds": {"count": 3}},
    **{"parameters": {"receivers": "both-sides"}, "methods": ["dp", "greedy"]},
}


@pytest.fixture
def spec(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "cuts.json"
    path.write_text(json.dumps({"name": "cuts", "blocks": [BLOCK]}))
    return path


def test_a_study_runs_and_is_summed_up_in_eighty_columns(spec, tmp_path):
    found = run("study", spec)
    assert found.exit_code == 0
    assert found.stderr == ""
    lines = found.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert (
        lines[0] == "all: thresholds, receivers both-sides, time_limit 60, solver highs, threads 1"
    )
    assert lines[1].split() == [
        *("size", "budget", "method", "proved", "q1", "median", "q3", "nodes", "ratio"),
    ]
    assert [line.split()[:4] for line in lines[2:10:2]] == [
        ["4", "1", "dp", "3/3"], ["4", "2", "dp", "3/3"],
        ["8", "1", "dp", "3/3"], ["8", "2", "dp", "3/3"],
    ]  # fmt: skip
    assert lines[10:] == ["24 runs in cuts.jsonl, 0 from before."]
    assert len(read_results(tmp_path / "cuts.jsonl")) == 24


def test_the_same_command_again_runs_nothing_and_says_the_same(spec, tmp_path):
    first = run("study", spec, "--json")
    before = (tmp_path / "cuts.jsonl").read_bytes()
    again = run("study", spec, "--json")
    assert again.exit_code == 0
    assert json.loads(again.stdout) == json.loads(first.stdout)
    assert (tmp_path / "cuts.jsonl").read_bytes() == before
    assert "24 from before" in run("study", spec).stdout


def test_json_is_one_object_of_finite_numbers(spec):
    document = json.loads(run("study", spec, "-o", "r.jsonl", "--json").stdout,
                          parse_constant=pytest.fail)  # fmt: skip
    assert set(document) == {"rows", "failures", "plots"}
    assert document["plots"] == []
    assert len(document["rows"]) == 8
    row = document["rows"][0]
    assert row["point"]["size"] == 4
    assert row["point"]["receivers"] == "both-sides"
    assert (row["runs"], row["proved"], row["failures"]) == (3, 3, 0)
    assert set(row["median"]) == {"seconds", "at_least"}
    summed = json.loads(run("study", "--summary", "r.jsonl", "--json").stdout)
    in_order = sorted(summed["rows"], key=lambda r: json.dumps(r["point"]))
    assert in_order == sorted(document["rows"], key=lambda r: json.dumps(r["point"]))


def test_failed_runs_do_not_fail_the_study_but_are_counted(spec):
    spec.write_text(json.dumps({"name": "s", "blocks": [{**BLOCK, "methods": ["dp", "mip"]}]}))
    found = run("study", spec)
    assert found.exit_code == 0
    assert "failed" in found.stdout.splitlines()[1]
    assert "12 failed (field error); --retry-failed runs them again." in found.stdout
    assert json.loads(run("study", spec, "--json").stdout)["failures"] == 12
    assert [r["attempt"] for r in read_results("cuts.jsonl") if r["error"]] == [1] * 12
    assert run("study", spec, "--retry-failed").exit_code == 0
    assert [r["attempt"] for r in read_results("cuts.jsonl") if r["error"]] == [2] * 12


def test_runs_that_the_specification_lists_no_more_are_kept_and_said(spec):
    run("study", spec)
    spec.write_text(json.dumps({"name": "cuts", "blocks": [{**BLOCK, "sizes": [4]}]}))
    found = run("study", spec)
    said = f"12 more are not in {spec} (any more)"
    assert "".join(said.split()) in "".join(found.stdout.split())  # wherever lines are broken
    assert len(read_results("cuts.jsonl")) == 24


def test_plots_are_drawn_and_named(spec, tmp_path):
    found = run("study", spec, "--plots", "figures", "--json")
    files = json.loads(found.stdout)["plots"]
    assert files == [f"figures/{name}.png" for name in ("time", "proved", "ratio")]
    assert all((tmp_path / file).read_bytes().startswith(b"\x89PNG") for file in files)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "give either a SPEC to run or --summary RESULTS to sum up."),
        (["cuts.json", "--summary", "r.jsonl"], "give either a SPEC"),
        (["--summary", "r.jsonl", "--jobs", "2"], "--summary runs nothing; leave out"),
        (["--summary", "none.jsonl"], "none.jsonl: cannot be read: No such file"),
        (["--summary", "empty.jsonl"], "empty.jsonl holds no runs; run a study into it first."),
        (["none.json"], "none.json: there is no such file"),
        (["cuts.json", "--jobs", "0"], "jobs is 0; give an integer >= 1."),
        (["cuts.json", "-o", "none/r.jsonl"], "none/r.jsonl: cannot be written"),
        (
            ["cuts.json", "--plots", "cuts.json"],
            "--plots is cuts.json, which is a file; give a folder.",
        ),
        (["cuts.json", "--cluster", "nonsense://x"], "the cluster at nonsense://x does not"),
    ],
)
@pytest.mark.parametrize("json", [[], ["--json"]])
def test_bad_usage_is_one_sentence_with_nothing_on_standard_output(
    spec, tmp_path, words, said, json
):
    (tmp_path / "empty.jsonl").write_text("")
    found = run("study", *words, *json)
    assert found.exit_code == 2
    assert found.stdout == ""
    assert said in found.stderr
    assert found.stderr.count("\n") == 1


def test_a_person_sees_how_many_runs_are_done_failed_and_left(spec):
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", "from suasion.cli import main; main()", "study", spec],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80"},
    ) as process:
        os.close(theirs)
        out, _ = process.communicate(timeout=60)
    shown = b""
    with contextlib.suppress(OSError):  # what reading says at the end
        while part := os.read(ours, 4096):
            shown += part
    os.close(ours)
    assert b"0 done  0 failed  24 left" in shown
    assert b"24 runs in cuts.jsonl" in out


def test_help_shows_an_example(spec):
    assert "Example: suasion study" in " ".join(run("study", "--help").stdout.split())


def test_the_study_in_the_documentation_is_the_shipped_one():
    from pathlib import Path

    from suasion.examples.catalogue import FOLDER

    text = Path(__file__).parents[2].joinpath("docs", "studies.md").read_text()
    block = text.split("```json\n")[1].split("```")[0]
    path = FOLDER / "studies" / "cuts.json"
    assert json.loads(block) == json.loads(path.read_text())
    assert load_study(path).name == "cuts"
