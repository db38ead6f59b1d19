"""Solvers behind PuLP whose status, limit or duals PuLP does not pass on."""

import os
import shutil
import stat
import time
from types import SimpleNamespace
from unittest.mock import patch

import pulp as library
import pytest
from programs import DIET, FACTORY, INF, KNAPSACK, SMALL_LP, market_split, program

from suasion.errors import InputError
from suasion.solvers.backends import pulp
from suasion.solvers.backends.glpk_log import glpk_bound, glpk_words
from suasion.solvers.backends.optimise import optimise
from suasion.solvers.backends.outcome import Ending, Options, Outcome

installed = pulp.available()
WITHOUT_DUALS = [
    pytest.param(
        f"pulp:{name}",
        marks=pytest.mark.skipif(name not in installed, reason=f"{name} is not installed"),
    )
    for name in ("GLPK_CMD", "SCIP_PY")
]
# Patches do not reach the process in which PuLP starts solvers.
HERE = patch.object(pulp, "starts_a_process", lambda _: False)
every_solver_without_duals = pytest.mark.parametrize("solver", WITHOUT_DUALS)


@every_solver_without_duals
@pytest.mark.parametrize(("sense", "data"), [(1, FACTORY), (-1, DIET)])
def test_an_lp_is_optimal_by_the_duals_of_its_dual_program(solver, sense, data):
    result = optimise(program([3, 5], **data, sense=sense), solver)
    assert (result.status, result.value) == ("optimal", pytest.approx(11.6))
    assert result.answer.duals == pytest.approx([0.8, 1.4], abs=1e-6)


@every_solver_without_duals
@pytest.mark.parametrize("sense", [1, -1])
def test_a_mip_stopped_by_time_is_feasible_with_its_bound(solver, sense):
    result = optimise(market_split(4, 40, sense), solver, time_limit=0.3)
    assert result.status == "feasible"
    assert result.report.raw_status == "time limit"
    assert 0 <= sense * result.bound < INF
    assert result.report.seconds < 5


@every_solver_without_duals
def test_no_time_at_all_is_not_read_as_no_limit(solver):
    began = time.perf_counter()
    result = optimise(market_split(4, 40), solver, time_limit=0)
    assert result.status == "no_answer"
    assert time.perf_counter() - began < 5


@every_solver_without_duals
@pytest.mark.parametrize(
    ("status", "lp"),
    [
        ("optimal", KNAPSACK),
        ("optimal", program([3, 4, 5], [[2, 3, 4]], [4], [INF], upper=1, integer=True, sense=-1)),
        ("infeasible", program([1, 2], [[1, 1]], [3], [3], upper=1)),
        ("infeasible", program([1], [[2]], [1], [1], upper=1, integer=True)),
        ("unbounded", program([1, 2], [[1, -1]], [-INF], [1])),
        ("unbounded", program([1, 2], [[1, -1]], [-INF], [1], integer=True)),
    ],
)
def test_endings_are_told_apart(solver, status, lp):
    assert optimise(lp, solver).status == status


# glpsol in a few lines: writes what it was called with, a log and two solution files.
STOPPED_GLPSOL = """#!/bin/sh
while [ $# -gt 0 ]; do
  case "$1" in
    -o) out="$2" ;; -w) sol="$2" ;; --log) log="$2" ;; --tmlim) limit="$2" ;;
  esac
  shift
done
case "$limit" in *[!0-9]*) exit 1 ;; esac
echo "$limit" >> "{calls}"
printf '%s\\n' '+     3: mip =   3.000000000e+00 <=   7.500000000e+00 60.0% (1; 0)' > "$log"
printf '%s\\n' 'TIME LIMIT EXCEEDED; SEARCH TERMINATED' >> "$log"
printf '%s\\n' 'Problem:' 'Rows:       2' 'Columns:    3 (3 integer, 3 binary)' 'Non-zeros:  6' \\
  'Status:     INTEGER NON-OPTIMAL' 'Objective:  OBJ = 3 (MAXimum)' '' 'No. Row name' '---' \\
  '1 r0_0 2 1' '2 r0_1 2 5' '' 'No. Column name' '---' '1 x0 * 1 0 1' '2 x1 * 0 0 1' \\
  '3 x2 * 0 0 1' > "$out"
printf '%s\\n' 's mip 2 3 f 3' 'i 1 2' 'i 2 2' 'j 1 1' 'j 2 0' 'j 3 0' 'e o f' > "$sol"
"""


