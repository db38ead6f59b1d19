"""A graph in every dialect that people write is the same, or is refused with its line."""

import gzip

import networkx as nx
import pytest
from graph_dialects import CODES, EDGES, LISTED, MARKET, REFUSED, SAME, read
from hypothesis import given
from hypothesis import strategies as st
from instances import examples
from scipy.io import mmwrite

from suasion import solve
from suasion.io import read_graph, write_graph
from suasion.reductions.table import reduced


@pytest.mark.parametrize("dialect", SAME)
def test_every_dialect_is_the_same_graph(tmp_path, dialect):
    found = read(tmp_path, *SAME[dialect])
    assert type(found) is nx.Graph
    assert list(found) == [1, 2, 3, 4]
    assert sorted(map(sorted, found.edges)) == [list(edge) for edge in EDGES]


@pytest.mark.parametrize("code", CODES)
def test_codes_count_nodes_from_zero(tmp_path, code):
    expected = nx.from_graph6_bytes(b"C{")
    found = read(tmp_path, *CODES[code])
    assert nx.utils.graphs_equal(found, expected)


@pytest.mark.parametrize("dialect", REFUSED)
def test_what_could_mean_another_graph_is_refused_with_its_line(tmp_path, dialect):
    name, text, said = REFUSED[dialect]
    with pytest.raises(ValueError, match=said) as raised:
        read(tmp_path, name, text)
    sentence = str(raised.value)
    assert sentence.startswith(str(tmp_path / name))
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_a_cover_of_a_file_with_comments_and_header_has_the_right_value(tmp_path):
    # As nodes, "%" and "source" would cost one each.
    text = "% sym unweighted\nsource target\n1 2\n2 3\n3 4\n4 5\n5 6\n"
    cover = reduced(read(tmp_path, "g.edgelist", text), "vertex-cover")
    assert solve(cover.target).value == 3


def test_names_that_are_words_stay_nodes(tmp_path):
    text = '"New York" Boston\n\'Los Angeles\' "New York"\n"#1" Boston\n"say ""hi""" "#1"\n'
    found = read(tmp_path, "g.edgelist", text)
    assert list(found) == ["New York", "Boston", "Los Angeles", "#1", 'say "hi"']
    # A first line whose words occur again is no header.
    found = read(tmp_path, "g.edgelist", "source target\ntarget sink\n")
    assert list(found) == ["source", "target", "sink"]


def test_nodes_without_edges_are_kept_where_they_are_counted(tmp_path):
    expected = {1, 2, 3}
    for name, text in [
        ("g.col", "p edge 3 1\ne 1 3\n"),
        ("g.graph", "3 1\n3\n\n1\n"),
        ("g.mtx", f"{MARKET}3 3 1\n3 1\n"),
        ("g.net", "*Vertices 3\n*Edges\n1 3\n"),
        ("g.adjlist", "1 3\n2\n"),
    ]:
        assert set(read(tmp_path, name, text)) == expected


def test_weights_of_nodes_are_attributes(tmp_path):
    found = read(tmp_path, "g.graph", "3 2 010\n5 2\n7 1 3\n0.5 2\n")
    assert [found.nodes[node]["weight"] for node in found] == [5, 7, 0.5]
    cover = reduced(found, "vertex-cover", weight="weight")
    assert solve(cover.target).value == pytest.approx(5.5)
    found = read(tmp_path, "g.graph", "2 1 111 2\n4 5 6 2 9\n1 2 3 1 9\n")
    assert found.nodes[1] == {"size": 4, "weight1": 5, "weight2": 6}
    assert found.edges[1, 2] == {"weight": 9}
    found = read(tmp_path, "g.clq", "p col 2 1\nn 1 5\nn 2 .5\ne 1 2\n")
    assert [found.nodes[node]["weight"] for node in found] == [5, 0.5]


@pytest.mark.parametrize("name", ["g.edgelist.gz", "g.GML.GZ", "g.g6.gz"])
def test_packed_files_are_read_and_written(tmp_path, name):
    graph = nx.petersen_graph()
    write_graph(graph, tmp_path / name)
    assert (tmp_path / name).read_bytes()[:2] == b"\x1f\x8b"
    assert nx.utils.edges_equal(read_graph(tmp_path / name).edges, graph.edges)
    with pytest.raises(ValueError, match="cannot be unpacked"):
        read(tmp_path, name, (tmp_path / name).read_bytes()[:-6])
    with pytest.raises(ValueError, match="cannot be unpacked"):
        read(tmp_path, name, "1 2\n")
    assert list(read(tmp_path, "h.edges.gz", gzip.compress(LISTED.encode()))) == [1, 2, 3, 4]
    assert list(read(tmp_path, "i.edges.gz", gzip.compress(LISTED.encode("utf-16")))) == [
        1,
        2,
        3,
        4,
    ]
    with pytest.raises(
        ValueError, match=r"j.edges.gz: when unpacked, it is not UTF-8 text \(byte"
    ):
        read(tmp_path, "j.edges.gz", gzip.compress(b"\xff 1\n"))


