"""Whether every method ends in time: too large an instance, a limit of two seconds, then Ctrl-C.

Each run has a process of its own, in which a small instance of the same kind is solved first, so
that loading and compiling do not count. Printed are the seconds until `suasion.solve` returned
after a limit of two seconds, and after a Ctrl-C one second into a run without a limit.

    python benchmarks/time_limits.py [--only WORD] [--limit 2]
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np

# A run that is still going then is ended and shown as ">60".
PATIENCE = 60.0


def _binary(n: int, seed: int = 0) -> Any:
    from suasion import BinaryPersuasion

    rng = np.random.default_rng(seed)
    weights = rng.exponential(size=n)
    return BinaryPersuasion(weights / weights.sum(), rng.random(n))


def _finite(n: int, d: int, k: int, seed: int = 0) -> Any:
    from suasion import load

    rng = np.random.default_rng(seed)
    types = [
        {
            "weight": 1 / n,
            "belief": belief.tolist(),
            "receiver_utility": rng.normal(size=(d, k)).tolist(),
        }
        for belief in rng.dirichlet(np.ones(d), size=n)
    ]
    document: dict[str, Any] = {"kind": "finite-persuasion", "types": types}
    document["states"] = [f"s{i}" for i in range(d)]
    document["actions"] = [f"a{i}" for i in range(k)]
    document["sender_utility"] = rng.random((d, k)).tolist()
    return load(document)


def _partition(n: int, m: int, budget: int = 5, adaptive: bool = False, cells: int = 2) -> Any:
    from suasion import PartitionQueries, QuerySelection

    labels = np.random.default_rng(1).integers(0, cells, (m, n))
    return QuerySelection(_binary(n), PartitionQueries.from_labels(labels), budget, adaptive)


def _cuts(n: int, budget: int, adaptive: bool = False, costs: Any = None) -> Any:
    from suasion import QuerySelection, ThresholdQueries

    return QuerySelection(_binary(n), ThresholdQueries(), budget, adaptive, costs)


def _cuts_listed(n: int, adaptive: bool, cost: float | None) -> Any:
    from suasion import PartitionQueries, QuerySelection

    instance = _binary(n)
    place = np.argsort(instance.order)
    labels = (place[None, :] >= np.arange(1, n)[:, None]).astype(int)
    return QuerySelection(instance, PartitionQueries.from_labels(labels), n // 4, adaptive, cost)


def _finite_queries(n: int, m: int, adaptive: bool = False) -> Any:
    from suasion import PartitionQueries, QuerySelection

    labels = np.random.default_rng(1).integers(0, 2, (m, n))
    oracle = PartitionQueries.from_labels(labels)
    return QuerySelection(_finite(n, 3, 3), oracle, 4, adaptive)


def _simulation(n: int, d: int = 3, k: int = 3) -> Any:
    from suasion import QuerySelection, SimulationQueries

    return QuerySelection(_finite(n, d, k), SimulationQueries(), 3)


def _cover(elements: int, sets: int) -> Any:
    from suasion import SetCover

    rng = np.random.default_rng(2)
    chosen = [np.flatnonzero(row).tolist() for row in rng.random((sets, elements)) < 0.05]
    return SetCover(
        elements, [*chosen, list(range(elements))], costs=[*rng.uniform(1, 2, sets), 99]
    )


# Name -> small instance, large instance, method, solver.
CASES: dict[str, tuple[Callable[[], Any], Callable[[], Any], str, str]] = {
    "messaging closed-form": (
        lambda: _binary(5),
        lambda: _binary(3_000_000),
        "closed-form",
        "highs",
    ),
    "messaging lp": (lambda: _binary(5), lambda: _binary(200_000), "lp", "highs"),
    "messaging lp pulp:CBC": (lambda: _binary(5), lambda: _binary(200_000), "lp", "pulp:CBC"),
    "messaging lp cvxpy": (lambda: _binary(5), lambda: _binary(100_000), "lp", "cvxpy:CLARABEL"),
    "messaging reporting": (lambda: _binary(5), lambda: _binary(300), "reporting", "highs"),
    "messaging brute-force": (lambda: _binary(5), lambda: _binary(16), "brute-force", "highs"),
    "thresholds dp": (lambda: _cuts(50, 3), lambda: _cuts(1_000_000, 1000), "dp", "highs"),
    "thresholds dp adaptive": (
        lambda: _cuts(50, 3, True, 0.001),
        lambda: _cuts(4_000, 12, True, 0.0001),
        "dp",
        "highs",
    ),
    "thresholds algorithm-1": (
        lambda: _cuts(20, 3),
        lambda: _cuts(300, 100),
        "algorithm-1",
        "highs",
    ),
    "thresholds greedy": (
        lambda: _cuts(20, 3),
        lambda: _cuts(1_000_000, 10_000),
        "greedy",
        "highs",
    ),
    "thresholds brute-force": (lambda: _cuts(8, 3), lambda: _cuts(20, 9), "brute-force", "highs"),
    "partition auto": (lambda: _partition(50, 20), lambda: _partition(300, 200), "auto", "highs"),
    "partition branch-and-bound": (
        lambda: _partition(50, 20),
        lambda: _partition(3_000, 2_000),
        "branch-and-bound",
        "highs",
    ),
    "partition local-search": (
        lambda: _partition(50, 20),
        lambda: _partition(3_000, 2_000),
        "local-search",
        "highs",
    ),
    "partition greedy": (
        lambda: _partition(50, 20),
        lambda: _partition(5_000, 4_000, 500),
        "greedy",
        "highs",
    ),
    "partition mip": (lambda: _partition(20, 10), lambda: _partition(300, 200), "mip", "highs"),
    "partition mip large": (
        lambda: _partition(20, 10),
        lambda: _partition(600, 200),
        "mip",
        "highs",
    ),
    "partition mip pulp:CBC": (
        lambda: _partition(20, 10),
        lambda: _partition(300, 200),
        "mip",
        "pulp:CBC",
    ),
    "partition mip pulp:HiGHS": (
        lambda: _partition(20, 10),
        lambda: _partition(300, 200),
        "mip",
        "pulp:HiGHS",
    ),
    "partition brute-force": (
        lambda: _partition(20, 10),
        lambda: _partition(100, 40, 4),
        "brute-force",
        "highs",
    ),
    "partition dp adaptive": (
        lambda: _partition(50, 20, 3, True),
        lambda: _partition(1_000, 500, 5, True),
        "dp",
        "highs",
    ),
    "partition greedy adaptive": (
        lambda: _partition(50, 20, 3, True),
        lambda: _partition(2_000, 2_000, 100, True),
        "greedy",
        "highs",
    ),
    "partition brute-force adaptive": (
        lambda: _partition(20, 6, 2, True),
        lambda: _partition(60, 20, 3, True),
        "brute-force",
        "highs",
    ),
    "partition dp cuts": (
        lambda: _cuts_listed(20, False, None),
        lambda: _cuts_listed(3_000, False, None),
        "dp",
        "highs",
    ),
    "partition dp cuts adaptive": (
        lambda: _cuts_listed(20, True, 0.001),
        lambda: _cuts_listed(2_000, True, 0.0001),
        "dp",
        "highs",
    ),
    "finite vertices": (lambda: _finite(3, 3, 3), lambda: _finite(60, 4, 5), "vertices", "highs"),
    "finite profiles": (lambda: _finite(3, 3, 3), lambda: _finite(11, 4, 3), "profiles", "highs"),
    "finite column-generation": (
        lambda: _finite(3, 3, 3),
        lambda: _finite(60, 5, 5),
        "column-generation",
        "highs",
    ),
    "finite menu": (lambda: _finite(3, 3, 3), lambda: _finite(200, 5, 5), "menu", "highs"),
    "finite obedience": (
        lambda: _finite(1, 3, 3),
        lambda: _finite(1, 400, 400),
        "obedience",
        "highs",
    ),
    "simulation branch-and-bound": (
        lambda: _simulation(4),
        lambda: _simulation(40),
        "branch-and-bound",
        "highs",
    ),
    "simulation pricing": (
        lambda: _simulation(4),
        lambda: _simulation(30, 4, 4),
        "pricing",
        "highs",
    ),
    "simulation local-search": (
        lambda: _simulation(4),
        lambda: _simulation(40),
        "local-search",
        "highs",
    ),
    "simulation greedy": (lambda: _simulation(4), lambda: _simulation(40), "greedy", "highs"),
    "simulation brute-force": (
        lambda: _simulation(4),
        lambda: _simulation(9),
        "brute-force",
        "highs",
    ),
    "finite partition branch-and-bound": (
        lambda: _finite_queries(5, 4),
        lambda: _finite_queries(60, 40),
        "branch-and-bound",
        "highs",
    ),
    "finite partition dp adaptive": (
        lambda: _finite_queries(5, 4, True),
        lambda: _finite_queries(60, 40, True),
        "dp",
        "highs",
    ),
    "finite partition greedy": (
        lambda: _finite_queries(5, 4),
        lambda: _finite_queries(100, 100),
        "greedy",
        "highs",
    ),
    "cover mip": (lambda: _cover(20, 20), lambda: _cover(3_000, 3_000), "mip", "highs"),
    "cover mip pulp:CBC": (
        lambda: _cover(20, 20),
        lambda: _cover(3_000, 3_000),
        "mip",
        "pulp:CBC",
    ),
    "cover greedy": (lambda: _cover(20, 20), lambda: _cover(8_000, 8_000), "greedy", "highs"),
    "cover brute-force": (lambda: _cover(10, 10), lambda: _cover(30, 23), "brute-force", "highs"),
}


def run_case(name: str, limit: float | None) -> dict[str, Any]:
    """Solve the case in this process, with a limit or a Ctrl-C after one second."""
    from suasion import solve

    small, large, method, solver = CASES[name]
    solve(small(), method, solver=solver)
    problem = large()
    print("ready", file=sys.stderr, flush=True)
    began = time.perf_counter()
    if limit is None:
        threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()
    try:
        result = solve(problem, method, solver=solver, time_limit=limit)
        words = f"{result.status} {result.report.raw_status}".strip()
    except KeyboardInterrupt:
        words = "KeyboardInterrupt"
    except ValueError as error:
        words = f"refused: {error}"
    seconds = time.perf_counter() - began
    if words == "KeyboardInterrupt" or limit is not None:
        return {"seconds": seconds, "words": words}
    time.sleep(max(0.0, 1.1 - seconds))  # the signal is still to come
    return {"seconds": seconds, "words": words}


def measured(name: str, limit: float | None) -> str:
    """The seconds and the words of a case run in its own process."""
    command = [sys.executable, __file__, "--case", name]
    if limit is not None:
        command += ["--limit", str(limit)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return f"   >{PATIENCE:.0f}"
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            record = json.loads(line)
            return f"{record['seconds']:6.1f}  {record['words'][:40]}"
    return f"  died  {(done.stderr.strip().splitlines() or [''])[-1][:60]}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="")
    parser.add_argument("--case")
    parser.add_argument("--limit", type=float)
    arguments = parser.parse_args()
    if arguments.case:
        print(json.dumps(run_case(arguments.case, arguments.limit)))
        return
    limit = 2.0 if arguments.limit is None else arguments.limit
    print(f"{'case':<36}{f'limit {limit:g} s':<50}Ctrl-C after 1 s")
    for name in CASES:
        if arguments.only in name:
            print(f"{name:<36}{measured(name, limit):<50}{measured(name, None)}", flush=True)


if __name__ == "__main__":
    main()
