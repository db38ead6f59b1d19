import json
import signal
import threading
from dataclasses import replace
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from finite_instances import finite_instances, random_instance, sizes
from hypothesis import given
from hypothesis import strategies as st
from instances import REGIMES, examples, fractions, instances, weights

from suasion import BinaryPersuasion, FinitePersuasion, Status, load, methods, solve
from suasion.examples.catalogue import example_text
from suasion.models.finite.policy import FinitePolicy
from suasion.results import NUMERICAL_GAP, Report
from suasion.solvers.finite import auto, column_generation, programs, vertices
from suasion.solvers.finite.bounds import bounds
from suasion.solvers.finite.cells import closed_cells
from suasion.solvers.options import Options

MATCH = [[1, 0], [0, 1]]
ACT = [[0, 1], [0, 1]]
PROSECUTOR = FinitePersuasion([1], [["7/10", "3/10"]], MATCH, ACT)
OPPOSED = FinitePersuasion(["1/2"] * 2, [["1/2"] * 2] * 2, [MATCH, [[0, 1], [1, 0]]], ACT)
# All that find V; "menu" answers an easier question.
EXACT_ANSWERS = ("vertices", "profiles", "column-generation")


def optimum(instance, method="auto", **options):
    result = solve(instance, method, **options)
    assert result.status == "optimal"
    assert result.answer.failures(instance, exact=False) == []
    return result.value


def exact_optimum(instance):
    result = solve(instance, exact=True)
    assert result.exact
    assert result.certificate.failures(instance) == []
    assert result.answer.failures(instance) == []
    return result.exact_value


def single(belief, receiver, sender):
    return FinitePersuasion([1], [belief], receiver, sender)


# What is known in closed form.


@pytest.mark.parametrize(
    "mu",
    [
        (".2", ".5", ".3"),
        (".1", ".2", ".3", ".4"),
        (".15", ".05", ".2", ".25", ".35"),
    ],
)
def test_matching_receivers_take_the_wanted_action_with_the_probability_of_its_state(mu):
    d = len(mu)
    receiver = [[int(a == w) for a in range(d)] for w in range(d)]
    instance = single(mu, receiver, [[1] + [0] * (d - 1)] * d)
    # One state's belief is given to action 0 up to as much as state 0 has itself.
    wanted = sum(min(Fraction(m), Fraction(mu[0])) for m in mu)
    assert exact_optimum(instance) == wanted
    for method in methods(instance):
        assert optimum(instance, method) == pytest.approx(float(wanted), abs=1e-7)


@given(st.lists(st.integers(1, 9), min_size=2, max_size=5, unique=True), st.data())
@examples(25)
def test_price_discrimination_gives_consumers_all_but_the_monopoly_profit(values, data):
    # Bergemann, Brooks, Morris (2015), The Limits of Price Discrimination, AER 105(3).
    values = sorted(values)
    mu = data.draw(weights(len(values)))
    receiver = [[p if v >= p else 0 for p in values] for v in values]
    surplus = [[v - p if v >= p else 0 for p in values] for v in values]
    uniform = max(p * sum(m for v, m in zip(values, mu, strict=True) if v >= p) for p in values)
    mean = sum(v * m for v, m in zip(values, mu, strict=True))
    assert exact_optimum(single(mu, receiver, surplus)) == mean - uniform
    # The producer gets all with full revelation, and at least the uniform monopoly profit.
    assert exact_optimum(single(mu, receiver, receiver)) == mean
    loss = [[-x for x in row] for row in receiver]
    assert exact_optimum(single(mu, receiver, loss)) == -uniform


@given(st.data())
@examples(25)
def test_two_actions_and_one_type_are_a_fractional_knapsack(data):
    d = data.draw(st.integers(2, 5))
    mu = data.draw(weights(d))
    costs = data.draw(st.lists(st.integers(-4, 4), min_size=d, max_size=d))
    values = data.draw(st.lists(st.integers(0, 4), min_size=d, max_size=d))
    instance = single(mu, [[0, c] for c in costs], [[0, v] for v in values])
    budget = sum(m * c for m, c in zip(mu, costs, strict=True) if c >= 0)
    total = sum(m * v for m, c, v in zip(mu, costs, values, strict=True) if c >= 0)
    losers = [(Fraction(v, -c), m, c) for m, c, v in zip(mu, costs, values, strict=True) if c < 0]
    for rate, m, c in sorted(losers, reverse=True):
        used = min(budget, -m * c)
        budget -= used
        total += rate * used
    assert exact_optimum(instance) == total


