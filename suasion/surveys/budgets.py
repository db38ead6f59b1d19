"""What smaller budgets are worth, from the same splits as an assessment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from suasion.surveys.assessing import Progress, each, fold_tasks, half_tasks, run
from suasion.surveys.fitting import Plan
from suasion.surveys.intervals import Estimate, split_estimate
from suasion.surveys.respondents import Respondents
from suasion.surveys.trials import whole


class BudgetPoint(NamedTuple):
    """What so many questions are worth.

    Attributes
    ----------
    budget : int
    promised : float
        By the model fitted on everyone.
    consistent, independent : Estimate
        Held out, as in `Assessment`.
    """

    budget: int
    promised: float
    consistent: Estimate
    independent: Estimate


def budget_points(
    respondents: Respondents,
    plan: Plan,
    budgets: Sequence[int],
    *,
    repeats: int = 2,
    folds: int = 5,
    halves: int = 5,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> list[BudgetPoint]:
    """Values at several budgets: those of `assess` with each, without shuffles and curves.

    ``repeats * folds + 2 * halves + 1`` fits and choices of queries for each budget.
    """
    tasks = []
    for budget in budgets:
        less = replace(plan, budget=budget)
        tasks.append((whole, (respondents, less)))
        tasks += fold_tasks(respondents, less, repeats, folds)
        tasks += half_tasks(respondents, less, halves)
    done = iter(run(tasks, jobs, progress))
    points = []
    for budget in budgets:
        promised = next(done).promised.value
        by_fold = list(islice(done, repeats * folds))
        by_half = [trial for pair in islice(done, halves) for trial in pair]
        points.append(
            BudgetPoint(
                budget,
                promised,
                split_estimate(each(by_fold, "consistent", "value"), 1 / (folds - 1)),
                split_estimate(each(by_half, "independent", "value"), 1.0),
            )
        )
    return points
