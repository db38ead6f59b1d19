"""Lower beliefs: margins, and the worst case over boxes by enumeration of their corners."""

from fractions import Fraction
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from instances import earned, examples, float_instances, fractions, instances, triples, weights

from suasion import BinaryPersuasion, InputError, PartitionQueries, QuerySelection, solve
from suasion.models.numbers.arrays import object_array
from suasion.models.programs.rational import Family, Formulation
from suasion.solvers.backends.optimise import optimise

HALF = Fraction(1, 2)
MARGINS = st.sampled_from([Fraction(0), Fraction(1, 100), Fraction(1, 20), Fraction(1, 3)])
MATCHING = [[1, 0], [0, 1]]


def exact(instance):
    return [numbers.tolist() for numbers in instance.numbers(exact=True)]


def optimum(instance):
    return solve(instance, exact=True).exact_value


@st.composite
def boxes(draw, max_types=4):
    """Weights, lower and upper beliefs, and utilities of the types; matching the state or not."""
    n = draw(st.integers(1, max_types))
    own = draw(st.booleans())
    ends, utilities = [], []
    for _ in range(n):
        low, high = sorted(draw(fractions()) for _ in range(2))
        if own:  # a belief of 1 does not show utilities
            low, high = low * Fraction(9, 10), high * Fraction(9, 10)
        gain, loss = (draw(st.integers(1, 4)) if own else 1 for _ in range(2))
        ends.append((low, high))
        utilities.append([[loss, 0], [0, gain]])
    return draw(weights(n)), ends, utilities


def receivers(shares, beliefs, utilities):
    return BinaryPersuasion.from_utilities(shares, beliefs, utilities)


def corners(shares, ends, utilities):
    """The instance at each corner of the boxes."""
    return [receivers(shares, list(beliefs), utilities) for beliefs in product(*ends)]


def best_worst_case(instances):
    """Max-min over policies by a linear program with a row for each instance.

    Nothing is assumed but that messages may be likelihood ratios at which somebody just acts.
    """
    rays = sorted(
        {t for one in instances for _, _, t in triples(one)} | {Fraction(0), Fraction(1)}
    )
    k = len(rays)
    worth = [[earned(triples(one), [1 - t], [t]) for t in rays] for one in instances]
    rows = [[-w for w in row] + [Fraction(1)] for row in worth]
    sums = [[1 - t for t in rays] + [Fraction(0)], [*rays, Fraction(0)]]
    families = tuple(
        Family(
            name,
            np.repeat(np.arange(len(matrix)), k + 1),
            np.tile(np.arange(k + 1), len(matrix)),
            object_array([entry for row in matrix for entry in row]),
            object_array([right] * len(matrix)),
            equal,
        )
        for name, matrix, right, equal in (
            ("corners", rows, Fraction(0), False),
            ("states", sums, Fraction(1), True),
        )
    )
    blocks = {
        "messages": object_array([Fraction(0)] * k),
        "worst": object_array([Fraction(1)]),
    }
    return optimise(Formulation("max-min", blocks, families, np.inf).program()).value


@given(boxes())
@examples(150)
def test_at_the_lower_ends_the_best_policy_is_worth_its_worst_case(box):
    shares, ends, utilities = box
    lows, highs = zip(*ends, strict=True)
    lowered = receivers(shares, highs, utilities).lowered(to=lows)
    assert lowered == receivers(shares, lows, utilities)
    found = solve(lowered, exact=True)
    values = [found.answer.value(one, exact=True) for one in corners(*box)]
    assert min(values) == found.exact_value


@given(boxes(max_types=3))
@examples(60)
def test_no_other_policy_has_a_better_worst_case(box):
    shares, ends, utilities = box
    lows, highs = zip(*ends, strict=True)
    lowered = receivers(shares, highs, utilities).lowered(to=lows)
    assert best_worst_case(corners(*box)) == pytest.approx(float(optimum(lowered)), abs=1e-7)


def test_the_worst_case_is_exact_with_queries_too():
    shares, lows, highs = ["1/4"] * 4, ["1/5", "3/5", "1/10", "2/5"], ["2/5", "4/5", "7/10", "1/2"]
    queries = PartitionQueries.from_labels([[0, 0, 1, 1], [0, 1, 0, 1]])
    upper = BinaryPersuasion(shares, highs)
    robust = QuerySelection(upper.lowered(to=lows), queries, budget=1)
    found = solve(robust, exact=True)
    cells = found.answer.cells(robust)
    policies = [cells.policy(robust.persuasion, cell, exact=True) for cell in range(len(cells))]
    worst = []
    for held in product(*zip(lows, highs, strict=True)):
        types = triples(BinaryPersuasion(shares, list(held)))
        worst.append(
            sum(
                earned([types[i] for i in cell], *policy.likelihoods(exact=True))
                for cell, policy in zip(cells, policies, strict=True)
            )
        )
    assert min(worst) == found.exact_value


@given(instances("both"), MARGINS)
@examples(150)
def test_a_margin_lowers_thresholds_alone(instance, e):
    shares, beliefs, _, _ = exact(instance)
    less = [max(p - e, Fraction(0)) for p in beliefs]
    assert exact(instance.lowered(by=e)) == [shares, beliefs, less, beliefs]
    assert instance.lowered(by=0) == instance


@given(instances("both"), MARGINS)
@examples(150)
def test_a_margin_costs_at_most_twice_itself(instance, e):
    loss = optimum(instance) - optimum(instance.lowered(by=e))
    assert 0 <= loss <= 2 * e