@given(finite_instances(max_types=1))
@examples(30)
def test_aligned_senders_reveal_and_opposed_ones_say_nothing(instance):
    d = instance.shape[1]
    utility = instance.receiver_utilities[0].astype(int).tolist()
    belief = instance.part([0]).scores(exact=True)[0]
    mu = [Fraction(x) for x in instance._beliefs.exact[0].tolist()]
    aligned = single(mu, utility, utility)
    assert exact_optimum(aligned) == sum(max(belief[:, w]) for w in range(d))
    assert aligned.full_revelation(exact=True) == exact_optimum(aligned)
    opposed = single(mu, utility, [[-x for x in row] for row in utility])
    assert exact_optimum(opposed) == -max(belief.sum(axis=1)) == opposed.no_information(True)


@pytest.mark.parametrize("method", [*EXACT_ANSWERS, "menu"])
def test_types_that_act_on_opposite_sides_both_act_on_the_tie(method):
    assert optimum(OPPOSED, method) == pytest.approx(1, abs=1e-7)


@given(instances(max_types=5))
@examples(40)
def test_converted_binary_instances_have_their_envelope_value(binary):
    finite = FinitePersuasion.from_binary(binary)
    envelope = solve(binary, exact=True).exact_value
    assert exact_optimum(finite) == envelope
    assert optimum(finite) == pytest.approx(float(envelope), abs=1e-9)


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("method", EXACT_ANSWERS)
def test_a_binary_state_split_in_three_is_worth_the_envelope(regime, method):
    rng = np.random.default_rng(7)
    n = 4
    rho = rng.uniform(0.05, 0.5 if "low" in regime else 0.95, n)
    beliefs = rng.uniform(0.05, 0.95, n) if "private" in regime else rho
    mu = [0.35] * n if regime == "misinformed" else beliefs
    binary = BinaryPersuasion(rng.dirichlet(np.ones(n)), beliefs, rho, mu)
    two = FinitePersuasion.from_binary(binary)
    shares = rng.dirichlet(np.ones(3))

    def split(rows):
        return np.hstack([rows[:, :1] * shares, rows[:, 1:]])

    cloned = FinitePersuasion(
        two.weights, split(two.beliefs), two.receiver_utilities[:, [0, 0, 0, 1]],
        two.sender_utilities[:, [0, 0, 0, 1]], split(two.state_beliefs),
    )  # fmt: skip
    assert optimum(cloned, method) == pytest.approx(solve(binary).value, abs=1e-7)


# All methods agree, and what should not matter does not.


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(("kind", "d", "k", "n"), sizes())
def test_all_methods_agree_on_random_instances(kind, d, k, n, seed):
    instance = random_instance(kind, d, k, n, seed)
    value = optimum(instance, "vertices")
    for method in ("profiles", "column-generation", *(["obedience"] if n == 1 else [])):
        assert optimum(instance, method) == pytest.approx(value, abs=NUMERICAL_GAP)
    found = bounds(instance)
    slack = 1e-8
    assert found.no_information <= value + slack
    assert found.full_revelation <= value + slack
    assert value <= found.menu + slack
    assert found.menu <= found.known_type + slack


@given(finite_instances(max_types=2))
@examples(30)
def test_all_methods_agree_on_degenerate_instances(instance):
    wanted = float(exact_optimum(instance))
    for method in (*EXACT_ANSWERS, *(["obedience"] if len(instance) == 1 else [])):
        assert optimum(instance, method) == pytest.approx(wanted, abs=NUMERICAL_GAP)
    known = sum(exact_optimum(instance.part([t])) for t in range(len(instance)))
    found = bounds(instance)
    assert found.known_type == pytest.approx(float(known), abs=1e-7)
    lower = max(instance.no_information(True), instance.full_revelation(True))
    assert lower <= exact_optimum(instance) <= known


