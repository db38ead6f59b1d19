"""How questions are answered: one table of methods per kind of question, one `solve` for all."""

from __future__ import annotations

import difflib
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack, overload

from suasion.errors import InputError, OutOfReachError, WrongKindError, check_kind
from suasion.models.binary.discretization import DiscretizedPersuasion
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.finite.instance import FinitePersuasion
from suasion.models.queries.selection import QuerySelection
from suasion.models.set_cover.instance import SetCover
from suasion.results import Report, Result, concluded
from suasion.solvers.clock import Progress
from suasion.solvers.method import Method, named
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

# What is asked, in the words of its file -> its table of methods, read when asked for. "auto" is a
# function of its own where it chooses, else the first method.
TABLES = {
    "binary-persuasion": "suasion.solvers.binary.methods:METHODS",
    "discretized-persuasion": "suasion.solvers.binary.methods:METHODS",
    "query-selection (threshold)": "suasion.solvers.threshold.methods:METHODS",
    "query-selection (threshold, adaptive)": "suasion.solvers.threshold.methods:METHODS",
    "query-selection (partition)": "suasion.solvers.partition.methods:METHODS",
    "query-selection (partition, adaptive)": "suasion.solvers.partition.methods:ADAPTIVE",
    "query-selection (partition, rules)": "suasion.solvers.ruled.methods:METHODS",
    "query-selection (partition, finite)": "suasion.solvers.simulation.methods:PARTITIONS",
    "query-selection (partition, finite, adaptive)": "suasion.solvers.simulation.methods:ADAPTIVE",
    "query-selection (partition, finite, rules)": "suasion.solvers.ruled.methods:FINITE",
    "query-selection (simulation, finite)": "suasion.solvers.simulation.methods:METHODS",
    "query-selection (simulation, finite, adaptive)": (
        "suasion.solvers.simulation.methods:ADAPTIVE"
    ),
    "finite-persuasion (one type)": "suasion.solvers.finite.methods:ONE_TYPE",
    "finite-persuasion": "suasion.solvers.finite.methods:METHODS",
    "set-cover": "suasion.solvers.set_cover.methods:METHODS",
}


def asked(problem: Any) -> str:
    """What is asked, in the words of its file: a key of `TABLES`."""
    kind = str(getattr(problem, "kind", ""))
    if kind == "query-selection":
        words = [problem.oracle.kind]
        words += ["finite"] * (problem.persuasion.kind == "finite-persuasion")
        words += ["adaptive"] * problem.adaptive + ["rules"] * bool(problem.rules)
        kind = f"{kind} ({', '.join(words)})"
    elif kind == "finite-persuasion" and len(problem) == 1:
        kind = f"{kind} (one type)"
    if kind in TABLES:
        return kind
    raise WrongKindError(
        f"problem is a {type(problem).__name__}; give a BinaryPersuasion, FinitePersuasion, "
        "DiscretizedPersuasion, QuerySelection or SetCover (suasion.load reads one from a file)."
    )


def methods_of(kind: str) -> dict[str, Method]:
    """The methods in a key's table by name, "auto" first where it is a function of its own."""
    return {method.name: method for method in named(TABLES[kind])}


def methods(problem: Any) -> tuple[str, ...]:
    """Names of the methods for `problem`, the default first."""
    return tuple(name for name in methods_of(asked(problem)) if name != "auto")


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
    table = methods_of(asked(problem))
    if method == "auto" and method not in table:
        method = next(iter(table))
    if is_user_name(method):
        run = _own_method(method)
    elif method in table:
        run = table[method].run
    else:
        near = difflib.get_close_matches(method, table, n=1)
        hint = f'; did you mean "{near[0]}"?' if near else "."
        raise InputError(
            f'method "{method}" does not apply to {asked(problem)}; choose from auto, '
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
    if problem.kind == "discretized-persuasion":
        return problem.down, problem.up
    if problem.kind == "query-selection" and problem.persuasion.kind == "discretized-persuasion":
        return problem.with_persuasion(problem.persuasion.down), problem.with_persuasion(
            problem.persuasion.up
        )
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
