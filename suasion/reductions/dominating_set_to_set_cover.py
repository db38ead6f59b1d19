"""Dominating set to set cover: a node is the set of itself and its neighbours."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from suasion.reductions.graph_cover import GraphCover


class DominatingSetToSetCover(GraphCover):
    """The cheapest nodes such that every node is among them or next to one.

    Elements and sets are both the nodes.

    References
    ----------
    V. V. Vazirani, Approximation Algorithms, 2001, chapter 2 and its exercises.

    Examples
    --------
    >>> import networkx
    >>> from suasion import solve
    >>> reduction = DominatingSetToSetCover(networkx.path_graph(3))
    >>> reduction.pull_back(solve(reduction.target).answer)
    {1}
    """

    def needs(self) -> Iterable[Iterable[Hashable]]:
        """Each node with its neighbours."""
        return ([node, *self.source.adj[node]] for node in self.source.nodes)

    @property
    def link(self) -> str:
        """The optima are equal."""
        return "A cheapest dominating set costs what a cheapest set cover does."
