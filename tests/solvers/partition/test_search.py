"""The best query set by branch and bound, plain and compiled, against trying every set."""

from contextlib import contextmanager
from fractions import Fraction
from itertools import combinations
from threading import Lock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import REGIMES, examples, instances, partition_oracles, query_costs

from suasion import (
    BinaryPersuasion,
    PartitionQueries,
    QuerySelection,
    QuerySet,
    ThresholdQueries,
    solve,
)
from suasion.solvers.clock import Clock
from suasion.solvers.partition import answering as partition_methods
from suasion.solvers.partition import search as partition_search
from suasion.solvers.partition.arrays import BinaryArrays
from suasion.solvers.partition.branching import branch
from suasion.solvers.partition.greedy import (
    greedy_set,
    greedy_tree,
    improved_set,
    local_search_set,
    payoff,
    tree_payoff,
)
from suasion.solvers.partition.search import CompiledSearch, best_set
from suasion.solvers.partition.spaces import PlainSpace
from suasion.solvers.partition.task import CellValues, PartitionTask, partition_task
from suasion.solvers.partition.trees import TreeProgram, TreeSearch

F = Fraction
NEAR = 1e-12
# From how many query sets compiled loops are used: never, or always.
FORMS = {"plain": 10**9, "compiled": 0}
BUDGETS = (0, 1, 2, 3, None)
FAMILIES = ("pairs", "threes", "cuts", "intervals", "stars", "nested")
generators = st.builds(np.random.default_rng, st.integers(0, 2**32 - 1))


