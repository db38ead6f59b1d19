"""README and docs are true: their Python runs and their commands exit with status 0."""

import doctest
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from suasion.cli import app

README = Path(__file__).parents[1] / "README.md"
PAGES = [README, *sorted((README.parent / "docs").glob("*.md"))]


def blocks(language, page=README):
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(), re.M | re.S)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_in_the_documentation_runs(page):
    found = doctest.testfile(str(page), module_relative=False)
    assert found.attempted >= 2 * len(blocks("python", page))
    assert found.failed == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_in_the_documentation_exit_with_status_0(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = [line[2:] for block in blocks("console", page) for line in block.splitlines()]
    assert len(lines) > 5 or page != README
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


@pytest.mark.parametrize(
    "word", ["solve", "verify", "build", "generate", "examples", "ask", "reduce", "study", "plot"]
)
def test_help_of_each_command_shows_an_example(word):
    assert "Example: suasion" in CliRunner().invoke(app, [word, "--help"]).stdout


def test_figures_of_the_gallery_are_those_that_its_script_draws():
    page = README.parent / "docs" / "plots.md"
    shown = re.findall(r"^!\[[^\]]+\]\((figures/[\w-]+\.png)\)$", page.read_text(), re.M)
    drawn = sorted(path.name for path in (page.parent / "figures").iterdir())
    assert sorted(Path(name).name for name in shown) == drawn
    # The script finds a block of code above each.
    source = (page.parent / "draw_figures.py").read_text()
    pattern = re.search(r'^BLOCK = (r".*")$', source, re.M).group(1)
    targets = [name for _, name in re.findall(eval(pattern), page.read_text(), re.M | re.S)]
    assert [name for name in targets if name] == shown
