"""The working form of rules: what sets of queries cost, and which can still keep the rules."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from suasion.models.numbers.arrays import FloatArray, IntArray, Mask, NumberArray
from suasion.models.queries.rules import Charge
from suasion.models.queries.selection import QuerySelection
from suasion.solvers.partition.arrays import BinaryArrays
from suasion.solvers.partition.greedy import Additions
from suasion.solvers.partition.task import PartitionTask

# Sums of constraints in floats are off by less, relative to the numbers in them: `SidedRows`
# leaves out only what breaks a constraint by more, and `RuledTask.allows` decides in rationals.
ROUNDING = 1e-8


class SidedRows:
    """The constraints and the budget as rows of floats, to leave out what cannot keep them.

    Attributes
    ----------
    numbers : array, shape (rows, m)
    lower, upper : array, shape (rows,)
        Wider than the constraints by what rounding may amount to.
    """

    def __init__(self, problem: QuerySelection, queries: IntArray, most: int) -> None:
        numbers, self.lower, self.upper = problem.rules.scaled_rows(len(queries), ROUNDING)
        self.numbers = numbers[:, queries]
        # What the queries from each one on can add, shape (rows, m + 1), and the most of one.
        self._most = most
        self._up = _suffix_sums(np.maximum(self.numbers, 0.0))
        self._down = _suffix_sums(np.minimum(self.numbers, 0.0))
        self._highest = _suffix_largest(np.maximum(self.numbers, 0.0))
        self._lowest = -_suffix_largest(np.maximum(-self.numbers, 0.0))

    def sums(self, rows: Sequence[int]) -> FloatArray:
        """What some queries add up to in every row."""
        sums: FloatArray = self.numbers[:, list(rows)].sum(axis=1)
        return sums

    def open(self, rows: Sequence[int], following: int) -> bool:
        """Whether queries from `following` on, as many as the budget leaves, may keep the rows."""
        sums, more = self.sums(rows), self._most - len(rows)
        high = np.minimum(self._up[:, following], more * self._highest[:, following])
        low = np.maximum(self._down[:, following], more * self._lowest[:, following])
        return bool((sums + high >= self.lower).all() and (sums + low <= self.upper).all())

    def completable_with(self, rows: Sequence[int]) -> Mask:
        """Whether some queries with each query more, and any others, may keep the rows, (m,)."""
        others = np.ones(self.numbers.shape[1], dtype=bool)
        others[list(rows)] = False
        up, down = np.maximum(self.numbers, 0.0), np.minimum(self.numbers, 0.0)
        sums = self.sums(rows)[:, None] + self.numbers
        high = sums + up[:, others].sum(axis=1)[:, None] - up
        low = sums + down[:, others].sum(axis=1)[:, None] - down
        return self._between(low, high) & others

    def kept_by(self, rows: Sequence[int]) -> Mask:
        """Whether some queries with each query more keep the rows, shape (m,)."""
        sums = self.sums(rows)[:, None] + self.numbers
        return self._between(sums, sums)

    def _between(self, low: FloatArray, high: FloatArray) -> Mask:
        """Columns that are above the lower side at best, and below the upper one, in all rows."""
        above = (high >= self.lower[:, None]).all(axis=0)
        below = (low <= self.upper[:, None]).all(axis=0)
        between: Mask = np.logical_and(above, below)
        return between


class GroupCharges:
    """Fees, or discounts, as a matrix of their queries and what they add to the cost."""

    def __init__(
        self, charges: Sequence[Charge], queries: IntArray, once: bool, exact: bool
    ) -> None:
        kept = [charge for charge in charges if charge.once == once]
        self.once = once
        self.members = np.array(
            [np.isin(queries, charge.queries) for charge in kept], dtype=bool
        ).reshape(len(kept), len(queries))
        self.sizes = self.members.sum(axis=1)
        number: Any = Fraction if exact else float
        self.charged = np.array(
            [number(charge.charged) for charge in kept], dtype=object if exact else np.float64
        )
        self._later = _suffix_sums(self.members.astype(np.intp))

    def _applies(self, counts: IntArray) -> Mask:
        """Whether groups of which so many queries are asked are charged."""
        sizes = self.sizes if counts.ndim == 1 else self.sizes[:, None]
        applies: Mask = np.asarray(counts > 0 if self.once else counts == sizes)
        return applies

    def with_each(self, rows: Sequence[int]) -> NumberArray:
        """What is charged for some queries with each query more, shape (m,)."""
        counts = self.members[:, list(rows)].sum(axis=1)
        costs: NumberArray = self.charged @ self._applies(counts[:, None] + self.members)
        return costs

    def of(self, rows: Sequence[int]) -> Any:
        """What is charged for some queries."""
        return self.charged[self._applies(self.members[:, list(rows)].sum(axis=1))].sum()

    def least(self, rows: Sequence[int], following: int) -> Any:
        """The least that is charged for some queries with any from `following` on."""
        counts = self.members[:, list(rows)].sum(axis=1)
        sure = self._applies(counts)
        possible = self._applies(counts + self._later[:, following])
        return self.charged[np.where(self.charged > 0, sure, possible)].sum()


class RuledTask:
    """A working form with its rules, in the order of the task's queries.

    Parameters
    ----------
    problem : QuerySelection
    task : PartitionTask
        With all queries of the problem, in any order.
    compiled : bool
        Whether cells are worth compiled loops.
    """

    def __init__(self, problem: QuerySelection, task: PartitionTask, compiled: bool) -> None:
        self.problem, self.task, self.compiled = problem, task, compiled
        rules = problem.rules
        self.rows = SidedRows(problem, task.queries, task.rounds)
        self.charges = [
            GroupCharges(rules.charges, task.queries, once, task.exact) for once in (False, True)
        ]

    @cached_property
    def arrays(self) -> BinaryArrays | None:
        """What compiled loops read."""
        return BinaryArrays(self.problem.binary, self.task) if self.compiled else None

    @cached_property
    def additions(self) -> Additions:
        """Sum of V over the parts of some cells, by query of the task."""
        return self.task.additions if self.arrays is None else self.arrays.additions

    def __len__(self) -> int:
        """Number of queries."""
        return len(self.task)

    def allows(self, rows: Sequence[int]) -> bool:
        """Whether some queries may be asked: the budget, and the constraints in rationals."""
        asked = set(self.task.queries[list(rows)].tolist())
        return len(rows) <= self.task.rounds and self.problem.rules.allows(asked)

    def cost(self, rows: Sequence[int]) -> Any:
        """What some queries cost."""
        own = self.task.costs[list(rows)].sum()
        return own + sum(charges.of(rows) for charges in self.charges)

    def costs_with_each(self, rows: Sequence[int]) -> NumberArray:
        """What some queries with each query more cost, shape (m,)."""
        own: NumberArray = self.task.costs[list(rows)].sum() + self.task.costs
        for charges in self.charges:
            own = own + charges.with_each(rows)
        return own

    def least_cost(self, rows: Sequence[int], following: int) -> Any:
        """The least that some queries with any from `following` on cost."""
        own = self.task.costs[list(rows)].sum()
        return own + sum(charges.least(rows, following) for charges in self.charges)

    def cells(self, rows: Sequence[int]) -> list[IntArray]:
        """The cells that some queries make."""
        cells = [self.task.everyone]
        for q in rows:
            cells = self.task.refined(cells, q)
        return cells

    def payoff(self, rows: Sequence[int]) -> Any:
        """Sum of V over the cells that some queries make, minus what they cost."""
        return self.task.earned(self.cells(rows)) - self.cost(rows)

    def payoffs_with_each(self, rows: Sequence[int], cells: list[IntArray]) -> NumberArray:
        """Payoff of some queries, which make these cells, with each query more, shape (m,)."""
        payoffs: NumberArray = self.additions(cells) - self.costs_with_each(rows)
        return payoffs

    def ordered(self, order: IntArray) -> RuledTask:
        """The same with its queries in another order."""
        return RuledTask(self.problem, self.task.ordered(order), self.compiled)

    @cached_property
    def linked(self) -> list[list[int]]:
        """For each query those that share a constraint, a discount or a fee with it."""
        shared = [self.rows.numbers != 0, *(charges.members for charges in self.charges)]
        together = np.concatenate(shared).astype(np.float64)
        beside = together.T @ together > 0
        np.fill_diagonal(beside, False)
        return [np.flatnonzero(row).tolist() for row in beside]


def best_allowed(
    form: RuledTask, rows: Sequence[int], payoffs: NumberArray, floor: Any, among: Mask
) -> int | None:
    """The query that makes the best allowed set with `rows`, if that is worth over `floor`."""
    if len(rows) >= form.task.rounds:
        return None
    candidates = np.flatnonzero(among & form.rows.kept_by(rows) & (payoffs > floor))
    for place in np.argsort(-payoffs[candidates], kind="stable"):
        q = int(candidates[place])
        if form.allows([*rows, q]):
            return q
    return None


def _suffix_sums(numbers: NumberArray) -> NumberArray:
    """Sums over the columns from each one on, shape (rows, m + 1)."""
    padded = np.pad(numbers, ((0, 0), (0, 1)))
    sums: NumberArray = padded[:, ::-1].cumsum(axis=1)[:, ::-1]
    return sums


def _suffix_largest(numbers: FloatArray) -> FloatArray:
    """Largest entry of the columns from each one on, at least 0, shape (rows, m + 1)."""
    padded = np.pad(numbers, ((0, 0), (0, 1)))
    largest: FloatArray = np.maximum.accumulate(padded[:, ::-1], axis=1)[:, ::-1]
    return largest
