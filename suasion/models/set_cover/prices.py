"""Prices of elements: what proves that no cover is cheaper."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.models.numbers.arrays import FloatArray, NumberArray, object_array, total
from suasion.models.numbers.rationals import plain_number
from suasion.models.set_cover.cover import Cover
from suasion.models.set_cover.instance import SetCover

# A bound computed in floats may be too large by this much, relative to it.
SLACK = 1e-6
# Prices are read as rationals with no larger denominator, in the unit of the costs.
LARGEST_DENOMINATOR = 10**6


def price_bound(instance: SetCover, prices: NumberArray) -> Any:
    """Bound the cost of every cover from below, by any prices >= 0 of the elements.

    If no set costs less than its elements together, a cover costs at least the sum of all
    prices. Prices that are too high for some sets are either all divided by the largest excess,
    or the excesses are subtracted from their sum; the better bound of the two.

    Parameters
    ----------
    instance : SetCover
    prices : array of floats or Fractions, shape (universe,)

    Returns
    -------
    float or Fraction
        As the prices are.

    Notes
    -----
    Both are weak duality for the linear relaxation; the second uses that no set is chosen more
    than once. Linear time.

    Examples
    --------
    >>> triangle = SetCover(3, [[0, 1], [1, 2], [0, 2]])
    >>> price_bound(triangle, np.full(3, 0.5)), price_bound(triangle, np.full(3, 4.0))
    (1.5, 1.5)
    """
    exact = prices.dtype == object
    costs, earned = instance.cost_numbers(exact), instance.sets.sums(prices)
    above = earned > costs
    together = total(prices)
    excess = total(earned[above] - costs[above])
    if not above.any() or (costs[above] == 0).any():
        return together - excess
    largest = max((earned[above] / costs[above]).tolist())
    return max(together - excess, together / largest)


def rational_prices(instance: SetCover, prices: FloatArray) -> NumberArray:
    """The simplest rationals >= 0 near prices in floats: what those are, for simple costs.

    Examples
    --------
    >>> rational_prices(SetCover(1, [[0]]), np.array([0.33333333331])).tolist()
    [Fraction(1, 3)]
    """
    unit = instance.cost_unit
    shares = [Fraction(max(0.0, price)) / unit for price in prices.tolist()]
    return object_array([share.limit_denominator(LARGEST_DENOMINATOR) * unit for share in shares])


def rounded_up(instance: SetCover, bound: Any) -> Any:
    """The lowest cost that a cover can have, given a bound on it.

    Costs of covers are multiples of `SetCover.cost_step`. A bound in floats that exceeds one of
    them by less than 1e-6 of itself stays there; one in rationals is rounded exactly.

    Examples
    --------
    >>> rounded_up(SetCover(1, [[0]]), 3.48), rounded_up(SetCover(1, [[0]]), 3.0000001)
    (4.0, 3.0000001)
    """
    step = instance.cost_step
    if step is None or not np.isfinite(float(bound)):
        return bound
    if isinstance(bound, Fraction):
        return ceil(bound / step) * step
    steps = bound / float(step)
    return max(bound, float(ceil(steps - SLACK * max(1.0, steps)) * step))


@dataclass(frozen=True, eq=False)
class CoverCertificate:
    """A cover and prices that prove in rationals that it is a cheapest one.

    Attributes
    ----------
    cover : Cover
    prices : tuple of Fraction
        One per element, not negative; what they prove is `price_bound`.

    Examples
    --------
    >>> instance = SetCover(3, [[0, 1], [1, 2], [0, 2]])
    >>> proof = CoverCertificate(Cover([0, 1]), (Fraction(1, 2),) * 3)
    >>> proof.failures(instance)         # 3/2 is rounded up to 2: costs are integers
    []
    """

    cover: Cover
    prices: tuple[Fraction, ...]

    def bound(self, problem: SetCover) -> Fraction:
        """What the prices prove, rounded up to what a cover can cost."""
        bound: Fraction = rounded_up(problem, price_bound(problem, object_array(self.prices)))
        return bound

    def failures(self, problem: SetCover) -> list[str]:
        """What is wrong with the proof; an empty list means it holds."""
        if len(self.prices) != problem.universe:
            return [f"there are {len(self.prices)} prices for {problem.universe} elements"]
        found = [
            f"the price of element {element} is {price}, below 0"
            for element, price in enumerate(self.prices)
            if price < 0
        ]
        try:
            value = self.cover.value(problem, exact=True)
        except InputError as error:
            return [*found, str(error)]
        if not found and value > self.bound(problem):
            found.append(f"the cover costs {value} and the prices prove {self.bound(problem)}")
        return found

    def to_dict(self) -> dict[str, Any]:
        """The proof as plain JSON."""
        return {
            "kind": "cover-prices",
            "sets": self.cover.sets.tolist(),
            "prices": [plain_number(price) for price in self.prices],
        }
