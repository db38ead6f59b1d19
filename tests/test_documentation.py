"""README and docs are true: their code runs and their links lead somewhere."""

import inspect
import pkgutil
import re
import shlex
import socket
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from documentation import PAGES, README, ROOT, Block, PageRunner, blocks
from typer.testing import CliRunner

import suasion
from suasion.cli import app
from suasion.studies import read_results


def page_name(page):
    return str(page.relative_to(ROOT))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder to run a page in, where paths into the package are as in the repository."""
    (tmp_path / "suasion").symlink_to(ROOT / "suasion")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(plt, "show", lambda: None)
    plt.switch_backend("Agg")
    yield tmp_path
    plt.close("all")


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_every_block_of_code_in_the_documentation_runs(page, folder):
    runner = PageRunner()
    for block in blocks(page):
        runner.run(block)


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_every_block_in_the_documentation_is_code_that_runs_or_clearly_is_not(page):
    found = blocks(page)
    assert [block for block in found if block.kind.startswith("unknown")] == []
    assert page.read_text(encoding="utf-8").count("```") == 2 * len(found)
    for block in found:
        if block.kind == "text":
            assert not re.search(r"^(>>>|import |from \w+ import )", block.text, re.M), block


def test_the_documentation_shows_python_commands_and_files():
    kinds = Counter(block.kind for page in PAGES for block in blocks(page))
    assert kinds["python"] > 40
    assert kinds["console"] > 8
    assert kinds["cell"] > 3
    assert kinds["json"] > 3


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", ">>> 1 + 1\n3\n"),
        ("python", ">>> undefined\n"),
        ("{code-cell}", ":tags: [hide-input]\nassert 1 + 1 == 3\n"),
        ("console", "$ suasion solve no-such-file.json\n"),
        ("console", "$ suasion examples two-sides\nsomething else\n"),
        ("console", "$ nosuchprogram\n"),
        ("json", '{"kind": "set-cover"}\n'),
        ("json", '{"name": "x", "blocks": [{"family": "nothing"}]}\n'),
        ("bash", "suasion info\n"),
        ("python", "print(1)\n"),
        ("", "some output\n"),
        ("", "python findings/nothing.py\n"),
    ],
)
def test_a_block_that_is_wrong_is_found(language, text, folder):
    block = Block(README, 1, language, text)
    with pytest.raises((AssertionError, ValueError)):
        PageRunner().run(block)


def test_the_commands_for_a_cluster_run_a_study_on_one(folder):
    """As shown, with a scheduler and a single worker on this machine."""
    page = ROOT / "docs" / "how_to" / "run_on_a_cluster.md"
    (spec,) = [block for block in blocks(page) if block.file == "spec.json"]
    (block,) = [block for block in blocks(page) if block.needs_a_cluster]
    PageRunner().run(spec)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    here = {"host:8786": f"127.0.0.1:{port}", "--nworkers 8": "--nworkers 1"}
    own = {"scheduler": ["--host", "127.0.0.1", "--port", str(port)], "worker": []}
    started, results = [], folder / "results.jsonl"
    try:
        for command, _ in block.commands:
            for shown, used in here.items():
                command = command.replace(shown, used)
            words = shlex.split(command.replace("&", ""), comments=True)
            if words[0] == "dask":
                words = [sys.executable, "-m", *words, *own[words[1]], "--no-dashboard"]
                started.append(subprocess.Popen(words, stderr=subprocess.DEVNULL))
            elif words[0] == "suasion":
                result = CliRunner().invoke(app, words[1:])
                assert result.exit_code == 0, result.output
        assert len(started) == 2
        records = read_results(results)
        assert len(records) == 12
        assert {record["status"] for record in records} == {"optimal"}
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(timeout=30)


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_links_to_files_lead_to_files(page):
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text):
        assert (page.parent / target).exists(), target


def documented_names():
    """Names in the reference, each as module and path within it."""
    for page in sorted((ROOT / "docs" / "reference").glob("*.md")):
        text = page.read_text(encoding="utf-8")
        for module, names in re.findall(
            r"currentmodule:: (\S+)\n.*?:nosignatures:\n\n(.*?)\n```", text, re.S
        ):
            yield from ((module, name) for name in names.split())


def test_the_reference_has_every_public_name():
    listed = {name for module, name in documented_names() if module == "suasion"}
    assert set(suasion.__all__) - {"__version__"} <= listed


@pytest.mark.parametrize(("module", "name"), list(documented_names()))
def test_a_line_of_the_reference_is_a_whole_sentence(module, name):
    """Sphinx ends a summary at the first full stop, that of an abbreviation too."""
    found = pkgutil.resolve_name(f"{module}.{name}")
    first = inspect.getdoc(found).split("\n\n")[0]
    assert first.endswith((".", ":")), first
    assert not re.search(r"\b(Prop|Thm|Def|Sec|e\.g|i\.e)\. |\.\.\. ", first), first


def test_extras_that_the_documentation_installs_exist():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = {
        extra
        for page in PAGES
        for found in re.findall(r"'suasion\[([\w,]+)\]'", page.read_text(encoding="utf-8"))
        for extra in found.split(",")
    }
    assert named
    assert named <= set(extras["optional-dependencies"])


def test_the_first_code_block_is_two_lines_each_complete():
    first = blocks(README)[0].text.splitlines()
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
