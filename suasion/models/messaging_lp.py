"""The messaging problem as an explicit linear program."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from suasion.models.binary import BinaryPersuasion
from suasion.models.policy import MessagingPolicy
from suasion.models.program import Constraints, Program, Variables
from suasion.models.rationals import FloatArray


def messaging_lp(instance: BinaryPersuasion) -> Program:
    """Choose likelihoods of one message per threshold class, obedience as explicit rows.

    Message j persuades the classes i >= j::

        max  sum_j  (sum_{i>=j} P_i p_i) x_j + (sum_{i>=j} P_i (1 - p_i)) y_j
        s.t. (1 - rho_j) y_j <= rho_j x_j   for all j        (obedience of the lowest class)
             sum_j x_j <= 1,  sum_j y_j <= 1,  0 <= x, y <= 1

    with x = sigma(.|1) in block "high" and y = sigma(.|0) in block "low"; what is left of each
    state goes to a message that persuades nobody. Types with threshold 1 are one more class,
    whose obedience row is vacuous. The rows are scaled by rho + (1 - rho) = 1, which keeps
    coefficients in [0, 1] (odds explode near threshold 1).

    Variables: 2 per distinct threshold; rows: 1 per distinct threshold and 2.
    Model: section 3 of Harris et al. (arXiv 2311.18138), Prop. 3.1.
    """
    thresholds, high_mass, low_mass = _messages(instance)
    k = len(thresholds)
    zeros, ones = np.zeros(k), np.ones(k)
    obedience = sparse.hstack(
        [sparse.diags_array(-thresholds), sparse.diags_array(1 - thresholds)], format="csr"
    )
    shares = sparse.csr_array(np.kron(np.eye(2), ones))
    return Program(
        name="messaging",
        maximise=True,
        variables=(
            Variables("high", high_mass, zeros, ones),
            Variables("low", low_mass, zeros, ones),
        ),
        constraints=(
            Constraints("obedience", sparse.csr_array(obedience), np.full(k, -np.inf), zeros),
            Constraints("likelihood", shares, np.full(2, -np.inf), np.ones(2)),
        ),
    )


def policy_from_values(
    instance: BinaryPersuasion, high: FloatArray, low: FloatArray
) -> MessagingPolicy:
    """The messaging policy nearest to LP values, made feasible and obedient.

    Solvers return likelihoods that break rows by 1e-9 or so; lowering sigma(m|0) to the odds of
    the message's target and scaling down sums above 1 costs no more than that.
    """
    thresholds, _, _ = _messages(instance)
    x = np.clip(high, 0.0, 1.0)
    x = x / max(1.0, x.sum())
    with np.errstate(divide="ignore"):
        odds = thresholds / (1 - thresholds)
    # A dust of x would be multiplied by odds of up to 1e16: there y is what it was.
    y = np.clip(low, 0.0, 1.0)
    y = np.where(thresholds < 1, np.minimum(y, np.where(x > 0, odds, 0.0) * x), y)
    y = y / max(1.0, y.sum())
    used = np.flatnonzero((x > 0) | (y > 0))
    names = [f"m{j + 1}" for j in used]
    rest_high, rest_low = max(0.0, 1.0 - x[used].sum()), max(0.0, 1.0 - y[used].sum())
    return MessagingPolicy(
        np.append(x[used], rest_high), np.append(y[used], rest_low), [*names, "rest"]
    )


def _messages(instance: BinaryPersuasion) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Threshold of each distinct class, and the mass in states 1 and 0 from it upwards."""
    classes = instance.classes()
    sorted_thresholds = instance.thresholds[instance.order]
    thresholds = sorted_thresholds[classes.first[:-1]]
    high = classes.certain_high + classes.high[-1] - classes.high
    low = classes.certain_low + classes.low[-1] - classes.low
    if classes.certain > 0 or len(thresholds) == 0:
        return np.append(thresholds, 1.0), high, low
    return thresholds, high[:-1], low[:-1]
