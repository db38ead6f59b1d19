"""The hardness gadget: what uncovered elements lose, decisions at K* and K* - 1, chains."""

from fractions import Fraction as F  # noqa: N817

import numpy as np
import pytest
from covers import set_covers, shipped
from hypothesis import given
from hypothesis import strategies as st
from instances import examples, optimum, triples

from suasion import Cover, QuerySelection, QuerySet, SetCover, solve
from suasion.models.set_cover.maximum_coverage import MaximumCoverage
from suasion.models.set_cover.steiner_triples import steiner
from suasion.reductions.coverage_to_queries import CoverageToQueries
from suasion.reductions.set_cover_to_queries import SetCoverToQueries


def pooled_loss(reduction, uncovered):
    """What type 0 and some elements lose in one cell, by the dual in rationals."""
    types = triples(reduction.target.persuasion)
    cell = [types[0], *(types[e + 1] for e in uncovered)]
    return sum((optimum([one]) for one in cell), F(0)) - optimum(cell)


@pytest.mark.parametrize("budget", [None, 3])
@pytest.mark.parametrize("n", [1, 2, 3, 7])
def test_the_loss_is_what_the_formula_says_for_any_number_of_uncovered_elements(n, budget):
    reduction = SetCoverToQueries(SetCover(n, [range(n)]), budget)
    assert reduction.gap == reduction.loss(1)
    for u in range(n + 1):
        assert reduction.loss(u) == pooled_loss(reduction, range(u))


@given(st.lists(st.integers(1, 25), min_size=2, max_size=5, unique=True))
@examples(40)
def test_with_other_beliefs_any_uncovered_elements_lose_at_least_the_gap(counts):
    n = len(counts) - 1
    beliefs = [F(c, 50) for c in counts]
    reduction = SetCoverToQueries(SetCover(n, [range(n)]), 1, beliefs=beliefs)
    losses = [
        pooled_loss(reduction, [e for e in range(n) if mask >> e & 1]) for mask in range(2**n)
    ]
    assert min(losses[1:]) == reduction.gap > 0
    assert reduction.loss(0) == 0


@pytest.mark.parametrize(
    ("beliefs", "words"),
    [
        (["9/10", "3/10", "3/5"], r"beliefs\[2\] is 0.6 and beliefs\[0\] is 0.9: element 1 and"),
        (["1/4", "1/4", "2/5"], r"beliefs\[1\] is 0.25 and beliefs\[0\] is 0.25: element 0 and"),
        (["1/4", "2/5"], "beliefs has 2 entries for type 0 and 2 elements; give 3"),
        ("spread", 'beliefs is "spread"; give "distinct"'),
    ],
)
def test_beliefs_that_would_decide_wrongly_are_refused(beliefs, words):
    with pytest.raises(ValueError, match=words):
        SetCoverToQueries(SetCover(2, [[0, 1]]), 1, beliefs=beliefs)


def test_beliefs_of_a_half_and_more_do_decide_wrongly():
    # What the published condition lets through: pooling type 0 with element 1 loses nothing.
    instance = SetCover(2, [[0], [1]])
    queries = SetCoverToQueries(instance, 1).target
    types = type(queries.persuasion)(["1/3"] * 3, ["9/10", "3/10", "3/5"])
    question = QuerySelection(types, queries.oracle, 1)
    assert solve(question, exact=True).exact_value == types.full_information(exact=True)
    assert solve(instance).value == 2


@given(set_covers(), st.data())
@examples(40)
def test_the_price_of_sets_keeps_every_element_covered(instance, data):
    reduction = SetCoverToQueries(instance)
    chosen = data.draw(st.sets(st.integers(0, max(0, len(instance.sets) - 1))))
    cover = Cover([s for s in chosen if s < len(instance.sets)])
    left = len(cover.uncovered(instance))
    costs = instance.cost_numbers(exact=True)[cover.sets].sum()
    earned = reduction.push_forward(cover).value(reduction.target, exact=True)
    assert earned == reduction.ceiling - reduction.loss(left) - reduction.price * costs


@given(set_covers(coverable=False), st.data())
@examples(40)
def test_uncovered_weight_loses_a_fifth(sets, data):
    n = sets.universe
    weights = data.draw(st.lists(st.integers(0, 5), min_size=n, max_size=n))
    chosen = Cover([s for s in range(len(sets.sets)) if data.draw(st.booleans())])
    reduction = CoverageToQueries(MaximumCoverage(sets, len(chosen), weights))
    earned = QuerySet(chosen.sets).value(reduction.target, exact=True)
    covered = reduction.source.value(chosen, exact=True)
    assert reduction.source_range(earned) == (covered, covered)


HARD = [
    *((steiner(9), 5, adaptive, b) for adaptive in (False, True) for b in (None, "distinct")),
    (steiner(15), 9, False, "distinct"),
    (shipped("scpe1"), 5, False, None),
]


@pytest.mark.parametrize(("instance", "fewest", "adaptive", "beliefs"), HARD)
def test_hard_instances_are_decided_at_the_fewest_sets_and_at_one_less(
    instance, fewest, adaptive, beliefs
):
    for budget in (fewest, fewest - 1):
        reduction = SetCoverToQueries(instance, budget, adaptive, beliefs)
        result = solve(reduction.target)
        assert result.status == "optimal"
        reached = budget == fewest
        expected = (0, fewest) if reached else (fewest, np.inf)
        assert reduction.source_range(result.value) == expected
        assert reduction.source_range(result.bound) == expected
        cover = reduction.pull_back(result.answer)
        assert len(cover) <= budget
        assert (len(cover.uncovered(instance)) == 0) == reached


@pytest.mark.parametrize("instance", [steiner(9), steiner(15)])
def test_priced_queries_find_a_cheapest_cover_of_hard_instances(instance):
    reduction = SetCoverToQueries(instance)
    result = solve(reduction.target)
    best = solve(instance).value
    assert result.status == "optimal"
    assert reduction.source_range(result.value) == (best, best)
    assert reduction.pull_back(result.answer).value(instance) == best


def test_where_no_query_gains_alone_the_search_still_sorts_by_what_could():
    # Sorted by what they gain, which is nothing, the sets of five come in any order.
    reduction = SetCoverToQueries(shipped("scpe1"), 4)
    assert solve(reduction.target, "branch-and-bound").report.nodes < 1_000_000


def test_where_losses_stop_growing_a_whole_cover_still_pays():
    # Giving up type 0 loses as much as 2.5 uncovered elements, and eight sets are needed.
    instance = SetCover(8, [[e] for e in range(8)])
    reduction = SetCoverToQueries(instance, beliefs=["1/4", *["2/5"] * 8])
    result = solve(reduction.target, exact=True)
    assert reduction.pull_back(result.answer) == Cover(range(8))
    assert reduction.source_range(result.exact_value) == (8, 8)
