"""Instances for the benchmarks of partition queries: random families and binary tables.

An `Instance` holds plain arrays and imports suasion only when asked for the problem, so that a
process that measures another package can use it without loading ours.
"""

from __future__ import annotations

import json
import statistics
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from suasion import QuerySelection

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int32]

# Family -> what its queries are.
FAMILIES = {
    "p2": "random partitions into 2 cells",
    "p3": "random partitions into 3 cells",
    "p10": "random partitions into 10 cells",
    "p14": "random partitions into 14 cells",
    "int3": "intervals of the type order: 2 random cut points",
    "thr": "threshold cuts as partitions",
    "sc": "set cover: the elements of a random set are singletons, the other types one cell",
}
# "lo": all thresholds at most 1/2; "hi": on both sides of it.
REGIMES = {"lo": 0.5, "hi": 1.0}
# Share of the elements that are in a set of family "sc", in expectation.
SET_DENSITY = 0.2
# Runs of less than a second are repeated, and the median counts.
REPEATS = 5


@dataclass(frozen=True)
class Instance:
    """Types with weights and beliefs, and queries as labels of shape (queries, types)."""

    name: str
    weights: FloatArray
    beliefs: FloatArray
    labels: IntArray

    @property
    def low(self) -> bool:
        """Whether all thresholds are at most 1/2."""
        return bool(self.beliefs.max() <= 0.5)

    @property
    def cells(self) -> int:
        """Largest number of cells of a query."""
        return int(self.labels.max()) + 1

    def problem(self, budget: int, adaptive: bool = False) -> QuerySelection:
        """The instance as a question for `suasion.solve`."""
        from suasion import BinaryPersuasion, PartitionQueries, QuerySelection

        queries = [
            [np.flatnonzero(row == cell).tolist() for cell in range(int(row.max()) + 1)]
            for row in self.labels
        ]
        persuasion = BinaryPersuasion(self.weights, self.beliefs)
        return QuerySelection(persuasion, PartitionQueries(queries), budget, adaptive)


def random_instance(family: str, regime: str, types: int, queries: int, seed: int = 0) -> Instance:
    """Draw an instance: exponential weights, beliefs uniform on [0, 1/2] or [0, 1], sorted.

    In family "sc" there is type 0 and one type per element, all drawn alike; the type drawn
    first is type 0, wherever its belief falls in the order. A query of family "thr" is a
    random cut, all cuts if as many are asked for.
    """
    if family not in FAMILIES:
        raise ValueError(f'family is "{family}"; choose from {", ".join(FAMILIES)}.')
    rng = np.random.default_rng(seed)
    beliefs = rng.uniform(0, REGIMES[regime], types)
    weights = rng.exponential(size=types)
    weights /= weights.sum()
    order = np.argsort(beliefs, kind="stable")
    labels = np.array([_query(family, types, q, queries, order, rng) for q in range(queries)])
    name = f"{family} {regime} n{types} m{queries}"
    return Instance(name, weights[order], beliefs[order], labels.astype(np.int32))


def _query(
    family: str, types: int, query: int, queries: int, order: Any, rng: np.random.Generator
) -> Any:
    """Labels of one query, by position in the type order."""
    if family == "sc":
        inside = rng.random(types) < SET_DENSITY
        inside[0] = False
        inside = inside[order]
        return np.where(inside, np.cumsum(inside), 0)
    if family == "int3":
        cuts = np.sort(rng.choice(np.arange(1, types), 2, replace=False))
        return np.searchsorted(cuts, np.arange(types), side="right")
    if family == "thr":
        every = queries == types - 1
        cut = query + 1 if every else rng.integers(1, types)
        return (np.arange(types) >= cut).astype(int)
    drawn = rng.integers(0, int(family[1:]), types)
    return np.unique(drawn, return_inverse=True)[1]


def binary_table(path: Path) -> Instance:
    """Types from a whitespace-separated table of 0 and 1, the first column the class.

    Distinct rows are types, their frequency the weight, ``(k + 1) / (n + 2)`` the belief when k
    of n equal rows are of class 1; each other column that is not constant is a query.
    """
    rows = np.loadtxt(path, dtype=np.int32, ndmin=2)
    if not np.isin(rows, (0, 1)).all():
        raise ValueError(f"{path} has entries other than 0 and 1; give a binary table.")
    return _counted(path.stem, rows[:, 1:], rows[:, 0])


def shipped(name: str) -> Instance:
    """A real table that comes with suasion, as its example ``NAME-questions``."""
    from suasion import load
    from suasion.examples.catalogue import example_text

    problem: Any = load(json.loads(example_text(f"{name}-questions")))
    persuasion, labels = problem.persuasion, problem.oracle.labels
    return Instance(
        name, np.array(persuasion.weights), np.array(persuasion.beliefs), np.array(labels)
    )


def _counted(name: str, features: IntArray, outcome: IntArray) -> Instance:
    answers = [tuple(row) for row in features.tolist()]
    everyone = Counter(answers)
    ones = Counter(row for row, state in zip(answers, outcome, strict=True) if state == 1)
    types = list(everyone)
    counts = np.array([everyone[row] for row in types], dtype=np.float64)
    beliefs = (np.array([ones[row] for row in types]) + 1) / (counts + 2)
    labels = np.array(types, dtype=np.int32).T
    varies = labels.min(axis=1) < labels.max(axis=1)
    return Instance(name, counts / counts.sum(), beliefs, labels[varies])


def measured(
    problem: QuerySelection, method: str, time_limit: float | None, threads: int = 1
) -> dict[str, Any]:
    """Solve once to compile, then against the clock; a plain record with the median seconds.

    The first call stops after a second, so that long runs are not made twice; runs of less than
    a second are repeated. A method that does not apply, or not to this size, leaves a record of
    status "refused" and says why.
    """
    from suasion import solve

    warm_up = 1.0 if time_limit is None else min(1.0, time_limit)
    record: dict[str, Any] = {"method": method, "threads": threads, "time_limit": time_limit}
    times: list[float] = []
    try:
        solve(problem, method, time_limit=warm_up, threads=threads)
        while not times or (len(times) < REPEATS and times[-1] < 1):
            started = time.perf_counter()
            result = solve(problem, method, time_limit=time_limit, threads=threads)
            times.append(time.perf_counter() - started)
    except ValueError as refusal:
        return record | {"status": "refused", "seconds": None, "note": str(refusal)}
    return record | {
        "used": result.method,
        "status": str(result.status),
        "value": result.value,
        "bound": result.bound,
        "gap": result.gap,
        "nodes": result.report.nodes,
        "seconds": statistics.median(times),
        "note": result.report.raw_status,
    }


def shown(value: Any, pattern: str = "{}") -> str:
    """A number for a table, "-" where there is none."""
    return "-" if value is None else pattern.format(value)


def emit(record: dict[str, Any], line: str, as_json: bool) -> None:
    """Print a run: its line of the table, or its record as one line of JSON."""
    print(json.dumps(record) if as_json else line, flush=True)
