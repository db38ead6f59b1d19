"""Query selection: oracles, budgets, costs, and the simulation query behind a cut."""

import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import REGIMES, examples, instances, partition_oracles, real_cuts
from scipy import stats

from suasion import (
    BinaryPersuasion,
    PartitionQueries,
    QuerySelection,
    QuerySet,
    SetCover,
    ThresholdQueries,
    WrongKindError,
    load,
    simulation_query,
    solve,
)

PAIR = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
TRIPLE = BinaryPersuasion(["1/4", "1/4", "1/2"], ["1/5", "2/5", "3/5"])


def answers(instance, cut):
    """Who would act on the simulated message, in the order by threshold, exactly."""
    query = simulation_query(instance, cut)
    return query.policy.acts(instance, exact=True)[instance.order, query.message].tolist()


@pytest.mark.parametrize("regime", REGIMES)
@given(data=st.data())
@examples(40)
def test_simulation_query_says_yes_exactly_above_its_cut(regime, data):
    instance = data.draw(instances(regime, min_types=2))
    for cut in real_cuts(instance):
        expected = [position >= cut for position in range(len(instance))]
        assert answers(instance, cut) == expected
        policy = simulation_query(instance, cut).policy
        assert policy.rational
        assert policy.acts(instance)[instance.order, 0].tolist() == expected


@given(st.lists(st.floats(0, 1), min_size=2, max_size=6, unique=True))
@examples(100)
def test_simulation_query_of_floats_acts_exactly(beliefs):
    n = len(beliefs)
    instance = BinaryPersuasion(np.full(n, 1 / n), beliefs)
    for cut in range(1, n):
        assert answers(instance, cut) == [position >= cut for position in range(n)]


@given(st.floats(0, 1, exclude_max=True))
@examples(100)
def test_simulation_query_tells_neighbouring_floats_apart(belief):
    instance = BinaryPersuasion([0.5, 0.5], [belief, np.nextafter(belief, 2)])
    assert answers(instance, 1) == [False, True]


def test_simulation_query_tells_rationals_apart_that_are_one_float():
    tiny = Fraction(1, 10**20)
    for weights in ([0.5, 0.5], ["1/2", "1/2"]):
        instance = BinaryPersuasion(weights, [Fraction(1, 5) + tiny, "1/5"])
        assert answers(instance, 1) == [False, True]


def test_simulation_query_of_ordinary_floats_has_float_likelihoods():
    assert not simulation_query(BinaryPersuasion([0.5, 0.5], [0.2, 0.4]), 1).policy.rational


@pytest.mark.parametrize("cut", [0, -1, 2])
def test_simulation_query_of_a_cut_outside_the_order_is_refused(cut):
    with pytest.raises(ValueError, match=f"queries has cut {cut}; cuts are numbered 1 to 1"):
        simulation_query(PAIR, cut)


def test_simulation_query_between_equal_thresholds_is_refused():
    with pytest.raises(ValueError, match="cut 1, which lies between equal thresholds"):
        simulation_query(BinaryPersuasion(["1/2", "1/2"], ["1/5", "0.2"]), 1)


REFUSED = {
    "empty cell": ([[[0], []]], "queries[0] cell 1 is empty"),
    "twice": ([[[0, 1], [1]]], "queries[0] has type 1 twice"),
    "left out": ([[[0, 1]], [[0], [0]]], "queries[1] has type 0 twice"),
    "missing": ([[[0, 1, 2]], [[0, 2]]], "queries[1] leaves out type 1"),
    "outside": ([[[0], [2]]], "queries[0] cell 1 names type 2; its cells must partition types 0"),
    "negative": ([[[0], [-1]]], "queries[0] cell 1 names type -1"),
    "bool": ([[[0], [True]]], "queries[0] cell 1 names type True"),
    "float": ([[[0], [1.0]]], "queries[0] cell 1 names type 1.0"),
    "text": ([[[0], ["a"]]], "queries[0] cell 1 names type 'a'"),
    "larger": ([[[0], [1]], [[0, 1, 2]]], "queries[1] cell 0 names type 2"),
}


