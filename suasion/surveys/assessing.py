"""Honest value: what asking earns from respondents who were left out of everything before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.models.numbers.arrays import FloatArray, is_index
from suasion.surveys.assessment import Assessment, CurvePoint, HeldOut
from suasion.surveys.fitting import Plan
from suasion.surveys.intervals import central_estimate, split_estimate
from suasion.surveys.respondents import Respondents
from suasion.surveys.splits import stratified
from suasion.surveys.trials import Trial, Whole, fold_trial, half_trials, permuted_trials, whole
from suasion.surveys.types import queries_of

# Shares of the respondents that the learning curve is drawn of.
SHARES = (0.25, 0.5, 0.75)
# Respondents of each state that are needed, so that a quarter of them can be cross-validated.
LEAST = 20
# Kinds of splits, so that each has random numbers of its own.
FOLDS, HALVES, PERMUTATIONS, CURVE = range(4)


# What is reported when a task is done: how many are, and how many there are.
Progress = Callable[[int, int], None]
Task = tuple[Callable[..., Any], tuple[Any, ...]]


def assess(
    respondents: Respondents,
    plan: Plan,
    *,
    repeats: int = 2,
    folds: int = 5,
    halves: int = 5,
    permutations: int = 20,
    jobs: int | None = None,
    progress: Progress | None = None,
    dropped: int = 0,
) -> Assessment:
    """Split the respondents again and again, and value each part's answer on the others.

    * `repeats` times `folds` folds: everything (belief model, margin, types, queries, policies) is
      fitted on all folds but one, and valued on that one: *consistent*, because its people act as
      the fitted model says.
    * `halves` times two halves, both ways: *independent*, because the people of one half act as a
      model that was fitted on them alone says, and policies are fitted on the other half.
    * `permutations` times two halves of people whose outcomes were shuffled, consistent: what
      the same work "gains" where there is nothing to learn.
    * `repeats` times a quarter, a half and three quarters, consistent: the learning curve.

    Parameters
    ----------
    respondents : Respondents
    plan : Plan
    repeats, folds, halves, permutations : int
    jobs : int, optional
        Processes; default one per core. The numbers do not depend on it (a time limit's may).
    progress : callable, optional
        Called with the number of tasks done and of all.
    dropped : int
        Respondents left out before, to be reported.

    Returns
    -------
    Assessment

    Raises
    ------
    InputError
        For counts out of range, or a state that so few respondents were in that some part would
        have none of it.

    Notes
    -----
    ``repeats * (folds + 3) + 2 * (halves + permutations) + 1`` fits and choices of queries; a
    margin that is chosen takes a choice of queries more for each.
    """
    counts = {"repeats": repeats, "folds": folds, "halves": halves, "permutations": permutations}
    _check(respondents, counts, jobs)
    work: list[list[Task]] = [
        [(whole, (respondents, plan))],
        list(fold_tasks(respondents, plan, repeats, folds)),
        half_tasks(respondents, plan, halves),
        _seeded(permuted_trials, respondents, plan, PERMUTATIONS, permutations),
        list(_curve_tasks(respondents, plan, repeats)),
    ]
    done = iter(run([task for tasks in work for task in tasks], jobs, progress))
    parts = [list(islice(done, len(tasks))) for tasks in work]
    return _summary(respondents, plan, parts, folds, dropped)


def _check(respondents: Respondents, counts: dict[str, int], jobs: int | None) -> None:
    """Counts in range, and enough respondents of each state in the smallest part."""
    least = {"repeats": 1, "folds": 2, "halves": 1, "permutations": 1}
    for name, count in counts.items():
        if not is_index(count, float("inf")) or count < least[name]:
            raise InputError(f"{name} is {count!r}; give an integer >= {least[name]}.")
    if jobs is not None and (not is_index(jobs, float("inf")) or jobs < 1):
        raise InputError(f"jobs is {jobs!r}; give an integer >= 1, or None for one per core.")
    states = np.bincount(respondents.outcomes, minlength=2)
    rare, need = int(states.argmin()), max(counts["folds"], LEAST)
    if states[rare] < need:
        fewer = ", or take fewer folds" if need == counts["folds"] else ""
        raise InputError(
            f"outcome has {states[rare]} respondents in state {rare}, and {need} are needed so "
            f"that every part has enough; ask more people{fewer}."
        )


def _seeded(
    trial: Callable[..., Any], respondents: Respondents, plan: Plan, kind: int, count: int
) -> list[Task]:
    return [(trial, (respondents, plan, [plan.seed, kind, number])) for number in range(count)]


def half_tasks(respondents: Respondents, plan: Plan, halves: int) -> list[Task]:
    """Two halves, both ways, again and again."""
    return _seeded(half_trials, respondents, plan, HALVES, halves)


def fold_tasks(respondents: Respondents, plan: Plan, repeats: int, folds: int) -> Iterator[Task]:
    """Each fold of each repeat, left out."""
    for repeat in range(repeats):
        parts = stratified(respondents, folds, [plan.seed, FOLDS, repeat])
        yield from ((fold_trial, (respondents, plan, part)) for part in parts)


def _curve_tasks(respondents: Respondents, plan: Plan, repeats: int) -> Iterator[Task]:
    for share in SHARES:
        for repeat in range(repeats):
            quarters = stratified(respondents, 4, [plan.seed, CURVE, repeat])
            left = np.concatenate(quarters[int(4 * share) :])
            yield fold_trial, (respondents, plan, left)


def run(tasks: list[Task], jobs: int | None, progress: Progress | None) -> list[Any]:
    """What the tasks find, in their order."""
    from joblib import Parallel, delayed

    report = progress or (lambda done, total: None)
    report(0, len(tasks))
    parallel = Parallel(n_jobs=jobs or -1, batch_size=1, return_as="generator")
    found = []
    with closing(parallel(delayed(_alone)(*task) for task in tasks)) as results:
        for result in results:
            found.append(result)
            report(len(found), len(tasks))
    return found


def _alone(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """Run a task on one thread: as many processes as cores, and sums in one order everywhere."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(1):
        return function(*arguments)


def _summary(
    respondents: Respondents, plan: Plan, parts: list[list[Any]], folds: int, dropped: int
) -> Assessment:
    """The record of what the tasks found."""
    all_of_it: Whole = parts[0][0]
    by_fold: list[Trial] = parts[1]
    by_half: list[Trial] = [trial for pair in parts[2] for trial in pair]
    permuted: list[list[Trial]] = parts[3]
    curve: list[Trial] = parts[4]
    trials = [*by_fold, *by_half, *(trial for pair in permuted for trial in pair), *curve]
    proved = [all_of_it.proved, *(trial.proved for trial in trials)]
    noise = [np.mean([trial.consistent.gain for trial in pair]) for pair in permuted]
    _, counts = np.unique(respondents.answers, axis=0, return_counts=True)
    return Assessment(
        promised=all_of_it.promised,
        held_out={
            what: HeldOut(
                split_estimate(each(by_fold, "consistent", what), 1 / (folds - 1)),
                split_estimate(each(by_half, "independent", what), 1.0),
            )
            for what in ("value", "no_query", "gain")
        },
        permuted_gain=central_estimate(np.array(noise)),
        asked=all_of_it.asked,
        chosen=_shares(
            [trial.asked for trial in by_fold],
            [query.name for query in queries_of(respondents, plan.cut_ordered)],
        ),
        types=all_of_it.types,
        singletons=int((counts == 1).sum()),
        respondents=len(respondents),
        dropped=dropped,
        margin=all_of_it.margin,
        log_loss=all_of_it.log_loss,
        curve=_curve(curve, len(respondents)),
        choices=len(proved),
        proved=sum(proved),
        budget=plan.budget,
        adaptive=plan.adaptive,
    )


def each(trials: list[Trial], who: str, what: str) -> FloatArray:
    """What each of some trials earned."""
    return np.array([getattr(getattr(trial, who), what) for trial in trials])


def _shares(asked: list[tuple[str, ...]], names: list[str]) -> dict[str, float]:
    """How often each query was chosen, most often first, then in their order."""
    shares = {name: sum(name in queries for queries in asked) / len(asked) for name in names}
    return dict(sorted(shares.items(), key=lambda item: -item[1]))


def _curve(trials: list[Trial], respondents: int) -> tuple[CurvePoint, ...]:
    repeats = len(trials) // len(SHARES)
    points = []
    for place, share in enumerate(SHARES):
        some = trials[place * repeats : (place + 1) * repeats]
        value, gain = (float(each(some, "consistent", what).mean()) for what in ("value", "gain"))
        points.append(CurvePoint(round(share * respondents), value, gain))
    return tuple(points)
