"""How much of a margin is chosen, and what that is good for."""

import numpy as np

from suasion import QuerySet
from suasion.surveys.beliefs import fitted
from suasion.surveys.fitting import Plan, fitted_survey
from suasion.surveys.held_out import delivery
from suasion.surveys.margins import MARGINS, answered, chosen_margin
from suasion.surveys.worlds import World


def test_policies_with_a_margin_persuade_people_a_little_less_convinced():
    people = World.random(4, questions=3).sample(300, 0)
    plain, safe = (fitted_survey(people, Plan(2), margin) for margin in (0.0, 0.05))
    held = plain.beliefs.at(people.answers)
    doubting = np.maximum(held - 0.049, 0)
    (as_fitted, less), (safe_as_fitted, safe_less) = (
        fit.worths(people, held, doubting) for fit in (plain, safe)
    )
    assert safe_less.value > less.value + 0.1
    # The margin costs at most about twice itself where it was not needed.
    assert as_fitted.value - 0.1 - 0.02 <= safe_as_fitted.value < as_fitted.value


def test_a_chosen_margin_brings_the_promise_nearer_to_what_is_kept():
    missed, kept = [], []
    for seed in range(3):
        world = World.random(seed)
        people = world.sample(500, seed)
        fits = [answered(people, Plan(3, margin=margin)) for margin in (0.0, "auto")]
        real = [world.realised(fit) for fit in fits]
        missed.append([f.promised.value - r.value for f, r in zip(fits, real, strict=True)])
        kept.append([r.value for r in real])
    (plain, safe), (plain_kept, safe_kept) = np.mean(missed, axis=0), np.mean(kept, axis=0)
    assert plain > 0.07
    assert safe < 0.04
    assert safe_kept > plain_kept


def test_beliefs_of_halves_are_as_far_from_the_fitted_ones_as_these_from_the_truth():
    ratios = []
    for seed in range(3):
        world = World.random(seed)
        people = world.sample(2000, seed)
        fit = fitted(people)
        held = fit.at(people.answers)
        off, halved = held - world.beliefs(people.answers), fit.halved - held
        ratios.append(np.sqrt((halved**2).mean() / (off**2).mean()))
    assert 0.8 < np.mean(ratios) < 1.25


def test_of_margins_that_do_as_well_the_largest_is_chosen():
    weights = np.array([1.0, 0, 3])
    same = np.full((len(MARGINS), 3), 0.5)
    assert chosen_margin(same, weights) == MARGINS[-1]
    # One respondent of weight 0 says nothing.
    same[3:, 1] = 0
    assert chosen_margin(same, weights) == MARGINS[-1]
    same[3:] -= 0.1
    assert chosen_margin(same, weights) == MARGINS[2]


def test_worse_by_less_than_a_standard_error_is_not_clearly_worse():
    # Paired differences of 3, -1 (mean 1): error 2 / sqrt(J).
    lost = np.tile([0.03, -0.01], 50)
    payoffs = np.full((len(MARGINS), 100), 0.5)
    payoffs[1:] -= lost
    assert chosen_margin(payoffs, np.ones(100)) == 0
    assert chosen_margin(payoffs[:, :2], np.ones(2)) == MARGINS[-1]


def test_the_policy_without_a_query_has_a_margin_of_its_own():
    people = World.random(2).sample(500, 2)
    fit = answered(people, Plan(3, margin="auto"))
    of_none = (fit.beliefs.at(people.answers).max() - fit.unasked.binary.thresholds.max()).round(9)
    assert fit.margin in MARGINS
    assert of_none in MARGINS
    with_margin = delivery(fit.unasked, QuerySet([]), fit.replies(people))
    held = fit.beliefs.at(people.answers)
    assert (fit.payoffs(people, held)[0][1] == with_margin.payoffs(people.outcomes, held)).all()
