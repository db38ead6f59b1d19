"""Graphs written to files are read back as they were; what is no simple graph is refused."""

import os
import re

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import examples

from suasion.generate import families, generate
from suasion.io import read_graph, write_graph
from suasion.io.graphs import ENDINGS, graph_text


@st.composite
def graphs(draw, named=False):
    n = draw(st.integers(1, 7))
    word = st.text("abc9-.é", min_size=1, max_size=4)
    label = draw(st.lists(word, min_size=n, max_size=n, unique=True)) if named else range(n)
    pairs = [(label[i], label[j]) for i in range(n) for j in range(i)]
    graph = nx.Graph()
    graph.add_nodes_from(draw(st.permutations(list(label))))
    graph.add_edges_from(draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else [])
    return graph


@given(graphs(), st.sampled_from(list(ENDINGS)))
@examples(120)
def test_nodes_and_edges_survive_every_format(tmp_path_factory, graph, ending):
    path = tmp_path_factory.mktemp("graphs") / f"graph{ending}"
    if ending == ".edgelist" and any(not degree for _, degree in graph.degree):
        with pytest.raises(ValueError, match=r"an edge list would lose it; use \.adjlist"):
            write_graph(graph, path)
        assert not path.exists()
        return
    write_graph(graph, path)
    found = read_graph(path)
    assert list(found) == sorted(graph)
    assert nx.utils.edges_equal(found.edges, graph.edges)


@given(graphs(named=True), st.sampled_from([".graphml", ".gml", ".adjlist"]))
@examples(80)
def test_names_survive_in_formats_that_have_them(tmp_path_factory, graph, ending):
    path = tmp_path_factory.mktemp("graphs") / f"graph{ending}"
    write_graph(graph, path)
    found = read_graph(path)
    whole = all(re.fullmatch("-?9+", node) for node in graph)
    names = {node: int(node) for node in graph} if whole else {}
    assert nx.utils.graphs_equal(found, nx.relabel_nodes(graph, names))


@pytest.mark.parametrize("family", families("graph"), ids=lambda family: family.name)
@pytest.mark.parametrize("ending", [".graphml", ".gml", ".adjlist", ".g6"])
def test_graphs_of_every_family_are_written(tmp_path, family, ending):
    graph = generate(family.name, 12, 3)
    write_graph(graph, tmp_path / f"graph{ending}")
    found = read_graph(tmp_path / f"graph{ending}")
    assert list(found) == list(graph)
    assert nx.utils.edges_equal(found.edges, graph.edges)


@pytest.mark.parametrize("ending", [".graphml", ".gml"])
def test_numbers_and_text_survive_as_attributes(tmp_path, ending):
    graph = nx.path_graph(3)
    graph.nodes[1].update(cost=2.5, city="Graz", position=[0.1, 0.2])
    graph.edges[0, 1]["weight"] = 3
    write_graph(graph, tmp_path / f"graph{ending}")
    found = read_graph(tmp_path / f"graph{ending}")
    assert found.nodes[1] == {"cost": 2.5, "city": "Graz"}
    assert found.edges[0, 1] == {"weight": 3}
    assert graph.nodes[1]["position"] == [0.1, 0.2]


def test_networkx_reads_what_is_written(tmp_path):
    graph = nx.petersen_graph()
    readers = {
        ".graphml": lambda path: nx.read_graphml(path, node_type=int),
        ".gml": lambda path: nx.read_gml(path, destringizer=int),
        ".edgelist": lambda path: nx.read_edgelist(path, nodetype=int),
        ".adjlist": lambda path: nx.read_adjlist(path, nodetype=int),
        ".g6": nx.read_graph6,
    }
    assert set(readers) == set(ENDINGS)
    for ending, reader in readers.items():
        path = tmp_path / f"graph{ending}"
        write_graph(graph, path)
        assert nx.utils.edges_equal(reader(path).edges, graph.edges)


TEXTS = {
    ".edgelist": ["# two edges\n0 1\n1 0 3.5 # again\n10 2 {'weight': 1}\n", "a b\nb c\n"],
    ".adjlist": ["# nodes\n0 1\n1\n10 2\n", "a b\nb c\n"],
    ".gml": [
        "graph [ node [ id 0 ] node [ id 1 ] node [ id 2 ] node [ id 10 ]"
        " edge [ source 0 target 1 ] edge [ source 2 target 10 ] ]",
        'graph [ multigraph 1 node [ id 0 label "a" ] node [ id 1 label "b" ]'
        ' node [ id 2 label "c" ] edge [ source 0 target 1 key 0 ]'
        " edge [ source 0 target 1 key 1 ] edge [ source 1 target 2 key 0 ] ]",
    ],
}


@pytest.mark.parametrize("ending", TEXTS)
def test_repeated_edges_are_one_and_integers_are_sorted(tmp_path, ending):
    path = tmp_path / f"graph{ending}"
    path.write_text(TEXTS[ending][0])
    found = read_graph(path)
    assert type(found) is nx.Graph
    assert (list(found), list(found.edges)) == ([0, 1, 2, 10], [(0, 1), (2, 10)])
    path.write_text(TEXTS[ending][1])
    found = read_graph(path)
    assert type(found) is nx.Graph
    assert (list(found), list(found.edges)) == (["a", "b", "c"], [("a", "b"), ("b", "c")])


