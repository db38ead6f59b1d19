"""Model files: every solver reads the optimum that we find, whatever the program."""

import os
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import numpy as np
import pytest
from documented_lp import documented
from finite_instances import random_instance
from hypothesis import given
from instances import examples
from model_readers import READERS
from program_shapes import SHAPES, block, family, program, programs
from scipy import sparse

import suasion
from suasion.models.binary.messaging_lp import messaging_lp
from suasion.models.binary.reporting_lp import reporting_lp
from suasion.models.finite.menu_lp import menu_lp
from suasion.models.finite.pricing_mip import disaggregated_pricing_mip, pricing_mip
from suasion.models.finite.profile_lp import complete_profile_lp
from suasion.models.finite.vertices import vertex_lp
from suasion.models.programs.program import Constraints, Program
from suasion.models.queries.plain_query_mip import plain_query_mip
from suasion.models.queries.query_mip import query_mip
from suasion.models.set_cover.mip import set_cover_lp, set_cover_mip
from suasion.solvers.backends.optimise import optimise, write_model
from suasion.solvers.finite.subdivision import Subdivision
from suasion.solvers.simulation import pricing

# The function has the module's name in its package.
backends = import_module("suasion.solvers.backends.optimise")

SUFFIXES = (".lp", ".mps")
# What is documented of Gurobi's .lp files, besides the solvers that pip brings.
FILE_READERS = [
    *[(name, suffix) for name in READERS for suffix in SUFFIXES],
    ("documented", ".lp"),
]

every_reader = pytest.mark.parametrize(("reader", "suffix"), FILE_READERS)


def read(program, reader, suffix, folder):
    """What a reader finds in the program's file."""
    path = Path(folder, f"model{suffix}")
    write_model(program, path)
    return {**READERS, "documented": documented}[reader](path)


def optimum(program):
    """Our optimum in the sense of the program; None if there is none."""
    result = optimise(program)
    assert result.status in ("optimal", "infeasible", "unbounded")
    return result.value if result.status == "optimal" else None


def require_same(reading, program, expected):
    """The file's minimum is the program's, or minus its maximum."""
    if expected is None:
        assert reading.optimum is None
    else:
        assert reading.optimum == pytest.approx(
            -expected if program.maximise else expected, abs=1e-6
        )


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_have_the_optima_they_claim(shape):
    found = optimum(SHAPES[shape][0])
    assert found == (None if SHAPES[shape][1] is None else pytest.approx(SHAPES[shape][1]))


@every_reader
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_has_one_optimum(shape, reader, suffix, tmp_path):
    require_same(read(SHAPES[shape][0], reader, suffix, tmp_path), *SHAPES[shape])


@every_reader
@pytest.mark.parametrize("integer", [False, True])
def test_bounds_that_contradict_are_infeasible(integer, reader, suffix, tmp_path):
    impossible = program(
        [block("x", [1, 0], 0, -1, integer)], [family("row", [[1, 1]], [-7], [7])]
    )
    assert read(impossible, reader, suffix, tmp_path).optimum is None


@every_reader
@given(programs())
@examples(40)
def test_random_programs_have_one_optimum(reader, suffix, drawn):
    with TemporaryDirectory() as folder:
        require_same(read(drawn, reader, suffix, folder), drawn, optimum(drawn))


def questions(seed=3, types=9, queries=5, budget=2):
    """Random partition queries on receivers on both sides of 1/2."""
    rng = np.random.default_rng(seed)
    receivers = suasion.BinaryPersuasion(np.full(types, 1 / types), rng.random(types))
    labels = rng.integers(0, 3, (queries, types))
    cells = [[np.flatnonzero(row == a).tolist() for a in np.unique(row)] for row in labels]
    return suasion.QuerySelection(receivers, suasion.PartitionQueries(cells), budget)


def covers(seed=4):
    """A set cover whose relaxation costs less."""
    rng = np.random.default_rng(seed)
    sets = [np.flatnonzero(rng.random(12) < 0.3).tolist() for _ in range(14)]
    return suasion.SetCover(12, [*sets, list(range(12))], [*rng.integers(1, 9, 14).tolist(), 30])


