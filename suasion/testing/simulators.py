"""What every oracle must get right: the answers of a receiver of a known type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from suasion.errors import InputError, WrongKindError, check_kind
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.finite.instance import FinitePersuasion
from suasion.models.numbers.arrays import is_index
from suasion.models.queries.cut_messages import simulation_query
from suasion.models.queries.selection import QuerySelection
from suasion.oracles.protocols import respondent, separator, simulator
from suasion.oracles.separation import HiddenBelief
from suasion.oracles.simulated import ExactReceiver


def check_simulator(
    make: Callable[[Any, int], Any], problems: Iterable[Any], *, agreement: float = 1.0
) -> None:
    """Check an oracle of your own against the model, type by type.

    Every query of the problem is put to a receiver of every type: all cuts that can be asked (as
    simulation queries), all partition queries, or (finite persuasion) every action after several
    messages. Answers must be of the right kind, those of the model, the same when asked again,
    and leave the problem as it was.

    Parameters
    ----------
    make : callable
        ``make(problem, position)`` returns the oracle that plays the type at a position: a
        `Simulator` for binary persuasion and threshold queries, a `Respondent` for partition
        queries, a `SeparationOracle` for finite persuasion.
    problems : iterable of BinaryPersuasion, FinitePersuasion or QuerySelection
    agreement : float in [0, 1]
        Share of all answers about a problem that must be those of the model; below 1 for a
        simulation with noise, whose answers may also differ when asked again.

    Raises
    ------
    AssertionError
        One sentence with the instance, the type, the question and the answer.

    Examples
    --------
    >>> from suasion import ExactReceiver
    >>> news = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"], labels=["bad", "good"])
    >>> check_simulator(ExactReceiver, [news])
    >>> class Gullible:
    ...     def acts(self, policy, message):
    ...         return True
    >>> try:
    ...     check_simulator(lambda problem, position: Gullible(), [news])
    ... except AssertionError as error:
    ...     print(error)
    problems[0], type 0 ("bad"): answered True to cut 1, and the model says False.
    """
    if not 0 <= agreement <= 1:
        raise InputError(f"agreement is {agreement}; give a share in [0, 1].")
    for place, problem in enumerate(problems):
        _check(make, problem, f"problems[{place}]", agreement)


@dataclass(frozen=True)
class _Question:
    """A question, how it is put, and which answers are right.

    Attributes
    ----------
    name : str
    put : callable
        Without arguments.
    numbers : int or None
        Answers are numbers below this; None: they are True or False.
    right : tuple
        Answers that agree with the model.
    refusable : bool
        Whether None is an answer.
    """

    name: str
    put: Callable[[], Any]
    numbers: int | None
    right: tuple[Any, ...]
    refusable: bool = False

    def sound(self, answer: Any) -> bool:
        """Whether this is an answer at all."""
        if self.numbers is None:
            return isinstance(answer, bool | np.bool_)
        return (answer is None and self.refusable) or is_index(answer, self.numbers)


def _check(make: Callable[[Any, int], Any], problem: Any, where: str, agreement: float) -> None:
    remedy = "give a BinaryPersuasion, a FinitePersuasion or a QuerySelection about one"
    check_kind(problem, (BinaryPersuasion, FinitePersuasion, QuerySelection), where, remedy)
    receivers = problem.persuasion
    check_kind(receivers, (BinaryPersuasion, FinitePersuasion), f"{where}.persuasion", remedy)
    before, count, wrong = problem.to_dict(), 0, []
    for position, label in enumerate(receivers.labels):
        who = f'{where}, type {position} ("{label}")'
        try:
            questions = list(_questions(problem, receivers, position, make(problem, position)))
        except WrongKindError as error:
            raise AssertionError(f"{who}: {error}") from error
        for question in questions:
            answer = question.put()
            told = f"{who}: answered {answer!r} to {question.name}"
            if not question.sound(answer):
                raise AssertionError(f"{told}, which is no answer to it.")
            count += 1
            if answer not in question.right:
                model = " or ".join(map(str, question.right))
                wrong.append(f"{told}, and the model says {model}.")
            if agreement == 1 and (again := question.put()) != answer:
                raise AssertionError(f"{told} and, asked again, {again!r}.")
    if len(wrong) > (1 - agreement) * count:
        share = f" {len(wrong)} of {count} answers are wrong." if agreement < 1 else ""
        raise AssertionError(f"{wrong[0]}{share}")
    if problem.to_dict() != before:
        raise AssertionError(f"{where}: was changed by asking.")


def _questions(problem: Any, receivers: Any, position: int, oracle: Any) -> Iterator[_Question]:
    if receivers.kind == "finite-persuasion":
        return _proposals(receivers, position, oracle)
    if problem is not receivers and problem.listed:
        return _partitions(problem, position, oracle)
    return _cuts(receivers, position, oracle)


def _cuts(instance: BinaryPersuasion, position: int, oracle: Any) -> Iterator[_Question]:
    asked, truth = simulator(oracle), ExactReceiver(instance, position)
    for cut in range(1, len(instance)):
        try:
            query = simulation_query(instance, cut)
        except InputError:
            continue  # between equal thresholds
        put = partial(asked.acts, query.policy, query.message)
        acts = truth.acts(query.policy, query.message)
        yield _Question(f"cut {cut}", put, None, (acts,))


def _partitions(problem: QuerySelection, position: int, oracle: Any) -> Iterator[_Question]:
    asked, truth, queries = respondent(oracle), ExactReceiver(problem, position), problem.partition
    for query, name in enumerate(queries.names):
        cells = int(queries.labels[query].max()) + 1
        put = partial(asked.answer, query)
        yield _Question(f'query {query} ("{name}")', put, cells, (truth.answer(query),))


def _proposals(instance: FinitePersuasion, position: int, oracle: Any) -> Iterator[_Question]:
    """Every action after messages that say nothing, name a state, or exclude one."""
    asked, truth = separator(oracle), HiddenBelief.of_type(instance, position)
    _, states, actions = instance.shape
    one = np.eye(states, dtype=int)
    for message in [np.ones(states, dtype=int), *one, *(1 - one)]:
        if not message.any():
            continue
        worth = instance.scores(exact=True)[position].dot(message)
        shown = [float(x) for x in message]
        for action in range(actions):
            better = tuple(np.flatnonzero(worth > worth[action]).tolist())
            # What is better by less than rounding counts as a tie.
            fine = (None,) if truth.violated(shown, action) is None else ()
            put = partial(asked.violated, shown, action)
            yield _Question(f"action {action} after {shown}", put, actions, (*better, *fine), True)
