"""A continuum of beliefs, bracketed by two finite instances."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.models.binary import BinaryPersuasion
from suasion.models.quoting import quoted
from suasion.models.rationals import FloatArray, Number, parse_number


class DiscretizedPersuasion:
    """Two finite instances that bracket a continuum of beliefs; see `BinaryPersuasion.discretize`.

    Attributes
    ----------
    down, up : BinaryPersuasion
        Beliefs rounded down and up to the same grid, so that cut t means the same in both.
    step : float
        Spacing of the grid.
    """

    def __init__(self, down: BinaryPersuasion, up: BinaryPersuasion, step: float) -> None:
        self.down, self.up, self.step = down, up, step

    def __len__(self) -> int:
        return len(self.down)

    def __repr__(self) -> str:
        return f"DiscretizedPersuasion({len(self)} types, step {self.step:g})"


def discretized(distribution: Any, step: Number) -> DiscretizedPersuasion:
    """Round a distribution of beliefs down and up: see `BinaryPersuasion.discretize`."""
    grid = belief_grid(step)
    # A class, or one of scipy's families whose shape is still open, has a cdf of another kind.
    open_shape = isinstance(distribution, type) or getattr(distribution, "numargs", 0) > 0
    if open_shape or not callable(getattr(distribution, "cdf", None)):
        name = getattr(distribution, "name", None) or quoted(distribution)
        raise InputError(
            f"distribution is {name}; give one with a cdf and its parameters fixed, such as "
            "scipy.stats.beta(2, 5)."
        )
    upto = np.asarray(distribution.cdf(grid), dtype=np.float64)
    below = np.asarray(distribution.cdf(np.nextafter(grid, -np.inf)), dtype=np.float64)
    # The slack admits a cdf that rounds a boundary; what is outside is not renormalised.
    outside = below[0] + (1.0 - upto[-1])
    if not abs(outside) <= 1e-9:
        raise InputError(
            f"distribution has mass {outside:.6g} outside [0, 1]; beliefs are probabilities, "
            "so truncate or rescale it."
        )
    # A cdf may dip by a rounding error between neighbours.
    down = np.maximum(np.diff(np.append(below, upto[-1])), 0.0)
    up = np.maximum(np.diff(upto, prepend=below[0]), 0.0)
    return DiscretizedPersuasion(
        down=BinaryPersuasion(down, grid),
        up=BinaryPersuasion(up, grid),
        step=float(parse_number(step, "step")),
    )


def belief_grid(step: Number) -> FloatArray:
    """Multiples of `step` from 0 to 1; the last interval may be shorter."""
    number = parse_number(step, "step")
    if not 0 < number <= 1:
        raise InputError(f"step is {quoted(step)}; give a number in (0, 1].")
    count = int(np.ceil(1 / float(number) - 1e-9))
    # Multiples of the decimal that was written: 3 * 0.05 in floats is above 0.15.
    decimal = Fraction(str(float(number)))
    multiples = np.arange(count + 1) * float(decimal.numerator) / float(decimal.denominator)
    grid: FloatArray = np.minimum(multiples, 1.0)
    grid[-1] = 1.0
    return grid
