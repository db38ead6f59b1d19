"""Programs as .lp files (the format that CPLEX began)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from suasion.models.programs.portable_program import PortableProgram, number
from suasion.models.programs.program import Program

# CPLEX cuts lines after 510 characters; a term has at most 80.
PER_LINE = 5

RELATIONS = {"E": "=", "G": ">=", "L": "<="}


def lp_lines(program: Program) -> Iterator[str]:
    r"""Lines of the program's .lp file.

    All variables are in the objective, in order, so that readers keep the order and variables
    without entries; all bounds are written out, and empty sections are not: some readers take
    the heading of an empty section for a variable.

    Examples
    --------
    >>> from scipy import sparse
    >>> from suasion.models.programs.program import Constraints, Variables
    >>> x = Variables("x", np.array([1.0, 2.0]), np.zeros(2), np.array([1.0, np.inf]))
    >>> row = Constraints("row", sparse.csr_array([[1.0, -1.5]]), np.zeros(1), np.ones(1))
    >>> print("\n".join(lp_lines(Program("tiny", True, (x,), (row,)))))
    \ tiny: minimises minus the objective, so its maximum is minus this minimum
    Minimize
     obj: - 1 x_0 - 2 x_1
    Subject To
     row_0_low: + 1 x_0 - 1.5 x_1 >= 0
     row_0_high: + 1 x_0 - 1.5 x_1 <= 1
    Bounds
     0 <= x_0 <= 1
     x_1 >= 0
    End
    """
    portable = PortableProgram.of(program)
    yield f"\\ {portable.title}"
    yield "Minimize"
    yield from _wrapped(["obj:", *map(_term, portable.costs, portable.names)])
    yield "Subject To"
    yield from _rows(portable)
    yield "Bounds"
    for name, low, high in zip(portable.names, portable.lower, portable.upper, strict=True):
        yield f" {_bound(name, low, high)}"
    yield from _integers(portable)
    yield "End"


def _rows(portable: PortableProgram) -> Iterator[str]:
    names, matrix = portable.names, portable.matrix
    starts = matrix.indptr.tolist()
    heads = zip(portable.row_names, portable.senses, portable.sides, strict=True)
    for i, (name, sense, side) in enumerate(heads):
        span = slice(starts[i], starts[i + 1])
        values = matrix.data[span].tolist()
        terms = [_term(v, names[j]) for v, j in zip(values, matrix.indices[span], strict=True)]
        # A row without entries still says something about its side.
        terms = terms or [_term(0.0, names[0])]
        yield from _wrapped([f"{name}:", *terms, f"{RELATIONS[sense]} {number(side)}"])


def _integers(portable: PortableProgram) -> Iterator[str]:
    """Sections of the integer variables."""
    columns = zip(portable.names, portable.lower, portable.upper, portable.integer, strict=True)
    sections: dict[str, list[str]] = {"Binaries": [], "Generals": []}
    for name, low, high, integer in columns:
        if integer:
            sections["Binaries" if (low, high) == (0, 1) else "Generals"].append(name)
    for heading, names in sections.items():
        if names:
            yield heading
            yield from _wrapped(names)


def _term(value: float, name: str) -> str:
    return f"- {number(-value)} {name}" if value < 0 else f"+ {number(value)} {name}"


def _bound(name: str, low: float, high: float) -> str:
    if low == high:
        return f"{name} = {number(low)}"
    if high == np.inf:
        return f"{name} free" if low == -np.inf else f"{name} >= {number(low)}"
    return f"{number(low)} <= {name} <= {number(high)}"


def _wrapped(words: Sequence[str]) -> Iterator[str]:
    """Lines that begin with a blank, a few words each."""
    left = iter(words)
    while line := list(islice(left, PER_LINE)):
        yield f" {' '.join(line)}"
