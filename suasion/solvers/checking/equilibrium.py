"""Is an answer an equilibrium? Every choice is checked against deviations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from suasion.errors import InputError, check_kind
from suasion.models.binary.discretization import DiscretizedPersuasion
from suasion.models.binary.envelope import concave_envelope
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.binary.policy import MessagingPolicy
from suasion.models.finite.instance import FinitePersuasion
from suasion.models.finite.policy import FinitePolicy
from suasion.models.numbers.arrays import IntArray, Mask
from suasion.models.queries.cells import Cells
from suasion.models.queries.oracles import Oracle
from suasion.models.queries.partition_queries import PartitionQueries
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryTree
from suasion.models.queries.selection import QuerySelection
from suasion.models.simulation.query_plan import QueryPlan
from suasion.results import NUMERICAL_GAP, Result
from suasion.solvers.finite.settling import realised
from suasion.solvers.solve import solve

# Differences in payoff or utility that count as a deviation when numbers are floats.
TOLERANCE = 1e-9


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
    answer: MessagingPolicy | FinitePolicy | QuerySet | QueryTree | QueryPlan | Result[Any],
    problem: BinaryPersuasion | FinitePersuasion | QuerySelection | None = None,
    policies: Sequence[MessagingPolicy] | None = None,
    acts: Sequence[Mask] | None = None,
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
    answer : MessagingPolicy, FinitePolicy, QuerySet, QueryTree, QueryPlan or Result
        What was committed to; of a result its answer.
    problem : BinaryPersuasion, FinitePersuasion or QuerySelection, optional
        What it answers; default the problem of the result.
    policies : sequence of MessagingPolicy, optional
        The policy committed to in each cell, in the order of ``answer.cells(problem)``; default
        the optimal ones that the answer reports.
    acts : sequence of bool arrays, shape (n, messages) each, optional
        Prescribed actions for each policy; default those of the receivers' best response.
    exact : bool
        Compare payoffs in rationals.

    Raises
    ------
    InputError
        For an answer of another kind than the problem asks for, as a `Cover` for queries. An
        answer of its kind that breaks its rules, as more queries than the budget, is no
        equilibrium.
    NoAnswerError
        For a result without an answer.

    Running time: one solve per node of the tree. Harris et al., arXiv 2311.18138.

    Examples
    --------
    >>> from suasion import ThresholdQueries, solve
    >>> instance = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    >>> problem = QuerySelection(instance, ThresholdQueries(), budget=1)
    >>> check_equilibrium(solve(problem)).holds
    True
    >>> check_equilibrium(QuerySet([]), problem).deviations
    ('the queries earn 0.475, and others within the budget earn 0.6.',)
    """
    if isinstance(answer, Result):
        problem = answer.problem if problem is None else problem
        answer = answer.require()
    _check_answer(answer, problem)
    if not isinstance(answer, QuerySet | QueryTree) and policies is not None:
        raise InputError("policies are for a QuerySet or a QueryTree; leave them out.")
    if isinstance(answer, FinitePolicy | QueryPlan):
        if acts is not None:
            raise InputError("acts are for binary persuasion; a FinitePolicy has its own actions.")
        return EquilibriumCheck((*_finite_deviations(answer, problem, exact),))
    return EquilibriumCheck((*_binary_deviations(answer, problem, policies, acts, exact),))


def _binary_deviations(
    answer: Any, problem: Any, policies: Any, acts: Any, exact: bool
) -> Iterator[str]:
    """What receivers would rather do, and better messages or queries, of two states."""
    check = _Check(problem, exact)
    if isinstance(answer, MessagingPolicy):
        members = np.arange(len(check.instance))
        cells = Cells(members, np.array([0, len(members)]))
        policies = [answer]
    else:
        cells = answer.cells(check.selection())
        if policies is None:
            policies = [cells.policy(check.instance, c, exact) for c in range(len(cells))]
    prescribed = _prescribed(acts, _policies(policies, len(cells)), len(check.instance))
    for c, policy in enumerate(policies):
        yield from check.receivers(c, cells[c], policy, prescribed[c])
        yield from check.messages(c, cells[c], policy)
    if isinstance(answer, QuerySet):
        yield from check.query_set(answer)
    elif isinstance(answer, QueryTree):
        yield from check.query_tree(answer)


