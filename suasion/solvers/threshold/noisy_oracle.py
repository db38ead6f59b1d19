"""Threshold queries to an oracle that errs: Proposition 5.1, corrected, and as published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from suasion.errors import InputError
from suasion.models.binary.envelope import concave_envelope
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.binary.policy import MessagingPolicy
from suasion.models.binary.threshold_classes import ThresholdClasses, threshold_classes
from suasion.models.numbers.arrays import FloatArray
from suasion.models.queries.noisy_plan import NoisyPlan
from suasion.models.queries.selection import QuerySelection
from suasion.solvers.threshold.chain import SegmentProgram
from suasion.solvers.threshold.dp import cut_budget, has_costs
from suasion.solvers.threshold.price import best_cuts

PROCEDURES = ("corrected", "published")


def noisy_plan(problem: QuerySelection, error: float, procedure: str = "corrected") -> NoisyPlan:
    """Cuts and policies that survive an oracle whose beliefs are off by at most `error`.

    The corrected procedure takes optimal cuts in own-target form, each segment after the first
    starting at the type its lowest message targets; asks for each cut whether the simulated
    belief reaches that type's belief minus `error`; and lowers the odds of that one message to
    the belief minus ``2 error``. No receiver at or above a cut is then ever placed below it, and
    every receiver placed above acts on the segment's first message: the plan earns at least
    ``(1 - failure) (OPT - 4 error)``.

    The published procedure queries as if the oracle were exact and lowers all beliefs by `error`.
    A receiver simulated just below its own cut is then told apart wrongly: with types 1/10 and
    2/5, weights 1/2 and one query its worst case is 0.33 for every positive error, with an
    optimum of 1/2.

    Parameters
    ----------
    problem : QuerySelection
        Threshold queries without costs about a baseline instance (thresholds and state beliefs
        equal to the beliefs); adaptive or not.
    error : float in [0, 1)
        Largest distance of a simulated belief from the true one (eps).
    procedure : "corrected" or "published"

    Raises
    ------
    ValueError
        For private utilities or misinformed receivers, costs, or an error out of range.

    Examples
    --------
    >>> from suasion import BinaryPersuasion, ThresholdQueries
    >>> instance = BinaryPersuasion([0.5, 0.5], [0.1, 0.4])
    >>> problem = QuerySelection(instance, ThresholdQueries(), budget=1)
    >>> round(noisy_plan(problem, 0.001).worst_case(instance), 3)
    0.498
    >>> round(noisy_plan(problem, 0.001, "published").worst_case(instance), 3)
    0.332
    """
    if procedure not in PROCEDURES:
        raise InputError(f'procedure is "{procedure}"; choose from {", ".join(PROCEDURES)}.')
    if not 0 <= error < 1:
        raise InputError(f"error is {error}; give a number in [0, 1).")
    instance = _checked(problem)
    # Types of weight 0 earn nothing and must not be targets.
    real = np.flatnonzero(instance.weights > 0)
    real = real[np.argsort(instance.beliefs[real], kind="stable")]
    sorted_beliefs = instance.beliefs[real]
    classes = threshold_classes(instance.weights[real], sorted_beliefs, sorted_beliefs)
    # As given, not from the odds: rounding must not put a type on the wrong side of its own cut.
    beliefs = sorted_beliefs[classes.first[:-1]]
    found, optimum = _cuts(problem, classes)
    segments = [_Segment.of(classes, i, j) for i, j in zip(found, [*found[1:], None], strict=True)]
    if procedure == "corrected":
        return _corrected(beliefs, segments, error, optimum)
    cutoffs = beliefs[[segment.start for segment in segments[1:]]]
    policies = tuple(segment.lowered(beliefs, error, everyone=True) for segment in segments)
    return NoisyPlan(cutoffs, policies, error, procedure, optimum)


@dataclass(frozen=True)
class _Segment:
    """A segment of the classes, and the messages (class, mass) of its optimal policy."""

    start: int
    messages: tuple[tuple[int, float], ...]

    @classmethod
    def of(cls, classes: ThresholdClasses, start: int, stop: int | None) -> _Segment:
        part = classes.segment(start, len(classes) if stop is None else stop)
        if part.below_half == 0:
            # Everyone acts without being told anything; the lowest type is the one to keep.
            return cls(start, ((start, 1.0),) if len(part) else ())
        used = concave_envelope(part).messages
        # Message 0 ties with a lowest class of odds 0, and is worse than any other.
        return cls(start, tuple((start + max(j, 0), float(mass)) for j, mass in used))

    @property
    def target(self) -> int:
        """The class the lowest message targets."""
        return self.messages[0][0]

    def lowered(self, beliefs: FloatArray, by: float, everyone: bool = False) -> MessagingPolicy:
        """The policy with the first (or every) message's odds lowered to beliefs minus `by`."""
        if not self.messages:  # types with belief 1 act on anything
            return MessagingPolicy([1.0], [1.0])
        high = [mass for _, mass in self.messages]
        low: list[float] = []
        for position, (j, mass) in enumerate(self.messages):
            belief = float(beliefs[j])
            if position == 0 or everyone:
                belief = max(0.0, belief - by)
            ratio = belief / (1 - belief)
            low.append(mass * min(ratio, (1 - sum(low)) / mass if mass else 0.0))
        rest = max(0.0, 1 - sum(low))
        return MessagingPolicy([*high[:-1], 1 - sum(high[:-1]), 0.0], [*low, rest])


