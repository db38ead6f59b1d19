"""Vertex cover to set cover: a node is the set of its edges."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from suasion.reductions.graph_cover import GraphCover


class VertexCoverToSetCover(GraphCover):
    """The cheapest nodes such that every edge has an end among them.

    Elements are the edges; every element is in two sets (in one, for a loop). The complement of a
    vertex cover is an independent set.

    References
    ----------
    R. M. Karp, Reducibility among combinatorial problems, 1972.

    Examples
    --------
    >>> import networkx
    >>> from suasion import solve
    >>> reduction = VertexCoverToSetCover(networkx.star_graph(5))
    >>> reduction.pull_back(solve(reduction.target).answer)
    {0}
    """

    def needs(self) -> Iterable[Iterable[Hashable]]:
        """The ends of each edge."""
        # Every direction of every parallel edge is the same edge.
        return {frozenset(edge[:2]): edge[:2] for edge in self.source.edges}.values()

    @property
    def link(self) -> str:
        """The optima are equal."""
        return "A cheapest vertex cover costs what a cheapest set cover does."
