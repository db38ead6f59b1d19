"""Every method that applies, side by side: the second opinions that make an answer credible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from suasion.errors import OutOfReachError
from suasion.models.numbers.digits import rational_text
from suasion.models.table import Entry, Table, Tabled
from suasion.results import Result, Status
from suasion.solvers.method import Method
from suasion.solvers.solve import asked, methods_of, solve

AGREEMENT = 1e-7
HEADINGS = ("method", "value", "diff", "status", "seconds", "verdict")
# Seconds for each opinion beside the default method's, where no limit is given: a second opinion
# may take hours where the first takes a second.
OPINION_LIMIT = 30.0


@dataclass(frozen=True)
class Row:
    """One method's answer next to the reference.

    Attributes
    ----------
    method, solver : str
    result : Result or None
        None if the method was not run; `verdict` says why.
    difference : float or None
        Its value minus the reference value.
    agrees : bool
        False only for a disagreement; a method that was not run does not disagree.
    verdict : str
        A few words: "agrees", "short by 0.0007", "ABOVE by ...", "not run: ...".
    """

    method: str
    solver: str
    result: Result[Any] | None
    difference: float | None
    agrees: bool
    verdict: str


@dataclass(frozen=True)
class Comparison(Tabled):
    """What `compare_methods` found.

    Attributes
    ----------
    reference : Result
        The default method's answer, which the others are compared with.
    rows : tuple of Row
    time_limit : float
        Seconds that each method beside the default one had.
    """

    reference: Result[Any]
    rows: tuple[Row, ...]
    time_limit: float = OPINION_LIMIT

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C ended it; methods that were still to come were not run."""
        return any(_interrupted(row.result) for row in self.rows)

    @property
    def note(self) -> str:
        """A sentence about methods that ran out of time; "" if there are none."""
        late = any(
            row.result and "time limit" in row.result.report.raw_status for row in self.rows
        )
        if not late:
            return ""
        return f"Stopped after {self.time_limit:g} s each where status is not optimal."

    @property
    def agree(self) -> bool:
        """True if no method disagrees; the reference may still be unproved (see its status)."""
        return all(row.agrees for row in self.rows)

    def to_dict(self) -> dict[str, Any]:
        """The table as plain JSON."""
        rows = [_row_dict(row) for row in self.rows]
        return {"agree": self.agree, "time_limit": self.time_limit, "methods": rows}

    def tables(self, full: bool = False) -> list[Table]:
        """A row for each method, whether or not `full`: what it found, and whether it agrees."""
        formats = {
            "value": "{:.10g}".format,
            "diff": lambda difference: f"{difference:+.1e}" if difference else "0",
            "seconds": "{:.3f}".format,
        }
        return [Table("", HEADINGS, tuple(map(_entries, self.rows)), self.note, formats)]

    def table(self) -> list[tuple[str, ...]]:
        """Method, value, difference, status, seconds and verdict of each row, as text."""
        return self.tables()[0].texts()

    def __str__(self) -> str:
        return str(self.tables()[0])


def compare_methods(
    problem: Any, *, exact: bool = False, time_limit: float | None = None
) -> Comparison:
    """Solve `problem` with every method that applies and compare the answers.

    Parameters
    ----------
    exact : bool
        Methods that can compute in rationals must agree exactly; solvers within 1e-7 anyway,
        relative to values above 1.
    time_limit : float, optional
        Seconds for each method; one that is stopped must be consistent with the reference. By
        default the default method has no limit and every other opinion 30 seconds.

    Returns
    -------
    Comparison
        ``comparison.agree`` is the verdict. The default method's rational certificate is checked
        whether or not `exact` is set, where the size allows.

    Examples
    --------
    >>> from suasion import BinaryPersuasion
    >>> comparison = compare_methods(BinaryPersuasion(["1/2", "1/2"], ["2/5", "9/10"]))
    >>> comparison.agree, [row.verdict for row in comparison.rows if row.method == "published"]
    (True, ['short by 0.000667'])
    """
    reference = solve(problem, time_limit=time_limit)
    table = methods_of(asked(problem))
    first = reference.method
    rows = [_compared(reference, reference, table[first])]
    limit = OPINION_LIMIT if time_limit is None else time_limit
    if _interrupted(reference):
        return Comparison(reference, tuple(rows), limit)
    proof = _attempt(problem, first, "highs", True, limit)
    if isinstance(proof, str):
        rows.append(_not_run(f"{first} exact", proof))
    else:
        rows.append(_compared(proof, reference, table[first], " exact"))
        reference = proof
    for method, entry in table.items():
        for backend in entry.solvers or ("highs",):
            if method == "auto" or (method == first and backend == "highs"):
                continue
            if any(_interrupted(row.result) for row in rows):
                rows.append(_not_run(method, "interrupted"))
                continue
            found = _attempt(problem, method, backend, exact, limit)
            if isinstance(found, str) and exact:
                # Some methods have no exact form; their floats are still an opinion.
                found = _attempt(problem, method, backend, False, limit)
            if isinstance(found, str):
                rows.append(_not_run(method, found))
            else:
                rows.append(_compared(found, reference, entry))
    return Comparison(reference, tuple(rows), limit)


