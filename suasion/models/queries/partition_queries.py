"""Partition queries: any questions with finitely many answers, as cells of the types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, TypeVar

import numpy as np

from suasion.errors import InputError
from suasion.models.numbers.arrays import Labels, is_index
from suasion.models.numbers.sequences import (
    entry_names,
    in_order,
    in_rows,
    is_frame,
    labels_of,
    listed,
)
from suasion.models.queries.missing_values import is_missing
from suasion.models.queries.table_columns import askable, table_columns

Type = TypeVar("Type")


COLUMN_NAMES = "a list of column names"


class PartitionQueries:
    """Answers a fixed list of questions, each of which partitions the types.

    Other ways in: `from_labels` (an array), `from_table` (a column per question) and
    `from_function`. There may be no query at all.

    Parameters
    ----------
    queries : sequence of queries
        A query is a list of cells, a cell a list of 0-based type positions; the cells of a query
        are non-empty and partition the types.
    names : sequence of str, optional
        What the queries are called; default "0", "1", ..., or the keys if `queries` is a mapping.
    answers : sequence of sequence of str, optional
        What the answers to each query mean, one text per cell. For people only: they are not
        written to files, and oracles that differ in nothing else are equal.

    Raises
    ------
    ValueError
        If a query is not a partition of the same types as the others: of as many types as most
        queries partition, so the odd one out is named wherever it stands.

    Running time O(m n).

    Examples
    --------
    >>> PartitionQueries([[[0, 1], [2]]]).labels
    array([[0, 0, 1]], dtype=int32)
    """

    kind = "partition"

    def __init__(
        self,
        queries: Sequence[Sequence[Sequence[int]]],
        names: Sequence[str] | None = None,
        answers: Sequence[Sequence[str]] | None = None,
    ) -> None:
        called = entry_names(names, queries, field="names")
        listed = in_rows(queries, "queries", called, "a list of queries")
        names = labels_of(called) if names is None else called[0]
        self._keep(_partition_labels(listed), names, answers)

    @classmethod
    def from_labels(cls, labels: Any, names: Sequence[str] | None = None) -> PartitionQueries:
        """The oracle whose answers are an array's entries.

        Parameters
        ----------
        labels : array of int, shape (m, n)
            ``labels[q, i]`` is the answer of type i to query q. Any integers: those that occur in
            a row are numbered from 0 in increasing order (`from_table` keeps their meaning too).
        names : sequence of str, optional
            As in the class.

        Raises
        ------
        ValueError
            For anything but an integer array of two dimensions, or queries about no type.

        Running time O(m n log n), without a Python object per type.

        Examples
        --------
        >>> PartitionQueries.from_labels([[5, -1, 5], [7, 8, 9]]).labels.tolist()
        [[1, 0, 1], [0, 1, 2]]
        """
        given = _answer_rows(labels)
        if len(given) and not given.shape[1]:
            raise InputError("labels has no columns; give one per type.")
        numbered = np.empty(given.shape, dtype=np.int32)
        for q, row in enumerate(given):
            numbered[q] = np.unique(row, return_inverse=True)[1]
        return cls._of(numbered, names)

    @classmethod
    def from_table(cls, table: Any, columns: Sequence[str] | None = None) -> PartitionQueries:
        """The oracle that can be asked for the columns of a table with one row per type.

        `QuerySelection.from_table` is for a table with one row per respondent: it finds types,
        weights and beliefs too.

        Parameters
        ----------
        table : data frame, structured array, mapping of name to column, or list of mappings
            Values are anything hashable but missing ones (None, NaN). Types that share a value
            share a cell; cells are in increasing order of value, or in order of first appearance
            where values cannot be sorted.
        columns : sequence of str, optional
            What can be asked; default every column. The queries are named after them.

        Raises
        ------
        ValueError
            For columns that do not exist or occur twice, no rows, and missing or unhashable
            values.

        Running time O(m n) and sorting the values that occur.

        Examples
        --------
        >>> table = {"age": ["young", "old", "young"], "rooms": [2, 10, 3]}
        >>> oracle = PartitionQueries.from_table(table)
        >>> oracle.labels.tolist(), oracle.names, oracle.answers[0]
        ([[1, 0, 1], [0, 2, 1]], ('age', 'rooms'), ('old', 'young'))
        """
        read = table_columns(table)
        asked = (
            askable(read) if columns is None else in_order(columns, "columns", need=COLUMN_NAMES)
        )
        names = [str(name) for name in asked]
        first: dict[str, int] = {}
        for i, name in enumerate(names):
            if name not in read:
                raise InputError(
                    f"columns[{i}] is {name!r}, and the columns are {listed(list(read))}."
                )
            if first.setdefault(name, i) != i:
                raise InputError(f"columns[{i}] is {name!r} again; name each column once.")
        n = max(map(len, read.values()), default=0)
        if names and not n:
            raise InputError("table has no rows; give one row per type.")
        questions = [(read[name], f"table column {name!r} row") for name in names]
        numbered, answers = _numbered(questions, n)
        return cls._of(numbered, names, answers)

    @classmethod
    def from_function(
        cls,
        answer: Callable[[Any, Type], Hashable],
        types: Iterable[Type],
        queries: int | Sequence[str],
    ) -> PartitionQueries:
        """The oracle that answers as a function does, evaluated once per query and type.

        Parameters
        ----------
        answer : callable
            ``answer(query, type)``: anything hashable but None and NaN. Cells are ordered as in
            `from_table`.
        types : iterable
            The types in the instance's order, as the function wants them: ``range(n)`` for
            positions, ``instance.labels`` for labels.
        queries : int or sequence of str
            Names of the queries, by which the function is then asked; or how many there are, and
            it is asked 0, 1, ...

        Raises
        ------
        ValueError
            For a negative count, no types, and answers that are missing or unhashable.

        Running time: m n calls.

        Examples
        --------
        >>> PartitionQueries.from_function(lambda q, i: i >> q & 1, range(4), 2).labels.tolist()
        [[0, 1, 0, 1], [0, 0, 1, 1]]
        """
        given: Any = queries
        counted = is_index(given, np.inf)
        need = "a count >= 0 or a list of names"
        asked = list(range(given) if counted else in_order(given, "queries", need=need))
        everyone = in_rows(types, "types", need="a list of types")
        if len(asked) and not everyone:
            raise InputError("types is empty; give at least one type.")
        questions = (
            ([answer(query, one) for one in everyone], f"the answer to query {query!r} of type")
            for query in asked
        )
        numbered, answers = _numbered(questions, len(everyone))
        return cls._of(numbered, None if counted else asked, answers)

    @classmethod
    def _of(
        cls, labels: Labels, names: Sequence[str] | None, answers: Any = None
    ) -> PartitionQueries:
        oracle = cls.__new__(cls)
        oracle._keep(labels, names, answers)
        return oracle

    def _keep(self, labels: Labels, names: Sequence[str] | None, answers: Any) -> None:
        labels.setflags(write=False)
        self._labels = labels
        self._names = None
        if names is not None:
            self._names = tuple(in_order(names, "names", need="a list of strings"))
        self._answers = None if answers is None else _answer_texts(answers, self.names)
        for field, given in (("names", self._names), ("answers", self._answers)):
            if given is not None and len(given) != len(labels):
                raise InputError(
                    f"{field} has {len(given)} entries for {len(labels)} queries; "
                    "give one per query."
                )
        for q, texts in enumerate(self._answers or ()):
            cells = int(labels[q].max()) + 1
            if len(texts) != cells:
                raise InputError(
                    f"answers[{q}] has {len(texts)} entries for {cells} cells; give one per cell."
                )

    @property
    def labels(self) -> Labels:
        """Cell of each of n types under each of m queries, numbered from 0, shape (m, n)."""
        return self._labels

    @property
    def answers(self) -> tuple[tuple[str, ...], ...] | None:
        """What the answers mean, as given, or the values in the table or of the function."""
        return self._answers

    @property
    def names(self) -> tuple[str, ...]:
        """What the queries are called."""
        return self._names or tuple(str(q) for q in range(len(self.labels)))

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        return f"PartitionQueries({len(self)} queries)"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PartitionQueries):
            return NotImplemented
        # Without queries, only some ways in know the number of types.
        same = not len(self) or np.array_equal(self.labels, other.labels)
        return same and self.names == other.names

    __hash__ = None  # type: ignore[assignment]

    def count(self, n: int) -> int:
        """Number of queries."""
        return len(self)

    def check_query(self, query: int) -> None:
        """InputError unless there is a query of this number."""
        if not 0 <= query < len(self):
            raise InputError(f"queries has {query}; queries are numbered 0 to {len(self) - 1}.")

    def to_dict(self) -> dict[str, Any]:
        """The oracle as in a JSON file."""
        queries = []
        for row in self.labels:
            ends = np.cumsum(np.bincount(row))[:-1]
            cells = np.split(np.argsort(row, kind="stable"), ends)
            queries.append([cell.tolist() for cell in cells])
        document: dict[str, Any] = {"kind": self.kind, "queries": queries}
        if self._names is not None:
            document["names"] = list(self._names)
        return document


def _answer_rows(labels: Any) -> Labels:
    """Answers by query and type; ValueError, with the place, for what is not an integer."""
    if is_frame(labels):
        raise InputError(
            "labels is a data frame; from_table takes one with a column per query, or give an "
            "array with a row per query."
        )
    need = "integers, one row per query and one column per type"
    rows = in_rows(labels, "labels", need=need)
    read = [np.asarray(in_order(row, f"labels[{q}]", need=need)) for q, row in enumerate(rows)]
    for q, row in enumerate(read):
        if len(row) != len(read[0]):
            raise InputError(
                f"labels[{q}] has {len(row)} entries and labels[0] has {len(read[0])}; give one "
                "per type."
            )
        if len(row) and row.dtype.kind not in "iub":
            whole = [isinstance(label, int | np.integer) for label in rows[q]]
            i = whole.index(False) if not all(whole) else 0  # an integer of over 64 bits
            raise InputError(f"labels[{q}][{i}] is {rows[q][i]!r}; give {need}.")
    return np.array(read) if read else np.zeros((0, 0), dtype=np.int32)


def _answer_texts(answers: Any, names: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    listed = in_rows(answers, "answers", [names], "one list of texts per query")
    return tuple(
        tuple(in_order(texts, f"answers[{q}]", need="one text per cell"))
        for q, texts in enumerate(listed)
    )


def _partition_labels(given: Sequence[Any]) -> Labels:
    """Lists of cells as an array; the query that differs from the most others is at fault."""
    queries = [
        in_rows(query, f"queries[{q}]", need="a list of cells") for q, query in enumerate(given)
    ]
    for q, query in enumerate(queries):
        for c, cell in enumerate(query):
            if not hasattr(cell, "__len__") or isinstance(cell, str | Mapping):
                raise InputError(
                    f"queries[{q}] cell {c} is {cell!r}; give a list of types (an array of "
                    "answers goes into from_labels)."
                )
    rows = [_whole(query) for query in queries]
    whole = [len(row) for row in rows if row is not None]
    sizes = whole or [sum(map(len, query)) for query in queries]
    n = Counter(sizes).most_common(1)[0][0] if sizes else 0
    for q, row in enumerate(rows):
        if row is None or len(row) != n:
            raise InputError(_fault(queries[q], n, f"queries[{q}]"))
    return np.array(rows, dtype=np.int32).reshape(len(rows), n)


def _whole(query: Sequence[Sequence[int]]) -> Labels | None:
    """The labels of a partition of types 0 to any n - 1; None for anything else."""
    members = list(chain.from_iterable(query))
    kinds = set(map(type, members))
    if not members or not all(issubclass(k, int | np.integer) and k is not bool for k in kinds):
        return None
    n, sizes = len(members), [len(cell) for cell in query]
    if not all(sizes) or min(members) < 0 or max(members) >= n:
        return None
    labels = np.full(n, -1, dtype=np.int32)
    labels[members] = np.repeat(np.arange(len(sizes)), sizes)
    return labels if labels.min() >= 0 else None


def _fault(query: Sequence[Sequence[int]], n: int, where: str) -> str:
    """What keeps a query from being a partition of n types."""
    seen: set[int] = set()
    for c, cell in enumerate(query):
        if len(cell) == 0:
            return f"{where} cell {c} is empty; leave it out."
        for i in cell:
            if not is_index(i, n):
                return (
                    f"{where} cell {c} names type {i!r}; its cells must partition types 0 to "
                    f"{n - 1}."
                )
            if i in seen:
                return f"{where} has type {i} twice; put every type in one cell."
            seen.add(i)
    if not seen:
        return f"{where} has no cells; put every type in one cell."
    missing = next(i for i in range(n) if i not in seen)
    return f"{where} leaves out type {missing}; put every type in one cell."


def _numbered(
    questions: Iterable[tuple[Sequence[Any], str]], n: int
) -> tuple[Labels, list[list[str]]]:
    """Labels and texts of questions, each given by the answers of n types and where they stand."""
    rows, texts = [], []
    for values, where in questions:
        row, distinct = _valued_labels(values, where)
        rows.append(row)
        texts.append([str(value) for value in distinct])
    return np.array(rows, dtype=np.int32).reshape(len(rows), n), texts


def _valued_labels(values: Sequence[Any], where: str) -> tuple[Labels, list[Any]]:
    """Each value as its position among the distinct ones, and those in order."""
    codes: list[int] = []
    first: dict[Any, int] = {}
    for i, value in enumerate(values):
        try:
            codes.append(first.setdefault(value, len(first)))
        except TypeError as error:
            raise InputError(
                f"{where} {i} is {value!r}, which is not hashable; give text, a number or a tuple."
            ) from error
    for value, code in first.items():
        if is_missing(value):
            raise InputError(
                f"{where} {codes.index(code)} is {value!r}, a missing value; give one, or a "
                "word for those that have none."
            )
    try:
        ordered = sorted(first)
    except TypeError:
        ordered = list(first)
    ranks = np.empty(len(first), dtype=np.int32)
    ranks[[first[value] for value in ordered]] = np.arange(len(first))
    return ranks[codes], ordered
