"""Assessments of worlds whose truth is known."""

import json
from dataclasses import replace

import numpy as np
import pytest

from suasion import InputError
from suasion.surveys.assessing import assess
from suasion.surveys.fitting import Plan, fitted_survey
from suasion.surveys.worlds import World

# Few splits: 14 fits.
FEW = {"repeats": 1, "folds": 4, "halves": 1, "permutations": 2, "jobs": 1}


@pytest.fixture(scope="module")
def known():
    world = World.random(1, questions=6)
    people = world.sample(400, 1)
    return world, people, assess(people, Plan(2), **FEW)


def test_held_out_values_are_near_what_is_realised(known):
    world, people, found = known
    realised = world.realised(fitted_survey(people, Plan(2), 0.0))
    value, gain = found.held_out["value"], found.held_out["gain"].consistent
    assert (value.consistent.value + value.independent.value) / 2 == pytest.approx(
        realised.value, abs=0.06
    )
    assert gain.interval[0] <= realised.gain <= gain.interval[1]
    assert found.promised.value > realised.value


def test_the_same_seed_gives_the_same_numbers_whatever_the_number_of_jobs(known):
    _, people, found = known
    again = assess(people, Plan(2), **(FEW | {"jobs": 2}))
    assert again.to_dict() == found.to_dict()
    assert assess(people, Plan(2, seed=1), **FEW).to_dict() != found.to_dict()


def test_where_outcomes_are_shuffled_the_interval_of_the_gain_covers_nothing(known):
    _, people, _ = known
    covered = []
    for seed in (1, 2):
        outcomes = np.random.default_rng(seed).permutation(people.outcomes)
        found = assess(replace(people, outcomes=outcomes), Plan(2), **FEW)
        low, high = found.held_out["gain"].consistent.interval
        covered.append(low <= 0 <= high)
        assert found.verdict.endswith("nothing.") == (not found.pays)
    assert all(covered)


def test_one_informative_question_among_noise_is_chosen():
    world = World(np.array([[-1.5, 0.0, 1.5]] + [[0.0] * 3] * 9), -0.7)
    found = assess(world.sample(500, 0), Plan(1), **FEW)
    assert found.chosen["q0"] == 1
    assert next(iter(found.chosen)) == "q0"
    assert found.asked == ("q0",)
    assert found.held_out["gain"].consistent.value > found.permuted_gain.interval[1]
    assert "Asking q0 is worth" in found.verdict


def test_with_no_budget_nothing_is_gained(known):
    _, people, _ = known
    found = assess(people, Plan(0), **FEW)
    assert found.held_out["gain"].consistent.value == 0
    assert found.verdict.startswith("The best is to ask nothing")


def test_the_document_is_what_was_agreed(known):
    document = json.loads(json.dumps(known[2].to_dict(), allow_nan=False))
    assert {"promised", "held_out", "no_query", "gain", "permuted_gain", "questions", "types"} | {
        *("singletons", "respondents", "dropped", "margin", "log_loss", "verdict")
    } <= set(document)
    for field in ("held_out", "no_query", "gain"):
        for who in ("consistent", "independent"):
            low, high = document[field][who]["interval"]
            assert low <= document[field][who]["value"] <= high
    assert set(document["log_loss"]) == {"model", "constant"}
    assert {"name": "q0", "chosen": 1.0}.keys() == document["questions"][0].keys()
    for who in ("consistent", "independent"):
        gain, value, without = (
            document[f][who]["value"] for f in ("gain", "held_out", "no_query")
        )
        assert gain == pytest.approx(value - without)


def test_tables_and_frames_say_the_same(known):
    values, questions, curve = known[2].tables(full=True)
    assert len(values.rows) == 10
    assert len(questions.rows) <= 6
    assert [row[0] for row in curve.rows] == [100, 200, 300]
    assert known[2].to_frame().shape == (10, 5)
    assert repr(known[2]).startswith("Assessment(gain ")


def test_choices_that_are_not_proved_are_counted(known, monkeypatch):
    monkeypatch.setattr("suasion.surveys.fitting.MOST_SEARCHED", 10)
    found = assess(known[1], Plan(2), **FEW)
    assert found.proved < found.choices == 14
    assert "not proved best" in str(found.tables()[0])


def test_progress_is_reported(known):
    seen = []
    assess(
        known[1],
        Plan(1),
        repeats=1,
        folds=2,
        halves=1,
        permutations=1,
        jobs=1,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(done, 8) for done in range(9)]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"folds": 1}, "folds is 1; give an integer >= 2"),
        ({"repeats": 0}, "repeats is 0"),
        ({"permutations": 0}, "permutations is 0"),
        ({"halves": 1.5}, "halves is 1.5"),
        ({"jobs": 0}, "jobs is 0"),
        ({"folds": 400}, "outcome has"),
    ],
)
def test_bad_counts_are_named(known, options, words):
    with pytest.raises(InputError, match=words):
        assess(known[1], Plan(1), **options)


def test_a_state_that_is_too_rare_to_be_split_is_named(known):
    outcomes = (np.arange(len(known[1])) < 19).astype(int)
    rare = replace(known[1], outcomes=outcomes)
    with pytest.raises(InputError, match="outcome has 19 respondents in state 1, and 20 are"):
        assess(rare, Plan(1), **FEW)
