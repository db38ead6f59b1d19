"""Binary instances: constructors, exact numbers kept, and what is refused."""

import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import examples, instances
from scipy import stats

from suasion import BinaryPersuasion, solve

TALK = {"bad": ["0.4", "0.1"], "good": ["0.3", "0.2"]}


def exact_beliefs(instance):
    return instance.numbers(exact=True)[1].tolist()


def exact_weights(instance):
    return instance.numbers(exact=True)[0].tolist()


def test_joint_table_of_the_talk_gives_its_weights_and_beliefs():
    talk = BinaryPersuasion.from_joint(TALK)
    assert exact_weights(talk) == [Fraction(1, 2)] * 2
    assert exact_beliefs(talk) == [Fraction(1, 5), Fraction(2, 5)]
    assert talk.labels == ("bad", "good")
    assert talk.rational


def test_joint_table_without_names_has_numbered_types():
    assert BinaryPersuasion.from_joint(list(TALK.values())).labels == ("0", "1")


def test_joint_table_of_floats_stays_float():
    talk = BinaryPersuasion.from_joint([[0.4, 0.1], [0.3, 0.2]])
    assert not talk.rational
    assert talk.beliefs.tolist() == [0.2, 0.4]
    assert talk.weights.tolist() == [0.5, 0.5]


def test_utilities_give_the_threshold_of_their_odds():
    baseline = BinaryPersuasion.from_utilities(
        ["1/3", "2/3"], ["1/4", "1/2"], [[[1, 0], [0, 1]]] * 2
    )
    assert baseline.numbers(exact=True)[2].tolist() == [Fraction(1, 4), Fraction(1, 2)]
    eager = BinaryPersuasion.from_utilities([1], ["1/4"], [[["1/2", 0], [0, "3/2"]]])
    assert eager.numbers(exact=True)[2].tolist() == [Fraction(1, 2)]
    always = BinaryPersuasion.from_utilities([1], ["1/4"], [[[0, 0], [0, 1]]])
    assert always.thresholds.tolist() == [1.0]
    never = BinaryPersuasion.from_utilities([1], ["1/4"], [[[1, 0], [0, 0]]])
    assert never.thresholds.tolist() == [0.0]


@given(st.lists(st.sampled_from([0.0, 0.1, 0.25, 0.3, 0.5, 1.0]), min_size=1, max_size=20))
@examples(50)
def test_samples_become_their_empirical_distribution(sample):
    instance = BinaryPersuasion.from_samples(sample)
    assert instance.beliefs.tolist() == sorted(set(sample))
    shares = [Fraction(sample.count(p), len(sample)) for p in sorted(set(sample))]
    assert exact_weights(instance) == shares


def test_samples_are_rounded_down_to_the_grid():
    instance = BinaryPersuasion.from_samples([0.0, 0.19, 0.2, 0.39, 0.99, 1.0], step=0.2)
    assert instance.beliefs.tolist() == [0.0, 0.2, 0.8, 1.0]
    assert exact_weights(instance) == [
        Fraction(2, 6),
        Fraction(2, 6),
        Fraction(1, 6),
        Fraction(1, 6),
    ]


def test_rounding_samples_loses_at_most_two_steps():
    sample = np.random.default_rng(1).uniform(0, 0.5, 500)
    whole, rounded = (solve(BinaryPersuasion.from_samples(sample, s)).value for s in (None, 0.01))
    assert whole - 0.02 <= rounded <= whole


