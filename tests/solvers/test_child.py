"""Processes that solve end with whoever started them, and on time."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from unittest.mock import patch

import numpy as np
import psutil
import pytest
from scipy import sparse

from suasion.errors import InputError
from suasion.models.programs.program import Constraints, Program, Variables
from suasion.solvers.backends import apart
from suasion.solvers.backends.optimise import optimise
from suasion.solvers.child import Child, DiedError

posix = pytest.mark.skipif(os.name == "nt", reason="sends signals")

HARD = """
from programs import market_split
from suasion.solvers.backends.optimise import optimise
print("ready", flush=True)
result = optimise(market_split(5, 50), "pulp:CBC", time_limit=100)
print(result.status, result.report.raw_status)
"""


def until(condition, seconds):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def solving():
    """A process in which CBC is at work, and all the processes that it has started."""
    paths = sys.path  # with the folder of the tests' programs
    process = subprocess.Popen(
        [sys.executable, "-c", HARD],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
    )
    assert process.stdout.readline() == "ready\n"

    def started():
        return psutil.Process(process.pid).children(recursive=True)

    until(lambda: any("cbc" in child.name() for child in started()), 60)
    return process, started()


def folder(children):
    return next(Path(c.environ()["TMPDIR"]) for c in children if "cbc" not in c.name())


@posix
def test_a_killed_process_leaves_neither_solvers_nor_files():
    process, children = solving()
    left = folder(children)
    assert any(left.iterdir())
    with process:
        process.kill()
    until(lambda: not any(child.is_running() for child in children), 5)
    assert not left.exists()


@posix
def test_ctrl_c_ends_a_solver_that_pulp_started():
    process, children = solving()
    with process:
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        words, _ = process.communicate(timeout=20)
    assert time.monotonic() - began < 10
    assert words.split()[0] in ("feasible", "no_answer")
    assert words.split()[-1] == "interrupted"
    assert not any(child.is_running() for child in children)


def dense(rows, columns, seed=0):
    """Random covering rows: a program with as many nonzeros as one likes."""
    rng = np.random.default_rng(seed)
    matrix = sparse.csr_array(rng.random((rows, columns)))
    x = Variables("x", rng.random(columns), np.zeros(columns), np.ones(columns), integer=True)
    row = Constraints("row", matrix, np.full(rows, columns / 5), np.full(rows, np.inf))
    return Program("dense", False, (x,), (row,))


def test_large_programs_run_apart_with_the_same_answer():
    program = dense(60, 30)
    here = optimise(program)
    with patch.object(apart, "LARGE", 10):
        there = optimise(program)
    assert (here.status, there.status) == ("optimal", "optimal")
    assert there.value == pytest.approx(here.value, abs=1e-9)
    assert there.report.version == here.report.version


def test_an_error_of_a_backend_apart_is_raised_here():
    relaxed = dense(20, 10)
    relaxed = Program(
        "lp",
        False,
        tuple(Variables("x", b.objective, b.lower, b.upper) for b in relaxed.variables),
        relaxed.constraints,
    )
    solver = _untold()
    with (
        patch.object(apart, "LARGE", 10),
        pytest.raises(
            InputError, match=f'^solver is "{solver}", which cannot be told a time_limit'
        ),
    ):
        optimise(relaxed, solver, time_limit=5)


def _untold():
    from suasion.solvers.backends import cvxpy

    for name in cvxpy.available():
        if name not in cvxpy.TIME_LIMITS:
            return f"cvxpy:{name}"
    pytest.skip("every installed solver takes a time limit")


@pytest.mark.parametrize("solver", ["highs", "pulp:CBC", "pulp:HiGHS"])
def test_a_program_that_takes_minutes_to_presolve_ends_on_time(solver):
    program = dense(2_000, 700)
    began = time.monotonic()
    result = optimise(program, solver, time_limit=1)
    assert time.monotonic() - began < 10
    assert result.status in ("feasible", "no_answer")
    assert result.report.raw_status == "time limit"


def test_a_child_sees_the_environment_of_each_question(monkeypatch, tmp_path):
    module = "from suasion.solvers.child import serve; import os; serve(os.environ.get)"
    (tmp_path / "environment_of.py").write_text(module)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("OLD", "at its start")
    child = Child("environment_of")
    assert child.ask("OLD", 60) == "at its start"
    monkeypatch.delenv("OLD")
    monkeypatch.setenv("NEW", "later")
    assert [child.ask(name, 60) for name in ("OLD", "NEW")] == [None, "later"]
    own = Path(child.ask("TMPDIR", 60))
    assert own.is_dir()
    child.stop()
    assert not own.exists()


def test_a_child_that_dies_says_why():
    child = Child("suasion.no_such_module")
    with pytest.raises(DiedError, match=r"No module named suasion\.no_such_module"):
        child.ask("anything", 60)
    child.stop()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_forked_process_does_not_use_its_parents_children():
    with patch.object(apart, "LARGE", 10):
        value = optimise(dense(20, 10)).value
        assert apart._idle
        read, write = os.pipe()
        if os.fork() == 0:
            try:
                ours = not apart._idle and optimise(dense(20, 10)).value == value
                os.write(write, b"1" if ours else b"0")
                apart._close()
            finally:
                os._exit(0)
        os.wait()
        assert os.read(read, 1) == b"1"
        assert optimise(dense(20, 10)).value == value
    os.close(read)
    os.close(write)
