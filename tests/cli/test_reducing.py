"""`suasion reduce`: instances there, answers back, and what does not fit."""

import json

import networkx as nx
import pytest
from command_line import run

from suasion import (
    BinaryPersuasion,
    QuerySelection,
    SetCover,
    ThresholdQueries,
    load,
    save,
    solve,
)
from suasion.io import write_graph
from suasion.reductions.table import reduced

RING = SetCover(4, [[0, 1], [1, 2], [2, 3], [0, 3]])


@pytest.fixture
def ring(tmp_path):
    path = tmp_path / "ring.json"
    save(RING, path)
    return path


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ([], {}),
        (["--budget", 2], {"budget": 2}),
        (["--budget", 2, "--adaptive"], {"budget": 2, "adaptive": True}),
        (["--beliefs", "distinct"], {"beliefs": "distinct"}),
    ],
)
def test_a_set_cover_becomes_queries_as_in_python(ring, tmp_path, words, options):
    expected = reduced(RING, "set-cover", **options)
    printed = run("reduce", ring, "--to", "query-selection", *words)
    assert load(json.loads(printed.stdout)) == expected.target
    path = tmp_path / "queries.json"
    written = run("reduce", ring, "--to", "query-selection", *words, "-o", path)
    assert load(path) == expected.target
    assert expected.link in written.stdout
    found = json.loads(run("reduce", ring, "--via", "set-cover", *words, "--json").stdout)
    assert load(found["target"]) == expected.target
    assert found["link"] == expected.link


@pytest.mark.parametrize(
    ("budget", "queries", "optimum", "words"),
    [
        ([], 2, {"lowest": 2, "highest": 2}, "optimum: 2"),
        (["--budget", 2], 2, {"lowest": 0, "highest": 2}, "optimum: at most 2"),
        (["--budget", 1], 1, {"lowest": 2, "highest": None}, "optimum: at least 2, or no answer"),
    ],
)
def test_answers_come_back(ring, tmp_path, budget, queries, optimum, words):
    there = ["reduce", ring, "--to", "query-selection", *budget]
    target, answer = tmp_path / "target.json", tmp_path / "answer.json"
    run(*there, "-o", target)
    answer.write_text(run("solve", target, "--json").stdout)
    back = run(*there, "--answer", answer)
    assert back.stdout.splitlines()[0].startswith("sets: ")
    assert back.stdout.splitlines()[1] == words
    document = json.loads(run(*there, "--answer", answer, "--json").stdout)
    assert len(document["queries"]) <= queries
    assert document["optimum"] == optimum


@pytest.mark.parametrize("ending", [".gml", ".graphml", ".adjlist"])
def test_a_graph_goes_through_a_chain_and_its_nodes_come_back(tmp_path, ending):
    graph = nx.star_graph(5)
    nx.set_node_attributes(graph, {n: 7 if n == 0 else 2 for n in graph}, "price")
    path, target, answer = (tmp_path / name for name in (f"star{ending}", "q.json", "a.json"))
    write_graph(graph, path)
    there = ["reduce", path, "--via", "vertex-cover", "--via", "set-cover"]
    there += ["--weight", "price"] if ending != ".adjlist" else []
    assert run(*there, "-o", target).exit_code == 0
    answer.write_text(run("solve", target, "--json").stdout)
    assert run(*there, "--answer", answer).stdout.splitlines()[0] == "nodes: 0"


def test_a_tree_comes_back_to_cuts(tmp_path):
    instance = BinaryPersuasion(["1/4"] * 4, ["1/8", "1/8", "1/4", "2/5"])
    source = QuerySelection(instance, ThresholdQueries(), 2, True)
    paths = [tmp_path / name for name in ("source.json", "target.json", "answer.json")]
    save(source, paths[0])
    run("reduce", paths[0], "--to", "query-selection", "-o", paths[1])
    paths[2].write_text(run("solve", paths[1], "--json").stdout)
    there = ["reduce", paths[0], "--to", "query-selection", "--answer", paths[2]]
    assert run(*there).stdout.startswith("tree: 2 rounds")
    document = json.loads(run(*there, "--json").stdout)
    assert document["tree"]["query"] in (2, 3)  # a cut, not the number of a partition
    assert {child["answer"] for child in document["tree"]["children"]} == {"below", "above"}
    assert document["optimum"]["lowest"] == pytest.approx(solve(source).value)


def test_no_cover_is_an_answer_too(tmp_path):
    source, target, answer = (tmp_path / name for name in ("s.json", "t.json", "a.json"))
    pair = BinaryPersuasion(["1/2", "1/2"], ["1/5", "1/5"])
    save(QuerySelection(pair, ThresholdQueries()), source)
    assert run("reduce", source, "--to", "set-cover", "-o", target).exit_code == 0
    assert load(target) == SetCover(0, [])  # equal types lose nothing together
    answer.write_text(run("solve", target, "--json").stdout)
    back = run("reduce", source, "--to", "set-cover", "--answer", answer)
    assert back.stdout.splitlines()[0] == "queries: none"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "to is missing"),
        (["--to", "query-selection", "--budget", -1], "budget is -1"),
        (["--to", "query-selection", "--beliefs", "even"], 'beliefs is "even"'),
        (["--via", "vertex-cover"], "takes graph instances, and this is set-cover"),
        (["--to", "binary-persuasion"], "no reductions lead from set-cover"),
    ],
)
def test_what_does_not_fit_is_one_sentence(ring, words, sentence):
    found = run("reduce", ring, *words)
    assert (found.exit_code, found.stdout) == (2, "")
    assert sentence in found.stderr
    assert len(found.stderr.splitlines()) == 1


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"status": "optimal"}', "no"])
def test_a_file_that_is_no_answer_is_refused(ring, tmp_path, text):
    path = tmp_path / "answer.json"
    path.write_text(text)
    found = run("reduce", ring, "--to", "query-selection", "--answer", path)
    assert (found.exit_code, found.stdout) == (2, "")
    assert "is no answer to the reduced instance" in found.stderr


@pytest.mark.parametrize(("queries", "words"), [([9], "has 9"), ([0], "it is worth")])
def test_the_answer_to_another_instance_is_refused(ring, tmp_path, queries, words):
    path = tmp_path / "answer.json"
    document = solve(reduced(RING, "set-cover").target).to_dict() | {"queries": queries}
    path.write_text(json.dumps(document))
    found = run("reduce", ring, "--to", "query-selection", "--answer", path)
    assert (found.exit_code, found.stdout) == (2, "")
    assert words in found.stderr
