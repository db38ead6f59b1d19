"""Pictures of beliefs: what is drawn against the definition, optima and policies."""

import numpy as np
import pytest
from finite_instances import earned, finite_instances, random_instance
from hypothesis import given
from instances import examples
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

import suasion
from suasion import FinitePersuasion, solve
from suasion.models.finite.sender_value import sender_value
from suasion.plots import closure_plot, simplex_plot
from suasion.plots.simplex import CORNERS


def lines(ax):
    """Points of each line by the beginning of its label."""
    return {line.get_label().split(":")[0].split(",")[0]: line.get_xydata() for line in ax.lines}


def drawn_with(ax, start):
    return [line.get_xydata()[0] for line in ax.lines if line.get_label().startswith(start)]


def polygon_area(corners):
    x, y = np.asarray(corners).T
    return abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


@given(finite_instances(min_states=2, max_states=2))
@examples(40)
def test_the_closure_drawn_meets_the_optimum_at_the_prior(instance):
    result = solve(instance)
    ax = closure_plot(result, ax=Figure().subplots())
    [value] = drawn_with(ax, "value")
    prior = float(sender_value(instance).prior)
    assert value == pytest.approx([prior, result.value], abs=1e-9)
    closure = lines(ax)["concave closure"]
    assert np.interp(prior, *closure.T) == pytest.approx(result.value, abs=1e-9)
    [silent] = drawn_with(ax, "no information")
    no_information = float(instance.no_information(exact=True))
    assert silent == pytest.approx([prior, no_information], abs=1e-9)
    # Nothing that is drawn lies above it.
    for name, points in lines(ax).items():
        if not name.startswith("_"):
            height = np.interp(points[:, 0], *closure.T)
            assert not (points[:, 1] > height + 1e-9).any()


@given(finite_instances(min_states=2, max_states=2))
@examples(30)
def test_points_average_to_the_prior_and_lie_on_the_closure(instance):
    for subject in (instance, solve(instance)):
        ax = closure_plot(subject, ax=Figure().subplots())
        closure = lines(ax)["concave closure"]
        marked = [line for line in ax.lines if "probability" in line.get_label()]
        share = [float(line.get_label().split("probability ")[1]) for line in marked]
        places = [line.get_xydata()[0] for line in marked]
        assert sum(share) == pytest.approx(1, abs=1e-3)
        prior = float(sender_value(instance).prior)
        average = sum(s * x for s, (x, _) in zip(share, places, strict=True))
        assert average == pytest.approx(prior, abs=1e-3)
        for x, y in places:
            assert y == pytest.approx(np.interp(x, *closure.T), abs=1e-6)


def test_jumps_have_a_closed_and_an_open_end():
    ax = closure_plot(suasion.example("prosecutor-tables"), ax=Figure().subplots())
    drawn = lines(ax)
    assert drawn["closed end"].tolist() == [[0.5, 1]]
    assert drawn["open end"].tolist() == [[0.5, 0]]
    assert ax.get_xlabel() == "posterior probability of guilty"
    apart = closure_plot(suasion.example("opposed-types"), ax=Figure().subplots())
    assert lines(apart)["closed end"].tolist() == [[0.5, 1]]  # a tie above both sides
    assert lines(apart)["open end"].tolist() == [[0.5, 0.5]]


def test_the_axis_says_what_types_that_differ_are_placed_by():
    match = [[1, 0], [0, 1]]
    two = FinitePersuasion(
        ["1/2", "1/2"], [["7/10", "3/10"], ["1/2", "1/2"]], match, [[0, 1], [0, 1]]
    )
    ax = closure_plot(two, ax=Figure().subplots())
    assert ax.get_xlabel() == "share of the message's likelihood in state 1: x1 / (x0 + x1)"
    assert "x0 + x1 = 2" in ax.get_ylabel()
    assert drawn_with(ax, "value")[0][0] == 0.5


@pytest.mark.parametrize("n", [50, 200])
def test_many_jumps_are_drawn_without_open_ends(n):
    ax = closure_plot(random_instance("private", 2, 4, n, n), ax=Figure().subplots())
    assert "open end" not in lines(ax)


@given(finite_instances(min_states=3, max_states=3))
@examples(30)
def test_areas_of_the_simplex_sum_to_the_triangle(instance):
    ax = simplex_plot(instance, ax=Figure().subplots())
    if len(instance) == 1:
        areas = [polygon_area(p.get_xy()[:-1]) for p in ax.patches if p.get_fill()]
    else:
        [outlines] = [c for c in ax.collections if isinstance(c, PolyCollection)]
        areas = [polygon_area(path.vertices[:-1]) for path in outlines.get_paths()]
    assert sum(areas) == pytest.approx(polygon_area(CORNERS))


@given(finite_instances(min_states=3, max_states=3))
@examples(30)
def test_posteriors_of_a_policy_average_to_the_prior(instance):
    result = solve(instance)
    ax = simplex_plot(result, ax=Figure().subplots())
    marked = [line for line in ax.lines if "probability" in line.get_label()]
    share = [float(line.get_label().split("probability ")[1].split(",")[0]) for line in marked]
    places = [line.get_xydata()[0] for line in marked]
    name = "prior" if drawn_with(ax, "prior") else "no information"
    [prior] = drawn_with(ax, name)
    assert sum(share) == pytest.approx(1, abs=2e-3)
    assert np.average(places, axis=0, weights=share) == pytest.approx(prior, abs=2e-3)


def test_actions_are_named_and_lie_where_they_are_best():
    instance = suasion.example("price-discrimination")
    ax = simplex_plot(instance, ax=Figure().subplots())
    named = {patch.get_label(): patch for patch in ax.patches if isinstance(patch, Polygon)}
    assert list(named)[:3] == ["price 1", "price 2", "price 3"]
    for x, corner in zip(np.eye(3), CORNERS, strict=True):
        action = instance.best_responses(x)[0]
        inside = 0.98 * corner + 0.02 * CORNERS.mean(axis=0)
        assert named[instance.actions[action]].get_path().contains_point(inside)


def test_shades_are_the_payoff_of_the_definition():
    instance = suasion.example("three-matchers")
    ax = simplex_plot(instance, ax=Figure().subplots())
    [mesh] = [c for c in ax.collections if c.get_array() is not None]
    triangles = mesh._triangulation
    earned_at = mesh.get_array()
    for corners in triangles.triangles:
        x, y = triangles.x[corners].mean(), triangles.y[corners].mean()
        top = y / CORNERS[2, 1]
        q = [1 - x - top / 2, x - top / 2, top]
        payoff = earned(instance, [3 * value for value in q])
        assert earned_at[corners].mean() == pytest.approx(float(payoff), abs=1e-9)


@pytest.mark.parametrize(("draw", "d"), [(closure_plot, 3), (simplex_plot, 2)])
def test_what_has_no_such_picture_is_refused(draw, d):
    with pytest.raises(ValueError, match=f"has {d} states"):
        draw(random_instance("private", d, 2, 1))
    with pytest.raises(ValueError, match="give a FinitePersuasion or a Result about one"):
        draw(suasion.example("seller"))
