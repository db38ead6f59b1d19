"""How questions are answered: one table of methods per kind of question, one `solve` for all."""

from __future__ import annotations

import difflib
import time
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack, overload

from suasion.errors import InputError, OutOfReachError, WrongKindError, check_kind
from suasion.models.binary.discretization import DiscretizedPersuasion
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.finite.instance import FinitePersuasion
from suasion.models.queries.partition_queries import PartitionQueries
from suasion.models.queries.selection import QuerySelection
from suasion.models.set_cover.instance import SetCover
from suasion.results import Report, Result, concluded
from suasion.solvers.clock import Progress
from suasion.solvers.options import Options
from suasion.user_code import is_user_name, user_object
from suasion.version import __version__

if TYPE_CHECKING:
    from suasion.models.binary.policy import MessagingPolicy
    from suasion.models.finite.menu_lp import Menu
    from suasion.models.finite.policy import FinitePolicy
    from suasion.models.queries.query_set import QuerySet
    from suasion.models.queries.query_tree import QueryTree
    from suasion.models.set_cover.cover import Cover
    from suasion.models.simulation.query_plan import QueryPlan

# Kind of question -> method -> function, as "module:function" so that solving one kind does not
# import the others. "auto" is a function of its own where it chooses, else the first method.
METHODS: dict[str, dict[str, str]] = {
    "messaging": {
        "closed-form": "binary.messaging:closed_form",
        "lp": "binary.messaging:explicit_lp",
        "reporting": "binary.reporting:reporting",
        "brute-force": "binary.messaging:messaging_brute_force",
        "published": "binary.messaging:published",
    },
    "threshold queries": {
        "dp": "threshold.dp:threshold_dp",
        "algorithm-1": "threshold.reference:algorithm_1",
        "brute-force": "threshold.reference:threshold_brute_force",
        "greedy": "threshold.greedy:threshold_greedy",
    },
    "partition queries": {
        "auto": "partition.auto:partition_auto",
        "branch-and-bound": "partition.methods:branch_and_bound",
        "mip": "partition.methods:mip",
        "dp": "partition.methods:partition_dp",
        "local-search": "partition.methods:local_search",
        "greedy": "partition.methods:partition_greedy",
        "brute-force": "partition.enumeration:partition_brute_force",
    },
    "adaptive partition queries": {
        "dp": "partition.methods:partition_dp",
        "greedy": "partition.methods:partition_greedy",
        "brute-force": "partition.enumeration:partition_brute_force",
    },
    "simulation queries": {
        "branch-and-bound": "simulation.methods:finite_branch_and_bound",
        "pricing": "simulation.pricing:by_pricing",
        "local-search": "simulation.methods:finite_local_search",
        "greedy": "simulation.methods:finite_greedy",
        "brute-force": "simulation.methods:finite_brute_force",
    },
    "partition queries of finite persuasion": {
        "branch-and-bound": "simulation.methods:finite_branch_and_bound",
        "local-search": "simulation.methods:finite_local_search",
        "greedy": "simulation.methods:finite_greedy",
        "brute-force": "simulation.methods:finite_brute_force",
    },
    "adaptive queries of finite persuasion": {
        "dp": "simulation.methods:finite_dp",
        "greedy": "simulation.methods:finite_greedy",
        "brute-force": "simulation.methods:finite_brute_force",
    },
    "finite persuasion of one type": {
        "obedience": "finite.programs:obedience",
        "vertices": "finite.vertices:by_vertices",
        "profiles": "finite.programs:profiles",
        "column-generation": "finite.column_generation:column_generation",
        "menu": "finite.programs:menu",
    },
    "finite persuasion": {
        "auto": "finite.auto:finite_auto",
        "vertices": "finite.vertices:by_vertices",
        "profiles": "finite.programs:profiles",
        "column-generation": "finite.column_generation:column_generation",
        "menu": "finite.programs:menu",
    },
    "set cover": {
        "mip": "set_cover.methods:cover_by_mip",
        "greedy": "set_cover.methods:cover_greedily",
        "brute-force": "set_cover.methods:cover_by_enumeration",
    },
}


