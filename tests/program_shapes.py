"""Small programs of every shape of bound and row, made by hand and at random."""

import numpy as np
from hypothesis import strategies as st
from scipy import sparse

from suasion.models.programs.program import Constraints, Program, Variables

INF = np.inf


def block(name, objective, lower=0.0, upper=INF, integer=False):
    """Variables with the same bounds, or with bounds of their own."""
    objective = np.array(objective, dtype=float)
    sides = (
        np.broadcast_to(np.array(side, dtype=float), objective.shape) for side in (lower, upper)
    )
    return Variables(name, objective, *(side.copy() for side in sides), integer)


def family(name, rows, lower, upper):
    """Rows from nested lists."""
    matrix = sparse.csr_array(np.array(rows, dtype=float).reshape(len(lower), -1))
    return Constraints(name, matrix, np.array(lower, dtype=float), np.array(upper, dtype=float))


def program(variables, constraints=(), maximise=False, name="hand-made"):
    return Program(name, maximise, tuple(variables), tuple(constraints))


SUM = [[1, 1]]
# Name -> program and its optimum; None where there is none.
SHAPES = {
    "no rows": (program([block("x", [1, -1], -1, 2)]), -3),
    "no rows, integers": (program([block("x", [1, -1], -1.5, 2.5, True)]), -3),
    "no variables": (program([], maximise=True), 0),
    "no variables, a row": (program([block("x", [])], [family("row", [[]], [0], [1])]), 0),
    "no variables, a false row": (
        program([block("x", [])], [family("row", [[]], [1], [1])]),
        None,
    ),
    "an empty row": (
        program([block("x", [1, -1], -1, 2)], [family("row", [[0, 0]], [-1], [1])]),
        -3,
    ),
    "a false empty row": (
        program([block("x", [1], -1, 2)], [family("row", [[0]], [1], [2])]),
        None,
    ),
    "a row without sides": (
        program([block("x", [1, -1], -1, 2)], [family("row", SUM, [-INF], [INF])]),
        -3,
    ),
    "an empty column": (
        program([block("x", [1, 0, -2], 0, 3)], [family("row", [[1, 0, 0]], [1], [1])]),
        -5,
    ),
    "no objective": (program([block("x", [0, 0])], [family("row", SUM, [1], [1])]), 0),
    "two sides": (
        program([block("x", [1, 1], -INF)], [family("row", [[1, 2], [1, -1]], [1, 0], [4, 3])]),
        2 / 3,
    ),
    "two sides, maximised": (
        program(
            [block("x", [1, 1], -INF)], [family("row", [[1, 2], [1, -1]], [1, 0], [4, 3])], True
        ),
        11 / 3,
    ),
    "sides that contradict": (program([block("x", [1, 0])], [family("row", SUM, [3], [2])]), None),
    "free variables": (
        program(
            [block("x", [1, 1], -INF)], [family("row", [[1, 2], [2, 1]], [-4, -5], [INF, INF])]
        ),
        -3,
    ),
    "negative upper bounds": (
        program([block("x", [1, 0], -INF, -2)], [family("row", SUM, [-7.5], [INF])]),
        -5.5,
    ),
    "negative upper bounds of integers": (
        program([block("x", [1, 0], -INF, -2, True)], [family("row", SUM, [-7.5], [INF])]),
        -5,
    ),
    "integers without upper bounds": (
        program([block("x", [1, 0], integer=True)], [family("row", SUM, [-INF], [7.5])], True),
        7,
    ),
    "free integers": (
        program(
            [block("x", [1, 0], -INF, INF, True)],
            [family("row", [[1, 1], [1, -1]], [-INF, -3], [7.5, 3])],
            True,
        ),
        5,
    ),
    "fixed variables": (
        program([block("x", [1, 1], [0.5, 0], [0.5, 1])], [family("row", SUM, [1], [INF])]),
        1,
    ),
    "fixed binaries": (
        program([block("x", [1, 1], [1, 0], [1, 1], True)], [family("row", SUM, [1], [INF])]),
        1,
    ),
    "binaries, integers and others": (
        program(
            [
                block("binary", [5, 4], 0, 1, True),
                block("count", [3], -2, 3, True),
                block("share", [1], 0, 0.75),
            ],
            [family("row", [[3, 2, 2, 1]], [-INF], [6.4])],
            True,
        ),
        10.4,
    ),
    "numbers of many digits": (
        program(
            [block("x", [1 / 3, 0.1 + 0.2], 1e-7, 1e7)],
            [family("row", [[2 / 3, 1e-3]], [1e4], [INF])],
        ),
        5000 + 2.985e-8,
    ),
    "unbounded": (program([block("x", [-1, 1])], [family("row", [[1, -1]], [-1], [INF])]), None),
}


@st.composite
def programs(draw):
    """Programs in small numbers, whose answers rounding cannot change.

    Integers have two finite bounds, so that no search is endless.
    """
    number = st.integers(-4, 4).map(float)
    variables = []
    for name in draw(st.sampled_from([("x",), ("x", "y"), ("x", "y", "end")])):
        count = draw(st.integers(1, 2))
        integer = draw(st.booleans())
        low = [
            draw(st.sampled_from([0.0, -3.0, 1.0, -1.5, *([] if integer else [-INF])]))
            for _ in range(count)
        ]
        high = [
            side + draw(st.sampled_from([0.0, 1.0, 2.5, *([] if integer else [INF])]))
            if side > -INF
            else draw(st.sampled_from([-2.0, 0.0, 3.0, INF]))
            for side in low
        ]
        variables.append(block(name, [draw(number) for _ in range(count)], low, high, integer))
    columns = sum(map(len, variables))
    rows = draw(st.lists(st.lists(number, min_size=columns, max_size=columns), max_size=3))
    families = []
    if rows:
        low = [draw(st.sampled_from([-INF, -6.0, -1.0, 0.0, 2.0])) for _ in rows]
        high = [max(side, -8.0) + draw(st.sampled_from([0.0, 3.0, 7.5, INF])) for side in low]
        families.append(family("row", rows, low, high))
    return program(variables, families, draw(st.booleans()))
