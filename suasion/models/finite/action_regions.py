"""Where on the triangle of beliefs types do what, in three states: exact polygons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

from suasion.errors import InputError
from suasion.models.finite.beliefs import Coordinates
from suasion.models.finite.instance import FinitePersuasion
from suasion.models.numbers.arrays import NumberArray, object_array

# Integers instead of Fractions: a point up to scale, a linear function up to scale.
Ray = tuple[int, int, int]
TRIANGLE: tuple[Ray, ...] = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
# More regions than this are no picture.
MOST_REGIONS = 5000


@dataclass(frozen=True)
class ActionRegion:
    """A convex polygon of beliefs inside which every type keeps to one action.

    Attributes
    ----------
    actions : tuple of int, shape (n,)
        Position of each type's action; among those it likes equally, the sender's favourite.
    corners : tuple of tuple of Fraction, shape (m, 3)
        In order around it; coordinates sum to 1.
    payoffs : tuple of Fraction, shape (m,)
        What the sender earns at the corners if types act as inside; linear between them.
    """

    actions: tuple[int, ...]
    corners: tuple[tuple[Fraction, ...], ...]
    payoffs: tuple[Fraction, ...]


def action_regions(instance: FinitePersuasion) -> list[ActionRegion]:
    """Regions of actions on the triangle of beliefs, which they fill without overlapping.

    The triangle is cut by half-planes, type by type: where one action is worth more than each of
    the others and, where two are always worth the same, earns the sender more. Regions without an
    inside, ties only, are left out.

    Parameters
    ----------
    instance : FinitePersuasion
        With three states, any number of actions and types.

    Raises
    ------
    InputError
        For another number of states, or more than 5,000 regions.

    Notes
    -----
    Points are in `Coordinates.of` the instance. O(n k^2) sign tests for each region, in integers.

    Examples
    --------
    >>> match = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    >>> one = FinitePersuasion([1], [["1/3"] * 3], match, match)
    >>> [len(region.corners) for region in action_regions(one)]
    [4, 4, 4]
    """
    d = instance.shape[1]
    if d != 3:
        raise InputError(f"the instance has {d} states; the picture on a triangle is of three.")
    coordinates = Coordinates.of(instance)
    scores = coordinates.scaled(instance.scores(exact=True))
    payoffs = coordinates.scaled(instance.payoffs(exact=True))
    cells: list[tuple[tuple[int, ...], tuple[Ray, ...]]] = [((), TRIANGLE)]
    for worth, earned in zip(scores, payoffs, strict=True):
        halves = _halves(worth, earned)
        cells = [
            ((*actions, a), part) for actions, cell in cells for a, part in _parts(cell, halves)
        ]
        if len(cells) > MOST_REGIONS:
            raise InputError(
                f"there are more than {MOST_REGIONS:,} regions, and no page shows them; "
                "draw fewer types (instance.part) or the policy."
            )
    return [_region(actions, cell, payoffs) for actions, cell in cells]


def _halves(worth: NumberArray, earned: NumberArray) -> list[list[Ray]]:
    """For each action the half-planes that its region is made of; see `action_regions`."""
    k = len(worth)
    found = []
    for a in range(k):
        rows = []
        for b in range(k):
            row = worth[a] - worth[b]
            if not row.any():
                row = earned[a] - earned[b]
                if not row.any() and b < a:
                    row = object_array([Fraction(-1)] * 3)  # the first of equals has it all
            if min(row) < 0:
                rows.append(_integers(row.tolist()))
        found.append(rows)
    return found


def _parts(
    cell: tuple[Ray, ...], halves: Sequence[Sequence[Ray]]
) -> Iterator[tuple[int, tuple[Ray, ...]]]:
    for a, rows in enumerate(halves):
        part = cell
        for row in rows:
            part = _clipped(part, row)
            if len(part) < 3:
                break
        else:
            yield a, part


def _clipped(cell: tuple[Ray, ...], row: Ray) -> tuple[Ray, ...]:
    """The part of a polygon where a function is not negative; empty without an inside."""
    p, q, r = row
    signs = [p * x + q * y + r * z for x, y, z in cell]
    if min(signs) >= 0:
        return cell
    if max(signs) <= 0:
        return ()
    kept: list[Ray] = []
    for i, (own, sign) in enumerate(zip(cell, signs, strict=True)):
        last, before = cell[i - 1], signs[i - 1]
        if sign * before < 0:
            share, other = abs(before), abs(sign)
            kept.append(
                _primitive([share * u + other * v for u, v in zip(own, last, strict=True)])
            )
        if sign >= 0:
            kept.append(own)
    return tuple(kept)


def _integers(row: Sequence[Fraction]) -> Ray:
    scale = lcm(*(value.denominator for value in row))
    return _primitive([int(value * scale) for value in row])


def _primitive(row: Sequence[int]) -> Ray:
    x, y, z = row
    common = gcd(x, y, z)
    return x // common, y // common, z // common


def _region(actions: tuple[int, ...], cell: tuple[Ray, ...], payoffs: NumberArray) -> ActionRegion:
    taken = payoffs[list(range(len(actions))), list(actions)].sum(axis=0)
    corners = tuple(tuple(Fraction(x, sum(ray)) for x in ray) for ray in cell)
    earned = tuple(Fraction(taken.dot(object_array(corner))) for corner in corners)
    return ActionRegion(actions, corners, earned)
