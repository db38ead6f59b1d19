"""Tables of the methods for finite persuasion, of many types and of one."""

from suasion.solvers.method import LP_SOLVERS, Method

BESIDE = (
    Method(
        "vertices",
        "suasion.solvers.finite.vertices:by_vertices",
        program="suasion.models.finite.vertices:vertex_lp",
    ),
    Method(
        "profiles",
        "suasion.solvers.finite.programs:profiles",
        program="suasion.models.finite.profile_lp:complete_profile_lp",
    ),
    Method("column-generation", "suasion.solvers.finite.column_generation:column_generation"),
    Method(
        "menu",
        "suasion.solvers.finite.programs:menu",
        "upper",
        program="suasion.models.finite.menu_lp:menu_lp",
    ),
)
METHODS = (Method("auto", "suasion.solvers.finite.auto:finite_auto"), *BESIDE)
ONE_TYPE = (
    Method(
        "obedience",
        "suasion.solvers.finite.programs:obedience",
        program="suasion.models.finite.profile_lp:complete_profile_lp",
        solvers=LP_SOLVERS,
    ),
    *BESIDE,
)