def pricing_arrays():
    subdivision = Subdivision.of(random_instance("private", 3, 3, 4, 2))
    return subdivision.scores, subdivision.payoffs, np.zeros(3)


def best_query():
    """The program that prices one more message to ask about."""
    built = []

    def kept(query):
        built.append(best_query_mip(query))
        return built[-1]

    best_query_mip = pricing.best_query_mip
    question = suasion.QuerySelection(
        random_instance("common", 3, 3, 4, 0), suasion.SimulationQueries(), 2
    )
    with patch.object(pricing, "best_query_mip", kept):
        suasion.solve(question, "pricing")
    return built[0]


FORMULATIONS = {
    "messaging": lambda: messaging_lp(suasion.example("two-sides")),
    "reporting": lambda: reporting_lp(suasion.example("two-sides")),
    "queries": lambda: query_mip(questions()),
    "queries, one binary a pair": lambda: plain_query_mip(questions(types=5, queries=4)),
    "set cover": lambda: set_cover_mip(covers()),
    "set cover, relaxed": lambda: set_cover_lp(covers()),
    "obedience": lambda: complete_profile_lp(suasion.example("matching")),
    "profiles": lambda: complete_profile_lp(suasion.example("three-matchers")),
    "vertices": lambda: vertex_lp(suasion.example("three-matchers")),
    "menu": lambda: menu_lp(suasion.example("three-matchers")),
    "pricing": lambda: pricing_mip(*pricing_arrays()),
    "pricing, disaggregated": lambda: disaggregated_pricing_mip(*pricing_arrays()),
    "best query": best_query,
}


@pytest.fixture(scope="module")
def formulations():
    """Programs of the package with their optima, each built once."""
    known = {}

    def get(name):
        if name not in known:
            built = FORMULATIONS[name]()
            known[name] = built, optimum(built)
        return known[name]

    return get


@every_reader
@pytest.mark.parametrize("name", FORMULATIONS)
def test_every_formulation_has_one_optimum(formulations, name, reader, suffix, tmp_path):
    built, expected = formulations(name)
    assert expected is not None
    require_same(read(built, reader, suffix, tmp_path), built, expected)


@pytest.mark.parametrize("name", ["queries", "set cover", "pricing"])
def test_the_formulations_tell_a_program_from_its_relaxation(formulations, name):
    built, expected = formulations(name)
    relaxed = replace(built, variables=tuple(replace(b, integer=False) for b in built.variables))
    assert abs(optimum(relaxed) - expected) > 1e-3


ODD_NAMES = [
    *("2 x", "e", "E5", "earned", "end", "free", "inf", "st", "x[0]", "größe", "Größe", "_", ""),
    *("a+b", "a-b", "a b", "a:b", "A B", "a" * 300, "a" * 301, "RHS", "MARKER", "obj"),
    *("INFO", "Infinity", "nan", "nano", "information"),
]


@every_reader
def test_names_are_read_as_they_are_written(reader, suffix, tmp_path):
    # Integers too: names stand in further sections.
    blocks = [block(name, [1, 2], 1, 3, k % 2 == 1) for k, name in enumerate(ODD_NAMES)]
    rows = np.ones((2, 2 * len(ODD_NAMES)))
    families = [family(name, rows, [-np.inf, 0], [1e3, 1e3]) for name in ODD_NAMES]
    named = program(blocks, families, name="a  name\nof two lines")
    reading = read(named, reader, suffix, tmp_path)
    require_same(reading, named, 3.0 * len(ODD_NAMES))
    assert len(reading.columns) == len(set(reading.columns)) == 2 * len(ODD_NAMES)
    assert {
        "the_2_x_0",
        "the_earned_1",
        "the_INFO_0",
        "the_nano_1",
        "x_0_0",
        "a_b_1",
        "a_b_4_0",
    } <= set(reading.columns)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_file_says_what_it_minimises(suffix, tmp_path):
    path = tmp_path / f"model{suffix}"
    write_model(messaging_lp(suasion.example("two-sides")), path)
    assert "maximum is minus this minimum" in path.read_text().splitlines()[0]
    write_model(set_cover_mip(covers()), path)
    assert path.read_text().splitlines()[0].endswith("minimises the objective")


