"""Query trees as graphs, drawings and JSON, and back."""

import html
import json
import re
import subprocess
import sys

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import cuts_of, examples, instances, partition_oracles
from scipy import stats

from suasion import (
    BinaryPersuasion,
    PartitionQueries,
    QuerySelection,
    QueryTree,
    ThresholdQueries,
    solve,
)
from suasion.io.query_trees import to_dot, to_networkx

FOUR = BinaryPersuasion(
    ["1/4"] * 4, ["1/10", "3/10", "3/5", "9/10"], labels=["ann", "bob", "cat", "dan"]
)
CUTS = QuerySelection(FOUR, ThresholdQueries(), adaptive=True)
HALVES = QueryTree.binary_search([1, 2, 3])
TABLE = {"town": ["north", "south", "east", "east"], "age": ["old", "old", "old", "young"]}
PANEL = QuerySelection(FOUR, PartitionQueries.from_table(TABLE), adaptive=True)
# Whoever lives in the east (answer 0) is asked for her age, too; it has a branch for nobody.
BY_TOWN = QueryTree(
    (0, 1, None, None, None, None, None),
    (((0, 1), (1, 4), (2, 5)), ((0, 2), (1, 3), (2, 6)), (), (), (), (), ()),
)
STRANGE = [
    'say "hi"',
    "back\\slash\\N \\n",
    "two\nlines",
    "carriage\r\nreturn",
    "Ünïcode 日本 🙂",
    "&lt;b&gt; R&D &#65;",
    "ends with \\",
    '\\"; } evil {',
    "<b>{a|b}</b>",
    "",
]


@st.composite
def asked(draw):
    """A question of either kind and a tree with a branch for every answer of the types."""
    instance = draw(instances(max_types=6))
    if draw(st.booleans()):
        problem = QuerySelection(instance, ThresholdQueries(), adaptive=True)
        return problem, QueryTree.binary_search(draw(cuts_of(instance)))
    oracle = draw(partition_oracles(len(instance)))

    def split(state):
        members, free = state
        if not free or not draw(st.booleans()):
            return None
        q = draw(st.sampled_from(free))
        given_by = oracle.labels[q][members]
        rest = [other for other in free if other != q]
        return q, [(int(a), (members[given_by == a], rest)) for a in np.unique(given_by)]

    tree = QueryTree.grow((np.arange(len(instance)), list(range(len(oracle)))), split)
    return QuerySelection(instance, oracle, adaptive=True), tree


def ladder(n):
    """The question that rules out one type after another, and its tree."""
    instance = BinaryPersuasion(np.full(n, 1 / n), np.linspace(0.1, 0.9, n))
    tree = QueryTree.grow(1, lambda cut: None if cut in (0, n) else (cut, [(0, 0), (1, cut + 1)]))
    return QuerySelection(instance, ThresholdQueries(), adaptive=True), tree


def drawn(dot):
    """Labels of the nodes and edges of a drawing as Graphviz shows them, and the edges."""
    first, shape, *statements, last = dot.split("\n")
    assert (first, shape, last) == ("digraph queries {", "  node [shape=box];", "}")
    nodes, edges = {}, {}
    for statement in statements:
        line = r'  (\d+)(?: -> (\d+))? \[label="((?:[^"\\]|\\.)*)"(, style=rounded)?\];'
        node, child, label, _ = re.fullmatch(line, statement).groups()
        shown = re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m[1], m[1]), label)
        shown = html.unescape(shown)
        if child is None:
            nodes[int(node)] = shown
        else:
            edges[int(node), int(child)] = shown
    return nodes, edges


@given(asked())
@examples(80)
def test_the_graph_says_what_the_tree_does(question):
    problem, tree = question
    graph = to_networkx(tree, problem)
    assert nx.is_arborescence(graph)
    assert graph.nodes[0]["weight"] == pytest.approx(1)
    assert nx.shortest_path_length(graph, 0) == dict(graph.nodes(data="depth"))
    document = tree.document(problem)
    labels = problem.persuasion.labels
    leaves = [about for node, about in graph.nodes(data=True) if graph.out_degree(node) == 0]
    assert [about["cell"] for about in leaves] == list(range(len(leaves)))
    for about, cell in zip(leaves, document["cells"], strict=True):
        assert about["types"] == tuple(labels[i] for i in cell["types"])
        assert about["value"] == cell["value"]
        assert about["weight"] == pytest.approx(cell["weight"])
    assert sum(about["value"] for about in leaves) == pytest.approx(tree.value(problem))
    stack = [(0, document["tree"])]
    while stack:
        node, nested = stack.pop()
        if "cell" in nested:
            assert graph.nodes[node]["cell"] == nested["cell"]
            continue
        assert graph.nodes[node]["query"] == nested["query"]
        below = list(graph[node])
        assert [graph.edges[node, child]["answer"] for child in below] == [
            child["answer"] for child in nested["children"]
        ]
        weights = [graph.nodes[child]["weight"] for child in below]
        assert sum(weights) == pytest.approx(graph.nodes[node]["weight"])
        stack += zip(below, (child["node"] for child in nested["children"]), strict=True)


