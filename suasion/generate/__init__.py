"""Random instances, the same for the same seed: receivers, queries, set covers and graphs."""

from suasion.generate.families import FAMILIES, families, family_named, generate, planted_cover
from suasion.generate.family import KINDS, Family, Parameter

__all__ = [
    "FAMILIES",
    "KINDS",
    "Family",
    "Parameter",
    "families",
    "family_named",
    "generate",
    "planted_cover",
]
