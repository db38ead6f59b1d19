"""How hard the families of random instances are: one instance each, and a time limit."""

from __future__ import annotations

import argparse
import time
from typing import Any

from suasion import solve
from suasion.generate import generate
from suasion.reductions.table import reduced

# Family, size, budget, parameters.
QUERIES: list[tuple[str, int, int, dict[str, Any]]] = [
    ("partitions", 50, 5, {"receivers": "low"}),
    ("partitions", 100, 5, {"receivers": "low"}),
    ("intervals", 100, 5, {"receivers": "low"}),
    ("intervals", 100, 10, {"receivers": "low"}),
    ("noisy-thresholds", 1000, 10, {"noise": 0, "receivers": "low"}),
    ("noisy-thresholds", 50, 5, {"noise": 0.05, "receivers": "low"}),
    ("noisy-thresholds", 100, 6, {"noise": 0.02, "receivers": "low"}),
    ("sets", 100, 8, {}),
    ("sets", 100, 5, {}),
    ("laminar", 1000, 20, {"receivers": "low"}),
    ("laminar", 100, 10, {}),
    ("laminar", 500, 20, {}),
]
COVERS: list[tuple[str, int, dict[str, Any]]] = [
    ("density", 100, {}),
    ("density", 200, {}),
    ("density", 400, {"density": 0.01}),
    ("fixed-size", 300, {"set_size": 3}),
    ("fixed-size", 200, {}),
    ("fixed-size", 100, {"set_size": 10}),
    ("planted", 100, {"sets": 100}),
    ("planted", 100, {"sets": 1000}),
    ("steiner", 27, {}),
    ("steiner", 45, {}),
]
GRAPHS: list[tuple[str, int, dict[str, Any]]] = [
    ("gnp_random_graph", 100, {}),
    ("gnp_random_graph", 150, {}),
    ("gnp_random_graph", 1000, {"p": 0.002}),
    ("random_regular_graph", 200, {}),
    ("barabasi_albert_graph", 1000, {}),
    ("watts_strogatz_graph", 1000, {}),
    ("random_geometric_graph", 1000, {"radius": 0.05}),
    ("random_labeled_tree", 500, {}),
]


def report(name: str, problem: Any, limit: float) -> None:
    """Solve once to compile, then against the clock; a line of the table."""
    solve(problem, time_limit=0.5)
    started = time.perf_counter()
    result = solve(problem, time_limit=limit)
    seconds = time.perf_counter() - started
    proved = f"{seconds:.2g} s" if result.status == "optimal" else f"no: gap {result.gap:.1e}"
    print(f"| {name} | {result.value:.6g} | {result.bound:.6g} | {proved} |", flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--time-limit", type=float, default=10, help="seconds an instance")
    limit = parser.parse_args().time_limit
    print("| instance | value | bound | proved |\n| --- | ---: | ---: | --- |")
    for family, size, budget, parameters in QUERIES:
        problem = generate(family, size, 1, budget=budget, **parameters)
        report(f"{_shown(family, size, parameters)}, K {budget}", problem, limit)
    for family, size, parameters in COVERS:
        report(_shown(family, size, parameters), generate(family, size, 1, **parameters), limit)
    for family, size, parameters in GRAPHS:
        graph, name = generate(family, size, 1, **parameters), _shown(family, size, parameters)
        for problem in ("vertex-cover", "dominating-set"):
            report(f"{name}, {problem}", reduced(graph, [problem]).target, limit)


def _shown(family: str, size: int, parameters: dict[str, Any]) -> str:
    given = ", ".join(f"{word} {value}" for word, value in parameters.items())
    return f"{family} n {size}" + (f", {given}" if given else "")


if __name__ == "__main__":
    main()
