"""The best and the greedy queries of one problem for one budget after another, work shared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryPolicy, QueryTree


@dataclass(frozen=True, eq=False)
class Found:
    """What a search for one budget found.

    Attributes
    ----------
    answer : QuerySet or QueryTree
    bound : float
        No answer within the budget earns more.
    nodes : int
        Search nodes of this search.
    note : str
        Why nothing better was found, where that needs saying.
    """

    answer: QuerySet | QueryTree
    bound: float
    nodes: int
    note: str = ""


class Curves(Protocol):
    """Searches for increasing budgets; each may use what those before it found.

    Attributes
    ----------
    most : int
        Larger budgets buy nothing more.
    ceiling : float
        Payoff of a sender who knows the type.
    everything : float
        Payoff after all queries, before their costs: no answer earns more.
    methods : tuple of str
        Of `at_once` and `in_turn`.
    """

    most: int
    ceiling: float
    everything: float
    methods: tuple[str, str]

    def at_once(self, budget: int) -> Found:
        """The best query set."""

    def in_turn(self, budget: int) -> Found:
        """The best query tree."""

    def greedy_at_once(self, budget: int) -> QuerySet:
        """The set that takes the query that gains most again and again."""

    def greedy_in_turn(self, budget: int) -> QueryTree | None:
        """The tree that does so at every node, where there is such a method."""

    def as_tree(self, queries: QueryPolicy) -> QueryTree:
        """A tree that learns what the set does in as many rounds and at no higher cost."""
