"""How much of a margin policies need: chosen by what it earns from respondents left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from suasion.models.numbers.arrays import FloatArray
from suasion.surveys.fitting import FittedSurvey, Plan, fitted_survey, posed
from suasion.surveys.respondents import Respondents
from suasion.surveys.splits import stratified

# What a margin is chosen from; larger ones cost more than they save (about twice the margin).
MARGINS = (0.0, 0.01, 0.02, 0.05, 0.1)
# How often the sample is halved to choose among them.
HALVINGS = 2


def margin_worths(respondents: Respondents, plan: Plan) -> FloatArray:
    """What each of `MARGINS` earns from respondents left out, shape (5,).

    The mean, over the halves of `HALVINGS` splits, of what policies fitted on one half earn from
    the other: half of its people think as the model of the first half says (policies without a
    margin are best for them), half as a model of their own says (who often miss what was just
    enough). The queries are those chosen without a margin.

    Running time: 2 `HALVINGS` fits of half of the respondents, and 5 sets of policies for each.
    """
    plain = replace(plan, margin=0.0)
    worths = []
    for halving in range(HALVINGS):
        parts = stratified(respondents, 2, [plan.seed, halving])
        fits = [fitted_survey(respondents.part(part), plain, 0.0) for part in parts]
        for here, there in (fits, fits[::-1]):
            worths.append(list(_earned(here, there, plain)))
    return np.asarray(np.mean(worths, axis=0), dtype=np.float64)


def _earned(here: FittedSurvey, there: FittedSurvey, plan: Plan) -> Iterator[float]:
    """What the queries of one half earn from the other with the policies of each margin."""
    others = there.respondents
    believed = [fit.beliefs.at(others.answers) for fit in (here, there)]
    for margin in MARGINS:
        problem = posed(here.respondents, here.beliefs, plan, margin)
        lowered = replace(here, margin=margin, problem=problem)
        yield float(np.mean([worth.value for worth in lowered.worths(others, *believed)]))


def plan_margin(respondents: Respondents, plan: Plan) -> float:
    """The margin of the plan, chosen on these respondents if that is "auto"."""
    if not isinstance(plan.margin, str):
        return plan.margin
    return MARGINS[int(np.argmax(margin_worths(respondents, plan)))]


def answered(respondents: Respondents, plan: Plan) -> FittedSurvey:
    """`fitted_survey` with the margin of the plan."""
    return fitted_survey(respondents, plan, plan_margin(respondents, plan))
