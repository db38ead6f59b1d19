"""A linear or mixed-integer program as plain arrays: what every backend is handed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from suasion.models.numbers.arrays import FloatArray, Mask
from suasion.models.table import SHOWN, Table, Tabled, left_out


@dataclass(frozen=True, eq=False)
class Variables:
    """A named block of variables.

    Attributes
    ----------
    name : str
        Variables are called ``name[0]``, ``name[1]``, ... in model files and messages.
    objective, lower, upper : array, shape (k,)
        Objective coefficients and bounds; infinite bounds are allowed.
    integer : bool
        All of the block is integer.
    """

    name: str
    objective: FloatArray
    lower: FloatArray
    upper: FloatArray
    integer: bool = False

    def __len__(self) -> int:
        return len(self.objective)


@dataclass(frozen=True, eq=False)
class Constraints:
    """A named family of rows ``lower <= matrix @ x <= upper`` over all variables of the program.

    Attributes
    ----------
    matrix : scipy.sparse.csr_array, shape (rows, columns of the program)
    lower, upper : array, shape (rows,)
    """

    name: str
    matrix: sparse.csr_array
    lower: FloatArray
    upper: FloatArray

    def __len__(self) -> int:
        return len(self.lower)


@dataclass(frozen=True, eq=False)
class Program:
    """A linear or mixed-integer program: named variable blocks and constraint families.

    A record, not a modelling language: formulations build it from arrays, backends read it,
    and it re-checks what they return.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy import sparse
    >>> x = Variables("x", np.array([1.0, 2.0]), np.zeros(2), np.ones(2))
    >>> row = Constraints("row", sparse.csr_array([[1.0, 1.0]]), np.array([-np.inf]), np.ones(1))
    >>> program = Program("tiny", True, (x,), (row,))
    >>> program.value(np.array([0.0, 1.0])), program.violation(np.array([1.0, 1.0]))
    (2.0, 1.0)
    """

    name: str
    maximise: bool
    variables: tuple[Variables, ...]
    constraints: tuple[Constraints, ...]

    @cached_property
    def objective(self) -> FloatArray:
        """Objective coefficients of all variables."""
        return np.concatenate([np.empty(0), *(block.objective for block in self.variables)])

    @cached_property
    def lower(self) -> FloatArray:
        """Lower bounds of all variables."""
        return np.concatenate([np.empty(0), *(block.lower for block in self.variables)])

    @cached_property
    def upper(self) -> FloatArray:
        """Upper bounds of all variables."""
        return np.concatenate([np.empty(0), *(block.upper for block in self.variables)])

    @cached_property
    def integer(self) -> Mask:
        """Which variables are integer."""
        flags = [np.full(len(block), block.integer) for block in self.variables]
        return np.concatenate([np.empty(0, dtype=np.bool_), *flags])

    @cached_property
    def matrix(self) -> sparse.csr_array:
        """All rows, stacked in the order of `constraints`."""
        if not self.constraints:
            return sparse.csr_array((0, len(self.objective)))
        return sparse.csr_array(
            sparse.vstack([family.matrix for family in self.constraints], format="csr")
        )

    @cached_property
    def row_lower(self) -> FloatArray:
        """Lower sides of all rows."""
        return np.concatenate([np.empty(0), *(family.lower for family in self.constraints)])

    @cached_property
    def row_upper(self) -> FloatArray:
        """Upper sides of all rows."""
        return np.concatenate([np.empty(0), *(family.upper for family in self.constraints)])

    def with_whole_bounds(self) -> Program:
        """The same program with the fractional bounds of its integers rounded inward.

        Not every solver does so itself, and some file formats refuse them.

        Examples
        --------
        >>> count = Variables("count", np.ones(1), np.array([-0.5]), np.array([2.5]), True)
        >>> Program("tiny", True, (count,), ()).with_whole_bounds().upper
        array([2.])
        """
        blocks = tuple(
            replace(block, lower=np.ceil(block.lower), upper=np.floor(block.upper))
            if block.integer
            else block
            for block in self.variables
        )
        return replace(self, variables=blocks)

    def variable_names(self) -> list[str]:
        """``block[i]`` for every variable, in order."""
        return [f"{b.name}[{i}]" for b in self.variables for i in range(len(b))]

    def row_names(self) -> list[str]:
        """``family[i]`` for every row, in order."""
        return [f"{f.name}[{i}]" for f in self.constraints for i in range(len(f))]

    def block(self, values: npt.NDArray[Any], name: str) -> npt.NDArray[Any]:
        """The part of a vector of variable values that belongs to the block `name`."""
        start = 0
        for block in self.variables:
            if block.name == name:
                return values[start : start + len(block)]
            start += len(block)
        raise KeyError(name)

    def value(self, values: FloatArray) -> float:
        """Objective at `values`, recomputed from the data."""
        return float(self.objective @ values)

    def violation(self, values: FloatArray) -> float:
        """Largest violation of a bound, a row or integrality at `values`; 0 if feasible."""
        activity = self.matrix @ values
        parts = [
            self.lower - values,
            values - self.upper,
            self.row_lower - activity,
            activity - self.row_upper,
            np.abs(values - np.round(values))[self.integer],
        ]
        return max([0.0, *(float(part.max()) for part in parts if part.size)])

    def dual_bound(self, duals: FloatArray) -> float:
        """Bound on the optimum of the LP relaxation from row multipliers, by weak duality.

        Any vector proves a bound; a solver's optimal duals prove the optimum. A multiplier or
        reduced cost that pushes against an infinite bound makes the bound infinite. Nothing but
        the program's data and the multipliers is used, so a wrong sign shows as a weak bound.
        """
        reduced = self.objective - self.matrix.T @ duals
        sign = 1.0 if self.maximise else -1.0
        total = _extreme(duals, self.row_lower, self.row_upper, sign) + _extreme(
            reduced, self.lower, self.upper, sign
        )
        return total


def _extreme(prices: FloatArray, lower: FloatArray, upper: FloatArray, sign: float) -> float:
    """Largest (sign 1) or smallest (sign -1) ``prices @ t`` over lower <= t <= upper."""
    ends = np.where(sign * prices > 0, upper, lower)
    used = prices != 0
    return float((prices[used] * ends[used]).sum())


@dataclass(frozen=True, eq=False)
class ProgramSolution(Tabled):
    """Values of all variables, and row multipliers where the solver has them.

    Attributes
    ----------
    values : array, shape (columns,)
    duals : array, shape (rows,), or None
        Change of the optimum per unit of the row's side, whatever the sense of the program.
    """

    values: FloatArray
    duals: FloatArray | None = None

    def tables(self, problem: Program | None = None, full: bool = False) -> list[Table]:
        """Values by variable: by its name, or by its position without the program."""
        count = len(self.values)
        shown = count if full else min(count, SHOWN)
        names = map(str, range(count)) if problem is None else problem.variable_names()
        rows = tuple(zip(islice(names, shown), self.values[:shown].tolist(), strict=True))
        return [Table("", ("variable", "value"), rows, left_out(count, shown, "variables"))]

    def document(
        self, problem: Program, full: bool = False, exact: bool = False
    ) -> dict[str, Any]:
        """Values by variable name."""
        return {"variables": dict(zip(problem.variable_names(), self.values, strict=True))}
