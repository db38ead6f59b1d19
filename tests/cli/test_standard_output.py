"""Standard output of a process is the answer alone, whatever library solved it.

A library that prints by C is not seen by a test runner in this process, and may be seen only
when the process ends.
"""

import json
import os
import subprocess
import sys

import pytest

from suasion.solvers.backends import cvxpy, pulp

MESSAGING, QUERIES, COVER = "two-sides", "not-contiguous", "cover"
ONE_TYPE, TYPES = "prosecutor-tables", "recruiter"
SOLVERS = [
    "highs",
    *(f"pulp:{name}" for name in pulp.available()),
    *(f"cvxpy:{name}" for name in cvxpy.available()),
]
# Accurate to a thousandth at best.
INEXACT = {"cvxpy:SCS"}


MAIN = "from suasion.cli import main; main()"


def process(folder, *words):
    """Exit status, standard output and standard error of the command in a process of its own."""
    found = subprocess.run(
        [sys.executable, "-c", MAIN, *map(str, words)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    return found.returncode, found.stdout, found.stderr


def document(folder, *words):
    """The one JSON object that the command prints."""
    status, printed, said = process(folder, *words, "--json")
    assert status == 0, said
    return json.loads(printed)


@pytest.fixture
def folder(example, tmp_path):
    """A folder with instances of every kind."""
    for name in (MESSAGING, QUERIES, ONE_TYPE, TYPES, "news-one-query"):
        example(name)
    cover = {"kind": "set-cover", "universe": 5, "sets": [[0, 1], [1, 2], [2, 3], [3, 4], [0, 4]]}
    (tmp_path / "cover.json").write_text(json.dumps(cover))
    return tmp_path


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_linear_program_on_every_solver_prints_json(folder, solver):
    found = document(folder, "solve", "two-sides.json", "--method", "lp", "--solver", solver)
    near = 1e-3 if solver in INEXACT else 1e-7
    assert found["value"] == pytest.approx(0.884, abs=near)
    assert found["status"] == "optimal" or solver in INEXACT


@pytest.mark.parametrize("solver", [name for name in SOLVERS if not name.startswith("cvxpy:")])
def test_an_integer_program_on_every_solver_prints_json(folder, solver):
    found = document(folder, "solve", "not-contiguous.json", "--method", "mip", "--solver", solver)
    assert (found["status"], found["value"]) == ("optimal", pytest.approx(0.74))


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ((MESSAGING, "--method", "lp", "--exact"), 0.884),
        ((MESSAGING, "--method", "lp", "--write-model", "model.lp"), 0.884),
        ((COVER, "--method", "mip", "--exact"), 3),
        ((ONE_TYPE, "--method", "obedience"), 0.6),
        ((TYPES, "--method", "vertices"), 2 / 3),
        ((TYPES, "--method", "column-generation"), 2 / 3),
    ],
)
def test_every_method_that_solves_programs_prints_json(folder, words, value):
    name, *rest = words
    found = document(folder, "solve", f"{name}.json", *rest)
    assert (found["status"], found["value"]) == ("optimal", pytest.approx(value))


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "two-sides.json"),
        ("verify", "not-contiguous.json"),
        ("verify", "prosecutor-tables.json", "--exact"),
        ("verify", "cover.json"),
        ("frontier", "not-contiguous.json", "--budgets", "0:1"),
        ("ask", "news-one-query.json", "--type", "good news"),
        ("ask", "not-contiguous.json", "--type", "0", "--method", "mip"),
        ("plot", "two-sides.json", "-o", "picture.svg"),
        ("info",),
    ],
)
def test_every_command_that_may_solve_programs_prints_json(folder, words):
    assert document(folder, *words)


def test_an_answer_in_a_file_is_pulled_back(folder):
    assert (
        process(folder, "reduce", "cover.json", "--to", "query-selection", "-o", "queries.json")[0]
        == 0
    )
    answer = document(folder, "solve", "queries.json", "--method", "mip")
    (folder / "a.json").write_text(json.dumps(answer))
    back = document(
        folder, "reduce", "cover.json", "--to", "query-selection", "--answer", "a.json"
    )
    assert back


def test_workers_of_a_study_print_nothing(folder):
    block = {"family": "both-sides", "sizes": [4], "seeds": {"count": 2}, "methods": ["lp"]}
    (folder / "spec.json").write_text(json.dumps({"name": "spec", "blocks": [block]}))
    found = document(folder, "study", "spec.json", "--jobs", "2", "-o", "runs.jsonl")
    assert found["failures"] == 0


def test_what_is_written_to_standard_output_is_an_instance(folder):
    status, printed, _ = process(folder, "reduce", "cover.json", "--to", "query-selection")
    assert status == 0
    assert json.loads(printed)["kind"] == "query-selection"


QUIET = """
import suasion
from programs import KNAPSACK, SMALL_LP
from suasion.solvers.backends.optimise import optimise
from suasion.solvers.backends.certify import certify
for solver in ("highs", "pulp:HiGHS", "pulp:CBC"):
    assert optimise(KNAPSACK, solver).value == 7
assert optimise(SMALL_LP, "cvxpy:HIGHS").status == "optimal"
assert certify(SMALL_LP)[0] is not None
"""


def test_nothing_is_printed_from_python():
    found = subprocess.run(
        [sys.executable, "-c", QUIET],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")
