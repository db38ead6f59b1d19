"""`suasion generate`: every family is reachable, listed, written and solvable."""

import json

import networkx as nx
import pytest
from command_line import run

from suasion import SetCover, load
from suasion.generate import families, generate
from suasion.io import read_graph


def size_of(family):
    return 9 if family.name == "steiner" else 6


@pytest.mark.parametrize("family", families(), ids=lambda family: family.name)
def test_every_family_is_drawn_as_in_python(tmp_path, family):
    size = size_of(family)
    drawn = generate(family.name, size, 2)
    graph = family.kind == "graph"
    path = tmp_path / ("drawn.gml" if graph else "drawn.json")
    printed = run("generate", family.name, "--size", size, "--seed", 2)
    written = run("generate", family.name, "--size", size, "--seed", 2, "-o", path)
    assert (printed.exit_code, written.exit_code) == (0, 0)
    assert str(path) in written.stdout
    if graph:
        found = nx.parse_adjlist(printed.stdout.splitlines(), nodetype=int)
        assert set(found) == set(drawn)
        assert nx.utils.edges_equal(found.edges, drawn.edges)
        assert nx.utils.edges_equal(read_graph(path).edges, drawn.edges)
        return
    assert load(path) == load(json.loads(printed.stdout)) == drawn
    assert run("solve", path, "--json").exit_code == 0


def test_options_and_settings_reach_the_family():
    words = ["noisy-thresholds", "--types", 7, "--seed", 3, "--queries", 4, "--budget", 2]
    words += ["--cost", "1:9", "--adaptive", "--denominator", 10, "--set", "noise=1/4"]
    found = run("generate", *words, "--set", "receivers=low")
    expected = generate(
        "noisy-thresholds",
        7,
        3,
        queries=4,
        budget=2,
        cost="1:9",
        adaptive=True,
        denominator=10,
        noise=0.25,
        receivers="low",
    )
    assert load(json.loads(found.stdout)) == expected
    assert expected.rational


def test_set_names_parameters_with_dashes_and_values_with_equals():
    found = run("generate", "fixed-size", "--size", 6, "--set", "set-size=3")
    assert load(json.loads(found.stdout)) == generate("fixed-size", 6, set_size=3)
    text = "beta(a=2, b=5)"
    found = run("generate", "distribution", "--set", f"beliefs={text}")
    assert load(json.loads(found.stdout)) == generate("distribution", 10, beliefs=text)


def test_threshold_asks_the_receivers_of_a_family():
    found = run("generate", "ties", "--types", 6, "--threshold", "--budget", 2)
    expected = generate("thresholds", 6, receivers="ties", budget=2)
    assert load(json.loads(found.stdout)) == expected
    assert expected.persuasion == generate("ties", 6)


def test_a_generator_of_networkx_is_drawn_by_its_name(tmp_path):
    path = tmp_path / "graph.g6"
    found = run("generate", "gnm_random_graph", "--size", 8, "--set", "m=9", "-o", path)
    assert found.exit_code == 0
    expected = nx.gnm_random_graph(8, 9, seed=0)
    assert nx.utils.edges_equal(read_graph(path).edges, expected.edges)


def test_graphs_are_one_json_object_on_request(tmp_path):
    words = ["generate", "random_labeled_tree", "--size", 5, "--json"]
    document = json.loads(run(*words).stdout)
    assert document["kind"] == "graph"
    assert document["nodes"] == [0, 1, 2, 3, 4]
    assert len(document["edges"]) == 4
    path = tmp_path / "tree.gml"
    assert json.loads(run(*words, "-o", path).stdout)["file"] == str(path)


def test_a_set_cover_is_written_in_the_format_of_the_or_library(tmp_path):
    path = tmp_path / "cover.txt"
    words = ["generate", "planted", "--size", 12, "--cost", "1:9"]
    assert run(*words, "-o", path).exit_code == 0
    assert not path.read_text().startswith("{")
    found = load(path)
    assert isinstance(found, SetCover)
    assert found == generate("planted", 12, cost="1:9")
    dear = run(*words[:-1], "expon", "-o", tmp_path / "dear.txt")
    assert dear.exit_code == 2
    assert "OR-Library files hold integers" in dear.stderr
    assert not (tmp_path / "dear.txt").exists()


@pytest.mark.parametrize("words", [[], ["--list"]])
def test_the_table_lists_every_family_in_80_columns(words):
    found = run("generate", *words)
    assert found.exit_code == 0
    assert max(len(line) for line in found.stdout.splitlines()) <= 80
    first = [line.split(" ")[0] for line in found.stdout.splitlines()]
    assert all(family.name in first for family in families())
    assert "[cells=2]" in found.stdout


def test_the_table_is_json_on_request():
    listed = json.loads(run("generate", "--json").stdout)["families"]
    assert listed == [family.to_dict() for family in families()]
    one = json.loads(run("generate", "sets", "--list", "--json").stdout)["families"]
    assert [entry["name"] for entry in one] == ["sets"]


@pytest.mark.parametrize(
    "name", [*(family.name for family in families()), "gnm_random_graph", "waxman_graph"]
)
def test_the_parameters_of_a_family_are_listed_in_80_columns(name):
    found = run("generate", name, "--list")
    assert found.exit_code == 0
    assert max(len(line) for line in found.stdout.splitlines()) <= 80
    entry = json.loads(run("generate", name, "--list", "--json").stdout)["families"][0]
    for parameter in entry["parameters"]:
        assert f"\n{parameter['name']}" in found.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lo"], 'did you mean "low"'),
        (["lo", "--list"], 'did you mean "low"'),
        (["lo", "--threshold"], 'receivers is "lo"'),
        (["partitions", "--threshold"], 'receivers is "partitions"'),
        (["low", "--threshold", "--set", "receivers=beta"], "receivers is given twice"),
        (["-o", "drawn.json"], "a family is missing"),
        (["low", "--budget", "2"], 'family "thresholds"'),
        (["partitions", "--set", "cells"], "write NAME=VALUE"),
        (["partitions", "--set", "=3"], "write NAME=VALUE"),
        (["partitions", "--set", "cells=x"], 'cells is "x"; give an integer >= 2'),
        (["partitions", "--set", "budget=1", "--budget", "2"], "budget is given twice"),
        (["partitions", "--set", "cells=2", "--set", "cells=3"], "cells is given twice"),
        (["partitions", "--set", "size=2"], "size is not set so"),
        (["partitions", "--cost", "norm(1, 1)"], "outside [0, inf)"),
        (["steiner"], "give 9 or 15"),
        (["low", "--size", "0"], "size is 0"),
        (["low", "-o", "drawn.gml"], "end it in .json"),
        (["gnp_random_graph", "-o", "drawn.json"], "end it in .graphml"),
        (["gnp_random_graph", "--set", "p=0", "-o", "drawn.edgelist"], "use .adjlist"),
        (["gnm_random_graph"], "m is missing"),
        (["random_regular_graph", "--set", "d=10"], "choose other values"),
    ],
)
def test_bad_input_is_one_sentence_and_nothing_is_written(tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    found = run("generate", *words)
    assert (found.exit_code, found.stdout) == (2, "")
    assert said in found.stderr
    assert found.stderr.count("\n") == 1
    assert "Traceback" not in found.stderr
    assert list(tmp_path.iterdir()) == []
