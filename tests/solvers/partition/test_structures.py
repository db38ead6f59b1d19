"""Queries with structure: cuts, laminar families, segments of the order, set covers."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import REGIMES, examples, instances, query_costs

from suasion import BinaryPersuasion, PartitionQueries, QuerySelection, solve
from suasion.solvers.clock import Clock
from suasion.solvers.partition import auto, search
from suasion.solvers.partition.arrays import BinaryArrays
from suasion.solvers.partition.compiled.gains import enter_gains, push_gains
from suasion.solvers.partition.compiled.state import GENERAL, INTERVALS, STARS
from suasion.solvers.partition.cuts import cut_positions
from suasion.solvers.partition.splits import SplitTree, best_splits, policy_utilities
from suasion.solvers.partition.task import partition_task

F = Fraction


@st.composite
def laminar_sets(draw, n):
    """Nested or disjoint sets of n types, by splitting at random, some left out."""
    sets, groups = [], [draw(st.permutations(range(n)))]
    while groups:
        group = groups.pop()
        if len(group) < 2:
            continue
        at = draw(st.integers(1, len(group) - 1))
        for part in (group[:at], group[at:]):
            if draw(st.booleans()):
                sets.append(sorted(part))
            groups.append(part)
    return sets


def against_the_rest(sets, n):
    return [[list(s), sorted(set(range(n)) - set(s))] for s in sets if 0 < len(s) < n]


def shape_of(question):
    task = partition_task(question)
    return BinaryArrays(question.persuasion, task).tables.shape if len(task) else None


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("costs", ["free", "unequal"])
@given(data=st.data())
@examples(25)
def test_laminar_families_are_solved_by_their_tree(regime, costs, data):
    instance = data.draw(instances(regime, min_types=2, max_types=7))
    queries = against_the_rest(data.draw(laminar_sets(len(instance))), len(instance))
    prices = data.draw(query_costs(len(queries), costs))
    budget = data.draw(st.sampled_from([1, 2, 3, None]))
    question = QuerySelection(instance, PartitionQueries(queries), budget, costs=prices)
    best = solve(question, "brute-force", exact=True).exact_value
    result = solve(question, "dp", exact=True) if queries else solve(question, exact=True)
    assert result.exact_value == best
    assert result.status == "optimal"
    assert result.exact
    assert solve(question).value == pytest.approx(float(best), abs=1e-12)


def test_crossing_sets_have_no_tree():
    instance = BinaryPersuasion([F(1, 4)] * 4, ["1/10", "1/5", "3/10", "2/5"])
    crossing = QuerySelection(
        instance, PartitionQueries([[[0, 1], [2, 3]], [[0, 2], [1, 3]]]), budget=1
    )
    assert SplitTree.found(partition_task(crossing)) is None
    with pytest.raises(ValueError, match='"dp" needs cuts or nested two-cell queries'):
        solve(crossing, "dp")
    three = QuerySelection(instance, PartitionQueries([[[0], [1], [2, 3]]]))
    assert SplitTree.found(partition_task(three)) is None


@given(instances(max_types=5))
@examples(60)
def test_a_cell_earns_the_best_sum_over_types_of_some_policy(instance):
    utilities = policy_utilities(instance, exact=True)
    task = partition_task(QuerySelection(instance, PartitionQueries([])), exact=True)
    for size in range(1, len(instance) + 1):
        for cell in combinations(range(len(instance)), size):
            members = np.array(cell)
            assert utilities[members].sum(axis=0).max() == task.value(members)


def test_a_program_over_splits_out_of_time_leaves_it_to_the_search():
    instance = BinaryPersuasion([F(1, 4)] * 4, ["1/10", "1/5", "3/10", "2/5"])
    question = QuerySelection(
        instance, PartitionQueries(against_the_rest([[1], [2], [1, 2]], 4)), budget=2
    )
    task = partition_task(question)
    tree = SplitTree.found(task)
    assert best_splits(question, task, tree, Clock(0)) is None
    late = solve(question, time_limit=0)
    assert late.bound >= solve(question).value >= late.value


@st.composite
def questions_of_cuts(draw, kinds=("free", "equal", "unequal")):
    """Some real cuts of an instance written as partitions, either cell first."""
    instance = draw(instances(min_types=2, max_types=6))
    rho = instance.numbers(exact=True)[2]
    queries = []
    for cutoff in sorted(set(rho.tolist()))[1:]:
        below = [i for i in range(len(rho)) if rho[i] < cutoff]
        above = [i for i in range(len(rho)) if rho[i] >= cutoff]
        if draw(st.booleans()):
            queries.append([below, above] if draw(st.booleans()) else [above, below])
    costs = draw(query_costs(len(queries), draw(st.sampled_from(kinds))))
    budget, adaptive = draw(st.sampled_from([1, 2, None])), draw(st.booleans())
    return QuerySelection(instance, PartitionQueries(queries), budget, adaptive, costs)


@given(questions_of_cuts())
@examples(120)
def test_some_cuts_are_solved_by_the_program_for_all_cuts(question):
    best = solve(question, "brute-force", exact=True).exact_value
    result = solve(question, exact=True)
    assert result.exact_value == best
    assert result.status == "optimal"
    task = partition_task(question)
    if len(task):
        assert cut_positions(question, task) is not None
        assert result.method == "dp"


def test_a_query_that_tells_equal_thresholds_apart_is_no_cut():
    instance = BinaryPersuasion(["1/4", "1/4", "1/2"], ["1/5", "1/5", "2/5"])
    question = QuerySelection(instance, PartitionQueries([[[0], [1, 2]]]))
    assert cut_positions(question, partition_task(question)) is None


@st.composite
def segment_questions(draw):
    """Queries whose cells are segments of the order by threshold."""
    instance = draw(instances(min_types=2, max_types=7))
    rho = instance.numbers(exact=True)[2].tolist()
    queries = []
    for _ in range(draw(st.integers(1, 5))):
        cuts = draw(st.lists(st.sampled_from(rho), min_size=1, max_size=3))
        labels = [sum(r >= c for c in cuts) for r in rho]
        cells = [[i for i, x in enumerate(labels) if x == a] for a in sorted(set(labels))]
        queries.append(cells)
    costs = draw(query_costs(len(queries), draw(st.sampled_from(["free", "unequal"]))))
    budget = draw(st.sampled_from([2, 3, None]))
    return QuerySelection(instance, PartitionQueries(queries), budget, costs=costs)


@st.composite
def star_questions(draw):
    """Queries that tell some types from all others, as in set cover; thresholds up to 1/2."""
    instance = draw(instances(draw(st.sampled_from(["low", "private-low"])), 2, 7))
    n, queries = len(instance), []
    for _ in range(draw(st.integers(1, 5))):
        told = draw(st.lists(st.integers(1, n - 1), unique=True, max_size=n - 2))
        rest = [i for i in range(n) if i not in told]
        queries.append([rest, *([i] for i in told)])
    costs = draw(query_costs(len(queries), draw(st.sampled_from(["free", "unequal"]))))
    budget = draw(st.sampled_from([2, 3, None]))
    return QuerySelection(instance, PartitionQueries(queries), budget, costs=costs)


@pytest.mark.parametrize("questions", [segment_questions(), star_questions()])
@pytest.mark.parametrize("threads", [1, 2])
@given(data=st.data())
@examples(80)
def test_structure_is_searched_by_gains(questions, threads, data):
    question = data.draw(questions)
    best = solve(question, "brute-force", exact=True).value
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "COMPILED_CELLS", 0)
        result = solve(question, "branch-and-bound", threads=threads)
    assert result.value == pytest.approx(best, abs=1e-12)
    assert result.status == "optimal"


@pytest.mark.parametrize("family", ["segments", "star"])
def test_structured_searches_stopped_anywhere_bound_the_optimum(family):
    rng = np.random.default_rng(4)
    n, m = 30, 24
    beliefs = np.sort(rng.uniform(0.01, 0.5, n))
    instance = BinaryPersuasion(rng.dirichlet(np.ones(n)), beliefs)
    if family == "segments":
        labels = [
            np.searchsorted(np.sort(rng.choice(n, 3, False)), np.arange(n)) for _ in range(m)
        ]
    else:
        told = rng.random((m, n)) < 0.2
        labels = np.where(told, 1 + np.cumsum(told, axis=1), 0)
    question = QuerySelection(instance, PartitionQueries.from_labels(labels), budget=4)
    assert shape_of(question) == (INTERVALS if family == "segments" else STARS)
    best = solve(question, "branch-and-bound").value
    exhausted = 0
    for looks in range(0, 400, 7):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(search, "CHUNK", 20_000)
            patch.setattr(Clock, "stopped", property(_stops_after(looks)))
            result = solve(question, "branch-and-bound")
        assert result.bound >= best - 1e-12
        assert result.value <= best + 1e-12
        exhausted += result.status == "optimal"
    assert 0 < exhausted < 57


def _stops_after(looks):
    left = [looks]

    def stopped(self):
        left[0] -= 1
        return "time limit" if left[0] < 0 else None

    return stopped


def test_segments_of_four_cells_are_exact_cover_by_three_sets():
    # Ten types, nine cuts, three of them a query: the ceiling takes three disjoint triples.
    instance = BinaryPersuasion([F(1, 10)] * 10, [F(k, 25) for k in range(1, 11)])
    ceiling = instance.full_information(exact=True)

    def optimum(triples):
        oracle = PartitionQueries.from_labels(
            [np.searchsorted(sorted(t), np.arange(10), side="right") for t in triples]
        )
        question = QuerySelection(instance, oracle, budget=3)
        assert shape_of(question) == INTERVALS
        return solve(question, "branch-and-bound", exact=True).exact_value

    exact_cover = [(1, 4, 7), (2, 5, 9), (3, 6, 8), (1, 2, 3), (4, 5, 6)]
    assert optimum(exact_cover) == ceiling
    assert optimum([(1, 4, 7), (2, 5, 9), (3, 6, 9), (1, 2, 3), (4, 5, 8)]) < ceiling


def test_other_queries_have_no_shape():
    instance = BinaryPersuasion([F(1, 4)] * 4, ["1/10", "1/5", "3/10", "2/5"])
    question = QuerySelection(instance, PartitionQueries([[[0, 2], [1, 3]]]))
    assert shape_of(question) == GENERAL
    above = BinaryPersuasion([F(1, 4)] * 4, ["1/10", "1/5", "3/10", "9/10"])
    star = QuerySelection(above, PartitionQueries([[[0, 2], [1], [3]]]))
    assert shape_of(star) == GENERAL


def test_auto_goes_on_with_the_program_when_half_the_time_is_spent(monkeypatch):
    rng = np.random.default_rng(1)
    instance = BinaryPersuasion(rng.dirichlet(np.ones(9)), rng.uniform(0, 0.5, 9))
    oracle = PartitionQueries.from_labels(rng.integers(0, 2, (7, 9)))
    question = QuerySelection(instance, oracle, budget=3)
    best = solve(question)
    assert best.method == "branch-and-bound"
    # The first method is stopped at once, so that the second has to prove the answer.
    first = auto.branch_and_bound
    monkeypatch.setattr(
        auto,
        "branch_and_bound",
        lambda problem, options: first(problem, type(options)(time_limit=0)),
    )
    result = solve(question, time_limit=20)
    assert result.method == "mip"
    assert result.status == "optimal"
    assert result.value == pytest.approx(best.value, abs=1e-7)
    monkeypatch.setattr(auto, "LEAST_MIP_SECONDS", 1000.0)
    assert solve(question, time_limit=20).status == "feasible"


@pytest.mark.parametrize("family", [INTERVALS, STARS])
@pytest.mark.parametrize("priced", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_no_set_that_goes_on_from_a_node_beats_its_limit(family, priced, seed):
    rng = np.random.default_rng(seed)
    n, m, most = 9, 7, 4
    top = 0.5 if family == STARS else 0.9
    instance = BinaryPersuasion(
        rng.dirichlet(np.ones(n)), rng.uniform(size=n), rng.uniform(0, top, n)
    )
    if family == STARS:
        told = rng.random((m, n)) < 0.35
        told[:, 0] = False
        labels = np.where(told, np.cumsum(told, axis=1), 0)
    else:
        ranks = instance.rank
        cuts = [np.sort(rng.choice(np.arange(1, n), 2, False)) for _ in range(m)]
        labels = [np.searchsorted(ends, ranks, side="right") for ends in cuts]
    costs = rng.uniform(0, 0.02, m) if priced else None
    question = QuerySelection(instance, PartitionQueries.from_labels(labels), most, costs=costs)
    task = partition_task(question)
    arrays = BinaryArrays(instance, task)
    assert arrays.tables.shape == family
    state, scratch, shared = arrays.search(most), arrays.scratch(), np.array([-np.inf])
    free = QuerySelection(instance, question.oracle, costs=costs)

    def best_with(path, query, later, more):
        return max(
            task.query_set([*path, query, *others]).value(free)
            for k in range(more)
            for others in combinations(later, k)
        )

    def check(path):
        more = most - len(path)
        enter_gains.compiled(arrays.tables, scratch, state, shared, more, 0.0)
        # Nothing is known yet that could be pruned with.
        shared[0] = state.found[0] = -np.inf
        depth = len(path)
        order = state.order[depth, : state.size[depth]].tolist()
        for place, query in enumerate(order):
            best = best_with(path, query, order[place + 1 :], more)
            assert state.limit[depth, place] >= best - 1e-12
        return order

    order = check([])
    for place in range(len(order) - 2):
        state.depth[0] = 0
        push_gains.compiled(arrays.tables, scratch, state, place)
        check([order[place]])


def test_limits_are_exact_where_gains_add_up():
    # A heavy type keeps the best odds of the common cell fixed, and no type is told apart twice.
    instance = BinaryPersuasion([0.7] + [0.05] * 6, [0.25] + [0.4] * 6)
    sizes = [[1, 2, 3], [4, 5], [6]]
    labels = [[1 + i if i in told else 0 for i in range(7)] for told in sizes]
    question = QuerySelection(instance, PartitionQueries.from_labels(labels), 3)
    task = partition_task(question)
    arrays = BinaryArrays(instance, task)
    assert arrays.tables.shape == STARS
    for most in (2, 3):
        state, scratch = arrays.search(most), arrays.scratch()
        enter_gains.compiled(arrays.tables, scratch, state, np.array([-np.inf]), most, 0.0)
        order = state.order[0, :3].tolist()
        assert order == [0, 1, 2]
        for place in range(3):
            best = task.query_set(order[place : place + most]).value(question)
            assert state.limit[0, place] == pytest.approx(best, abs=1e-12)
