"""Inner loops over the best-response subdivision: its vertices, line by line.

The simplex of messages (likelihoods that sum to 1) is cut by the hyperplanes on which a type is
indifferent between two actions. `found_vertices` takes d - 2 of them at a time, which leaves a
line, and cuts the line with all others at once. Rows are restricted to one hyperplane after the
other by elimination, so that lines share all but their last step, and coordinates stay
likelihoods: what is left of the simplex is always part of ``y >= 0``.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

from typing import NamedTuple

from suasion.models.numbers.arrays import FloatArray, IntArray
from suasion.solvers.compiled import kernel

# Rows are scaled to a largest entry of 1; what elimination leaves of a dependent row is rounding.
ZERO = 1e-11
# Cuts this far outside the part of a line that counts are at its end.
END = 1e-10


class Hyperplanes(NamedTuple):
    """What does not change: hyperplanes on which a type is indifferent, then those of x_w = 0.

    Loops read the fields once: an array out of a record costs as much as ten additions.
    """

    states: int  # d
    pairs: int  # number of those on which a type is indifferent
    rows: FloatArray  # ((pairs + d) d,) a normal each, largest entry 1; of x_w = 0 the identity
    used: IntArray  # (pairs + d,) 0 for hyperplanes across which payoffs do not change
    owner: IntArray  # (pairs,) first row of the row's type; each has as many, in one piece
    heads: IntArray  # (pairs,) first of the row's two actions; -1 if the type has unused rows
    # (pairs g,) for each row the g rows that tell whether its two actions are best: plus or minus
    # the row's position + 1, to be at least 0 with that sign
    guards: IntArray
    slack: FloatArray  # (pairs,) how negative a guard may be and still count as a tie


class Flats(NamedTuple):
    """Working memory: the flat that the chosen hyperplanes leave, level by level."""

    tables: FloatArray  # ((d - 1) (pairs + d) d,) all rows on the flat of each level
    chosen: IntArray  # (d,) the hyperplane of each level


@kernel
def found_vertices(first, last, planes: Hyperplanes, flats: Flats, out):
    """Write the vertices whose lowest hyperplane is one of `first`, ..., `last` - 1.

    Returns their number; if it is more than ``out``, shape (room d,), has room for, the rest are
    counted only.
    """
    d, pairs, rows, used = planes.states, planes.pairs, planes.rows, planes.used
    owner, heads, guards, slack = planes.owner, planes.heads, planes.guards, planes.slack
    tables, chosen = flats.tables, flats.chosen
    height = pairs + d
    depth = d - 2
    for i in range(height * d):
        tables[i] = rows[i]
    if depth == 0:
        return cut_line(0, planes, flats, out, 0)
    count = 0
    level = 0
    chosen[0] = first - 1
    while level >= 0:
        j = chosen[level] + 1
        stop = last if level == 0 else height
        base = level * height * d
        while j < stop and not (
            used[j]
            and crosses(tables, base + j * d, d - level, j >= pairs)
            and told(level, j, pairs, owner, heads, chosen)
        ):
            j += 1
        if j >= stop:
            level -= 1
            continue
        chosen[level] = j
        restrict(level, d, pairs, owner, tables, chosen)
        level += 1
        if not possible(level, d, pairs, guards, slack, tables, chosen):
            level -= 1
        elif level < depth:
            chosen[level] = j
        else:
            count = cut_line(level, planes, flats, out, count)
            level -= 1
    return count


@kernel
def crosses(tables, start, width, coordinate):
    """Whether a row is 0 somewhere inside ``y >= 0``; or not 0 everywhere, for a likelihood's row.

    A row without two signs vanishes only where coordinates do, whose own rows lead there.
    """
    low = 0.0
    high = 0.0
    for q in range(start, start + width):
        low = min(low, tables[q])
        high = max(high, tables[q])
    if coordinate:
        return low < -ZERO or high > ZERO
    return low < -ZERO and high > ZERO


@kernel
def told(level, j, pairs, owner, heads, chosen):
    """Whether a row may follow those chosen: ties of many actions are told one way.

    Of all pairs of actions that tie, those with the first one say it all, so that a vertex with
    such a tie is not found once for every tree of pairs.
    """
    if j < pairs and heads[j] >= 0:
        for at in range(level):
            i = chosen[at]
            if i < pairs and owner[i] == owner[j] and heads[i] != heads[j]:
                return False
    return True


@kernel
def restrict(level, d, pairs, owner, tables, chosen):
    """Rows on the part of the flat where the row chosen last is 0, one coordinate fewer.

    Of the rows before it only those are needed that guard a chosen one, or are likelihoods.
    """
    height = pairs + d
    base = level * height * d
    j = chosen[level]
    start = base + j * d
    pivot = 0
    for q in range(1, d - level):
        if abs(tables[start + q]) > abs(tables[start + pivot]):
            pivot = q
    end = d - level - 1
    for at in range(level + 2):
        lowest = min(j + 1, pairs)
        highest = height
        if at <= level:
            if chosen[at] >= pairs:
                continue
            lowest = owner[chosen[at]]
            highest = lowest
            while highest <= j and highest < pairs and owner[highest] == lowest:
                highest += 1
        for i in range(lowest, highest):
            source = base + i * d
            target = source + height * d
            share = tables[source + pivot] / tables[start + pivot]
            for q in range(end):
                tables[target + q] = tables[source + q] - share * tables[start + q]
            if pivot < end:
                tables[target + pivot] = tables[source + end] - share * tables[start + end]


@kernel
def possible(level, d, pairs, guards, slack, tables, chosen):
    """False if a likelihood is negative, or a chosen pair not best, all over the flat."""
    base = level * (pairs + d) * d
    width = d - level
    for i in range(pairs, pairs + d):
        if negative(tables, base + i * d, width, 1, ZERO):
            return False
    each = len(guards) // max(pairs, 1)
    for at in range(level):
        if chosen[at] < pairs:
            for g in range(chosen[at] * each, chosen[at] * each + each):
                i = abs(guards[g]) - 1
                if negative(tables, base + i * d, width, guards[g], slack[i]):
                    return False
    return True


@kernel
def negative(tables, start, width, sign, tolerance):
    """Whether all entries of a row, or of minus it, are below minus the tolerance."""
    for q in range(start, start + width):
        if (tables[q] if sign > 0 else -tables[q]) >= -tolerance:
            return False
    return True


@kernel
def cut_line(level, planes: Hyperplanes, flats: Flats, out, count):
    """The vertices on a line ``y = (1 - s, s)``: cuts with rows after the last chosen one."""
    d, pairs, used, owner = planes.states, planes.pairs, planes.used, planes.owner
    heads, guards, slack = planes.heads, planes.guards, planes.slack
    tables, chosen = flats.tables, flats.chosen
    base = level * (pairs + d) * d
    each = len(guards) // max(pairs, 1)
    low, high = 0.0, 1.0
    for i in range(pairs, pairs + d):
        row = base + i * d
        low, high = narrowed(tables[row], tables[row + 1], ZERO, low, high)
    for at in range(level):
        if chosen[at] < pairs:
            for g in range(chosen[at] * each, chosen[at] * each + each):
                i = abs(guards[g]) - 1
                row = base + i * d
                sign = 1.0 if guards[g] > 0 else -1.0
                low, high = narrowed(
                    sign * tables[row], sign * tables[row + 1], slack[i], low, high
                )
    if low > high + END:
        return count
    low = min(low, high)
    room = len(out) // d
    for j in range(0 if level == 0 else chosen[level - 1] + 1, pairs + d):
        left, right = tables[base + j * d], tables[base + j * d + 1]
        if not used[j] or not cuts(left, right, j >= pairs):
            continue
        s = left / (left - right)
        if s < low - END or s > high + END:
            continue
        s = min(max(s, low), high)
        if j < pairs and not (
            told(level, j, pairs, owner, heads, chosen)
            and guarded(j, s, base, d, each, guards, slack, tables)
        ):
            continue
        if count < room:
            total = 0.0
            for w in range(d):
                row = base + (pairs + w) * d
                likelihood = max(0.0, tables[row] * (1.0 - s) + tables[row + 1] * s)
                out[count * d + w] = likelihood
                total += likelihood
            for w in range(d):
                out[count * d + w] /= total
        count += 1
    return count


@kernel
def cuts(left, right, coordinate):
    """Whether a row is 0 at one point of the line, and there alone."""
    if coordinate:
        return abs(left - right) > ZERO
    return (left < -ZERO and right > ZERO) or (left > ZERO and right < -ZERO)


@kernel
def narrowed(left, right, tolerance, low, high):
    """The part of [low, high] where ``left (1 - s) + right s >= 0``, up to the tolerance."""
    if left >= -tolerance and right >= -tolerance:
        return low, high
    if left < -tolerance and right < -tolerance:
        return 1.0, -1.0
    if left < right:
        return max(low, left / (left - max(right, 0.0))), high
    left = max(left, 0.0)
    return low, min(high, left / (left - right))


@kernel
def guarded(j, s, base, d, each, guards, slack, tables):
    """Whether no third action beats the tied pair of row j at a point of the line."""
    for g in range(j * each, j * each + each):
        i = abs(guards[g]) - 1
        row = base + i * d
        value = tables[row] * (1.0 - s) + tables[row + 1] * s
        if (value if guards[g] > 0 else -value) < -slack[i]:
            return False
    return True
