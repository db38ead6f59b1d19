"""Receivers with private utilities to receivers with thresholds (section 5.3 of the paper)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from suasion.models.binary.instance import BinaryPersuasion, utility_tables
from suasion.models.binary.policy import TIE_TOLERANCE, MessagingPolicy
from suasion.models.numbers.arrays import total
from suasion.models.numbers.rationals import Number
from suasion.models.numbers.sequences import entry_names
from suasion.reductions.reduction import Range, Reduction


class PrivateUtilities:
    """Receivers of two states and two actions who each have a utility of their own.

    Parameters
    ----------
    weights, beliefs : sequence of numbers
        As for `BinaryPersuasion`.
    utilities : nested sequence, shape (n, 2, 2)
        ``utilities[i][state][action]``; action 1 is what the sender wants.

    Examples
    --------
    >>> problem = PrivateUtilities(["1/2", "1/2"], ["1/2", "1/2"], [[[1, 0], [0, 1]]] * 2)
    >>> problem.value(MessagingPolicy([1], [1]), exact=True)
    Fraction(1, 1)
    """

    kind: ClassVar[str] = "private-utilities"
    maximise: ClassVar[bool] = True

    def __init__(
        self,
        weights: Sequence[Number],
        beliefs: Sequence[Number],
        utilities: Sequence[Sequence[Sequence[Number]]] | Any,
    ) -> None:
        # Lengths, ranges and the sense of the utilities are checked where thresholds are made.
        names = entry_names(None, weights, beliefs, utilities)
        tables = utility_tables(utilities, names)
        self.thresholds = BinaryPersuasion.from_utilities(weights, beliefs, tables)
        self._utilities = np.stack(tables)

    def sizes(self) -> dict[str, int]:
        """How large the instance is."""
        return self.thresholds.sizes()

    def __repr__(self) -> str:
        return f"PrivateUtilities({len(self.thresholds)} types)"

    def value(self, answer: MessagingPolicy, exact: bool = False) -> Any:
        """Probability that the receiver acts: she compares utilities after each message.

        In floats, utilities that are equal up to rounding are a tie, which goes to the sender.
        """
        weights, beliefs, _, _ = self.thresholds.numbers(exact)
        chances = (
            np.stack([1 - beliefs, beliefs])[:, :, None]
            * np.stack(answer.likelihoods(exact)[::-1])[:, None, :]
        )
        utilities = self._utilities if exact else self._utilities.astype(np.float64)
        refusing, acting = (
            chances[0] * utilities[:, 0, a, None] + chances[1] * utilities[:, 1, a, None]
            for a in (0, 1)
        )
        slack = 0 if exact else TIE_TOLERANCE * np.maximum(abs(refusing), abs(acting))
        acts = (acting >= refusing - slack).astype(np.int64)
        return total((weights[:, None] * chances.sum(axis=0) * acts).ravel())


class UtilitiesToThresholds(Reduction[PrivateUtilities, BinaryPersuasion]):
    """A type acts on a message iff its odds are at most those of the type's threshold.

    With alpha = p (u(1,1) - u(1,0)) and beta = (1 - p) (u(0,0) - u(0,1)) the threshold is
    alpha / (alpha + beta), and nothing else of the utilities matters. Policies and values are the
    same.

    References
    ----------
    Harris, Immorlica, Lucier, Slivkins, arXiv 2311.18138, section 5.3.

    Examples
    --------
    >>> problem = PrivateUtilities([1], ["1/2"], [[[0, -3], [0, 1]]])
    >>> UtilitiesToThresholds(problem).target.thresholds
    array([0.25])
    """

    def __init__(self, source: PrivateUtilities) -> None:
        self.source, self.target = source, source.thresholds

    def push_forward(self, answer: MessagingPolicy) -> MessagingPolicy:
        """The same policy."""
        return answer

    def pull_back(self, answer: MessagingPolicy) -> MessagingPolicy:
        """The same policy."""
        return answer

    def source_range(self, value: Any) -> Range:
        """The same."""
        return value, value

    @property
    def link(self) -> str:
        """The optima are equal."""
        return "The optima are equal."
