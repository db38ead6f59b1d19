"""What can be asked about the receiver: the oracles a query selection chooses from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class ThresholdOracle:
    """Simulates the receiver: would she act on a given message? (Prop. 3.2).

    Query t = 1..n-1 is the cut between the sorted types t-1 and t: the answer "above" means the
    receiver's threshold is at least that of sorted type t. A cut between equal thresholds does
    not exist.
    """

    kind = "threshold"

    def count(self, n: int) -> int:
        """Number of queries: n - 1 cuts."""
        return n - 1

    def to_dict(self) -> dict[str, Any]:
        """The oracle as in a JSON file."""
        return {"kind": self.kind}


class PartitionOracle:
    """Answers a fixed list of questions, each of which partitions the types.

    Parameters
    ----------
    queries : sequence of queries
        A query is a list of cells, a cell a list of 0-based type positions; the cells of a query
        are non-empty and partition the types.
    names : sequence of str, optional
        What the queries are called; default "0", "1", ...

    Raises
    ------
    ValueError
        If a query is not a partition of the same types as the others.

    Examples
    --------
    >>> PartitionOracle([[[0, 1], [2]]]).labels
    array([[0, 0, 1]], dtype=int32)
    """

    kind = "partition"

    def __init__(
        self, queries: Sequence[Sequence[Sequence[int]]], names: Sequence[str] | None = None
    ) -> None:
        sizes = [sum(len(cell) for cell in query) for query in queries]
        n = sizes[0] if sizes else 0
        self.labels = np.zeros((len(queries), n), dtype=np.int32)
        for q, query in enumerate(queries):
            self.labels[q] = _partition_labels(query, n, f"queries[{q}]")
        self.labels.setflags(write=False)
        self._names = None if names is None else tuple(names)
        if self._names is not None and len(self._names) != len(queries):
            raise ValueError(
                f"names has {len(self._names)} entries for {len(queries)} queries; "
                "give one per query."
            )

    @property
    def names(self) -> tuple[str, ...]:
        """What the queries are called."""
        return self._names or tuple(str(q) for q in range(len(self.labels)))

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        return f"PartitionOracle({len(self)} queries)"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PartitionOracle):
            return NotImplemented
        return self.names == other.names and np.array_equal(self.labels, other.labels)

    __hash__ = None  # type: ignore[assignment]

    def count(self, n: int) -> int:
        """Number of queries."""
        return len(self)

    def to_dict(self) -> dict[str, Any]:
        """The oracle as in a JSON file."""
        queries = [
            [np.flatnonzero(row == c).tolist() for c in range(int(row.max()) + 1)]
            for row in self.labels
        ]
        document: dict[str, Any] = {"kind": self.kind, "queries": queries}
        if self._names is not None:
            document["names"] = list(self._names)
        return document


Oracle = ThresholdOracle | PartitionOracle


def _partition_labels(query: Sequence[Sequence[int]], n: int, where: str) -> npt.NDArray[np.int32]:
    labels = np.full(n, -1, dtype=np.int32)
    for c, cell in enumerate(query):
        if len(cell) == 0:
            raise ValueError(f"{where} cell {c} is empty; leave it out.")
        for i in cell:
            if not is_index(i, n):
                raise ValueError(
                    f"{where} cell {c} names type {i!r}; its cells must partition types 0 to "
                    f"{n - 1}."
                )
            if labels[i] >= 0:
                raise ValueError(f"{where} has type {i} twice; put every type in one cell.")
            labels[i] = c
    if n and labels.min() < 0:
        missing = int(np.argmin(labels))
        raise ValueError(f"{where} leaves out type {missing}; put every type in one cell.")
    return labels


def is_index(value: Any, end: float) -> bool:
    """Whether `value` is an integer from 0 to before `end`."""
    integer = isinstance(value, int | np.integer) and not isinstance(value, bool)
    return bool(integer and 0 <= value < end)
