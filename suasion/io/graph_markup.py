"""Graphs in GraphML and GML, read by networkx after a look at what it would drop."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from suasion.errors import InputError
from suasion.io.graph_text import library_reading

if TYPE_CHECKING:
    import networkx as nx  # type: ignore[import-untyped, unused-ignore]

SPACE = "{http://graphml.graphdrawing.org/xmlns}"


def parse_graphml(text: str) -> nx.Graph:
    """The one graph of a GraphML file; attributes that it leaves out have their defaults.

    Raises
    ------
    ValueError
        For several graphs, graphs inside nodes or edges, hyperedges, nodes that occur twice, and
        edges to nodes that are not there, each with the line.
    """
    import networkx as nx

    with library_reading("graphml"):
        root = _standard(ElementTree.fromstring(text))
    graphs = root.findall(f"{SPACE}graph")
    if len(graphs) != 1:
        raise InputError(f"{_line(text, _tag('graph'), 1)}holds {len(graphs)} graphs; keep one.")
    graph = graphs[0]
    _check_flat(text, graph)
    _check_nodes(text, graph)
    _complete(root, graph)
    with warnings.catch_warnings(), library_reading("graphml"):
        # Ports and keys without a type, of which nothing depends here.
        warnings.simplefilter("ignore")
        return nx.parse_graphml(ElementTree.tostring(root, encoding="unicode"))


def parse_gml(text: str) -> nx.Graph:
    r"""The graph of a GML file; labels name the nodes if there are any, numbers otherwise.

    Raises
    ------
    ValueError
        For labels that only some nodes have, or that two have.

    Examples
    --------
    >>> nodes = 'node [ id 0 label "a" ] node [ id 1 label "b" ]'
    >>> list(parse_gml(f"graph [ {nodes} edge [ source 0 target 1 ] ]").edges())
    [('a', 'b')]
    """
    import networkx as nx

    # Parallel edges are one edge here, and networkx refuses them unless they are announced.
    first = re.match(r'(?:"[^"]*"|[^"])*?\bgraph\s*\[', text)
    if first is not None:
        text = f"{text[: first.end()]} multigraph 1 {text[first.end() :]}"
    with library_reading("gml"):
        graph = nx.parse_gml(text, label="id")
    nested = next((node for node, data in graph.nodes.items() if "graph" in data), None)
    if nested is not None:
        raise InputError(f"node {nested} has a graph inside; take it out.")
    labels = {node: str(data["label"]) for node, data in graph.nodes(data=True) if "label" in data}
    if not labels:
        return graph
    bare = next((node for node in graph if node not in labels), None)
    if bare is not None:
        raise InputError(
            f"node {bare} has no label, and others have; give all nodes one, or none."
        )
    label, count = Counter(labels.values()).most_common(1)[0]
    if count > 1:
        raise InputError(f"{count} nodes have the label {label[:40]!r}; give each its own.")
    for data in graph.nodes.values():
        del data["label"]
    return nx.relabel_nodes(graph, labels)


def _line(text: str, pattern: str, skip: int = 0) -> str:
    """Words for the line where a pattern occurs, after some occurrences that are skipped."""
    for i, found in enumerate(re.finditer(pattern, text)):
        if i == skip:
            return f"line {text.count(chr(10), 0, found.start()) + 1}: "
    return ""


def _tag(name: str) -> str:
    return rf"<(?:\w+:)?{name}\b"


def _standard(root: ElementTree.Element) -> ElementTree.Element:
    """The document in the namespace of GraphML, if it is in none or in that of a draft."""
    space = root.tag.removesuffix("graphml")
    for element in root.iter():
        if element.tag.startswith(space) and "}" not in element.tag[len(space) :]:
            element.tag = SPACE + element.tag[len(space) :]
    return root


def _check_flat(text: str, graph: ElementTree.Element) -> None:
    """Whether there are nodes and edges only; networkx would drop the rest or refuse all."""
    for name, skip in (("graph", 1), ("hyperedge", 0)):
        if len(list(graph.iter(SPACE + name))) > skip:
            raise InputError(
                f"{_line(text, _tag(name), skip)}there is a {name} inside the graph; take it out, "
                "or make it nodes and edges of the graph."
            )


def _check_nodes(text: str, graph: ElementTree.Element) -> None:
    ids = Counter(node.get("id") for node in graph.iter(f"{SPACE}node"))
    for name, count in ids.items():
        if name is None or count > 1:
            at = _line(text, _tag("node") + rf"[^>]*\bid\s*=\s*.{re.escape(name or '')}\W", 1)
            raise InputError(f"{at}node {name} occurs {count} times; give each node its own id.")
    for edge in graph.iter(f"{SPACE}edge"):
        for end in ("source", "target"):
            name = edge.get(end)
            if name not in ids:
                at = _line(text, rf"\b{end}\s*=\s*.{re.escape(name or '')}\W")
                raise InputError(f"{at}an edge has the {end} {name}, which is no node; add it.")


def _complete(root: ElementTree.Element, graph: ElementTree.Element) -> None:
    """Write the default of each attribute where it is left out; networkx would leave it out."""
    kinds = {"node": ["node"], "edge": ["edge"], "all": ["node", "edge"]}
    for key in root.findall(f"{SPACE}key"):
        default = key.findtext(f"{SPACE}default")
        for kind in kinds.get(key.get("for", "all"), []) if default else []:
            for item in graph.iter(SPACE + kind):
                given = (data.get("key") for data in item.findall(f"{SPACE}data"))
                if key.get("id") not in given:
                    data = ElementTree.SubElement(item, f"{SPACE}data", key=key.get("id", ""))
                    data.text = default
