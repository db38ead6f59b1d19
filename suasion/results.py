"""What every solver returns: a status, a re-checked answer with its value, and a bound."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any, Generic, Protocol, TypeVar

from suasion.models.numbers.digits import rational_text
from suasion.models.table import Entry, Table, Tabled

# Dynamic programs, branch and bound and closed forms; MIPs and column generation.
COMBINATORIAL_GAP = 1e-9
NUMERICAL_GAP = 1e-7


class Status(StrEnum):
    """What is known about the answer; the solver's own words are in ``report.raw_status``."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    NO_ANSWER = "no_answer"
    FAILED = "failed"


class NoAnswerError(RuntimeError):
    """Raised by `Result.require` when there is no answer to give."""


class Answerlike(Protocol):
    """An answer that can describe itself given the problem it answers."""

    def document(self, problem: Any, full: bool = False, exact: bool = False) -> dict[str, Any]:
        """The answer's part of the JSON document of `Result.to_dict`."""

    def tables(self, problem: Any = None, full: bool = False) -> list[Table]:
        """The answer as tables, the main one first."""


class Certificatelike(Protocol):
    """A proof that can be checked against the problem and written down."""

    def failures(self, problem: Any) -> list[str]:
        """What is wrong with the proof; an empty list means it holds."""

    def to_dict(self) -> dict[str, Any]:
        """The proof as plain JSON."""


Answer = TypeVar("Answer", bound=Answerlike)


@dataclass(frozen=True)
class Report:
    """How the answer was found.

    Attributes
    ----------
    solver, version : str
        The library that solved it ("suasion" for our own algorithms) and its version.
    seconds : float
        Wall time of the whole call.
    nodes : int or None
        Search nodes or states evaluated, where the method has them.
    seed : int or None
        Seed of a randomised method.
    raw_status : str
        The solver's own status, or why a search stopped ("time limit", "interrupted").
    """

    solver: str = "suasion"
    version: str = ""
    seconds: float = 0.0
    nodes: int | None = None
    seed: int | None = None
    raw_status: str = ""


@dataclass(frozen=True)
class Result(Tabled, Generic[Answer]):
    """The outcome of a solve.

    Attributes
    ----------
    status : Status
        "optimal" only if the bound meets the value; compares equal to its string.
    method : str
        The method that found the answer.
    value : float or None
        Value of `answer`, recomputed from it; None without an answer.
    bound : float or None
        Proved bound on the optimum: above it when maximising, below it when minimising.
    answer : object or None
        Messaging policy, query set, query tree, ...
    exact_value : Fraction or None
        Exact value of the answer, when asked for.
    exact : bool
        True only if optimality is proved in rational arithmetic.
    certificate : object or None
        A proof that can be checked without the solver.
    report : Report
        Solver, version, time, nodes.
    problem : object
        What was solved.

    Examples
    --------
    >>> from suasion import BinaryPersuasion, solve
    >>> result = solve(BinaryPersuasion([1], ["2/5"]), exact=True)
    >>> result
    Result(optimal, value 0.8, closed-form)
    >>> result.exact_value, result.status == "optimal"
    (Fraction(4, 5), True)
    """

    status: Status
    method: str
    value: float | None = None
    bound: float | None = None
    answer: Answer | None = None
    exact_value: Fraction | None = None
    exact: bool = False
    certificate: Certificatelike | None = None
    report: Report = field(default_factory=Report)
    problem: Any = None

    @property
    def gap(self) -> float | None:
        """``|bound - value| / max(1, |value|)``, None unless both are known and finite."""
        return relative_gap(self.value, self.bound)

    def require(self) -> Answer:
        """The answer, or `NoAnswerError` with the status and the solver's words."""
        if self.answer is None:
            detail = f" ({self.report.raw_status})" if self.report.raw_status else ""
            raise NoAnswerError(f"{self.method} has no answer: {self.status}{detail}.")
        return self.answer

    def timed(self, seconds: float) -> Result[Answer]:
        """The same result with the wall time of the whole call."""
        return replace(self, report=replace(self.report, seconds=seconds))

    def __repr__(self) -> str:
        value = "no value" if self.value is None else f"value {self.value:.10g}"
        return f"Result({self.status}, {value}, {self.method})"

    def summary(self) -> str:
        """A few lines for a terminal: status, value, bound, gap, method, time."""
        return "\n".join(f"{name:<8}{text}" for name, text in self._rows())

    def _rows(self) -> list[tuple[str, str]]:
        rows = [("status", str(self.status))]
        if self.value is not None:
            exact = f" = {shortened(self.exact_value)}" if self.exact_value is not None else ""
            rows.append(("value", f"{self.value:.10g}{exact}"))
        if self.bound is not None and self.status is not Status.OPTIMAL:
            gap = "" if self.gap is None else f"  (gap {self.gap:.2g})"
            rows.append(("bound", f"{self.bound:.10g}{gap}"))
        if self.exact:
            rows.append(("proof", "optimal in rational arithmetic"))
        solver = f"{self.report.solver} {self.report.version}".strip()
        rows.append(("method", f"{self.method}, {solver}, {self.report.seconds:.3f} s"))
        if self.report.raw_status:
            rows.append(("note", self.report.raw_status))
        return rows

    def tables(self, full: bool = False) -> list[Table]:
        """What `summary` says in a row of numbers, then the tables of the answer."""
        own: dict[str, Entry] = {
            "status": str(self.status),
            "value": self.value,
            "bound": self.bound,
            "gap": self.gap,
            "exact": None if self.exact_value is None else shortened(self.exact_value),
            "method": self.method,
            "solver": f"{self.report.solver} {self.report.version}".strip(),
            "seconds": self.report.seconds,
        }
        digits = {"value": "{:.10g}".format, "bound": "{:.10g}".format, "gap": "{:.2g}".format}
        formats = digits | {"seconds": "{:.3f}".format}
        note = self.report.raw_status
        summary = Table("", tuple(own), (tuple(own.values()),), note, formats)
        return [summary, *self._answer_tables(full)]

    def _answer_tables(self, full: bool = False) -> list[Table]:
        return [] if self.answer is None else self.answer.tables(self.problem, full)

    def _main_table(self, *given: Any) -> Table:
        return [*self._answer_tables(full=True), *self.tables()][0]

    def to_dict(self, full: bool = False) -> dict[str, Any]:
        """The result as a JSON document; numbers are None where there is none.

        Parameters
        ----------
        full : bool
            Write the messaging policy of every cell even when there are more than 1,000 types.
        """
        document: dict[str, Any] = {
            "status": str(self.status),
            "value": _finite(self.value),
            "bound": _finite(self.bound),
            "gap": self.gap,
            "exact_value": None if self.exact_value is None else rational_text(self.exact_value),
            "method": self.method,
            "solver": self.report.solver,
            "seconds": self.report.seconds,
            "policy": None,
            "queries": None,
            "tree": None,
            "cells": None,
        }
        if self.answer is not None:
            document.update(self.answer.document(self.problem, full, self.exact_value is not None))
        return document


