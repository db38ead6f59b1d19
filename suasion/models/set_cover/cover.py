"""A cover: chosen sets, checked and priced by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from suasion.errors import InputError, check_kind
from suasion.models.numbers.arrays import IntArray, total
from suasion.models.numbers.sequences import (
    distinct_integers,
)
from suasion.models.set_cover.instance import SetCover
from suasion.models.table import SHOWN, Table, Tabled, left_out


class Cover(Tabled):
    """Chosen sets; whether they cover the universe is checked when they are valued.

    Parameters
    ----------
    sets : sequence of int
        0-based numbers of the sets; kept sorted and without repeats.

    Examples
    --------
    >>> instance = SetCover(3, [[0, 1], [1, 2], [0]])
    >>> Cover([0, 1]).value(instance)
    2.0
    >>> Cover([0, 2]).uncovered(instance)
    array([2])
    """

    kind: ClassVar[str] = "cover"

    def __init__(self, sets: Sequence[int] | IntArray) -> None:
        self.sets = distinct_integers(sets, "sets")
        self.sets.setflags(write=False)

    def __len__(self) -> int:
        return len(self.sets)

    def __repr__(self) -> str:
        shown = ", ".join(str(s) for s in self.sets[:8])
        return f"Cover([{shown}{', ...' if len(self) > 8 else ''}])"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Cover):
            return NotImplemented
        return np.array_equal(self.sets, other.sets)

    __hash__ = None  # type: ignore[assignment]

    def uncovered(self, problem: SetCover) -> IntArray:
        """The elements that are in none of the chosen sets.

        Raises
        ------
        ValueError
            For a set that does not exist.
        """
        check_kind(problem, SetCover, "problem", "give the SetCover that this answers")
        count = len(problem.sets)
        wrong = self.sets[(self.sets < 0) | (self.sets >= count)]
        if len(wrong):
            raise InputError(f"sets has {wrong[0]}; sets are numbered 0 to {count - 1}.")
        covered = np.zeros(problem.universe, dtype=np.bool_)
        covered[problem.sets.gathered(self.sets)] = True
        return np.flatnonzero(~covered)

    def failures(self, problem: SetCover) -> list[str]:
        """The first element that is not covered, in a sentence; empty if all are."""
        missing = self.uncovered(problem)
        if not len(missing):
            return []
        holding = problem.covering[int(missing[0])]
        remedy = f"add set {holding[0]}" if len(holding) else "no set contains it"
        return [f"element {missing[0]} is in none of the chosen sets; {remedy}"]

    def check(self, problem: SetCover) -> None:
        """Raise ValueError, naming an element, unless the chosen sets cover the universe."""
        for broken in self.failures(problem):
            raise InputError(f"{broken}.")

    def value(self, problem: SetCover, exact: bool = False) -> Any:
        """Total cost of the chosen sets.

        Raises
        ------
        ValueError
            If they do not cover the universe.
        """
        self.check(problem)
        return total(problem.cost_numbers(exact)[self.sets])

    def tables(self, problem: SetCover | None = None, full: bool = False) -> list[Table]:
        """The chosen sets: what each costs, contains, and contains alone.

        Parameters
        ----------
        problem : SetCover, optional
            Without it the numbers of the sets alone are known.
        full : bool
            All sets; else 16 of them.
        """
        if problem is None:
            return [Table("", ("set",), tuple((int(s),) for s in self.sets))]
        columns = ("set", "cost", "elements", "in no other chosen set")
        if not len(self):
            return [Table("Choose no set: there is nothing to cover.", columns, ())]
        times = np.bincount(problem.sets.gathered(self.sets), minlength=problem.universe)
        shown = len(self) if full else min(len(self), SHOWN)
        rows = tuple(
            (
                problem.labels[s],
                float(problem.costs[s]),
                len(problem.sets[s]),
                int((times[problem.sets[s]] == 1).sum()),
            )
            for s in self.sets[:shown].tolist()
        )
        title = f"Choose {len(self)} of {len(problem.sets):,} sets:"
        return [Table(title, columns, rows, left_out(len(self), shown, "sets"))]

    def document(
        self, problem: SetCover, full: bool = False, exact: bool = False
    ) -> dict[str, Any]:
        """The chosen sets for a result's JSON document."""
        return {"queries": self.sets.tolist()}
