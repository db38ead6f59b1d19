"""Chains of reductions: how they are found, what they take, and what they refuse."""

from fractions import Fraction as F  # noqa: N817

import networkx as nx
import pytest

from suasion import (
    BinaryPersuasion,
    Cover,
    PartitionQueries,
    QuerySelection,
    SetCover,
    ThresholdQueries,
    solve,
)
from suasion.models.set_cover.maximum_coverage import MaximumCoverage
from suasion.reductions.queries_to_set_cover import QueriesToSetCover
from suasion.reductions.table import Chain, reduced, route
from suasion.reductions.thresholds_to_partitions import ThresholdsToPartitions

SETS = SetCover(3, [[0, 1], [1, 2], [0, 2]])
PAIR = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
CUTS = QuerySelection(PAIR, ThresholdQueries(), 1)
LONG = ["vertex-cover", "set-cover", "lossless-queries"]


@pytest.mark.parametrize("seed", range(3))
def test_a_vertex_cover_survives_the_way_to_queries_and_to_set_cover_again(seed):
    graph = nx.gnp_random_graph(9, 0.35, seed=seed)
    chain = reduced(graph, LONG)
    fewest = 9 - max(map(len, nx.find_cliques(nx.complement(graph))))
    result = solve(chain.target, exact=True)
    nodes = chain.pull_back(result.require())
    assert len(nodes) == fewest
    assert all(a in nodes or b in nodes for a, b in graph.edges)
    low, high = chain.source_range(result.exact_value)
    assert low <= fewest <= high
    assert chain.push_forward(nodes) == result.answer
    # Halfway, the optimum tells the number of nodes itself.
    halfway = reduced(graph, LONG[:2])
    value = solve(halfway.target, exact=True).exact_value
    assert halfway.source_range(value) == (fewest, fewest)


def test_a_chain_says_what_links_its_optima():
    chain = reduced(nx.path_graph(3), LONG)
    assert isinstance(chain, Chain)
    assert [type(step).__name__ for step in chain.steps] == [
        "VertexCoverToSetCover",
        "SetCoverToQueries",
        "QueriesToSetCover",
    ]
    assert chain.link.startswith("A cheapest vertex cover costs what a cheapest set cover does. ")
    assert "pairs that lose when pooled." in chain.link


@pytest.mark.parametrize(
    ("problem", "to", "names"),
    [
        (SETS, "query-selection", ["set-cover"]),
        (MaximumCoverage(SETS, 1), "query-selection", ["maximum-coverage"]),
        (CUTS, "query-selection", ["thresholds"]),
        (CUTS, "set-cover", ["thresholds", "lossless-queries"]),
        (QuerySelection(PAIR, PartitionQueries([])), "set-cover", ["lossless-queries"]),
    ],
)
def test_the_shortest_chain_is_found(problem, to, names):
    assert route(problem, to) == names
    assert reduced(problem, to=to).target == reduced(problem, names).target


@pytest.mark.parametrize(
    ("problem", "arguments", "words"),
    [
        (SETS, {"via": "set-covr"}, 'via has "set-covr"; .*did you mean "set-cover"'),
        (SETS, {"to": "query"}, 'to is "query"; choose from'),
        (SETS, {}, "to is missing"),
        (SETS, {"via": []}, "via is empty"),
        (
            SETS,
            {"via": "thresholds"},
            r"takes query-selection \(threshold\) instances",
        ),
        (SETS, {"via": ["set-cover", "vertex-cover"]}, "takes graph instances, and this is query"),
        (SETS, {"via": "set-cover", "weight": "w"}, "weight is not an option"),
        (SETS, {"via": "set-cover", "to": "set-cover"}, "via ends in query-selection"),
        (SETS, {"to": "binary-persuasion"}, "no reductions lead from set-cover"),
        (SETS, {"via": "maximum-coverage"}, "budget is missing"),
        (MaximumCoverage(SETS, 1), {"via": "maximum-coverage", "budget": 2}, "has its own"),
        (SETS, {"via": "set-cover", "adaptive": True}, "adaptive needs a budget"),
        (SetCover(1, [[0]], [2]), {"via": "set-cover", "budget": 1}, r"costs\[0\] is 2"),
        (nx.path_graph(3), {"to": "set-cover"}, '"vertex-cover" or "dominating-set"'),
        (nx.DiGraph([(0, 1)]), {"via": "vertex-cover"}, "directed"),
        (nx.path_graph(2), {"via": "vertex-cover", "weight": "w"}, "node 0 has no 'w'"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(problem, arguments, words):
    with pytest.raises(ValueError, match=words):
        reduced(problem, **arguments)


def test_what_is_no_instance_is_refused():
    with pytest.raises(TypeError, match="problem is a int"):
        reduced(3, to="set-cover")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (CUTS, "oracle is not a partition oracle"),
        (QuerySelection(PAIR, PartitionQueries([]), adaptive=True), "adaptive is true"),
        (QuerySelection(PAIR, PartitionQueries([[[0], [1]]]), 1, costs=1), "budget and costs"),
    ],
)
def test_only_queries_asked_at_once_become_a_set_cover(source, words):
    with pytest.raises(ValueError, match=words):
        QueriesToSetCover(source)


def test_a_pair_that_no_query_separates_is_an_element_in_no_set():
    reduction = QueriesToSetCover(QuerySelection(PAIR, PartitionQueries([])))
    result = solve(reduction.target)
    assert result.status == "infeasible"
    assert reduction.pairs.tolist() == [[0, 1]]
    low, high = reduction.source_range(float("inf"))
    assert low < solve(reduction.source, exact=True).exact_value <= high


def test_costs_above_the_least_loss_leave_a_range():
    oracle = PartitionQueries([[[0], [1]]])
    dear = QuerySelection(PAIR, oracle, costs=["1/4"])
    reduction = QueriesToSetCover(dear)
    low, high = reduction.source_range(F(1, 4))
    # Not asking earns more than knowing everything at that price.
    assert low < solve(dear, exact=True).exact_value == high


def test_adaptive_cuts_keep_their_tree_and_value():
    instance = BinaryPersuasion(["1/4"] * 4, ["1/8", "1/8", "1/4", "2/5"])
    source = QuerySelection(instance, ThresholdQueries(), 2, True, ["1/9", "1/90", "1/80"])
    reduction = ThresholdsToPartitions(source)
    assert reduction.target.query_count == 2  # no cut between equal thresholds
    found = solve(reduction.target, exact=True)
    tree = reduction.pull_back(found.answer)
    assert tree.value(source, exact=True) == found.exact_value
    assert found.exact_value == solve(source, exact=True).exact_value
    assert reduction.push_forward(tree) == found.answer


def test_nodes_and_cuts_that_do_not_exist_are_refused():
    with pytest.raises(ValueError, match="node 7 is not in the graph"):
        reduced(nx.path_graph(2), "vertex-cover").push_forward([7])
    same = BinaryPersuasion(["1/2", "1/2"], ["1/5", "1/5"])
    cuts = ThresholdsToPartitions(QuerySelection(same, ThresholdQueries()))
    with pytest.raises(ValueError, match="queries has 1, which does not exist"):
        cuts.push_forward(solve(CUTS).answer)
    assert reduced(SETS, "set-cover").pull_back(solve(reduced(SETS, "set-cover").target).answer)
    assert Cover([0]) == reduced(SETS, "maximum-coverage", budget=1).pull_back(
        solve(reduced(SETS, "maximum-coverage", budget=1).target).answer
    )
