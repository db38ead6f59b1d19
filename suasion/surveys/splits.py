"""Random parts of the respondents, each with its share of both states."""

from __future__ import annotations

import numpy as np

from suasion.models.numbers.arrays import IntArray
from suasion.surveys.respondents import Respondents


def stratified(respondents: Respondents, parts: int, seed: list[int]) -> tuple[IntArray, ...]:
    """Random parts whose sizes, also of each state alone, differ by at most one.

    Parameters
    ----------
    respondents : Respondents
    parts : int
    seed : list of int
        As numpy's generators take it.

    Returns
    -------
    tuple of increasing arrays of int

    Notes
    -----
    O(J log J).

    Examples
    --------
    >>> four = Respondents((), (), (), np.empty((4, 0), int), np.array([0, 0, 1, 1]), np.ones(4))
    >>> [four.outcomes[half].tolist() for half in stratified(four, 2, [0])]
    [[0, 1], [0, 1]]
    """
    shuffled = np.random.default_rng(seed).permutation(len(respondents))
    by_state = shuffled[np.argsort(respondents.outcomes[shuffled], kind="stable")]
    return tuple(np.sort(by_state[part::parts]) for part in range(parts))
