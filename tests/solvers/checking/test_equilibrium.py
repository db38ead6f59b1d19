import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suasion import (
    BinaryPersuasion,
    Cover,
    DiscretizedPersuasion,
    FinitePersuasion,
    InputError,
    MessagingPolicy,
    PartitionQueries,
    QuerySelection,
    QuerySet,
    QueryTree,
    SetCover,
    SimulationQueries,
    ThresholdQueries,
    WrongKindError,
    load,
    solve,
)
from suasion.examples.catalogue import catalogue, example_text
from suasion.generate import families, generate
from suasion.solvers.checking.equilibrium import check_equilibrium

NEWS = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
ONE = QuerySelection(NEWS, ThresholdQueries(), budget=1)
LEAF = QueryTree((None,), ((),))
TREE = QueryTree((1, None, None), (((0, 1), (1, 2)), (), ()))


@pytest.mark.parametrize("entry", [e.name for e in catalogue() if "UCI" not in e.source])
@pytest.mark.parametrize("exact", [False, True])
def test_every_optimal_example_is_an_equilibrium(entry, exact):
    problem = load(json.loads(example_text(entry)))
    result = solve(problem, exact=exact)
    assert check_equilibrium(result.answer, problem, exact=exact).deviations == ()


@given(
    st.sampled_from([f.name for f in families("binary-persuasion")]),
    st.integers(0, 10**6),
    st.booleans(),
    st.booleans(),
)
@settings(deadline=None, max_examples=60)
def test_optimal_answers_are_equilibria_in_every_regime(family, seed, adaptive, costly):
    cost = "1/50" if costly else None
    options = {"receivers": family, "budget": 2, "adaptive": adaptive, "cost": cost}
    problem = generate("thresholds", 6, seed, denominator=12, **options)
    result = solve(problem, exact=True)
    assert check_equilibrium(result.answer, problem, exact=True).deviations == ()
    assert check_equilibrium(solve(problem).answer, problem)


def test_a_receiver_told_to_act_against_her_posterior_deviates():
    policy = solve(NEWS, exact=True).answer
    acts = policy.acts(NEWS, exact=True)
    for exact in (False, True):
        wrong = acts.copy()
        wrong[0, 1] = True
        found = check_equilibrium(policy, NEWS, acts=[wrong], exact=exact).deviations
        assert len(found) == 1
        assert found[0].startswith("in cell 0 type 0 is to act on message rest, and prefers not")


def test_a_receiver_told_not_to_act_although_she_gains_deviates():
    policy = MessagingPolicy([1, 0], ["1/8", "7/8"])
    acts = policy.acts(NEWS, exact=True)
    acts[1, 0] = False
    found = check_equilibrium(policy, NEWS, acts=[acts]).deviations
    assert any("is to not act on message m1, and prefers to act" in line for line in found)


def test_a_worse_policy_at_a_leaf_is_a_deviation():
    truthful = MessagingPolicy([1, 0], [0, 1])
    found = check_equilibrium(truthful, NEWS, exact=True).deviations
    assert found == ("in cell 0 the messages earn 0.3, and others earn 0.475.",)
    policies = [truthful, truthful]
    found = check_equilibrium(QuerySet([1]), ONE, policies, exact=True).deviations
    assert [line[:9] for line in found] == ["in cell 0", "in cell 1"]


def test_a_missing_query_is_a_deviation():
    assert (
        "others within the budget earn 0.6" in check_equilibrium(QuerySet([]), ONE).deviations[0]
    )
    adaptive = QuerySelection(NEWS, ThresholdQueries(), budget=1, adaptive=True)
    found = check_equilibrium(LEAF, adaptive).deviations
    assert found == ("at node 0 stopping earns 0.475, and the best continuation earns 0.6.",)


def test_a_wrong_query_deep_in_the_tree_is_named_by_its_node():
    instance = BinaryPersuasion(["1/4"] * 4, ["1/10", "1/5", "3/10", "2/5"])
    problem = QuerySelection(instance, ThresholdQueries(), budget=2, adaptive=True)
    right = QueryTree.binary_search([1, 2, 3])
    assert check_equilibrium(right, problem, exact=True)
    lazy = QueryTree((2, 1, None, None, None), (((0, 1), (1, 4)), ((0, 2), (1, 3)), (), (), ()))
    found = check_equilibrium(lazy, problem, exact=True).deviations
    assert [line[:22] for line in found] == ["at node 0 asking 2 ear", "at node 4 stopping ear"]


