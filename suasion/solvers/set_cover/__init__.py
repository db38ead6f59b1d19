"""Set cover: the cheapest sets that contain every element, with a bound that proves it."""

from suasion.solvers.set_cover.bounds import lp_bound
from suasion.solvers.set_cover.greedy import GreedyCover, greedy_cover, without_redundant
from suasion.solvers.set_cover.preprocessing import Preprocessed, preprocessed

__all__ = [
    "GreedyCover",
    "Preprocessed",
    "greedy_cover",
    "lp_bound",
    "preprocessed",
    "without_redundant",
]
