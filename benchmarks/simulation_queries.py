"""Simulation queries: how many partitions there are, how long finding and choosing them takes.

Run with ``python benchmarks/simulation_queries.py``; about five minutes. Instances are random:
"match" (the action is to match the state), "common" (one utility for all), "accept" (two actions,
payoffs of either sign).
"""

from __future__ import annotations

import argparse
import time
from itertools import pairwise
from typing import Any

import numpy as np

from suasion import FinitePersuasion, QuerySelection, SimulationQueries, solve
from suasion.oracles import HiddenBelief, best_action
from suasion.solvers.clock import Clock
from suasion.solvers.simulation.cells import message_cells, partitions_of
from suasion.solvers.simulation.locating import least_depth, locating_tree
from suasion.solvers.simulation.shrinking import shrunk
from suasion.solvers.simulation.task import achievable_partitions

CELLS = [
    ("match", 3, 20), ("match", 3, 40), ("match", 4, 12), ("match", 4, 20), ("match", 5, 12),
    ("common", 3, 10), ("common", 3, 30), ("common", 4, 12), ("accept", 3, 40), ("accept", 4, 15),
    ("accept", 5, 10),
]  # fmt: skip
SELECTION = [
    ("match", 3, 12, 1), ("match", 3, 12, 2), ("match", 3, 12, 3), ("match", 3, 20, 2),
    ("common", 3, 12, 2), ("common", 3, 20, 2), ("accept", 3, 20, 3), ("common", 4, 10, 2),
]  # fmt: skip


def main() -> None:
    """Print the tables asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    names = {"cells": cells, "selection": selection, "locating": locating, "shrinking": shrinking}
    parser.add_argument("tables", nargs="*", choices=[*names, []], default=list(names))
    for name in parser.parse_args().tables:
        names[name]()
        print(flush=True)


def receivers(kind: str, d: int, n: int, seed: int = 0) -> FinitePersuasion:
    """A random instance; the sender prefers later actions."""
    rng = np.random.default_rng(seed)
    weights, beliefs = rng.dirichlet(np.ones(n)), rng.dirichlet(np.ones(d), size=n)
    if kind == "accept":
        payoffs = np.stack([np.zeros((n, d)), rng.normal(size=(n, d))], axis=2)
        return FinitePersuasion(weights, beliefs, payoffs, np.tile([0.0, 1.0], (d, 1)))
    k = d if kind == "match" else 3
    utility: Any = np.eye(d) if kind == "match" else rng.normal(size=(d, k))
    return FinitePersuasion(weights, beliefs, utility, np.tile(np.arange(k) / k, (d, 1)))


def cells() -> None:
    """Cells of messages, partitions and finest partitions, and seconds."""
    print("| receivers | d | types | cells | partitions | finest | s |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for kind, d, n in CELLS:
        instance = receivers(kind, d, n)
        began = time.perf_counter()
        found = message_cells(instance, Clock())
        partitions = partitions_of(instance, found)
        labels, _ = achievable_partitions(instance, Clock())
        seconds = time.perf_counter() - began
        print(
            f"| {kind} | {d} | {n} | {len(found)} | {len(partitions)} | {len(labels)} "
            f"| {seconds:.2f} |",
            flush=True,
        )


def selection() -> None:
    """Optimal sets and trees of queries, greedy and pricing."""
    print(
        "| receivers | d | types | K | none | at once | s | sets | in turn | s | greedy | ", end=""
    )
    print("pricing | bound | s |")
    print("| --- |" + " ---: |" * 13)
    for kind, d, n, budget in SELECTION:
        instance = receivers(kind, d, n)
        at_once = solve(QuerySelection(instance, SimulationQueries(), budget), time_limit=60)
        in_turn = solve(QuerySelection(instance, SimulationQueries(), budget, True), time_limit=60)
        greedy = solve(at_once.problem, "greedy")
        priced = solve(at_once.problem, "pricing", time_limit=30)
        none = solve(instance).value
        print(
            f"| {kind} | {d} | {n} | {budget} | {none:.5f} | {shown(at_once)} "
            f"| {at_once.report.seconds:.1f} | {at_once.report.nodes} | {shown(in_turn)} "
            f"| {in_turn.report.seconds:.1f} | {greedy.value:.5f} | {priced.value:.5f} "
            f"| {priced.bound:.5f} | {priced.report.seconds:.1f} |",
            flush=True,
        )


def shown(result: Any) -> str:
    """A value, with a star unless it is proved."""
    return f"{result.value:.5f}" + ("" if result.status == "optimal" else "*")


def locating() -> None:
    """Questions until one of n matching types is known."""
    print("| d | types | least | balanced | s | greedy | mean | s |")
    print("| ---: |" + " ---: |" * 7)
    for d, n in [(3, 27), (3, 100), (4, 64), (4, 100), (3, 300), (5, 625)]:
        instance = receivers("match", d, n)
        row = [str(d), str(n), str(least_depth(n, d))]
        for method in ("balanced", "greedy"):
            began = time.perf_counter()
            tree = locating_tree(instance, method)
            seconds = time.perf_counter() - began
            row.append(str(tree.depth))
            if method == "greedy":
                row.append(f"{tree.mean_depth(instance):.2f}")
            row.append(f"{seconds:.1f}")
        print(f"| {' | '.join(row)} |", flush=True)


def shrinking() -> None:
    """Share of the beliefs left by each answer, and what is left at the end."""
    print("| d | actions | queries | left by each | most | largest error | radius | ms a query |")
    print("| ---: |" + " ---: |" * 7)
    for d, k, queries in [(3, 3, 15), (4, 4, 15), (5, 5, 15), (3, 2, 40), (4, 2, 40)]:
        shares, errors, radii = [], [], []
        began = time.perf_counter()
        for seed in range(10):
            rng = np.random.default_rng(seed)
            belief = rng.dirichlet(np.ones(d))
            utility = np.eye(d) if k == d else accepting(rng, d)
            her = HiddenBelief(belief, utility)
            known = shrunk(lambda x, her=her, k=k: best_action(her, x, k), utility, queries, seed)  # type: ignore[misc]
            shares += [b.volume / a.volume for a, b in pairwise(known)]
            errors.append(float(np.abs(known[-1].centroid - belief).max()))
            radii.append(known[-1].radius)
        each = (time.perf_counter() - began) / (10 * queries) * 1e3
        mean = float(np.exp(np.mean(np.log(shares))))
        print(
            f"| {d} | {k} | {queries} | {mean:.3f} | {max(shares):.3f} | {max(errors):.1e} "
            f"| {max(radii):.1e} | {each:.1f} |",
            flush=True,
        )


def accepting(rng: np.random.Generator, d: int) -> Any:
    """Payoffs of accepting, of both signs."""
    while True:
        lead = rng.normal(size=d)
        if lead.min() < 0 < lead.max():
            return np.stack([np.zeros(d), lead], axis=1)


if __name__ == "__main__":
    main()