def test_more_queries_than_the_budget_are_named():
    found = check_equilibrium(QuerySet([1]), QuerySelection(NEWS, ThresholdQueries(), budget=0))
    assert found.deviations == ("1 queries are asked, and the budget is 0.",)
    problem = QuerySelection(NEWS, ThresholdQueries(), budget=0, adaptive=True)
    assert "in a row, and the budget is 0" in check_equilibrium(TREE, problem).deviations[0]


def test_costs_make_an_otherwise_optimal_query_a_deviation():
    gain = Fraction(6, 10) - Fraction(19, 40)
    for adaptive, answer in ((False, QuerySet([1])), (True, TREE)):
        dear = QuerySelection(NEWS, ThresholdQueries(), 1, adaptive, gain + Fraction(1, 100))
        cheap = QuerySelection(NEWS, ThresholdQueries(), 1, adaptive, gain - Fraction(1, 100))
        assert not check_equilibrium(answer, dear, exact=True)
        assert check_equilibrium(answer, cheap, exact=True)


def test_partition_trees_are_checked_at_every_node():
    instance = BinaryPersuasion(["1/6", "1/2", "1/3"], ["1/4", "1/2", "1/2"])
    oracle = PartitionQueries([[[1], [0, 2]], [[2], [0, 1]]])
    problem = QuerySelection(instance, oracle, 2, adaptive=True, costs=["1/1000", "1/500"])
    best = solve(problem, exact=True).answer
    assert check_equilibrium(best, problem, exact=True)
    assert not check_equilibrium(LEAF, problem, exact=True)


def test_discretized_questions_and_wrong_numbers_of_policies_are_refused():
    with pytest.raises(ValueError, match="policies has 1 entries for 2 cells"):
        check_equilibrium(QuerySet([1]), ONE, [MessagingPolicy([1], [1])])
    from scipy.stats import uniform

    continuum = BinaryPersuasion.discretize(uniform(0, 1), 0.1)
    with pytest.raises(ValueError, match="discretized"):
        check_equilibrium(QuerySet([]), QuerySelection(continuum, ThresholdQueries()))


def test_beliefs_0_and_1_have_no_posterior_and_are_still_checked():
    instance = BinaryPersuasion([0.25, 0.25, 0.5], [0.0, 1.0, 0.5])
    result = solve(instance)
    assert check_equilibrium(result.answer, instance)
    acts = result.answer.acts(instance)
    acts[0] = ~acts[0]
    assert not check_equilibrium(result.answer, instance, acts=[acts])
    assert np.isfinite(result.value)


FOUR = BinaryPersuasion([0.25] * 4, [0.1, 0.2, 0.3, 0.4])
TWO = FinitePersuasion(
    ["1/2", "1/2"], [["4/5", "1/5"], ["3/5", "2/5"]], [[1, 0], [0, 1]], [[0, 1], [0, 1]]
)


def test_a_tree_where_all_queries_are_asked_at_once_is_no_equilibrium():
    problem = QuerySelection(FOUR, ThresholdQueries(), budget=2)
    tree = QueryTree.binary_search([1, 2, 3])
    # Its depth is within the budget, and it earns more than any two queries at once.
    assert tree.value(problem) > solve(problem).bound
    assert check_equilibrium(tree, problem).deviations == (
        "the queries of the tree depend on the answers, and adaptive is False.",
    )
    assert check_equilibrium(tree, QuerySelection(FOUR, ThresholdQueries(), 2, True)).holds


def test_a_tree_of_a_plan_where_all_queries_are_asked_at_once_is_no_equilibrium():
    oracle = PartitionQueries([[[0], [1]]])
    adaptive = QuerySelection(TWO, oracle, budget=1, adaptive=True)
    plan = solve(adaptive).require()
    assert check_equilibrium(plan, adaptive).holds
    assert not check_equilibrium(plan, QuerySelection(TWO, oracle, budget=1)).holds


def test_messages_of_a_plan_are_no_queries_of_a_partition_oracle():
    plan = solve(QuerySelection(TWO, SimulationQueries(), budget=1)).require()
    other = QuerySelection(TWO, PartitionQueries([[[0], [1]]]), budget=1)
    with pytest.raises(InputError, match="the partition oracle of the problem shows none"):
        check_equilibrium(plan, other)


