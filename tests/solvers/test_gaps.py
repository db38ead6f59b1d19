"""A gap asked for ends a search early, and the answer is then feasible with a bound that holds."""

from fractions import Fraction

import numpy as np
import pytest

from suasion import BinaryPersuasion, FinitePersuasion, PartitionQueries, QuerySelection, solve
from suasion.solvers.clock import Clock
from suasion.solvers.partition.branching import allowance, branch
from suasion.solvers.partition.task import partition_task


def question(seed, types=30, queries=20, budget=4, adaptive=False, costs=None):
    rng = np.random.default_rng(seed)
    weights = rng.exponential(size=types)
    instance = BinaryPersuasion(weights / weights.sum(), rng.random(types))
    labels = rng.integers(0, 2, (queries, types))
    return QuerySelection(
        instance, PartitionQueries.from_labels(labels), budget, adaptive=adaptive, costs=costs
    )


def holds(early, proved, gap):
    assert proved.status == "optimal"
    assert early.status == "feasible"
    assert early.value <= proved.value + 1e-12 <= early.bound + 2e-12
    assert 1e-9 < early.gap <= gap + 1e-12
    assert early.report.nodes < proved.report.nodes


@pytest.mark.parametrize("costs", [None, 0.001])
@pytest.mark.parametrize("seed", range(3))
def test_branch_and_bound_stops_at_the_gap(seed, costs):
    problem = question(seed, costs=costs)
    holds(solve(problem, gap=0.05), solve(problem), 0.05)


@pytest.mark.parametrize("seed", range(3))
def test_the_program_over_trees_stops_at_the_gap(seed):
    problem = question(seed, types=12, queries=8, budget=3, adaptive=True)
    holds(solve(problem, "dp", gap=0.2), solve(problem, "dp"), 0.2)


def test_branch_and_bound_about_finite_persuasion_stops_at_the_gap():
    problem = question(2, types=7, queries=7, budget=3)
    finite = FinitePersuasion.from_binary(problem.persuasion)
    asked = QuerySelection(finite, problem.oracle, 3)
    holds(solve(asked, gap=0.3), solve(asked), 0.3)


@pytest.mark.parametrize("exact", [False, True])
def test_the_bound_of_the_plain_search_is_the_most_that_was_left(exact):
    problem = question(1, types=8, queries=8, budget=3)
    task = partition_task(problem, exact=exact)
    best = branch(task, [], Clock())
    worths = set()
    for gap in (0.0, 0.01, 0.1, 1.0):
        found = branch(task, [], Clock(), gap)
        worth = task.earned(list(task.query_set(found.rows).cells(problem)))
        assert worth <= best.bound + 1e-12 <= found.bound + 2e-12
        assert found.bound <= worth + allowance(gap, worth) + 1e-12
        assert isinstance(found.bound, Fraction) == exact
        worths.add(found.nodes)
    assert len(worths) > 1


@pytest.mark.parametrize("gap", [1e-12, 1e-10])
def test_a_gap_within_the_tolerance_is_optimal(gap):
    problem = question(2)
    result = solve(problem, gap=gap)
    assert result.status == "optimal"
    assert result.value == pytest.approx(solve(problem).value, abs=1e-9)
