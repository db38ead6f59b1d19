"""Is an answer an equilibrium? Every choice is checked against deviations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from suasion.errors import InputError, check_kind
from suasion.models.binary.discretization import DiscretizedPersuasion
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.binary.policy import MessagingPolicy
from suasion.models.finite.instance import FinitePersuasion
from suasion.models.finite.policy import FinitePolicy
from suasion.models.numbers.arrays import Mask
from suasion.models.queries.cells import Cells
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryTree
from suasion.models.queries.selection import QuerySelection
from suasion.models.simulation.query_plan import QueryPlan
from suasion.results import NUMERICAL_GAP, Result
from suasion.solvers.checking.message_deviations import MessageCheck
from suasion.solvers.checking.query_deviations import QueryCheck
from suasion.solvers.finite.settling import realised
from suasion.solvers.solve import solve


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
    asked: Any = problem
    found: Any = answer
    _check_answer(found, asked)
    receivers = asked.persuasion
    finite = receivers.kind == "finite-persuasion"
    if policies is not None and (finite or asked is receivers):
        raise InputError("policies are for a QuerySet or a QueryTree; leave them out.")
    if acts is not None and finite:
        raise InputError("acts are for binary persuasion; a FinitePolicy has its own actions.")
    if receivers.kind == "discretized-persuasion":
        raise InputError(
            "problem is a discretized continuum; check problem.with_persuasion(its down)."
        )
    return EquilibriumCheck((*DEVIATIONS[found.kind](found, asked, exact, policies, acts),))


def _check_answer(answer: Any, problem: Any) -> None:
    """Raise WrongKindError unless the answer is of the kind that the problem asks for."""
    problems = (BinaryPersuasion, DiscretizedPersuasion, FinitePersuasion, QuerySelection)
    remedy = "give the BinaryPersuasion, FinitePersuasion or QuerySelection that was answered"
    check_kind(problem, problems, "problem", remedy)
    alone, to_queries = ANSWERS[problem.persuasion.kind]
    kinds = alone if problem is problem.persuasion else to_queries
    names = " or ".join(f"a {kind.__name__}" for kind in kinds)
    check_kind(answer, kinds, "answer", f"give {names} for a {type(problem).__name__}")


def _of_messages(
    answer: MessagingPolicy, problem: BinaryPersuasion, exact: bool, policies: Any, acts: Any
) -> Iterator[str]:
    everyone = np.arange(len(problem))
    cells = Cells(everyone, np.array([0, len(everyone)]))
    return _of_cells(problem, cells, exact, [answer], acts)


def _of_set(
    answer: QuerySet, problem: QuerySelection, exact: bool, policies: Any, acts: Any
) -> Iterator[str]:
    yield from _of_cells(problem.binary, answer.cells(problem), exact, policies, acts)
    yield from QueryCheck(problem, exact).of_set(answer)


def _of_tree(
    answer: QueryTree, problem: QuerySelection, exact: bool, policies: Any, acts: Any
) -> Iterator[str]:
    yield from _of_cells(problem.binary, answer.cells(problem), exact, policies, acts)
    yield from QueryCheck(problem, exact).of_tree(answer)


def _of_cells(
    instance: BinaryPersuasion, cells: Cells, exact: bool, policies: Any, acts: Any
) -> Iterator[str]:
    """What receivers would rather do, and better messages, cell by cell."""
    check = MessageCheck(instance, exact)
    if policies is None:
        policies = [cells.policy(instance, c, exact) for c in range(len(cells))]
    prescribed = _prescribed(acts, _policies(policies, len(cells)), len(instance))
    for c, policy in enumerate(policies):
        yield from check.receivers(c, cells[c], policy, prescribed[c])
        yield from check.messages(c, cells[c], policy)


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


def _of_finite_policy(
    answer: FinitePolicy, problem: FinitePersuasion, exact: bool, policies: Any, acts: Any
) -> Iterator[str]:
    return _finite_deviations(answer, problem, [("", problem, answer)], "messages", exact)


def _of_plan(
    answer: QueryPlan, problem: QuerySelection, exact: bool, policies: Any, acts: Any
) -> Iterator[str]:
    def parts() -> Iterator[_Part]:
        cells = zip(answer.cells(problem), answer.policies, strict=True)
        for c, (cell, policy) in enumerate(cells):
            yield f"cell {c}: ", problem.finite.part(cell), policy

    return _finite_deviations(answer, problem, parts(), "queries and messages", exact)


# Where in an answer, the receivers there, and what is said to them.
_Part = tuple[str, FinitePersuasion, FinitePolicy]


def _finite_deviations(
    answer: FinitePolicy | QueryPlan, problem: Any, parts: Iterable[_Part], what: str, exact: bool
) -> Iterator[str]:
    """What receivers would rather do, and better messages or queries."""
    found = answer.failures(problem, exact) or ([] if exact else _unreal(parts))
    yield from (f"{sentence}." for sentence in found)
    if not found:
        result = solve(problem, exact=exact)
        best: Any = result.exact_value if result.exact else result.bound
        earned = answer.value(problem, exact)
        assert best is not None
        if earned < best - (0 if result.exact else _rounding(problem.persuasion, float(best))):
            yield f"the {what} earn {float(earned):.6g}, and others earn {float(best):.6g}."


def _rounding(receivers: FinitePersuasion, best: float) -> float:
    """Differences that are no better messages: a share of the unit, and what floats leave."""
    return float(NUMERICAL_GAP * receivers.unit + 8 * np.finfo(np.float64).eps * abs(best))


def _unreal(parts: Iterable[_Part]) -> list[str]:
    """Messages on which actions look like best responses, and are on none beside them."""
    return [
        f"{where}message {m + 1} is on no tie that its actions need"
        for where, instance, policy in parts
        for m, (x, actions) in enumerate(zip(policy.likelihoods, policy.actions, strict=True))
        if realised(instance, x, actions) is None
    ]


# What answers each kind of receivers, and what answers a question about them.
ANSWERS: dict[str, tuple[tuple[type, ...], tuple[type, ...]]] = {
    "binary-persuasion": ((MessagingPolicy,), (QuerySet, QueryTree)),
    "discretized-persuasion": ((MessagingPolicy,), (QuerySet, QueryTree)),
    "finite-persuasion": ((FinitePolicy,), (QueryPlan,)),
}
# Kind of answer -> its deviations, given the problem, exactness, policies and acts.
DEVIATIONS: dict[str, Callable[[Any, Any, bool, Any, Any], Iterator[str]]] = {
    MessagingPolicy.kind: _of_messages,
    QuerySet.kind: _of_set,
    QueryTree.kind: _of_tree,
    FinitePolicy.kind: _of_finite_policy,
    QueryPlan.kind: _of_plan,
}