def test_bounds_without_a_menu_say_why(monkeypatch):
    assert bounds(OPPOSED).note == ""
    monkeypatch.setattr(programs, "LARGEST_MENU", 1)
    found = bounds(OPPOSED)
    assert found.menu is None
    assert found.note.startswith('method "menu" takes at most 1 rows and there are 16')


@given(finite_instances(max_types=2), st.data())
@examples(30)
def test_names_and_order_of_states_actions_and_types_do_not_matter(instance, data):
    n, d, k = instance.shape
    states, actions, types = (
        list(data.draw(st.sampled_from(list(permutations(range(m)))))) for m in (d, k, n)
    )

    def shuffled(tables):
        return tables[types][:, states][:, :, actions]

    other = FinitePersuasion(
        instance.exact_weights[types].tolist(),
        instance._beliefs.exact[types][:, states].tolist(),
        shuffled(instance.receiver_utilities),
        shuffled(instance.sender_utilities),
        instance._state_beliefs.exact[types][:, states].tolist(),
    )
    assert exact_optimum(other) == exact_optimum(instance)
    assert optimum(other, "vertices") == pytest.approx(optimum(instance, "vertices"), abs=1e-9)


@given(finite_instances(max_types=2), fractions())
@examples(30)
def test_a_type_split_in_two_changes_nothing(instance, share):
    types = [*range(len(instance)), 0]
    first = instance.exact_weights[0]
    rest = instance.exact_weights[1:].tolist()
    other = FinitePersuasion(
        [share * first, *rest, first - share * first],
        instance._beliefs.exact[types].tolist(),
        instance.receiver_utilities[types],
        instance.sender_utilities[types],
        instance._state_beliefs.exact[types].tolist(),
    )
    assert exact_optimum(other) == exact_optimum(instance)
    for method in ("vertices", "column-generation"):
        assert optimum(other, method) == pytest.approx(optimum(instance, method), abs=1e-8)


@pytest.mark.parametrize("method", EXACT_ANSWERS)
def test_types_that_choose_alike_but_are_worth_unlike_break_ties_each_in_its_way(method):
    # Indifferent on any message: the sender wants action 1 of the one and action 0 of the other.
    same = [["1/2", "1/2"]] * 2
    instance = FinitePersuasion(["1/2"] * 2, same, [[0, 0], [0, 0]], [ACT, [[1, 0], [1, 0]]])
    assert optimum(instance, method) == pytest.approx(1)


@pytest.mark.parametrize("method", EXACT_ANSWERS)
def test_types_of_weight_zero_are_told_nothing_and_cost_nothing(method):
    instance = FinitePersuasion([0, 1], [["1/2", "1/2"], ["7/10", "3/10"]], MATCH, ACT)
    result = solve(instance, method)
    assert result.value == pytest.approx(0.6)
    assert result.answer.failures(instance, exact=False) == []


@pytest.mark.parametrize("method", [*EXACT_ANSWERS, "menu"])
def test_a_cell_of_weight_zero_is_worth_nothing(method):
    instance = FinitePersuasion([0, 0, 1], [["1/2", "1/2"]] * 3, MATCH, ACT)
    assert optimum(instance.part([0, 1]), method) == 0
    assert optimum(instance.part([0]), method) == 0


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_units_of_utilities_do_not_matter(scale):
    instance = random_instance("private", 3, 3, 4, 2)
    other = FinitePersuasion(
        instance.weights, instance.beliefs, instance.receiver_utilities * scale,
        instance.sender_utilities * scale,
    )  # fmt: skip
    for method in ("vertices", "column-generation"):
        value = solve(other, method).value
        assert value == pytest.approx(scale * optimum(instance, method), rel=1e-7)


@pytest.mark.parametrize("method", ["auto", *EXACT_ANSWERS, "menu"])
@pytest.mark.parametrize(("d", "k"), [(1, 1), (1, 3), (3, 1)])
def test_one_state_or_one_action_leaves_nothing_to_persuade(method, d, k):
    rng = np.random.default_rng(0)
    instance = FinitePersuasion(
        [0.5, 0.5], rng.dirichlet(np.ones(d), 2), rng.normal(size=(2, d, k)), rng.random((d, k))
    )
    assert optimum(instance, method) == pytest.approx(instance.no_information(), abs=1e-9)


