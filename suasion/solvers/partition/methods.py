"""Tables of the methods for partition queries, asked at once and in turn."""

from suasion.solvers.method import MIP_SOLVERS, Method

DP = Method("dp", "suasion.solvers.partition.answering:partition_dp")
GREEDY = Method("greedy", "suasion.solvers.partition.answering:partition_greedy", "lower")
BRUTE_FORCE = Method("brute-force", "suasion.solvers.partition.enumeration:partition_brute_force")

METHODS = (
    Method("auto", "suasion.solvers.partition.auto:partition_auto"),
    Method("branch-and-bound", "suasion.solvers.partition.answering:branch_and_bound"),
    Method(
        "mip",
        "suasion.solvers.partition.answering:mip",
        program="suasion.models.queries.query_mip:query_mip",
        solvers=MIP_SOLVERS,
    ),
    DP,
    Method("local-search", "suasion.solvers.partition.answering:local_search", "lower"),
    GREEDY,
    BRUTE_FORCE,
)
ADAPTIVE = (DP, GREEDY, BRUTE_FORCE)
