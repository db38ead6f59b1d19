"""Many lists of indices in two arrays: the elements of each set, the sets of each element."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

import numpy as np
from scipy import sparse

from suasion.models.numbers.arrays import IntArray, NumberArray, object_array


@dataclass(frozen=True, eq=False)
class IndexLists:
    """Lists of integers >= 0, stored one after the other; increasing within each list.

    Attributes
    ----------
    offsets : array of int, shape (k + 1,)
        List i is ``members[offsets[i]:offsets[i + 1]]``.
    members : array of int, shape (offsets[-1],)

    Examples
    --------
    >>> lists = IndexLists(np.array([0, 2, 2, 3]), np.array([1, 4, 0]))
    >>> [found.tolist() for found in lists]
    [[1, 4], [], [0]]
    >>> [found.tolist() for found in lists.transposed(5)]
    [[2], [0], [], [], [0]]
    """

    offsets: IntArray
    members: IntArray

    def __post_init__(self) -> None:
        self.offsets.setflags(write=False)
        self.members.setflags(write=False)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, i: int) -> IntArray:
        return self.members[self.offsets[i] : self.offsets[i + 1]]

    def __iter__(self) -> Iterator[IntArray]:
        return (self[i] for i in range(len(self)))

    @cached_property
    def sizes(self) -> IntArray:
        """Length of each list."""
        return np.diff(self.offsets)

    @cached_property
    def owners(self) -> IntArray:
        """Which list each member is in, shape (offsets[-1],)."""
        return np.repeat(np.arange(len(self), dtype=np.intp), self.sizes)

    def nested(self) -> list[list[int]]:
        """The lists as plain Python."""
        flat, ends = self.members.tolist(), self.offsets.tolist()
        return [flat[a:b] for a, b in pairwise(ends)]

    def transposed(self, count: int) -> IndexLists:
        """For each of `count` indices the lists it is in; linear time."""
        entries = np.ones(len(self.members), dtype=np.int8)
        matrix = sparse.csr_array((entries, self.members, self.offsets), shape=(len(self), count))
        turned = matrix.tocsc()
        return IndexLists(turned.indptr.astype(np.intp), turned.indices.astype(np.intp))

    def gathered(self, which: IntArray) -> IntArray:
        """The members of some lists, one list after the other."""
        sizes = self.sizes[which]
        ends = np.cumsum(sizes)
        shifts = np.repeat(self.offsets[which] - ends + sizes, sizes)
        return self.members[np.arange(len(shifts)) + shifts]

    def sums(self, values: NumberArray) -> NumberArray:
        """Sum of ``values[members]`` over each list, for floats or Fractions; shape (k,)."""
        if values.dtype == object:
            flat, ends = values[self.members].tolist(), self.offsets.tolist()
            return object_array([sum(flat[a:b], Fraction(0)) for a, b in pairwise(ends)])
        found = np.bincount(self.owners, weights=values[self.members], minlength=len(self))
        return found.astype(np.float64, copy=False)

    def restricted(self, which: IntArray, members: IntArray, count: int) -> IndexLists:
        """Some lists, cut down to some members and numbered by their places.

        Parameters
        ----------
        which, members : array of int, increasing
            Lists and members to keep.
        count : int
            Members are numbered 0 to count - 1.
        """
        place = np.full(count, -1, dtype=np.intp)
        place[members] = np.arange(len(members))
        found = place[self.gathered(which)]
        owners = np.repeat(np.arange(len(which)), self.sizes[which])[found >= 0]
        sizes = np.bincount(owners, minlength=len(which))
        return IndexLists(np.concatenate([[0], np.cumsum(sizes)]), found[found >= 0])
