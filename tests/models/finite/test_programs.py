from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from finite_instances import KINDS, finite_instances, random_instance
from hypothesis import given
from hypothesis import strategies as st
from instances import examples, weights

from suasion import FinitePersuasion
from suasion.models.finite.menu_lp import exact_menu_lp, menu_lp, menu_of
from suasion.models.finite.pricing_mip import disaggregated_pricing_mip, pricing_mip
from suasion.models.finite.profile_lp import (
    advantages,
    all_profiles,
    complete_profile_lp,
    exact_complete_profile_lp,
    profile_lp,
    profile_policy,
)
from suasion.models.finite.vertices import (
    exact_vertex_lp,
    exact_vertices,
    vertex_lp,
    vertex_policy,
)
from suasion.models.numbers.arrays import object_array
from suasion.models.programs.certificate import check_point
from suasion.solvers.backends.certify import certify
from suasion.solvers.backends.optimise import optimise
from suasion.solvers.finite.profile_master import single_type_prices
from suasion.solvers.finite.subdivision import Subdivision

MATCH = [[1, 0], [0, 1]]
ACT = [[0, 1], [0, 1]]
OPPOSED = FinitePersuasion(["1/2"] * 2, [["1/2"] * 2] * 2, [MATCH, [[0, 1], [1, 0]]], ACT)


def proved(program):
    certificate, reason = certify(program)
    assert certificate is not None, reason
    return certificate


@given(finite_instances(max_types=2))
@examples(40)
def test_profiles_vertices_and_their_policies_have_one_exact_value(instance):
    profiles = proved(exact_complete_profile_lp(instance))
    vertices = proved(exact_vertex_lp(instance))
    assert profiles.value == vertices.value
    by_profiles = profile_policy(
        instance, all_profiles(instance), object_array(list(profiles.values))
    )
    by_vertices = vertex_policy(instance, vertices.values)
    for policy in (by_profiles, by_vertices):
        assert policy.failures(instance, exact=True) == []
        assert policy.value(instance, exact=True) == profiles.value
    assert len(by_vertices) <= instance.shape[1]


@given(finite_instances(max_types=2), st.data())
@examples(40)
def test_prices_of_the_vertex_program_cover_every_message(instance, data):
    prices = proved(exact_vertex_lp(instance)).duals
    message = data.draw(weights(instance.shape[1]))
    price = sum(p * x for p, x in zip(prices, message, strict=True))
    assert instance.payoff(message, exact=True) <= price


def test_cells_without_interior_count():
    # Both types act on the tie only: profiles of full-dimensional cells earn half of it.
    assert exact_vertices(OPPOSED) == [(0, 1), (1, 0), (1, 1)]
    assert proved(exact_vertex_lp(OPPOSED)).value == 1
    assert proved(exact_complete_profile_lp(OPPOSED)).value == 1
    open_cells = [[1, 0], [0, 1]]
    assert optimise(profile_lp(OPPOSED, open_cells)).value == pytest.approx(0.5)


def test_vertices_on_three_way_ties_are_found_once():
    matching = FinitePersuasion([1], [["1/3"] * 3], np.eye(3).tolist(), [[0, 1, 2]] * 3)
    assert len(exact_vertices(matching)) == 3 + 3 + 1
    assert (1, 1, 1) in exact_vertices(matching)


@given(finite_instances())
@examples(40)
def test_advantages_keep_the_order_of_actions(instance):
    worth, scores = advantages(instance, exact=True), instance.scores(exact=True)
    assert (worth.max(axis=1) == 0).all()
    assert worth.min() >= -1
    stakes = (scores.max(axis=1, keepdims=True) - scores).max(axis=(1, 2))
    shifted = worth * np.where(stakes > 0, stakes, 1)[:, None, None]
    assert (shifted - shifted[:, :1] == scores - scores[:, :1]).all()


