"""Messaging policies by way of a linear program, on any backend, or proved in rationals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from suasion.errors import OutOfReachError
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.binary.messaging_lp import exact_policy, policy_from_values
from suasion.models.binary.policy import MessagingPolicy
from suasion.models.numbers.quoting import quoted
from suasion.models.programs.certificate import FormulationCertificate
from suasion.models.programs.program import Program
from suasion.models.programs.rational import RationalProgram
from suasion.results import NUMERICAL_GAP, Result, Status, concluded
from suasion.solvers.options import Options, limited


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
    if not options.exact:
        return _floats(route, instance, options)
    if options.solver.lower() != "highs":
        raise OutOfReachError(
            f'exact is not available for method "{route.method}" with solver "{options.solver}"; '
            'use solver "highs" or method "closed-form".'
        )
    limited(route.method, len(instance), route.exact_types, "types exactly", "exact=False")
    proved = _rationals(route, instance, options)
    if isinstance(proved, Result):
        return proved
    result = _floats(route, instance, options)
    words = f"{result.report.raw_status}; no exact proof: {proved}"
    return replace(result, report=replace(result.report, raw_status=words))


def _floats(route: Route, instance: BinaryPersuasion, options: Options) -> Result[MessagingPolicy]:
    """The bound is weak duality with the solver's multipliers, from the program's data."""
    from suasion.solvers.backends.optimise import optimise

    program = route.program(instance)
    found = optimise(
        program,
        options.solver,
        time_limit=options.time_limit,
        gap=options.gap,
        threads=options.threads,
        seed=options.seed,
    )
    if found.answer is None or found.status is Status.FAILED:
        return Result(
            status=found.status,
            method=route.method,
            bound=found.bound,
            report=found.report,
            problem=instance,
        )
    high, low = (program.block(found.answer.values, name) for name in ("high", "low"))
    policy = policy_from_values(instance, *route.messages(instance, high, low))
    full_information = instance.full_information()
    bound = full_information if found.bound is None else min(found.bound, full_information)
    return concluded(
        method=route.method,
        problem=instance,
        answer=policy,
        value=policy.value(instance),
        bound=bound,
        tolerance=NUMERICAL_GAP,
        report=found.report,
    )


def _rationals(
    route: Route, instance: BinaryPersuasion, options: Options
) -> Result[MessagingPolicy] | str:
    """The proved optimum, or why there is none: the policy's own exact value meets the bound."""
    from suasion.solvers.backends.certify import certified

    rational = route.rational(instance)
    proof, report = certified(
        rational, time_limit=options.time_limit, threads=options.threads, seed=options.seed
    )
    if proof is None:
        return report.raw_status
    half = len(proof.values) // 2
    high, low = list(proof.values[:half]), list(proof.values[half:])
    policy = exact_policy(*route.messages(instance, high, low))
    value: Fraction = policy.value(instance, exact=True)
    if value != proof.value:
        return f"the policy of the optimal point earns {quoted(value)}, not {quoted(proof.value)}"
    return concluded(
        method=route.method,
        problem=instance,
        answer=policy,
        value=value,
        bound=proof.value,
        exact=True,
        certificate=FormulationCertificate(proof, route.rational),
        report=report,
    )
