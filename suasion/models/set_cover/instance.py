"""Set cover: the cheapest of the given sets that together contain every element."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from fractions import Fraction
from functools import cached_property
from itertools import chain
from math import frexp, gcd, lcm
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.models.numbers.arrays import FloatArray, IntArray, NumberArray, is_index
from suasion.models.numbers.index_lists import IndexLists
from suasion.models.numbers.labels import checked_names
from suasion.models.numbers.quoting import quoted
from suasion.models.numbers.rationals import Number, Numbers
from suasion.models.numbers.sequences import (
    Names,
    entry_names,
    in_order,
    in_rows,
)

# From here on not every integer is a float.
LARGEST_EXACT_FLOAT = 2**53
MOST_STEPS = 1_000_000
# Beyond it nothing fits into memory, and products of two numbers into 64 bits.
MOST_ELEMENTS = 2**31


class SetCover:
    """Choose sets of least total cost whose union is the universe.

    Parameters
    ----------
    universe : int >= 0
        Number of elements; they are called 0 to universe - 1.
    sets : sequence of sequences of int
        The elements of each set, each at most once, in any order. Empty sets, equal sets and
        elements that are in no set are allowed; the last make the instance infeasible.
    costs : sequence of numbers >= 0, optional
        Cost of each set; default 1 each. A mapping or a Series is matched by the names of the
        sets or by their numbers.
    labels : sequence of str, optional
        What the sets are called, distinct; default "0", "1", ..., or the keys if `sets` is a
        mapping of name to elements. For people only: labels are not
        written to files, and instances that differ in nothing else are equal.

    Attributes
    ----------
    universe : int
    sets : IndexLists
        The elements of each set, in increasing order.
    labels : tuple of str

    Raises
    ------
    ValueError
        For an element out of range or twice in a set, a negative cost, and lengths that do not
        fit.

    References
    ----------
    The problem is the source of the hardness proof (Theorem 5.3) of Harris, Immorlica, Lucier,
    Slivkins, *Algorithmic Persuasion Through Simulation*, arXiv 2311.18138.

    Examples
    --------
    >>> from suasion import Cover
    >>> instance = SetCover(4, [[0, 1], [1, 2], [2, 3], [0, 3]], costs=[1, "1/2", 1, 2])
    >>> instance
    SetCover(4 elements, 4 sets)
    >>> Cover([0, 2]).value(instance, exact=True)
    Fraction(2, 1)
    """

    def __init__(
        self,
        universe: int,
        sets: Sequence[Iterable[int]],
        costs: Sequence[Number] | FloatArray | None = None,
        labels: Sequence[str] | None = None,
    ) -> None:
        names = entry_names(labels, sets)
        self._keep(universe, *_flat(sets, names), costs, labels, names)

    @classmethod
    def from_arrays(
        cls,
        universe: int,
        offsets: Any,
        elements: Any,
        costs: Any = None,
        labels: Sequence[str] | None = None,
    ) -> SetCover:
        """The instance whose set s is ``elements[offsets[s]:offsets[s + 1]]``.

        No Python object is made per entry.

        Parameters
        ----------
        universe : int >= 0
        offsets : array of int, shape (number of sets + 1,)
            Increasing from 0 to the number of entries.
        elements : array of int
        costs, labels
            As in the class.

        Examples
        --------
        >>> SetCover.from_arrays(3, [0, 2, 3], [0, 1, 2]).sets.nested()
        [[0, 1], [2]]
        """
        ends, flat = _integers(offsets, "offsets"), _integers(elements, "elements")
        if not len(ends) or ends[0] != 0 or ends[-1] != len(flat) or (np.diff(ends) < 0).any():
            raise InputError(
                f"offsets do not increase from 0 to the {len(flat)} entries of elements; give "
                "where each set begins, and at last where the last one ends."
            )
        instance = cls.__new__(cls)
        instance._keep(universe, ends, flat, costs, labels, entry_names(labels))
        return instance

    def _keep(
        self,
        universe: int,
        offsets: IntArray,
        elements: IntArray,
        costs: Any,
        labels: Any,
        names: Names,
    ) -> None:
        if not is_index(universe, MOST_ELEMENTS):
            raise InputError(
                f"universe is {quoted(universe)}; give the number of elements, from 0 to "
                f"{MOST_ELEMENTS - 1:,}."
            )
        self._universe = int(universe)
        self._sets = _checked(self._universe, offsets, elements)
        count = len(self._sets)
        if costs is None:
            costs = Numbers(_read_only(np.ones(count)), (Fraction(1),) * count)
        self._costs = Numbers.read(costs, "costs", [*names, range(count)])
        if len(self._costs) != count:
            raise InputError(
                f"costs has {len(self._costs)} entries for {count} sets; give one per set."
            )
        self._costs.check_range("costs", "give a non-negative cost", upper=None)
        self._labels = checked_names(labels, names, count, each="set")

    @property
    def universe(self) -> int:
        """Number of elements."""
        return self._universe

    @property
    def sets(self) -> IndexLists:
        """The elements of each set."""
        return self._sets

    def with_costs(self, costs: Sequence[Number] | FloatArray | None) -> SetCover:
        """The same sets with other costs; None: they cost 1 each."""
        return SetCover.from_arrays(
            self.universe, self.sets.offsets, self.sets.members, costs, self._labels
        )

    @property
    def costs(self) -> FloatArray:
        """Cost of each set, shape (number of sets,)."""
        return self._costs.floats

    def cost_numbers(self, exact: bool = False) -> NumberArray:
        """Cost of each set as floats or Fractions."""
        return self._costs.array(exact)

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the sets; "0", "1", ... when none were given."""
        return tuple(map(str, range(len(self.sets)))) if self._labels is None else self._labels

    @property
    def rational(self) -> bool:
        """True when every cost was given exactly."""
        return self._costs.rational

    @cached_property
    def covering(self) -> IndexLists:
        """The sets that each element is in."""
        return self.sets.transposed(self.universe)

    @cached_property
    def uncoverable(self) -> IntArray:
        """The elements that are in no set: there is a cover only if there are none."""
        return np.flatnonzero(self.covering.sizes == 0)

    @cached_property
    def _whole(self) -> bool:
        """Whether all costs are integers that floats tell apart."""
        floats = self._costs.floats
        return bool(((floats == np.floor(floats)) & (floats < LARGEST_EXACT_FLOAT)).all())

    @cached_property
    def cost_step(self) -> Fraction | None:
        """The largest number that divides every cost; None for floats that are not integers.

        The cost of a cover is a multiple of it, so that a bound may be rounded up to one.

        Examples
        --------
        >>> SetCover(1, [[0], [0]], costs=["1/2", "1/3"]).cost_step
        Fraction(1, 6)
        """
        if self._whole:
            divisor = int(np.gcd.reduce(self._costs.floats.astype(np.int64)))
            return Fraction(divisor) if divisor else None
        if not self._costs.rational:
            return None
        exact = self._costs.exact.tolist()
        common = lcm(*(cost.denominator for cost in exact))
        return Fraction(gcd(*(int(cost * common) for cost in exact)), common)

    @cached_property
    def cost_unit(self) -> Fraction:
        """A unit in which costs are numbers that solvers like: `cost_step`, or near the largest.

        Tolerances of solvers are about numbers of the size of 1.
        """
        largest = float(self._costs.floats.max(initial=0.0))
        if self.cost_step is not None and largest <= MOST_STEPS * self.cost_step:
            return self.cost_step
        return Fraction(2) ** (frexp(largest)[1] - 1) if largest else Fraction(1)

    @cached_property
    def unit_costs(self) -> FloatArray:
        """The costs in multiples of `cost_unit`; integers, exactly, if that is `cost_step`."""
        costs = self._costs.floats / float(self.cost_unit)
        return _read_only(np.round(costs) if self.cost_unit == self.cost_step else costs)

    @cached_property
    def cost_ranks(self) -> IntArray:
        """The place of each cost among the different ones, lowest first, compared exactly."""
        exact = self._costs.given is not None and not self._whole
        values = self._costs.array(exact).tolist()
        place = {cost: rank for rank, cost in enumerate(sorted(set(values)))}
        return np.array([place[cost] for cost in values], dtype=np.intp)

    def part(self, elements: IntArray, sets: IntArray) -> SetCover:
        """The instance with some elements and some sets, numbered by their places in these."""
        lists = self.sets.restricted(sets, elements, self.universe)
        given = self._costs.given
        kept = None if given is None else tuple(given[s] for s in sets.tolist())
        costs = Numbers(_read_only(self._costs.floats[sets]), kept)
        labels = None if self._labels is None else [self._labels[s] for s in sets.tolist()]
        return SetCover.from_arrays(len(elements), lists.offsets, lists.members, costs, labels)

    def __repr__(self) -> str:
        return (
            f"SetCover({self.universe} element{'s' * (self.universe != 1)}, "
            f"{len(self.sets)} set{'s' * (len(self.sets) != 1)})"
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SetCover):
            return NotImplemented
        return (
            self.universe == other.universe
            and np.array_equal(self.sets.offsets, other.sets.offsets)
            and np.array_equal(self.sets.members, other.sets.members)
            and self._costs.same(other._costs)
        )

    __hash__ = None  # type: ignore[assignment]

    def to_dict(self) -> dict[str, Any]:
        """The instance as a JSON document of kind "set-cover"; costs that are all 1 are left out.

        Examples
        --------
        >>> SetCover(2, [[1, 0]]).to_dict()
        {'kind': 'set-cover', 'universe': 2, 'sets': [[0, 1]]}
        """
        document: dict[str, Any] = {
            "kind": "set-cover",
            "universe": self.universe,
            "sets": self.sets.nested(),
        }
        if not (self._costs.floats == 1).all():
            document["costs"] = self._costs.plain()
        return document


