"""How questions are answered: `solve` is the one door, each room has its methods."""

from suasion.solvers.solve import methods, solve

__all__ = ["methods", "solve"]