def test_optimal_policies_have_at_most_one_message_per_state():
    for d in (2, 3, 4, 5):
        result = solve(random_instance("private", d, 3, 4, 1), "vertices")
        assert len(result.answer) <= d


def test_the_receiver_gains_from_the_optimal_policy_what_the_policy_says():
    result = solve(load(json.loads(example_text("price-discrimination"))), exact=True)
    # Consumers take what is over the monopolist's profit without information.
    assert result.answer.receiver_value(result.problem, exact=True) == Fraction(4, 3)


@given(finite_instances(max_types=3), st.data())
@examples(25)
def test_values_of_cells_are_optima_of_parts_and_information_never_hurts(instance, data):
    types = list(range(len(instance)))
    cell = data.draw(st.lists(st.sampled_from(types), min_size=1, unique=True))
    value = vertices.cell_value(instance, cell)
    assert value == pytest.approx(float(exact_optimum(instance.part(cell))), abs=1e-9)
    apart = sum(vertices.cell_value(instance, [t]) for t in cell)
    assert value <= apart + 1e-9


# Proofs.


@given(finite_instances(max_types=2))
@examples(20)
def test_proofs_in_rationals_hold_and_broken_ones_are_rejected(instance):
    for method in ("vertices", "profiles", "menu"):
        result = solve(instance, method, exact=True)
        assert result.exact
        assert result.exact_value == result.answer.value(instance, exact=True)
        assert result.certificate.failures(instance) == []
        proof = result.certificate.proof
        for broken in (
            replace(proof, value=proof.value + 1),
            # The last row is a state's, whose side is 1.
            replace(proof, duals=(*proof.duals[:-1], proof.duals[-1] + 1)),
            replace(proof, values=tuple(x / 2 for x in proof.values)),
        ):
            if broken != proof:
                assert replace(result.certificate, proof=broken).failures(instance) != []


def test_a_proof_is_about_its_own_instance():
    certificate = solve(PROSECUTOR, exact=True).certificate
    other = FinitePersuasion([1], [["6/10", "4/10"]], MATCH, ACT)
    assert certificate.failures(PROSECUTOR) == []
    assert certificate.failures(other) != []


@pytest.mark.parametrize(
    ("method", "n", "said"),
    [
        ("vertices", 60, 'method "vertices" takes at most 60,000 eliminations exactly'),
        ("auto", 60, 'method "vertices" takes at most'),
        ("profiles", 5, 'method "profiles" takes at most 64 profiles exactly'),
        ("menu", 30, 'method "menu" takes at most 1,500 rows exactly'),
        ("column-generation", 2, 'exact is not available for method "column-generation"'),
    ],
)
def test_exact_answers_out_of_reach_are_refused_before_solving(method, n, said):
    with pytest.raises(ValueError, match=said):
        solve(random_instance("common", 4, 3, n), method, exact=True)


def test_an_exact_answer_needs_highs():
    with pytest.raises(ValueError, match='use solver "highs"'):
        solve(PROSECUTOR, exact=True, solver="pulp:CBC")


def test_what_floats_cannot_tell_is_told_in_rationals_whatever_the_solver(monkeypatch):
    judged = vertices.answered
    monkeypatch.setattr(
        vertices, "answered", lambda *parts: replace(judged(*parts), status=Status.FEASIBLE)
    )
    result = solve(OPPOSED, "vertices", solver="pulp:CBC")
    assert result.status == "optimal"
    assert not result.exact


def test_a_failed_proof_leaves_the_float_answer_with_the_reason(monkeypatch):
    from suasion.solvers.backends import certify

    report = Report(raw_status="no luck")
    monkeypatch.setattr(certify, "certified", lambda program, **options: (None, report))
    for instance, method in (
        (OPPOSED, "vertices"),
        (OPPOSED, "profiles"),
        (OPPOSED, "menu"),
        (PROSECUTOR, "obedience"),
    ):
        result = solve(instance, method, exact=True)
        assert result.status == "optimal"
        assert not result.exact
        assert "no exact proof: no luck" in result.report.raw_status


