"""Method "pricing": the message that gains most, again and again, each found by a MIP."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from suasion.models.finite.instance import FinitePersuasion
from suasion.models.numbers.arrays import FloatArray, IntArray
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.selection import QuerySelection
from suasion.models.simulation.best_query_mip import BestQuery, best_query_mip
from suasion.models.simulation.message_partitions import message_labels
from suasion.models.simulation.query_plan import QueryPlan
from suasion.results import NUMERICAL_GAP, Report, Result
from suasion.solvers.clock import Clock
from suasion.solvers.one_program import optimised
from suasion.solvers.options import Options, inexact_only, limited
from suasion.solvers.simulation.messages import widest_message
from suasion.solvers.simulation.task import plan_of, plan_result
from suasion.solvers.simulation.values import PartValues

# Messages on which a type is less sure of what it does are left out, and bounds are without them.
MARGIN = 1e-6
# What rows and gaps of the MIP may be off by, for each type.
MIP_TOLERANCE = 1e-9
# Entries of the program: minutes.
LARGEST_PROGRAM = 2_000_000
WORDS = f"messages of margin {MARGIN:g} or more"


def by_pricing(problem: QuerySelection, options: Options) -> Result[QueryPlan]:
    """Add the message that gains most, without listing what messages can tell.

    Each message is the optimum of `best_query_mip`, given the cells that the messages so far
    leave. For one query the MIP's bound bounds the optimum, so that the answer may be proved
    optimal (among messages of margin 1e-6); for more, only what known types are worth bounds it:
    the value is not submodular, and the gains of single queries do not add up.

    Takes "highs" and "pulp:NAME". Stopped early, the best message found so far counts.
    """
    inexact_only("pricing", options, '"branch-and-bound"')
    with Clock(options.time_limit, options.progress) as clock:
        search = _Pricing(problem, options, clock)
        search.run()
    plan = plan_of(problem, QuerySet(np.arange(len(search.messages))), search.messages)
    report = Report(
        search.solver,
        search.version,
        nodes=search.nodes,
        seed=options.seed,
        raw_status="; ".join(dict.fromkeys([*search.words, clock.stopped or "", WORDS])).strip(
            "; "
        ),
    )
    return plan_result("pricing", problem, plan, search.bound, False, report)


class _Pricing:
    """The messages so far, the cells they leave, and a bound."""

    def __init__(self, problem: QuerySelection, options: Options, clock: Clock) -> None:
        instance = problem.persuasion
        assert isinstance(instance, FinitePersuasion)
        self._instance, self._options, self._clock = instance, options, clock
        self.values = PartValues(instance)
        entries = self.values.vertices.size * len(instance) * instance.shape[2]
        if not len(self.values.vertices):
            entries = LARGEST_PROGRAM + 1
        limited("pricing", entries, LARGEST_PROGRAM, "entries", "fewer types")
        n = len(instance)
        self._alone = np.array([self.values(np.array([t])) for t in range(n)])
        self._cost = float(problem.cost_numbers()[0])
        self._rounds = n - 1 if problem.budget is None else min(problem.budget, n - 1)
        self.messages: list[list[float]] = []
        self.cells: list[IntArray] = [np.arange(n)]
        self.bound = float(self._alone.sum())
        self.words: list[str] = []
        self.solver, self.version, self.nodes = "highs", "", 0

    def run(self) -> None:
        """Add messages while they gain, the budget lasts and the clock runs."""
        worth = self.values(self.cells[0])
        nothing = worth
        if self._rounds == 0:
            self.bound = worth
        for step in range(self._rounds):
            if self._clock.stopped:
                break
            message, limit = self._priced()
            if self._rounds == 1:
                self.bound = min(self.bound, max(nothing, limit - self._cost))
            if message is None:
                break
            labels = message_labels(self._instance, message)
            cells = [c[labels[c] == a] for c in self.cells for a in np.unique(labels[c])]
            more = sum(self.values(cell) for cell in cells)
            if more - self._cost <= worth + NUMERICAL_GAP * max(1.0, abs(worth)):
                break
            worth, self.cells = more, cells
            self.messages.append(message)
            self._clock.tick((step + 1) / self._rounds, worth, self.bound, self.nodes)
        self.bound += self.values.slack * len(self._instance)

    def _priced(self) -> tuple[list[float] | None, float]:
        """The message that gains most and a bound on what is earned after any one."""
        instance, options = self._instance, self._options
        # Types that are told apart, or lose nothing in their cell, have nothing to gain.
        open_cells = [c for c in self.cells if self._alone[c].sum() > self.values(c) + 1e-12]
        told = float(self._alone.sum())
        if not open_cells:
            return None, told
        left = options.time_limit
        if left is not None:
            left = max(0.0, left - self._clock.seconds)
        query = BestQuery(
            instance, open_cells, self.values.vertices, self.values.worth, self._alone, MARGIN
        )
        found = optimised(best_query_mip(query), replace(options, time_limit=left))
        self.solver, self.version = found.report.solver, found.report.version
        self.nodes += found.report.nodes or 0
        types = np.concatenate(open_cells)
        closed = told - float(self._alone[types].sum())
        limit = told
        if found.bound is not None:
            # A MIP of small payoffs is solved to its tolerances, which are not relative.
            limit = min(told, closed + found.bound + MIP_TOLERANCE * len(types))
        if found.answer is None:
            self.words.append(found.report.raw_status)
            return None, limit
        return self._widest(types, found.answer.values), limit

    def _widest(self, types: IntArray, values: FloatArray) -> list[float]:
        """The message on which these types do what a point of the program says, most clearly."""
        _, d, k = self._instance.shape
        chosen = values[d : d + len(types) * k].reshape(-1, k) > 0.5
        part = self._instance.part(np.sort(types))
        order: Any = np.argsort(types)
        message, _ = widest_message(part, list(chosen[order]))
        return list(map(float, message))
