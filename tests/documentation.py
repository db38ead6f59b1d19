"""Pages of documentation as blocks of code, and how each kind of block is run."""

import doctest
import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from suasion import load
from suasion.cli import app
from suasion.studies import load_study

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [
    README,
    *(page for page in sorted((ROOT / "docs").rglob("*.md")) if "_build" not in page.parts),
]
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
SAVED = re.compile(r"Save this as `([\w.]+)`:\s*\Z")
FENCE = re.compile(r"^( *)```([^\n`]*)\n(.*?)^\1```$", re.M | re.S)


@dataclass(frozen=True)
class Block:
    """A fenced block: its page, line, language (what follows the fence) and text.

    `file` is the name under which the line above tells the reader to save the block, if it does.
    """

    page: Path
    line: int
    language: str
    text: str
    file: str | None = None

    @property
    def kind(self):
        """python, cell, console, json, scripts or text (not code); others are an error."""
        words = self.language.split()
        first = words[0] if words else ""
        if first == "{code-cell}":
            return "cell"
        # Directives of Sphinx arrange pages; what they hold is not run by a reader.
        if first.startswith("{") or first in ("bibtex", "text"):
            return "text"
        if first in ("", "console") and re.search(r"^\$ ", self.text, re.M):
            return "console"
        if first == "python" and ">>>" in self.text:
            return "python"
        if first == "json":
            return "json"
        if not first and re.fullmatch(r"(python \w+/\w+\.py\n)+", self.text):
            return "scripts"
        # The first block of the README installs the package and runs these tests.
        if self.page == README and not first and self.text.startswith("python3 -m venv"):
            return "text"
        return f'unknown: "{self.language}"'

    @property
    def needs_a_cluster(self):
        """Whether commands start processes that stay; a test of their own runs them."""
        return re.search(r"^\$ dask ", self.text, re.M) is not None

    @property
    def commands(self):
        """Commands of a console block, each with the output shown below it."""
        found = []
        for line in self.text.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
        return [(command, "\n".join(shown).strip()) for command, shown in found]


def blocks(page):
    """The blocks of a page, top to bottom."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in FENCE.finditer(text):
        before = text[: match.start()]
        saved = SAVED.search(before)
        found.append(
            Block(page, before.count("\n") + 1, match[2].strip(), match[3], saved and saved[1])
        )
    return found


class PageRunner:
    """Runs the blocks of a page in order, in the present folder; each sees what came before."""

    def __init__(self):
        self.names, self.cell_names = {}, {"__name__": "__main__"}
        self.cli = CliRunner()

    def run(self, block):
        """Run one block; AssertionError if it fails or shows something else."""
        assert not block.kind.startswith("unknown"), block
        getattr(self, f"_{block.kind}")(block)

    def _text(self, block):
        pass

    def _python(self, block):
        case = doctest.DocTestParser().get_doctest(
            block.text, self.names, block.page.name, str(block.page), block.line
        )
        assert case.examples, block
        failures = []
        runner = doctest.DocTestRunner(optionflags=OPTIONS)
        runner.run(case, out=failures.append, clear_globs=False)
        self.names = case.globs
        assert not failures, "".join(failures)

    def _cell(self, block):
        source = re.sub(r"\A(:[^\n]*\n)+", "", block.text)
        exec(compile(source, f"{block.page.name}:{block.line}", "exec"), self.cell_names)

    def _scripts(self, block):
        # Minutes each; tests of their own run them on little data.
        for script in re.findall(r"python (\S+)", block.text):
            assert (ROOT / script).exists(), script

    def _json(self, block):
        document = json.loads(block.text)
        if block.file:
            Path(block.file).write_text(block.text, encoding="utf-8")
        if "blocks" in document:
            load_study(document)
        elif "kind" in document:
            load(document)

    def _console(self, block):
        if block.needs_a_cluster:
            return
        for command, shown in block.commands:
            words = shlex.split(command, comments=True)
            assert words[0] == "suasion", f"{command}: nothing runs it"
            if ">" in words:
                words, target = words[: words.index(">")], words[words.index(">") + 1]
            else:
                target = None
            result = self.cli.invoke(app, words[1:])
            assert result.exit_code == 0, f"{command}\n{result.output}"
            assert result.stdout, command
            if target:
                Path(target).write_text(result.stdout, encoding="utf-8")
            if shown:
                same = doctest.OutputChecker().check_output(
                    shown + "\n", result.stdout, doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
                )
                assert same, f"{command}\nshown:\n{shown}\nprinted:\n{result.stdout}"
