"""How much of a margin policies need: chosen by what it earns from people who differ a little."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from suasion.models.numbers.arrays import FloatArray
from suasion.surveys.beliefs import Beliefs
from suasion.surveys.fitting import FittedSurvey, Plan, fitted_survey, posed
from suasion.surveys.respondents import Respondents

# What a margin is chosen from; it costs at most twice itself.
MARGINS = (0.0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2)


def margin_payoffs(fit: FittedSurvey, plan: Plan) -> FloatArray:
    """What each respondent earns with each of `MARGINS`, shape (2, 7, J): asked, and unasked.

    With the queries of the fit, from her whose state is known, if she believes what models of
    the half of the sample say that she is not in (`Beliefs.halved`): about as far from the
    fitted beliefs as these are from the truth.

    Running time: 7 sets of policies; nothing is fitted again.
    """
    found = []
    for margin in MARGINS:
        problem = posed(fit.respondents, fit.beliefs, plan, margin)
        lowered = replace(fit, margin=margin, problem=problem, unasked=problem)
        found.append(np.mean(lowered.payoffs(fit.respondents, *fit.beliefs.halved), axis=0))
    return np.array(found).transpose(1, 0, 2)


def chosen_margin(payoffs: FloatArray, weights: FloatArray) -> float:
    """The largest margin that is not clearly worse than the best.

    Not worse by more than one standard error of their difference (Breiman, Friedman, Olshen and
    Stone's rule for the size of a tree): the best by a little is the best by chance, and a
    larger margin keeps more of its promise.

    Parameters
    ----------
    payoffs : array of float, shape (7, J)
        Of each respondent, for each of `MARGINS`.
    weights : array of float, shape (J,)

    Examples
    --------
    >>> steady = np.linspace(0.5, 0.44, 7)[:, None] + np.zeros(100)
    >>> chosen_margin(steady, np.ones(100))
    0.0
    >>> chosen_margin(np.full((7, 100), 0.5), np.ones(100))
    0.2
    """
    shares = weights / weights.sum()
    lost = payoffs[np.argmax(payoffs @ shares)] - payoffs
    means = lost @ shares
    errors = np.sqrt(((lost - means[:, None]) ** 2) @ shares**2)
    return MARGINS[int(np.flatnonzero(means <= errors)[-1])]


def answered(respondents: Respondents, plan: Plan, beliefs: Beliefs | None = None) -> FittedSurvey:
    """`fitted_survey` with the margin of the plan.

    One that is "auto" is chosen for the queries that are best without one; then queries are
    chosen again. No query has the margin that seems best: asking is compared with the most that
    can be had without it, so that no part of the gain is the price of caution.
    """
    if not isinstance(plan.margin, str):
        return fitted_survey(respondents, plan, plan.margin, beliefs)
    fit = fitted_survey(respondents, plan, 0.0, beliefs)
    asked, unasked = margin_payoffs(fit, plan)
    cautious = chosen_margin(asked, respondents.weights)
    if cautious:
        fit = fitted_survey(respondents, plan, cautious, fit.beliefs)
    best = MARGINS[int(np.argmax(unasked @ respondents.weights))]
    return replace(fit, unasked=posed(respondents, fit.beliefs, plan, best))
