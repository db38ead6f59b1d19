import json
import os
from fractions import Fraction

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suasion import BinaryPersuasion, PartitionQueries, QuerySelection, ThresholdQueries
from suasion.errors import InputError
from suasion.examples.catalogue import catalogue, example_text
from suasion.io import load, read_table, save, schema

BINARY = {"kind": "binary-persuasion", "weights": ["1/2", "1/2"], "beliefs": [0.1, "2/5"]}
QUERY = {
    "kind": "query-selection",
    "persuasion": {"weights": ["1/2", "1/2"], "beliefs": [0.1, 0.2]},
    "oracle": {"kind": "threshold"},
}


def changed(document, **fields):
    return json.loads(json.dumps(document)) | fields


@given(st.lists(st.fractions(0, 1, max_denominator=10**12), min_size=1, max_size=6))
@settings(deadline=None)
def test_rationals_survive_a_file_exactly(tmp_path_factory, beliefs):
    n = len(beliefs)
    instance = BinaryPersuasion([Fraction(1, n)] * n, beliefs, thresholds=beliefs[::-1])
    path = tmp_path_factory.mktemp("files") / "instance.json"
    save(instance, path)
    again = load(path)
    assert again == instance
    assert again.numbers(exact=True)[1].tolist() == beliefs
    assert again.rational


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
@settings(deadline=None)
def test_floats_survive_a_document_bit_for_bit(beliefs):
    instance = BinaryPersuasion(np.full(len(beliefs), 1 / len(beliefs)), beliefs)
    again = load(json.loads(json.dumps(instance.to_dict())))
    assert again.beliefs.tobytes() == instance.beliefs.tobytes()


@pytest.mark.parametrize("costs", [None, 0.25, "1/4", ["1/4", 0.5], [0.25, 0.5]])
@pytest.mark.parametrize("budget", [None, 0, 3])
def test_query_selections_survive_a_file(tmp_path, costs, budget):
    instance = BinaryPersuasion(["1/2", "1/4", "1/4"], [0.1, 0.2, 0.3], labels=["a", "b", "c"])
    for oracle in (
        ThresholdQueries(),
        PartitionQueries([[[0], [1, 2]], [[0, 1], [2]]], ["p", "q"]),
    ):
        problem = QuerySelection(instance, oracle, budget, True, costs)
        save(problem, tmp_path / "problem.json")
        again = load(tmp_path / "problem.json")
        assert again == problem
        assert again.to_dict() == problem.to_dict()


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (
            {},
            "kind is null; choose from binary-persuasion, finite-persuasion, query-selection, "
            "set-cover.",
        ),
        ({"kind": ["binary-persuasion"]}, 'kind is ["binary-persuasion"]; choose from'),
        ({"kind": "binary-persuation"}, '(did you mean "binary-persuasion"?)'),
        ({"kind": "binary-persuasion", "weights": [1]}, "beliefs is missing"),
        (changed(BINARY, belief=[1]), "belief is not a field; the fields are"),
        (changed(BINARY, belief=[1]), 'did you mean "beliefs"?'),
        (changed(BINARY, beliefs=["1/0", 0.1]), "beliefs[0] is '1/0', which is not a number"),
        (changed(BINARY, beliefs=["1e-999999999", 0.1]), "beliefs[0] is '1e-999999999', which"),
        (changed(QUERY, persuasion=3), "persuasion is 3; give an object of named fields."),
        (changed(QUERY, oracle=None), "oracle is null; give an object of named fields."),
        (changed(BINARY, beliefs=[0.1, "x"]), "beliefs[1] is 'x', which is not a number"),
        (changed(BINARY, beliefs=[True, 0.1]), "beliefs[0] is True, not a number"),
        (changed(BINARY, beliefs=[[0.1], 0.1]), "beliefs[0] is [0.1], which is not a number"),
        (changed(BINARY, beliefs=0.1), "beliefs is 0.1; give a list of numbers."),
        (changed(BINARY, beliefs=[0.1, 1.5]), "beliefs[1] is 1.5, outside [0, 1]"),
        (changed(BINARY, beliefs=[0.1]), "beliefs has 1 entries and weights has 2"),
        (changed(BINARY, weights=["1/2", "1/3"]), "weights sum to 5/6, not exactly 1"),
        (changed(BINARY, weights=[0.5, 0.4]), "weights sum to 0.9, not 1 within 1e-9"),
        (changed(BINARY, weights=[1.5, -0.5]), "weights[1] is -0.5, outside [0, inf)"),
        (changed(BINARY, labels=["a", "a"]), "labels[1] is 'a' again (first at 0)"),
        (changed(BINARY, labels=[1, 2]), "labels[0] is 1"),
        (changed(QUERY, budget=-1), "budget is -1"),
        (changed(QUERY, budget=1.5), "budget is 1.5"),
        (changed(QUERY, adaptive=1), "adaptive is 1"),
        (changed(QUERY, costs="x"), "costs is 'x', which is not a number"),
        (changed(QUERY, costs=[1, 2]), "costs has 2 entries for 1 queries"),
        (changed(QUERY, costs=-1), "costs[0] is -1, outside [0, inf)"),
        (changed(QUERY, oracle={"kind": "tresh"}), 'oracle.kind is "tresh"; choose from'),
        (changed(QUERY, oracle={"kind": "threshold", "x": 1}), "oracle.x is not a field"),
        (
            changed(QUERY, oracle={"kind": "partition", "queries": [[[0]]]}),
            "queries[0] covers 1 types and persuasion has 2",
        ),
        (
            changed(QUERY, oracle={"kind": "partition", "queries": [[[0, 1], [1]]]}),
            "oracle.queries[0] has type 1 twice",
        ),
        (
            changed(QUERY, oracle={"kind": "partition", "queries": [[[0], [0]]]}),
            "oracle.queries[0] has type 0 twice",
        ),
        (
            changed(QUERY, oracle={"kind": "partition", "queries": [[["a"]]]}),
            'oracle.queries[0][0][0] is "a"',
        ),
        (
            changed(QUERY, persuasion={"weights": ["1/2", 0.6], "beliefs": [0.1, 0.2]}),
            "persuasion.weights sum to 1.1",
        ),
    ],
)
def test_bad_documents_get_one_sentence_with_field_and_value(document, said):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the sentence is compared below)
        load(document)
    sentence = str(caught.value)
    assert said in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is not JSON: "),
        ('{"kind": "binary-persuasion", "weights": [NaN], "beliefs": [0]}', "has NaN"),
        ('{"kind": "a", "kind": "b"}', 'field "kind" occurs twice'),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "holds []; give a JSON object with a kind."),
        ("", "is not JSON: Expecting value at line 1, column 1"),
    ],
)
def test_bad_files_are_named_in_the_sentence(tmp_path, text, said):
    path = tmp_path / "bad.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"bad\.json: ") as caught:
        load(path)
    assert said in str(caught.value)


