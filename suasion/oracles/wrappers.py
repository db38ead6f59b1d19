"""Oracles around an oracle: one that counts and records, one that asks repeatedly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from math import inf
from typing import TypeVar

from suasion.errors import InputError
from suasion.models.binary.policy import MessagingPolicy
from suasion.models.numbers.arrays import is_index
from suasion.models.queries.cut_messages import SimulationQuery
from suasion.oracles.protocols import (
    Exchange,
    Proposal,
    Respondent,
    SeparationOracle,
    Simulator,
    respondent,
    separator,
    simulator,
)

Reply = TypeVar("Reply", bool, int, int | None)


class BudgetExceededError(RuntimeError):
    """Raised by `Recorded` instead of asking more questions than were paid for."""


class Recorded:
    """Passes questions on, keeps the transcript, and stops at a budget.

    Around a `Majority` it counts questions; inside one, every repetition.

    Parameters
    ----------
    oracle : Simulator, Respondent or SeparationOracle
        Who is asked. A question she fails to answer (an exception) does not count.
    budget : int >= 0, optional
        Largest number of questions; None: no limit.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> panel = Recorded(SimpleNamespace(answer=lambda query: 0), budget=1)
    >>> panel.answer(3), panel.transcript
    (0, (Exchange(question=3, answer=0),))
    >>> panel.answer(4)
    Traceback (most recent call last):
        ...
    suasion.oracles.wrappers.BudgetExceededError: the budget of 1 question is spent.
    """

    def __init__(
        self, oracle: Simulator | Respondent | SeparationOracle, budget: int | None = None
    ) -> None:
        if budget is not None and not is_index(budget, inf):
            raise InputError(f"budget is {budget!r}; give an integer >= 0, or None for no limit.")
        self._oracle, self._budget = oracle, budget
        self._transcript: list[Exchange] = []

    @property
    def transcript(self) -> tuple[Exchange, ...]:
        """Questions and answers in order."""
        return tuple(self._transcript)

    @property
    def count(self) -> int:
        """Number of questions answered."""
        return len(self._transcript)

    def acts(self, policy: MessagingPolicy, message: int) -> bool:
        """See `Simulator`."""
        her = simulator(self._oracle)
        return self._noted(SimulationQuery(policy, message), lambda: her.acts(policy, message))

    def answer(self, query: int) -> int:
        """See `Respondent`."""
        her = respondent(self._oracle)
        return self._noted(query, lambda: her.answer(query))

    def violated(self, likelihoods: Sequence[float], action: int) -> int | None:
        """See `SeparationOracle`."""
        her = separator(self._oracle)
        asked = Proposal(tuple(likelihoods), action)
        return self._noted(asked, lambda: her.violated(likelihoods, action))

    def _noted(
        self, question: int | SimulationQuery | Proposal, put: Callable[[], Reply]
    ) -> Reply:
        if self._budget is not None and self.count >= self._budget:
            plural = "" if self._budget == 1 else "s"
            raise BudgetExceededError(f"the budget of {self._budget} question{plural} is spent.")
        reply = put()
        self._transcript.append(Exchange(question, reply))
        return reply


class Majority:
    """Asks each question several times and takes the most frequent answer.

    Repeating helps against fresh noise only: a receiver simulated once errs the same way each
    time. Where more than two answers tie, the one heard first counts.

    Parameters
    ----------
    oracle : Simulator or Respondent
        Who is asked.
    times : odd int >= 1
        Number of repetitions.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> replies = iter([2, 0, 0])
    >>> Majority(SimpleNamespace(answer=lambda query: next(replies)), times=3).answer(0)
    0
    """

    def __init__(self, oracle: Simulator | Respondent | SeparationOracle, times: int) -> None:
        if not is_index(times, inf) or times % 2 == 0:
            raise InputError(f"times is {times!r}; give an odd number, for a clear majority.")
        self._oracle, self._times = oracle, times

    def acts(self, policy: MessagingPolicy, message: int) -> bool:
        """See `Simulator`."""
        her = simulator(self._oracle)
        return self._most(lambda: her.acts(policy, message))

    def answer(self, query: int) -> int:
        """See `Respondent`."""
        her = respondent(self._oracle)
        return self._most(lambda: her.answer(query))

    def violated(self, likelihoods: Sequence[float], action: int) -> int | None:
        """See `SeparationOracle`."""
        her = separator(self._oracle)
        return self._most(lambda: her.violated(likelihoods, action))

    def _most(self, put: Callable[[], Reply]) -> Reply:
        replies = Counter(put() for _ in range(self._times))
        return replies.most_common(1)[0][0]
