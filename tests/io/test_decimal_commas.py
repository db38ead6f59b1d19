"""Decimal commas and files of costs."""

import re
from fractions import Fraction

import pytest

from suasion import InputError
from suasion.io import read_costs, read_table


def table(tmp_path, text, **options):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    return read_table(path, **options)


def test_a_decimal_comma_is_found_where_commas_do_not_separate_fields(tmp_path):
    found = table(tmp_path, "w;q;n\n3,5;a,b;1.234,5\n1;c;NA\n,25;d;2\n")
    assert found == {"w": ["3.5", "1", ".25"], "q": ["a,b", "c", "d"], "n": ["1234.5", "NA", "2"]}


def test_in_a_file_separated_by_commas_a_decimal_comma_is_declared(tmp_path):
    text = 'w,q\n"3,5",a\n1,b\n'
    assert table(tmp_path, text)["w"] == ["3,5", "1"]
    assert table(tmp_path, text, decimal=",")["w"] == ["3.5", "1"]


def test_commas_of_thousands_are_ambiguous_until_declared(tmp_path):
    text = "income;q\n1,234;a\n999;b\n"
    sentence = "income[0] is '1,234', which may be 1.234 or 1234; say what separates decimals"
    with pytest.raises(InputError, match=re.escape(sentence)):
        table(tmp_path, text)
    assert table(tmp_path, text, decimal=",")["income"] == ["1.234", "999"]
    assert table(tmp_path, text, decimal=".")["income"] == ["1234", "999"]
    assert table(tmp_path, "i;q\n0,123;a\n1,234;b\n")["i"] == ["0.123", "1.234"]
    with pytest.raises(InputError, match="decimal is ';'; give a comma or a point"):
        table(tmp_path, text, decimal=";")


def test_choices_separated_by_commas_stay_as_they_are(tmp_path):
    assert table(tmp_path, "c;q\n1,2;a\n3;b\n", verbatim=["c"])["c"] == ["1,2", "3"]


def test_costs_are_read_by_question(tmp_path):
    path = tmp_path / "costs.csv"
    path.write_text("question;cost\nage;0,5\ntown;1/3\n")
    assert read_costs(path) == {"age": Fraction(1, 2), "town": Fraction(1, 3)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,cost\na,1\n", "has the columns name, cost; give question and cost"),
        ("question,cost\na,1\na,2\n", "question[1] is 'a' again"),
        ("question,cost\na,x\n", "cost[0] is 'x', which is not a number"),
        ("question,cost\na,-1\n", "cost[0] is -1; give a number >= 0"),
    ],
)
def test_costs_that_make_no_sense_are_refused(tmp_path, text, words):
    path = tmp_path / "costs.csv"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_costs(path)
    assert words in str(caught.value)
