"""The methods for set cover, against trying every collection of sets and against known optima."""

import json
import os
import signal
import threading
import time
from fractions import Fraction
from importlib import import_module
from math import log

import numpy as np
import pytest
from covers import COSTS, cheapest, set_covers, shipped
from hypothesis import given
from hypothesis import strategies as st
from instances import examples

from suasion import Cover, Result, SetCover, Status, compare_methods, methods, solve
from suasion.models.programs.program import ProgramSolution
from suasion.models.set_cover.prices import price_bound
from suasion.models.set_cover.steiner_triples import steiner
from suasion.results import NUMERICAL_GAP, Report
from suasion.solvers.clock import Clock
from suasion.solvers.set_cover import (
    greedy_cover,
    lp_bound,
    preprocessed,
    preprocessing,
    without_redundant,
)
from suasion.solvers.set_cover import methods as module
from suasion.solvers.set_cover.ascent import ascend
from suasion.solvers.set_cover.preparation import prepared, priced_elements

# The function has the module's name in its package.
backends = import_module("suasion.solvers.backends.optimise")

F = Fraction
# Three elements, any two of which are in a set: the linear relaxation takes half of each set.
TRIANGLE = SetCover(3, [[0, 1], [1, 2], [0, 2]])
HOPELESS = SetCover(4, [[0], [2]])


def harmonic(k):
    return sum((F(1, j) for j in range(1, k + 1)), F(0))


def random_cover(n, m, size, top=1, seed=0):
    """Random sets of about `size` elements, integral costs from 1 to `top`; always coverable."""
    rng = np.random.default_rng(seed)
    hits = rng.uniform(size=(m, n)) < size / n
    hits[rng.integers(0, m, n), np.arange(n)] = True
    sets = [np.flatnonzero(row) for row in hits]
    return SetCover(n, sets, rng.integers(1, top + 1, m).tolist())


def assert_optimal(instance, result, best):
    assert result.status == "optimal"
    result.answer.check(instance)
    assert result.value == pytest.approx(float(best))
    assert result.gap <= NUMERICAL_GAP


@pytest.mark.parametrize("costs", COSTS)
@given(data=st.data())
@examples(25)
def test_every_method_agrees_with_trying_every_collection(costs, data):
    instance = data.draw(set_covers(costs=costs))
    best = cheapest(instance)
    for method in ("auto", "brute-force"):
        assert_optimal(instance, solve(instance, method), best)
        exact = solve(instance, method, exact=True)
        assert exact.exact_value == exact.answer.value(instance, exact=True)
        assert exact.status == "optimal"
        if exact.exact:
            assert exact.exact_value == best
        if exact.certificate is not None:
            assert exact.certificate.failures(instance) == []
    assert solve(instance, "brute-force", exact=True).exact
    for exact in (False, True):
        greedy = solve(instance, "greedy", exact=exact)
        assert float(best) <= greedy.value * (1 + 1e-9)
        assert greedy.bound <= float(best) * (1 + 1e-6)
        assert greedy.status in ("optimal", "feasible")
        assert greedy.value == pytest.approx(float(greedy.answer.value(instance, exact)))


@given(instance=set_covers(costs="rationals"))
@examples(15)
def test_cbc_finds_the_same(instance):
    assert_optimal(instance, solve(instance, solver="pulp:CBC"), cheapest(instance))


@given(set_covers())
@examples(100)
def test_the_reduction_keeps_the_optimum_and_maps_covers_back(instance):
    found = preprocessed(instance)
    fixed = sum(instance.cost_numbers(exact=True)[found.chosen].tolist(), F(0))
    best = cheapest(found.core)
    assert best + fixed == cheapest(instance)
    answer = solve(found.core, "brute-force", exact=True).answer
    back = found.restored(answer)
    assert back.value(instance, exact=True) == cheapest(instance)
    everything = Cover(range(len(found.core.sets)))
    assert found.restored(everything).value(instance, exact=True) == (
        everything.value(found.core, exact=True) + fixed
    )
    # What is left cannot be reduced in the same way again.
    again = preprocessed(found.core)
    assert (again.core, len(again.chosen)) == (found.core, 0)


