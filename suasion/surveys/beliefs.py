"""Belief models: the probability of state 1 given a respondent's answers."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.models.numbers.arrays import FloatArray, IntArray
from suasion.surveys.encoding import Encoding
from suasion.surveys.models import BeliefModel, belief_model
from suasion.surveys.respondents import Respondents
from suasion.surveys.splits import stratified

# Parts of the cross-validation.
PARTS = 5
# How often the sample is halved to see how far beliefs are off.
HALVINGS = 2
# Probabilities nearer to 0 or 1 count as these: nobody learns certainty from a sample, and a log
# loss would be infinite.
LEAST = 1e-12


@dataclass(frozen=True, eq=False)
class Beliefs:
    """A model fitted on respondents.

    Attributes
    ----------
    model : str
        Its name.
    encoding : callable
        Answers to the numbers that the estimator sees, shape (J, Q) to (J, columns).
    estimator
        Fitted, with ``predict_proba``.
    log_loss : float
        Cross-validated, in nats per unit of weight.
    constant_log_loss : float
        The same of the share of state 1, whoever is asked. A model that is not below it has
        found nothing that answers say about the state.
    halved : array of float, shape (2, J)
        What the model says of each respondent if fitted on the half that she is not in, twice.
        A half's estimate lies about as far from the whole sample's as that from the truth, for
        the variance of ``half - whole`` is 2/J - 1/J times that of one respondent: so `halved`
        stands in for what people believe whom the model does not know.
    """

    model: str
    encoding: Encoding
    estimator: Any
    log_loss: float
    constant_log_loss: float
    halved: FloatArray

    def at(self, answers: IntArray) -> FloatArray:
        """Probability of state 1 given answers, shape (J, Q) to (J,); in [1e-12, 1 - 1e-12]."""
        return _likely(self.estimator, self.encoding(answers))


class Constant:
    """One probability of state 1 for everybody: the share among those it was fitted on.

    Where they are all of one state it is the rule of succession, ``(k + 1) / (n + 2)``, because
    n respondents do not show that the other state never occurs.

    Examples
    --------
    >>> Constant(np.array([1, 1, 0, 0]), np.array([3.0, 3, 1, 1])).probability
    0.75
    >>> Constant(np.array([1, 1]), np.ones(2)).probability
    0.75
    """

    def __init__(self, states: IntArray, weights: FloatArray) -> None:
        ones, both = float(weights[states == 1].sum()), float(weights.sum())
        self.probability = ones / both if 0 < ones < both else (ones + 1) / (both + 2)

    def predict_proba(self, told: FloatArray) -> FloatArray:
        """Probabilities of states 0 and 1, shape (J, 2)."""
        return np.tile([1 - self.probability, self.probability], (len(told), 1))


def fitted(respondents: Respondents, model: Any = "logistic", seed: int = 0) -> Beliefs:
    """The belief model of some respondents.

    Parameters
    ----------
    respondents : Respondents
        Those of weight 0 are not looked at.
    model : str or estimator
        * "logistic": a logistic regression on `Indicators` (one column of 0 and 1 per answer, a
          number from 0 to 1 per ordered question) with the best of seven L2 penalties.
        * "boosted": scikit-learn's gradient-boosted trees of 8 leaves on the numbers of the
          answers, which may be joined in any way where they have no order; best of 10, 30 and
          100 rounds.
        * "smoothed": ``(k + 1) / (n + 2)`` of the n respondents with exactly the same answers, k
          of them in state 1, counted by weight; the share of all for answers that nobody gave.
          `suasion.surveys.models.Smoothed` takes another number than 1.
        * an estimator with ``fit(X, y)`` and ``predict_proba(X)``, copied unfitted, on
          `Indicators` too: float64, columns as `Indicators.names` says, states 0 and 1. Weights
          are passed as ``sample_weight`` (mean 1) if its fit takes that. Where a ``random_state``
          is None it becomes `seed`.
        * "module:Class": a class or a function of the user's that makes one when it is called.
    seed : int
        Of the parts of the cross-validation and of the model: the same numbers each time.

    Returns
    -------
    Beliefs

    Raises
    ------
    InputError
        For a model that is none, an estimator that takes no weights where they differ, or
        predictions that are no probabilities.

    Notes
    -----
    Log losses are of 5 parts, stratified by outcome, each predicted by what was fitted on the
    others, weighted, and with probabilities clipped to [1e-12, 1 - 1e-12]. Among several
    penalties or rounds the least log loss is reported, which flatters it a little.
    Without questions, or where all respondents are of one state, "smoothed" alone is fitted and
    others say a constant. One thread, so that sums are made in one order.

    Running time: 6 fits, times the penalties or rounds that are compared, and 4 of halves.

    Examples
    --------
    >>> from suasion.surveys.worlds import World
    >>> world = World(np.array([[-2.0, 2.0]]), 0.0)
    >>> beliefs = fitted(world.sample(1000, 0))
    >>> beliefs.at(np.array([[0], [1]])).round(1), beliefs.log_loss < beliefs.constant_log_loss
    (array([0.1, 0.9]), True)
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    counted = respondents.part(respondents.weights > 0)
    if not len(counted):
        raise InputError("weights are all 0; give at least one respondent a positive weight.")
    chosen = belief_model(model, counted, seed)
    with threadpool_limits(1):
        beliefs = _cross_validated(chosen, counted, seed)
    if len(counted) == len(respondents):
        return beliefs
    everyone = np.tile(beliefs.at(respondents.answers), (HALVINGS, 1))
    everyone[:, respondents.weights > 0] = beliefs.halved
    return replace(beliefs, halved=everyone)


