"""The optimal policy by column generation: prices of the states against the best message."""

from __future__ import annotations

import numpy as np

from suasion.models.finite.instance import FinitePersuasion
from suasion.models.finite.policy import FinitePolicy
from suasion.models.numbers.arrays import IntArray
from suasion.results import NUMERICAL_GAP, Report, Result, relative_gap
from suasion.solvers.clock import Clock
from suasion.solvers.finite.answers import answered, policy_of
from suasion.solvers.finite.subdivision import Subdivision
from suasion.solvers.options import Options, inexact_only

# Random messages looked at before each MIP, and how many profiles of them are improved.
SAMPLE = 600
IMPROVED = 6
STEPS = 8
# Reduced costs above this, in units of the payoffs, enter the master.
REDUCED_COST = 1e-9


def column_generation(instance: FinitePersuasion, options: Options) -> Result[FinitePolicy]:
    """Action profiles enter a master program as they are found, until prices prove it complete.

    The master is `profile_lp` over the profiles known; its duals are prices lambda of the states.
    A message that earns more than its price names a new profile: random messages are improved
    within their profiles first, and a MIP (`pricing_mip`) finds the best message or proves that
    none earns more than r beyond its price. Then ``sum(lambda) + d r`` bounds V: at any time, from
    whatever bound on r the MIP has, so a search that is stopped returns an interval.

    For instances whose vertices are too many to list. Few columns are needed (tens); the time is
    that of the MIPs, with n k binaries.

    References
    ----------
    The dual and its separation oracle: appendix A.1 of Harris et al. (arXiv 2311.18138).
    """
    inexact_only("column-generation", options, '"vertices" or "obedience"')
    search = _Search(instance, options)
    try:
        # HiGHS ends a run at Ctrl-C and keeps what it has; elsewhere it is raised.
        words = search.run()
    except KeyboardInterrupt:
        words = "interrupted"
    messages, profiles = search.best
    policy = policy_of(instance, messages, search.subdivision.profiles(profiles))
    bound = search.bound * search.subdivision.unit
    report = Report(options.solver, search.master.version, 0.0, search.nodes, options.seed, words)
    return answered("column-generation", instance, policy, bound, report)


class _Search:
    """The loop: prices from the master, profiles from samples and MIPs, a bound from the MIPs."""

    def __init__(self, instance: FinitePersuasion, options: Options) -> None:
        from suasion.solvers.backends.outcome import Options as SolverOptions
        from suasion.solvers.finite.profile_master import ProfileMaster

        self.subdivision = subdivision = Subdivision.of(instance)
        self._options, self._best_payoff = options, float(instance.best_payoff())
        self._clock = Clock(options.time_limit, options.progress)
        self._random = np.random.default_rng(options.seed)
        self.nodes = 0
        self.bound = np.inf
        d = subdivision.states
        settings = SolverOptions(threads=options.threads, seed=options.seed)
        self.master = ProfileMaster(subdivision, subdivision.actions(np.full(d, 1 / d)), settings)
        for corner in np.eye(d):
            self.master.add(subdivision.actions(corner))
        self.best = self.master.solve()
        self._hints = np.eye(d)

    def run(self) -> str:
        """Go on until the bound meets the value; else say why it stopped."""
        from suasion.solvers.finite.pricing import Pricing
        from suasion.solvers.finite.profile_master import single_type_prices

        ceilings = single_type_prices(self.subdivision)
        self.bound = min(0.0, float(ceilings.sum()))  # of payoffs less the best
        pricing = Pricing(self.subdivision, ceilings, self._options)
        while not self._met():
            if self._clock.stopped:
                return self._clock.stopped
            if not self._sampled():
                priced = pricing.solve(self.master.prices, self._left())
                self.nodes += priced.nodes
                proved = self.master.value + self.subdivision.states * priced.excess
                self.bound = min(self.bound, proved)
                new = priced.profile is not None and self._improved(priced.profile)
                if priced.stopped:
                    self.best = self.master.solve()
                    return priced.stopped
                if not new and not self._met():
                    return "no profile is found any more, within tolerances"
            self.best = self.master.solve()
            best = self._best_payoff
            earned, bound = (x * self.subdivision.unit for x in (self.master.value, self.bound))
            self._clock.tick(0.0, best + earned, best + bound, self.nodes)
        return ""

    def _left(self) -> float | None:
        limit = self._options.time_limit
        return None if limit is None else max(0.0, limit - self._clock.seconds)

    def _met(self) -> bool:
        # In units of the payoffs too, which may be small; and half of what counts as optimal, as
        # the policy's own value differs by a rounding.
        ends = np.array([self.master.value, self.bound])
        gaps = [relative_gap(*(ends * unit)) for unit in (1.0, self.subdivision.unit)]
        allowed = max(self._options.gap, NUMERICAL_GAP / 2)
        return all(gap is not None and gap <= allowed for gap in gaps)

    def _sampled(self) -> bool:
        """Improve the best of some random messages; False if no new profile earns its price."""
        sub = self.subdivision
        points = self._random.dirichlet(np.ones(sub.states), size=SAMPLE)
        points = np.concatenate([points, self._hints])
        found: dict[tuple[int, ...], IntArray] = {}
        for i in np.argsort(points @ self.master.prices - sub.payoff(points)):
            profile = sub.actions(points[i])
            found.setdefault(tuple(profile.tolist()), profile)
            if len(found) == IMPROVED:
                break
        # All of them, although one is enough to go on.
        return sum(self._improved(profile) for profile in found.values()) > 0

    def _improved(self, profile: IntArray) -> bool:
        """Add a profile if it earns, and those that its best message leads to, one by one."""
        from suasion.solvers.finite.profile_master import best_message

        sub, prices = self.subdivision, self.master.prices
        types, entered = np.arange(len(profile)), False
        for _ in range(STEPS):
            message = best_message(sub, profile, prices)
            if message is None:
                break
            excess = sub.payoffs[types, profile].sum(axis=0) - prices
            if excess @ message > REDUCED_COST and self.master.add(profile):
                entered = True
                self._hints = np.concatenate([self._hints, message[None]])
            follower = sub.actions(message)
            if (follower == profile).all():
                break
            profile = follower
        return entered
