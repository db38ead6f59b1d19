"""Which partitions single messages bring about: counts that are known, and other enumerations."""

from fractions import Fraction
from itertools import product
from math import comb

import numpy as np
import pytest
from finite_instances import finite_instances, random_instance
from hypothesis import given
from hypothesis import strategies as st
from instances import examples
from scipy.optimize import linprog

from suasion import FinitePersuasion
from suasion.models.simulation.message_partitions import (
    best_actions,
    message_labels,
    message_margin,
)
from suasion.solvers.clock import Clock, StoppedError
from suasion.solvers.simulation import cells as module
from suasion.solvers.simulation.cells import message_cells, partitions_of
from suasion.solvers.simulation.messages import LEAST_MARGIN, chosen_message, widest_message
from suasion.solvers.simulation.task import achievable_partitions


def matching(d, n, seed=0, stakes=False):
    rng = np.random.default_rng(seed)
    utility = np.diag(rng.uniform(0.5, 2, size=d)) if stakes else np.eye(d)
    beliefs = rng.dirichlet(np.ones(d), size=n)
    return FinitePersuasion(np.full(n, 1 / n), beliefs, utility, np.eye(d))


def profiles_by_programs(instance):
    """All action profiles that are strictly best on some message: one LP for each of k^n."""
    n, d, k = instance.shape
    scores = instance.scores() / instance.stakes[:, None, None]
    found = set()
    for profile in product(range(k), repeat=n):
        rows = [
            scores[t, b] - scores[t, a] for t, a in enumerate(profile) for b in range(k) if b != a
        ]
        matrix = np.array([[*row, 1.0] for row in rows])
        answer = linprog(
            [0] * d + [-1],
            A_ub=matrix,
            b_ub=np.zeros(len(rows)),
            A_eq=[[1] * d + [0]],
            b_eq=[1],
            bounds=[(0, 1)] * d + [(None, 1)],
        )
        if -answer.fun > LEAST_MARGIN:
            found.add(profile)
    return found


def profiles(instance):
    return {cell.groups for cell in message_cells(instance, Clock())}


def as_partition(labels):
    return frozenset(frozenset(np.flatnonzero(labels == a).tolist()) for a in np.unique(labels))


def refines(fine, coarse):
    return all(any(cell <= other for other in coarse) for cell in fine)


@pytest.mark.parametrize(("d", "n"), [(2, 9), (3, 5), (3, 10), (3, 20), (4, 5), (4, 8), (5, 5)])
@pytest.mark.parametrize("stakes", [False, True])
def test_matching_types_make_as_many_cells_as_tropical_hyperplanes(d, n, stakes):
    cells = message_cells(matching(d, n, stakes=stakes), Clock())
    assert len(cells) == comb(n + d - 1, d - 1)
    assert sum(len(set(cell.groups)) == d for cell in cells) == comb(n - 1, d - 1)
    sizes = [tuple(cell.groups.count(a) for a in range(d)) for cell in cells]
    assert len(set(sizes)) == len(sizes)


@pytest.mark.parametrize(
    ("kind", "d", "k", "n"),
    [("match", 3, 3, 4), ("common", 3, 3, 4), ("private", 4, 3, 3), ("accept", 3, 2, 7),
     ("accept", 4, 2, 5), ("common", 2, 4, 4)],
)  # fmt: skip
@pytest.mark.parametrize("seed", [0, 1])
def test_cells_are_the_profiles_that_programs_find(kind, d, k, n, seed):
    instance = random_instance(kind, d, k, n, seed)
    assert profiles(instance) == profiles_by_programs(instance)


def test_two_states_make_at_most_one_cell_more_than_breakpoints():
    instance = random_instance("private", 2, 4, 12)
    assert len(message_cells(instance, Clock())) <= 12 * 3 + 1


@given(finite_instances(max_states=3, max_types=4), st.data())
@examples(80)
def test_no_strict_message_tells_more_than_some_listed_partition(instance, data):
    labels, makers = achievable_partitions(instance, Clock())
    listed = [as_partition(row) for row in labels]
    d = instance.shape[1]
    for _ in range(10):
        message = data.draw(st.lists(st.integers(0, 6), min_size=d, max_size=d).filter(any))
        told = as_partition(message_labels(instance, message, exact=True))
        assert len(told) == 1 or any(refines(fine, told) for fine in listed)
    for fine, cells in zip(listed, makers, strict=True):
        assert not any(refines(other, fine) for other in listed if other != fine)
        message = chosen_message(instance, cells, exact=True)
        assert as_partition(message_labels(instance, message, exact=True)) == fine
        assert message_margin(instance, message, exact=True) > 0


