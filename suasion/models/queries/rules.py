"""Rules for a choice of queries: side constraints, and what groups of them cost or save."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from suasion.models.numbers.arrays import FloatArray
from suasion.models.numbers.quoting import quoted
from suasion.models.numbers.rationals import plain_number

# As for sums of floats elsewhere, relative to the numbers of the row; rationals are exact.
TOLERANCE = Fraction(1, 10**9)
# The fields of a discount and of a fee in files.
DISCOUNT, FEE = ("queries", "amount"), ("group", "fee")


@dataclass(frozen=True)
class Constraint:
    """The coefficients of the queries asked add up to at least `lower` and at most `upper`.

    Exactly so if all its numbers are rationals; if one is a float, within 1e-9 of their size.

    Attributes
    ----------
    coefficients : dict of int to number
        By query; every other query has 0.
    lower, upper : number or None
    """

    coefficients: dict[int, float | Fraction]
    lower: float | Fraction | None
    upper: float | Fraction | None

    @property
    def slack(self) -> Fraction:
        """How far rounding of the numbers as given may take the sum beyond its sides."""
        sides = [side for side in (self.lower, self.upper) if side is not None]
        numbers = [*self.coefficients.values(), *sides]
        if not any(isinstance(number, float) for number in numbers):
            return Fraction(0)
        return TOLERANCE * sum(abs(Fraction(number)) for number in numbers)

    def failure(self, asked: Collection[int]) -> str | None:
        """How the queries asked break it; None if they do not."""
        terms = [Fraction(number) for q, number in self.coefficients.items() if q in asked]
        total = sum(terms, Fraction(0))
        if self.lower is not None and total < Fraction(self.lower) - self.slack:
            return f"adds up to {quoted(total)}, and lower is {quoted(self.lower)}"
        if self.upper is not None and total > Fraction(self.upper) + self.slack:
            return f"adds up to {quoted(total)}, and upper is {quoted(self.upper)}"
        return None


@dataclass(frozen=True)
class Charge:
    """A discount for asking all of some queries, or a fee for asking any of them.

    Attributes
    ----------
    queries : tuple of int
        Without repeats, increasing.
    amount : float or Fraction
        What a discount saves or a fee costs; a negative number is a surcharge or a rebate.
    once : bool
        Whether it is a fee.
    """

    queries: tuple[int, ...]
    amount: float | Fraction
    once: bool

    def applies(self, asked: Collection[int]) -> bool:
        """Whether the queries asked are charged, or get the discount."""
        members = (q in asked for q in self.queries)
        return any(members) if self.once else all(members)

    @property
    def charged(self) -> float | Fraction:
        """What is added to the cost where it applies."""
        return self.amount if self.once else -self.amount


@dataclass(frozen=True)
class Rules:
    """Which sets of queries may be asked, and what they cost besides their own costs.

    Attributes
    ----------
    constraints : tuple of Constraint
    charges : tuple of Charge

    Examples
    --------
    >>> one_of_two = Constraint({0: Fraction(1), 1: Fraction(1)}, None, Fraction(1))
    >>> rules = Rules((one_of_two,), (Charge((0, 1), Fraction(1, 10), once=True),))
    >>> rules.failures([0, 1])
    ['constraints[0] adds up to 2, and upper is 1']
    >>> rules.cost([0, 2], exact=True), rules.cost([2], exact=True)
    (Fraction(1, 10), Fraction(0, 1))
    """

    constraints: tuple[Constraint, ...] = ()
    charges: tuple[Charge, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.constraints or self.charges)

    @property
    def rational(self) -> bool:
        """True when every number was given exactly."""
        numbers: list[Any] = [charge.amount for charge in self.charges]
        for row in self.constraints:
            numbers += [*row.coefficients.values(), row.lower, row.upper]
        return not any(isinstance(number, float) for number in numbers)

    def cost(self, asked: Collection[int], exact: bool = False) -> Any:
        """Fees less discounts for the queries asked, as a float or a Fraction."""
        number: Any = Fraction if exact else float
        charged = (charge.charged for charge in self.charges if charge.applies(asked))
        return sum(map(number, charged), number(0))

    def most_saved(self, exact: bool = False) -> Any:
        """No set of queries costs less than its own costs by more than this."""
        number: Any = Fraction if exact else float
        saved = (number(-charge.charged) for charge in self.charges if charge.charged < 0)
        return sum(saved, number(0))

    def failures(self, asked: Collection[int]) -> list[str]:
        """The constraints that the queries asked break, one sentence each."""
        found = ((i, row.failure(asked)) for i, row in enumerate(self.constraints))
        return [f"constraints[{i}] {failure}" for i, failure in found if failure is not None]

    def allows(self, asked: Collection[int]) -> bool:
        """Whether the queries asked break no constraint."""
        return all(row.failure(asked) is None for row in self.constraints)

    def scaled_rows(self, count: int, slack: float) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The constraints in floats, the largest coefficient of each 1, about `count` queries.

        Returns
        -------
        numbers : array, shape (rows, count)
        lower, upper : array, shape (rows,)
            Infinite where there is none, and wider by `slack` times the size of the row.
        """
        numbers = np.zeros((len(self.constraints), count))
        sides = np.tile([-np.inf, np.inf], (len(self.constraints), 1))
        for i, row in enumerate(self.constraints):
            numbers[i, list(row.coefficients)] = list(map(float, row.coefficients.values()))
            for k, side in enumerate((row.lower, row.upper)):
                sides[i, k] = sides[i, k] if side is None else float(side)
        scale = np.abs(numbers).max(axis=1, initial=0.0)[:, None]
        scale[scale == 0] = 1.0
        with np.errstate(over="ignore"):
            numbers, sides = numbers / scale, sides / scale
        given = np.where(np.isfinite(sides), np.abs(sides), 0.0).sum(axis=1)
        wider = slack * (np.abs(numbers).sum(axis=1) + given)
        return numbers, sides[:, 0] - wider, sides[:, 1] + wider

    def sizes(self) -> dict[str, int]:
        """How many rules there are of each kind, if any."""
        counts = {"constraints": len(self.constraints), "discounts": len(self.charges)}
        return {field: count for field, count in counts.items() if count}

    def to_dict(self, names: Sequence[str]) -> dict[str, Any]:
        """The fields of a file, those without rules left out."""
        document: dict[str, Any] = {}
        if self.constraints:
            document["constraints"] = [_row_dict(row, names) for row in self.constraints]
        if self.charges:
            document["discounts"] = [_charge_dict(charge, names) for charge in self.charges]
        return document


def _row_dict(row: Constraint, names: Sequence[str]) -> dict[str, Any]:
    document: dict[str, Any] = {
        "coefficients": {names[q]: plain_number(number) for q, number in row.coefficients.items()}
    }
    for field, side in (("lower", row.lower), ("upper", row.upper)):
        if side is not None:
            document[field] = plain_number(side)
    return document


def _charge_dict(charge: Charge, names: Sequence[str]) -> dict[str, Any]:
    queries, amount = FEE if charge.once else DISCOUNT
    return {queries: [names[q] for q in charge.queries], amount: plain_number(charge.amount)}
