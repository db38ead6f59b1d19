"""What the compiled loops over cells of binary persuasion read and write.

Types are sorted by decreasing threshold throughout, so that prefixes of a cell are the types that
act on a message. A cell is a slice of an array of type numbers, in that order.

Words of these loops, beside those of the models:

* *dear*: a type with odds above 1 (threshold above 1/2), which acts only where state 1 is made
  likelier; how many there are, since they come first.
* *told* apart: a cell in which no type loses by being with the others, and what it is worth.
  It gains nothing from further queries, so only its value is kept; *apart* is what a query tells.
* *column*: whether each type is in one cell of one query; *first*: where a query's columns start.
* *single*: a type that a query's answer names alone.
* *spent*, *more*, *slack*: costs so far, queries left, how much more a branch must promise.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

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
    by_type: Any  # (n, m) the same, a row for each type
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


class Search(NamedTuple):
    """A depth-first search: all its state, so that it can stop and go on."""

    chosen: Any  # (K + 2,) queries on the path
    following: Any  # (K + 2,) next query to try at each depth
    stop: Any  # (K + 2,) where the bounds end the loop over queries; -1: not entered yet
    order: Any  # (K + 2, m) queries to try at each depth, by decreasing gain (structured only)
    size: Any  # (K + 2,) how many of them
    limit: Any  # (K + 2, m) bound on the sets that go on with each of them and later ones
    top: Any  # (K + 2,) the largest gains, decreasing, while limits are computed
    cells: Any  # (K + 2, n) types of the cells that may still gain; the last row is scratch
    ends: Any  # (K + 2, n) where each cell ends
    count: Any  # (K + 2,) number of those cells
    told: Any  # (K + 2,) value of the others
    worth: Any  # (m,) values of one more query
    answer: Any  # (K,) best set found by this search
    answer_size: Any  # (1,) its size
    found: Any  # (1,) its value
    depth: Any  # (1,)
    counters: Any  # (3,) query sets valued, segment bounds tried, segment bounds that pruned
