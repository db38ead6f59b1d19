"""Respondents of a survey: their answers as codes, their outcomes, their weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Respondents:
    """People who answered the same questions, and the state each of them was in.

    Attributes
    ----------
    questions : tuple of str
        Names of the Q questions.
    levels : tuple of tuples of str
        The answers of each question, in their order.
    ordered : tuple of bool
        Which questions have answers in an order that means something (a scale).
    answers : array of int, shape (J, Q)
        Number of the answer in the question's levels.
    outcomes : array of int, shape (J,)
        The state: 0 or 1.
    weights : array of float, shape (J,)
        Survey weights >= 0 in any unit.

    Examples
    --------
    >>> two = Respondents(("pain",), (("no", "yes"),), (False,), np.array([[0], [1]]),
    ...                   np.array([0, 1]), np.ones(2))
    >>> two.part([1]).answers
    array([[1]])
    """

    questions: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    ordered: tuple[bool, ...]
    answers: NDArray[np.int64]
    outcomes: NDArray[np.int64]
    weights: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.outcomes)

    def part(self, rows: object) -> Respondents:
        """Some of the respondents, by their numbers or a mask; levels stay as they are."""
        return Respondents(
            self.questions,
            self.levels,
            self.ordered,
            self.answers[rows],  # type: ignore[call-overload]
            self.outcomes[rows],  # type: ignore[call-overload]
            self.weights[rows],  # type: ignore[call-overload]
        )
