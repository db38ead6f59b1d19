import json
from fractions import Fraction
from importlib.resources import files

import pytest

from suasion import QuerySelection, solve
from suasion.examples.catalogue import catalogue, example_text
from suasion.io import load, read_table

TABLES = {"heart": 237, "hepatitis": 123, "car": 1382, "zoo": 101, "lymph": 148}


@pytest.mark.parametrize("entry", catalogue(), ids=lambda entry: entry.name)
def test_every_example_has_exactly_its_known_value(entry):
    document = json.loads(example_text(entry.name))
    problem = load(document)
    assert document["kind"] == entry.kind
    result = solve(problem, exact=True)
    assert result.exact
    assert result.exact_value == Fraction(entry.value)
    assert abs(solve(problem).value - Fraction(entry.value)) < 1e-12


def test_names_are_distinct_and_sources_are_given():
    names = [entry.name for entry in catalogue()]
    assert len(set(names)) == len(names)
    assert all(entry.source for entry in catalogue())


def test_an_unknown_example_is_a_sentence_with_the_nearest_name():
    with pytest.raises(ValueError, match=r'no example "new".*did you mean "news"'):
        example_text("new")


@pytest.mark.parametrize(("name", "rows"), TABLES.items())
def test_tables_have_their_rows_and_become_instances(name, rows):
    table = read_table(str(files("suasion.examples") / f"{name}.csv"))
    outcome = next(iter(table))
    assert len(table[outcome]) == rows
    problem = QuerySelection.from_table(table, outcome, budget=1)
    assert problem.persuasion.rational
    assert sum(problem.persuasion.numbers(exact=True)[0]) == 1


def test_the_heart_example_is_what_build_makes_of_its_table():
    table = read_table(str(files("suasion.examples") / "heart.csv"))
    built = QuerySelection.from_table(table, "disease", budget=3)
    assert built == load(json.loads(example_text("heart-questions")))
