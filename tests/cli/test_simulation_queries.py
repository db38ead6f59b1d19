"""Simulation queries in files and on the command line."""

import json

import jsonschema
import pytest
from command_line import run

from suasion import QuerySelection, SimulationQueries
from suasion.examples.catalogue import example_text
from suasion.io import load, save, schema

DOCUMENT = json.loads(example_text("four-beliefs"))


def written(tmp_path, **fields):
    path = tmp_path / "question.json"
    path.write_text(json.dumps(DOCUMENT | fields))
    return path


@pytest.mark.parametrize("costs", [None, "1/100", 0.01])
def test_questions_survive_a_file(tmp_path, costs):
    instance = load(DOCUMENT).persuasion
    problem = QuerySelection(instance, SimulationQueries(), 2, True, costs)
    save(problem, tmp_path / "question.json")
    again = load(tmp_path / "question.json")
    assert again == problem
    assert again.to_dict() == problem.to_dict()
    jsonschema.validate(again.to_dict(), schema())


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"oracle": {"kind": "threshold"}}, 'oracle.kind is "threshold" and persuasion is finite'),
        ({"oracle": {"kind": "simulator"}}, "choose from threshold, partition, simulation"),
        ({"oracle": {"kind": "simulation", "queries": []}}, "oracle.queries is not a field"),
        ({"costs": [0.1]}, "costs is a list, and simulation queries are not listed"),
        ({"persuasion": DOCUMENT["persuasion"] | {"type": []}}, "persuasion.type is not a field"),
        (
            {"persuasion": {"weights": [1], "beliefs": [0.1]}},
            'oracle.kind is "simulation" and persuasion is binary',
        ),
        (
            {"persuasion": DOCUMENT["persuasion"] | {"types": []}},
            "persuasion.types is empty; give at least one type.",
        ),
    ],
)
def test_bad_files_are_one_sentence_with_field_and_remedy(tmp_path, fields, said):
    found = run("solve", written(tmp_path, **fields))
    assert found.exit_code == 2
    assert found.stdout == ""
    assert said in found.stderr
    assert len(found.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("adaptive", [False, True])
@pytest.mark.parametrize("oracle", ["simulation", "partition"])
def test_text_fits_80_columns_and_names_what_to_ask(tmp_path, adaptive, oracle):
    fields = {"adaptive": adaptive}
    if oracle == "partition":
        queries = [[[0, 1], [2, 3]], [[0, 2], [1, 3]]]
        fields |= {"oracle": {"kind": oracle, "queries": queries, "names": ["age", "rooms"]}}
        fields |= {"budget": 2}
    found = run("solve", written(tmp_path, **fields))
    assert found.exit_code == 0
    assert max(map(len, found.stdout.splitlines())) <= 80
    assert "cell" not in found.stdout
    if oracle == "simulation":
        assert "q0 = action 3  3 " in found.stdout
    else:
        assert "age" in found.stdout
        assert "rooms" in found.stdout
        assert "If age = 1, rooms = 0:" in found.stdout


def test_json_names_the_message_of_each_query(tmp_path):
    document = json.loads(run("solve", written(tmp_path), "--json", "--exact").stdout)
    assert document["exact_value"] == "58/125"
    assert document["queries"] == [0]
    (message,) = document["messages"]
    assert message["cells"] == [[0], [1], [2], [3]]
    assert len(message["likelihood"]) == 4
    assert [cell["types"] for cell in document["cells"]] == [[0], [1], [2], [3]]


def test_verify_compares_all_methods(tmp_path):
    found = run("verify", written(tmp_path), "--json")
    assert found.exit_code == 0
    document = json.loads(found.stdout)
    assert document["agree"]
    assert {row["method"] for row in document["methods"]} >= {"pricing", "brute-force", "greedy"}


@pytest.mark.parametrize("command", ["ask", "frontier"])
def test_commands_that_do_not_take_finite_persuasion_say_so(tmp_path, command):
    found = run(command, written(tmp_path))
    assert found.exit_code == 2
    assert "finite" in found.stderr
    assert len(found.stderr.strip().splitlines()) == 1


def test_a_question_that_does_not_pay_is_not_asked(tmp_path):
    found = run("solve", written(tmp_path, budget=0))
    assert "No query pays" in found.stdout
