"""What a finite instance is given: distributions over states and tables of utilities, checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from suasion.models.number_tables import NumberTable
from suasion.models.rationals import Numbers

# Scores and payoffs are products and differences of utilities, which must stay finite.
LARGEST_UTILITY = 1e100
TABLE_AXES = ("type", "state", "action")


def distributions(values: Any, field: str, n: int) -> NumberTable:
    """Probabilities of the states by type; ValueError unless each row is a distribution."""
    table = NumberTable.read(values, field, ("type", "state"))
    if table.shape[0] != n:
        raise ValueError(
            f"{field} has {table.shape[0]} entries and weights has {n}; give one of each per type."
        )
    for t in range(n):
        row = table[t]
        assert isinstance(row, Numbers)
        row.check_range(f"{field}[{t}]", "give a probability")
        row.check_sum(f"{field}[{t}]")
    return table


def utilities(values: Any, field: str, n: int) -> NumberTable:
    """A table per type, or one for all of them with a first index of length 1."""
    axes = TABLE_AXES if _depth(values) > 2 else TABLE_AXES[1:]
    table = NumberTable.read(values, field, axes)
    if len(table.shape) == 2:
        table = NumberTable(table.numbers, (1, *table.shape))
    elif table.shape[0] != n:
        raise ValueError(
            f"{field} has {table.shape[0]} tables and weights has {n} entries; give one table for "
            "all types or one each."
        )
    large = np.abs(table.floats) > LARGEST_UTILITY
    if large.any():
        place = "".join(f"[{i}]" for i in np.argwhere(large)[0][1 if len(axes) == 2 else 0 :])
        raise ValueError(
            f"{field}{place} is {table.floats[large][0]:g}, beyond {LARGEST_UTILITY:g}; choose a "
            "smaller unit."
        )
    return table


def _depth(values: Any) -> int:
    """How deeply lists are nested at their first entries."""
    depth = 0
    while isinstance(values, Sequence) and not isinstance(values, str) and len(values):
        values = values[0]
        depth += 1
    return depth + len(getattr(values, "shape", ()))