@contextmanager
def form(name):
    """Solve plain or compiled, whatever the size."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(partition_search, "COMPILED_CELLS", FORMS[name])
        yield patch


class Looks(Clock):
    """A clock that says to stop from the k-th look on."""

    def __init__(self, looks, why="time limit"):
        super().__init__()
        self.looks, self.why, self.lock = looks, why, Lock()

    @property
    def stopped(self):
        with self.lock:
            self.looks -= 1
            return self.why if self.looks < 0 else None


def family(name, instance, m, rng):
    """A partition oracle of m queries of one kind."""
    n, rank = len(instance), instance.rank
    rows = []
    for _ in range(m):
        if name == "pairs":
            rows.append(rng.integers(0, 2, n))
        elif name == "threes":
            rows.append(rng.integers(0, 3, n))
        elif name == "cuts":
            rows.append((rank >= rng.integers(0, n)).astype(int))
        elif name == "intervals":
            rows.append(np.searchsorted(np.sort(rng.integers(0, n, 2)), rank))
        elif name == "stars":
            rows.append(np.where(rng.random(n) < 0.25, np.arange(n) + 1, 0))
        else:
            rows.append((np.arange(n) // int(rng.integers(1, 4)) == rng.integers(0, n)) + 0)
    return PartitionQueries.from_labels(np.array(rows).reshape(m, n))


def grid_instance(n, rng, regime="both"):
    """Beliefs that are multiples of 1/20, ties and weights of zero among them."""
    top = 10 if "low" in regime else 20
    counts, beliefs = rng.integers(0, 7, n), rng.integers(0, top + 1, n)
    counts[0] += 1
    thresholds = rng.integers(0, top + 1, n) if "private" in regime else beliefs
    return BinaryPersuasion(
        [F(int(c), int(counts.sum())) for c in counts],
        [F(int(b), 20) for b in beliefs],
        [F(int(t), 20) for t in thresholds],
    )


def every_set(question):
    """The exact value of each query set, from the models."""
    m = len(question.oracle)
    return {
        rows: QuerySet(rows).value(question, exact=True)
        for k in range(m + 1)
        for rows in combinations(range(m), k)
    }


def limit_of(question):
    """Most queries that an answer may have."""
    m = len(question.oracle)
    return m if question.budget is None else min(question.budget, m)


def check(question, result, best):
    """An optimal answer within the budget, whose parts agree with each other."""
    assert result.status == "optimal"
    assert result.value == pytest.approx(float(best), abs=NEAR)
    assert result.bound == pytest.approx(float(best), abs=NEAR)
    assert result.value == pytest.approx(result.answer.value(question), abs=1e-15)
    assert len(result.answer) <= limit_of(question)


# The optimum


@pytest.mark.parametrize("costs", ["free", "equal", "unequal"])
@pytest.mark.parametrize("regime", REGIMES)
@given(data=st.data())
@examples(6)
def test_branch_and_bound_is_the_best_of_every_set(regime, costs, data):
    instance = data.draw(instances(regime))
    oracle = data.draw(partition_oracles(len(instance), max_queries=5))
    prices = data.draw(query_costs(len(oracle), costs))
    for budget in BUDGETS:
        question = QuerySelection(instance, oracle, budget, costs=prices)
        best = solve(question, "brute-force", exact=True).exact_value
        exact = solve(question, "branch-and-bound", exact=True)
        assert exact.exact
        assert exact.exact_value == best
        assert exact.answer.value(question, exact=True) == best
        check(question, exact, best)
        for name in FORMS:
            with form(name):
                for threads in (1, 2):
                    check(question, solve(question, "branch-and-bound", threads=threads), best)


@pytest.mark.parametrize("kind", FAMILIES)
@given(st.data())
@examples(8)
def test_the_search_finds_what_local_search_does_not(kind, data):
    rng = data.draw(generators)
    instance = grid_instance(9, rng, data.draw(st.sampled_from(REGIMES[:4])))
    costs = None if data.draw(st.booleans()) else (rng.integers(0, 9, 9) / 400).tolist()
    oracle = family(kind, instance, 9, rng)
    for budget in (2, 4):
        question = QuerySelection(instance, oracle, budget, costs=costs)
        best = solve(question, "brute-force").value
        task = partition_task(question)
        for name, threads in (("plain", 1), ("compiled", 1), ("compiled", 2)):
            # From the best single query, as bad a start as the search takes.
            found = searched(question, task, name, Clock(), threads)
            assert found.bound == pytest.approx(best, abs=NEAR)
            assert task.query_set(found.rows).value(question) == pytest.approx(best, abs=NEAR)
            assert len(found.rows) <= task.rounds


@pytest.mark.parametrize("kind", ["cuts", "intervals", "stars"])
def test_costs_of_the_size_of_gains_are_weighed_against_them(kind):
    asked = set()
    for seed in range(10):
        rng = np.random.default_rng(seed)
        instance = grid_instance(9, rng, "low")
        costs = (rng.integers(0, 9, 9) / 100).tolist()
        question = QuerySelection(instance, family(kind, instance, 9, rng), 2, costs=costs)
        best = solve(question, "brute-force")
        asked.add(len(best.answer))
        found = searched(question, partition_task(question), "compiled", Clock())
        assert found.bound == pytest.approx(best.value, abs=NEAR)
    assert len(asked) > 1


def searched(question, task, name, clock, threads=1):
    """What the search alone finds from the best single query."""
    start = greedy_set(task, task.additions, Looks(1))
    if name == "plain":
        return branch(task, start, clock)
    if not len(task):
        return branch(task, [], Clock())
    arrays = BinaryArrays(question.persuasion, task)
    return CompiledSearch(task, arrays, start, clock).run(threads)


@pytest.mark.parametrize("costs", ["free", "unequal"])
def test_more_sets_than_are_searched_in_rationals_still_get_an_exact_value(costs, monkeypatch):
    rng = np.random.default_rng(5)
    instance = grid_instance(7, rng)
    prices = None if costs == "free" else [F(int(c), 900) for c in rng.integers(0, 9, 6)]
    question = QuerySelection(instance, family("pairs", instance, 6, rng), 3, costs=prices)
    best = solve(question, "brute-force", exact=True).exact_value
    sets = sum(len(list(combinations(range(len(partition_task(question))), k))) for k in range(4))
    for largest, proved in ((sets, True), (sets - 1, False)):
        monkeypatch.setattr(partition_methods, "LARGEST_EXACT", largest)
        result = solve(question, "branch-and-bound", exact=True)
        assert (result.exact_value, result.status, result.exact) == (best, "optimal", proved)


# Out of time


@pytest.mark.parametrize("costs", [False, True])
@pytest.mark.parametrize("kind", ["pairs", "stars", "intervals"])
@pytest.mark.parametrize(("name", "threads"), [("plain", 1), ("compiled", 1), ("compiled", 2)])
def test_a_search_that_is_stopped_anywhere_bounds_the_optimum(name, threads, kind, costs):
    rng = np.random.default_rng(4)
    instance = grid_instance(12, rng, "low")
    prices = (rng.integers(0, 9, 9) / 400).tolist() if costs else None
    question = QuerySelection(instance, family(kind, instance, 9, rng), 3, costs=prices)
    best = solve(question, "brute-force").value
    task = partition_task(question)
    bounds, values = [], []
    with form(name) as patch:
        patch.setattr(partition_search, "CHUNK", 0)  # a look at the clock after every node
        clock = Looks(-1)
        while clock.looks < 0:
            clock = Looks(len(bounds))
            found = searched(question, task, name, clock, threads)
            value = task.query_set(found.rows).value(question)
            assert found.bound >= best - NEAR
            assert value <= best + NEAR
            assert len(found.rows) <= task.rounds
            bounds.append(found.bound)
            values.append(value)
    assert bounds[-1] == pytest.approx(best, abs=NEAR)
    assert values[-1] == pytest.approx(best, abs=NEAR)
    assert len(bounds) > 5
    assert bounds[0] > best + 1e-6
    assert values[0] < best - 1e-6
    if threads == 1:
        # More time never makes the answer worse.
        assert values == pytest.approx(np.maximum.accumulate(values).tolist(), abs=NEAR)


@pytest.mark.parametrize("costs", [False, True])
def test_what_so_few_queries_can_tell_apart_bounds_a_search_without_time(costs):
    # All ways to tell seven types in two: any two of them make four parts.
    labels = np.array([[mask >> i & 1 for i in range(7)] for mask in range(1, 64)])
    instance = BinaryPersuasion(["1/7"] * 7, [f"{k}/16" for k in range(1, 8)])
    prices = [F(q % 5, 1000) for q in range(63)] if costs else None
    question = QuerySelection(instance, PartitionQueries.from_labels(labels), 2, costs=prices)
    best = solve(question, "brute-force").value
    task = partition_task(question)
    for looks in range(8):
        found = searched(question, task, "compiled", Looks(looks))
        assert found.bound >= best - NEAR
        # Much less than everything, which takes three queries.
        assert found.bound < instance.full_information() - 1e-3


@pytest.mark.parametrize("name", FORMS)
def test_a_search_stopped_deep_below_the_first_query_bounds_what_is_open_above(name):
    # The first query is in every good set; the others go with it one way and another.
    rng = np.random.default_rng(1)
    instance = BinaryPersuasion(["1/16"] * 16, [f"{k}/40" for k in range(1, 17)])
    others = np.tile(rng.integers(0, 2, (8, 8)), 2)
    labels = np.vstack([np.arange(16) // 8, others])
    question = QuerySelection(instance, PartitionQueries.from_labels(labels), 4)
    best = solve(question, "brute-force")
    without = solve(QuerySelection(instance, PartitionQueries.from_labels(others)), "brute-force")
    assert without.value < best.value - 1e-3
    assert best.answer.queries[1] > 2
    task = partition_task(question)
    assert len(task) == 9
    below = 0
    with form(name) as patch:
        patch.setattr(partition_search, "CHUNK", 0)
        clock = Looks(-1)
        for looks in range(60):
            clock = Looks(looks)
            found = searched(question, task, name, clock)
            assert found.bound >= best.value - NEAR
            below += task.query_set(found.rows).value(question) < best.value - 1e-3
    assert below > 3
    assert clock.looks >= 0


@pytest.mark.parametrize("name", FORMS)
@given(st.data())
@examples(40)
def test_a_bound_out_of_time_holds_in_every_regime(name, data):
    rng = data.draw(generators)
    instance = grid_instance(8, rng, data.draw(st.sampled_from(REGIMES[:4])))
    costs = None if data.draw(st.booleans()) else (rng.integers(0, 9, 8) / 400).tolist()
    oracle = family(data.draw(st.sampled_from(FAMILIES)), instance, 8, rng)
    question = QuerySelection(instance, oracle, data.draw(st.sampled_from([1, 2, 3])), costs=costs)
    best = solve(question, "brute-force").value
    task = partition_task(question)
    with form(name) as patch:
        patch.setattr(partition_search, "CHUNK", 0)
        for _ in range(4):
            clock = Looks(data.draw(st.integers(0, 40)))
            found = searched(question, task, name, clock)
            assert found.bound >= best - NEAR
            assert task.query_set(found.rows).value(question) <= best + NEAR
            if clock.looks >= 0:
                assert found.bound <= best + NEAR


@pytest.mark.parametrize("method", ["branch-and-bound", "local-search", "greedy"])
@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("costs", [False, True])
def test_stopped_at_any_look_the_answer_is_feasible_and_the_bound_holds(costs, name, method):
    rng = np.random.default_rng(0)
    instance = grid_instance(8, rng, "low")
    prices = (rng.integers(0, 9, 7) / 400).tolist() if costs else None
    question = QuerySelection(instance, family("pairs", instance, 7, rng), 3, costs=prices)
    best = solve(question, "brute-force").value
    stages = 0
    with form(name) as patch:
        patch.setattr(partition_search, "CHUNK", 0)
        for k in range(1000):
            patch.setattr(partition_methods, "Clock", lambda *_, k=k: Looks(k, "interrupted"))
            result = solve(question, method)
            assert result.value <= best + NEAR
            assert result.bound >= best - NEAR
            assert len(result.answer) <= 3
            assert result.value == pytest.approx(result.answer.value(question), abs=1e-15)
            assert result.value >= solve(instance).value - NEAR
            if not result.report.raw_status:
                break
            assert result.report.raw_status == "interrupted"
            stages += 1
    assert stages > 2
    assert result.report.raw_status == ""
    if method == "branch-and-bound":
        check(question, result, best)


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("adaptive", [False, True])
def test_no_time_at_all_leaves_an_answer_and_a_bound(name, adaptive):
    rng = np.random.default_rng(2)
    instance = grid_instance(8, rng)
    oracle = PartitionQueries.from_labels([*rng.integers(0, 2, (5, 8)), np.arange(8) // 2])
    question = QuerySelection(instance, oracle, 2, adaptive)
    best = solve(question, "brute-force").value
    with form(name):
        for method in ("dp" if adaptive else "branch-and-bound", "greedy"):
            result = solve(question, method, time_limit=0)
            assert result.status == "feasible"
            assert result.report.raw_status == "time limit"
            assert solve(instance).value - NEAR <= result.value < best - 1e-6
            assert result.bound <= instance.full_information() + NEAR
            assert result.bound >= best - NEAR


@pytest.mark.parametrize("name", FORMS)
def test_progress_is_a_growing_share_with_values_below_bounds(name):
    rng = np.random.default_rng(6)
    instance = grid_instance(10, rng)
    question = QuerySelection(instance, family("pairs", instance, 9, rng), 4)
    best = solve(question, "brute-force").value
    heard = []
    with form(name) as patch:
        patch.setattr(partition_search, "CHUNK", 0)
        solve(question, "branch-and-bound", progress=heard.append)
    searching = [p for p in heard if p.nodes is not None]
    assert len(searching) > 1
    for p in searching:
        assert 0 <= p.done <= 1
        assert p.value <= best + NEAR
    shares = [p.done for p in searching]
    assert shares == sorted(shares)
    # The first bound is about everything; later ones about what is left.
    assert searching[0].bound >= best - NEAR


# Examples known from outside


@pytest.mark.parametrize("name", FORMS)
def test_queries_that_gain_only_together_are_found(name):
    instance = BinaryPersuasion(["1/6", "1/2", "1/3"], ["1/4", "1/2", "1/2"])
    oracle = PartitionQueries([[[1], [0, 2]], [[2], [0, 1]]])
    for chosen, value in (((), F(5, 6)), ([0], F(5, 6)), ([1], F(5, 6)), ([0, 1], F(11, 12))):
        alone = PartitionQueries.from_labels(oracle.labels[list(chosen)].reshape(-1, 3))
        question = QuerySelection(instance, alone)
        exact = solve(question, "branch-and-bound", exact=True)
        assert (exact.exact_value, exact.exact) == (value, True)
        with form(name):
            check(question, solve(question, "branch-and-bound"), value)
    with form(name):
        assert len(solve(QuerySelection(instance, oracle), "branch-and-bound").answer) == 2


@pytest.mark.parametrize("name", FORMS)
def test_a_cell_that_is_no_segment_is_chosen(name):
    instance = BinaryPersuasion(["1/4", "1/4", "1/2"], ["1/5", "2/5", "3/5"])
    oracle = PartitionQueries([[[0, 1], [2]], [[0, 2], [1]], [[0], [1, 2]]])
    question = QuerySelection(instance, oracle, 1)
    exact = solve(question, "branch-and-bound", exact=True)
    assert (exact.exact_value, exact.answer) == (F(37, 50), QuerySet([1]))
    with form(name):
        assert solve(question, "branch-and-bound").answer == QuerySet([1])
    cuts = QuerySelection(instance, ThresholdQueries(), 1)
    assert solve(cuts, exact=True).exact_value == F(59, 80)


DECEIVING = {
    "low": (
        ["1/10", "1/20", "1/5", "3/20", "1/4", "1/4"],
        ["1/4", *["1/2"] * 5],
        [[1, 0, 0, 0, 1, 1], [1, 0, 1, 1, 1, 0], [1, 0, 0, 1, 0, 1], [1, 0, 0, 0, 0, 1]],
        (F(9, 10), F(19, 20)),
    ),
    "on both sides of 1/2": (
        ["1/4", "5/16", "1/8", "5/16"],
        ["1/4", *["11/12"] * 3],
        [[0, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 1]],
        (F(111, 128), F(125, 144)),
    ),
}


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("case", DECEIVING)
def test_greedy_can_gain_nothing_where_there_is_something_to_gain(case, name):
    shares, beliefs, labels, (without, best) = DECEIVING[case]
    instance = BinaryPersuasion(shares, beliefs)
    question = QuerySelection(instance, PartitionQueries.from_labels(labels), 2)
    assert solve(instance, exact=True).exact_value == without
    task = partition_task(question, exact=True)
    greedy = greedy_set(task, task.additions, Clock())
    assert payoff(task, task.additions, greedy) == without
    with form(name):
        # Rounding does not decide between queries that gain the same.
        assert solve(question, "greedy").answer == task.query_set(greedy)
        result = solve(question, "branch-and-bound", exact=True)
        assert (result.exact_value, result.exact) == (best, True)
        check(question, solve(question, "branch-and-bound"), best)


@pytest.mark.parametrize("name", FORMS)
def test_exchanges_of_one_query_are_not_enough(name):
    short = 0
    for seed in (14, 16, 48, 50):
        rng = np.random.default_rng(seed)
        counts, beliefs = rng.integers(1, 7, 10), rng.integers(1, 10, 10)
        instance = BinaryPersuasion(
            [F(int(c), int(counts.sum())) for c in counts], [F(int(b), 20) for b in beliefs]
        )
        oracle = PartitionQueries.from_labels(rng.integers(0, 2, (10, 10)))
        question = QuerySelection(instance, oracle, 3)
        with form(name):
            searched, proved = (
                solve(question, method) for method in ("local-search", "branch-and-bound")
            )
        check(question, proved, solve(question, "brute-force").value)
        assert searched.status == "feasible"
        short += searched.value < proved.value - 1e-3
    assert short > 0


@pytest.mark.parametrize("regime", ["low", "both", "private", "private-low"])
@pytest.mark.parametrize(
    ("n", "budgets"), [(6, (0, 1, 2, 3, 4, 5, None)), (15, (2, 5, 11, 13)), (40, (1, 2, None))]
)
def test_cuts_written_as_partitions_are_worth_what_the_threshold_program_finds(n, budgets, regime):
    rng = np.random.default_rng(n)
    shares = rng.dirichlet(np.ones(n))
    beliefs = rng.uniform(0, 0.5 if regime == "low" else 1, n)
    rho = rng.uniform(0, 0.5 if "low" in regime else 1, n) if "private" in regime else beliefs
    instance = BinaryPersuasion(shares, beliefs, rho)
    oracle = PartitionQueries.from_labels([instance.rank >= t for t in range(1, n)])
    for budget in budgets:
        best = solve(QuerySelection(instance, ThresholdQueries(), budget)).value
        question = QuerySelection(instance, oracle, budget)
        assert solve(question, "branch-and-bound").value == pytest.approx(best, abs=NEAR)
        task = partition_task(question)
        for name in ("compiled", "plain") if n < 15 else ["compiled"]:
            found = searched(question, task, name, Clock())
            assert found.bound == pytest.approx(best, abs=1e-11)
            assert task.query_set(found.rows).value(question) == pytest.approx(best, abs=1e-11)


# What cannot change the optimum, or only in one direction


def optimum(question, name="plain"):
    with form(name):
        return solve(question, "branch-and-bound", exact=name == "plain").value


@pytest.mark.parametrize("name", FORMS)
@given(st.data())
@examples(25)
def test_more_or_finer_queries_never_hurt(name, data):
    instance = data.draw(instances())
    n = len(instance)
    oracle = data.draw(partition_oracles(n, max_queries=4))
    rng = data.draw(generators)
    labels = oracle.labels.reshape(-1, n)
    finer = labels * 3 + rng.integers(0, 3, labels.shape)
    more = [*labels, rng.integers(0, 3, n)]
    for budget in (1, 2, None):
        before = optimum(QuerySelection(instance, oracle, budget), name)
        for rows in (finer, more):
            changed = PartitionQueries.from_labels(np.array(rows))
            assert optimum(QuerySelection(instance, changed, budget), name) >= before - NEAR
        larger = None if budget is None else budget + 1
        assert optimum(QuerySelection(instance, oracle, larger), name) >= before - NEAR


@pytest.mark.parametrize("name", FORMS)
@given(st.data())
@examples(25)
def test_names_of_types_queries_and_cells_do_not_matter(name, data):
    rng = data.draw(generators)
    instance = data.draw(instances())
    n = len(instance)
    oracle = family(data.draw(st.sampled_from(FAMILIES)), instance, 5, rng)
    costs = data.draw(query_costs(5, "unequal"))
    types, queries = rng.permutation(n), rng.permutation(5)
    numbers = [[a[i] for i in types] for a in instance.numbers(exact=True)]
    other = BinaryPersuasion(*numbers)
    labels = np.array([rng.permutation(n + 1)[row] for row in oracle.labels[:, types]])
    renamed = PartitionQueries.from_labels(labels[queries])
    prices = [costs[q] for q in queries]
    for budget in (1, 2, None):
        values = [
            optimum(QuerySelection(instance, oracle, budget, costs=costs), name),
            optimum(QuerySelection(other, renamed, budget, costs=prices), name),
        ]
        assert values[0] == pytest.approx(values[1], abs=NEAR)


@pytest.mark.parametrize("name", FORMS)
@given(st.data())
@examples(25)
def test_heuristics_lie_between_their_start_and_the_optimum(name, data):
    instance = data.draw(instances())
    rng = data.draw(generators)
    oracle = family(data.draw(st.sampled_from(FAMILIES)), instance, 5, rng)
    costs = data.draw(query_costs(5, data.draw(st.sampled_from(["free", "equal", "unequal"]))))
    for budget in BUDGETS:
        question = QuerySelection(instance, oracle, budget, costs=costs)
        best = solve(question, "brute-force").value
        with form(name):
            greedy = solve(question, "greedy")
            searched = solve(question, "local-search", seed=data.draw(st.integers(0, 3)))
        alone = solve(instance).value
        assert alone - NEAR <= greedy.value <= searched.value + NEAR
        assert searched.value <= best + NEAR
        for result in (greedy, searched):
            assert best - NEAR <= result.bound <= instance.full_information() + NEAR
            assert result.status in ("optimal", "feasible")
            assert len(result.answer) <= limit_of(question)
        if budget in (0, 1):
            assert greedy.value == pytest.approx(best, abs=NEAR)
        if budget == 0:
            assert greedy.status == searched.status == "optimal"


@pytest.mark.parametrize("costs", [False, True])
@given(rng=generators)
@examples(25)
def test_exchanges_end_where_no_single_change_gains(costs, rng):
    instance = grid_instance(8, rng, rng.choice(REGIMES[:4]))
    prices = [F(int(c), 500) for c in rng.integers(0, 9, 6)] if costs else None
    oracle = family(rng.choice(FAMILIES), instance, 6, rng)
    task = partition_task(QuerySelection(instance, oracle, 3, costs=prices), exact=True)
    for size in range(task.rounds + 1):
        start = rng.choice(len(task), size, replace=False).tolist()
        found, worth = improved_set(task, task.additions, start, Clock())
        rows = sorted(set(found))
        assert len(found) <= task.rounds
        assert worth == payoff(task, task.additions, rows) >= payoff(task, task.additions, start)
        others = [rows[:k] + rows[k + 1 :] for k in range(len(rows))]
        if len(rows) < task.rounds:
            others.append(rows)
        for fewer in others:
            for changed in [fewer, *([*fewer, q] for q in set(range(len(task))) - set(fewer))]:
                assert payoff(task, task.additions, changed) <= worth


@pytest.mark.parametrize("costs", [False, True])
@given(rng=generators)
@examples(25)
def test_greedy_adds_the_best_query_until_none_gains(costs, rng):
    instance = grid_instance(8, rng, rng.choice(REGIMES[:4]))
    prices = [F(int(c), 500) for c in rng.integers(0, 9, 6)] if costs else None
    oracle = family(rng.choice(FAMILIES), instance, 6, rng)
    task = partition_task(QuerySelection(instance, oracle, 4, costs=prices), exact=True)
    rows = greedy_set(task, task.additions, Clock())
    assert len(rows) == len(set(rows)) <= task.rounds
    for k in range(min(len(rows) + 1, task.rounds)):
        before = payoff(task, task.additions, rows[:k])
        left = [q for q in range(len(task)) if q not in rows[:k]]
        gains = {q: payoff(task, task.additions, [*rows[:k], q]) - before for q in left}
        if k < len(rows):
            assert gains[rows[k]] == max(gains.values()) >= 0
            assert gains[rows[k]] > 0 or task.costs[rows[k]] == 0
        else:
            assert max(gains.values()) <= 0
            assert costs


# Degenerate instances


@pytest.mark.parametrize("adaptive", [False, True])
@pytest.mark.parametrize("name", FORMS)
def test_instances_with_nothing_to_gain_are_solved_and_proved(name, adaptive):
    three = ["1/2", "1/3", "1/6"]
    beliefs = ["1/5", "1/2", "4/5"]
    cells = PartitionQueries([[[0], [1, 2]], [[0, 1], [2]], [[0, 2], [1]]])
    nothing = {
        "one type": (BinaryPersuasion([1], ["1/3"]), PartitionQueries([[[0]], [[0]]])),
        "no queries": (BinaryPersuasion(three, beliefs), PartitionQueries([])),
        "constant queries": (BinaryPersuasion(three, beliefs), PartitionQueries([[[0, 1, 2]]])),
        "thresholds 1": (BinaryPersuasion(three, beliefs, [1, 1, 1]), cells),
        "beliefs 1": (BinaryPersuasion(three, [1, 1, 1]), cells),
        "thresholds 0": (BinaryPersuasion(three, beliefs, [0, 0, 0]), cells),
        "beliefs 0": (BinaryPersuasion(three, [0, 0, 0]), cells),
        "one threshold": (BinaryPersuasion(three, beliefs, ["2/5"] * 3), cells),
        "all weight on one type": (BinaryPersuasion([0, 1, 0], beliefs), cells),
    }
    method = "dp" if adaptive else "branch-and-bound"
    for case, (instance, oracle) in nothing.items():
        alone = solve(instance, exact=True).exact_value
        for budget in BUDGETS:
            for costs in (None, "1/100"):
                question = QuerySelection(instance, oracle, budget, adaptive, costs)
                with form(name):
                    result = solve(question, method)
                assert (result.status, case) == ("optimal", case)
                assert result.value == pytest.approx(float(alone), abs=NEAR)
                assert solve(question, method, exact=True).exact_value == alone
                if costs is not None:
                    assert all(q is None for q in result.answer.queries)


@pytest.mark.parametrize("name", FORMS)
def test_thresholds_0_and_1_and_beside_1_are_told_from_the_others(name):
    instance = BinaryPersuasion(
        ["1/5"] * 5, ["1/2", "3/10", "1/10", "9/10", "2/5"], [0, 1, "999999/1000000", "1/2", "1/4"]
    )
    oracle = PartitionQueries.from_labels(
        [[mask >> i & 1 for i in range(5)] for mask in range(1, 16)]
    )
    for costs in (None, "1/1000"):
        question = QuerySelection(instance, oracle, 2, costs=costs)
        best = solve(question, "brute-force", exact=True).exact_value
        assert solve(instance, exact=True).exact_value < best
        assert solve(question, "branch-and-bound", exact=True).exact_value == best
        with form(name):
            check(question, solve(question, "branch-and-bound"), best)


# Any V that information does not lower


def decisions(n, rng, exact):
    """A receiver of n types who picks the best of 3 actions in 3 states for what is known."""
    number = F if exact else float
    masses = rng.integers(0, 9, (n, 3))
    payoffs = rng.integers(0, 10, (3, 3))

    def value(cell):
        worth = (masses[cell].sum(axis=0) @ payoffs).max(initial=0)
        return number(int(worth)) / 60

    return value, [number(int(w)) / 60 for w in masses.sum(axis=1)]


def task_about(value, n, labels, weights, costs, rounds):
    """The working form with V(C) from a function."""
    alone = np.array([value(np.array([i])) for i in range(n)], dtype=weights.dtype)
    return PartitionTask(
        labels=labels,
        weights=weights,
        costs=costs,
        rounds=rounds,
        alone=alone,
        value=CellValues(value, n),
        queries=np.arange(len(labels)),
    )


def largest(n, rng, exact):
    """The largest of the numbers of a cell's types."""
    number = F if exact else float
    sizes = rng.integers(0, 20, n)

    def value(cell):
        return number(int(sizes[cell].max(initial=0))) / 20

    return value, [number(1) / n] * n


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("kind", [decisions, largest])
@pytest.mark.parametrize("costs", ["free", "unequal"])
@given(rng=generators)
@examples(12)
def test_any_value_of_cells_is_searched_for_sets_and_trees(costs, kind, exact, rng):
    n, m, rounds = 6, 4, 2
    value, masses = kind(n, rng, exact)
    labels = rng.integers(0, 3, (m, n)).astype(np.int32)
    labels = np.array([np.unique(row, return_inverse=True)[1] for row in labels], dtype=np.int32)
    prices = rng.integers(0, 9, m) if costs == "unequal" else np.zeros(m, dtype=int)
    dtype = object if exact else float
    charges = np.array([F(int(p), 200) if exact else p / 200 for p in prices], dtype=dtype)
    weights = np.array(masses, dtype=dtype)
    task = task_about(value, n, labels, weights, charges, rounds)
    tolerance = 0 if exact else NEAR

    def split(cell, q):
        return [cell[labels[q][cell] == a] for a in set(labels[q][cell].tolist())]

    def of_set(rows):
        cells = [np.arange(n)]
        for q in rows:
            cells = [part for cell in cells for part in split(cell, q)]
        return sum(map(value, cells)) - sum(charges[q] for q in rows)

    def of_tree(cell, left):
        options = [value(cell)]
        for q in range(m) if left else ():
            worth = sum(of_tree(part, left - 1) for part in split(cell, q))
            options.append(worth - charges[q] * weights[cell].sum())
        return max(options)

    sets = [rows for k in range(rounds + 1) for rows in combinations(range(m), k)]
    best, everyone = max(map(of_set, sets)), np.arange(n)
    greedy = greedy_set(task, task.additions, Clock())
    assert of_set(()) <= of_set(greedy) + tolerance
    assert len(greedy) == len(set(greedy)) <= rounds
    assert max(map(of_set, [rows for rows in sets if len(rows) < 2])) <= of_set(greedy) + tolerance
    for start in ([], greedy, local_search_set(task, task.additions, Clock(), 0)):
        assert payoff(task, task.additions, start) == pytest.approx(of_set(start), abs=tolerance)
        found = branch(task, start, Clock())
        assert of_set(found.rows) == pytest.approx(best, abs=tolerance)
        assert found.bound == pytest.approx(best, abs=tolerance)
        assert len(found.rows) <= rounds
    program = TreeProgram(PlainSpace(task), Clock())
    tree = TreeSearch(task, task.additions, program, 1).run(rounds)
    deep = of_tree(everyone, rounds)
    assert tree.bound == pytest.approx(deep, abs=tolerance)
    assert tree_payoff(task, tree.tree) == pytest.approx(deep, abs=tolerance)
    assert program.best(everyone, rounds).value == pytest.approx(deep, abs=tolerance)
    at_once = greedy_tree(task, task.additions, rounds, Clock())
    assert of_set(()) - tolerance <= tree_payoff(task, at_once) <= deep + tolerance


