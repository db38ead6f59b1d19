"""Method "brute-force" for partition queries: every set of queries, or every tree of them."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from suasion.models.binary.envelope import concave_envelope
from suasion.models.numbers.arrays import IntArray
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryPolicy, QueryTree, Question
from suasion.models.queries.selection import QuerySelection
from suasion.results import Report, Result, Status, concluded
from suasion.solvers.clock import Clock
from suasion.solvers.options import Options, limited, subsets

LARGEST_ENUMERATION = 100_000


def partition_brute_force(problem: QuerySelection, options: Options) -> Result[QueryPolicy]:
    """Enumerate all query sets within the budget, or all trees of that depth.

    Up to 100,000 sets or (adaptive) sequences of queries; the value of a cell that comes up
    again is remembered. Stopped early, the bound is full information.
    """
    with Clock(options.time_limit, options.progress) as clock:
        search = _Enumeration(problem, options.exact, clock)
        if problem.adaptive:
            return search.trees()
        return search.sets()


class _Enumeration:
    def __init__(self, problem: QuerySelection, exact: bool, clock: Clock) -> None:
        self.problem, self.exact, self.clock = problem, exact, clock
        self.labels, self.instance = problem.partition.labels, problem.binary
        self.costs = problem.cost_numbers(exact)
        self.weights = self.instance.numbers(exact)[0]
        self.rounds = len(self.labels)
        if problem.budget is not None:
            self.rounds = min(problem.budget, self.rounds)
        self.known: dict[bytes, Any] = {}

    def value(self, members: IntArray) -> Any:
        """V of a cell, from the envelope, remembered."""
        key = members.tobytes()
        if key not in self.known:
            classes = self.instance.classes(members, self.exact)
            self.known[key] = concave_envelope(classes).value
        return self.known[key]

    def split(self, cells: list[IntArray], query: int) -> list[IntArray]:
        """The cells after one more query."""
        refined = []
        for cell in cells:
            answers = self.labels[query][cell]
            refined += [cell[answers == a] for a in np.unique(answers)]
        return refined

    def sets(self) -> Result[QueryPolicy]:
        """The best set of at most `rounds` queries among those that keep the rules."""
        m = len(self.labels)
        count = subsets(m, self.rounds, LARGEST_ENUMERATION)
        limited("brute-force", count, LARGEST_ENUMERATION, "query sets", "a smaller budget")
        everyone = np.arange(len(self.instance))
        chosen: tuple[int, ...] | None = () if self.problem.rules.allows(()) else None
        best, nodes = self.value(everyone), 0
        for size in range(1, self.rounds + 1):
            for queries in combinations(range(m), size):
                if self.clock.stopped:
                    return self._chosen(chosen, None, nodes)
                if not self.problem.rules.allows(queries):
                    continue
                cells = [everyone]
                for q in queries:
                    cells = self.split(cells, q)
                nodes += 1
                self.clock.tick(nodes / count)
                cost = self.problem.cost_of(queries, self.exact)
                value = sum(self.value(cell) for cell in cells) - cost
                if chosen is None or value > best:
                    best, chosen = value, queries
        return self._chosen(chosen, best, nodes)

    def _chosen(
        self, chosen: tuple[int, ...] | None, bound: Any, nodes: int
    ) -> Result[QueryPolicy]:
        if chosen is not None:
            return self._concluded(QuerySet(chosen), bound, nodes)
        status = Status.NO_ANSWER if self.clock.stopped else Status.INFEASIBLE
        report = Report(nodes=nodes, raw_status=self.clock.stopped or "")
        return Result(status, "brute-force", report=report, problem=self.problem)

    def trees(self) -> Result[QueryPolicy]:
        """The best tree of depth at most `rounds`."""
        m = max(len(self.labels), 1)
        # Cells that no query splits any more end the recursion before m rounds.
        count = m ** min(self.rounds, 64)
        limited("brute-force", count, LARGEST_ENUMERATION, "query sequences", "a smaller budget")
        memo: dict[tuple[bytes, int], tuple[Any, int | None]] = {}

        def best(cell: IntArray, rounds: int) -> tuple[Any, int | None]:
            key = (cell.tobytes(), rounds)
            if key not in memo:
                top: tuple[Any, int | None] = (self.value(cell), None)
                for q in range(len(self.labels)) if rounds else ():
                    if self.clock.stopped:
                        break
                    parts = self.split([cell], q)
                    if len(parts) > 1:
                        value = sum(best(part, rounds - 1)[0] for part in parts)
                        value -= self.costs[q] * self.weights[cell].sum()
                        top = max(top, (value, q), key=lambda found: found[0])
                memo[key] = top
            return memo[key]

        def ask(state: tuple[bytes, int]) -> Question[tuple[bytes, int]] | None:
            cell = np.frombuffer(state[0], dtype=np.intp)
            query = best(cell, state[1])[1]
            if query is None:
                return None
            answers = self.labels[query][cell]
            parts = [(int(a), cell[answers == a].tobytes()) for a in np.unique(answers)]
            return query, [(a, (part, state[1] - 1)) for a, part in parts]

        everyone = np.arange(len(self.instance))
        value = best(everyone, self.rounds)[0]
        tree: QueryPolicy = QueryTree.grow((everyone.tobytes(), self.rounds), ask)
        return self._concluded(tree, None if self.clock.stopped else value, len(memo))

    def _concluded(self, answer: QueryPolicy, bound: Any, nodes: int) -> Result[QueryPolicy]:
        """`bound` None: stopped early, so only full information bounds the optimum."""
        proved = bound is not None
        ceiling = self.instance.full_information(self.exact)
        ceiling += self.problem.rules.most_saved(self.exact)
        return concluded(
            method="brute-force",
            problem=self.problem,
            answer=answer,
            value=answer.value(self.problem, self.exact),
            bound=bound if proved else ceiling,
            exact=self.exact,
            report=Report(nodes=nodes, raw_status="" if proved else self.clock.stopped or ""),
        )
