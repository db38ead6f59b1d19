"""Rational proof that a messaging policy is optimal, and the checker that trusts no solver."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any

from suasion.models.binary.envelope import Envelope
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.binary.policy import MessagingPolicy, envelope_policy
from suasion.models.binary.threshold_classes import ThresholdClasses
from suasion.models.numbers.digits import rational_text
from suasion.models.numbers.quoting import quoted


@dataclass(frozen=True)
class MessagingCertificate:
    """A policy and a pair of prices that prove each other optimal, all in rationals.

    The prices bound every policy: a message with likelihoods (x, y) in states 1 and 0 persuades
    types whose mass is worth at most ``price_high * x + price_low * y``; summed over messages,
    no policy earns more than ``price_high + price_low``.

    Attributes
    ----------
    value : Fraction
        The claimed optimum.
    policy : MessagingPolicy
        Rational likelihoods that earn `value`.
    price_high, price_low : Fraction
        Shadow prices of one unit of likelihood in state 1 and in state 0 (a and b of the dual).

    Examples
    --------
    >>> from suasion import BinaryPersuasion, solve
    >>> instance = BinaryPersuasion(["1/2", "1/2"], ["2/5", "9/10"])
    >>> certificate = solve(instance, exact=True).certificate
    >>> certificate.value, certificate.failures(instance)
    (Fraction(221, 250), [])
    """

    value: Fraction
    policy: MessagingPolicy
    price_high: Fraction
    price_low: Fraction

    def failures(self, instance: BinaryPersuasion) -> list[str]:
        """What is wrong with this proof, one sentence each; an empty list means it holds.

        Only rational arithmetic on the instance's own numbers is used: who acts is decided type
        by type, and the prices are compared with what the steepest message for each threshold
        earns. O(n log n) comparisons plus O(n) per message.
        """
        found = self.policy.failures(instance, exact=True)
        high, low = self.policy.likelihoods(exact=True)
        types = _exact_types(instance)
        earned = sum(
            weight * (mu * x + (1 - mu) * y)
            for x, y in zip(high, low, strict=True)
            for weight, mu, rho in types
            if rho * x >= (1 - rho) * y
        )
        if earned != self.value:
            found.append(
                f"the policy earns {quoted(earned)}, not the claimed {quoted(self.value)}"
            )
        if self.price_high < 0 or self.price_low < 0:
            found.append("a price is negative")
        if self.price_high + self.price_low != self.value:
            found.append(
                f"the prices sum to {quoted(self.price_high + self.price_low)}, "
                f"not the claimed {quoted(self.value)}"
            )
        for rho, one, zero in _persuaded(types):
            # The message that just persuades threshold rho has likelihoods (1 - rho, rho).
            worth = one * (1 - rho) + zero * rho
            if self.price_high * (1 - rho) + self.price_low * rho < worth:
                found.append(f"the prices do not cover the message for threshold {quoted(rho)}")
        return found

    def to_dict(self) -> dict[str, Any]:
        """The proof as plain JSON, every number a rational."""
        high, low = self.policy.likelihoods(exact=True)
        return {
            "value": rational_text(self.value),
            "high": [rational_text(x) for x in high],
            "low": [rational_text(y) for y in low],
            "prices": {
                "high": rational_text(self.price_high),
                "low": rational_text(self.price_low),
            },
        }


def messaging_certificate(classes: ThresholdClasses, envelope: Envelope) -> MessagingCertificate:
    """The certificate of an exact envelope."""
    price_high, price_low = envelope.prices
    # Types with threshold 1 act on everything: their mass is worth its price in each state.
    return MessagingCertificate(
        value=Fraction(envelope.value),
        policy=envelope_policy(classes, envelope),
        price_high=Fraction(price_high + classes.certain_high),
        price_low=Fraction(price_low + classes.certain_low),
    )


def _exact_types(instance: BinaryPersuasion) -> list[tuple[Fraction, Fraction, Fraction]]:
    weights, _, thresholds, state_beliefs = instance.numbers(exact=True)
    return list(zip(weights, state_beliefs, thresholds, strict=True))


def _persuaded(
    types: list[tuple[Fraction, Fraction, Fraction]],
) -> list[tuple[Fraction, Fraction, Fraction]]:
    """Each extreme message's threshold, with the mass in states 1 and 0 that acts on it.

    What a message earns per unit is largest at thresholds of types, at 0 (state 1 only: all
    act) and at 1 (state 0 only: types with threshold 1 act).
    """
    rows = []
    one = zero = Fraction(0)
    ranked = sorted(types, key=lambda t: t[2], reverse=True)
    for rho, group in groupby(ranked, key=lambda t: t[2]):
        for weight, mu, _ in group:
            one += weight * mu
            zero += weight * (1 - mu)
        rows.append((rho, one, zero))
    if rows[0][0] != 1:
        rows.insert(0, (Fraction(1), Fraction(0), Fraction(0)))
    if rows[-1][0] != 0:
        rows.append((Fraction(0), one, zero))
    return rows
