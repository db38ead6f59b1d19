"""Is an answer an equilibrium? Every choice is checked against deviations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from suasion.models.binary import BinaryPersuasion
from suasion.models.cells import Cells
from suasion.models.envelope import concave_envelope
from suasion.models.finite import FinitePersuasion
from suasion.models.finite_policy import FinitePolicy
from suasion.models.policy import MessagingPolicy
from suasion.models.queries import QuerySelection
from suasion.models.query_oracles import Oracle, PartitionOracle
from suasion.models.query_plan import QueryPlan
from suasion.models.query_policy import QuerySet, QueryTree
from suasion.models.threshold_classes import IntArray
from suasion.results import NUMERICAL_GAP
from suasion.solvers import solve
from suasion.solvers.finite.settling import realised

# Differences in payoff or utility that count as a deviation when numbers are floats.
TOLERANCE = 1e-9

Acts = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class EquilibriumCheck:
    """The outcome of `check_equilibrium`.

    Attributes
    ----------
    deviations : tuple of str
        One sentence for each profitable deviation or broken rule found; empty if none.
    """

    deviations: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """True if no deviation was found."""
        return not self.deviations

    def __bool__(self) -> bool:
        return self.holds


def check_equilibrium(
    answer: MessagingPolicy | FinitePolicy | QuerySet | QueryTree | QueryPlan,
    problem: BinaryPersuasion | FinitePersuasion | QuerySelection,
    policies: Sequence[MessagingPolicy] | None = None,
    acts: Sequence[Acts] | None = None,
    *,
    exact: bool = False,
) -> EquilibriumCheck:
    """Check an answer against every unilateral deviation (Definitions 2.3 and A.3 of the paper).

    1. Receivers: each type's prescribed action on each message is a best response to its
       posterior by Bayes' rule, ties for the sender.
    2. Messages: at each leaf no other messaging policy earns more.
    3. Queries: the budget is kept, and at no node does stopping or another query, with the best
       continuation in the rounds that are left, earn more; costs are counted where they are paid.

    Parameters
    ----------
    answer : MessagingPolicy, FinitePolicy, QuerySet, QueryTree or QueryPlan
        Usually ``result.answer``.
    problem : BinaryPersuasion, FinitePersuasion or QuerySelection
        Usually ``result.problem``.
    policies : sequence of MessagingPolicy, optional
        The policy committed to in each cell, in the order of ``answer.cells(problem)``; default
        the optimal ones that the answer reports.
    acts : sequence of bool arrays, shape (n, messages) each, optional
        Prescribed actions for each policy; default those of the receivers' best response.
    exact : bool
        Compare payoffs in rationals.

    Running time: one solve per node of the tree. Harris et al., arXiv 2311.18138.

    Examples
    --------
    >>> from suasion import ThresholdOracle, solve
    >>> instance = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    >>> problem = QuerySelection(instance, ThresholdOracle(), budget=1)
    >>> check_equilibrium(solve(problem).answer, problem).holds
    True
    >>> check_equilibrium(QuerySet([]), problem).deviations
    ('the queries earn 0.475, and others within the budget earn 0.6.',)
    """
    if isinstance(answer, FinitePolicy | QueryPlan):
        return EquilibriumCheck((*_finite_deviations(answer, problem, exact),))
    assert not isinstance(problem, FinitePersuasion)
    check = _Check(problem, exact)
    if isinstance(answer, MessagingPolicy):
        members = np.arange(len(check.instance))
        cells = Cells(members, np.array([0, len(members)]))
        policies = [answer]
    else:
        assert isinstance(problem, QuerySelection)
        cells = answer.cells(problem)
        if policies is None:
            policies = [cells.policy(check.instance, c, exact) for c in range(len(cells))]
    if len(policies) != len(cells):
        raise ValueError(f"policies has {len(policies)} entries for {len(cells)} cells.")
    found: list[str] = []
    for c, policy in enumerate(policies):
        prescribed = None if acts is None else acts[c]
        found += check.receivers(c, cells[c], policy, prescribed)
        found += check.messages(c, cells[c], policy)
    if isinstance(answer, QuerySet):
        found += check.query_set(answer)
    elif isinstance(answer, QueryTree):
        found += check.query_tree(answer)
    return EquilibriumCheck(tuple(found))


def _finite_deviations(
    answer: FinitePolicy | QueryPlan, problem: Any, exact: bool
) -> Iterator[str]:
    """What receivers would rather do, and better messages or queries."""
    found = answer.failures(problem, exact) or ([] if exact else _unreal(answer, problem))
    yield from (f"{sentence}." for sentence in found)
    if not found:
        result = solve(problem, exact=exact)
        best: Any = result.exact_value if result.exact else result.bound
        earned = answer.value(problem, exact)
        assert best is not None
        if earned < best - (0 if result.exact else _rounding(problem, float(best))):
            what = "messages" if isinstance(answer, FinitePolicy) else "queries and messages"
            yield f"the {what} earn {float(earned):.6g}, and others earn {float(best):.6g}."


def _rounding(problem: FinitePersuasion | QuerySelection, best: float) -> float:
    """Differences that are no better messages: a share of the unit, and what floats leave."""
    instance: Any = problem if isinstance(problem, FinitePersuasion) else problem.persuasion
    return float(NUMERICAL_GAP * instance.unit + 8 * np.finfo(np.float64).eps * abs(best))


def _unreal(answer: FinitePolicy | QueryPlan, problem: Any) -> list[str]:
    """Messages on which actions look like best responses, and are on none beside them."""
    if isinstance(answer, FinitePolicy):
        parts = [("", problem, answer)]
    else:
        cells = zip(answer.cells(problem), answer.policies, strict=True)
        parts = [
            (f"cell {c}: ", problem.persuasion.part(cell), policy)
            for c, (cell, policy) in enumerate(cells)
        ]
    return [
        f"{where}message {m + 1} is on no tie that its actions need"
        for where, instance, policy in parts
        for m, (x, actions) in enumerate(zip(policy.likelihoods, policy.actions, strict=True))
        if realised(instance, x, actions) is None
    ]


class _Check:
    def __init__(self, problem: BinaryPersuasion | QuerySelection, exact: bool) -> None:
        self.problem, self.exact = problem, exact
        instance = problem if isinstance(problem, BinaryPersuasion) else problem.persuasion
        if not isinstance(instance, BinaryPersuasion):
            raise ValueError("problem is a discretized continuum; check problem.on(its down).")
        self.instance = instance
        self.tolerance: Any = Fraction(0) if exact else TOLERANCE

    def receivers(
        self, cell: int, members: IntArray, policy: MessagingPolicy, acts: Acts | None
    ) -> Iterator[str]:
        """Deviations of receivers: prescribed actions that are not best responses."""
        prescribed = policy.acts(self.instance, self.exact) if acts is None else acts
        gain = self._gain_from_acting(policy)
        for i in members.tolist():
            for m in range(len(policy)):
                better = gain[i, m]
                # Ties go to the sender, so not acting needs a strict reason.
                wrong = better < -self.tolerance if prescribed[i, m] else better > self.tolerance
                if wrong:
                    do, instead = ("act", "not to") if prescribed[i, m] else ("not act", "to act")
                    yield (
                        f"in cell {cell} type {self.instance.labels[i]} is to {do} on message "
                        f"{policy.labels[m]}, and prefers {instead} by {abs(float(better)):.3g}."
                    )

    def _gain_from_acting(self, policy: MessagingPolicy) -> Any:
        """Receiver's expected gain from acting, from her posterior by Bayes' rule, shape (n, k).

        Written in her own utilities ``alpha / p`` and ``beta / (1 - p)``; where a belief of 0 or
        1 leaves them undefined, or a message has probability 0, the likelihoods decide.
        """
        plain = policy.obedience(self.instance, self.exact)
        if self.exact:
            return plain
        p, rho = self.instance.beliefs[:, None], self.instance.thresholds[:, None]
        posterior = policy.posteriors(self.instance)
        inside = (p > 0) & (p < 1) & ~np.isnan(posterior)
        weighed = posterior * (1 - p) * rho - (1 - posterior) * p * (1 - rho)
        return np.where(inside, weighed, plain)

    def messages(self, cell: int, members: IntArray, policy: MessagingPolicy) -> Iterator[str]:
        """A better messaging policy for the cell, if there is one."""
        weights, _, _, mu = self.instance.numbers(self.exact)
        acting = policy.acting(self.instance, self.exact)
        payoff = weights * (mu * acting[:, 1] + (1 - mu) * acting[:, 0])
        earned = payoff[members].sum()
        best = concave_envelope(self.instance.classes(members, self.exact)).value
        if earned < best - self.tolerance:
            yield (
                f"in cell {cell} the messages earn {float(earned):.6g}, and others earn "
                f"{float(best):.6g}."
            )

    def query_set(self, answer: QuerySet) -> Iterator[str]:
        """A better set of queries, if there is one."""
        problem = self._selection()
        if problem.budget is not None and len(answer) > problem.budget:
            yield f"{len(answer)} queries are asked, and the budget is {problem.budget}."
        earned = answer.value(problem, self.exact)
        best = self._optimum(problem)
        if earned < best - self.tolerance:
            yield (
                f"the queries earn {float(earned):.6g}, and others within the budget earn "
                f"{float(best):.6g}."
            )

    def query_tree(self, answer: QueryTree) -> Iterator[str]:
        """At every node: a better query, or stopping, with the rounds that are left."""
        problem = self._selection()
        if problem.budget is not None and answer.depth > problem.budget:
            yield f"{answer.depth} queries are asked in a row, and the budget is {problem.budget}."
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

    def _selection(self) -> QuerySelection:
        assert isinstance(self.problem, QuerySelection)
        return self.problem

    def _optimum(self, problem: QuerySelection) -> Any:
        result = solve(problem, exact=self.exact)
        # What is proved that could be had, not only what was found.
        return result.exact_value if self.exact else result.bound

    def _values_to_go(self, answer: QueryTree, reached: dict[int, IntArray]) -> dict[int, Any]:
        problem = self._selection()
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
        problem = self._selection()
        oracle, costs = self._restricted(members)
        return mass * self._optimum(QuerySelection(part, oracle, rounds, problem.adaptive, costs))

    def _restricted(self, members: IntArray) -> tuple[Oracle, Any]:
        """The oracle and costs for the types of a node alone."""
        problem = self._selection()
        costs = problem.cost_numbers(self.exact)
        if not isinstance(problem.oracle, PartitionOracle):
            # Members come sorted by threshold: the cut above each is the one before the next.
            return problem.oracle, costs[self.instance.rank[members[1:]] - 1]
        labels = [row[members] for row in problem.oracle.labels]
        return PartitionOracle.from_labels(labels), costs
