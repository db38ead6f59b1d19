"""From an optimal basis to a rational proof, and what is said when there is none."""

from dataclasses import replace
from fractions import Fraction
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import REGIMES, examples, float_instances, instances, optimum, triples
from scipy import sparse

from suasion import BinaryPersuasion, compare_methods, solve
from suasion.models.binary.messaging_lp import exact_messaging_lp, messaging_lp
from suasion.models.programs.certificate import check_point
from suasion.models.programs.program import Constraints, Program, Variables
from suasion.models.programs.rational import RationalProgram
from suasion.solvers.backends import certify as module
from suasion.solvers.backends import rational_solve
from suasion.solvers.backends.certify import (
    Basis,
    Place,
    certify,
    from_basis,
    optimal_basis,
    pivoted,
)
from suasion.solvers.backends.optimise import optimise
from suasion.solvers.backends.outcome import Options
from suasion.solvers.backends.rational_solve import SingularError, eliminated, solve_exactly
from suasion.solvers.binary import messaging

F = Fraction
INSTANCE = BinaryPersuasion(["1/2", "1/2"], ["2/5", "9/10"])
RATIONAL = exact_messaging_lp(INSTANCE)
METHODS = ("lp", "reporting")


@pytest.fixture(params=["with flint", "without flint"])
def arithmetic(request, monkeypatch):
    if request.param == "with flint":
        pytest.importorskip("flint")
    else:
        monkeypatch.setattr(rational_solve, "flint", lambda: None)


def knapsack(integer):
    x = Variables("x", np.array([5.0, 4.0]), np.zeros(2), np.full(2, np.inf), integer)
    rows = sparse.csr_array([[6.0, 4.0], [1.0, 2.0]])
    return Program(
        "knapsack",
        True,
        (x,),
        (Constraints("row", rows, np.full(2, -np.inf), np.array([24.0, 6.0])),),
    )


def basis():
    found, words, _ = optimal_basis(RATIONAL.program, Options())
    assert words == "Optimal"
    return found


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("regime", REGIMES)
@given(data=st.data())
@examples(40)
def test_the_certified_value_is_exactly_the_closed_form(regime, method, data):
    instance = data.draw(instances(regime, max_types=7))
    result = solve(instance, method, exact=True)
    assert result.exact_value == solve(instance, exact=True).exact_value
    assert result.exact_value == optimum(triples(instance))
    assert result.exact
    assert result.status == "optimal"
    assert result.certificate.failures(instance) == []
    assert result.answer.value(instance, exact=True) == result.exact_value


@pytest.mark.parametrize("method", METHODS)
def test_the_counterexample_is_221_over_250_and_proved(method, arithmetic):
    result = solve(INSTANCE, method, exact=True)
    assert result.exact_value == result.certificate.value == F(221, 250)
    assert result.exact
    assert result.report.solver == "highs"
    high, low = result.answer.likelihoods(exact=True)
    assert (high.tolist(), low.tolist()) == ([F(24, 25), F(1, 25)], [F(16, 25), F(9, 25)])


def test_the_float_program_has_an_optimum_of_its_own():
    proof, reason = certify(messaging_lp(INSTANCE))
    assert reason == ""
    assert proof.value != F(221, 250)
    assert float(proof.value) == pytest.approx(221 / 250)
    assert proof.failures(messaging_lp(INSTANCE)) == []


@pytest.mark.parametrize("method", METHODS)
def test_floats_are_the_dyadic_numbers_they_are(method, arithmetic):
    rng = np.random.default_rng(11)
    instance = BinaryPersuasion(rng.dirichlet(np.ones(25)), rng.uniform(size=25))
    result = solve(instance, method, exact=True)
    assert result.exact
    assert result.exact_value == solve(instance, exact=True).exact_value


@pytest.mark.parametrize("method", METHODS)
def test_thresholds_that_floats_cannot_tell_apart_are_told_apart(method):
    close = F(1, 3) + F(1, 10**30)
    instance = BinaryPersuasion(["1/2", "1/2"], ["1/3", close])
    result = solve(instance, method, exact=True)
    best = solve(instance, exact=True).exact_value
    assert result.exact
    assert result.exact_value == best


@pytest.mark.parametrize("method", METHODS)
@given(instance=float_instances())
@examples(60)
def test_bases_next_to_every_limit_of_the_odds_lead_to_a_proof(method, instance):
    result = solve(instance, method, exact=True)
    assert result.exact
    assert result.exact_value == solve(instance, exact=True).exact_value
    assert result.certificate.failures(instance) == []


