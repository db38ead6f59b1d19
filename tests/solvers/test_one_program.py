"""Methods that are one linear program: what is done where there is no answer or no proof."""

from fractions import Fraction

import numpy as np
import pytest

from suasion import BinaryPersuasion, FinitePersuasion, Status, solve
from suasion.models.binary.policy import MessagingPolicy
from suasion.models.finite.menu_lp import Menu
from suasion.models.finite.policy import FinitePolicy

LEAN = [[[1, 0], [0, 1]], [[0, 1], [1, 0]]]
OPPOSED = FinitePersuasion(["1/2"] * 2, [["1/2"] * 2] * 2, LEAN, [[0, 1], [0, 1]])
PROSECUTOR = FinitePersuasion([1], [["7/10", "3/10"]], [[1, 0], [0, 1]], [[0, 1], [0, 1]])
SELLER = BinaryPersuasion(["1/2", "1/2"], ["2/5", "9/10"])
CASES = [
    (SELLER, "lp", MessagingPolicy),
    (SELLER, "reporting", MessagingPolicy),
    (PROSECUTOR, "obedience", FinitePolicy),
    (OPPOSED, "profiles", FinitePolicy),
    (OPPOSED, "menu", Menu),
]
EVERY = pytest.mark.parametrize(("question", "method", "answer"), CASES)


@EVERY
def test_the_proved_value_is_that_of_floats(question, method, answer):
    proved, floats = solve(question, method, exact=True), solve(question, method)
    assert proved.exact
    assert proved.certificate.failures(question) == []
    assert proved.exact_value == proved.answer.value(question, exact=True)
    assert floats.status == "optimal"
    assert floats.value == pytest.approx(float(proved.exact_value), abs=1e-9)


@EVERY
def test_an_answer_with_failures_proves_nothing(question, method, answer, monkeypatch):
    monkeypatch.setattr(answer, "failures", lambda self, instance, exact=None: ["it is wrong"])
    result = solve(question, method, exact=True)
    assert result.status is Status.FAILED
    assert not result.exact
    assert result.report.raw_status == "it is wrong; no exact proof: it is wrong"


@EVERY
def test_a_value_other_than_the_bound_proves_nothing(question, method, answer, monkeypatch):
    honest = answer.value

    def less(self, instance, exact=False):
        value = honest(self, instance, exact)
        return value - Fraction(1, 8) if exact else value

    monkeypatch.setattr(answer, "value", less)
    result = solve(question, method, exact=True)
    assert result.status == "optimal"
    assert not result.exact
    assert "Optimal; no exact proof: the policy of the opt" in result.report.raw_status


@EVERY
def test_without_time_there_is_a_bound_or_nothing(question, method, answer):
    result = solve(question, method, time_limit=0.0)
    assert result.status in ("no_answer", "feasible", "optimal")
    best = solve(question, method).value
    assert result.bound is None or result.bound >= best - 1e-9
    assert np.isfinite(result.bound if result.bound is not None else 0)


@EVERY
def test_a_proof_needs_highs_and_a_size_in_reach(question, method, answer):
    with pytest.raises(ValueError, match=f'exact is not available for method "{method}" with'):
        solve(question, method, exact=True, solver="pulp:CBC")