def test_each_rule_of_the_reduction_does_its_part():
    # Element 1 is in one set only; nothing is left of the others.
    found = preprocessed(SetCover(3, [[0, 1], [2], [0], []]))
    assert (found.chosen.tolist(), found.core.universe) == ([0, 1], 0)
    # Whoever covers element 0 covers 3.
    tied = SetCover(4, [[0, 1, 3], [1, 2, 3], [0, 2, 3]])
    assert preprocessed(tied).elements.tolist() == [0, 1, 2]
    # A set is dropped for one with more elements that is no dearer, and of equal sets the last.
    more = SetCover(3, [[0, 1], [1, 2], [0, 2], [0], [0, 1]], [3, 3, 3, 3, 3])
    assert preprocessed(more).sets.tolist() == [0, 1, 2]
    # The last set costs as much as the first three, which have its elements.
    pairs = [[0, 1], [2, 3], [4, 5], [1, 2], [3, 4], [5, 0], [0, 2, 4]]
    assert preprocessed(SetCover(6, pairs, [1] * 6 + [3])).sets.tolist() == list(range(6))
    assert len(preprocessed(SetCover(6, pairs, [1] * 6 + [2])).sets) == 7
    # What costs nothing is chosen.
    assert preprocessed(SetCover(2, [[0, 1], [1]], [2, 0])).chosen.tolist() == [0, 1]
    with pytest.raises(ValueError, match="element 1 is in no set; there is no cover"):
        preprocessed(HOPELESS)


@pytest.mark.parametrize("words", [1, 8])
@pytest.mark.parametrize("at_once", [1, 10**6])
def test_the_reduction_compares_members_where_bits_are_shared(monkeypatch, words, at_once):
    monkeypatch.setattr(preprocessing, "MOST_WORDS", words)
    monkeypatch.setattr(preprocessing, "PAIRS_AT_ONCE", at_once)
    instance = random_cover(150, 200, 4, seed=1)
    assert instance.universe > 64 * words or words == 8
    sets = [set(members) for members in instance.sets.nested()]
    kept = set(preprocessed(instance).sets.tolist())
    left = set(preprocessed(instance).elements.tolist())
    for s in kept:
        assert not any(sets[s] & left <= sets[t] for t in kept - {s})
    assert kept < set(range(200))


def test_a_reduction_that_gives_up_is_still_right(monkeypatch):
    instance = random_cover(30, 60, 4, top=9)
    best = solve(instance).value
    monkeypatch.setattr(preprocessing, "MOST_PAIRS", 10)
    early = preprocessed(instance)
    assert len(early.sets) > len(preprocessed(instance, Clock()).sets) - 1
    stopped = preprocessed(instance, Clock(time_limit=0))
    assert (stopped.core.universe, len(stopped.chosen)) == (30, 0)
    for found in (early, stopped):
        answer = found.restored(solve(found.core).answer)
        assert answer.value(instance) == best


@given(set_covers())
@examples(100)
def test_the_greedy_cover_keeps_its_guarantee(instance):
    found = greedy_cover(instance, exact=True)
    best, largest = cheapest(instance), max(instance.sets.sizes, default=0)
    paid = sum(found.prices.tolist(), F(0))
    value = found.cover.value(instance, exact=True)
    assert value <= paid <= harmonic(largest) * best
    # H(k) <= 1 + ln k, and no set has more elements than there are.
    assert paid <= best * F(1 + log(max(1, instance.universe)) + 1e-9)
    # The proof: no set's elements pay more than H(its size) times its cost.
    costs, earned = instance.cost_numbers(exact=True), instance.sets.sums(found.prices)
    for size, cost, total in zip(instance.sets.sizes.tolist(), costs, earned, strict=True):
        assert total <= harmonic(size) * cost
    result = solve(instance, "greedy", exact=True)
    assert result.exact_value == value
    assert result.bound * float(harmonic(largest)) >= result.value * (1 - 1e-9)
    assert result.exact == (result.status == "optimal")
    if result.exact:
        assert result.exact_value == best


@pytest.mark.parametrize("top", [1, 100])
def test_the_greedy_bound_keeps_its_guarantee_on_larger_instances(top):
    instance = random_cover(300, 500, 12, top)
    result = solve(instance, "greedy")
    assert result.bound >= result.value / float(harmonic(instance.sets.sizes.max()))
    assert result.bound <= solve(instance, time_limit=1).value


def test_the_worst_case_of_greedy_is_reached():
    # Chvatal's: element j alone costs 1/j, all of them together 1 and a little.
    n = 6
    costs = [F(1, n - j) for j in range(n)] + [1 + F(1, 1000)]
    instance = SetCover(n, [[j] for j in range(n)] + [list(range(n))], costs)
    assert greedy_cover(instance, exact=True).cover.value(instance, exact=True) == harmonic(n)
    assert solve(instance, exact=True).exact_value == F(1001, 1000)


