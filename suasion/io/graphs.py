"""Graphs in files, in the formats of networkx that their endings name."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suasion.io.text_files import read_text, write_text

if TYPE_CHECKING:
    import networkx as nx  # type: ignore[import-untyped, unused-ignore]

# Ending -> whether the format keeps attributes of nodes and edges.
ENDINGS = {".graphml": True, ".gml": True, ".edgelist": False, ".adjlist": False, ".g6": False}
# Whatever a parser of networkx trips over in a file that is none of its own.
MALFORMED = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
)


def read_graph(path: str | os.PathLike[str]) -> nx.Graph:
    """Read a simple undirected graph from a file.

    Parameters
    ----------
    path : path
        Ends in .graphml, .gml, .edgelist, .adjlist or .g6.

    Returns
    -------
    networkx.Graph
        Nodes whose labels are all integers are integers, in increasing order; otherwise they are
        text, in the order of the file. An edge that occurs more than once is one edge. Attributes
        of nodes and edges are kept in .graphml and .gml; other columns of an edge list are not
        read.

    Raises
    ------
    ValueError
        One sentence with the file: for one that cannot be read or is not in the format of its
        ending, directed graphs, self-loops (which would change a vertex cover) and no nodes.
    """
    ending = _ending(path)
    try:
        text = read_text(Path(path))
        return _simple(_parsed(text, ending))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def write_graph(graph: nx.Graph, path: str | os.PathLike[str]) -> None:
    """Write a simple undirected graph to a file, replacing it in one step.

    Attributes that are numbers or text are written to .graphml and .gml. `read_graph` reads the
    same nodes and edges.

    Parameters
    ----------
    graph : networkx.Graph
    path : path
        As in `read_graph`.

    Raises
    ------
    ValueError
        For graphs that `read_graph` would refuse, nodes that the format cannot tell (names with
        spaces in lists, isolated nodes in edge lists, names other than 0, 1, ... in .g6), and
        files that cannot be written.
    """
    ending = _ending(path)
    try:
        text = graph_text(graph, ending)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    write_text(path, text)


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
        return "\n".join(lines[ending]()) + "\n"
    except (nx.NetworkXException, TypeError, ValueError) as error:
        why = str(error).rstrip(".")
        raise ValueError(f"{ending[1:]} cannot hold the graph: {why}; use .adjlist.") from error


def has_graph_ending(path: str | os.PathLike[str]) -> bool:
    """Whether the name of a file is that of a graph."""
    return Path(path).suffix.lower() in ENDINGS


def _ending(path: str | os.PathLike[str]) -> str:
    if not has_graph_ending(path):
        raise ValueError(f"{path}: is no name of a graph's file; end it in {', '.join(ENDINGS)}.")
    return Path(path).suffix.lower()


def _parsed(text: str, ending: str) -> nx.Graph:
    import networkx as nx

    if ending == ".edgelist":
        _check_edges(text)
    if ending == ".g6" and len(text.split()) != 1:
        raise ValueError(f"holds {len(text.split())} graphs; keep one.")
    read: dict[str, Callable[[], Any]] = {
        ".graphml": lambda: nx.parse_graphml(text),
        ".gml": lambda: _parsed_gml(text),
        ".edgelist": lambda: nx.parse_edgelist(text.splitlines(), data=False),
        ".adjlist": lambda: nx.parse_adjlist(text.splitlines()),
        ".g6": lambda: nx.from_graph6_bytes(text.strip().encode("ascii")),
    }
    try:
        return read[ending]()
    except (nx.NetworkXException, *MALFORMED) as error:
        why = " ".join(str(error).split()).rstrip(".") or type(error).__name__
        raise ValueError(
            f"is not a graph in format {ending[1:]} ({why[:200]}); mend it, or give it the ending "
            "of its format."
        ) from error


def _parsed_gml(text: str) -> nx.Graph:
    """Labels name the nodes where there are any, numbers otherwise."""
    import networkx as nx

    labelled = re.search(r"\bnode\s*\[[^\]]*\blabel\b", text)
    return nx.parse_gml(text, label="label" if labelled else "id")


def _check_edges(text: str) -> None:
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split()
        if len(words) == 1:
            raise ValueError(
                f"line {number} is {line.strip()[:40]!r}; write an edge as two nodes with a space "
                "between them (isolated nodes need .adjlist)."
            )


def _simple(graph: nx.Graph) -> nx.Graph:
    """The graph with integers for names that are integers, if it is simple and undirected."""
    import networkx as nx

    if graph.is_directed():
        raise ValueError("is a directed graph; make it undirected (to_undirected in networkx).")
    loop = next(iter(nx.selfloop_edges(graph)), None)
    if loop is not None:
        raise ValueError(f"node {loop[0]} has an edge to itself; take it out.")
    if not len(graph):
        raise ValueError("has no nodes; give a graph with at least one.")
    names = Counter(map(str, graph))
    twice = next((name for name, count in names.items() if count > 1), None)
    if twice is not None:
        raise ValueError(f"two nodes are called {twice}; rename one.")
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
        raise ValueError("g6 numbers the nodes 0, 1, ..., which these are not; use .adjlist.")
    if ending in (".edgelist", ".adjlist"):
        for node in graph:
            if not re.fullmatch(r"[^\s#]+", str(node)):
                raise ValueError(
                    f"node {node!r} is not one word, as lists need it; rename it, or use .graphml."
                )
    alone = next((node for node in graph if not graph.degree(node)), None)
    if ending == ".edgelist" and alone is not None:
        raise ValueError(
            f"node {alone} has no edge, and an edge list would lose it; use .adjlist."
        )
