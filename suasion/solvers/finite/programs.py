"""Methods that are one linear program: any backend, or a proof in rationals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import TypeVar

import numpy as np

from suasion.models.finite.instance import FinitePersuasion
from suasion.models.finite.menu_lp import Menu, exact_menu_lp, menu_lp, menu_of
from suasion.models.finite.policy import FinitePolicy
from suasion.models.finite.profile_lp import (
    all_profiles,
    exact_complete_profile_lp,
    profile_lp,
    profile_policy,
)
from suasion.models.numbers.arrays import FloatArray, IntArray, NumberArray
from suasion.models.programs.program import Program
from suasion.results import Result
from suasion.solvers.finite.answers import judged, policy_of
from suasion.solvers.finite.cells import cell_limit, closed_cells
from suasion.solvers.one_program import OneProgram, ProgramProof, by_program, with_objective
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

Plan = TypeVar("Plan", FinitePolicy, Menu)


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
    limited("menu", _menu_rows(instance), LARGEST_MENU, "rows", '"vertices"')
    proof = ProgramProof("menu", exact_menu_lp, menu_of, _menu_rows, LARGEST_EXACT_MENU, "rows")
    way = _in_relative_payoffs(proof, menu_lp, menu_objective)
    return by_program(way, instance, options)


def _menu_rows(instance: FinitePersuasion) -> int:
    n, _, k = instance.shape
    return (n * k) ** 2


def _by_profiles(
    method: str, instance: FinitePersuasion, options: Options
) -> Result[FinitePolicy]:
    n, d, k = instance.shape

    @cache
    def listed() -> IntArray:
        return all_profiles(instance) if k**n <= LISTED_PROFILES else closed_cells(instance)

    def program(instance: FinitePersuasion) -> Program:
        entries = len(listed()) * n * (k - 1) * d
        limited(method, entries, LARGEST_ENTRIES, "entries", '"column-generation"')
        return profile_lp(instance, listed())

    def policy(instance: FinitePersuasion, values: NumberArray) -> FinitePolicy:
        if values.dtype == object:
            return profile_policy(instance, listed(), values)
        return policy_of(instance, values.reshape(-1, d), listed())

    def objective(instance: FinitePersuasion) -> FloatArray:
        return profile_objective(instance, listed())

    proof = ProgramProof(
        method, exact_complete_profile_lp, policy, lambda instance: k**n,
        LARGEST_EXACT_PROFILES, "profiles", '"vertices"',
    )  # fmt: skip
    return by_program(_in_relative_payoffs(proof, program, objective), instance, options)


def _in_relative_payoffs(
    proof: ProgramProof[FinitePersuasion, Plan],
    program: Callable[[FinitePersuasion], Program],
    objective: Callable[[FinitePersuasion], FloatArray],
) -> OneProgram[FinitePersuasion, Plan]:
    """A program with another objective for the likelihoods, in the unit of relative payoffs."""

    def scaled(instance: FinitePersuasion) -> Program:
        prepared = with_objective(program(instance), objective(instance))
        # Likelihoods and gains are at most 1.
        # The bound that multipliers prove is then sure, whatever they leave of reduced costs.
        variables = tuple(replace(b, upper=np.ones(len(b))) for b in prepared.variables)
        return replace(prepared, variables=variables)

    return OneProgram(
        replace(proof, objective=objective),
        scaled,
        lambda instance, bound: float(instance.best_payoff() + bound * instance.unit),
        lambda instance, answer, bound, report: judged(
            proof.method, instance, answer, bound * instance.unit, report
        ),
    )


def profile_objective(instance: FinitePersuasion, listed: IntArray) -> FloatArray:
    """That of `profile_lp` in relative payoffs and their unit, shape (profiles d,)."""
    payoffs = instance.relative_payoffs()[np.arange(len(instance)), listed].sum(axis=1)
    return np.asarray(payoffs.reshape(-1) / instance.unit)


def menu_objective(instance: FinitePersuasion) -> FloatArray:
    """That of `menu_lp` in relative payoffs and their unit."""
    return np.asarray(instance.relative_payoffs().reshape(-1) / instance.unit)