def kind_of(problem: Any) -> str:
    """The kind of question: a key of `METHODS`."""
    if isinstance(problem, BinaryPersuasion | DiscretizedPersuasion):
        return "messaging"
    if isinstance(problem, QuerySelection):
        if isinstance(problem.persuasion, FinitePersuasion):
            if problem.adaptive:
                return "adaptive queries of finite persuasion"
            listed = isinstance(problem.oracle, PartitionQueries)
            return "partition queries of finite persuasion" if listed else "simulation queries"
        if not isinstance(problem.oracle, PartitionQueries):
            return "threshold queries"
        return "adaptive partition queries" if problem.adaptive else "partition queries"
    if isinstance(problem, SetCover):
        return "set cover"
    if isinstance(problem, FinitePersuasion):
        return "finite persuasion of one type" if len(problem) == 1 else "finite persuasion"
    raise WrongKindError(
        f"problem is a {type(problem).__name__}; give a BinaryPersuasion, FinitePersuasion, "
        "DiscretizedPersuasion, QuerySelection or SetCover (suasion.load reads one from a file)."
    )


def methods(problem: Any) -> tuple[str, ...]:
    """Names of the methods for `problem`, the default first."""
    return tuple(name for name in METHODS[kind_of(problem)] if name != "auto")


class SolveOptions(TypedDict, total=False):
    """Keyword arguments of `solve`, for its overloads."""

    exact: bool
    solver: str
    time_limit: float | None
    gap: float
    threads: int
    seed: int
    progress: Callable[[Progress], None] | None


@overload
def solve(
    problem: BinaryPersuasion | DiscretizedPersuasion[BinaryPersuasion],
    method: str = "auto",
    **options: Unpack[SolveOptions],
) -> Result[MessagingPolicy]: ...
@overload
def solve(  # type: ignore[overload-overlap]
    problem: FinitePersuasion, method: Literal["menu"], **options: Unpack[SolveOptions]
) -> Result[Menu]: ...
@overload
def solve(
    problem: FinitePersuasion, method: str = "auto", **options: Unpack[SolveOptions]
) -> Result[FinitePolicy]: ...
@overload
def solve(
    problem: QuerySelection, method: str = "auto", **options: Unpack[SolveOptions]
) -> Result[QuerySet | QueryTree | QueryPlan]: ...
@overload
def solve(
    problem: SetCover, method: str = "auto", **options: Unpack[SolveOptions]
) -> Result[Cover]: ...
def solve(
    problem: BinaryPersuasion
    | DiscretizedPersuasion[BinaryPersuasion]
    | FinitePersuasion
    | QuerySelection
    | SetCover,
    method: str = "auto",
    *,
    exact: bool = False,
    solver: str = "highs",
    time_limit: float | None = None,
    gap: float = 0.0,
    threads: int = 1,
    seed: int = 0,
    progress: Callable[[Progress], None] | None = None,
) -> Result[Any]:
    """Find an optimal messaging policy, optimal queries with their policies, or a cheapest cover.

    Parameters
    ----------
    problem : BinaryPersuasion, DiscretizedPersuasion, FinitePersuasion, QuerySelection or SetCover
        What to solve. A discretized continuum is answered with the policy for beliefs rounded
        down and the bound for beliefs rounded up.
    method : str
        "auto", or one of `methods(problem)`. Messaging: "closed-form" (default), "lp",
        "reporting" (a private experiment per reported type, up to 300 types), "brute-force",
        "published" (Proposition 4.1 as printed). Threshold queries: "dp" (default),
        "algorithm-1", "brute-force", "greedy". Partition queries: "branch-and-bound", "mip",
        "dp" (cuts, laminar families), "local-search", "greedy", "brute-force"; adaptive ones "dp",
        "greedy", "brute-force"; "auto" chooses by structure and size. Finite persuasion:
        "obedience" (one type), "vertices", "profiles", "column-generation", "menu" (the receiver
        reports her type: an upper bound). Set cover: "mip" (default),
        "greedy", "brute-force". Or a method of your own as "module:function": a function that
        takes the problem and `Options` and returns a `Result` (`suasion.testing.check_method`).
    exact : bool
        Compute in rationals: the value and, where proved, optimality are exact. Methods "lp" and
        "reporting" prove HiGHS's optimum in rationals; where that fails the answer is a float
        one and ``report.raw_status`` says why.
    solver : str
        For methods "lp", "reporting", "mip", "obedience", "profiles" and "menu", and the MIPs of
        "column-generation": "highs", "pulp:NAME" (CBC, HiGHS, ...); where no
        variable is integer also "cvxpy:NAME".
    time_limit : float, optional
        Seconds after which to return what was found, with its bound.
    gap : float
        Relative gap at which solvers, branch and bound and programs over trees may stop; the
        result is then "feasible" with its bound.
    threads, seed : int
        Passed to solvers that use them.
    progress : callable, optional
        Called now and then by long searches with a `suasion.solvers.clock.Progress`: the share
        of the work done, the best payoff so far, its bound, nodes and seconds.

    Returns
    -------
    Result
        Its ``answer`` is a `MessagingPolicy`, `FinitePolicy`, `Menu`, `QuerySet`, `QueryTree` or
        `Cover`.

    Raises
    ------
    ValueError
        For a method that does not apply, or a size out of its reach.

    Examples
    --------
    >>> from suasion import BinaryPersuasion, QuerySelection, ThresholdQueries, solve
    >>> talk = BinaryPersuasion.from_joint({"bad": ["0.4", "0.1"], "good": ["0.3", "0.2"]})
    >>> solve(talk, exact=True).exact_value
    Fraction(19, 40)
    >>> solve(QuerySelection(talk, ThresholdQueries(), budget=1), exact=True).exact_value
    Fraction(3, 5)
    """
    started = time.perf_counter()
    check_kind(method, str, "method", f"give a name: {', '.join(methods(problem))} or auto")
    options = Options(exact, solver, time_limit, gap, threads, seed, progress)
    table = METHODS[kind_of(problem)]
    if method == "auto" and method not in table:
        method = next(iter(table))
    if is_user_name(method):
        run = _own_method(method)
    elif method in table:
        run = _function(table[method])
    else:
        near = difflib.get_close_matches(method, table, n=1)
        hint = f'; did you mean "{near[0]}"?' if near else "."
        raise InputError(
            f'method "{method}" does not apply to {kind_of(problem)}; choose from auto, '
            f"{', '.join(methods(problem))}{hint}"
        )
    bracket = _bracket(problem)
    if exact and bracket is not None:
        raise OutOfReachError(
            "exact is not available for a discretized continuum, whose value is an interval; "
            "solve its down and up exactly instead."
        )
    result = run(problem, options) if bracket is None else _bracketed(run, bracket, options)
    if result.report.solver == "suasion" and not is_user_name(method):
        result = replace(result, report=replace(result.report, version=__version__))
    return result.timed(time.perf_counter() - started)


