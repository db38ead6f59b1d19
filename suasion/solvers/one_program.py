"""Methods that are one linear program: an answer from any backend, or a proof in rationals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Generic, Protocol, TypeVar

import numpy as np

from suasion.errors import OutOfReachError
from suasion.models.numbers.arrays import FloatArray, NumberArray, object_array
from suasion.models.numbers.quoting import quoted
from suasion.models.programs.certificate import FormulationCertificate
from suasion.models.programs.program import Program, ProgramSolution
from suasion.models.programs.rational import RationalProgram
from suasion.results import Answerlike, Report, Result, Status, concluded
from suasion.solvers.options import Options, limited


class Checked(Answerlike, Protocol):
    """An answer that checks and values itself, in floats or in rationals."""

    def failures(self, instance: Any, exact: bool = False) -> list[str]:
        """What is wrong with it for an instance; an empty list means nothing."""

    def value(self, instance: Any, exact: bool = False) -> Any:
        """What it earns."""


Question = TypeVar("Question")
Solution = TypeVar("Solution", bound=Checked)


@dataclass(frozen=True)
class ProgramProof(Generic[Question, Solution]):
    """How a proved answer comes from a linear program in rationals.

    Attributes
    ----------
    method : str
    rational : callable
        The program on the exact numbers of a question. Its optimum is at least what any answer
        earns.
    answer : callable
        The answer of a point of the program, an array: floats as a solver leaves them, or
        Fractions that satisfy every row.
    size : callable
        What decides how long a proof takes, counted in `unit`.
    largest_exact : int
        The largest size for which one is tried.
    instead : str
        What to do beyond it.
    objective : callable, optional
        What HiGHS is to maximise in the first block if the program's own numbers lead to no
        proof, with the same optimal bases.
    """

    method: str
    rational: Callable[[Question], RationalProgram]
    answer: Callable[[Question, NumberArray], Solution]
    size: Callable[[Question], int]
    largest_exact: int
    unit: str
    instead: str = "exact=False"
    objective: Callable[[Question], FloatArray] | None = None


@dataclass(frozen=True)
class OneProgram(Generic[Question, Solution]):
    """How a method's answer comes from one linear program, on any backend or proved.

    Attributes
    ----------
    proof : ProgramProof
        Where points of the program in floats have the same answers.
    program : callable
        The program on the floats of a question.
    bound : callable
        What a bound on the program says about the question's value.
    concluded : callable
        The result of a question, an answer without failures, a bound on the program (infinite if
        there is none), and a report.
    """

    proof: ProgramProof[Question, Solution]
    program: Callable[[Question], Program]
    bound: Callable[[Question, float], float]
    concluded: Callable[[Question, Solution, float, Report], Result[Solution]]


def by_program(
    way: OneProgram[Question, Solution], question: Question, options: Options
) -> Result[Solution]:
    """The answer of an optimal point; with ``exact`` and where it succeeds, its rational proof.

    The bound of a float answer is weak duality with the solver's multipliers, from the program's
    data.
    """
    return proved_or(way.proof, question, options, lambda: _in_floats(way, question, options))


def proved_or(
    way: ProgramProof[Question, Solution],
    question: Question,
    options: Options,
    in_floats: Callable[[], Result[Solution]],
) -> Result[Solution]:
    """What floats say; with ``exact`` the proved optimum, or else why there is no proof."""
    if not options.exact:
        return in_floats()
    if options.solver.lower() != "highs":
        raise OutOfReachError(
            f'exact is not available for method "{way.method}" with solver "{options.solver}"; '
            'use solver "highs".'
        )
    unit = f"{way.unit} exactly"
    limited(way.method, way.size(question), way.largest_exact, unit, way.instead)
    proved = proved_answer(way, question, options)
    if isinstance(proved, Result):
        return proved
    result = in_floats()
    words = f"{result.report.raw_status}; no exact proof: {proved}".removeprefix("; ")
    return replace(result, report=replace(result.report, raw_status=words))


def proved_answer(
    way: ProgramProof[Question, Solution], question: Question, options: Options
) -> Result[Solution] | str:
    """The proved optimum, or why there is none: the answer's own value meets the bound."""
    from suasion.solvers.backends.certify import certified

    rational = way.rational(question)
    tried = [rational.program]
    if way.objective is not None:
        tried.append(with_objective(rational.program, way.objective(question)))
    for numbers in tried:
        proof, report = certified(
            replace(rational, program=numbers),
            time_limit=options.time_limit,
            threads=options.threads,
            seed=options.seed,
        )
        if proof is not None:
            break
    if proof is None:
        return report.raw_status
    answer = way.answer(question, object_array(list(proof.values)))
    value: Fraction = answer.value(question, exact=True)
    failures = answer.failures(question, exact=True)
    if failures:
        return failures[0]
    if value != proof.value:
        return f"the policy of the optimal point earns {quoted(value)}, not {quoted(proof.value)}"
    return concluded(
        method=way.method,
        problem=question,
        answer=answer,
        value=value,
        bound=proof.value,
        exact=True,
        certificate=FormulationCertificate(proof, way.rational),
        report=report,
    )


def optimised(
    program: Program, options: Options, start: FloatArray | None = None
) -> Result[ProgramSolution]:
    """`suasion.solvers.backends.optimise.optimise` with the options of a method."""
    from suasion.solvers.backends.optimise import optimise

    return optimise(
        program,
        options.solver,
        time_limit=options.time_limit,
        gap=options.gap,
        threads=options.threads,
        seed=options.seed,
        start=start,
    )


def with_objective(program: Program, objective: FloatArray) -> Program:
    """The program with another objective for its first block."""
    first, *others = program.variables
    return replace(program, variables=(replace(first, objective=objective), *others))


def _in_floats(
    way: OneProgram[Question, Solution], question: Question, options: Options
) -> Result[Solution]:
    """The answer of a float solver; where rounding spoils a small program, the proved one."""
    method = way.proof.method
    found = optimised(way.program(question), options)
    stopped = found.status in (Status.FEASIBLE, Status.NO_ANSWER)
    answer = None
    if found.answer is not None and found.status is not Status.FAILED:
        answer = way.proof.answer(question, found.answer.values)
        failures = answer.failures(question, exact=False)
        if not failures:
            bound = np.inf if found.bound is None else found.bound
            return way.concluded(question, answer, bound, found.report)
    if not stopped and way.proof.size(question) <= way.proof.largest_exact:
        # Every question has an answer: a solver that finds none has met numbers too far apart.
        proved = proved_answer(way.proof, question, options)
        if isinstance(proved, Result):
            return proved
    if answer is None:
        known = None if found.bound is None else way.bound(question, found.bound)
        return Result(found.status, method, bound=known, report=found.report, problem=question)
    report = replace(found.report, raw_status=failures[0])
    return Result(Status.FAILED, method, report=report, problem=question)
