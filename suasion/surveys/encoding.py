"""Answers as numbers: what a belief model is handed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from suasion.models.numbers.arrays import FloatArray, IntArray
from suasion.surveys.respondents import Respondents


class Encoding(Protocol):
    """Answers to numbers, shape (J, Q) to (J, columns)."""

    def __call__(self, answers: IntArray) -> FloatArray:
        """Numbers that stand for the answers, one row per respondent."""


@dataclass(frozen=True)
class Indicators:
    """A column of 0 and 1 for each answer; one column from 0 to 1 for an ordered question.

    The first and the last answer of a scale are 0 and 1, with equal steps between. Levels of the
    survey count, whether or not anybody gave them.

    Attributes
    ----------
    questions : tuple of str
    levels : tuple of tuples of str
    ordered : tuple of bool
        As of `Respondents`.

    Examples
    --------
    >>> scale = Indicators(("pain", "mood"), (("no", "yes"), ("low", "so-so", "high")),
    ...                    (False, True))
    >>> scale.names
    ('pain=no', 'pain=yes', 'mood')
    >>> scale(np.array([[0, 0], [1, 1]]))
    array([[1. , 0. , 0. ],
           [0. , 1. , 0.5]])
    """

    questions: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    ordered: tuple[bool, ...]

    @classmethod
    def of(cls, respondents: Respondents) -> Indicators:
        """The encoding of a survey's questions."""
        return cls(respondents.questions, respondents.levels, respondents.ordered)

    @property
    def names(self) -> tuple[str, ...]:
        """What each column stands for."""
        names: list[str] = []
        for question, levels, scale in zip(self.questions, self.levels, self.ordered, strict=True):
            names += [question] if scale else [f"{question}={level}" for level in levels]
        return tuple(names)

    def __call__(self, answers: IntArray) -> FloatArray:
        """Shape (J, Q) to (J, len(names))."""
        columns = [np.empty((len(answers), 0))]
        for given, levels, scale in zip(answers.T, self.levels, self.ordered, strict=True):
            if scale:
                columns.append(given[:, None] / max(len(levels) - 1, 1))
            else:
                columns.append(given[:, None] == np.arange(len(levels)))
        return np.concatenate(columns, axis=1, dtype=np.float64)


def codes(answers: IntArray) -> FloatArray:
    """The number of each answer as it is.

    Examples
    --------
    >>> codes(np.array([[0, 2]]))
    array([[0., 2.]])
    """
    return answers.astype(np.float64)
