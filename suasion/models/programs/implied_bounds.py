"""Bounds of variables that the rows of a program imply."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from suasion.models.numbers.arrays import FloatArray
from suasion.models.programs.program import Program

# A bound found in one pass may lead to others in the next.
PASSES = 3


def implied_bounds(program: Program) -> tuple[FloatArray, FloatArray]:
    """Lower and upper bounds that every feasible point satisfies, at least as tight as given.

    In a row ``l <= sum_j a_j x_j <= u`` each term is at most ``u`` less what the others come to
    at least, and at least ``l`` less what they come to at most. Running time O(nonzeros).

    Returns
    -------
    tuple of two arrays, shape (columns,)
        Infinite where no row implies a bound.

    Examples
    --------
    >>> from scipy import sparse
    >>> from suasion.models.programs.program import Constraints, Variables
    >>> x = Variables("x", np.zeros(2), np.array([0.0, 1.0]), np.full(2, np.inf))
    >>> row = Constraints("sum", sparse.csr_array([[2.0, 1.0]]), -np.ones(1), np.full(1, 4.0))
    >>> implied_bounds(Program("tiny", True, (x,), (row,)))[1]
    array([1.5, 4. ])
    """
    entries = program.matrix.tocoo()
    kept = entries.data != 0
    rows, columns, factors = entries.row[kept], entries.col[kept], entries.data[kept]
    lower, upper = program.lower.copy(), program.upper.copy()
    for _ in range(PASSES):
        before = np.isfinite(lower).sum() + np.isfinite(upper).sum()
        rising = factors > 0
        least = factors * np.where(rising, lower[columns], upper[columns])
        most = factors * np.where(rising, upper[columns], lower[columns])
        # What a row leaves to one of its terms.
        high = (program.row_upper[rows] - _others(rows, least, len(program.row_upper))) / factors
        low = (program.row_lower[rows] - _others(rows, most, len(program.row_lower))) / factors
        np.minimum.at(upper, columns, np.where(rising, high, low))
        np.maximum.at(lower, columns, np.where(rising, low, high))
        if np.isfinite(lower).sum() + np.isfinite(upper).sum() == before:
            break
    return lower, upper


def _others(rows: npt.NDArray[np.int32], terms: FloatArray, count: int) -> FloatArray:
    """For each term the sum of the other terms of its row; infinite ones only if others are."""
    endless = np.isinf(terms)
    finite = np.where(endless, 0.0, terms)
    sums = np.bincount(rows, weights=finite, minlength=count)[rows] - finite
    left = np.bincount(rows, weights=endless, minlength=count)[rows] - endless
    sign = np.zeros(count)
    np.add.at(sign, rows, np.where(endless, np.sign(terms), 0.0))
    return np.where(left > 0, np.where(sign[rows] < 0, -np.inf, np.inf), sums)
