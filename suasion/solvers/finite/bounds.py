"""Bounds on what a single policy can earn, from questions that are easier."""

from __future__ import annotations

from dataclasses import dataclass

from suasion.errors import OutOfReachError, check_kind
from suasion.models.finite.instance import FinitePersuasion
from suasion.solvers.finite.programs import menu
from suasion.solvers.finite.subdivision import Subdivision
from suasion.solvers.options import Options


@dataclass(frozen=True)
class Bounds:
    """``max(no_information, full_revelation) <= V <= menu <= known_type``.

    Attributes
    ----------
    no_information, full_revelation : float
        What the sender earns if she says nothing, or all she knows.
    menu : float or None
        What she earns if the receiver can be asked for her type; None where it is not found.
    known_type : float
        What she earns if she knows the type.
    note : str
        Why `menu` is None: the program is too large, or how the solver ended.
    """

    no_information: float
    full_revelation: float
    menu: float | None
    known_type: float
    note: str = ""


def bounds(instance: FinitePersuasion) -> Bounds:
    """Bounds on V, two from policies that always work and two from what a sender could know.

    Time: a linear program of k d variables per type, and `menu_lp`.

    Examples
    --------
    >>> prosecutor = FinitePersuasion(
    ...     [1], [["7/10", "3/10"]], [[1, 0], [0, 1]], [[0, 1], [0, 1]]
    ... )
    >>> found = bounds(prosecutor)
    >>> found.no_information, round(found.full_revelation, 8), round(found.known_type, 8)
    (0.0, 0.3, 0.6)
    """
    check_kind(instance, FinitePersuasion, "instance", "give a FinitePersuasion")
    try:
        # A menu may be honest up to a tolerance only; the bound on all of them is sure.
        found = menu(instance, Options())
        value = found.bound
        note = "" if value is not None else found.report.raw_status
    except OutOfReachError as error:
        value, note = None, str(error)
    return Bounds(
        float(instance.no_information()),
        float(instance.full_revelation()),
        value,
        known_type_bound(instance),
        note,
    )


def known_type_bound(instance: FinitePersuasion) -> float:
    """What the sender earns if she knows the type: the sum of the types' own optima."""
    from suasion.solvers.finite.profile_master import single_type_prices

    subdivision = Subdivision.of(instance)
    gained = float(single_type_prices(subdivision).sum()) * subdivision.unit
    return float(instance.best_payoff()) + gained
