"""Who is told what: the people of each combination of answers, and what each message does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.binary.policy import MessagingPolicy
from suasion.models.numbers.arrays import FloatArray, IntArray
from suasion.models.queries.cell_names import EVERYONE, Replies
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryTree
from suasion.results import Result

# Messages of a smaller likelihood in both states are left by rounding alone.
NEGLIGIBLE = 1e-12


@dataclass(frozen=True)
class Message:
    """What is said to a group, and what that does.

    Attributes
    ----------
    label : str
    high, low : float
        How often it is said in state 1 and in state 0.
    acting : float
        The share of those who hear it who act.
    least : float or None
        The lowest threshold among these; None if nobody acts.
    """

    label: str
    high: float
    low: float
    acting: float
    least: float | None


@dataclass(frozen=True)
class Group:
    """People who answer alike.

    Attributes
    ----------
    answers : tuple of str
        What they answer, a text for each question: "pain = 2". Empty: everyone.
    weight : float
        Their share of all people.
    value : float
        What they add to the value: the probability of being one of them and acting.
    state : float
        The share of state 1 among them.
    high, low : float
        The shares that act in state 1 and in state 0.
    messages : tuple of Message
        Those that persuade most people first.
    """

    answers: tuple[str, ...]
    weight: float
    value: float
    state: float
    high: float
    low: float
    messages: tuple[Message, ...]

    @property
    def name(self) -> str:
        """Their answers in words."""
        return " and ".join(self.answers) or EVERYONE

    @property
    def acting(self) -> float:
        """The share of them who act."""
        return self.value / self.weight if self.weight else 0.0


def groups_of(result: Result[Any]) -> list[Group]:
    """The groups that an answer about binary persuasion tells apart, in the order of its cells."""
    answer, problem = result.require(), result.problem
    if isinstance(answer, MessagingPolicy):
        members = np.arange(len(problem))
        return [_group(problem, (), answer, members, 1.0, float(answer.value(problem)))]
    instance, cells = problem.binary, answer.cells(problem)
    weights, values = cells.weights(instance).tolist(), cells.values(instance).tolist()
    names = _names(answer, problem, len(cells))
    return [
        _group(instance, names[c], cells.policy(instance, c), cells[c], weights[c], values[c])
        for c in range(len(cells))
    ]


def _names(answer: QuerySet | QueryTree, problem: Any, count: int) -> list[tuple[str, ...]]:
    if problem.listed:
        replies = Replies(problem)
        return [
            tuple(replies.reply(*step) for step in path) for path in answer.cell_paths(problem)
        ]
    name = answer.cell_names(problem, full=True)
    return [() if name(c) == EVERYONE else (name(c),) for c in range(count)]


def _group(
    instance: BinaryPersuasion,
    answers: tuple[str, ...],
    policy: MessagingPolicy,
    members: IntArray,
    weight: float,
    value: float,
) -> Group:
    w, mu = instance.weights[members], instance.state_beliefs[members]
    acts = policy.acts(instance)[members]
    low, high = policy.acting(instance)[members].T
    said = np.flatnonzero(np.maximum(policy.high, policy.low) > NEGLIGIBLE)
    order = said[np.argsort(-acts[:, said].sum(axis=0), kind="stable")]
    messages = [
        _message(policy, m, acts[:, m], instance.thresholds[members], w * mu, w * (1 - mu))
        for m in order.tolist()
    ]
    return Group(
        answers,
        weight,
        value,
        _share(w * mu, w),
        _share(w * mu * high, w * mu),
        _share(w * (1 - mu) * low, w * (1 - mu)),
        tuple(messages),
    )


def _message(
    policy: MessagingPolicy,
    m: int,
    acts: Any,
    thresholds: FloatArray,
    one: FloatArray,
    zero: FloatArray,
) -> Message:
    high, low = float(policy.high[m]), float(policy.low[m])
    heard = one * high + zero * low
    least = float(thresholds[acts].min()) if acts.any() else None
    return Message(policy.labels[m], high, low, _share(heard * acts, heard), least)


def _share(part: FloatArray, whole: FloatArray) -> float:
    """The sum of some as a share of all; 0 of nothing."""
    total = float(whole.sum())
    return float(part.sum()) / total if total > 0 else 0.0
