"""How methods scale: closed form, dynamic program, Algorithm 1, LPs per backend, cold start.

Run with ``python benchmarks/methods.py``; prints the tables of benchmarks/README.md. Compilation
happens before anything is timed, except for the cold start, which never needs it.
"""

from __future__ import annotations

import math
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from suasion import BinaryPersuasion, QuerySelection, ThresholdQueries, methods, save, solve
from suasion.models.binary.messaging_lp import messaging_lp

REPEATS = 5
BACKENDS = ("highs", "pulp:CBC", "pulp:HiGHS", "cvxpy:CLARABEL", "cvxpy:HIGHS")


def instance(types: int, seed: int = 0) -> BinaryPersuasion:
    rng = np.random.default_rng(seed)
    return BinaryPersuasion(np.full(types, 1 / types), rng.uniform(0, 1, types))


def median_seconds(action) -> float:
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def exponent(sizes, times) -> float:
    """Slope of log time against log size between the two largest sizes."""
    (a, b), (s, t) = sizes[-2:], times[-2:]
    return math.log(t / s) / math.log(b / a)


def threshold(types: int, method: str) -> float:
    problem = QuerySelection(instance(types), ThresholdQueries(), budget=3)
    return median_seconds(lambda: solve(problem, method))


def scaling() -> None:
    print("\n| method | sizes | ms | exponent |\n| --- | --- | --- | ---: |")
    rows = {
        "closed-form": (
            (1_000, 10_000, 100_000, 1_000_000),
            lambda n: median_seconds(lambda: solve(instance(n), "closed-form")),
        ),
        "dp, M = 3": ((1_000_000, 2_000_000, 4_000_000), lambda n: threshold(n, "dp")),
        "algorithm-1, M = 3": ((50, 100, 200, 400), lambda n: threshold(n, "algorithm-1")),
    }
    for name, (sizes, run) in rows.items():
        times = [run(n) for n in sizes]
        shown = ", ".join(f"{1000 * t:.3g}" for t in times)
        listed = ", ".join(f"{n:,}" for n in sizes)
        print(f"| {name} | {listed} | {shown} | {exponent(sizes, times):.1f} |")
    ratio = threshold(400, "algorithm-1") / threshold(400, "dp")
    print(f"\nAt n = 400, M = 3 Algorithm 1 takes {ratio:.0f} times as long as dp.")


def row(*cells: object) -> None:
    print("| " + " | ".join(str(cell) for cell in cells) + " |")


def backends(sizes=(100, 1_000, 5_000)) -> None:
    print()
    row("messaging LP, time as a multiple of highs", *(f"n = {n:,}" for n in sizes))
    row("---", *("---:" for _ in sizes))
    made = {n: instance(n) for n in sizes}
    times = {}
    for solver in BACKENDS:
        for n in sizes:
            solve(made[n], "lp", solver=solver)
            times[solver, n] = median_seconds(lambda n=n, s=solver: solve(made[n], "lp", solver=s))
    builds = {n: median_seconds(lambda n=n: messaging_lp(made[n])) for n in sizes}
    row("building the program", *(f"{builds[n] / times['highs', n]:.2f}" for n in sizes))
    for solver in BACKENDS:
        row(solver, *(f"{times[solver, n] / times['highs', n]:.1f}" for n in sizes))
    row("highs, ms", *(f"{1000 * times['highs', n]:.3g}" for n in sizes))


def reporting(sizes=(10, 30, 100)) -> None:
    if "reporting" not in methods(instance(2)):
        return
    print("\n| types | reporting LP / messaging LP (both on highs) |\n| ---: | ---: |")
    for n in sizes:
        made = instance(n)
        ratio = median_seconds(lambda made=made: solve(made, "reporting")) / median_seconds(
            lambda made=made: solve(made, "lp")
        )
        print(f"| {n} | {ratio:.1f} |")


def cold_start() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "small.json")
        save(QuerySelection(instance(20), ThresholdQueries(), budget=2), path)
        code = "from suasion.cli import main; main()"
        command = [sys.executable, "-c", code, "solve", str(path)]
        bare = median_seconds(lambda: subprocess.run([sys.executable, "-c", "import numpy"]))
        cold = median_seconds(lambda: subprocess.run(command, stdout=subprocess.DEVNULL))
    print(f"\nCold start of `suasion solve` on 20 types: {cold:.2f} s,")
    print(f"{cold / bare:.1f} times a Python process that imports numpy.")


def main() -> None:
    for n in (200_000,):
        threshold(n, "dp")
    scaling()
    backends()
    reporting()
    cold_start()


if __name__ == "__main__":
    main()
