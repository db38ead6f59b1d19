"""Side constraints, discounts and fees as files and callers write them, read into rules."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from suasion.errors import InputError
from suasion.models.numbers.arrays import is_index
from suasion.models.numbers.quoting import quoted
from suasion.models.numbers.rationals import parse_number
from suasion.models.numbers.sequences import in_order, listed
from suasion.models.queries.oracles import Oracle
from suasion.models.queries.partition_queries import PartitionQueries
from suasion.models.queries.rules import DISCOUNT, FEE, Charge, Constraint, Rules

CONSTRAINT = ("coefficients", "lower", "upper")


def read_rules(constraints: Any, discounts: Any, names: Sequence[str]) -> Rules:
    """Rules as a file has them, about queries of these names; None for no such rules.

    Raises
    ------
    ValueError
        With field, position, value and remedy.

    Examples
    --------
    >>> rules = read_rules(
    ...     [{"coefficients": {"age": 1, "rooms": 1}, "upper": 1}],
    ...     [{"group": ["age", 1], "fee": "1/10"}],
    ...     ["age", "rooms", "pets"],
    ... )
    >>> rules.allows([0, 1]), rules.cost([0, 2], exact=True)
    (False, Fraction(1, 10))
    """
    rows, charges = _entries(constraints, "constraints"), _entries(discounts, "discounts")
    if not rows and not charges:
        return Rules()
    find = _Queries(names)
    return Rules(
        tuple(_constraint(row, f"constraints[{i}]", find) for i, row in enumerate(rows)),
        tuple(_charge(row, f"discounts[{i}]", find) for i, row in enumerate(charges)),
    )


def rules_of(oracle: Oracle, adaptive: bool, constraints: Any, discounts: Any) -> Rules:
    """The rules of a question, which has some only if it is about listed queries at once."""
    if isinstance(oracle, PartitionQueries):
        rules = read_rules(constraints, discounts, oracle.names)
        check_asked_at_once(rules, adaptive)
        return rules
    for field, given in (("constraints", constraints), ("discounts", discounts)):
        if given is not None:
            raise InputError(
                f'{field} are given and oracle.kind is "{oracle.kind}"; they are about listed '
                'queries, so use "partition" or leave them out.'
            )
    return Rules()


def check_asked_at_once(rules: Rules, adaptive: bool) -> None:
    """An InputError where there are rules and queries are asked in turn."""
    if rules and adaptive:
        field = next(iter(rules.sizes()))
        raise InputError(
            f"{field} are given and adaptive is True; they are about queries asked at once, so "
            "set adaptive=False or leave them out."
        )


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
