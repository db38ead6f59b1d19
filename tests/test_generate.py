import numpy as np
import pytest

from suasion import BinaryPersuasion, QuerySelection, solve
from suasion.generate import FAMILIES, generate


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("denominator", [None, 12])
def test_the_same_seed_draws_the_same_instance(family, denominator):
    first, second = (generate(family, 9, 3, denominator=denominator) for _ in range(2))
    other = generate(family, 9, 4, denominator=denominator)
    assert first == second
    assert first != other
    assert solve(first).status == "optimal"


@pytest.mark.parametrize("family", FAMILIES)
def test_a_denominator_makes_the_instance_exact(family):
    instance = generate(family, 20, 1, denominator=12)
    assert instance.rational
    assert not generate(family, 20, 1).rational
    if family != "ties":
        assert all(12 % value.denominator == 0 for value in instance.numbers(exact=True)[1])


def test_families_are_in_their_regimes():
    assert generate("low", 1000).thresholds.max() <= 0.5
    both = generate("both-sides", 1000).thresholds
    assert both.min() < 0.5 < both.max()
    private = generate("private", 1000)
    assert not np.array_equal(private.thresholds, private.beliefs)
    misinformed = generate("misinformed", 1000)
    assert len(set(misinformed.state_beliefs.tolist())) == 1
    ties = generate("ties", 1000)
    assert set(ties.beliefs.tolist()) == {0.0, 0.25, 0.5, 0.75, 1.0}
    assert (ties.weights == 0).any()


def test_queries_are_added_when_asked_for():
    problem = generate("low", 5, queries="threshold", budget=2, cost="1/100", adaptive=True)
    assert isinstance(problem, QuerySelection)
    assert (problem.budget, problem.adaptive) == (2, True)
    assert isinstance(generate("low", 5), BinaryPersuasion)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"family": "lo", "types": 3}, 'did you mean "low"'),
        ({"family": "low", "types": 0}, "types is 0"),
        ({"family": "low", "types": 3, "seed": -1}, "seed is -1"),
        ({"family": "low", "types": 3, "denominator": 1}, "denominator is 1"),
        ({"family": "low", "types": 3, "budget": 1}, "belong to queries"),
        ({"family": "low", "types": 3, "queries": "partition"}, 'queries is "partition"'),
    ],
)
def test_bad_arguments_get_one_sentence(arguments, said):
    with pytest.raises(ValueError, match=said):
        generate(**arguments)
