"""Random streams that do not depend on each other, random subsets, and sparse random tables."""

from __future__ import annotations

import numpy as np

from suasion.errors import InputError
from suasion.models.numbers.arrays import IntArray

# What a seed is used for -> its place among the streams that are spawned from it.
STREAMS = {"beliefs": 1, "queries": 2, "sets": 3, "costs": 4}
# Beyond it the arrays no longer fit into the memory of most machines.
MOST_ENTRIES = 200_000_000


def stream(seed: int, purpose: str) -> np.random.Generator:
    """The random numbers of a seed for one purpose; they do not depend on the other streams.

    The receivers of a seed are thus the same whatever can be asked about them, and its queries
    the same whatever they cost.
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(STREAMS[purpose],)))


def check_entries(count: float, what: str, remedy: str) -> None:
    """Refuse what would not fit into memory, before anything is drawn."""
    if count > MOST_ENTRIES:
        raise InputError(
            f"{what} are {count:,.0f}, and {MOST_ENTRIES:,} fit into memory; {remedy}."
        )


def subsets(rng: np.random.Generator, population: int, sizes: IntArray) -> IntArray:
    """Uniformly random subsets of 0 .. population - 1, one after the other, each increasing.

    Elements are drawn with repeats, and repeats within a subset drawn again until there are none;
    of subsets of more than half of the population the complements are drawn. Every step treats
    all elements alike, so that all subsets of a size are equally likely.

    Parameters
    ----------
    population : int >= 0
    sizes : array of int in [0, population]

    Running time O(k log k log population) for k elements in all, expected.
    """
    large = 2 * sizes > population
    drawn = np.where(large, population - sizes, sizes)
    owners = np.repeat(np.arange(len(sizes), dtype=np.int64), drawn)
    keys = owners * population + rng.integers(0, max(1, population), len(owners))
    while True:
        keys.sort()
        again = np.flatnonzero(keys[1:] == keys[:-1]) + 1
        if not len(again):
            break
        first = keys[again] // population * population
        keys[again] = first + rng.integers(0, population, len(again))
    if not large.any():
        return keys % max(1, population)
    kept = keys[~large[owners]]
    outside = np.full((int(large.sum()), population), True)
    rows = np.cumsum(large) - 1
    flipped = large[owners]
    outside[rows[owners[flipped]], keys[flipped] % population] = False
    places, elements = np.nonzero(outside)
    both = np.concatenate([kept, np.flatnonzero(large)[places] * population + elements])
    both.sort()
    return both % population


def successes(rng: np.random.Generator, trials: int, chance: float) -> IntArray:
    """Which of many independent trials succeed, increasing; time and space of the successes."""
    if chance >= 1:
        return np.arange(trials, dtype=np.int64)
    found, last = [], -1
    expected = trials * chance
    while last < trials - 1:
        count = int(expected + 4 * expected**0.5) + 16
        # Gaps beyond the end are as good as infinite, and their sums stay small integers.
        gaps = np.minimum(rng.geometric(chance, count), trials + 1)
        places = last + np.cumsum(gaps)
        found.append(places[places < trials])
        last = int(places[-1])
    return np.concatenate([np.zeros(0, dtype=np.int64), *found])
