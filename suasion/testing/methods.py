"""What every method must get right: the checks that the package's own methods pass."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from suasion.errors import InputError
from suasion.results import NUMERICAL_GAP, Result, Status, relative_gap
from suasion.solvers.options import Options
from suasion.solvers.solve import solve

# Values that are recomputed in floats, in another order of the terms.
ROUNDING = 1e-9
# Seconds beyond a time limit: a busy machine, and loops that are compiled when first used.
SLACK = 30.0

MethodFunction = Callable[[Any, Options], Result[Any]]


def check_method(
    method: MethodFunction | str,
    problems: Iterable[Any],
    *,
    relaxed: bool = False,
    time_limit: float = 1.0,
) -> None:
    """Check a method on small instances, as the package checks its own methods.

    On every instance: the value is that of the answer, recomputed, and the answer keeps the rules
    of the problem; the bound lies on the right side and is no better than the optimum; "optimal"
    is said only of an optimum, in rationals only where these are equal; certificates hold; the
    same seed gives the same value; a time limit is kept and what is then found is as honest; and
    the instance is left as it was. The optimum is that of `suasion.solve`, by "brute-force" where
    that is in reach.

    Parameters
    ----------
    method : callable or str
        A function that takes a problem and `suasion.solvers.options.Options` and returns a
        `Result`; or what `suasion.solve` takes: a name, or "module:function".
    problems : iterable of instances
        Small ones, with ties, zero weights and budgets of 0 among them; those of
        `suasion.generate` will do. A method that has no exact form raises `OutOfReachError`.
    relaxed : bool
        The method answers an easier question, whose value may be better than the optimum.
    time_limit : float
        Seconds for the check of time limits; it may be exceeded by 30 seconds.

    Raises
    ------
    AssertionError
        One sentence with the method, the instance and what is wrong.

    Examples
    --------
    >>> from suasion import BinaryPersuasion, MessagingPolicy
    >>> from suasion.results import concluded
    >>> def silence(problem, options):
    ...     answer = MessagingPolicy([1], [1])
    ...     value = answer.value(problem, options.exact)
    ...     return concluded(
    ...         method="silence", problem=problem, answer=answer, value=value, bound=value
    ...     )
    >>> convinced, sceptic = (BinaryPersuasion.one(belief) for belief in ("3/5", "2/5"))
    >>> check_method(silence, [convinced])
    >>> try:
    ...     check_method(silence, [convinced, sceptic])
    ... except AssertionError as error:
    ...     print(str(error).split(": ")[1])
    it says "optimal" of 0.0, which is worse than the optimum 0.8 of brute-force.
    """
    for place, problem in enumerate(problems):
        _Trial(method, place, problem, relaxed).run(time_limit)


@dataclass(frozen=True)
class _Trial:
    """A method on one instance."""

    method: MethodFunction | str
    place: int
    problem: Any
    relaxed: bool

    def run(self, time_limit: float) -> None:
        before = _document(self.problem)
        reference = _reference(self.problem)
        found = self.solved()
        self.judge(found, reference)
        again = self.solved()
        self.require(
            again.value == found.value,
            f"the same seed gave {found.value} and then {again.value}",
        )
        self.in_rationals(reference)
        self.in_time(time_limit, reference)
        self.in_time(0.0, reference)
        self.require(_document(self.problem) == before, "it has changed the instance")

    def require(self, holds: bool, what: str) -> None:
        if not holds:
            name = self.method if isinstance(self.method, str) else self.method.__name__
            raise AssertionError(f"{name} on problems[{self.place}], {self.problem!r}: {what}.")

    def solved(self, **options: Any) -> Result[Any]:
        """What the method returns."""
        if isinstance(self.method, str):
            return solve(self.problem, self.method, **options)
        found: Any = self.method(self.problem, Options(**options))
        self.require(isinstance(found, Result), f"it returned a {type(found).__name__}, no Result")
        result: Result[Any] = found
        return result

    def judge(self, found: Result[Any], reference: Result[Any], limited: bool = False) -> None:
        """Whether a result is true, given one that is proved."""
        self.require(found.status is not Status.FAILED, f"it failed: {found.report.raw_status}")
        self.require(found.problem is self.problem, "its result is about another problem")
        if found.certificate is not None:
            for failure in found.certificate.failures(self.problem)[:1]:
                self.require(False, f"its certificate does not hold: {failure}")
        if found.answer is None:
            self.without_answer(found, reference, limited)
        else:
            self.answered(found)
            self.compared(found, reference)

    def without_answer(self, found: Result[Any], reference: Result[Any], limited: bool) -> None:
        self.require(
            limited or found.status is not Status.NO_ANSWER,
            "it has no answer, and there was no time limit",
        )
        self.require(
            found.status not in (Status.OPTIMAL, Status.FEASIBLE),
            f'it says "{found.status}" and has no answer',
        )
        for status in (Status.INFEASIBLE, Status.UNBOUNDED):
            self.require(
                found.status is not status or reference.status in (status, Status.NO_ANSWER),
                f'it says "{status}", and {reference.method} says "{reference.status}"',
            )

    def answered(self, found: Result[Any]) -> None:
        """The answer keeps the rules, and its value is what the result says."""
        answer = found.require()
        broken = answer.failures(self.problem) if hasattr(answer, "failures") else []
        self.require(not broken, f"its answer breaks the rules: {'; '.join(broken[:1])}")
        self.require(found.value is not None, "it has an answer without a value")
        assert found.value is not None
        value = float(answer.value(self.problem))
        self.require(
            _beyond(found.value, value) <= ROUNDING and _beyond(value, found.value) <= ROUNDING,
            f"its answer is worth {value!r}, and the result says {found.value!r}",
        )
        if found.exact_value is not None:
            exact = answer.value(self.problem, True)
            self.require(
                exact == found.exact_value,
                f"its answer is worth exactly {exact}, and the result says {found.exact_value}",
            )

    def compared(self, found: Result[Any], reference: Result[Any]) -> None:
        """Value and bound on either side of the optimum, and "optimal" only if they meet."""
        assert found.value is not None
        if found.status is Status.OPTIMAL:
            gap = relative_gap(found.value, found.bound)
            self.require(
                gap is not None and gap <= NUMERICAL_GAP,
                f'it says "optimal" of {found.value!r} with bound {found.bound!r}',
            )
        if found.exact:
            self.require(
                found.status is Status.OPTIMAL
                and isinstance(found.exact_value, Fraction)
                and float(found.exact_value) == found.bound,
                f'it says "exact" of {found.exact_value} with bound {found.bound!r}',
            )
        if reference.status is not Status.OPTIMAL:
            return
        best = reference.value
        assert best is not None
        sign = 1.0 if self.problem.maximise else -1.0
        told = f"the optimum {best!r} of {reference.method}"
        above, below = (
            _beyond(sign * one, sign * other) > NUMERICAL_GAP
            for one, other in ((found.value, best), (best, found.value))
        )
        self.require(self.relaxed or not above, f"its value {found.value!r} is better than {told}")
        self.require(
            not (below and found.status is Status.OPTIMAL),
            f'it says "optimal" of {found.value!r}, which is worse than {told}',
        )
        self.require(
            found.bound is None or _beyond(sign * best, sign * found.bound) <= NUMERICAL_GAP,
            f"its bound {found.bound!r} is beaten by {told}",
        )

    def in_rationals(self, reference: Result[Any]) -> None:
        """Exact answers are exact, or refused with an InputError."""
        try:
            found = self.solved(exact=True)
        except InputError:
            return
        self.judge(found, reference)
        if found.exact and reference.exact and not self.relaxed:
            self.require(
                found.exact_value == reference.exact_value,
                f"it proves {found.exact_value} in rationals, and {reference.method} "
                f"{reference.exact_value}",
            )

    def in_time(self, seconds: float, reference: Result[Any]) -> None:
        """A limit is kept, and what is found within it is as honest."""
        started = time.perf_counter()
        found = self.solved(time_limit=seconds)
        spent = time.perf_counter() - started
        self.require(
            spent <= seconds + SLACK, f"it took {spent:.1f} s with a time limit of {seconds:g} s"
        )
        self.judge(found, reference, limited=True)


def _beyond(one: float, other: float) -> float:
    """How far a number is above another, relative to the larger of 1 and that."""
    return (one - other) / max(1.0, abs(other))


def _document(problem: Any) -> Any:
    """The instance as data; a discretized continuum has none, and its two sides stand for it."""
    try:
        return problem.to_dict()
    except InputError:
        sides = problem.persuasion
        return [sides.down.to_dict(), sides.up.to_dict()]


def _reference(problem: Any) -> Result[Any]:
    """The optimum, by enumeration where that is in reach, and in rationals where they are."""
    for options in ({"method": "brute-force", "exact": True}, {"exact": True}):
        try:
            return solve(problem, **options)
        except InputError:
            continue
    return solve(problem)
