"""Partition queries, non-adaptive and adaptive, against a plain compiled loop over query sets.

Run with ``python benchmarks/partition_queries.py``. A row is a family (see FAMILIES in
partition_instances.py), "lo" or "hi", and sizes, or a real table that comes with suasion:
``--row "p2 lo n500 m200 K3" --row "zoo K3 adaptive"``. ``--table FILE`` adds a table of your own.

The baseline is what one would write first: every set of K queries in turn, the cells refined as
queries are added, the value of a set by one pass over the types in descending order of
threshold with running sums per cell, compiled by numba. It needs all thresholds at most 1/2.
What takes too long is extrapolated from its first sets. Compilation is never timed, and both
sides of a ratio are measured in one run.
"""

from __future__ import annotations

import argparse
import math
import re
import textwrap
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numba import njit
from partition_instances import (
    FAMILIES,
    REGIMES,
    Instance,
    binary_table,
    emit,
    measured,
    random_instance,
    shipped,
    shown,
)

ROWS = {
    "standard": (
        "p2 lo n500 m200 K3",
        "p3 lo n50 m100 K4",
        "sc lo n101 m50 K5",
        "int3 lo n100 m100 K5",
        "p2 hi n200 m100 K3",
    ),
    "hard": ("int3 lo n100 m100 K5", "int3 lo n100 m100 K8", "zoo K6", "sc lo n201 m100 K8"),
    "adaptive": (
        "p2 lo n100 m200 K3 adaptive",
        "p2 lo n50 m40 K4 adaptive",
        "p2 lo n500 m100 K3 adaptive",
        "p10 lo n100 m50 K3 adaptive",
    ),
    "tables": (
        "zoo K3",
        "lymph K3",
        "hepatitis K3",
        "heart K3",
        "zoo K3 adaptive",
        "lymph K3 adaptive",
        "hepatitis K3 adaptive",
        "heart K3 adaptive",
    ),
}
LOOP = ("p2 lo n100 m200 K2", "p2 lo n100 m200 K3", "p2 lo n100 m200 K4")
TABLES = ("zoo", "lymph", "hepatitis", "heart")
INDENTED: Any = {"initial_indent": " " * 22, "subsequent_indent": " " * 22}
SPECIFICATION = re.compile(
    rf"(?:(?P<family>{'|'.join(FAMILIES)}) (?P<regime>{'|'.join(REGIMES)}) "
    rf"n(?P<types>\d+) m(?P<queries>\d+)|(?P<table>{'|'.join(TABLES)}))"
    r" K(?P<budget>\d+)(?P<adaptive> adaptive)?"
)


@dataclass(frozen=True)
class Row:
    """An instance and what is asked of it."""

    instance: Instance
    budget: int
    adaptive: bool

    @classmethod
    def parse(cls, text: str, seed: int) -> Row:
        """A row from its name in ROWS or on the command line."""
        found = SPECIFICATION.fullmatch(text)
        if found is None:
            raise SystemExit(
                f'row "{text}" is not "FAMILY lo|hi nTYPES mQUERIES KBUDGET [adaptive]" with a '
                f'family of {", ".join(FAMILIES)}, nor "TABLE KBUDGET [adaptive]" with a table '
                f"of {', '.join(TABLES)}."
            )
        if found["table"]:
            instance = shipped(found["table"])
        else:
            sizes = int(found["types"]), int(found["queries"])
            instance = random_instance(found["family"], found["regime"], *sizes, seed)
        return cls(instance, int(found["budget"]), bool(found["adaptive"]))

    @property
    def name(self) -> str:
        """Instance and budget, as in the table."""
        return f"{self.instance.name} K{self.budget}"