def test_ties_go_to_the_lowest_numbers():
    instance = SetCover(4, [[0, 1], [0, 1], [2, 3], [2, 3]])
    for method in methods(instance):
        assert solve(instance, method).answer == Cover([0, 2])


def test_superfluous_sets_are_taken_out_the_dearest_first():
    instance = SetCover(2, [[0], [1], [0, 1]], [1, 2, 2])
    assert without_redundant(instance, Cover([0, 1, 2])) == Cover([2])
    assert without_redundant(instance, Cover([0, 1])) == Cover([0, 1])
    # Greedy takes set 0, then 1 and 2, which make it superfluous.
    chain = SetCover(6, [[1, 2, 3, 4], [0, 1, 2], [3, 4, 5]], [1, 1, 1])
    assert greedy_cover(chain).cover == Cover([1, 2])


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize(
    ("instance", "best"),
    [
        (SetCover(0, []), 0),
        (SetCover(0, [[], []], [1, 0]), 0),
        (SetCover(1, [[0]], ["7/3"]), F(7, 3)),
        (SetCover(1, [[0], [0], []], [2, 0, 0]), 0),
        (SetCover(2, [[0], [1], [0, 1]], [0, 0, 0]), 0),
        (SetCover(3, [[0, 1, 2], [0, 1, 2]]), 1),
        (SetCover(3, [[], [0, 1], [1, 2], []]), 2),
        (SetCover(3, [[0], [1], [2], [0, 1, 2]], ["1/3", "1/3", "1/3", 1]), 1),
    ],
)
def test_small_and_odd_instances(instance, best, exact):
    for method in methods(instance):
        result = solve(instance, method, exact=exact)
        assert_optimal(instance, result, best)
        assert result.exact_value == (best if exact else None)
        assert json.dumps(result.to_dict(), allow_nan=False)
    assert compare_methods(instance, exact=exact).agree


@pytest.mark.parametrize("exact", [False, True])
def test_an_element_in_no_set_is_named(exact):
    for method in methods(HOPELESS):
        result = solve(HOPELESS, method, exact=exact)
        assert (result.status, result.answer, result.value) == ("infeasible", None, None)
        assert result.report.raw_status == "element 1 is in no set, nor is 1 more"
    assert solve(SetCover(1, [])).report.raw_status == "element 0 is in no set"
    assert solve(SetCover(3, [[]])).report.raw_status == "element 0 is in no set, nor are 2 more"
    assert lp_bound(HOPELESS) == np.inf
    found = compare_methods(HOPELESS, exact=exact)
    assert found.agree
    with pytest.raises(ValueError, match="element 1 is in no set"):
        greedy_cover(HOPELESS)


KNOWN = {"scp41": 429, "scp42": 512, "scp43": 516, "scp51": 253, "scpe1": 5, "scpe2": 5}


@pytest.mark.parametrize(("name", "best"), KNOWN.items())
def test_known_optima_are_found_and_proved(name, best):
    # CBC takes half as long as HiGHS where the costs are equal.
    solver = "pulp:CBC" if name.startswith("scpe") else "highs"
    assert_optimal(shipped(name), solve(shipped(name), solver=solver), best)


@pytest.mark.parametrize(("name", "best"), [("scpclr10", 25), ("scpcyc06", 60)])
def test_open_instances_get_a_cover_and_a_bound_in_time(name, best):
    instance = shipped(name)
    result = solve(instance, time_limit=1)
    assert result.status == "feasible"
    assert result.value >= best >= result.bound
    assert result.gap < 0.4
    assert result.report.raw_status == "time limit"
    assert result.report.seconds < 10


@pytest.mark.parametrize(("points", "best"), [(3, 1), (9, 5), (15, 9), (27, 18)])
def test_steiner_triples_are_hit_by_as_few_points_as_is_known(points, best):
    instance = steiner(points)
    assert_optimal(instance, solve(instance), best)
    assert lp_bound(instance) == pytest.approx(points / 3)


@pytest.mark.parametrize(("name", "best"), [("scp41", 429), ("scp42", 512), ("scp43", 516)])
def test_prices_prove_optima_in_rationals_where_the_relaxation_is_tight(name, best):
    instance = shipped(name)
    result = solve(instance, exact=True)
    assert (result.exact, result.exact_value) == (True, best)
    assert result.certificate.cover == result.answer
    assert result.certificate.failures(instance) == []


def test_what_the_relaxation_does_not_prove_is_not_called_exact():
    result = solve(steiner(9), exact=True)
    assert (result.status, result.exact_value, result.exact) == ("optimal", 5, False)
    assert result.certificate is None


