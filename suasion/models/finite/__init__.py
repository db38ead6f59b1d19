"""Persuasion with any finite numbers of states, actions and types."""

from suasion.models.finite.instance import FinitePersuasion

__all__ = ["FinitePersuasion"]
