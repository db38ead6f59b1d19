"""Bounds that rows imply: every point that a solver finds keeps them, and bounds stay proved."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from program_shapes import SHAPES, block, family, program, programs
from scipy import sparse

from suasion.models.programs.implied_bounds import implied_bounds
from suasion.models.programs.program import Program, Variables
from suasion.solvers.backends.optimise import optimise
from suasion.solvers.backends.outcome import lp_bound


def largest(given: Program, column: int, sign: float) -> float | None:
    """The largest value of plus or minus a variable over the program's points; None if none."""
    objective = np.zeros(len(given.objective))
    objective[column] = sign
    variables = Variables("all", objective, given.lower, given.upper)
    found = optimise(Program("one", True, (variables,), given.constraints))
    return found.value if found.status == "optimal" else None


@given(drawn=programs(), data=st.data())
@settings(max_examples=150, deadline=None)
def test_no_point_lies_outside(drawn, data):
    lower, upper = implied_bounds(drawn)
    assert (lower >= drawn.lower).all()
    assert (upper <= drawn.upper).all()
    column = data.draw(st.integers(0, len(lower) - 1))
    for sign, side in ((1.0, upper), (-1.0, -lower)):
        value = largest(drawn, column, sign)
        assert value is None or value <= side[column] + 1e-6


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_of_program_has_bounds_of_its_size(name):
    given, _ = SHAPES[name]
    assert [len(side) for side in implied_bounds(given)] == [len(given.objective)] * 2


def test_a_bound_found_leads_to_the_next():
    chain = program(
        [block("x", [1, 0, 0])],
        [family("row", [[1, -1, 0], [0, 1, -1], [0, 0, 1]], [-np.inf] * 3, [0, 0, 2])],
    )
    assert implied_bounds(chain)[1].tolist() == [2, 2, 2]


def test_two_free_terms_bound_nothing_and_one_is_bounded_by_the_rest():
    rows = family("row", [[1, 1, 0], [0, 1, 1]], [-np.inf] * 2, [4, 4])
    free = program([block("x", [0, 0], -np.inf), block("y", [0], 1)], [rows])
    lower, upper = implied_bounds(free)
    assert np.isinf(lower[:2]).all()
    assert upper.tolist() == [np.inf, 3, np.inf]


def test_rounding_in_a_multiplier_costs_what_the_rows_allow_and_no_bound_is_lost():
    # max x + y with x + y <= 1: the price 1 - 1e-9 leaves 1e-9 of each unit unexplained.
    given = program([block("x", [1, 1])], [family("row", [[1, 1]], [-np.inf], [1])], True)
    assert lp_bound(given, np.array([1 - 1e-9])) == pytest.approx(1 + 1e-9, abs=1e-12)
    assert lp_bound(given, np.array([1 - 1e-9])) >= 1
    endless = replace(given, constraints=(family("row", [[1, -1]], [-np.inf], [1]),))
    assert lp_bound(endless, np.array([1 - 1e-9])) == np.inf


def test_explicit_zeros_and_repeated_entries_do_no_harm():
    matrix = sparse.csr_array((np.array([0.0, 2.0]), np.array([0, 1]), np.array([0, 2])), (1, 2))
    row = replace(family("row", [[0, 2]], [-np.inf], [3]), matrix=matrix)
    assert implied_bounds(program([block("x", [0, 0])], [row]))[1].tolist() == [np.inf, 1.5]
