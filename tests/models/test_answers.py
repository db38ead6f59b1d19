"""What all answers have in common: nobody changes one after it is made."""

import numpy as np
import pytest

from suasion import (
    BinaryPersuasion,
    Cover,
    FinitePersuasion,
    MessagingPolicy,
    QuerySet,
    QueryTree,
    SetCover,
    SimulationQueries,
    ThresholdQueries,
    solve,
)
from suasion import QuerySelection as Selection
from suasion.models.queries.noisy_plan import NoisyPlan
from suasion.solvers.threshold.noisy_oracle import noisy_plan

PAIR = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
FINITE = FinitePersuasion.from_binary(PAIR)
ONE = Selection(PAIR, ThresholdQueries(), budget=1)
SILENCE = MessagingPolicy([1], [1])
ANSWERS = {
    "messages": lambda: solve(PAIR).require(),
    "query set": lambda: solve(ONE).require(),
    "query tree": lambda: solve(ONE.with_budget(1, adaptive=True)).require(),
    "finite messages": lambda: solve(FINITE).require(),
    "menu": lambda: solve(FINITE, "menu").require(),
    "plan": lambda: solve(Selection(FINITE, SimulationQueries(), budget=1)).require(),
    "cover": lambda: solve(SetCover(2, [[0], [1]])).require(),
    "noisy plan": lambda: noisy_plan(ONE, 0.01),
}


def arrays(thing, seen):
    """The arrays that an answer hands out or holds, in whatever it is made of."""
    if id(thing) in seen:
        return
    seen[id(thing)] = thing
    if isinstance(thing, np.ndarray):
        yield thing
    elif isinstance(thing, tuple | list):
        for part in thing:
            yield from arrays(part, seen)
    elif type(thing).__module__.startswith("suasion."):
        names = {*vars(type(thing)), *getattr(thing, "__dict__", {})}
        for name in sorted(name for name in names if not name.startswith("__")):
            yield from arrays(getattr(thing, name, None), seen)


@pytest.mark.parametrize("name", ANSWERS)
def test_the_arrays_of_an_answer_are_read_only(name):
    found = list(arrays(ANSWERS[name](), {}))
    assert found
    assert not [array for array in found if array.flags.writeable]


def test_an_array_that_an_answer_is_made_of_stays_the_callers():
    for make in (
        lambda given: QuerySet(given).queries,
        lambda given: Cover(given).sets,
        lambda given: QueryTree.binary_search(given).used,
        lambda given: (
            NoisyPlan(given, (MessagingPolicy([1], [1]),) * 3, 0, "published", 1).cutoffs
        ),
    ):
        given = np.array([1, 2])
        made = make(given)
        given[0] = 0
        assert sorted(made.tolist()) == [1, 2]
