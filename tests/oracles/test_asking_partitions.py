"""Query trees over partition queries, whose answers are many, followed by an oracle."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import examples, instances, partition_oracles

from suasion import (
    BinaryPersuasion,
    ContradictionError,
    ExactReceiver,
    Exchange,
    PartitionQueries,
    QuerySelection,
    QueryTree,
    Recorded,
    ask,
)

FOUR = BinaryPersuasion(["1/4"] * 4, ["1/10", "3/10", "3/5", "9/10"])
PANEL = QuerySelection(
    FOUR,
    PartitionQueries.from_table(
        {"town": ["north", "south", "east", "east"], "age": ["old", "old", "old", "young"]}
    ),
    adaptive=True,
)
# Whoever lives in the east (answer 0) is asked for her age, too.
BY_TOWN = QueryTree(
    (0, 1, None, None, None, None), (((0, 1), (1, 4), (2, 5)), ((0, 2), (1, 3)), (), (), (), ())
)


def scripted(*replies):
    left = list(replies)
    return SimpleNamespace(answer=lambda query: left.pop(0))


def splitting_tree(data, oracle, n):
    """A random tree that has a branch for every answer, also those that nobody gives."""

    def grow(asked):
        free = [q for q in range(len(oracle)) if q not in asked]
        if not free or not data.draw(st.booleans()):
            return None
        q = data.draw(st.sampled_from(free))
        return q, [(answer, {*asked, q}) for answer in range(int(oracle.labels[q].max()) + 1)]

    return QueryTree.grow(set(), grow)


@given(st.data())
@examples(60)
def test_every_type_is_followed_to_her_leaf(data):
    instance = data.draw(instances(max_types=6))
    oracle = data.draw(partition_oracles(len(instance)))
    problem = QuerySelection(instance, oracle, adaptive=True)
    tree = splitting_tree(data, oracle, len(instance))
    reached = dict(tree.routed(problem))
    for position in range(len(instance)):
        her = Recorded(ExactReceiver(problem, position))
        known = ask(tree, problem, her)
        node = 0
        for exchange in known.transcript:
            assert exchange == Exchange(
                tree.queries[node], oracle.labels[exchange.question, position]
            )
            node = dict(tree.children[node])[exchange.answer]
        assert tree.queries[node] is None
        assert her.count == tree.depths[node]
        assert known.members.tolist() == sorted(reached[node].tolist())


@pytest.mark.parametrize(
    ("position", "asked"),
    [(0, [(0, 1)]), (1, [(0, 2)]), (2, [(0, 0), (1, 0)]), (3, [(0, 0), (1, 1)])],
)
def test_answers_of_three_kinds_lead_to_different_questions(position, asked):
    known = ask(BY_TOWN, PANEL, ExactReceiver(PANEL, position))
    assert known.transcript == tuple(Exchange(*one) for one in asked)
    assert known.members.tolist() == [position]


def test_answers_that_no_type_gives_together_are_a_contradiction():
    tree = QueryTree((1, 0, None, None, None), (((1, 1), (0, 2)), ((0, 3), (1, 4)), (), (), ()))
    with pytest.raises(ContradictionError, match='1 to "age" and 1 to "town" exclude each other'):
        ask(tree, PANEL, scripted(1, 1))


def test_an_answer_without_a_branch_is_an_error():
    tree = QueryTree((0, None, None), (((0, 1), (1, 2)), (), ()))
    with pytest.raises(ValueError, match="node 0 of the tree has no branch for answer 2"):
        ask(tree, PANEL, ExactReceiver(PANEL, 1))


def test_a_reply_beyond_the_cells_is_an_error():
    with pytest.raises(ValueError, match=r'to query 0 \("town"\); its cells are numbered 0 to 2'):
        ask(BY_TOWN, PANEL, scripted(3))


def test_a_tree_of_thousands_of_rounds_is_followed():
    n = 3000
    labels = np.zeros((n, n), dtype=np.int8)
    np.fill_diagonal(labels, 1)
    problem = QuerySelection(
        BinaryPersuasion(np.full(n, 1 / n), np.linspace(0.1, 0.9, n)),
        PartitionQueries.from_labels(labels),
        adaptive=True,
    )
    rounds = n - 1
    tree = QueryTree.grow(0, lambda q: None if q in (-1, rounds) else (q, [(0, q + 1), (1, -1)]))
    known = ask(tree, problem, ExactReceiver(problem, n - 1))
    assert len(known.transcript) == rounds
    assert known.members.tolist() == [n - 1]