@pytest.mark.parametrize("name", ["g.mtx", "g.graph", "g.s6"])
def test_formats_that_are_only_read_are_not_written(tmp_path, name):
    with pytest.raises(ValueError, match=r"cannot be written; end it in \.graphml, \.gml"):
        write_graph(nx.path_graph(2), tmp_path / name)


@pytest.mark.parametrize(
    ("edges", "ending", "said"),
    [
        ([("source", "target"), ("a", "b")], ".edgelist", "would be read as another graph"),
        ([("a", "->")], ".edgelist", "line 1 has '->' for a node"),
        ([("a,b", "c")], ".edgelist", "node 'a,b' is not one word without marks"),
        ([("%a", "c")], ".adjlist", "would be read as another graph"),
        ([("//a", "c")], ".adjlist", "would be read as another graph"),
        ([("a:", "c")], ".adjlist", None),
        ([("3", "2"), ("a", "b"), ("b", "c")], ".edgelist", "may be the numbers of nodes and edg"),
    ],
)
def test_lists_that_would_be_misread_are_not_written(tmp_path, edges, ending, said):
    graph = nx.Graph(edges)
    if said is None:
        write_graph(graph, tmp_path / f"g{ending}")
        assert nx.utils.graphs_equal(read_graph(tmp_path / f"g{ending}"), graph)
        return
    with pytest.raises(ValueError, match=said):
        write_graph(graph, tmp_path / f"g{ending}")
    assert list(tmp_path.iterdir()) == []


@st.composite
def numbered_graphs(draw):
    n = draw(st.integers(1, 6))
    pairs = [(i, j) for j in range(1, n + 1) for i in range(1, j)]
    edges = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    return n, edges


def metis_text(n, edges):
    near = {node: [] for node in range(1, n + 1)}
    for i, j in edges:
        near[i].append(j)
        near[j].append(i)
    rows = "".join(f"{' '.join(map(str, found))}\n" for found in near.values())
    return f"{n} {len(edges)}\n{rows}"


WRITERS = {
    "g.col": ("p edge {n} {m}\n", "e {i} {j}\n"),
    "g.gr": ("p ds {n} {m}\n", "{j} {i}\n"),
    "g.mtx": (MARKET + "{n} {n} {m}\n", "{j} {i}\n"),
    "g.net": ("*Vertices {n}\n*Edges\n", "{i} {j} 1\n"),
}


@given(numbered_graphs(), st.sampled_from([*WRITERS, "g.graph"]))
@examples(150)
def test_every_numbered_format_holds_every_graph(tmp_path_factory, drawn, name):
    n, edges = drawn
    if name == "g.graph":
        text = metis_text(n, edges)
    else:
        head, line = WRITERS[name]
        text = head.format(n=n, m=len(edges)) + "".join(line.format(i=i, j=j) for i, j in edges)
    found = read(tmp_path_factory.mktemp("graphs"), name, text)
    assert list(found) == list(range(1, n + 1))
    assert {frozenset(edge) for edge in found.edges} == {frozenset(edge) for edge in edges}


@pytest.mark.parametrize("dtype", [int, float, complex])
@pytest.mark.parametrize("dense", [False, True])
@pytest.mark.parametrize("symmetry", ["symmetric", "general", "hermitian"])
def test_matrices_that_scipy_writes_are_read(tmp_path, dtype, dense, symmetry):
    if symmetry == "hermitian" and dtype is not complex:
        pytest.skip("hermitian matrices are complex")
    graph = nx.gnp_random_graph(7, 0.4, seed=3)
    matrix = nx.to_scipy_sparse_array(graph, dtype=dtype)
    mmwrite(tmp_path / "g.mtx", matrix.toarray() if dense else matrix, symmetry=symmetry)
    found = read(tmp_path, "g.mtx", (tmp_path / "g.mtx").read_text())
    assert {frozenset((i - 1, j - 1)) for i, j in found.edges} == set(map(frozenset, graph.edges))
    assert list(found) == list(range(1, 8))


MARKS = st.sampled_from(
    ["", " ", "0", "1", "9", "-1", "x", "%", "p", "*", ",", '"', "\n", "é", "1.5"]
)


@given(st.sampled_from([*SAME, *REFUSED]), st.data())
@examples(400)
def test_damaged_dialects_are_read_or_refused_with_a_sentence(tmp_path_factory, dialect, data):
    name, text = (SAME | REFUSED)[dialect][:2]
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 8))
        text = text[:at] + data.draw(MARKS) + text[at + cut :]
    folder = tmp_path_factory.mktemp("damaged")
    try:
        assert type(read(folder, name, text)) is nx.Graph
    except ValueError as error:
        said = str(error)
        assert said.startswith(str(folder / name))
        assert said.endswith(".")
        assert "\n" not in said
