"""The linear relaxation of set cover: prices of the elements, and the bound they prove."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from suasion.models.numbers.arrays import FloatArray
from suasion.models.programs.program import Program
from suasion.models.set_cover.instance import SetCover
from suasion.models.set_cover.mip import set_cover_lp
from suasion.models.set_cover.prices import price_bound


def lp_bound(
    instance: SetCover,
    solver: str = "highs",
    *,
    time_limit: float | None = None,
    threads: int = 1,
    seed: int = 0,
) -> float:
    """The value of the linear relaxation: no cover costs less.

    Parameters
    ----------
    instance : SetCover
    solver : str
        "highs", "pulp:NAME" or "cvxpy:NAME".
    time_limit : float, optional
        Seconds, after which the bound may be as low as 0.
    threads, seed : int
        Passed to the solver.

    Returns
    -------
    float
        Recomputed from the solver's dual prices, whatever it says about them. Infinite if some
        element is in no set. It is at least the optimum divided by H(largest set), H(k) = 1 + 1/2
        + ... + 1/k (L. Lovasz, On the ratio of optimal integral and fractional covers. Discrete
        Mathematics 13(4), 1975, 383-390).

    Examples
    --------
    >>> round(lp_bound(SetCover(3, [[0, 1], [1, 2], [0, 2]])), 9)
    1.5
    """
    if len(instance.uncoverable):
        return np.inf
    prices = lp_prices(instance, solver, time_limit, threads, seed)
    return float(price_bound(instance, np.maximum(prices, 0.0)))


def lp_prices(
    instance: SetCover, solver: str, time_limit: float | None, threads: int, seed: int
) -> FloatArray:
    """Dual prices of the elements from a solver, zeros if it has none to give."""
    from suasion.solvers.backends.optimise import optimise

    program = in_cost_units(set_cover_lp(instance), instance)
    found = optimise(program, solver, time_limit=time_limit, threads=threads, seed=seed)
    if found.answer is None or found.answer.duals is None:
        return np.zeros(instance.universe)
    return found.answer.duals * float(instance.cost_unit)


def in_cost_units(program: Program, instance: SetCover) -> Program:
    """The program with its objective in multiples of `SetCover.cost_unit`."""
    (block,) = program.variables
    return replace(program, variables=(replace(block, objective=instance.unit_costs),))
