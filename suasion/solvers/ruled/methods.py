"""Tables of the methods for partition queries with rules, about binary and finite persuasion."""

from suasion.solvers.method import MIP_SOLVERS, Method

HERE = "suasion.solvers.ruled.answering"
BRANCH_AND_BOUND = Method("branch-and-bound", f"{HERE}:ruled_branch_and_bound")
LOCAL_SEARCH = Method("local-search", f"{HERE}:ruled_local_search", "lower")
GREEDY = Method("greedy", f"{HERE}:ruled_greedy", "lower")

METHODS = (
    BRANCH_AND_BOUND,
    Method(
        "mip",
        f"{HERE}:ruled_mip",
        program="suasion.models.queries.query_mip:query_mip",
        solvers=MIP_SOLVERS,
    ),
    LOCAL_SEARCH,
    GREEDY,
    Method("brute-force", "suasion.solvers.partition.enumeration:partition_brute_force"),
)
FINITE = (
    BRANCH_AND_BOUND,
    LOCAL_SEARCH,
    GREEDY,
    Method("brute-force", f"{HERE}:ruled_finite_brute_force"),
)
