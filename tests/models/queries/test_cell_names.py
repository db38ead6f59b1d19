"""The words for answers that labels of types such as "young|A" give."""

import pytest

from suasion import BinaryPersuasion, FinitePersuasion, PartitionQueries, QuerySelection
from suasion.models.queries.cell_names import answer_words


def asked(labels, *queries):
    shares = [f"{k + 1}/20" for k in range(len(labels))]
    instance = BinaryPersuasion([f"1/{len(labels)}"] * len(labels), shares, labels=labels)
    return QuerySelection(instance, PartitionQueries(list(queries)))


def test_labels_that_answer_every_query_name_the_answers():
    question = asked(["young|A", "old|A", "young|B"], [[0, 2], [1]], [[0, 1], [2]])
    assert [answer_words(question, q) for q in (0, 1)] == [["young", "old"], ["A", "B"]]
    finite = question.with_persuasion(FinitePersuasion.from_binary(question.binary))
    assert answer_words(finite, 0) == ["young", "old"]


@pytest.mark.parametrize(
    "labels",
    [
        ["a|x", "b|y", "c|z"],  # two texts in the first cell, and three in all
        ["a|x", "a|y", "a|z"],  # one text for two cells
        ["a|x", "b", "a|z"],  # no text for each query
    ],
)
def test_labels_that_do_not_tell_the_answers_apart_name_none(labels):
    question = asked(labels, [[0, 1], [2]], [[0], [1], [2]])
    assert answer_words(question, 0) is None
