"""From messages and prices to results: policies that are checked, and bounds on them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from suasion.models.finite import FinitePersuasion
from suasion.models.finite_policy import FinitePolicy
from suasion.models.rationals import FloatArray
from suasion.models.threshold_classes import IntArray
from suasion.results import NUMERICAL_GAP, Report, Result, Status, concluded

# Messages of a total likelihood below this are a solver's rounding.
DUST = 1e-11


def policy_of(messages: FloatArray, actions: IntArray) -> FinitePolicy:
    """The policy that sends these messages, those with the same actions as one.

    Parameters
    ----------
    messages : array, shape (m, d)
        Likelihoods, of which a solver's rounding is taken out.
    actions : array, shape (m, n)
        Best responses to each message.
    """
    sent = messages.sum(axis=1) > DUST
    profiles, member = np.unique(actions[sent], axis=0, return_inverse=True)
    likelihoods = np.zeros((len(profiles), messages.shape[1]))
    np.add.at(likelihoods, member.reshape(-1), np.maximum(0, messages[sent]))
    return FinitePolicy(likelihoods / likelihoods.sum(axis=0), profiles)


def answered(
    method: str,
    instance: FinitePersuasion,
    policy: FinitePolicy,
    bound: float,
    report: Report,
) -> Result[FinitePolicy]:
    """The result of a numerical method: the policy valued and checked by itself."""
    failures = policy.failures(instance, exact=False)
    if failures:
        report = replace(report, raw_status=failures[0])
        return Result(Status.FAILED, method, report=report, problem=instance)
    return concluded(
        method=method,
        problem=instance,
        answer=policy,
        value=policy.value(instance),
        bound=bound,
        tolerance=NUMERICAL_GAP,
        report=report,
    )


def sure_bound(instance: FinitePersuasion) -> float:
    """What the sender would earn if receivers did as she likes in every state: at least V."""
    payoffs: Any = instance.payoffs()
    return float(payoffs.max(axis=1).sum())