def _check_answer(answer: Any, problem: Any) -> None:
    """Raise WrongKindError unless the answer is of the kind that the problem asks for."""
    problems = (BinaryPersuasion, DiscretizedPersuasion, FinitePersuasion, QuerySelection)
    remedy = "give the BinaryPersuasion, FinitePersuasion or QuerySelection that was answered"
    check_kind(problem, problems, "problem", remedy)
    queries = isinstance(problem, QuerySelection)
    kinds: tuple[type, ...]
    if isinstance(problem.persuasion if queries else problem, FinitePersuasion):
        kinds = (QueryPlan,) if queries else (FinitePolicy,)
    else:
        kinds = (QuerySet, QueryTree) if queries else (MessagingPolicy,)
    names = " or ".join(f"a {kind.__name__}" for kind in kinds)
    check_kind(answer, kinds, "answer", f"give {names} for a {type(problem).__name__}")


def _policies(given: Any, cells: int) -> list[MessagingPolicy]:
    policies = list(given)
    if len(policies) != cells:
        raise InputError(f"policies has {len(policies)} entries for {cells} cells.")
    for c, policy in enumerate(policies):
        check_kind(policy, MessagingPolicy, f"policies[{c}]", "give a MessagingPolicy")
    return policies


def _prescribed(
    acts: Any, policies: Sequence[MessagingPolicy], types: int
) -> Sequence[Mask | None]:
    """The actions prescribed in each cell; None for those of the receivers' best response."""
    if acts is None:
        return [None] * len(policies)
    if len(acts) != len(policies):
        raise InputError(f"acts has {len(acts)} entries for {len(policies)} policies.")
    found = [np.asarray(given) for given in acts]
    for c, (given, policy) in enumerate(zip(found, policies, strict=True)):
        if given.shape != (types, len(policy)) or given.dtype != np.bool_:
            raise InputError(
                f"acts[{c}] has shape {given.shape} and type {given.dtype}; give True or False "
                f"for each of {types} types and {len(policy)} messages."
            )
    return found


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
    def __init__(self, problem: Any, exact: bool) -> None:
        self.problem, self.exact = problem, exact
        instance = problem.persuasion if isinstance(problem, QuerySelection) else problem
        if not isinstance(instance, BinaryPersuasion):
            raise InputError(
                "problem is a discretized continuum; check problem.with_persuasion(its down)."
            )
        self.instance = instance
        self.tolerance: Any = Fraction(0) if exact else TOLERANCE

    def receivers(
        self, cell: int, members: IntArray, policy: MessagingPolicy, acts: Mask | None
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
        problem = self.selection()
        yield from (f"{broken}." for broken in answer.failures(problem))
        earned = answer.value(problem, self.exact)
        best = self._optimum(problem)
        if earned < best - self.tolerance:
            yield (
                f"the queries earn {float(earned):.6g}, and others within the budget earn "
                f"{float(best):.6g}."
            )

    def query_tree(self, answer: QueryTree) -> Iterator[str]:
        """At every node: a better query, or stopping, with the rounds that are left."""
        problem = self.selection()
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

    def selection(self) -> QuerySelection:
        """The problem, which is one about queries."""
        assert isinstance(self.problem, QuerySelection)
        return self.problem

    def _optimum(self, problem: QuerySelection) -> Any:
        result = solve(problem, exact=self.exact)
        # What is proved that could be had, not only what was found.
        return result.exact_value if self.exact else result.bound

    def _values_to_go(self, answer: QueryTree, reached: dict[int, IntArray]) -> dict[int, Any]:
        problem = self.selection()
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
        problem = self.selection()
        oracle, costs = self._restricted(members)
        return mass * self._optimum(QuerySelection(part, oracle, rounds, problem.adaptive, costs))

    def _restricted(self, members: IntArray) -> tuple[Oracle, Any]:
        """The oracle and costs for the types of a node alone."""
        problem = self.selection()
        costs = problem.cost_numbers(self.exact)
        if not isinstance(problem.oracle, PartitionQueries):
            # Members come sorted by threshold: the cut above each is the one before the next.
            return problem.oracle, costs[self.instance.rank[members[1:]] - 1]
        labels = [row[members] for row in problem.oracle.labels]
        return PartitionQueries.from_labels(labels), costs
