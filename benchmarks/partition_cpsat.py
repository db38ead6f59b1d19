"""Non-adaptive partition queries: branch and bound against OR-Tools CP-SAT, one worker.

Run with ``python benchmarks/partition_cpsat.py``. CP-SAT runs in a process of its own, because
ortools and highspy cannot be imported into one process; ``--python`` names another interpreter
for it, which needs ortools and numpy but not suasion.

The model is form W with all thresholds at most 1/2, where each cell has one best threshold, so
that policies can be binary as well. Types in increasing order of threshold; z_q: query q is
asked; w_ij: the cell of type i uses a threshold of type j or lower (j <= i):

    w_ij -> w_i,j+1;     not w_ii or w_i'i or (some z_q that separates i and i'), for all i < i'

The better of linearization levels 1 (its default) and 2 counts for each row: level 2 is ten times
faster on intervals and slower on random partitions.

Integers: what type i earns at threshold j, rounded up to a multiple of 1e-9 (then differences are
taken), so that CP-SAT's bound is a bound. The value is recomputed from the queries by suasion.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from partition_instances import Instance, emit, measured, random_instance, shown

# Family, types, queries, budget; all thresholds at most 1/2.
ROWS = (
    ("p2", 20, 20, 3),
    ("int3", 50, 50, 3),
    ("sc", 31, 20, 4),
    ("sc", 51, 30, 5),
)
SCALE = 1_000_000_000
LINEARIZATION = (1, 2)
EQUAL = 1e-7
MISSING = (
    "OR-Tools is missing from {}; install the extra cpsat (the package ortools) there or name "
    "another interpreter with --python."
)


def main() -> None:
    """Compare on every row."""
    options = arguments()
    if options.child:
        print(json.dumps(best_queries(**json.load(sys.stdin))))
        return
    check_interpreter(options.python)
    if not options.json:
        print(
            f"{'':<21}{options.method:<17}{'bound':>9}{'s':>9}  "
            f"{'CP-SAT':<9}{'bound':>9}{'s':>9}{'ratio':>8}  same"
        )
    for family, *sizes in options.row or ROWS:
        try:
            types, queries, budget = map(int, sizes)
            instance = random_instance(family, "lo", types, queries, options.seed)
        except ValueError as wrong:
            raise SystemExit(str(wrong)) from None
        record = compared(instance, budget, options)
        emit(record, line(record), options.json)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "--row",
        nargs=4,
        action="append",
        metavar=("FAMILY", "TYPES", "QUERIES", "BUDGET"),
        help="a row instead of the usual ones; repeatable",
    )
    parser.add_argument("--method", default="branch-and-bound", help="method of suasion.solve")
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds for each solver")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--python", default=sys.executable, help="interpreter with ortools")
    parser.add_argument("--json", action="store_true", help="one JSON line per comparison")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def compared(instance: Instance, budget: int, options: argparse.Namespace) -> dict[str, Any]:
    """Both solvers on one instance: values, bounds, and seconds of CP-SAT over ours."""
    from suasion import QuerySet

    problem = instance.problem(budget)
    ours = measured(problem, options.method, options.time_limit)
    theirs = min(
        (child(instance, budget, level, options) for level in LINEARIZATION),
        key=lambda run: (run["status"] != "OPTIMAL", run["bound"] or math.inf, run["seconds"]),
    )
    chosen = theirs["queries"]
    theirs["value"] = None if chosen is None else QuerySet(chosen).value(problem)
    both = ours.get("value") is not None and theirs["value"] is not None
    return {
        "row": f"{instance.name} K{budget}",
        "seed": options.seed,
        "suasion": ours,
        "cpsat": theirs,
        "equal": abs(ours["value"] - theirs["value"]) <= EQUAL if both else None,
        "ratio": theirs["seconds"] / ours["seconds"] if ours["seconds"] else None,
    }


def line(record: dict[str, Any]) -> str:
    """One comparison as a line of the table; ">" before seconds at which a solver gave up."""
    ours, theirs = record["suasion"], record["cpsat"]
    proved, finished = ours["status"] == "optimal", theirs["status"] == "OPTIMAL"
    same = {True: "yes", False: "no", None: "-"}[record["equal"]]
    # Where one of the two gave up the ratio is only a bound, where both did it means nothing.
    mark = {(True, True): "", (True, False): ">", (False, True): "<"}.get((proved, finished))
    ratio = "-" if mark is None else shown(record["ratio"], mark + "{:.3g}")
    return (
        f"{record['row']:<21}{shown(ours.get('value'), '{:.7f}'):<17}"
        f"{shown(ours.get('bound'), '{:.5f}'):>9}"
        f"{shown(ours['seconds'], '{:.3f}' if proved else '>{:.1f}'):>9}  "
        f"{shown(theirs['value'], '{:.7f}'):<9}{shown(theirs['bound'], '{:.5f}'):>9}"
        f"{('' if finished else '>') + format(theirs['seconds'], '.3f'):>9}{ratio:>8}  {same}"
    )


def check_interpreter(python: str) -> None:
    """Stop with a sentence if the interpreter of the child has no OR-Tools."""
    code = "from ortools.sat.python import cp_model"
    found = subprocess.run([python, "-c", code], capture_output=True, text=True)
    if found.returncode:
        reason = found.stderr.strip().splitlines()[-1:] or [""]
        raise SystemExit(f"{MISSING.format(python)} ({reason[0]})")


def child(
    instance: Instance, budget: int, linearization: int, options: argparse.Namespace
) -> dict[str, Any]:
    """CP-SAT's answer, from a process that has it."""
    order = np.argsort(instance.beliefs, kind="stable")
    task = {
        "weights": instance.weights[order].tolist(),
        "beliefs": instance.beliefs[order].tolist(),
        "labels": instance.labels[:, order].tolist(),
        "budget": budget,
        "time_limit": options.time_limit,
        "seed": options.seed,
        "linearization": linearization,
    }
    command = [options.python, str(Path(__file__).resolve()), "--child"]
    done = subprocess.run(command, input=json.dumps(task), capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"CP-SAT failed on {instance.name}, budget {budget}:\n{done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


# From here on: what runs beside OR-Tools, without suasion.


def best_queries(
    weights: list[float],
    beliefs: list[float],
    labels: list[list[int]],
    budget: int,
    time_limit: float,
    seed: int,
    linearization: int,
) -> dict[str, Any]:
    """CP-SAT's best queries, types sorted by threshold; the time includes building the model."""
    from ortools.sat.python import cp_model

    started = time.perf_counter()
    weight, belief, label = np.array(weights), np.array(beliefs), np.array(labels)
    queries, types = label.shape
    odds = belief / (1 - belief)
    earned = np.ceil(SCALE * weight[:, None] * (belief[:, None] + np.outer(1 - belief, odds)))
    coefficients = earned.astype(np.int64)
    model = cp_model.CpModel()
    asked = [model.new_bool_var(f"z{q}") for q in range(queries)]
    model.add(sum(asked) <= budget)
    objective: list[Any] = []
    uses: list[list[Any]] = []
    for i in range(types):
        uses.append([model.new_bool_var(f"w{i},{j}") for j in range(i + 1)])
        for lower, higher in zip(uses[i], uses[i][1:], strict=False):
            model.add_implication(lower, higher)
        for j in range(i):
            objective.append(int(coefficients[i, j] - coefficients[i, j + 1]) * uses[i][j])
        objective.append(int(coefficients[i, i]) * uses[i][i])
        for k in range(i):
            separating = np.flatnonzero(label[:, k] != label[:, i]).tolist()
            clause = [uses[k][k].negated(), uses[i][k], *(asked[q] for q in separating)]
            model.add_bool_or(clause)
    model.maximize(sum(objective))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_time_in_seconds = time_limit
    solver.parameters.linearization_level = linearization
    built = time.perf_counter()
    status = solver.status_name(solver.solve(model))
    bound = solver.best_objective_bound
    found = status in ("OPTIMAL", "FEASIBLE")
    return {
        "status": status,
        "queries": [q for q in range(queries) if solver.value(asked[q])] if found else None,
        "bound": bound / SCALE if math.isfinite(bound) else None,
        "seconds": time.perf_counter() - started,
        "seconds_building": built - started,
        "linearization": linearization,
    }


if __name__ == "__main__":
    main()
