"""Compiled loops over cells of binary persuasion: V of a cell, of all its splits, of its segments.

Types are sorted by decreasing threshold throughout, so that prefixes of a cell are the types that
act on a message. A cell is a slice of an array of type numbers, in that order.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from suasion.solvers.compiled import fused_kernel, kernel

# Loss below which a cell counts as told apart: what sums of masses round away.
DUST = 1e-14
INFINITY = math.inf
# Columns that advance together: their sums stay in the processor's nearest memory.
BLOCK = 256
# Their number is rounded up to a multiple of this, so that none is left to advance alone.
LANES = 16


# Structure of the queries that allows better bounds.
GENERAL = 0
INTERVALS = 1  # every cell of every query is a segment of the order by threshold
STARS = 2  # every query tells some types from all others, one by one; thresholds at most 1/2


class Tables(NamedTuple):
    """What does not change during a search; `binary_tables` builds it."""

    high: Any  # (n + 1,) mass in state 1 of each type; a last type has none
    low: Any  # (n + 1,) mass in state 0
    odds: Any  # (n + 1,) rho / (1 - rho), decreasing
    alone: Any  # (n,) V of the type alone
    mass: Any  # (n,) weight, which queries are charged by
    dear: int  # number of types with odds above 1; they come first
    labels: Any  # (m, n) int32 answers
    answers: Any  # (m,) int32 number of cells of each query
    columns: Any  # (n + 1, w + LANES) uint8: whether the type is in the cell of the column
    first: Any  # (m + 1,) int32 first column of each query
    singles: Any  # (n, m) uint8: the type is a cell of its own; (n, 0) when there are none
    complement: bool  # one column a query, and its other cell is what is left
    costs: Any  # (m,) float64
    shape: int  # GENERAL, INTERVALS or STARS


class Scratch(NamedTuple):
    """Working memory of one thread."""

    a: Any  # (BLOCK,) mass in state 1 that acts, by column
    b: Any  # (BLOCK,) the same in state 0
    best: Any  # (BLOCK,) best gain so far, of the column's cell
    rest: Any  # (BLOCK,) the same for the types outside it
    height: Any  # (n * BLOCK,) gains at the thresholds of a cell
    worth: Any  # (w + LANES,) sum over cells, by column
    at: Any  # (n,) those thresholds, as odds
    one: Any  # (n,) gains of one cell
    total: Any  # (n,) gains of the cell that is being split
    counts: Any  # (n + 1,) int64 types by answer
    before: Any  # (n + 1,)
    after: Any  # (n + 1,)
    whole: Any  # (1,) int32: where a single cell ends
    gain: Any  # (m,) gain of each query, in the order of a node
    by_query: Any  # (m,) the same by number
    apart: Any  # (m,) value of the types that a query tells apart
    high_sum: Any  # (m,) their mass in state 1 that acts
    low_sum: Any  # (m,) the same in state 0


@kernel
def at_one(height: Any, start: int, step: int, at: Any, dear: int, points: int) -> float:
    """Concave envelope at odds 1 of the points (at, height); `dear` of them lie above 1.

    Points come by decreasing odds and there is at least one with odds <= 1. The chord over 1 is
    raised from its left end to the steepest point on the right and back, as in
    `suasion.models.envelope`.
    """
    left = dear
    best = height[start + dear * step]
    for t in range(dear + 1, points):
        h = height[start + t * step]
        if h > best:
            best = h
            left = t
    first = True
    while dear > 0:
        base = height[start + left * step]
        slope = 0.0
        for t in range(dear):
            s = (height[start + t * step] - base) / (at[t] - at[left])
            if s > slope:
                slope = s
        value = base + slope * (1.0 - at[left])
        if slope <= 0.0 or (not first and value <= best):
            break
        first = False
        best = value
        top = base - slope * at[left]
        candidate = left
        for t in range(dear, points):
            h = height[start + t * step] - slope * at[t]
            if h > top:
                top = h
                candidate = t
        if candidate == left:
            break
        left = candidate
    return best  # type: ignore[no-any-return]


@kernel
def pooled(tables: Tables, scratch: Scratch, cell: Any, begin: int, end: int) -> float:
    """V of ``cell[begin:end]``; O(types), plus a few passes when thresholds lie on both sides."""
    odds = tables.odds
    a = 0.0
    b = 0.0
    p = begin
    points = 0
    while p < end and cell[p] < tables.dear:
        i = cell[p]
        a += tables.high[i]
        b += tables.low[i]
        if p + 1 == end or odds[cell[p + 1]] != odds[i]:
            scratch.one[points] = a + odds[i] * b
            scratch.at[points] = odds[i]
            points += 1
        p += 1
    if p == end:
        return a + b  # they all act without being told anything
    dear = points
    best = 0.0
    while p < end:
        i = cell[p]
        a += tables.high[i]
        b += tables.low[i]
        gain = a + odds[i] * b
        # Within a class of equal thresholds gains increase, so its last type counts.
        if gain > best:
            best = gain
        if dear:
            scratch.one[points] = gain
            scratch.at[points] = odds[i]
            points += 1
        p += 1
    if dear:
        return at_one(scratch.one, 0, 1, scratch.at, dear, points)  # type: ignore[no-any-return]
    return best


@fused_kernel
def add_splits(
    tables: Tables, scratch: Scratch, cell: Any, begin: int, end: int, skip: int, width: int
) -> None:
    """Add to ``worth`` what each column's part of a cell below odds 1 earns, and its complement.

    For `width` columns from `skip`. All columns advance together, four types at a time, which
    processors do for many columns at once: a fifth of a nanosecond per type and column at best.
    A gain at the threshold of a type outside the part is that of a message the part can be sent,
    so that it may be counted without asking whether the type is inside.
    """
    # Reading an array out of a record costs as much as ten additions: once is enough.
    highs, lows, odds, columns = tables.high, tables.low, tables.odds, tables.columns
    null = len(highs) - 1  # a type of no mass, which fills up the last four
    rate = 1.0 if tables.complement else 0.0
    a = scratch.a[:width]
    b = scratch.b[:width]
    best = scratch.best[:width]
    rest = scratch.rest[:width]
    for j in range(width):
        a[j] = 0.0
        b[j] = 0.0
        best[j] = 0.0
        rest[j] = 0.0
    # Mass of the whole cell that acts; zero without a complement, whose gains are then <= 0.
    all_a = 0.0
    all_b = 0.0
    for p in range(begin, end, 4):
        i0 = cell[p]
        i1 = cell[p + 1] if p + 1 < end else null
        i2 = cell[p + 2] if p + 2 < end else null
        i3 = cell[p + 3] if p + 3 < end else null
        x0 = columns[i0, skip : skip + width]
        x1 = columns[i1, skip : skip + width]
        x2 = columns[i2, skip : skip + width]
        x3 = columns[i3, skip : skip + width]
        a0, a1, a2, a3 = highs[i0], highs[i1], highs[i2], highs[i3]
        b0, b1, b2, b3 = lows[i0], lows[i1], lows[i2], lows[i3]
        r0, r1, r2, r3 = odds[i0], odds[i1], odds[i2], odds[i3]
        t0 = all_a + rate * a0
        s0 = all_b + rate * b0
        t1 = t0 + rate * a1
        s1 = s0 + rate * b1
        t2 = t1 + rate * a2
        s2 = s1 + rate * b2
        all_a = t2 + rate * a3
        all_b = s2 + rate * b3
        if p + 4 < end and odds[cell[p + 4]] == r0:
            # One class of equal thresholds that goes on: its last type is the one that counts.
            for j in range(width):
                a[j] += x0[j] * a0 + x1[j] * a1 + (x2[j] * a2 + x3[j] * a3)
                b[j] += x0[j] * b0 + x1[j] * b1 + (x2[j] * b2 + x3[j] * b3)
            continue
        t0 += r0 * s0
        t1 += r1 * s1
        t2 += r2 * s2
        t3 = all_a + r3 * all_b
        for j in range(width):
            u = a[j] + x0[j] * a0
            v = b[j] + x0[j] * b0
            g0 = u + r0 * v
            u += x1[j] * a1
            v += x1[j] * b1
            g1 = u + r1 * v
            u += x2[j] * a2
            v += x2[j] * b2
            g2 = u + r2 * v
            u += x3[j] * a3
            v += x3[j] * b3
            g3 = u + r3 * v
            a[j] = u
            b[j] = v
            low = max(max(g0, g1), max(g2, g3))
            best[j] = max(best[j], low)
            low = max(max(t0 - g0, t1 - g1), max(t2 - g2, t3 - g3))
            rest[j] = max(rest[j], low)
    worth = scratch.worth[skip : skip + width]
    for j in range(width):
        worth[j] += best[j] + rest[j]


@kernel
def add_mixed_splits(
    tables: Tables, scratch: Scratch, cell: Any, begin: int, end: int, skip: int, width: int
) -> None:
    """The same as `add_splits` for a cell with odds on both sides of 1: an envelope a column."""
    highs, lows, odds, columns = tables.high, tables.low, tables.odds, tables.columns
    at, totals, heights = scratch.at, scratch.total, scratch.height
    a = scratch.a[:width]
    b = scratch.b[:width]
    for j in range(width):
        a[j] = 0.0
        b[j] = 0.0
    points = 0
    dear = 0
    all_a = 0.0
    all_b = 0.0
    for p in range(begin, end):
        i = cell[p]
        high = highs[i]
        low = lows[i]
        r = odds[i]
        all_a += high
        all_b += low
        inside = columns[i, skip : skip + width]
        if p + 1 < end and odds[cell[p + 1]] == r:
            for j in range(width):
                a[j] += inside[j] * high
                b[j] += inside[j] * low
            continue
        height = heights[points * width : (points + 1) * width]
        for j in range(width):
            u = a[j] + inside[j] * high
            v = b[j] + inside[j] * low
            a[j] = u
            b[j] = v
            height[j] = u + r * v
        at[points] = r
        totals[points] = all_a + r * all_b
        points += 1
        if i < tables.dear:
            dear = points
    worth = scratch.worth[skip : skip + width]
    for j in range(width):
        worth[j] += at_one(heights, j, width, at, dear, points)
    if tables.complement:
        for t in range(points):
            height = heights[t * width : (t + 1) * width]
            total = totals[t]
            for j in range(width):
                height[j] = total - height[j]
        for j in range(width):
            worth[j] += at_one(heights, j, width, at, dear, points)


@kernel
def split_worth(
    tables: Tables, scratch: Scratch, cells: Any, ends: Any, count: int, query: int, worth: Any
) -> None:
    """Sum of V over the parts of all cells, for each query from `query` on, into `worth`."""
    m = len(worth)
    first, alone, singles, by_column = tables.first, tables.alone, tables.singles, scratch.worth
    dear, start, stop = tables.dear, first[query], first[m]
    for j in range(start, stop + LANES):
        by_column[j] = 0.0
    single = singles.shape[1] > 0
    told = 0.0
    for q in range(query, m):
        worth[q] = 0.0
    begin = 0
    for c in range(count):
        end = ends[c]
        if cells[end - 1] < dear:
            # They all act without being told anything, however they are split.
            for p in range(begin, end):
                told += alone[cells[p]]
            begin = end
            continue
        skip = start
        while skip < stop:
            width = min(BLOCK, (stop - skip + LANES - 1) // LANES * LANES)
            if cells[begin] < dear:
                add_mixed_splits(tables, scratch, cells, begin, end, skip, width)
            else:
                add_splits(tables, scratch, cells, begin, end, skip, width)
            skip += width
        if single:
            for p in range(begin, end):
                value = alone[cells[p]]
                row = singles[cells[p], query:]
                to = worth[query:]
                for q in range(m - query):
                    to[q] += row[q] * value
        begin = end
    if tables.complement:
        for q in range(query, m):
            worth[q] += by_column[q] + told
        return
    for q in range(query, m):
        value = told
        for j in range(first[q], first[q + 1]):
            value += by_column[j]
        worth[q] += value


@kernel
def split_cells(
    tables: Tables,
    scratch: Scratch,
    answer: Any,
    answers: int,
    cells: Any,
    ends: Any,
    count: int,
    after: Any,
    after_ends: Any,
) -> tuple[int, float]:
    """Refine cells by one more query; parts that lose nothing are dropped.

    A part loses nothing when its thresholds are all equal or all at least 1/2.

    Parameters
    ----------
    answer : array of int32, shape (n,)
        Answer of each type, below `answers`.
    cells, ends, count
        Cells before; `after` and `after_ends` receive those that may still gain by being split.

    Returns
    -------
    (number of cells after, value of the parts dropped)
    """
    counts, odds, alone = scratch.counts, tables.odds, tables.alone
    kept = 0
    dropped = 0.0
    filled = 0
    begin = 0
    for c in range(count):
        end = ends[c]
        for k in range(answers + 1):
            counts[k] = 0
        for p in range(begin, end):
            counts[answer[cells[p]] + 1] += 1
        for k in range(answers):
            counts[k + 1] += counts[k]
        base = filled
        for p in range(begin, end):
            k = answer[cells[p]]
            after[base + counts[k]] = cells[p]
            counts[k] += 1
        # Now counts[k] is where part k ends. Parts kept move up over those dropped.
        start = base
        for k in range(answers):
            stop = base + counts[k]
            if stop == start:
                continue
            lowest = odds[after[stop - 1]]
            if lowest >= 1.0 or lowest == odds[after[start]]:
                for p in range(start, stop):
                    dropped += alone[after[p]]
            else:
                if filled != start:
                    for p in range(start, stop):
                        after[filled + p - start] = after[p]
                filled += stop - start
                after_ends[kept] = filled
                kept += 1
            start = stop
        begin = end
    return kept, dropped


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
