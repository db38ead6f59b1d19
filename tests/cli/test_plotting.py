"""`suasion plot`: which picture of what, files in one step, and one sentence for what is wrong."""

import json
import os
import subprocess
import sys

import pytest
from command_line import run
from study_records import record, stopped

import suasion
from suasion.examples.catalogue import example_text
from suasion.plots.pictures import PICTURES


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    named = ("two-sides", "news-one-query", "not-contiguous", "heart-adaptive", "recruiter")
    for name in (*named, "three-matchers", "knapsack"):
        (tmp_path / f"{name}.json").write_text(example_text(name))
    records = [record(size=s, seconds=s / 10) for s in (3, 6)]
    (tmp_path / "study.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records))
    return tmp_path


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("two-sides.json", "envelope"),
        ("news-one-query.json", "cutoff"),
        ("not-contiguous.json", "partition"),
        ("heart-adaptive.json", "tree"),
        ("recruiter.json", "closure"),
        ("three-matchers.json", "simplex"),
        ("knapsack.json", "policy"),
        ("study.jsonl", "time"),
    ],
)
def test_each_file_has_its_picture(name, kind, folder):
    found = run("plot", name, "-o", "a.svg", "--json")
    assert found.exit_code == 0, found.stderr
    document = json.loads(found.stdout)
    assert (document["kind"], document["output"]) == (kind, "a.svg")
    assert (folder / "a.svg").read_text().rstrip().endswith("</svg>")
    first = (folder / "a.svg").read_bytes()
    assert run("plot", name, "-o", "a.svg", "--kind", kind).stdout.startswith(
        f"{kind} drawn in a."
    )
    assert (folder / "a.svg").read_bytes() == first


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *(("two-sides.json", kind) for kind in PICTURES["binary-persuasion"]),
        *(("news-one-query.json", kind) for kind in PICTURES["query-selection"]),
        *(("recruiter.json", kind) for kind in ("closure", "policy")),
        *(("three-matchers.json", kind) for kind in ("simplex", "policy")),
        *(("study.jsonl", kind) for kind in ("time", "proved", "ratio")),
    ],
)
def test_every_kind_is_drawn(name, kind, folder):
    found = run("plot", name, "-o", "a.png", "--kind", kind, "--budgets", "0:1")
    assert found.exit_code == 0, found.stderr
    assert (folder / "a.png").read_bytes().startswith(b"\x89PNG")
    assert f"{kind} drawn in a.png" in found.stdout


def test_the_answer_drawn_is_said(folder):
    found = json.loads(run("plot", "news-one-query.json", "-o", "a.svg", "--json").stdout)
    assert found["status"] == "optimal"
    assert found["value"] == pytest.approx(0.6)
    assert found["gap"] == 0
    text = run("plot", "news-one-query.json", "-o", "a.svg").stdout
    assert "(optimal, value 0.6)" in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("two-sides.json", "-o", "a.pgn"),
            "ends in .pgn; give a file that ends in .png, .svg or",
        ),
        (("two-sides.json", "-o", "a"), "a has no ending"),
        (("missing.json", "-o", "a"), "a has no ending"),  # before anything is read or solved
        (("two-sides.json", "-o", "no/a.svg"), "there is no folder no; make it first"),
        (("two-sides.json", "-o", "a.svg", "--kind", "evelope"), 'did you mean "envelope"?'),
        (("two-sides.json", "-o", "a.svg", "--kind", "tree"), "are envelope, cutoff, policy"),
        (("recruiter.json", "-o", "a.svg", "--kind", "simplex"), "are closure, policy."),
        (("knapsack.json", "-o", "a.svg", "--kind", "closure"), "are policy."),
        (("study.jsonl", "-o", "a.svg", "--kind", "times"), 'did you mean "time"?'),
        (("study.jsonl", "-o", "a.svg", "--kind", "gap"), "no run to draw for --kind gap"),
        (("not-contiguous.json", "-o", "a.svg", "--kind", "tree"), "so there is no tree"),
        (("missing.json", "-o", "a.svg"), "missing.json: there is no such file."),
        (("result.json", "-o", "a.svg"), "is a result, which does not hold its instance"),
        (("cover.json", "-o", "a.svg"), "there is no picture of a SetCover; give a file of kind"),
        (("empty.jsonl", "-o", "a.svg"), "empty.jsonl holds no runs"),
        (("news-one-query.json", "-o", "a.svg", "--budgets", "x"), "--budgets[0] is 'x'"),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence_and_no_file(words, message, folder):
    (folder / "result.json").write_text(run("solve", "two-sides.json", "--json").stdout)
    (folder / "cover.json").write_text('{"kind": "set-cover", "universe": 1, "sets": [[0]]}')
    (folder / "empty.jsonl").write_text("")
    before = sorted(os.listdir())
    found = run("plot", *words)
    assert found.exit_code == 2
    assert message in found.stderr
    assert len(found.stderr.splitlines()) == 1
    assert found.stdout == ""
    assert sorted(os.listdir()) == before


def test_gaps_are_drawn_where_there_are_some(folder):
    (folder / "study.jsonl").write_text(json.dumps(stopped()) + "\n")
    assert run("plot", "study.jsonl", "-o", "a.pdf", "--kind", "gap").exit_code == 0
    assert (folder / "a.pdf").read_bytes().startswith(b"%PDF")


def test_a_tree_that_no_page_holds_is_drawn_by_its_cells(folder):
    n = 80
    types = suasion.BinaryPersuasion([1 / n] * n, [0.05 + 0.005 * i for i in range(n)])
    suasion.save(suasion.QuerySelection(types, suasion.ThresholdQueries(), 7, True), "deep.json")
    assert "cutoff drawn" in run("plot", "deep.json", "-o", "a.svg").stdout
    refused = run("plot", "deep.json", "-o", "a.svg", "--kind", "tree")
    assert refused.exit_code == 2
    assert "a picture shows at most 64" in refused.stderr


def test_a_time_limit_draws_the_best_so_far(folder):
    found = run("plot", "not-contiguous.json", "-o", "a.svg", "--time-limit", "0", "--json")
    assert found.exit_code == 0
    assert json.loads(found.stdout)["kind"] == "partition"


def test_drawing_needs_no_display_and_loads_matplotlib_only_here(folder):
    code = (
        "import sys, suasion.cli; print('matplotlib' in sys.modules);"
        "suasion.cli.app(['plot', 'two-sides.json', '-o', 'b.svg'])"
    )
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "MPLBACKEND")}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        **{"capture_output": True, "text": True, "env": environment},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "False"
    assert (folder / "b.svg").exists()
