"""One run: the instance, the answer and what is recorded, against solving it by hand."""

import importlib.util
import json
import sys

import networkx as nx
import pytest

import suasion
import suasion.reductions.table
from suasion import BinaryPersuasion, QuerySelection, SetCover, ThresholdQueries
from suasion.examples.catalogue import example_text
from suasion.generate import generate
from suasion.io.graphs import write_graph
from suasion.studies import load_study
from suasion.studies.runs import NOTHING, instance_of, outcome_of, recorded, sizes, solved

BOTH = {"receivers": "both-sides"}


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
    run = run_of(family="thresholds", methods=[method], parameters=BOTH, budgets=[2], seeds=[3])
    found = outcome_of(run)
    by_hand = QuerySelection(generate("both-sides", 7, 3), ThresholdQueries(), 2)
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
        ({"methods": ["dp"]}, 'method "dp" does not apply to binary-persuasion; choose from'),
        ({"budgets": [1]}, "budget"),  # of a family without queries
        ({"family": "random_regular_graph", "parameters": {"d": 9}}, "d"),
        ({"family": "gnp_random_graph"}, "problem is a Graph"),
        ({"family": None, "sizes": None, "files": ["/nowhere.json"]}, "there is no such file"),
    ],
)
def test_what_goes_wrong_is_recorded_as_a_sentence(changes, said):
    run = run_of(**changes)
    found = recorded(run, outcome_of(run), "s", 1)
    assert found["status"] == "failed"
    assert said in found["error"]
    assert found["value"] is found["bound"] is found["seconds"] is None


def test_reductions_are_applied_in_order_and_their_target_is_solved():
    run = run_of(family="gnp_random_graph", reduce=["vertex-cover", "set-cover"], seeds=[4])
    found = outcome_of(run)
    graph = generate("gnp_random_graph", 7, 4)
    first = suasion.reductions.reduced(graph, "vertex-cover").target
    second = suasion.reductions.reduced(first, "set-cover").target
    assert found["instance"] == {"vertices": 7, "edges": graph.number_of_edges()}
    assert found["target"] == sizes(second)
    assert found["value"] == pytest.approx(suasion.solve(second, "brute-force").value)
    assert (found["status"], found["sense"]) == ("optimal", "max")
    covered = outcome_of({**run, "reduce": ["vertex-cover"]})
    assert (covered["value"], covered["sense"]) == (suasion.solve(first).value, "min")


def test_a_budget_that_the_family_does_not_take_is_for_the_reductions(file, tmp_path):
    changes = {"family": "density", "reduce": ["set-cover"], "parameters": {"sets": 6}}
    cover = generate("density", 7, 0, sets=6)
    for budget in (1, 3):
        target = suasion.reductions.reduced(cover, "set-cover", budget=budget).target
        found = outcome_of(run_of(**changes, budgets=[budget]))
        assert found["value"] == pytest.approx(suasion.solve(target).value)
        path = tmp_path / "cover.json"
        suasion.save(cover, path)
        read = {"family": None, "sizes": None, "parameters": {}, "files": [str(path)]}
        assert (
            outcome_of(run_of(**{**changes, **read}, budgets=[budget]))["value"] == found["value"]
        )
    own = {"family": "thresholds", "reduce": ["thresholds"]}
    assert outcome_of(run_of(**own, budgets=[1]))["target"] == {"types": 7, "queries": 6}


def test_a_graph_file_is_read_and_reduced(tmp_path):
    write_graph(nx.star_graph(5), tmp_path / "star.gml")
    block = {"family": None, "sizes": None, "files": [str(tmp_path / "star.gml")]}
    found = outcome_of(run_of(**block, reduce=["vertex-cover"]))
    assert (found["value"], found["instance"]) == (1, {"vertices": 6, "edges": 5})


def test_a_reduction_that_does_not_fit_is_recorded_as_a_sentence():
    found = outcome_of(run_of(reduce=["set-cover"]))
    assert 'reduction "set-cover" takes set-cover instances' in found["error"]


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
    drawn = [instance_of(run_of(seeds=[seed]))[0].to_dict() for seed in (5, 5, 6)]
    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]


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
