"""Random parts of the respondents."""

import numpy as np
import pytest

from suasion.surveys.splits import stratified
from suasion.surveys.worlds import World


@pytest.mark.parametrize("parts", [2, 3, 5])
def test_parts_are_disjoint_of_equal_size_and_share_both_states(parts):
    people = World.random(0, questions=2).sample(101, 0)
    found = stratified(people, parts, [7])
    assert np.sort(np.concatenate(found)).tolist() == list(range(101))
    for counts in ([len(part) for part in found], [people.outcomes[p].sum() for p in found]):
        assert max(counts) - min(counts) <= 1


def test_a_seed_names_a_split():
    people = World.random(0, questions=2).sample(50, 0)
    one, same, other = (stratified(people, 2, [seed])[0].tolist() for seed in (1, 1, 2))
    assert one == same != other