# Methods, sizes, solvers.


def test_methods_depend_on_the_number_of_types():
    assert methods(PROSECUTOR)[0] == "obedience"
    assert "obedience" not in methods(OPPOSED)
    with pytest.raises(ValueError, match='"obedience" does not apply to finite persuasion;'):
        solve(OPPOSED, "obedience")


def test_auto_lists_vertices_while_it_can(monkeypatch):
    instance = random_instance("common", 3, 2, 3)
    assert solve(instance).method == "vertices"
    monkeypatch.setattr(auto, "LARGEST_WORK", 10)
    result = solve(instance)
    assert result.method == "column-generation"
    assert result.value == pytest.approx(optimum(instance, "vertices"), abs=1e-7)


@pytest.mark.parametrize(
    ("method", "size", "said"),
    [
        ("vertices", (8, 3, 60), "intersections"),
        ("profiles", (6, 4, 20), "cells"),
        ("menu", (2, 4, 200), "rows"),
    ],
)
def test_sizes_out_of_reach_are_refused_before_solving(method, size, said):
    with pytest.raises(ValueError, match=f'method "{method}" takes at most .* {said}'):
        solve(random_instance("common", *size), method)


def test_profiles_that_no_message_brings_about_are_left_out(monkeypatch):
    instance = random_instance("common", 3, 3, 4, 3)
    value = optimum(instance, "profiles")
    monkeypatch.setattr(programs, "LISTED_PROFILES", 1)
    assert optimum(instance, "profiles") == pytest.approx(value, abs=1e-8)


def test_cells_without_interior_are_found():
    # The tie is at (3/4, 1/4), where nobody looks before.
    tilted = FinitePersuasion(["1/2"] * 2, [["1/4", "3/4"]] * 2, OPPOSED.receiver_utilities, ACT)
    assert sorted(closed_cells(tilted).tolist()) == [[0, 0], [0, 1], [1, 0], [1, 1]]
    apart = FinitePersuasion(["1/2"] * 2, [["1/2"] * 2, ["1/3", "2/3"]], MATCH, ACT)
    # The second acts wherever the first does.
    assert sorted(closed_cells(apart).tolist()) == [[0, 0], [0, 1], [1, 1]]


@pytest.mark.parametrize("solver", ["pulp:CBC", "pulp:HiGHS", "cvxpy:CLARABEL"])
def test_other_solvers_give_the_same_values(solver):
    instance = random_instance("private", 3, 2, 3, 1)
    one = instance.part([0])
    for problem, method in ((one, "obedience"), (instance, "profiles"), (instance, "menu")):
        found = solve(problem, method, solver=solver)
        assert found.value == pytest.approx(solve(problem, method).value, abs=1e-7)
        assert found.report.solver == solver


def test_the_mips_of_column_generation_run_on_other_solvers():
    instance = random_instance("private", 3, 2, 4, 1)
    found = solve(instance, "column-generation", solver="pulp:CBC")
    # CBC proves a relative gap of its own.
    assert found.value == pytest.approx(optimum(instance, "vertices"), abs=1e-6)
    assert found.bound >= found.value - 1e-7


# Stopping.


def test_vertices_stopped_at_once_return_an_interval():
    instance = random_instance("common", 4, 3, 12, 1)
    result = solve(instance, "vertices", time_limit=0)
    assert result.status == "feasible"
    assert result.report.raw_status == "time limit"
    assert instance.full_revelation() <= result.value + 1e-9
    assert result.value <= optimum(instance) <= result.bound


@pytest.mark.parametrize("limit", [0, 0.05, 0.3])
@pytest.mark.parametrize("seed", range(3))
def test_column_generation_stopped_early_returns_an_interval_with_the_value(limit, seed):
    instance = random_instance("common", 4, 3, 14, seed)
    result = solve(instance, "column-generation", time_limit=limit)
    value = optimum(instance, "vertices")
    assert result.status in ("feasible", "optimal")
    assert result.value <= value + 1e-8
    assert value <= result.bound + 1e-8
    assert result.answer.failures(instance, exact=False) == []


