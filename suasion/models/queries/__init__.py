"""Query selection: what can be asked, which queries to ask, and what they tell."""

from suasion.models.queries.selection import QuerySelection

__all__ = ["QuerySelection"]
