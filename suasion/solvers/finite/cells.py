"""Action profiles that some message brings about, found type by type."""

from __future__ import annotations

from math import comb

import numpy as np
from scipy import sparse

from suasion.models.finite.instance import FinitePersuasion
from suasion.models.finite.profile_lp import advantages, scaled_rows
from suasion.models.numbers.arrays import FloatArray, IntArray
from suasion.models.programs.program import Constraints, Program, Variables

# How much an action may fall short of the best one, in units of what there is between the two in
# some state, to count as tied.
MARGIN = 1e-9


def cell_limit(instance: FinitePersuasion) -> int:
    """Regions that all hyperplanes make: no fewer than the cells that have an interior."""
    n, d, k = instance.shape
    hyperplanes = n * comb(k, 2)
    return sum(comb(hyperplanes, i) for i in range(d))


def closed_cells(instance: FinitePersuasion) -> IntArray:
    """Profiles of actions that are best, ties counted, on some message; shape (cells, n).

    A profile of the first types is kept if a message makes all of them best responses; each type
    is one more step, with a linear program for each of its actions unless a message known for the
    profile already shows it.
    """
    d, k = instance.shape[1:]
    worth = advantages(instance)
    # Prefixes with the rows that a message must satisfy, and a message that does.
    known: list[tuple[tuple[int, ...], FloatArray, FloatArray]] = [
        ((), np.empty((0, d)), np.full(d, 1 / d))
    ]
    for own in worth:
        longer = []
        for prefix, rows, witness in known:
            for a in range(k):
                more = np.concatenate([rows, scaled_rows(np.delete(own[a] - own, a, axis=0))])
                message = witness if (more @ witness >= 0).all() else _witness(more)
                if message is not None:
                    longer.append(((*prefix, a), more, message))
        known = longer
    return np.array([prefix for prefix, _, _ in known], dtype=np.intp)


def _witness(rows: FloatArray) -> FloatArray | None:
    """A message x that sums to 1 with ``rows @ x >= 0`` up to the margin, or None."""
    from suasion.solvers.backends.optimise import optimise

    found = optimise(witness_lp(rows))
    if found.answer is None or found.value is None or found.value < -MARGIN:
        return None
    x = np.maximum(0, found.answer.values[:-1])
    return np.asarray(x / x.sum())


def witness_lp(rows: FloatArray) -> Program:
    """The largest e with ``rows @ x >= e`` for a message x >= 0 that sums to 1."""
    m, d = rows.shape
    likelihoods = Variables("likelihood", np.zeros(d), np.zeros(d), np.ones(d))
    margin = Variables("margin", np.ones(1), -np.ones(1), np.ones(1))
    matrix = sparse.csr_array(np.hstack([rows, -np.ones((m, 1))]))
    best = Constraints("best", matrix, np.zeros(m), np.full(m, np.inf))
    total = Constraints(
        "total", sparse.csr_array(np.array([[1.0] * d + [0.0]])), np.ones(1), np.ones(1)
    )
    return Program("witness", True, (likelihoods, margin), (best, total))
