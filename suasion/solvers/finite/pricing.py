"""The separation oracle of the dual: the message that earns most beyond its price, by MIP."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from suasion.models.finite.pricing_mip import pricing_mip
from suasion.models.numbers.arrays import FloatArray, IntArray
from suasion.models.programs.program import Program, Variables
from suasion.solvers.backends.highs import TOLERANCE, KeptModel
from suasion.solvers.backends.outcome import Ending
from suasion.solvers.backends.outcome import Options as SolverOptions
from suasion.solvers.finite.subdivision import Subdivision
from suasion.solvers.one_program import optimised
from suasion.solvers.options import Options

# HiGHS takes entries of matrices of at most 1e-9 for 0.
SMALLEST = 2e-9


@dataclass(frozen=True)
class Priced:
    """What a MIP found out about prices.

    Attributes
    ----------
    profile : array of int, shape (n,), or None
        Actions on the best message found.
    excess : float
        No message of sum 1 earns more than this beyond its price.
    stopped : str
        "time limit" or "interrupted" if the MIP did not finish.
    nodes : int
    """

    profile: IntArray | None
    excess: float
    stopped: str
    nodes: int


class Pricing:
    """`pricing_mip` with one objective after the other, kept by HiGHS between them."""

    def __init__(self, subdivision: Subdivision, ceilings: FloatArray, options: Options) -> None:
        n, k, d = subdivision.scores.shape
        self._shape = (n, k)
        payoffs, ceilings = raised(subdivision.payoffs), raised(ceilings)
        self._program = pricing_mip(subdivision.scores, payoffs, np.zeros(d), ceilings)
        self._options = options
        self._model: KeptModel | None = None
        if options.solver.lower() == "highs":
            settings = SolverOptions(threads=options.threads, seed=options.seed)
            self._model = KeptModel(self._program, settings)

    def solve(self, prices: FloatArray, seconds: float | None) -> Priced:
        """The best message at these prices, and a bound on what any earns beyond them."""
        program = self._at(prices)
        if self._model is not None:
            self._model.set_objective(program.objective)
            outcome = self._model.solve(seconds)
            values, bound, nodes = outcome.values, outcome.bound, outcome.nodes
            ending = outcome.why()
            words = "" if ending is Ending.OPTIMAL else str(ending)
        else:
            # A bound on the best message, whatever gap the whole search may leave.
            found = optimised(program, replace(self._options, time_limit=seconds, gap=0.0))
            values = None if found.answer is None else found.answer.values
            bound, nodes = found.bound, found.report.nodes
            words = "" if found.status == "optimal" else found.report.raw_status
        profile = None
        if values is not None:
            choice = program.block(values, "choice").reshape(self._shape)
            profile = np.argmax(choice, axis=1)
        # Reduced costs within the tolerance count as none, and the likelihoods sum to 1.
        excess = np.inf if bound is None else bound + TOLERANCE
        return Priced(profile, excess, words, nodes or 0)

    def _at(self, prices: FloatArray) -> Program:
        likelihoods, *others = self._program.variables
        priced = Variables(likelihoods.name, -prices, likelihoods.lower, likelihoods.upper)
        return replace(self._program, variables=(priced, *others))


def raised(values: FloatArray) -> FloatArray:
    """Values of which solvers lose none: too small ones become 0 or the smallest that is kept.

    None is lowered, so what is proved of the program bounds what is meant.
    """
    kept = np.where(values > 0, SMALLEST, 0.0)
    return np.asarray(np.where(np.abs(values) < SMALLEST, kept, values))
