"""Messaging policies by way of direct reporting: a second formulation, with its own rows."""

from __future__ import annotations

from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.binary.policy import MessagingPolicy
from suasion.models.binary.reporting_lp import exact_reporting_lp, public_messages, reporting_lp
from suasion.results import Result
from suasion.solvers.binary.program_policies import Route, answered
from suasion.solvers.options import Options, limited

# n^2 rows: 300 types take 4 s, and what is beyond that has better methods.
LARGEST_REPORTING = 300
LARGEST_EXACT_REPORTING = 150


def reporting(instance: BinaryPersuasion, options: Options) -> Result[MessagingPolicy]:
    """The reporting LP: each type names itself and is told, in private, whether to act.

    With linear receivers its optimum is V (see `reporting_lp`), so the answer is the public policy
    on which every type acts as often as it was told to; it is valued by itself, and bounded by
    weak duality of the reporting LP. Takes any solver, as method "lp" does.

    With ``exact=True`` (on HiGHS) the optimal basis is solved in rationals, and the result carries
    a certificate about the reporting LP.

    Examples
    --------
    >>> from suasion import solve
    >>> instance = BinaryPersuasion(["1/2", "1/2"], ["2/5", "9/10"])
    >>> solve(instance, "reporting", exact=True).exact_value
    Fraction(221, 250)
    """
    limited("reporting", len(instance), LARGEST_REPORTING, "types", '"closed-form"')
    return answered(ROUTE, instance, options)


ROUTE = Route(
    "reporting", reporting_lp, exact_reporting_lp, public_messages, LARGEST_EXACT_REPORTING
)
