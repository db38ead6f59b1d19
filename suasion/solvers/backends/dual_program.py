"""The dual of a linear program, for solvers that find optima and return no duals."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from suasion.models.numbers.arrays import FloatArray
from suasion.models.programs.program import Constraints, Program, Variables

Positions = npt.NDArray[np.int64]

UPPER, LOWER = "upper side", "lower side"


def dual_program(program: Program) -> Program:
    """The least bound that row multipliers prove by weak duality (`Program.dual_bound`).

    Written for the maximisation of the objective or of its negative; `multipliers` reads its
    answers. A side or bound that is not finite has no price, one of an equation has any sign.
    """
    sign = 1.0 if program.maximise else -1.0
    identity = sparse.identity(len(program.objective), format="csr")
    blocks, columns = [], []
    for matrix, lower, upper, above, below in (
        (program.matrix, program.row_lower, program.row_upper, UPPER, LOWER),
        (identity, program.lower, program.upper, "upper bound", "lower bound"),
    ):
        for name, sides, price in ((above, upper, 1.0), (below, -lower, -1.0)):
            priced = _priced(lower, upper)[name is above]
            free = (lower == upper)[priced]
            low = np.where(free, -np.inf, 0.0)
            blocks.append(Variables(name, sides[priced], low, np.full(len(low), np.inf)))
            columns.append(price * matrix[priced].T)
    goal = sign * program.objective
    rows = sparse.csr_array(sparse.hstack(columns, format="csr"))
    family = Constraints("reduced costs", rows, goal, goal)
    return Program(f"dual of {program.name}", False, tuple(blocks), (family,))


def multipliers(program: Program, values: FloatArray) -> FloatArray:
    """Row multipliers of `program` from an answer of its dual, up to one sign for all."""
    above, below = _priced(program.row_lower, program.row_upper)[::-1]
    duals = np.zeros(len(program.row_lower))
    duals[above] += values[: len(above)]
    duals[below] -= values[len(above) : len(above) + len(below)]
    return duals


def _priced(lower: FloatArray, upper: FloatArray) -> tuple[Positions, Positions]:
    """Positions with a price for the lower end, and for the upper: of equations the latter."""
    return (
        np.flatnonzero(np.isfinite(lower) & (lower != upper)),
        np.flatnonzero(np.isfinite(upper)),
    )