def test_lines_are_short_and_names_too(tmp_path):
    # CPLEX reads 510 characters a line, CBC names of 100.
    wide = block("a" * 300, np.full(200, -1e300 / 3), -1e300 / 3, 1e300 / 3)
    rows = family("b" * 300, np.full((1, 200), -1e-300 / 3), [-1e300 / 3], [1e300 / 3])
    for suffix in SUFFIXES:
        path = tmp_path / f"model{suffix}"
        write_model(program([wide], [rows]), path)
        text = path.read_text()
        assert max(map(len, text.splitlines())) <= 500
        assert max(map(len, text.split())) <= 100


def test_repeated_entries_are_summed(tmp_path):
    entries = (np.array([1.0, 2.0, 5.0, -5.0]), np.array([0, 0, 1, 1]), np.array([0, 4]))
    matrix = sparse.csr_array(entries, shape=(1, 2))
    rows = Constraints("row", matrix, np.array([6.0]), np.array([np.inf]))
    doubled = Program("doubled", False, (block("x", [1, 1]),), (rows,))
    for suffix in SUFFIXES:
        require_same(read(doubled, "glpk", suffix, tmp_path), doubled, 2.0)
    assert doubled.matrix.nnz == 4


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (program([block("x", [1, np.nan])]), r"objective of x\[1\] is nan"),
        (program([block("x", [-np.inf])]), r"objective of x\[0\] is -inf"),
        (program([block("x", [1], np.inf)]), r"lower bound of x\[0\] is inf"),
        (program([block("x", [1], 0, -np.inf)]), r"upper bound of x\[0\] is -inf"),
        (
            program([block("x", [1])], [family("row", [[1], [1]], [0, np.nan], [1, 1])]),
            r"lower side of row\[1\] is nan",
        ),
        (
            program([block("x", [1])], [family("row", [[np.inf]], [0], [1])]),
            r"coefficient of x\[0\] in row\[0\] is inf",
        ),
    ],
)
def test_numbers_that_no_file_holds_are_named(wrong, said, suffix, tmp_path):
    path = tmp_path / f"model{suffix}"
    path.write_text("old")
    with pytest.raises(ValueError, match=said):
        write_model(wrong, path)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


SMALL = SHAPES["two sides"][0]


def test_a_model_is_not_written_under_another_suffix(tmp_path):
    with pytest.raises(ValueError, match=r"end it in \.lp or \.mps"):
        write_model(SMALL, tmp_path / "model.txt")
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_is_named(tmp_path):
    path = tmp_path / "missing" / "model.lp"
    with pytest.raises(ValueError, match="cannot be written: there is no folder") as error:
        write_model(SMALL, path)
    assert str(path) in str(error.value)
    assert ".suasion-" not in str(error.value)
    assert not list(tmp_path.iterdir())


def test_a_folder_of_the_name_is_refused(tmp_path):
    path = tmp_path / "model.lp"
    path.mkdir()
    with pytest.raises(ValueError, match=r"model\.lp: cannot be written"):
        write_model(SMALL, path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["model.lp"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_keeps_pointing_to_the_file_that_is_replaced(tmp_path):
    target, link = tmp_path / "target.lp", tmp_path / "link.lp"
    target.write_text("old")
    link.symlink_to(target)
    write_model(SMALL, link)
    assert link.is_symlink()
    assert target.read_text().startswith("\\ hand_made")


def test_a_write_that_fails_leaves_the_old_file(tmp_path):
    path = tmp_path / "model.lp"
    path.write_text("old")

    def half(_):
        yield "half"
        raise RuntimeError("out of memory")

    with (
        patch.dict(backends.FORMATS, {".lp": half}),
        pytest.raises(RuntimeError, match="out of memory"),
    ):
        write_model(SMALL, path)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["model.lp"]