@pytest.mark.parametrize("costs", [False, True])
def test_a_plain_search_of_any_value_bounds_the_optimum_when_stopped(costs):
    rng = np.random.default_rng(1)
    n, m = 8, 7
    value, masses = decisions(n, rng, False)
    labels = rng.integers(0, 2, (m, n)).astype(np.int32)
    charges = rng.integers(0, 9, m) / 100 if costs else np.zeros(m)
    weights = np.array(masses)
    task = task_about(value, n, labels, weights, charges, 3)
    best = branch(task, [], Clock())
    rows = [s for k in range(4) for s in combinations(range(m), k)]
    every = [payoff(task, task.additions, list(s)) for s in rows]
    assert best.bound == pytest.approx(max(every), abs=NEAR)
    looks, clock = 0, Looks(-1)
    while clock.looks < 0:
        clock = Looks(looks)
        found = branch(task, [], clock)
        assert found.bound >= best.bound - NEAR
        assert payoff(task, task.additions, found.rows) <= best.bound + NEAR
        looks += 1
    assert looks > 5


def test_best_set_answers_by_the_rows_of_the_task_it_was_given():
    # The search reorders queries by what they gain; rows must be those of the task.
    instance = BinaryPersuasion(["1/4"] * 4, ["1/10", "1/5", "3/10", "2/5"])
    oracle = PartitionQueries.from_labels(
        [[0, 0, 0, 1], [0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 1], [0, 1, 1, 0]]
    )
    question = QuerySelection(instance, oracle, 2, costs=["0", "1/99", "0", "1/98", "1/97"])
    task = partition_task(question)
    best = max(every_set(question).items(), key=lambda item: (len(item[0]) <= 2, item[1]))
    for name in FORMS:
        with form(name):
            found = best_set(question, task, Clock(), 1, 0)
        assert sorted(found.rows) == sorted(best[0])
        assert found.bound == pytest.approx(float(best[1]), abs=NEAR)
