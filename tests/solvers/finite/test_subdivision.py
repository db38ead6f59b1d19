import numpy as np
import pytest
from finite_instances import KINDS, finite_instances, random_instance, vertices_by_subsets
from hypothesis import given
from hypothesis import strategies as st
from instances import examples

from suasion import FinitePersuasion, solve
from suasion.models.finite.vertices import exact_vertices
from suasion.solvers import compiled
from suasion.solvers.finite import subdivision as module
from suasion.solvers.finite import vertices as sifting
from suasion.solvers.finite.subdivision import Subdivision


def listed(instance):
    return np.concatenate([part for _, part in Subdivision.of(instance).vertices()])


def points(messages, digits=7):
    return set(map(tuple, np.round(messages, digits) + 0.0))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("d", [2, 3, 4, 5])
def test_vertices_are_those_of_all_subsets_of_hyperplanes(kind, d, seed):
    k = {"accept": 2, "match": d}.get(kind, 3)
    n = 3 if d < 5 else 2
    if kind == "match":
        n = 1 if d > 3 else 2
    instance = random_instance(kind, d, k, n, seed)
    # In general position only hyperplanes across which payoffs do not change are left out.
    assert points(listed(instance)) == points(vertices_by_subsets(instance))


@given(finite_instances(min_states=2, max_states=4, max_types=2))
@examples(60)
def test_vertices_of_degenerate_instances_are_exact_vertices(instance):
    exact = np.array(exact_vertices(instance), dtype=float)
    found = points(listed(instance))
    assert found <= points(exact / exact.sum(axis=1, keepdims=True))
    assert found >= points(np.eye(instance.shape[1]))


@given(finite_instances(min_states=2, max_states=4, max_types=2))
@examples(60)
def test_vertices_where_payoffs_change_are_all_found(instance):
    # With payoffs that differ for all actions and types no hyperplane is left out.
    n, d, k = instance.shape
    sender = np.random.default_rng(0).random((n, d, k))
    beliefs = np.full((n, d), 1 / d)
    generic = FinitePersuasion(
        np.full(n, 1 / n), instance.beliefs, instance.receiver_utilities, sender, beliefs
    )
    exact = np.array(exact_vertices(generic), dtype=float)
    assert points(listed(generic)) == points(exact / exact.sum(axis=1, keepdims=True))


@pytest.mark.parametrize(("kind", "d", "k", "n"), [("common", 4, 3, 6), ("accept", 5, 2, 9)])
def test_compiled_and_plain_loops_find_the_same(monkeypatch, kind, d, k, n):
    instance = random_instance(kind, d, k, n, 1)
    monkeypatch.setattr(compiled, "COMPILE_FROM", 10**12)
    plain = listed(instance)
    monkeypatch.setattr(compiled, "COMPILE_FROM", 0)
    assert listed(instance) == pytest.approx(plain, abs=1e-12)


def test_room_for_vertices_grows(monkeypatch):
    instance = random_instance("accept", 4, 2, 20, 1)
    found = listed(instance)
    assert len(found) > 300
    monkeypatch.setattr(module, "ROOM", 1)
    monkeypatch.setattr(module, "CHUNKS", 1)
    again = listed(instance)
    assert again == pytest.approx(found)


def test_vertices_too_many_to_keep_are_found_again(monkeypatch):
    instance = random_instance("common", 4, 3, 12, 4)
    wanted = solve(instance, "vertices")
    monkeypatch.setattr(sifting, "LARGEST_STORE", 100)
    again = solve(instance, "vertices")
    assert again.status == "optimal"
    assert again.value == pytest.approx(wanted.value, abs=1e-9)
    assert again.report.nodes == wanted.report.nodes


def relative(instance, message):
    """What a message earns less what it would if receivers did as the sender likes."""
    return instance.payoff(message) - instance.payoffs().max(axis=1).sum(axis=0) @ message


def test_types_that_are_alike_are_one_and_those_of_weight_zero_none():
    beliefs = [["1/2", "1/2"], ["1/2", "1/2"], ["1/3", "2/3"], ["1/4", "3/4"]]
    instance = FinitePersuasion(
        ["1/4", "1/4", "1/2", 0], beliefs, [[1, 0], [0, 1]], [[0, 1], [0, 1]]
    )
    found = Subdivision.of(instance)
    assert found.scores.shape == (2, 2, 2)
    assert found.member[0] == found.member[1] != found.member[2]
    assert found.member[3] == -1
    x = np.array([[0.4, 0.6]])
    assert found.payoff(x) * found.unit == pytest.approx(relative(instance, x[0]))


@given(finite_instances(max_states=4), st.integers(0, 100))
@examples(60)
def test_payoffs_are_those_of_the_instance_below_the_best(instance, seed):
    messages = np.random.default_rng(seed).dirichlet(np.ones(instance.shape[1]), 5)
    found = Subdivision.of(instance)
    wanted = [relative(instance, x) for x in messages]
    assert found.payoff(messages) * found.unit == pytest.approx(wanted, abs=1e-9)
    for x in messages:
        taken = found.actions(x)
        types = np.arange(len(taken))
        earned = (found.payoffs[types, taken] @ x).sum()
        assert earned == pytest.approx(found.payoff(x[None])[0], abs=1e-12)


def test_the_work_counts_lines_and_their_cuts():
    found = Subdivision.of(random_instance("accept", 4, 2, 10, 1))
    assert found.lines == (found.used.sum()) * (found.used.sum() - 1) // 2
    assert found.work == found.lines * len(found.hyperplanes)
