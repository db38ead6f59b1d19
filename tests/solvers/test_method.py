"""The tables of methods: what is known of each, and that the README and `info` tell the same."""

import json
import re
from pathlib import Path

import pytest
from command_line import run

from suasion import BinaryPersuasion, FinitePersuasion, SetCover
from suasion.models.programs.program import Program
from suasion.solvers.checking.comparison import compare_methods
from suasion.solvers.method import Method, named
from suasion.solvers.solve import TABLES, asked, methods_of

README = Path(__file__).parents[2] / "README.md"
PAIR = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
ENTRIES = [(kind, entry) for kind in TABLES for entry in methods_of(kind).values()]
# First column of the README's table -> what is asked there.
ROWS = {
    "messaging policy": ("binary-persuasion", "discretized-persuasion"),
    "threshold queries, any budget, any costs": ("query-selection (threshold)",),
    "adaptive threshold queries": ("query-selection (threshold, adaptive)",),
    "partition queries": ("query-selection (partition)",),
    "adaptive partition queries": ("query-selection (partition, adaptive)",),
    "partition queries with constraints, group discounts or fees": (
        "query-selection (partition, rules)",
        "query-selection (partition, finite, rules)",
    ),
    "finite persuasion": ("finite-persuasion (one type)", "finite-persuasion"),
    "simulation queries about finite persuasion: a query is a message, its answer an action": (
        "query-selection (simulation, finite)",
        "query-selection (simulation, finite, adaptive)",
    ),
    "partition queries about finite persuasion": (
        "query-selection (partition, finite)",
        "query-selection (partition, finite, adaptive)",
    ),
    "set cover": ("set-cover",),
}


def readme_rows():
    """Row of the README's table of methods -> the methods that it names."""
    section = README.read_text().split("## Which method for which problem")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")][2:]
    return {line.split("|")[1].strip(): set(re.findall("`(.+?)`", line)) for line in lines}


@pytest.mark.parametrize(("kind", "entry"), ENTRIES, ids=lambda one: getattr(one, "name", one))
def test_every_line_of_the_tables_leads_to_a_function(kind, entry):
    assert callable(named(entry.function))
    assert entry.program is None or callable(named(entry.program))
    assert entry.role in ("optimal", "lower", "upper")
    assert not entry.solvers or entry.program


@pytest.mark.parametrize("row", ROWS)
def test_the_readme_names_the_methods_of_each_kind_and_no_others(row):
    names = {name for kind in ROWS[row] for name in methods_of(kind)}
    assert readme_rows()[row] | {"auto"} == names | {"auto"}


def test_the_readme_has_a_row_for_everything_that_can_be_asked():
    assert {kind for kinds in ROWS.values() for kind in kinds} == set(TABLES)
    assert set(readme_rows()) == set(ROWS)


def test_info_lists_the_methods_of_each_kind():
    told = json.loads(run("info", "--json").stdout)["methods"]
    assert told == {kind: list(methods_of(kind)) for kind in TABLES}
    text = run("info").stdout
    assert "set-cover\n  mip, greedy, brute-force\n" in text


@pytest.mark.parametrize(
    ("problem", "name"),
    [
        *((PAIR, name) for name in ("lp", "reporting")),
        *((FinitePersuasion.from_binary(PAIR), name) for name in ("vertices", "profiles", "menu")),
        (SetCover(2, [[0], [1], [0, 1]]), "mip"),
    ],
    ids=lambda one: one if isinstance(one, str) else one.kind,
)
def test_a_formulation_is_a_program_of_the_same_sense(problem, name):
    program = methods_of(asked(problem))[name].formulation(problem)
    assert isinstance(program, Program)
    assert program.maximise is problem.maximise


@pytest.mark.parametrize(
    ("role", "agree"), [("optimal", False), ("lower", False), ("upper", True)]
)
def test_a_value_above_the_optimum_is_allowed_to_upper_bounds_only(monkeypatch, role, agree):
    assert verdict(monkeypatch, role, "above") is agree


@pytest.mark.parametrize(
    ("role", "agree"), [("optimal", False), ("lower", True), ("upper", False)]
)
def test_a_value_below_the_optimum_is_allowed_to_lower_bounds_only(monkeypatch, role, agree):
    assert verdict(monkeypatch, role, "below") is agree


def above(problem, options):
    return published_as(problem, options, 0.1)


def below(problem, options):
    return published_as(problem, options, -0.1)


def published_as(problem, options, shift):
    """The optimum, but for a value that is claimed and off."""
    from dataclasses import replace

    from suasion.solvers.binary.messaging import explicit_lp

    found = explicit_lp(problem, options)
    value = found.value + shift
    return replace(found, value=value, bound=found.bound + abs(shift), certificate=None)


def verdict(monkeypatch, role, where):
    from suasion.solvers.binary import methods

    off = Method("off", f"{__name__}:{where}", role)
    monkeypatch.setattr(methods, "METHODS", (methods.METHODS[0], off))
    rows = compare_methods(PAIR).rows
    return next(row.agrees for row in rows if row.method == "off")
