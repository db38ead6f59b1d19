"""Set covers in files: both formats of the OR-Library, and JSON."""

import json
import os

import jsonschema
import numpy as np
import pytest
from covers import set_covers, shipped
from hypothesis import given
from hypothesis import strategies as st
from instances import examples

from suasion import SetCover, load, save, schema, solve
from suasion.io import write_or_library
from suasion.io.or_library_reader import parse_or_library
from suasion.io.or_library_writer import or_library_text

# 2 elements and 3 sets, {0}, {1} and {0} at costs 5, 6, 1.
ROWS = "2 3\n5 6 1\n2\n1 3\n1\n2\n"
COLUMNS = "2 3\n5 1 1\n6 1 2\n1 1 1\n"
COVER = SetCover(2, [[0], [1], [0]], [5, 6, 1])
COUNTS = {
    "scp41": (200, 1000, 4009),
    "scp42": (200, 1000, 3982),
    "scp43": (200, 1000, 3984),
    "scp51": (200, 2000, 7995),
    "scpe1": (50, 500, 4914),
    "scpe2": (50, 500, 5013),
    "scpclr10": (511, 210, 13230),
    "scpcyc06": (240, 192, 960),
}


@pytest.mark.parametrize(("text", "layout"), [(ROWS, "row"), (COLUMNS, "rail")])
def test_both_formats_are_told_apart_and_read(tmp_path, text, layout):
    assert parse_or_library(text) == COVER
    assert parse_or_library(text, layout) == COVER
    assert parse_or_library(" ".join(text.split())) == COVER
    path = tmp_path / "cover.txt"
    path.write_text("\ufeff" + text.replace("\n", "\r\n"), encoding="utf-8")
    assert load(path) == COVER


@pytest.mark.parametrize(("name", "counts"), COUNTS.items())
@pytest.mark.parametrize("layout", ["row", "rail"])
def test_shipped_files_survive_both_formats(name, counts, layout):
    instance = shipped(name)
    assert (instance.universe, len(instance.sets), len(instance.sets.members)) == counts
    assert instance.rational
    text = or_library_text(instance, layout)
    assert parse_or_library(text) == instance
    assert max(map(len, text.splitlines())) < 1_000 or layout == "rail"


@given(
    set_covers(coverable=False, costs="integers"),
    st.sampled_from(["row", "rail"]),
)
@examples(100)
def test_what_is_written_is_read_back(instance, layout):
    text = or_library_text(instance, layout)
    assert parse_or_library(text, layout) == instance
    try:
        assert parse_or_library(text) == instance
    except ValueError as error:
        # Short texts may fit both.
        assert "--format row|rail" in str(error)  # noqa: PT017


@pytest.mark.parametrize("layout", ["row", "rail"])
def test_files_are_written_in_one_step(tmp_path, monkeypatch, layout):
    path = tmp_path / "cover.txt"
    write_or_library(COVER, path, layout)
    assert load(path) == load(path, format=layout) == COVER
    before = path.read_text()

    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(ValueError, match=r"cover.txt: cannot be written: No space left"):
        write_or_library(SetCover(1, [[0]]), path)
    assert path.read_text() == before
    assert os.listdir(tmp_path) == ["cover.txt"]


def test_files_hold_integral_costs_only(tmp_path):
    with pytest.raises(ValueError, match=r"costs\[1\] is 0.333333, and OR-Library files hold int"):
        write_or_library(SetCover(1, [[0], [0]], [1, "1/3"]), tmp_path / "cover.txt")
    assert not list(tmp_path.iterdir())
    assert or_library_text(SetCover(1, [[0]], [2.0])) == " 1 1\n 2\n 1\n 1\n"
    with pytest.raises(ValueError, match='format is "col"; choose row or rail'):
        or_library_text(COVER, "col")


def test_costs_are_read_exactly():
    read = parse_or_library("1 4  0.1 1/3 123456789012345678901234567890 2e3  2 1 4", "row")
    costs = ["1/10", "1/3", 123456789012345678901234567890, 2000]
    assert read.to_dict()["costs"] == costs
    assert read.sets.nested() == [[0], [], [], [0]]


