"""Side constraints, discounts and fees as they are given, said and kept."""

import json
from fractions import Fraction

import pytest
from command_line import run
from jsonschema import Draft202012Validator

import suasion
from suasion import (
    BinaryPersuasion,
    InputError,
    PartitionQueries,
    QuerySelection,
    QuerySet,
    ThresholdQueries,
    load,
    save,
)
from suasion.io.documents import schema
from suasion.models.queries.rule_input import read_rules
from suasion.reductions.queries_to_set_cover import QueriesToSetCover

F = Fraction
PAIR = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
SPLIT, WHOLE = [[0], [1]], [[0, 1]]
NAMED = PartitionQueries({"a": SPLIT, "b": WHOLE, "2": SPLIT})
ROW = {"coefficients": {"a": "1/3", "b": 0.5}, "lower": None, "upper": 1}
FEE = {"group": ["a", 1], "fee": "1/7"}
DISCOUNT = {"queries": ["a", "2"], "amount": "1/50"}


def ruled(**given):
    return QuerySelection(PAIR, NAMED, **given)


def test_rules_are_saved_and_read_as_they_were_given(tmp_path):
    question = ruled(budget=1, costs="1/100", constraints=[ROW], discounts=[FEE, DISCOUNT])
    save(question, tmp_path / "ruled.json")
    document = json.loads((tmp_path / "ruled.json").read_text())
    assert document["constraints"] == [{"coefficients": {"a": "1/3", "b": 0.5}, "upper": 1}]
    assert document["discounts"] == [
        {"group": ["a", "b"], "fee": "1/7"},
        {"queries": ["a", "2"], "amount": "1/50"},
    ]
    assert list(Draft202012Validator(schema()).iter_errors(document)) == []
    assert load(tmp_path / "ruled.json") == question
    assert question != question.with_rules([ROW], [FEE])


def test_the_schema_refuses_what_the_constructor_does():
    validator = Draft202012Validator(schema())
    for field, entry in [
        ("constraints", {"coefficients": {}, "upper": 1}),
        ("constraints", {"upper": 1}),
        ("constraints", {"coefficients": {"a": 1}, "uper": 1}),
        ("discounts", {"queries": [], "amount": 1}),
        ("discounts", {"queries": ["a"], "fee": 1}),
        ("discounts", {"group": ["a"], "fee": "much"}),
    ]:
        document = ruled().to_dict() | {field: [entry]}
        assert list(validator.iter_errors(document))
        with pytest.raises(InputError):
            load(document)


@pytest.mark.parametrize(
    ("field", "entry", "words"),
    [
        ("constraints", 3, r"constraints\[0\] is 3; give a mapping with coefficients"),
        ("constraints", {"upper": 1}, r"constraints\[0\].coefficients is missing; add it"),
        ("constraints", {"coefficients": {}}, r"\[0\].coefficients is \{\}; give a number for"),
        ("constraints", {"coefficients": [1], "upper": 1}, r"coefficients is \[1\]; give a"),
        ("constraints", {"coefficients": {"a": 1}}, "has neither lower nor upper; give one"),
        ("constraints", ROW | {"uper": 1}, "has the field 'uper'; the fields are coefficients, l"),
        ("constraints", ROW | {"lower": 2}, r"\[0\].lower is 2, above upper 1; exchange them"),
        ("constraints", ROW | {"lower": "x"}, r"\[0\].lower is 'x', which is not a number"),
        ("constraints", {"coefficients": {"c": 1}, "upper": 1}, "names query 'c'; choose from a"),
        ("constraints", {"coefficients": {3: 1}, "upper": 1}, "query 3; .* number from 0 to 2"),
        ("constraints", {"coefficients": {"a": 1, 0: 2}, "upper": 1}, "has query 0 twice"),
        (
            "constraints",
            {"coefficients": {"a": float("nan")}, "upper": 1},
            r"coefficients\['a'\] is nan; give a finite number",
        ),
        ("discounts", 3, r"discounts\[0\] is 3; give a mapping with queries and amount"),
        ("discounts", {"queries": ["a"]}, r"discounts\[0\].amount is missing; add it"),
        ("discounts", {"group": ["a"]}, r"discounts\[0\].fee is missing; add it"),
        ("discounts", {"queries": ["a"], "fee": 1}, "'queries'; the fields are group, fee"),
        ("discounts", {"queries": [], "amount": 1}, r"queries is empty; name at least one query"),
        ("discounts", {"queries": "ab", "amount": 1}, "queries is 'ab'; give a list of queries"),
        ("discounts", {"queries": ["a", 0], "amount": 1}, r"queries\[1\] is 0 again; name it"),
        ("discounts", {"queries": [True], "amount": 1}, r"queries\[0\] names query True"),
        ("discounts", {"queries": ["a"], "amount": "1e400"}, "too large for a float; measure in"),
    ],
)
def test_what_cannot_be_a_rule_is_refused_in_a_sentence(field, entry, words):
    with pytest.raises(InputError, match=words):
        ruled(**{field: [entry]})


def test_a_list_of_rules_is_asked_for():
    with pytest.raises(InputError, match=r"constraints is a mapping.* give a list of constraints"):
        ruled(constraints=ROW)
    with pytest.raises(InputError, match="discounts is 'none'; give a list of discounts"):
        ruled(discounts="none")


