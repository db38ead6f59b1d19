"""How often and by how much the published closed form falls short of the linear program.

``python findings/published.py`` (a few minutes). Each belief lies above 1/2 with a given
probability, uniform on its side; weights are random. Baseline, private utilities and misinformed
receivers.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from experiment import STYLES, on_all_cores, options, printed, saved

from suasion import BinaryPersuasion, solve

SHARES = tuple(k / 10 for k in range(11))
SIZES = (2, 5, 10, 30, 100)
SHORT = 1e-9


def drawn_instance(rng: np.random.Generator, types: int, share: float, kind: str) -> Any:
    """Receivers whose thresholds are above 1/2 with probability `share`."""
    above = rng.random(types) < share
    thresholds = (rng.random(types) + above) / 2
    weights = rng.exponential(size=types)
    weights /= weights.sum()
    if kind == "private":
        return BinaryPersuasion(weights, rng.random(types), thresholds)
    if kind == "misinformed":
        return BinaryPersuasion(
            weights, thresholds, state_beliefs=np.full(types, rng.uniform(0.05, 0.95))
        )
    return BinaryPersuasion(weights, thresholds)


def shortfalls(kind: str, types: int, share: float, count: int) -> dict[str, Any]:
    """How far below the optimum the published policies are, over random instances."""
    key = [("baseline", "private", "misinformed").index(kind), types, round(100 * share)]
    rng = np.random.default_rng(key)
    short = []
    for _ in range(count):
        instance = drawn_instance(rng, types, share, kind)
        best = solve(instance)
        assert best.status == "optimal"
        short.append(1 - solve(instance, "published").value / best.value)
    missed = np.array(short)
    assert missed.min() > -SHORT
    often = missed > SHORT
    return {
        "kind": kind,
        "types": types,
        "share": share,
        "instances": count,
        "short": float(often.mean()),
        "mean_if_short": float(missed[often].mean()) if often.any() else 0.0,
        "largest": float(missed.max(initial=0.0)),
    }


def main() -> None:
    """Print the table, draw the figure."""
    given = options(__doc__ or "", 1000)
    baseline = [("baseline", n, s, given.seeds) for n, s in product(SIZES, SHARES)]
    others = [(kind, 5, s, given.seeds) for kind in ("private", "misinformed") for s in SHARES]
    found = on_all_cores(shortfalls, baseline + others, given.jobs)
    print("per cent of instances that fall short (largest shortfall in per cent of the optimum)")
    headings = ("receivers", *(f"{100 * s:.0f}%" for s in SHARES[::2]))
    rows = []
    for kind, types in [("baseline", n) for n in SIZES] + [("private", 5), ("misinformed", 5)]:
        line = [r for r in found if (r["kind"], r["types"]) == (kind, types)]
        entries = (f"{100 * r['short']:.0f} ({100 * r['largest']:.1f})" for r in line[::2])
        rows.append([f"{kind}, {types} types", *entries])
    printed(headings, rows)
    saved(given.output, "published", drawn(found))


def drawn(found: list[dict[str, Any]]) -> plt.Figure:
    """How often, and the largest shortfall, against the share of thresholds above 1/2."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.6))
    lines = [("baseline", n) for n in SIZES] + [("private", 5), ("misinformed", 5)]
    for place, (kind, types) in enumerate(lines):
        rows = [r for r in found if (r["kind"], r["types"]) == (kind, types)]
        x = [100 * r["share"] for r in rows]
        label = f"{kind}, {types} types"
        left.plot(x, [100 * r["short"] for r in rows], label=label, **STYLES[place])
        right.plot(x, [100 * r["largest"] for r in rows], label=label, **STYLES[place])
    share = "thresholds above 1/2, % in expectation"
    left.set(title="How often", xlabel=share, ylabel="instances that fall short, %")
    right.set(title="By how much", xlabel=share, ylabel="largest shortfall, % of the optimum")
    right.legend(frameon=False, bbox_to_anchor=(1.02, 1), loc="upper left", fontsize=8)
    figure.tight_layout()
    return figure


if __name__ == "__main__":
    main()