@pytest.mark.parametrize(
    ("text", "layout", "said"),
    [
        ("", "row", "there are not even the numbers of rows and columns."),
        ("3", "rail", "there are not even the numbers of rows and columns."),
        ("-1 2", "row", "line 1: the number of rows is -1; give an integer >= 0."),
        ("1\n1.5", "row", "line 2: the number of columns is 1.5; give an integer >= 0."),
        ("1 3 5 6", "row", "it ends after 2 of 3 costs."),
        ("2 1\n5\n1 1", "row", "it ends before the length of row 2."),
        ("2 1\n5\n1 1\n2 1", "row", "it ends in row 2, which begins on line 4, after 1 of 2 col"),
        ("2 2\n5 1 1\n6 2 1", "rail", "it ends in column 2, which begins on line 3, after 1 of 2"),
        ("1 1\n5\n-1", "row", "line 3: the number of columns of row 1 is -1; give an integer"),
        ("1 1\n5\n1 1\n\n7 8", "row", "line 5: 2 numbers are left after the last row."),
        ("1 1 5 1 1 9", "rail", "line 1: 1 number is left after the last column."),
        ("2 3\n5 6 1\n2\n1 4\n1 2", "row", "line 4: row 1 lists column 4; columns are numbered 1"),
        ("2 3\n5 6 1\n2\n0 3\n1 2", "row", "line 4: row 1 lists column 0; columns are numbered"),
        ("2 3\n5 6 1\n2\n1 1\n1 2", "row", "line 4: row 1 lists column 1 twice; list it once."),
        ("2 1\n5 2 2 2", "rail", "line 2: column 1 lists row 2 twice; list it once."),
        ("2 1\n5 2 1.5 2", "rail", "line 2: column 1 lists row 1.5; rows are numbered 1 to 2."),
        ("1 2\n5\n-6\n1 1", "row", "line 3: the cost of column 2 is -6; give a number >= 0."),
        ("1 1\n5 x\n1 1", "row", "line 2: 'x' is not a number."),
        ("1 1\n5\nnan 1", "row", "line 3: 'nan' is not a number."),
        ("1 1\n5\n1_0 1", None, "line 3: '1_0' is not a number."),
        ("1 1 5 1 99999999999999999999999", "row", "row 1 lists column 99999999999999999999999"),
        (ROWS, "rail", "it ends before the length of column 2."),
        (ROWS, "column", 'format is "column"; choose row, rail, lists.'),
        ("1 1 5 1 1", None, "fits the format by rows and the one by columns; say which it is"),
        ("0 0", None, "fits the format by rows and the one by columns"),
        ("2 2 2 2", None, "fits the format neither by rows (it ends before the length of row 1)"),
        (
            "1 1 5 1 1 1",
            None,
            "neither by rows (line 1: 1 number is left after the last row) nor by columns (line "
            "1: 1 number is left after the last column) nor by columns without costs (it ends in "
            "column 1, which begins on line 1, after 3 of 5 rows); mend it, or say which it is "
            "with --format row|rail|lists (format= in Python), hit|cover if it lists sets, a line "
            "each.",
        ),
    ],
)
def test_malformed_files_get_one_sentence_with_line_and_reason(tmp_path, text, layout, said):
    path = tmp_path / "cover.txt"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"cover\.txt: ") as caught:
        load(path, format=layout)
    sentence = str(caught.value)
    assert said in sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")


def test_a_format_is_for_or_library_files_only(tmp_path):
    path = tmp_path / "cover.json"
    save(COVER, path)
    with pytest.raises(ValueError, match='"row", which is for files of set covers, and th'):
        load(path, format="row")
    with pytest.raises(ValueError, match="this is a document; leave it out"):
        load(COVER.to_dict(), format="rail")


