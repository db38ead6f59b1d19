"""From respondents to an answer: beliefs, types, queries and policies, all of one sample."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from suasion.models.numbers.arrays import FloatArray, IntArray
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryPolicy
from suasion.models.queries.selection import QuerySelection
from suasion.results import Result, Status
from suasion.solvers.options import subsets
from suasion.solvers.solve import solve
from suasion.surveys.beliefs import Beliefs, fitted
from suasion.surveys.held_out import delivery
from suasion.surveys.respondents import Respondents
from suasion.surveys.types import Query, instance, queries_of, query_costs

# Query sets (or sequences of queries) times types up to which a choice is searched to the end: a
# fraction of a second. What is larger goes to local search, whose answer depends on no clock.
MOST_SEARCHED = 10_000_000


@dataclass(frozen=True)
class Plan:
    """What is done with a sample.

    Attributes
    ----------
    budget : int or None
        Most queries, or rounds if `adaptive`.
    model : str or estimator
        Of the beliefs.
    margin : float or "auto"
        How much lower beliefs the policies still persuade; "auto" is chosen on the sample.
    costs
        A number, or one for each question.
    adaptive : bool
    time_limit : float or None
        Seconds for each choice of queries; None: as long as `MOST_SEARCHED` says.
    seed : int
    cut_ordered : bool
        Whether ordered questions are cut between neighbouring answers: see `queries_of`.
    """

    budget: int | None
    model: Any = "logistic"
    margin: float | str = 0.0
    costs: Any = None
    adaptive: bool = False
    time_limit: float | None = None
    seed: int = 0
    cut_ordered: bool = False

    def choice(self, problem: QuerySelection) -> Result[QueryPolicy]:
        """The queries to ask: the best, or good ones where proving that would take long.

        Without a time limit the answer is the same on every machine. Searches of at most
        `MOST_SEARCHED` steps prove it; others end where no exchange of one query gains.
        """
        method = "auto"
        if self.time_limit is None and _steps(problem) > MOST_SEARCHED:
            method = "greedy" if problem.adaptive else "local-search"
        result: Result[Any] = solve(
            problem, method=method, time_limit=self.time_limit, seed=self.seed
        )
        return result


def _steps(problem: QuerySelection) -> int:
    m = problem.query_count
    rounds = m if problem.budget is None else min(m, problem.budget)
    sets = m ** min(rounds, 64) if problem.adaptive else subsets(m, rounds, MOST_SEARCHED)
    return sets * len(problem.persuasion)


class Worth(NamedTuple):
    """What a sample's answer earns from others.

    Attributes
    ----------
    value : float
        Mean payoff with the queries.
    no_query : float
        Mean payoff of the best policy without any.
    """

    value: float
    no_query: float

    @property
    def gain(self) -> float:
        """What asking is worth."""
        return self.value - self.no_query


@dataclass(frozen=True, eq=False)
class FittedSurvey:
    """What a sender makes of a sample.

    Attributes
    ----------
    respondents : Respondents
        The sample.
    beliefs : Beliefs
        The model fitted on it.
    queries : list of Query
        What can be asked.
    margin : float
    problem : QuerySelection
        Its types, their beliefs and the questions.
    result : Result
        The queries chosen.
    unasked : QuerySelection
        The same types with the margin that policies without a query have.
    """

    respondents: Respondents
    beliefs: Beliefs
    queries: list[Query]
    margin: float
    problem: QuerySelection
    result: Result[QueryPolicy]
    unasked: QuerySelection

    @property
    def promised(self) -> Worth:
        """What the sample itself says of the queries chosen, and of none."""
        answer = self.result.require()
        none = QuerySet([]).value(self.unasked)
        return Worth(float(answer.value(self.problem)), float(none))

    @property
    def proved(self) -> bool:
        """Whether no other queries are better for this sample."""
        return self.result.status is Status.OPTIMAL

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """Names of the queries that are asked, of a tree anywhere in it; in the oracle's order."""
        names = self.problem.partition.names
        queries = {q for q in self.result.require().queries if q is not None}
        return tuple(names[q] for q in sorted(queries))

    def replies(self, others: Respondents) -> IntArray:
        """Answers of others to each query, as a cell of it; -1 where nobody in the sample gave it.

        Shape (J, number of queries). O(m J).
        """
        said = [query.cells[others.answers[:, query.question]] for query in self.queries]
        return np.array(said, dtype=np.intp).reshape(len(said), len(others)).T

    def payoffs(
        self, others: Respondents, *beliefs: FloatArray
    ) -> list[tuple[FloatArray, FloatArray]]:
        """What each of others earns the sender, with the queries chosen and without any.

        Parameters
        ----------
        others : Respondents
            Their outcomes are the states.
        *beliefs : arrays of float, shape (J,)
            What they may think.

        Returns
        -------
        list of pairs of arrays, one for each of `beliefs`
        """
        replies = self.replies(others)
        asked = delivery(self.problem, self.result.require(), replies)
        unasked = delivery(self.unasked, QuerySet([]), replies)
        states = others.outcomes
        return [(asked.payoffs(states, held), unasked.payoffs(states, held)) for held in beliefs]

    def worths(self, others: Respondents, *beliefs: FloatArray) -> list[Worth]:
        """The weighted means of `payoffs`, for each of the beliefs that others may hold."""
        return [
            Worth(*(float(np.average(each, weights=others.weights)) for each in pair))
            for pair in self.payoffs(others, *beliefs)
        ]


def posed(respondents: Respondents, beliefs: Beliefs, plan: Plan, margin: float) -> QuerySelection:
    """The sender's question about a sample: policies that persuade beliefs lower by a margin."""
    queries = queries_of(respondents, plan.cut_ordered)
    persuasion, oracle = instance(respondents, beliefs, queries, margin)
    costs = query_costs(plan.costs, queries)
    return QuerySelection(persuasion, oracle, plan.budget, plan.adaptive, costs)


def fitted_survey(
    respondents: Respondents, plan: Plan, margin: float, beliefs: Beliefs | None = None
) -> FittedSurvey:
    """Do everything that a sender does with a sample: model, types, queries and policies.

    Running time: that of the belief model, unless `beliefs` are known, and of `suasion.solve`.
    """
    if beliefs is None:
        beliefs = fitted(respondents, plan.model, plan.seed)
    queries = queries_of(respondents, plan.cut_ordered)
    problem = posed(respondents, beliefs, plan, margin)
    chosen = plan.choice(problem)
    return FittedSurvey(respondents, beliefs, queries, margin, problem, chosen, problem)