def concluded(
    *,
    method: str,
    problem: Any,
    answer: Answer,
    value: float | Fraction,
    bound: float | Fraction,
    tolerance: float = COMBINATORIAL_GAP,
    exact: bool = False,
    maximise: bool = True,
    certificate: Certificatelike | None = None,
    report: Report | None = None,
) -> Result[Answer]:
    """The result of a solver that has an answer: optimal iff the bound meets the value.

    Parameters
    ----------
    value : float or Fraction
        Recomputed from `answer`. A Fraction becomes ``exact_value``.
    bound : float or Fraction
        What the method proved.
    tolerance : float
        Largest relative gap that counts as optimal.
    exact : bool
        `value` and `bound` are Fractions and must be equal to be optimal.

    A value beyond its bound by more than the tolerance means a wrong proof: status "failed".
    """
    excess = (value - bound) if maximise else (bound - value)
    gap = relative_gap(float(value), float(bound))
    raw = report or Report()
    if exact:
        met = value == bound
        wrong = excess > 0
    else:
        met = gap is not None and gap <= tolerance
        wrong = not met and excess > 0
    status = Status.OPTIMAL if met else Status.FEASIBLE
    if wrong:
        status = Status.FAILED
        raw = replace(
            raw, raw_status=f"the answer's value {float(value)} is beyond the bound {float(bound)}"
        )
    return Result(
        status=status,
        method=method,
        value=float(value),
        bound=float(bound),
        answer=answer,
        exact_value=value if isinstance(value, Fraction) else None,
        exact=exact and met,
        certificate=certificate,
        report=raw,
        problem=problem,
    )


def relative_gap(value: float | None, bound: float | None) -> float | None:
    """``|bound - value| / max(1, |value|)``; None where either is missing or infinite."""
    value, bound = _finite(value), _finite(bound)
    if value is None or bound is None:
        return None
    return abs(bound - value) / max(1.0, abs(value))


def shortened(value: Fraction, digits: int = 52) -> str:
    """A rational in full, or its first digits and its size when it is very long."""
    text = rational_text(value)
    if len(text) <= digits:
        return text
    tail = f"... ({len(text)} digits; in full with --json)"
    return text[: digits - len(tail)] + tail


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
