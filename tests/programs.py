"""Small linear and integer programs that tests of several backends solve."""

import numpy as np
from scipy import sparse

from suasion.models.programs.program import Constraints, Program, Variables

INF = np.inf


def program(c, rows=(), row_lower=(), row_upper=(), *, lower=0, upper=INF, integer=False, sense=1):
    """A program from nested lists; `sense` 1 maximises, -1 minimises."""
    n = len(c)
    x = Variables(
        "x",
        np.array(c, dtype=float),
        np.broadcast_to(np.array(lower, dtype=float), n).copy(),
        np.broadcast_to(np.array(upper, dtype=float), n).copy(),
        integer,
    )
    families = ()
    if len(row_lower):
        matrix = sparse.csr_array(np.array(rows, dtype=float).reshape(len(row_lower), n))
        sides = np.array(row_lower, dtype=float), np.array(row_upper, dtype=float)
        families = (Constraints("row", matrix, *sides),)
    return Program("hand-made", sense == 1, (x,), families)


def market_split(rows, binaries, sense=1):
    """Split `binaries` items evenly in `rows` ways at once: tiny, and hard for its size."""
    weights = np.random.default_rng(0).integers(0, 100, (rows, binaries)).astype(float)
    half = np.floor(weights.sum(axis=1) / 2)
    z = Variables("z", np.zeros(binaries), np.zeros(binaries), np.ones(binaries), True)
    error = np.full(2 * rows, -float(sense))
    e = Variables("e", error, np.zeros(2 * rows), np.full(2 * rows, INF))
    matrix = sparse.csr_array(np.hstack([weights, np.eye(rows), -np.eye(rows)]))
    return Program("split", sense == 1, (z, e), (Constraints("row", matrix, half, half),))


DIET = {"rows": [[2, 1], [1, 3]], "row_lower": [4, 6], "row_upper": [INF, INF]}
FACTORY = {"rows": [[2, 1], [1, 3]], "row_lower": [-INF, -INF], "row_upper": [4, 6]}

KNAPSACK = program([3, 4, 5], [[2, 3, 4]], [1], [5], upper=1, integer=True)
SMALL_LP = program([3, 5], **FACTORY, upper=100)
