"""Belief models: the probability of state 1 given a respondent's answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.models.numbers.arrays import FloatArray, IntArray
from suasion.surveys.respondents import Respondents

# Penalties of the logistic regression that are compared (inverse strengths), strongest first.
STRENGTHS = (1e-4, 1e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0)
# Parts of the cross-validation that compares them.
PARTS = 5
# Probabilities nearer to 0 or 1 count as these in a log loss, which would be infinite otherwise.
LEAST = 1e-12


@dataclass(frozen=True, eq=False)
class Beliefs:
    """A model fitted on respondents.

    Attributes
    ----------
    encoder, estimator
        Of scikit-learn, fitted.
    log_loss : float
        Cross-validated, per unit of weight.
    constant_log_loss : float
        Of the share of state 1, whoever is asked.
    """

    encoder: Any
    estimator: Any
    log_loss: float
    constant_log_loss: float

    def at(self, answers: IntArray) -> FloatArray:
        """Probability of state 1 given answers, shape (J, Q) to (J,)."""
        likely = self.estimator.predict_proba(self.encoder.transform(answers))[:, 1]
        return np.asarray(likely, dtype=np.float64)


def fitted(respondents: Respondents, model: Any = "logistic", seed: int = 0) -> Beliefs:
    """The belief model of some respondents.

    "logistic": a logistic regression on one-hot answers, its L2 penalty chosen by the log loss in
    5 cross-validated parts, weights counted by hand in each.

    Running time: 36 small Newton searches, O(J k^2) a step for k answers in all.
    """
    from sklearn import config_context
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold
    from sklearn.preprocessing import OneHotEncoder

    if model != "logistic":
        raise InputError(f"beliefs is {model!r}; give logistic.")
    encoder = OneHotEncoder(
        categories=[np.arange(len(level)) for level in respondents.levels], sparse_output=False
    )
    told, states, weights = (
        encoder.fit_transform(respondents.answers),
        respondents.outcomes,
        respondents.weights / respondents.weights.mean(),
    )
    parts = list(StratifiedKFold(PARTS, shuffle=True, random_state=seed).split(told, states))

    def regression(strength: float, rows: Any) -> Any:
        # What scikit-learn checks in each fit takes longer than the fit.
        with config_context(assume_finite=True, skip_parameter_validation=True):
            estimator = LogisticRegression(C=strength, solver="newton-cholesky")
            return estimator.fit(told[rows], states[rows], weights[rows])

    def loss(strength: float) -> float:
        likely = np.empty(len(states))
        for here, there in parts:
            likely[there] = regression(strength, here).predict_proba(told[there])[:, 1]
        return log_loss(states, likely, weights)

    losses = [loss(strength) for strength in STRENGTHS]
    best = int(np.argmin(losses))
    share = np.full(len(states), np.average(states, weights=weights))
    constant = log_loss(states, share, weights)
    return Beliefs(encoder, regression(STRENGTHS[best], slice(None)), losses[best], constant)


def log_loss(states: IntArray, likely: FloatArray, weights: FloatArray) -> float:
    """Weighted mean of minus the log of the probability that each state was given.

    Examples
    --------
    >>> round(log_loss(np.array([1, 0]), np.array([0.5, 0.5]), np.ones(2)), 4)
    0.6931
    """
    given = np.clip(np.where(states == 1, likely, 1 - likely), LEAST, 1)
    return float(np.average(-np.log(given), weights=weights))
