"""Queries about receivers with many states and actions, and the policy for each answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from suasion.errors import InputError, check_kind
from suasion.models.finite.instance import FinitePersuasion
from suasion.models.finite.policy import FinitePolicy
from suasion.models.numbers.arrays import NumberArray, object_array
from suasion.models.numbers.rationals import Number
from suasion.models.numbers.tables import NumberTable
from suasion.models.queries.cells import Cells
from suasion.models.queries.partition_queries import PartitionQueries
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryPolicy, QueryTree
from suasion.models.queries.selection import QuerySelection
from suasion.models.simulation.message_partitions import message_labels, message_margin


@dataclass(frozen=True, eq=False)
class QueryPlan:
    """What to ask, and what to say to the types that each cell of answers leaves possible.

    V of a cell is the optimum of a program, so that a plan carries a policy for each cell and is
    worth what these earn: `value` and `failures` recompute everything from the instance, by no
    solver.

    Attributes
    ----------
    asked : QuerySet or QueryTree
        Which queries: those of the problem's partition oracle, or rows of `messages`.
    policies : tuple of FinitePolicy
        One for each cell, about the types of the cell in their order.
    messages : NumberTable or None
        Simulation queries: likelihoods ``sigma(m|w)`` of the message shown, shape (q, d). None for
        a partition oracle.

    Examples
    --------
    >>> from suasion import SimulationQueries, solve
    >>> two = FinitePersuasion(
    ...     ["1/2", "1/2"], [["4/5", "1/5"], ["3/5", "2/5"]], [[1, 0], [0, 1]], [[0, 1], [0, 1]]
    ... )
    >>> question = QuerySelection(two, SimulationQueries(), budget=1)
    >>> plan = solve(question).require()
    >>> plan.failures(question), round(plan.value(question), 9)
    ([], 0.6)
    """

    asked: QueryPolicy
    policies: tuple[FinitePolicy, ...]
    messages: NumberTable | None = None

    def __post_init__(self) -> None:
        check_kind(self.asked, (QuerySet, QueryTree), "asked", "give a QuerySet or a QueryTree")
        for c, policy in enumerate(self.policies):
            check_kind(policy, FinitePolicy, f"policies[{c}]", "give a FinitePolicy")

    @classmethod
    def of(
        cls,
        asked: QueryPolicy,
        policies: Sequence[FinitePolicy],
        messages: Sequence[Sequence[Number]] | None = None,
    ) -> QueryPlan:
        """The plan with likelihoods as nested lists; None if an oracle lists the queries."""
        if messages is None:
            return cls(asked, tuple(policies))
        rows = NumberTable.read(messages, "messages", ("query", "state"))
        return cls(asked, tuple(policies), rows)

    def __len__(self) -> int:
        """Number of different queries asked."""
        return len(self.queries)

    def __repr__(self) -> str:
        asked, cells = len(self), len(self.policies)
        noun = "query" if asked == 1 else "queries"
        return f"QueryPlan({asked} {noun}, {cells} cell{'s' * (cells != 1)})"

    @cached_property
    def queries(self) -> list[int]:
        """Numbers of the queries asked, increasing."""
        asked = self.asked
        return sorted({int(q) for q in asked.queries if q is not None})

    def question(self, problem: QuerySelection) -> QuerySelection:
        """The problem with the queries of this plan as a partition oracle.

        A message tells types apart that take different actions on it however ties are broken.
        """
        self._check_kind_of_query(problem)
        if self.messages is None:
            return problem
        instance, exact = _finite(problem), self.messages.rational and problem.rational
        labels = [message_labels(instance, x, exact) for x in self.messages.array(exact)]
        table = np.array(labels, dtype=np.int32).reshape(len(labels), len(instance))
        cost = problem.cost_numbers(True).tolist()[:1] if problem.has_costs else None
        return QuerySelection(
            instance,
            PartitionQueries.from_labels(table),
            problem.budget,
            problem.adaptive,
            cost[0] if cost and len(table) else None,
        )

    def _check_kind_of_query(self, problem: QuerySelection) -> None:
        _finite(problem)
        listed = problem.listed
        if listed and self.messages is not None:
            raise InputError(
                "messages are given, and the partition oracle of the problem shows none; give a "
                "plan of its queries."
            )
        if not listed and self.messages is None:
            raise InputError(
                "messages is None, and simulation queries show a message; give its likelihoods."
            )

    def cells(self, problem: QuerySelection) -> Cells:
        """What the sender knows after the answers."""
        return self.asked.cells(self.question(problem))

    def cost(self, problem: QuerySelection, exact: bool = False) -> Any:
        """Cost of the queries; in a tree, times the weight of the types they are asked of."""
        return self.asked.cost(self.question(problem), exact)

    def cell_values(self, problem: QuerySelection, exact: bool = False) -> NumberArray:
        """What each policy earns from its cell, weights unnormalised."""
        instance, cells = _finite(problem), self.cells(problem)
        if len(cells) != len(self.policies):
            raise InputError(
                f"policies has {len(self.policies)} entries for {len(cells)} cells; give one per "
                "cell."
            )
        values = [
            policy.value(instance.part(cell), exact)
            for cell, policy in zip(cells, self.policies, strict=True)
        ]
        return object_array(values) if exact else np.array(values)

    def value(self, problem: QuerySelection, exact: bool = False) -> Any:
        """The sender's payoff: what the policies earn minus the cost of the queries."""
        earned = self.cell_values(problem, exact).sum() - self.cost(problem, exact)
        return Fraction(earned) if exact else float(earned)

    def margins(self, problem: QuerySelection) -> list[float]:
        """By how much every type prefers what it does on each message; see `message_margin`."""
        if self.messages is None:
            return []
        return [float(message_margin(_finite(problem), x)) for x in self.messages.floats]

    def failures(self, problem: QuerySelection, exact: bool | None = None) -> list[str]:
        """What is wrong with this plan for a problem, one sentence each."""
        instance = _finite(problem)
        if self.messages is not None and len(self) and self.messages.shape[1] != instance.shape[1]:
            return [
                f"the queries are for {self.messages.shape[1]} states, the instance has "
                f"{instance.shape[1]}"
            ]
        broken = self.asked.failures(problem)
        if broken:
            return broken
        cells = self.cells(problem)
        if len(cells) != len(self.policies):
            return [f"there are {len(cells)} cells and {len(self.policies)} policies"]
        return [
            f"cell {c}: {failure}"
            for c, (cell, policy) in enumerate(zip(cells, self.policies, strict=True))
            for failure in policy.failures(instance.part(cell), exact)
        ]

    def document(
        self, problem: QuerySelection, full: bool = False, exact: bool = False
    ) -> dict[str, Any]:
        """Queries or tree, messages with their partitions, and cells, for a result's JSON."""
        question, instance = self.question(problem), _finite(problem)
        document: dict[str, Any] = {}
        if isinstance(self.asked, QuerySet):
            document["queries"] = self.asked.queries.tolist()
        else:
            document["tree"] = self.asked.nested(question)
        if self.messages is not None:
            partitions = question.partition.to_dict()["queries"]
            rows = zip(self.messages.plain(), partitions, self.margins(problem), strict=True)
            document["messages"] = [
                {
                    "likelihood": x,
                    "cells": cells,
                    "margin": margin if np.isfinite(margin) else None,
                }
                for x, cells, margin in rows
            ]
        weights = instance.weights
        cells = zip(self.cells(problem), self.cell_values(problem), self.policies, strict=True)
        document["cells"] = [
            {
                "types": cell.tolist(),
                "weight": float(weights[cell].sum()),
                "value": float(value),
                "policy": policy.to_dict(instance.part(cell)),
            }
            for cell, value, policy in cells
        ]
        return document


def _finite(problem: QuerySelection) -> FinitePersuasion:
    check_kind(problem, QuerySelection, "problem", "give the QuerySelection that this answers")
    instance = problem.persuasion
    if not isinstance(instance, FinitePersuasion):
        raise InputError(
            f"persuasion is a {type(instance).__name__}; a plan is about a FinitePersuasion."
        )
    return instance
