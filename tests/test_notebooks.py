"""The notebooks are true: each runs from top to bottom as it is committed, without outputs."""

import ast
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
# Machine code is compiled when it is first used on a machine.
CELL_SECONDS = 300
LONGEST_CELL = 20

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path):
    return nbformat.read(path, as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_the_notebooks_are_numbered_from_1():
    assert len(NOTEBOOKS) >= 7
    assert [path.stem[:3] for path in NOTEBOOKS] == [f"{i + 1:02}_" for i in range(len(NOTEBOOKS))]


@each_notebook
def test_a_notebook_runs_from_top_to_bottom_and_becomes_a_page(path):
    notebook = read(path)
    client = NotebookClient(
        notebook, timeout=CELL_SECONDS, resources={"metadata": {"path": str(FOLDER)}}
    )
    client.execute()
    assert [cell.execution_count for cell in code(notebook)] == list(
        range(1, len(code(notebook)) + 1)
    )
    outputs = [output for cell in code(notebook) for output in cell.outputs]
    assert not [o.text for o in outputs if o.get("name") == "stderr"]
    page, _ = HTMLExporter().from_notebook_node(notebook)
    pictures = sum("image/png" in o.get("data", {}) for o in outputs)
    assert page.count('src="data:image/png') == pictures >= 1


@each_notebook
def test_a_notebook_is_valid_and_its_outputs_are_stripped(path):
    notebook = read(path)
    nbformat.validate(notebook)
    assert all(not cell.outputs and cell.execution_count is None for cell in code(notebook))
    assert notebook.metadata.kernelspec.name == "python3"


@each_notebook
def test_a_notebook_begins_with_its_question_and_ends_with_what_to_try_next(path):
    first, *_, last = read(path).cells
    assert re.match(r"# .+\n\n\*\*[^*]+\?[^*]*\*\*\n", first.source)
    assert last.source.startswith("## Try next\n") or "\n## Try next\n" in last.source


@each_notebook
def test_cells_are_short_and_claims_are_asserted(path):
    cells = [cell.source for cell in code(read(path))]
    assert max(len(source.splitlines()) for source in cells) <= LONGEST_CELL
    statements = [node for source in cells for node in ast.walk(ast.parse(source))]
    assert any(isinstance(node, ast.Assert) for node in statements)


def test_the_readme_lists_every_notebook():
    readme = (FOLDER / "README.md").read_text()
    assert re.findall(r"\]\((.+?\.ipynb)\)", readme) == [path.name for path in NOTEBOOKS]


@each_notebook
def test_links_to_files_of_the_repository_lead_somewhere(path):
    text = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    for target in re.findall(r"\]\((?!https?://)([^)#]+)", text):
        assert (FOLDER / target).exists(), target
