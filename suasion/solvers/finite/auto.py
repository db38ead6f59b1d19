"""Which method answers a finite instance."""

from __future__ import annotations

from suasion.models.finite import FinitePersuasion
from suasion.models.finite_policy import FinitePolicy
from suasion.results import Result
from suasion.solvers.finite.column_generation import column_generation
from suasion.solvers.finite.programs import obedience
from suasion.solvers.finite.subdivision import Subdivision
from suasion.solvers.finite.vertices import LARGEST_WORK, by_vertices
from suasion.solvers.options import Options


def finite_auto(instance: FinitePersuasion, options: Options) -> Result[FinitePolicy]:
    """The obedience program for one type; vertices while they can be listed; else columns.

    With ``exact`` the vertices, or the size they would be, whatever it is.
    """
    if len(instance) == 1:
        return obedience(instance, options)
    if options.exact or Subdivision.of(instance).work <= LARGEST_WORK:
        return by_vertices(instance, options)
    return column_generation(instance, options)
