"""Adaptive queries on binary tables: method "dp" against PyDL8.5, an optimal-tree solver.

Run with ``python benchmarks/decision_trees.py``. PyDL8.5 minimises any error that adds up over
the leaves of a binary tree; given ``sum of V({i}) over the leaf's types - V(leaf)`` it solves
our adaptive problem. It runs in a process of its own, in this interpreter or in the one named
by ``--python``, which needs pydl8.5 and numpy but not suasion.

pydl8.5 0.1.8 is a source package: ``pip install pydl8.5`` compiles it with a C++ compiler (Python
3.11 and 3.12 work). Its interface takes the error function as a Python one; ours is in numpy.

Seconds exclude imports and compilation on both sides. Both values are recomputed from the trees
by suasion's own checker.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from partition_instances import (
    FloatArray,
    Instance,
    binary_table,
    emit,
    measured,
    shipped,
    shown,
)

if TYPE_CHECKING:
    from suasion import QueryTree

# The shipped tables whose questions all have two answers.
BINARY_TABLES = ("zoo", "lymph")
CACHES = {"cover": "Cache_HashCover", "itemset": "Cache_TrieItemset"}
EQUAL = 1e-6
# PyDL8.5 computes in single precision and compares errors by an absolute tolerance of 1e-7.
SCALE = 1_000.0
MISSING = (
    "PyDL8.5 is missing from {}; install the package pydl8.5 there or name another interpreter "
    "with --python."
)


def main() -> None:
    """Compare on every table and depth asked for."""
    options = arguments()
    if options.child:
        print(json.dumps(optimal_tree(**json.load(sys.stdin))))
        return
    check_interpreter(options.python)
    tables = [shipped(name) for name in options.tables]
    tables += [binary_table(path) for path in options.table]
    if not options.json:
        print(
            f"{'table':<16}{'types':>6}{'K':>3}  {options.method:<13}{'s':>9}  "
            f"{'PyDL8.5':<10}{'s':>9}{'calls':>10}{'ratio':>7}  same"
        )
    for table in tables:
        for depth in options.depth:
            record = compared(table, depth, options)
            emit(record, line(record), options.json)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "--tables",
        nargs="*",
        default=list(BINARY_TABLES),
        choices=BINARY_TABLES,
        help="shipped binary tables",
    )
    parser.add_argument(
        "--table",
        type=Path,
        action="append",
        default=[],
        help="whitespace-separated table of 0 and 1, class first; may be repeated",
    )
    parser.add_argument("--depth", type=int, nargs="+", default=[2, 3, 4], metavar="K")
    parser.add_argument("--method", default="dp", help="method of suasion.solve")
    parser.add_argument("--time-limit", type=int, default=120, help="seconds for each solver")
    parser.add_argument("--threads", type=int, default=1, help="of suasion; PyDL8.5 has one")
    parser.add_argument(
        "--cache",
        default="cover",
        choices=CACHES,
        help="what PyDL8.5 remembers: sets of rows (faster here) or, its default, itemsets",
    )
    parser.add_argument("--python", default=sys.executable, help="interpreter with pydl8.5")
    parser.add_argument("--json", action="store_true", help="one JSON line per comparison")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def compared(table: Instance, depth: int, options: argparse.Namespace) -> dict[str, Any]:
    """Both solvers on one table: values, seconds, and seconds of PyDL8.5 over ours."""
    problem = table.problem(depth, adaptive=True)
    ours = measured(problem, options.method, options.time_limit, options.threads)
    theirs = child(table, depth, options)
    tree = theirs.pop("tree")
    theirs["value"] = None if tree is None else query_tree(tree).value(problem)
    both = ours.get("value") is not None and theirs["value"] is not None
    return {
        "table": table.name,
        "types": len(table.weights),
        "queries": len(table.labels),
        "depth": depth,
        "suasion": ours,
        "pydl85": theirs,
        "equal": abs(ours["value"] - theirs["value"]) <= EQUAL if both else None,
        "ratio": theirs["seconds"] / ours["seconds"] if ours["seconds"] else None,
    }


def line(record: dict[str, Any]) -> str:
    """One comparison as a line of the table; ">" before seconds at which a solver gave up."""
    ours, theirs = record["suasion"], record["pydl85"]
    proved, finished = ours["status"] == "optimal", theirs["finished"]
    same = {True: "yes", False: "no", None: "-"}[record["equal"]]
    own_seconds = shown(ours["seconds"], "{:.3f}" if proved else ">{:.1f}")
    # Where one of the two gave up the ratio is only a bound, where both did it means nothing.
    mark = {(True, True): "", (True, False): ">", (False, True): "<"}.get((proved, finished))
    ratio = "-" if mark is None else shown(record["ratio"], mark + "{:.3g}")
    return (
        f"{record['table']:<16}{record['types']:>6}{record['depth']:>3}  "
        f"{shown(ours.get('value'), '{:.8f}'):<13}{own_seconds:>9}  "
        f"{shown(theirs['value'], '{:.8f}'):<10}"
        f"{('' if finished else '>') + format(theirs['seconds'], '.3f'):>9}"
        f"{theirs['calls']:>10,}{ratio:>7}  {same}"
    )


def query_tree(nested: dict[str, Any]) -> QueryTree:
    """PyDL8.5's tree as a suasion answer; its left branch is where the feature is 1."""
    from suasion import QueryTree

    def ask(node: dict[str, Any]) -> tuple[int, list[tuple[int, dict[str, Any]]]] | None:
        if "feat" not in node:
            return None
        return int(node["feat"]), [(0, node["right"]), (1, node["left"])]

    return QueryTree.grow(nested, ask)