@given(finite_instances(max_states=3, max_types=3))
@examples(60)
def test_cells_cover_almost_all_messages_and_do_not_overlap(instance):
    cells = message_cells(instance, Clock())
    assert len({cell.groups for cell in cells}) == len(cells)
    groups = [module.action_groups_of(instance, t).members for t in range(len(instance))]
    for cell in cells:
        best = np.array([members[a] for members, a in zip(groups, cell.groups, strict=True)])
        assert (best_actions(instance, cell.cone.interior, exact=True) == best).all()
    random = np.random.default_rng(0)
    d = instance.shape[1]
    known = {tuple(map(tuple, best_actions(instance, c.cone.interior, exact=True))) for c in cells}
    for _ in range(20):
        message = [Fraction(int(x)) for x in random.integers(1, 10**9, size=d)]
        assert tuple(map(tuple, best_actions(instance, message, exact=True))) in known


def test_actions_that_are_always_tied_tell_nothing_apart():
    # Type 0 never cares; types 1 and 2 do what it might do.
    always = [[1, 1], [1, 1]]
    lean = [[[1, 0], [0, 1]], [[0, 1], [1, 0]]]
    instance = FinitePersuasion(
        ["1/3"] * 3, [["1/2", "1/2"]] * 3, [always, *lean], [[0, 1], [0, 1]]
    )
    labels, _ = achievable_partitions(instance, Clock())
    assert labels.tolist() == []
    alone, _ = achievable_partitions(instance.part([1, 2]), Clock())
    assert alone.tolist() == [[0, 1]]


def test_types_that_lean_to_both_sides_of_a_tie_are_told_apart_beside_it():
    lean = [[[1, 0], [0, 1]], [[0, 1], [1, 0]]]
    instance = FinitePersuasion(["1/2"] * 2, [["1/2", "1/2"]] * 2, lean, [[0, 1], [0, 1]])
    assert message_labels(instance, [1, 1], exact=True).tolist() == [0, 0]
    assert message_labels(instance, [1, 2], exact=True).tolist() == [0, 1]


def test_floats_that_differ_by_rounding_make_no_partition():
    beliefs = [[0.1 + 0.2, 0.7 - 1e-17], [0.3, 0.7]]
    instance = FinitePersuasion([0.5, 0.5], beliefs, np.eye(2), np.eye(2))
    assert len(message_cells(instance, Clock())) == 3
    assert achievable_partitions(instance, Clock())[0].tolist() == []


def test_sure_types_and_equal_types_are_partitioned_by_what_they_do():
    beliefs = [[1, 0, 0], [0, 1, 0], [0, 1, 0], ["1/2", "1/2", 0]]
    instance = FinitePersuasion(["1/4"] * 4, beliefs, np.eye(3).tolist(), np.eye(3).tolist())
    labels, _ = achievable_partitions(instance, Clock())
    assert {as_partition(row) for row in labels} == {
        frozenset({frozenset({0, 3}), frozenset({1, 2})}),
        frozenset({frozenset({0}), frozenset({1, 2, 3})}),
    }


def test_one_state_or_one_type_has_nothing_to_tell():
    single = FinitePersuasion([1], [["1/2", "1/2"]], [[1, 0], [0, 1]], [[0, 1], [0, 1]])
    assert achievable_partitions(single, Clock())[0].shape == (0, 1)
    one_state = FinitePersuasion(["1/2"] * 2, [[1], [1]], [[[1, 0]], [[0, 1]]], [[0, 1]])
    # They differ in what they always do.
    assert achievable_partitions(one_state, Clock())[0].tolist() == [[0, 1]]


def test_the_widest_message_of_example_a2_is_as_wide_as_no_random_one():
    instance = matching(3, 4)
    cell = max(message_cells(instance, Clock()), key=lambda c: len(set(c.groups)))
    best = [np.arange(3) == a for a in cell.groups]
    message, margin = widest_message(instance, best)
    assert message_margin(instance, message) == pytest.approx(margin)
    for x in np.random.default_rng(0).dirichlet(np.ones(3), size=2000):
        if tuple(instance.best_responses(x)) == cell.groups:
            assert message_margin(instance, x) <= margin + 1e-9


def test_a_clock_that_stops_ends_the_enumeration():
    with pytest.raises(StoppedError):
        message_cells(matching(3, 5), Clock(time_limit=0))


def test_too_many_cells_are_refused_with_a_way_out(monkeypatch):
    monkeypatch.setattr(module, "MOST_CELLS", 10)
    with pytest.raises(ValueError, match=r'more than 10 ways; use method "pricing"'):
        message_cells(matching(3, 5), Clock())


def test_partitions_forget_the_names_of_actions():
    instance = matching(3, 5)
    cells = message_cells(instance, Clock())
    assert len(partitions_of(instance, cells)) == 15
    assert len(achievable_partitions(instance, Clock())[0]) == 6
