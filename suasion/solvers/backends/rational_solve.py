"""Square linear systems in rationals: by python-flint where installed, else in Fractions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from importlib import import_module
from typing import Any

SparseRow = Mapping[int, Fraction]


class SingularError(ArithmeticError):
    """The equations have no unique solution."""


def solve_exactly(rows: Sequence[SparseRow], sides: Sequence[Fraction]) -> list[Fraction]:
    """The solution of ``rows @ x = sides``; row i maps columns to coefficients.

    Raises
    ------
    SingularError
        If the matrix is singular.

    Examples
    --------
    >>> one, two = Fraction(1), Fraction(2)
    >>> solve_exactly([{0: one, 1: one}, {1: two}], [two, one])
    [Fraction(3, 2), Fraction(1, 2)]
    """
    if not rows:
        return []
    library = flint()
    return _by_flint(library, rows, sides) if library else eliminated(rows, sides)


def flint() -> Any:
    """The python-flint module, or None where it is not installed."""
    try:
        return import_module("flint")
    except ImportError:
        return None


def _by_flint(
    library: Any, rows: Sequence[SparseRow], sides: Sequence[Fraction]
) -> list[Fraction]:
    def entry(value: Fraction) -> Any:
        return library.fmpq(value.numerator, value.denominator)

    k = len(rows)
    matrix = library.fmpq_mat(k, k)
    for i, row in enumerate(rows):
        for j, value in row.items():
            matrix[i, j] = entry(value)
    right = library.fmpq_mat(k, 1, [entry(value) for value in sides])
    try:
        solution = matrix.solve(right)
    except ZeroDivisionError as error:
        raise SingularError("the matrix is singular") from error
    return [Fraction(int(solution[i, 0].p), int(solution[i, 0].q)) for i in range(k)]


def eliminated(rows: Sequence[SparseRow], sides: Sequence[Fraction]) -> list[Fraction]:
    """Gauss-Jordan elimination on sparse rows, the shortest row first to keep them sparse."""
    k = len(rows)
    left = [{j: a for j, a in row.items() if a} for row in rows]
    right = list(sides)
    open_rows, pivots = set(range(k)), {}
    for _ in range(k):
        i = min(open_rows, key=lambda r: (len(left[r]), r))
        if not left[i]:
            raise SingularError("the matrix is singular")
        open_rows.remove(i)
        # Of the columns of the row, the one that fewest open rows would have to be cleared of.
        column = min(left[i], key=lambda c: (sum(c in left[r] for r in open_rows), c))
        pivots[column] = i
        for other in range(k):
            if other != i and column in left[other]:
                _subtract(left, right, other, i, column)
    return [right[pivots[j]] / left[pivots[j]][j] for j in range(k)]


def _subtract(
    left: list[dict[int, Fraction]], right: list[Fraction], target: int, pivot: int, column: int
) -> None:
    """Clear `column` of the row `target` by a multiple of the row `pivot`."""
    factor = left[target][column] / left[pivot][column]
    row = left[target]
    for j, a in left[pivot].items():
        value = row.get(j, Fraction(0)) - factor * a
        if value and j != column:
            row[j] = value
        else:
            row.pop(j, None)
    right[target] -= factor * right[pivot]
