"""Cuts and policies for an oracle that errs: what to ask, what to say, and what it earns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.binary.policy import MessagingPolicy
from suasion.models.numbers.arrays import FloatArray
from suasion.models.queries.cell_names import interval_names
from suasion.models.table import Entry, Table, Tabled


@dataclass(frozen=True, eq=False)
class NoisyPlan(Tabled):
    """Threshold questions for a noisy oracle, with a messaging policy for each outcome.

    The oracle simulates a receiver whose belief is within `error` of the true one with
    probability ``1 - failure``, and is arbitrary otherwise (section 5.1 of Harris et al.,
    arXiv 2311.18138). Each question asks whether the simulated belief reaches a cutoff; the
    number of cutoffs reached, 0 to M, chooses the policy.

    Attributes
    ----------
    cutoffs : array, shape (M,)
        Beliefs asked about, increasing.
    policies : tuple of MessagingPolicy, length M + 1
        What is then said to the real receiver.
    error : float
        The belief error eps that the plan allows for.
    procedure : str
        "corrected" or "published".
    optimum : float
        Value of the same number of queries to an exact oracle.
    """

    cutoffs: FloatArray
    policies: tuple[MessagingPolicy, ...]
    error: float
    procedure: str
    optimum: float

    def __post_init__(self) -> None:
        # A copy, so that the caller's array is left as it is.
        cutoffs = np.array(self.cutoffs, dtype=np.float64)
        cutoffs.setflags(write=False)
        object.__setattr__(self, "cutoffs", cutoffs)

    def tables(self, problem: BinaryPersuasion | None = None, full: bool = False) -> list[Table]:
        """What to say for each number of cutoffs that the simulated belief reaches.

        Parameters
        ----------
        problem : BinaryPersuasion, optional
            Who acts on the messages, if the receiver may be of any type.
        full : bool
            Nothing is left out as it is.
        """
        rows: list[tuple[Entry, ...]] = []
        said = [policy.tables(problem)[0] for policy in self.policies]
        for name, policy in zip(interval_names(self.cutoffs, "belief"), said, strict=True):
            rows += [(name if m == 0 else None, *row[:4]) for m, row in enumerate(policy.rows)]
        title = "Ask whether the simulated belief is at least " + ", ".join(
            f"{cutoff:.6g}" for cutoff in self.cutoffs
        )
        columns = ("simulated", *said[0].columns[:4])
        return [Table(title if len(self.cutoffs) else "", columns, tuple(rows))]

    def guarantee(self, failure: float = 0.0) -> float:
        """``(1 - failure) (optimum - 4 error)``, the least the corrected plan earns (Prop. 5.1).

        One simulation per receiver; where each query simulates the receiver afresh, `failure`
        is the probability that any of them fails, at most the sum. The published plan has no
        guarantee: nan.
        """
        if self.procedure != "corrected":
            return float("nan")
        return (1 - failure) * max(0.0, self.optimum - 4 * self.error)

    def payoffs(self, instance: BinaryPersuasion) -> FloatArray:
        """Probability that each type acts under each policy, shape (n, M + 1)."""
        mu = instance.state_beliefs
        columns = []
        for policy in self.policies:
            acting = policy.acting(instance)
            columns.append(mu * acting[:, 1] + (1 - mu) * acting[:, 0])
        return np.stack(columns, axis=1)

    def worst_case(
        self, instance: BinaryPersuasion, error: float | None = None, failure: float = 0.0
    ) -> float:
        """Payoff if the oracle's errors are chosen against the sender, type by type.

        Parameters
        ----------
        error : float, optional
            Belief error of the oracle; default the one planned for.
        failure : float in [0, 1]
            Probability that the simulated belief is arbitrary.
        """
        eps = self.error if error is None else error
        payoffs = self.payoffs(instance)
        first = np.searchsorted(self.cutoffs, instance.beliefs - eps, side="right")
        last = np.searchsorted(self.cutoffs, instance.beliefs + eps, side="right")
        segments = np.arange(payoffs.shape[1])
        reached = (segments >= first[:, None]) & (segments <= last[:, None])
        near = np.where(reached, payoffs, np.inf).min(axis=1)
        return self._mixed(instance, near, payoffs, failure)

    def uniform_noise(
        self, instance: BinaryPersuasion, error: float | None = None, failure: float = 0.0
    ) -> float:
        """Expected payoff if the simulated belief is uniform within `error` of the true one.

        Computed from the distribution, not by sampling; a failure is still worst for the sender.
        """
        eps = self.error if error is None else error
        payoffs = self.payoffs(instance)
        if eps == 0:
            return self.worst_case(instance, 0.0, failure)
        edges = np.concatenate(([-np.inf], self.cutoffs, [np.inf]))
        below = np.clip((edges - instance.beliefs[:, None] + eps) / (2 * eps), 0, 1)
        near = (payoffs * np.diff(below, axis=1)).sum(axis=1)
        return self._mixed(instance, near, payoffs, failure)

    def _mixed(
        self,
        instance: BinaryPersuasion,
        near: npt.NDArray[np.float64],
        payoffs: FloatArray,
        failure: float,
    ) -> float:
        return float(instance.weights @ ((1 - failure) * near + failure * payoffs.min(axis=1)))

    def simulate(
        self,
        instance: BinaryPersuasion,
        receivers: int,
        *,
        error: float | None = None,
        failure: float = 0.0,
        fresh: bool = False,
        seed: int = 0,
    ) -> float:
        """Mean payoff over random receivers, their simulated beliefs uniform within `error`.

        Parameters
        ----------
        receivers : int
            Number of receivers drawn from the weights.
        failure : float in [0, 1]
            Probability of a simulated belief drawn uniformly from [0, 1] instead.
        fresh : bool
            Simulate the receiver anew for every query of a binary search, instead of once.
        seed : int
            Seed of numpy's default generator.
        """
        eps = self.error if error is None else error
        rng = np.random.default_rng(seed)
        types = rng.choice(len(instance), receivers, p=instance.weights / instance.weights.sum())
        beliefs = instance.beliefs[types]

        def simulated() -> FloatArray:
            near = beliefs + rng.uniform(-eps, eps, receivers)
            failed = rng.random(receivers) < failure
            return np.where(failed, rng.uniform(size=receivers), near)

        low = np.zeros(receivers, dtype=np.intp)
        high = np.full(receivers, len(self.cutoffs), dtype=np.intp)
        once = simulated()
        while (low < high).any():
            middle = np.minimum((low + high) // 2, len(self.cutoffs) - 1)
            answer = (simulated() if fresh else once) >= self.cutoffs[middle]
            open_ = low < high
            low = np.where(open_ & answer, middle + 1, low)
            high = np.where(open_ & ~answer, middle, high)
        return float(self.payoffs(instance)[types, low].mean())
