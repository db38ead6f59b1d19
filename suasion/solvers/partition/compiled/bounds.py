"""Compiled bounds on what more queries can reveal."""

from __future__ import annotations

from typing import Any

from suasion.solvers.compiled import kernel
from suasion.solvers.partition.compiled.state import INFINITY, Scratch, Search, Tables
from suasion.solvers.partition.compiled.values import pooled

# Parts beyond which the segment bound is full information in all but name.
MOST_PARTS = 64
# Loop iterations that a segment bound may take: a fifth of a second.
LARGEST_BOUND = 1e8


@kernel
def segment_bound(
    tables: Tables, scratch: Scratch, cell: Any, begin: int, end: int, parts: int
) -> float:
    """No partition of a cell into `parts` arbitrary parts earns more than this.

    Below odds 1 the best parts are segments of the order by threshold, found in O(parts * c^2).
    Types above odds 1 are counted as told apart, which never earns less.
    """
    value = 0.0
    p = begin
    while p < end and cell[p] < tables.dear:
        value += tables.high[cell[p]] + tables.low[cell[p]]
        p += 1
    size = end - p
    before = scratch.before
    after = scratch.after
    # before[e]: the best for the first e types with the layers so far; no layer earns nothing.
    for e in range(size + 1):
        before[e] = 0.0
    for _ in range(parts):
        # A segment s..e-1 earns the largest of a(s..j) + r_j b(s..j), j < e: types act down to j.
        for e in range(size + 1):
            after[e] = before[e]
        for s in range(size):
            a = 0.0
            b = 0.0
            top = 0.0
            base = before[s]
            for j in range(s, size):
                i = cell[p + j]
                a += tables.high[i]
                b += tables.low[i]
                gain = a + tables.odds[i] * b
                top = gain if gain > top else top
                here = base + top
                after[j + 1] = here if here > after[j + 1] else after[j + 1]
        for e in range(size + 1):
            before[e] = after[e]
    return value + before[size]  # type: ignore[no-any-return]


@kernel
def refinement_bound(
    tables: Tables, scratch: Scratch, search: Search, finest: Any, depth: int
) -> float:
    """Value when all queries from one on are asked at once; `finest` labels what they tell apart.

    The queries left can tell no more than this, and information never hurts.
    """
    counts = scratch.counts
    after = search.cells[len(search.count) - 1]
    value = search.told[depth]
    begin = 0
    for c in range(search.count[depth]):
        end = search.ends[depth, c]
        cell = search.cells[depth]
        # Only the labels of this cell's types are touched, so the cost is that of the cell.
        for p in range(begin, end):
            counts[finest[cell[p]]] = 0
        for p in range(begin, end):
            counts[finest[cell[p]]] += 1
        filled = 0
        for p in range(begin, end):
            k = finest[cell[p]]
            if counts[k] > 0:  # first of its part: make room for the part, mark it as placed
                size = counts[k]
                counts[k] = -filled - 1
                filled += size
        for p in range(begin, end):
            k = finest[cell[p]]
            after[-counts[k] - 1] = cell[p]
            counts[k] -= 1
        # A part begins where the label changes.
        start = 0
        for p in range(1, filled + 1):
            if p == filled or finest[after[p]] != finest[after[start]]:
                value += pooled(tables, scratch, after, start, p)
                start = p
        begin = end
    return value  # type: ignore[no-any-return]


@kernel
def parts_bound(
    tables: Tables, scratch: Scratch, search: Search, depth: int, query: int, more: int
) -> float:
    """Value when every cell may be split at will into as many parts as `more` queries can make.

    Infinite where it would take longer to compute than the sets that it could rule out.
    """
    most = 1
    sets = 1.0
    for q in range(query, len(tables.answers)):
        if tables.answers[q] > most:
            most = tables.answers[q]
    parts = 1
    for k in range(more):
        parts = min(parts * most, MOST_PARTS)
        sets *= max(1, len(tables.answers) - query - k) / (k + 1.0)
    begin = 0
    work = 0.0
    for c in range(search.count[depth]):
        size = search.ends[depth, c] - begin
        begin += size
        if parts < size:
            work += 0.5 * parts * size * size
    if work > min(0.1 * sets * begin, LARGEST_BOUND):
        return INFINITY
    value = search.told[depth]
    begin = 0
    for c in range(search.count[depth]):
        end = search.ends[depth, c]
        if parts < MOST_PARTS and parts < end - begin:
            value += segment_bound(tables, scratch, search.cells[depth], begin, end, parts)
        else:
            for p in range(begin, end):
                value += tables.alone[search.cells[depth, p]]
        begin = end
    return value  # type: ignore[no-any-return]
