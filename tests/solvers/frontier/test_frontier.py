"""The value of queries against the budget, against solving every budget by itself."""

import json
import signal
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import REGIMES, examples, instances, partition_oracles, query_costs

from suasion import (
    BinaryPersuasion,
    DiscretizedPersuasion,
    PartitionQueries,
    QuerySelection,
    QuerySet,
    QueryTree,
    Status,
    ThresholdQueries,
    solve,
)
from suasion.examples.catalogue import example_text
from suasion.io import load
from suasion.results import concluded
from suasion.solvers import clock as clock_module
from suasion.solvers.frontier import partition_curves, threshold_curves
from suasion.solvers.frontier.curves import Found
from suasion.solvers.frontier.points import Frontier, FrontierPoint
from suasion.solvers.frontier.search import frontier
from suasion.solvers.frontier.sweep import Sweep, Turns
from suasion.solvers.options import Options
from suasion.solvers.threshold import adaptive as threshold_adaptive

FOUR = BinaryPersuasion(["1/4"] * 4, ["1/10", "1/5", "3/10", "2/5"])
CUTS = QuerySelection(FOUR, ThresholdQueries())
# Query 2 does what 0 and 1 do together, and more: it tells all types apart.
NESTED = QuerySelection(
    FOUR,
    PartitionQueries([[[0, 1], [2, 3]], [[0, 2], [1, 3]], [[0], [1, 2, 3]], [[1], [0, 2, 3]]]),
)


def example(name):
    return load(json.loads(example_text(name)))


def curves(found):
    """The values of each curve, those that there are."""
    for name in ("at_once", "in_turn", "greedy_at_once", "greedy_in_turn"):
        results = [getattr(point, name) for point in found.points]
        if None not in results:
            yield name, [result.value for result in results]


def check(problem, found):
    """What holds of any frontier, finished or not."""
    for _, values in curves(found):
        assert values == sorted(values)
    for p in found.points:
        assert found.none <= p.at_once.value <= p.in_turn.value
        assert p.in_turn.value <= found.everything <= found.ceiling
        assert p.greedy_at_once.value <= p.at_once.value
        assert p.greedy_in_turn is None or p.greedy_in_turn.value <= p.in_turn.value
        for result, size in ((p.at_once, len), (p.in_turn, lambda tree: tree.depth)):
            assert result.value <= result.bound <= found.everything + 1e-12
            assert (result.status == "optimal") == (result.gap <= 1e-9)
            assert result.value == pytest.approx(result.answer.value(problem), abs=1e-12)
            assert size(result.answer) <= p.budget
    text = json.dumps(found.to_dict(), allow_nan=False)
    assert [point["budget"] for point in json.loads(text)["points"]] == [
        p.budget for p in found.points
    ]
    assert all(len(line) <= 80 for line in str(found).splitlines())


def separately(problem, budget, adaptive, method="auto", **options):
    return solve(problem.with_budget(budget, adaptive), method, **options)


def check_against_each_budget(problem, found):
    check(problem, found)
    assert found.proved
    for p in found.points:
        for best, greedy, adaptive in (
            (p.at_once, p.greedy_at_once, False),
            (p.in_turn, p.greedy_in_turn, True),
        ):
            exact = separately(problem, p.budget, adaptive, "brute-force", exact=True)
            assert best.value == pytest.approx(float(exact.exact_value), abs=1e-11)
            if greedy is not None:
                alone = separately(problem, p.budget, adaptive, "greedy")
                assert greedy.value == pytest.approx(alone.value, abs=1e-11)
                assert greedy.answer == alone.answer


@pytest.mark.parametrize("costs", ["free", "equal", "unequal"])
@pytest.mark.parametrize("regime", REGIMES)
@given(data=st.data())
@examples(8)
def test_partition_queries_are_worth_what_each_budget_alone_says(regime, costs, data):
    instance = data.draw(instances(regime, max_types=5))
    oracle = data.draw(partition_oracles(len(instance), max_queries=3))
    prices = data.draw(query_costs(len(oracle), costs))
    problem = QuerySelection(instance, oracle, costs=prices)
    check_against_each_budget(problem, frontier(problem, range(len(oracle) + 2)))


@pytest.mark.parametrize("costs", ["free", "equal", "unequal"])
@pytest.mark.parametrize("regime", REGIMES)
@given(data=st.data())
@examples(8)
def test_threshold_queries_are_worth_what_each_budget_alone_says(regime, costs, data):
    instance = data.draw(instances(regime, max_types=5))
    prices = data.draw(query_costs(len(instance) - 1, costs))
    problem = QuerySelection(instance, ThresholdQueries(), costs=prices)
    found = frontier(problem, range(len(instance) + 1))
    check_against_each_budget(problem, found)
    costly = prices is not None and bool(np.any(problem.costs))
    assert all((p.greedy_in_turn is None) == costly for p in found.points)


