"""The simplex method in rationals, from a basis that floats take for optimal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from suasion.models.programs.rational import RationalProgram
from suasion.solvers.backends.rational_solve import solve_exactly

ZERO = Fraction(0)
Costs = dict[int, Fraction]


class ExactSimplex:
    """Primal pivots by Bland's rule; without a feasible point, first those that approach one.

    Variables are the columns of the program and then the activities of its rows, each basic or
    resting at a number. A basis of HiGHS that a rounding keeps from being optimal is a few pivots
    away from one that is.

    Parameters
    ----------
    program : RationalProgram
        A linear program.
    resting : sequence of (Fraction or None), shape (columns + rows,)
        Where the variables rest that are not basic, None for basic ones; as many are basic as
        there are rows.
    """

    def __init__(self, program: RationalProgram, resting: Sequence[Fraction | None]) -> None:
        self.program = program
        self.resting = list(resting)
        self.width = len(program.objective)
        self.lower = program.lower + program.row_lower
        self.upper = program.upper + program.row_upper
        self.sign = 1 if program.program.maximise else -1
        self.rows = [dict(row) for row in program.rows]
        self._read_basis()

    def _read_basis(self) -> None:
        n = self.width
        self.basic = [j for j in range(n) if self.resting[j] is None]
        self.tight = [i for i in range(len(self.rows)) if self.resting[n + i] is not None]
        self.loose = [i for i in range(len(self.rows)) if self.resting[n + i] is None]
        place = {j: k for k, j in enumerate(self.basic)}
        self.system: list[dict[int, Fraction]] = [
            {place[j]: a for j, a in self.rows[i].items() if j in place} for i in self.tight
        ]
        self.transposed: list[dict[int, Fraction]] = [{} for _ in self.basic]
        for k, row in enumerate(self.system):
            for column, a in row.items():
                self.transposed[column][k] = a

    def run(self, stopped: Callable[[], bool]) -> str:
        """Pivot until the basis is optimal: "" then, else why there is no such basis."""
        while not stopped():
            values = self.point()
            costs, feasible = self._costs(values)
            entering = self._entering(costs)
            if entering is None:
                return "" if feasible else "no point satisfies the program exactly"
            if not self._pivot(values, *entering):
                return "the program is unbounded in exact arithmetic"
        return "the time limit came before a basis that is optimal in exact arithmetic"

    def point(self) -> list[Fraction]:
        """Values of all columns, then activities of all rows."""
        values = [ZERO if rest is None else rest for rest in self.resting]
        right = [
            values[self.width + i] - sum((a * values[j] for j, a in self.rows[i].items()), ZERO)
            for i in self.tight
        ]
        self._set(values, self.basic, solve_exactly(self.system, right))
        for i in self.loose:
            values[self.width + i] = self._activity(i, values)
        return values

    def duals(self) -> list[Fraction]:
        """Multipliers of the rows at this basis."""
        prices = self._prices(self._objective())
        return [self.sign * prices.get(i, ZERO) for i in range(len(self.rows))]

    def _activity(self, i: int, values: Sequence[Fraction]) -> Fraction:
        return sum((a * values[j] for j, a in self.rows[i].items() if values[j]), ZERO)

    @staticmethod
    def _set(values: list[Fraction], where: Sequence[int], what: Sequence[Fraction]) -> None:
        for j, value in zip(where, what, strict=True):
            values[j] = value

    def _objective(self) -> Costs:
        return {j: self.sign * c for j, c in enumerate(self.program.objective) if c}

    def _costs(self, values: Sequence[Fraction]) -> tuple[Costs, bool]:
        """What to maximise next: minus the sum of what is out of bounds, else the objective."""
        outside: Costs = {}
        for v, (value, low, high) in enumerate(zip(values, self.lower, self.upper, strict=True)):
            if low is not None and value < low:
                outside[v] = Fraction(1)
            elif high is not None and value > high:
                outside[v] = Fraction(-1)
        return (outside, False) if outside else (self._objective(), True)

    def _gathered(self, costs: Costs) -> Costs:
        """Costs of columns, those of rows that are not tight passed on to their columns."""
        total = {j: c for j, c in costs.items() if j < self.width}
        for i in self.loose:
            cost = costs.get(self.width + i, ZERO)
            for j, a in self.rows[i].items() if cost else ():
                total[j] = total.get(j, ZERO) + cost * a
        return total

    def _prices(self, costs: Costs) -> dict[int, Fraction]:
        total = self._gathered(costs)
        solved = solve_exactly(self.transposed, [total.get(j, ZERO) for j in self.basic])
        return dict(zip(self.tight, solved, strict=True))

    def _entering(self, costs: Costs) -> tuple[int, int] | None:
        """The first variable whose change pays, and its direction; None if there is none."""
        prices = self._prices(costs)
        gains = self._gathered(costs)
        for i, price in prices.items():
            gains[self.width + i] = price
            for j, a in self.rows[i].items() if price else ():
                gains[j] = gains.get(j, ZERO) - price * a
        for v in sorted(gains):
            rest, gain = self.resting[v], gains[v]
            if rest is None or gain == 0:
                continue
            end = self.upper[v] if gain > 0 else self.lower[v]
            if end is None or end != rest:
                return v, 1 if gain > 0 else -1
        return None

    def _moves(self, entering: int, sign: int) -> list[Fraction]:
        """Change of every variable per unit of the entering one's."""
        moves = [ZERO] * len(self.resting)
        moves[entering] = Fraction(sign)
        if entering < self.width:
            right = [-sign * self.rows[i].get(entering, ZERO) for i in self.tight]
        else:
            right = [Fraction(sign * (self.width + i == entering)) for i in self.tight]
        self._set(moves, self.basic, solve_exactly(self.system, right))
        for i in self.loose:
            moves[self.width + i] = self._activity(i, moves)
        return moves

    def _pivot(self, values: Sequence[Fraction], entering: int, sign: int) -> bool:
        """Move until the first variable reaches a bound, which then rests; False if none does."""
        best: tuple[Fraction, int, Fraction] | None = None
        for v, move in enumerate(self._moves(entering, sign)):
            side = self._stop(v, values[v], move) if move else None
            if side is not None and (best is None or (side - values[v]) / move < best[0]):
                best = (side - values[v]) / move, v, side
        if best is None:
            return False
        _, leaving, side = best
        self.resting[entering] = None
        self.resting[leaving] = side
        self._read_basis()
        return True

    def _stop(self, v: int, value: Fraction, move: Fraction) -> Fraction | None:
        """The next bound that a variable meets; one out of bounds first meets its nearer one."""
        sides = (self.lower[v], self.upper[v]) if move > 0 else (self.upper[v], self.lower[v])
        for side in sides:
            if side is not None and (side - value) * move > 0:
                return side
        return sides[1] if sides[1] == value else None
