"""The compiled branch and bound over sets of queries: one resumable depth-first search."""

from __future__ import annotations

from typing import Any

from suasion.solvers.compiled import kernel
from suasion.solvers.partition.compiled.bounds import parts_bound, refinement_bound
from suasion.solvers.partition.compiled.splits import split_cells, split_worth
from suasion.solvers.partition.compiled.state import INFINITY, Scratch, Search, Tables

# A segment bound that rarely prunes is tried at one node in so many.
RARELY = 16
TRIALS = 100


@kernel
def push(tables: Tables, scratch: Scratch, search: Search, query: int) -> None:
    """Go one level down by asking `query`."""
    depth = search.depth[0]
    search.chosen[depth] = query
    kept, dropped = split_cells(
        tables,
        scratch,
        tables.labels[query],
        tables.answers[query],
        search.cells[depth],
        search.ends[depth],
        search.count[depth],
        search.cells[depth + 1],
        search.ends[depth + 1],
    )
    search.count[depth + 1] = kept
    search.told[depth + 1] = search.told[depth] + dropped
    search.following[depth + 1] = query + 1
    search.stop[depth + 1] = -1
    search.depth[0] = depth + 1


@kernel
def last_useful(
    tables: Tables,
    scratch: Scratch,
    search: Search,
    finest: Any,
    least: Any,
    spent: float,
    best: float,
    more: int,
) -> int:
    """End of the queries that can still lead from this node to more than `best`.

    Both bounds fall as the first query allowed moves up, so the end is found by halving.
    """
    depth = search.depth[0]
    start = search.following[depth]
    end = len(tables.answers)
    counters = search.counters
    promising = counters[1] < TRIALS or counters[2] * RARELY > counters[1]
    if promising or counters[0] % RARELY == 0:
        limit = parts_bound(tables, scratch, search, depth, start, more)
        if limit < INFINITY:
            counters[1] += 1
            if limit - spent - least[start] <= best:
                counters[2] += 1
                return start  # type: ignore[no-any-return]
    middle = start + (end - start) // 2
    value = refinement_bound(tables, scratch, search, finest[middle], depth)
    if value - spent - least[middle] > best:
        return end
    low = start - 1
    high = middle
    while high - low > 1:
        middle = (low + high) // 2
        value = refinement_bound(tables, scratch, search, finest[middle], depth)
        if value - spent - least[middle] > best:
            low = middle
        else:
            high = middle
    return high  # type: ignore[no-any-return]


@kernel
def explore(
    tables: Tables,
    scratch: Scratch,
    search: Search,
    finest: Any,
    least: Any,
    shared: Any,
    base: int,
    most: int,
    slack: float,
    work: int,
) -> bool:
    """Search on below depth `base` until all is explored (True) or `work` is done (False).

    Parameters
    ----------
    finest : array of int32, shape (m + 1, n)
        What the queries from each one on tell apart together.
    least : array, shape (m + 1,)
        What two of the queries from each one on cost at least; zeros when queries are free.
    shared : array, shape (1,)
        Best value known to all threads.
    most : int
        Largest number of queries, at most m.
    slack : float
        Nodes that cannot beat the best by more than this are left out.
    """
    m = len(tables.answers)
    priced = least[m] > 0.0
    done = 0
    while search.depth[0] >= base:
        if done > work:
            return False
        depth = search.depth[0]
        if search.stop[depth] < 0:
            done += enter(
                tables, scratch, search, finest, least, shared, most - depth, slack, priced
            )
        q = search.following[depth]
        if q >= search.stop[depth]:
            search.depth[0] = depth - 1
            continue
        search.following[depth] = q + 1
        push(tables, scratch, search, q)
        done += 100
    return True


@kernel
def enter(
    tables: Tables,
    scratch: Scratch,
    search: Search,
    finest: Any,
    least: Any,
    shared: Any,
    more: int,
    slack: float,
    priced: bool,
) -> int:
    """Value what one more query leads to and bound the rest of a node; the work done.

    Without costs a set of fewer than K queries is never better than one of K with it inside, so
    only the last query of a set is valued, for all choices at once.
    """
    m = len(tables.answers)
    depth = search.depth[0]
    start = search.following[depth]
    search.stop[depth] = start
    spent = 0.0
    for d in range(depth):
        spent += tables.costs[search.chosen[d]]
    if search.count[depth] == 0:
        # Everything is told apart: more queries gain nothing.
        record(search, shared, search.told[depth] - spent, depth)
        return 0
    if more == 0 or start >= m or (not priced and start + more > m):
        return 0
    work = 1000
    if priced or more == 1:
        split_worth(
            tables,
            scratch,
            search.cells[depth],
            search.ends[depth],
            search.count[depth],
            start,
            search.worth,
        )
        size = search.ends[depth, search.count[depth] - 1]
        work = size * (tables.first[m] - tables.first[start]) + 100
        search.counters[0] += m - start
        worth, costs, told = search.worth, tables.costs, search.told[depth] - spent
        found = search.found[0]
        for q in range(start, m):
            value = told + worth[q] - costs[q]
            if value > found:
                found = value
                search.chosen[depth] = q
                record(search, shared, value, depth + 1)
    if more > 1:
        best = shared[0] + slack
        search.stop[depth] = last_useful(tables, scratch, search, finest, least, spent, best, more)
    return work


@kernel
def record(search: Search, shared: Any, value: float, size: int) -> None:
    """Keep the first `size` queries of the path if they are the best so far."""
    if value > search.found[0]:
        search.found[0] = value
        search.answer_size[0] = size
        for d in range(size):
            search.answer[d] = search.chosen[d]
        if value > shared[0]:
            shared[0] = value
