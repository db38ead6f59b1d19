"""Greedy against the optimum: on random families, at its worst, and how bad it can be.

``python findings/greedy.py`` (a few minutes). Without costs, asking nothing already earns half of
what full information does (baseline receivers), and so does greedy. Latin squares show that this
is all that can be said: neither of two queries gains anything alone, both tell everything, and two
decoys that gain a little keep greedy from asking them. A hill climb looks for the worst small
instances, in integers.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from experiment import FAMILIES, STYLES, on_all_cores, options, printed, saved

from suasion import BinaryPersuasion, PartitionQueries, QuerySelection, save, solve
from suasion.generate import generate

COMPARED = tuple(name for name in FAMILIES if name != "laminar")
BUDGETS = (2, 3, 4)
TYPES = 30
BASE = 1000
DECOY = Fraction(1, 10)
CLIMB = 2000  # steps of a climb


def compared(label: str, budget: int, seed: int) -> dict[str, Any]:
    """Values of nothing, greedy, local search and the optimum on one instance."""
    family, parameters = FAMILIES[label]
    regime = ("low", "both-sides")[seed % 2]
    question = generate(family, TYPES, seed, budget=budget, receivers=regime, **parameters)
    best = solve(question)
    assert best.status == "optimal"
    local = "local-search" if label != "thresholds" else "greedy"
    values = [solve(question, method).value for method in ("greedy", local)]
    none = solve(question.persuasion).value
    gain = best.value - none
    shares = [(value - none) / gain if gain > 1e-12 else 1.0 for value in values]
    return {"family": label, "budget": budget, "seed": seed, "shares": shares}


def latin_square(symbols: int) -> QuerySelection:
    """Two queries that gain nothing alone and tell everything together, and two decoys.

    Types are the cells of a square, a symbol in each once a row and once a column; symbol s has
    belief BASE^-s / 2 and mass of state 1 as any other. The queries ask for row and for column.
    Decoys believe 1/2 and weigh little; two queries tell one of them from all others.
    """
    cells = list(product(range(symbols), repeat=2))
    beliefs = [Fraction(1, 2 * BASE ** ((row + column) % symbols)) for row, column in cells]
    masses = [1 / belief for belief in beliefs] + [DECOY] * 2
    weights = [mass / sum(masses) for mass in masses]
    n = len(cells)
    labels = np.zeros((4, n + 2), dtype=int)
    labels[:2, :n] = np.array(cells).T
    labels[2, n] = labels[3, n + 1] = 1
    instance = BinaryPersuasion(weights, [*beliefs, Fraction(1, 2), Fraction(1, 2)])
    names = ("row", "column", "first decoy", "second decoy")
    return QuerySelection(instance, PartitionQueries.from_labels(labels, names), budget=2)


def ratio(question: QuerySelection) -> Fraction:
    """Greedy value over optimum, in rationals; 1 where there is nothing to earn."""
    best = solve(question, "brute-force", exact=True).exact_value
    greedy = solve(question, "greedy", exact=True).exact_value
    return Fraction(greedy, best) if best else Fraction(1)


def climbed(types: int, queries: int, seed: int) -> dict[str, Any]:
    """The worst instance that a hill climb over integer data finds."""
    rng = np.random.default_rng([types, queries, seed])
    now = [rng.integers(1, 13, types), rng.integers(0, 13, types)]
    labels = rng.integers(0, 3, (queries, types))
    worst = ratio(built(now, labels))
    for _ in range(CLIMB):
        data, asked = [part.copy() for part in now], labels.copy()
        for _ in range(rng.integers(1, 4)):
            i = rng.integers(types)
            which = rng.integers(3)
            if which == 2:
                asked[rng.integers(queries), i] = rng.integers(3)
            else:
                data[which][i] = rng.integers(1 - which, 13)
        value = ratio(built(data, asked))
        if value <= worst:
            now, labels, worst = data, asked, value
    return {"types": types, "queries": queries, "ratio": worst, "question": built(now, labels)}


def built(data: list[Any], labels: Any) -> QuerySelection:
    """Weights in proportion to integers, beliefs in 24ths up to 1/2, a budget of two."""
    counts, beliefs = (part.tolist() for part in data)
    instance = BinaryPersuasion(
        [Fraction(c, sum(counts)) for c in counts], [Fraction(b, 24) for b in beliefs]
    )
    return QuerySelection(instance, PartitionQueries.from_labels(labels), budget=2)


def main() -> None:
    """Print the tables, draw the figure."""
    given = options(__doc__ or "", 40)
    tasks = list(product(COMPARED, BUDGETS, range(given.seeds)))
    found = on_all_cores(compared, tasks, given.jobs)
    print("share of the optimal gain, in per cent: mean (worst) of greedy; local search")
    rows = []
    for label in COMPARED:
        row = [label]
        for budget in BUDGETS:
            shares = np.array(
                [r["shares"] for r in found if (r["family"], r["budget"]) == (label, budget)]
            )
            greedy, local = 100 * shares.T
            row.append(f"{greedy.mean():.1f} ({greedy.min():.0f}); {local.mean():.1f}")
        rows.append(row)
    printed(("queries", *(f"K = {k}" for k in BUDGETS)), rows)
    squares = [(k, float(ratio(latin_square(k)))) for k in (2, 3, 4, 5, 6, 8, 10)]
    print("Latin squares, greedy / optimum:", ", ".join(f"{k}: {r:.4f}" for k, r in squares))
    sizes = [(4, 4), (5, 4), (6, 4)]
    climbs = on_all_cores(
        climbed, [(n, m, s) for n, m in sizes for s in range(given.seeds // 4)], given.jobs
    )
    worst = [
        min((c for c in climbs if (c["types"], c["queries"]) == size), key=lambda c: c["ratio"])
        for size in sizes
    ]
    given.output.mkdir(parents=True, exist_ok=True)
    for climb in worst:
        print(f"{climb['types']} types, {climb['queries']} queries: worst {climb['ratio']}")
        save(climb["question"], given.output / f"greedy_worst_{climb['types']}.json")
    saved(given.output, "greedy", drawn(found, squares))


def drawn(found: list[dict[str, Any]], squares: list[tuple[int, float]]) -> plt.Figure:
    """How often greedy reaches how much of the gain; Latin squares."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.6))
    for place, label in enumerate(COMPARED):
        shares = np.sort([100 * r["shares"][0] for r in found if r["family"] == label])
        style = {**STYLES[place], "marker": ""}
        left.step(shares, np.arange(1, len(shares) + 1) / len(shares), label=label, **style)
    left.set(
        title="Random instances",
        xlabel="greedy, % of the optimal gain (or less)",
        ylabel="share of instances",
    )
    left.legend(frameon=False, fontsize=8)
    symbols, ratios = zip(*squares, strict=True)
    right.plot(symbols, ratios, label="greedy / optimum", **STYLES[0])
    right.axhline(0.5, color="grey", linewidth=1, label="never below 1/2")
    right.set(
        title="Latin squares, K = 2",
        xlabel="symbols k (k² types and two decoys)",
        ylim=(0.45, 0.85),
    )
    right.legend(frameon=False)
    figure.tight_layout()
    return figure


if __name__ == "__main__":
    main()
