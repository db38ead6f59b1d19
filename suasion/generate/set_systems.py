"""Random set covers, each of which has a cover."""

from __future__ import annotations

from math import isqrt
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.generate.distributions import Distribution, drawn_costs
from suasion.generate.sampling import check_entries, stream, subsets, successes
from suasion.models.numbers.arrays import FloatArray, IntArray
from suasion.models.numbers.rationals import Number
from suasion.models.set_cover.cover import Cover
from suasion.models.set_cover.instance import SetCover
from suasion.models.set_cover.steiner_triples import steiner

Price = Number | Distribution | None


def density_cover(
    size: int,
    seed: int,
    *,
    sets: int | None = None,
    density: float,
    cost: Price = None,
    denominator: int | None = None,
) -> SetCover:
    """Each element in each set with probability `density`, given that it is in one.

    Elements are independent of each other. So those in no set can be drawn again by themselves,
    from the distribution given that they are in one: the instance has the distribution that
    rejecting instances without a cover would give, however rare covers are.
    """
    count = size if sets is None else sets
    check_entries(
        size * count * density, "the elements of all sets", "give fewer, or a lower density"
    )
    rng = stream(seed, "sets")
    places = successes(rng, size * count, density)
    missing = np.flatnonzero(np.bincount(places % size, minlength=size) == 0)
    if len(missing):
        first = _first_success(rng.random(len(missing)), count, density)
        others = successes(rng, len(missing) * count, density)
        later = others[others % count > first[others // count]]
        sets_of = np.concatenate([first, later % count])
        elements = np.concatenate([missing, missing[later // count]])
        places = np.sort(np.concatenate([places, sets_of * size + elements]))
    sizes = np.bincount(places // size, minlength=count)
    return _instance(size, sizes, places % size, seed, cost, denominator)


def _first_success(uniform: FloatArray, trials: int, chance: float) -> IntArray:
    """The first of `trials` trials that succeeds, given that one does: inverted at `uniform`."""
    some = -np.expm1(trials * np.log1p(-chance))
    found = np.floor(np.log1p(-uniform * some) / np.log1p(-chance))
    first: IntArray = np.minimum(found, trials - 1).astype(np.intp)
    return first


def fixed_size_cover(
    size: int,
    seed: int,
    *,
    sets: int | None = None,
    set_size: int | None = None,
    cost: Price = None,
    denominator: int | None = None,
) -> SetCover:
    """Sets of `set_size` random elements, mended so that there is a cover.

    Random entries whose element is in another set too are replaced by the elements that are in
    none; rejecting would never end where covers are rare.
    """
    count = size if sets is None else sets
    each = min(size, 5) if set_size is None else set_size
    if each > size:
        raise InputError(
            f"set_size is {each}, and there are {size} elements; give at most {size}."
        )
    if count * each < size:
        raise InputError(
            f"sets is {count}, and {count} sets of {each} elements cannot cover {size}; give at "
            f"least {-(-size // each)}."
        )
    check_entries(count * each, "the elements of all sets", "give fewer, or a smaller set_size")
    rng = stream(seed, "sets")
    elements = _mended(rng, size, subsets(rng, size, np.full(count, each)))
    return _instance(size, np.full(count, each), elements, seed, cost, denominator)


def _mended(rng: np.random.Generator, size: int, elements: IntArray) -> IntArray:
    """The entries of sets with random repeated elements replaced by those that are missing."""
    missing = np.flatnonzero(np.bincount(elements, minlength=size) == 0)
    if len(missing):
        order = rng.permutation(len(elements))
        spare = np.full(len(elements), True)
        # One entry of each element stays.
        spare[np.unique(elements[order], return_index=True)[1]] = False
        elements[order[spare][: len(missing)]] = rng.permutation(missing)
    return elements


def planted_family(size: int, seed: int, **parameters: Any) -> SetCover:
    """Decoys around a hidden partition of the elements: see `planted_instance`."""
    return planted_instance(size, seed, **parameters)[0]


def planted_instance(
    size: int,
    seed: int,
    *,
    sets: int | None = None,
    planted: int | None = None,
    cost: Price = None,
    denominator: int | None = None,
) -> tuple[SetCover, Cover]:
    """A random partition of the elements into `planted` sets, decoys of their sizes, shuffled.

    The second part of the answer is the partition.
    """
    count = size if sets is None else sets
    hidden = min(count, max(1, isqrt(size))) if planted is None else planted
    for most, what in ((size, "elements"), (count, "sets")):
        if hidden > most:
            raise InputError(
                f"planted is {hidden}, and there are {most} {what}; give at most {most}."
            )
    check_entries(count * -(-size // hidden), "the elements of all sets", "give fewer sets")
    rng = stream(seed, "sets")
    part_sizes = np.full(hidden, size // hidden)
    part_sizes[: size % hidden] += 1
    decoy_sizes = rng.choice(part_sizes, count - hidden)
    elements = np.concatenate([rng.permutation(size), subsets(rng, size, decoy_sizes)])
    place = rng.permutation(count)
    keys = np.repeat(place, np.concatenate([part_sizes, decoy_sizes])) * size + elements
    keys.sort()
    sizes = np.bincount(keys // size, minlength=count)
    instance = _instance(size, sizes, keys % size, seed, cost, denominator)
    return instance, Cover(place[:hidden])


def steiner_cover(
    size: int, seed: int, *, cost: Price = None, denominator: int | None = None
) -> SetCover:
    """The set cover of a Steiner triple system; only costs are random."""
    if size % 6 != 3:
        below = size - (size - 3) % 6
        near = f"{below} or {below + 6}" if below > 0 else "3"
        raise InputError(
            f"size is {size}; a Steiner triple system has 3, 9, 15, ... points, 3 more than a "
            f"multiple of 6; give {near}."
        )
    drawn = steiner(size)
    return _instance(drawn.universe, drawn.sets.sizes, drawn.sets.members, seed, cost, denominator)


def _instance(
    universe: int,
    sizes: IntArray,
    elements: IntArray,
    seed: int,
    price: Price,
    denominator: int | None,
) -> SetCover:
    costs = drawn_costs(price, stream(seed, "costs"), len(sizes), denominator)
    if isinstance(costs, Number):
        costs = [costs] * len(sizes)
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    return SetCover.from_arrays(universe, offsets, elements, costs)
