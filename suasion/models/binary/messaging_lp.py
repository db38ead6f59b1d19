"""The messaging problem as an explicit linear program."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.binary.policy import MessagingPolicy
from suasion.models.numbers.arrays import FloatArray, NumberArray, object_array
from suasion.models.programs.program import Program
from suasion.models.programs.rational import Family, Formulation, RationalProgram

# Likelihoods below this are a solver's rounding, not messages.
DUST = 1e-12


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
    return _formulation(instance, exact=False).program()


def exact_messaging_lp(instance: BinaryPersuasion) -> RationalProgram:
    """`messaging_lp` on the exact numbers of the instance; its optimum is the exact V.

    Thresholds that differ by less than a float shows are classes of their own here.
    """
    return _formulation(instance, exact=True).rational()


def _formulation(instance: BinaryPersuasion, exact: bool) -> Formulation:
    thresholds, high_mass, low_mass = _messages(instance, exact)
    k = len(thresholds)
    each, one = np.arange(k), thresholds[:1] * 0 + 1
    obedience = Family(
        "obedience",
        row=np.tile(each, 2),
        column=np.arange(2 * k),
        numbers=np.concatenate([-thresholds, 1 - thresholds]),
        upper=thresholds * 0,
    )
    likelihood = Family(
        "likelihood",
        row=np.repeat([0, 1], k),
        column=np.arange(2 * k),
        numbers=one.repeat(2 * k),
        upper=one.repeat(2),
    )
    blocks = {"high": high_mass, "low": low_mass}
    return Formulation("messaging", blocks, (obedience, likelihood))


def message_thresholds(instance: BinaryPersuasion, exact: bool = False) -> NumberArray:
    """Threshold of the lowest class that each message of the LP persuades, increasing."""
    return _messages(instance, exact)[0]


def exact_policy(high: Sequence[Fraction], low: Sequence[Fraction]) -> MessagingPolicy:
    """The messaging policy of a rational point of the LP, which is feasible and obedient."""
    used = [j for j, (x, y) in enumerate(zip(high, low, strict=True)) if x or y]
    x, y = [high[j] for j in used], [low[j] for j in used]
    names = [f"m{j + 1}" for j in used]
    rest_high, rest_low = 1 - sum(x, Fraction(0)), 1 - sum(y, Fraction(0))
    if rest_high or rest_low:
        x, y, names = [*x, rest_high], [*y, rest_low], [*names, "rest"]
    return MessagingPolicy(x, y, names)


def policy_from_values(
    instance: BinaryPersuasion, high: FloatArray, low: FloatArray
) -> MessagingPolicy:
    """The messaging policy nearest to LP values, made feasible and obedient.

    Solvers return likelihoods that break rows by 1e-9 or so. Where the message's target has
    threshold at most 1/2, sigma(m|0) is lowered to what obedience allows, above 1/2 sigma(m|1) is
    raised to what it asks for: neither moves by more than twice what the row was broken by. (At
    odds of 1e9 a solver sees no difference between a message and one that is never sent in
    state 1, and lowering sigma(m|0) would give up all of it.) Sums above 1 are scaled down.
    """
    rho = message_thresholds(instance)
    eager = rho > 0.5
    x, y = np.clip(high, 0.0, 1.0), np.clip(low, 0.0, 1.0)
    x = np.where(eager, np.maximum(x, y * (1 - rho) / np.maximum(rho, 0.5)), x)
    y = np.where(eager, y, np.minimum(y, x * rho / np.maximum(1 - rho, 0.5)))
    # Messages keep their odds where state 1 is scaled down, and are obeyed at any lower ones.
    over = max(1.0, x.sum())
    x, y = x / over, y / over
    y = y / max(1.0, y.sum())
    # Interior points leave dust on every message; it goes to the rest.
    used = np.flatnonzero((x > DUST) | (y > DUST))
    names = [f"m{j + 1}" for j in used]
    rest_high, rest_low = max(0.0, 1.0 - x[used].sum()), max(0.0, 1.0 - y[used].sum())
    return MessagingPolicy(
        np.append(x[used], rest_high), np.append(y[used], rest_low), [*names, "rest"]
    )


def _messages(
    instance: BinaryPersuasion, exact: bool
) -> tuple[NumberArray, NumberArray, NumberArray]:
    """Threshold of each distinct class, and the mass in states 1 and 0 from it upwards."""
    classes = instance.classes(exact=exact)
    thresholds = instance.numbers(exact)[2][instance.order][classes.first[:-1]]
    high = classes.certain_high + classes.high[-1] - classes.high
    low = classes.certain_low + classes.low[-1] - classes.low
    if classes.certain > 0 or len(thresholds) == 0:
        one: NumberArray = object_array([Fraction(1)]) if exact else np.ones(1)
        return np.concatenate([thresholds, one]), high, low
    return thresholds, high[:-1], low[:-1]
