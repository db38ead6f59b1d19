"""Threshold queries against the sort of the same array, and the interval program.

Run with ``python benchmarks/threshold_queries.py``; prints the tables of benchmarks/README.md.
Compilation happens before anything is timed. Ratios within one run are what counts: the sort and
the solve see the same machine.
"""

from __future__ import annotations

import platform
import resource
import statistics
import sys
import time

import numpy as np

import suasion
from suasion import BinaryPersuasion, QuerySelection, ThresholdQueries, solve

TYPES = 1_000_000
REPEATS = 5


def seconds(action) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def peak_gigabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def million(upper: float, budgets: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    beliefs = rng.uniform(0, upper, TYPES)
    weights = rng.exponential(size=TYPES)
    weights /= weights.sum()
    print(f"\n| beliefs in (0, {upper:g}), M cuts | solve / argsort | min-max | gap | status |")
    print("| ---: | ---: | ---: | ---: | --- |")
    for budget in budgets:
        ratios = []
        for _ in range(REPEATS):
            base = seconds(lambda: np.argsort(beliefs, kind="stable"))

            def answer(budget=budget):
                # A fresh instance: validation and its own sort are part of the time.
                instance = BinaryPersuasion(weights, beliefs)
                return solve(QuerySelection(instance, ThresholdQueries(), budget=budget))

            started = time.perf_counter()
            result = answer()
            ratios.append((time.perf_counter() - started) / base)
        spread = f"{min(ratios):.1f}-{max(ratios):.1f}"
        middle = statistics.median(ratios)
        print(f"| {budget:,} | {middle:.1f} | {spread} | {result.gap:.0e} | {result.status} |")


def adaptive(types: int, budget: int | None) -> None:
    rng = np.random.default_rng(0)
    instance = BinaryPersuasion(np.full(types, 1 / types), rng.uniform(0, 1, types))
    costs = 1e-3 if budget is None else rng.uniform(1e-4, 3e-3, types - 1)
    problem = QuerySelection(
        instance, ThresholdQueries(), budget=budget, adaptive=True, costs=costs
    )
    taken = seconds(lambda: solve(problem))
    rounds = "no limit" if budget is None else budget
    print(f"| {types:,} | {rounds} | {taken:.1f} | {peak_gigabytes():.2f} |")


def main() -> None:
    versions = f"suasion {suasion.__version__}, Python {platform.python_version()}"
    print(f"{versions}, numpy {np.__version__}, {platform.machine()}, {sys.platform}")
    warm = np.random.default_rng(1)
    for upper in (0.5, 1.0):
        sample = warm.uniform(0, upper, 200_000)
        for budget in (2, 100):
            small = BinaryPersuasion(np.full(200_000, 1 / 200_000), sample)
            solve(QuerySelection(small, ThresholdQueries(), budget=budget))
    small = BinaryPersuasion(np.full(400, 1 / 400), sample[:400])
    for rounds in (None, 2):
        solve(QuerySelection(small, ThresholdQueries(), rounds, adaptive=True, costs=0.01))
    print("\n| adaptive with costs: types | rounds | seconds | peak GB |")
    print("| ---: | ---: | ---: | ---: |")
    adaptive(5_000, None)
    adaptive(1_000, 10)
    budgets = (1, 3, 7, 10, 100, 1_000, 10_000, 100_000)
    before = peak_gigabytes()
    million(0.5, budgets)
    million(1.0, budgets)
    print(f"\nPeak memory {peak_gigabytes():.2f} GB, {before:.2f} GB before the million types.")


if __name__ == "__main__":
    main()
