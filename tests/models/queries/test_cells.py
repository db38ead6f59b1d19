"""Cells: partitions of the types, valued cell by cell."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import REGIMES, cuts_of, examples, instances, optimum, ranked, triples

from suasion import BinaryPersuasion
from suasion.models.binary.envelope import concave_envelope
from suasion.models.numbers.arrays import total
from suasion.models.queries.cells import Cells, segment_values


@pytest.mark.parametrize("regime", REGIMES)
@given(data=st.data())
@examples(60)
def test_segment_values_are_the_envelopes_of_the_segments(regime, data):
    instance = data.draw(instances(regime, max_types=9))
    cuts = data.draw(cuts_of(instance))
    types, ends = ranked(instance), [0, *cuts, len(instance)]
    expected = [optimum(types[i:j]) for i, j in pairwise(ends)]
    positions = np.array(cuts, dtype=np.intp)
    assert segment_values(instance.classes(exact=True), positions).tolist() == expected
    floats = segment_values(instance.classes(), positions)
    assert floats == pytest.approx([float(v) for v in expected], abs=1e-12)
    cells = Cells.from_cuts(instance, cuts)
    assert cells.values(instance, exact=True).tolist() == expected


@given(instances(max_types=9), st.data())
@examples(80)
def test_cells_from_labels_are_valued_one_by_one(instance, data):
    n = len(instance)
    labels = data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    cells = Cells.from_labels(np.array(labels))
    types = triples(instance)
    members = [[i for i in range(n) if labels[i] == c] for c in sorted(set(labels))]
    assert [cell.tolist() for cell in cells] == members
    expected = [optimum([types[i] for i in cell]) for cell in members]
    assert cells.values(instance, exact=True).tolist() == expected
    assert cells.values(instance) == pytest.approx([float(v) for v in expected], abs=1e-12)
    weights = [sum((types[i][0] for i in cell), Fraction(0)) for cell in members]
    assert cells.weights(instance, exact=True).tolist() == weights


@given(instances(min_types=2), st.data())
@examples(60)
def test_policy_of_a_cell_earns_its_value(instance, data):
    cells = Cells.from_cuts(instance, data.draw(cuts_of(instance)))
    for c, value in enumerate(cells.values(instance, exact=True)):
        policy = cells.policy(instance, c, exact=True)
        weights, _, _, mu = instance.numbers(exact=True)
        outside = np.setdiff1d(np.arange(len(instance)), cells[c])
        weights = weights.copy()
        weights[outside] = Fraction(0)
        acting = policy.acting(instance, exact=True)
        earned = (weights * (mu * acting[:, 1] + (1 - mu) * acting[:, 0])).sum()
        assert earned == value


def test_a_cut_below_threshold_one_leaves_a_cell_that_always_acts():
    instance = BinaryPersuasion(["1/2", "1/2"], ["1/5", "1"])
    cells = Cells.from_cuts(instance, [1])
    assert cells.values(instance, exact=True).tolist() == [Fraction(1, 5), Fraction(1, 2)]


def test_a_segment_keeps_the_certain_types_only_at_the_end():
    instance = BinaryPersuasion(["1/4", "1/4", "1/2"], ["1/5", "3/5", "1"])
    classes = instance.classes(exact=True)
    first, last = classes.segment(0, 1), classes.segment(1, 2)
    assert (first.certain, last.certain) == (0, Fraction(1, 2))
    assert concave_envelope(first).value + concave_envelope(last).value == Fraction(17, 20)
    assert (first.below_half, last.below_half) == (1, 0)


def test_cells_are_listed_with_positions_up_to_a_thousand_types_and_as_ranges_beyond():
    small = BinaryPersuasion(["1/2", "1/2"], ["2/5", "1/5"])
    listed = Cells.from_cuts(small, [1]).to_list(small)
    assert [cell["types"] for cell in listed] == [[1], [0]]
    assert [cell["weight"] for cell in listed] == [0.5, 0.5]
    assert [cell["value"] for cell in listed] == pytest.approx([0.2, 0.4])
    # Type 0 would act on the first message too, but is in the other cell.
    assert [m["acts"] for m in listed[0]["policy"]["messages"]] == [["1"], []]
    n = 1_001
    large = BinaryPersuasion(np.full(n, 1 / n), np.linspace(0, 0.5, n))
    cells = Cells.from_cuts(large, [400])
    short, full = cells.to_list(large), cells.to_list(large, full=True)
    assert [cell["types"] for cell in short] == [
        {"first": 0, "last": 399},
        {"first": 400, "last": 1000},
    ]
    assert "policy" not in short[0]
    assert "policy" in full[0]


def test_totals_are_plain_numbers():
    assert total(np.array([0.25, 0.5])) == 0.75
    assert type(total(np.array([0.25, 0.5]))) is float
    assert total(np.array([Fraction(1, 3)] * 2, dtype=object)) == Fraction(2, 3)