def test_unreadable_files_get_a_sentence(tmp_path):
    with pytest.raises(ValueError, match="there is no such file"):
        load(tmp_path / "none.json")
    with pytest.raises(ValueError, match="cannot be read: Is a directory"):
        load(tmp_path)
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match=r"is not UTF-16 text \(byte 2\); save it as UTF-8"):
        load(tmp_path / "binary.json")
    (tmp_path / "binary.json").write_bytes("{".encode("utf-16-le"))
    with pytest.raises(ValueError, match="has null characters, as UTF-16 without a byte-order"):
        load(tmp_path / "binary.json")
    (tmp_path / "binary.json").write_bytes("é".encode("latin-1"))
    with pytest.raises(ValueError, match=r"is not UTF-8 text \(byte 0\); save it as UTF-8"):
        load(tmp_path / "binary.json")


def test_a_failed_save_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    path = tmp_path / "instance.json"
    save(BinaryPersuasion([1], [0.5]), path)
    before = path.read_text()

    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(ValueError, match="cannot be written: No space left"):
        save(BinaryPersuasion([1], [0.25]), path)
    assert path.read_text() == before
    assert os.listdir(tmp_path) == ["instance.json"]


def test_a_million_types_load_from_a_file_without_rationals(tmp_path):
    n = 1_000_000
    weights = [1 / n] * n
    beliefs = np.random.default_rng(0).uniform(size=n).tolist()
    path = tmp_path / "big.json"
    path.write_text(
        json.dumps({"kind": "binary-persuasion", "weights": weights, "beliefs": beliefs})
    )
    instance = load(path)
    assert len(instance) == n
    assert not instance.rational
    assert instance.beliefs.tolist() == beliefs


def test_the_schema_accepts_every_example_and_rejects_wrong_documents():
    validator = jsonschema.Draft202012Validator(schema())
    jsonschema.Draft202012Validator.check_schema(schema())
    for entry in catalogue():
        validator.validate(json.loads(example_text(entry.name)))
    for wrong in (
        {},
        changed(BINARY, belief=[1]),
        changed(BINARY, beliefs="x"),
        changed(QUERY, budget=-1),
        changed(QUERY, oracle={"kind": "other"}),
    ):
        assert not validator.is_valid(wrong)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("a,b\n", "has a header and no rows"),
        ("a,a\n1,2\n", "column 'a' occurs twice"),
        ("a,b\n1,2\n3\n", "line 3 has 1 fields and the header has 2"),
        ('a,b\n"1,2\n3,4\n', "is not CSV: unexpected end of data"),
        (f"a,b\n{'x' * 200_000},2\n", "line 2 is not CSV: field larger than field limit"),
    ],
)
def test_bad_tables_get_one_sentence(tmp_path, text, said):
    path = tmp_path / "table.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"table\.csv") as caught:
        read_table(path)
    assert said in str(caught.value)


