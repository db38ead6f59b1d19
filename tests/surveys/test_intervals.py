"""Intervals over splits of one sample."""

import numpy as np
import pytest

from suasion.surveys.intervals import central_estimate, split_estimate


def test_the_interval_is_nadeau_and_bengios():
    # J = 4, mean 2, variance 5/3 + ...: t quantile of 3 degrees at 95 % is 2.3533634.
    found = split_estimate(np.array([1.0, 1, 3, 3]), test_share=0.25)
    reach = 2.3533634 * np.sqrt((1 / 4 + 1 / 4) * 4 / 3)
    assert found.value == 2
    assert found.interval == pytest.approx((2 - reach, 2 + reach), rel=1e-6)


def test_larger_test_parts_widen_the_interval():
    values = np.array([0.1, 0.2, 0.4])
    widths = [np.ptp(split_estimate(values, share).interval) for share in (0, 0.25, 1)]
    assert widths == sorted(widths)
    assert widths[2] == pytest.approx(2 * widths[0])


def test_the_interval_covers_as_often_as_it_says_where_splits_share_nothing():
    generator = np.random.default_rng(0)
    covered = [
        low <= 0 <= high
        for low, high in (
            split_estimate(generator.normal(size=6), 0.0).interval for _ in range(2000)
        )
    ]
    assert np.mean(covered) == pytest.approx(0.9, abs=0.02)


def test_the_middle_of_draws():
    assert central_estimate(np.arange(101.0)).interval == pytest.approx((5, 95))
