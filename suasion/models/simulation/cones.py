"""Polyhedral cones by their extreme rays, in integers: what half-spaces leave of an orthant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

Ray = tuple[int, ...]


@dataclass(frozen=True)
class Cone:
    """A cone with an interior, in the orthant of d likelihoods or probabilities.

    All arithmetic is on integers, so that there is no tolerance: a point is on a hyperplane or it
    is not. Every extreme ray is the primitive integer vector on it, a quotient of determinants of
    d - 1 of the hyperplanes, whose size does not depend on how many cuts were made before.

    Attributes
    ----------
    rays : tuple of tuple of int
        The extreme rays.
    tight : tuple of int
        For each ray the constraints that it meets with equality, one bit each: bit w < d is
        ``x[w] >= 0``, then the cuts in the order made.
    constraints : int
        How many bits are taken.

    References
    ----------
    The double description method: Motzkin, Raiffa, Thompson, Thrall (1953); Fukuda and Prodon
    (1996), *Double description method revisited*.

    Examples
    --------
    >>> Cone.orthant(2).cut((1, -1)).rays
    ((1, 0), (1, 1))
    """

    rays: tuple[Ray, ...]
    tight: tuple[int, ...]
    constraints: int

    @classmethod
    def orthant(cls, d: int) -> Cone:
        """All vectors of d numbers that are not negative."""
        rays = tuple(tuple(int(v == w) for v in range(d)) for w in range(d))
        every = (1 << d) - 1
        return cls(rays, tuple(every ^ (1 << w) for w in range(d)), d)

    def cut(self, row: Sequence[int]) -> Cone | None:
        """The part on which ``row @ x >= 0``; None if that has no interior.

        Time: a product for each ray, and for the pairs of rays on either side a look at all rays.
        """
        sides = [sum(r * x for r, x in zip(row, ray, strict=True)) for ray in self.rays]
        if max(sides) <= 0:
            # A row of zeros cuts nothing off.
            return self if not any(row) else None
        if min(sides) >= 0:
            return self
        bit = 1 << self.constraints
        rays, tight = [], []
        for ray, met, side in zip(self.rays, self.tight, sides, strict=True):
            if side >= 0:
                rays.append(ray)
                tight.append(met if side else met | bit)
        inside = [i for i, side in enumerate(sides) if side > 0]
        outside = [i for i, side in enumerate(sides) if side < 0]
        for i in inside:
            for j in outside:
                common = self.tight[i] & self.tight[j]
                if self._adjacent(i, j, common):
                    rays.append(_between(self.rays[i], sides[i], self.rays[j], sides[j]))
                    tight.append(common | bit)
        return Cone(tuple(rays), tuple(tight), self.constraints + 1)

    def _adjacent(self, i: int, j: int, common: int) -> bool:
        """Whether two extreme rays span a face: no third one is on all they have in common."""
        if common.bit_count() < len(self.rays[0]) - 2:
            return False
        return all(common & ~met for m, met in enumerate(self.tight) if m not in (i, j))

    @property
    def interior(self) -> Ray:
        """A ray strictly inside: the sum of the extreme ones, each scaled to a like sum."""
        sums = [sum(ray) for ray in self.rays]
        most = max(sums)
        scaled = [[x * (most // s) for x in ray] for ray, s in zip(self.rays, sums, strict=True)]
        return primitive([sum(column) for column in zip(*scaled, strict=True)])


def primitive(vector: Sequence[int]) -> Ray:
    """The shortest integer vector in the same direction."""
    factor = gcd(*vector)
    return tuple(x // factor for x in vector) if factor > 1 else tuple(vector)


def integers(row: Sequence[Fraction]) -> Ray:
    """The shortest integer vector in the direction of a rational one.

    Examples
    --------
    >>> integers([Fraction(1, 2), Fraction(-1, 3)])
    (3, -2)
    """
    scale = lcm(*(x.denominator for x in row))
    return primitive([x.numerator * (scale // x.denominator) for x in row])


def _between(inner: Ray, high: int, outer: Ray, low: int) -> Ray:
    """Where the segment from a ray on the positive side to one on the other meets the cut."""
    return primitive([high * y - low * x for x, y in zip(inner, outer, strict=True)])