def graphml(of):
    return "".join(nx.generate_graphml(of))


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("none.gml", None, "there is no such file"),
        ("g.txt", "0 1\n", r"end it in \.graphml, \.gml, \.edgelist, \.adjlist, \.g6"),
        ("g", "0 1\n", "end it in"),
        ("g.edgelist", "0 1\n2\n", "line 2 is '2'; write an edge as two nodes"),
        ("g.edgelist", "0:1\n", "line 1 is '0:1'"),
        ("g.edgelist", "0 0\n", "node 0 has an edge to itself; take it out"),
        ("g.edgelist", "", "has no nodes"),
        ("g.adjlist", "# nothing\n", "has no nodes"),
        ("g.adjlist", "1 2 1\n", "node 1 has an edge to itself"),
        ("g.adjlist", "1 2\n01 2\n", None),
        ("g.g6", "", "holds 0 graphs"),
        ("g.g6", "Bw\nBw\n", "holds 2 graphs; keep one"),
        ("g.g6", "é", "not a graph in format g6"),
        ("g.g6", "IheA@", "not a graph in format g6"),
        ("g.gml", "graph [ node", "not a graph in format gml"),
        ("g.gml", "", "not a graph in format gml"),
        ("g.gml", "graph [ directed 1 node [ id 0 ] ]", "is a directed graph"),
        ("g.graphml", "<graphml>", "not a graph in format graphml"),
        ("g.graphml", "0 1", "not a graph in format graphml"),
        ("g.graphml", graphml(nx.DiGraph([(0, 1)])), "is a directed graph; make it undirected"),
        ("g.graphml", graphml(nx.Graph([(0, 0)])), "node 0 has an edge to itself"),
        ("g.graphml", b"\xff<", "not UTF-8"),
        ("g.graphml", b"\xff\xfe<", "not UTF-16"),
    ],
)
def test_what_is_no_simple_graph_is_one_sentence_with_the_file(tmp_path, name, text, said):
    path = tmp_path / name
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    if said is None:
        assert list(read_graph(path)) == ["1", "2", "01"]
        return
    with pytest.raises(ValueError, match=said) as raised:
        read_graph(path)
    assert str(raised.value).startswith(str(path))
    assert "\n" not in str(raised.value)


@given(st.sampled_from(list(ENDINGS)), st.data())
@examples(300)
def test_damaged_files_are_read_or_refused_with_a_sentence(tmp_path_factory, ending, data):
    text = graph_text(nx.petersen_graph(), ending)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 30))
        text = text[:at] + data.draw(st.text(max_size=4)) + text[at + cut :]
    path = tmp_path_factory.mktemp("damaged") / f"graph{ending}"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    said = str(path)
    try:
        assert type(read_graph(path)) is nx.Graph
    except ValueError as error:
        said = str(error)
    assert said.startswith(str(path))


@pytest.mark.parametrize(
    ("graph", "name", "said"),
    [
        (nx.Graph(), "g.gml", "has no nodes"),
        (nx.DiGraph([(0, 1)]), "g.gml", "is a directed graph"),
        (nx.Graph([(0, 0)]), "g.gml", "has an edge to itself"),
        (nx.Graph([(1, "1")]), "g.gml", "two nodes are called 1; rename one"),
        (nx.Graph([("a b", "c")]), "g.adjlist", "node 'a b' is not one word"),
        (nx.Graph([("#a", "c")]), "g.edgelist", "node '#a' is not one word"),
        (nx.Graph([("", "c")]), "g.adjlist", "node '' is not one word"),
        (nx.Graph([("a", "c")]), "g.g6", "g6 numbers the nodes 0, 1"),
        (nx.Graph([(1, 2)]), "g.g6", "g6 numbers the nodes 0, 1"),
        (nx.empty_graph(2), "g.edgelist", "node 0 has no edge"),
        (nx.path_graph(2), "g.json", "end it in"),
        (nx.path_graph(2), "none/g.gml", "cannot be written"),
    ],
)
def test_what_a_format_cannot_hold_is_not_written(tmp_path, graph, name, said):
    with pytest.raises(ValueError, match=said):
        write_graph(graph, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_files_are_replaced_in_one_step(tmp_path, monkeypatch):
    path = tmp_path / "graph.gml"
    write_graph(nx.path_graph(2), path)
    before = path.read_text()

    def broken(source, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(ValueError, match="cannot be written: No space left"):
        write_graph(nx.path_graph(3), path)
    assert path.read_text() == before
    assert list(tmp_path.iterdir()) == [path]


def test_parallel_edges_of_a_multigraph_are_one():
    assert graph_text(nx.MultiGraph([(0, 1), (0, 1), (1, 2)]), ".edgelist") == "0 1\n1 2\n"
