"""Random queries are what their family says, and as often as it says."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import examples

from suasion import solve
from suasion.generate import generate


def within(count, trials, chance):
    """Whether a binomial count is within five standard deviations of its mean."""
    return abs(count - trials * chance) <= 5 * (trials * chance * (1 - chance)) ** 0.5


@pytest.mark.parametrize("cells", [2, 3, 7])
def test_each_cell_of_a_partition_is_as_likely(cells):
    labels = generate("partitions", 500, 1, queries=40, cells=cells).oracle.labels
    for cell in range(cells):
        assert within((labels == cell).sum(), labels.size, 1 / cells)


def test_types_fall_into_cells_independently():
    labels = generate("partitions", 2, 1, queries=4000).oracle.labels
    together = generate("partitions", 2, 1, queries=4000).oracle.labels
    assert within((together[:, 0] == together[:, 1]).sum(), len(labels), 1 / 2)


@given(st.integers(1, 15), st.integers(2, 6), st.integers(0, 999))
@examples(60)
def test_intervals_are_segments_of_the_order(size, cells, seed):
    problem = generate("intervals", size, seed, cells=cells, queries=5)
    ordered = problem.oracle.labels[:, problem.persuasion.order]
    steps = np.diff(ordered, axis=1)
    assert ((steps == 0) | (steps == 1)).all()
    assert (ordered.max(axis=1) + 1 == min(cells, size)).all()


def test_every_cut_of_an_interval_is_as_likely():
    problem = generate("intervals", 6, 3, cells=3, queries=5000)
    cut = np.diff(problem.oracle.labels[:, problem.persuasion.order], axis=1) == 1
    for place in range(5):
        assert within(cut[:, place].sum(), 5000, 2 / 5)


def flipped(problem):
    """For each query the least number of answers that differ from a cut."""
    ordered = problem.oracle.labels[:, problem.persuasion.order]
    n = ordered.shape[1]
    cuts = np.arange(n) >= np.arange(1, n)[:, None]
    either = [*cuts, *~cuts]  # cells have no order
    return np.array([min((row != cut).sum() for cut in either) for row in ordered])


def test_thresholds_without_noise_are_cuts_and_each_is_as_likely():
    problem = generate("noisy-thresholds", 5, 2, noise=0, queries=4000)
    assert (flipped(problem) == 0).all()
    above = problem.oracle.labels.sum(axis=1)
    for count in range(1, 5):
        assert within((above == count).sum(), 4000, 1 / 4)
    assert solve(generate("noisy-thresholds", 40, 2, noise=0, budget=3)).method == "dp"


@pytest.mark.parametrize("noise", [0.01, 0.1, 0.3])
def test_answers_are_wrong_with_the_probability_given(noise):
    # Far from the cut, whatever it is, answers differ from their neighbours' only by noise.
    problem = generate("noisy-thresholds", 400, 5, noise=noise, queries=50)
    changes = np.diff(problem.oracle.labels[:, problem.persuasion.order], axis=1) != 0
    # Pairs of neighbours are told apart where one of two answers is wrong; the cut adds one a row.
    assert (
        abs(changes.sum() - 50 - changes.size * 2 * noise * (1 - noise))
        <= 50 + 6 * (changes.size * 2 * noise) ** 0.5
    )
    assert noise * 0.5 < flipped(problem).mean() / 400 < noise * 1.3


def test_all_answers_wrong_is_a_cut_again():
    assert (flipped(generate("noisy-thresholds", 9, 2, noise=1)) == 0).all()


@pytest.mark.parametrize("density", [0, 0.05, 0.5, 1])
def test_sets_tell_their_types_one_by_one_from_the_rest(density):
    labels = generate("sets", 300, 1, density=density, queries=60).oracle.labels
    inside = 0
    for row in labels:
        sizes = np.bincount(row)
        assert (np.delete(sizes, row[0]) == 1).all()
        inside += len(sizes) - 1
    assert within(inside, 299 * 60, density)


@given(st.integers(1, 12), st.integers(0, 999))
@examples(60)
def test_laminar_queries_are_different_and_compatible(size, seed):
    most = max(0, 2 * size - 3)
    problem = generate("laminar", size, seed, queries=most)
    everyone = frozenset(range(size))
    cells = [frozenset(np.flatnonzero(row).tolist()) for row in problem.oracle.labels]
    assert len({frozenset([a, everyone - a]) for a in cells}) == most
    assert all(0 < len(a) < size for a in cells)
    for a, b in combinations(cells, 2):
        assert not a & b or a <= b or b <= a or a | b == everyone
    assert len(generate("laminar", size, seed).oracle) == min(size, most)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("partitions", {}),
        ("intervals", {"cells": 50}),
        ("noisy-thresholds", {}),
        ("sets", {}),
        ("laminar", {}),
    ],
)
def test_a_hundred_thousand_types_are_partitioned(name, parameters):
    labels = generate(name, 100_000, queries=5, **parameters).oracle.labels
    assert labels.shape == (5, 100_000)
    assert (labels.max(axis=1) > 0).all()
