"""Finite persuasion: vertices of the subdivision against batched brute force, and columns.

Run with ``python benchmarks/finite_persuasion.py``; it prints the tables of the README. Brute
force solves the equations of every set of d - 1 hyperplanes in numpy batches and keeps what is a
vertex; it is given the enumeration only, the method the whole call from instance to checked
policy. Times are medians of runs alternating between the two, compilation excluded, and only
their ratios are claimed.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from itertools import combinations, islice
from math import comb
from pathlib import Path
from typing import Any

import numpy as np

from suasion import FinitePersuasion, solve
from suasion.solvers.finite.bounds import bounds

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from finite_instances import random_instance

# Kind, states, actions, types.
SIZES = (
    ("common", 3, 5, 40),
    ("common", 4, 3, 40),
    ("common", 5, 3, 20),
    ("accept", 6, 2, 30),
    ("common", 6, 3, 8),
)
LARGE = (
    ("accept", 6, 2, 60),
    ("accept", 7, 2, 40),
    ("common", 5, 3, 60),
    ("common", 6, 3, 30),
    ("private", 6, 4, 12),
    ("match", 5, 5, 20),
    ("match", 6, 6, 10),
)
COLUMNS = (
    ("common", 3, 5, 40),
    ("common", 4, 3, 20),
    ("common", 5, 3, 25),
    ("accept", 6, 2, 30),
    ("match", 5, 5, 10),
    ("private", 6, 4, 12),
    ("accept", 6, 2, 60),
    ("match", 8, 8, 6),
)
BATCH = 50_000


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--time-limit", type=float, default=60.0)
    options = parser.parse_args()
    for kind, k in (("common", 3), ("accept", 2)):  # compiles
        solve(random_instance(kind, 4, k, 40), "vertices")
    compare(options.repeats)
    large()
    columns(options.time_limit)
    bound_table()


def compare(repeats: int) -> None:
    print("| instance | sets of hyperplanes | brute force s | vertices s | ratio |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for size in SIZES:
        instance = random_instance(*size)
        theirs, ours = alternating(
            lambda instance=instance: brute_force(instance),
            lambda instance=instance: solve(instance, "vertices"),
            repeats,
        )
        n, d, k = instance.shape
        sets = comb(n * comb(k, 2) + d, d - 1)
        print(f"| {named(size)} | {sets:,} | {theirs:.2f} | {ours:.3f} | {theirs / ours:.0f} |")
    print()


def large() -> None:
    print("| instance | vertices | seconds | value | gap |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for size in LARGE:
        result = solve(random_instance(*size), "vertices")
        print(f"| {named(size)} | {result.report.nodes:,} | {outcome(result)} |")
    print()


def columns(time_limit: float) -> None:
    print("| column generation | nodes of MIPs | seconds | value | gap |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for size in COLUMNS:
        result = solve(random_instance(*size), "column-generation", time_limit=time_limit)
        print(f"| {named(size)} | {result.report.nodes:,} | {outcome(result)} |")
    print()


def bound_table() -> None:
    print("| instance | no information | full revelation | value | menu | known type |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for size in (("common", 4, 3, 20), ("private", 4, 3, 14), ("match", 4, 4, 10)):
        instance = random_instance(*size)
        found, value = bounds(instance), solve(instance, "vertices").value
        row = (found.no_information, found.full_revelation, value, found.menu, found.known_type)
        print(f"| {named(size)} | " + " | ".join(f"{x:.4f}" for x in row) + " |")


def named(size: tuple[Any, ...]) -> str:
    kind, d, k, n = size
    return f"{kind} d={d} k={k} n={n}"


def outcome(result: Any) -> str:
    return f"{result.report.seconds:.2f} | {result.value:.7f} | {result.gap:.0e}"


def alternating(
    one: Callable[[], object], other: Callable[[], object], repeats: int
) -> tuple[float, float]:
    """Median seconds of two functions run in turns."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(repeats):
        for function, taken in zip((one, other), times, strict=True):
            started = time.perf_counter()
            function()
            taken.append(time.perf_counter() - started)
    return statistics.median(times[0]), statistics.median(times[1])


def brute_force(instance: FinitePersuasion) -> np.ndarray[Any, Any]:
    """Vertices of the best-response subdivision from all sets of d - 1 hyperplanes."""
    n, d, k = instance.shape
    scores = instance.scores() / instance.stakes[:, None, None]
    rows = np.array([(t, a, b) for t in range(n) for a, b in combinations(range(k), 2)])
    normals = np.concatenate([scores[rows[:, 0], rows[:, 1]] - scores[rows[:, 0], rows[:, 2]],
                              np.eye(d)])  # fmt: skip
    found = [np.empty((0, d))]
    for sets in batches(len(normals), d - 1):
        matrices = np.concatenate([normals[sets], np.ones((len(sets), 1, d))], axis=1)
        regular = np.abs(np.linalg.det(matrices)) > 1e-12
        sets, matrices = sets[regular], matrices[regular]
        x = np.linalg.solve(matrices, np.broadcast_to(np.eye(d)[-1, :, None], (len(sets), d, 1)))
        inside = x[:, :, 0].min(axis=1) >= -1e-10
        sets, x = sets[inside], np.maximum(x[inside, :, 0], 0)
        found.append(x[bounds_cells(sets, x, rows, scores)])
    points = np.concatenate(found)
    _, first = np.unique(np.round(points, 10), axis=0, return_index=True)
    return points[first]


def bounds_cells(sets: Any, x: Any, rows: Any, scores: Any) -> Any:
    """Whether both actions of every hyperplane of a set are best at its point."""
    n, k, d = scores.shape
    worth = (x @ scores.reshape(n * k, d).T).reshape(-1, n, k)
    most = worth.max(axis=2)
    true = np.ones(len(sets), dtype=bool)
    for column in sets.T:
        place = np.minimum(column, len(rows) - 1)
        t, a, b = rows[place].T
        each = np.arange(len(sets))
        best = np.minimum(worth[each, t, a], worth[each, t, b]) >= most[each, t] - 1e-9
        true &= best | (column >= len(rows))
    return true


def batches(count: int, size: int) -> Iterator[Any]:
    """Subsets of a range, as arrays of some thousands of rows."""
    subsets = combinations(range(count), size)
    while some := list(islice(subsets, BATCH)):
        yield np.array(some)


if __name__ == "__main__":
    main()
