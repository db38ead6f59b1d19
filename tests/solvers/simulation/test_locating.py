"""Telling receivers apart: trees over a list of beliefs, and polytopes that shrink."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from finite_instances import random_instance
from hypothesis import given
from hypothesis import strategies as st
from instances import examples
from scipy.spatial import HalfspaceIntersection

from suasion import FinitePersuasion, HiddenBelief, Recorded, best_action, locate
from suasion.solvers.clock import Clock
from suasion.solvers.simulation.locating import least_depth, locating_tree
from suasion.solvers.simulation.shrinking import BeliefPolytope, shrunk
from suasion.solvers.simulation.task import achievable_partitions
from suasion.solvers.simulation.tied_messages import tied_message


def matching(d, n, seed=0, stakes=None):
    rng = np.random.default_rng(seed)
    utility = np.eye(d) if stakes is None else np.diag(stakes)
    beliefs = rng.dirichlet(np.ones(d), size=n)
    return FinitePersuasion(np.full(n, 1 / n), beliefs, utility, np.eye(d))


@pytest.mark.parametrize(
    ("d", "n", "depth"), [(3, 27, 3), (4, 64, 3), (3, 81, 4), (2, 16, 4), (3, 28, 4), (5, 1, 0)]
)
@pytest.mark.parametrize("seed", [0, 1])
def test_balanced_splits_locate_types_in_the_fewest_questions(d, n, depth, seed):
    instance = matching(d, n, seed, np.random.default_rng(seed).uniform(0.5, 2, size=d))
    tree = locating_tree(instance, "balanced")
    assert tree.depth == depth == least_depth(n, d)
    assert sorted(leaf.tolist() for leaf in tree.leaves(instance)) == [[t] for t in range(n)]


@pytest.mark.parametrize("kind", ["match", "common", "private", "accept"])
def test_greedy_tells_apart_what_can_be_told_and_every_type_is_found(kind):
    instance = random_instance(kind, 3, 2 if kind == "accept" else 3, 9, seed=4)
    tree = locating_tree(instance)
    leaves = tree.leaves(instance)
    assert sorted(t for leaf in leaves for t in leaf.tolist()) == list(range(9))
    for leaf in leaves:
        labels, _ = achievable_partitions(instance.part(leaf), Clock())
        assert len(labels) == 0
    assert tree.depth >= least_depth(len(leaves), instance.shape[2])
    assert tree.mean_depth(instance) <= tree.depth
    for t in range(9):
        her = Recorded(HiddenBelief.of_type(instance, t))
        assert t in locate(tree, instance, her)
        assert her.count <= tree.depth * instance.shape[2]


@pytest.mark.parametrize("method", ["greedy", "balanced"])
def test_equal_types_stay_together(method):
    beliefs = [[0.2, 0.3, 0.5], [0.2, 0.3, 0.5], [0.5, 0.3, 0.2], [0.1, 0.8, 0.1]]
    instance = FinitePersuasion([0.25] * 4, beliefs, np.eye(3), np.eye(3))
    leaves = sorted(leaf.tolist() for leaf in locating_tree(instance, method).leaves(instance))
    assert leaves == [[0, 1], [2], [3]]


def test_methods_that_do_not_apply_say_why():
    with pytest.raises(ValueError, match="match the state"):
        locating_tree(random_instance("common", 3, 3, 4), "balanced")
    sure = FinitePersuasion([0.5, 0.5], [[1.0, 0.0], [0.5, 0.5]], np.eye(2), np.eye(2))
    with pytest.raises(ValueError, match=r"beliefs\[0\]\[1\] is 0"):
        locating_tree(sure, "balanced")
    assert locating_tree(sure).leaves(sure)[0].tolist() in ([0], [1])
    with pytest.raises(ValueError, match="choose from balanced, greedy"):
        locating_tree(sure, "best")


def test_a_receiver_who_is_none_of_the_types_is_noticed():
    instance = matching(3, 2)
    tree = locating_tree(instance)
    answers = set(dict(tree.tree.children[0]))
    message = tree.messages[0]
    missing = next(iter({0, 1, 2} - answers))
    stranger = HiddenBelief([0.2, 0.3, 0.5], np.tile(np.arange(3) == missing, (3, 1)) * 1.0)
    assert best_action(stranger, message, 3) == missing
    with pytest.raises(ValueError, match="no type left would take action"):
        locate(tree, instance, stranger)


@pytest.mark.parametrize(("d", "factor", "error"), [(3, 0.332, 2e-3), (4, 0.27, 1e-2)])
def test_a_cut_with_all_actions_tied_leaves_about_one_part_in_d(d, factor, error):
    factors = []
    for seed in range(6):
        belief = np.random.default_rng(seed).dirichlet(np.ones(d))
        her = HiddenBelief(belief, np.eye(d))
        known = shrunk(lambda x, her=her: best_action(her, x, d), np.eye(d), 15, seed)
        volumes = [polytope.volume for polytope in known]
        factors += [b / a for a, b in pairwise(volumes)]
        assert max(factors) <= 1 - 1 / np.e
        assert np.abs(known[-1].centroid - belief).max() <= known[-1].radius + 1e-12
        assert known[-1].radius < error
    assert np.exp(np.mean(np.log(factors))) == pytest.approx(factor, abs=0.03)


def test_two_actions_halve_the_beliefs_left():
    lead = np.array([1.0, -0.5, 0.3])
    utility = np.stack([np.zeros(3), lead], axis=1)
    belief = np.array([0.2, 0.5, 0.3])
    her = HiddenBelief(belief, utility)
    known = shrunk(lambda x: best_action(her, x, 2), utility, 40)
    shares = [b.volume / a.volume for a, b in pairwise(known)]
    assert np.exp(np.mean(np.log(shares))) == pytest.approx(0.5, abs=0.02)
    assert known[-1].radius < 1e-3


@given(st.integers(2, 4), st.integers(0, 10**6))
@examples(40)
def test_polytopes_are_those_of_qhull(d, seed):
    rng = np.random.default_rng(seed)
    utility, belief = rng.normal(size=(d, 3)), rng.dirichlet(np.ones(d))
    polytope, rows = BeliefPolytope.simplex(d), [*np.eye(d)]
    for _ in range(4):
        message = rng.random(d)
        action = int(np.argmax((belief * message) @ utility))
        polytope = polytope.after(utility, message, action)
        rows += [message * (utility[:, action] - utility[:, b]) for b in range(3) if b != action]
    rows = np.array(rows) / np.abs(rows).max(axis=1, keepdims=True)
    if d == 2 or (rows @ belief).min() < 1e-6:
        return
    # p_d = 1 - p_1 - ... in each row; Qhull wants rows @ y + c <= 0.
    flat = np.hstack([-(rows[:, :-1] - rows[:, -1:]), -rows[:, -1:]])
    found = HalfspaceIntersection(flat, belief[:-1]).intersections
    for vertex in polytope.vertices:
        assert np.abs(found - vertex[:-1]).max(axis=1).min() < 1e-7
    for point in found:
        assert np.abs(polytope.vertices[:, :-1] - point).max(axis=1).min() < 1e-7


@given(st.integers(2, 5), st.integers(0, 10**6))
@examples(30)
def test_volume_and_centroid_are_those_of_random_points(d, seed):
    rng = np.random.default_rng(seed)
    utility, message = rng.normal(size=(d, 2)), rng.random(d)
    points = rng.dirichlet(np.ones(d), size=20_000)
    lead = points * message @ (utility[:, 0] - utility[:, 1])
    action = 0 if (lead > 0).mean() > 0.5 else 1
    inside = points[(lead > 0) if action == 0 else (lead < 0)]
    polytope = BeliefPolytope.simplex(d).after(utility, message, action)
    assert polytope.volume == pytest.approx(len(inside) / len(points), abs=0.03)
    assert np.abs(polytope.centroid - inside.mean(axis=0)).max() < 0.03


def test_polytopes_far_below_rounding_keep_their_shape():
    belief = [Fraction(1, 3), Fraction(1, 5), Fraction(7, 15)]
    her = HiddenBelief(belief, np.eye(3).tolist(), exact=True)
    known = shrunk(lambda x: best_action(her, x.tolist(), 3), np.eye(3), 45)
    assert 0 < known[-1].volume < 1e-15
    assert known[-1].radius < 1e-7


def test_contradictions_are_noticed():
    half = BeliefPolytope.simplex(2).after(np.eye(2), np.array([1.0, 0.5]), 1)
    with pytest.raises(ValueError, match="contradict each other"):
        half.after(np.eye(2), np.array([1.0, 0.25]), 0).after(np.eye(2), np.array([0.5, 1.0]), 0)


@given(st.integers(2, 4), st.integers(2, 4), st.integers(0, 10**6))
@examples(60)
def test_actions_are_tied_at_the_belief_asked_for(d, k, seed):
    rng = np.random.default_rng(seed)
    utility, belief = rng.normal(size=(d, k)), rng.dirichlet(np.ones(d))
    message = tied_message(utility, belief, rng)
    assert 0 <= message.min() <= message.max() == 1
    crossing = any(
        min(utility[:, a] - utility[:, b]) < 0 < max(utility[:, a] - utility[:, b])
        for a in range(k)
        for b in range(a)
    )
    worth = (belief * message) @ utility
    gaps = np.abs(worth[:, None] - worth)[np.triu_indices(k, 1)]
    if crossing:
        assert gaps.min() <= 1e-7 * max(1.0, np.abs(worth).max())


def test_nothing_is_tied_where_one_action_is_better_in_every_state():
    always = np.array([[0.0, 1.0], [0.0, 2.0]])
    rng = np.random.default_rng(0)
    assert tied_message(always, np.array([0.5, 0.5]), rng).tolist() == [1, 1]