@pytest.mark.parametrize("oracle", ["partition", "threshold"])
@given(data=st.data())
@examples(40)
def test_without_time_the_truth_is_still_enclosed(oracle, data):
    instance = data.draw(instances(max_types=5))
    partition = data.draw(partition_oracles(len(instance), max_queries=3))
    queries = partition if oracle == "partition" else ThresholdQueries()
    count = queries.count(len(instance))
    prices = data.draw(query_costs(count, data.draw(st.sampled_from(["free", "unequal"]))))
    problem = QuerySelection(instance, queries, costs=prices)
    found = frontier(problem, range(4), time_limit=0)
    check(problem, found)
    for p in found.points:
        for result, adaptive in ((p.at_once, False), (p.in_turn, True)):
            truth = separately(problem, p.budget, adaptive, "brute-force").value
            assert result.value <= truth + 1e-12
            assert result.bound >= truth - 1e-12


def test_time_limit_0_proves_only_that_nothing_buys_nothing():
    problem = example("zoo-questions")
    found = frontier(problem, range(5), time_limit=0)
    check(problem, found)
    first, *others = found.points
    assert first.at_once.status == first.in_turn.status == "optimal"
    assert first.reached == 0
    for point in others:
        for result in (point.at_once, point.in_turn, point.greedy_at_once):
            assert result.status == "feasible"
            assert result.bound == found.everything
            assert result.report.raw_status == "time limit"
    assert found.stopped == "time limit"
    assert not found.proved
    assert str(found).count("at most") == 3  # two columns and the note
    assert found.to_frame()["at most"].notna().tolist() == [False, True, True, True, True]
    assert "(time limit)" in found._repr_html_()


@pytest.mark.parametrize("name", ["zoo-questions", "heart-costs", "heart-cuts"])
def test_tables_of_real_people(name):
    problem, budgets = example(name), [0, 2, 4]
    found = frontier(problem, budgets)
    check(problem, found)
    assert found.proved
    for p in found.points:
        assert p.at_once.value == pytest.approx(separately(problem, p.budget, False).value)
        assert p.in_turn.value == pytest.approx(separately(problem, p.budget, True).value)
    again = frontier(problem, budgets, threads=2, seed=1)
    assert [p.in_turn.value for p in again.points] == pytest.approx(
        [p.in_turn.value for p in found.points]
    )


def recorded(monkeypatch, name, module=partition_curves):
    """The calls of a function that a module of curves uses."""
    calls, usual = [], getattr(module, name)

    def spy(*arguments):
        calls.append(arguments)
        return usual(*arguments)

    monkeypatch.setattr(module, name, spy)
    return calls


def test_one_search_for_trees_takes_fewer_nodes_than_one_each(monkeypatch):
    searches, orders = (recorded(monkeypatch, name) for name in ("tree_search", "greedy_set"))
    rng = np.random.default_rng(0)
    instance = BinaryPersuasion(rng.dirichlet(np.ones(14)), rng.uniform(0, 0.5, 14))
    problem = QuerySelection(instance, PartitionQueries.from_labels(rng.integers(0, 2, (6, 14))))
    found = frontier(problem, range(5))
    assert len(searches) == len(orders) == 1
    together = sum(p.in_turn.report.nodes for p in found.points)
    alone = sum(separately(problem, budget, True).report.nodes for budget in range(5))
    assert 0 < together < alone


def test_a_cell_is_valued_once_for_all_budgets(monkeypatch):
    tasks, usual = [], partition_curves.partition_task

    def spy(problem):
        tasks.append(usual(problem))
        return tasks[-1]

    monkeypatch.setattr(partition_curves, "partition_task", spy)
    for budget in range(5):
        frontier(NESTED, [budget])
    alone = sum(task.value.computed for task in tasks)
    tasks.clear()
    frontier(NESTED, range(5))
    assert len(tasks) == 1
    assert tasks[0].value.computed < alone / 2


def test_nothing_is_searched_once_everything_is_revealed(monkeypatch):
    searched = recorded(monkeypatch, "best_set")
    found = frontier(NESTED, range(10))
    assert [task.rounds for _, task, *_ in searched] == [1]
    assert [round(p.reached, 3) for p in found.points[2:]] == [1] * 8
    assert all(p.at_once.answer == found.points[2].at_once.answer for p in found.points[2:])
    assert found.proved


def test_cuts_are_shared_between_rounds_and_sets(monkeypatch):
    searched = recorded(monkeypatch, "best_cuts", threshold_curves)
    rng = np.random.default_rng(0)
    instance = BinaryPersuasion(rng.dirichlet(np.ones(50)), rng.uniform(0, 0.8, 50))
    frontier(QuerySelection(instance, ThresholdQueries()), range(5))
    budgets = [budget for _, budget, _ in searched]
    assert sorted(budgets) == [1, 2, 3, 4, 7, 15]


