"""Random instances, the same for the same seed: receivers, queries, set covers and graphs."""

from suasion.generate.families import FAMILIES, families, generate, planted_cover
from suasion.generate.family import Family, Parameter

__all__ = ["FAMILIES", "Family", "Parameter", "families", "generate", "planted_cover"]
