"""From messages and prices to results: policies that are checked, and bounds on them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from suasion.models.finite.instance import FinitePersuasion
from suasion.models.finite.menu_lp import Menu
from suasion.models.finite.policy import FinitePolicy
from suasion.models.finite.ties import decided_responses
from suasion.models.numbers.arrays import FloatArray, IntArray
from suasion.results import NUMERICAL_GAP, Report, Result, Status, concluded
from suasion.solvers.finite.settling import settled

# Messages of a total likelihood below this are a solver's rounding.
DUST = 1e-11
# Least share of the unit that gaps are compared with.
LEAST_SHARE = 1e-4
# Sums of payoffs are rounded by this share of the worst of them.
ROUNDING = 8 * float(np.finfo(float).eps)


def policy_of(instance: FinitePersuasion, messages: FloatArray, actions: IntArray) -> FinitePolicy:
    """The policy that sends these messages, those with the same actions as one.

    Parameters
    ----------
    messages : array, shape (m, d)
        Likelihoods, of which a solver's rounding is taken out.
    actions : array, shape (m, n)
        What each type is to do on each message. Where that is not a best response even if the
        message is moved by a rounding, the policy has the best responses: `settled`.
    """
    messages = np.maximum(0, messages)
    sent = messages.sum(axis=1) > DUST
    found = [
        settled(instance, x, [_preferred(instance, x, row), row])
        for x, row in zip(*_merged(messages[sent], actions[sent]), strict=True)
    ]
    likelihoods, profiles = _merged(*(np.array(part) for part in zip(*found, strict=True)))
    # One factor for all states keeps messages on their ties; what is missing then is a message of
    # its own unless it is a rounding.
    likelihoods = likelihoods / likelihoods.sum(axis=0).max()
    rest = np.maximum(0, 1 - likelihoods.sum(axis=0))
    if rest.max() > DUST:
        likelihoods = np.vstack([likelihoods, rest])
        profiles = np.vstack([profiles, decided_responses(instance, rest)])
        likelihoods, profiles = _merged(likelihoods, profiles)
    return FinitePolicy(likelihoods / likelihoods.sum(axis=0), profiles)


def _preferred(instance: FinitePersuasion, message: FloatArray, actions: IntArray) -> IntArray:
    """The actions, or what may be tied with them and is better for the sender."""
    types, earned = np.arange(len(instance)), instance.relative_payoffs().dot(message)
    other = instance.best_responses(message)
    return np.where(earned[types, other] > earned[types, actions], other, actions)


def _merged(messages: FloatArray, actions: IntArray) -> tuple[FloatArray, IntArray]:
    """Messages with the same actions as one; both best there, so on their sum."""
    profiles, member = np.unique(actions, axis=0, return_inverse=True)
    likelihoods = np.zeros((len(profiles), messages.shape[1]))
    np.add.at(likelihoods, member.reshape(-1), messages)
    return likelihoods, profiles


def answered(
    method: str,
    instance: FinitePersuasion,
    policy: FinitePolicy,
    bound: float,
    report: Report,
) -> Result[FinitePolicy]:
    """The result of a numerical method: the policy valued and checked by itself.

    Parameters
    ----------
    bound : float
        On what a policy earns less the sender's best payoff.
    """
    failures = policy.failures(instance, exact=False)
    if failures:
        report = replace(report, raw_status=failures[0])
        return Result(Status.FAILED, method, report=report, problem=instance)
    return judged(method, instance, policy, bound, report)


def judged(
    method: str,
    instance: FinitePersuasion,
    answer: FinitePolicy | Menu,
    bound: float,
    report: Report,
) -> Result[Any]:
    """`concluded` on relative payoffs in their unit: whatever is earned anyway does not count.

    Of a penalty that is never paid, or a prize that is never won, little counts either: gaps are
    compared with the smaller of what is missed and what is gained, or a small share of all. What
    floats cannot tell apart is no gap.
    """
    value, bound = answer.relative_value(instance), min(bound, 0.0)
    worst = float(instance.relative_payoffs().min(axis=1).sum())
    share = min(-value, value - worst) / instance.unit
    rounding = ROUNDING * -worst / instance.unit
    result = concluded(
        method=method,
        problem=instance,
        answer=answer,
        value=value / instance.unit,
        bound=bound / instance.unit,
        tolerance=max(NUMERICAL_GAP * min(1.0, max(share, LEAST_SHARE)), rounding),
        report=report,
    )
    best = float(instance.best_payoff())
    return replace(result, value=best + value, bound=best + bound)
