"""What the findings share: options, runs on all cores, tables and figures."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from joblib import Parallel, delayed

DOCS = Path(__file__).parents[1] / "docs" / "findings"
# Distinct in grey and for the colour-blind (Okabe and Ito), each with a marker and dashes.
STYLES = (
    {"color": "#0072B2", "marker": "o", "linestyle": "-"},
    {"color": "#D55E00", "marker": "s", "linestyle": "--"},
    {"color": "#009E73", "marker": "^", "linestyle": "-."},
    {"color": "#CC79A7", "marker": "D", "linestyle": ":"},
    {"color": "#E69F00", "marker": "v", "linestyle": (0, (5, 1))},
    {"color": "#000000", "marker": "x", "linestyle": (0, (1, 1))},
    {"color": "#56B4E9", "marker": "P", "linestyle": (0, (3, 1, 1, 1))},
)

# Families of queries that findings compare: name -> family and parameters of `generate`.
FAMILIES: dict[str, tuple[str, dict[str, Any]]] = {
    "thresholds": ("thresholds", {}),
    "noisy thresholds, 10 %": ("noisy-thresholds", {"noise": 0.1}),
    "two random cells": ("partitions", {"cells": 2}),
    "three random cells": ("partitions", {"cells": 3}),
    "three segments": ("intervals", {"cells": 3}),
    "laminar": ("laminar", {}),
    "sets, density 0.2": ("sets", {"density": 0.2}),
}


def options(about: str, seeds: int) -> argparse.Namespace:
    """Options that every finding has."""
    parser = argparse.ArgumentParser(description=about.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=seeds, help=f"instances each ({seeds})")
    parser.add_argument("--jobs", type=int, default=-1, help="processes (all cores)")
    parser.add_argument("--output", type=Path, default=DOCS, help="folder for figures")
    return parser.parse_args()


def on_all_cores(run: Callable[..., Any], tasks: Iterable[Sequence[Any]], jobs: int) -> list[Any]:
    """What `run` returns for each task, in order."""
    return list(Parallel(n_jobs=jobs, batch_size="auto")(delayed(run)(*task) for task in tasks))


def printed(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table for terminals, columns right-aligned but the first."""
    texts = [list(headings), *([_text(entry) for entry in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    for row in texts:
        first, *others = (
            entry.ljust(w) if i == 0 else entry.rjust(w)
            for i, (entry, w) in enumerate(zip(row, widths, strict=True))
        )
        print("  ".join([first, *others]))


def _text(entry: Any) -> str:
    return f"{entry:.4g}" if isinstance(entry, float) else str(entry)


def saved(output: Path, name: str, figure: plt.Figure) -> None:
    """Write a figure; the same numbers give the same file."""
    output.mkdir(parents=True, exist_ok=True)
    # Neither a date nor random identifiers.
    with matplotlib.rc_context({"svg.hashsalt": name}):
        figure.savefig(output / f"{name}.svg", metadata={"Date": None}, bbox_inches="tight")
    plt.close(figure)
    print(output / f"{name}.svg")
