"""Adaptive threshold queries with costs: Algorithm 2 of Harris et al., with a budget of rounds."""

from __future__ import annotations

from typing import Any

import numpy as np

from suasion.errors import OutOfReachError
from suasion.models.binary.envelope import concave_envelope
from suasion.models.numbers.arrays import NumberArray
from suasion.models.queries.query_tree import QueryPolicy, QueryTree, Question
from suasion.models.queries.selection import QuerySelection
from suasion.results import Report, Result, concluded
from suasion.solvers.clock import Clock
from suasion.solvers.threshold.chain import SegmentProgram
from suasion.solvers.threshold.kernels import adaptive_columns, segment_table
from suasion.solvers.threshold.price import best_cuts

# Loop iterations between two looks at the clock: a fifth of a second or so.
CHUNK = 200_000_000
LARGEST_TABLES = 4_000_000_000
LARGEST_EXACT = 150


class IntervalProgram:
    """Segments of the sorted types as states: ask a cut or stop, O(n^3) per round.

    ``W(i, j) = max(V(i, j), max_t W(i, t) + W(t, j) - c_t weight(i..j))`` (Algorithm 2 of
    arXiv 2311.18138). Types with threshold 1 are a class here: they never need persuading, but
    they are charged for the queries they are asked.
    """

    def __init__(self, problem: QuerySelection, exact: bool) -> None:
        chain = SegmentProgram(problem, exact)
        self.classes = classes = chain.classes
        m = len(classes)
        instance = problem.persuasion
        extra = int(classes.first[-1] < len(instance))
        self.size = m + extra
        self.first = np.append(classes.first, [len(instance)] * extra)
        dtype = classes.odds.dtype
        zero = chain.zero

        def extended(prefix: NumberArray, last: Any) -> NumberArray:
            return np.append(prefix, np.array([prefix[-1] + last] * extra, dtype=dtype))

        self.weight = extended(classes.high + classes.low, classes.certain)
        apart = classes.told_apart()
        full = np.cumsum(np.concatenate((np.array([zero], dtype=dtype), apart)))
        self.ceiling = extended(full, classes.certain)
        # The boundary after the last class with a finite odds is priced by the chain already.
        self.cost = np.append(chain.cost, np.array([zero] * extra, dtype=dtype))
        cuts = self.cost[1 : self.size]
        self.cheapest: Any = cuts.min() if len(cuts) else zero
        self.value = np.full((self.size + 1, self.size + 1), zero, dtype=dtype)
        scratch = [np.full(m, zero, dtype=dtype), np.zeros(m, dtype=np.int32)]
        segment_table.run(
            m * m * 4,
            *(classes.odds, classes.high, classes.low, classes.below_half, classes.certain),
            *(self.value, scratch[0].copy(), scratch[1], scratch[0]),
        )
        self.tables: list[NumberArray] = []

    def solve(self, rounds: int | None, clock: Clock) -> bool:
        """Fill the tables; False if the clock ran out first."""
        if rounds is None:
            # In place: the lower triangle is free, and each value is read before it is replaced.
            self.tables = [self.value]
            return self._fill(self.value, self.value, clock, 0.0, 1.0)
        self.tables = [self.value + self.value.T]
        for layer in range(rounds):
            before, after = self.tables[-1], np.empty_like(self.value)
            if not self._fill(before, after, clock, layer / rounds, 1 / rounds):
                return False
            self.tables.append(after)
            if np.array_equal(np.triu(before, 1), np.triu(after, 1)):
                break  # another round changes nothing, now or later
        return True

    def _fill(
        self, before: NumberArray, after: NumberArray, clock: Clock, done: float, share: float
    ) -> bool:
        work, begin = self.size**3 // 6, 1
        while begin <= self.size:
            if clock.stopped:
                return False
            end, steps = begin, 0
            while end <= self.size and steps < CHUNK:
                steps += end * end // 2
                end += 1
            adaptive_columns.run(
                work,
                *(self.value, before, after, self.cost, self.weight, self.ceiling),
                *(self.cheapest, begin, end),
            )
            begin = end
            clock.tick(done + share * (min(end, self.size) / self.size) ** 3)
        return True

    def _alone(self, i: int, j: int) -> Any:
        """V of the classes i..j-1, computed afresh: the table may hold adaptive values by now."""
        m = len(self.classes)
        part = self.classes.segment(min(i, m), min(j, m))
        value = concave_envelope(part).value
        return value if j == self.size else value - part.certain

    def tree(self) -> QueryTree:
        """The optimal tree, by looking again for the best cut at every node."""
        top = len(self.tables) - 1
        step = 0 if self.tables[0] is self.value else 1

        def ask(state: tuple[int, int, int]) -> Question[tuple[int, int, int]] | None:
            i, j, level = state
            below = level - step
            if below < 0 or j - i < 2:
                return None
            table = self.tables[below]
            mass = self.weight[j] - self.weight[i]
            inside = slice(i + 1, j)
            earned = table[i, inside] + table[j, inside] - self.cost[inside] * mass
            best = int(np.argmax(earned))
            if not earned[best] > self._alone(i, j):
                return None
            t = i + 1 + best
            return int(self.first[t]), [(0, (i, t, below)), (1, (t, j, below))]

        return QueryTree.grow((0, self.size, top), ask)


