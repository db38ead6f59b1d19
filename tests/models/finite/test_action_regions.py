"""Regions of actions on the triangle: they fill it once, and types do inside what they say."""

from fractions import Fraction

import numpy as np
import pytest
from finite_instances import earned, finite_instances, random_instance
from hypothesis import given
from instances import examples

from suasion import FinitePersuasion
from suasion.models.finite import action_regions as module
from suasion.models.finite.action_regions import action_regions
from suasion.models.finite.beliefs import Coordinates

three_states = finite_instances(min_states=3, max_states=3)


def area(corners):
    """Twice the area in the first two coordinates; of the whole triangle 1."""
    following = [*corners[1:], corners[0]]
    return sum(a[0] * b[1] - a[1] * b[0] for a, b in zip(corners, following, strict=True))


def middle(corners):
    return [sum(values) / len(corners) for values in zip(*corners, strict=True)]


@given(three_states)
@examples(60)
def test_regions_partition_the_triangle(instance):
    regions = action_regions(instance)
    areas = [area(region.corners) for region in regions]
    assert min(areas) > 0
    assert sum(areas) == 1
    assert all(sum(q) == 1 and min(q) >= 0 for region in regions for q in region.corners)


@given(three_states)
@examples(60)
def test_inside_types_act_as_said_and_earn_what_the_corners_average_to(instance):
    coordinates = Coordinates.of(instance)
    scores = instance.scores(exact=True)
    for region in action_regions(instance):
        x = [q / p for q, p in zip(middle(region.corners), coordinates.prior, strict=True)]
        worth = scores.dot(np.array(x, dtype=object))
        assert all(worth[t, a] == max(worth[t]) for t, a in enumerate(region.actions))
        average = sum(region.payoffs) / len(region.payoffs)
        assert average == earned(instance, x)


def test_equal_actions_are_one_region():
    twice = FinitePersuasion([1], [["1/3"] * 3], [[0, 0, 0]] * 3, [[1, 1, 0]] * 3)
    [region] = action_regions(twice)
    assert (region.actions, set(region.payoffs)) == ((0,), {Fraction(1)})


def test_too_many_regions_and_other_numbers_of_states_are_refused(monkeypatch):
    monkeypatch.setattr(module, "MOST_REGIONS", 20)
    with pytest.raises(ValueError, match=r"more than 20 regions.*draw fewer types"):
        action_regions(random_instance("private", 3, 3, 12))
    with pytest.raises(ValueError, match="has 2 states; the picture on a triangle"):
        action_regions(random_instance("private", 2, 3, 1))
