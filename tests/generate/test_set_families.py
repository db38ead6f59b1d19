"""Random set covers are what their family says, and the planted cover is one."""

from itertools import combinations
from math import comb

import numpy as np
import pytest
from covers import cheapest
from hypothesis import given
from hypothesis import strategies as st
from instances import examples

from suasion import solve
from suasion.generate import generate, planted_cover
from suasion.generate.sampling import stream, subsets, successes


def within(count, trials, chance):
    return abs(count - trials * chance) <= 5 * (trials * chance * (1 - chance)) ** 0.5


@pytest.mark.parametrize("density", [0.02, 0.3, 0.9, 1])
def test_elements_are_in_sets_with_the_probability_given(density):
    problem = generate("density", 400, 1, sets=500, density=density)
    assert within(len(problem.sets.members), 400 * 500, density)
    assert not len(problem.uncoverable)


def test_a_density_given_a_cover_is_the_conditional_distribution():
    # Three sets, density 1/4: an element's sets, given that it is in one, by their number.
    problem = generate("density", 20_000, 2, sets=3, density=0.25)
    some = 1 - 0.75**3
    patterns = np.zeros(20_000, dtype=int)
    for s, members in enumerate(problem.sets):
        patterns[members] += 1 << s
    for pattern in range(1, 8):
        inside = pattern.bit_count()
        chance = 0.25**inside * 0.75 ** (3 - inside) / some
        assert within((patterns == pattern).sum(), 20_000, chance)
    assert patterns.min() == 1


@pytest.mark.parametrize("density", [1e-300, 1e-12, 1e-6])
def test_covers_however_rare_are_drawn_at_once(density):
    problem = generate("density", 3000, 2, sets=7, density=density)
    assert (problem.covering.sizes >= 1).all()
    assert problem.covering.sizes.mean() < 1.01
    for size in problem.sets.sizes:
        assert within(size, 3000, 1 / 7)


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 999), st.data())
@examples(80)
def test_sets_of_a_fixed_size_have_it_and_cover(size, set_size, seed, data):
    set_size = min(set_size, size)
    least = -(-size // set_size)
    sets = data.draw(st.integers(least, least + 3))
    problem = generate("fixed-size", size, seed, set_size=set_size, sets=sets)
    assert (problem.sets.sizes == set_size).all()
    assert len(problem.sets) == sets
    assert not len(problem.uncoverable)


def test_elements_of_sets_of_a_fixed_size_are_alike():
    problem = generate("fixed-size", 10, 4, sets=6000, set_size=3)
    for times in problem.covering.sizes:
        assert within(times, 6000, 3 / 10)


@given(
    st.integers(1, 40),
    st.lists(st.floats(0, 1), min_size=1, max_size=20),
    st.integers(0, 99),
)
@examples(100)
def test_subsets_are_distinct_elements_of_the_population(population, shares, seed):
    sizes = np.array([round(share * population) for share in shares])
    drawn = subsets(stream(seed, "sets"), population, sizes)
    parts = np.split(drawn, np.cumsum(sizes)[:-1])
    assert [len(part) for part in parts] == sizes.tolist()
    for part in parts:
        assert (np.diff(part) > 0).all()
        assert ((part >= 0) & (part < population)).all()


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_all_subsets_of_a_size_are_as_likely(size):
    drawn = subsets(stream(7, "sets"), 5, np.full(9000, size)).reshape(-1, size)
    found, counts = np.unique(drawn, axis=0, return_counts=True)
    assert found.tolist() == [list(subset) for subset in combinations(range(5), size)]
    for count in counts:
        assert within(count, 9000, 1 / comb(5, size))


@pytest.mark.parametrize("chance", [1e-5, 0.01, 0.4, 0.99])
def test_successes_are_as_many_and_where_chance_says(chance):
    trials = 200_000
    places = successes(stream(3, "sets"), trials, chance)
    assert (np.diff(places) > 0).all()
    assert within(len(places), trials, chance)
    assert within((places < trials / 2).sum(), trials / 2, chance)
    first = [0 in successes(stream(seed, "sets"), 3, chance) for seed in range(600)]
    assert within(sum(first), 600, chance)
    last = [2 in successes(stream(seed, "sets"), 3, chance) for seed in range(600)]
    assert within(sum(last), 600, chance)


@given(st.integers(1, 8), st.integers(1, 8), st.integers(0, 5), st.integers(0, 999), st.data())
@examples(60)
def test_the_planted_cover_covers_and_bounds_the_optimum(size, planted, decoys, seed, data):
    planted = min(planted, size)
    cost = data.draw(st.sampled_from([None, "1:5", "1/3"]))
    parameters = {"planted": planted, "sets": planted + decoys, "cost": cost}
    problem = generate("planted", size, seed, **parameters)
    hidden = planted_cover(size, seed, **parameters)
    assert len(hidden) == planted
    assert len(problem.sets) == planted + decoys
    assert problem.sets.sizes[hidden.sets].sum() == size
    best = cheapest(problem)
    assert hidden.value(problem, exact=True) >= best
    if cost != "1:5" and size % planted == 0:
        assert hidden.value(problem, exact=True) == best


def test_planted_sets_are_among_the_decoys():
    places = [planted_cover(20, seed, planted=2, sets=10).sets.tolist() for seed in range(300)]
    for place in range(10):
        assert within(sum(place in found for found in places), 300, 1 / 5)
    sizes = generate("planted", 21, 1, planted=4, sets=50).sets.sizes
    assert set(sizes.tolist()) == {5, 6}


@pytest.mark.parametrize(("points", "fewest"), [(3, 1), (9, 5), (15, 9)])
def test_steiner_triples_have_the_known_optimum(points, fewest):
    assert solve(generate("steiner", points)).value == fewest


def test_a_million_entries_are_drawn():
    assert len(generate("density", 10_000, sets=1000).sets.members) > 900_000
    assert len(generate("fixed-size", 10_000, sets=100_000, set_size=10).sets.members) == 10**6
    assert len(generate("planted", 10_000, sets=10_000).sets.members) == 10**6