def main() -> None:
    """Print the loop's speed, then every row with every method."""
    options = arguments()
    asked = rows(options)
    if not options.json:
        print(f"plain loop over query sets {'sets/s':>32}{'sets':>14}{'s, all of them':>18}")
    for text in LOOP:
        row = Row.parse(text, options.seed)
        plain = plain_loop(row, options.loop_seconds)
        emit({"row": row.name, "loop": plain}, loop_line(row, plain), options.json)
    adaptive: bool | None = None
    for row in asked:
        if row.adaptive != adaptive and not options.json:
            print("\n" + header(row.adaptive))
        adaptive = row.adaptive
        run(row, options)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--only", nargs="+", default=list(ROWS), choices=ROWS, help="groups")
    parser.add_argument("--row", action="append", help="a row instead of the groups; repeatable")
    parser.add_argument(
        "--table",
        type=Path,
        action="append",
        default=[],
        help="also a whitespace-separated table of 0 and 1, class first; repeatable",
    )
    parser.add_argument("--budget", type=int, nargs="+", default=[3], help="budgets of --table")
    parser.add_argument("--methods", nargs="+", default=["auto"], help="methods of suasion.solve")
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds for each run")
    parser.add_argument("--loop-seconds", type=float, default=1.0, help="for the plain loop")
    parser.add_argument("--threads", type=int, default=1, help="of suasion; the loop has one")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="one JSON line per run")
    return parser.parse_args()


def rows(options: argparse.Namespace) -> list[Row]:
    """Rows asked for, without repeats, non-adaptive ones first."""
    names = options.row or [name for group in options.only for name in ROWS[group]]
    asked = [Row.parse(name, options.seed) for name in dict.fromkeys(names)]
    for path in options.table:
        table = binary_table(path)
        asked += [Row(table, k, adaptive) for adaptive in (False, True) for k in options.budget]
    return sorted(asked, key=lambda row: row.adaptive)


def header(adaptive: bool) -> str:
    """Head of the table of non-adaptive or adaptive rows."""
    last = "" if adaptive else f"{'loop / s':>10}"
    kind = "adaptive" if adaptive else "non-adaptive"
    return (
        f"{kind:<22}{'method':<17}{'value':>10}{'gap':>9} {'status':<9}{'nodes':>11}{'s':>9}"
        + last
    )


def run(row: Row, options: argparse.Namespace) -> None:
    """Measure one row with every method, and with the loop where that applies."""
    problem = row.instance.problem(row.budget, row.adaptive)
    plain = None
    if row.instance.low and not row.adaptive:
        plain = plain_loop(row, options.loop_seconds)
        if not options.json:
            print(loop_row(row, plain))
    for method in options.methods:
        record = measured(problem, method, options.time_limit, options.threads)
        ratio = None
        if plain is not None and record["status"] == "optimal":
            ratio = plain["seconds_all"] / record["seconds"]
            if plain["complete"] and abs(plain["value"] - record["value"]) > 1e-9:
                record["note"] = f"the loop finds {plain['value']:.10f}"
        line = (
            f"{row.name:<22}{method:<17}{shown(record.get('value'), '{:.6f}'):>10}"
            f"{shown(record.get('gap'), '{:.1e}'):>9} {record['status']:<9}"
            f"{shown(record.get('nodes'), '{:,}'):>11}{shown(record['seconds'], '{:.3f}'):>9}"
        )
        line += "" if row.adaptive else f"{shown(ratio, '{:,.3g}'):>10}"
        if record["note"]:
            line += "\n" + textwrap.fill(record["note"], 97, **INDENTED)
        about = {"row": row.name, "adaptive": row.adaptive, "seed": options.seed}
        emit(about | record | {"loop": plain, "ratio": ratio}, line, options.json)


# The plain loop.


