"""Queries that are splits of a tree (one set against the rest, the sets nested or disjoint)."""

from __future__ import annotations

from typing import Any

import numpy as np

from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.numbers.arrays import IntArray, NumberArray
from suasion.models.queries.selection import QuerySelection
from suasion.solvers.clock import Clock
from suasion.solvers.partition.branching import FoundSet
from suasion.solvers.partition.task import PartitionTask

# Table entries, eight bytes each in floats.
LARGEST_TABLES = 50_000_000


class SplitTree:
    """Queries with two cells that are pairwise compatible, as edges of a tree of types.

    Two queries are compatible when one of the four intersections of their cells is empty. The
    cells without the first type are then nested or disjoint (a laminar family), and asking a set
    of queries cuts their edges: the cells are the connected components that are left.

    Attributes
    ----------
    parent : list of int
        For each query the smallest query whose set contains its set; the number of queries, which
        stands for everyone, if there is none.
    owned : list of arrays
        Types in the set of each query, or of everyone (last), that lie in no smaller set.
    order : list of int
        Queries, those inside others first.
    """

    def __init__(self, parent: list[int], owned: list[IntArray], order: list[int]) -> None:
        self.parent, self.owned, self.order = parent, owned, order

    @classmethod
    def found(cls, task: PartitionTask) -> SplitTree | None:
        """The tree of a task's queries, or None if they have none; O(m n)."""
        m = len(task)
        if not m or (task.answers != 2).any():
            return None
        inside = task.labels != task.labels[:, :1]
        owner = np.full(len(task.everyone), m, dtype=np.intp)
        parent = [m] * m
        by_size = np.argsort(-inside.sum(axis=1), kind="stable").tolist()
        for q in by_size:
            owners = np.unique(owner[inside[q]])
            # Sets come by decreasing size: the types of this one must be owned by one set, else
            # it crosses a set before it.
            if len(owners) != 1:
                return None
            parent[q] = int(owners[0])
            owner[inside[q]] = q
        owned = [np.flatnonzero(owner == v) for v in range(m + 1)]
        return cls(parent, owned, by_size[::-1])


def policy_utilities(instance: BinaryPersuasion, exact: bool) -> NumberArray:
    """What each type earns under each policy that can be best for some cell, shape (n, P).

    V(C) is the largest column sum over C: a linear program over message likelihoods with two
    rows, whose vertices use one message with odds r <= 1, or two with odds on both sides of 1.
    P is the number of thresholds up to 1/2, times one more than the number above 1/2.
    """
    weights, _, rho, mu = instance.numbers(exact)
    high, low = weights * mu, weights * (1 - mu)
    certain = rho >= 1
    ordinary = np.unique(rho[~certain])
    zero, one = ordinary[:0].sum(), ordinary[:0].sum() + 1
    odds = ordinary / (1 - ordinary)
    cheap = np.concatenate(([zero], odds[odds <= 1]))
    dear = odds[odds > 1]
    own = np.where(certain, one, rho)
    own_odds = own / np.where(certain, one, 1 - rho)

    def earned(r: Any) -> NumberArray:
        """Payoff of each type from a unit of the message with odds r."""
        acts = certain | (own_odds >= r)
        return np.asarray(np.where(acts, high + r * low, zero))

    single = {r: earned(r) for r in [*cheap.tolist(), *dear.tolist()]}
    columns = [single[r] for r in cheap.tolist()]
    for left in cheap.tolist():
        for right in dear.tolist():
            share = (1 - left) / (right - left)
            columns.append(single[left] * (1 - share) + single[right] * share)
    utilities: NumberArray = np.array(columns, dtype=high.dtype).T
    # A type with threshold 1 acts whatever it is told.
    utilities[certain] = (high + low)[certain][:, None]
    return utilities


def fits(problem: QuerySelection, task: PartitionTask) -> bool:
    """Whether the tables of `best_splits` are of a reasonable size."""
    instance = problem.binary
    rho = np.unique(instance.thresholds)
    policies = (int((rho <= 0.5).sum()) + 1) * (int(((rho > 0.5) & (rho < 1)).sum()) + 1)
    rows = len(task.everyone) + len(task) * (task.rounds + 1)
    return policies * rows <= (LARGEST_TABLES // 100 if task.exact else LARGEST_TABLES)


def best_splits(
    problem: QuerySelection, task: PartitionTask, tree: SplitTree, clock: Clock
) -> FoundSet | None:
    """The best set of at most ``task.rounds`` compatible splits, by a program over their tree.

    A table for each set: the best from its types and sets, by the policy of the cell that its
    border lies in and the number of queries asked inside. A query starts a cell with a policy of
    its own; any other set lies in the cell around it and has that cell's policy. This is exact
    because V(C) is the best over policies of a sum over types (`policy_utilities`).
    O(n P + m K^2 P) time, P policies: polynomial, for laminar families in any regime.

    Returns None when the clock stops it.
    """
    instance = problem.binary
    utilities = policy_utilities(instance, task.exact)
    m, most = len(task), task.rounds
    tables = [[utilities[owned].sum(axis=0)] for owned in tree.owned]
    # For each merge of a set into its parent: for each number of queries, how many are inside.
    merges: list[tuple[int, NumberArray]] = []
    inner: dict[int, list[Any]] = {}
    for q in tree.order:
        table, cost = tables[q], task.costs[q]
        alone = [row.max() - cost for row in table]
        # Asked or not, by number of queries in the set and its border.
        inner[q] = alone
        options = []
        for k in range(min(len(table), most) + 1):
            choices = [table[k]] if k < len(table) else []
            if k:
                choices.append(np.broadcast_to(np.array(alone[k - 1]), utilities.shape[1:]))
            options.append(choices[0] if len(choices) == 1 else np.maximum(*choices))
        parent = tables[tree.parent[q]]
        size = min(len(parent) + len(options) - 1, most + 1)
        merged, taken = [], []
        for k in range(size):
            ways = [
                (j, parent[k - j] + options[j])
                for j in range(len(options))
                if 0 <= k - j < len(parent)
            ]
            stacked = np.array([way for _, way in ways], dtype=utilities.dtype)
            best = stacked.argmax(axis=0)
            merged.append(stacked[best, np.arange(stacked.shape[1])])
            taken.append(np.array([j for j, _ in ways])[best])
        tables[tree.parent[q]] = merged
        merges.append((q, np.array(taken)))
        clock.tick(len(merges) / m)
        if clock.stopped:
            return None
    root = tables[m]
    k = max(range(len(root)), key=lambda count: root[count].max())
    value = root[k].max()
    policies = {m: (k, int(root[k].argmax()))}
    rows: list[int] = []
    # Undo the merges: the last set merged into a parent comes first.
    for q, ways_taken in reversed(merges):
        count, policy = policies[tree.parent[q]]
        j = int(ways_taken[count, policy])
        policies[tree.parent[q]] = (count - j, policy)
        table = tables[q]
        if j and (j >= len(table) or inner[q][j - 1] > table[j][policy]):
            rows.append(q)
            policies[q] = (j - 1, int(table[j - 1].argmax()))
        else:
            policies[q] = (j, policy)
    return FoundSet(rows, value, m * (most + 1))
