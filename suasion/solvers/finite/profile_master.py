"""The master of column generation: the program over the action profiles known so far."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from suasion.models.finite.profile_lp import profile_formulation
from suasion.models.numbers.arrays import FloatArray, IntArray
from suasion.models.programs.program import Constraints, Program, Variables
from suasion.solvers.backends.highs import KeptModel
from suasion.solvers.backends.optimise import optimise
from suasion.solvers.backends.outcome import Options as SolverOptions
from suasion.solvers.finite.subdivision import Subdivision


class ProfileMaster:
    """`profile_lp` over a growing list of profiles, on one kept HiGHS model.

    Attributes
    ----------
    value : float
        Optimum over the profiles known, in the subdivision's units.
    prices : array, shape (d,)
        Duals of the states: what a unit of likelihood in each is worth.
    """

    def __init__(self, subdivision: Subdivision, first: IntArray, options: SolverOptions) -> None:
        self._subdivision = subdivision
        self.profiles: list[tuple[int, ...]] = [tuple(first.tolist())]
        program = cell_program(subdivision, first)
        # The states' rows first, so that profiles are added below them.
        program = Program(program.name, True, program.variables, program.constraints[::-1])
        self._height = len(program.row_lower)
        self._model = KeptModel(program, options)
        self.value, self.prices, self.version = -np.inf, np.zeros(subdivision.states), ""

    def add(self, profile: IntArray) -> bool:
        """Let a profile enter; False if it is known."""
        key = tuple(profile.tolist())
        if key in self.profiles:
            return False
        self.profiles.append(key)
        program = cell_program(self._subdivision, profile)
        obedience = program.constraints[0]
        d, m = self._subdivision.states, len(obedience)
        self._model.add_rows(obedience.lower, obedience.upper)
        between = sparse.csr_array((self._height - d, d))
        block = sparse.vstack([sparse.eye_array(d), between, obedience.matrix])
        self._model.add_columns(program.objective, sparse.csc_array(block))
        self._height += m
        return True

    def solve(self) -> tuple[FloatArray, IntArray]:
        """Solve again; messages and profiles of the optimum, one each per profile known."""
        d = self._subdivision.states
        outcome = self._model.solve()
        if outcome.values is None or outcome.duals is None:
            raise RuntimeError(f"HiGHS ended with: {outcome.words}")
        self.prices, self.version = outcome.duals[:d], outcome.version
        self.value = float(self.prices.sum())
        messages = np.maximum(0, outcome.values.reshape(-1, d))
        return messages, np.array(self.profiles, dtype=np.intp)


def cell_program(subdivision: Subdivision, profile: IntArray) -> Program:
    """One profile's block of `profile_lp`: families "obedience" and "state"."""
    formulation = profile_formulation(
        subdivision.scores, subdivision.payoffs, profile[None, :]
    ).program()
    obedience, state = formulation.constraints
    # Rows that hold for every message say nothing.
    binding = obedience.matrix.max(axis=1).toarray().reshape(-1) > 0
    kept = Constraints(
        "obedience", obedience.matrix[binding], obedience.lower[binding], obedience.upper[binding]
    )
    return replace(formulation, constraints=(kept, state))


def best_message(
    subdivision: Subdivision, profile: IntArray, prices: FloatArray
) -> FloatArray | None:
    """The message of a profile's cell, of sum 1, that earns most beyond its price, if any."""
    block = cell_program(subdivision, profile)
    d = subdivision.states
    likelihoods = Variables("likelihood", block.objective - prices, np.zeros(d), np.ones(d))
    total = Constraints("total", sparse.csr_array(np.ones((1, d))), np.ones(1), np.ones(1))
    found = optimise(Program("cell", True, (likelihoods,), (block.constraints[0], total)))
    if found.answer is None:
        return None
    message = np.maximum(0, found.answer.values)
    return np.asarray(message / message.sum())


def single_type_prices(subdivision: Subdivision) -> FloatArray:
    """Prices of the states at which no message earns more from one type, shape (n, d).

    They are duals of the type's own program, and their sum is what the type is worth if known;
    summed over types they cover every message too.
    """
    k = subdivision.scores.shape[1]
    alone = [
        profile_formulation(own[None], earned[None], np.arange(k)[:, None]).program()
        for own, earned in zip(subdivision.scores, subdivision.payoffs, strict=True)
    ]
    prices = [_prices(program, subdivision.states) for program in alone]
    return np.array(prices).reshape(-1, subdivision.states)


def _prices(program: Program, d: int) -> FloatArray:
    found = optimise(program)
    if found.answer is None or found.answer.duals is None:
        raise RuntimeError(f"HiGHS ended with: {found.report.raw_status}")
    duals = found.answer.duals
    # What HiGHS leaves of reduced costs is made up for, whatever it is.
    prices = duals[-d:]
    explained = program.matrix.T @ np.concatenate([np.maximum(0, duals[:-d]), prices])
    missing = float(np.max(program.objective - explained, initial=0.0))
    return np.asarray(prices + missing)
