"""Simulated receivers of a known type: exact, or with the noise of section 5.1."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from suasion.errors import InputError, check_kind
from suasion.models.binary.discretization import DiscretizedPersuasion
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.binary.policy import MessagingPolicy
from suasion.models.finite.instance import FinitePersuasion
from suasion.models.numbers.arrays import is_index
from suasion.models.numbers.rationals import Number, parse_number
from suasion.models.queries.partition_queries import PartitionQueries
from suasion.models.queries.selection import QuerySelection

# Comparing a word with more labels than this takes too long for a hint.
COMPARED_LABELS = 10_000
# Draws an error within eps of 0.
Noise = Callable[[float | Fraction, np.random.Generator], float | Fraction]


def uniform(error: float | Fraction, rng: np.random.Generator) -> float:
    """Errors spread evenly from ``-error`` to ``error``."""
    return float(rng.uniform(-float(error), float(error)))


def upward(error: float | Fraction, rng: np.random.Generator) -> float | Fraction:
    """Always the largest error: she looks easier to persuade than she is."""
    return error


def downward(error: float | Fraction, rng: np.random.Generator) -> float | Fraction:
    """Always the smallest error: she looks harder to persuade than she is."""
    return -error


def type_position(instance: BinaryPersuasion, receiver: int | str) -> int:
    """Position of a type given by position (int) or label (str).

    Raises ValueError, with the nearest label, if there is none.

    Examples
    --------
    >>> type_position(BinaryPersuasion([0.5, 0.5], [0.2, 0.4], labels=["bad", "good"]), "good")
    1
    """
    n = len(instance)
    if isinstance(receiver, str):
        if receiver in instance.labels:
            return instance.labels.index(receiver)
        known = instance.labels if n <= COMPARED_LABELS else ()
        near = difflib.get_close_matches(receiver, known, n=1, cutoff=0.5)
        hint = (
            f'; did you mean "{near[0]}"?' if near else f'; the first is "{instance.labels[0]}".'
        )
        raise InputError(f'no type has the label "{receiver}"{hint}')
    if not is_index(receiver, n):
        raise InputError(f"receiver is {receiver!r}; types are numbered 0 to {n - 1}.")
    return int(receiver)


class ExactReceiver:
    """A receiver of a known type who answers both kinds of question as the model says.

    Parameters
    ----------
    problem : QuerySelection or BinaryPersuasion
        Whose type she is; partition queries need a `QuerySelection` with a `PartitionQueries`.
    receiver : int or str
        Position or label of her type.

    Examples
    --------
    >>> from suasion import ThresholdQueries, simulation_query
    >>> news = BinaryPersuasion([0.5, 0.5], [0.2, 0.4], labels=["bad", "good"])
    >>> query = simulation_query(news, 1)
    >>> [ExactReceiver(news, t).acts(query.policy, query.message) for t in ("bad", "good")]
    [False, True]
    """

    def __init__(self, problem: QuerySelection | BinaryPersuasion, receiver: int | str) -> None:
        self._instance, self._oracle = _parts(problem)
        self.position = type_position(self._instance, receiver)
        self._threshold = self._instance.exact_threshold(self.position)
        self._simulated = _Simulated(self._threshold, self.position)

    def acts(self, policy: MessagingPolicy, message: int) -> bool:
        """Whether she acts on the message; see `Simulator`."""
        return self._now().acts(policy, message)

    def answer(self, query: int) -> int:
        """The cell of her type; see `Respondent`."""
        if self._oracle is None:
            raise InputError(
                "problem has no partition queries; give a QuerySelection with PartitionQueries."
            )
        if not is_index(query, len(self._oracle)):
            raise InputError(
                f"query is {query!r}; queries are numbered 0 to {len(self._oracle) - 1}."
            )
        return int(self._oracle.labels[query, self._now().position])

    def _now(self) -> _Simulated:
        """The receiver that answers the next question."""
        return self._simulated


class NoisyReceiver(ExactReceiver):
    """A receiver simulated with errors: the approximate oracle of section 5.1.

    With probability ``1 - failure`` the simulated belief is within `error` of hers. Otherwise it
    is arbitrary: uniform on [0, 1], and partition queries are answered as by a type drawn
    uniformly. Partition queries ask for facts, so `error` does not change their answers. With
    private utilities it is the threshold that is moved.

    Parameters
    ----------
    problem, receiver
        As in `ExactReceiver`.
    error : number in [0, 1]
        Largest error of the simulated belief (eps of the paper).
    failure : number in [0, 1]
        Probability of an arbitrary receiver (delta of the paper).
    noise : callable
        Maps ``(error, generator)`` to an error of at most that size: `uniform` (default),
        `upward`, `downward`, or your own. Beliefs are clipped to [0, 1].
    fresh : bool
        Simulate her anew for every question instead of once.
    seed : int or numpy Generator
        The same seed gives the same answers.

    Raises
    ------
    ValueError
        For numbers out of range, or an error larger than promised.

    Examples
    --------
    >>> from suasion import simulation_query
    >>> from suasion.oracles import downward
    >>> news = BinaryPersuasion([0.5, 0.5], [0.2, 0.4])
    >>> query = simulation_query(news, 1)
    >>> her = NoisyReceiver(news, 1, error=0.15, noise=downward)
    >>> her.acts(query.policy, query.message)       # she would, but looks like a 0.25
    False
    """

    def __init__(
        self,
        problem: QuerySelection | BinaryPersuasion,
        receiver: int | str,
        error: Number = 0,
        failure: Number = 0,
        noise: Noise = uniform,
        fresh: bool = False,
        seed: int | np.random.Generator = 0,
    ) -> None:
        super().__init__(problem, receiver)
        self._error = _share(error, "error")
        self._failure = _share(failure, "failure")
        self._noise, self._fresh = noise, fresh
        self._rng = np.random.default_rng(seed)
        if not fresh:
            self._simulated = self._draw()

    def _now(self) -> _Simulated:
        return self._draw() if self._fresh else self._simulated

    def _draw(self) -> _Simulated:
        rng = self._rng
        if rng.random() < self._failure:
            return _Simulated(Fraction(rng.random()), int(rng.integers(len(self._instance))))
        moved = self._noise(self._error, rng)
        if not abs(float(moved)) <= float(self._error):
            raise InputError(
                f"noise drew {float(moved):.6g}, which is not within error {self._error} of 0."
            )
        threshold = min(max(self._threshold + Fraction(moved), Fraction(0)), Fraction(1))
        return _Simulated(threshold, self.position)


@dataclass(frozen=True)
class _Simulated:
    """The threshold that acts, and the type whose facts are told."""

    threshold: Fraction
    position: int

    def acts(self, policy: MessagingPolicy, message: int) -> bool:
        if not is_index(message, len(policy)):
            raise InputError(
                f"message is {message!r}; messages are numbered 0 to {len(policy) - 1}."
            )
        # The policy's own rule about ties; a float likelihood cannot hit a threshold exactly.
        alone = BinaryPersuasion([1], [self.threshold])
        return bool(policy.acts(alone, exact=policy.rational)[0, message])


def _parts(
    problem: QuerySelection | BinaryPersuasion,
) -> tuple[BinaryPersuasion, PartitionQueries | None]:
    kinds = (QuerySelection, BinaryPersuasion, FinitePersuasion, DiscretizedPersuasion)
    remedy = "give a BinaryPersuasion, or a QuerySelection about one"
    check_kind(problem, kinds, "problem", remedy)
    asked: Any = problem
    receivers = asked.persuasion
    if receivers.kind == "finite-persuasion":
        raise InputError("persuasion is finite; simulate its types by a HiddenBelief each.")
    if receivers.kind != "binary-persuasion":
        raise InputError(
            "persuasion is a continuum; give its down or up (QuerySelection.with_persuasion)."
        )
    oracle = asked.partition if asked is not receivers and asked.listed else None
    return receivers, oracle


def _share(value: Number, field: str) -> float | Fraction:
    number = parse_number(value, field)
    if not 0 <= number <= 1:
        raise InputError(f"{field} is {value}; give a number in [0, 1].")
    return number