@given(st.data())
@examples(80)
def test_pivots_lead_from_any_basis_to_the_optimum(data):
    columns = data.draw(st.permutations(range(8)))
    basic = set(columns[:4])
    places = [
        Place.BASIC if v in basic else data.draw(st.sampled_from([Place.LOWER, Place.UPPER]))
        for v in range(8)
    ]
    # Rows have no lower side.
    rows = tuple(Place.UPPER if p is Place.LOWER else p for p in places[4:])
    proof, reason = pivoted(RATIONAL, Basis(tuple(places[:4]), rows), None)
    assert reason in ("", "the basis is singular in exact arithmetic")
    assert proof is None if reason else proof.value == F(221, 250)


def test_pivots_see_what_has_no_optimum():
    free = Variables("x", np.ones(1), np.zeros(1), np.array([np.inf]))
    row = Constraints("row", sparse.csr_array([[-1.0]]), np.array([-np.inf]), np.zeros(1))
    unbounded = RationalProgram.of(Program("up", True, (free,), (row,)))
    start = Basis((Place.LOWER,), (Place.BASIC,))
    assert pivoted(unbounded, start, None) == (
        None,
        "the program is unbounded in exact arithmetic",
    )
    infeasible = replace(unbounded, row_upper=(F(-1),), upper=(F(1, 2),))
    assert pivoted(infeasible, start, None) == (None, "no point satisfies the program exactly")
    proof, reason = pivoted(replace(unbounded, upper=(F(1, 2),)), start, perf_counter() - 1)
    assert proof is None
    assert reason.startswith("the time limit came before")
    assert pivoted(replace(unbounded, upper=(F(1, 2),)), start, None)[0].value == F(1, 2)


def test_programs_with_equations_free_variables_and_minimisation_are_certified(arithmetic):
    a = Variables("a", np.array([3.0]), np.zeros(1), np.array([np.inf]))
    b = Variables("b", np.array([2.0]), np.array([-np.inf]), np.array([np.inf]))
    rows = (
        Constraints("sum", sparse.csr_array([[1.0, 3.0]]), np.array([2.0]), np.array([5.0])),
        Constraints("equal", sparse.csr_array([[1.0, -1.0]]), np.zeros(1), np.zeros(1)),
    )
    proof, _ = certify(Program("diet", False, (a, b), rows))
    assert (proof.value, proof.values) == (F(5, 2), (F(1, 2), F(1, 2)))


def test_an_integer_program_gets_no_certificate_but_its_incumbent_is_checked_exactly():
    proof, reason = certify(knapsack(integer=True))
    assert proof is None
    assert "integer variables" in reason
    incumbent = optimise(knapsack(integer=True)).answer.values
    assert check_point(knapsack(integer=True), incumbent.tolist()) == (F(20), [])
    relaxed = certify(knapsack(integer=False))[0]
    assert relaxed.value == 21
    assert relaxed.failures(knapsack(integer=False)) == []
    assert "x[1] is 3/2, not an integer" in relaxed.failures(knapsack(integer=True))


def test_the_basis_of_the_optimum_proves_it(arithmetic):
    proof, reason = from_basis(RATIONAL, basis())
    assert (proof.value, reason) == (F(221, 250), "")


def test_a_basis_of_a_worse_vertex_gives_none_with_the_reason():
    slack = Basis((Place.LOWER,) * 4, (Place.BASIC,) * 4)
    proof, reason = from_basis(RATIONAL, slack)
    assert proof is None
    assert reason.startswith("the basis is not optimal in exact arithmetic: the duals bound")


def test_a_basis_of_an_infeasible_point_gives_none_with_the_reason():
    everything = Basis((Place.UPPER,) * 4, (Place.BASIC,) * 4)
    proof, reason = from_basis(RATIONAL, everything)
    assert proof is None
    assert "not optimal in exact arithmetic: obedience[0] is 1/5, above" in reason


def test_a_singular_basis_gives_none_with_the_reason(arithmetic):
    # Both obedience rows tight, on variables of which only one row knows any.
    wrong = Basis(
        (Place.BASIC, Place.LOWER, Place.BASIC, Place.LOWER),
        (Place.UPPER, Place.UPPER, Place.BASIC, Place.BASIC),
    )
    assert from_basis(RATIONAL, wrong) == (None, "the basis is singular in exact arithmetic")


def test_a_basis_with_a_place_too_few_gives_none_with_the_reason():
    found = basis()
    lost = replace(found, rows=(Place.BASIC,) * 4)
    proof, reason = from_basis(RATIONAL, lost)
    assert proof is None
    assert reason.endswith("variables for 0 tight rows")


def test_a_basis_at_a_side_that_does_not_exist_gives_none_with_the_reason():
    wrong = Basis((Place.BASIC, *(Place.LOWER,) * 3), (Place.LOWER, *(Place.BASIC,) * 3))
    proof, reason = from_basis(RATIONAL, wrong)
    assert proof is None
    assert reason == "the basis has a variable or row at a bound that does not exist"


def test_a_basis_that_is_too_large_gives_none_with_the_reason(monkeypatch):
    monkeypatch.setattr(module, "LARGEST_SYSTEM", 0)
    proof, reason = certify(RATIONAL)
    assert proof is None
    assert reason.endswith("equations, more than 0")


