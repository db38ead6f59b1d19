"""Reductions: one ordered pair of problems per file, and one table of them."""

from suasion.reductions.reduction import Chain, Reduction
from suasion.reductions.table import KINDS, REDUCTIONS, Entry, reduced, route

__all__ = ["KINDS", "REDUCTIONS", "Chain", "Entry", "Reduction", "reduced", "route"]