def test_cuts_are_named_by_their_threshold():
    graph = to_networkx(HALVES, CUTS)
    root = graph.nodes[0]
    assert (root["query"], root["name"], root["cutoff"]) == (2, "threshold >= 0.6", 0.6)
    assert [graph.edges[0, child]["label"] for child in graph[0]] == ["below", "above"]


def test_table_queries_are_named_by_column_and_value_and_nobodys_branch_is_left_out():
    graph = to_networkx(BY_TOWN, PANEL)
    assert list(graph) == [0, 1, 2, 3, 4, 5]
    assert [graph.nodes[node]["name"] for node in (0, 1)] == ["town", "age"]
    assert [graph.edges[edge]["label"] for edge in ((0, 1), (0, 4), (1, 3))] == [
        "east",
        "north",
        "young",
    ]
    assert graph.nodes[3]["types"] == ("dan",)
    assert graph.edges[1, 3]["answer"] == 1


def test_answers_without_names_are_numbers():
    plain = QuerySelection(FOUR, PartitionQueries.from_labels(PANEL.oracle.labels), adaptive=True)
    graph = to_networkx(BY_TOWN, plain)
    assert (graph.nodes[1]["name"], graph.edges[0, 4]["label"]) == ("1", "1")


def test_a_tree_that_asks_nothing_is_one_leaf():
    tree = QueryTree((None,), ((),))
    graph = to_networkx(tree, PANEL)
    assert list(graph.edges) == []
    assert graph.nodes[0]["types"] == FOUR.labels
    assert drawn(to_dot(tree, PANEL))[0] == {
        0: f"ann, bob, cat, dan\nweight 1\nvalue {tree.value(PANEL):.6g}"
    }


@pytest.mark.parametrize("export", [to_networkx, to_dot])
def test_trees_that_do_not_fit_are_refused(export):
    with pytest.raises(ValueError, match="queries has cut 4; cuts are numbered 1 to 3"):
        export(QueryTree.binary_search([4]), CUTS)
    with pytest.raises(ValueError, match="node 0 of the tree has no branch for answer 2"):
        export(QueryTree((0, None, None), (((0, 1), (1, 2)), (), ())), PANEL)
    rounded = BinaryPersuasion.discretize(stats.uniform(), 0.25)
    with pytest.raises(ValueError, match=r"use persuasion\.down"):
        export(HALVES, QuerySelection(rounded, ThresholdQueries(), adaptive=True))


@given(asked())
@examples(40)
def test_the_drawing_has_the_nodes_and_edges_of_the_graph(question):
    problem, tree = question
    graph = to_networkx(tree, problem)
    nodes, edges = drawn(to_dot(tree, problem))
    assert list(nodes) == list(graph)
    assert edges == {(u, v): label for u, v, label in graph.edges(data="label")}


@pytest.mark.parametrize("name", STRANGE)
def test_names_with_any_characters_are_drawn_as_they_are(name):
    pair = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"], labels=[name, f"{name}2"])
    problem = QuerySelection(pair, PartitionQueries([[[0], [1]]], [name], [[name, f"{name}2"]]))
    tree = QueryTree((0, None, None), (((0, 1), (1, 2)), (), ()))
    shown = name.replace("\r\n", "\n")
    nodes, edges = drawn(to_dot(tree, problem))
    assert nodes == {
        0: f"{shown}\nweight 1",
        1: f"{shown}\nweight 0.5\nvalue 0.2",
        2: f"{shown}2\nweight 0.5\nvalue 0.4",
    }
    assert edges == {(0, 1): shown, (0, 2): f"{shown}2"}


def test_entities_are_escaped_and_other_ampersands_are_not():
    pair = BinaryPersuasion([1], [0.5], labels=["R&D &lt; &#65; &"])
    dot = to_dot(QueryTree((None,), ((),)), QuerySelection(pair, ThresholdQueries()))
    assert "R&D &amp;lt; &amp;#65; &\\n" in dot


