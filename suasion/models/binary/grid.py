"""Distributions of beliefs on a grid: what they weigh when rounded down and up to it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.models.numbers.arrays import FloatArray
from suasion.models.numbers.quoting import quoted
from suasion.models.numbers.rationals import Number, parse_number


def rounded_masses(distribution: Any, step: Number) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The grid, and the mass on each of its points with beliefs rounded down and rounded up.

    `BinaryPersuasion.discretize` has the arguments and errors.
    """
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
    return grid, down, up


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
