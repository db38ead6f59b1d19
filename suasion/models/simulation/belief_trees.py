"""Questions that tell a list of beliefs apart, each depending on the answers so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from suasion.errors import InputError
from suasion.models.finite.instance import FinitePersuasion
from suasion.models.numbers.arrays import FloatArray, IntArray
from suasion.models.queries.query_tree import QueryTree


@dataclass(frozen=True, eq=False)
class BeliefTree:
    """Which message to ask about next, until a receiver's type is known.

    Attributes
    ----------
    tree : QueryTree
        Query q asks about ``messages[q]``; answers are actions.
    messages : array, shape (q, d)
        Likelihoods, the largest of each 1.

    Examples
    --------
    >>> two = FinitePersuasion(
    ...     ["1/2", "1/2"], [["3/4", "1/4"], ["1/4", "3/4"]], [[1, 0], [0, 1]], [[0, 1], [0, 1]]
    ... )
    >>> asked = BeliefTree(QueryTree((0, None, None), (((0, 1), (1, 2)), (), ())), np.ones((1, 2)))
    >>> [leaf.tolist() for leaf in asked.leaves(two)]
    [[0], [1]]
    """

    tree: QueryTree
    messages: FloatArray

    @property
    def depth(self) -> int:
        """The most queries asked."""
        return self.tree.depth

    def routed(self, instance: FinitePersuasion) -> Iterator[tuple[int, IntArray]]:
        """Each node with the types that reach it, recomputed from what they do, parents first.

        Raises
        ------
        ValueError
            If a type takes an action for which a node has no branch.
        """
        stack: list[tuple[int, IntArray]] = [(0, np.arange(len(instance)))]
        while stack:
            node, members = stack.pop()
            yield node, members
            query = self.tree.queries[node]
            if query is None:
                continue
            actions = instance.best_responses(self.messages[query])[members]
            branches = dict(self.tree.children[node])
            for action in np.unique(actions).tolist()[::-1]:
                if action not in branches:
                    raise InputError(f"node {node} has no branch for action {action}.")
                stack.append((branches[action], members[actions == action]))

    def leaves(self, instance: FinitePersuasion) -> list[IntArray]:
        """The types that each leaf cannot tell apart, leaf after leaf."""
        return [m for node, m in self.routed(instance) if self.tree.queries[node] is None]

    def mean_depth(self, instance: FinitePersuasion) -> float:
        """Queries asked of a type, on average over the types with equal weights."""
        depths = self.tree.depths
        asked = sum(
            depths[node] * len(members)
            for node, members in self.routed(instance)
            if self.tree.queries[node] is None
        )
        return asked / len(instance)
