"""Queries about receivers with many states and actions, and the policy for each answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from suasion.errors import InputError, check_kind
from suasion.models.finite.instance import FinitePersuasion
from suasion.models.finite.policy import FinitePolicy
from suasion.models.finite.policy_tables import action_name, message_tables, types_text
from suasion.models.numbers.arrays import FloatArray, Labels, NumberArray, object_array
from suasion.models.numbers.rationals import Number
from suasion.models.numbers.tables import NumberTable
from suasion.models.queries.cells import Cells
from suasion.models.queries.partition_queries import PartitionQueries
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryPolicy, QueryTree
from suasion.models.queries.selection import QuerySelection
from suasion.models.simulation.message_partitions import message_labels, message_margin
from suasion.models.table import SHOWN, Entry, Table, Tabled, left_out

# Cells whose policies are shown unless all are asked for.
SHOWN_POLICIES = 6


@dataclass(frozen=True, eq=False)
class QueryPlan(Tabled):
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

    kind: ClassVar[str] = "query-plan"

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
        return sorted(self.asked.used.tolist())

    def question(self, problem: QuerySelection) -> QuerySelection:
        """The problem with the queries of this plan as a partition oracle.

        A message tells types apart that take different actions on it however ties are broken.
        """
        self._check_kind_of_query(problem)
        if self.messages is None:
            return problem
        instance, table = _finite(problem), self._labels(problem, self.messages)
        cost = problem.cost_numbers(True).tolist()[:1] if problem.has_costs else None
        return QuerySelection(
            instance,
            PartitionQueries.from_labels(table),
            problem.budget,
            problem.adaptive,
            cost[0] if cost and len(table) else None,
        )

    @staticmethod
    def _labels(problem: QuerySelection, messages: NumberTable) -> Labels:
        """What each type answers to each message."""
        instance, exact = problem.finite, messages.rational and problem.rational
        labels = [message_labels(instance, x, exact) for x in messages.array(exact)]
        return np.array(labels, dtype=np.int32).reshape(len(labels), len(instance))

    def _named_question(self, problem: QuerySelection) -> QuerySelection:
        """`question`, where answers are called by the actions that those who give them take."""
        question = self.question(problem)
        if self.messages is None:
            return question
        instance, labels = problem.finite, question.partition.labels
        answers = []
        for x, row in zip(self.messages.floats, labels, strict=True):
            taken = instance.best_responses(x)
            answers.append(
                [
                    " or ".join(action_name(instance, a) for a in np.unique(taken[row == cell]))
                    for cell in range(int(row.max()) + 1)
                ]
            )
        names = [f"q{q}" for q in range(len(labels))]
        return QuerySelection(instance, PartitionQueries.from_labels(labels, names, answers))

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

    def tables(self, problem: QuerySelection | None = None, full: bool = False) -> list[Table]:
        """The cells by their answers, the messages that are asked about, and a policy per cell.

        Parameters
        ----------
        problem : QuerySelection, optional
            Without it queries, types and actions are known by their numbers alone.
        full : bool
            All cells and queries; else 16 of them, and the policies of 6.
        """
        if problem is None:
            policies = [
                replace(table, title=f"Cell {c}:")
                for c, policy in enumerate(self.policies)
                for table in policy.tables()
            ]
            return [*self.asked.tables(), *policies]
        instance, question = problem.finite, self._named_question(problem)
        cells, values = self.cells(problem), self.cell_values(problem)
        name = self.asked.cell_names(question, full)
        shown = len(cells) if full else min(len(cells), SHOWN)
        rows = [
            (
                name(c),
                types_text(instance, cells[c]),
                float(instance.weights[cells[c]].sum()),
                float(values[c]),
            )
            for c in range(shown)
        ]
        columns, note = (
            ("answers", "types", "weight", "value"),
            left_out(len(cells), shown, "cells"),
        )
        main = Table(self.asked.heading(question, full), columns, tuple(rows), note)
        asked = self._message_tables(question, full) if self.messages is not None else []
        said = []
        for c in range(shown if full else min(shown, SHOWN_POLICIES)):
            policy, part = self.policies[c], instance.part(cells[c])
            own, *others = policy.tables(part)
            said += [replace(own, title=f"If {name(c)}:"), *others]
        return [main, *asked, *said]

    def _message_tables(self, question: QuerySelection, full: bool) -> list[Table]:
        """Likelihoods of the messages that are asked about, and who would do what."""
        if not len(self) or self.messages is None:
            return []
        instance, oracle = question.finite, question.partition
        shown = len(self) if full else min(len(self), SHOWN)
        rows: list[tuple[str, FloatArray, list[tuple[Entry, ...]]]] = []
        for q in self.queries[:shown]:
            labels, words = oracle.labels[q], (oracle.answers or ())[q]
            about: list[tuple[Entry, ...]] = [
                (word, types_text(instance, np.flatnonzero(labels == a)))
                for a, word in enumerate(words)
            ]
            rows.append((oracle.names[q], self.messages.floats[q], about))
        title = "Each query is what she would do on a message:"
        main, *others = message_tables(instance, ("query",), rows, ("action", "types"), title)
        return [replace(main, note=left_out(len(self), shown, "queries")), *others]

    def document(
        self, problem: QuerySelection, full: bool = False, exact: bool = False
    ) -> dict[str, Any]:
        """Queries or tree, messages with their partitions, and cells, for a result's JSON."""
        question, instance = self.question(problem), _finite(problem)
        document = self.asked.asked_document(question)
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
    return problem.finite
