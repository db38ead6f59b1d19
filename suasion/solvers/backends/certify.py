"""Rational proofs of optimality: the basis HiGHS ends with, solved again in exact arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from time import perf_counter
from typing import TYPE_CHECKING

from suasion.models.programs.certificate import ProgramCertificate
from suasion.models.programs.program import Program
from suasion.models.programs.rational import RationalProgram, Sides
from suasion.results import Report
from suasion.solvers.backends import highs
from suasion.solvers.backends.optimise import _options
from suasion.solvers.backends.outcome import Ending, Options
from suasion.solvers.backends.rational_pivots import ExactSimplex
from suasion.solvers.backends.rational_solve import SingularError, solve_exactly

if TYPE_CHECKING:
    import highspy

# Equations that remain once variables at a bound and slack rows are out; cubic in their number.
LARGEST_SYSTEM = 400


class Place(Enum):
    """Where a basis has a variable, or the activity of a row."""

    BASIC = "basic"
    LOWER = "lower"
    UPPER = "upper"
    ZERO = "zero"


@dataclass(frozen=True)
class Basis:
    """The place of every variable and every row; as many are basic as there are rows."""

    columns: tuple[Place, ...]
    rows: tuple[Place, ...]


def certify(
    program: Program | RationalProgram,
    *,
    time_limit: float | None = None,
    threads: int = 1,
    seed: int = 0,
) -> tuple[ProgramCertificate | None, str]:
    """Solve a linear program on HiGHS and prove its optimum in rationals.

    Parameters
    ----------
    program : Program or RationalProgram
        The proof is about its exact numbers (a float is the dyadic rational it is); HiGHS is
        given the floats.
    time_limit, threads, seed
        Passed to HiGHS.

    Returns
    -------
    certificate : ProgramCertificate or None
        Its ``failures(program)`` were checked to be none.
    reason : str
        Why there is no certificate; "" if there is one.

    Notes
    -----
    A basis that is optimal for the floats may be infeasible or suboptimal by a rounding for the
    rationals: exact pivots lead on from there.

    A program with integer variables gets none: a branch-and-bound tree is no basis. What can be
    said exactly of its incumbent is `check_point`.

    Examples
    --------
    >>> from suasion import BinaryPersuasion
    >>> from suasion.models.binary.messaging_lp import exact_messaging_lp
    >>> lp = exact_messaging_lp(BinaryPersuasion(["1/2", "1/2"], ["2/5", "9/10"]))
    >>> certify(lp)[0].value
    Fraction(221, 250)
    """
    certificate, report = certified(program, time_limit=time_limit, threads=threads, seed=seed)
    return certificate, "" if certificate is not None else report.raw_status


def certified(
    program: Program | RationalProgram,
    *,
    time_limit: float | None = None,
    threads: int = 1,
    seed: int = 0,
) -> tuple[ProgramCertificate | None, Report]:
    """`certify`, with how HiGHS fared; without a certificate ``raw_status`` says why."""
    began = perf_counter()
    exact = RationalProgram.of(program)
    options = _options(exact.program, time_limit, 0.0, threads, seed, None)
    certificate: ProgramCertificate | None = None
    basis, words, version = optimal_basis(exact.program, options)
    if basis is not None:
        certificate, reason = from_basis(exact, basis)
        if certificate is None and len(exact.objective) <= LARGEST_SYSTEM:
            ends = None if time_limit is None else began + time_limit
            certificate, reason = pivoted(exact, basis, ends)
        words = reason or words
    return certificate, Report(
        "highs", version, perf_counter() - began, seed=seed, raw_status=words
    )


def optimal_basis(program: Program, options: Options) -> tuple[Basis | None, str, str]:
    """HiGHS's optimal basis or None, its words or why there is none, and its version."""
    if program.integer.any():
        return None, "the program has integer variables, whose optimum no basis proves", ""
    if len(program.objective) == 0 or len(program.row_lower) == 0:
        return None, "the program has no variables or no rows", ""
    model = highs.loaded(program, options)
    if model is None:
        return None, "HiGHS does not take the program", ""
    highs.run_interruptibly(model)
    outcome = highs.read(model, mip=False)
    if outcome.why() is not Ending.OPTIMAL:
        return None, f"HiGHS ended with: {outcome.words}", outcome.version
    basis = model.getBasis()
    if not basis.valid:
        return None, "HiGHS has no basis", outcome.version
    try:
        places = Basis(_places(basis.col_status), _places(basis.row_status))
    except KeyError as error:
        return None, f"HiGHS leaves a variable without a place: {error}", outcome.version
    return places, outcome.words, outcome.version


