"""A program in the form that every reader of .lp and .mps files understands alike.

Solvers differ where a file leaves something to its reader, and this form leaves nothing:

* It is a minimisation: readers of .mps files ignore, refuse or honour a section that says
  otherwise. The objective of a program that maximises is multiplied by -1.
* Variables are called ``block_i`` and rows ``family_i``, in letters, digits and underscores.
* A row has one side. One with two becomes ``family_i_low`` and ``family_i_high``: the range of an
  .mps file is a difference, which rounds, and no range in an .lp file is read everywhere.
* There is a variable and a row, no bound of an integer is a fraction, and no bounds contradict
  each other: some readers refuse what is otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from suasion.errors import InputError
from suasion.models.programs.program import Constraints, Program, Variables

# CBC reads names of up to 100 characters.
STEM_LENGTH = 40
# What a file has that would have no variable, or no row.
NOTHING = "nothing"


@dataclass(frozen=True, eq=False)
class PortableProgram:
    """Minimise ``costs @ x`` over bounded variables and rows with one side.

    Attributes
    ----------
    name, title : str
        A name in letters, digits and underscores; a sentence for the head of the file.
    names : list of str
    costs, lower, upper : list of float
    integer : list of bool
    row_names : list of str
    senses : list of str
        "E", "G" or "L": equal to the side, at least, at most.
    sides : list of float
    matrix : scipy.sparse.csr_array, shape (rows, variables)
        Without zeros and repeated entries.
    """

    name: str
    title: str
    names: list[str]
    costs: list[float]
    lower: list[float]
    upper: list[float]
    integer: list[bool]
    row_names: list[str]
    senses: list[str]
    sides: list[float]
    matrix: sparse.csr_array

    @staticmethod
    def of(program: Program) -> PortableProgram:
        """The portable form of a program.

        Raises
        ------
        ValueError
            For numbers that no file holds: NaN, infinite coefficients, a bound or side that is
            infinite in the wrong direction.

        Examples
        --------
        >>> x = Variables("my x", np.ones(2), np.zeros(2), np.ones(2))
        >>> row = Constraints("row", sparse.csr_array([[1.0, 2.0]]), np.zeros(1), np.ones(1))
        >>> portable = PortableProgram.of(Program("tiny", True, (x,), (row,)))
        >>> portable.names, portable.costs
        (['my_x_0', 'my_x_1'], [-1.0, -1.0])
        >>> portable.row_names, portable.senses, portable.sides
        (['row_0_low', 'row_0_high'], ['G', 'L'], [0.0, 1.0])
        """
        _require_finite(program)
        program = _uncrossed(program.with_whole_bounds())
        name = _stem(program.name)
        sense = "minus the objective, so its maximum is minus this minimum"
        title = f"{name}: minimises {sense if program.maximise else 'the objective'}"
        return PortableProgram(name, title, *_columns(program), *_rows(program))


def number(value: float) -> str:
    """The shortest text that is read as the same number.

    Examples
    --------
    >>> number(2.0), number(-0.0), number(0.1 + 0.2), number(1e-5)
    ('2', '0', '0.30000000000000004', '1e-05')
    """
    return repr(value + 0.0).removesuffix(".0")


def _uncrossed(program: Program) -> Program:
    """The program with rows for bounds that contradict each other: CBC refuses such bounds."""
    crossed = np.flatnonzero(program.lower > program.upper)
    if not crossed.size:
        return program
    entries = (np.ones(crossed.size), (np.arange(crossed.size), crossed))
    matrix = sparse.csr_array(entries, shape=(crossed.size, len(program.objective)))
    least = np.full(crossed.size, -np.inf)
    variables = tuple(
        replace(block, upper=np.where(block.lower > block.upper, np.inf, block.upper))
        for block in program.variables
    )
    rows = Constraints("upper bound", matrix, least, program.upper[crossed])
    return replace(program, variables=variables, constraints=(*program.constraints, rows))


def _columns(
    program: Program,
) -> tuple[list[str], list[float], list[float], list[float], list[bool]]:
    """Names, costs, bounds and integrality; one variable fixed to 0 where there is none."""
    names = _names(program.variables)
    if not names:
        return [NOTHING], [0.0], [0.0], [0.0], [False]
    costs = -program.objective if program.maximise else program.objective
    sides = program.lower.tolist(), program.upper.tolist()
    return names, costs.tolist(), *sides, program.integer.tolist()


def _rows(program: Program) -> tuple[list[str], list[str], list[float], sparse.csr_array]:
    """Names, senses, sides and entries; an empty row where there is none.

    A row without a side says nothing and is left out.
    """
    names: list[str] = []
    senses: list[str] = []
    sides: list[float] = []
    origins: list[int] = []
    limits = (program.row_lower.tolist(), program.row_upper.tolist())
    for i, (name, low, high) in enumerate(zip(_names(program.constraints), *limits, strict=True)):
        for ending, sense, side in _sides(low, high):
            names.append(name + ending)
            senses.append(sense)
            sides.append(side)
            origins.append(i)
    matrix = sparse.csr_array(program.matrix[np.array(origins, dtype=np.intp)])
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    if not names:
        names, senses, sides = [NOTHING], ["L"], [0.0]
    matrix.resize((len(names), max(1, len(program.objective))))
    return names, senses, sides, matrix


def _sides(low: float, high: float) -> list[tuple[str, str, float]]:
    """Ending of the name, sense and side of each row that stands for a row between two sides."""
    if low == high:
        return [("", "E", low)]
    if high == np.inf:
        return [("", "G", low)] if low > -np.inf else []
    if low == -np.inf:
        return [("", "L", high)]
    return [("_low", "G", low), ("_high", "L", high)]


def _names(parts: tuple[Variables, ...] | tuple[Constraints, ...]) -> list[str]:
    """``part_i`` for every variable or row, no two alike, in whatever case."""
    taken: set[str] = set()
    names: list[str] = []
    for part in parts:
        stem = first = _stem(part.name)
        again = 2
        while stem.lower() in taken:
            stem = f"{first}_{again}"
            again += 1
        taken.add(stem.lower())
        names += [f"{stem}_{i}" for i in range(len(part))]
    return names


def _stem(name: str) -> str:
    """A name in letters, digits and underscores.

    It does not start like a number for some readers: with a digit, an e (an exponent), inf or nan.

    Examples
    --------
    >>> [_stem(name) for name in ("set[1]", "earned", "2 x", "ÄÖ", "info")]
    ['set_1', 'the_earned', 'the_2_x', 'the', 'the_info']
    """
    legal = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")[:STEM_LENGTH]
    numeric = re.match(r"[0-9]|e|inf|nan|$", legal, re.IGNORECASE)
    return f"the_{legal}".rstrip("_") if numeric else legal


def _require_finite(program: Program) -> None:
    """Refuse what cannot be written, with its name and value."""
    columns, rows = program.variable_names, program.row_names
    matrix = program.matrix.tocoo()
    for what, values, wrong, names in (
        ("objective", program.objective, ~np.isfinite(program.objective), columns),
        ("lower bound", program.lower, ~(program.lower < np.inf), columns),
        ("upper bound", program.upper, ~(program.upper > -np.inf), columns),
        ("lower side", program.row_lower, ~(program.row_lower < np.inf), rows),
        ("upper side", program.row_upper, ~(program.row_upper > -np.inf), rows),
    ):
        if wrong.any():
            at = int(np.argmax(wrong))
            raise InputError(
                f"the {what} of {names()[at]} is {values[at]}, which no model file holds; give a "
                "finite number."
            )
    wrong = ~np.isfinite(matrix.data)
    if wrong.any():
        at = int(np.argmax(wrong))
        raise InputError(
            f"the coefficient of {columns()[matrix.col[at]]} in {rows()[matrix.row[at]]} is "
            f"{matrix.data[at]}, which no model file holds; give a finite number."
        )
