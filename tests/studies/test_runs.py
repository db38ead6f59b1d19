"""One run: the instance, the answer and what is recorded, against solving it by hand."""

import importlib.util
import json
import sys
from types import SimpleNamespace

import networkx as nx
import pytest

import suasion
from suasion import BinaryPersuasion, QuerySelection, SetCover, ThresholdOracle
from suasion.examples import example_text
from suasion.generate import generate
from suasion.studies import load_study
from suasion.studies.runs import NOTHING, instance_of, outcome_of, recorded, sizes, solved


def run_of(**changes):
    block = {"family": "both-sides", "sizes": [7], "methods": ["auto"], **changes}
    [run] = load_study({"name": "s", "blocks": [block]}).runs()
    return vars(run)


@pytest.fixture
def file(tmp_path):
    def write(name):
        path = tmp_path / f"{name}.json"
        path.write_text(example_text(name))
        return str(path)

    return write


@pytest.mark.parametrize("method", ["dp", "algorithm-1", "brute-force", "greedy"])
def test_a_run_records_what_solving_by_hand_gives(method):
    run = run_of(methods=[method], parameters={"queries": "threshold"}, budgets=[2], seeds=[3])
    found = outcome_of(run)
    by_hand = QuerySelection(generate("both-sides", 7, 3), ThresholdOracle(), 2)
    best = suasion.solve(by_hand, "brute-force").value
    result = suasion.solve(by_hand, method)
    assert (found["status"], found["value"]) == (result.status, result.value)
    assert (found["bound"], found["gap"], found["nodes"]) == (
        *(result.bound, result.gap, result.report.nodes),
    )
    assert found["value"] == pytest.approx(best, abs=1e-9 if method != "greedy" else 0.1)
    assert found["ran"] == method
    assert found["sense"] == "max"
    assert found["instance"] == {"types": 7, "queries": 6}
    assert found["error"] is None
    assert set(found) == set(NOTHING)


def test_options_reach_the_solver():
    option = {"method": "lp", "exact": True}
    found = outcome_of(run_of(methods=[option], parameters={"denominator": 5}))
    instance = generate("both-sides", 7, 0, denominator=5)
    exact = suasion.solve(instance, exact=True).exact_value
    assert found["exact_value"] == f"{exact.numerator}/{exact.denominator}"
    slow = outcome_of(run_of(methods=[{"method": "lp", "solver": "pulp:CBC"}]))
    assert "CBC" in slow["solver"].upper() + slow["solver_version"].upper()


def test_a_budget_replaces_that_of_a_file(file):
    own, none, one = (
        outcome_of(run_of(family=None, sizes=None, files=[file("news-one-query")], **budgets))
        for budgets in ({}, {"budgets": [0]}, {"budgets": [1]})
    )
    assert own["value"] == one["value"] == pytest.approx(3 / 5)
    assert none["value"] == pytest.approx(19 / 40)


def test_a_budget_for_a_file_without_queries_fails_with_a_sentence(file):
    path = file("news")
    found = outcome_of(run_of(family=None, sizes=None, files=[path], budgets=[1]))
    assert found["error"].startswith(f"{path} has no queries, so a budget of 1 means nothing")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"methods": ["dp"]}, 'method "dp" does not apply to messaging; choose from'),
        ({"parameters": {"denominator": 1}}, "denominator is 1; give an integer >= 2."),
        ({"parameters": {"nonsense": 1}}, "TypeError: "),
        ({"family": None, "sizes": None, "files": ["/nowhere.json"]}, "cannot be read"),
    ],
)
def test_what_goes_wrong_is_recorded_as_a_sentence(changes, said):
    run = run_of(**changes)
    found = recorded(run, outcome_of(run), "s", 1)
    assert found["status"] == "failed"
    assert said in found["error"]
    assert found["value"] is found["bound"] is found["seconds"] is None


def test_reductions_are_applied_in_order_and_their_target_is_solved(monkeypatch):
    asked = []

    def reduced(problem, names, **options):
        asked.append((problem, names, options))
        return SimpleNamespace(target=SetCover(3, [[0, 1], [2], [0, 1, 2]]))

    monkeypatch.setitem(sys.modules, "suasion.reductions", SimpleNamespace(reduced=reduced))
    found = outcome_of(run_of(reduce=["first", "second"]))
    [(problem, names, options)] = asked
    assert isinstance(problem, BinaryPersuasion)
    assert len(problem) == 7
    assert (names, options) == (["first", "second"], {})
    assert (found["status"], found["value"], found["sense"]) == ("optimal", 1.0, "min")
    assert found["instance"] == {"types": 7}
    assert found["target"] == {"universe": 3, "sets": 3}


def test_without_reductions_their_room_is_not_needed(monkeypatch):
    monkeypatch.setitem(sys.modules, "suasion.reductions", None)
    assert outcome_of(run_of())["status"] == "optimal"
    assert "ModuleNotFoundError" in outcome_of(run_of(reduce=["any"]))["error"]


@pytest.mark.parametrize(
    ("problem", "counted"),
    [
        (BinaryPersuasion([1], [0.3]), {"types": 1}),
        (SetCover(2, [[0], [1], [0, 1]]), {"universe": 2, "sets": 3}),
        (nx.path_graph(4), {"vertices": 4, "edges": 3}),
    ],
)
def test_sizes_are_counted_in_the_units_of_the_kind(problem, counted):
    assert sizes(problem) == counted


def test_an_instance_is_the_same_for_the_same_key():
    run = run_of(seeds=[5])
    assert instance_of(run).to_dict() == instance_of(run).to_dict()
    assert instance_of(run).to_dict() != instance_of(run_of(seeds=[6])).to_dict()


def test_a_run_that_loads_code_is_timed_without_the_loading(monkeypatch, tmp_path):
    (tmp_path / "loaded_once.py").write_text("")
    calls = []

    def solve(problem, method, **options):
        calls.append(method)
        name = "loaded_once"
        if name not in sys.modules:
            spec = importlib.util.spec_from_file_location(name, tmp_path / f"{name}.py")
            monkeypatch.setitem(sys.modules, name, importlib.util.module_from_spec(spec))
        return len(calls)

    monkeypatch.setattr("suasion.studies.runs.solve", solve)
    assert solved(None, run_of()) == 2
    assert solved(None, run_of()) == 3  # nothing was loaded this time


def test_a_run_that_loads_machine_code_is_timed_without_the_loading(monkeypatch):
    calls, codes = [], iter([0, 1, 1, 1])
    monkeypatch.setattr("suasion.studies.runs.machine_codes", lambda: next(codes))
    monkeypatch.setattr("suasion.studies.runs.solve", lambda *a, **o: calls.append(a))
    solved(None, run_of())
    assert len(calls) == 2
    solved(None, run_of())
    assert len(calls) == 3


def test_a_record_holds_the_key_the_outcome_and_where_it_was_made():
    run = run_of(seeds=[2])
    record = json.loads(json.dumps(recorded(run, outcome_of(run), "s", 4), allow_nan=False))
    assert {name: record[name] for name in ("study", "family", "size", "seed", "attempt")} == {
        **{"study": "s", "family": "both-sides", "size": 7, "seed": 2, "attempt": 4}
    }
    assert set(record["versions"]) == {"suasion", "python", "numpy"}
    assert record["solver_version"] == suasion.__version__
    assert record["finished"].endswith("+00:00")
    assert "path" not in record
