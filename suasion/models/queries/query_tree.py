"""An adaptive answer to query selection: a tree of queries, with the cells it reveals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, TypeVar

import numpy as np

from suasion.errors import InputError
from suasion.models.numbers.arrays import IntArray, is_index, total
from suasion.models.numbers.quoting import quoted
from suasion.models.numbers.sequences import distinct_integers
from suasion.models.queries.cell_names import Replies, interval_names
from suasion.models.queries.cells import Cells
from suasion.models.queries.cut_messages import check_cuts
from suasion.models.queries.query_set import NO_QUERY, QuerySet, check_question
from suasion.models.queries.selection import QuerySelection
from suasion.models.table import SHOWN, Entry, Table, Tabled

State = TypeVar("State")


# A query and the state that each of its answers leads to.
Question = tuple[int, list[tuple[int, State]]]


# Answers to a cut in documents, by their number in a tree.
CUT_ANSWERS = ("below", "above")


@dataclass(frozen=True)
class QueryTree(Tabled):
    """An adaptive query policy: each query depends on the answers so far.

    Attributes
    ----------
    queries : tuple of (int or None)
        Query asked at each node, None at a leaf. Node 0 is the root, parents come before
        children (trees can be thousands of rounds deep, so nothing here recurses).
    children : tuple of tuple of (answer, node)
        Next node for each answer: cell index for partition queries, 0 = below and 1 = above for
        cuts. Leaves have none.

    Examples
    --------
    >>> QueryTree.binary_search([1, 2, 3]).depth
    2
    """

    kind: ClassVar[str] = "query-tree"

    queries: tuple[int | None, ...]
    children: tuple[tuple[tuple[int, int], ...], ...]

    @classmethod
    def binary_search(cls, cuts: Sequence[int] | IntArray) -> QueryTree:
        """The tree that locates a type among sorted cuts in ceil(log2(M + 1)) rounds."""
        ordered = distinct_integers(cuts, "cuts").tolist()

        def ask(part: tuple[int, int]) -> Question[tuple[int, int]] | None:
            low, high = part
            if low == high:
                return None
            middle = (low + high) // 2
            return ordered[middle], [(0, (low, middle)), (1, (middle + 1, high))]

        return cls.grow((0, len(ordered)), ask)

    @classmethod
    def grow(cls, root: State, ask: Callable[[State], Question[State] | None]) -> QueryTree:
        """Grow a tree from its root state.

        Parameters
        ----------
        root : any
            State of knowledge before the first query.
        ask : callable
            Maps a state to None (stop) or to ``(query, [(answer, next state), ...])``.
        """
        queries: list[int | None] = []
        children: list[list[tuple[int, int]]] = []
        stack: list[tuple[State, int, int]] = [(root, -1, 0)]
        while stack:
            state, parent, answer = stack.pop()
            node = len(queries)
            if parent >= 0:
                children[parent].append((answer, node))
            question = ask(state)
            queries.append(None if question is None else question[0])
            children.append([])
            for reply, following in reversed(question[1] if question else []):
                stack.append((following, node, reply))
        return cls(tuple(queries), tuple(tuple(links) for links in children))

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> QueryTree:
        """The tree in a result's JSON document: the way back from `document`.

        Nodes are numbered as by `grow`, so what `grow` made comes back equal, but for branches
        that no type takes: these are not written. Running time O(nodes).

        Parameters
        ----------
        document : mapping
            A nested ``{"query", "children": [{"answer", "node"}]}`` with leaves ``{"cell"}``, or
            a document with such a "tree".

        Raises
        ------
        ValueError
            For other fields, a query that is not an integer >= 0, and an answer that is neither
            that nor "below" or "above", or that occurs twice at a node.

        Examples
        --------
        >>> branches = [{"answer": a, "node": {"cell": a}} for a in range(3)]
        >>> QueryTree.from_document({"query": 7, "children": branches})
        QueryTree(1 queries, depth 1)
        """
        whole = isinstance(document, Mapping) and "tree" in document
        return cls.grow((document["tree"] if whole else document, None), _read_node)

    @property
    def depths(self) -> list[int]:
        """Number of queries asked before each node."""
        depths = [0] * len(self.queries)
        for node, links in enumerate(self.children):
            for _, child in links:
                depths[child] = depths[node] + 1
        return depths

    @property
    def depth(self) -> int:
        """Largest number of queries asked."""
        return max(self.depths)

    @property
    def used(self) -> IntArray:
        """The queries that are asked, each once, from the root on."""
        used = np.array(list(dict.fromkeys(self._asked)), dtype=np.intp)
        used.setflags(write=False)
        return used

    @property
    def _asked(self) -> list[int]:
        """The queries of the nodes that ask one."""
        return [query for query in self.queries if query is not None]

    def query_at(self, place: int) -> int | None:
        """What is asked at a node; None: nothing any more."""
        return self.queries[place]

    def after(self, place: int, answer: int) -> int:
        """The node that an answer leads to; an InputError if there is no such branch."""
        branches = dict(self.children[place])
        if answer not in branches:
            raise InputError(f"node {place} of the tree has no branch for answer {answer}.")
        return branches[answer]

    def renumbered(self, number: Callable[[int], int]) -> QueryTree:
        """The same policy with other numbers for its queries."""
        queries = tuple(None if query is None else int(number(query)) for query in self.queries)
        return QueryTree(queries, self.children)

    def __repr__(self) -> str:
        return f"QueryTree({len(self._asked)} queries, depth {self.depth})"

    def failures(self, problem: QuerySelection) -> list[str]:
        """What breaks the rules of a problem, one sentence each; empty if it may be asked."""
        check_question(problem)
        if not problem.adaptive and self.depth:
            return ["the queries of the tree depend on the answers, and adaptive is False"]
        if problem.budget is not None and self.depth > problem.budget:
            return [f"{self.depth} queries are asked in a row, and the budget is {problem.budget}"]
        return []

    def routed(self, problem: QuerySelection) -> Iterator[tuple[int, IntArray]]:
        """Each node with the positions of the types that reach it, parents first.

        Leaves come in the order of the cells. Raises InputError for a query that does not exist
        or a missing answer.
        """
        check_question(problem)
        if problem.about_finite:
            everyone: IntArray = np.arange(len(problem.persuasion))
        else:
            instance = problem.binary
            everyone = instance.order
        if not problem.listed:
            check_cuts(instance, self._asked)
        stack = [(0, everyone)]
        while stack:
            node, members = stack.pop()
            yield node, members
            query = self.queries[node]
            if query is None:
                continue
            if problem.listed:
                problem.partition.check_query(query)
                answers: Any = problem.partition.labels[query][members]
            else:
                answers = (instance.rank[members] >= query).astype(np.intp)
            for answer in np.unique(answers)[::-1].tolist():
                stack.append((self.after(node, answer), members[answers == answer]))

    def asked_of(self, problem: QuerySelection) -> Iterator[tuple[int, IntArray]]:
        """Each node's query with the positions of the types that it is put to."""
        for node, members in self.routed(problem):
            query = self.queries[node]
            if query is not None:
                yield query, members

    def cells(self, problem: QuerySelection) -> Cells:
        """The leaves' types, leaf after leaf; leaves that no type reaches are left out."""
        leaves = [m for node, m in self.routed(problem) if self.queries[node] is None]
        offsets = np.cumsum([0, *(len(m) for m in leaves)])
        segments = not problem.listed
        return Cells(np.concatenate(leaves), offsets, segments)

    def cost(self, problem: QuerySelection, exact: bool = False) -> Any:
        """Expected cost: each query's cost times the weight of the types it is asked of."""
        check_question(problem)
        if problem.costs is None:
            return Fraction(0) if exact else 0.0
        weights = problem.type_weights(exact)
        charged = [
            weights[members].sum() * problem.query_costs(query, exact)
            for query, members in self.asked_of(problem)
        ]
        expected = sum(charged, Fraction(0) if exact else 0.0)
        return expected if exact else float(expected)

    def value(self, problem: QuerySelection, exact: bool = False) -> Any:
        """Expected payoff: the values of the leaves minus the expected cost.

        Of any tree of queries; whether the problem allows it is for `failures` to say.
        """
        earned = total(self.cells(problem).values(problem.binary, exact))
        return earned - self.cost(problem, exact)

    def tables(self, problem: QuerySelection | None = None, full: bool = False) -> list[Table]:
        """What to ask in turn, and the cells by their answers with what to say to each.

        Parameters
        ----------
        problem : QuerySelection, optional
            Without it nodes, queries and answers are known by their numbers alone.
        full : bool
            All cells and queries; else 16 of them, and the tree in a sentence if it is large.
        """
        if problem is None:
            return [self._nodes()]
        cells, names = self.cells(problem), self.cell_names(problem, full)
        return [cells.table(problem.binary, self.heading(problem, full), names, full)]

    def _nodes(self) -> Table:
        """Each link of the tree."""
        rows: list[tuple[Entry, ...]] = [
            (node, self.queries[node], answer, child)
            for node, links in enumerate(self.children)
            for answer, child in links
        ]
        return Table("", ("node", "query", "answer", "next node"), tuple(rows))

    def heading(self, problem: QuerySelection, full: bool = False) -> str:
        """What to ask, as a tree of indented lines, or in a sentence if that is long."""
        asked = len(self._asked)
        if not asked:
            return NO_QUERY
        if asked > 2 * SHOWN and not full:
            return f"Ask along a tree of {asked} queries, at most {self.depth} in a row."
        replies, reached = Replies(problem), {node for node, _ in self.routed(problem)}
        cuts = not problem.listed

        def question(node: int) -> str:
            query = self.queries[node]
            return "" if query is None else f"ask {replies.question(query)}"

        lines = [f"A{question(0)[1:]}"]
        stack = [(0, 1, link) for link in reversed(self.children[0])]
        while stack:
            node, depth, (answer, child) = stack.pop()
            if child not in reached:
                continue
            query = self.queries[node]
            assert query is not None
            said = ("no", "yes")[answer] if cuts else replies.reply(query, answer)
            lines.append("    " * depth + ": ".join(filter(None, [said, question(child)])))
            stack += [(child, depth + 1, link) for link in reversed(self.children[child])]
        return "\n".join(lines)

    def cell_names(self, problem: QuerySelection, full: bool = False) -> Callable[[int], str]:
        """What each cell is called, by its number: the answers that lead there."""
        if not problem.listed:
            instance, cells = problem.binary, self.cells(problem)
            first = cells.members[cells.offsets[1:-1]]
            return interval_names(instance.thresholds[first], "threshold").__getitem__
        replies, paths = Replies(problem), self.cell_paths(problem)
        return lambda cell: replies.path(paths[cell], full)

    def cell_paths(self, problem: QuerySelection) -> list[list[tuple[int, int]]]:
        """The queries of a partition oracle and their answers that lead to each cell."""
        above = {
            child: (node, a) for node, links in enumerate(self.children) for a, child in links
        }
        leaves = [node for node, _ in self.routed(problem) if self.queries[node] is None]

        def path(node: int) -> list[tuple[int, int]]:
            found = []
            while node:
                node, answer = above[node]
                query = self.queries[node]
                assert query is not None
                found.append((query, answer))
            return found[::-1]

        return [path(leaf) for leaf in leaves]

    def document(
        self, problem: QuerySelection, full: bool = False, exact: bool = False
    ) -> dict[str, Any]:
        """Nested tree and cells for a result's JSON document."""
        cells = self.cells(problem).document(problem.binary, full, exact)
        return self.asked_document(problem) | cells

    def asked_document(self, problem: QuerySelection) -> dict[str, Any]:
        """What is asked, for a result's JSON document."""
        return {"tree": self.nested(problem)}

    def nested(self, problem: QuerySelection) -> dict[str, Any]:
        """The tree as nested nodes, leaves with the number of their cell."""
        cuts = not problem.listed
        reached = [node for node, _ in self.routed(problem)]
        leaves = [node for node in reached if self.queries[node] is None]
        nested: dict[int, dict[str, Any]] = {
            node: {"cell": index} for index, node in enumerate(leaves)
        }
        # Children have larger numbers than their parents.
        for node in sorted(set(reached) - set(leaves), reverse=True):
            nested[node] = {
                "query": self.queries[node],
                "children": [
                    {
                        "answer": CUT_ANSWERS[answer] if cuts else answer,
                        "node": nested[child],
                    }
                    for answer, child in self.children[node]
                    if child in nested
                ],
            }
        return nested[0]


