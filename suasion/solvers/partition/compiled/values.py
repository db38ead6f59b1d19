"""Compiled loops over cells: V of a cell, of its parts under every query, and the parts."""

from __future__ import annotations

from typing import Any

from suasion.solvers.compiled import kernel
from suasion.solvers.partition.compiled.state import Scratch, Tables


@kernel
def at_one(height: Any, start: int, step: int, at: Any, dear: int, points: int) -> float:
    """Concave envelope at odds 1 of the points (at, height); `dear` of them lie above 1.

    Points come by decreasing odds and there is at least one with odds <= 1. The chord over 1 is
    raised from its left end to the steepest point on the right and back, as in
    `suasion.models.binary.envelope`.
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


@kernel
def pair_loss(high: Any, low: Any, odds: Any, i: int, j: int) -> float:
    """What two types below odds 1 lose when they are not told apart; i has the larger odds."""
    only = high[i] + odds[i] * low[i]
    both = high[i] + high[j] + odds[j] * (low[i] + low[j])
    return only + high[j] + odds[j] * low[j] - max(only, both)  # type: ignore[no-any-return]
