"""Which message earns most beyond its price: the separation oracle of the dual, as a MIP."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from suasion.models.finite.profile_lp import scaled_rows
from suasion.models.numbers.arrays import FloatArray, IntArray
from suasion.models.programs.program import Constraints, Program, Variables


def pricing_mip(
    scores: FloatArray, payoffs: FloatArray, prices: FloatArray, ceilings: FloatArray | None = None
) -> Program:
    """The message with the largest ``U(x) - prices @ x``, likelihoods that sum to 1.

    With one binary b[t, a] for each action, the smallest big-M that the simplex allows, and
    ``low = min_w F[t, a, w]``, ``high = max_w F[t, a, w]``::

        max  sum_{t, a} pi[t, a] - prices @ x
        s.t. sum_w x[w] = 1                                                     ("total")
             sum_a b[t, a] = 1                                                  ("action")
             pi[t, a] <= high b[t, a]                                           ("off")
             pi[t, a] <= F[t, a] @ x - low (1 - b[t, a])                        ("on")
             (S[t, a] - S[t, c]) @ x >= min_w (S[t, a, w] - S[t, c, w]) (1 - b[t, a])
                                                                                ("best", c != a)
             sum_a pi[t, a] <= ceilings[t] @ x                                  ("ceiling")
             0 <= x <= 1,  b binary

    in blocks "likelihood", "choice" and "payoff". Its optimum r says that prices raised by r
    cover every message, so V is at most ``sum(prices) + d r``: see `suasion.solvers.finite`.

    Parameters
    ----------
    scores, payoffs : array, shape (n, k, d)
        S, whose differences are divided by their largest entries, and F.
    prices : array, shape (d,)
    ceilings : array, shape (n, d), optional
        Prices of each type alone, ``U_t(x) <= ceilings[t] @ x``: they change nothing but how soon
        the relaxation bounds well.

    Notes
    -----
    Model: the dual in appendix A.1 of Harris et al. (arXiv 2311.18138). Variables: d + 2 n
    k, n k of them binary; rows: at most n k (k + 1) + 2 n + 1.
    """
    n, k, d = scores.shape
    each = n * k
    x, b, pi = np.arange(d), d + np.arange(each), d + each + np.arange(each)
    low, high = payoffs.min(axis=2).reshape(-1), payoffs.max(axis=2).reshape(-1)
    variables = (
        Variables("likelihood", -prices, np.zeros(d), np.ones(d)),
        Variables("choice", np.zeros(each), np.zeros(each), np.ones(each), integer=True),
        Variables("payoff", np.ones(each), np.minimum(low, 0), np.maximum(high, 0)),
    )
    width = d + 2 * each
    rows = _Rows(width)
    choice = rows.family("action", n, np.ones(n), np.ones(n))
    choice.set(np.repeat(np.arange(n), k), b, np.ones(each))
    total = rows.family("total", 1, np.ones(1), np.ones(1))
    total.set(np.zeros(d, dtype=int), x, np.ones(d))
    off = rows.family("off", each, None, np.zeros(each))
    off.set(np.arange(each), pi, np.ones(each))
    off.set(np.arange(each), b, -high)
    on = rows.family("on", each, None, -low)
    on.set(np.arange(each), pi, np.ones(each))
    on.set(np.arange(each), b, -low)
    on.dense(-payoffs.reshape(each, d))
    t, a, c = (index.reshape(-1) for index in np.indices((n, k, k)))
    ahead = scaled_rows(scores[t, a] - scores[t, c])
    worst = ahead.min(axis=1)
    kept = worst < 0  # else the action is as good in every state, the same action included
    best = rows.family("best", int(kept.sum()), worst[kept], None)
    best.dense(ahead[kept])
    best.set(np.arange(kept.sum()), b[(t * k + a)[kept]], worst[kept])
    if ceilings is not None:
        ceiling = rows.family("ceiling", n, None, np.zeros(n))
        ceiling.dense(-ceilings)
        ceiling.set(np.repeat(np.arange(n), k), pi, np.ones(each))
    return Program("pricing", True, variables, rows.built())


def disaggregated_pricing_mip(
    scores: FloatArray, payoffs: FloatArray, prices: FloatArray
) -> Program:
    """`pricing_mip` without big-M: a copy y[t, a] of the message for each action of each type.

    ::

        max  sum F[t, a] @ y[t, a] - prices @ x
        s.t. sum_w x[w] = 1                                       ("total")
             sum_a b[t, a] = 1                                    ("action")
             sum_a y[t, a, w] = x[w]                              ("copy")
             sum_w y[t, a, w] = b[t, a]                           ("share")
             (S[t, a] - S[t, c]) @ y[t, a] >= 0                   ("best", c != a)
             0 <= x, y <= 1,  b binary

    Its relaxation is the sum of the types' own concave envelopes, so fewer nodes are needed, and
    its size n k d makes each node slower. It serves as a check.
    """
    n, k, d = scores.shape
    each = n * k
    x, b = np.arange(d), d + np.arange(each)
    y = d + each + np.arange(each * d)
    variables = (
        Variables("likelihood", -prices, np.zeros(d), np.ones(d)),
        Variables("choice", np.zeros(each), np.zeros(each), np.ones(each), integer=True),
        Variables("copy", payoffs.reshape(-1), np.zeros(each * d), np.ones(each * d)),
    )
    rows = _Rows(d + each + each * d)
    total = rows.family("total", 1, np.ones(1), np.ones(1))
    total.set(np.zeros(d, dtype=int), x, np.ones(d))
    action = rows.family("action", n, np.ones(n), np.ones(n))
    action.set(np.repeat(np.arange(n), k), b, np.ones(each))
    t, a, w = (index.reshape(-1) for index in np.indices((n, k, d)))
    copy = rows.family("copy", n * d, np.zeros(n * d), np.zeros(n * d))
    copy.set(t * d + w, y, np.ones(each * d))
    copy.set(np.arange(n * d), np.tile(x, n), -np.ones(n * d))
    share = rows.family("share", each, np.zeros(each), np.zeros(each))
    share.set(t * k + a, y, np.ones(each * d))
    share.set(np.arange(each), b, -np.ones(each))
    t, a, c = (index.reshape(-1) for index in np.indices((n, k, k)))
    t, a, c = t[a != c], a[a != c], c[a != c]
    best = rows.family("best", len(t), np.zeros(len(t)), None)
    place = d + each + ((t * k + a)[:, None] * d + np.arange(d))
    ahead = scaled_rows(scores[t, a] - scores[t, c])
    best.set(np.repeat(np.arange(len(t)), d), place.reshape(-1), ahead.reshape(-1))
    return Program("pricing", True, variables, rows.built())


class _Family:
    """Entries of one family of rows, collected piece by piece."""

    def __init__(self, name: str, lower: FloatArray, upper: FloatArray) -> None:
        self.name, self.lower, self.upper = name, lower, upper
        self.pieces: list[tuple[IntArray, IntArray, FloatArray]] = []

    def set(self, row: IntArray, column: IntArray, numbers: FloatArray) -> None:
        """Entries at (row, column)."""
        self.pieces.append((row, column, numbers))

    def dense(self, block: FloatArray) -> None:
        """Entries of all rows in the first columns, those of the likelihoods."""
        m, d = block.shape
        self.set(np.repeat(np.arange(m), d), np.tile(np.arange(d), m), block.reshape(-1))


class _Rows:
    """Families of rows over the same columns."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._families: list[_Family] = []

    def family(
        self, name: str, count: int, lower: FloatArray | None, upper: FloatArray | None
    ) -> _Family:
        """A new family of `count` rows; None is no limit."""
        below = np.full(count, -np.inf) if lower is None else lower
        above = np.full(count, np.inf) if upper is None else upper
        self._families.append(_Family(name, below, above))
        return self._families[-1]

    def built(self) -> tuple[Constraints, ...]:
        """The families as sparse matrices."""
        return tuple(
            Constraints(family.name, self._matrix(family), family.lower, family.upper)
            for family in self._families
        )

    def _matrix(self, family: _Family) -> sparse.csr_array:
        row, column, numbers = (np.concatenate(part) for part in zip(*family.pieces, strict=True))
        shape = (len(family.lower), self._width)
        return sparse.csr_array(sparse.coo_array((numbers, (row, column)), shape=shape))
