"""Tables of the methods for queries about finite persuasion: simulations, or partitions."""

from suasion.solvers.method import Method

BRANCH_AND_BOUND = Method(
    "branch-and-bound", "suasion.solvers.simulation.answering:finite_branch_and_bound"
)
LOCAL_SEARCH = Method(
    "local-search", "suasion.solvers.simulation.answering:finite_local_search", "lower"
)
GREEDY = Method("greedy", "suasion.solvers.simulation.answering:finite_greedy", "lower")
BRUTE_FORCE = Method("brute-force", "suasion.solvers.simulation.answering:finite_brute_force")

METHODS = (
    BRANCH_AND_BOUND,
    Method("pricing", "suasion.solvers.simulation.pricing:by_pricing", "lower"),
    LOCAL_SEARCH,
    GREEDY,
    BRUTE_FORCE,
)
PARTITIONS = (BRANCH_AND_BOUND, LOCAL_SEARCH, GREEDY, BRUTE_FORCE)
ADAPTIVE = (
    Method("dp", "suasion.solvers.simulation.answering:finite_dp"),
    GREEDY,
    BRUTE_FORCE,
)
