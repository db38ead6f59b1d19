"""Methods that are one linear program: any backend, or a proof in rationals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from suasion.errors import OutOfReachError
from suasion.models.finite.instance import FinitePersuasion
from suasion.models.finite.menu_lp import Menu, exact_menu_lp, menu_lp, menu_of
from suasion.models.finite.policy import FinitePolicy
from suasion.models.finite.profile_lp import (
    all_profiles,
    exact_complete_profile_lp,
    profile_lp,
    profile_policy,
)
from suasion.models.numbers.arrays import FloatArray, IntArray, object_array
from suasion.models.programs.certificate import FormulationCertificate
from suasion.models.programs.program import Program
from suasion.models.programs.rational import RationalProgram
from suasion.results import Result, Status, concluded
from suasion.solvers.finite.answers import answered, judged, policy_of
from suasion.solvers.finite.cells import cell_limit, closed_cells
from suasion.solvers.options import Options, limited

# Blocks of all k^n profiles; more are first searched for those that some message brings about.
LISTED_PROFILES = 2_000
LARGEST_CELLS = 5_000
LARGEST_MENU = 400_000
# Entries of the program of profiles: a second, and a gigabyte, to write it down.
LARGEST_ENTRIES = 5_000_000
# Sizes at which proofs in rationals take seconds.
LARGEST_EXACT_PROFILES = 64
LARGEST_EXACT_MENU = 1_500


def obedience(instance: FinitePersuasion, options: Options) -> Result[FinitePolicy]:
    """One type: the sender recommends actions, and following them is best (k messages).

    The linear program of Kamenica and Gentzkow (2011), `profile_lp` with k profiles. With
    ``exact=True`` HiGHS's optimal basis is solved in rationals, and the result carries a
    certificate.

    Examples
    --------
    >>> from suasion import solve
    >>> prosecutor = FinitePersuasion(
    ...     [1], [["7/10", "3/10"]], [[1, 0], [0, 1]], [[0, 1], [0, 1]]
    ... )
    >>> solve(prosecutor, "obedience", exact=True).exact_value
    Fraction(3, 5)
    """
    return _by_profiles("obedience", instance, options)


def profiles(instance: FinitePersuasion, options: Options) -> Result[FinitePolicy]:
    """One message per action profile, obedience as explicit rows: a reference method.

    Of more than 2,000 profiles only those that some message brings about, ties counted, enter;
    they are found type by type with a small linear program each. With ``exact=True`` all
    profiles enter, and HiGHS's optimal basis is solved in rationals.
    """
    n, _, k = instance.shape
    if k**n > LISTED_PROFILES:
        limited("profiles", cell_limit(instance), LARGEST_CELLS, "cells", '"vertices"')
    return _by_profiles("profiles", instance, options)


def menu(instance: FinitePersuasion, options: Options) -> Result[Menu]:
    """The best menu of policies, one per reported type: an upper bound on one policy for all.

    The value is the menu's own, at least V and at most what known types are worth. See
    `menu_lp`.
    """
    n, _, k = instance.shape
    limited("menu", (n * k) ** 2, LARGEST_MENU, "rows", '"vertices"')
    if options.exact:
        limited("menu", (n * k) ** 2, LARGEST_EXACT_MENU, "rows exactly", "exact=False")
        route = Exact(
            "menu",
            exact_menu_lp,
            menu_objective,
            lambda values: menu_of(instance, values),
        )
        proved = proved_answer(route, instance, options)
        if isinstance(proved, Result):
            return proved
    found = _optimised(menu_lp(instance), menu_objective(instance), options)
    if found.answer is None or found.status is Status.FAILED:
        return _unanswered("menu", instance, found)
    answer = menu_of(instance, found.answer.values)
    failures = answer.failures(instance, exact=False)
    report = found.report
    if options.exact:
        report = replace(report, raw_status=f"{report.raw_status}; no exact proof: {proved}")
    if failures:
        report = replace(report, raw_status=failures[0])
        return Result(Status.FAILED, "menu", report=report, problem=instance)
    bound = np.inf if found.bound is None else found.bound * instance.unit
    return judged("menu", instance, answer, bound, report)


@dataclass(frozen=True)
class Exact:
    """How an exact answer comes from a rational program.

    Attributes
    ----------
    method : str
    program : callable
        The program of an instance.
    objective : callable
        What HiGHS is to maximise instead, with the same optimal bases: relative payoffs in their
        unit, for the first block.
    answer : callable
        The answer of a point of the program, an array of Fractions.
    """

    method: str
    program: Callable[[FinitePersuasion], RationalProgram]
    objective: Callable[[FinitePersuasion], FloatArray]
    answer: Callable[[Any], FinitePolicy | Menu]


def _by_profiles(
    method: str, instance: FinitePersuasion, options: Options
) -> Result[FinitePolicy]:
    n, _, k = instance.shape
    words = ""
    if options.exact:
        limited(method, k**n, LARGEST_EXACT_PROFILES, "profiles exactly", '"vertices"')
        listed = all_profiles(instance)
        route = Exact(
            method,
            exact_complete_profile_lp,
            lambda instance: profile_objective(instance, listed),
            lambda values: profile_policy(instance, listed, values),
        )
        proved = proved_answer(route, instance, options)
        if isinstance(proved, Result):
            return proved
        words = f"no exact proof: {proved}"
    everything = k**n <= LISTED_PROFILES
    listed = all_profiles(instance) if everything else closed_cells(instance)
    entries = len(listed) * n * (k - 1) * instance.shape[1]
    limited(method, entries, LARGEST_ENTRIES, "entries", '"column-generation"')
    found = _optimised(profile_lp(instance, listed), profile_objective(instance, listed), options)
    if found.answer is None or found.status is Status.FAILED:
        return _unanswered(method, instance, found)
    policy = policy_of(instance, found.answer.values.reshape(len(listed), -1), listed)
    bound = np.inf if found.bound is None else found.bound * instance.unit
    report = replace(found.report, raw_status=words or found.report.raw_status)
    return answered(method, instance, policy, bound, report)


def profile_objective(instance: FinitePersuasion, listed: IntArray) -> FloatArray:
    """That of `profile_lp` in relative payoffs and their unit, shape (profiles d,)."""
    payoffs = instance.relative_payoffs()[np.arange(len(instance)), listed].sum(axis=1)
    return np.asarray(payoffs.reshape(-1) / instance.unit)


def menu_objective(instance: FinitePersuasion) -> FloatArray:
    """That of `menu_lp` in relative payoffs and their unit."""
    return np.asarray(instance.relative_payoffs().reshape(-1) / instance.unit)


def _optimised(program: Program, objective: FloatArray, options: Options) -> Result[Any]:
    """Solve with another objective for the likelihoods, which with all else are at most 1."""
    from suasion.solvers.backends.optimise import optimise

    prepared = with_objective(program, objective)
    # The bound that multipliers prove is then sure, whatever they leave of reduced costs.
    variables = tuple(replace(b, upper=np.ones(len(b))) for b in prepared.variables)
    return optimise(
        replace(prepared, variables=variables),
        options.solver,
        time_limit=options.time_limit,
        gap=options.gap,
        threads=options.threads,
        seed=options.seed,
    )


def with_objective(program: Program, likelihood: FloatArray) -> Program:
    """The program with another objective for its first block."""
    first, *others = program.variables
    return replace(program, variables=(replace(first, objective=likelihood), *others))


def _unanswered(method: str, instance: FinitePersuasion, found: Result[Any]) -> Result[Any]:
    bound = None
    if found.bound is not None:
        bound = float(instance.best_payoff() + found.bound * instance.unit)
    return Result(found.status, method, bound=bound, report=found.report, problem=instance)


def proved_answer(route: Exact, instance: FinitePersuasion, options: Options) -> Result[Any] | str:
    """The proved optimum, or why there is none: the answer's own value meets the bound."""
    from suasion.solvers.backends.certify import certified

    if options.solver.lower() != "highs":
        raise OutOfReachError(
            f'exact is not available for method "{route.method}" with solver "{options.solver}"; '
            'use solver "highs".'
        )
    program = route.program(instance)
    # HiGHS finds other bases for payoffs without what is earned anyway, and in their unit.
    floats = with_objective(program.program, route.objective(instance))
    for numbers in (program.program, floats):
        proof, report = certified(
            replace(program, program=numbers),
            time_limit=options.time_limit,
            threads=options.threads,
            seed=options.seed,
        )
        if proof is not None:
            break
    if proof is None:
        return report.raw_status
    answer = route.answer(object_array(list(proof.values)))
    failures = answer.failures(instance, exact=True)
    value: Fraction = answer.value(instance, exact=True)
    if failures or value != proof.value:
        return failures[0] if failures else f"the answer earns {value}, not {proof.value}"
    return concluded(
        method=route.method,
        problem=instance,
        answer=answer,
        value=value,
        bound=proof.value,
        exact=True,
        certificate=FormulationCertificate(proof, route.program),
        report=report,
    )
