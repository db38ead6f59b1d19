"""The working form of partition queries: which queries are needed, and the memo of V(C)."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import examples, instances, optimum, partition_oracles, query_costs, triples

from suasion import BinaryPersuasion, PartitionQueries, QuerySelection, QuerySet, QueryTree, solve
from suasion.solvers.partition import task as module
from suasion.solvers.partition.task import CellValues, needed_queries, partition_task

F = Fraction


def refines(fine, coarse):
    """Types that `fine` does not tell apart are not told apart by `coarse`."""
    pairs = combinations(range(len(fine)), 2)
    return all(coarse[i] == coarse[j] for i, j in pairs if fine[i] == fine[j])


@st.composite
def related_oracles(draw, n):
    """Partitions of n types, some with cells joined, renumbered or told further apart."""
    rows = draw(partition_oracles(n, max_queries=2)).labels.tolist()
    for row in list(rows):
        joined = draw(st.lists(st.integers(0, 2), min_size=3, max_size=3))
        rows.append([joined[a] for a in row])
    order = draw(st.permutations(range(len(rows))))
    return PartitionQueries.from_labels(np.array([rows[q] for q in order]).reshape(-1, n))


@pytest.mark.parametrize(
    ("labels", "costs", "kept"),
    [
        ([[0, 0, 0]], [0], []),
        ([[0, 0, 0], [0, 1, 1]], [0, 0], [1]),
        # Equal partitions: the cheapest stays, then the first.
        ([[0, 1, 1], [1, 0, 0]], [0, 0], [0]),
        ([[0, 1, 1], [1, 0, 0]], [2, 1], [1]),
        ([[2, 0, 1, 1], [0, 1, 2, 2], [1, 2, 0, 0]], [2, 1, 1], [1]),
        # A finer query at most as dear replaces a coarser one; a dearer one does not.
        ([[0, 0, 1], [0, 1, 2]], [0, 0], [1]),
        ([[0, 0, 1], [0, 1, 2]], [2, 1], [1]),
        ([[0, 0, 1], [0, 1, 2]], [1, 2], [0, 1]),
        ([[0, 1, 2], [1, 1, 0]], [1, 1], [0]),
        # As many cells, or crossing cells, refine nothing.
        ([[0, 0, 1], [0, 1, 1]], [1, 0], [0, 1]),
        ([[0, 0, 1, 1], [0, 1, 2, 2], [0, 1, 0, 2]], [0, 0, 0], [1, 2]),
        # The coarsest goes because of the finest, though not because of the one between.
        ([[0, 0, 1, 1], [0, 0, 1, 2], [0, 1, 2, 3]], [1, 2, 1], [2]),
        ([[0, 0, 1, 1], [0, 0, 1, 2], [0, 1, 2, 3]], [1, 2, 3], [0, 1, 2]),
        ([[0, 0, 1, 1], [0, 0, 1, 2], [0, 1, 2, 3]], [2, 1, 2], [1, 2]),
    ],
)
def test_queries_that_something_as_cheap_replaces_are_dropped(labels, costs, kept):
    assert needed_queries(np.array(labels), np.array(costs, dtype=float)).tolist() == kept
    assert needed_queries(np.array(labels), np.array(costs, dtype=object)).tolist() == kept


@given(st.integers(1, 6), st.data())
@examples(60)
def test_a_query_is_kept_unless_a_kept_one_tells_as_much_for_as_little(n, data):
    labels = data.draw(related_oracles(n)).labels
    costs = data.draw(st.lists(st.integers(0, 2), min_size=len(labels), max_size=len(labels)))
    kept = needed_queries(labels, np.array(costs, dtype=float)).tolist()
    assert kept == sorted(set(kept))
    for q, row in enumerate(labels):
        replaced = [p for p in kept if refines(labels[p], row) and costs[p] <= costs[q]]
        constant = len(set(row.tolist())) == 1
        if q in kept:
            assert replaced == [q]
            assert not constant
        else:
            assert replaced or constant


@pytest.mark.parametrize("copies", [1, 12])
def test_equal_partitions_of_many_cells_are_found_however_they_are_numbered(copies):
    # Few queries of many cells and many queries of few cells are numbered by different code.
    rng = np.random.default_rng(0)
    rows = [rng.permutation(9)[rng.integers(0, 9, 12)] for _ in range(2)]
    again = [rng.permutation(9)[row] for row in rows for _ in range(copies)]
    assert needed_queries(np.array(rows + again), np.zeros(2 + 2 * copies)).tolist() == [0, 1]


def test_many_queries_are_not_all_compared_but_duplicates_still_go(monkeypatch):
    labels = np.array([[0, 0, 1, 1], [0, 0, 1, 2], [1, 1, 0, 0], [0, 0, 0, 0]])
    assert needed_queries(labels, np.zeros(4)).tolist() == [1]
    monkeypatch.setattr(module, "MOST_COMPARISONS", 0)
    assert needed_queries(labels, np.zeros(4)).tolist() == [0, 1]


@pytest.mark.parametrize("adaptive", [False, True])
@given(data=st.data())
@examples(25)
def test_dropped_queries_never_change_the_optimum(adaptive, data):
    instance = data.draw(instances(max_types=5))
    oracle = data.draw(related_oracles(len(instance)))
    kind = data.draw(st.sampled_from(["free", "equal", "unequal"]))
    costs = data.draw(query_costs(len(oracle), kind))
    whole = QuerySelection(instance, oracle, costs=costs)
    kept = partition_task(whole, exact=True).queries
    fewer = PartitionQueries.from_labels(oracle.labels[kept])
    left = whole.cost_numbers(exact=True)[kept].tolist()
    for budget in (1, 2, None):
        before = QuerySelection(instance, oracle, budget, adaptive, costs)
        after = QuerySelection(instance, fewer, budget, adaptive, left)
        values = [solve(q, "brute-force", exact=True).exact_value for q in (before, after)]
        assert values[0] == values[1]


@pytest.mark.parametrize("exact", [False, True])
@given(data=st.data())
@examples(20)
def test_the_task_values_cells_and_further_queries_by_the_definition(exact, data):
    instance = data.draw(instances(max_types=5))
    oracle = data.draw(partition_oracles(len(instance)))
    task = partition_task(QuerySelection(instance, oracle), exact)
    types = triples(instance)

    def worth(cells):
        return sum(optimum([types[i] for i in cell]) for cell in cells)

    cells = [task.everyone]
    if len(task):
        cells = task.refined(cells, data.draw(st.integers(0, len(task) - 1)))
    expected = []
    for row in task.labels:
        parts = [[i for i in cell if row[i] == a] for cell in cells for a in set(row.tolist())]
        expected.append(worth(part for part in parts if part))
    tolerance = 0 if exact else 1e-12
    assert task.additions(cells).tolist() == pytest.approx(expected, abs=tolerance)
    assert task.earned(cells) == pytest.approx(worth(cells), abs=tolerance)
    everything = instance.full_information(exact=True)
    assert task.ceiling == pytest.approx(everything, abs=tolerance)
    assert task.alone.tolist() == pytest.approx([worth([[i]]) for i in task.everyone], abs=1e-12)
    assert task.exact == exact
    assert isinstance(task.value(task.everyone), F if exact else float)


ORACLE = PartitionQueries.from_labels(
    [[0, 0, 0, 0], [0, 1, 1, 1], [1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 1, 2]]
)
FOUR = BinaryPersuasion(["1/4"] * 4, ["1/10", "1/5", "3/10", "2/5"])


def test_rows_are_answered_by_the_numbers_of_the_oracle():
    task = partition_task(QuerySelection(FOUR, ORACLE, costs=["0", "1/10", "0", "0", "1/5"]))
    assert task.queries.tolist() == [2, 3, 4]
    assert task.costs.tolist() == [0, 0, 0.2]
    assert task.query_set([2, 0]) == QuerySet([2, 4])
    tree = QueryTree((1, None, 0, None, None), (((0, 2), (1, 1)), (), ((0, 3), (1, 4)), (), ()))
    assert task.query_tree(tree).queries == (3, None, 2, None, None)
    assert task.query_tree(tree).children == tree.children
    other = task.ordered(np.array([2, 0]))
    assert other.query_set([0]) == QuerySet([4])
    assert other.costs.tolist() == [0.2, 0]
    assert other.labels.tolist() == ORACLE.labels[[4, 2]].tolist()


@pytest.mark.parametrize("adaptive", [False, True])
def test_answers_name_the_queries_that_were_asked(adaptive):
    # Only query 3 of this oracle can tell types 0 and 1 from the others.
    oracle = PartitionQueries.from_labels([[0] * 4, [0, 0, 1, 1], [1, 1, 0, 0], [1, 1, 0, 0]])
    question = QuerySelection(FOUR, oracle, 1, adaptive, costs=["0", "1/50", "1/50", "1/100"])
    answer = solve(question).answer
    assert [q for q in answer.queries if q is not None] == [3]


@pytest.mark.parametrize(("budget", "rounds"), [(None, 2), (0, 0), (1, 1), (2, 2), (9, 2)])
def test_no_more_rounds_are_allowed_than_there_are_needed_queries(budget, rounds):
    assert partition_task(QuerySelection(FOUR, ORACLE, budget)).rounds == rounds


@pytest.mark.parametrize("exact", [False, True])
def test_a_task_without_queries_has_values_only(exact):
    for oracle in (PartitionQueries([]), PartitionQueries([[[0, 1, 2, 3]]])):
        task = partition_task(QuerySelection(FOUR, oracle), exact)
        assert (len(task), task.rounds, task.has_costs) == (0, 0, False)
        assert task.labels.shape == (0, 4)
        assert task.additions([task.everyone]).tolist() == []
        assert task.value(task.everyone) == pytest.approx(optimum(triples(FOUR)), abs=1e-12)
        assert task.query_set([]) == QuerySet([])


def test_the_memo_forgets_the_cell_not_used_for_longest():
    asked = []

    def value(cell):
        asked.append(cell.tolist())
        return len(cell)

    memo = CellValues(value, n=3, memory=2 * 250)
    first, second, third = np.array([0]), np.array([1, 2]), np.array([0, 1, 2])
    assert memo.limit == 2
    assert [memo(first), memo(second), memo(first), memo(third)] == [1, 2, 1, 3]
    assert asked == [[0], [1, 2], [0, 1, 2]]
    assert memo(first) == 1  # used after the second, so still there
    assert len(asked) == 3
    assert memo(second) == 2
    assert asked[3:] == [[1, 2]]
    assert (memo.computed, memo.remembered) == (4, 2)


def test_a_cell_is_known_by_its_members_in_any_order():
    memo = CellValues(lambda cell: cell.tolist(), n=40)
    assert memo(np.array([39, 0, 8])) == [0, 8, 39]
    assert memo(np.array([8, 39, 0])) == [0, 8, 39]
    assert memo.computed == 1
    # Members that share a byte, and those that differ by whole bytes.
    cells = [[0], [1], [7], [8], [16], [32], [0, 8], [0, 16], []]
    assert [memo(np.array(cell, dtype=int)) for cell in cells] == cells


@pytest.mark.parametrize(("memory", "limit"), [(0, 1), (2_000, 7), (10_000_000, 38_910)])
def test_memory_limits_the_memo_and_changes_no_value(memory, limit):
    rng = np.random.default_rng(1)
    instance = BinaryPersuasion(rng.dirichlet(np.ones(60)), rng.uniform(size=60))
    question = QuerySelection(
        instance, PartitionQueries.from_labels(rng.integers(0, 3, (20, 60))), budget=2
    )
    task = partition_task(question)
    memo = CellValues(lambda cell: task.value(cell), 60, memory)
    small = replace(task, value=memo)
    assert memo.limit == limit
    for q in range(3):
        cells = task.split(task.everyone, q)
        assert small.additions(cells).tolist() == task.additions(cells).tolist()
        assert memo.remembered <= memo.limit
    assert memo.computed >= memo.remembered
    assert memo.remembered == min(limit, task.value.computed)
