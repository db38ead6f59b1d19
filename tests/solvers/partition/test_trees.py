"""The best query tree by the program over cells, plain and compiled, against every tree."""

import sys
import time
from contextlib import contextmanager
from fractions import Fraction
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
    QueryTree,
    ThresholdQueries,
    solve,
)
from suasion.solvers.clock import Clock
from suasion.solvers.partition import answering as partition_methods
from suasion.solvers.partition import search as partition_search
from suasion.solvers.partition import trees as partition_trees
from suasion.solvers.partition.arrays import BinaryArrays
from suasion.solvers.partition.greedy import greedy_tree, tree_payoff
from suasion.solvers.partition.spaces import ArraySpace, PlainSpace
from suasion.solvers.partition.task import partition_task
from suasion.solvers.partition.trees import TreeProgram, TreeSearch

F = Fraction
NEAR = 1e-12
# From how many query sets compiled loops are used: never, or always.
FORMS = {"plain": 10**9, "compiled": 0}
BUDGETS = (0, 1, 2, 3, None)
FAMILIES = ("pairs", "threes", "cuts", "intervals", "stars")
generators = st.builds(np.random.default_rng, st.integers(0, 2**32 - 1))


@contextmanager
def form(name):
    """Solve plain or compiled, whatever the size, and whatever structure queries have."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(partition_search, "COMPILED_CELLS", FORMS[name])
        patch.setattr(partition_methods, "structured_dp", lambda *_: None, raising=False)
        yield patch


class Looks(Clock):
    """A clock that says to stop from the k-th look on."""

    def __init__(self, looks):
        super().__init__()
        self.looks, self.lock = looks, Lock()

    @property
    def stopped(self):
        with self.lock:
            self.looks -= 1
            return "time limit" if self.looks < 0 else None


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
        else:
            rows.append(np.where(rng.random(n) < 0.25, np.arange(n) + 1, 0))
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


def random_question(n, m, budget, seed, top=1.0, cost=0.0, answers=2):
    """Random weights, beliefs and queries."""
    rng = np.random.default_rng(seed)
    instance = BinaryPersuasion(rng.dirichlet(np.ones(n)), rng.uniform(0, top, n))
    oracle = PartitionQueries.from_labels(rng.integers(0, answers, (m, n)))
    costs = rng.uniform(0, cost, m) if cost else None
    return QuerySelection(instance, oracle, budget, adaptive=True, costs=costs)


def check(question, result, best):
    """An optimal tree within the rounds, whose parts agree with each other."""
    assert result.status == "optimal"
    assert result.value == pytest.approx(float(best), abs=NEAR)
    assert result.bound == pytest.approx(float(best), abs=NEAR)
    assert result.value == pytest.approx(result.answer.value(question), abs=1e-15)
    rounds = len(question.oracle) if question.budget is None else question.budget
    assert result.answer.depth <= rounds


def program_of(question, name, clock=None, **options):
    """The program over cells in one form, and its task."""
    task, clock = partition_task(question), clock or Clock()
    space = (
        PlainSpace(task)
        if name == "plain"
        else ArraySpace(BinaryArrays(question.persuasion, task))
    )
    return TreeProgram(space, clock, **options), task


# The optimum


@pytest.mark.parametrize("costs", ["free", "equal", "unequal"])
@pytest.mark.parametrize("regime", REGIMES)
@given(data=st.data())
@examples(6)
def test_the_program_finds_the_best_of_every_tree(regime, costs, data):
    instance = data.draw(instances(regime))
    oracle = data.draw(partition_oracles(len(instance), max_queries=4))
    prices = data.draw(query_costs(len(oracle), costs))
    for budget in BUDGETS:
        question = QuerySelection(instance, oracle, budget, True, prices)
        best = solve(question, "brute-force", exact=True).exact_value
        exact = solve(question, "dp", exact=True)
        assert exact.exact
        assert exact.exact_value == best == exact.answer.value(question, exact=True)
        check(question, exact, best)
        for name in FORMS:
            with form(name):
                for threads in (1, 2):
                    check(question, solve(question, "dp", threads=threads), best)


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("kind", FAMILIES)
@given(data=st.data())
@examples(8)
def test_more_types_and_rounds_are_searched_as_well(kind, name, data):
    rng = data.draw(generators)
    instance = grid_instance(9, rng, data.draw(st.sampled_from(REGIMES[:4])))
    costs = None if data.draw(st.booleans()) else (rng.integers(0, 9, 6) / 200).tolist()
    oracle = family(kind, instance, 6, rng)
    for budget in (2, 3, 4):
        question = QuerySelection(instance, oracle, budget, True, costs)
        best = solve(question, "brute-force").value
        program, task = program_of(question, name)
        # Without the greedy tree to start from.
        search = TreeSearch(task, task.additions, program, 1)
        root = program.best(search.root, task.rounds)
        assert root.proved
        assert root.value + search.constant == pytest.approx(best, abs=NEAR)
        with form(name):
            check(question, solve(question, "dp", threads=2), best)


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("costs", [False, True])
@given(data=st.data())
@examples(20)
def test_a_cell_is_worth_what_the_program_says_or_no_more_than_was_needed(costs, name, data):
    rng = data.draw(generators)
    instance = grid_instance(7, rng, data.draw(st.sampled_from(REGIMES[:4])))
    prices = (rng.integers(0, 9, 5) / 200).tolist() if costs else None
    question = QuerySelection(instance, family("pairs", instance, 5, rng), 3, True, prices)
    program, free = (program_of(question, name)[0] for _ in range(2))
    cell = program.space.everyone
    for rounds in (0, 1, 2, 3):
        true = free.best(cell, rounds).value
        for need in rng.uniform(true - 0.05, true + 0.05, 3).tolist():
            solved = program.best(cell, rounds, need)
            if solved.proved:
                assert solved.value == pytest.approx(true, abs=NEAR)
            else:
                assert solved.value >= true - NEAR
                assert solved.value <= max(need, true) + NEAR
        # What was only bounded before is worked out when that is not enough.
        assert program.best(cell, rounds).value == pytest.approx(true, abs=NEAR)
    assert program.best(cell, 0).query is None
    assert program.best(cell, 9).value >= free.best(cell, 3).value - NEAR


@pytest.mark.parametrize("name", FORMS)
@given(st.data())
@examples(25)
def test_in_turn_is_at_least_as_good_as_at_once_and_greedy_at_most_as_good(name, data):
    instance = data.draw(instances())
    rng = data.draw(generators)
    oracle = family(data.draw(st.sampled_from(FAMILIES)), instance, 4, rng)
    costs = data.draw(query_costs(4, data.draw(st.sampled_from(["free", "equal", "unequal"]))))
    for budget in BUDGETS:
        at_once = QuerySelection(instance, oracle, budget, costs=costs)
        in_turn = QuerySelection(instance, oracle, budget, True, costs)
        with form(name):
            best = solve(in_turn, "dp")
            greedy = solve(in_turn, "greedy")
            assert solve(at_once, "branch-and-bound").value <= best.value + NEAR
        assert solve(instance).value - NEAR <= greedy.value <= best.value + NEAR
        assert best.value - NEAR <= greedy.bound <= instance.full_information() + NEAR
        assert greedy.answer.depth <= (4 if budget is None else budget)
        if budget in (0, 1):
            assert greedy.value == pytest.approx(best.value, abs=NEAR)


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("regime", ["low", "both", "private"])
@pytest.mark.parametrize("n", [8, 15])
def test_rounds_of_cuts_are_worth_one_less_than_a_power_of_two_cuts_at_once(n, regime, name):
    rng = np.random.default_rng(n)
    beliefs = rng.uniform(0, 0.5 if regime == "low" else 1, n)
    rho = rng.uniform(size=n) if regime == "private" else beliefs
    instance = BinaryPersuasion(rng.dirichlet(np.ones(n)), beliefs, rho)
    oracle = PartitionQueries.from_labels([instance.rank >= t for t in range(1, n)])
    for rounds in (0, 1, 2, 3):
        cuts = QuerySelection(instance, ThresholdQueries(), 2**rounds - 1)
        best = solve(cuts, "dp").value
        question = QuerySelection(instance, oracle, rounds, adaptive=True)
        with form(name):
            check(question, solve(question, "dp"), best)
        program, task = program_of(question, name)
        search = TreeSearch(task, task.additions, program, 1)
        limit = program.space.limit(search.root, rounds) + search.constant
        assert best - NEAR <= limit <= instance.full_information() + NEAR
        found = search.run(rounds)
        assert found.bound == pytest.approx(best, abs=NEAR)
        assert tree_payoff(task, found.tree) == pytest.approx(best, abs=NEAR)


@pytest.mark.parametrize("name", FORMS)
def test_another_query_for_each_answer_is_found(name):
    # Type pairs 0, 1 and 2, 3 are told apart by the first query, then by one query each.
    instance = BinaryPersuasion(["1/4"] * 4, ["1/10", "1/5", "3/10", "2/5"])
    oracle = PartitionQueries.from_labels([[0, 0, 1, 1], [0, 1, 0, 0], [0, 0, 0, 1]])
    question = QuerySelection(instance, oracle, 2, adaptive=True)
    with form(name):
        result = solve(question, "dp")
        at_once = solve(QuerySelection(instance, oracle, 2), "branch-and-bound")
    everything = instance.full_information(exact=True)
    assert solve(question, exact=True).exact_value == everything
    check(question, result, everything)
    assert at_once.value < result.value - 0.01
    assert result.answer.queries[0] == 0
    assert sorted(q for q in result.answer.queries if q is not None) == [0, 1, 2]


@pytest.mark.parametrize("name", FORMS)
def test_a_query_is_paid_for_by_those_who_are_asked(name):
    instance = BinaryPersuasion(["1/2", "1/4", "1/4"], ["1/2", "1/5", "2/5"])
    oracle = PartitionQueries([[[0], [1, 2]], [[0, 1], [2]]])
    question = QuerySelection(instance, oracle, adaptive=True, costs=["1/100", "1/10"])
    best = F(4, 5) - F(1, 100) - F(1, 2) * F(1, 10)
    assert solve(question, exact=True).exact_value == best
    with form(name):
        result = solve(question, "dp")
    check(question, result, best)
    assert result.answer.depth == 2


@pytest.mark.parametrize("costs", ["free", "unequal"])
def test_more_trees_than_are_searched_in_rationals_still_get_an_exact_value(costs, monkeypatch):
    rng = np.random.default_rng(5)
    instance = grid_instance(7, rng)
    prices = None if costs == "free" else [F(int(c), 900) for c in rng.integers(0, 9, 6)]
    question = QuerySelection(instance, family("pairs", instance, 6, rng), 3, True, prices)
    best = solve(question, "brute-force", exact=True).exact_value
    sequences = len(partition_task(question)) ** 3
    for largest, proved in ((sequences, True), (sequences - 1, False)):
        monkeypatch.setattr(partition_methods, "LARGEST_EXACT", largest)
        result = solve(question, "dp", exact=True)
        assert (result.exact_value, result.status, result.exact) == (best, "optimal", proved)


# Larger instances


@pytest.mark.parametrize(
    ("n", "m", "top", "cost", "answers"),
    [
        (60, 30, 0.5, 0.0, 2),
        (40, 14, 1.0, 0.002, 2),
        (40, 14, 0.5, 0.002, 3),
        (40, 14, 1.0, 0.0, 3),
    ],
)
def test_large_instances_give_the_same_plain_and_compiled(n, m, top, cost, answers):
    question = random_question(n, m, 3, 7, top, cost, answers)
    with form("plain"):
        best = solve(question, "dp").value
    with form("compiled"):
        for threads in (1, 2):
            check(question, solve(question, "dp", threads=threads), best)
    small, task = program_of(question, "compiled", memory=5_000)
    search = TreeSearch(task, task.additions, small, 1)
    worth = small.best(search.root, 3).value + search.constant
    assert worth == pytest.approx(best, abs=NEAR)
    assert len(small.known) <= small.entries < small.nodes


# Memory


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("memory", [0, 2_000])
@given(rng=generators)
@examples(8)
def test_forgotten_cells_are_worked_out_again(memory, name, rng):
    instance = grid_instance(9, rng)
    question = QuerySelection(instance, family("pairs", instance, 5, rng), 4, adaptive=True)
    best = solve(question, "brute-force").value
    program, task = program_of(question, name, memory=memory)
    assert program.entries <= max(1, memory // 300)
    search = TreeSearch(task, task.additions, program, 1)
    found = search.run(4)
    assert tree_payoff(task, found.tree) == pytest.approx(best, abs=NEAR)
    assert found.bound == pytest.approx(best, abs=NEAR)
    assert found.tree.depth <= 4
    assert len(program.known) <= program.entries


@pytest.mark.parametrize("name", FORMS)
def test_a_cell_is_remembered_for_each_number_of_rounds(name):
    question = random_question(10, 6, 4, seed=0)
    program, task = program_of(question, name)
    root = TreeSearch(task, task.additions, program, 1).root
    values = [program.best(root, rounds).value for rounds in (3, 1, 2, 4)]
    looked = program.nodes
    again = [program.best(root, rounds).value for rounds in (3, 1, 2, 4)]
    assert (again, program.nodes) == (values, looked)
    fresh = [program_of(question, name)[0].best(root, rounds).value for rounds in (3, 1, 2, 4)]
    assert values == pytest.approx(fresh, abs=NEAR)
    assert values[1] < values[2] - 1e-6 < values[0] - 1e-5 < values[3]


class Hesitant(dict):
    """A memo that lets other threads work between any two steps."""

    def __iter__(self):
        found = super().__iter__()
        time.sleep(1e-5)
        return found

    def __delitem__(self, key):
        time.sleep(1e-5)
        super().__delitem__(key)

    def __setitem__(self, key, value):
        time.sleep(1e-5)
        super().__setitem__(key, value)


def test_threads_share_a_memo_that_is_always_full():
    question = random_question(12, 8, 4, seed=1)
    best = solve(question, "brute-force").value
    program, task = program_of(question, "compiled", memory=0)
    program.known = Hesitant()
    found = TreeSearch(task, task.additions, program, 4).run(4)
    assert found.bound == pytest.approx(best, abs=NEAR)
    assert tree_payoff(task, found.tree) == pytest.approx(best, abs=NEAR)
    assert len(program.known) <= program.entries < program.nodes


# Out of time


def test_a_tree_may_be_hundreds_of_rounds_deep():
    # Each query tells one type from all others: the search goes down type by type.
    n, rng = 350, np.random.default_rng(0)
    instance = BinaryPersuasion(np.full(n, 1 / n), rng.uniform(0, 0.5, n))
    oracle = PartitionQueries.from_labels(np.eye(n, dtype=int))
    costs = rng.uniform(0, 1e-4, n)
    question = QuerySelection(instance, oracle, adaptive=True, costs=costs)
    program, task = program_of(question, "compiled", Looks(750))
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)
    try:
        search = TreeSearch(task, program.space.arrays.additions, program, 1)
        found = search.run(task.rounds)
    finally:
        sys.setrecursionlimit(usual)
    worth = task.query_tree(found.tree).value(question)
    assert solve(instance).value < worth <= found.bound
    assert program.nodes > 340


@pytest.mark.parametrize("costs", [False, True])
@pytest.mark.parametrize("rounds", [1, 2, 3])
@pytest.mark.parametrize(("name", "threads"), [("plain", 1), ("compiled", 1), ("compiled", 2)])
def test_stopped_at_any_look_the_tree_is_feasible_and_the_bound_holds(
    name, threads, rounds, costs
):
    rng = np.random.default_rng(21)
    instance = grid_instance(14, rng, "low")
    prices = (rng.integers(0, 9, 7) / 200).tolist() if costs else None
    oracle = family("pairs", instance, 7, np.random.default_rng(21))
    question = QuerySelection(instance, oracle, rounds, True, prices)
    best, alone = solve(question, "brute-force").value, solve(instance).value
    bounds, values = [], []
    with form(name) as patch:
        patch.setattr(partition_trees, "CHUNK", 0)  # a look at the clock after every query
        looks = [*range(40), *range(40, 2000, 37)]
        for k in looks:
            patch.setattr(partition_methods, "Clock", lambda *_, k=k: Looks(k))
            result = solve(question, "dp", threads=threads)
            assert result.value <= best + NEAR
            assert result.value >= alone - NEAR
            assert result.bound >= best - NEAR
            assert result.answer.depth <= rounds
            assert result.value == pytest.approx(result.answer.value(question), abs=1e-15)
            bounds.append(result.bound)
            values.append(result.value)
            if not result.report.raw_status:
                break
    assert not result.report.raw_status
    check(question, result, best)
    assert len(bounds) > 3
    assert bounds[0] > best + 1e-6
    assert values[0] == pytest.approx(alone, abs=NEAR)
    if threads == 1:
        # More time never makes the answer worse.
        assert values == pytest.approx(np.maximum.accumulate(values).tolist(), abs=NEAR)
        greedy = solve(question, "greedy").value
        # Before anything is proved there are better trees than the greedy one.
        assert rounds == 1 or max(values[:-1]) > greedy + 1e-3


@pytest.mark.parametrize("name", FORMS)
@given(st.data())
@examples(30)
def test_a_bound_out_of_time_holds_in_every_regime(name, data):
    rng = data.draw(generators)
    instance = grid_instance(8, rng, data.draw(st.sampled_from(REGIMES[:4])))
    costs = None if data.draw(st.booleans()) else (rng.integers(0, 9, 5) / 200).tolist()
    oracle = family(data.draw(st.sampled_from(FAMILIES)), instance, 5, rng)
    question = QuerySelection(instance, oracle, data.draw(st.sampled_from([1, 2, 3])), True, costs)
    best = solve(question, "brute-force").value
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(partition_trees, "CHUNK", 0)
        for _ in range(4):
            clock = Looks(data.draw(st.integers(0, 60)))
            program, task = program_of(question, name, clock)
            found = TreeSearch(task, task.additions, program, 1).run(task.rounds)
            assert found.bound >= best - NEAR
            assert tree_payoff(task, found.tree) <= best + NEAR
            assert found.tree.depth <= task.rounds
            if clock.looks >= 0:
                assert found.bound <= best + NEAR


# The greedy tree


@pytest.mark.parametrize("costs", [False, True])
@given(rng=generators)
@examples(20)
def test_the_greedy_tree_takes_the_best_query_at_every_node(costs, rng):
    instance = grid_instance(8, rng, rng.choice(REGIMES[:4]))
    prices = [F(int(c), 250) for c in rng.integers(0, 9, 5)] if costs else None
    oracle = family(rng.choice(FAMILIES), instance, 5, rng)
    question = QuerySelection(instance, oracle, 3, True, prices)
    task = partition_task(question, exact=True)
    tree = greedy_tree(task, task.additions, task.rounds, Clock())
    assert tree_payoff(task, tree) == task.query_tree(tree).value(question, exact=True)
    assert tree.depth <= task.rounds
    stack = [(0, task.everyone, task.rounds)]
    while stack:
        node, cell, left = stack.pop()
        gains = task.additions([cell]) - task.costs * task.weights[cell].sum()
        splitting = [q for q in range(len(task)) if len(task.split(cell, q)) > 1]
        query = tree.queries[node]
        if query is None:
            assert not left or not splitting or max(gains[splitting]) <= task.value(cell)
            continue
        assert query in splitting
        assert gains[query] == max(gains[splitting]) >= task.value(cell)
        parts = task.split(cell, query)
        assert len(tree.children[node]) == len(parts)
        for (answer, child), part in zip(tree.children[node], parts, strict=True):
            assert (task.labels[query][part] == answer).all()
            stack.append((child, part, left - 1))


@pytest.mark.parametrize("adaptive", [False, True])
def test_a_free_query_that_gains_nothing_alone_is_asked_before_one_that_pays(adaptive):
    instance = BinaryPersuasion(["1/6", "1/2", "1/3"], ["1/4", "1/2", "1/2"])
    oracle = PartitionQueries([[[1], [0, 2]], [[2], [0, 1]]])
    result = solve(QuerySelection(instance, oracle, 2, adaptive), "greedy")
    assert result.value == pytest.approx(11 / 12, abs=NEAR)
    assert result.status == "optimal"


def test_a_tree_of_one_leaf_earns_the_value_of_everyone():
    question = random_question(6, 4, 0, seed=1)
    assert solve(question, "dp").answer == QueryTree((None,), ((),))
    assert solve(question, "dp").value == pytest.approx(solve(question.persuasion).value, abs=NEAR)
