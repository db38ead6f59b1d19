"""What asking in turn is worth: the best tree against the best set of as many queries.

``python findings/adaptivity.py`` (a few minutes). Share of what queries gain at all: (in turn - at
once) / (in turn - none), for families of queries, with beliefs up to 1/2 and on both sides of it.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from experiment import FAMILIES, STYLES, on_all_cores, options, printed, saved

from suasion import QuerySelection, solve
from suasion.generate import generate

REGIMES = ("low", "both-sides")
BUDGETS = (2, 3, 4)
TYPES = 24


def worth(label: str, regime: str, budget: int, seed: int) -> dict[str, Any]:
    """Values of no query, of the best set and of the best tree."""
    family, parameters = FAMILIES[label]
    question = generate(family, TYPES, seed, budget=budget, receivers=regime, **parameters)
    in_turn = QuerySelection(question.persuasion, question.oracle, budget, adaptive=True)
    results = [solve(problem) for problem in (question.persuasion, question, in_turn)]
    assert all(result.status == "optimal" for result in results)
    none, once, turn = (result.value for result in results)
    assert turn >= once - 1e-9
    gain = turn - none
    return {
        "family": label,
        "regime": regime,
        "budget": budget,
        "seed": seed,
        "values": [none, once, turn],
        "share": max(0.0, turn - once) / gain if gain > 1e-12 else 0.0,
    }


def main() -> None:
    """Print the table, draw the figure."""
    given = options(__doc__ or "", 40)
    tasks = list(product(FAMILIES, REGIMES, BUDGETS, range(given.seeds)))
    found = on_all_cores(worth, tasks, given.jobs)
    print("share of the gain that is due to asking in turn: mean (largest), in per cent")
    headings = ("queries", *(f"{r} K={k}" for r, k in product(("low", "both"), BUDGETS)))
    rows = []
    for label in FAMILIES:
        row = [label]
        for regime, budget in product(REGIMES, BUDGETS):
            shares = 100 * chosen(found, label, regime, budget)
            row.append(f"{shares.mean():.1f} ({shares.max():.0f})")
        rows.append(row)
    printed(headings, rows)
    saved(given.output, "adaptivity", drawn(found))


def chosen(found: list[dict[str, Any]], label: str, regime: str, budget: int) -> Any:
    """The shares of one point of the grid."""
    key = (label, regime, budget)
    return np.array([r["share"] for r in found if (r["family"], r["regime"], r["budget"]) == key])


def drawn(found: list[dict[str, Any]]) -> plt.Figure:
    """Mean shares against the budget, a panel for each regime."""
    figure, axes = plt.subplots(1, 2, figsize=(8, 3.6), sharey=True)
    titles = ("thresholds up to 1/2", "thresholds on both sides of 1/2")
    for ax, regime, title in zip(axes, REGIMES, titles, strict=True):
        for place, label in enumerate(FAMILIES):
            means = [100 * chosen(found, label, regime, budget).mean() for budget in BUDGETS]
            ax.plot(BUDGETS, means, label=label, **STYLES[place])
        ax.set(title=title, xlabel="budget K", xticks=BUDGETS)
    axes[0].set(ylabel="gain due to asking in turn, %", ylim=(-0.5, None))
    axes[1].legend(frameon=False, bbox_to_anchor=(1.02, 1), loc="upper left")
    return figure


if __name__ == "__main__":
    main()