def check_interpreter(python: str) -> None:
    """Stop with a sentence if the interpreter of the child has no PyDL8.5."""
    found = subprocess.run([python, "-c", "import pydl85"], capture_output=True, text=True)
    if found.returncode:
        reason = found.stderr.strip().splitlines()[-1:] or [""]
        raise SystemExit(f"{MISSING.format(python)} ({reason[0]})")


def child(table: Instance, depth: int, options: argparse.Namespace) -> dict[str, Any]:
    """PyDL8.5's answer, from a process that has it."""
    task = {
        "features": table.labels.T.tolist(),
        "weights": table.weights.tolist(),
        "beliefs": table.beliefs.tolist(),
        "depth": depth,
        "time_limit": options.time_limit,
        "cache": options.cache,
    }
    command = [options.python, str(Path(__file__).resolve()), "--child"]
    done = subprocess.run(command, input=json.dumps(task), capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"PyDL8.5 failed on {table.name}, depth {depth}:\n{done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


# From here on: what runs beside PyDL8.5, without suasion.


def optimal_tree(
    features: list[list[int]],
    weights: list[float],
    beliefs: list[float],
    depth: int,
    time_limit: int,
    cache: str,
) -> dict[str, Any]:
    """PyDL8.5's best tree of the types, one row each."""
    from pydl85 import DL85Predictor
    from pydl85.predictors.predictor import Cache_Type

    error, calls = loss_function(np.array(weights), np.array(beliefs))
    predictor = DL85Predictor(
        max_depth=depth,
        time_limit=time_limit,
        error_function=error,
        leaf_value_function=lambda rows: 0,
        cache_type=Cache_Type[CACHES[cache]],
    )
    rows = np.array(features, dtype=np.int32)
    started = time.perf_counter()
    predictor.fit(rows, np.zeros(len(rows), dtype=np.int32))
    seconds = time.perf_counter() - started
    return {
        "tree": predictor.tree_,
        "seconds": seconds,
        "finished": not predictor.timeout_,
        "calls": calls(),
        "cache": cache,
    }


def loss_function(
    weights: FloatArray, beliefs: FloatArray
) -> tuple[Callable[[Iterator[int]], float], Callable[[], int]]:
    """What a leaf with these types loses against full information, and how often it was asked.

    V is the concave envelope of the messages' points (odds, gain) at odds 1: see
    suasion/models/binary/envelope.py, of which this is the form for few types and beliefs below 1.
    """
    by_threshold = np.argsort(beliefs, kind="stable")
    rank = np.empty_like(by_threshold)
    rank[by_threshold] = np.arange(len(rank))
    sorted_beliefs = beliefs[by_threshold]
    high, low = (
        weights[by_threshold] * sorted_beliefs,
        weights[by_threshold] * (1 - sorted_beliefs),
    )
    odds = sorted_beliefs / (1 - sorted_beliefs)
    alone = high + np.minimum(1, odds) * low
    first_dear = int(odds.searchsorted(1, "right"))
    calls = 0

    def value(members: Any) -> float:
        act_high = high[members][::-1].cumsum()[::-1]
        r = odds[members]
        gains = act_high + r * low[members][::-1].cumsum()[::-1]
        split = int(members.searchsorted(first_dear))
        if split == len(members):
            return float(gains.max())
        # Odds at most 1, message 0 among them, can stand alone; dearer ones need a partner.
        cheap_odds = np.concatenate(((0.0,), r[:split]))
        cheap = np.concatenate((act_high[:1], gains[:split]))
        left = int(cheap.argmax())
        best: float | None = None
        while True:
            slopes = (gains[split:] - cheap[left]) / (r[split:] - cheap_odds[left])
            slope = slopes.max()
            height = float(cheap[left] + slope * (1 - cheap_odds[left]))
            if slope <= 0 or (best is not None and height <= best):
                return float(cheap[left]) if best is None else best
            best = height
            left = int((cheap - slope * cheap_odds).argmax())

    def error(rows: Iterator[int]) -> float:
        nonlocal calls
        calls += 1
        # The rows come word by word of a bit set, the last word first.
        members = rank[np.fromiter(rows, dtype=np.intp)]
        members.sort()
        return SCALE * max(0.0, float(alone[members].sum()) - value(members))

    return error, lambda: calls


if __name__ == "__main__":
    main()
