"""Which single message tells most: one more simulation query, as a mixed-integer program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from suasion.models.finite.instance import FinitePersuasion
from suasion.models.numbers.arrays import FloatArray, IntArray
from suasion.models.programs.program import Constraints, Program, Variables


@dataclass(frozen=True, eq=False)
class BestQuery:
    """What `best_query_mip` is about.

    Attributes
    ----------
    instance : FinitePersuasion
    cells : sequence of array of int
        What is known already: groups of types, disjoint; types in none of them do not count.
    vertices : array, shape (m, d)
        Messages of which every policy worth considering is made, likelihoods of sum 1: those of
        the best-response subdivision.
    worth : array, shape (n, m)
        What each type is worth on them.
    ceilings : array, shape (n,)
        What each type is worth if known.
    margin : float
        By how much a type must prefer what it does, in units of its stakes.
    """

    instance: FinitePersuasion
    cells: Sequence[IntArray]
    vertices: FloatArray
    worth: FloatArray
    ceilings: FloatArray
    margin: float


def best_query_mip(query: BestQuery) -> Program:
    """The message on which the types' actions tell the sender most, and her policies after it.

    A type t in cell c that takes action a is then known to be in part (c, a), whose policy sends
    vertex z with frequency ``s[c, a, z]``. With scores S in units of the stakes::

        max  sum_t e[t]
        s.t. sum_w x[w] = 1                                                  ("total")
             sum_a b[t, a] = 1                                               ("action")
             (S[t, a] - S[t, h]) @ x >= m - (m - low)(1 - b[t, a])           ("best", h != a)
             sum_z s[c, a, z] z[w] = 1                                       ("policy")
             e[t] <= sum_z U[t, z] s[c(t), a, z] + big[t] (1 - b[t, a])      ("earned")
             b binary

    where ``low = min_w (S[t, a, w] - S[t, h, w])`` and ``big[t]`` is what the type is worth if
    known less the least it can be worth: blocks "likelihood", "choice", "share" and "earned".

    Its optimum plus what other types are worth is the most that one more query is worth, among
    messages with margin m; a MIP solver's bound bounds it at any time. The relaxation is weak
    (half an action each tells all types apart), so that it is for a dozen types or two.

    Variables: d + n + n k binaries + k m for each cell; rows: n k^2 + n + k d for each cell.
    """
    instance, k = query.instance, query.instance.shape[2]
    d, m = instance.shape[1], len(query.vertices)
    types = np.concatenate([np.asarray(cell) for cell in query.cells])
    n, parts = len(types), len(query.cells) * k
    cell_of = np.repeat(np.arange(len(query.cells)), [len(cell) for cell in query.cells])
    least = instance.payoffs()[types].min(axis=1).sum(axis=1)
    ceilings = query.ceilings[types]
    variables = (
        Variables("likelihood", np.zeros(d), np.zeros(d), np.ones(d)),
        Variables("choice", np.zeros(n * k), np.zeros(n * k), np.ones(n * k), integer=True),
        Variables("share", np.zeros(parts * m), np.zeros(parts * m), np.full(parts * m, np.inf)),
        Variables("earned", np.ones(n), np.minimum(least, ceilings), ceilings),
    )
    x, b, s, e = np.cumsum([0, d, n * k, parts * m])
    width = e + n

    def matrix(rows: int, *entries: tuple[IntArray, IntArray, FloatArray]) -> sparse.csr_array:
        row, column, numbers = (
            np.concatenate([np.ravel(part) for part in piece])
            for piece in zip(*entries, strict=True)
        )
        return sparse.csr_array(sparse.coo_array((numbers, (row, column)), shape=(rows, width)))

    one = np.ones(n)
    choice = (np.repeat(np.arange(n), k), b + np.arange(n * k), np.ones(n * k))
    total = matrix(1, (np.zeros(d, dtype=int), x + np.arange(d), np.ones(d)))
    best, floor = _best_rows(query, types, matrix, b)
    place = np.arange(parts)[:, None, None] * d + np.arange(d)
    policy = matrix(
        parts * d,
        (
            np.broadcast_to(place, (parts, m, d)),
            np.broadcast_to(s + np.arange(parts * m).reshape(parts, m, 1), (parts, m, d)),
            np.broadcast_to(query.vertices, (parts, m, d)),
        ),
    )
    pair = np.arange(n * k)
    part = (cell_of[:, None] * k + np.arange(k)).reshape(-1)
    big = np.repeat(ceilings - np.minimum(least, ceilings), k)
    earned = matrix(
        n * k,
        (pair, np.repeat(e + np.arange(n), k), np.ones(n * k)),
        (pair, b + pair, big),
        (
            np.repeat(pair, m),
            (s + part[:, None] * m + np.arange(m)).reshape(-1),
            -np.repeat(query.worth[types], k, axis=0).reshape(-1),
        ),
    )
    rows = (
        Constraints("total", total, np.ones(1), np.ones(1)),
        Constraints("action", matrix(n, choice), one, one),
        Constraints("best", best, floor, np.full(len(floor), np.inf)),
        Constraints("policy", policy, np.ones(parts * d), np.ones(parts * d)),
        Constraints("earned", earned, np.full(n * k, -np.inf), big),
    )
    return Program("best query", True, variables, rows)


def _best_rows(
    query: BestQuery, types: IntArray, matrix: object, b: int
) -> tuple[sparse.csr_array, FloatArray]:
    """Rows that make the chosen action best by the margin, and their lower sides."""
    instance = query.instance
    scores = (instance.scores() / instance.stakes[:, None, None])[types]
    n, k, d = scores.shape
    t, a, h = (index.reshape(-1) for index in np.indices((n, k, k)))
    ahead = scores[t, a] - scores[t, h]
    # Actions that earn the same in every state are the same action.
    differ = (a != h) & (np.abs(ahead).max(axis=1) > 1e-12)
    t, a, ahead = t[differ], a[differ], ahead[differ]
    low = ahead.min(axis=1)
    count = len(t)
    slack = np.maximum(0, query.margin - low)
    rows = matrix(  # type: ignore[operator]
        count,
        (
            np.repeat(np.arange(count), d),
            np.tile(np.arange(d), count),
            ahead.reshape(-1),
        ),
        (np.arange(count), b + t * k + a, -slack),
    )
    return rows, query.margin - slack
