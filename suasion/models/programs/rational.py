"""Programs whose numbers are Fractions, beside the floats that solvers are handed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy import sparse

from suasion.models.numbers.arrays import IntArray, NumberArray
from suasion.models.programs.program import Constraints, Program, Variables

# None where there is no bound.
Sides = tuple[Fraction | None, ...]
Entries = tuple[tuple[int, Fraction], ...]


@dataclass(frozen=True, eq=False)
class RationalProgram:
    """The exact numbers of a `Program`; ``program`` holds their roundings.

    Attributes
    ----------
    program : Program
        Names, sense, integrality, and the float64 numbers a solver works on.
    objective : tuple of Fraction, shape (columns,)
    lower, upper : tuple of (Fraction or None), shape (columns,)
        Bounds of the variables; None where there is none.
    rows : tuple of tuple of (int, Fraction), shape (rows,)
        Column and coefficient of the entries of each row.
    row_lower, row_upper : tuple of (Fraction or None), shape (rows,)

    Examples
    --------
    A float is the dyadic number it is:

    >>> x = Variables("x", np.array([0.1]), np.zeros(1), np.array([np.inf]))
    >>> row = Constraints("row", sparse.csr_array([[1.0]]), np.array([-np.inf]), np.ones(1))
    >>> exact = RationalProgram.of(Program("tiny", True, (x,), (row,)))
    >>> exact.objective[0] == Fraction(1, 10), exact.upper, exact.rows
    (False, (None,), (((0, Fraction(1, 1)),),))
    """

    program: Program
    objective: tuple[Fraction, ...]
    lower: Sides
    upper: Sides
    rows: tuple[Entries, ...]
    row_lower: Sides
    row_upper: Sides

    @classmethod
    def of(cls, program: Program | RationalProgram) -> RationalProgram:
        """The float numbers of a program, read as the dyadic rationals they are."""
        if isinstance(program, RationalProgram):
            return program
        coordinates = program.matrix.tocoo()
        return cls(
            program,
            tuple(map(Fraction, program.objective.tolist())),
            _sides(program.lower.tolist()),
            _sides(program.upper.tolist()),
            _rows(
                len(program.row_lower),
                coordinates.row.tolist(),
                coordinates.col.tolist(),
                coordinates.data.tolist(),
            ),
            _sides(program.row_lower.tolist()),
            _sides(program.row_upper.tolist()),
        )

    def activity(self, values: Sequence[Fraction]) -> list[Fraction]:
        """``rows @ values``."""
        return [sum((a * values[j] for j, a in row), Fraction(0)) for row in self.rows]

    def reduced(self, duals: Sequence[Fraction]) -> list[Fraction]:
        """``objective - duals @ rows``."""
        costs = list(self.objective)
        for price, row in zip(duals, self.rows, strict=True):
            if price:
                for j, a in row:
                    costs[j] -= price * a
        return costs


@dataclass(frozen=True, eq=False)
class Family:
    """Rows ``matrix @ x <= upper`` in coordinates: entry k is at (row k, column k).

    Numbers are float64, or Fractions with dtype object. With ``equal`` the rows are equations.
    """

    name: str
    row: IntArray
    column: IntArray
    numbers: NumberArray
    upper: NumberArray
    equal: bool = False

    @property
    def lower(self) -> Sides:
        """Lower sides, None where there is none."""
        if self.equal:
            return tuple(Fraction(b) for b in self.upper.tolist())
        return (None,) * len(self.upper)


@dataclass(frozen=True, eq=False)
class Formulation:
    """A maximisation over non-negative variables, written once for floats and for Fractions.

    Attributes
    ----------
    name : str
    blocks : mapping of str to array
        Objective coefficients of each block of variables.
    families : tuple of Family
    upper : float
        Upper bound of all variables, 1 or infinity.
    """

    name: str
    blocks: Mapping[str, NumberArray]
    families: tuple[Family, ...]
    upper: float = 1.0

    def program(self) -> Program:
        """The numbers as float64."""
        width = sum(map(len, self.blocks.values()))
        blocks = tuple(
            Variables(name, objective.astype(np.float64), np.zeros(n), np.full(n, self.upper))
            for name, objective in self.blocks.items()
            for n in [len(objective)]
        )
        families = tuple(
            Constraints(
                family.name,
                sparse.csr_array(
                    (family.numbers.astype(np.float64), (family.row, family.column)),
                    shape=(len(family.upper), width),
                ),
                family.upper.astype(np.float64)
                if family.equal
                else np.full(len(family.upper), -np.inf),
                family.upper.astype(np.float64),
            )
            for family in self.families
        )
        return Program(self.name, True, blocks, families)

    def rational(self) -> RationalProgram:
        """The numbers as the rationals they are, with their roundings beside them."""
        program = self.program()
        k = len(program.objective)
        return RationalProgram(
            program,
            tuple(Fraction(c) for block in self.blocks.values() for c in block.tolist()),
            (Fraction(0),) * k,
            _sides([self.upper]) * k,
            tuple(
                row
                for family in self.families
                for row in _rows(
                    len(family.upper),
                    family.row.tolist(),
                    family.column.tolist(),
                    family.numbers.tolist(),
                )
            ),
            tuple(b for family in self.families for b in family.lower),
            tuple(Fraction(b) for family in self.families for b in family.upper.tolist()),
        )


def _sides(values: list[float]) -> Sides:
    return tuple(None if np.isinf(value) else Fraction(value) for value in values)


def _rows(
    count: int, rows: list[int], columns: list[int], numbers: list[float | Fraction]
) -> tuple[Entries, ...]:
    entries: list[dict[int, Fraction]] = [{} for _ in range(count)]
    for i, j, a in zip(rows, columns, numbers, strict=True):
        # Entries at the same place add up, as scipy.sparse has it.
        entries[i][j] = entries[i].get(j, Fraction(0)) + Fraction(a)
    return tuple(tuple((j, a) for j, a in row.items() if a) for row in entries)
