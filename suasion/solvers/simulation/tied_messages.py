"""Messages on which a receiver of a given belief would not care what to do."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations

import numpy as np
from scipy import sparse

from suasion.models.numbers.arrays import FloatArray
from suasion.models.programs.program import Constraints, Program, Variables

# Probabilities below this share of the largest count as 0: no message makes up for them.
SURE = 1e-13


def tied_message(
    utility: FloatArray, belief: FloatArray, random: np.random.Generator
) -> FloatArray:
    """A message on which all actions, or at least two, are worth the same at a belief.

    Cutting beliefs there sends each answer's beliefs to another side of `belief`: with all k
    actions tied at the centroid of a polytope, each answer leaves a cone of it.

    Parameters
    ----------
    utility : array, shape (d, k)
    belief : array, shape (d,)
    random : numpy Generator
        Chooses among such messages where there are many.

    Returns
    -------
    array, shape (d,)
        Likelihoods, the largest 1. If even two actions tie on no message, all are 1.

    Examples
    --------
    >>> tied_message(np.eye(2), np.array([0.75, 0.25]), np.random.default_rng(0)).round(6).tolist()
    [0.333333, 1.0]
    """
    d, k = utility.shape
    weights = _all_tied(utility.tobytes(), d) if 2 < k <= d else None
    if weights is None:
        weights = _two_tied(utility, random)
    possible = belief > SURE * belief.max()
    message = np.where(possible, weights / np.where(possible, belief, 1.0), 0.0)
    top = message.max()
    return np.asarray(message / top) if top > 0 else np.ones(d)


@lru_cache(maxsize=256)
def _all_tied(table: bytes, d: int) -> FloatArray | None:
    """Products of likelihood and belief at which all actions tie, the least one largest.

    They depend on the utility only, whose bytes are given.
    """
    from suasion.solvers.backends.optimise import optimise

    utility = np.frombuffer(table).reshape(d, -1)
    differences = (utility[:, 1:] - utility[:, :1]).T
    found = optimise(tied_lp(differences))
    if found.answer is None or found.answer.values[-1] <= SURE:
        return None
    return np.asarray(found.answer.values[:-1])


def tied_lp(differences: FloatArray) -> Program:
    """``max e`` with ``differences @ z = 0``, ``z >= e``, ``sum z = 1``."""
    rows, d = differences.shape
    likelihoods = Variables("product", np.zeros(d), np.zeros(d), np.ones(d))
    least = Variables("least", np.ones(1), np.zeros(1), np.ones(1))
    tie = Constraints(
        "tie",
        sparse.csr_array(np.hstack([differences, np.zeros((rows, 1))])),
        np.zeros(rows),
        np.zeros(rows),
    )
    above = Constraints(
        "above",
        sparse.csr_array(np.hstack([np.eye(d), -np.ones((d, 1))])),
        np.zeros(d),
        np.full(d, np.inf),
    )
    total = Constraints(
        "total", sparse.csr_array(np.array([[1.0] * d + [0.0]])), np.ones(1), np.ones(1)
    )
    return Program("tied", True, (likelihoods, least), (tie, above, total))


def _two_tied(utility: FloatArray, random: np.random.Generator) -> FloatArray:
    """Random products at which two actions tie: as much for the one as for the other."""
    pairs = list(combinations(range(utility.shape[1]), 2))
    for place in random.permutation(len(pairs)).tolist():
        a, b = pairs[place]
        lead = utility[:, b] - utility[:, a]
        if lead.min() < 0 < lead.max():
            products = np.zeros(len(lead))
            for side in (lead > 0, lead < 0):
                shares = random.dirichlet(np.ones(int(side.sum())))
                products[side] = shares / np.abs(lead[side])
            return products
    return np.zeros(len(utility))
