"""Programs as .mps files, in the free format: names may be longer than eight characters."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from suasion.models.programs.portable_program import PortableProgram, number
from suasion.models.programs.program import Program

OBJECTIVE = "obj"


def mps_lines(program: Program) -> Iterator[str]:
    r"""Lines of the program's .mps file.

    Examples
    --------
    >>> from scipy import sparse
    >>> from suasion.models.programs.program import Constraints, Variables
    >>> x = Variables("x", np.array([1.0]), np.zeros(1), np.ones(1), integer=True)
    >>> row = Constraints("row", sparse.csr_array([[2.0]]), -np.ones(1), np.full(1, np.inf))
    >>> print("\n".join(mps_lines(Program("tiny", False, (x,), (row,)))))
    * tiny: minimises the objective
    NAME          tiny
    ROWS
     N  obj
     G  row_0
    COLUMNS
        MARKER0   'MARKER'                 'INTORG'
        x_0       obj       1
        x_0       row_0     2
        MARKER1   'MARKER'                 'INTEND'
    RHS
        RHS       row_0     -1
    BOUNDS
     LO BND       x_0       0
     UP BND       x_0       1
    ENDATA
    """
    portable = PortableProgram.of(program)
    yield f"* {portable.title}"
    yield f"NAME          {portable.name}"
    yield "ROWS"
    yield _line("N", OBJECTIVE)
    for name, sense in zip(portable.row_names, portable.senses, strict=True):
        yield _line(sense, name)
    yield "COLUMNS"
    yield from _columns(portable)
    yield "RHS"
    for name, side in zip(portable.row_names, portable.sides, strict=True):
        if side != 0:
            yield _line("", "RHS", name, number(side))
    yield "BOUNDS"
    for name, low, high in zip(portable.names, portable.lower, portable.upper, strict=True):
        for kind, *bound in _bounds(low, high):
            yield _line(kind, "BND", name, *map(number, bound))
    yield "ENDATA"


def _columns(portable: PortableProgram) -> Iterator[str]:
    """Entries by column, integer variables between markers."""
    matrix = portable.matrix.tocsc()
    starts, rows = matrix.indptr.tolist(), portable.row_names
    markers, within = 0, False
    columns = zip(portable.names, portable.costs, portable.integer, strict=True)
    for j, (name, cost, integer) in enumerate(columns):
        if integer != within:
            yield _marker(markers, integer)
            markers, within = markers + 1, integer
        yield _line("", name, OBJECTIVE, number(cost))
        span = slice(starts[j], starts[j + 1])
        for i, value in zip(matrix.indices[span], matrix.data[span].tolist(), strict=True):
            yield _line("", name, rows[i], number(value))
    if within:
        yield _marker(markers, False)


def _marker(count: int, begins: bool) -> str:
    return f"    MARKER{count:<4}'MARKER'                 '{'INTORG' if begins else 'INTEND'}'"


def _line(kind: str, *fields: str) -> str:
    """Fields at the columns of the fixed format where they fit: some guess the format by these."""
    return f" {kind:<2} {'  '.join(f'{field:<8}' for field in fields)}".rstrip()


def _bounds(low: float, high: float) -> list[tuple[str] | tuple[str, float]]:
    """Kinds and values of a variable's entries in BOUNDS.

    Both sides are written: readers differ in the upper bound of an integer that has none (1, or
    infinite), and in the lower bound of a variable with a negative upper one (0, or infinite).
    MI and PL come first, because some readers let them set the other side too.
    """
    if low == high:
        return [("FX", low)]
    if high == np.inf:
        return [("FR",)] if low == -np.inf else [("PL",), ("LO", low)]
    return [("MI",) if low == -np.inf else ("LO", low), ("UP", high)]
