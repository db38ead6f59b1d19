"""What commands write, as processes: no input of theirs, JSON alone, labels of any script."""

import json
import os
import subprocess
import sys

import pytest
from command_line import run

from suasion.cli import application, solving

COMMAND = [sys.executable, "-c", "from suasion.cli import main; main()"]
STATES = {
    "kind": "finite-persuasion",
    "states": ["schön", "häßlich"],
    "actions": ["nein", "日本"],
    "types": [
        {"label": "Ärger", "weight": 1, "belief": [0.5, 0.5], "receiver_utility": [[0, 1], [3, 0]]}
    ],
    "sender_utility": [[0, 1], [0, 1]],
}
BLOCK = {"family": "low", "sizes": [2], "methods": ["lp"]}
COVER = {"kind": "set-cover", "universe": 3, "sets": [[0, 1], [1, 2], [2]]}


@pytest.fixture
def written(tmp_path):
    """Writes a document to a file."""

    def write(name, document):
        path = tmp_path / name
        path.write_text(document if isinstance(document, str) else json.dumps(document))
        return path

    return write


def process(*words, **environment):
    words = [str(word) for word in words]
    return subprocess.run(
        [*COMMAND, *words], capture_output=True, env={**os.environ, **environment}, timeout=300
    )


@pytest.mark.parametrize("alias", [False, True])
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("c.json", ["reduce", "IN", "--to", "query-selection", "-o", "OUT"]),
        ("t.csv", ["build", "IN", "--outcome", "buys", "-o", "OUT"]),
        ("n.svg", ["plot", "IN", "-o", "OUT"]),
        ("n.lp", ["solve", "IN", "--method", "lp", "--write-model", "OUT"]),
        ("s.json", ["study", "IN", "-o", "OUT"]),
    ],
)
def test_a_command_does_not_write_over_what_it_reads(tmp_path, written, name, words, alias):
    text = {
        "c.json": json.dumps(COVER),
        "t.csv": "age,buys\nold,1\nyoung,0\n",
        "s.json": json.dumps({"name": "s", "blocks": [BLOCK]}),
    }.get(name, '{"kind": "binary-persuasion", "weights": [1], "beliefs": [0.4]}')
    path = written(name, text)
    output = path
    if alias:
        output = tmp_path / f"other{path.suffix}"
        output.symlink_to(path)
    done = run(*({"IN": path, "OUT": output}.get(word, word) for word in words))
    assert done.exit_code == 2
    assert "is read by this command; write to another file" in done.stderr
    assert path.read_text() == text


@pytest.mark.parametrize("text", ["buy milk", json.dumps(COVER)])
def test_a_study_does_not_write_to_a_file_that_is_not_its_own(written, text):
    spec = written("s.json", {"name": "s", "blocks": [BLOCK]})
    note = written("note.txt", text)
    done = run("study", spec, "-o", note)
    assert done.exit_code == 2
    assert "note.txt: line 1 is not a run of a study" in done.stderr
    assert note.read_text() == text


def test_labels_that_a_terminal_cannot_show_are_escaped(written):
    path = written("f.json", STATES)
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = process("solve", path, **ascii_only)
    assert done.returncode == 0, done.stderr
    assert b"h\\xe4\\xdflich" in done.stdout
    assert b"\\u65e5\\u672c    everyone" in done.stdout
    assert b"Receivers expect 1.5" in done.stdout
    assert b"codec" not in done.stderr


def test_errors_about_labels_that_a_terminal_cannot_show_are_escaped(written):
    wrong = {**STATES, "kind": "schön"}
    done = process("solve", written("f.json", wrong), LC_ALL="C", PYTHONIOENCODING="ascii")
    assert done.returncode == 2
    assert b"kind is" in done.stderr
    assert b"Traceback" not in done.stderr


def test_finite_answers_name_states_types_and_actions(written):
    document = json.loads(process("solve", written("f.json", STATES), "--json").stdout)
    policy = document["policy"]
    assert policy["states"] == ["schön", "häßlich"]
    assert policy["types"] == ["Ärger"]
    for message in policy["messages"]:
        assert message["action_names"] == [STATES["actions"][a] for a in message["actions"]]
    assert {name for m in policy["messages"] for name in m["action_names"]} == {"nein", "日本"}


