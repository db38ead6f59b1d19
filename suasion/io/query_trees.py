"""Query trees for other programs: networkx graphs and Graphviz drawings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from suasion.models.queries.query_tree import CUT_ANSWERS, QueryTree
from suasion.models.queries.selection import QuerySelection

if TYPE_CHECKING:
    import networkx as nx  # type: ignore[import-untyped, unused-ignore]

# Types that a leaf of a drawing names; a graph names them all.
NAMED = 8
Attributes = dict[str, Any]


def to_networkx(tree: QueryTree, problem: QuerySelection) -> nx.DiGraph:
    """A query tree as a directed graph whose edges lead from queries to what follows.

    Parameters
    ----------
    tree : QueryTree
        An adaptive query policy, such as ``solve(problem).require()``.
    problem : QuerySelection
        The question that it answers.

    Returns
    -------
    networkx.DiGraph
        Nodes have the numbers they have in the tree, 0 is the root; those that no type reaches
        are left out, and a node comes before what follows it, answers in increasing order. Every
        node has ``depth`` (queries asked before) and ``weight`` (of the types that reach it).

        * Queries have ``query`` (its number), ``name`` (of a partition query, or "threshold >=
          0.4") and, for cuts, ``cutoff`` (threshold of the lowest type above).
        * Leaves have ``cell`` (index, as in `QueryTree.cells`), ``types`` (tuple of labels) and
          ``value`` (V of the cell, weights unnormalised: leaves add up to the payoff before
          costs).
        * Edges have ``answer`` (cell index, "below" or "above", as in JSON) and ``label``, the
          text of the answer if the oracle has `answers`.

    Raises
    ------
    ValueError
        If the tree asks for a query that does not exist, or lacks an answer that a type gives.

    Running time O(n depth) and V of every leaf.

    Examples
    --------
    >>> from suasion import BinaryPersuasion, ThresholdQueries
    >>> instance = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"], labels=["bad", "good"])
    >>> problem = QuerySelection(instance, ThresholdQueries(), budget=1, adaptive=True)
    >>> graph = to_networkx(QueryTree.binary_search([1]), problem)
    >>> graph.nodes[0]["name"], graph.nodes[2]["types"], graph.edges[0, 2]["label"]
    ('threshold >= 0.4', ('good',), 'above')
    """
    import networkx as nx

    nodes = _nodes(tree, problem)
    graph = nx.DiGraph()
    graph.add_nodes_from(nodes.items())
    graph.add_edges_from(_edges(tree, problem, nodes))
    return graph


def to_dot(tree: QueryTree, problem: QuerySelection) -> str:
    r"""A query tree as a drawing in Graphviz's language; ``dot -Tsvg`` draws it.

    Parameters
    ----------
    tree, problem
        As in `to_networkx`.

    Returns
    -------
    str
        The same text for the same tree. A query shows its name, a leaf the first 8 of its types
        and its value, both their weight; names may hold any characters.

    Raises
    ------
    ValueError
        As in `to_networkx`, and the running time is the same.

    Examples
    --------
    >>> from suasion import BinaryPersuasion, PartitionQueries
    >>> instance = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"], labels=["bad", "good"])
    >>> oracle = PartitionQueries([[[0], [1]]], ["news?"], [["no", "yes"]])
    >>> problem = QuerySelection(instance, oracle, adaptive=True)
    >>> tree = QueryTree((0, None, None), (((0, 1), (1, 2)), (), ()))
    >>> print(to_dot(tree, problem))
    digraph queries {
      node [shape=box];
      0 [label="news?\nweight 1", style=rounded];
      1 [label="bad\nweight 0.5\nvalue 0.2"];
      2 [label="good\nweight 0.5\nvalue 0.4"];
      0 -> 1 [label="no"];
      0 -> 2 [label="yes"];
    }
    """
    nodes = _nodes(tree, problem)
    lines = ["digraph queries {", "  node [shape=box];"]
    for node, about in nodes.items():
        weight = f"weight {about['weight']:.6g}"
        if "query" in about:
            lines.append(f"  {node} [label={_quoted(about['name'], weight)}, style=rounded];")
        else:
            value = f"value {about['value']:.6g}"
            label = _quoted(_listed(about["types"]), weight, value)
            lines.append(f"  {node} [label={label}];")
    for parent, child, about in _edges(tree, problem, nodes):
        lines.append(f"  {parent} -> {child} [label={_quoted(about['label'])}];")
    return "\n".join([*lines, "}"])


def _nodes(tree: QueryTree, problem: QuerySelection) -> dict[int, Attributes]:
    """What is known about each node that a type reaches, in the order of the cells."""
    cells = tree.cells(problem)
    instance, depths = problem.binary, tree.depths
    values, labels = cells.values(instance), instance.labels
    leaf, nodes = 0, {}
    for node, members in tree.routed(problem):
        about: Attributes = {"depth": depths[node]}
        about["weight"] = float(instance.weights[members].sum())
        query = tree.queries[node]
        if query is None:
            about["cell"] = leaf
            about["types"] = tuple(labels[i] for i in members.tolist())
            about["value"] = float(values[leaf])
            leaf += 1
        elif problem.listed:
            about |= {"query": query, "name": problem.partition.names[query]}
        else:
            cutoff = float(instance.thresholds[instance.order[query]])
            about |= {"query": query, "name": f"threshold >= {cutoff:.6g}", "cutoff": cutoff}
        nodes[node] = about
    return nodes


def _edges(
    tree: QueryTree, problem: QuerySelection, nodes: Mapping[int, Attributes]
) -> Iterator[tuple[int, int, Attributes]]:
    """Parent, child and answer of each edge between reached nodes."""
    texts = problem.partition.answers if problem.listed else None
    for node, about in nodes.items():
        for answer, child in sorted(tree.children[node]):
            if child not in nodes:
                continue
            if not problem.listed:
                word = CUT_ANSWERS[answer]
                yield node, child, {"answer": word, "label": word}
            else:
                text = str(answer) if texts is None else texts[about["query"]][answer]
                yield node, child, {"answer": answer, "label": text}


def _listed(labels: Sequence[str]) -> str:
    more = f" and {len(labels) - NAMED} more" if len(labels) > NAMED else ""
    return ", ".join(labels[:NAMED]) + more


def _quoted(*lines: str) -> str:
    """A label of centred lines that shows exactly these characters."""
    text = "\n".join(lines).replace("\\", "\\\\").replace('"', '\\"')
    # Graphviz would draw &lt; as <.
    text = re.sub(r"&(?=#?\w+;)", "&amp;", text)
    return '"' + re.sub(r"\r\n|\r|\n", r"\\n", text) + '"'
