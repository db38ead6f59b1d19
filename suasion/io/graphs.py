"""Graphs in files, in the formats that their endings name."""

from __future__ import annotations

import gzip
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suasion.errors import InputError
from suasion.io.dimacs import parse_dimacs, problem_line
from suasion.io.graph_codes import parse_code
from suasion.io.graph_lists import parse_adjacency_list, parse_edge_list
from suasion.io.graph_markup import parse_gml, parse_graphml
from suasion.io.matrix_market import parse_matrix_market
from suasion.io.metis import parse_metis
from suasion.io.packed_files import inner_ending, is_packed, read_packed
from suasion.io.pajek import parse_pajek
from suasion.io.text_files import write_bytes

if TYPE_CHECKING:
    import networkx as nx  # type: ignore[import-untyped, unused-ignore]

# Written ending -> whether the format keeps attributes of nodes and edges.
ENDINGS = {".graphml": True, ".gml": True, ".edgelist": False, ".adjlist": False, ".g6": False}


def _problem_or_metis(text: str) -> nx.Graph:
    """Files of these endings have a problem line, or the header of METIS."""
    return parse_metis(text) if problem_line(text) is None else parse_dimacs(text)


READERS: dict[str, Callable[[str], nx.Graph]] = {
    ".graphml": parse_graphml,
    ".gml": parse_gml,
    ".edgelist": parse_edge_list,
    ".adjlist": parse_adjacency_list,
    ".g6": parse_code,
    ".s6": parse_code,
    ".edges": parse_edge_list,
    ".col": parse_dimacs,
    ".clq": parse_dimacs,
    ".dimacs": parse_dimacs,
    ".gr": _problem_or_metis,
    ".graph": _problem_or_metis,
    ".metis": _problem_or_metis,
    ".mtx": parse_matrix_market,
    ".net": parse_pajek,
}


def read_graph(path: str | os.PathLike[str]) -> nx.Graph:
    """Read a simple undirected graph from a file.

    Parameters
    ----------
    path : path
        Its ending names the format: .graphml, .gml; lists of edges (.edgelist, .edges) and of
        neighbours (.adjlist); graph6 and sparse6 (.g6, .s6); DIMACS and PACE (.col, .clq, .dimacs,
        .gr) and METIS (.graph, .metis, .gr); Matrix Market (.mtx); Pajek (.net). ".gz" may follow.

    Returns
    -------
    networkx.Graph
        Nodes whose labels are all integers are integers, in increasing order; otherwise they are
        text, in the order of the file. An edge that occurs more than once is one edge. Attributes
        of nodes and edges are kept in .graphml and .gml, and weights of METIS and DIMACS nodes
        as "weight"; other columns and values are not read.

    Raises
    ------
    ValueError
        One sentence with the file, the line and a remedy: for one that cannot be read, is not in
        the format of its ending, or could mean several graphs; directed graphs, self-loops (which
        would change a vertex cover) and no nodes.
    """
    ending = _ending(path, READERS)
    try:
        return _simple(READERS[ending](read_packed(Path(path))))
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def write_graph(graph: nx.Graph, path: str | os.PathLike[str]) -> None:
    """Write a simple undirected graph to a file, replacing it in one step.

    Attributes that are numbers or text are written to .graphml and .gml. `read_graph` reads the
    same nodes and edges.

    Parameters
    ----------
    graph : networkx.Graph
    path : path
        Ends in .graphml, .gml, .edgelist, .adjlist or .g6; ".gz" may follow.

    Raises
    ------
    ValueError
        For graphs that `read_graph` would refuse, nodes that the format cannot tell (names with
        spaces in lists, isolated nodes in edge lists, names other than 0, 1, ... in .g6), and
        files that cannot be written.
    """
    ending = _ending(path, ENDINGS)
    try:
        content = graph_text(graph, ending).encode()
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
    write_bytes(path, gzip.compress(content, mtime=0) if is_packed(Path(path)) else content)


