"""Time and memory of an assessment with its defaults: python benchmarks/assess.py

2,000 respondents, 34 questions of three answers of which 12 say something, budget 5; folds 2 x 5,
5 halvings, 20 shuffles. CPU seconds are those of all processes, memory the largest of one process
and of its children together.
"""

import argparse
import resource
import time

import numpy as np

from suasion.surveys.assessing import assess
from suasion.surveys.fitting import Plan
from suasion.surveys.worlds import World


def used():
    """CPU seconds of this process and its children so far."""
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    spent = [resource.getrusage(kind) for kind in who]
    return sum(each.ru_utime + each.ru_stime for each in spent)


def world(questions=34, informative=12):
    return World.random(0, questions, informative=informative)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--respondents", type=int, default=2000)
    options.add_argument("--jobs", type=int, default=2)
    given = options.parse_args()
    people = world().sample(given.respondents, 0)
    begun, spent = time.perf_counter(), used()
    found = assess(people, Plan(5), jobs=given.jobs)
    seconds, cpu = time.perf_counter() - begun, used() - spent
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    memory = sum(resource.getrusage(kind).ru_maxrss for kind in who) / 1024
    gain = found.held_out["gain"]
    print(found.verdict)
    print("\n".join(found.notes()))
    print(
        f"independent gain {gain.independent.value:.4f}; {np.round(cpu, 1)} CPU seconds, "
        f"{seconds:.1f} seconds with {given.jobs} processes, {memory:.0f} MB"
    )


if __name__ == "__main__":
    main()
