"""solve --write-model: every method that is a program, in files that every solver reads."""

import json

import pytest
from command_line import run
from model_readers import READERS

from suasion.examples.catalogue import example_text

LABELS = ["good news", "x[0] + 2", "größe", "e" * 300]


@pytest.fixture
def named(tmp_path):
    """Writes an example with labels that no file could hold as names."""

    def write(name):
        document = json.loads(example_text(name))
        messages = document.get("persuasion", document)
        if "weights" in messages:
            messages["labels"] = LABELS[: len(messages["weights"])]
        for number, kind in enumerate(messages.get("types", [])):
            kind["label"] = LABELS[number]
        oracle = document.get("oracle", {})
        if "queries" in oracle:
            oracle["names"] = LABELS[: len(oracle["queries"])]
        path = tmp_path / "instance.json"
        path.write_text(json.dumps(document))
        return path

    return write


@pytest.mark.parametrize("suffix", ["lp", "mps"])
@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("two-sides", "lp"),
        ("two-sides", "reporting"),
        ("not-contiguous", "mip"),
        ("prosecutor-tables", "obedience"),
        ("three-matchers", "profiles"),
        ("three-matchers", "vertices"),
        ("three-matchers", "menu"),
    ],
)
def test_the_value_is_minus_the_optimum_of_the_file(named, tmp_path, name, method, suffix):
    path = tmp_path / f"model.{suffix}"
    found = run("solve", named(name), "--method", method, "--write-model", path, "--json")
    assert found.exit_code == 0, found.stderr
    value = json.loads(found.stdout)["value"]
    for read in READERS.values():
        assert -read(path).optimum == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize("suffix", ["lp", "mps"])
def test_the_cost_of_a_cover_is_the_optimum_of_the_file(tmp_path, suffix):
    cover, path = tmp_path / "cover.json", tmp_path / f"model.{suffix}"
    sets = {"kind": "set-cover", "universe": 3, "sets": [[0, 1], [1, 2], [0, 2], [0, 1, 2]]}
    cover.write_text(json.dumps({**sets, "costs": [2, 2, 2, 5]}))
    found = run("solve", cover, "--method", "mip", "--write-model", path)
    assert found.exit_code == 0
    for read in READERS.values():
        assert read(path).optimum == pytest.approx(4)


def test_a_missing_folder_is_named_before_anything_is_solved(named, tmp_path):
    path = tmp_path / "missing" / "model.lp"
    found = run("solve", named("two-sides"), "--method", "lp", "--write-model", path)
    assert (found.exit_code, found.stdout) == (2, "")
    assert str(path.parent) in found.stderr.replace("\n", "")
    assert ".suasion-" not in found.stderr