@pytest.mark.parametrize(
    "distribution",
    [
        stats.beta(2, 5),
        stats.uniform(0.1, 0.8),
        stats.truncnorm(-1, 1, loc=0.5, scale=0.5),
        stats.randint(0, 2),
        stats.uniform(0, 1),
    ],
    ids=["beta", "uniform", "truncnorm", "randint", "unit"],
)
@pytest.mark.parametrize("step", [0.05, 0.3, 1.0])
def test_discretized_beliefs_lie_on_the_grid_with_the_mass_around_them(distribution, step):
    both = BinaryPersuasion.discretize(distribution, step)
    # Correctly rounded multiples; 3 * 0.05 in floats is above 0.15.
    exact = Fraction(str(step))
    grid = np.array([float(min(k * exact, 1)) for k in range(int(np.ceil(1 / exact)) + 1)])
    grid[-1] = 1.0
    assert both.down.beliefs.tolist() == both.up.beliefs.tolist() == grid.tolist()
    assert both.step == step
    for instance in (both.down, both.up):
        assert instance.weights.sum() == pytest.approx(1, abs=1e-12)
    # Cumulated from above: down puts [g, g') on g, up puts (g', g] on g.
    before = distribution.cdf(np.nextafter(grid, -1))
    assert np.cumsum(both.down.weights)[:-1] == pytest.approx(before[1:], abs=1e-12)
    assert np.cumsum(both.up.weights) == pytest.approx(distribution.cdf(grid), abs=1e-12)


def test_an_atom_on_the_grid_is_not_moved():
    both = BinaryPersuasion.discretize(stats.randint(0, 2), 0.5)
    assert both.down.weights.tolist() == both.up.weights.tolist() == [0.5, 0.0, 0.5]


@pytest.mark.parametrize(
    "outside", [stats.norm(0.5, 0.1), stats.uniform(-0.5, 1), stats.uniform(0.5, 1)]
)
def test_mass_outside_the_unit_interval_is_refused(outside):
    with pytest.raises(ValueError, match=r"distribution has mass [0-9.e-]+ outside \[0, 1\]"):
        BinaryPersuasion.discretize(outside, 0.1)


@pytest.mark.parametrize("step", [0, -0.1, 1.5, float("nan")])
def test_a_step_outside_the_unit_interval_is_refused(step):
    with pytest.raises(ValueError, match=rf"step is {step}; give a (finite )?number"):
        BinaryPersuasion.discretize(stats.uniform(), step)


@pytest.mark.parametrize("step", ["1/10", Decimal("0.1"), Fraction(1, 10), 0.1])
def test_a_step_is_any_number(step):
    both = BinaryPersuasion.discretize(stats.uniform(), step)
    assert (len(both), both.step) == (11, 0.1)


@pytest.mark.parametrize(
    ("distribution", "name"),
    [
        (stats.beta, "beta"),
        (stats.binom, "binom"),
        (stats.powerlaw, "powerlaw"),
        (type(stats.beta), "<class"),
        ("beta", "'beta'"),
        ([0.2, 0.4], r"\[0.2, 0.4\]"),
    ],
)
def test_a_distribution_without_fixed_parameters_or_a_cdf_is_refused(distribution, name):
    with pytest.raises(ValueError, match=rf"distribution is {name}.*; give one with a cdf"):
        BinaryPersuasion.discretize(distribution, 0.1)


def test_a_distribution_that_has_no_parameters_is_fixed():
    open_, fixed = (BinaryPersuasion.discretize(d, 0.5) for d in (stats.uniform, stats.uniform()))
    assert open_.down == fixed.down


