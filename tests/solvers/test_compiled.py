import subprocess
import sys
from typing import NamedTuple

import numba
import numpy as np
import pytest

from suasion.solvers.compiled import COMPILE_FROM, Kernel, kernel


@kernel
def add_up(values, totals):
    running = 0 * values[0]
    for i in range(len(values)):
        running += values[i]
        totals[i] = running
    return running


def test_small_large_and_exact_inputs_give_the_same_sums():
    values = np.arange(1.0, 9.0)
    for work in (0, COMPILE_FROM):
        totals = np.zeros(8)
        assert add_up.run(work, values, totals) == 36
        assert totals.tolist() == np.cumsum(values).tolist()
    exact = np.array([1, 2, 3], dtype=object)
    totals = np.zeros(3, dtype=object)
    assert add_up.run(COMPILE_FROM, exact, totals) == 6
    assert totals.tolist() == [1, 3, 6]


class Sums(NamedTuple):
    values: np.ndarray
    factor: int


@kernel
def scaled(sums, totals):
    for i in range(len(totals)):
        totals[i] = sums.values[i] * sums.factor
        sums.values[i] = totals[i]


def test_arrays_in_records_are_run_and_changed_as_arguments_are():
    for work, dtype in ((0, float), (COMPILE_FROM, float), (COMPILE_FROM, object)):
        sums, totals = Sums(np.array([1, 2, 3], dtype=dtype), 2), np.zeros(3, dtype=dtype)
        scaled.run(work, sums, totals)
        assert sums.values.tolist() == totals.tolist() == [2, 4, 6]


def test_small_work_runs_on_lists_also_in_records():
    seen = []
    Kernel(lambda sums, array: seen.extend([sums.values, array])).run(
        0, Sums(values := np.ones(2), 1), values
    )
    assert seen == [[1.0, 1.0]] * 2
    assert seen[0] is seen[1]


def test_an_array_passed_twice_is_one_array():
    values = np.ones(4)
    add_up.run(0, values, values)
    assert values.tolist() == [1, 2, 3, 4]


def test_a_folder_without_room_for_a_cache_costs_only_time(monkeypatch):
    asked = []
    real = numba.njit

    def refusing(**options):
        asked.append(options)
        if options.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return real(**options)

    monkeypatch.setattr(numba, "njit", refusing)
    fresh = Kernel(add_up.python)
    assert fresh.compiled(np.ones(3), np.zeros(3)) == 3
    assert [bool(options.get("cache")) for options in asked] == [True, False]


def test_an_error_inside_a_kernel_is_not_swallowed():
    with pytest.raises(IndexError):
        add_up.run(0, np.ones(0), np.zeros(0))


OUTER = """
from suasion.solvers.compiled import kernel
from inner import SHIFT, doubled

@kernel
def moved(values):
    return doubled(values[0]) + SHIFT
"""
INNER = """
from suasion.solvers.compiled import kernel

SHIFT = {shift}

@kernel
def doubled(value):
    return {factor} * value
"""
RUN = "import numpy, outer; print(outer.moved.compiled(numpy.array([3.0])))"


def test_an_edit_of_a_callee_or_a_constant_in_another_file_counts_at_once(tmp_path):
    (tmp_path / "outer.py").write_text(OUTER)
    results = []
    for factor, shift in ((2, 1), (5, 1), (5, 7), (2, 1)):
        (tmp_path / "inner.py").write_text(INNER.format(factor=factor, shift=shift))
        done = subprocess.run(
            [sys.executable, "-Bc", RUN], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        results.append(float(done.stdout))
    assert results == [7, 16, 22, 7]
    assert list(tmp_path.rglob("outer.moved_*.nbi"))


def test_the_digest_is_the_same_in_every_process():
    from suasion.solvers.partition.compiled.explore import explore

    code = "from suasion.solvers.partition.compiled.explore import explore; print(explore.digest)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == explore.digest
