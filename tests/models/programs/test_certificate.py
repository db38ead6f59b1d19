"""Certificates of programs: each way of tampering is noticed, by a checker without a solver."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import examples, fractions, instances
from scipy import sparse

from suasion import BinaryPersuasion, solve
from suasion.models.binary.messaging_lp import exact_messaging_lp, messaging_lp
from suasion.models.binary.reporting_lp import exact_reporting_lp, reporting_lp
from suasion.models.programs.certificate import (
    FormulationCertificate,
    ProgramCertificate,
    check_point,
    weak_duality,
)
from suasion.models.programs.program import Constraints, Program, Variables
from suasion.models.programs.rational import RationalProgram

F = Fraction
DUST = F(1, 10**30)
INSTANCE = BinaryPersuasion(["1/2", "1/2"], ["2/5", "9/10"])


def diet(maximise=False, integer=False):
    """min 3a + 2b s.t. 2 <= a + b <= 5, a - b = 0, a >= 0, b free: optimum 5 at (1, 1)."""
    sign = -1.0 if maximise else 1.0
    blocks = (
        Variables("a", sign * np.array([3.0]), np.zeros(1), np.array([np.inf]), integer),
        Variables("b", sign * np.array([2.0]), np.array([-np.inf]), np.array([np.inf])),
    )
    rows = (
        Constraints("sum", sparse.csr_array([[1.0, 1.0]]), np.array([2.0]), np.array([5.0])),
        Constraints("equal", sparse.csr_array([[1.0, -1.0]]), np.zeros(1), np.zeros(1)),
    )
    return Program("diet", maximise, blocks, rows)


PROOF = ProgramCertificate((F(1), F(1)), (F(5, 2), F(1, 2)), F(5))
MIRRORED = ProgramCertificate((F(1), F(1)), (F(-5, 2), F(-1, 2)), F(-5))


def only(failures):
    assert len(failures) == 1, failures
    return failures[0]


def moved(numbers, position, by):
    return tuple(x + by * (i == position) for i, x in enumerate(numbers))


def test_an_untouched_proof_holds_whatever_the_sense():
    assert PROOF.failures(diet()) == []
    assert MIRRORED.failures(diet(maximise=True)) == []


def test_a_value_moved_by_dust_misses_the_point_and_the_bound():
    failures = replace(PROOF, value=PROOF.value + DUST).failures(diet())
    assert failures[0].startswith("the point is worth 5, not the claimed 5000")
    assert failures[1].startswith("the duals bound the program by 5, not by the claimed 5000")


def test_a_worse_feasible_point_is_noticed():
    failures = replace(PROOF, values=(F(3, 2), F(3, 2))).failures(diet())
    assert only(failures) == "the point is worth 15/2, not the claimed 5"


def test_a_point_below_a_row_is_noticed():
    failures = replace(PROOF, values=(F(1) - DUST, F(1) - DUST)).failures(diet())
    assert any(f.startswith("sum[0] is ") and "below its lower side 2" in f for f in failures)


def test_a_point_above_a_row_is_noticed():
    failures = replace(PROOF, values=(F(3), F(3))).failures(diet())
    assert "sum[0] is 6, above its upper side 5" in failures


def test_a_point_off_an_equation_is_noticed_even_if_it_is_worth_the_value():
    failures = replace(PROOF, values=(F(1, 3), F(2))).failures(diet())
    assert only(failures) == "equal[0] is -5/3, below its lower side 0"


def test_a_point_outside_its_bounds_is_noticed():
    failures = replace(PROOF, values=(F(-1), F(4))).failures(diet())
    assert "a[0] is -1, below its lower bound 0" in failures
    capped = replace(
        diet(),
        variables=(replace(diet().variables[0], upper=np.array([0.5])), diet().variables[1]),
    )
    assert "a[0] is 1, above its upper bound 1/2" in PROOF.failures(capped)


@pytest.mark.parametrize("position", [0, 1])
@pytest.mark.parametrize("by", [DUST, -DUST])
def test_a_dual_moved_by_dust_is_noticed(position, by):
    tampered = replace(PROOF, duals=moved(PROOF.duals, position, by))
    assert any("reduced cost" in f and "no limit" in f for f in tampered.failures(diet()))


def test_a_weaker_bound_than_the_value_is_noticed():
    program = diet()
    boxed = tuple(replace(b, lower=np.zeros(1), upper=np.full(1, 10.0)) for b in program.variables)
    tampered = replace(PROOF, duals=(F(2), F(0)))
    failures = tampered.failures(replace(program, variables=boxed))
    assert only(failures) == "the duals bound the program by 4, not by the claimed 5"


def test_a_dual_of_the_wrong_sign_on_a_one_sided_row_is_noticed():
    program = messaging_lp(BinaryPersuasion([1], [0.25]))
    honest = ProgramCertificate((F(1), F(1, 3)), (F(3, 4), F(1), F(0)), F(1, 2))
    found = replace(honest, duals=(F(-3, 4), F(1), F(0))).failures(program)
    assert "the dual -3/4 of obedience[0] pushes where there is no limit" in found


def test_a_proof_of_another_size_is_noticed():
    short = replace(PROOF, duals=PROOF.duals[:1])
    assert only(short.failures(diet())) == (
        "the proof has 2 values and 1 duals for 2 variables and 2 rows"
    )
    long = replace(PROOF, values=(*PROOF.values, F(0)))
    assert "3 values and 2 duals" in only(long.failures(diet()))


@pytest.mark.parametrize("field", ["values", "duals", "value"])
def test_floats_in_a_proof_are_noticed(field):
    as_float = {"values": (1.0, F(1)), "duals": (2.5, F(1, 2)), "value": 5.0}[field]
    found = replace(PROOF, **{field: as_float}).failures(diet())
    assert only(found) == "a number of the proof is not a Fraction"


def test_a_proof_about_an_integer_variable_needs_an_integer_value():
    assert PROOF.failures(diet(integer=True)) == []
    value, failures = check_point(diet(integer=True), [1.5, 1.5])
    assert (value, failures) == (F(15, 2), ["a[0] is 3/2, not an integer"])


@pytest.mark.parametrize("method", ["lp", "reporting"])
def test_a_proof_about_another_instance_is_noticed(method):
    certificate = solve(INSTANCE, method, exact=True).certificate
    assert certificate.failures(INSTANCE) == []
    assert certificate.failures(BinaryPersuasion(["1/2", "1/2"], ["9/20", "9/10"]))
    assert certificate.failures(BinaryPersuasion(["1/2", "1/2"], ["7/20", "9/10"]))
    assert certificate.failures(BinaryPersuasion([1], ["2/5"]))
    assert certificate.failures(BinaryPersuasion([0.5, 0.5], [0.4, 0.9]))


@pytest.mark.parametrize("method", ["lp", "reporting"])
def test_every_single_number_of_a_proof_that_binds_matters(method):
    instance = BinaryPersuasion(["1/2", "1/2"], ["2/5", "9/10"])
    certificate = solve(instance, method, exact=True).certificate
    proof = certificate.proof
    for position in range(len(proof.values)):
        for by in (DUST, -DUST):
            tampered = replace(proof, values=moved(proof.values, position, by))
            assert replace(certificate, proof=tampered).failures(instance)
    for position, dual in enumerate(proof.duals):
        if dual:
            tampered = replace(proof, duals=moved(proof.duals, position, -dual))
            assert replace(certificate, proof=tampered).failures(instance)


@given(instances(max_types=4), st.data())
@examples(60)
def test_any_multipliers_bound_any_feasible_point(instance, data):
    program = exact_messaging_lp(instance)
    duals = [data.draw(fractions()) for _ in program.rows]
    bound, pushing = weak_duality(program, duals)
    assert pushing == []
    assert bound >= solve(instance, exact=True).exact_value


@given(instances(max_types=4))
@examples(40)
def test_exact_programs_round_to_the_float_ones(instance):
    if len({float(t) for t in instance.numbers(exact=True)[2]}) == len(instance):
        for exact, plain in (
            (exact_messaging_lp(instance), messaging_lp(instance)),
            (exact_reporting_lp(instance), reporting_lp(instance)),
        ):
            rounded, dyadic = exact.program, RationalProgram.of(plain)
            assert rounded.objective == pytest.approx(plain.objective, abs=1e-15)
            assert abs(rounded.matrix - plain.matrix).max() <= 1e-15
            assert rounded.row_upper == pytest.approx(plain.row_upper, abs=1e-15)
            assert dyadic.row_lower == exact.row_lower
            assert (dyadic.lower, dyadic.upper) == (exact.lower, exact.upper)
            assert [len(row) for row in dyadic.rows] == [len(row) for row in exact.rows]


def test_the_exact_program_of_two_fifths_is_not_the_float_one():
    assert exact_messaging_lp(INSTANCE).rows[0][0] == (0, F(-2, 5))
    assert RationalProgram.of(messaging_lp(INSTANCE)).rows[0][0] == (0, -F(0.4))


def test_entries_at_the_same_place_add_up():
    twice = sparse.coo_array(([1.0, 1.0], ([0, 0], [0, 0])), shape=(1, 1))
    row = Constraints("row", sparse.csr_array(twice), np.array([-np.inf]), np.ones(1))
    x = Variables("x", np.ones(1), np.zeros(1), np.ones(1))
    assert RationalProgram.of(Program("p", True, (x,), (row,))).rows == (((0, F(2)),),)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([1.0], "values has 1 entries for 2 variables; give one per variable."),
        ([1.0, float("nan")], r"values\[1\] is nan; give a finite number."),
        ([float("inf"), 1.0], r"values\[0\] is inf; give a finite number."),
    ],
)
def test_points_that_are_none_are_refused(values, words):
    with pytest.raises(ValueError, match=words):
        check_point(diet(), values)


def test_documents_write_every_number_as_a_rational():
    wrapped = FormulationCertificate(PROOF, lambda problem: problem)
    assert wrapped.to_dict() == PROOF.to_dict()
    assert PROOF.to_dict() == {"value": "5", "values": ["1", "1"], "duals": ["5/2", "1/2"]}
    assert wrapped.value == 5
    assert wrapped.failures(diet()) == []
