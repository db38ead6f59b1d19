"""Set cover: the cheapest of the given sets that together contain every element."""

from suasion.models.set_cover.cover import Cover
from suasion.models.set_cover.instance import SetCover

__all__ = ["Cover", "SetCover"]