@pytest.mark.skipif(os.name == "nt", reason="a shell script stands in for the solver")
@pytest.mark.parametrize(("limit", "told"), [(0, "0"), (0.3, "1"), (2.0, "2"), (2.1, "3")])
def test_glpsol_is_told_whole_seconds_and_its_incumbent_is_no_optimum(
    tmp_path, monkeypatch, limit, told
):
    calls, solver = tmp_path / "calls", tmp_path / "glpsol"
    solver.write_text(STOPPED_GLPSOL.format(calls=calls))
    solver.chmod(solver.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert shutil.which("glpsol") == str(solver)
    result = optimise(KNAPSACK, "pulp:GLPK_CMD", time_limit=limit)
    assert calls.read_text().split() == [told]
    assert (result.status, result.value, result.bound) == ("feasible", 3, pytest.approx(7.5))
    assert result.report.raw_status == "time limit"


def test_the_log_of_glpsol_is_read():
    log = (
        "GLPSOL--GLPK LP/MIP Solver 5.0\nOPTIMAL LP SOLUTION FOUND\n"
        "+     3: mip =     not found yet <=   9.500000000e+00        (1; 0)\n"
        "+    14: >>>>>   7.000000000e+00 <=   7.250000000e+00   3.6% (1; 0)\n"
        "TIME LIMIT EXCEEDED; SEARCH TERMINATED\nTime used:   1.0 secs\n"
    )
    assert glpk_words(log) == "TIME LIMIT EXCEEDED; SEARCH TERMINATED"
    assert glpk_bound(log, maximise=True) == pytest.approx(7.25)
    assert glpk_bound(log, maximise=True) > 7.25
    assert glpk_bound(log.replace("<=", ">="), maximise=False) < 7.25
    assert glpk_bound(log, maximise=False) is None
    done = "+     3: mip =   7.000000000e+00 <=     tree is empty   0.0% (0; 1)\n"
    assert (glpk_words(""), glpk_bound("", True), glpk_bound(done, True)) == ("", None, None)


@pytest.mark.parametrize(
    ("name", "limit", "told"),
    [
        ("CBC", 0, 0),
        ("SCIP_CMD", 0, 1e-6),
        ("SCIP_CMD", 1.5, 1.5),
        ("GUROBI_CMD", 0, 1e-6),
        ("CPLEX_CMD", 0.25, 0.25),
        ("CHOCO_CMD", 0, 1),
        ("MIPCL_CMD", 1.2, 2),
        ("XPRESS", 0, 1),
        ("XPRESS", None, None),
    ],
)
def test_every_driver_is_told_a_limit_that_it_reads_as_one(tmp_path, name, limit, told):
    solver = pulp._solver(Options(name, time_limit=limit), tmp_path / "log")
    assert solver.timeLimit == told


@pytest.mark.parametrize("name", ["COINMP_DLL", "PYGLPK"])
def test_a_driver_without_a_limit_refuses_one(name):
    with pytest.raises(InputError, match=f'solver is "pulp:{name}", which cannot be told'):
        pulp.run(SMALL_LP, Options(name, time_limit=2))


@pytest.mark.parametrize(
    ("name", "limit", "status"),
    [
        # SCIP_CMD calls every solution that it reads optimal, GUROBI_CMD does not look.
        ("SCIP_CMD", 1.0, "feasible"),
        ("GUROBI_CMD", 1.0, "feasible"),
        ("SCIP_CMD", None, "optimal"),
        ("CPLEX_CMD", 1.0, "optimal"),
    ],
)
def test_an_optimum_is_believed_where_the_driver_tells_it_from_an_incumbent(name, limit, status):
    def solve(problem, _):
        for variable, value in zip(problem.variables(), [1.0, 1.0, 0.0], strict=True):
            variable.varValue = value
        problem.assignStatus(library.LpStatusOptimal)

    with (
        patch.object(library.LpProblem, "solve", solve),
        patch.object(pulp, "available", lambda: [name]),
        HERE,
    ):
        result = optimise(KNAPSACK, f"pulp:{name}", time_limit=limit)
    assert (result.status, result.value) == (status, 7)


@pytest.mark.parametrize("status", [library.LpStatusNotSolved, library.LpStatusUndefined])
def test_a_program_that_was_not_solved_is_not_called_infeasible(status):
    with (
        patch.object(library.LpProblem, "solve", lambda problem, _: problem.assignStatus(status)),
        patch.object(pulp, "available", lambda: ["SCIP_CMD"]),
        HERE,
    ):
        assert optimise(KNAPSACK, "pulp:SCIP_CMD").status == "no_answer"


@pytest.mark.parametrize(
    ("status", "ending"),
    [
        ("optimal", Ending.OPTIMAL),
        ("timelimit", Ending.TIME_LIMIT),
        ("userinterrupt", Ending.INTERRUPTED),
        ("inforunbd", Ending.UNBOUNDED_OR_INFEASIBLE),
        ("nonsense", Ending.FAILED),
    ],
)
def test_the_status_of_scip_is_read_from_its_model(status, ending):
    model = SimpleNamespace(
        getStatus=lambda: status,
        getDualbound=lambda: 1e20,
        isInfinity=lambda number: number >= 1e20,
        getNNodes=lambda: 4,
    )
    said = pulp._said(SimpleNamespace(solverModel=model), KNAPSACK, "", "SCIP_PY")
    assert Outcome(said.words, "").why() is ending
    assert (said.bound, said.nodes) == (None, 4)