def test_tables_are_read_with_quotes_and_blank_lines(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text('\ufeffa,b\n"x, y",1\n\nz,2\n', encoding="utf-8")
    assert read_table(path) == {"a": ["x, y", "z"], "b": ["1", "2"]}


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_tables_of_every_shell_are_the_same_table(tmp_path, mark, encoding):
    path = tmp_path / "table.csv"
    lines = [["a", "größe"], [f'"x{mark} y"', "1"], ["z", "2"]]
    path.write_bytes("\r\n".join(map(mark.join, lines)).encode(encoding))
    assert read_table(path) == {"a": [f"x{mark} y", "z"], "größe": ["1", "2"]}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_instances_of_every_shell_are_the_same_instance(tmp_path, encoding):
    path = tmp_path / "instance.json"
    path.write_bytes(json.dumps(BINARY).replace(", ", ",\r\n").encode(encoding))
    assert load(path) == load(BINARY)


def test_of_several_delimiters_the_one_counts_that_splits_all_rows(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("name, first;age\nLee;3\nKim;4\n")
    assert read_table(path) == {"name, first": ["Lee", "Kim"], "age": ["3", "4"]}
    path.write_text("a;b,c\n1;2,3\n")
    with pytest.raises(ValueError, match="can be split at each comma or semicolon; say which"):
        read_table(path)
    assert read_table(path, delimiter=",") == {"a;b": ["1;2"], "c": ["3"]}
    path.write_text("sep=;\na;b,c\n1;2,3\n4\n")
    with pytest.raises(ValueError, match="line 4 has 1 fields and the header has 2"):
        read_table(path)
    with pytest.raises(ValueError, match="delimiter is ';;'; give one character"):
        read_table(path, delimiter=";;")


def test_line_ends_inside_an_answer_are_kept(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text('a,b\n"x\ny",1\nu\u2028v,2\n', encoding="utf-8")
    assert read_table(path) == {"a": ["x\ny", "u\u2028v"], "b": ["1", "2"]}


def test_saving_through_a_link_replaces_the_file_it_points_to(tmp_path):
    (tmp_path / "file.json").write_text("old")
    (tmp_path / "link.json").symlink_to("file.json")
    save(BinaryPersuasion([1], [0.5]), tmp_path / "link.json")
    assert (tmp_path / "link.json").is_symlink()
    assert load(tmp_path / "file.json") == BinaryPersuasion([1], [0.5])


def test_saving_to_a_pipe_writes_to_it_instead_of_replacing_it(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    # Opened for both, a pipe needs no second process; an empty one must fail, not wait.
    end = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    try:
        save(BinaryPersuasion([1], [0.5]), pipe)
        assert json.loads(os.read(end, 10_000)) == BinaryPersuasion([1], [0.5]).to_dict()
    finally:
        os.close(end)
    assert pipe.is_fifo()


@pytest.mark.parametrize("text", ["2/5", "0.4", ".4", "4.", "1e-3", "+1/2", " 1/4 ", "04/08"])
def test_the_schema_accepts_the_numbers_that_load_reads(text):
    validator = jsonschema.Draft202012Validator(schema())
    assert validator.is_valid(changed(QUERY, costs=text))
    assert load(changed(QUERY, costs=text)).cost_numbers(exact=True)[0] == Fraction(text)


@pytest.mark.parametrize("text", ["1/0", "1/00", "", "/2", "1/-2", "e5", ".", "1.5/2", "x", "1e"])
def test_neither_the_schema_nor_load_accepts_other_text(text):
    validator = jsonschema.Draft202012Validator(schema())
    assert not validator.is_valid(changed(QUERY, costs=text))
    with pytest.raises(ValueError, match=r"costs is .* which is not a number"):
        load(changed(QUERY, costs=text))


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ('{"kind": "binary-persuasion", "weights": [1], "beliefs": [@]}', r"beliefs\[0\] is 1000"),
        ('{"kind": "binary-persuasion", "weights": @, "beliefs": [1]}', "weights is '1000"),
        ('{"kind": "set-cover", "universe": @, "sets": [[0]]}', "universe is .1000"),
        ('{"kind": "set-cover", "universe": 1, "sets": [[@]]}', r"sets\[0\]"),
        ('{"kind": @}', "kind is .1000"),
    ],
)
def test_an_integer_beyond_the_limit_of_python_is_one_short_sentence(tmp_path, document, sentence):
    path = tmp_path / "long.json"
    path.write_text(document.replace("@", "1" + "0" * 5000))
    with pytest.raises(InputError, match=sentence) as caught:
        load(path)
    assert len(str(caught.value)) < 400


def test_an_integer_beyond_the_limit_of_python_is_a_number(tmp_path):
    path = tmp_path / "long.json"
    tables = '"receiver_utility": [[1, 0], [0, 1]]'
    share = '["1/1' + "0" * 5000 + '", "' + "9" * 5000 + "/1" + "0" * 5000 + '"]'
    path.write_text(
        '{"kind": "finite-persuasion", "states": ["0", "1"], "actions": ["0", "1"], "types": '
        f'[{{"weight": 1, "belief": {share}, {tables}}}], "sender_utility": [[0, 1], [0, 1]]}}'
    )
    assert load(path).numbers(exact=True)[1][0, 0] == Fraction(1, 10**5000)
