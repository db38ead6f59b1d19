"""Table of the methods for set cover; the least is asked, so that what falls short costs more."""

from suasion.solvers.method import MIP_SOLVERS, Method

METHODS = (
    Method(
        "mip",
        "suasion.solvers.set_cover.answering:cover_by_mip",
        program="suasion.models.set_cover.mip:set_cover_mip",
        solvers=MIP_SOLVERS,
    ),
    Method("greedy", "suasion.solvers.set_cover.answering:cover_greedily", "upper"),
    Method("brute-force", "suasion.solvers.set_cover.answering:cover_by_enumeration"),
)
