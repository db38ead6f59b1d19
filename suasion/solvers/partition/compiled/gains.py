"""Branch and bound by decreasing gains, for queries whose gains bound what they add up to."""

from __future__ import annotations

from typing import Any

import numpy as np

from suasion.solvers.compiled import kernel
from suasion.solvers.partition.compiled.explore import push, record
from suasion.solvers.partition.compiled.splits import split_worth
from suasion.solvers.partition.compiled.state import INFINITY, INTERVALS, Scratch, Search, Tables
from suasion.solvers.partition.compiled.values import pooled


@kernel
def explore_gains(
    tables: Tables,
    scratch: Scratch,
    search: Search,
    shared: Any,
    base: int,
    most: int,
    slack: float,
    work: int,
) -> bool:
    """Search on below depth `base` until all is explored (True) or `work` is done (False).

    A node tries its queries by decreasing gain; the sets below one of them use only those after
    it. The arguments are those of `suasion.solvers.partition.compiled.explore.explore`.
    """
    done = 0
    while search.depth[0] >= base:
        if done > work:
            return False
        depth = search.depth[0]
        if search.stop[depth] < 0:
            done += enter_gains(tables, scratch, search, shared, most - depth, slack)
        place = search.following[depth]
        while place < search.stop[depth] and search.limit[depth, place] <= shared[0] + slack:
            place += 1
        search.following[depth] = place + 1
        if place >= search.stop[depth]:
            search.depth[0] = depth - 1
            continue
        push_gains(tables, scratch, search, place)
        done += 100
    return True


@kernel
def push_gains(tables: Tables, scratch: Scratch, search: Search, place: int) -> None:
    """Go one level down by the query at a place of the node's order; those after it remain."""
    depth = search.depth[0]
    push(tables, scratch, search, search.order[depth, place])
    left = search.size[depth] - place - 1
    for j in range(left):
        search.order[depth + 1, j] = search.order[depth, place + 1 + j]
    search.size[depth + 1] = left
    search.following[depth + 1] = 0


@kernel
def enter_gains(
    tables: Tables, scratch: Scratch, search: Search, shared: Any, more: int, slack: float
) -> int:
    """Value every query that is left, sort them by gain and bound what each can lead to."""
    depth = search.depth[0]
    size = search.size[depth]
    search.stop[depth] = 0
    spent = 0.0
    for d in range(depth):
        spent += tables.costs[search.chosen[d]]
    if search.count[depth] == 0:
        record(search, shared, search.told[depth] - spent, depth)
        return 0
    if more == 0 or size == 0:
        return 0
    cells, ends, count = search.cells[depth], search.ends[depth], search.count[depth]
    worth, costs, order = search.worth, tables.costs, search.order[depth, :size]
    split_worth(tables, scratch, cells, ends, count, 0, worth)
    search.counters[0] += size
    told = search.told[depth] - spent
    gain = scratch.gain[:size]
    best = -INFINITY
    for j in range(size):
        q = order[j]
        gain[j] = told + worth[q] - costs[q]
        if gain[j] > best:
            best = gain[j]
            search.chosen[depth] = q
    record(search, shared, best, depth + 1)
    if more > 1:
        beat = shared[0] + slack
        if tables.shape != INTERVALS:
            here = told + pooled_cells(tables, scratch, search, depth)
            if best <= here + slack:
                # No query gains by itself, as where one type is given up until nearly all others
                # are told apart: sort by what they gain at the odds at which they could gain most.
                star_limits(tables, scratch, search, depth, more, spent, beat, True)
                for j in range(size):
                    gain[j] = search.limit[depth, j]
        ranked = order[np.argsort(-gain)]
        for j in range(size):
            order[j] = ranked[j]
        search.stop[depth] = size
        if tables.shape == INTERVALS:
            submodular_limits(tables, scratch, search, depth, more, spent)
        else:
            star_limits(tables, scratch, search, depth, more, spent, beat, False)
    return int(ends[count - 1] * tables.first[len(worth)] + 100)


