"""Compiled programs for the last two rounds of a tree."""

from __future__ import annotations

from typing import Any

from suasion.solvers.compiled import kernel
from suasion.solvers.partition.compiled.splits import split_cells, split_worth
from suasion.solvers.partition.compiled.state import DUST, Scratch, Tables
from suasion.solvers.partition.compiled.values import pooled


@kernel
def best_next(
    tables: Tables, scratch: Scratch, cell: Any, size: int, worth: Any, priced: bool
) -> tuple[float, int]:
    """Value of a cell with at most one query more, and that query (-1: none gains)."""
    top = pooled(tables, scratch, cell, 0, size)
    query = -1
    mass = 0.0
    if priced:
        for p in range(size):
            mass += tables.mass[cell[p]]
    scratch.whole[0] = size
    split_worth(tables, scratch, cell, scratch.whole, 1, 0, worth)
    for q in range(len(tables.answers)):
        value = worth[q] - tables.costs[q] * mass if priced else worth[q]
        if value > top + DUST:
            top = value
            query = q
    return top, query


@kernel
def best_two(
    tables: Tables,
    scratch: Scratch,
    cell: Any,
    size: int,
    order: Any,
    after: Any,
    ends: Any,
    worth: Any,
    target: float,
    priced: bool,
) -> tuple[float, int]:
    """Best first query among those in `order`, with one more round after it, if above `target`.

    Returns its value and number, or (target, -1). A query is left as soon as full information
    about the parts not yet looked at would not help; the parts that can lose most come first.
    """
    top = target
    query = -1
    mass = 0.0
    if priced:
        for p in range(size):
            mass += tables.mass[cell[p]]
    labels, answers, alone = tables.labels, tables.answers, tables.alone
    for place in range(len(order)):
        q = order[place]
        scratch.whole[0] = size
        kept, value = split_cells(
            tables, scratch, labels[q], answers[q], cell, scratch.whole, 1, after, ends
        )
        if kept == 1 and ends[0] == size:
            continue
        if priced:
            value -= tables.costs[q] * mass
        begin = 0
        for c in range(kept):
            for p in range(begin, ends[c]):
                value += alone[after[p]]
            begin = ends[c]
        # Now value is what full information would earn; each part looked at takes its loss off.
        for _ in range(kept):
            if value <= top:
                break
            largest = 0
            begin = 0
            begins = 0
            for d in range(kept):
                stop = abs(ends[d])
                if ends[d] > 0 and stop - begin > largest:
                    largest = stop - begin
                    begins = begin
                    chosen = d
                begin = stop
            part = after[begins : begins + largest]
            for p in range(largest):
                value -= alone[part[p]]
            value += best_next(tables, scratch, part, largest, worth, priced)[0]
            ends[chosen] = -ends[chosen]  # looked at
        if value > top:
            top = value
            query = q
    return top, query
