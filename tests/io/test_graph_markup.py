"""Graphs in GraphML and GML are read whole, or refused with what would be lost."""

import pytest

from suasion import solve
from suasion.io import read_graph
from suasion.reductions.table import reduced


def read(folder, name, text):
    path = folder / name
    path.write_text(text)
    return read_graph(path)


def graphml(body, keys="", more=""):
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<graphml xmlns="http://graphml.graphdrawing.org/xmlns">{keys}\n'
        f'<graph id="G" edgedefault="undirected">\n{body}</graph>\n{more}</graphml>\n'
    )


COST = '<key id="c" for="{}" attr.name="cost" attr.type="double"><default>3</default></key>'
STAR = (
    '<node id="a"/>\n<node id="b"><data key="c">0.5</data></node>\n<node id="d"/>\n'
    '<edge source="a" target="b"/>\n<edge source="a" target="d"/>\n'
)


@pytest.mark.parametrize("kind", ["node", "all"])
@pytest.mark.parametrize("space", ["/xmlns", "/xmlns/1.0rc", ""])
def test_defaults_of_graphml_are_what_nodes_cost(tmp_path, kind, space):
    text = graphml(STAR, COST.format(kind))
    head = "http://graphml.graphdrawing.org"
    text = (
        text.replace(f"{head}/xmlns", head + space)
        if space
        else text.replace(f' xmlns="{head}/xmlns"', "")
    )
    found = read(tmp_path, "g.graphml", text)
    assert dict(found.nodes(data="cost")) == {"a": 3, "b": 0.5, "d": 3}
    assert dict(found.edges)["a", "b"].get("cost") == (3 if kind == "all" else None)
    cover = reduced(found, "vertex-cover", weight="cost")
    assert solve(cover.target).value == pytest.approx(3)


NODES = '<node id="a"/>\n<node id="b"/>\n<edge source="a" target="b"/>\n'
INNER = '<graph id="H" edgedefault="undirected"><node id="c"/></graph>'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (graphml(NODES, more=INNER), "line 8: holds 2 graphs; keep one"),
        (
            graphml(NODES, more="")
            .replace("graph id", "grape id")
            .replace("</graph>", "</grape>"),
            "holds 0 graphs",
        ),
        (graphml(f'<node id="x">{INNER}</node>\n{NODES}'), "line 4: there is a graph inside"),
        (
            graphml(f'{NODES}<hyperedge><endpoint node="a"/></hyperedge>\n'),
            "line 7: there is a hyperedge inside the graph",
        ),
        (graphml(f'{NODES}<node id="a"/>\n'), "line 7: node a occurs 2 times"),
        (graphml(f'{NODES}<edge source="a" target="c"/>\n'), "line 7: .* target c, which is no"),
        (graphml(NODES).replace("undirected", "directed"), "is a directed graph"),
        (graphml(NODES).replace('target="b"', 'target="b" directed="true"'), "in format graphml"),
    ],
)
def test_graphml_that_networkx_would_shorten_is_refused_with_its_line(tmp_path, text, said):
    with pytest.raises(ValueError, match=said):
        read(tmp_path, "g.graphml", text)


def gml(*nodes, head=""):
    inner = "\n".join(f"node [ id {i} {more} ]" for i, more in enumerate(nodes))
    return f"{head}graph [\n{inner}\nedge [ source 0 target 1 ]\nedge [ source 1 target 0 ]\n]\n"


def test_a_text_of_gml_may_contain_the_word_label(tmp_path):
    found = read(tmp_path, "g.gml", gml('name "the label of"', 'name "node [ label"'))
    assert dict(found.nodes(data="name")) == {0: "the label of", 1: "node [ label"}
    found = read(tmp_path, "g.gml", gml('name "x ] y" label "a"', 'label "b"'))
    assert list(found.edges) == [("a", "b")]
    found = read(tmp_path, "g.gml", gml("label 7", "label 5", head='Creator "graph [ node"\n'))
    assert list(found) == [5, 7]


@pytest.mark.parametrize(
    ("nodes", "said"),
    [
        (('label "a"', ""), "node 1 has no label, and others have; give all nodes one"),
        (("graph [ node [ id 5 ] ]", ""), "node 0 has a graph inside; take it out"),
        (('label "a"', 'label "a"'), "2 nodes have the label 'a'; give each its own"),
    ],
)
def test_labels_of_gml_name_all_nodes_or_none(tmp_path, nodes, said):
    with pytest.raises(ValueError, match=said):
        read(tmp_path, "g.gml", gml(*nodes))