HALVES = ["1/2", "1/2"]
REFUSED = {
    "no types": (([], []), "weights is empty; give at least one type"),
    "negative weight": ((["3/2", "-1/2"], [0, 0]), r"weights[1] is -1/2, outside [0, inf)"),
    "weight nan": (([1.0, float("nan")], [0, 0]), "weights[1] is nan; give a finite number"),
    "weight inf": (([float("inf"), 0], [0, 0]), "weights[0] is inf; give a finite number"),
    "rationals off": ((["1/2", "1/3"], [0, 0]), "weights sum to 5/6, not exactly 1"),
    "rationals barely off": (
        (["1/2", Fraction(1, 2) + Fraction(1, 10**30)], [0, 0]),
        "not exactly 1",
    ),
    "floats off": (([0.5, 0.4], [0, 0]), "weights sum to 0.9, not 1 within 1e-9"),
    "belief above 1": ((HALVES, ["1/2", "6/5"]), "beliefs[1] is 6/5, outside [0, 1]"),
    "belief below 0": ((HALVES, [0.5, -0.25]), "beliefs[1] is -0.25, outside [0, 1]"),
    "beliefs short": ((HALVES, [0.5]), "beliefs has 1 entries and weights has 2"),
    "belief text": ((HALVES, ["1/2", "half"]), "beliefs[1] is 'half', which is not a number"),
    "belief 1/0": ((HALVES, ["1/0", 0]), "beliefs[0] is '1/0', which is not a number"),
    "belief bool": ((HALVES, [True, 0]), "beliefs[0] is True, not a number"),
    "belief None": ((HALVES, [None, 0]), "beliefs[0] is None, which is not a number"),
    "belief complex": ((HALVES, [1j, 0]), "beliefs[0] is 1j, which is not a number"),
    "beliefs a string": ((HALVES, "12"), "beliefs is '12'; give a list of numbers"),
    "beliefs a number": ((HALVES, 0.5), "beliefs is 0.5; give a list of numbers"),
    "beliefs nested": ((HALVES, np.ones((2, 1))), "beliefs has 2 dimensions"),
    "weight too large": (([10**400, 0], [0, 0]), "(401 characters), too large for a float"),
    "threshold": ((HALVES, [0, 0], [0, "3/2"]), "thresholds[1] is 3/2, outside [0, 1]"),
    "thresholds short": ((HALVES, [0, 0], [0]), "thresholds has 1 entries and weights has 2"),
    "state belief": ((HALVES, [0, 0], None, [2, 0]), "state_beliefs[0] is 2, outside [0, 1]"),
    "state beliefs short": ((HALVES, [0, 0], None, []), "state_beliefs has 0 entries"),
    "labels short": ((HALVES, [0, 0], None, None, ["a"]), "labels has 1 entries for 2 types"),
    "labels twice": (
        (HALVES, [0, 0], None, None, ["a", "a"]),
        "labels[1] is 'a' again (first at 0)",
    ),
    "labels numbers": ((HALVES, [0, 0], None, None, [1, 2]), "labels[0] is 1; give a string"),
}


