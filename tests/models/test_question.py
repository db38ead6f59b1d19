"""What every instance says of itself."""

import pytest

from suasion import (
    BinaryPersuasion,
    DiscretizedPersuasion,
    FinitePersuasion,
    PartitionQueries,
    QuerySelection,
    SetCover,
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
