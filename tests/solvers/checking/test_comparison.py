import json
import re
from dataclasses import replace

import pytest

from suasion import (
    BinaryPersuasion,
    Comparison,
    InputError,
    Result,
    Status,
    compare_methods,
    methods,
)
from suasion.examples.catalogue import catalogue, example_text
from suasion.io import load
from suasion.solvers.binary import messaging
from suasion.solvers.checking import comparison as module

SMALL = [e.name for e in catalogue() if "UCI" not in e.source] + ["heart-cuts"]


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("exact", [False, True])
def test_all_methods_agree_on_every_example(name, exact):
    found = compare_methods(load(json.loads(example_text(name))), exact=exact)
    assert found.agree, str(found)
    assert json.dumps(found.to_dict(), allow_nan=False)
    assert "<table>" in found._repr_html_()


def test_every_backend_is_compared():
    found = compare_methods(BinaryPersuasion(["1/2", "1/2"], ["2/5", "9/10"]))
    assert {row.solver for row in found.rows} >= {"highs", "pulp:CBC", "pulp:HiGHS"}
    short = next(row for row in found.rows if row.method == "published")
    assert short.difference == pytest.approx(53 / 60 - 221 / 250)


@pytest.mark.parametrize("shift", [-0.01, 0.01])
def test_a_method_with_a_wrong_value_is_found_out(monkeypatch, shift):
    instance = BinaryPersuasion(["1/2", "1/2"], ["2/5", "9/10"])
    honest = messaging.messaging_brute_force

    def wrong(problem, options):
        right = honest(problem, options)
        value = right.value + shift
        return Result(Status.OPTIMAL, "brute-force", value, value, right.answer, problem=problem)

    monkeypatch.setattr(messaging, "messaging_brute_force", wrong)
    found = compare_methods(instance)
    assert not found.agree
    verdict = next(row.verdict for row in found.rows if row.method == "brute-force")
    assert verdict.startswith("ABOVE" if shift > 0 else "BELOW")


def test_a_lower_bound_above_the_optimum_is_found_out(monkeypatch):
    instance = BinaryPersuasion(["1/2", "1/2"], ["2/5", "9/10"])

    def wrong(problem, options):
        return Result(Status.FEASIBLE, "published", 0.9, 0.95, problem=problem)

    monkeypatch.setattr(messaging, "published", wrong)
    assert not compare_methods(instance).agree


def test_a_bound_below_the_optimum_is_found_out(monkeypatch):
    instance = BinaryPersuasion(["1/2", "1/2"], ["2/5", "9/10"])
    honest = messaging.published

    def wrong(problem, options):
        right = honest(problem, options)
        return Result(Status.FEASIBLE, "published", right.value, 0.8835, problem=problem)

    monkeypatch.setattr(messaging, "published", wrong)
    assert not compare_methods(instance).agree


def test_what_is_too_large_is_listed_as_not_run():
    n = 2000
    instance = BinaryPersuasion([1 / n] * n, [i / n for i in range(n)])
    found = compare_methods(instance)
    assert found.agree
    row = next(row for row in found.rows if row.method == "brute-force")
    assert row.result is None
    assert row.verdict.startswith("not run: ")


def test_every_method_in_the_table_is_compared():
    instance = BinaryPersuasion([1], [0.25])
    compared = {row.method for row in compare_methods(instance).rows}
    assert set(methods(instance)) <= compared
    assert set(module.LOWER_BOUNDS) >= {"published", "greedy"}


def test_methods_that_agree_without_a_proof_do_not_disagree():
    from scipy.stats import beta

    found = compare_methods(BinaryPersuasion.discretize(beta(2, 5), 0.1))
    assert found.reference.status == "feasible"
    assert found.agree


def test_without_a_limit_other_opinions_have_one_and_the_output_says_so(monkeypatch):
    asked = []
    honest = module.solve

    def noted(problem, method="auto", **options):
        asked.append((method, options["time_limit"]))
        found = honest(problem, method, **options)
        if method != "lp":
            return found
        report = replace(found.report, raw_status="time limit")
        return replace(found, status=Status.FEASIBLE, report=report)

    monkeypatch.setattr(module, "solve", noted)
    found = compare_methods(BinaryPersuasion(["1/2", "1/2"], ["2/5", "9/10"]))
    assert asked[0] == ("auto", None)
    assert {limit for _, limit in asked[1:]} == {module.OPINION_LIMIT}
    assert found.note == "Stopped after 30 s each where status is not optimal."
    assert found.to_dict()["time_limit"] == 30
    given = compare_methods(BinaryPersuasion([1], ["2/5"]), time_limit=7)
    assert (asked[-1][1], given.time_limit) == (7, 7)


def test_ctrl_c_ends_the_comparison(monkeypatch):
    honest = module.solve

    def stopped(problem, method="auto", **options):
        found = honest(problem, method, **options)
        if method != "lp":
            return found
        report = replace(found.report, raw_status="interrupted")
        return replace(found, status=Status.FEASIBLE, report=report)

    monkeypatch.setattr(module, "solve", stopped)
    found = compare_methods(BinaryPersuasion(["1/2", "1/2"], ["2/5", "9/10"]))
    assert found.interrupted
    verdicts = [row.verdict for row in found.rows]
    assert verdicts.count("not run: interrupted") == len(verdicts) - 3


@pytest.mark.parametrize("crash", [ValueError("zip() argument 2 is shorter"), KeyError("x")])
def test_a_crash_in_a_method_does_not_read_as_not_run(monkeypatch, crash):
    def broken(problem, options):
        raise crash

    monkeypatch.setattr(messaging, "messaging_brute_force", broken)
    with pytest.raises(type(crash)):
        compare_methods(BinaryPersuasion(["1/2", "1/2"], ["2/5", "9/10"]))


def test_input_that_a_method_calls_wrong_does_not_read_as_not_run(monkeypatch):
    def broken(problem, options):
        raise InputError("weights[0] is -1.")

    monkeypatch.setattr(messaging, "messaging_brute_force", broken)
    with pytest.raises(InputError, match="weights"):
        compare_methods(BinaryPersuasion(["1/2", "1/2"], ["2/5", "9/10"]))


def test_columns_are_apart_however_long_names_and_words_are():
    instance = BinaryPersuasion(["1/2", "1/2"], ["2/5", "9/10"])
    found = compare_methods(instance)
    long = replace(found.rows[0], method="a-method-with-a-long-name", solver="pulp:A_LONG_NAME")
    text = str(Comparison(found.reference, (*found.rows, long)))
    for line, cells in zip(text.splitlines(), [*found.table(), ()], strict=True):
        assert not cells or re.split(" {2,}", line.strip()) == [c for c in cells if c]
    starts = {line.rindex("  ") for line in text.splitlines()}
    assert len(starts) == 1  # the last column begins at the same place in every line