def test_a_table_of_intervals_is_filled_once_a_round(monkeypatch):
    filled, usual = [], threshold_adaptive.IntervalProgram._fill

    def spy(self, *arguments):
        filled.append(self)
        return usual(self, *arguments)

    monkeypatch.setattr(threshold_adaptive.IntervalProgram, "_fill", spy)
    rng = np.random.default_rng(0)
    instance = BinaryPersuasion(rng.dirichlet(np.ones(30)), rng.uniform(0, 0.8, 30))
    problem = QuerySelection(instance, ThresholdQueries(), costs=1e-4)
    found = frontier(problem, [1, 2, 4])
    assert len(filled) == 4
    assert found.proved
    monkeypatch.undo()
    for p in found.points:
        assert p.in_turn.value == pytest.approx(separately(problem, p.budget, True).value)


def test_too_many_types_for_the_tables_still_have_trees_and_bounds(monkeypatch):
    rng = np.random.default_rng(0)
    instance = BinaryPersuasion(rng.dirichlet(np.ones(30)), rng.uniform(0, 0.8, 30))
    problem = QuerySelection(instance, ThresholdQueries(), costs=1e-3)
    truth = frontier(problem, range(4))
    monkeypatch.setattr(threshold_adaptive, "LARGEST_TABLES", 0)
    found = frontier(problem, range(4))
    check(problem, found)
    assert found.stopped == ""
    assert ["use fewer types" in reason for reason in found.reasons] == [True]
    assert found.points[1].in_turn.status == "optimal"  # one query in turn is one at once
    for p, known in zip(found.points, truth.points, strict=True):
        assert p.at_once.status == "optimal"
        assert p.in_turn.value <= known.in_turn.value + 1e-12 <= p.in_turn.bound + 2e-12
    assert found.points[3].in_turn.status == "feasible"
    assert found.points[3].in_turn.bound < found.everything


def test_costs_are_taken_off_and_one_query_may_not_pay():
    found = frontier(QuerySelection(FOUR, ThresholdQueries(), costs=1), range(4))
    assert {p.in_turn.value for p in found.points} == {found.none}
    assert found.proved
    assert found.everything == found.ceiling == pytest.approx(0.5)
    assert all(len(p.at_once.answer) == 0 for p in found.points)


@pytest.mark.parametrize("costs", [0, "1/100"])
def test_greedy_may_gain_nothing_first(costs):
    problem = example("not-submodular")
    problem = QuerySelection(problem.persuasion, problem.oracle, costs=costs)
    check_against_each_budget(problem, frontier(problem, range(3)))


@pytest.mark.parametrize(
    ("problem", "ceiling"),
    [
        (QuerySelection(BinaryPersuasion([1], ["2/5"]), ThresholdQueries()), 0.8),
        (QuerySelection(BinaryPersuasion([1], ["2/5"]), PartitionQueries([])), 0.8),
        (QuerySelection(FOUR, PartitionQueries([])), 0.5),
    ],
)
def test_where_there_is_nothing_to_ask_every_budget_is_worth_the_same(problem, ceiling):
    found = frontier(problem)
    check(problem, found)
    assert found.proved
    assert len(found.points) == 9
    assert found.ceiling == pytest.approx(ceiling)
    assert {p.in_turn.value for p in found.points} == {found.none}
    if found.ceiling == found.none:
        assert found.points[-1].reached is None
        assert "reached  " not in str(found).splitlines()[0]


def test_budgets_come_in_any_order_and_may_be_huge():
    found = frontier(CUTS, [3, 10**30, 1, 3])
    assert [p.budget for p in found.points] == [1, 3, 10**30]
    assert found.points[1].at_once.value == found.points[2].at_once.value == 0.5
    own = frontier(CUTS.with_budget(0, adaptive=True), [1])  # its budget does not matter
    assert own.points[0].at_once.value == found.points[0].at_once.value


@pytest.mark.parametrize(
    ("budgets", "said"),
    [
        ([], "budgets has 0 entries; give 1 to 1,000"),
        (range(5000), "budgets has 5,000 entries"),
        ([1, -1], r"budgets\[1\] is -1; give an integer >= 0"),
        ([0.5], r"budgets\[0\] is 0.5"),
        ([None], r"budgets\[0\] is None"),
    ],
)
def test_bad_budgets_are_refused(budgets, said):
    with pytest.raises(ValueError, match=said):
        frontier(CUTS, budgets)


