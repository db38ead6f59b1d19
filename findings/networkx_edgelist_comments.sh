#!/usr/bin/env bash
# The guess: an edge list of the KONECT collection, whose comments begin with "%", gives networkx the
# three edges that it lists, or an error; so does a file with the header line "source target".
# Versions: networkx 3.6.1 (Python 3.11 or newer).
# The behaviour: read_edgelist knows one mark for comments ("#" unless told), keeps of every other
# line the first two words, and ignores the rest where data=False. A comment "% sym unweighted" and a
# header become edges between nodes called "%", "sym", "source" and "target", without a warning: a
# smallest vertex cover of a path with three edges rises from 2 to 3, with both lines to 4.
# Output seen:
#   plain: 4 nodes, 3 edges
#   konect: 6 nodes, 4 edges, new nodes ['%', 'sym']
#   header: 6 nodes, 4 edges, new nodes ['source', 'target']
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check networkx==3.6.1
cd "$folder"
printf '1 2\n2 3\n3 4\n' > plain.txt
{ printf '%% sym unweighted\n'; cat plain.txt; } > konect.txt
{ printf 'source target\n'; cat plain.txt; } > header.txt
"$folder/venv/bin/python" -W error - <<'PYTHON'
import sys

import networkx as nx

expected = {"plain": [], "konect": ["%", "sym"], "header": ["source", "target"]}
seen = True
for name, new in expected.items():
    graph = nx.read_edgelist(f"{name}.txt", data=False)
    found = sorted(node for node in graph if not node.isdigit())
    more = f", new nodes {found}" if found else ""
    print(f"{name}: {len(graph)} nodes, {graph.number_of_edges()} edges{more}")
    seen = seen and found == new
sys.exit(not seen)
PYTHON
