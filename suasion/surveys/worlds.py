"""Worlds whose people are known: what an answer that was learnt from a sample really earns."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from suasion.models.numbers.arrays import FloatArray, IntArray
from suasion.surveys.fitting import FittedSurvey, Worth
from suasion.surveys.respondents import Respondents


@dataclass(frozen=True, eq=False)
class World:
    """Independent questions with equally likely answers, and a logistic truth.

    Attributes
    ----------
    effects : array of float, shape (Q, L)
        What each answer adds to the log odds of state 1.
    intercept : float
        Log odds without them.

    Examples
    --------
    >>> world = World(np.array([[-1.0, 1.0]]), 0.0)
    >>> world.beliefs(np.array([[0], [1]])).round(2)
    array([0.27, 0.73])
    """

    effects: FloatArray
    intercept: float

    @classmethod
    def random(
        cls, seed: int, questions: int = 8, answers: int = 3, informative: int | None = None
    ) -> World:
        """A world with normal effects of standard deviation 1/2, about a third in state 1.

        Parameters
        ----------
        informative : int, optional
            How many questions say anything about the state, the first ones; default all.
        """
        generator = np.random.default_rng([seed, questions, answers])
        effects = generator.normal(0, 0.5, (questions, answers))
        effects -= effects.mean(axis=1, keepdims=True)
        effects[questions if informative is None else informative :] = 0
        return cls(effects, -0.7)

    def beliefs(self, answers: IntArray) -> FloatArray:
        """The true probability of state 1 given all answers, shape (J,)."""
        log_odds = self.intercept + self.effects[np.arange(len(self.effects)), answers].sum(axis=1)
        return np.asarray(1 / (1 + np.exp(-log_odds)), dtype=np.float64)

    def sample(self, count: int, seed: int) -> Respondents:
        """So many random respondents, questions "q0", "q1", ... with answers "0", "1", ..."""
        generator = np.random.default_rng([seed, count])
        questions, levels = self.effects.shape
        answers = generator.integers(0, levels, (count, questions))
        outcomes = (generator.random(count) < self.beliefs(answers)).astype(np.int64)
        return self._people(answers, outcomes)

    def _people(self, answers: IntArray, outcomes: IntArray) -> Respondents:
        questions, levels = self.effects.shape
        return Respondents(
            tuple(f"q{q}" for q in range(questions)),
            (tuple(map(str, range(levels))),) * questions,
            (False,) * questions,
            answers,
            outcomes,
            np.ones(len(answers)),
        )

    def realised(self, fit: FittedSurvey) -> Worth:
        """What the answer of a sample earns from the world's people, who know their beliefs.

        Every combination of answers is valued in both states: O(L^Q).
        """
        questions, levels = self.effects.shape
        answers = np.array(list(product(range(levels), repeat=questions)))
        truth = self.beliefs(answers)
        by_state = [
            fit.payoffs(self._people(answers, np.full(len(answers), state)), truth)[0]
            for state in (0, 1)
        ]
        value, no_query = (
            float((truth * high + (1 - truth) * low).mean())
            for low, high in zip(*by_state, strict=True)
        )
        return Worth(value, no_query)
