"""Methods for the messaging policy of a binary instance."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from suasion.models.binary.certificate import messaging_certificate
from suasion.models.binary.envelope import concave_envelope
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.binary.messaging_lp import exact_messaging_lp, messaging_lp
from suasion.models.binary.policy import MessagingPolicy, envelope_policy
from suasion.models.binary.threshold_classes import ThresholdClasses
from suasion.models.numbers.arrays import NumberArray
from suasion.results import Report, Result, concluded
from suasion.solvers.binary.program_policies import Route, answered
from suasion.solvers.options import Options, limited

LARGEST_ENUMERATION = 1_500
LARGEST_EXACT = 200_000
LARGEST_EXACT_LP = 300

EXPLICIT = Route(
    "lp",
    messaging_lp,
    exact_messaging_lp,
    # The point of the program is already one likelihood per message.
    lambda instance, high, low: (high, low),
    LARGEST_EXACT_LP,
)


def closed_form(instance: BinaryPersuasion, options: Options) -> Result[MessagingPolicy]:
    """The concave envelope of (odds, gain) read at odds 1: O(n log n), exact when asked.

    With ``exact=True`` the result carries a `MessagingCertificate`: a policy and prices in
    rationals that prove each other optimal. The float answer's bound is its dual pair, valued
    separately from the policy.
    """
    if options.exact:
        limited("closed-form", len(instance), LARGEST_EXACT, "types exactly", "exact=False")
    classes = instance.classes(exact=options.exact)
    envelope = concave_envelope(classes)
    certificate = messaging_certificate(classes, envelope) if options.exact else None
    policy = certificate.policy if certificate else envelope_policy(classes, envelope)
    return concluded(
        method="closed-form",
        problem=instance,
        answer=policy,
        value=policy.value(instance, options.exact),
        bound=sum(envelope.prices, classes.certain),
        exact=options.exact and certificate is not None and not certificate.failures(instance),
        certificate=certificate,
    )


def published(instance: BinaryPersuasion, options: Options) -> Result[MessagingPolicy]:
    """Proposition 4.1 as printed: optimal when all thresholds are at most 1/2, else a lower bound.

    The best of one threshold message with threshold at most 1/2, and for each threshold above 1/2
    a message with ``sigma(m|0) = 1``, ``sigma(m|1) = 1 / odds`` and the rest of state 1 on a
    message on which everyone acts. With thresholds on both sides of 1/2 it can fall short of the
    LP (weights 1/2, 1/2, beliefs 2/5, 9/10: 53/60 against 221/250), so its bound is the
    envelope's.
    """
    classes = instance.classes(exact=options.exact)
    h, m = classes.below_half, len(classes)
    gains = classes.gains()
    everyone = gains[0]
    odds = classes.odds[h:]
    mass = 1 / odds
    mixed = gains[h + 1 :] * mass + everyone * (1 - mass)
    candidates = np.concatenate((gains[1 : h + 1], mixed, gains[:1] if m == 0 else mixed[:0]))
    best = int(np.argmax(candidates))
    one = everyone * 0 + 1
    if m == 0:
        policy = MessagingPolicy([one], [one], ["m0"])
    elif best < h:
        ratio = classes.odds[best]
        policy = _with_rest([one], [ratio], [f"m{best + 1}"])
    else:
        share = mass[best - h]
        policy = _with_rest([one - share, share], [one * 0, one], ["m0", f"m{best + 1}"])
    return concluded(
        method="published",
        problem=instance,
        answer=policy,
        value=policy.value(instance, options.exact),
        bound=sum(concave_envelope(classes).prices, classes.certain),
        exact=options.exact,
    )


def _with_rest(high: list[Any], low: list[Any], labels: list[str]) -> MessagingPolicy:
    rest = 1 - sum(low)
    if rest > 0:
        return MessagingPolicy([*high, high[0] * 0], [*low, rest], [*labels, "rest"])
    return MessagingPolicy(high, low, labels)


def explicit_lp(instance: BinaryPersuasion, options: Options) -> Result[MessagingPolicy]:
    """The messaging LP on a solver: any of the backends, the policy re-checked.

    The bound is weak duality with the solver's multipliers, computed from the program's data.
    With ``exact=True`` (on HiGHS) the optimal basis is solved in rationals, and the result
    carries a certificate about the LP.
    """
    return answered(EXPLICIT, instance, options)


def messaging_brute_force(instance: BinaryPersuasion, options: Options) -> Result[MessagingPolicy]:
    """Every pair of extreme messages, valued by who acts on them; O(n^2).

    What a message earns is linear between the likelihood ratios at which some type changes its
    mind, so two of those rays suffice. Nothing is assumed about which rows are tight or how many
    messages are used, which makes this a check of the closed form.
    """
    classes = instance.classes(exact=options.exact)
    limited(
        "brute-force", len(classes), LARGEST_ENUMERATION, "distinct thresholds", '"closed-form"'
    )
    high, low = _extreme_messages(instance, classes, options.exact)
    worth = _worth(instance, high, low, options.exact)
    value, pair, masses = _best_pair(high, low, worth)
    used = [(mass, i) for mass, i in zip(masses, pair, strict=True) if mass > 0]
    policy = MessagingPolicy(
        _capped([mass * high[i] for mass, i in used]),
        _capped([mass * low[i] for mass, i in used]),
    )
    return concluded(
        method="brute-force",
        problem=instance,
        answer=policy,
        value=policy.value(instance, options.exact),
        bound=value,
        exact=options.exact,
        report=Report(nodes=len(high) ** 2),
    )


def _capped(likelihoods: list[Any]) -> list[Any]:
    """Likelihoods of at most 1, which a product of floats may exceed in the last place."""
    return [min(likelihood, 1) for likelihood in likelihoods]


def _extreme_messages(
    instance: BinaryPersuasion, classes: ThresholdClasses, exact: bool
) -> tuple[NumberArray, NumberArray]:
    """Likelihoods (rho-tight, scaled to sum 1) of the rays at which a type changes its mind."""
    rho = instance.numbers(exact)[2]
    zero = Fraction(0) if exact else 0.0
    thresholds = np.array(sorted({*rho.tolist(), zero, zero + 1}), dtype=rho.dtype)
    return 1 - thresholds, thresholds


def _worth(
    instance: BinaryPersuasion, high: NumberArray, low: NumberArray, exact: bool
) -> NumberArray:
    """What one unit of each message earns, adding up the types whose threshold it reaches."""
    weights, _, rho, mu = instance.numbers(exact)
    one, zero = weights * mu, weights * (1 - mu)
    # `low` is the message's threshold here: likelihoods (1 - t, t) persuade rho >= t.
    worth = [
        one[rho >= t].sum() * x + zero[rho >= t].sum() * t
        for x, t in zip(high.tolist(), low.tolist(), strict=True)
    ]
    return np.array(worth, dtype=high.dtype)


def _best_pair(
    high: NumberArray, low: NumberArray, worth: NumberArray
) -> tuple[Any, tuple[int, int], tuple[Any, Any]]:
    """The pair of rays whose combination to (1, 1) is worth most."""
    best: tuple[Any, tuple[int, int], tuple[Any, Any]] | None = None
    half = [i for i in range(len(low)) if 2 * low[i] == 1]
    for i in half:
        mass = 1 / low[i]
        best = (worth[i] * mass, (i, i), (mass, mass * 0))
    for i in range(len(low)):
        if not 2 * low[i] < 1:
            continue
        above = 2 * low > 1
        # mass_i (1 - s, s) + mass_j (1 - t, t) = (1, 1) for s < 1/2 < t.
        s, t = low[i], low[above]
        mass_i, mass_j = (2 * t - 1) / (t - s), (1 - 2 * s) / (t - s)
        values = mass_i * worth[i] + mass_j * worth[above]
        k = int(np.argmax(values))
        if best is None or values[k] > best[0]:
            best = (values[k], (i, int(np.flatnonzero(above)[k])), (mass_i[k], mass_j[k]))
    assert best is not None  # rays 0 and 1 always exist
    return best
