"""The file of results: nothing that was written is lost, wherever the writing stopped."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suasion import InputError
from suasion.studies import load_study, read_results
from suasion.studies.results_file import open_results
from suasion.studies.runs import identity, recorded


def records(count, **outcome):
    block = {"family": "low", "sizes": [3], "methods": ["lp"], "seeds": {"count": count}}
    runs = load_study({"name": "s", "blocks": [block]}).runs()
    return [recorded(vars(run), {"value": 0.5, **outcome}, "s", 1) for run in runs]


def written(path, lines):
    with open_results(path, "s") as file:
        for line in lines:
            file.append(line)


@settings(deadline=None)
@given(st.integers(1, 4), st.data())
def test_a_file_cut_off_at_any_byte_keeps_every_whole_line_and_goes_on(count, data):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.jsonl"
        lines = records(count)
        written(path, lines)
        whole = path.read_bytes()
        ends = [i + 1 for i, byte in enumerate(whole) if byte == ord("\n")]
        near = st.sampled_from(ends).flatmap(lambda e: st.integers(max(0, e - 2), e))
        cut = data.draw(near | st.integers(0, len(whole)))
        path.write_bytes(whole[:cut])
        # A line that lacks only its end counts.
        kept = sum(cut >= end - 1 for end in ends)
        assert read_results(path) == lines[:kept]
        with open_results(path, "s") as file:
            assert list(file.records.values()) == lines[:kept]
            for line in lines[kept:]:
                file.append(line)
        assert path.read_bytes() == whole


def test_the_last_attempt_counts_and_the_first_stays(tmp_path):
    path = tmp_path / "r.jsonl"
    first, other = records(2, status="failed", error="no luck")
    again = {**first, "status": "optimal", "error": None, "attempt": 2}
    written(path, [first, other, again])
    assert read_results(path) == [again, other]
    assert len(path.read_text().splitlines()) == 3


@pytest.mark.parametrize("text", ["no json\n", "{}\n", "3\n", '{"study": "s"}\n', "\n"])
def test_a_file_that_holds_something_else_is_refused_and_stays(tmp_path, text):
    path = tmp_path / "r.jsonl"
    line = json.dumps(records(1)[0]) + "\n"
    path.write_text(line + text + line)
    before = path.read_bytes()
    with (
        pytest.raises(ValueError, match=r"r\.jsonl: line 2 is not a run"),
        open_results(path, "s"),
    ):
        pass
    with pytest.raises(ValueError, match=r"r\.jsonl: line 2 is not a run"):
        read_results(path)
    assert path.read_bytes() == before


def test_runs_of_another_study_are_refused_and_stay(tmp_path):
    path = tmp_path / "r.jsonl"
    written(path, records(2))
    before = path.read_bytes()[:-5]  # and a cut off line is not removed from a foreign file
    path.write_bytes(before)
    with pytest.raises(ValueError, match='holds runs of the study "s" and this one is "t"'):
        open_results(path, "t").__enter__()
    assert path.read_bytes() == before


def test_numbers_that_json_does_not_have_are_never_written(tmp_path):
    path = tmp_path / "r.jsonl"
    with open_results(path, "s") as file, pytest.raises(ValueError, match="JSON compliant"):
        file.append({**records(1)[0], "value": float("nan")})
    assert path.read_bytes() == b""


@pytest.mark.skipif(sys.platform == "win32", reason="no such locks")
def test_two_studies_do_not_write_to_one_file(tmp_path):
    path = tmp_path / "r.jsonl"
    code = (
        "import sys; from suasion.studies.results_file import open_results\n"
        "from pathlib import Path\n"
        "with open_results(Path(sys.argv[1]), 's'): pass"
    )
    with open_results(path, "s"):
        done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True)
    assert "another study is writing to this file" in done.stderr
    written(path, records(1))


def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path):
    for path in (tmp_path, tmp_path / "none" / "r.jsonl"):
        with pytest.raises(ValueError, match=r"cannot be written: .*\."):
            open_results(path, "s").__enter__()
    with pytest.raises(ValueError, match=r"cannot be read: .*\."):
        read_results(tmp_path / "none.jsonl")


def test_every_line_is_on_the_disk_when_append_returns(tmp_path, monkeypatch):
    path, synced = tmp_path / "r.jsonl", []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda d: (synced.append(path.read_bytes()), real(d)))
    lines = records(3)
    written(path, lines)
    assert [len(content.splitlines()) for content in synced] == [1, 2, 3]
    assert {identity(json.loads(line)) for line in synced[-1].splitlines()} == {
        identity(line) for line in lines
    }


@pytest.mark.parametrize(
    "text",
    [
        "buy milk",
        '{"kind": "binary-persuasion", "weights": [1], "beliefs": [0.5]}',
        '{"name": "s", "blocks": []}',
        '{"study": "t", "family"',
        "\n \n3",
        "caf\xe9",
    ],
)
@pytest.mark.parametrize("before", [0, 2])
def test_a_last_line_that_is_not_of_this_study_is_no_line_cut_off(tmp_path, text, before):
    path = tmp_path / "r.jsonl"
    lines = "".join(json.dumps(record) + "\n" for record in records(3)[:before])
    path.write_text(lines + text, encoding="latin-1")
    content = path.read_bytes()
    with (
        pytest.raises(InputError, match=r"r\.jsonl: line \d is not a run of a study but"),
        open_results(path, "s"),
    ):
        pass
    assert path.read_bytes() == content


@pytest.mark.parametrize("kept", [1, 5, 11, 14, 40])
def test_a_first_line_that_was_cut_off_is_removed(tmp_path, kept):
    path = tmp_path / "r.jsonl"
    path.write_bytes(json.dumps(records(1)[0]).encode()[:kept])
    with open_results(path, "s") as file:
        assert file.records == {}
    assert path.read_bytes() == b""
