"""Whole studies: killed, interrupted, crashing, resumed, on two processes and on a cluster."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from textwrap import dedent

import psutil
import pytest

from suasion.studies import load_study, read_results, run_study
from suasion.studies.runs import identity

COMMAND = [sys.executable, "-c", "from suasion.cli import main; main()", "study"]
# About a twentieth of a second each.
SLOW = {
    **{"family": "thresholds", "sizes": [30], "methods": ["algorithm-1"]},
    **{"parameters": {"receivers": "both-sides"}, "budgets": [2], "seeds": {"count": 60}},
}
QUICK = {"family": "low", "sizes": [3, 5], "methods": ["closed-form", "lp"], "seeds": [0, 1]}
PLACES = ("seconds", "finished", "machine", "versions")


def study_of(*blocks, **more):
    return load_study({"name": "s", "blocks": list(blocks), **more})


def written(path, *blocks):
    path.write_text(json.dumps({"name": "s", "blocks": blocks}))
    return path


def comparable(records):
    return [{k: v for k, v in record.items() if k not in PLACES} for record in records]


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def lines(path):
    return path.read_bytes().count(b"\n") if path.exists() else 0


def keys(path):
    return Counter(identity(json.loads(line)) for line in path.read_bytes().splitlines())


@pytest.fixture
def sabotage(tmp_path, monkeypatch):
    """Python code that the processes of runs execute when they start."""

    def install(code):
        folder = tmp_path / "sabotage"
        folder.mkdir(exist_ok=True)
        (folder / "sitecustomize.py").write_text(dedent(code))
        monkeypatch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)

    return install


def test_a_killed_study_goes_on_where_it_stopped(tmp_path):
    spec, output = written(tmp_path / "spec.json", SLOW), tmp_path / "r.jsonl"
    process = subprocess.Popen([*COMMAND, spec, "-o", output, "--jobs", "2"])
    until(lambda: lines(output) >= 5)
    children = psutil.Process(process.pid).children(recursive=True)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    # The processes of its runs end with it.
    until(lambda: not any(child.is_running() for child in children))
    before = output.read_bytes()
    whole = before[: before.rindex(b"\n") + 1]
    assert len(children) >= 2
    assert 5 <= whole.count(b"\n") < 60
    # The worst time to be killed is in the middle of a line.
    output.write_bytes(whole + whole.splitlines()[0][:100])
    outcome = run_study(load_study(spec), output, jobs=2)
    assert output.read_bytes().startswith(whole)
    grid = [run.identity for run in load_study(spec).runs()]
    assert keys(output) == Counter(grid)
    assert [identity(record) for record in outcome.records] == grid
    assert outcome.resumed == whole.count(b"\n")
    assert {record["status"] for record in outcome.records} == {"optimal"}


def test_ctrl_c_keeps_what_is_written_and_says_how_to_go_on(tmp_path):
    spec, output = written(tmp_path / "spec.json", SLOW), tmp_path / "r.jsonl"
    process = subprocess.Popen(
        [*COMMAND, spec, "-o", output, "--jobs", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until(lambda: lines(output) >= 3)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, said = process.communicate(timeout=30)
    assert time.monotonic() - began < 20
    assert process.returncode == 130
    assert out == ""
    count = lines(output)
    assert said == (
        f"suasion: interrupted; {count} of 60 runs are in {output}, and the same command goes on "
        "from there.\n"
    )
    assert output.read_bytes().endswith(b"\n")
    before = output.read_bytes()
    assert len(run_study(load_study(spec), output).records) == 60
    assert output.read_bytes().startswith(before)


def test_ctrl_c_does_not_wait_for_a_run_that_hangs(tmp_path):
    os.mkfifo(tmp_path / "pipe.json")  # reading it waits for ever
    block = {"files": ["pipe.json"], "methods": ["auto"]}
    spec, output = written(tmp_path / "spec.json", QUICK, block), tmp_path / "r.jsonl"
    process = subprocess.Popen([*COMMAND, spec, "-o", output], stderr=subprocess.PIPE, text=True)
    until(lambda: lines(output) == 8)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=10)
    assert process.returncode == 130
    assert "8 of 9 runs" in said


def test_a_run_that_hangs_ends_with_the_study_that_was_killed(tmp_path):
    os.mkfifo(tmp_path / "pipe.json")
    block = {"files": ["pipe.json"], "methods": ["auto"]}
    spec, output = written(tmp_path / "spec.json", QUICK, block), tmp_path / "r.jsonl"
    process = subprocess.Popen([*COMMAND, spec, "-o", output, "--jobs", "1"])
    until(lambda: lines(output) == 8)
    [child] = psutil.Process(process.pid).children()
    process.kill()
    process.wait()
    until(lambda: not child.is_running(), 10)


def test_runs_that_hang_crash_or_lack_memory_are_recorded_and_the_study_goes_on(
    tmp_path, sabotage
):
    sabotage("""
        import os, signal, sys, time
        import suasion.studies.runs as runs
        real = runs.generate
        def generate(family, size, seed, **options):
            if seed == 1: os._exit(3)
            if seed == 2: os.kill(os.getpid(), signal.SIGSEGV)
            if seed == 3: raise MemoryError
            if seed == 4: time.sleep(1000)
            if seed == 5: print("noise"); os.write(1, b"more noise\\n")
            if seed == 6: print("out of luck", file=sys.stderr, flush=True); os._exit(1)
            return real(family, size, seed, **options)
        runs.generate = generate
    """)
    block = {"family": "low", "sizes": [3], "methods": ["closed-form"], "seeds": {"count": 8}}
    study = study_of(block, time_limit=1, hard_limit=2)
    output = tmp_path / "r.jsonl"
    records = run_study(study, output, jobs=2).records
    assert [record["error"] for record in records] == [
        None,
        "the process died (exit status 3).",
        "the process died (signal SIGSEGV).",
        "MemoryError",
        "exceeded hard limit of 2 s; the process was stopped.",
        None,
        "the process died (exit status 1): out of luck.",
        None,
    ]
    assert [record["status"] for record in records] == [
        "failed" if record["error"] else "optimal" for record in records
    ]
    assert 2 <= records[4]["seconds"] < 20
    assert keys(output) == Counter(run.identity for run in study.runs())


def test_a_program_that_a_run_has_started_is_stopped_with_it(tmp_path, sabotage, monkeypatch):
    sabotage("""
        import os, subprocess
        import suasion.studies.runs as runs
        def generate(family, size, seed, **options):
            program = subprocess.Popen(["sleep", "1000"])
            open(os.environ["NOTE"], "w").write(str(program.pid))
            program.wait()
        runs.generate = generate
    """)
    note = tmp_path / "note"
    monkeypatch.setenv("NOTE", str(note))
    block = {"family": "low", "sizes": [3], "methods": ["auto"]}
    study = study_of(block, time_limit=0.5, hard_limit=0.7)
    [record] = run_study(study, tmp_path / "r.jsonl", jobs=1).records
    assert "hard limit" in record["error"]
    until(lambda: not psutil.pid_exists(int(note.read_text())), 5)


def test_failed_runs_are_repeated_only_when_asked(tmp_path):
    block = {"files": ["late.json"], "methods": ["auto"]}
    spec, output = written(tmp_path / "spec.json", QUICK, block), tmp_path / "r.jsonl"
    study = load_study(spec)
    assert run_study(study, output, jobs=1).failed == 1
    (tmp_path / "late.json").write_text('{"kind": "binary-persuasion", "weights": [1], '
                                        '"beliefs": [0.4]}')  # fmt: skip
    first = output.read_bytes()
    again = run_study(study, output, jobs=1)
    assert (again.failed, again.resumed) == (1, 9)
    assert output.read_bytes() == first
    tallies = []
    retried = run_study(study, output, jobs=1, retry_failed=True, progress=tallies.append)
    assert retried.failed == 0
    assert [(t.done, t.failed, t.total) for t in tallies] == [(8, 0, 9), (9, 0, 9)]
    assert output.read_bytes().startswith(first)
    assert lines(output) == 10
    assert retried.records[-1]["attempt"] == 2
    assert retried.records[-1]["value"] == pytest.approx(0.8)
    assert {r["attempt"] for r in retried.records[:-1]} == {1}


def test_a_grown_study_runs_only_what_is_new_and_keeps_what_went(tmp_path):
    output = tmp_path / "r.jsonl"
    run_study(study_of(QUICK), output, jobs=1)
    before = output.read_bytes()
    outcome = run_study(study_of({**QUICK, "sizes": [5, 6]}), output, jobs=1)
    assert (outcome.resumed, outcome.others, len(outcome.records)) == (4, 4, 8)
    assert output.read_bytes().startswith(before)
    assert lines(output) == 12
    assert {record["size"] for record in outcome.records} == {5, 6}


def test_progress_counts_runs_and_failures(tmp_path):
    block = {**QUICK, "methods": ["closed-form", "greedy"]}  # greedy needs queries
    tallies = []
    run_study(study_of(block), tmp_path / "r.jsonl", jobs=2, progress=tallies.append)
    assert [tally.done for tally in tallies] == list(range(9))
    assert {tally.total for tally in tallies} == {8}
    assert tallies[-1].failed == 4


def test_the_number_of_jobs_changes_no_result(tmp_path):
    one = run_study(study_of(QUICK), tmp_path / "1.jsonl", jobs=1).records
    three = run_study(study_of(QUICK), tmp_path / "3.jsonl", jobs=3).records
    assert comparable(one) == comparable(three)


def test_a_file_in_the_current_folder_does_not_stand_in_for_a_library(tmp_path, monkeypatch):
    (tmp_path / "numpy.py").write_text("raise ImportError")
    monkeypatch.chdir(tmp_path)
    assert run_study(study_of(QUICK), "r.jsonl", jobs=1).failed == 0


def test_an_interrupted_study_leaves_no_processes(tmp_path):
    class StopError(Exception):
        pass

    def stop(tally):
        if tally.done == 2:
            raise StopError

    before = set(psutil.Process().children(recursive=True))
    with pytest.raises(StopError):
        run_study(study_of(SLOW), tmp_path / "r.jsonl", jobs=2, progress=stop)
    until(lambda: set(psutil.Process().children(recursive=True)) <= before, 5)
    assert len(read_results(tmp_path / "r.jsonl")) == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"jobs": 0}, "jobs is 0; give an integer >= 1."),
        ({"jobs": 2, "cluster": "tcp://a:1"}, "jobs are for this machine"),
    ],
)
def test_bad_options_are_one_sentence(tmp_path, options, said):
    with pytest.raises(ValueError, match=said):
        run_study(study_of(QUICK), tmp_path / "r.jsonl", **options)
    assert not (tmp_path / "r.jsonl").exists()
