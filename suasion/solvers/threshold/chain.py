"""One pass of the segment program: the best set of cuts at a price per cut, or one layer more."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from suasion.models.binary.threshold_classes import ThresholdClasses
from suasion.models.numbers.arrays import IntArray, NumberArray
from suasion.models.queries.selection import QuerySelection
from suasion.solvers.clock import Clock
from suasion.solvers.threshold.kernels import chain, mixture, trace

# Mixtures kept between passes, in array entries.
KEPT_MIXTURES = 20_000_000


@dataclass(frozen=True, eq=False)
class Priced:
    """The best cuts at a price per cut, or within a number of layers.

    Attributes
    ----------
    objective : float or Fraction
        Payoff minus costs minus the price times the number of cuts.
    cuts : array of int
        Class boundaries, increasing.
    """

    objective: Any
    cuts: IntArray


class Layers:
    """Tables of `threshold_kernels.chain`, row k: at most k + 1 segments (one row: any number)."""

    def __init__(self, rows: int, half: int, dtype: Any) -> None:
        self.best = np.zeros((rows, half + 1), dtype=dtype)
        self.entry = np.zeros((rows, half), dtype=dtype)
        self.start = np.zeros((rows, half), dtype=np.int32)
        self.target = np.zeros((rows, half + 1), dtype=np.int32)


class SegmentProgram:
    """Segments of the sorted types, each with its own messaging policy, at a cost per cut.

    Below 1/2 a segment earns the gain of its lowest target, a line in the mass it covers, so a
    layer is one monotone hull. Types above 1/2 act without being told anything once they are
    alone, so the last cut is at 1/2, or above it only where that is cheaper than every cut in
    between; a segment across 1/2 mixes two messages. MODEL: Theorem 4.2 and Algorithm 1 of
    Harris et al. (arXiv 2311.18138) solve the same program in O(n^3).

    Parameters
    ----------
    problem : QuerySelection
        Threshold queries about a `BinaryPersuasion`.
    exact : bool
        Compute in Fractions.
    classes : ThresholdClasses, optional
        Work on these instead of all types of the problem (queries must be free).
    """

    def __init__(
        self,
        problem: QuerySelection,
        exact: bool = False,
        classes: ThresholdClasses | None = None,
    ) -> None:
        if classes is None:
            classes = problem.persuasion.classes(exact=exact)  # type: ignore[union-attr]
        self.classes = classes
        self.exact = exact
        self.half = self.classes.below_half
        self.size = len(self.classes)
        self.dtype = object if exact else np.float64
        self.zero: Any = Fraction(0) if exact else 0.0
        self.cost = self._boundary_costs(problem)
        self.ends = self._upper_ends()
        self._mixtures: dict[int, NumberArray] = {}
        self._scratch = [self._numbers(self.size), np.zeros(self.size, dtype=np.int32)]
        self._table = Layers(1, self.half, self.dtype)

    def _numbers(self, size: int) -> NumberArray:
        return np.full(size, self.zero, dtype=self.dtype)

    def _boundary_costs(self, problem: QuerySelection) -> NumberArray:
        """Cost of a cut before each class; entry 0, the start of all types, is free."""
        cost = self._numbers(self.size + 1)
        if problem.costs is not None and self.size:
            given = problem.cost_numbers(self.exact)
            # The boundary after the last class is a cut only if types with threshold 1 follow.
            boundaries = self.classes.first[1:]
            inside = boundaries - 1 < len(given)
            cost[1:][inside] = given[boundaries[inside] - 1]
        cost.setflags(write=False)
        return cost

    def _upper_ends(self) -> list[int]:
        """Boundaries above 1/2 cheaper than every one from 1/2 on: only there can a cut pay."""
        ends: list[int] = []
        if 0 < self.half < self.size:
            costs = self.cost[self.half : self.size]
            cheapest = np.minimum.accumulate(costs)
            ends = (np.flatnonzero(costs[1:] < cheapest[:-1]) + 1 + self.half).tolist()
        return ends

    def priced(self, price: Any) -> Priced:
        """The best cuts when each costs `price` on top of its own cost; O(n)."""
        table = self._table
        self._fill(table, 0, None, price)
        return self._finish(table, 0, 0, price)

    def layers(self, segments: int, clock: Clock | None = None) -> tuple[Layers, int]:
        """Tables for at most 1, 2, ..., `segments` segments, and how many were filled in time."""
        table = Layers(segments, self.half, self.dtype)
        previous = self._numbers(self.half + 1)  # no segment yet: nothing earned
        for row in range(segments):
            self._fill(table, row, previous, self.zero)
            previous = table.best[row]
            if clock is not None and clock.stopped:
                return table, row + 1
        return table, segments

    @property
    def full_information(self) -> Any:
        """Value when every type is known."""
        return self.classes.told_apart().sum() + self.classes.certain

    def layered(self, table: Layers, segments: int) -> Priced:
        """The best at most ``segments - 1`` cuts, from tables with at least `segments` rows."""
        return self._finish(table, segments - 1, 1, self.zero)

    def _fill(self, table: Layers, row: int, previous: NumberArray | None, price: Any) -> None:
        c = self.classes
        offset, hull = self._scratch
        # Without a row before it a row feeds itself: any number of segments.
        best = table.best[row]
        chain.run(
            4 * self.half,
            *(c.odds, c.high, c.low, self.cost, price),
            *(best if previous is None else previous, best),
            *(table.entry[row], table.start[row], table.target[row], hull, offset),
        )

    def _finish(self, table: Layers, row: int, step: int, price: Any) -> Priced:
        """Add the segments that reach above 1/2 to the tables of those below.

        `row` holds the segments before a top segment without a cut above it, ``row - step``
        those before one that ends in a cut.
        """
        c, h, m = self.classes, self.half, self.size
        weight = c.high + c.low
        if h == m:
            return self._traced(table, row, step, table.best[row][m] + c.certain, m, None, [])
        if h == 0:
            return Priced(weight[m] - weight[0] + c.certain, np.empty(0, dtype=np.intp))
        mixed = table.entry[row] + self.mixture(m)
        target = int(np.argmax(mixed))
        options: list[tuple[Any, int, int, int | None]] = [(mixed[target], row, m, target)]
        under = row - step
        if under >= 0:
            alone = table.best[under][h] - self.cost[h] - price + weight[m] - weight[h]
            options.append((alone, under, h, None))
            for end in self.ends:
                mixed = table.entry[under] + self.mixture(end)
                target = int(np.argmax(mixed))
                value = mixed[target] - self.cost[end] - price + weight[m] - weight[end]
                options.append((value, under, end, target))
        value, row, end, best = max(options, key=lambda option: option[0])
        return self._traced(table, row, step, value + c.certain, end, best, [end] * (end < m))

    def _traced(
        self,
        table: Layers,
        row: int,
        step: int,
        value: Any,
        end: int,
        target: int | None,
        top: list[int],
    ) -> Priced:
        """Follow back pointers from a segment that ends before `end` with a known `target`."""
        if target is not None:
            end = int(table.start[row][target])
            row -= step
            top = [*top, end] if end else top
        cuts = np.zeros(self.half, dtype=np.int32)
        count = trace.run(self.half, end, row, step, table.start, table.target, cuts)
        return Priced(value, np.concatenate((cuts[:count][::-1], top[::-1])).astype(np.intp))

    def mixture(self, end: int) -> NumberArray:
        """Payoff of a segment across 1/2 that ends before class `end`, by its lowest target."""
        if end not in self._mixtures:
            mixed = self._numbers(self.half)
            c = self.classes
            offset, hull = self._scratch
            mixture.run(8 * self.size, c.odds, c.high, c.low, self.half, end, mixed, hull, offset)
            if (len(self._mixtures) + 1) * self.half > KEPT_MIXTURES:
                return mixed
            self._mixtures[end] = mixed
        return self._mixtures[end]

    def positions(self, cuts: IntArray) -> IntArray:
        """Cut numbers (sorted positions of types) of class boundaries."""
        return self.classes.first[cuts]