@njit  # type: ignore[untyped-decorator]
def best_of_sets(
    labels: Any, cells: int, high: Any, low: Any, odds: Any, size: int, limit: int
) -> tuple[float, int]:
    """Best value of the first `limit` sets of `size` queries, and how many there were.

    `labels` has shape (queries, types), with the types in descending order of threshold.
    """
    queries, types = labels.shape
    chosen = np.arange(size)
    # Cell of each type after the first d queries of the set, and how many cells there are.
    cell = np.zeros((size, types), np.int32)
    count = np.ones(size, np.int64)
    renumbered = np.empty(types * cells, np.int32)
    sum_high = np.empty(types * cells)
    sum_low = np.empty(types * cells)
    gain = np.empty(types * cells)
    best, done, changed = 0.0, 0, 0
    while True:
        for d in range(changed + 1, size):
            renumbered[: count[d - 1] * cells] = -1
            fresh = 0
            for i in range(types):
                joint = cell[d - 1, i] * cells + labels[chosen[d - 1], i]
                if renumbered[joint] < 0:
                    renumbered[joint] = fresh
                    fresh += 1
                cell[d, i] = renumbered[joint]
            count[d] = fresh
        before = cell[size - 1]
        joint_cells = count[size - 1] * cells
        for query in range(chosen[size - 1], queries):
            for c in range(joint_cells):
                sum_high[c] = sum_low[c] = gain[c] = 0.0
            for i in range(types):
                # Unsigned, for a negative index would mean counting from the end, and be checked.
                k = np.uintp(before[i] * cells + labels[query, i])
                sum_high[k] += high[i]
                sum_low[k] += low[i]
                gain[k] = max(gain[k], sum_high[k] + odds[i] * sum_low[k])
            value = 0.0
            for c in range(joint_cells):
                value += gain[c]
            if value > best:
                best = value
            done += 1
            if done >= limit:
                return best, done
        changed = size - 2
        while changed >= 0 and chosen[changed] == queries - size + changed:
            changed -= 1
        if changed < 0:
            return best, done
        chosen[changed] += 1
        for d in range(changed + 1, size):
            chosen[d] = chosen[d - 1] + 1


def plain_loop(row: Row, seconds: float) -> dict[str, Any]:
    """Sets per second of the loop on this row, and the time all sets take or would take.

    The fastest of three runs counts, in favour of the baseline.
    """
    instance = row.instance
    size = min(row.budget, len(instance.labels))
    descending = np.argsort(-instance.beliefs, kind="stable")
    weights, beliefs = instance.weights[descending], instance.beliefs[descending]
    data = (
        np.ascontiguousarray(instance.labels[:, descending]),
        instance.cells,
        weights * beliefs,
        weights * (1 - beliefs),
        beliefs / (1 - beliefs),
        size,
    )
    sets = math.comb(len(instance.labels), size)
    best_of_sets(*data, 1)

    def timed(limit: int) -> tuple[float, float, int]:
        started = time.perf_counter()
        value, done = best_of_sets(*data, limit)
        return time.perf_counter() - started, value, done

    limit = 1_000
    while limit < sets and (taken := timed(limit)[0]) < seconds / 6:
        limit = max(2 * limit, int(limit * seconds / 3 / taken))
    taken, value, done = min(timed(limit) for _ in range(3))
    return {
        "value": value,
        "complete": done == sets,
        "sets": sets,
        "sets_per_second": done / taken,
        "seconds_all": taken * sets / done,
    }


def loop_line(row: Row, plain: dict[str, Any]) -> str:
    """Speed of the loop as a line of the table."""
    return (
        f"{row.name:<27}{plain['sets_per_second']:>32,.0f}{plain['sets']:>14,}{whole(plain):>18}"
    )


def loop_row(row: Row, plain: dict[str, Any]) -> str:
    """The loop as one of the methods of a row; its nodes are all query sets."""
    value = format(plain["value"], ".6f") if plain["complete"] else "-"
    return f"{row.name:<22}{'plain loop':<17}{value:>10}{plain['sets']:>30,}{whole(plain):>9}"


def whole(plain: dict[str, Any]) -> str:
    """Seconds for all sets; "~" before what is extrapolated."""
    seconds = plain["seconds_all"]
    pattern = ".3f" if seconds < 10 else ",.0f" if seconds < 10_000 else ".0e"
    return ("" if plain["complete"] else "~") + format(seconds, pattern)


if __name__ == "__main__":
    main()
