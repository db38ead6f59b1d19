"""The sender's payoff over beliefs in two states, with its jumps, and its concave closure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from suasion.errors import InputError
from suasion.models.finite.beliefs import Coordinates
from suasion.models.finite.instance import FinitePersuasion

# A function that is linear in the probability of the second state: its values at 0 and at 1.
Line = tuple[Fraction, Fraction]
# At each breakpoint: change of level and of slope, and the payoff there above that on the left.
Changes = dict[Fraction, list[Fraction]]


@dataclass(frozen=True)
class SenderValue:
    """A function on [0, 1], linear between breakpoints, and its concave closure; all exact.

    Attributes
    ----------
    coordinates : Coordinates
        What a point of [0, 1] is: the share of the second state.
    points : list of Fraction
        Breakpoints in order, 0 and 1 among them.
    values : list of Fraction
        Payoff at each, ties for the sender: no less than on either side.
    before, after : list of Fraction
        Limits from the left and from the right; at the ends the value stands for the one missing.
    corners : list of int
        Positions of the breakpoints that are corners of the concave closure.
    """

    coordinates: Coordinates
    points: list[Fraction]
    values: list[Fraction]
    before: list[Fraction]
    after: list[Fraction]
    corners: list[int]

    @property
    def prior(self) -> Fraction:
        """Where the closure is read."""
        return self.coordinates.prior[1]

    def at(self, point: Fraction) -> Fraction:
        """The payoff at a point."""
        right = next(i for i, b in enumerate(self.points) if b >= point)
        if self.points[right] == point:
            return self.values[right]
        ends = (self.points[right - 1], self.after[right - 1], self.points[right])
        return _between(*ends, self.before[right], point)

    def optimum(self) -> Fraction:
        """The concave closure at the prior: the value of the best policy."""
        a, b = self._ends()
        ends = (self.points[a], self.values[a], self.points[b], self.values[b])
        return _between(*ends, self.prior)

    def split(self) -> list[tuple[Fraction, Fraction]]:
        """Points that an optimal policy leads to, and their probabilities: one or two."""
        if self.at(self.prior) == self.optimum():
            return [(self.prior, Fraction(1))]
        left, right = (self.points[i] for i in self._ends())
        share = (self.prior - left) / (right - left)
        return [(left, 1 - share), (right, share)]

    def _ends(self) -> tuple[int, int]:
        """Corners of the closure around the prior."""
        place = next(i for i, c in enumerate(self.corners) if self.points[c] >= self.prior)
        return self.corners[place - 1], self.corners[place]


def sender_value(instance: FinitePersuasion) -> SenderValue:
    """The sender's payoff over beliefs, from the definition, with its concave closure.

    Every type takes a best action, ties for the sender. Where it is indifferent the payoff may
    jump, to the sender's advantage at the tie itself. Breakpoints are found in Fractions, type by
    type, as corners of the upper envelope of what its actions are worth to it.

    Parameters
    ----------
    instance : FinitePersuasion
        With two states, any number of actions and types.

    Raises
    ------
    InputError
        For another number of states.

    Notes
    -----
    O(n k^2 + n k log(n k)).

    Examples
    --------
    >>> match = [[1, 0], [0, 1]]
    >>> prosecutor = FinitePersuasion([1], [["7/10", "3/10"]], match, [[0, 1], [0, 1]])
    >>> found = sender_value(prosecutor)
    >>> found.optimum(), found.split()
    (Fraction(3, 5), [(Fraction(0, 1), Fraction(2, 5)), (Fraction(1, 2), Fraction(3, 5))])
    """
    d = instance.shape[1]
    if d != 2:
        raise InputError(f"the instance has {d} states; the picture over [0, 1] is of two.")
    coordinates = Coordinates.of(instance)
    scores = coordinates.scaled(instance.scores(exact=True)).tolist()
    payoffs = coordinates.scaled(instance.payoffs(exact=True)).tolist()
    changes: Changes = {}
    for worth, earned in zip(scores, payoffs, strict=True):
        _add_type(changes, worth, earned)
    points = sorted(changes)
    values, before, after = [], [], []
    level = slope = Fraction(0)
    for b in points:
        rise, steeper, best = changes[b]
        before.append(level + slope * b)
        values.append(before[-1] + best)
        level, slope = level + rise, slope + steeper
        after.append(level + slope * b)
    before[0], after[-1] = values[0], values[-1]
    return SenderValue(coordinates, points, values, before, after, _hull(points, values))


def _add_type(changes: Changes, worth: Sequence[Line], earned: Sequence[Line]) -> None:
    """Add at each breakpoint of a type: change of level and slope, payoff there above the left."""
    old = (Fraction(0), Fraction(0))
    for start, end, tied in _envelope(worth, Fraction(0), Fraction(1)):
        for b, _, best in _envelope([earned[a] for a in tied], start, end):
            low, high = earned[tied[best[0]]]
            new = (low, high - low)
            _add_change(changes, b, old, new, _best_at(worth, earned, b))
            old = new
    end = Fraction(1)
    _add_change(changes, end, old, (Fraction(0), Fraction(0)), _best_at(worth, earned, end))


def _add_change(changes: Changes, b: Fraction, old: Line, new: Line, best: Fraction) -> None:
    at = changes.setdefault(b, [Fraction(0)] * 3)
    at[0] += new[0] - old[0]
    at[1] += new[1] - old[1]
    at[2] += best - (old[0] + old[1] * b)


def _envelope(
    lines: Sequence[Line], start: Fraction, end: Fraction
) -> Iterator[tuple[Fraction, Fraction, list[int]]]:
    """Pieces of the upper envelope from left to right: from, to, and all lines that are on it."""
    while start < end:
        heights = [_height(line, start) for line in lines]
        slopes = [high - low for low, high in lines]
        top, slope = max(zip(heights, slopes, strict=True))
        crossings = (
            start + (top - height) / (steeper - slope)
            for height, steeper in zip(heights, slopes, strict=True)
            if steeper > slope
        )
        stop = min(crossings, default=end)
        on_top = [
            a for a, own in enumerate(zip(heights, slopes, strict=True)) if own == (top, slope)
        ]
        yield start, min(stop, end), on_top
        start = stop


def _best_at(worth: Sequence[Line], earned: Sequence[Line], b: Fraction) -> Fraction:
    """What the sender earns at a point from the best action, ties for her."""
    heights = [_height(line, b) for line in worth]
    top = max(heights)
    tied = (line for line, height in zip(earned, heights, strict=True) if height == top)
    return max(_height(line, b) for line in tied)


def _height(line: Line, point: Fraction) -> Fraction:
    low, high = line
    return low + (high - low) * point


def _between(a: Fraction, low: Fraction, b: Fraction, high: Fraction, point: Fraction) -> Fraction:
    """On the chord from (a, low) to (b, high)."""
    return low + (high - low) * (point - a) / (b - a)


def _hull(points: Sequence[Fraction], values: Sequence[Fraction]) -> list[int]:
    """Corners of the least concave function that is nowhere below the points."""
    corners: list[int] = []
    for i, (x, y) in enumerate(zip(points, values, strict=True)):
        while len(corners) > 1:
            a, b = corners[-2:]
            if values[b] > _between(points[a], values[a], x, y, points[b]):
                break
            corners.pop()
        corners.append(i)
    return corners
