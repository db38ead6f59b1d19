"""Rational proof that a point of a linear program is optimal, and exact checks of points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.models.numbers.quoting import quoted
from suasion.models.programs.program import Program
from suasion.models.programs.rational import RationalProgram, Sides


@dataclass(frozen=True)
class ProgramCertificate:
    """A feasible point and row multipliers that prove each other optimal, all in rationals.

    Multipliers y bound the program by weak duality: with reduced costs ``d = c - y A`` the
    objective is ``y (A x) + d x``, at most (when maximising) what y earns with every row at the
    side it pushes towards, plus what d earns with every variable at the bound it pushes towards.

    Attributes
    ----------
    values : tuple of Fraction, shape (columns,)
    duals : tuple of Fraction, shape (rows,)
        Change of the optimum per unit of the row's side, whatever the sense of the program.
    value : Fraction
        The claimed optimum.

    Examples
    --------
    >>> from scipy import sparse
    >>> from suasion.models.programs.program import Constraints, Variables
    >>> x = Variables("x", np.array([1.0, 2.0]), np.zeros(2), np.ones(2))
    >>> row = Constraints("row", sparse.csr_array([[1.0, 1.0]]), np.array([-np.inf]), np.ones(1))
    >>> program = Program("tiny", True, (x,), (row,))
    >>> F = Fraction
    >>> ProgramCertificate((F(0), F(1)), (F(1),), F(2)).failures(program)
    []
    >>> ProgramCertificate((F(0), F(1)), (F(0),), F(2)).failures(program)
    ['the duals bound the program by 3, not by the claimed 2']
    """

    values: tuple[Fraction, ...]
    duals: tuple[Fraction, ...]
    value: Fraction

    def failures(self, program: Program | RationalProgram) -> list[str]:
        """What is wrong with this proof, one sentence each; an empty list means it holds.

        No solver is used: only rational arithmetic on the program's numbers, a float being the
        dyadic rational it is. Linear in the number of nonzeros.
        """
        exact = RationalProgram.of(program)
        if not _all_fractions((*self.values, *self.duals, self.value)):
            return ["a number of the proof is not a Fraction"]
        sizes = (len(self.values), len(self.duals))
        wanted = (len(exact.objective), len(exact.rows))
        if sizes != wanted:
            return [
                f"the proof has {sizes[0]} values and {sizes[1]} duals "
                f"for {wanted[0]} variables and {wanted[1]} rows"
            ]
        value, found = check_point(exact, self.values)
        if value != self.value:
            found.append(
                f"the point is worth {quoted(value)}, not the claimed {quoted(self.value)}"
            )
        bound, pushing = weak_duality(exact, self.duals)
        found += pushing
        if bound is not None and bound != self.value:
            found.append(
                f"the duals bound the program by {quoted(bound)}, "
                f"not by the claimed {quoted(self.value)}"
            )
        return found

    def to_dict(self) -> dict[str, Any]:
        """The proof as plain JSON, every number a rational."""
        return {
            "value": str(self.value),
            "values": [str(x) for x in self.values],
            "duals": [str(y) for y in self.duals],
        }


@dataclass(frozen=True)
class FormulationCertificate:
    """A proof about the program of a problem, checked against the problem itself.

    Attributes
    ----------
    proof : ProgramCertificate
    formulation : callable
        Builds the program of a problem; `failures` builds it anew each time.
    """

    proof: ProgramCertificate
    formulation: Callable[[Any], Program | RationalProgram]

    @property
    def value(self) -> Fraction:
        """The claimed optimum."""
        return self.proof.value

    def failures(self, problem: Any) -> list[str]:
        """What is wrong with the proof as one about this problem's program."""
        return self.proof.failures(self.formulation(problem))

    def to_dict(self) -> dict[str, Any]:
        """The proof as plain JSON, every number a rational."""
        return self.proof.to_dict()


def check_point(
    program: Program | RationalProgram, values: Sequence[Fraction | float]
) -> tuple[Fraction, list[str]]:
    """Exact objective at a point, and what makes it infeasible, one sentence each.

    Integrality is checked too, so this is what can be said exactly of the incumbent of a MIP:
    that it is feasible and what it is worth, never that it is optimal.

    Parameters
    ----------
    program : Program or RationalProgram
    values : sequence of Fraction or float, shape (columns,)
        A float is the dyadic rational it is.

    Raises
    ------
    ValueError
        If the number of values is not that of the variables, or a value is not finite.
    """
    exact = RationalProgram.of(program)
    if len(values) != len(exact.objective):
        raise InputError(
            f"values has {len(values)} entries for {len(exact.objective)} variables; "
            "give one per variable."
        )
    wrong = [j for j, v in enumerate(values) if isinstance(v, float) and not np.isfinite(v)]
    if wrong:
        raise InputError(f"values[{wrong[0]}] is {values[wrong[0]]}; give a finite number.")
    point = [Fraction(value) for value in values]
    names = exact.program.variable_names()
    found = _outside(point, exact.lower, exact.upper, names, "bound")
    for j in np.flatnonzero(exact.program.integer).tolist():
        if point[j].denominator != 1:
            found.append(f"{names[j]} is {quoted(point[j])}, not an integer")
    activity = exact.activity(point)
    found += _outside(
        activity, exact.row_lower, exact.row_upper, exact.program.row_names(), "side"
    )
    value = sum((c * x for c, x in zip(exact.objective, point, strict=True)), Fraction(0))
    return value, found


def weak_duality(
    program: RationalProgram, duals: Sequence[Fraction]
) -> tuple[Fraction | None, list[str]]:
    """The bound that multipliers prove, or None and which of them push against no side."""
    maximise = program.program.maximise
    reduced = program.reduced(duals)
    total, found = Fraction(0), []
    for prices, lower, upper, names, what in (
        (duals, program.row_lower, program.row_upper, program.program.row_names(), "dual"),
        (reduced, program.lower, program.upper, program.program.variable_names(), "reduced cost"),
    ):
        for price, low, high, name in zip(prices, lower, upper, names, strict=True):
            end = high if (price > 0) == maximise else low
            if price and end is None:
                found.append(
                    f"the {what} {quoted(price)} of {name} pushes where there is no limit"
                )
            elif price and end is not None:
                total += price * end
    return (None if found else total), found


def _outside(
    point: Sequence[Fraction], lower: Sides, upper: Sides, names: Sequence[str], what: str
) -> list[str]:
    found = []
    for value, low, high, name in zip(point, lower, upper, names, strict=True):
        if low is not None and value < low:
            found.append(f"{name} is {quoted(value)}, below its lower {what} {quoted(low)}")
        if high is not None and value > high:
            found.append(f"{name} is {quoted(value)}, above its upper {what} {quoted(high)}")
    return found


def _all_fractions(numbers: Sequence[Any]) -> bool:
    return all(isinstance(number, Fraction) for number in numbers)