def test_a_message_that_is_never_sent_is_not_shown(written):
    path = written("n.json", {"kind": "binary-persuasion", "weights": [1], "beliefs": ["3/5"]})
    done = run("solve", path, "--method", "lp")
    assert done.exit_code == 0
    rows = [line.split() for line in done.stdout.splitlines()]
    assert not [row for row in rows if row[1:3] == ["0", "0"]]
    assert [row for row in rows if row[1:3] == ["1", "1"]]


def test_the_answer_that_solve_printed_is_what_reduce_reads(tmp_path, written):
    cover = written("c.json", COVER)
    target, answer = tmp_path / "q.json", tmp_path / "a.json"
    made = process("reduce", cover, "--to", "query-selection", "-o", target)
    assert made.returncode == 0, made.stderr
    # Warnings of libraries go to standard error, which is not redirected.
    loud = "import warnings; warnings.warn('look out', stacklevel=1); "
    for method in ("auto", "mip"):
        with answer.open("wb") as file:
            words = ["solve", str(target), "--method", method, "--json"]
            done = subprocess.run(
                [*COMMAND[:-1], loud + COMMAND[-1], *words],
                stdout=file,
                stderr=subprocess.PIPE,
                timeout=300,
            )
        assert done.returncode == 0
        assert b"look out" in done.stderr
        back = process("reduce", cover, "--to", "query-selection", "--answer", answer, "--json")
        assert back.returncode == 0, back.stderr
        found = json.loads(back.stdout)
        assert found["optimum"]["lowest"] == found["optimum"]["highest"] == 2
        assert set(found["queries"]) in ({0, 1}, {0, 2})


def test_what_libraries_write_below_python_is_not_in_the_answer(written):
    path = written("n.json", {"kind": "binary-persuasion", "weights": [1], "beliefs": ["3/5"]})
    loud = "import os, suasion.solvers.binary.messaging as m; f = m.closed_form; "
    loud += "m.closed_form = lambda *a: (os.write(1, b'A banner\\n'), f(*a))[1]; "
    command = [*COMMAND[:-1], loud + COMMAND[-1], "solve", path, "--json"]
    done = subprocess.run(command, capture_output=True, timeout=300)
    assert json.loads(done.stdout)["status"] == "optimal"
    assert done.stderr == b"A banner\n"


@pytest.mark.parametrize("text", ["", "[]", "3", '{"status": "optimal"}', "no json", '{"a": NaN}'])
def test_what_solve_did_not_print_is_refused_by_reduce(written, text):
    answer, cover = written("a.json", text), written("c.json", COVER)
    done = run("reduce", cover, "--to", "query-selection", "--answer", answer)
    assert done.exit_code == 2
    assert "a.json: is no answer to the reduced instance" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("tree", "said"), [(True, "adaptive is False"), (False, "3 queries are asked, and the budget")]
)
def test_an_answer_that_the_reduced_instance_does_not_allow_is_refused(written, tree, said):
    cover = written("c.json", COVER)
    document = {"status": "optimal", "value": 1, "bound": 1, "tree": None, "queries": [0, 1, 2]}
    if tree:
        leaves = [{"answer": a, "node": {"cell": a}} for a in (0, 1)]
        document |= {"tree": {"query": 0, "children": leaves}, "queries": None}
    words = ("reduce", cover, "--to", "query-selection", "--budget", "2")
    done = run(*words, "--answer", written("a.json", document))
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_bug_shows_its_traceback_and_is_not_called_bad_input(written, monkeypatch):
    def broken(*words, **options):
        raise ValueError("zip() argument 2 is shorter than argument 1")

    monkeypatch.setattr(solving, "compare_methods", broken)
    done = run("verify", written("c.json", COVER))
    assert type(done.exception) is ValueError
    assert done.exit_code not in (0, application.BAD_INPUT)


@pytest.mark.parametrize("said", ["", "Unable to allocate 8. GiB for an array."])
def test_out_of_memory_is_a_sentence(written, monkeypatch, said):
    def broken(*words, **options):
        raise MemoryError(*([said] if said else []))

    monkeypatch.setattr(solving, "solve_problem", broken)
    done = run("solve", written("c.json", COVER))
    assert done.exit_code == application.BAD_INPUT
    assert done.stderr.startswith("suasion: the memory does not suffice")
    assert done.stderr.endswith("; use a smaller instance, or another method.\n")
    assert said.rstrip(".") in done.stderr
