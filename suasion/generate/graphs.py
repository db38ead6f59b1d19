"""Random graphs: the generators of networkx, by name."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from suasion.errors import InputError
from suasion.generate.family import GRAPH, Family, Parameter
from suasion.generate.ranges import Argument

if TYPE_CHECKING:
    import networkx as nx  # type: ignore[import-untyped, unused-ignore]

# Arguments that are none of a family: those given otherwise, and those of networkx's machinery.
NOT_ASKED = ("n", "seed", "create_using", "backend", "backend_kwargs")


def networkx_graph(name: str, size: int, seed: int, **arguments: Any) -> nx.Graph:
    """The graph of a generator of networkx with ``n=size`` and ``seed=seed``.

    Raises
    ------
    ValueError
        For what networkx refuses or fails to draw, and generators of anything but simple
        undirected graphs. Self-loops, which few make, are left out.
    """
    import networkx as nx

    told = ", ".join(f"{word}={value}" for word, value in {"size": size, **arguments}.items())
    try:
        graph = getattr(nx, name)(n=size, seed=seed, **arguments)
    except (nx.NetworkXException, ArithmeticError, LookupError, TypeError, ValueError) as error:
        why = str(error).strip().rstrip(".") or type(error).__name__
        raise InputError(
            f"networkx cannot draw {name} with {told}: {why}; choose other values."
        ) from error
    if not isinstance(graph, nx.Graph) or graph.is_directed() or graph.is_multigraph():
        made = "directed graph" if isinstance(graph, nx.DiGraph) else type(graph).__name__
        raise InputError(
            f"{name} makes a {made}, and graph families are simple and undirected; choose "
            "another generator."
        )
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    return graph


def _whole(size: int, graph: nx.Graph) -> nx.Graph:
    """The graph with all its nodes in order; networkx 3.2 adds nodes edge by edge."""
    import networkx as nx

    whole = nx.empty_graph(size)
    whole.add_edges_from(graph.edges)
    return whole


def gnp_random_graph(size: int, seed: int, *, p: float) -> nx.Graph:
    """Each pair of nodes joined with probability p."""
    return networkx_graph("gnp_random_graph", size, seed, p=p)


def random_regular_graph(size: int, seed: int, *, d: int | None) -> nx.Graph:
    """Every node of degree d."""
    if d is None:
        # The sum of the degrees is even.
        d = min(3 - size % 2, size - 1)
    return _whole(size, networkx_graph("random_regular_graph", size, seed, d=d))


def barabasi_albert_graph(size: int, seed: int, *, m: int | None) -> nx.Graph:
    """Nodes come one by one, each with m edges to others in proportion to their degrees."""
    if m is None and size == 1:
        # networkx wants an edge; one node has none.
        return gnp_random_graph(size, seed, p=0)
    m = min(2, size - 1) if m is None else m
    return networkx_graph("barabasi_albert_graph", size, seed, m=m)


def watts_strogatz_graph(size: int, seed: int, *, k: int | None, p: float) -> nx.Graph:
    """A ring of nodes joined to the nearest k, each edge led elsewhere with probability p."""
    k = min(4, size - 1) if k is None else k
    return _whole(size, networkx_graph("watts_strogatz_graph", size, seed, k=k, p=p))


def random_geometric_graph(size: int, seed: int, *, radius: float) -> nx.Graph:
    """Random points of the unit square, joined within a distance."""
    return networkx_graph("random_geometric_graph", size, seed, radius=radius)


def random_labeled_tree(size: int, seed: int) -> nx.Graph:
    """All trees on the nodes alike."""
    return networkx_graph("random_labeled_tree", size, seed)


def other_graphs(name: str) -> Family | None:
    """Any random generator of networkx as a family; None if there is none of that name.

    It must take a number n of nodes and a seed; its other arguments are the parameters.
    """
    found = generators().get(name) if isinstance(name, str) else None
    if found is None:
        return None
    parameters = []
    for word, argument in found.parameters.items():
        if word in NOT_ASKED or argument.kind is argument.VAR_KEYWORD:
            continue
        required = argument.default is argument.empty
        default = None if required else argument.default
        meaning = f"argument of networkx.{name}"
        parameters.append(Parameter(word, Argument(), meaning, default, required))

    def draw(size: int, seed: int, **arguments: Any) -> nx.Graph:
        return networkx_graph(name, size, seed, **arguments)

    return Family(name, GRAPH, "nodes", f"networkx.{name}.", draw, tuple(parameters))


def generators() -> dict[str, inspect.Signature]:
    """The generators of networkx that take a number of nodes and a seed."""
    import networkx as nx

    found = {}
    for name in dir(nx):
        function = getattr(nx, name)
        home = getattr(function, "__module__", None) or ""
        if not callable(function) or not home.startswith("networkx.generators"):
            continue
        signature = inspect.signature(function)
        if {"n", "seed"} <= set(signature.parameters):
            found[name] = signature
    return found
