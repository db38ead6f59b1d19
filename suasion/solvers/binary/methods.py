"""Table of the methods for messaging policies."""

from suasion.solvers.method import LP_SOLVERS, Method

METHODS = (
    Method("closed-form", "suasion.solvers.binary.messaging:closed_form"),
    Method(
        "lp",
        "suasion.solvers.binary.messaging:explicit_lp",
        program="suasion.models.binary.messaging_lp:messaging_lp",
        solvers=LP_SOLVERS,
    ),
    Method(
        "reporting",
        "suasion.solvers.binary.reporting:reporting",
        program="suasion.models.binary.reporting_lp:reporting_lp",
    ),
    Method("brute-force", "suasion.solvers.binary.messaging:messaging_brute_force"),
    Method("published", "suasion.solvers.binary.messaging:published", "lower"),
)
