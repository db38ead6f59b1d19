"""At most M cuts by a price per cut: the concave value needs one multiplier, and it proves it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from suasion.models.threshold_classes import IntArray
from suasion.solvers.clock import Clock
from suasion.solvers.threshold_chain import Priced, SegmentProgram

# Up to this many segments, one table per segment beats a search for the price.
LAYERED_SEGMENTS = 4
# Prices are quotients, whose digits pile up in exact arithmetic.
LAYERED_EXACT = 32
# Float passes agree to about this; a smaller slack is rounding.
ROUNDING = 1e-14
POWER_STEPS = 8


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
        return _by_layers(program, budget)
    return _PriceSearch(program, budget, clock or Clock()).run()


def _by_layers(program: SegmentProgram, budget: int) -> BudgetedCuts:
    table = program.layers(budget + 1)
    found = program.layered(table, budget + 1)
    if budget > 0:
        price = max(found.objective - program.layered(table, budget).objective, program.zero)
    else:
        # Nothing is worth a cut at the price of everything there is to gain.
        price = max(program.priced(program.zero).objective - found.objective, program.zero)
    proof = program.priced(price).objective + price * budget
    return BudgetedCuts(found.cuts, price, proof, budget + 2)


class _PriceSearch:
    """Find the price at which `budget` cuts are best, between too few cuts and too many."""

    def __init__(self, program: SegmentProgram, budget: int, clock: Clock) -> None:
        self.program, self.budget, self.clock = program, budget, clock
        self.passes = 0

    def _try(self, price: Any) -> tuple[Priced, Any]:
        self.passes += 1
        found = self.program.priced(price)
        # Payoff of the cuts themselves: the objective with the price given back.
        return found, found.objective + price * len(found.cuts)

    def _done(self, cuts: IntArray, price: Any, objective: Any) -> BudgetedCuts:
        return BudgetedCuts(cuts, price, objective + price * self.budget, self.passes)

    def run(self) -> BudgetedCuts:
        zero = self.program.zero
        many, many_value = self._try(zero)
        if len(many.cuts) <= self.budget:
            return self._done(many.cuts, zero, many.objective)
        table = self.program.layers(1)
        few = self.program.layered(table, 1)
        few_value = few.objective
        high, low = many_value - few_value, zero
        guess = self._first_guess(many_value - few_value)
        while True:
            secant = (many_value - few_value) / (len(many.cuts) - len(few.cuts))
            price = guess if guess is not None and low < guess < high else secant
            found, value = self._try(price)
            count = len(found.cuts)
            if count == self.budget:
                return self._done(found.cuts, price, found.objective)
            # Neither end beats the other at the secant price, and nothing beats them: both
            # are best there, and a set with exactly the budget lies between them.
            gain = found.objective - (few_value - price * len(few.cuts))
            if price == secant and gain <= self._slack():
                return self._done(self._spliced(few, many), price, found.objective)
            if count < self.budget:
                few, few_value, high = found, value, price
                if found.objective + price * self.budget - value <= self._slack():
                    return self._done(found.cuts, price, found.objective)
            else:
                many, many_value, low = found, value, price
            if self.clock.stopped:
                bound = found.objective + price * self.budget
                return BudgetedCuts(few.cuts, price, bound, self.passes, self.clock.stopped)
            guess = self._next_guess(price, count)

    def _slack(self) -> Any:
        return self.program.zero if self.program.exact else ROUNDING

    def _first_guess(self, gain: Any) -> Any:
        # If what is left to gain falls like 1/M^2, its slope at M is the price.
        if self.program.exact:
            return None
        return 2 * gain / (self.budget + 1) ** 3

    def _next_guess(self, price: Any, count: int) -> Any:
        if self.program.exact or self.passes > POWER_STEPS:
            return None
        return price * ((count + 1) / (self.budget + 1)) ** 3

    def _spliced(self, few: Priced, many: Priced) -> IntArray:
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
