"""Choosing the cheapest nodes of a graph that hit everything: what such problems share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

from suasion.errors import InputError
from suasion.models.numbers.rationals import parse_number
from suasion.models.set_cover.cover import Cover
from suasion.models.set_cover.instance import SetCover
from suasion.reductions.reduction import Range, Reduction

if TYPE_CHECKING:
    from networkx import Graph


class GraphCover(Reduction["Graph", SetCover]):
    """A graph whose nodes are the sets of a set cover.

    Answers to the source are sets of nodes.

    Parameters
    ----------
    source : networkx.Graph
        Undirected; parallel edges count once.
    weight : str, optional
        Node attribute with what a node costs; default 1 each.

    Raises
    ------
    ValueError
        For a directed graph, and a node whose weight is missing or not a number >= 0.
    """

    def __init__(self, source: Graph, weight: str | None = None) -> None:
        if source.is_directed():
            raise InputError("the graph is directed; give an undirected one (to_undirected).")
        self.source = source
        self.nodes: tuple[Hashable, ...] = tuple(source.nodes)
        self._place = {node: i for i, node in enumerate(self.nodes)}
        costs = None
        if weight is not None:
            costs = [_weight(source, node, weight) for node in self.nodes]
        elements = [sorted({self._place[node] for node in hit}) for hit in self.needs()]
        sets: list[list[int]] = [[] for _ in self.nodes]
        for e, hit in enumerate(elements):
            for i in hit:
                sets[i].append(e)
        self.target = SetCover(len(elements), sets, costs, [str(i) for i in self._names()])

    def _names(self) -> Iterable[str]:
        names = [str(node) for node in self.nodes]
        return names if len(set(names)) == len(names) else map(repr, self.nodes)

    @abstractmethod
    def needs(self) -> Iterable[Iterable[Hashable]]:
        """For each thing to be hit the nodes that hit it."""

    def push_forward(self, answer: Iterable[Hashable]) -> Cover:
        """The sets of some nodes.

        Raises
        ------
        ValueError
            For a node that is not in the graph.
        """
        chosen = list(answer)
        for node in chosen:
            if node not in self._place:
                raise InputError(f"node {node!r} is not in the graph; choose among its nodes.")
        return Cover([self._place[node] for node in chosen])

    def pull_back(self, answer: Cover) -> set[Hashable]:
        """The nodes of the chosen sets."""
        return {self.nodes[i] for i in answer.sets.tolist()}

    def source_range(self, value: Any) -> Range:
        """The cheapest nodes cost what the cheapest sets do."""
        return value, value


def _weight(graph: Graph, node: Hashable, weight: str) -> Any:
    given = graph.nodes[node].get(weight)
    if given is None:
        raise InputError(f"node {node!r} has no {weight!r}; give every node one, or no weight.")
    return parse_number(given, f"node {node!r} {weight}")