@given(finite_instances(max_types=2))
@examples(40)
def test_an_optimal_policy_is_a_point_of_the_menu_program(instance):
    n, d, k = instance.shape
    best = proved(exact_vertex_lp(instance))
    policy = vertex_policy(instance, best.values)
    told = np.full((n, k, d), Fraction(0), dtype=object)
    for message, actions in zip(policy.array(exact=True), policy.actions, strict=True):
        for t, a in enumerate(actions):
            told[t, a] += message
    program = exact_menu_lp(instance)
    # The gains that the rows ask for: what each type makes of what is recommended to another.
    unit = advantages(instance, exact=True)
    unit = unit - unit.min(axis=1, keepdims=True)
    most = unit.max(axis=1).sum(axis=1)
    unit = unit / np.where(most > 0, most, 1)[:, None, None]
    gains = [
        (unit[t] @ told[s, a]).max()
        for t in range(n)
        for s in range(n)
        if s != t
        for a in range(k)
    ]
    point = [Fraction(x) for x in [*told.reshape(-1), *gains]]
    value, broken = check_point(program, point)
    assert broken == []
    assert value == best.value


@given(finite_instances(max_types=2))
@examples(25)
def test_the_menu_of_the_program_is_honest_and_bounds_the_policy(instance):
    proof = proved(exact_menu_lp(instance))
    menu = menu_of(instance, object_array(list(proof.values)))
    assert menu.failures(instance, exact=True) == []
    assert menu.value(instance, exact=True) == proof.value
    assert proof.value >= proved(exact_vertex_lp(instance)).value
    known = sum(
        proved(exact_complete_profile_lp(instance.part([t]))).value for t in range(len(instance))
    )
    assert proof.value <= known


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(3))
def test_pricing_programs_agree_with_all_vertices(kind, seed):
    k = 2 if kind == "accept" else 3
    subdivision = Subdivision.of(random_instance(kind, 3, k, 4, seed))
    prices = np.random.default_rng(seed).normal(size=3) * 0.3
    messages = np.concatenate([part for _, part in subdivision.vertices()])
    most = (subdivision.payoff(messages) - messages @ prices).max()
    arrays = (subdivision.scores, subdivision.payoffs, prices)
    ceilings = single_type_prices(subdivision)
    for program in (
        pricing_mip(*arrays),
        pricing_mip(*arrays, ceilings),
        disaggregated_pricing_mip(*arrays),
    ):
        result = optimise(program)
        assert result.status == "optimal"
        assert result.value == pytest.approx(most, abs=1e-8)


@pytest.mark.parametrize("kind", KINDS)
def test_relaxing_the_disaggregated_program_gives_the_types_own_envelopes(kind):
    k = 2 if kind == "accept" else 3
    subdivision = Subdivision.of(random_instance(kind, 3, k, 3, 1))
    program = disaggregated_pricing_mip(subdivision.scores, subdivision.payoffs, np.zeros(3))
    relaxed = replace(
        program, variables=tuple(replace(b, integer=False) for b in program.variables)
    )
    ceilings = single_type_prices(subdivision)
    at_one = optimise(
        replace(relaxed, variables=(_fixed(relaxed.variables[0]), *relaxed.variables[1:]))
    )
    # At equal likelihoods 1/3 the relaxation is a third of what the types are worth if known.
    assert at_one.value == pytest.approx(ceilings.sum() / 3, abs=1e-8)


def _fixed(likelihoods):
    third = np.full(len(likelihoods), 1 / 3)
    return replace(likelihoods, lower=third, upper=third)


@pytest.mark.parametrize("solver", ["pulp:CBC", "pulp:HiGHS"])
def test_pulp_runs_the_programs(solver):
    instance = random_instance("common", 3, 3, 2, 5)
    subdivision = Subdivision.of(instance)
    arrays = (subdivision.scores, subdivision.payoffs, np.zeros(3))
    for program in (
        complete_profile_lp(instance),
        vertex_lp(instance),
        menu_lp(instance),
        pricing_mip(*arrays),
        disaggregated_pricing_mip(*arrays),
    ):
        assert optimise(program, solver).value == pytest.approx(optimise(program).value, abs=1e-7)
