"""The messaging problem as direct reporting: a private experiment for each type reported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.binary.messaging_lp import message_thresholds
from suasion.models.numbers.arrays import NumberArray, object_array
from suasion.models.programs.program import Program
from suasion.models.programs.rational import Family, Formulation, RationalProgram


def reporting_lp(instance: BinaryPersuasion) -> Program:
    """Choose, for every report, the probability of "act" in each state; honesty as explicit rows.

    Type i reports j, is told to act with probability x_j in state 1 and y_j in state 0, and then
    does as it likes. Its gain over never acting, in units in which acting rightly in state 1 is
    worth rho_i and acting wrongly in state 0 costs 1 - rho_i, is ``rho_i x_j - (1 - rho_i) y_j``
    if it obeys, ``2 rho_i - 1`` if it always acts and 0 if it never does::

        max  sum_i P_i (mu_i x_i + (1 - mu_i) y_i)
        s.t. rho_i x_i - (1 - rho_i) y_i >= 0                                  ("act")
             rho_i x_i - (1 - rho_i) y_i >= 2 rho_i - 1                        ("abstain")
             rho_i x_i - (1 - rho_i) y_i >= rho_i x_j - (1 - rho_i) y_j        ("truth", i != j)
             0 <= x, y <= 1

    Block "high" is x and "low" is y, by type in the user's order. "act" is obedience of who is
    told to act, and rules out never acting after any report; "abstain" is obedience of who is
    told not to act, and rules out always acting.

    Notes
    -----
    *Misreporting and then doing the opposite* needs no row. It would have to beat both never
    acting and always acting: ``rho_i x_j < (1 - rho_i) y_j`` and
    ``rho_i (1 - x_j) > (1 - rho_i) (1 - y_j)``. Both sides are monotone in rho: if
    rho_i >= rho_j the first contradicts row "act" of j, otherwise the second contradicts row
    "abstain" of j.

    *Why the optimum is V.* A public policy is a reporting mechanism: x_i and y_i are the
    probabilities with which type i acts; so the optimum is at least V. Conversely order the types
    by threshold, and equal thresholds by x + y, and send one message per type with the
    likelihoods ``(x_i - x_{i-1}, y_i - y_{i-1})``: adding row "truth" of two neighbours, both
    ways, shows that x and y increase, and the row of i against i - 1 says that type i acts on the
    message. So every type acts at least as often as it is told to (`public_messages`). This is
    the equivalence of persuasion mechanisms and experiments of Kolotilin, Mylovanov, Zapechelnyuk
    and Li (2017), *Persuasion of a Privately Informed Receiver*, Econometrica 85(6). Nothing but
    thresholds enters these rows, so it holds with private utilities and for misinformed receivers
    too, whose state beliefs occur in the objective only. Types of weight 0 have rows
    but take nothing: they may pick the report they like best. Threshold 0 makes "act" read
    y = 0, threshold 1 makes "abstain" read x = 1.

    Variables: 2 n; rows: n^2 + n for n types, with at most 4 entries each.
    """
    return _formulation(instance, exact=False).program()


def exact_reporting_lp(instance: BinaryPersuasion) -> RationalProgram:
    """`reporting_lp` on the exact numbers of the instance."""
    return _formulation(instance, exact=True).rational()


def _formulation(instance: BinaryPersuasion, exact: bool) -> Formulation:
    weights, _, rho, mu = instance.numbers(exact)
    n = len(instance)
    each = np.arange(n)
    cost = np.concatenate([-rho, 1 - rho])
    own: dict[str, Any] = {"row": np.tile(each, 2), "column": np.arange(2 * n), "numbers": cost}
    liar, report = np.nonzero(~np.eye(n, dtype=bool))
    pair = np.arange(len(liar))
    truth = Family(
        "truth",
        row=np.tile(pair, 4),
        column=np.concatenate([report, n + report, liar, n + liar]),
        numbers=np.concatenate([rho[liar], rho[liar] - 1, -rho[liar], 1 - rho[liar]]),
        upper=np.repeat(rho[:1] * 0, len(pair)),
    )
    return Formulation(
        "reporting",
        {"high": weights * mu, "low": weights * (1 - mu)},
        (Family("act", **own, upper=rho * 0), Family("abstain", **own, upper=1 - 2 * rho), truth),
    )


def public_messages(
    instance: BinaryPersuasion, high: Sequence[Any] | NumberArray, low: Sequence[Any] | NumberArray
) -> tuple[NumberArray, NumberArray]:
    """Likelihoods of one public message per threshold class from what each type is told.

    Parameters
    ----------
    high, low : sequence, shape (n,)
        Probability of "act" in states 1 and 0 of each type, in the user's order: a point of
        `reporting_lp`. Fractions are taken as a point of `exact_reporting_lp`.

    Returns
    -------
    high, low : array
        A point of `messaging_lp` (of `exact_messaging_lp`, for Fractions) worth at least as much.
        Of types with one threshold the one that acts most speaks for all.
    """
    exact = not isinstance(high, np.ndarray) or high.dtype == object
    x, y = (object_array(list(side)) if exact else np.asarray(side) for side in (high, low))
    rho = instance.numbers(exact)[2]
    # Of one threshold, who acts most does so in both states; and solvers break rows by 1e-9 or
    # so, where the running maximum keeps the differences likelihoods.
    order = np.argsort(rho, kind="stable")
    x, y = np.maximum.accumulate(x[order]), np.maximum.accumulate(y[order])
    # Types with threshold 1 have no message of their own if their weight is 0.
    last = np.searchsorted(rho[order], message_thresholds(instance, exact), side="right") - 1
    zero = x[:1] * 0
    return np.diff(np.concatenate([zero, x[last]])), np.diff(np.concatenate([zero, y[last]]))
