"""The saw-tooth against the payoff of the policy it stands for, from the definition."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import HALF, cuts_of, earned, examples, instances, optimum, triples
from matplotlib.figure import Figure

from suasion import (
    BinaryPersuasion,
    Cover,
    PartitionQueries,
    QuerySelection,
    ThresholdQueries,
    WrongKindError,
    solve,
)
from suasion.plots import cutoff_plot


def one_target(types, cutoff):
    """Payoff of the policy that persuades types from an exact cutoff on."""
    if cutoff <= HALF:
        low = cutoff / (1 - cutoff)
        return earned(types, [Fraction(1), Fraction(0)], [low, 1 - low])
    high = (1 - cutoff) / cutoff
    return earned(types, [high, 1 - high], [Fraction(1), Fraction(0)])


def curves(ax):
    """Points of the curves, best points and labels."""
    return [
        (curve.get_xydata(), best.get_xydata()[0], curve.get_label())
        for curve, best in zip(ax.lines[::2], ax.lines[1::2], strict=True)
    ]


def on_curve(points, x):
    return np.abs(points[:, 0] - x) < 1e-12


@given(instances())
@examples(60)
def test_every_peak_is_the_payoff_of_its_cutoff(instance):
    types = triples(instance)
    [(points, best, _)] = curves(cutoff_plot(instance, ax=Figure().subplots()))
    for rho in {t[2] for t in types if t[2] < 1}:
        peaks = points[on_curve(points, float(rho)), 1]
        assert peaks.max() >= float(one_target(types, rho)) - 1e-9
        # The highest point at a cutoff is the payoff there: ties act.
        assert peaks[0] == pytest.approx(float(one_target(types, rho)), abs=1e-9)
    candidates = [one_target(types, rho) for rho in {Fraction(0), *(t[2] for t in types)}]
    assert best[1] == pytest.approx(float(max(candidates)), abs=1e-9)


@given(instances(), st.fractions(0, 1, max_denominator=50))
@examples(60)
def test_between_peaks_payoffs_are_those_of_the_cutoff(instance, share):
    types = triples(instance)
    [(points, _, _)] = curves(cutoff_plot(instance, ax=Figure().subplots()))
    x, y = points[round(share * (len(points) - 1))]
    if not on_curve(np.array([[float(t[2]), 0] for t in types]), x).any() and 0 < x < 1:
        assert y == pytest.approx(float(one_target(types, Fraction(x))), abs=1e-9)


@given(instances(min_types=2), st.data())
@examples(40)
def test_cells_have_curves_of_their_own_that_add_up(instance, data):
    cuts = data.draw(cuts_of(instance))
    types = triples(instance)
    ax = cutoff_plot(instance, queries=cuts, ax=Figure().subplots())
    order = instance.order.tolist()
    parts = [
        [types[i] for i in order[a:b]]
        for a, b in zip([0, *cuts], [*cuts, len(order)], strict=True)
    ]
    parts = [part for part in parts if sum(t[0] for t in part)]
    drawn = curves(ax)[1:]
    assert len(drawn) == len(parts)
    for (points, best, label), part in zip(drawn, parts, strict=True):
        weight = sum(t[0] for t in part)
        candidates = [one_target(part, rho) for rho in {Fraction(0), *(t[2] for t in part)}]
        assert best[1] == pytest.approx(float(max(candidates) / weight), abs=1e-9)
        assert points[:, 0].max() <= float(max(t[2] for t in part)) + 1e-12
        # Rounding decides when both are equal.
        if optimum(part) != max(candidates) and len(parts) == len(cuts) + 1 <= 6:
            assert "with two messages" in label
    total = float(sum((optimum(part) for part in parts), Fraction(0)))
    assert f"{total:.6g} after {len(cuts)} quer" in ax.get_title()


def test_results_and_partition_queries_bring_their_cells():
    three = BinaryPersuasion(["1/4", "1/4", "1/2"], ["1/5", "2/5", "3/5"])
    question = QuerySelection(three, PartitionQueries([[[0, 2], [1]]]), budget=1)
    result = solve(question)
    for ax in (
        cutoff_plot(result, ax=Figure().subplots()),
        cutoff_plot(question, [0], Figure().subplots()),
    ):
        assert ax.get_title() == "Payoff 0.633333 without a query, 0.74 after 1 query"
        assert [label for _, _, label in curves(ax)][1:] == [
            "cell 0 (weight 0.75): best 0.6889, 0.72 with two messages",
            "cell 1 (weight 0.25): best 0.8",
        ]
    assert len(curves(cutoff_plot(question, ax=Figure().subplots()))) == 1
    tree = solve(QuerySelection(three, ThresholdQueries(), budget=1, adaptive=True))
    assert len(curves(cutoff_plot(tree, ax=Figure().subplots()))) == 3


def test_a_curve_ends_with_its_cell_and_begins_above_what_is_below():
    news = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    drawn = curves(cutoff_plot(news, [1], Figure().subplots()))
    spans = [(points[0, 0], points[-1, 0]) for points, _, _ in drawn]
    assert spans == [pytest.approx(span) for span in [(0, 0.4), (0, 0.2), (0.2, 0.4)]]


def test_a_million_types_keep_their_best_cutoffs():
    beliefs = np.random.default_rng(0).beta(2, 5, 1_000_000)
    many = BinaryPersuasion(np.full(1_000_000, 1e-6), beliefs)
    [(points, best, label)] = curves(cutoff_plot(many, ax=Figure().subplots()))
    assert len(points) <= 4000
    assert points[:, 1].max() == best[1] == pytest.approx(solve(many).value, abs=1e-9)
    assert "of 2,000,000 points" in label


def test_many_cells_share_one_line_of_the_legend():
    types = BinaryPersuasion(np.full(40, 1 / 40), np.linspace(0.02, 0.5, 40))
    ax = cutoff_plot(types, range(1, 20), Figure().subplots())
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert len(labels) == 2
    assert labels[1].startswith("20 cells")


@pytest.mark.parametrize("queries", [Cover([0]), 1, ThresholdQueries])
def test_queries_of_another_kind_are_refused(queries):
    news = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    with pytest.raises(WrongKindError, match=r"queries is .*; give a QuerySet, a QueryTree or"):
        cutoff_plot(news, queries=queries, ax=Figure().subplots())
