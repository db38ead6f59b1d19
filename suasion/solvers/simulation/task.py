"""Queries about finite persuasion in the working form of partition queries, and back to plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from suasion.models.finite.instance import FinitePersuasion
from suasion.models.finite.policy import FinitePolicy
from suasion.models.numbers.arrays import IntArray, Labels, NumberArray
from suasion.models.queries.query_tree import QueryPolicy
from suasion.models.queries.selection import QuerySelection
from suasion.models.simulation.query_plan import QueryPlan
from suasion.results import NUMERICAL_GAP, Report, Result, Status, concluded
from suasion.solvers.clock import Clock
from suasion.solvers.finite.auto import finite_auto
from suasion.solvers.finite.vertices import by_vertices
from suasion.solvers.options import Options
from suasion.solvers.partition.task import (
    CellValues,
    PartitionTask,
    needed_queries,
    queries_to_ask,
)
from suasion.solvers.simulation.cells import MessageCell, message_cells, partitions_of
from suasion.solvers.simulation.messages import chosen_message, clear
from suasion.solvers.simulation.values import ExactPartValues, PartValues


@dataclass(frozen=True, eq=False)
class FiniteTask:
    """The queries worth asking and what cells are worth, for the searches of partition queries.

    Attributes
    ----------
    problem : QuerySelection
    task : PartitionTask
        Its `queries` are those of the oracle, or positions in `makers`.
    values : PartValues or ExactPartValues
        V(C), with its error.
    makers : list of list of MessageCell, or None
        For each partition that some message brings about the cells of such messages; None for a
        partition oracle.
    """

    problem: QuerySelection
    task: PartitionTask
    values: PartValues | ExactPartValues
    makers: list[list[MessageCell]] | None

    @property
    def instance(self) -> FinitePersuasion:
        """The receivers."""
        return self.problem.finite

    def plan(self, asked: QueryPolicy) -> QueryPlan:
        """Rows of the task as messages, and an optimal policy for every cell."""
        exact = self.task.exact
        # Messages are numbered in the order in which they are asked.
        rows = asked.used
        if self.makers is None:
            return plan_of(self.problem, asked.renumbered(self.task.queries.item), None, exact)
        messages = []
        for q in self.task.queries[rows].tolist():
            message = chosen_message(self.instance, self.makers[q], exact)
            assert message is not None
            messages.append(message)
        place = np.zeros(len(self.task), dtype=np.intp)
        place[rows] = np.arange(len(rows))
        return plan_of(self.problem, asked.renumbered(place.item), messages, exact)

    def concluded(
        self, method: str, asked: QueryPolicy, bound: Any, exact: bool, report: Report
    ) -> Result[QueryPlan]:
        """The result: the plan checked and valued by itself, V's error added to the bound."""
        plan = self.plan(asked)
        return plan_result(
            method, self.problem, plan, bound + self.error, exact and self.task.exact, report
        )

    @property
    def error(self) -> Any:
        """No sum of V over cells exceeds the one computed by more than this."""
        return self.values.slack * len(self.instance)


def finite_task(problem: QuerySelection, clock: Clock, exact: bool = False) -> FiniteTask:
    """The working form of a problem about finite persuasion.

    Raises
    ------
    StoppedError
        When the clock stops the listing of the queries.
    """
    instance, n = problem.finite, len(problem.persuasion)
    if problem.listed:
        labels, makers = problem.partition.labels, None
        costs = problem.cost_numbers(exact)
    else:
        labels, makers = achievable_partitions(instance, clock)
        costs = np.repeat(problem.cost_numbers(exact), len(labels))
    labels = labels if len(labels) else np.zeros((0, n), dtype=np.int32)
    kept, rounds = queries_to_ask(problem, labels, costs)
    values = ExactPartValues(instance) if exact else PartValues(instance)
    alone: NumberArray = np.array([values(np.array([t])) for t in range(n)])
    weights = instance.exact_weights if exact else instance.weights
    task = PartitionTask(
        labels[kept], weights, costs[kept], rounds, alone, CellValues(values, n), kept
    )
    return FiniteTask(problem, task, values, makers)


def achievable_partitions(
    instance: FinitePersuasion, clock: Clock
) -> tuple[Labels, list[list[MessageCell]]]:
    """The finest partitions of the types that single messages bring about, and how.

    A partition that another one refines is left out: at equal costs nobody needs it. So are, for
    an instance with floats, messages on which a type is as good as indifferent.

    Returns
    -------
    labels : array of int32, shape (m, n)
        Cells numbered in the order of their first types.
    makers : list of list of MessageCell
        The cells of messages that make each of them.

    Examples
    --------
    >>> from suasion import BinaryPersuasion
    >>> three = BinaryPersuasion(["1/3"] * 3, ["1/5", "2/5", "3/5"])
    >>> achievable_partitions(FinitePersuasion.from_binary(three), Clock())[0].tolist()
    [[0, 0, 1], [0, 1, 1]]
    """
    cells = message_cells(instance, clock)
    if not instance.rational:
        cells = [cell for cell in cells if clear(instance, cell)]
    found = list(partitions_of(instance, cells).values())
    if not found:
        return np.zeros((0, len(instance)), dtype=np.int32), []
    labels = np.array([row for row, _ in found])
    finest = needed_queries(labels, np.zeros(len(labels)))
    makers = [[cells[c] for c in found[q][1]] for q in finest.tolist()]
    return labels[finest], makers


def plan_of(
    problem: QuerySelection,
    asked: QueryPolicy,
    messages: Sequence[Sequence[Any]] | None,
    exact: bool = False,
) -> QueryPlan:
    """Queries with an optimal policy for each cell, each from a program of its own."""
    instance = problem.finite
    cells = QueryPlan.of(asked, (), messages).cells(problem)
    return QueryPlan.of(asked, [cell_policy(instance, c, exact) for c in cells], messages)


def cell_policy(instance: FinitePersuasion, cell: IntArray, exact: bool) -> FinitePolicy:
    """An optimal policy for some of the types."""
    part = instance.part(cell)
    if not (part.weights > 0).any():
        return FinitePolicy.following(part, [[1] * part.shape[1]], exact)
    if exact:
        return by_vertices(part, Options(exact=True)).require()
    return finite_auto(part, Options()).require()


def plan_result(
    method: str,
    problem: QuerySelection,
    plan: QueryPlan,
    bound: Any,
    exact: bool,
    report: Report,
) -> Result[QueryPlan]:
    """A plan that was checked, with the value that it computes for itself."""
    failures = plan.failures(problem)
    if failures:
        report = Report(seed=report.seed, nodes=report.nodes, raw_status=failures[0])
        return Result(Status.FAILED, method, report=report, problem=problem)
    value = plan.value(problem, exact)
    instance: Any = problem.persuasion
    # What is earned anyway is no reason to let gaps be larger, but for its rounding.
    most = max(1.0, abs(float(value)))
    tolerance = NUMERICAL_GAP * min(1.0, instance.unit / most) + 8 * np.finfo(np.float64).eps
    return concluded(
        method=method,
        problem=problem,
        answer=plan,
        value=value,
        bound=bound,
        tolerance=tolerance,
        exact=exact,
        report=report,
    )
