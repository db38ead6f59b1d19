"""Boxes, branches and places of trees against the trees, as numbers and as boxes on paper."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import examples, instances, partition_oracles
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from suasion import (
    BinaryPersuasion,
    PartitionQueries,
    QuerySelection,
    QueryTree,
    Result,
    Status,
    ThresholdQueries,
    solve,
)
from suasion.plots import tree_plot

FIGURE = {"layout": "constrained"}


def boxes(ax):
    """Name -> text of each node."""
    return {text.get_gid(): text for text in ax.texts if text.get_gid()}


@given(instances(min_types=2), st.integers(0, 3), st.data())
@examples(30)
def test_there_is_a_box_for_every_query_and_cell_and_a_branch_for_every_answer(
    instance, budget, data
):
    cuts = data.draw(st.booleans())
    oracle = ThresholdQueries() if cuts else data.draw(partition_oracles(len(instance)))
    problem = QuerySelection(instance, oracle, budget, adaptive=True)
    result = solve(problem)
    tree = result.require()
    ax = tree_plot(result, Figure().subplots())
    reached = [node for node, _ in tree.routed(problem)]
    leaves = [node for node in reached if tree.queries[node] is None]
    nodes = [text for text in ax.texts if text.get_gid()]
    assert len(nodes) == len(reached)
    assert sum(text.get_gid().startswith("cell") for text in nodes) == len(leaves)
    assert len(ax.lines) == len(reached) - 1 == len(ax.texts) - len(nodes)
    values, weights = tree.cells(problem).values(instance), tree.cells(problem).weights(instance)
    for cell, (weight, value) in enumerate(zip(weights, values, strict=True)):
        text = boxes(ax)[f"cell {cell}"].get_text()
        assert text == f"{cell}: P {weight:.3g}, V {value:.3g}"
    places = {text.get_position() for text in nodes}
    assert len(places) == len(nodes)
    # A branch joins the places of a query and of what follows.
    for line in ax.lines:
        ends = line.get_xydata()
        assert tuple(ends[0]) in places
        assert tuple(ends[-1]) in places
        assert ends[-1][0] == ends[0][0] + 1


def heart():
    texts = ["a short name?", "a question that goes on and on and on and on", "$x^$?"]
    labels = np.array([np.arange(27) // 3**q % 3 for q in range(3)])
    oracle = PartitionQueries.from_labels(labels, texts)
    types = BinaryPersuasion([1 / 27] * 27, np.linspace(0.02, 0.9, 27) ** 1.5)
    return solve(QuerySelection(types, oracle, budget=3, adaptive=True))


def cuts(rounds):
    n = 2**rounds
    types = BinaryPersuasion(np.full(n, 1 / n), np.linspace(0.05, 0.49, n))
    return solve(QuerySelection(types, ThresholdQueries(), budget=rounds, adaptive=True))


@pytest.mark.parametrize(
    "result", [heart(), cuts(0), cuts(1), cuts(4), cuts(6)], ids=["long", "0", "1", "4", "6"]
)
def test_no_boxes_overlap_and_none_is_cut_off(result):
    from matplotlib import pyplot

    with pyplot.rc_context({"backend": "agg"}):
        ax = tree_plot(result)
        pyplot.close(ax.figure)
    on_paper(ax)
    assert min(text.get_fontsize() for text in ax.texts) >= 5


@pytest.mark.parametrize("size", [(24, 3), (5, 12)])
def test_given_axes_have_texts_that_fit_them(size):
    on_paper(tree_plot(cuts(4), Figure(size, **FIGURE).subplots()))


def on_paper(ax):
    figure = ax.figure
    FigureCanvasAgg(figure).draw()
    page = figure.bbox
    # Boxes of nodes with their frames, answers without.
    drawn = [text.get_bbox_patch() if text.get_gid() else text for text in ax.texts]
    frames = [artist.get_window_extent() for artist in drawn]
    for text, frame in zip(ax.texts, frames, strict=True):
        assert page.x0 <= frame.x0 <= frame.x1 <= page.x1, text
        assert page.y0 <= frame.y0 <= frame.y1 <= page.y1, text
    for one, other in combinations(frames, 2):
        assert not one.overlaps(other)


def test_cuts_at_once_are_drawn_as_the_search_for_them():
    types = BinaryPersuasion(["1/4"] * 4, ["1/10", "1/5", "3/10", "2/5"])
    result = solve(QuerySelection(types, ThresholdQueries(), budget=3))
    ax = tree_plot(result, Figure(**FIGURE).subplots())
    assert set(boxes(ax)) == {f"query {q}" for q in (1, 2, 3)} | {f"cell {c}" for c in range(4)}
    assert boxes(ax)["query 2"].get_text() == "threshold ≥ 0.3"
    assert ax.get_title().startswith("3 queries in 2 rounds, value 0.5")


def test_answers_are_named_where_the_oracle_names_them():
    types = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    oracle = PartitionQueries.from_table({"news": ["bad", "good"]})
    result = solve(QuerySelection(types, oracle, adaptive=True))
    ax = tree_plot(result, Figure(**FIGURE).subplots())
    assert [text.get_text() for text in ax.texts if not text.get_gid()] == ["bad", "good"]


def test_trees_that_no_page_holds_and_no_trees_are_refused():
    with pytest.raises(ValueError, match=r"128 leaves and 7 rounds.*at most 64 and 12.*to_dot"):
        tree_plot(cuts(7))
    types = BinaryPersuasion([1 / 14] * 14, np.linspace(0.05, 0.49, 14))
    chain = QueryTree.grow(13, lambda t: (t, [(0, t - 1), (1, 0)]) if t else None)
    problem = QuerySelection(types, ThresholdQueries(), adaptive=True)
    with pytest.raises(ValueError, match="14 leaves and 13 rounds"):
        tree_plot(Result(Status.FEASIBLE, "by hand", 0.1, 1.0, chain, problem=problem))
    at_once = QuerySelection(types, PartitionQueries([[[*range(13)], [13]]]))
    with pytest.raises(ValueError, match="asked at once, so there is no tree"):
        tree_plot(solve(at_once))
    with pytest.raises(ValueError, match="no query tree in a MessagingPolicy"):
        tree_plot(solve(types))
