#!/usr/bin/env bash
# The guess: networkx reads a Pajek network with as many nodes as its line *Vertices says. Labels need
# not differ there (nodes are their numbers), and the lines of nodes without a label may be left out.
# Versions: networkx 3.6.1 (Python 3.11 or newer).
# The behaviour: nodes are their labels, so two nodes of one label become one node, and an edge
# between them a loop; where the lines of nodes are left out, the lines after *Vertices are taken for
# them whatever they say, so that '*Edges :1 "knows"', "1 2" and "2 3" become nodes and the edges are
# lost (a bare "*Edges" is an error). Neither warns.
# Output seen:
#   two of one label: nodes ['ann', 'bob'], edges [('ann', 'ann'), ('ann', 'bob')]
#   no lines of nodes: nodes ['2', '3', ':1'], edges []
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check networkx==3.6.1
"$folder/venv/bin/python" -W error - <<'PYTHON'
import sys

import networkx as nx

FILES = {
    "two of one label": '*Vertices 3\n1 "ann"\n2 "ann"\n3 "bob"\n*Edges\n1 2\n2 3\n',
    "no lines of nodes": '*Vertices 3\n*Edges :1 "knows"\n1 2\n2 3\n',
}
seen = []
for name, text in FILES.items():
    graph = nx.parse_pajek(text)
    nodes, edges = sorted(graph), sorted(tuple(sorted(edge[:2])) for edge in graph.edges)
    print(f"{name}: nodes {nodes}, edges {edges}")
    seen.append((len(nodes), len(edges)))
sys.exit(seen != [(2, 2), (3, 0)])
PYTHON
