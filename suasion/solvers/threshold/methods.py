"""Table of the methods for threshold queries."""

from suasion.solvers.method import Method

METHODS = (
    Method("dp", "suasion.solvers.threshold.dp:threshold_dp"),
    Method("algorithm-1", "suasion.solvers.threshold.reference:algorithm_1"),
    Method("brute-force", "suasion.solvers.threshold.reference:threshold_brute_force"),
    Method("greedy", "suasion.solvers.threshold.greedy:threshold_greedy", "lower"),
)