@pytest.mark.parametrize("problem", [NEWS, ONE, TWO, QuerySelection(TWO, SimulationQueries(), 1)])
def test_a_result_is_checked_as_its_answer_to_its_problem(problem):
    result = solve(problem)
    assert check_equilibrium(result) == check_equilibrium(result.answer, problem)
    assert check_equilibrium(result).holds


def test_an_answer_of_another_kind_is_refused_in_a_sentence():
    answers = {
        "MessagingPolicy": (solve(NEWS).answer, NEWS),
        "QuerySet": (QuerySet([]), ONE),
        "FinitePolicy": (solve(TWO).answer, TWO),
        "QueryPlan": (
            *[solve(QuerySelection(TWO, SimulationQueries(), 1)).answer],
            QuerySelection(TWO, SimulationQueries(), 1),
        ),
    }
    strange = [Cover([0]), None, "QuerySet", QuerySet, solve(TWO, "menu").answer]
    for kind, (_, problem) in answers.items():
        others = [answer for name, (answer, _) in answers.items() if name != kind]
        for answer in [*others, *strange]:
            with pytest.raises(WrongKindError, match=f"answer is .*; give a {kind}"):
                check_equilibrium(answer, problem)
    for problem in (None, SetCover(1, [[0]]), "news.json"):
        with pytest.raises(WrongKindError, match="problem is"):
            check_equilibrium(QuerySet([]), problem)


def test_answers_refuse_to_be_valued_for_something_else():
    news, finite = solve(NEWS).answer, solve(TWO).answer
    plan = solve(QuerySelection(TWO, SimulationQueries(), 1)).answer
    three = FinitePersuasion(["1/3"] * 3, [["1/2", "1/2"]] * 3, [[1, 0], [0, 1]], [[0, 1], [0, 1]])
    one = FinitePersuasion([1], [["1/2", "1/2"]], [[1, 0], [0, 1]], [[0, 1], [0, 1]])
    for answer, problem in [
        *((QuerySet([1]), p) for p in (NEWS, TWO, SetCover(1, [[0]]), QuerySet([1]))),
        *((LEAF, p) for p in (NEWS, TWO)),
        *((news, p) for p in (ONE, TWO, SetCover(1, [[0]]))),
        *((finite, p) for p in (NEWS, ONE, one, three)),
        *((solve(TWO, "menu").answer, p) for p in (one, three)),
        *((plan, p) for p in (NEWS, ONE, TWO)),
        *((Cover([0]), p) for p in (NEWS, ONE, TWO)),
    ]:
        with pytest.raises(InputError):
            answer.value(problem)


@pytest.mark.parametrize(
    ("policies", "acts", "said"),
    [
        ([None, None], None, r"policies\[0\] is a NoneType; give a MessagingPolicy"),
        (None, [np.ones((2, 2), dtype=bool)], "acts has 1 entries for 2 policies"),
        (None, [np.ones((3, 2), dtype=bool)] * 2, r"acts\[0\] has shape \(3, 2\) and type bool"),
    ],
)
def test_policies_and_actions_of_another_shape_are_refused(policies, acts, said):
    with pytest.raises(InputError, match=said):
        check_equilibrium(QuerySet([1]), ONE, policies, acts)


def test_policies_and_acts_are_for_answers_that_have_none_of_their_own():
    policy, finite = solve(NEWS).answer, FinitePersuasion.from_binary(NEWS)
    for answer, problem in ((policy, NEWS), (solve(finite).answer, finite)):
        with pytest.raises(InputError, match="policies are for a QuerySet or a QueryTree"):
            check_equilibrium(answer, problem, [policy])
    with pytest.raises(InputError, match="a FinitePolicy has its own actions"):
        check_equilibrium(solve(finite).answer, finite, acts=[])


def test_a_continuum_is_checked_by_its_sides():
    bracket = DiscretizedPersuasion(NEWS, NEWS, 0.1)
    for problem in (bracket, ONE.with_persuasion(bracket)):
        answer = solve(problem).answer
        with pytest.raises(InputError, match="problem is a discretized continuum; check"):
            check_equilibrium(answer, problem)
