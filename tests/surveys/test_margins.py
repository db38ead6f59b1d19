"""How much of a margin is chosen, and what that is good for."""

import numpy as np

from suasion.surveys.fitting import Plan, fitted_survey
from suasion.surveys.margins import MARGINS, answered, margin_worths
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
    world = World.random(0)
    people = world.sample(500, 0)
    worths = margin_worths(people, Plan(3))
    chosen = MARGINS[int(worths.argmax())]
    assert chosen > 0
    plain, safe = (answered(people, Plan(3, margin=margin)) for margin in (0.0, "auto"))
    assert safe.margin == chosen
    missed = [fit.result.value - world.realised(fit).value for fit in (plain, safe)]
    assert missed[1] <= missed[0] - 0.01
