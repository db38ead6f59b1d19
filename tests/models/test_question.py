"""What every instance says of itself."""

import pytest

from suasion import (
    BinaryPersuasion,
    Cover,
    DiscretizedPersuasion,
    FinitePersuasion,
    FinitePolicy,
    MessagingPolicy,
    PartitionQueries,
    QueryPlan,
    QuerySelection,
    QuerySet,
    QueryTree,
    SetCover,
    ThresholdQueries,
)
from suasion.io import KINDS
from suasion.models.question import Question
from suasion.models.set_cover.maximum_coverage import MaximumCoverage
from suasion.reductions.utilities_to_thresholds import PrivateUtilities

PAIR = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
SETS = SetCover(3, [[0, 1], [1, 2]])
SAID: list[tuple[Question, str, bool, dict[str, int]]] = [
    (PAIR, "binary-persuasion", True, {"types": 2}),
    (DiscretizedPersuasion(PAIR, PAIR, 0.1), "discretized-persuasion", True, {"types": 2}),
    (
        FinitePersuasion.from_binary(PAIR),
        "finite-persuasion",
        True,
        {"types": 2, "states": 2, "actions": 2},
    ),
    (
        QuerySelection(PAIR, PartitionQueries([[[0], [1]]] * 3)),
        "query-selection",
        True,
        {"types": 2, "queries": 3},
    ),
    (SETS, "set-cover", False, {"universe": 3, "sets": 2}),
    (MaximumCoverage(SETS, 1), "maximum-coverage", True, {"universe": 3, "sets": 2}),
    (
        PrivateUtilities([1], ["1/2"], [[[1, 0], [0, 1]]]),
        "private-utilities",
        True,
        {"types": 1},
    ),
]


@pytest.mark.parametrize(("instance", "kind", "maximise", "sizes"), SAID, ids=[s[1] for s in SAID])
def test_an_instance_says_its_kind_its_sense_and_its_sizes(instance, kind, maximise, sizes):
    assert (instance.kind, instance.maximise, instance.sizes()) == (kind, maximise, sizes)


def test_the_kind_is_the_word_of_the_file():
    filed = {s[0].kind: s[0] for s in SAID if s[1] in KINDS}
    assert set(filed) == set(KINDS)
    for kind, instance in filed.items():
        assert instance.to_dict()["kind"] == kind


def test_an_instance_says_who_is_to_be_persuaded():
    finite = FinitePersuasion.from_binary(PAIR)
    bracket = DiscretizedPersuasion(PAIR, PAIR, 0.1)
    for receivers in (PAIR, finite, bracket):
        assert receivers.persuasion is receivers
    assert QuerySelection(finite, PartitionQueries([])).persuasion is finite


def test_a_continuum_is_not_exact_and_has_no_file():
    bracket = DiscretizedPersuasion(PAIR, PAIR, 0.1)
    question = QuerySelection(bracket, ThresholdQueries())
    assert not question.rational
    for one in (bracket, question):
        with pytest.raises(ValueError, match="a discretized continuum has no file format"):
            one.to_dict()


def test_answers_say_their_kind():
    answers = (MessagingPolicy, FinitePolicy, QuerySet, QueryTree, QueryPlan, Cover)
    assert [answer.kind for answer in answers] == [
        *("messaging-policy", "finite-policy", "query-set", "query-tree", "query-plan", "cover")
    ]
