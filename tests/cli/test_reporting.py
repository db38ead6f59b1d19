"""The command report: a page, or one sentence and nothing written."""

import json

import pytest
from command_line import run
from pages import Reader

import suasion

FEW = ("--repeats", 1, "--folds", 2, "--halves", 1, "--permutations", 1, "--jobs", 1)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "zoo.json"
    suasion.save(suasion.example("zoo-questions").with_budget(1), path)
    return path


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "people.csv"
    rows = [f"{j % 2},{j % 3},{'x' if j % 2 and j % 5 else 'y'}" for j in range(120)]
    path.write_text("\n".join(["a,b,chose", *rows]))
    return path


def test_a_page_has_the_numbers_of_solve(file, tmp_path):
    page = tmp_path / "r.html"
    done = run("report", file, "-o", page)
    assert done.exit_code == 0
    assert done.stdout == f"{page}: a report on zoo.json (optimal).\n"
    solved = json.loads(run("solve", file, "--json").stdout)
    reader = Reader(page.read_text())
    assert {solved["value"], *(cell["value"] for cell in solved["cells"])} <= set(reader.numbers)
    assert suasion.solve(suasion.example("zoo-questions").with_budget(0)).value in reader.numbers


def test_options_that_were_given_are_listed_and_others_are_not(file, tmp_path):
    page = tmp_path / "r.html"
    run("report", file, "--method", "greedy", "-o", page)
    text = Reader(page.read_text()).text
    assert "--method" in text
    assert "greedy" in text
    assert "--seed" not in text
    assert str(tmp_path) not in text


def test_a_page_of_a_table_has_the_numbers_of_assess(table, tmp_path):
    about = (table, "--outcome", "chose", "--positive", "x", "--budget", 1, *FEW)
    page = tmp_path / "r.html"
    done = run("report", *about, "-o", page)
    assert (done.exit_code, done.stdout) == (0, f"{page}: a report on people.csv.\n")
    found = json.loads(run("assess", *about, "--json").stdout)
    reader = Reader(page.read_text())
    assert found["verdict"] in reader.text
    assert {found["promised"], found["gain"]["consistent"]["value"]} <= set(reader.numbers)
    assert "with chose = x" in reader.text
    assert "if chose not x" in reader.text


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["table", "-o", "r.html"], "is a table; name the column of the state with --outcome."),
        (["file", "-o", "r.html", "--weight", "w"], "--weight is about a table"),
        (["file", "-o", "r.html", "--budget", "2"], "--budget is about a table"),
        (["file", "-o", "r.txt"], "is no page; give a file that ends in .html."),
        (["file", "-o", "no/r.html"], "there is no folder"),
        (["file", "-o", "r.html", "--method", "guess"], '"guess"'),
        (["table", "-o", "r.html", "--outcome", "gone"], "gone"),
    ],
)
def test_bad_input_is_one_sentence_and_nothing_is_written(file, table, tmp_path, given, sentence):
    names = {"file": file, "table": table}
    outputs = ("r.html", "r.txt", "no/r.html")
    words = [names.get(word, tmp_path / word if word in outputs else word) for word in given]
    before = sorted(tmp_path.iterdir())
    done = run("report", *words)
    assert done.exit_code == 2
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert sorted(tmp_path.iterdir()) == before


def test_the_file_that_is_read_is_not_replaced(table, tmp_path):
    page = tmp_path / "people.html"
    table.rename(page)
    before = page.read_text()
    done = run("report", page, "--outcome", "chose", "--positive", "x", "-o", page)
    assert done.exit_code == 2
    assert "is read by this command" in done.stderr
    assert page.read_text() == before


def test_an_instance_without_an_answer_in_time_has_no_page(tmp_path, monkeypatch):
    from suasion.results import Result, Status

    nothing = Result(Status.NO_ANSWER, "mip")
    monkeypatch.setattr("suasion.cli.reporting.solve", lambda *given, **options: nothing)
    path = tmp_path / "two.json"
    suasion.save(suasion.example("two-sides"), path)
    done = run("report", path, "-o", tmp_path / "r.html")
    assert done.exit_code == 3
    assert "no page is written" in done.stderr
    assert not (tmp_path / "r.html").exists()
