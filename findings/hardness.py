"""Where the partition problem turns hard: nodes of branch and bound against density and budget.

``python findings/hardness.py`` (some minutes). Queries that tell a random set of types apart
one by one, as in the reduction from set cover; the densities of the sets and the budget vary. The
runs are a study (`suasion study`) and can be interrupted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from experiment import STYLES, options, printed, saved

from suasion.studies import load_study, read_results, run_study

DENSITIES = (0.05, 0.1, 0.2, 0.3, 0.45, 0.6)
BUDGETS = (2, 3, 4, 5, 6, 8, 10)
TYPES, QUERIES, LIMIT = 81, 60, 20.0


def study(seeds: int) -> dict[str, Any]:
    """The grid of runs."""
    block = {
        "family": "sets",
        "sizes": [TYPES],
        "parameters": {"density": list(DENSITIES), "queries": QUERIES, "receivers": "low"},
        "budgets": list(BUDGETS),
        "methods": ["branch-and-bound"],
        "seeds": {"first": 0, "count": seeds},
    }
    return {"name": "hardness", "time_limit": LIMIT, "blocks": [block]}


def main() -> None:
    """Run what is missing, print the table, draw the figure."""
    given = options(__doc__ or "", 20)
    runs = Path(given.output) / "hardness.jsonl"
    runs.parent.mkdir(parents=True, exist_ok=True)
    jobs = {} if given.jobs < 0 else {"jobs": given.jobs}
    run_study(load_study(study(given.seeds)), runs, **jobs)
    found = summed_up(read_results(runs))
    print("median nodes (quartiles), * some not proved in time")
    for budgets in (BUDGETS[:4], BUDGETS[4:]):
        rows = [[str(d), *(shown(point(found, d, k)) for k in budgets)] for d in DENSITIES]
        printed(("density", *(f"K = {budget}" for budget in budgets)), rows)
    saved(given.output, "hardness", drawn(found))


def summed_up(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Quartiles of the nodes at each point of the grid."""
    found = []
    for density in DENSITIES:
        for budget in BUDGETS:
            group = [
                r
                for r in records
                if r["parameters"]["density"] == density and r["budget"] == budget
            ]
            nodes = [r["nodes"] for r in group]
            low, middle, high = np.percentile(nodes, (25, 50, 75)).tolist()
            found.append(
                {
                    "density": density,
                    "budget": budget,
                    "runs": len(group),
                    "proved": sum(r["status"] == "optimal" for r in group),
                    "nodes": [low, middle, high],
                    "seconds": float(np.median([r["seconds"] for r in group])),
                    "largest_gap": max(r["gap"] for r in group),
                }
            )
    return found


def point(found: list[dict[str, Any]], density: float, budget: int) -> dict[str, Any]:
    """One point of the grid."""
    return next(r for r in found if (r["density"], r["budget"]) == (density, budget))


def shown(row: dict[str, Any]) -> str:
    low, middle, high = (counted(count) for count in row["nodes"])
    return f"{middle} ({low}-{high}){'' if row['proved'] == row['runs'] else '*'}"


def counted(count: float) -> str:
    """Three digits at most: 950, 1.2k, 34M."""
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if count >= size:
            return f"{count / size:.{0 if count >= 10 * size else 1}f}{unit}"
    return f"{count:.0f}"


def drawn(found: list[dict[str, Any]]) -> plt.Figure:
    """Median nodes with quartiles against the budget, a line for each density."""
    figure, ax = plt.subplots(figsize=(6.8, 4.2))
    for place, density in enumerate(DENSITIES):
        rows = [point(found, density, k) for k in BUDGETS]
        low, middle, high = np.array([r["nodes"] for r in rows]).T
        style = STYLES[place]
        ax.plot(BUDGETS, middle, label=f"{density:g}", markersize=5, **style)
        ax.fill_between(BUDGETS, low, high, color=style["color"], alpha=0.15, linewidth=0)
        cut = [i for i, r in enumerate(rows) if 2 * r["proved"] < r["runs"]]
        hollow = {"marker": style["marker"], "linestyle": "", "markersize": 10}
        ax.plot(
            np.take(BUDGETS, cut),
            middle[cut],
            markerfacecolor="none",
            markeredgecolor=style["color"],
            **hollow,
        )
    ax.set(
        yscale="log",
        xlabel="budget K",
        ylabel="query sets valued (median, quartiles)",
        title=f"{TYPES} types, {QUERIES} queries (hollow: most not proved in {LIMIT:g} s)",
    )
    ax.legend(title="density", frameon=False, ncols=2)
    return figure


if __name__ == "__main__":
    main()
