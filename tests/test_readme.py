"""The README is true: its Python runs, its commands exit 0, its first block is two lines."""

import doctest
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from suasion.cli import app

README = Path(__file__).parents[1] / "README.md"


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README.read_text(), re.M | re.S)


def test_python_in_the_readme_runs():
    found = doctest.testfile(str(README), module_relative=False)
    assert found.attempted > 10
    assert found.failed == 0


def test_commands_in_the_readme_exit_with_status_0(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = [line[2:] for line in blocks("console")[0].splitlines()]
    assert len(lines) > 5
    for line in lines:
        words = shlex.split(line, comments=True)
        words, _, target = (words, "", "") if ">" not in words else _redirected(words)
        result = CliRunner().invoke(app, words[1:])
        assert result.exit_code == 0, line
        assert result.stdout, line
        if target:
            Path(target).write_text(result.stdout)


def _redirected(words):
    at = words.index(">")
    return words[:at], ">", words[at + 1]


def test_the_first_code_block_is_two_lines_each_complete():
    first = blocks("")[0].splitlines()
    assert len(first) == 2
    for line in first:
        assert line.startswith("python3 -m venv .venv && .venv/bin/pip install")
        assert "activate" not in line


@pytest.mark.parametrize("word", ["solve", "verify", "build", "generate", "examples", "ask"])
def test_help_of_each_command_shows_an_example(word):
    assert "Example: suasion" in CliRunner().invoke(app, [word, "--help"]).stdout