def test_a_leaf_of_many_types_is_drawn_with_the_first():
    many = BinaryPersuasion(np.full(20, 0.05), np.linspace(0.1, 0.9, 20))
    problem = QuerySelection(many, ThresholdQueries())
    label = drawn(to_dot(QueryTree((None,), ((),)), problem))[0][0]
    assert label.startswith("0, 1, 2, 3, 4, 5, 6, 7 and 12 more\nweight 1\n")


def test_the_order_of_the_answers_in_the_tree_does_not_change_the_drawing():
    turned = QueryTree(BY_TOWN.queries, tuple(links[::-1] for links in BY_TOWN.children))
    assert to_dot(turned, PANEL) == to_dot(BY_TOWN, PANEL)
    assert list(to_networkx(turned, PANEL).edges) == list(to_networkx(BY_TOWN, PANEL).edges)


@given(asked())
@examples(80)
def test_a_tree_read_back_from_json_is_the_one_written(question):
    problem, tree = question
    document = json.loads(json.dumps(tree.document(problem)))
    assert QueryTree.from_document(document) == tree
    assert QueryTree.from_document(document["tree"]) == tree


@pytest.mark.parametrize("problem", [CUTS, PANEL], ids=["cuts", "partitions"])
def test_the_tree_of_a_result_is_read_back_from_its_json(problem):
    result = solve(problem, "brute-force")
    assert QueryTree.from_document(json.loads(json.dumps(result.to_dict()))) == result.answer


def test_branches_that_nobody_takes_are_not_written():
    document = BY_TOWN.document(PANEL)
    again = QueryTree.from_document(document)
    assert len(again.queries) == len(BY_TOWN.queries) - 1
    assert again.document(PANEL) == document
    assert again.value(PANEL, exact=True) == BY_TOWN.value(PANEL, exact=True)


def test_trees_of_thousands_of_rounds_are_exported_and_read_back():
    problem, tree = ladder(3000)
    assert tree.depth == 2999
    assert QueryTree.from_document(tree.document(problem)) == tree
    assert len(to_networkx(tree, problem)) == len(tree.queries)
    assert to_dot(tree, problem).count("->") == len(tree.queries) - 1
    again = QueryTree((0,) * 3000 + (None,), (*(((0, q + 1),) for q in range(3000)), ()))
    alone = BinaryPersuasion([1], [0.5])
    problem = QuerySelection(alone, PartitionQueries([[[0]]]), adaptive=True)
    assert QueryTree.from_document(again.document(problem)) == again


LEAF = {"cell": 0}


def node(*answers, query=0):
    return {"query": query, "children": [{"answer": a, "node": LEAF} for a in answers]}


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({}, "tree is {}; give a query and its children, or a cell."),
        ([], "tree is []; give a query and its children, or a cell."),
        ({"tree": None}, "tree is None; give a query and its children, or a cell."),
        ({"cell": "a"}, "tree.cell is 'a'; give an integer >= 0."),
        ({"cell": 0, "query": 1}, "tree is {'cell': 0, 'query': 1}; give a query and"),
        (node(0, query=-1), "tree.query is -1; give an integer >= 0."),
        (node(0, query=True), "tree.query is True; give an integer >= 0."),
        ({"query": 0, "children": {}}, "tree.children is {}; give a list."),
        ({"query": 0, "children": [LEAF]}, "tree.children[0] is {'cell': 0}; give an answer and"),
        (node(0, "left"), "tree.children[1].answer is 'left'; give a cell index, \"below\" or"),
        (node(0, 1.0), "tree.children[1].answer is 1.0; give a cell index"),
        (node(0, []), "tree.children[1].answer is []; give a cell index"),
        (node("below", "below"), "tree.children[1].answer is 'below'; give every answer once."),
        (
            {
                "query": 0,
                "children": [{"answer": 0, "node": LEAF}, {"answer": 1, "node": node(-1)}],
            },
            "tree.children[1].node.children[0].answer is -1; give a cell index",
        ),
    ],
)
def test_documents_that_are_no_tree_are_refused(document, sentence):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the sentence is compared below)
        QueryTree.from_document(document)
    assert str(caught.value).startswith(sentence)


def test_importing_the_exports_does_not_load_networkx():
    code = "import sys, suasion.io.query_trees; print('networkx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
