"""Cones by their extreme rays: against all subsets of hyperplanes, exactly."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import examples

from suasion.models.simulation.cones import Cone, integers, primitive


def rank(rows):
    return np.linalg.matrix_rank(np.array(rows, dtype=float)) if rows else 0


def rays_by_subsets(rows, d):
    """Directions on d - 1 independent constraints that satisfy all: brute force in floats."""
    every = [list(row) for row in np.eye(d, dtype=int)] + [list(row) for row in rows]
    found = set()
    for subset in combinations(every, d - 1):
        if rank(list(subset)) < d - 1:
            continue
        minors = [
            (-1) ** j * round(np.linalg.det(np.delete(np.array(subset, dtype=float), j, axis=1)))
            for j in range(d)
        ]
        for sign in (1, -1):
            ray = primitive([sign * x for x in minors])
            if all(sum(a * x for a, x in zip(row, ray, strict=True)) >= 0 for row in every):
                found.add(ray)
    return found


def has_interior(rows, d):
    rays = rays_by_subsets(rows, d)
    middle = [sum(column) for column in zip(*rays, strict=True)] if rays else [0] * d
    strict = all(sum(a * x for a, x in zip(row, middle, strict=True)) > 0 for row in rows)
    return min(middle) > 0 and strict


@given(st.integers(2, 4), st.data())
@examples(150)
def test_rays_are_those_of_all_subsets_of_hyperplanes(d, data):
    entries = st.lists(st.integers(-3, 3), min_size=d, max_size=d).filter(any)
    rows = data.draw(st.lists(entries, max_size=5))
    cone = Cone.orthant(d)
    for row in rows:
        cone = cone and cone.cut(row)
    assert (cone is not None) == has_interior(rows, d)
    if cone is not None:
        assert len(set(cone.rays)) == len(cone.rays)
        assert set(cone.rays) == rays_by_subsets(rows, d)
        assert min(cone.interior) > 0
        for row in rows:
            assert sum(a * x for a, x in zip(row, cone.interior, strict=True)) > 0


def test_a_row_of_zeros_cuts_nothing_off_and_an_opposite_row_everything():
    cone = Cone.orthant(3)
    assert cone.cut((0, 0, 0)) is cone
    assert cone.cut((1, 0, 0)) is cone
    assert cone.cut((-1, 0, 0)) is None
    assert cone.cut((1, -1, 0)).cut((-1, 1, 0)) is None


def test_numbers_do_not_grow_with_the_number_of_cuts():
    rng, cone = np.random.default_rng(0), Cone.orthant(3)
    inside = np.array([3, 5, 7])
    for _ in range(200):
        row = rng.integers(-1000, 1000, size=3)
        row = row if row @ inside >= 0 else -row
        cone = cone.cut(row.tolist())
    assert max(max(ray) for ray in cone.rays) < 10**7


@pytest.mark.parametrize("row", [["1/2", "-1/3", 0], [0.1, -0.3, 2]])
def test_integer_rows_keep_their_direction_exactly(row):
    exact = [Fraction(x) for x in row]
    whole = integers(exact)
    ratio = Fraction(whole[0]) / exact[0]
    assert ratio > 0
    assert [Fraction(x) for x in whole] == [ratio * x for x in exact]
