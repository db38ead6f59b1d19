"""V of many sets of types: one list of vertices, one linear program with changing payoffs."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from suasion.errors import OutOfReachError
from suasion.models.finite.instance import TIE_TOLERANCE, FinitePersuasion
from suasion.models.finite.vertices import exact_vertices, shares_formulation
from suasion.models.numbers.arrays import FloatArray, IntArray, object_array
from suasion.solvers.finite.subdivision import BLUR, Subdivision
from suasion.solvers.finite.vertices import exact_work, master_lp
from suasion.solvers.options import Options

# Cuts of a line with a hyperplane, for vertices that are listed once for all cells: seconds.
LARGEST_SHARED_WORK = 10**9
# Numbers in the table of what each type is worth at each vertex: 160 MB.
LARGEST_TABLE = 2 * 10**7
# In Fractions: some seconds.
LARGEST_EXACT_WORK = 5_000


class PartValues:
    """V(C) of any set C of an instance's types, in floats, with a bound on the error.

    A cell of messages on which all types keep to their best actions is inside one on which some
    of them do, so that the vertices z of the best-response subdivision of all types are enough
    for every part. With what type t is worth at z,::

        V(C) = max sum_z c_z sum_{t in C} U_t(z)  s.t.  sum_z c_z z = (1, ..., 1),  c >= 0

    has the same d rows for every C, and is solved from the last basis.

    Where vertices are too many to list, each part is solved by itself.

    Parameters
    ----------
    instance : FinitePersuasion

    Attributes
    ----------
    slack : float
        No V(C) asked for so far exceeds the value given by more than this.
    vertices : array, shape (m, d)
        The vertices, likelihoods of sum 1; none if they are too many.
    worth : array, shape (n, m)
        What each type is worth on them.
    """

    def __init__(self, instance: FinitePersuasion) -> None:
        self.instance, self.slack = instance, 0.0
        self.worth = np.zeros((len(instance), 0))
        self._positive = instance.weights > 0
        self.vertices = shared_vertices(instance) if self._positive.any() else np.empty((0, 0))
        if len(self.vertices):
            self._open()

    def _open(self) -> None:
        from suasion.solvers.backends.highs import KeptModel
        from suasion.solvers.backends.outcome import Options as SolverOptions

        self._relative = worth_at(self.instance, self.vertices)
        best = self.instance.payoffs().max(axis=1)
        self._best = best.sum(axis=1)
        self.worth = self._relative + best @ self.vertices.T
        # Below the best payoffs and near 1, for tolerances to be about what is at stake.
        self._unit = self.instance.unit
        program = master_lp(self.vertices, self._relative.sum(axis=0) / self._unit)
        self._model = KeptModel(program, SolverOptions())

    def __call__(self, cell: IntArray) -> float:
        """V of the types at increasing positions `cell`, weights unnormalised."""
        counted = cell[self._positive[cell]]
        if not len(counted):
            return 0.0
        if not len(self.vertices):
            return self._alone(counted)
        objective = self._relative[counted].sum(axis=0) / self._unit
        self._model.set_objective(objective)
        outcome = self._model.solve()
        if outcome.values is None or outcome.duals is None:
            raise RuntimeError(f"HiGHS ended with: {outcome.words}")
        prices = outcome.duals
        # Prices raised until they cover every vertex bound V.
        excess = float((objective - self.vertices @ prices).max())
        value = float(objective @ outcome.values) * self._unit
        bound = float(prices.sum() + max(0.0, excess) * len(prices)) * self._unit
        self.slack = max(self.slack, bound - value)
        return float(self._best[counted].sum()) + value

    def _alone(self, cell: IntArray) -> float:
        from suasion.solvers.finite.auto import finite_auto

        result = finite_auto(self.instance.part(cell), Options())
        if result.value is None or result.bound is None:
            raise RuntimeError(f"{result.method} ended with: {result.report.raw_status}")
        self.slack = max(self.slack, result.bound - result.value)
        return result.value


def shared_vertices(instance: FinitePersuasion) -> FloatArray:
    """Vertices of the subdivision by all types, each once, shape (m, d); none if too many."""
    subdivision = Subdivision.of(instance)
    if subdivision.work > LARGEST_SHARED_WORK:
        return np.empty((0, 0))
    parts, known = [], 0
    for _, messages in subdivision.vertices():
        parts.append(distinct(messages))
        known += len(parts[-1])
        if known * (len(instance) + 1) > LARGEST_TABLE:
            return np.empty((0, 0))
    return distinct(np.concatenate([np.eye(subdivision.states), *parts]))


def distinct(messages: FloatArray) -> FloatArray:
    """Messages that differ by more than rounding."""
    _, first = np.unique(np.round(messages, 11), axis=0, return_index=True)
    return messages[np.sort(first)]


def worth_at(instance: FinitePersuasion, messages: FloatArray) -> FloatArray:
    """What each type is worth on messages of sum 1, less its best payoffs, shape (n, m).

    Ties are for the sender, and so is what may be one within the rounding of a message.
    """
    worth = np.empty((len(instance), len(messages)))
    regrets = instance.regrets() / instance.stakes[:, None, None]
    for t, (own, earned) in enumerate(zip(regrets, instance.relative_payoffs(), strict=True)):
        blur = BLUR * own.max(axis=1, keepdims=True)
        low = own @ messages.T - blur
        best = low <= (low + 2 * blur).min(axis=0) * (1 + TIE_TOLERANCE)
        worth[t] = np.where(best, earned @ messages.T, -np.inf).max(axis=0)
    return worth


class ExactPartValues:
    """V(C) in Fractions: an optimal basis from HiGHS, solved and proved in rationals.

    Parameters
    ----------
    instance : FinitePersuasion

    Raises
    ------
    ValueError
        For instances whose vertices are too many to find in Fractions.
    """

    slack = Fraction(0)

    def __init__(self, instance: FinitePersuasion) -> None:
        work = exact_work(instance)
        if work > LARGEST_EXACT_WORK:
            raise OutOfReachError(
                f"exact takes at most {LARGEST_EXACT_WORK:,} sets of hyperplanes for queries "
                f"about finite persuasion, and there are {work:,}; use exact=False."
            )
        self._vertices = exact_vertices(instance)
        # Below what the sender could earn at best, and in a unit of its own: HiGHS is handed
        # floats of these, which large constants or small units would leave nothing of.
        best = instance.payoffs(exact=True).max(axis=1)
        worth = np.array([_each_worth(instance, z) for z in self._vertices]).T
        worth = worth - best.dot(np.array(self._vertices, dtype=object).T)
        self._unit = max((-worth).max(), Fraction(0)) or Fraction(1)
        self._worth, self._best = worth / self._unit, best.sum(axis=1)

    def __call__(self, cell: IntArray) -> Fraction:
        """V of the types at increasing positions `cell`, weights unnormalised."""
        from suasion.solvers.backends.certify import certify

        earned = self._worth[cell].sum(axis=0).tolist()
        proof, reason = certify(shares_formulation(self._vertices, earned).rational())
        if proof is None:
            raise OutOfReachError(
                f"no exact proof of what a cell is worth: {reason}; use exact=False."
            )
        return proof.value * self._unit + Fraction(self._best[cell].sum())


def _each_worth(instance: FinitePersuasion, message: Sequence[Fraction]) -> list[Fraction]:
    """What each type is worth on a message, in Fractions."""
    actions, x = instance.best_responses(message, exact=True), object_array(message)
    payoffs = instance.payoffs(exact=True)
    return [payoffs[t, a].dot(x) for t, a in enumerate(actions)]