def _function(where: str) -> Callable[[Any, Options], Result[Any]]:
    module, name = where.split(":")
    function: Callable[[Any, Options], Result[Any]]
    function = getattr(import_module(f"suasion.solvers.{module}"), name)
    return function


def _own_method(name: str) -> Callable[[Any, Options], Result[Any]]:
    """A user's method, which must return a Result."""
    function = user_object(name, "method")

    def run(problem: Any, options: Options) -> Result[Any]:
        result = function(problem, options)
        remedy = (
            "return the Result that suasion.results.concluded makes of an answer and its bound"
        )
        check_kind(result, Result, f'what "{name}" returned', remedy)
        found: Result[Any] = result
        return found

    return run


def _bracket(problem: Any) -> tuple[Any, Any] | None:
    """The rounded-down and rounded-up forms of a discretized question."""
    if isinstance(problem, DiscretizedPersuasion):
        return problem.down, problem.up
    if isinstance(problem, QuerySelection) and isinstance(
        problem.persuasion, DiscretizedPersuasion
    ):
        down, up = problem.persuasion.down, problem.persuasion.up
        return problem.with_persuasion(down), problem.with_persuasion(up)
    return None


def _bracketed(
    run: Callable[[Any, Options], Result[Any]], bracket: tuple[Any, Any], options: Options
) -> Result[Any]:
    """The answer for beliefs rounded down, bounded by the optimum for beliefs rounded up."""
    down, up = (run(problem, options) for problem in bracket)
    if down.answer is None or up.bound is None:
        return down
    note = down.report.raw_status or up.report.raw_status
    return concluded(
        method=down.method,
        problem=down.problem,
        answer=down.answer,
        value=down.value if down.value is not None else 0.0,
        bound=up.bound,
        report=Report(
            down.report.solver, down.report.version, nodes=down.report.nodes, raw_status=note
        ),
    )