@pytest.mark.parametrize(("arguments", "sentence"), REFUSED.values(), ids=REFUSED)
def test_bad_input_is_refused_with_field_position_and_value(arguments, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        BinaryPersuasion(*arguments)


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ([["1/2", "1/2"], [0, 0]], "table[1] is a signal of probability 0"),
        ([["1/2", "1/4"]], "table sum to 3/4, not exactly 1"),
        ([["1/2", 0], [1, "-1/2"]], "table[1][1] is -1/2, outside [0, 1]"),
        ([["1/2", 0], ["x", "1/2"]], "table[1][0] is 'x', which is not a number"),
        ([["1/2", "1/4", "1/4"]], "table needs two numbers per signal"),
    ],
)
def test_bad_joint_tables_are_refused(table, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        BinaryPersuasion.from_joint(table)


@pytest.mark.parametrize(
    ("utilities", "sentence"),
    [
        ([], "utilities has 0 entries and beliefs has 1"),
        ([[[1, 0]]], "utilities[0] is not a 2x2 table"),
        ([[[1, 0, 2], [0, 1, 2]]], "utilities[0] is not a 2x2 table"),
        ([[[1, 0], [1, 0]]], "utilities[0] prefers the wrong action in state 1"),
        ([[[0, 1], [0, 1]]], "utilities[0] prefers the wrong action in state 0"),
        ([[[1, 1], [1, 1]]], "utilities[0] with belief 1/2 never cares which action it takes"),
        ([[[1, 0], [0, "x"]]], "utilities[0][1][1] is 'x', which is not a number"),
    ],
)
def test_bad_utilities_are_refused(utilities, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        BinaryPersuasion.from_utilities([1], ["1/2"], utilities)


@pytest.mark.parametrize(
    ("sample", "sentence"),
    [([], "beliefs is empty; give at least one sample"), ([0.5, 1.5], "beliefs[1] is 1.5")],
)
def test_bad_samples_are_refused(sample, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        BinaryPersuasion.from_samples(sample)


def test_rationals_are_kept_and_floats_are_the_dyadic_numbers_they_are():
    instance = BinaryPersuasion(["1/3", Fraction(2, 3)], ["0.1", 0.1])
    assert exact_weights(instance) == [Fraction(1, 3), Fraction(2, 3)]
    assert exact_beliefs(instance) == [Fraction(1, 10), Fraction(0.1)]
    assert instance.exact_threshold(0) == Fraction(1, 10)
    assert not instance.rational
    assert BinaryPersuasion([1], ["1/10"]).rational


def test_floats_may_miss_one_by_a_billionth_and_are_not_renormalised():
    instance = BinaryPersuasion([0.5, 0.5 + 5e-10], [0.2, 0.4])
    assert instance.weights.tolist() == [0.5, 0.5 + 5e-10]
    with pytest.raises(ValueError, match="not 1 within 1e-9"):
        BinaryPersuasion([0.5, 0.5 + 5e-9], [0.2, 0.4])


def test_arrays_are_copied_and_read_only():
    beliefs = np.array([0.2, 0.4])
    instance = BinaryPersuasion([0.5, 0.5], beliefs)
    beliefs[0] = 0.9
    assert instance.beliefs.tolist() == [0.2, 0.4]
    for field in (instance.weights, instance.beliefs, instance.thresholds, instance.order):
        with pytest.raises(ValueError, match="read-only"):
            field[0] = 0


@given(instances())
@examples(60)
def test_order_is_stable_by_threshold(instance):
    rho = instance.numbers(exact=True)[2]
    expected = sorted(range(len(rho)), key=lambda i: (rho[i], i))
    assert instance.order.tolist() == expected


def test_rationals_that_are_one_float_are_still_ordered():
    tiny = Fraction(1, 10**20)
    instance = BinaryPersuasion(["1/2", "1/2"], [Fraction(1, 5) + tiny, "1/5"])
    assert instance.order.tolist() == [1, 0]
    assert len(instance.classes(exact=True)) == 2
    assert len(instance.classes()) == 1


@given(instances())
@examples(40)
def test_document_describes_the_same_instance(instance):
    document = instance.to_dict()
    assert document.pop("kind") == "binary-persuasion"
    assert BinaryPersuasion(**document) == instance


def test_instances_differ_by_numbers_and_labels_not_by_spelling():
    one = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    assert one == BinaryPersuasion([0.5, 0.5], ["0.2", "0.4"])
    assert one != BinaryPersuasion([0.5, 0.5], [0.2, 0.4])
    assert one != BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"], labels=["a", "b"])
    assert one != BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"], thresholds=[0, 0])
    assert one != "something else"


def test_classes_of_a_cell_do_not_depend_on_the_order_of_its_members():
    instance = BinaryPersuasion(["1/4"] * 4, ["3/5", "1/5", "2/5", "1/5"])
    one, other = (instance.classes(c, exact=True) for c in ([0, 1, 3], [3, 0, 1]))
    assert one.odds.tolist() == other.odds.tolist() == [Fraction(1, 4), Fraction(3, 2)]
    assert one.high.tolist() == [0, Fraction(1, 10), Fraction(1, 4)]
    assert one.below_half == 1


def test_a_million_types_are_arrays_and_nothing_else():
    n = 1_000_000
    rng = np.random.default_rng(0)
    instance = BinaryPersuasion(np.full(n, 1 / n), rng.uniform(size=n))
    assert instance.thresholds is instance.beliefs
    assert instance._weights.given is None
    assert len(instance.classes()) == n
    result = solve(instance)
    assert result.status == "optimal"
    assert "exact" not in vars(instance._beliefs)
    assert "labels" not in vars(instance)


def test_samples_on_the_grid_stay_where_they_are():
    assert BinaryPersuasion.from_samples([0.3, 0.6, 0.7], step=0.1).beliefs.tolist() == [
        *(0.3, 0.6, 0.7)
    ]