def graph_text(graph: nx.Graph, ending: str) -> str:
    r"""The text of the file of a graph.

    Examples
    --------
    >>> import networkx as nx
    >>> graph_text(nx.star_graph(2), ".adjlist")
    '0 1 2\n1\n2\n'
    """
    import networkx as nx

    plain = _plain(_simple(graph), ENDINGS[ending])
    _check_names(plain, ending)
    if ending == ".g6":
        return str(nx.to_graph6_bytes(plain, header=False).decode("ascii"))
    lines: dict[str, Callable[[], Any]] = {
        ".graphml": lambda: nx.generate_graphml(plain),
        ".gml": lambda: nx.generate_gml(plain),
        ".edgelist": lambda: nx.generate_edgelist(plain, data=False),
        ".adjlist": lambda: nx.generate_adjlist(plain),
    }
    try:
        text = "\n".join(lines[ending]()) + "\n"
    except (nx.NetworkXException, TypeError, ValueError) as error:
        why = str(error).rstrip(".")
        raise InputError(f"{ending[1:]} cannot hold the graph: {why}; use .adjlist.") from error
    if ending in (".edgelist", ".adjlist"):
        _check_read_back(plain, text, ending)
    return text


def has_graph_ending(path: str | os.PathLike[str]) -> bool:
    """Whether the name of a file is that of a graph."""
    return inner_ending(Path(path)) in READERS


def _ending(path: str | os.PathLike[str], known: Iterable[str]) -> str:
    ending = inner_ending(Path(path))
    if ending not in known:
        what = "cannot be written" if ending in READERS else "is no name of a graph's file"
        raise InputError(f"{path}: {what}; end it in {', '.join(known)}.")
    return ending


def _simple(graph: nx.Graph) -> nx.Graph:
    """The graph with integers for names that are integers, if it is simple and undirected."""
    import networkx as nx

    if graph.is_directed():
        raise InputError("is a directed graph; make it undirected (to_undirected in networkx).")
    loop = next(iter(nx.selfloop_edges(graph)), None)
    if loop is not None:
        raise InputError(f"node {loop[0]} has an edge to itself; take it out.")
    if not len(graph):
        raise InputError("has no nodes; give a graph with at least one.")
    names = Counter(map(str, graph))
    twice = next((name for name, count in names.items() if count > 1), None)
    if twice is not None:
        raise InputError(f"two nodes are called {twice}; rename one.")
    whole = all(re.fullmatch(r"0|-?[1-9]\d{0,17}", name) for name in names)
    order = sorted(graph, key=lambda node: int(str(node))) if whole else list(graph)
    name = {node: int(str(node)) if whole else str(node) for node in order}
    found = nx.Graph()
    found.add_nodes_from((name[node], graph.nodes[node]) for node in order)
    found.add_edges_from((name[a], name[b], data) for a, b, data in graph.edges(data=True))
    return found


def _plain(graph: nx.Graph, attributes: bool) -> nx.Graph:
    """Nodes and edges, with the attributes that are numbers or text if they are wanted."""
    import networkx as nx

    def kept(data: dict[str, Any]) -> dict[str, Any]:
        return {k: v for k, v in data.items() if attributes and isinstance(v, int | float | str)}

    plain = nx.Graph()
    plain.add_nodes_from((node, kept(data)) for node, data in graph.nodes(data=True))
    plain.add_edges_from((a, b, kept(data)) for a, b, data in graph.edges(data=True))
    return plain


def _check_names(graph: nx.Graph, ending: str) -> None:
    """Whether a format without names of its own tells the nodes apart."""
    if ending == ".g6" and list(graph) != list(range(len(graph))):
        raise InputError("g6 numbers the nodes 0, 1, ..., which these are not; use .adjlist.")
    if ending in (".edgelist", ".adjlist"):
        for node in graph:
            if not re.fullmatch(r"""[^\s#,;"']+""", str(node)):
                raise InputError(
                    f"node {node!r} is not one word without marks, as lists need it; rename it, "
                    "or use .graphml."
                )
    alone = next((node for node in graph if not graph.degree(node)), None)
    if ending == ".edgelist" and alone is not None:
        raise InputError(
            f"node {alone} has no edge, and an edge list would lose it; use .adjlist."
        )


def _check_read_back(graph: nx.Graph, text: str, ending: str) -> None:
    """Whether a list means this graph; a node called "source" may make a line a header."""
    import networkx as nx

    try:
        found = _simple(READERS[ending](text))
    except InputError as error:
        raise InputError(f"as {ending} it would not be read: {error}") from error
    if not nx.utils.graphs_equal(found, _plain(graph, attributes=False)):
        raise InputError(
            f"as {ending} it would be read as another graph ({len(found)} nodes); use .graphml."
        )
