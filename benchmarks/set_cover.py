"""Set cover: suasion against textbook PuLP code on the same solver, and what is proved in time.

Run with ``python benchmarks/set_cover.py``; it prints the tables of the README. Textbook code
makes one PuLP variable a set and one constraint an element, from lists, and calls the CBC that
comes with PuLP. Both begin with the same nested lists and end with a cover that is checked; times
are medians of runs alternating between the two, and only their ratios are claimed. The last table
is about instances with equal costs that nobody solves quickly: value, bound and gap in a time.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time
import warnings
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import numpy as np

from suasion import Cover, SetCover, load, solve
from suasion.models.set_cover.mip import set_cover_mip
from suasion.models.set_cover.steiner_triples import steiner
from suasion.solvers.clock import Clock
from suasion.solvers.set_cover.preparation import prepared

SHIPPED = ("scp41", "scp42", "scp43", "scp51", "scpe1", "scpe2")
# Elements, sets, elements of a set on average, largest cost.
RANDOM = ((500, 5_000, 10, 100), (1_000, 10_000, 20, 100), (500, 20_000, 8, 10))
# What is known of the cheapest covers; 61 for 81 points was proved in 1995.
OPEN = {"scpclr10": "25?", "scpcyc06": "60?", "Steiner 45": "30", "Steiner 81": "61"}
SLOW = 2.0


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--repeats", type=int, default=5, help="runs of what takes under 2 s")
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds for each solve")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    instances = {name: shipped(name) for name in SHIPPED}
    instances["Steiner 27"] = steiner(27)
    for sizes in RANDOM:
        instances["random " + " x ".join(map(str, sizes))] = random_cover(*sizes)
    compare(instances, options)
    prove(options.time_limit)


def shipped(name: str) -> SetCover:
    instance = load(str(files("suasion.examples") / "set_cover" / f"{name}.txt"))
    assert isinstance(instance, SetCover)
    return instance


def random_cover(elements: int, sets: int, size: int, top: int, seed: int = 0) -> SetCover:
    """Random sets with integral costs, such that each element is in one."""
    rng = np.random.default_rng(seed)
    hits = rng.uniform(size=(sets, elements)) < size / elements
    hits[rng.integers(0, sets, elements), np.arange(elements)] = True
    owners, members = np.nonzero(hits)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=sets))])
    return SetCover.from_arrays(elements, offsets, members, rng.integers(1, top + 1, sets))


def compare(instances: dict[str, SetCover], options: argparse.Namespace) -> None:
    """Seconds of textbook code over ours: the model, and all of it."""
    print(
        "\n| instance | elements x sets | entries | left to search | cost | model, ratio "
        "| total on CBC, ratio | ours on CBC, s | ours on HiGHS, s |"
        "\n| --- | --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |"
    )
    for name, instance in instances.items():
        print(line(name, instance, options), flush=True)


def line(name: str, instance: SetCover, options: argparse.Namespace) -> str:
    """One row; "?" after costs and ">" before seconds where optimality was not proved."""
    lists, costs, n = instance.sets.nested(), instance.costs.tolist(), instance.universe
    limit, found = options.time_limit, {}
    models = measured(
        options.repeats,
        lambda: set_cover_mip(SetCover(n, lists, costs)),
        lambda: textbook_model(n, lists, costs),
    )

    def ours(solver: str) -> None:
        found[solver] = solve(SetCover(n, lists, costs), solver=solver, time_limit=limit)

    def theirs() -> None:
        found["textbook"] = textbook_cover(n, lists, costs, limit)

    totals = measured(options.repeats, lambda: ours("pulp:CBC"), theirs)
    highs = measured(options.repeats, lambda: ours("highs"))[0]
    cbc, (chosen, finished) = found["pulp:CBC"], found["textbook"]
    value, proved = Cover(chosen).value(instance), cbc.status == "optimal"
    assert not (proved and finished) or math.isclose(value, cbc.value), (value, cbc)
    # Where one of the two gave up the ratio is only a bound, where both did it means nothing.
    mark = {(True, True): "", (True, False): "> ", (False, True): "< "}.get((proved, finished))
    ratio = "-" if mark is None else f"{mark}{totals[1] / totals[0]:.2f}"
    best, core = found["highs"], prepared(instance, Clock()).search.core
    return (
        f"| {name} | {n:,} x {len(lists):,} | {len(instance.sets.members):,} "
        f"| {core.universe:,} x {len(core.sets):,} "
        f"| {min(cbc.value, best.value):g}{'' if proved else '?'} "
        f"| {models[1] / models[0]:.0f} | {ratio} | {'' if proved else '> '}{totals[0]:.2f} "
        f"| {'' if best.status == 'optimal' else '> '}{highs:.2f} |"
    )


def measured(repeats: int, *actions: Callable[[], object]) -> list[float]:
    """Median seconds of each action, in turn; one run of what is slow."""
    times: list[list[float]] = [[] for _ in actions]
    for _ in range(repeats):
        for action, seconds in zip(actions, times, strict=True):
            began = time.perf_counter()
            action()
            seconds.append(time.perf_counter() - began)
        if max(seconds[-1] for seconds in times) > SLOW:
            break
    return [statistics.median(seconds) for seconds in times]


def textbook_model(universe: int, sets: list[list[int]], costs: list[float]) -> Any:
    """The model as in PuLP's tutorials: variables and constraints one by one."""
    import pulp

    holding: list[list[int]] = [[] for _ in range(universe)]
    for s, members in enumerate(sets):
        for element in members:
            holding[element].append(s)
    problem = pulp.LpProblem("set_cover", pulp.LpMinimize)
    x = {s: pulp.LpVariable(f"x_{s}", cat="Binary") for s in range(len(sets))}
    problem += pulp.lpSum(costs[s] * x[s] for s in x)
    for element in range(universe):
        problem += pulp.lpSum(x[s] for s in holding[element]) >= 1, f"cover_{element}"
    return problem, x


def textbook_cover(
    universe: int, sets: list[list[int]], costs: list[float], time_limit: float
) -> tuple[list[int], bool]:
    """The sets that the textbook model chooses, and whether CBC says that they are optimal."""
    import pulp

    problem, x = textbook_model(universe, sets, costs)
    problem.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=time_limit))
    chosen = [s for s, variable in x.items() if (variable.value() or 0) > 0.5]
    return chosen, problem.sol_status == pulp.LpSolutionOptimal


def prove(time_limit: float) -> None:
    """What is known of hard instances after a time, on HiGHS."""
    print(
        f"\n| in {time_limit:g} s | elements | sets | best known | greedy | cost | bound | gap |"
        "\n| --- " + "| ---: " * 7 + "|"
    )
    for name, known in OPEN.items():
        instance = steiner(int(name.split()[1])) if " " in name else shipped(name)
        greedy, result = solve(instance, "greedy"), solve(instance, time_limit=time_limit)
        print(
            f"| {name} | {instance.universe:,} | {len(instance.sets):,} | {known} "
            f"| {greedy.value:g} | {result.value:g} | {result.bound:g} | {result.gap:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
