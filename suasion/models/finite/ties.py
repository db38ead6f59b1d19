"""What receivers do on a message, in floats where these tell and in Fractions where not."""

from __future__ import annotations

from fractions import Fraction
from typing import Protocol

import numpy as np

from suasion.models.numbers.arrays import IntArray, NumberArray

# Regrets are sums of products that are not negative, each rounded a few times: two of them that
# differ by more than this share of their sum differ in exact arithmetic too, the same way.
ROUNDING = 1e-13
# Products below the smallest floats are not rounded in proportion.
UNDERFLOW = 1e-290


class Stakes(Protocol):
    """What is at stake for types and sender: what `FinitePersuasion` says of itself."""

    def regrets(self) -> NumberArray:
        """What an action costs a type, by state."""

    def relative_payoffs(self) -> NumberArray:
        """What the sender earns below her best, by type, action and state."""

    def exact_lead(self, t: int, a: int, b: int, message: list[Fraction]) -> Fraction:
        """How much better action a is than b for a type on a message."""


def decided_responses(instance: Stakes, message: NumberArray) -> IntArray:
    """Each type's action on a message, exactly; ties for the sender, shape (n,).

    Parameters
    ----------
    message : array, shape (d,)
        Likelihoods as floats, which are the dyadic numbers they are, or Fractions.
    """
    x = np.asarray(message, dtype=np.float64)
    regret, earned = instance.regrets().dot(x), instance.relative_payoffs().dot(x)
    least = regret.min(axis=1, keepdims=True)
    open_ = regret - least <= ROUNDING * (regret + least) + UNDERFLOW
    exact = [Fraction(value) for value in message.tolist()]
    for t in np.flatnonzero(open_.sum(axis=1) > 1).tolist():
        candidates = np.flatnonzero(open_[t]).tolist()
        leads = [instance.exact_lead(t, a, candidates[0], exact) for a in candidates]
        best = max(leads)
        open_[t, [a for a, lead in zip(candidates, leads, strict=True) if lead < best]] = False
    actions: IntArray = np.argmax(np.where(open_, earned, -np.inf), axis=1)
    return actions


def obeyed(instance: Stakes, actions: IntArray, message: NumberArray, types: IntArray) -> bool:
    """Whether the actions of some types are best responses to a message, exactly."""
    x = np.asarray(message, dtype=np.float64)
    regret = instance.regrets()[types].dot(x)
    own = regret[np.arange(len(types)), actions[types]][:, None]
    unsure = ROUNDING * (own + regret) + UNDERFLOW
    if (own - regret > unsure).any():
        return False
    open_ = own - regret >= -unsure
    open_[np.arange(len(types)), actions[types]] = False
    exact = [Fraction(value) for value in message.tolist()]
    return all(
        instance.exact_lead(int(types[i]), int(actions[types[i]]), int(b), exact) >= 0
        for i, b in np.argwhere(open_)
    )