def adaptive_with_costs(problem: QuerySelection, exact: bool, clock: Clock) -> Result[QueryPolicy]:
    """Optimal adaptive cuts when asking costs, with or without a budget of rounds.

    Raises
    ------
    ValueError
        If the tables would not fit: about n = 20,000 without and 5,000 with ten rounds; 150 in
        exact arithmetic.
    """
    rounds = problem.budget
    if rounds is not None and rounds >= len(problem.persuasion) - 1:
        rounds = None  # no tree is deeper
    check_size(problem, rounds, exact)
    program = IntervalProgram(problem, exact)
    finished = program.solve(rounds, clock)
    tree: QueryPolicy = program.tree() if finished else _incumbent(problem)
    bound = program.tables[-1][0, program.size] if finished else program.ceiling[-1]
    return concluded(
        method="dp",
        problem=problem,
        answer=tree,
        value=tree.value(problem, exact),
        bound=bound,
        exact=exact,
        report=Report(
            nodes=program.size**2 // 2, raw_status="" if finished else clock.stopped or ""
        ),
    )


def check_size(problem: QuerySelection, rounds: int | None, exact: bool) -> None:
    """Raise OutOfReachError if the tables of `IntervalProgram` would not fit."""
    n = len(problem.persuasion)
    if exact and n > LARGEST_EXACT:
        raise OutOfReachError(
            f"exact adaptive queries with costs take at most {LARGEST_EXACT} types and there are "
            f"{n}; leave out exact."
        )
    tables = 2 + (rounds or 0)
    if 8 * tables * (n + 1) ** 2 > LARGEST_TABLES:
        raise OutOfReachError(
            f"adaptive queries with costs need {tables} tables of {n} x {n} numbers, over "
            f"{LARGEST_TABLES // 10**9} GB; use fewer types (see discretize) or rounds."
        )


def _incumbent(problem: QuerySelection) -> QueryTree:
    """The best binary search over an optimal set of free cuts, of 0, 1, 3, 7, ... cuts."""
    free = QuerySelection(problem.persuasion, problem.oracle)
    program = SegmentProgram(free)
    deepest = len(problem.persuasion).bit_length()
    trees = []
    for depth in range(min(deepest, 20 if problem.budget is None else problem.budget) + 1):
        cuts = best_cuts(program, 2**depth - 1).cuts
        trees.append(QueryTree.binary_search(program.positions(cuts)))
    return max(trees, key=lambda tree: tree.value(problem))
