"""What queries are worth against the budget: at once, in turn and greedily, with bounds."""

from suasion.solvers.frontier.points import Frontier, FrontierPoint
from suasion.solvers.frontier.search import frontier

__all__ = ["Frontier", "FrontierPoint", "frontier"]