def _cross_validated(model: BeliefModel, respondents: Respondents, seed: int) -> Beliefs:
    """The candidate with the least log loss, fitted on all respondents."""
    sample = _Sample.of(respondents, model)
    parts = [part for part in stratified(respondents, PARTS, [seed]) if len(part)]
    likely = np.empty((len(model.candidates) + 1, len(respondents)))
    for part in parts:
        there, rest = sample.part(part), sample.part(_others(part, len(respondents)))
        for row, estimator in zip(likely, _fits(model, rest), strict=True):
            row[part] = _likely(estimator, there.told)
    constant, *losses = (log_loss(sample.states, row, sample.weights) for row in likely)
    best = int(np.argmin(losses))
    candidate = model.candidates[best]
    halved = np.empty((HALVINGS, len(respondents)))
    for halving, row in enumerate(halved):
        for half in stratified(respondents, 2, [seed, halving]):
            rest = sample.part(_others(half, len(respondents)))
            row[half] = _likely(_fit(model, candidate, rest), sample.told[half])
    estimator = _fit(model, candidate, sample)
    return Beliefs(model.name, model.encoding, estimator, losses[best], constant, halved)


@dataclass(frozen=True, eq=False)
class _Sample:
    """Respondents as an estimator sees them."""

    told: FloatArray
    states: IntArray
    weights: FloatArray

    @classmethod
    def of(cls, respondents: Respondents, model: BeliefModel) -> _Sample:
        weights = respondents.weights
        unit = 1.0 if model.counts else weights.mean()
        return cls(model.encoding(respondents.answers), respondents.outcomes, weights / unit)

    def part(self, rows: Any) -> _Sample:
        return _Sample(self.told[rows], self.states[rows], self.weights[rows])


def _others(part: IntArray, count: int) -> Any:
    rest = np.ones(count, dtype=bool)
    rest[part] = False
    return rest


def _fits(model: BeliefModel, sample: _Sample) -> Iterator[Any]:
    """The constant, then each of the candidates."""
    yield Constant(sample.states, sample.weights)
    yield from (_fit(model, estimator, sample) for estimator in model.candidates)


def _fit(model: BeliefModel, estimator: Any, sample: _Sample) -> Any:
    """A copy of the estimator, fitted, or a constant where there is nothing to fit."""
    from sklearn import config_context
    from sklearn.base import clone
    from sklearn.utils.validation import has_fit_parameter

    one_state = len(np.unique(sample.states)) < 2
    if not len(sample.states) or (not model.counts and (one_state or not sample.told.shape[1])):
        return Constant(sample.states, sample.weights)
    new = clone(estimator, safe=False)
    # What scikit-learn checks in each fit takes longer than a small fit.
    with (
        config_context(assume_finite=True, skip_parameter_validation=not model.users),
        warnings.catch_warnings(),
    ):
        # Steps of the size of rounding errors: scikit-learn goes on with L-BFGS, and is right.
        warnings.filterwarnings("ignore", "Line search of Newton solver")
        if has_fit_parameter(new, "sample_weight"):
            return new.fit(sample.told, sample.states, sample_weight=sample.weights)
        if np.ptp(sample.weights) > 0:
            raise InputError(
                f"beliefs is {model.name}, whose fit takes no sample_weight, and the weights of "
                "respondents differ; choose another model, or leave the weights out."
            )
        return new.fit(sample.told, sample.states)


def _likely(estimator: Any, told: FloatArray) -> FloatArray:
    """Probability of state 1 of each row, clipped."""
    found = np.asarray(estimator.predict_proba(told), dtype=np.float64)
    states = [int(state) for state in getattr(estimator, "classes_", (0, 1))]
    if (
        sorted(states) != [0, 1]
        or found.shape != (len(told), 2)
        or not ((found >= 0) & (found <= 1)).all()
    ):
        raise InputError(
            f"predict_proba of {type(estimator).__name__} gives no probabilities of the states 0 "
            f"and 1 for {len(told)} respondents; it has to return numbers in [0, 1] of shape "
            f"({len(told)}, 2)."
        )
    return np.clip(found[:, states.index(1)], LEAST, 1 - LEAST)


def log_loss(states: IntArray, likely: FloatArray, weights: FloatArray) -> float:
    """Weighted mean of minus the log of the probability that each state was given.

    Examples
    --------
    >>> round(log_loss(np.array([1, 0]), np.array([0.5, 0.5]), np.ones(2)), 4)
    0.6931
    """
    given = np.where(states == 1, likely, 1 - likely)
    return float(np.average(-np.log(given), weights=weights))