@given(set_covers(coverable=False))
@examples(60)
def test_set_covers_survive_json_exactly(tmp_path_factory, instance):
    path = tmp_path_factory.mktemp("covers") / "cover.json"
    save(instance, path)
    assert load(path) == instance
    validator = jsonschema.Draft202012Validator(schema())
    validator.validate(json.loads(path.read_text()))


COVER_FILE = {"kind": "set-cover", "universe": 3, "sets": [[0, 1], [2]]}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"universe": None}, "universe is null: input should be a valid integer."),
        ({"universe": -1}, "universe is -1: input should be greater than or equal to 0."),
        ({"universe": 2}, "sets[1][0] is 2; elements are numbered 0 to 1."),
        ({"sets": [[0, "1"]]}, 'sets[0][1] is "1": input should be a valid integer.'),
        ({"sets": [[0, 0]]}, "sets[0] has element 0 twice; list it once."),
        ({"sets": [0]}, "sets[0] is 0: input should be a valid list."),
        ({"costs": [1]}, "costs has 1 entries for 2 sets; give one per set."),
        ({"costs": 1}, "costs is 1; give a list of numbers."),
        ({"costs": [1, -1]}, "costs[1] is -1, outside [0, inf); give a non-negative cost."),
        ({"cost": [1, 1]}, "cost is not a field; the fields are kind, universe, sets, costs (did"),
    ],
)
def test_bad_documents_get_one_sentence(changes, said):
    with pytest.raises(ValueError, match=r"\.$") as caught:
        load(COVER_FILE | changes)
    assert said in str(caught.value)
    validator = jsonschema.Draft202012Validator(schema())
    assert validator.is_valid(COVER_FILE)
    structural = "numbered" not in said and "twice" not in said and "has 1" not in said
    assert validator.is_valid(COVER_FILE | changes) == (not structural or "outside" in said)


def test_a_million_entries_are_read_in_seconds():
    rng = np.random.default_rng(0)
    hits = np.sort(rng.integers(0, 5_000, (50_000, 20)), axis=1)
    hits += np.arange(20) * 5_000
    offsets = np.arange(0, hits.size + 1, 20)
    instance = SetCover.from_arrays(100_000, offsets, hits.ravel())
    assert parse_or_library(or_library_text(instance, "rail")) == instance


# Sets {1, 2}, {1, 2, 3} and {1, 3, 4} of 4 elements, each with its length and no cost.
LISTS = "4 3\n2 1 2\n3 1 2 3\n3 1 3 4\n"


def test_sets_without_costs_are_known_by_their_lines(tmp_path):
    path = tmp_path / "cover.txt"
    path.write_text(LISTS)
    found = load(path)
    assert found == SetCover(4, [[0, 1], [0, 1, 2], [0, 2, 3]])
    assert solve(found).value == 2
    # The same numbers by columns, where the first of each is a cost, have the optimum 5.
    assert solve(load(path, "rail")).value == 5
    assert solve(parse_or_library(" ".join(LISTS.split()), "lists")).value == 2
    with pytest.raises(ValueError, match=r"columns and the one by columns without costs; say whi"):
        parse_or_library(" ".join(LISTS.split()))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2 3\n5 6\n1 2 1\n3 1 2\n", "neither by rows (line 3: row 1 begins within the line)"),
        ("2 3\n5 1 1 6\n1 2 1 1 1\n", "by columns (line 2: column 2 begins within the line)"),
        ("2 3 5 6 1\n2 1 3\n1 2\n", "neither by rows (line 1: the costs begin within the line)"),
        ("2 2\n2 1 2\n1 1\n", "has as many elements as sets, so its lines could be either"),
        ("3 2\n2 1 2\n2 1 1\n", None),
    ],
)
def test_lines_that_contradict_a_format_are_asked_about(text, said):
    if said is None:
        # By columns both cost 2 and hold one row; as lists the second would hold row 1 twice.
        with pytest.raises(ValueError, match="by columns and the one by columns without costs"):
            parse_or_library(text)
        return
    with pytest.raises(ValueError, match="--format") as raised:
        parse_or_library(text)
    assert said in str(raised.value)