def test_column_generation_may_stop_at_a_gap():
    instance = random_instance("common", 4, 3, 14, 1)
    result = solve(instance, "column-generation", gap=0.5)
    assert result.gap <= 0.5
    assert result.value <= optimum(instance, "vertices") + 1e-8 <= result.bound + 2e-8


def test_column_generation_reports_progress():
    seen = []
    instance = random_instance("private", 3, 3, 6, 2)
    result = solve(instance, "column-generation", progress=seen.append)
    assert seen
    values = [at.value for at in seen]
    assert values == sorted(values)
    assert all(at.bound >= result.value - 1e-9 for at in seen)
    assert values[-1] == pytest.approx(result.value, abs=1e-9)


def test_vertices_report_progress():
    seen = []
    instance = random_instance("common", 4, 3, 10, 2)
    value = solve(instance, "vertices", progress=seen.append).value
    assert seen[-1].value == pytest.approx(value, abs=1e-9)
    assert [at.done for at in seen[:2]] == sorted(at.done for at in seen[:2])
    assert seen[-1].done == 1.0


@pytest.mark.parametrize("method", ["vertices", "column-generation"])
def test_an_interrupted_search_returns_what_it_has(monkeypatch, method):
    instance = random_instance("private", 4, 3, 16, 1)
    module = {"vertices": vertices.Sifting, "column-generation": column_generation._Search}
    name = {"vertices": "_enter", "column-generation": "_sampled"}[method]
    honest = getattr(module[method], name)

    def interrupted(self, *arguments):
        signal.raise_signal(signal.SIGINT)
        return honest(self, *arguments)

    monkeypatch.setattr(module[method], name, interrupted)
    result = solve(instance, method)
    assert result.status == "feasible"
    assert result.report.raw_status == "interrupted"
    assert result.value <= result.bound


def test_ctrl_c_stops_a_pricing_mip(monkeypatch):
    instance = random_instance("common", 5, 3, 30, 1)
    monkeypatch.setattr(column_generation._Search, "_sampled", lambda self: False)
    timer = threading.Timer(1.0, signal.raise_signal, [signal.SIGINT])
    timer.start()
    result = solve(instance, "column-generation", time_limit=60)
    timer.cancel()
    assert result.status == "feasible"
    assert result.report.raw_status == "interrupted"
    assert result.report.seconds < 30
    assert result.value <= result.bound


def test_solving_twice_gives_the_same_answer():
    instance = random_instance("accept", 4, 2, 10, 3)
    for method in ("vertices", "column-generation"):
        first, second = (solve(instance, method, seed=3) for _ in range(2))
        assert first.answer.to_dict() == second.answer.to_dict()


def test_a_policy_that_breaks_obedience_is_a_failure(monkeypatch):
    honest = vertices.policy_of

    def wrong(*arguments):
        policy = honest(*arguments)
        return FinitePolicy(policy.likelihoods, 1 - policy.actions)

    monkeypatch.setattr(vertices, "policy_of", wrong)
    result = vertices.by_vertices(PROSECUTOR, Options())
    assert result.status is Status.FAILED
    assert "would do better" in result.report.raw_status


def test_a_type_that_never_cares_does_not_spoil_the_answer():
    # Sums in another order differ by a rounding, which is much in units of no stakes at all.
    instance = FinitePersuasion(
        ["1/6", "1/6", "2/3"],
        [["4/5", "1/5"], ["1/3", "2/3"], ["3/5", "2/5"]],
        [[[1, -1], [2, 2]], [[1, 1], [-2, -2]], [[-2, -1], [2, -2]]],
        [[0, 1], [-2, -1]],
    )
    exact = solve(instance, "vertices", exact=True)
    for method in ("vertices", "column-generation", "profiles"):
        result = solve(instance, method)
        assert result.status == "optimal"
        assert result.value == pytest.approx(float(exact.exact_value), abs=1e-9)


def test_a_program_of_profiles_too_large_to_write_down_is_refused_before_it_is_built():
    rng = np.random.default_rng(0)
    instance = FinitePersuasion(
        [1], [np.full(200, 1 / 200)], [rng.random((200, 200))], rng.random((200, 200))
    )
    with pytest.raises(
        ValueError, match="takes at most 5,000,000 entries and there are 7,960,000"
    ):
        solve(instance, "obedience")
