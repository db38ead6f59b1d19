"""Which method answers a finite instance."""

from __future__ import annotations

from suasion.models.finite.instance import FinitePersuasion
from suasion.models.finite.policy import FinitePolicy
from suasion.results import Result
from suasion.solvers.finite.column_generation import column_generation
from suasion.solvers.finite.subdivision import Subdivision
from suasion.solvers.finite.vertices import LARGEST_WORK, by_vertices
from suasion.solvers.options import Options


def finite_auto(instance: FinitePersuasion, options: Options) -> Result[FinitePolicy]:
    """Vertices while they can be listed, else column generation; with ``exact`` vertices."""
    if options.exact or Subdivision.of(instance).work <= LARGEST_WORK:
        return by_vertices(instance, options)
    return column_generation(instance, options)
