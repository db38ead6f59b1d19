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
