"""Maximum coverage: a given number of sets that together contain as much as possible."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.models.numbers.arrays import FloatArray, NumberArray, is_index, total
from suasion.models.numbers.rationals import Number, Numbers
from suasion.models.set_cover.cover import Cover
from suasion.models.set_cover.instance import SetCover


class MaximumCoverage:
    """Choose at most `budget` sets that contain elements of the largest total weight.

    Parameters
    ----------
    sets : SetCover
        Universe and sets; their costs do not count.
    budget : int >= 0
        How many sets may be chosen.
    weights : sequence of numbers >= 0, optional
        Weight of each element; default 1 each.

    Raises
    ------
    ValueError
        For a budget that is not an integer >= 0, a negative weight, or a wrong number of weights.

    Examples
    --------
    >>> instance = MaximumCoverage(SetCover(4, [[0, 1], [1, 2], [3]]), budget=2)
    >>> instance.value(Cover([0, 1])), instance.value(Cover([0, 2]), exact=True)
    (3.0, Fraction(3, 1))
    """

    def __init__(
        self,
        sets: SetCover,
        budget: int,
        weights: Sequence[Number] | FloatArray | None = None,
    ) -> None:
        if not is_index(budget, np.inf):
            raise InputError(f"budget is {budget!r}; give an integer >= 0.")
        self._sets, self._budget = sets, int(budget)
        n = sets.universe
        self._weights = Numbers.read(
            [1] * n if weights is None else weights, "weights", [range(n)]
        )
        if len(self._weights) != n:
            raise InputError(
                f"weights has {len(self._weights)} entries for {n} elements; give one per element."
            )
        self._weights.check_range("weights", "give a non-negative weight", upper=None)

    @property
    def sets(self) -> SetCover:
        """Universe and sets."""
        return self._sets

    @property
    def budget(self) -> int:
        """How many sets may be chosen."""
        return self._budget

    def weight_numbers(self, exact: bool = False) -> NumberArray:
        """Weight of each element as floats or Fractions."""
        return self._weights.array(exact)

    @property
    def rational(self) -> bool:
        """True when every weight was given exactly."""
        return self._weights.rational

    def __repr__(self) -> str:
        return f"MaximumCoverage({self.sets!r}, budget {self.budget})"

    def value(self, answer: Cover, exact: bool = False) -> Any:
        """Total weight of the elements in the chosen sets.

        Raises
        ------
        ValueError
            For more sets than the budget allows, or a set that does not exist.
        """
        if len(answer) > self.budget:
            raise InputError(
                f"{len(answer)} sets are chosen and the budget is {self.budget}; leave some out."
            )
        covered = np.ones(self.sets.universe, dtype=np.bool_)
        covered[answer.uncovered(self.sets)] = False
        return total(self.weight_numbers(exact)[covered])
