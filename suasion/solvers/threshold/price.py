"""At most M cuts by a price per cut: the concave value needs one multiplier, and it proves it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from suasion.models.numbers.arrays import IntArray
from suasion.solvers.clock import Clock
from suasion.solvers.threshold.chain import SegmentProgram

# Up to this many segments, one table per segment beats a search for the price.
LAYERED_SEGMENTS = 4
# Prices are quotients, whose digits pile up in exact arithmetic.
LAYERED_EXACT = 32
# Float passes agree to about this; a smaller slack is rounding.
ROUNDING = 1e-14
# Passes after which prices come from secants alone, which are sure to end.
GUESSES = 12


@dataclass(frozen=True, eq=False)
class BudgetedCuts:
    """At most M cuts with a bound that needs no trust in how they were found.

    Attributes
    ----------
    cuts : array of int
        Class boundaries.
    price : float or Fraction
        Lagrangian price per cut.
    bound : float or Fraction
        ``G(price) + price * M``, an upper bound on M cuts for every price >= 0.
    passes : int
        O(n) passes made.
    stopped : str or None
        Why the search ended early; the bound is then not met.
    """

    cuts: IntArray
    price: Any
    bound: Any
    passes: int
    stopped: str | None = None


def best_cuts(program: SegmentProgram, budget: int, clock: Clock | None = None) -> BudgetedCuts:
    """The best at most `budget` cuts, or the best found when the clock stops.

    Segments are Monge (values of consecutive segments: V(12) + V(23) >= V(123) + V(2)), in every
    regime, so the optimum is concave in the number of cuts and one price per cut reaches it.
    """
    if budget < (LAYERED_EXACT if program.exact else LAYERED_SEGMENTS):
        return _by_layers(program, budget, clock or Clock())
    return _PriceSearch(program, budget, clock or Clock()).run()


def _by_layers(program: SegmentProgram, budget: int, clock: Clock) -> BudgetedCuts:
    table, rows = program.layers(budget + 1, clock)
    if rows <= budget:
        found = program.layered(table, rows)
        return BudgetedCuts(
            found.cuts, program.zero, program.full_information, rows, clock.stopped
        )
    found = program.layered(table, budget + 1)
    if budget > 0:
        price = max(found.objective - program.layered(table, budget).objective, program.zero)
    else:
        # Nothing is worth a cut at the price of everything there is to gain.
        price = max(program.priced(program.zero).objective - found.objective, program.zero)
    proof = program.priced(price).objective + price * budget
    return BudgetedCuts(found.cuts, price, proof, budget + 2)


@dataclass(frozen=True, eq=False)
class _Side:
    """Cuts that are best at a price (None: a price too high for any cut), and their payoff."""

    cuts: IntArray
    value: Any
    price: Any


class _PriceSearch:
    """Find the price at which `budget` cuts are best, between too few cuts and too many."""

    def __init__(self, program: SegmentProgram, budget: int, clock: Clock) -> None:
        self.program, self.budget, self.clock = program, budget, clock
        self.passes = 0

    def _try(self, price: Any) -> tuple[_Side, Any]:
        """The best cuts at a price, and the bound it proves."""
        self.passes += 1
        found = self.program.priced(price)
        # Payoff of the cuts themselves: the objective with the price given back.
        side = _Side(found.cuts, found.objective + price * len(found.cuts), price)
        return side, found.objective + price * self.budget

    def _done(self, cuts: IntArray, price: Any, bound: Any) -> BudgetedCuts:
        return BudgetedCuts(cuts, price, bound, self.passes, self.clock.stopped)

    def run(self) -> BudgetedCuts:
        many, bound = self._try(self.program.zero)
        if len(many.cuts) <= self.budget:
            return self._done(many.cuts, many.price, bound)
        alone = self.program.layered(self.program.layers(1)[0], 1)
        few = _Side(alone.cuts, alone.objective, None)
        slack = self.program.zero if self.program.exact else ROUNDING
        while True:
            secant = (many.value - few.value) / (len(many.cuts) - len(few.cuts))
            guess = self._guess(few, many)
            inside = guess is not None and many.price < guess < (few.price or math.inf)
            price = guess if inside else secant
            found, bound = self._try(price)
            count = len(found.cuts)
            if count == self.budget:
                return self._done(found.cuts, price, bound)
            # At the secant price neither side beats the other; if nothing beats them both are
            # best there, and a set with exactly the budget lies between them.
            gain = (found.value - price * count) - (few.value - price * len(few.cuts))
            if not inside and gain <= slack:
                return self._done(self._spliced(few, many), price, bound)
            if count < self.budget:
                few = found
            else:
                many = found
            if self.clock.stopped or bound - few.value <= slack:
                return self._done(few.cuts, price, bound)

    def _guess(self, few: _Side, many: _Side) -> Any:
        """A price likelier than the secant to give the budget; None leaves it to the secant.

        What is left to gain falls roughly like 1/M, so its slope like 1/M^2; between two tried
        prices log count is close to linear in log price.
        """
        if self.program.exact or self.passes > GUESSES:
            return None
        wanted = math.log1p(self.budget)
        if many.price == 0 or few.price is None:
            last = many if few.price is None else few
            if last.price == 0:
                return (many.value - few.value) / (self.budget + 1) ** 2
            return last.price * math.exp(2 * (math.log1p(len(last.cuts)) - wanted))
        low, high = math.log(many.price), math.log(few.price)
        most, least = math.log1p(len(many.cuts)), math.log1p(len(few.cuts))
        return math.exp(high + (low - high) * (wanted - least) / (most - least))

    def _spliced(self, few: _Side, many: _Side) -> IntArray:
        """Exactly `budget` cuts from two sets that are both best at one price.

        With d = budget - |few| some i has few_i <= many_{i+d} and many_{i+d+1} <= few_{i+1}
        (ends 0 and n added); by Monge the first i + d cuts of `many` with the cuts of `few`
        after its i-th lose nothing.
        """
        x, y = few.cuts, many.cuts
        end = self.program.size + 1
        padded_x = np.concatenate(([0], x, [end]))
        padded_y = np.concatenate(([0], y, [end]))
        d = self.budget - len(x)
        i = np.arange(len(x) + 1)
        fits = (padded_x[i] <= padded_y[i + d]) & (padded_y[i + d + 1] <= padded_x[i + 1])
        at = int(np.argmax(fits))
        return np.concatenate((y[: at + d], x[at:]))
