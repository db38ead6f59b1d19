"""Answers to query selection: a set of queries, or a tree of them, with the cells they reveal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar

import numpy as np

from suasion.errors import check_kind
from suasion.models.numbers.arrays import IntArray, total
from suasion.models.numbers.sequences import distinct_integers
from suasion.models.queries.cell_names import Replies, interval_names
from suasion.models.queries.cells import Cells
from suasion.models.queries.cut_messages import check_cuts
from suasion.models.queries.selection import QuerySelection
from suasion.models.table import SHOWN, Table, Tabled

# What is said where nothing is asked.
NO_QUERY = "No query pays: commit to one messaging policy."


class QuerySet(Tabled):
    """A non-adaptive query policy: all queries are asked at once.

    Parameters
    ----------
    queries : sequence of int
        Cut numbers 1..n-1 for a threshold oracle, 0-based indices for a partition oracle; kept
        sorted and without repeats.

    Examples
    --------
    >>> from suasion import BinaryPersuasion, QuerySelection, ThresholdQueries
    >>> instance = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    >>> question = QuerySelection(instance, ThresholdQueries(), budget=1)
    >>> QuerySet([1]).value(question, exact=True)
    Fraction(3, 5)
    """

    kind: ClassVar[str] = "query-set"

    def __init__(self, queries: Sequence[int] | IntArray) -> None:
        self.queries = distinct_integers(queries, "queries")
        self.queries.setflags(write=False)

    def __len__(self) -> int:
        return len(self.queries)

    def __repr__(self) -> str:
        shown = ", ".join(str(q) for q in self.queries[:8])
        return f"QuerySet([{shown}{', ...' if len(self) > 8 else ''}])"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, QuerySet):
            return NotImplemented
        return np.array_equal(self.queries, other.queries)

    __hash__ = None  # type: ignore[assignment]

    @property
    def used(self) -> IntArray:
        """The queries that are asked, each once; see `QueryTree.used`."""
        return self.queries

    @property
    def depth(self) -> int:
        """Largest number of queries asked, which is their number."""
        return len(self)

    def query_at(self, place: int) -> int | None:
        """What is asked after so many queries; None: nothing any more."""
        return int(self.queries[place]) if place < len(self) else None

    def after(self, place: int, answer: int) -> int:
        """Where an answer leads: to the next query, whatever it is."""
        return place + 1

    def renumbered(self, number: Callable[[int], int]) -> QuerySet:
        """The same policy with other numbers for its queries."""
        return QuerySet([number(query) for query in self.queries.tolist()])

    def asked_of(self, problem: QuerySelection) -> Iterator[tuple[int, IntArray]]:
        """Each query with the positions of the types that it is put to: all of them."""
        everyone: IntArray = np.arange(len(problem.persuasion))
        return ((query, everyone) for query in self.queries.tolist())

    def cells(self, problem: QuerySelection) -> Cells:
        """The common refinement of the queries: what the sender knows after asking them."""
        check_question(problem)
        if not problem.listed:
            instance = problem.binary
            check_cuts(instance, self.queries)
            return Cells.from_cuts(instance, self.queries)
        oracle = problem.partition
        labels = np.zeros(len(problem.persuasion), dtype=np.intp)
        for q in self.queries:
            oracle.check_query(int(q))
            joint = labels * (int(oracle.labels[q].max()) + 1) + oracle.labels[q]
            labels = np.unique(joint, return_inverse=True)[1]
        return Cells.from_labels(labels)

    def cost(self, problem: QuerySelection, exact: bool = False) -> Any:
        """What the queries cost together: own costs and fees, less discounts."""
        check_question(problem)
        return problem.cost_of(self.queries.tolist(), exact)

    def failures(self, problem: QuerySelection) -> list[str]:
        """What breaks the rules of a problem, one sentence each; empty if it may be asked."""
        check_question(problem)
        failures = problem.rules.failures(set(self.queries.tolist()))
        if problem.budget is not None and len(self) > problem.budget:
            return [
                f"{len(self)} queries are asked, and the budget is {problem.budget}",
                *failures,
            ]
        return failures

    def value(self, problem: QuerySelection, exact: bool = False) -> Any:
        """Expected payoff: the values of the cells minus the costs, recomputed from scratch.

        Of any queries there are; whether the problem allows as many is for `failures` to say.
        """
        earned = total(self.cells(problem).values(problem.binary, exact))
        return earned - self.cost(problem, exact)

    def cutoffs(self, problem: QuerySelection) -> list[float] | None:
        """Threshold of the lowest type above each cut; None for partition queries."""
        if problem.listed:
            return None
        instance = problem.binary
        return list(instance.thresholds[instance.order[self.queries]].tolist())

    def tables(self, problem: QuerySelection | None = None, full: bool = False) -> list[Table]:
        """What to ask, and the cells by their answers with what to say to each.

        Parameters
        ----------
        problem : QuerySelection, optional
            Without it the numbers of the queries alone are known.
        full : bool
            All cells and queries; else 16 of them.
        """
        if problem is None:
            return [Table("", ("query",), tuple((int(q),) for q in self.queries))]
        cells, names = self.cells(problem), self.cell_names(problem, full)
        return [cells.table(problem.binary, self.heading(problem, full), names, full)]

    def heading(self, problem: QuerySelection, full: bool = False) -> str:
        """A sentence that says what to ask."""
        count = len(self)
        if not count:
            return NO_QUERY
        shown = count if full else min(count, SHOWN)
        asked = ", ".join(map(Replies(problem).question, self.queries[:shown].tolist()))
        more = f", and {count - shown} more" if shown < count else ""
        noun = "query" if count == 1 else "queries"
        return f"Ask {count} {noun}: {asked}{more}{self._charges(problem)}"

    def _charges(self, problem: QuerySelection) -> str:
        """What they cost where that is more than the sum of their costs."""
        if not problem.rules.charges:
            return ""
        fees = problem.rules.cost(set(self.queries.tolist()))
        whole = self.cost(problem)
        return f" (cost {whole:.6g}: {whole - fees:.6g} each by itself, {fees:+.6g} together)"

    def cell_names(self, problem: QuerySelection, full: bool = False) -> Callable[[int], str]:
        """What each cell is called, by its number: the answers that lead there."""
        cutoffs = self.cutoffs(problem)
        if cutoffs is not None:
            return interval_names(cutoffs, "threshold").__getitem__
        replies, paths = Replies(problem), self.cell_paths(problem)
        return lambda cell: replies.path(paths[cell], full)

    def cell_paths(self, problem: QuerySelection) -> list[list[tuple[int, int]]]:
        """The queries of a partition oracle and their answers that lead to each cell."""
        labels, queries = problem.partition.labels, self.queries.tolist()
        return [[(q, int(labels[q, cell[0]])) for q in queries] for cell in self.cells(problem)]

    def document(
        self, problem: QuerySelection, full: bool = False, exact: bool = False
    ) -> dict[str, Any]:
        """Queries, cutoffs and cells for a result's JSON document."""
        cells = self.cells(problem).document(problem.binary, full, exact)
        return self.asked_document(problem) | cells

    def asked_document(self, problem: QuerySelection) -> dict[str, Any]:
        """What is asked, for a result's JSON document."""
        document: dict[str, Any] = {"queries": self.queries.tolist()}
        cutoffs = self.cutoffs(problem)
        if cutoffs is not None:
            document["cutoffs"] = cutoffs
        return document


def check_question(problem: Any) -> None:
    """A WrongKindError unless the problem is one that queries answer."""
    check_kind(problem, QuerySelection, "problem", "give the QuerySelection that this answers")
