"""Trials: everything fitted on some respondents, and what that earns from the others."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from suasion.models.numbers.arrays import IntArray
from suasion.surveys.beliefs import Beliefs
from suasion.surveys.fitting import FittedSurvey, Plan, Worth
from suasion.surveys.margins import answered
from suasion.surveys.respondents import Respondents
from suasion.surveys.splits import stratified


class Trial(NamedTuple):
    """What the answer of one training part earned from the others.

    Attributes
    ----------
    consistent : Worth
        If they think as the model of the training part says.
    independent : Worth or None
        If they think as a model of their own says, where there is one.
    asked : tuple of str
        The queries chosen.
    proved : bool
        Whether no other queries are better for the training part.
    """

    consistent: Worth
    independent: Worth | None
    asked: tuple[str, ...]
    proved: bool


class Whole(NamedTuple):
    """What is made of all respondents, which nobody is left to check.

    Attributes
    ----------
    promised : Worth
    margin : float
    asked : tuple of str
    types : int
    log_loss : (float, float)
        Of the belief model, cross-validated, and of a constant.
    proved : bool
    """

    promised: Worth
    margin: float
    asked: tuple[str, ...]
    types: int
    log_loss: tuple[float, float]
    proved: bool


def whole(respondents: Respondents, plan: Plan) -> Whole:
    """Fit everything on everyone."""
    fit = answered(respondents, plan)
    return Whole(
        fit.promised,
        fit.margin,
        fit.asked,
        len(fit.problem.persuasion),
        (fit.beliefs.log_loss, fit.beliefs.constant_log_loss),
        fit.proved,
    )


def promised_gains(
    respondents: Respondents, plan: Plan, shuffles: int, beliefs: Beliefs
) -> list[float]:
    """What asking promises on a sample, first as it is, then with outcomes shuffled so often.

    Running time: `shuffles` fits, for `beliefs` are those of the sample as it is, and a choice of
    queries more.
    """
    gains = [answered(respondents, plan, beliefs).promised.gain]
    for shuffle in range(shuffles):
        generator = np.random.default_rng([plan.seed, shuffle])
        outcomes = generator.permutation(respondents.outcomes)
        gains.append(answered(replace(respondents, outcomes=outcomes), plan).promised.gain)
    return gains


def fold_trial(respondents: Respondents, plan: Plan, left: IntArray) -> Trial:
    """Fit everything on the respondents but those left out, and value it on these."""
    rest = np.ones(len(respondents), dtype=bool)
    rest[left] = False
    fit = answered(respondents.part(rest), plan)
    others = respondents.part(left)
    (consistent,) = fit.worths(others, fit.beliefs.at(others.answers))
    return Trial(consistent, None, fit.asked, fit.proved)


def half_trials(respondents: Respondents, plan: Plan, seed: list[int]) -> list[Trial]:
    """Fit everything on each of two halves, and value it on the other, whose model is known."""
    halves = stratified(respondents, 2, seed)
    fits = [answered(respondents.part(half), plan) for half in halves]
    return [_crossed(here, there) for here, there in (fits, fits[::-1])]


def _crossed(here: FittedSurvey, there: FittedSurvey) -> Trial:
    others = there.respondents
    consistent, independent = here.worths(
        others, *(fit.beliefs.at(others.answers) for fit in (here, there))
    )
    return Trial(consistent, independent, here.asked, here.proved)


def permuted_trials(respondents: Respondents, plan: Plan, seed: list[int]) -> list[Trial]:
    """`half_trials` of people whose outcomes were shuffled, so that answers say nothing."""
    outcomes = np.random.default_rng(seed).permutation(respondents.outcomes)
    return half_trials(replace(respondents, outcomes=outcomes), plan, [*seed, 1])