def test_no_smaller_factor_than_two_would_do():
    e = Fraction(1, 1000)
    half = BinaryPersuasion.one("1/2")
    assert optimum(half) - optimum(half.lowered(by=e)) == e / (HALF + e)


@given(instances("both"), MARGINS)
@examples(100)
def test_lower_ends_cost_at_most_three_times_their_distance_and_twice_below_one_half(instance, e):
    less = [max(p - e, Fraction(0)) for p in exact(instance)[1]]
    loss = optimum(instance) - optimum(instance.lowered(to=less))
    low = max(exact(instance)[1]) <= HALF
    assert 0 <= loss <= (2 if low else 3) * e


@given(instances("both"), MARGINS, st.data())
@examples(100)
def test_policies_with_a_margin_persuade_whoever_believes_at_most_so_much_less(instance, e, data):
    found = solve(instance.lowered(by=e), exact=True)
    shares, beliefs, _, _ = exact(instance)
    held = [max(p - e * data.draw(fractions()), Fraction(0)) for p in beliefs]
    doubting = BinaryPersuasion(shares, held, state_beliefs=beliefs)
    assert found.answer.value(doubting, exact=True) >= found.exact_value


@given(boxes())
@examples(100)
def test_utilities_stay_and_their_thresholds_follow_the_belief(box):
    shares, ends, utilities = box
    lows, highs = zip(*ends, strict=True)
    instance = receivers(shares, highs, utilities)
    less = receivers(shares, lows, utilities)
    margins = [high - low for low, high in ends]
    assert exact(instance.lowered(by=margins))[2] == exact(less)[2]
    assert exact(instance.lowered(by=margins))[3] == list(highs)
    floats = BinaryPersuasion(instance.weights, instance.beliefs, instance.thresholds)
    assert floats.lowered(to=less.beliefs).thresholds == pytest.approx(less.thresholds, abs=1e-12)


def test_who_acts_or_does_not_whatever_she_learns_goes_on_so():
    stubborn = BinaryPersuasion(["1/2", "1/2"], ["1/2", "1/2"], [0, 1])
    for lowered in (stubborn.lowered(to="1/4"), stubborn.lowered(to=0), stubborn.lowered(by=1)):
        assert exact(lowered)[2] == [0, 1]


def test_the_belief_of_someone_certain_does_not_show_her_utilities():
    certain = BinaryPersuasion([1], [1], [1])
    assert exact(certain.lowered(by="1/10"))[2] == [Fraction(9, 10)]  # she matches the state
    own = BinaryPersuasion(["1/2", "1/2"], [1, "1/2"], [1, "1/3"])
    with pytest.raises(
        InputError, match=r"beliefs\[0\] is 1, and the threshold .* \(from_utilities\)"
    ):
        own.lowered(by="1/10")
    assert exact(own.lowered(by=[0, "1/4"]))[2] == [1, Fraction(1, 7)]


def test_misinformed_receivers_leave_the_sender_what_she_knows():
    told = BinaryPersuasion([1], ["2/5"], state_beliefs=["1/5"])
    for lowered, belief in ((told.lowered(by="1/10"), "2/5"), (told.lowered(to="3/10"), "3/10")):
        expected = BinaryPersuasion([1], [belief], ["3/10"], ["1/5"])
        assert lowered == expected


@given(float_instances(), st.floats(0, 1))
@examples(200)
def test_floats_next_to_the_limits_never_raise_a_threshold(instance, e):
    assume(instance.beliefs.max() < 1 or instance.thresholds.tolist() == instance.beliefs.tolist())
    lowered = instance.lowered(by=e)
    assert (lowered.thresholds <= instance.thresholds).all()
    assert (lowered.thresholds >= 0).all()


def test_exact_numbers_stay_exact_and_floats_floats():
    both = BinaryPersuasion([0.5, 0.5], [0.2, 0.4])
    assert both.lowered(by=0.1).thresholds.tolist() == [0.1, pytest.approx(0.3)]
    assert not both.lowered(by="1/10").rational
    assert BinaryPersuasion.one("2/5").lowered(by="0.1").rational
    assert not BinaryPersuasion.one("2/5").lowered(by=0.1).rational
    assert BinaryPersuasion.one("1/10").lowered(to=0.1).thresholds.tolist() == [0.1]


def test_entries_are_matched_by_labels_which_stay():
    pair = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"], labels=["bad", "good"])
    expected = pair.lowered(to=["1/10", "3/10"])
    assert expected.labels == ("bad", "good")
    assert pair.lowered(to={"good": "3/10", "bad": "1/10"}) == expected
    assert pair.lowered(by=pd.Series({"good": 0.0, "bad": 0.1})).thresholds.tolist() == [0.1, 0.4]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "give one of them"),
        ({"by": 0, "to": 0}, "give one of them"),
        ({"by": -0.1}, r"by\[0\] is -0.1, outside \[0, 1\]"),
        ({"by": "2"}, r"by\[0\] is 2, outside"),
        ({"to": ["1/5", "1/2"]}, r"to\[1\] is 1/2, above the belief 2/5"),
        ({"to": 0.3}, r"to\[0\] is 0.3, above the belief 1/5"),
        ({"to": [0.1]}, "to has 1 entries and there are 2 types"),
        ({"by": {"x": 0.1, "y": 0.1}}, "by has the key 'x'"),
        ({"by": float("nan")}, "by"),
        ({"by": "much"}, "by"),
    ],
)
def test_bad_margins_and_ends_are_named(options, words):
    pair = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"], labels=["bad", "good"])
    with pytest.raises(InputError, match=words):
        pair.lowered(**options)
