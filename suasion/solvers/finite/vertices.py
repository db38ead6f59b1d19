"""The optimal policy from the vertices of the best-response subdivision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import comb

import numpy as np
from scipy import sparse

from suasion.models.finite.instance import FinitePersuasion
from suasion.models.finite.policy import FinitePolicy
from suasion.models.finite.vertices import exact_vertex_lp, vertex_objective, vertex_policy
from suasion.models.numbers.arrays import FloatArray, IntArray
from suasion.models.programs.program import Constraints, Program, Variables
from suasion.results import Report, Result, Status
from suasion.solvers.clock import Clock
from suasion.solvers.finite.answers import DUST, answered, policy_of
from suasion.solvers.finite.subdivision import Subdivision
from suasion.solvers.one_program import ProgramProof, proved_answer, proved_or
from suasion.solvers.options import Options, limited

# Cuts of a line with a hyperplane: about a minute.
LARGEST_WORK = 10**10
# In Fractions: some ten seconds.
LARGEST_EXACT_WORK = 60_000
# In Fractions where floats cannot tell: some tenths of a second.
QUICK_EXACT_WORK = 1_000
# Beyond this many numbers (800 MB) vertices are found again when they are needed again.
LARGEST_STORE = 10**8
# Reduced costs above this, in units of the payoffs, enter the program.
REDUCED_COST = 1e-10
ENTERING = 60


def by_vertices(instance: FinitePersuasion, options: Options) -> Result[FinitePolicy]:
    """A linear program over the vertices of the best-response subdivision, by sifting.

    The sender's payoff U is linear on every closed cell of messages on which each type keeps to
    one best action, so messages at vertices z of these cells suffice::

        max sum_z U(z) c_z   s.t.  sum_z c_z z = (1, ..., 1),  c >= 0

    The program has d rows. It starts with the corners; vertices whose payoff exceeds their price
    enter until there are none, and prices that cover all vertices bound V.

    Time: one cut of a line with a hyperplane for every set of d - 1 of them at most, a few
    nanoseconds each; see `suasion.solvers.finite.kernels`. With ``exact=True`` vertices are
    enumerated in rationals and the optimal basis is solved in them, for small instances.

    Examples
    --------
    One type acts if state 1 is at least as likely as state 0, the other if at most: both act on
    the tie only, where no cell of the subdivision has an interior.

    >>> from suasion import solve
    >>> lean = [[[1, 0], [0, 1]], [[0, 1], [1, 0]]]
    >>> opposed = FinitePersuasion(
    ...     ["1/2", "1/2"], [["1/2", "1/2"]] * 2, lean, [[0, 1], [0, 1]]
    ... )
    >>> solve(opposed, "vertices", exact=True).exact_value
    Fraction(1, 1)
    """
    return proved_or(PROOF, instance, options, lambda: _in_floats(instance, options))


def _in_floats(instance: FinitePersuasion, options: Options) -> Result[FinitePolicy]:
    subdivision = Subdivision.of(instance)
    limited("vertices", subdivision.work, LARGEST_WORK, "intersections", '"column-generation"')
    with Clock(options.time_limit, options.progress) as clock:
        sifting = Sifting(subdivision, float(instance.best_payoff()), clock, options)
        sifting.run()
        stopped = clock.stopped if sifting.bound is None else None
    vertices, shares = sifting.sent()
    actions = subdivision.profiles(np.array([subdivision.actions(z) for z in vertices]))
    policy = policy_of(instance, vertices * shares[:, None], actions)
    bound = 0.0 if sifting.bound is None else sifting.bound * subdivision.unit
    report = Report("highs", sifting.version, nodes=sifting.seen, raw_status=stopped or "")
    result = answered("vertices", instance, policy, bound, report)
    if result.status is Status.FEASIBLE and not stopped:
        return _told_in_rationals(instance, options) or result
    return result


def cell_value(instance: FinitePersuasion, types: Sequence[int] | IntArray) -> float:
    """V of a cell: what the types at some positions contribute if they are all that is possible.

    The optimum of ``instance.part(types)``, weights as they are, without its policy.

    Examples
    --------
    >>> lean = [[[1, 0], [0, 1]], [[0, 1], [1, 0]]]
    >>> opposed = FinitePersuasion(
    ...     ["1/2", "1/2"], [["1/4", "3/4"]] * 2, lean, [[0, 1], [0, 1]]
    ... )
    >>> round(cell_value(opposed, [0]), 9), round(cell_value(opposed, [0, 1]), 9)
    (0.5, 0.75)
    """
    part = instance.part(types)
    subdivision = Subdivision.of(part)
    limited("vertices", subdivision.work, LARGEST_WORK, "intersections", '"column-generation"')
    sifting = Sifting(subdivision, float(part.best_payoff()), Clock(), Options())
    sifting.run()
    return sifting.earned


def _told_in_rationals(
    instance: FinitePersuasion, options: Options
) -> Result[FinitePolicy] | None:
    """The optimum where floats cannot tell which ties are real, if few vertices are to be found.

    The exact policy is proved; of the instance's floats, and not asked for, it is told in floats.
    """
    if exact_work(instance) > QUICK_EXACT_WORK:
        return None
    proved = proved_answer(PROOF, instance, options)
    if not isinstance(proved, Result):
        return None
    return replace(proved, exact=False, exact_value=None, certificate=None)


def exact_work(instance: FinitePersuasion) -> int:
    """At most this many hyperplanes are eliminated by the enumeration in rationals."""
    n, d, k = instance.shape
    hyperplanes = n * comb(k, 2) + d
    return sum(comb(hyperplanes, size) for size in range(1, d))


PROOF = ProgramProof(
    "vertices", exact_vertex_lp, vertex_policy, exact_work,
    LARGEST_EXACT_WORK, "eliminations", objective=vertex_objective,
)  # fmt: skip


@dataclass
class Sifting:
    """The program over the vertices that have entered, and its prices."""

    subdivision: Subdivision
    best_payoff: float
    clock: Clock
    options: Options
    bound: float | None = None
    seen: int = 0
    version: str = ""
    _parts: list[tuple[FloatArray, FloatArray]] = field(default_factory=list)

    def __post_init__(self) -> None:
        from suasion.solvers.backends.highs import KeptModel
        from suasion.solvers.backends.outcome import Options as SolverOptions

        d = self.subdivision.states
        self._messages = np.eye(d)
        self._entered: set[bytes] = set()
        settings = SolverOptions(threads=self.options.threads, seed=self.options.seed)
        program = master_lp(self._messages, self.subdivision.payoff(self._messages))
        self._model = KeptModel(program, settings)
        self._solve()

    @property
    def earned(self) -> float:
        """The sender's payoff over the vertices that have entered."""
        return self.best_payoff + self.value * self.subdivision.unit

    def run(self) -> None:
        """Go through all vertices until none enters, or the clock stops it."""
        while self.bound is None:
            worst, entered = 0.0, False
            for done, messages, payoffs in self._vertices():
                excess = payoffs - messages @ self.prices
                worst = max(worst, float(excess.max(initial=0.0)))
                if worst > REDUCED_COST:
                    entered |= self._enter(messages, payoffs, excess)
                if self.clock.stopped:
                    return
                self.clock.tick(done, self.earned, nodes=self.seen)
            if not entered:
                # Prices raised by `worst` in all states cover every message that sums to 1.
                self.bound = float(self.prices.sum() + worst * len(self.prices))

    def sent(self) -> tuple[FloatArray, FloatArray]:
        """Vertices of the best policy so far and their shares, without a solver's rounding."""
        used = self._messages[self._shares > DUST]
        # An optimal basis has so few vertices that the equations fix their shares.
        shares = np.linalg.lstsq(used.T, np.ones(used.shape[1]), rcond=None)[0]
        return used, np.maximum(0, shares)

    def _vertices(self) -> Iterator[tuple[float, FloatArray, FloatArray]]:
        """Messages and what they earn, with the share of the work that is done."""
        if self.seen and self._parts:
            messages, payoffs = self._parts[0]
            if len(self._parts) > 1:
                messages = np.concatenate([part[0] for part in self._parts])
                payoffs = np.concatenate([part[1] for part in self._parts])
                self._parts = [(messages, payoffs)]
            yield 1.0, messages, payoffs
            return
        seen = 0
        for done, messages in self.subdivision.vertices():
            payoffs = self.subdivision.payoff(messages)
            seen += len(messages)
            self.seen = max(self.seen, seen)
            if seen * (self.subdivision.states + 1) <= LARGEST_STORE:
                self._parts.append((messages, payoffs))
            else:
                self._parts.clear()
            yield done, messages, payoffs

    def _enter(self, messages: FloatArray, payoffs: FloatArray, excess: FloatArray) -> bool:
        """Add the vertices with the largest reduced costs and solve again."""
        count = min(ENTERING, len(excess))
        largest = np.argpartition(-excess, count - 1)[:count]
        # Vertices on many hyperplanes come many times, and a reduced cost may be rounding.
        new = {
            np.round(messages[j], 12).tobytes(): j
            for j in largest.tolist()
            if excess[j] > REDUCED_COST
        }
        largest = np.array([j for key, j in new.items() if key not in self._entered], dtype=int)
        if not len(largest):
            return False
        self._entered |= new.keys()
        self._model.add_columns(payoffs[largest], sparse.csc_array(messages[largest].T))
        self._messages = np.concatenate([self._messages, messages[largest]])
        self._solve()
        return True

    def _solve(self) -> None:
        outcome = self._model.solve()
        if outcome.values is None or outcome.duals is None:
            raise RuntimeError(f"HiGHS ended with: {outcome.words}")
        self._shares, self.prices = outcome.values, outcome.duals
        self.value = float(self.prices.sum())
        self.version = outcome.version


def master_lp(messages: FloatArray, payoffs: FloatArray) -> Program:
    """Shares of messages that add up to likelihood 1 in every state, as good as can be."""
    m, d = messages.shape
    shares = Variables("share", payoffs, np.zeros(m), np.full(m, np.inf))
    once = Constraints("state", sparse.csr_array(messages.T), np.ones(d), np.ones(d))
    return Program("vertices", True, (shares,), (once,))
