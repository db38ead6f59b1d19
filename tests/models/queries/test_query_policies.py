"""Query sets and trees: the cells they reveal, what they cost, and what they are worth."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import (
    cuts_of,
    examples,
    instances,
    optimum,
    partition_oracles,
    query_costs,
    ranked,
    triples,
)

from suasion import BinaryPersuasion, PartitionQueries, QuerySelection, QuerySet, ThresholdQueries
from suasion.models.queries.query_tree import QueryTree

F = Fraction
TRIPLE = BinaryPersuasion(["1/4", "1/4", "1/2"], ["1/5", "2/5", "3/5"])
CUTS = QuerySelection(TRIPLE, ThresholdQueries(), costs=["1/10", "1/20"])
PARTS = PartitionQueries([[[0, 2], [1]], [[0], [1, 2]]])


@given(instances(max_types=7), st.data())
@examples(80)
def test_cuts_are_worth_their_segments_minus_their_costs(instance, data):
    n = len(instance)
    costs = data.draw(query_costs(n - 1, "unequal"))
    cuts = data.draw(cuts_of(instance))
    question = QuerySelection(instance, ThresholdQueries(), costs=costs)
    answer, types, ends = QuerySet(cuts), ranked(instance), [0, *cuts, n]
    segments = [types[i:j] for i, j in pairwise(ends)]
    paid = sum((costs[t - 1] for t in cuts), F(0))
    expected = sum((optimum(s) for s in segments), F(0)) - paid
    assert answer.cost(question, exact=True) == paid
    assert answer.value(question, exact=True) == expected
    assert answer.value(question) == pytest.approx(float(expected), abs=1e-12)
    tree = QueryTree.binary_search(cuts)
    assert [c.tolist() for c in tree.cells(question)] == [
        c.tolist() for c in answer.cells(question)
    ]
    assert tree.depth == len(cuts).bit_length()


@given(st.data())
@examples(60)
def test_queries_are_worth_the_cells_of_their_refinement(data):
    instance = data.draw(instances(max_types=6))
    oracle = data.draw(partition_oracles(len(instance)))
    chosen = [q for q in range(len(oracle)) if data.draw(st.booleans())]
    question = QuerySelection(instance, oracle)
    cells = {}
    for i, one in enumerate(triples(instance)):
        cells.setdefault(tuple(int(oracle.labels[q, i]) for q in chosen), []).append(one)
    expected = sum((optimum(cell) for cell in cells.values()), F(0))
    assert QuerySet(chosen).value(question, exact=True) == expected
    assert len(QuerySet(chosen).cells(question)) == len(cells)


@given(st.data())
@examples(60)
def test_a_tree_of_random_queries_charges_whom_it_asks(data):
    instance = data.draw(instances(max_types=6))
    oracle = data.draw(partition_oracles(len(instance)))
    costs = data.draw(query_costs(len(oracle), "unequal"))
    question = QuerySelection(instance, oracle, adaptive=True, costs=costs)
    types = triples(instance)
    paid = F(0)

    def ask(members):
        nonlocal paid
        if not len(oracle) or len(members) < 2 or not data.draw(st.booleans()):
            return None
        q = data.draw(st.integers(0, len(oracle) - 1))
        paid += costs[q] * sum((types[i][0] for i in members), F(0))
        parts = {}
        for i in members:
            parts.setdefault(int(oracle.labels[q][i]), []).append(i)
        if len(parts) == 1:  # asked in vain: stop, or it might be asked for ever
            return q, [(answer, []) for answer in parts]
        return q, sorted(parts.items())

    tree = QueryTree.grow(list(range(len(instance))), ask)
    assert tree.cost(question, exact=True) == paid
    reached = tree.cells(question)
    assert sorted(np.concatenate(list(reached)).tolist()) == list(range(len(instance)))
    earned = sum((optimum([types[i] for i in cell]) for cell in reached), F(0))
    assert tree.value(question, exact=True) == earned - paid
    assert tree.value(question) == pytest.approx(float(earned - paid), abs=1e-12)


def test_query_set_is_sorted_without_repeats():
    assert QuerySet([3, 1, 3]).queries.tolist() == [1, 3]
    assert QuerySet([3, 1]) == QuerySet([1, 3, 3])
    assert QuerySet([3]) != QuerySet([1])
    assert len(QuerySet([])) == 0


@pytest.mark.parametrize("queries", [[1.5], ["1"], [True]])
def test_queries_that_are_not_integers_are_refused(queries):
    with pytest.raises(ValueError, match="give a list of integers"):
        QuerySet(queries)


@pytest.mark.parametrize("answer", [QuerySet([1, 3]), QueryTree.binary_search([1, 3])])
def test_cuts_outside_the_order_are_refused(answer):
    with pytest.raises(ValueError, match="queries has cut 3; cuts are numbered 1 to 2"):
        answer.cells(CUTS)


@pytest.mark.parametrize("answer", [QuerySet([1]), QueryTree.binary_search([1])])
def test_cuts_between_equal_thresholds_are_refused(answer):
    twins = BinaryPersuasion(["1/2", "1/2"], ["1/5", "1/5"])
    with pytest.raises(ValueError, match="cut 1, which lies between equal thresholds"):
        answer.value(QuerySelection(twins, ThresholdQueries()))


@pytest.mark.parametrize("query", [2, -1])
def test_queries_that_do_not_exist_are_refused(query):
    question = QuerySelection(TRIPLE, PARTS)
    tree = QueryTree((query, None, None), (((0, 1), (1, 2)), (), ()))
    for answer in (QuerySet([query]), tree):
        with pytest.raises(ValueError, match=f"queries has {query}; queries are numbered 0 to 1"):
            answer.value(question)


def test_a_tree_without_a_branch_for_an_answer_is_refused():
    with pytest.raises(ValueError, match="node 0 of the tree has no branch for answer 1"):
        QueryTree((0, None), (((0, 1),), ())).cells(QuerySelection(TRIPLE, PARTS))


def test_branches_that_nobody_takes_are_left_out_of_cells_and_document():
    # Asked again, query 0 has one answer left in each branch.
    tree = QueryTree((0, 0, None, None, None), (((0, 1), (1, 4)), ((0, 2), (1, 3)), (), (), ()))
    question = QuerySelection(TRIPLE, PARTS, adaptive=True, costs="1/10")
    assert [cell.tolist() for cell in tree.cells(question)] == [[0, 2], [1]]
    assert tree.cost(question, exact=True) == F(1, 10) + F(3, 4) * F(1, 10)
    document = tree.document(question)
    assert document["tree"] == {
        "query": 0,
        "children": [
            {"answer": 0, "node": {"query": 0, "children": [{"answer": 0, "node": {"cell": 0}}]}},
            {"answer": 1, "node": {"cell": 1}},
        ],
    }
    assert [cell["types"] for cell in document["cells"]] == [[0, 2], [1]]


def test_tree_document_of_cuts_says_below_and_above_and_numbers_the_cells():
    tree = QueryTree.binary_search([1, 2])
    document = tree.document(CUTS)
    assert document["tree"] == {
        "query": 2,
        "children": [
            {
                "answer": "below",
                "node": {
                    "query": 1,
                    "children": [
                        {"answer": "below", "node": {"cell": 0}},
                        {"answer": "above", "node": {"cell": 1}},
                    ],
                },
            },
            {"answer": "above", "node": {"cell": 2}},
        ],
    }
    assert [cell["types"] for cell in document["cells"]] == [[0], [1], [2]]


def test_set_document_has_queries_cells_and_cutoffs_for_cuts_only():
    document = QuerySet([1, 2]).document(CUTS)
    assert document["queries"] == [1, 2]
    assert document["cutoffs"] == [0.4, 0.6]
    assert [cell["types"] for cell in document["cells"]] == [[0], [1], [2]]
    assert "order" not in document
    assert "cutoffs" not in QuerySet([0]).document(QuerySelection(TRIPLE, PARTS))


def test_documents_of_many_types_have_ranges_and_their_order():
    n = 1_200
    instance = BinaryPersuasion(np.full(n, 1 / n), np.linspace(0.5, 0, n))
    question = QuerySelection(instance, ThresholdQueries())
    for answer in (QuerySet([500]), QueryTree.binary_search([500])):
        document = answer.document(question)
        assert document["order"] == instance.order.tolist()
        assert document["cells"][1]["types"] == {"first": 500, "last": 1199}


def test_a_tree_three_thousand_rounds_deep_needs_no_recursion():
    n = 3_001
    instance = BinaryPersuasion(np.full(n, 1 / n), np.linspace(0, 0.5, n))
    question = QuerySelection(instance, ThresholdQueries(), adaptive=True, costs=0.0)

    def from_the_bottom(state):
        return None if state == n else (state, [(0, n), (1, state + 1)])

    tree = QueryTree.grow(1, from_the_bottom)
    assert tree.depth == n - 1 == 3_000
    assert len(tree.cells(question)) == n
    assert tree.value(question) == pytest.approx(instance.full_information(), abs=1e-12)
    node, rounds = tree.document(question)["tree"], 0
    while "query" in node:
        node, rounds = node["children"][1]["node"], rounds + 1
    assert rounds == 3_000


def test_a_lone_leaf_is_a_tree():
    tree = QueryTree.binary_search([])
    assert tree.depth == 0
    assert tree.value(CUTS, exact=True) == optimum(triples(TRIPLE))
    assert tree.cost(CUTS, exact=True) == 0
    assert tree.document(CUTS)["tree"] == {"cell": 0}


def test_binary_search_charges_every_query_to_those_it_is_asked_of():
    tree = QueryTree.binary_search([1, 2])
    assert tree.cost(CUTS, exact=True) == F(1, 20) + F(1, 2) * F(1, 10)
    assert QuerySet([1, 2]).cost(CUTS, exact=True) == F(3, 20)


@given(st.data())
@examples(60)
def test_walking_with_a_types_answers_asks_what_that_type_is_asked(data):
    instance = data.draw(instances(max_types=5))
    oracle = data.draw(partition_oracles(len(instance)))
    question = QuerySelection(instance, oracle, adaptive=True)
    chosen = [q for q in range(len(oracle)) if data.draw(st.booleans())]

    def ask(place):
        if place == len(chosen):
            return None
        query = chosen[place]
        return query, [(a, place + 1) for a in range(int(oracle.labels[query].max()) + 1)]

    for policy in (QuerySet(chosen), QueryTree.grow(0, ask)):
        assert sorted(policy.used.tolist()) == chosen
        assert policy.depth == len(chosen)
        put = [(q, i) for q, members in policy.asked_of(question) for i in members.tolist()]
        walked = []
        for i in range(len(instance)):
            place = 0
            while (query := policy.query_at(place)) is not None:
                walked.append((query, i))
                place = policy.after(place, int(oracle.labels[query, i]))
        assert sorted(walked) == sorted(put)


def test_a_branch_that_is_not_there_leads_nowhere():
    with pytest.raises(ValueError, match="node 0 of the tree has no branch for answer 2"):
        QueryTree.binary_search([1]).after(0, 2)


def test_other_numbers_for_queries_leave_the_policy_as_it_is():
    number = {1: 7, 2: 5}.__getitem__
    assert QuerySet([1, 2]).renumbered(number) == QuerySet([5, 7])
    tree = QueryTree.binary_search([1, 2])
    again = tree.renumbered(number)
    assert again.children == tree.children
    assert again.queries == tuple(None if q is None else number(q) for q in tree.queries)
    assert all(type(q) is int for q in again.queries if q is not None)