def test_only_query_selection_has_a_frontier():
    with pytest.raises(TypeError, match="is a BinaryPersuasion; give a QuerySelection"):
        frontier(FOUR)
    with pytest.raises(ValueError, match="time_limit is -1"):
        frontier(CUTS, time_limit=-1)
    continuum = BinaryPersuasion.discretize(_uniform(), 0.25)
    assert isinstance(continuum, DiscretizedPersuasion)
    with pytest.raises(ValueError, match="discretized continuum"):
        frontier(QuerySelection(continuum, ThresholdQueries()))
    down = QuerySelection(continuum, ThresholdQueries()).with_persuasion(continuum.down)
    assert frontier(down, [1]).proved


def _uniform():
    from scipy.stats import uniform

    return uniform(0, 0.5)


def test_an_interrupt_keeps_what_is_known():
    problem, reports = example("heart-questions"), []

    def interrupt_once(progress):
        if not reports:
            signal.raise_signal(signal.SIGINT)
        reports.append(progress)

    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        found = frontier(problem, range(4), progress=interrupt_once)
    finally:
        signal.signal(signal.SIGINT, handler)
    check(problem, found)
    assert found.stopped == "interrupted"
    assert found.points[0].at_once.status == "optimal"
    assert found.points[3].at_once.status == "feasible"
    assert 0 <= reports[-1].done <= 1


@pytest.fixture
def time(monkeypatch):
    """A clock that is moved by hand."""
    now = SimpleNamespace(seconds=0.0)
    fake = SimpleNamespace(perf_counter=lambda: now.seconds)
    monkeypatch.setattr(clock_module, "time", fake)
    return now


def test_each_search_may_take_an_equal_share_of_what_is_left(time):
    clock = Turns(Options(time_limit=12))
    clock.share(3)
    for begin, end in ((0, 4), (1, 6.5), (2, 12)):
        time.seconds = begin
        clock.next_turn()
        time.seconds = end - 0.1
        assert clock.stopped is None
        time.seconds = end
        assert clock.stopped == "time limit"
        assert clock.over == ("time limit" if end == 12 else None)


class Scripted:
    """Curves whose searches for trees take time and find bounds as told."""

    most, ceiling, everything, methods = 3, 0.5, 0.5, ("set", "tree")

    def __init__(self, time, trees):
        self.time, self.trees, self.calls = time, trees, []

    def at_once(self, budget):
        return Found(QuerySet([]), 0.5, 1)

    def in_turn(self, budget):
        seconds, bound = self.trees[len(self.calls)]
        self.calls.append(budget)
        self.time.seconds += seconds
        return Found(QueryTree.binary_search([2] if budget > 1 else []), bound, 1)

    def greedy_at_once(self, budget):
        return QuerySet([])

    def greedy_in_turn(self, budget):
        return None

    def as_tree(self, queries):
        return QueryTree.binary_search(queries.queries)


def test_a_search_cut_short_goes_on_with_the_time_that_others_left(time):
    none, one = (float(QuerySet(cuts).value(CUTS)) for cuts in ([], [2]))
    # Sets take no time, so the first tree may take 4 of 12 seconds; the second leaves 7.5.
    scripted = Scripted(time, [(4, 0.5), (0.5, one), (1, none)])
    rows = Sweep(CUTS, scripted, Turns(Options(time_limit=12))).run([1, 2])
    assert scripted.calls == [1, 2, 1]
    first, second = (row.in_turn for row in rows)
    assert (first.value, first.bound, first.seconds, first.nodes) == (none, none, 5, 2)
    assert (second.value, second.bound) == (one, one)
    # What trees cannot earn, sets cannot.
    assert [row.at_once.bound for row in rows] == [none, one]


def test_a_bound_for_more_rounds_holds_for_fewer(time):
    one = float(QuerySet([2]).value(CUTS))
    scripted = Scripted(time, [(0, 0.5), (0, one)])
    rows = Sweep(CUTS, scripted, Turns(Options())).run([1, 2])
    assert [row.in_turn.bound for row in rows] == [one, one]


def test_an_unproved_value_is_not_called_optimal_and_a_broken_bound_fails():
    tree = QueryTree.binary_search([2])
    answers = {"method": "dp", "problem": CUTS, "answer": tree, "value": tree.value(CUTS)}
    proved, short = (concluded(bound=answers["value"] + gap, **answers) for gap in (0, 0.01))
    point = FrontierPoint(1, proved, short, proved, None, 0.9999)
    found = Frontier(0.35, 0.5, 0.5, (point,))
    assert not found.proved
    [table] = found.tables()
    assert table.columns[5:] == ("turn at most", "turn greedy", "reached")
    assert table.drawn.texts() == [
        ("1", "0.43651", "0.43651", "0.43651", "0.44651", "99.9%"),
    ]
    assert replace(found, points=(replace(point, in_turn=proved),)).proved
    assert concluded(bound=0.1, **answers).status is Status.FAILED
