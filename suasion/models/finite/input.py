"""What a finite instance is given: distributions over states and tables of utilities, checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.models.numbers.rationals import Numbers
from suasion.models.numbers.sequences import Names, columns_of, entry_names
from suasion.models.numbers.tables import NumberTable

# Scores and payoffs are products and differences of utilities, which must stay finite.
LARGEST_UTILITY = 1e100
TABLE_AXES = ("type", "state", "action")


@dataclass(frozen=True)
class InputNames:
    """What types, states and actions are called, to match mappings and data frames by."""

    types: Names
    states: Names
    actions: Names

    @classmethod
    def of(
        cls,
        weights: Any,
        beliefs: Any,
        state_beliefs: Any,
        tables: Sequence[Any],
        named: tuple[Any, Any, Any],
    ) -> InputNames:
        """The names that were given, and those that frames and mappings bring with them."""
        labels, states, actions = named
        by_type = [table for table in tables if _depth(table) > 2]
        shared = [_first(table) if _depth(table) > 2 else table for table in tables]
        return cls(
            entry_names(labels, weights, beliefs, state_beliefs, *by_type),
            entry_names(states, *map(_columns, (beliefs, state_beliefs)), *shared, field="states"),
            entry_names(actions, *map(_columns, shared), field="actions"),
        )


def _columns(table: Any) -> Any:
    """What has the names of a table's second index as its keys, or nothing."""
    columns = columns_of(table)
    return _first(table) if columns is None else dict.fromkeys(columns)


def _first(values: Any) -> Any:
    """The first entry of a list or a mapping, or nothing."""
    if isinstance(values, Mapping):
        values = list(values.values())[:1]
    return values[0] if isinstance(values, list | tuple) and values else None


def distributions(values: Any, field: str, n: int, names: InputNames) -> NumberTable:
    """Probabilities of the states by type; ValueError unless each row is a distribution."""
    table = NumberTable.read(values, field, ("type", "state"), (names.types, names.states))
    if table.shape[0] != n:
        raise InputError(
            f"{field} has {table.shape[0]} entries and weights has {n}; give one of each per type."
        )
    for t in range(n):
        row = table[t]
        assert isinstance(row, Numbers)
        row.check_range(f"{field}[{t}]", "give a probability")
        row.check_sum(f"{field}[{t}]")
    return table


def utilities(values: Any, field: str, n: int, names: InputNames) -> NumberTable:
    """A table per type, or one for all of them with a first index of length 1."""
    values = _listed(values)
    axes = TABLE_AXES if _depth(values) > 2 else TABLE_AXES[1:]
    called = (names.types, names.states, names.actions)[3 - len(axes) :]
    table = NumberTable.read(values, field, axes, called)
    if len(table.shape) == 2:
        table = NumberTable(table.numbers, (1, *table.shape))
    elif table.shape[0] != n:
        raise InputError(
            f"{field} has {table.shape[0]} tables and weights has {n} entries; give one table for "
            "all types or one each."
        )
    large = np.abs(table.floats) > LARGEST_UTILITY
    if large.any():
        place = "".join(f"[{i}]" for i in np.argwhere(large)[0][1 if len(axes) == 2 else 0 :])
        raise InputError(
            f"{field}{place} is {table.floats[large][0]:g}, beyond {LARGEST_UTILITY:g}; choose a "
            "smaller unit."
        )
    return table


def _depth(values: Any) -> int:
    """How deeply lists are nested at their first entries."""
    depth = 0
    while isinstance(values, Sequence | Mapping) and not isinstance(values, str) and len(values):
        values = _first(values) if isinstance(values, Mapping) else values[0]
        depth += 1
    return depth + len(getattr(values, "shape", ()))


def _listed(values: Any) -> Any:
    """Iterators as lists, which may be read twice."""
    return [_listed(value) for value in values] if isinstance(values, Iterator) else values
