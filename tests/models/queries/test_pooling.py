"""Which types can be pooled without loss: levels against exact values of cells."""

from fractions import Fraction as F  # noqa: N817
from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from instances import examples, fractions, instances, optimum, triples, weights

from suasion import BinaryPersuasion
from suasion.models.queries.pooling import best_levels, lossy


@st.composite
def misinformed(draw):
    """State beliefs and thresholds apart from each other, 0 and 1 among them."""
    n = draw(st.integers(1, 5))
    columns = [draw(st.lists(fractions(), min_size=n, max_size=n)) for _ in range(3)]
    ends = st.sampled_from([F(0), F(1), F(1, 2), None])
    beliefs, thresholds, states = (
        [value if (end := draw(ends)) is None else end for value in column] for column in columns
    )
    return BinaryPersuasion(draw(weights(n)), beliefs, thresholds, states)


@given(st.one_of(instances(max_types=5), misinformed()))
@examples(300)
def test_a_cell_loses_nothing_iff_a_level_is_best_for_all_and_iff_no_pair_loses(instance):
    types, (lowest, highest) = triples(instance), best_levels(instance)
    alone = [optimum([one]) for one in types]
    for size in range(2, len(types) + 1):
        for cell in combinations(range(len(types)), size):
            loses = optimum([types[i] for i in cell]) < sum(alone[i] for i in cell)
            common = max(lowest[list(cell)]) <= min(highest[list(cell)])
            pairs = np.array(list(combinations(cell, 2)))
            assert loses != common
            assert loses == lossy((lowest, highest), pairs[:, 0], pairs[:, 1]).any()


@given(instances())
@examples(50)
def test_floats_have_the_same_levels(instance):
    floats = BinaryPersuasion(
        instance.weights, instance.beliefs, instance.thresholds, instance.state_beliefs
    )
    for exact, near in zip(best_levels(instance), best_levels(floats), strict=True):
        assert np.allclose(exact.astype(float), near)
        assert near.dtype == np.float64
