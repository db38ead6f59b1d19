"""The hardness proof, run: queries decide set covers, and asking in turn does not help.

``python findings/decisions.py`` (a few minutes). Random set systems, with the fewest sets k* known
from the integer program. Each is reduced to queries with the gadget and with distinct beliefs, for
k* and k* - 1 queries, asked at once and in turn; and with the published condition on beliefs, type
0 at 9/10 and elements anywhere between 0 and 1, which decides wrongly.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from experiment import STYLES, on_all_cores, options, printed, saved

from suasion import QuerySelection, SetCover, solve
from suasion.generate import generate
from suasion.reductions.set_cover_to_queries import SetCoverToQueries
from suasion.reductions.star_queries import receivers

SIZES = (8, 12, 16, 24)
DENSITIES = (0.15, 0.25, 0.4)
TIE = 1e-9


def decisions(elements: int, density: float, seed: int) -> dict[str, Any]:
    """The decisions about one set system, and what was lost below full information."""
    cover = generate("density", elements, seed, sets=elements, density=density)
    best = solve(cover, "mip")
    assert best.status == "optimal"
    fewest = round(best.require().value(cover))
    wrong, gained, losses = 0, 0.0, []
    for beliefs, budget in product((None, "distinct"), (fewest, fewest - 1)):
        values = []
        for adaptive in (False, True):
            reduction = SetCoverToQueries(cover, budget, adaptive, beliefs)
            result = solve(reduction.target)
            assert result.status == "optimal"
            low, _ = reduction.source_range(result.value)
            wrong += (low <= budget) != (budget >= fewest)
            pulled = reduction.pull_back(result.answer)
            wrong += (len(pulled.uncovered(cover)) == 0) != (budget >= fewest)
            values.append(result.value)
        gained = max(gained, abs(values[1] - values[0]))
        if beliefs is None:
            lost = (float(reduction.ceiling) - values[0]) / float(reduction.gap)
            losses.append(round(lost, 9))
    return {
        "elements": elements,
        "density": density,
        "seed": seed,
        "fewest": fewest,
        "wrong": wrong,
        "gained_in_turn": gained,
        "lost_at_fewest": losses[0],
        "lost_at_one_less": losses[1],
        "wrong_as_published": as_published(cover, fewest, seed),
    }


def as_published(cover: SetCover, fewest: int, seed: int) -> bool:
    """Whether beliefs on both sides of 1/2, all different, decide k* - 1 sets wrongly."""
    beliefs = np.random.default_rng(seed).uniform(0, 1, cover.universe)
    types = receivers([1] * cover.universe, 1, [0.9, *beliefs.tolist()])
    queries = SetCoverToQueries(cover, fewest - 1).target
    question = QuerySelection(types, queries.oracle, fewest - 1)
    return bool(solve(question).value >= types.full_information() - TIE)


def main() -> None:
    """Print the table, draw the figure."""
    given = options(__doc__ or "", 20)
    tasks = list(product(SIZES, DENSITIES, range(given.seeds)))
    found = on_all_cores(decisions, tasks, given.jobs)
    rows = []
    for size, density in product(SIZES, DENSITIES):
        group = [r for r in found if (r["elements"], r["density"]) == (size, density)]
        rows.append(
            (
                f"{size} elements, density {density}",
                len(group),
                f"{min(r['fewest'] for r in group)}-{max(r['fewest'] for r in group)}",
                sum(r["wrong"] for r in group),
                max(r["gained_in_turn"] for r in group),
                sum(r["wrong_as_published"] for r in group),
            )
        )
    printed(("set systems", "runs", "k*", "wrong", "gain in turn", "wrong, published"), rows)
    total = sum(r["wrong"] for r in found)
    print(f"{16 * len(found)} decisions and pulled-back covers, {total} wrong.")
    saved(given.output, "decisions", drawn(found))


def drawn(found: list[dict[str, Any]]) -> plt.Figure:
    """What is lost with one set too few, in units of the decision gap."""
    figure, ax = plt.subplots(figsize=(6, 3.4))
    levels = (1.0, 2.0, 2.5)
    for place, density in enumerate(DENSITIES):
        lost = [r["lost_at_one_less"] for r in found if r["density"] == density]
        shares = [100 * lost.count(level) / len(lost) for level in levels]
        hatch = ("", "//", "..")[place]
        bars = ax.bar(
            np.arange(3) + (place - 1) * 0.26,
            shares,
            width=0.24,
            color=STYLES[place]["color"],
            edgecolor="white",
            hatch=hatch,
            label=f"density {density}",
        )
        ax.bar_label(bars, fmt="%.0f", padding=2, fontsize=8)
    ax.set_xticks(
        range(3), ("1 gap\n(one uncovered)", "2 gaps\n(two)", "2.5 gaps\n(three or more)")
    )
    ax.set(
        ylim=(0, 105),
        xlabel="lost below full information with one set too few",
        ylabel="set systems, %",
        title="With one set too few at least one gap is lost",
    )
    ax.legend(frameon=False)
    return figure


if __name__ == "__main__":
    main()
