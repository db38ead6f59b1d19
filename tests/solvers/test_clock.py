"""A clock has no time left once it says to stop, whatever made it stop."""

import os
import signal

import pytest

from suasion.solvers.clock import Clock


@pytest.mark.skipif(os.name == "nt", reason="sends signals")
@pytest.mark.parametrize("limit", [None, 100])
def test_ctrl_c_leaves_no_time(limit):
    with Clock(limit) as clock:
        assert clock.left is None if limit is None else 0 < clock.left <= limit
        os.kill(os.getpid(), signal.SIGINT)
        assert (clock.stopped, clock.left) == ("interrupted", 0)


def test_a_limit_that_is_over_leaves_no_time():
    assert Clock(0).left == 0


@pytest.mark.parametrize("limit", [None, 100])
def test_a_clock_that_stops_for_a_reason_of_its_own_leaves_no_time(limit):
    class Full(Clock):
        stopped = "memory"

    assert Full(limit).left == 0
