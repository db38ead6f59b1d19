"""The picture of the envelope against gains, chords and optima from the definition."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import HALF, examples, instances, optimum, triples
from matplotlib.figure import Figure

from suasion import BinaryPersuasion, QuerySelection, SetCover, ThresholdQueries, solve
from suasion.plots import envelope_plot
from suasion.plots.envelope import WIDEST, closure


def lines(ax):
    """Points of each line by the beginning of its label."""
    return {line.get_label().split(":")[0].split(",")[0]: line.get_xydata() for line in ax.lines}


def messages(types):
    """(odds, gain) of message 0 and of each threshold below 1, from the definition."""
    certain = sum((w for w, _, rho in types if rho == 1), Fraction(0))
    ordinary = [t for t in types if t[2] < 1]
    points = {(Fraction(0), certain + sum((w * mu for w, mu, _ in ordinary), Fraction(0)))}
    for rho in {t[2] for t in ordinary}:
        r = rho / (1 - rho)
        acting = [(w, mu) for w, mu, other in ordinary if other >= rho]
        points.add((r, certain + sum((w * (mu + (1 - mu) * r) for w, mu in acting), Fraction(0))))
    return points


def closed(points, x):
    """The non-decreasing concave closure at x: the best mixture of two with odds at most x."""
    best = max(y for r, y in points if r <= x)
    for a, y in points:
        for b, z in points:
            if a < x < b:
                best = max(best, y + (z - y) * (x - a) / (b - a))
    return best


@given(instances())
@examples(60)
def test_points_closure_and_value_are_those_of_the_definition(instance):
    types = triples(instance)
    points = messages(types)
    ax = envelope_plot(instance, ax=Figure().subplots())
    drawn = lines(ax)
    end = max(max(r for r, _ in points), 0)
    if end <= WIDEST:
        shown = {(round(x, 9), round(y, 9)) for x, y in drawn["messages"]}
        assert shown == {(round(float(r), 9), round(float(y), 9)) for r, y in points}
    line = drawn["concave envelope"]
    for x in {r for r, _ in points} | {Fraction(1), HALF}:
        assert np.interp(float(x), *line.T) == pytest.approx(float(closed(points, x)), abs=1e-9)
    [value] = [line.get_xydata() for line in ax.lines if line.get_label().startswith("value")]
    assert value.tolist() == [[1, pytest.approx(float(optimum(types)), abs=1e-9)]]
    assert drawn["odds 1"][:, 0].tolist() == [1, 1]
    certain = float(sum(w for w, _, rho in types if rho == 1))
    heights = [line[0, 1] for label, line in drawn.items() if label.startswith("weight")]
    assert heights == ([pytest.approx(certain)] if certain else [])


@given(instances(min_types=2), st.data())
@examples(30)
def test_a_cell_is_drawn_alone(instance, data):
    members = data.draw(st.lists(st.integers(0, len(instance) - 1), min_size=1, unique=True))
    types = triples(instance)
    ax = envelope_plot(instance, members=members, ax=Figure().subplots())
    [value] = [line.get_ydata() for line in ax.lines if line.get_label().startswith("value")]
    assert value == [pytest.approx(float(optimum([types[i] for i in members])), abs=1e-9)]


def test_the_messages_used_are_marked_with_their_likelihoods():
    instance = BinaryPersuasion(["1/2", "1/2"], ["2/5", "9/10"])
    ax = envelope_plot(instance, ax=Figure().subplots())
    marks = {line.get_label(): line.get_xydata().tolist() for line in ax.lines}
    assert marks["m1: odds 0.6667, probability 0.96 in state 1"][0][0] == pytest.approx(2 / 3)
    assert marks["m2: odds 9, probability 0.04 in state 1"][0][0] == pytest.approx(9)
    assert ax.get_title() == "Value 0.884 = envelope at odds 1"


def test_odds_far_away_are_counted_and_those_used_are_shown():
    far = BinaryPersuasion([0.5, 0.3, 0.2], [0.3, 0.4, 1 - 1e-15])
    ax = envelope_plot(far, ax=Figure().subplots())
    assert any("(1 beyond odds 2)" in line.get_label() for line in ax.lines)
    assert ax.get_xlim()[1] < 3
    dear = envelope_plot(BinaryPersuasion([0.5, 0.5], [0.4, 0.95]), ax=Figure().subplots())
    assert dear.get_xlim()[1] > 19


def test_a_million_types_are_thinned_and_keep_their_envelope():
    beliefs = np.random.default_rng(0).beta(2, 5, 1_000_000)
    many = BinaryPersuasion(np.full(1_000_000, 1e-6), beliefs)
    ax = envelope_plot(many, ax=Figure().subplots())
    points = next(line for line in ax.lines if line.get_label().startswith("messages"))
    assert 1000 < len(points.get_xdata()) <= 4000
    assert f"{len(points.get_xdata()):,} of " in points.get_label()
    assert points.get_ydata().max() == pytest.approx(solve(many).value, abs=1e-9)


def test_questions_and_results_are_drawn_by_their_receivers():
    instance = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    question = QuerySelection(instance, ThresholdQueries(), budget=1)
    for subject in (instance, question, solve(question), solve(instance)):
        assert envelope_plot(subject, ax=Figure().subplots()).get_title().startswith("Value 0.475")
    with pytest.raises(ValueError, match="no picture of a SetCover; give a BinaryPersuasion"):
        envelope_plot(SetCover(1, [[0]]))


def test_equal_odds_leave_one_corner_of_the_closure():
    x, y = np.array([0.0, 0, 1, 1, 2]), np.array([1.0, 2, 2, 5, 4])
    assert closure(x, y).tolist() == [1, 3]