@pytest.mark.parametrize("solver", ["highs", "pulp:CBC"])
def test_out_of_time_the_greedy_cover_is_the_answer(solver):
    instance = random_cover(200, 300, 8)
    result = solve(instance, solver=solver, time_limit=0)
    assert result.status == "feasible"
    assert result.report.raw_status == "time limit"
    assert result.answer == greedy_cover(instance).cover
    assert 0 < result.bound < result.value
    assert solve(instance, "greedy", time_limit=0).report.raw_status == "time limit"
    stopped = solve(TRIANGLE, "brute-force", time_limit=0)
    assert (stopped.status, stopped.report.raw_status) == ("no_answer", "time limit")
    assert compare_methods(TRIANGLE, time_limit=0).agree


def test_a_larger_gap_is_taken_at_its_word():
    instance = random_cover(50, 80, 6)
    best = solve(instance).value
    result = solve(instance, gap=0.5)
    assert result.bound <= best <= result.value
    assert result.status == ("optimal" if result.gap <= NUMERICAL_GAP else "feasible")


@given(set_covers())
@examples(100)
def test_prices_rise_to_the_relaxation_and_not_beyond(instance):
    best = cheapest(instance)
    answer = solve(instance, "brute-force").answer
    found = ascend(instance, np.zeros(instance.universe), answer, improve=True)
    assert found.cover.value(instance, exact=True) >= best
    assert found.bound <= float(best) * (1 + 1e-9)
    assert price_bound(instance, found.prices) >= found.bound - 1e-9
    assert found.bound <= lp_bound(instance) * (1 + 1e-9)
    # Whatever is priced out is in no cover of that cost.
    kept = set(found.promising(instance, float(best)).tolist())
    assert kept >= set(answer.sets.tolist())


@pytest.mark.parametrize("name", [*KNOWN, "scpclr10", "scpcyc06"])
def test_prices_come_close_to_the_relaxation(name):
    instance = shipped(name)
    priced = priced_elements(instance, greedy_cover(instance))
    assert 0.99 * lp_bound(instance) <= priced.bound <= lp_bound(instance) + 1e-6


@given(set_covers())
@examples(100)
def test_what_is_left_to_search_holds_every_cheaper_cover(instance):
    found, best = prepared(instance, Clock()), cheapest(instance)
    known = found.known.value(instance, exact=True)
    assert found.bound <= float(best) * (1 + 1e-6)
    if found.exact:
        assert known == best
    core = solve(found.search.core, "brute-force")
    left = found.search.restored(core.answer).value(instance, exact=True)
    # Tiny costs in floats may leave a cover that is dearer by a rounding.
    assert min(known, left) <= best * (1 + F(1, 10**6))


def test_most_sets_are_priced_out_where_costs_differ():
    instance = shipped("scp51")
    assert len(prepared(instance, Clock()).search.core.sets) < len(instance.sets) / 10


@pytest.mark.parametrize(("name", "best"), [("scp41", 429), ("scp42", 512), ("scp43", 516)])
def test_tight_prices_find_and_prove_a_cheapest_cover_without_a_search(name, best):
    found = prepared(shipped(name), Clock())
    assert (found.known.value(shipped(name)), found.bound) == (best, best)
    assert (found.search.core.universe, found.exact) == (0, False)
    assert found.search.restored(Cover([])) == found.known


def test_prices_guide_to_covers_as_small_as_are_known():
    for points, best in ((27, 18), (81, 61)):
        assert prepared(steiner(points), Clock()).known.value(steiner(points)) == best


def test_lp_bounds_agree_across_solvers():
    instance = shipped("scp51")
    bounds = [lp_bound(instance, solver) for solver in ("highs", "pulp:CBC", "cvxpy:CLARABEL")]
    assert bounds == pytest.approx([251.225] * 3, abs=1e-3)
    assert lp_bound(instance, time_limit=0) >= 0


def test_brute_force_says_before_solving_what_is_too_large():
    with pytest.raises(ValueError, match=r"at most 20 sets and there are 27; use \"mip\""):
        solve(steiner(27), "brute-force")


def test_other_methods_and_solvers_are_refused():
    with pytest.raises(
        ValueError, match='"dp" does not apply to set cover; choose from auto, mip'
    ):
        solve(TRIANGLE, "dp")
    with pytest.raises(ValueError, match='use "highs" or "pulp:CBC"'):
        solve(steiner(9), solver="cvxpy:CLARABEL")
    # Also where nothing is left to solve.
    with pytest.raises(ValueError, match='solver is "hihgs"'):
        solve(SetCover(1, [[0]]), solver="hihgs")


