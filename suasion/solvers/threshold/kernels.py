"""Loops of the threshold-query programs; they run on floats and on Fractions alike."""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

from suasion.solvers.compiled import kernel


@kernel
def chain(odds, high, low, cost, price, previous, best, entry, start, target, hull, offset):
    """Best payoff of segments that end before class j, for j = 0..len(best)-1.

    ``best[j] = high[j] + max_{t<j} entry[t] - high[t] - odds[t] low[t] + odds[t] low[j]`` with
    ``entry[t] = max(0, max_{1<=a<=t} previous[a] - cost[a] - price)``: t is the lowest class the
    last segment persuades, a its first class (``start[t]``), ``target[j]`` the best t. Passing
    `best` as `previous` allows any number of segments; another layer's adds one segment.

    Lines in ``low[j]`` with increasing slopes ``odds[t]``, asked at non-decreasing points: a
    monotone hull, O(n). `hull` and `offset` are scratch of the same length as `entry`.
    """
    best[0] = entry_value = 0 * price
    first = 0
    head = 0
    size = 0
    for j in range(1, len(best)):
        t = j - 1
        if t > 0:
            value = previous[t] - cost[t] - price
            if value > entry_value:
                entry_value = value
                first = t
        entry[t] = entry_value
        start[t] = first
        slope = odds[t]
        line = entry_value - high[t] - slope * low[t]
        while size - head >= 2:
            middle = hull[size - 1]
            lowest = hull[size - 2]
            if (line - offset[lowest]) * (odds[middle] - odds[lowest]) < (
                offset[middle] - offset[lowest]
            ) * (slope - odds[lowest]):
                break
            size -= 1
        hull[size] = t
        offset[t] = line
        size += 1
        point = low[j]
        winner = hull[head]
        value = offset[winner] + odds[winner] * point
        while head + 1 < size:
            rival = hull[head + 1]
            challenge = offset[rival] + odds[rival] * point
            if challenge < value:
                break
            value = challenge
            winner = rival
            head += 1
        best[j] = high[j] + value
        target[j] = winner


@kernel
def trace(end, row, step, start, target, cuts):
    """Cuts of the segments that end before class `end`, written from the last; their number.

    Row `row` of the back pointers holds the last segment, each one before it `step` rows lower.
    """
    count = 0
    while end > 0:
        end = start[row][target[row][end]]
        row -= step
        if end > 0:
            cuts[count] = end
            count += 1
    return count


@kernel
def mixture(odds, high, low, half, stop, mixed, hull, gain):
    """Best payoff of a segment that ends before class `stop` > `half`, by its lowest target.

    ``mixed[t]`` for t < half: persuade from class t with odds at most 1, alone or mixed with one
    class k >= half so that the average odds are 1. The tangent from (odds, gain) of t to the
    upper hull of the points of the classes above 1/2; O(n log n). `hull` and `gain` are scratch.
    """
    size = 0
    for k in range(half, stop):
        gain[k] = high[stop] - high[k] + odds[k] * (low[stop] - low[k])
        while size >= 2:
            middle = hull[size - 1]
            left = hull[size - 2]
            if (gain[k] - gain[left]) / (odds[k] - odds[left]) < (gain[middle] - gain[left]) / (
                odds[middle] - odds[left]
            ):
                break
            size -= 1
        hull[size] = k
        size += 1
    for t in range(half):
        base = high[stop] - high[t] + odds[t] * (low[stop] - low[t])
        lower = 0
        upper = size - 1
        while lower < upper:
            centre = (lower + upper) // 2
            here = hull[centre]
            there = hull[centre + 1]
            if (gain[there] - base) * (odds[here] - odds[t]) > (gain[here] - base) * (
                odds[there] - odds[t]
            ):
                lower = centre + 1
            else:
                upper = centre
        best = hull[lower]
        slope = (gain[best] - base) / (odds[best] - odds[t])
        if slope > 0:
            base = base + slope * (1 - odds[t])
        mixed[t] = base


@kernel
def segment_table(odds, high, low, half, certain, value, mixed, hull, gain):
    """Value of every segment: ``value[i][j]`` = V of the classes i..j-1, for i < j; O(n^2 log n).

    If `certain` is positive, or there is a column more than classes plus one, the last class
    holds the types with threshold 1. `mixed`, `hull` and `gain` are scratch.
    """
    count = len(odds)
    for j in range(1, count + 1):
        best = 0 * certain
        if j <= half:
            for i in range(j - 1, -1, -1):
                earned = high[j] - high[i] + odds[i] * (low[j] - low[i])
                if earned > best:
                    best = earned
                value[i][j] = best
        else:
            for i in range(half, j):
                value[i][j] = high[j] - high[i] + low[j] - low[i]
            if half > 0:
                mixture(odds, high, low, half, j, mixed, hull, gain)
                for i in range(half - 1, -1, -1):
                    if mixed[i] > best:
                        best = mixed[i]
                    value[i][j] = best
    last = len(value) - 1
    if last > count:
        for i in range(count):
            value[i][last] = value[i][count] + certain
        value[count][last] = certain


@kernel
def adaptive_columns(value, before, after, cost, weight, ceiling, cheapest, begin, end):
    """Best adaptive payoff of every segment that ends before class j, for j in [begin, end).

    ``after[i][j] = max(value[i][j], max_t before[i][t] + before[t][j] - cost[t] weight(i, j))``;
    the lower triangle mirrors the upper, so that both factors are read along rows. With `before`
    the same table as `after` the depth is not limited. No cut pays where the value is within
    the `cheapest` cost of full information, whose prefix sums are `ceiling`.
    """
    for j in range(begin, end):
        column = before[j]
        for i in range(j - 1, -1, -1):
            row = before[i]
            mass = weight[j] - weight[i]
            best = value[i][j]
            if ceiling[j] - ceiling[i] - cheapest * mass > best:
                for t in range(i + 1, j):
                    earned = row[t] + column[t] - cost[t] * mass
                    if earned > best:
                        best = earned
            after[i][j] = best
            after[j][i] = best
