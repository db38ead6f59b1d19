"""Arrays: what kinds of them are called, and the sums and checks that they share."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
ObjectArray = npt.NDArray[np.object_]
# float64, or dtype=object with Fractions: numpy arithmetic is the same for both.
NumberArray = npt.NDArray[Any]
# Which of a list belong; the number of the cell that each belongs to.
Mask = npt.NDArray[np.bool_]
Labels = npt.NDArray[np.int32]


def object_array(values: Sequence[Any]) -> ObjectArray:
    """A read-only one-dimensional array of Python objects (numpy would try to nest them)."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    array.setflags(write=False)
    return array


def total(values: NumberArray) -> float | Fraction:
    """Sum of floats or Fractions as a plain number."""
    return Fraction(values.sum()) if values.dtype == object else float(values.sum())


def is_index(value: Any, end: float) -> bool:
    """Whether `value` is an integer from 0 to before `end`."""
    integer = isinstance(value, int | np.integer) and not isinstance(value, bool)
    return bool(integer and 0 <= value < end)
