#!/usr/bin/env bash
# The guess: networkx gives a node of a GraphML file the <default> of an attribute that it leaves out,
# as the GraphML primer says, and says so if a file holds more than the graph it returns.
# Versions: networkx 3.6.1 (Python 3.11 or newer).
# The behaviour: the default is kept in graph.graph["node_default"] and given to no node (a default
# of a key for="all" is not even kept there); of two graphs in a file read_graphml returns the first,
# and a graph nested in a node is left out, all without a warning.
# Output seen:
#   default: {'a': None, 'b': 5.0}, kept apart: {'cost': 3.0}
#   default for all: {'a': None, 'b': 5.0}, kept apart: {}
#   two graphs: ['a', 'b']
#   nested graph: ['a', 'b']
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check networkx==3.6.1
"$folder/venv/bin/python" -W error - <<'PYTHON'
import sys

import networkx as nx

SPACE = "http://graphml.graphdrawing.org/xmlns"
INNER = '<graph id="{}" edgedefault="undirected"><node id="c"/></graph>'


def read(kind="node", inside="", after=""):
    return nx.parse_graphml(
        f'<graphml xmlns="{SPACE}">'
        f'<key id="k" for="{kind}" attr.name="cost" attr.type="double"><default>3</default></key>'
        f'<graph id="G" edgedefault="undirected"><node id="a">{inside}</node>'
        '<node id="b"><data key="k">5</data></node><edge source="a" target="b"/></graph>'
        f"{after}</graphml>"
    )


seen = []
for kind, name in [("node", "default"), ("all", "default for all")]:
    graph = read(kind)
    costs, apart = dict(graph.nodes(data="cost")), graph.graph["node_default"]
    print(f"{name}: {costs}, kept apart: {apart}")
    seen.append(costs == {"a": None, "b": 5.0})
for name, graph in [
    ("two graphs", read(after=INNER.format("H"))),
    ("nested graph", read(inside=INNER.format("a:"))),
]:
    print(f"{name}: {sorted(graph)}")
    seen.append(sorted(graph) == ["a", "b"])
sys.exit(not all(seen))
PYTHON
