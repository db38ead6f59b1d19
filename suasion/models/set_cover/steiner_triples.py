"""Steiner triple systems as set covers: small, symmetric, and hard for their size."""

from __future__ import annotations

from itertools import chain, combinations, permutations

import numpy as np

from suasion.errors import InputError
from suasion.models.set_cover.instance import SetCover

Triple = tuple[int, int, int]


def steiner(points: int) -> SetCover:
    """Choose the fewest points that hit every triple of a Steiner triple system.

    Elements are the triples, in the order of `steiner_triples`; set p is the triples with point p.
    All sets have the same size and cost, and the linear relaxation is worth points / 3, far from
    what a cover costs.

    Parameters
    ----------
    points : int
        3, 9, 15, 21, ...: 3 more than a multiple of 6.

    Notes
    -----
    The fewest points are known to be 5, 9, 18, 30 and 61 for 9, 15, 27, 45 and 81 points.

    References
    ----------
    D. R. Fulkerson, G. L. Nemhauser, L. E. Trotter, Two computationally difficult set covering
    problems that arise in computing the 1-width of incidence matrices of Steiner triple systems.
    Mathematical Programming Study 2, 1974, 72-81; for 81 points: C. Mannino, A. Sassano, Solving
    hard set covering problems. Operations Research Letters 18(1), 1995, 1-5.

    Examples
    --------
    >>> steiner(9)                       # 5 points hit all 12 triples, 4 do not
    SetCover(12 elements, 9 sets)
    """
    triples = np.array(steiner_triples(points))
    offsets = np.arange(0, 3 * len(triples) + 1, 3)
    hits = SetCover.from_arrays(points, offsets, triples.ravel()).covering
    return SetCover.from_arrays(len(triples), hits.offsets, hits.members)


def steiner_triples(points: int) -> list[Triple]:
    """Triples of points 0, 1, ..., such that any two points are in exactly one of them.

    Where `points` is a multiple of 9 this is the product of the system of 3 points with that of a
    third of the points; the systems of 27, 45 and 81 points in the literature are these products.
    Otherwise it is the construction of R. C. Bose (1939) from the idempotent commutative
    quasigroup ``(a + b) / 2`` of the integers modulo points / 3.

    Raises
    ------
    ValueError
        Unless `points` is 3 more than a multiple of 6. (Systems with 1 more exist too.)

    Examples
    --------
    >>> steiner_triples(3)
    [(0, 1, 2)]
    >>> len(steiner_triples(9))
    12
    """
    if isinstance(points, bool) or not isinstance(points, int) or points % 6 != 3 or points < 3:
        raise InputError(f"points is {points!r}; give 3, 9, 15, ..., 3 more than a multiple of 6.")
    if points == 3:
        return [(0, 1, 2)]
    third = points // 3
    found = _product(third) if third % 3 == 0 else _bose(third)
    return sorted(tuple(sorted(triple)) for triple in found)  # type: ignore[misc]


def _product(third: int) -> list[Triple]:
    """Three copies of a system; point y of copy x is ``third * x + y``."""
    inner = steiner_triples(third)
    copies = [tuple(third * x + y for y in triple) for x in range(3) for triple in inner]
    rows = [(y, third + y, 2 * third + y) for y in range(third)]
    mixed = chain.from_iterable(map(permutations, inner))
    across = [(a, third + b, 2 * third + c) for a, b, c in mixed]
    return [*copies, *rows, *across]  # type: ignore[list-item]


def _bose(third: int) -> list[Triple]:
    """Three copies of the integers modulo an odd number; point y of copy x as in `_product`."""
    half = (third + 1) // 2
    rows = [(y, third + y, 2 * third + y) for y in range(third)]
    means = [
        (third * x + a, third * x + b, third * ((x + 1) % 3) + (a + b) * half % third)
        for x in range(3)
        for a, b in combinations(range(third), 2)
    ]
    return [*rows, *means]
