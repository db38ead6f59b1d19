"""How much of a margin is chosen, and what that is good for."""

from dataclasses import replace

import numpy as np
import pytest

from suasion.surveys.fitting import Plan, fitted_survey, posed
from suasion.surveys.margins import MARGINS, answered, chosen_margin, margin_payoffs
from suasion.surveys.worlds import World


@pytest.fixture(scope="module")
def sampled():
    world = World.random(0, questions=5)
    people = world.sample(400, 0)
    return world, people, fitted_survey(people, Plan(2), 0.0)


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


def test_a_chosen_margin_brings_the_promise_nearer_to_what_is_kept(sampled):
    world, people, plain = sampled
    safe = answered(people, Plan(2))
    assert safe.margin > 0
    missed = [
        getattr(fit.promised, what) - getattr(world.realised(fit), what)
        for what in ("value", "no_query")
        for fit in (plain, safe)
    ]
    assert missed[1] <= missed[0] - 0.02
    assert missed[3] <= missed[2]


def test_margins_are_valued_on_people_whom_the_model_did_not_see(sampled):
    _, people, plain = sampled
    found = margin_payoffs(plain, Plan(2))
    assert found.shape == (2, len(MARGINS), 400)
    for place in (0, 3):
        there = fitted_survey(people, Plan(2), MARGINS[place], plain.beliefs)
        there = replace(there, result=plain.result)
        worths = there.worths(people, *plain.beliefs.halved)
        assert found[0, place].mean() == pytest.approx(np.mean([w.value for w in worths]))
        assert found[1, place].mean() == pytest.approx(np.mean([w.no_query for w in worths]))


def test_a_margin_is_chosen_for_no_query_by_itself(sampled):
    _, people, plain = sampled
    safe = answered(people, Plan(2))
    asked, unasked = (chosen_margin(p, people.weights) for p in margin_payoffs(plain, Plan(2)))
    assert safe.margin == asked
    alone = posed(people, safe.beliefs, Plan(0), unasked)
    assert (safe.unasked.binary.thresholds == alone.binary.thresholds).all()
    nothing = answered(people, Plan(0))
    assert nothing.promised.value == nothing.promised.no_query == safe.promised.no_query


def test_the_margin_chosen_is_the_largest_within_one_standard_error_of_the_best():
    # Two groups of 50: of the second margin on, one loses and the other wins.
    lost = np.repeat([[0.0, 0.0], [0.3, -0.1], [0.5, 0.5]], 50, axis=1)
    means = [0.1, 0.5]
    error = 0.2 / np.sqrt(100)
    assert means[0] > error
    assert chosen_margin(1 - lost, np.ones(100)) == MARGINS[0]
    # Half the loss with the same spread, 0.2: 0.01 is within the error of 0.02.
    near = np.repeat([[0.0, 0.0], [0.21, -0.19], [0.5, 0.5]], 50, axis=1)
    assert chosen_margin(1 - near, np.ones(100)) == MARGINS[1]
    # Those who lose weigh three times as much: 0.11 is beyond it.
    assert chosen_margin(1 - near, np.repeat([3.0, 1.0], 50)) == MARGINS[0]


def test_a_margin_that_is_given_is_taken(sampled):
    _, people, plain = sampled
    fit = answered(people, Plan(2, margin=0.02))
    assert fit.margin == 0.02
    assert fit.unasked is fit.problem
    assert fit.promised.value < plain.promised.value
