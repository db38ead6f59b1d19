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


COMMANDS = """
import json, sys
from suasion.cli.application import app, prepare_streams
import suasion.cli.main
prepare_streams()
for words in json.loads(sys.argv[1]):
    try:
        app(words)
    except SystemExit as ended:
        assert not ended.code, (words, ended.code)
"""


def process(folder, *code):
    """Standard output of Python in a process of its own, and what it says."""
    found = subprocess.run(
        [sys.executable, "-c", *code],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert found.returncode == 0, found.stderr
    return found.stdout, found.stderr


def documents(folder, *commands):
    """The JSON objects that commands print, one after the other, in one process."""
    wanted = [[*map(str, words), "--json"] for words in commands]
    printed, _ = process(folder, COMMANDS, json.dumps(wanted))
    found, decoder = [], json.JSONDecoder()
    while printed.strip():
        document, end = decoder.raw_decode(printed)
        found.append(document)
        printed = printed[end:].lstrip()
    assert len(found) == len(commands)
    return found


@pytest.fixture
def folder(example, tmp_path):
    """A folder with instances of every kind."""
    for name in (MESSAGING, QUERIES, ONE_TYPE, TYPES, "news-one-query"):
        example(name)
    cover = {"kind": "set-cover", "universe": 5, "sets": [[0, 1], [1, 2], [2, 3], [3, 4], [0, 4]]}
    (tmp_path / "cover.json").write_text(json.dumps(cover))
    return tmp_path


def test_a_linear_program_on_every_solver_prints_json(folder):
    ways = [("solve", "two-sides.json", "--method", "lp", "--solver", name) for name in SOLVERS]
    for solver, found in zip(SOLVERS, documents(folder, *ways), strict=True):
        near = 1e-3 if solver in INEXACT else 1e-7
        assert found["value"] == pytest.approx(0.884, abs=near), solver
        assert found["status"] == "optimal" or solver in INEXACT, solver


def test_an_integer_program_on_every_solver_prints_json(folder):
    whole = [name for name in SOLVERS if not name.startswith("cvxpy:")]
    ways = [
        ("solve", "not-contiguous.json", "--method", "mip", "--solver", name) for name in whole
    ]
    for solver, found in zip(whole, documents(folder, *ways), strict=True):
        assert (found["status"], found["value"]) == ("optimal", pytest.approx(0.74)), solver


def test_every_method_that_solves_programs_prints_json(folder):
    asked = {
        (MESSAGING, "--method", "lp", "--exact"): 0.884,
        (MESSAGING, "--method", "lp", "--write-model", "model.lp"): 0.884,
        (COVER, "--method", "mip", "--exact"): 3,
        (ONE_TYPE, "--method", "obedience"): 0.6,
        (TYPES, "--method", "vertices"): 2 / 3,
        (TYPES, "--method", "column-generation"): 2 / 3,
    }
    ways = [("solve", f"{name}.json", *rest) for name, *rest in asked]
    for value, found in zip(asked.values(), documents(folder, *ways), strict=True):
        assert (found["status"], found["value"]) == ("optimal", pytest.approx(value))


def test_every_command_that_may_solve_programs_prints_json(folder):
    assert all(
        documents(
            folder,
            ("verify", "two-sides.json"),
            ("verify", "not-contiguous.json"),
            ("verify", "prosecutor-tables.json", "--exact"),
            ("verify", "cover.json"),
            ("frontier", "not-contiguous.json", "--budgets", "0:1"),
            ("ask", "news-one-query.json", "--type", "good news"),
            ("ask", "not-contiguous.json", "--type", "0", "--method", "mip"),
            ("plot", "two-sides.json", "-o", "picture.svg"),
            ("info",),
        )
    )


MAIN = "from suasion.cli import main; main()"
TO_QUERIES = ("reduce", "cover.json", "--to", "query-selection")


def test_an_answer_in_a_file_is_pulled_back(folder):
    process(folder, MAIN, *TO_QUERIES, "-o", "queries.json")
    answer, _ = process(folder, MAIN, "solve", "queries.json", "--method", "mip", "--json")
    (folder / "a.json").write_text(answer)
    assert documents(folder, (*TO_QUERIES, "--answer", "a.json"))


def test_workers_of_a_study_print_nothing(folder):
    block = {"family": "both-sides", "sizes": [4], "seeds": {"count": 2}, "methods": ["lp"]}
    (folder / "spec.json").write_text(json.dumps({"name": "spec", "blocks": [block]}))
    [found] = documents(folder, ("study", "spec.json", "--jobs", "2", "-o", "runs.jsonl"))
    assert found["failures"] == 0


def test_what_is_written_to_standard_output_is_an_instance(folder):
    printed, _ = process(folder, MAIN, *TO_QUERIES)
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


def test_nothing_is_printed_from_python(folder):
    assert process(folder, QUIET) == ("", "")
