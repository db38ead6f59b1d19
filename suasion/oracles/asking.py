"""Run a query policy against an oracle: what is then known, and what to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol, runtime_checkable

import numpy as np

from suasion.errors import InputError, check_kind
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.binary.policy import MessagingPolicy
from suasion.models.numbers.arrays import IntArray, Mask, is_index
from suasion.models.queries.cells import Cells
from suasion.models.queries.cut_messages import check_cuts, simulation_query
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryPolicy, QueryTree
from suasion.models.queries.selection import QuerySelection
from suasion.oracles.protocols import Exchange, Respondent, Simulator, respondent, simulator


@runtime_checkable
class Solved(Protocol):
    """A problem with its answer, as `suasion.solve` returns it."""

    @property
    def problem(self) -> Any:
        """What was solved."""

    def require(self) -> Any:
        """The answer, or an exception that says why there is none."""


class ContradictionError(InputError):
    """Raised when no type gives the answers heard.

    Attributes
    ----------
    clash : tuple of Exchange
        Fewest answers that exclude each other: dropping any one leaves some type.
    transcript : tuple of Exchange
        All questions and answers so far.
    """

    def __init__(
        self, sentence: str, clash: tuple[Exchange, ...], transcript: tuple[Exchange, ...]
    ) -> None:
        super().__init__(sentence)
        self.clash, self.transcript = clash, transcript


@dataclass(frozen=True, eq=False)
class Knowledge:
    """What the sender knows after asking, and what she then commits to.

    Attributes
    ----------
    problem : QuerySelection
        What was asked about.
    members : array of int
        Positions of the types still possible, increasing.
    transcript : tuple of Exchange
        Cut numbers or query indices, with the answers, in the order asked.
    policy : MessagingPolicy
        An optimal messaging policy for these types.
    weight : float
        Probability of these types.
    value : float or None
        Probability that the receiver acts given that she is one of them, costs not deducted;
        None if `weight` is 0.
    exact_value : Fraction or None
        The same in rationals, when asked for.
    """

    problem: QuerySelection
    members: IntArray
    transcript: tuple[Exchange, ...]
    policy: MessagingPolicy
    weight: float
    value: float | None
    exact_value: Fraction | None = None

    def __repr__(self) -> str:
        count, value = len(self.members), "none" if self.value is None else f"{self.value:.10g}"
        n = len(self.problem.persuasion)
        return f"Knowledge({count} of {n} types, weight {self.weight:.10g}, value {value})"

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels of the types still possible."""
        names = _instance(self.problem).labels
        return tuple(names[i] for i in self.members.tolist())

    def to_dict(self) -> dict[str, Any]:
        """Value, questions, types, weight and policy, for JSON."""
        return {
            "value": self.value,
            "questions": [self._question(exchange) for exchange in self.transcript],
            "types": self.members.tolist(),
            "weight": self.weight,
            "policy": self.policy.to_dict(_instance(self.problem), self.members),
        }

    def _question(self, exchange: Exchange) -> dict[str, Any]:
        query = exchange.question
        assert isinstance(query, int)
        if self.problem.listed:
            return {
                "query": query,
                "name": self.problem.partition.names[query],
                "answer": exchange.answer,
            }
        cutoff = _cutoff(_instance(self.problem), query)
        word = "above" if exchange.answer else "below"
        return {"query": query, "cutoff": cutoff, "answer": word}


def ask(
    answer: QueryPolicy | Solved,
    problem: QuerySelection | None = None,
    oracle: Simulator | Respondent | None = None,
    exact: bool = False,
) -> Knowledge:
    """Put the questions of a query policy to an oracle.

    A query set asks all its queries, a tree follows the answers. Cuts are put as simulation
    queries (Prop. 3.2): a message on which exactly the types above the cut act.

    Parameters
    ----------
    answer : QuerySet, QueryTree or Result
        What to ask; of a result its answer.
    problem : QuerySelection, optional
        What it answers; default the problem of the result.
    oracle : Simulator or Respondent
        Who is asked: a `Simulator` for threshold queries, a `Respondent` for partition queries.
    exact : bool
        Compute policy and value in Fractions.

    Raises
    ------
    ContradictionError
        As soon as no type is left; an InputError that names the fewest answers that clash.
    InputError
        For an answer of the oracle that does not exist, or a tree without a branch for it; before
        anything is asked, for a policy of another kind than the problem's, or beyond its budget.
    WrongKindError
        If the oracle lacks the method for this kind of question.
    NoAnswerError
        For a result without an answer.

    Examples
    --------
    >>> from suasion import ExactReceiver, ThresholdQueries, solve
    >>> news = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"], labels=["bad", "good"])
    >>> question = QuerySelection(news, ThresholdQueries(), budget=1)
    >>> receiver = ExactReceiver(question, "good")
    >>> known = ask(solve(question), oracle=receiver, exact=True)
    >>> known.labels, known.exact_value
    (('good',), Fraction(4, 5))
    """
    if isinstance(answer, Solved) and problem is None:
        problem = answer.problem
    remedy = "give the QuerySelection that was answered, and the oracle as oracle=..."
    check_kind(problem, QuerySelection, "problem", remedy)
    assert problem is not None
    interview = _Interview(problem, oracle)
    policy: Any = answer.require() if isinstance(answer, Solved) else answer
    check_kind(policy, (QuerySet, QueryTree), "answer", "give a QuerySet, a QueryTree or a Result")
    for broken in policy.failures(problem):
        raise InputError(f"the answer breaks the rules of the problem: {broken}.")
    interview.check(policy.used.tolist())
    place = 0
    while (asked := policy.query_at(place)) is not None:
        place = policy.after(place, interview.ask(asked))
    return _knowledge(problem, interview, exact)