@kernel
def add_limits(search: Search, depth: int, gain: Any, more: int, base: float) -> None:
    """Raise each limit to base + own gain + the ``more - 1`` largest gains of those after it."""
    limit, top = search.limit[depth], search.top
    kept = min(more - 1, len(top))
    for k in range(kept):
        top[k] = 0.0  # nobody has to ask what gains less than nothing
    later = 0.0
    for j in range(len(gain) - 1, -1, -1):
        limit[j] = max(limit[j], base + gain[j] + later)
        if gain[j] > top[kept - 1]:
            later += gain[j] - top[kept - 1]
            k = kept - 1
            while k > 0 and top[k - 1] < gain[j]:
                top[k] = top[k - 1]
                k -= 1
            top[k] = gain[j]


@kernel
def pooled_cells(tables: Tables, scratch: Scratch, search: Search, depth: int) -> float:
    """What the cells of a node earn when nothing more is asked."""
    value = 0.0
    begin = 0
    for c in range(search.count[depth]):
        value += pooled(tables, scratch, search.cells[depth], begin, search.ends[depth, c])
        begin = search.ends[depth, c]
    return value


@kernel
def submodular_limits(
    tables: Tables, scratch: Scratch, search: Search, depth: int, more: int, spent: float
) -> None:
    """Limits where values are submodular: a query gains the less the more others are asked.

    They are for segments of the order, in every regime: segments are Monge, so that a cut gains
    less when there are more, and a query is a set of cuts.
    """
    order, worth = search.order[depth], search.worth
    told = search.told[depth]
    here = told + pooled_cells(tables, scratch, search, depth)
    size = search.size[depth]
    gain = scratch.gain[:size]
    for j in range(size):
        gain[j] = told + worth[order[j]] - here - tables.costs[order[j]]
        search.limit[depth, j] = -INFINITY
    add_limits(search, depth, gain, more, here - spent)


@kernel
def star_limits(
    tables: Tables,
    scratch: Scratch,
    search: Search,
    depth: int,
    more: int,
    spent: float,
    best: float,
    ranking: bool,
) -> None:
    """Limits when every query tells some types one by one from one cell of all others.

    That cell earns the most over odds r of ``sum a_i + r b_i`` over its types that act on r. For
    a fixed r each type told apart adds its own gain once, so that queries add at most the sum of
    theirs (as in maximum coverage); the largest over r bounds all. Odds at which no set beats
    `best` are left out. With `ranking` limits are the gains at the odds that could lead furthest.
    """
    cell, size = search.cells[depth], search.size[depth]
    order = search.order[depth, :size]
    m = len(search.worth)
    apart, a, b = scratch.apart, scratch.high_sum, scratch.low_sum
    at_odds, gain = scratch.by_query, scratch.gain[:size]
    for q in range(m):
        apart[q] = -tables.costs[q]
        a[q] = 0.0
        b[q] = 0.0
    for j in range(size):
        search.limit[depth, j] = -INFINITY
    types = search.ends[depth, 0]
    for p in range(types):
        value, row = tables.alone[cell[p]], tables.singles[cell[p]]
        for q in range(m):
            apart[q] += row[q] * value
    all_a = 0.0
    all_b = 0.0
    furthest = -INFINITY
    for p in range(types):
        i = cell[p]
        high, low, r, row = tables.high[i], tables.low[i], tables.odds[i], tables.singles[i]
        all_a += high
        all_b += low
        for q in range(m):
            a[q] += row[q] * high
            b[q] += row[q] * low
        if p + 1 < types and tables.odds[cell[p + 1]] == r:
            continue  # whoever has these odds acts too
        for q in range(m):
            at_odds[q] = apart[q] - (a[q] + r * b[q])
        largest = 0.0
        for j in range(size):
            gain[j] = at_odds[order[j]]
            largest = max(largest, gain[j])
        here = search.told[depth] - spent + all_a + r * all_b
        reach = here + more * largest
        if ranking and reach > furthest:
            furthest = reach
            search.limit[depth, :size] = gain
        if not ranking and reach > best:
            add_limits(search, depth, gain, more, here)
