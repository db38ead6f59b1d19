"""The dual of a program has its optimum, and its answers are multipliers that prove it."""

import pytest
from programs import DIET, FACTORY, INF, program

from suasion.solvers.backends.dual_program import dual_program, multipliers
from suasion.solvers.backends.optimise import optimise
from suasion.solvers.backends.outcome import lp_bound

RANGES = {"rows": [[1, 2], [1, -1]], "row_lower": [1, 0.3], "row_upper": [4, 0.3]}


@pytest.mark.parametrize(
    "lp",
    [
        program([3, 5], **FACTORY),
        program([3, 5], **DIET, sense=-1),
        program([1, 1], **RANGES, lower=-INF),
        program([1, 1], **RANGES, lower=-INF, sense=-1),
        program([1, 2], [[1, 1]], [1], [3], lower=-1, upper=5),
        program([1, 2], [[1, 1]], [1], [3], lower=[0.25, -1], upper=[0.25, 5], sense=-1),
        program([1, -2, 0], lower=-1, upper=1),
    ],
)
def test_multipliers_from_the_dual_program_prove_the_optimum(lp):
    best = optimise(lp)
    dual = optimise(dual_program(lp))
    sign = 1 if lp.maximise else -1
    assert (best.status, dual.status) == ("optimal", "optimal")
    assert dual.value == pytest.approx(sign * best.value, abs=1e-9)
    prices = sign * multipliers(lp, dual.answer.values)
    assert lp_bound(lp, prices, best.answer.values) == pytest.approx(best.value, abs=1e-7)


def test_the_dual_of_an_unbounded_program_is_infeasible():
    assert optimise(dual_program(program([1, 2], [[1, -1]], [-INF], [1]))).status == "infeasible"
