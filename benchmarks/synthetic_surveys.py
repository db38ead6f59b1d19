"""Assessments against the truth: python benchmarks/synthetic_surveys.py --respondents 500

Worlds of 8 three-way questions with a logistic truth (`suasion.surveys.worlds`), budget 3. For
each: what was promised, what held up, and what the answer that was fitted on everyone really earns
from people who know their true beliefs; and the same table with shuffled outcomes.
"""

import argparse
from dataclasses import replace

import numpy as np
from joblib import Parallel, delayed

from suasion.surveys.assessing import assess
from suasion.surveys.fitting import Plan
from suasion.surveys.margins import answered
from suasion.surveys.worlds import World

FEW = {"permutations": 1, "jobs": 1}


def row(seed, respondents, margin):
    """Promised, held out (both), realised; gain with its interval, realised gain."""
    truth = World.random(seed)
    people, plan = truth.sample(respondents, seed), Plan(3, margin=margin)
    found, fit = assess(people, plan, **FEW), answered(people, plan)
    realised, gain = truth.realised(fit), found.held_out["gain"].consistent
    held = found.held_out["value"]
    return [
        *(found.margin, found.promised.value, held.consistent.value, held.independent.value),
        *(realised.value, gain.value, *gain.interval, realised.gain),
    ]


def permuted(seed, respondents, margin):
    """Interval of the gain where outcomes are shuffled, and whether it is said to pay."""
    people = World.random(seed).sample(respondents, seed)
    outcomes = np.random.default_rng(seed).permutation(people.outcomes)
    found = assess(replace(people, outcomes=outcomes), Plan(3, margin=margin), halves=1, **FEW)
    return [*found.held_out["gain"].consistent.interval, found.pays]


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--respondents", type=int, default=500)
    options.add_argument("--margin", default="auto")
    options.add_argument("--worlds", type=int, default=20)
    options.add_argument("--permuted", type=int, default=10)
    options.add_argument("--jobs", type=int, default=1)
    given = options.parse_args()
    margin = given.margin if given.margin == "auto" else float(given.margin)
    work = [delayed(row)(s, given.respondents, margin) for s in range(given.worlds)]
    names = ("margin", "promised", "consistent", "independent", "realised", "gain", "from", "to")
    names = (*names, "realised gain")
    print("  ".join(names))
    rows = []
    for each in Parallel(given.jobs, return_as="generator")(work):
        rows.append(each)
        line = (f"{x:{len(name)}.3f}" for x, name in zip(each, names, strict=True))
        print("  ".join(line), flush=True)
    of = dict(zip(names, np.array(rows).T, strict=True))
    held = (of["consistent"] + of["independent"]) / 2
    covered = (of["from"] <= of["realised gain"]) & (of["realised gain"] <= of["to"])
    print(
        f"held out - realised    {np.mean(held - of['realised']):.4f}, "
        f"absolute {np.abs(held - of['realised']).mean():.4f}"
    )
    print(f"promised - realised    {np.mean(of['promised'] - of['realised']):.4f}")
    print(
        f"gain: mean {of['gain'].mean():.4f}, realised {of['realised gain'].mean():.4f}, "
        f"width {np.mean(of['to'] - of['from']):.4f}, covers {covered.sum()} of {len(rows)}"
    )
    noise = [delayed(permuted)(s, given.respondents, margin) for s in range(given.permuted)]
    if found := Parallel(given.jobs)(noise):
        low, high, pays = np.array(found).T
        print(
            f"shuffled: covers 0 in {int(((low <= 0) & (high >= 0)).sum())}, above 0 in "
            f"{int((low > 0).sum())}, below 0 in {int((high < 0).sum())} of {len(found)}, "
            f"said to pay {int(pays.sum())}, mean of middles {np.mean((low + high) / 2):.4f}"
        )


if __name__ == "__main__":
    main()
