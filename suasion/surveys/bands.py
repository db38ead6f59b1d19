"""Numbers cut into bands that hold about equally many respondents."""

from __future__ import annotations

import numpy as np

from suasion.models.numbers.arrays import FloatArray, IntArray


def bands_of(
    numbers: FloatArray, weights: FloatArray, bands: int
) -> tuple[tuple[str, ...], IntArray]:
    """Names of bands of numbers, and the band of each number.

    A cut falls between two numbers that occur, nearest to each weighted quantile: respondents
    with the same number share a band, and there are fewer bands where a number is very common.

    Parameters
    ----------
    numbers : array of float, shape (J,)
        At least two different ones.
    weights : array of float >= 0, shape (J,)
    bands : int >= 2

    Returns
    -------
    names : tuple of str
        The least and the largest number of each band.
    codes : array of int, shape (J,)

    Examples
    --------
    >>> bands_of(np.array([40.0, 18, 52, 60, 47, 71]), np.ones(6), 2)
    (('18 to 47', '52 to 71'), array([0, 0, 1, 1, 0, 1]))
    """
    values, place = np.unique(numbers, return_inverse=True)
    reached = np.cumsum(np.bincount(place, weights))[:-1]
    wanted = np.arange(1, bands) / bands * weights.sum()
    last = np.unique(np.abs(reached[:, None] - wanted).argmin(axis=0))
    starts, ends = [0, *(last + 1)], [*last, len(values) - 1]
    written = _distinctly(values)
    names = tuple(
        written[start] if start == end else f"{written[start]} to {written[end]}"
        for start, end in zip(starts, ends, strict=True)
    )
    return names, np.searchsorted(last, place).astype(np.int64)


def _distinctly(values: FloatArray) -> list[str]:
    """Numbers with as few digits as tell them apart, at least six."""
    for digits in range(6, 18):
        written = [f"{value:.{digits}g}" for value in values]
        if len(set(written)) == len(values):
            break
    return written
