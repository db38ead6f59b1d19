"""Messaging policies by way of a linear program, on any backend, or proved in rationals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.binary.messaging_lp import exact_policy, policy_from_values
from suasion.models.binary.policy import MessagingPolicy
from suasion.models.numbers.arrays import NumberArray
from suasion.models.programs.program import Program
from suasion.models.programs.rational import RationalProgram
from suasion.results import NUMERICAL_GAP, Report, Result, concluded
from suasion.solvers.one_program import OneProgram, ProgramProof, by_program
from suasion.solvers.options import Options


@dataclass(frozen=True)
class Route:
    """How a method of the messaging question is one linear program.

    Attributes
    ----------
    method : str
    program, rational : callable
        The formulation, on the floats and on the exact numbers of an instance. Its optimum is at
        least what any messaging policy earns.
    messages : callable
        Likelihoods of `messaging_lp`'s messages in states 1 and 0 from a point of the program.
    exact_types : int
        Most types for which an exact proof is tried.
    """

    method: str
    program: Callable[[BinaryPersuasion], Program]
    rational: Callable[[BinaryPersuasion], RationalProgram]
    messages: Callable[[BinaryPersuasion, Any, Any], tuple[Any, Any]]
    exact_types: int


def answered(
    route: Route, instance: BinaryPersuasion, options: Options
) -> Result[MessagingPolicy]:
    """The policy of an optimal point; with ``exact`` and where it succeeds, its rational proof.

    Where the proof fails, the float answer is returned with the reason in ``raw_status``.
    """

    def policy(instance: BinaryPersuasion, values: NumberArray) -> MessagingPolicy:
        high, low = np.split(values, 2)  # blocks "high" and "low"
        messages = route.messages(instance, high, low)
        if values.dtype == object:
            return exact_policy(*messages)
        return policy_from_values(instance, *messages)

    def judged(
        instance: BinaryPersuasion, policy: MessagingPolicy, bound: float, report: Report
    ) -> Result[MessagingPolicy]:
        return concluded(
            method=route.method,
            problem=instance,
            answer=policy,
            value=policy.value(instance),
            bound=min(bound, instance.full_information()),
            tolerance=NUMERICAL_GAP,
            report=report,
        )

    proof = ProgramProof(route.method, route.rational, policy, len, route.exact_types, "types")
    way = OneProgram(proof, route.program, lambda instance, bound: bound, judged)
    return by_program(way, instance, options)