# What a sender commits to ask.
QueryPolicy = QuerySet | QueryTree


def _read_node(state: tuple[Any, Any]) -> Question[tuple[Any, Any]] | None:
    """What a nested node asks and the nodes that follow, each with its links from the root."""
    nested, links = state

    def need(valid: bool, field: str, value: Any, remedy: str) -> None:
        if not valid:
            raise InputError(f"tree{_steps(links)}{field} is {quoted(value)}; {remedy}.")

    fields = set(nested) if isinstance(nested, Mapping) else set()
    if fields == {"cell"}:
        need(is_index(nested["cell"], np.inf), ".cell", nested["cell"], "give an integer >= 0")
        return None
    need(fields == {"query", "children"}, "", nested, "give a query and its children, or a cell")
    query, children = nested["query"], nested["children"]
    need(is_index(query, np.inf), ".query", query, "give an integer >= 0")
    need(isinstance(children, list), ".children", children, "give a list")
    following: dict[int, tuple[Any, Any]] = {}
    for c, child in enumerate(children):
        field = f".children[{c}]"
        whole = isinstance(child, Mapping) and set(child) == {"answer", "node"}
        need(whole, field, child, "give an answer and a node")
        given = child["answer"]
        answer = CUT_ANSWERS.index(given) if given in CUT_ANSWERS else given
        remedy = 'give a cell index, "below" or "above"'
        need(is_index(answer, np.inf), f"{field}.answer", given, remedy)
        need(answer not in following, f"{field}.answer", given, "give every answer once")
        following[answer] = child["node"], (links, c)
    return query, list(following.items())


def _steps(links: Any) -> str:
    """Where a nested node stands below the root."""
    steps = []
    while links is not None:
        links, child = links
        steps.append(f".children[{child}].node")
    return "".join(reversed(steps))
