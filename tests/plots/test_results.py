"""Every picture of an answer is drawn from the result alone, as from the parts of it."""

from dataclasses import replace

import pytest
from matplotlib.figure import Figure

from suasion import (
    BinaryPersuasion,
    FinitePersuasion,
    FinitePolicy,
    PartitionQueries,
    QuerySelection,
    ThresholdQueries,
    plots,
    solve,
)
from suasion.io.query_trees import to_networkx

THREE = BinaryPersuasion(["1/4", "1/4", "1/2"], ["1/5", "2/5", "3/5"])
CUTS = QuerySelection(THREE, ThresholdQueries(), budget=1)
IN_TURN = CUTS.with_budget(2, adaptive=True)
PARTS = QuerySelection(THREE, PartitionQueries([[[0, 2], [1]]]), budget=1)
FINITE = FinitePersuasion.from_binary(THREE)
WEATHER = FinitePersuasion(
    [1],
    [["3/5", "1/5", "1/5"]],
    [[1, 0], [0, 1], [0, 1]],
    [[0, 1], [0, 1], [0, 1]],
)


def new():
    return Figure().subplots()


# Picture -> what is solved, and the same picture without the result.
FROM_PARTS = {
    "envelope_plot": (CUTS, lambda result: plots.envelope_plot(THREE, ax=new())),
    "cutoff_plot": (CUTS, lambda result: plots.cutoff_plot(CUTS, result.answer, new())),
    "partition_plot": (PARTS, lambda result: plots.partition_plot(PARTS, new())),
    "policy_plot": (THREE, lambda result: plots.policy_plot(result.answer, THREE, new())),
}
# Pictures of beliefs, and what is solved.
BELIEFS = {"closure_plot": FINITE, "simplex_plot": WEATHER}
OF_A_TREE_OR_A_SEARCH = {"tree_plot", "progress_plot"}
OF_NO_ANSWER = {
    *("budget_plot", "gap_plot", "proof_plot", "ratio_plot", "save_plots", "time_plot"),
    "write_figure",
}


def drawn(ax):
    """What a picture says and shows."""
    texts = [text.get_text() for text in ax.texts]
    ticks = [text.get_text() for text in (*ax.get_xticklabels(), *ax.get_yticklabels())]
    lines = [line.get_xydata().round(9).tolist() for line in ax.lines]
    patches = [patch.get_path().vertices.round(9).tolist() for patch in ax.patches]
    return ax.get_title(), texts, ticks, lines, patches


def test_every_picture_is_of_a_result_or_of_no_answer():
    of_results = {*FROM_PARTS, *BELIEFS, *OF_A_TREE_OR_A_SEARCH}
    assert of_results | OF_NO_ANSWER == set(plots.__all__)


@pytest.mark.parametrize("name", FROM_PARTS)
def test_a_result_is_drawn_as_its_parts(name):
    problem, from_parts = FROM_PARTS[name]
    result = solve(problem)
    from_result = drawn(getattr(plots, name)(result, ax=new()))
    assert from_result == drawn(from_parts(result))
    assert any(from_result[3]) or any(from_result[4])


def test_a_tree_is_drawn_from_its_result():
    result = solve(IN_TURN)
    ax = plots.tree_plot(result, new())
    nodes = to_networkx(result.answer, IN_TURN).nodes.values()
    assert f"value {result.value:.6g}" in ax.get_title()
    assert [text.get_gid() for text in ax.texts if text.get_gid()] == [
        f"query {about['query']}" if "query" in about else f"cell {about['cell']}"
        for about in nodes
    ]


@pytest.mark.parametrize("name", BELIEFS)
def test_the_posteriors_are_those_of_the_results_policy(name):
    result = solve(BELIEFS[name])
    states, types = result.answer.likelihoods.shape[1], len(BELIEFS[name])
    silent = FinitePolicy([[1] * states], [[0] * types])
    marks = [
        sum("probability" in line.get_label() for line in getattr(plots, name)(one, new()).lines)
        for one in (result, replace(result, answer=silent))
    ]
    assert marks[0] > 1
    assert marks[1] == 1


def test_a_search_ends_with_its_result():
    result = solve(THREE)
    assert f"best {result.value:.6g}" in plots.progress_plot([], new(), result).get_title()
