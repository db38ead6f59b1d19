"""One run of a study: what identifies it, how it is solved, and what is recorded of it."""

from __future__ import annotations

import json
import math
import platform
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.generate import family_named, generate
from suasion.io import load
from suasion.io.graphs import has_graph_ending, read_graph
from suasion.models.numbers.digits import rational_text
from suasion.models.queries.selection import QuerySelection
from suasion.models.set_cover.instance import SetCover
from suasion.reductions.table import reduced
from suasion.results import Result
from suasion.solvers.compiled import machine_codes
from suasion.solvers.solve import solve
from suasion.version import __version__

# A run as it is written: its key and what came of it.
Record = dict[str, Any]

KEY = (
    *("block", "family", "file", "size", "parameters", "reduce"),
    *("budget", "method", "options", "seed"),
)
PROVED = ("optimal", "infeasible", "unbounded")
FAILED = "failed"
NOTHING: Record = {
    "status": FAILED,
    **dict.fromkeys(("value", "exact_value", "bound", "gap", "seconds", "nodes", "ran")),
    **dict.fromkeys(("solver", "solver_version", "note", "sense", "instance", "target")),
    "error": None,
}


@dataclass(frozen=True)
class Run:
    """A point of the grid.

    Attributes
    ----------
    block : str
        Name of the block it belongs to.
    family, size, parameters
        Arguments of `suasion.generate.generate`; family and size are None for a file.
    file : str or None
        The instance's file, as the specification names it.
    reduce : list of str
        Reductions applied to the instance, in this order.
    budget : int or None
        None: what the family or the file says.
    method, options
        Arguments of `suasion.solve`.
    seed : int
        Of the instance and of the method.
    path : str or None
        Where the file is.
    hard_limit : float
        Seconds after which the run is stopped.
    """

    block: str
    family: str | None
    file: str | None
    size: int | None
    parameters: dict[str, Any]
    reduce: list[str]
    budget: int | None
    method: str
    options: dict[str, Any]
    seed: int
    path: str | None = None
    hard_limit: float = math.inf

    @cached_property
    def identity(self) -> str:
        """The key as text: equal for equal runs."""
        return identity(asdict(self))


def identity(record: Mapping[str, Any]) -> str:
    """The key of a record as text."""
    return json.dumps({name: record[name] for name in KEY}, sort_keys=True)


def recorded(run: Mapping[str, Any], outcome: Record, study: str, attempt: int) -> Record:
    """The line that is written about a run (a `Run` as a dictionary)."""
    return {
        "study": study,
        **{name: run[name] for name in KEY},
        **NOTHING,
        "versions": {
            "suasion": __version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
        },
        "machine": platform.node(),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        **outcome,
        "attempt": attempt,
    }


def outcome_of(run: Mapping[str, Any]) -> Record:
    """Make the instance, solve it and say what came of it; what goes wrong is told, not raised."""
    try:
        return _outcome(run)
    except Exception as error:
        kind = "" if isinstance(error, ValueError) else f"{type(error).__name__}: "
        return {"error": f"{kind}{error}" if str(error) else type(error).__name__}


def _outcome(run: Mapping[str, Any]) -> Record:
    instance, later = instance_of(run)
    problem = reduced(instance, run["reduce"], **later).target if run["reduce"] else instance
    result = solved(problem, run)
    failed = result.status == FAILED
    return {
        "status": str(result.status),
        "value": _finite(result.value),
        "exact_value": None if result.exact_value is None else rational_text(result.exact_value),
        "bound": _finite(result.bound),
        "gap": result.gap,
        "seconds": result.report.seconds,
        "nodes": result.report.nodes,
        "ran": result.method,
        "solver": result.report.solver,
        "solver_version": result.report.version,
        "note": result.report.raw_status,
        "sense": "min" if isinstance(problem, SetCover) else "max",
        "instance": sizes(instance),
        "target": sizes(problem) if run["reduce"] else None,
        "error": (result.report.raw_status or "the solver failed") if failed else None,
    }


def instance_of(run: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The instance of a run, read or drawn; and its budget if that is for the reductions."""
    budget: dict[str, Any] = {} if run["budget"] is None else {"budget": run["budget"]}
    if run["path"] is None:
        taken = [parameter.name for parameter in family_named(run["family"]).parameters]
        later = budget if run["reduce"] and "budget" not in taken else {}
        options = run["parameters"] if later else {**run["parameters"], **budget}
        return generate(run["family"], run["size"], run["seed"], **options), later
    path = run["path"]
    problem = read_graph(path) if has_graph_ending(path) else load(path)
    if budget and isinstance(problem, QuerySelection):
        return problem.with_budget(run["budget"]), {}
    if budget and not run["reduce"]:
        raise InputError(
            f"{run['file']} has no queries, so a budget of {run['budget']} means nothing; leave "
            "budgets out."
        )
    return problem, budget


def solved(problem: Any, run: Mapping[str, Any]) -> Result[Any]:
    """The result; solved again if code was loaded or compiled on the way, which is not timed."""
    before = _code()
    result = solve(problem, run["method"], seed=run["seed"], **run["options"])
    if _code() != before:
        result = solve(problem, run["method"], seed=run["seed"], **run["options"])
    return result


def _code() -> tuple[int, int]:
    return len(sys.modules), machine_codes()


def sizes(problem: Any) -> dict[str, int]:
    """How large an instance is, in the units of its kind."""
    if isinstance(problem, QuerySelection):
        return {"types": len(problem.persuasion), "queries": problem.query_count}
    if isinstance(problem, SetCover):
        return {"universe": problem.universe, "sets": len(problem.sets)}
    if hasattr(problem, "number_of_edges"):
        return {"vertices": len(problem), "edges": int(problem.number_of_edges())}
    return {"types": len(problem)}


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)