def _corrected(
    beliefs: FloatArray, segments: list[_Segment], error: float, optimum: float
) -> NoisyPlan:
    # Types below a segment's first target earn nothing there and join the segment before.
    own = [replace(segment, start=segment.target) for segment in segments[1:]]
    cutoffs = beliefs[[segment.start for segment in own]] - error
    first = segments[0].lowered(beliefs, 0.0)
    policies = (first, *(segment.lowered(beliefs, 2 * error) for segment in own))
    return NoisyPlan(cutoffs, policies, error, "corrected", optimum)


def _cuts(problem: QuerySelection, classes: ThresholdClasses) -> tuple[list[int], float]:
    """Starts of the segments, the first one 0, and the value with an exact oracle."""
    program = SegmentProgram(problem, classes=classes)
    found = best_cuts(program, cut_budget(problem))
    return [0, *found.cuts.tolist()], float(found.bound)


def _checked(problem: QuerySelection) -> BinaryPersuasion:
    if problem.oracle.kind != "threshold" or problem.persuasion.kind != "binary-persuasion":
        raise InputError("problem needs threshold queries about a finite instance.")
    instance = problem.binary
    if has_costs(problem):
        raise InputError("problem has costs; noisy oracles are planned for without.")
    for field in ("thresholds", "state_beliefs"):
        differs = getattr(instance, field) != instance.beliefs
        if differs.any():
            i = int(np.argmax(differs))
            raise InputError(
                f"{field}[{i}] differs from beliefs[{i}]; lowering beliefs is safe only where "
                "receivers act on their beliefs alone (baseline)."
            )
    return instance


@dataclass(frozen=True)
class Degradation:
    """Utility under noise for one belief error and failure probability."""

    error: float
    failure: float
    optimum: float
    guarantee: float
    worst_case: float
    uniform_noise: float
    published_worst_case: float


def degradation(
    problem: QuerySelection, errors: Sequence[float], failures: Sequence[float] = (0.0,)
) -> list[Degradation]:
    """How the value of queries degrades with the oracle's error and failure probability.

    Parameters
    ----------
    problem : QuerySelection
        As for `noisy_plan`.
    errors, failures : sequences of float
        One row for each pair, plans made anew for each error.

    Examples
    --------
    >>> from suasion import BinaryPersuasion, ThresholdQueries
    >>> instance = BinaryPersuasion([0.5, 0.5], [0.1, 0.4])
    >>> problem = QuerySelection(instance, ThresholdQueries(), budget=1)
    >>> [round(row.worst_case, 2) for row in degradation(problem, [0, 0.01, 0.1])]
    [0.5, 0.48, 0.38]
    """
    instance = _checked(problem)
    rows = []
    for error in errors:
        plan = noisy_plan(problem, error)
        published = noisy_plan(problem, error, "published")
        rows += [
            Degradation(
                error=error,
                failure=failure,
                optimum=plan.optimum,
                guarantee=plan.guarantee(failure),
                worst_case=plan.worst_case(instance, failure=failure),
                uniform_noise=plan.uniform_noise(instance, failure=failure),
                published_worst_case=published.worst_case(instance, failure=failure),
            )
            for failure in failures
        ]
    return rows
