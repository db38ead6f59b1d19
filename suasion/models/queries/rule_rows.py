"""Rules of a choice of queries as variables and rows of a mixed-integer program."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from scipy import sparse

from suasion.models.numbers.arrays import FloatArray
from suasion.models.programs.program import Constraints, Variables
from suasion.models.queries.rules import Charge, Rules

# What rounding of the coefficients may take from a row; solvers allow more anyway.
ROUNDING = 1e-9
BLOCKS = {"fee": True, "discount": False}


def charge_variables(rules: Rules) -> list[Variables]:
    """Blocks "fee" and "discount": 1 where a charge applies, for integral queries.

    They need not be integral, because each earns or costs something: rows `charge_rows` hold them
    on one side and the objective pushes them there.
    """
    found = []
    for name in BLOCKS:
        charged = np.array([float(charge.charged) for charge in _of(rules, name)])
        ends = np.zeros(len(charged)), np.ones(len(charged))
        found.append(Variables(name, 0.0 - charged, *ends))
    return found


def charge_values(rules: Rules, asked: Collection[int]) -> dict[str, FloatArray]:
    """What the variables are when some queries are asked, by block."""
    return {
        name: np.array([float(charge.applies(asked)) for charge in _of(rules, name)])
        for name in BLOCKS
    }


def charge_rows(rules: Rules, starts: dict[str, int], width: int) -> list[Constraints]:
    """Rows of families "fee" and "discount".

    With the queries z of a charge u::

        z_q - u <= 0 for each                a fee (a rebate: u - sum of z <= 0)
        u - z_q <= 0 for each                a discount (a surcharge: sum of z - u <= |z| - 1)

    Parameters
    ----------
    starts : dict of str to int
        First column of each block.
    width : int
        Columns of the program; queries come first.
    """
    families = []
    for name, first in ((name, starts[name]) for name in BLOCKS):
        rows: list[dict[int, float]] = []
        upper: list[float] = []
        for k, charge in enumerate(_of(rules, name)):
            u, members = first + k, charge.queries
            if (charge.charged >= 0) == charge.once:
                sign = 1.0 if charge.once else -1.0
                rows += [{q: sign, u: -sign} for q in members]
                upper += [0.0] * len(members)
            else:
                sign = -1.0 if charge.once else 1.0
                rows.append({**dict.fromkeys(members, sign), u: -sign})
                upper.append(0.0 if charge.once else len(members) - 1.0)
        families.append(_family(name, rows, upper, width))
    return families


def constraint_rows(name: str, rules: Rules, queries: int, width: int) -> Constraints:
    """The constraints on the queries, the first columns; the largest coefficient of a row is 1."""
    numbers, lower, upper = rules.scaled_rows(queries, ROUNDING)
    padded = sparse.csr_array(np.pad(numbers, ((0, 0), (0, width - queries))))
    return Constraints(name, padded, lower, upper)


def _of(rules: Rules, name: str) -> list[Charge]:
    return [charge for charge in rules.charges if charge.once == BLOCKS[name]]


def _family(
    name: str, rows: list[dict[int, float]], upper: list[float], width: int
) -> Constraints:
    """Rows given by column and coefficient, each at most a number."""
    place = [(i, j, number) for i, row in enumerate(rows) for j, number in row.items()]
    row, column, numbers = (
        (np.array(part) for part in zip(*place, strict=True))
        if place
        else (
            np.zeros(0, dtype=np.intp),
            np.zeros(0, dtype=np.intp),
            np.zeros(0),
        )
    )
    matrix = sparse.csr_array((numbers, (row, column)), shape=(len(rows), width))
    return Constraints(
        name, matrix, np.full(len(rows), -np.inf), np.array(upper, dtype=np.float64)
    )