def test_a_name_goes_before_a_number():
    """A query is called "2" and is the last of three; the file's keys are all text."""
    swapped = PartitionQueries([SPLIT, WHOLE], names=["1", "0"])
    question = QuerySelection(PAIR, swapped, discounts=[{"group": ["0"], "fee": 1}])
    assert question.rules.charges[0].queries == (1,)
    by_number = QuerySelection(PAIR, swapped, discounts=[{"group": [0], "fee": 1}])
    assert by_number.rules.charges[0].queries == (0,)
    assert load(by_number.to_dict()) == by_number != question


def test_rules_need_names_that_tell_queries_apart():
    twins = PartitionQueries([SPLIT, WHOLE], names=["a", "a"])
    with pytest.raises(InputError, match=r"names\[1\] is 'a' again"):
        QuerySelection(PAIR, twins, constraints=[{"coefficients": {0: 1}, "upper": 1}])
    assert not QuerySelection(PAIR, twins, constraints=[]).rules


def test_rules_are_about_listed_queries_that_are_asked_at_once():
    with pytest.raises(InputError, match=r'constraints are given and oracle.kind is "threshold"'):
        QuerySelection(PAIR, ThresholdQueries(), constraints=[ROW])
    with pytest.raises(InputError, match="discounts are given and adaptive is True"):
        ruled(discounts=[FEE], adaptive=True)
    with pytest.raises(InputError, match="constraints are given and adaptive is True"):
        ruled(constraints=[ROW], discounts=[FEE]).with_budget(1, adaptive=True)
    assert ruled(discounts=[FEE]).with_rules().with_budget(1, adaptive=True).adaptive


def test_frontiers_and_set_covers_say_that_they_have_no_rules():
    question = ruled(discounts=[FEE])
    with pytest.raises(InputError, match=r"discounts are given, and frontiers compare .* solve"):
        suasion.frontier(question, [0, 1])
    with pytest.raises(InputError, match="discounts are given, and a set cover has none"):
        QueriesToSetCover(question)


def test_sizes_and_repr_tell_of_rules():
    question = ruled(constraints=[ROW], discounts=[FEE, DISCOUNT])
    assert question.sizes() == {"types": 2, "queries": 3, "constraints": 1, "discounts": 2}
    assert repr(question).endswith("partition queries, constraints: 1, discounts: 2)")
    assert ruled().sizes() == {"types": 2, "queries": 3}


def test_rational_questions_have_rational_rules():
    assert ruled(discounts=[FEE, DISCOUNT]).rational
    assert not ruled(constraints=[ROW]).rational
    assert not ruled(discounts=[{"group": ["a"], "fee": 0.1}]).rational


def test_a_constraint_of_floats_allows_for_their_rounding_alone():
    names = ["a", "b", "c"]
    numbers = dict.fromkeys(names, 0.1)
    assert read_rules([{"coefficients": numbers, "upper": 0.3}], None, names).allows([0, 1, 2])
    assert read_rules([{"coefficients": numbers, "lower": 0.3}], None, names).allows([0, 1, 2])
    beyond = {"coefficients": numbers, "upper": 0.3 - 1e-8}
    assert not read_rules([beyond], None, names).allows([0, 1, 2])
    exact = {"coefficients": dict.fromkeys(names, "1/3"), "upper": "999999999999/1000000000000"}
    assert not read_rules([exact], None, names).allows([0, 1, 2])


def test_a_broken_constraint_is_named_with_its_sum():
    question = ruled(budget=1, constraints=[{"coefficients": {"a": 1, "b": 2}, "upper": "5/2"}])
    assert QuerySet([0, 1]).failures(question) == [
        "2 queries are asked, and the budget is 1",
        "constraints[0] adds up to 3, and upper is 5/2",
    ]
    lower = ruled(constraints=[{"coefficients": {"a": "1/3"}, "lower": "1/4"}])
    assert QuerySet([1]).failures(lower) == ["constraints[0] adds up to 0, and lower is 1/4"]


def test_solve_shows_what_fees_and_discounts_make_of_the_cost(tmp_path):
    fees = [{"group": ["a"], "fee": "1/50"}]
    must = [{"coefficients": {"a": 1}, "lower": 1}]
    question = ruled(budget=1, costs="1/100", constraints=must, discounts=fees)
    save(question, tmp_path / "ruled.json")
    shown = run("solve", str(tmp_path / "ruled.json")).stdout
    assert "Ask 1 query: a (cost 0.03: 0.01 each by itself, +0.02 together)" in shown
    told = json.loads(run("solve", str(tmp_path / "ruled.json"), "--json").stdout)
    assert told["queries"] == [0]
    assert told["value"] == pytest.approx(0.6 - 0.03)
    assert run("verify", str(tmp_path / "ruled.json"), "--exact").exit_code == 0


def test_a_file_whose_rules_nothing_keeps_has_no_answer(tmp_path):
    question = ruled(budget=0, constraints=[{"coefficients": {"a": 1}, "lower": 1}])
    save(question, tmp_path / "none.json")
    solved = run("solve", str(tmp_path / "none.json"))
    assert (solved.exit_code, "infeasible" in solved.stdout) == (3, True)
    assert run("verify", str(tmp_path / "none.json")).exit_code == 0


def test_a_wrong_rule_in_a_file_is_one_sentence(tmp_path):
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(ruled().to_dict() | {"discounts": [{"group": ["z"], "fee": 1}]}))
    ended = run("solve", str(path))
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "discounts[0].group[0] names query 'z'; choose from a, b, 2" in ended.stderr