def _flat(sets: Any, names: Names) -> tuple[IntArray, IntArray]:
    """Offsets and elements of nested lists."""
    lists = []
    for s, given in enumerate(in_rows(sets, "sets", names, "a list of lists of elements")):
        # The one place where the order does not matter.
        unordered = list(given) if isinstance(given, Set) else given
        entries = in_order(unordered, f"sets[{s}]", need="a list of elements")
        lists.append(entries.tolist() if isinstance(entries, np.ndarray) else list(entries))
    offsets = np.cumsum([0, *map(len, lists)], dtype=np.intp)
    flat = list(chain.from_iterable(lists))
    if not set(map(type, flat)) <= {int}:
        for s, given in enumerate(lists):
            for i, element in enumerate(given):
                if not is_index(element, np.inf):
                    raise InputError(f"sets[{s}][{i}] is {element!r}; give an integer >= 0.")
    try:
        return offsets, np.array(flat, dtype=np.intp)
    except OverflowError:
        raise InputError("sets has an element too large for a computer's integers.") from None


def _integers(values: Any, field: str) -> IntArray:
    given = np.asarray(values)
    if given.ndim != 1 or (given.size and given.dtype.kind not in "iu"):
        raise InputError(
            f"{field} has shape {given.shape} and type {given.dtype}; give a flat array of "
            "integers."
        )
    return given.astype(np.intp)


def _checked(universe: int, offsets: IntArray, elements: IntArray) -> IndexLists:
    """The sets, each sorted; ValueError for an element out of range or twice in a set."""
    lists = IndexLists(offsets, elements)
    bad = (elements < 0) | (elements >= universe)
    if bad.any():
        i = int(np.argmax(bad))
        s = int(lists.owners[i])
        known = f"elements are numbered 0 to {universe - 1}" if universe else "there are none"
        raise InputError(f"sets[{s}][{i - offsets[s]}] is {elements[i]}; {known}.")
    keys = lists.owners * universe + elements
    if (keys[1:] > keys[:-1]).all():
        return lists
    keys = np.sort(keys)
    again = keys[1:] == keys[:-1]
    if again.any():
        s, element = divmod(int(keys[np.argmax(again)]), universe)
        raise InputError(f"sets[{s}] has element {element} twice; list it once.")
    return IndexLists(offsets, keys % max(1, universe))


def _read_only(values: FloatArray) -> FloatArray:
    values.setflags(write=False)
    return values
