"""Set covers, covers that check and value themselves, their programs and prices."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from covers import cheapest, set_covers
from hypothesis import given
from hypothesis import strategies as st
from instances import examples

from suasion import Cover, SetCover, load
from suasion.models.numbers.arrays import object_array
from suasion.models.numbers.index_lists import IndexLists
from suasion.models.set_cover.mip import chosen_sets, set_cover_lp, set_cover_mip
from suasion.models.set_cover.prices import (
    CoverCertificate,
    price_bound,
    rational_prices,
    rounded_up,
)
from suasion.models.set_cover.steiner_triples import steiner, steiner_triples

F = Fraction
TRIANGLE = SetCover(3, [[0, 1], [1, 2], [0, 2]], ["1/2", "1/3", 1])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((-1, []), "universe is -1; give the number of elements, from 0 to 2,147,483,647."),
        ((1.0, []), "universe is 1.0"),
        ((True, []), "universe is True"),
        ((2**31, []), "universe is 2147483648"),
        ((2, 3), "sets is 3; give a list of lists of elements."),
        ((2, "01"), "sets is '01'"),
        ((2, ["01"]), "sets[0] is '01'; give a list of elements."),
        ((2, [[0], 1]), "sets[1] is 1; give a list of elements."),
        ((2, [[0], [1, 2]]), "sets[1][1] is 2; elements are numbered 0 to 1."),
        ((2, [[], [-1]]), "sets[1][0] is -1; elements are numbered 0 to 1."),
        ((0, [[0]]), "sets[0][0] is 0; there are none."),
        ((2, [[0], [0, True]]), "sets[1][1] is True; give an integer >= 0."),
        ((2, [[0.5]]), "sets[0][0] is 0.5; give an integer >= 0."),
        ((2, [["a"]]), "sets[0][0] is 'a'; give an integer >= 0."),
        ((2, [[2**80]]), "sets has an element too large"),
        ((9, [[1], [5, 3, 5]]), "sets[1] has element 5 twice; list it once."),
        ((2, [[0]], [1, 2]), "costs has 2 entries for 1 sets; give one per set."),
        ((2, [[0]], [-1]), "costs[0] is -1, outside [0, inf); give a non-negative cost."),
        ((2, [[0]], ["x"]), "costs[0] is 'x', which is not a number"),
        ((2, [[0]], [float("nan")]), "costs[0] is nan; give a finite number."),
        ((2, [[0]], 1), "costs is 1; give a list of numbers."),
        ((2, [[0]], None, ["a", "b"]), "labels has 2 entries for 1 sets"),
        ((2, [[0], [1]], None, ["a", "a"]), "labels[1] is 'a' again (first at 0)"),
        ((2, [[0]], None, [0]), "labels[0] is 0; give a string."),
    ],
)
def test_bad_instances_get_one_sentence(arguments, said):
    with pytest.raises(ValueError, match=r"\.$") as caught:
        SetCover(*arguments)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("offsets", "elements", "said"),
    [
        ([0, 1], [0, 1], "offsets do not increase from 0 to the 2 entries"),
        ([], [], "offsets do not increase"),
        ([1, 2], [0, 1], "offsets do not increase"),
        ([0, 2, 1, 2], [0, 1], "offsets do not increase"),
        ([0, 0.5], [0], "offsets has shape (2,) and type float64"),
        ([0, 1], [[0]], "elements has shape (1, 1)"),
    ],
)
def test_bad_arrays_get_one_sentence(offsets, elements, said):
    with pytest.raises(ValueError, match="give") as caught:
        SetCover.from_arrays(3, offsets, elements)
    assert said in str(caught.value)


@given(set_covers(coverable=False))
@examples(60)
def test_instances_survive_documents_and_arrays(instance):
    assert load(instance.to_dict()) == instance
    again = SetCover.from_arrays(
        instance.universe, instance.sets.offsets, instance.sets.members, instance._costs
    )
    assert again == instance
    assert again.to_dict() == instance.to_dict()


def test_elements_come_in_any_order_and_any_iterable():
    expected = [[0, 2], [1], [], [0, 1, 2]]
    given = [np.array([2, 0]), {1}, iter([]), range(3)]
    assert SetCover(3, given).sets.nested() == expected
    assert SetCover(3, [*given[:1], (1,), [], [np.int32(2), 1, 0]]).sets.nested() == expected


def test_instances_differ_by_universe_sets_and_costs_but_not_by_labels():
    one = SetCover(3, [[0, 1], [2]], [1, "1/2"])
    assert one == SetCover(3, [[1, 0], [2]], [1, 0.5], labels=["a", "b"])
    assert one != SetCover(4, [[0, 1], [2]], [1, "1/2"])
    assert one != SetCover(3, [[0], [1, 2]], [1, "1/2"])
    assert one != SetCover(3, [[0, 1], [2]])
    assert one != 3
    assert SetCover(1, [[0]], labels=["a"]).labels == ("a",)
    assert SetCover(1, [[0], []]).labels == ("0", "1")


def test_costs_that_are_all_one_are_left_out_of_documents():
    assert "costs" not in SetCover(1, [[0]], [1.0]).to_dict()
    assert SetCover(1, [[0], []], [1, "1/2"]).to_dict()["costs"] == [1, "1/2"]


@pytest.mark.parametrize(
    ("costs", "step"),
    [
        ([4, 6, 0], 2),
        ([4.0, 6.0], 2),
        (["1/2", "1/3"], F(1, 6)),
        ([10**30, 15 * 10**29], 5 * 10**29),
        ([0.5, 1.0], None),
        ([0, 0.0], None),
        ([], None),
    ],
)
def test_costs_of_covers_are_multiples_of_the_step(costs, step):
    assert SetCover(1, [[0]] * len(costs), costs).cost_step == step


def test_costs_that_floats_do_not_tell_apart_are_ranked_exactly():
    third = F(1, 3)
    instance = SetCover(1, [[0]] * 4, [third + F(1, 10**30), third, 10**20 + 1, 10**20])
    assert instance.cost_ranks.tolist() == [1, 0, 3, 2]
    assert SetCover(1, [[0]] * 3, [2.0, 1.5, 2.0]).cost_ranks.tolist() == [1, 0, 1]


def test_a_cover_names_an_element_it_leaves_out_and_a_set_that_has_it():
    with pytest.raises(ValueError, match="element 2 is in none of the chosen sets; add set 1"):
        Cover([0]).value(TRIANGLE)
    with pytest.raises(ValueError, match=r"element 1 is in none .* no set contains it"):
        Cover([0]).check(SetCover(2, [[0]]))
    for wrong in (3, -1):
        with pytest.raises(ValueError, match=f"sets has {wrong}; sets are numbered 0 to 2"):
            Cover([wrong]).value(TRIANGLE)
    with pytest.raises(ValueError, match="give a list of integers"):
        Cover([0.5])
    assert Cover([0]).uncovered(TRIANGLE).tolist() == [2]


def test_a_cover_values_itself_exactly():
    cover = Cover([1, 0, 1])
    assert (len(cover), cover.sets.tolist()) == (2, [0, 1])
    assert cover.value(TRIANGLE, exact=True) == F(5, 6)
    assert cover.value(TRIANGLE) == pytest.approx(5 / 6)
    assert cover.document(TRIANGLE) == {"queries": [0, 1]}
    assert cover == Cover(np.array([0, 1]))
    assert cover != Cover([0])
    assert cover != [0, 1]
    assert Cover([]).value(SetCover(0, [[]]), exact=True) == 0
    assert repr(Cover(range(9))) == "Cover([0, 1, 2, 3, 4, 5, 6, 7, ...])"


def test_the_program_has_a_row_per_element_and_a_column_per_set():
    program = set_cover_mip(TRIANGLE)
    assert program.matrix.toarray().tolist() == [[1, 0, 1], [1, 1, 0], [0, 1, 1]]
    assert not program.maximise
    assert program.value(np.array([1.0, 1.0, 0.0])) == pytest.approx(5 / 6)
    assert program.violation(np.array([1.0, 0.0, 0.0])) == 1
    assert chosen_sets(program, np.array([1.0, 1 - 1e-9, 0.0])) == Cover([0, 1])
    with pytest.raises(ValueError, match=r"set\[1\] is 0.5, neither 0 nor 1"):
        chosen_sets(program, np.array([1.0, 0.5, 0.0]))
    assert not set_cover_lp(TRIANGLE).integer.any()
    assert set_cover_mip(SetCover(2, [[0]])).violation(np.ones(1)) == 1  # nothing hits element 1


@given(set_covers(), st.data())
@examples(100)
def test_no_prices_prove_more_than_the_cheapest_cover_costs(instance, data):
    best = cheapest(instance)
    entry = st.one_of(st.just(F(0)), st.builds(F, st.integers(0, 20), st.sampled_from((1, 3, 8))))
    shares = data.draw(st.lists(entry, min_size=instance.universe, max_size=instance.universe))
    prices = object_array([share * instance.cost_unit for share in shares])
    bound = price_bound(instance, prices)
    assert bound <= best
    assert rounded_up(instance, bound) <= best
    in_floats = price_bound(instance, prices.astype(float))
    assert in_floats == pytest.approx(float(bound))
    assert rounded_up(instance, in_floats) <= float(best) * (1 + 1e-6)
    near = rational_prices(instance, prices.astype(float))
    assert price_bound(instance, near) == pytest.approx(bound)
    proof = CoverCertificate(Cover(range(len(instance.sets))), tuple(prices))
    assert bool(proof.failures(instance)) == (proof.cover.value(instance, True) > best) or (
        proof.bound(instance) < best
    )


def test_certificates_say_what_is_wrong_with_them():
    halves = (F(1, 2),) * 3
    unit = SetCover(3, TRIANGLE.sets.nested())
    assert CoverCertificate(Cover([0, 1]), halves).failures(unit) == []
    (said,) = CoverCertificate(Cover([0, 1, 2]), halves).failures(unit)
    assert said == "the cover costs 3 and the prices prove 2"
    (said,) = CoverCertificate(Cover([0]), halves).failures(unit)
    assert "element 2" in said
    (said,) = CoverCertificate(Cover([0, 1]), halves[:2]).failures(unit)
    assert said == "there are 2 prices for 3 elements"
    (said,) = CoverCertificate(Cover([0, 1]), (F(-1), *halves[:2])).failures(unit)
    assert said == "the price of element 0 is -1, below 0"
    document = CoverCertificate(Cover([0, 1]), halves).to_dict()
    assert document == {"kind": "cover-prices", "sets": [0, 1], "prices": ["1/2"] * 3}


@given(
    st.lists(st.lists(st.integers(0, 7), unique=True).map(sorted), max_size=6),
    st.data(),
)
@examples(60)
def test_index_lists_do_what_lists_do(lists, data):
    offsets = np.cumsum([0, *map(len, lists)])
    members = np.array([m for one in lists for m in one], dtype=np.intp)
    found = IndexLists(offsets, members)
    assert found.nested() == lists
    assert found.transposed(8).nested() == [
        [i for i, one in enumerate(lists) if m in one] for m in range(8)
    ]
    which = [i for i in range(len(lists)) if data.draw(st.booleans())]
    kept = [m for m in range(8) if data.draw(st.booleans())]
    assert found.gathered(np.array(which, dtype=np.intp)).tolist() == [
        m for i in which for m in lists[i]
    ]
    part = found.restricted(np.array(which, dtype=np.intp), np.array(kept, dtype=np.intp), 8)
    assert part.nested() == [[kept.index(m) for m in lists[i] if m in kept] for i in which]
    values = np.arange(8.0) ** 2
    assert found.sums(values).tolist() == [sum(m * m for m in one) for one in lists]
    exact = object_array([F(m * m) for m in range(8)])
    assert found.sums(exact).tolist() == [sum(m * m for m in one) for one in lists]


@pytest.mark.parametrize("points", [3, 9, 15, 21, 27, 45, 63, 81])
def test_any_two_points_are_in_one_triple(points):
    pairs = [pair for triple in steiner_triples(points) for pair in combinations(triple, 2)]
    assert sorted(pairs) == list(combinations(range(points), 2))
    instance = steiner(points)
    assert (instance.universe, len(instance.sets)) == (len(pairs) // 3, points)
    assert instance.covering.nested() == [list(t) for t in steiner_triples(points)]


@pytest.mark.parametrize("points", [0, 1, 7, 8, -3, 12, 3.0, True])
def test_other_triple_systems_are_refused(points):
    with pytest.raises(ValueError, match=r"points is .*; give 3, 9, 15"):
        steiner(points)


def test_a_hundred_thousand_entries_take_arrays_not_objects():
    rng = np.random.default_rng(0)
    lists = [rng.choice(2_000, 50, replace=False).tolist() for _ in range(2_000)]
    instance = SetCover(2_000, lists)
    assert len(instance.sets.members) == 100_000
    assert instance.covering.sizes.sum() == 100_000
    assert Cover(range(2_000)).value(instance) == 2_000
