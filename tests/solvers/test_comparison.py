import json
from dataclasses import replace

import pytest

from suasion import BinaryPersuasion, Result, Status, compare_methods, solvers
from suasion.examples import catalogue, example_text
from suasion.io import load
from suasion.solvers import comparison as module
from suasion.solvers import messaging

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
    assert set(solvers.methods(instance)) <= compared
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
