"""Rules for a choice of queries: side constraints, and what groups of them cost or save."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.models.numbers.arrays import FloatArray, is_index
from suasion.models.numbers.quoting import quoted
from suasion.models.numbers.rationals import parse_number, plain_number
from suasion.models.numbers.sequences import in_order, listed

# As for sums of floats elsewhere, relative to the numbers of the row; rationals are exact.
TOLERANCE = Fraction(1, 10**9)
CONSTRAINT = ("coefficients", "lower", "upper")
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
    >>> rules = Rules.read(
    ...     [{"coefficients": {"age": 1, "rooms": 1}, "upper": 1}],
    ...     [{"group": ["age", "rooms"], "fee": "1/10"}],
    ...     ["age", "rooms", "pets"],
    ... )
    >>> rules.failures([0, 1])
    ['constraints[0] adds up to 2, and upper is 1']
    >>> rules.cost([0, 2], exact=True), rules.cost([2], exact=True)
    (Fraction(1, 10), Fraction(0, 1))
    """

    constraints: tuple[Constraint, ...] = ()
    charges: tuple[Charge, ...] = ()

    @classmethod
    def read(cls, constraints: Any, discounts: Any, names: Sequence[str]) -> Rules:
        """Rules as a file has them, about queries of these names; None for no such rules.

        Raises
        ------
        ValueError
            With field, position, value and remedy.
        """
        rows, charges = _entries(constraints, "constraints"), _entries(discounts, "discounts")
        if not rows and not charges:
            return cls()
        find = _Queries(names)
        return cls(
            tuple(_constraint(row, f"constraints[{i}]", find) for i, row in enumerate(rows)),
            tuple(_charge(row, f"discounts[{i}]", find) for i, row in enumerate(charges)),
        )

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


class _Queries:
    """Finds queries by their names, then by their numbers."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        self.place: dict[str, int] = {}
        for q, name in enumerate(names):
            if self.place.setdefault(name, q) != q:
                raise InputError(
                    f"names[{q}] is {quoted(name)} again, and constraints and discounts need to "
                    "tell queries apart; give each query a name of its own."
                )

    def __call__(self, key: Any, where: str) -> int:
        if isinstance(key, str) and key in self.place:
            return self.place[key]
        count = len(self.names)
        number = int(key) if isinstance(key, str) and key.isdecimal() else key
        if is_index(number, count):
            return int(number)
        known = f"{listed(self.names)}, or a number from 0 to {count - 1}"
        near = difflib.get_close_matches(str(key), self.names, n=1)
        hint = f" (did you mean {quoted(near[0])}?)" if near else ""
        known = known if count else "nothing, for there are no queries"
        raise InputError(f"{where} names query {quoted(key)}; choose from {known}{hint}.")


def _entries(given: Any, field: str) -> list[Any]:
    return [] if given is None else list(in_order(given, field, need=f"a list of {field}"))


def _fields(entry: Any, where: str, known: Sequence[str], needed: Sequence[str]) -> dict[str, Any]:
    """The entries of a mapping; an InputError for fields that are missing or unknown."""
    if not isinstance(entry, Mapping):
        raise InputError(
            f"{where} is {quoted(entry)}; give a mapping with {' and '.join(needed)}."
        )
    for field in entry:
        if field not in known:
            raise InputError(
                f"{where} has the field {quoted(field)}; the fields are {', '.join(known)}."
            )
    for field in needed:
        if field not in entry:
            raise InputError(f"{where}.{field} is missing; add it.")
    return dict(entry)


def _number(value: Any, where: str) -> float | Fraction:
    """A number that a float can hold."""
    number = parse_number(value, where)
    try:
        float(number)
    except OverflowError as error:
        raise InputError(
            f"{where} is {quoted(value)}, too large for a float; measure in another unit."
        ) from error
    return number


def _constraint(entry: Any, where: str, find: _Queries) -> Constraint:
    fields = _fields(entry, where, CONSTRAINT, CONSTRAINT[:1])
    given = fields["coefficients"]
    if not isinstance(given, Mapping) or not given:
        raise InputError(
            f"{where}.coefficients is {quoted(given)}; give a number for at least one query."
        )
    coefficients: dict[int, float | Fraction] = {}
    for key, value in given.items():
        q = find(key, f"{where}.coefficients")
        if q in coefficients:
            raise InputError(
                f"{where}.coefficients has query {quoted(key)} twice; give it one number."
            )
        coefficients[q] = _number(value, f"{where}.coefficients[{quoted(key)}]")
    sides = [
        None if fields.get(side) is None else _number(fields[side], f"{where}.{side}")
        for side in ("lower", "upper")
    ]
    lower, upper = sides
    if lower is None and upper is None:
        raise InputError(f"{where} has neither lower nor upper; give one of them.")
    if lower is not None and upper is not None and Fraction(lower) > Fraction(upper):
        raise InputError(
            f"{where}.lower is {quoted(lower)}, above upper {quoted(upper)}; exchange them."
        )
    return Constraint(dict(sorted(coefficients.items())), lower, upper)


def _charge(entry: Any, where: str, find: _Queries) -> Charge:
    once = isinstance(entry, Mapping) and not {"group", "fee"}.isdisjoint(entry)
    members, amount = FEE if once else DISCOUNT
    fields = _fields(entry, where, (members, amount), (members, amount))
    queries: list[int] = []
    for i, key in enumerate(
        in_order(fields[members], f"{where}.{members}", need="a list of queries")
    ):
        q = find(key, f"{where}.{members}[{i}]")
        if q in queries:
            raise InputError(f"{where}.{members}[{i}] is {quoted(key)} again; name it once.")
        queries.append(q)
    if not queries:
        raise InputError(f"{where}.{members} is empty; name at least one query.")
    charged = _number(fields[amount], f"{where}.{amount}")
    return Charge(tuple(sorted(queries)), charged, once)
