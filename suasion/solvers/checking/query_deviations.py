"""Better queries about a binary persuasion than those that an answer asks."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from suasion.models.binary.envelope import concave_envelope
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.numbers.arrays import IntArray
from suasion.models.queries.oracles import Oracle
from suasion.models.queries.partition_queries import PartitionQueries
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryTree
from suasion.models.queries.selection import QuerySelection
from suasion.solvers.checking.message_deviations import TOLERANCE
from suasion.solvers.solve import solve


class QueryCheck:
    """The queries of an answer, compared with others in floats or rationals."""

    def __init__(self, problem: QuerySelection, exact: bool) -> None:
        self.problem, self.exact = problem, exact
        self.instance = problem.binary
        self.tolerance: Any = Fraction(0) if exact else TOLERANCE

    def of_set(self, answer: QuerySet) -> Iterator[str]:
        """A better set of queries, if there is one."""
        problem = self.problem
        yield from (f"{broken}." for broken in answer.failures(problem))
        earned = answer.value(problem, self.exact)
        best = self._optimum(problem)
        if earned < best - self.tolerance:
            yield (
                f"the queries earn {float(earned):.6g}, and others within the budget earn "
                f"{float(best):.6g}."
            )

    def of_tree(self, answer: QueryTree) -> Iterator[str]:
        """At every node: a better query, or stopping, with the rounds that are left."""
        problem = self.problem
        broken = answer.failures(problem)
        if broken:
            yield f"{broken[0]}."
            return
        depth = answer.depths
        reached = dict(answer.routed(problem))
        earned = self._values_to_go(answer, reached)
        for node, members in reached.items():
            rounds = None if problem.budget is None else problem.budget - depth[node]
            best = self._continuation(members, rounds)
            if earned[node] < best - self.tolerance:
                what = answer.queries[node]
                doing = "stopping" if what is None else f"asking {what}"
                yield (
                    f"at node {node} {doing} earns {float(earned[node]):.6g}, and the best "
                    f"continuation earns {float(best):.6g}."
                )

    def _optimum(self, problem: QuerySelection) -> Any:
        result = solve(problem, exact=self.exact)
        # What is proved that could be had, not only what was found.
        return result.exact_value if self.exact else result.bound

    def _values_to_go(self, answer: QueryTree, reached: dict[int, IntArray]) -> dict[int, Any]:
        problem = self.problem
        weights = self.instance.numbers(self.exact)[0]
        earned: dict[int, Any] = {}
        for node in sorted(reached, reverse=True):
            members = reached[node]
            query = answer.queries[node]
            if query is None:
                classes = self.instance.classes(members, self.exact)
                earned[node] = concave_envelope(classes).value
                continue
            parts = sum(earned[child] for _, child in answer.children[node] if child in earned)
            earned[node] = parts - problem.query_costs(query, self.exact) * weights[members].sum()
        return earned

    def _continuation(self, members: IntArray, rounds: int | None) -> Any:
        """The most that the types of a node can earn in the rounds that are left."""
        weights, beliefs, thresholds, mu = (
            numbers[members] for numbers in self.instance.numbers(self.exact)
        )
        mass = weights.sum()
        if mass == 0:
            return mass
        part = BinaryPersuasion(weights / mass, beliefs, thresholds, mu)
        problem = self.problem
        oracle, costs = self._restricted(members)
        return mass * self._optimum(QuerySelection(part, oracle, rounds, problem.adaptive, costs))

    def _restricted(self, members: IntArray) -> tuple[Oracle, Any]:
        """The oracle and costs for the types of a node alone."""
        problem = self.problem
        costs = problem.cost_numbers(self.exact)
        if not problem.listed:
            # Members come sorted by threshold: the cut above each is the one before the next.
            return problem.oracle, costs[self.instance.rank[members[1:]] - 1]
        labels = [row[members] for row in problem.partition.labels]
        return PartitionQueries.from_labels(labels), costs