def from_basis(program: RationalProgram, basis: Basis) -> tuple[ProgramCertificate | None, str]:
    """The primal and dual point of a basis, if they prove each other optimal; else the reason."""
    columns = [j for j, place in enumerate(basis.columns) if place is Place.BASIC]
    rows = [i for i, place in enumerate(basis.rows) if place is not Place.BASIC]
    if len(columns) != len(rows):
        return None, f"the basis has {len(columns)} variables for {len(rows)} tight rows"
    if len(rows) > LARGEST_SYSTEM:
        return None, f"the basis has {len(rows)} equations, more than {LARGEST_SYSTEM}"
    values = _resting(basis.columns, program.lower, program.upper)
    sides = _resting(basis.rows, program.row_lower, program.row_upper)
    if values is None or sides is None:
        return None, "the basis has a variable or row at a bound that does not exist"
    position = {j: k for k, j in enumerate(columns)}
    tight: list[dict[int, Fraction]] = []
    across: list[dict[int, Fraction]] = [{} for _ in columns]
    right = []
    for k, i in enumerate(rows):
        tight.append({position[j]: a for j, a in program.rows[i] if j in position})
        for column, a in tight[k].items():
            across[column][k] = a
        fixed = (a * values[j] for j, a in program.rows[i] if j not in position)
        right.append(sides[i] - sum(fixed, Fraction(0)))
    try:
        solution = solve_exactly(tight, right)
        prices = solve_exactly(across, [program.objective[j] for j in columns])
    except SingularError:
        return None, "the basis is singular in exact arithmetic"
    for j, value in zip(columns, solution, strict=True):
        values[j] = value
    duals = [Fraction(0)] * len(program.rows)
    for i, price in zip(rows, prices, strict=True):
        duals[i] = price
    return _checked(program, values, duals)


def pivoted(
    program: RationalProgram, basis: Basis, ends: float | None
) -> tuple[ProgramCertificate | None, str]:
    """The proof at the basis that exact pivots reach from this one; else why there is none.

    `ends` is the reading of `perf_counter` at which to give up.
    """
    values = _resting(basis.columns, program.lower, program.upper)
    sides = _resting(basis.rows, program.row_lower, program.row_upper)
    basic = [place is Place.BASIC for place in basis.columns + basis.rows]
    if values is None or sides is None or sum(basic) != len(basis.rows):
        return None, "the basis has a place that does not exist"
    resting = [None if b else rest for b, rest in zip(basic, values + sides, strict=True)]
    simplex = ExactSimplex(program, resting)
    try:
        reason = simplex.run(lambda: ends is not None and perf_counter() > ends)
        if reason:
            return None, reason
        return _checked(program, simplex.point()[: len(values)], simplex.duals())
    except SingularError:
        return None, "the basis is singular in exact arithmetic"


def _checked(
    program: RationalProgram, values: list[Fraction], duals: list[Fraction]
) -> tuple[ProgramCertificate | None, str]:
    value = sum((c * x for c, x in zip(program.objective, values, strict=True)), Fraction(0))
    certificate = ProgramCertificate(tuple(values), tuple(duals), value)
    failures = certificate.failures(program)
    if failures:
        return None, f"the basis is not optimal in exact arithmetic: {failures[0]}"
    return certificate, ""


def _resting(places: tuple[Place, ...], lower: Sides, upper: Sides) -> list[Fraction] | None:
    """The side each variable or row rests at, 0 for basic ones; None if one has no such side."""
    resting = []
    for place, low, high in zip(places, lower, upper, strict=True):
        side = {Place.LOWER: low, Place.UPPER: high}.get(place, Fraction(0))
        if side is None:
            return None
        resting.append(side)
    return resting


def _places(statuses: list[highspy.HighsBasisStatus]) -> tuple[Place, ...]:
    import highspy

    known = highspy.HighsBasisStatus
    meaning = {
        known.kBasic: Place.BASIC,
        known.kLower: Place.LOWER,
        known.kUpper: Place.UPPER,
        known.kZero: Place.ZERO,
    }
    return tuple(meaning[status] for status in statuses)
