"""What a user implements: one method for each kind of question, nothing to inherit from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from suasion.errors import WrongKindError
from suasion.models.binary.policy import MessagingPolicy
from suasion.models.queries.cut_messages import SimulationQuery


@runtime_checkable
class Simulator(Protocol):
    """A simulated receiver, for threshold queries: a language model, a panel, a colleague.

    Examples
    --------
    Somebody who acts on a message at least half as likely in state 1 as in state 0:

    >>> class Colleague:
    ...     def acts(self, policy, message):
    ...         return 2 * policy.high[message] >= policy.low[message]
    >>> isinstance(Colleague(), Simulator)
    True
    """

    def acts(self, policy: MessagingPolicy, message: int) -> bool:
        """Whether she takes action 1 when the sender, committed to `policy`, sends `message`.

        Parameters
        ----------
        policy : MessagingPolicy
            ``policy.high[message]`` and ``policy.low[message]`` are the probabilities of the
            message in states 1 and 0.
        message : int
            0-based index of the message shown.
        """


@runtime_checkable
class Respondent(Protocol):
    """Answers partition queries: a survey panel, a data base, a person.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> isinstance(SimpleNamespace(answer=lambda query: 0), Respondent)
    True
    """

    def answer(self, query: int) -> int:
        """The 0-based cell of the 0-based `query` that her type lies in."""


@runtime_checkable
class SeparationOracle(Protocol):
    """A receiver with many states and actions, as a separation oracle (Proposition A.1).

    Her belief p over d states is unknown. That she takes `action` after a message with
    likelihoods x means that p lies in the polytope of the beliefs for which no other action
    a' is better: ``sum_w p(w) x(w) (u(w, action) - u(w, a')) >= 0``. The oracle confirms that, or
    names one a' whose inequality p violates: a hyperplane that separates p from the polytope.
    Ties go to the sender, so a belief on the boundary is inside.
    """

    def violated(self, likelihoods: Sequence[float], action: int) -> int | None:
        """An action strictly better for her than `action`, or None if there is none.

        Parameters
        ----------
        likelihoods : sequence of float in [0, 1], shape (d,)
            Probability of the message in each state, not all 0.
        action : int
            0-based index of the action proposed.
        """


@dataclass(frozen=True)
class Proposal:
    """One question to a `SeparationOracle`: whether an action is best after a message.

    Attributes
    ----------
    likelihoods : tuple of number
        Of the message, by state.
    action : int
    """

    likelihoods: tuple[Any, ...]
    action: int


@dataclass(frozen=True)
class Exchange:
    """One question and its answer.

    Attributes
    ----------
    question : int, SimulationQuery or Proposal
        Number of the cut or index of the partition query; `Recorded` notes simulation queries and
        proposals as they were put.
    answer : bool, int or None
        Whether she acts (her threshold is above the cut), the cell of her type, or the action
        that is better than the one proposed (None: there is none).
    """

    question: int | SimulationQuery | Proposal
    answer: bool | int | None


def simulator(oracle: Any) -> Simulator:
    """The oracle itself, or TypeError if it cannot be asked whether it acts."""
    if not isinstance(oracle, Simulator):
        raise WrongKindError(
            f"oracle is a {type(oracle).__name__} without acts(policy, message); threshold "
            "queries need it."
        )
    return oracle


def respondent(oracle: Any) -> Respondent:
    """The oracle itself, or TypeError if it cannot be asked partition queries."""
    if not isinstance(oracle, Respondent):
        raise WrongKindError(
            f"oracle is a {type(oracle).__name__} without answer(query); partition queries need "
            "it."
        )
    return oracle


def separator(oracle: Any) -> SeparationOracle:
    """The oracle itself, or TypeError if it cannot be proposed an action."""
    if not isinstance(oracle, SeparationOracle):
        raise WrongKindError(
            f"oracle is a {type(oracle).__name__} without violated(likelihoods, action); queries "
            "about finite persuasion need it."
        )
    return oracle
