"""Receivers of a binary persuasion who would rather not, and better messages to them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from suasion.models.binary.envelope import concave_envelope
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.binary.policy import MessagingPolicy
from suasion.models.numbers.arrays import IntArray, Mask

# Differences in payoff or utility that count as a deviation when numbers are floats.
TOLERANCE = 1e-9


class MessageCheck:
    """The messages to cells of types of a binary persuasion, compared in floats or rationals."""

    def __init__(self, instance: BinaryPersuasion, exact: bool) -> None:
        self.instance, self.exact = instance, exact
        self.tolerance: Any = Fraction(0) if exact else TOLERANCE

    def receivers(
        self, cell: int, members: IntArray, policy: MessagingPolicy, acts: Mask | None
    ) -> Iterator[str]:
        """Deviations of receivers: prescribed actions that are not best responses."""
        prescribed = policy.acts(self.instance, self.exact) if acts is None else acts
        gain = self._gain_from_acting(policy)
        for i in members.tolist():
            for m in range(len(policy)):
                better = gain[i, m]
                # Ties go to the sender, so not acting needs a strict reason.
                wrong = better < -self.tolerance if prescribed[i, m] else better > self.tolerance
                if wrong:
                    do, instead = ("act", "not to") if prescribed[i, m] else ("not act", "to act")
                    yield (
                        f"in cell {cell} type {self.instance.labels[i]} is to {do} on message "
                        f"{policy.labels[m]}, and prefers {instead} by {abs(float(better)):.3g}."
                    )

    def _gain_from_acting(self, policy: MessagingPolicy) -> Any:
        """Receiver's expected gain from acting, from her posterior by Bayes' rule, shape (n, k).

        Written in her own utilities ``alpha / p`` and ``beta / (1 - p)``; where a belief of 0 or
        1 leaves them undefined, or a message has probability 0, the likelihoods decide.
        """
        plain = policy.obedience(self.instance, self.exact)
        if self.exact:
            return plain
        p, rho = self.instance.beliefs[:, None], self.instance.thresholds[:, None]
        posterior = policy.posteriors(self.instance)
        inside = (p > 0) & (p < 1) & ~np.isnan(posterior)
        weighed = posterior * (1 - p) * rho - (1 - posterior) * p * (1 - rho)
        return np.where(inside, weighed, plain)

    def messages(self, cell: int, members: IntArray, policy: MessagingPolicy) -> Iterator[str]:
        """A better messaging policy for the cell, if there is one."""
        weights, _, _, mu = self.instance.numbers(self.exact)
        acting = policy.acting(self.instance, self.exact)
        payoff = weights * (mu * acting[:, 1] + (1 - mu) * acting[:, 0])
        earned = payoff[members].sum()
        best = concave_envelope(self.instance.classes(members, self.exact)).value
        if earned < best - self.tolerance:
            yield (
                f"in cell {cell} the messages earn {float(earned):.6g}, and others earn "
                f"{float(best):.6g}."
            )