def test_programs_without_an_optimum_give_none_with_the_solver_s_words():
    program = knapsack(integer=False)
    flipped = replace(program.constraints[0], matrix=-program.constraints[0].matrix)
    proof, reason = certify(replace(program, constraints=(flipped,)))
    assert proof is None
    assert reason.startswith("HiGHS ended with: ")
    assert certify(replace(program, constraints=()))[1] == (
        "the program has no variables or no rows"
    )


@pytest.mark.parametrize("method", METHODS)
def test_a_broken_basis_leaves_a_float_answer_that_says_why(method, monkeypatch):
    def broken(program, options):
        k, m = len(program.objective), len(program.row_lower)
        return Basis((Place.BASIC,) * k, (Place.BASIC,) * m), "Optimal", "0"

    monkeypatch.setattr(module, "optimal_basis", broken)
    result = solve(INSTANCE, method, exact=True)
    assert result.status == "optimal"
    assert result.value == pytest.approx(221 / 250)
    assert not result.exact
    assert result.exact_value is None
    assert result.certificate is None
    assert "Optimal; no exact proof: the basis has " in result.report.raw_status


def test_a_proof_that_the_policy_does_not_attain_is_not_used(monkeypatch):
    worse = replace(messaging.EXPLICIT, messages=lambda instance, high, low: (low, low))
    monkeypatch.setattr(messaging, "EXPLICIT", worse)
    result = solve(INSTANCE, "lp", exact=True)
    assert not result.exact
    assert result.exact_value is None
    assert result.status == "feasible"
    assert result.bound == pytest.approx(221 / 250)
    assert "the policy of the optimal point earns " in result.report.raw_status


def test_a_basis_optimal_for_the_floats_alone_leads_to_one_that_is_optimal():
    """Rows that differ by less than a float shows: their roundings are one row."""
    x = Variables("x", np.ones(1), np.zeros(1), np.full(1, 9.0))
    row = Constraints("row", sparse.csr_array([[1.0], [1.0]]), np.full(2, -np.inf), np.ones(2))
    program = Program("near", True, (x,), (row,))
    exact = RationalProgram.of(program)
    tighter = [replace(exact, row_upper=(F(1), F(1))) for _ in range(2)]
    tighter[0] = replace(exact, row_upper=(F(1) - F(1, 10**30), F(1)))
    tighter[1] = replace(exact, row_upper=(F(1), F(1) - F(1, 10**30)))
    found = [from_basis(rational, optimal_basis(program, Options())[0]) for rational in tighter]
    assert sum(proof is None for proof, _ in found) == 1
    (reason,) = [reason for proof, reason in found if proof is None]
    assert "not optimal in exact arithmetic: row[" in reason
    assert [certify(rational)[0].value for rational in tighter] == [F(1) - F(1, 10**30)] * 2


@given(st.integers(1, 6), st.data())
@examples(60)
def test_both_solvers_of_equations_agree(k, data):
    number = st.integers(-3, 3).map(lambda a: F(a, 2))
    rows = [{j: data.draw(number) for j in range(k)} for _ in range(k)]
    sides = [data.draw(number) for _ in range(k)]
    pytest.importorskip("flint")
    answers = []
    for solve_system in (solve_exactly, eliminated):
        try:
            answers.append(solve_system(rows, sides))
        except SingularError:
            answers.append(None)
    assert answers[0] == answers[1]
    if answers[0] is not None:
        for row, side in zip(rows, sides, strict=True):
            assert sum(a * answers[0][j] for j, a in row.items()) == side


def test_no_equations_have_an_empty_solution():
    assert solve_exactly([], []) == []


def test_flint_is_not_needed(monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(rational_solve, "import_module", missing)
    assert rational_solve.flint() is None
    assert certify(RATIONAL)[0].value == F(221, 250)


def test_more_types_than_can_be_proved_are_refused_before_solving(monkeypatch):
    monkeypatch.setattr(messaging, "EXPLICIT", replace(messaging.EXPLICIT, exact_types=1))
    with pytest.raises(ValueError, match=r'"lp" takes at most 1 types exactly and .* exact=False'):
        solve(INSTANCE, "lp", exact=True)
    assert solve(INSTANCE, "lp").status == "optimal"


def test_bad_options_are_refused_with_exact_as_without():
    with pytest.raises(ValueError, match="seed is -1"):
        solve(INSTANCE, "lp", exact=True, seed=-1)


def test_comparison_checks_the_certificates_of_programs():
    rows = compare_methods(INSTANCE, exact=True).rows
    verdicts = {(row.method, row.solver): row.verdict for row in rows}
    assert verdicts["lp", "highs"] == verdicts["reporting", "highs"] == "certificate holds"
    assert verdicts["lp", "pulp:CBC"] == "agrees"