def _interrupted(found: Result[Any] | None) -> bool:
    return found is not None and "interrupted" in found.report.raw_status


def _attempt(
    problem: Any, method: str, solver: str, exact: bool, time_limit: float | None
) -> Result[Any] | str:
    """The method's result, or why it does not take this problem."""
    try:
        return solve(problem, method, exact=exact, solver=solver, time_limit=time_limit)
    except OutOfReachError as error:
        return str(error)


def _not_run(method: str, why: str) -> Row:
    return Row(method, "", None, None, True, f"not run: {why}")


def _compared(
    found: Result[Any], reference: Result[Any], method: Method, exactly: str = ""
) -> Row:
    agrees, verdict = _verdict(found, reference, method)
    difference = None
    if found.value is not None and reference.value is not None:
        difference = found.value - reference.value
    name = f"{method.name}{exactly}"
    return Row(name, found.report.solver, found, difference, agrees, verdict)


def _verdict(found: Result[Any], reference: Result[Any], method: Method) -> tuple[bool, str]:
    if found.certificate is not None:
        failures = found.certificate.failures(found.problem)
        if failures:
            return False, f"certificate rejected: {failures[0]}"
    if found.value is None or reference.value is None:
        stopped = found.status is Status.NO_ANSWER
        impossible = found.status is reference.status is Status.INFEASIBLE
        return stopped or impossible, found.report.raw_status or str(found.status)
    slack = AGREEMENT * max(1.0, abs(reference.value))
    if found.exact_value is not None and reference.exact_value is not None:
        above = found.exact_value > reference.exact_value
        below = found.exact_value < reference.exact_value
    else:
        above = found.value > reference.value + slack
        below = found.value < reference.value - slack
    difference = abs(found.value - reference.value)
    if found.status is Status.FAILED:
        return False, f"failed: {found.report.raw_status}"
    costs = not found.problem.maximise
    better, worse = (below, above) if costs else (above, below)
    allowed = (above and method.role == "upper") or (below and method.role == "lower")
    wrong = f"{'ABOVE' if above else 'BELOW'} by {difference:.3g}"
    if better and not allowed and reference.status is Status.OPTIMAL:
        return False, wrong
    if worse and not allowed and found.status is Status.OPTIMAL:
        return False, wrong
    excess = 0.0 if found.bound is None else reference.value - found.bound
    if (-excess if costs else excess) > slack:
        side = "above" if costs else "below"
        return False, f"its bound {found.bound:.10g} is {side} the optimum"
    if better and allowed:
        return True, f"{'cheaper' if costs else 'more'} by {difference:.3g}, being a {method.name}"
    if worse:
        return True, f"{'dearer' if costs else 'short'} by {difference:.3g}"
    if found.certificate is not None:
        return True, "certificate holds"
    return True, "agrees exactly" if found.exact_value is not None else "agrees"


def _row_dict(row: Row) -> dict[str, Any]:
    found = row.result
    return {
        "method": row.method,
        "solver": row.solver,
        "status": None if found is None else str(found.status),
        "value": None if found is None else found.value,
        "exact_value": None
        if found is None or found.exact_value is None
        else rational_text(found.exact_value),
        "bound": None if found is None else found.bound,
        "difference": row.difference,
        "seconds": None if found is None else found.report.seconds,
        "agrees": row.agrees,
        "verdict": row.verdict,
    }


def _entries(row: Row) -> tuple[Entry, ...]:
    found = row.result
    name = row.method if row.solver in ("", "suasion") else f"{row.method} {row.solver}"
    if found is None:
        return name, None, None, None, None, row.verdict
    status, seconds = str(found.status), found.report.seconds
    return name, found.value, row.difference, status, seconds, row.verdict