def saying(monkeypatch, status, sets=None, bound=None):
    """Make the backend answer with these sets of what is left to search."""

    def optimise(program, solver, **options):
        answer = None
        if sets is not None:
            values = np.zeros(len(program.objective))
            values[sets] = 1
            answer = ProgramSolution(values)
        return Result(
            status, "program", bound=bound, answer=answer, report=Report(raw_status="said so")
        )

    monkeypatch.setattr(backends, "optimise", optimise)


@pytest.mark.parametrize("status", [Status.FAILED, Status.INFEASIBLE, Status.UNBOUNDED])
def test_a_solver_that_fails_is_reported_as_that(monkeypatch, status):
    saying(monkeypatch, status)
    result = solve(steiner(9))
    assert (result.status, result.answer) == ("failed", None)
    assert result.report.raw_status == "said so"


def test_a_solver_that_covers_nothing_or_proves_too_much_is_found_out(monkeypatch):
    saying(monkeypatch, Status.OPTIMAL, [0, 1], bound=2.0)
    with pytest.raises(ValueError, match="is in none of the chosen sets"):
        solve(steiner(9))
    saying(monkeypatch, Status.OPTIMAL, [0, 1, 2, 3, 4, 5, 6, 7, 8], bound=5.0)
    assert solve(steiner(9)).value == 5  # the greedy cover is better
    saying(monkeypatch, Status.OPTIMAL, list(range(9)), bound=3.5)
    result = solve(steiner(9))
    assert (result.status, result.bound) == ("feasible", 4)


def test_highs_is_given_the_greedy_cover_and_what_is_left_of_the_time(monkeypatch):
    given_options = {}

    def optimise(program, solver, **options):
        given_options.update(options, violation=program.violation(options["start"]))
        return honest(program, solver, **options)

    honest = backends.optimise
    monkeypatch.setattr(backends, "optimise", optimise)
    solve(steiner(15), time_limit=60, gap=0.01, threads=2, seed=5)
    assert given_options["violation"] == 0
    assert (given_options["gap"], given_options["threads"], given_options["seed"]) == (0.01, 2, 5)
    assert 50 < given_options["time_limit"] < 60


@pytest.mark.parametrize("exact", [False, True])
def test_all_methods_are_compared(exact):
    found = compare_methods(random_cover(12, 15, 3, top=5), exact=exact)
    assert found.agree, str(found)
    assert {(row.method, row.solver) for row in found.rows} >= {
        ("mip", "highs"),
        ("mip", "pulp:CBC"),
        ("greedy", "suasion"),
        ("brute-force", "suasion"),
    }


@pytest.mark.parametrize(("shift", "word"), [(-1, "BELOW"), (1, "ABOVE")])
def test_a_method_with_a_wrong_value_is_found_out(monkeypatch, shift, word):
    honest = module.cover_by_enumeration

    def wrong(problem, options):
        right = honest(problem, options)
        value = right.value + shift
        return Result(Status.OPTIMAL, "brute-force", value, value, right.answer, problem=problem)

    monkeypatch.setattr(module, "cover_by_enumeration", wrong)
    found = compare_methods(TRIANGLE)
    assert not found.agree
    assert next(r.verdict for r in found.rows if r.method == "brute-force").startswith(word)


@pytest.mark.parametrize(
    ("value", "bound", "agree", "verdict"),
    [
        (3, 2, True, "dearer by 1"),
        (2, 2, True, "agrees"),
        (1, 1, False, "BELOW by 1"),
        (3, 2.5, False, "its bound 2.5 is above the optimum"),
    ],
)
def test_greedy_may_be_dearer_but_not_cheaper_than_the_optimum(
    monkeypatch, value, bound, agree, verdict
):
    def greedy(problem, options):
        return Result(Status.FEASIBLE, "greedy", value, bound, Cover([0]), problem=problem)

    monkeypatch.setattr(module, "cover_greedily", greedy)
    found = compare_methods(TRIANGLE)
    assert found.agree == agree
    assert next(row.verdict for row in found.rows if row.method == "greedy") == verdict


@pytest.mark.skipif(
    threading.current_thread() is not threading.main_thread(), reason="signals reach the main one"
)
def test_ctrl_c_returns_the_best_cover_so_far():
    threading.Timer(2.0, os.kill, (os.getpid(), signal.SIGINT)).start()
    started = time.monotonic()
    result = solve(shipped("scpclr10"))
    assert time.monotonic() - started < 20
    assert (result.status, result.report.raw_status) == ("feasible", "interrupted")
    assert result.bound <= 25 <= result.value
