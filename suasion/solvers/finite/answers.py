"""From messages and prices to results: policies that are checked, and bounds on them."""

from __future__ import annotations

from typing import Any

import numpy as np

from suasion.models.finite import FinitePersuasion
from suasion.models.finite_policy import FinitePolicy
from suasion.models.rationals import FloatArray
from suasion.models.threshold_classes import IntArray
from suasion.results import NUMERICAL_GAP, Report, Result, Status, concluded

# Shares of messages below this are a solver's rounding.
DUST = 1e-11


def policy_of(messages: FloatArray, shares: FloatArray, actions: IntArray) -> FinitePolicy:
    """The policy that sends ``shares[j]`` of message j, messages with the same actions as one.

    Parameters
    ----------
    messages : array, shape (m, d)
        Likelihoods of any scale.
    shares : array, shape (m,)
        Non-negative, with ``shares @ messages`` all ones up to a solver's rounding.
    actions : array, shape (m, n)
        Best responses to each message.
    """
    sent = shares > DUST
    messages, actions = messages[sent], actions[sent]
    # An optimal basis has few enough messages for the shares to be solved for again.
    shares = np.maximum(0, np.linalg.lstsq(messages.T, np.ones(messages.shape[1]))[0])
    profiles, member = np.unique(actions, axis=0, return_inverse=True)
    likelihoods = np.zeros((len(profiles), messages.shape[1]))
    np.add.at(likelihoods, member.reshape(-1), shares[:, None] * messages)
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
        return Result(
            Status.FAILED, method, report=_saying(report, failures[0]), problem=instance
        )
    return concluded(
        method=method,
        problem=instance,
        answer=policy,
        value=policy.value(instance),
        bound=bound,
        tolerance=NUMERICAL_GAP,
        report=report,
    )


def _saying(report: Report, words: str) -> Report:
    return Report(
        report.solver, report.version, report.seconds, report.nodes, report.seed, words
    )


def sure_bound(instance: FinitePersuasion) -> float:
    """What the sender would earn if receivers did as she likes in every state: at least V."""
    payoffs: Any = instance.payoffs()
    return float(payoffs.max(axis=1).sum())
