"""The findings run and say what docs/findings.md says, on a few instances of each."""

import importlib
import sys
from fractions import Fraction as F  # noqa: N817
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

FOLDER = Path(__file__).parents[1] / "findings"


@pytest.fixture
def finding(monkeypatch):
    """A module of the folder, which is not part of the package."""
    monkeypatch.syspath_prepend(FOLDER)
    yield importlib.import_module
    plt.close("all")
    for path in FOLDER.glob("*.py"):
        sys.modules.pop(path.stem, None)


def test_queries_decide_set_covers_and_asking_in_turn_gains_nothing(finding):
    decisions = finding("decisions")
    found = [decisions.decisions(8, 0.25, seed) for seed in range(3)]
    assert sum(row["wrong"] for row in found) == 0
    assert max(row["gained_in_turn"] for row in found) < 1e-9
    assert all(row["lost_at_fewest"] == 0 for row in found)
    assert {row["lost_at_one_less"] for row in found} <= {1.0, 2.0, 2.5}
    assert any(row["wrong_as_published"] for row in found)


def test_a_wrong_decision_would_be_counted(finding, monkeypatch):
    decisions = finding("decisions")
    reduction = decisions.SetCoverToQueries
    monkeypatch.setattr(reduction, "source_range", lambda self, value: (0, 0))
    assert decisions.decisions(8, 0.25, 0)["wrong"] > 0


def test_hardness_rises_and_falls_with_the_budget(finding, tmp_path):
    hardness = finding("hardness")
    spec = hardness.study(1)
    spec["blocks"][0]["parameters"]["density"] = 0.3
    spec["blocks"][0]["budgets"] = [2, 4, 8]
    runs = hardness.load_study(spec)
    hardness.run_study(runs, tmp_path / "runs.jsonl", jobs=1)
    records = hardness.read_results(tmp_path / "runs.jsonl")
    nodes = {record["budget"]: record["nodes"] for record in records}
    assert nodes[2] < nodes[4] > nodes[8]
    assert [hardness.counted(count) for count in (7, 1234, 34e6)] == ["7", "1.2k", "34M"]


def test_asking_in_turn_gains_on_cuts_and_not_on_sets(finding):
    adaptivity = finding("adaptivity")
    assert adaptivity.worth("thresholds", "low", 2, 0)["share"] > 0.05
    assert adaptivity.worth("sets, density 0.2", "low", 2, 0)["share"] == pytest.approx(
        0, abs=1e-9
    )


@pytest.mark.parametrize("symbols", [2, 3, 5])
def test_on_latin_squares_greedy_earns_little_more_than_half(finding, symbols):
    greedy = finding("greedy")
    found = greedy.ratio(greedy.latin_square(symbols))
    limit = F(symbols + 1, 2 * symbols)
    assert limit < found < limit + F(1, 100)


def test_a_climb_finds_an_instance_that_is_as_bad_as_it_says(finding, monkeypatch):
    greedy = finding("greedy")
    monkeypatch.setattr(greedy, "CLIMB", 30)
    found = greedy.climbed(4, 3, 0)
    assert greedy.ratio(found["question"]) == found["ratio"]
    assert F(1, 2) <= found["ratio"] <= 1


def test_the_published_form_is_short_only_with_thresholds_on_both_sides(finding):
    published = finding("published")
    for kind in ("baseline", "private", "misinformed"):
        rows = [published.shortfalls(kind, 5, share, 60) for share in (0.0, 0.6, 1.0)]
        assert [row["short"] > 0 for row in rows] == [False, True, False]