class _Interview:
    """The questions put so far and the types that would have answered them alike."""

    def __init__(self, problem: QuerySelection, oracle: Any) -> None:
        self.instance = _instance(problem)
        self.transcript: list[Exchange] = []
        self.possible: Mask = np.ones(len(self.instance), dtype=bool)
        self._partition = problem.partition if problem.listed else None
        if self._partition is None:
            self._simulator = simulator(oracle)
        else:
            self._respondent = respondent(oracle)

    def check(self, queries: Sequence[int]) -> None:
        """Raise ValueError for a query that does not exist, before any is put."""
        if self._partition is None:
            check_cuts(self.instance, queries)
            return
        for query in queries:
            if not is_index(query, len(self._partition)):
                raise InputError(
                    f"queries has {query}; queries are numbered 0 to {len(self._partition) - 1}."
                )

    def ask(self, query: int) -> int:
        """Put one question; the answer as an index of a branch."""
        reply = self._cut(query) if self._partition is None else self._cell(query)
        self.transcript.append(Exchange(query, reply))
        self.possible &= self._agree(self.transcript[-1])
        if not self.possible.any():
            raise self._contradiction()
        return int(reply)

    def _cut(self, cut: int) -> bool:
        query = simulation_query(self.instance, cut)
        reply: Any = self._simulator.acts(query.policy, query.message)
        # Any text, "no" among them, counts as true in Python.
        if not isinstance(reply, bool | np.bool_):
            raise InputError(
                f"the oracle answered {reply!r} to cut {cut}; answer True (she acts) or False."
            )
        return bool(reply)

    def _cell(self, query: int) -> int:
        assert self._partition is not None
        reply = self._respondent.answer(query)
        last = int(self._partition.labels[query].max())
        if not is_index(reply, last + 1):
            name = self._partition.names[query]
            raise InputError(
                f'the oracle answered {reply!r} to query {query} ("{name}"); its cells are '
                f"numbered 0 to {last}."
            )
        return int(reply)

    def _agree(self, exchange: Exchange) -> Mask:
        """The types that would have given this answer."""
        query: Any = exchange.question
        if self._partition is None:
            return np.asarray((self.instance.rank >= query) == exchange.answer)
        return np.asarray(self._partition.labels[query] == exchange.answer)

    def _contradiction(self) -> ContradictionError:
        clash = self._clash()
        words = [self._said(exchange) for exchange in clash]
        if self._partition is None:
            acts, not_acts = sorted(words, key=lambda word: word.startswith("not"))
            said = f"the receiver acts {acts} but {not_acts}"
        else:
            said = f"the answers {', '.join(words[:-1])} and {words[-1]} exclude each other"
        return ContradictionError(f"{said}: no type is left.", clash, tuple(self.transcript))

    def _clash(self) -> tuple[Exchange, ...]:
        """The first answer that excludes the last one, or the fewest that do so together."""
        *earlier, last = self.transcript
        agree = self._agree(last)
        for exchange in earlier:
            if not (self._agree(exchange) & agree).any():
                return exchange, last
        kept = list(earlier)
        for exchange in reversed(earlier):
            rest = [other for other in kept if other is not exchange]
            together = [agree, *(self._agree(other) for other in rest)]
            if not np.logical_and.reduce(together).any():
                kept = rest
        return *kept, last

    def _said(self, exchange: Exchange) -> str:
        query: Any = exchange.question
        if self._partition is not None:
            return f'{exchange.answer} to "{self._partition.names[query]}"'
        word = "at" if exchange.answer else "not at"
        return f"{word} threshold >= {_cutoff(self.instance, query):.6g} (cut {query})"


def _knowledge(problem: QuerySelection, interview: _Interview, exact: bool) -> Knowledge:
    instance = interview.instance
    members = np.flatnonzero(interview.possible)
    members.setflags(write=False)
    cell = Cells(members, np.array([0, len(members)]))
    weight = cell.weights(instance, exact)[0]
    value = cell.values(instance, exact)[0] / weight if weight else None
    return Knowledge(
        problem,
        members,
        tuple(interview.transcript),
        cell.policy(instance, 0, exact),
        float(weight),
        None if value is None else float(value),
        Fraction(value) if exact and value is not None else None,
    )


def _cutoff(instance: BinaryPersuasion, cut: int) -> float:
    """Threshold of the lowest type above a cut."""
    return float(instance.thresholds[instance.order[cut]])


def _instance(problem: QuerySelection) -> BinaryPersuasion:
    if problem.about_finite:
        raise InputError(
            "persuasion is finite, and asking about it is not supported; put the messages of its "
            "plan to a separation oracle (suasion.oracles.best_action)."
        )
    if problem.persuasion.kind != "binary-persuasion":
        raise InputError(
            "persuasion is a continuum; give its down or up (QuerySelection.with_persuasion)."
        )
    return problem.binary