@pytest.mark.parametrize(("queries", "sentence"), REFUSED.values(), ids=REFUSED)
def test_queries_that_are_no_partition_are_refused(queries, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        PartitionQueries(queries)


def test_names_of_queries_are_as_many_as_queries():
    assert PartitionQueries([[[0], [1]]], ["age"]).names == ("age",)
    assert PartitionQueries([[[0], [1]]] * 2).names == ("0", "1")
    with pytest.raises(ValueError, match="names has 2 entries for 1 queries"):
        PartitionQueries([[[0], [1]]], ["age", "town"])


@given(st.integers(1, 6).flatmap(partition_oracles))
@examples(50)
def test_oracle_document_gives_the_same_oracle_back(oracle):
    document = oracle.to_dict()
    assert document.pop("kind") == "partition"
    assert PartitionQueries(**document) == oracle


def test_oracles_differ_by_partition_and_name():
    one = PartitionQueries([[[0], [1]]])
    assert one == PartitionQueries([[(0,), (1,)]])
    assert one != PartitionQueries([[[0, 1]]])
    assert one != PartitionQueries([[[0], [1]]], ["age"])
    assert one != "oracle"


@pytest.mark.parametrize("budget", [-1, 1.5, float("nan"), True, "1", [1]])
def test_a_budget_that_is_no_count_is_refused(budget):
    sentence = f"budget is {budget!r}; give an integer >= 0, or None for no limit"
    with pytest.raises(ValueError, match=re.escape(sentence)):
        QuerySelection(PAIR, ThresholdQueries(), budget)


@pytest.mark.parametrize(
    ("costs", "sentence"),
    [
        (-1, "costs[0] is -1, outside [0, inf)"),
        ([1, 2], "costs has 2 entries for 1 queries"),
        ([float("nan")], "costs[0] is nan"),
        (["x"], "costs[0] is 'x', which is not a number"),
        ([-0.5], "costs[0] is -0.5, outside [0, inf)"),
    ],
)
def test_costs_that_do_not_fit_are_refused(costs, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        QuerySelection(PAIR, ThresholdQueries(), costs=costs)


def test_queries_about_another_number_of_types_are_refused():
    with pytest.raises(ValueError, match="covers 2 types and persuasion has 3"):
        QuerySelection(TRIPLE, PartitionQueries([[[0], [1]]]))


@pytest.mark.parametrize("exact", [True, False])
def test_one_cost_holds_for_every_query(exact):
    question = QuerySelection(TRIPLE, ThresholdQueries(), costs="1/10")
    assert question.cost_numbers(exact).tolist() == [Fraction(1, 10) if exact else 0.1] * 2
    assert QuerySelection(TRIPLE, ThresholdQueries()).cost_numbers(exact).tolist() == [0, 0]


def test_threshold_queries_are_one_fewer_than_types():
    assert QuerySelection(TRIPLE, ThresholdQueries()).query_count == 2
    alone = QuerySelection(BinaryPersuasion([1], [1]), ThresholdQueries(), costs=[])
    assert alone.query_count == 0


def test_document_keeps_the_question_as_it_was_asked():
    question = QuerySelection(
        TRIPLE, PartitionQueries([[[0, 1], [2]]], ["q"]), 1, adaptive=True, costs="1/100"
    )
    assert question.to_dict() == {
        "kind": "query-selection",
        "persuasion": {"weights": ["1/4", "1/4", "1/2"], "beliefs": ["1/5", "2/5", "3/5"]},
        "oracle": {"kind": "partition", "queries": [[[0, 1], [2]]], "names": ["q"]},
        "budget": 1,
        "adaptive": True,
        "costs": "1/100",
    }
    listed = QuerySelection(TRIPLE, ThresholdQueries(), costs=["1/100", 0.5]).to_dict()
    assert listed["costs"] == ["1/100", 0.5]
    assert listed["budget"] is None
    assert "costs" not in QuerySelection(TRIPLE, ThresholdQueries()).to_dict()


def test_questions_are_equal_when_their_documents_and_numbers_are():
    one = QuerySelection(TRIPLE, ThresholdQueries(), 1)
    assert one == QuerySelection(TRIPLE, ThresholdQueries(), 1)
    assert one != QuerySelection(TRIPLE, ThresholdQueries(), 2)
    assert one != QuerySelection(TRIPLE, ThresholdQueries(), 1, adaptive=True)
    assert one != "question"


def test_exactness_of_a_question_includes_its_costs():
    assert QuerySelection(PAIR, ThresholdQueries(), costs="1/10").rational
    assert not QuerySelection(PAIR, ThresholdQueries(), costs=0.1).rational


def test_a_continuum_takes_threshold_queries_with_one_cost_and_has_no_file():
    both = BinaryPersuasion.discretize(stats.uniform(0, 0.5), 0.1)
    question = QuerySelection(both, ThresholdQueries(), 1, costs=0.01)
    moved = question.with_persuasion(both.up)
    assert moved.cost_numbers().tolist() == [0.01] * 10
    with pytest.raises(ValueError, match="no file format"):
        question.to_dict()
    with pytest.raises(ValueError, match="one cost for all"):
        QuerySelection(both, ThresholdQueries(), costs=[0.01] * 10)
    with pytest.raises(ValueError, match="takes threshold queries"):
        QuerySelection(both, PartitionQueries([[list(range(11))]]))
    with pytest.raises(ValueError, match=r"use persuasion\.down"):
        QuerySet([]).value(question)
    assert (
        solve(question).answer.value(question.with_persuasion(both.down)) == solve(question).value
    )


@pytest.mark.parametrize(
    ("persuasion", "oracle", "said"),
    [
        ("news.json", ThresholdQueries(), "persuasion is 'news.json'; give a BinaryPersuasion"),
        (
            QuerySelection(PAIR, ThresholdQueries()),
            ThresholdQueries(),
            "is a QuerySelection; give",
        ),
        (SetCover(1, [[0]]), ThresholdQueries(), "persuasion is a SetCover"),
        ([0.5, 0.5], ThresholdQueries(), "persuasion is a list"),
        (
            PAIR,
            ThresholdQueries,
            r"oracle is the class ThresholdQueries; give ThresholdQueries\(\)",
        ),
        (PAIR, "threshold", "oracle is 'threshold'; give ThresholdQueries"),
        (PAIR, None, "oracle is a NoneType"),
        (PAIR, [[[0], [1]]], "oracle is a list; give"),
    ],
)
def test_a_question_of_other_things_is_refused(persuasion, oracle, said):
    with pytest.raises(WrongKindError, match=said):
        QuerySelection(persuasion, oracle, 1)


def test_adaptive_is_true_or_false_and_no_text():
    with pytest.raises(WrongKindError, match="adaptive is 'no'; give True or False"):
        QuerySelection(PAIR, ThresholdQueries(), adaptive="no")
    assert QuerySelection(PAIR, ThresholdQueries(), adaptive=np.True_).adaptive is True


@pytest.mark.parametrize("cost", ["1/50", 0.25, 3, np.float64(0.5)])
def test_one_cost_for_all_is_kept_where_there_is_no_query(cost):
    single = BinaryPersuasion([1], ["1/5"])
    for problem in (
        QuerySelection(PAIR, PartitionQueries([]), costs=cost),
        QuerySelection(single, ThresholdQueries(), costs=cost),
        QuerySelection(PAIR, ThresholdQueries(), costs=cost),
    ):
        document = problem.to_dict()
        assert document["costs"] == (cost if isinstance(cost, str) else float(cost))
        assert load(document) == problem
        assert load(document).to_dict() == document
        assert problem.with_persuasion(problem.persuasion) == problem
