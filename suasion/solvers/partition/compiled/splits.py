"""Compiled loops over the parts that queries split cells into: their values, and the parts."""

from __future__ import annotations

from typing import Any

from suasion.solvers.compiled import fused_kernel, kernel
from suasion.solvers.partition.compiled.state import BLOCK, LANES, Scratch, Tables
from suasion.solvers.partition.compiled.values import at_one, pair_loss


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
def add_small_splits(
    high: Any,
    low: Any,
    odds: Any,
    answers: Any,
    cell: Any,
    begin: int,
    size: int,
    query: int,
    worth: Any,
) -> None:
    """Add what the parts of a cell of two or three types below odds 1 earn, by query.

    What they lose depends on which pairs are told apart; a query that tells no pair apart loses
    what the whole cell loses instead of the three pairs.
    """
    to = worth[query:]
    width = len(to)
    i, j = cell[begin], cell[begin + 1]
    x, y = answers[i, query:], answers[j, query:]
    alone_i, alone_j = high[i] + odds[i] * low[i], high[j] + odds[j] * low[j]
    loss_ij = pair_loss(high, low, odds, i, j)
    if size == 2:
        apart = alone_i + alone_j
        for q in range(width):
            to[q] += apart - loss_ij * (x[q] == y[q])
        return
    k = cell[begin + 2]
    z = answers[k, query:]
    loss_ik = pair_loss(high, low, odds, i, k)
    loss_jk = pair_loss(high, low, odds, j, k)
    two, all_low = high[i] + high[j] + odds[j] * (low[i] + low[j]), low[i] + low[j] + low[k]
    three = high[i] + high[j] + high[k] + odds[k] * all_low
    apart = alone_i + alone_j + high[k] + odds[k] * low[k]
    excess = loss_ij + loss_ik + loss_jk - (apart - max(alone_i, max(two, three)))
    for q in range(width):
        ij, ik = x[q] == y[q], x[q] == z[q]
        lost = loss_ij * ij + loss_ik * ik + loss_jk * (y[q] == z[q]) - excess * (ij & ik)
        to[q] += apart - lost


@kernel
def split_worth(
    tables: Tables, scratch: Scratch, cells: Any, ends: Any, count: int, query: int, worth: Any
) -> None:
    """Sum of V over the parts of all cells, for each query from `query` on, into `worth`."""
    m = len(worth)
    first, alone, singles, by_column = tables.first, tables.alone, tables.singles, scratch.worth
    high, low, odds, by_type = tables.high, tables.low, tables.odds, tables.by_type
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
        if end - begin == 1 or cells[end - 1] < dear:
            # Nothing to tell apart, or all act without being told anything.
            for p in range(begin, end):
                told += alone[cells[p]]
            begin = end
            continue
        if end - begin <= 3 and cells[begin] >= dear and not tables.complement:
            size = end - begin
            add_small_splits(high, low, odds, by_type, cells, begin, size, query, worth)
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
