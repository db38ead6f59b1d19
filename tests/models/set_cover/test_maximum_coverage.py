"""Maximum coverage: what chosen sets contain, and what is not an answer."""

import pytest

from suasion import Cover, SetCover
from suasion.models.set_cover.maximum_coverage import MaximumCoverage

SETS = SetCover(4, [[0, 1], [1, 2], []])


def test_weights_count_once():
    problem = MaximumCoverage(SETS, 3, weights=["1/2", 2, 3, 100])
    assert problem.value(Cover([0, 1, 2]), exact=True) == 5.5
    assert problem.value(Cover([])) == 0.0
    assert problem.rational


def test_nothing_to_cover_is_worth_nothing():
    assert MaximumCoverage(SetCover(0, []), 0).value(Cover([]), exact=True) == 0


@pytest.mark.parametrize(
    ("budget", "weights", "words"),
    [
        (-1, None, "budget is -1; give an integer >= 0"),
        (True, None, "budget is True"),
        (1.0, None, "budget is 1.0"),
        (1, [1, 2], "weights has 2 entries for 4 elements"),
        (1, [1, 2, -3, 4], r"weights\[2\] is -3"),
    ],
)
def test_bad_input_is_one_sentence(budget, weights, words):
    with pytest.raises(ValueError, match=words):
        MaximumCoverage(SETS, budget, weights)


def test_more_sets_than_the_budget_are_no_answer():
    with pytest.raises(ValueError, match="2 sets are chosen and the budget is 1"):
        MaximumCoverage(SETS, 1).value(Cover([0, 1]))
