"""Answers to query selection: a set of queries, or a tree of them, with the cells they reveal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

import numpy as np

from suasion.errors import InputError, check_kind
from suasion.models.binary import BinaryPersuasion
from suasion.models.cells import Cells, total
from suasion.models.finite import FinitePersuasion
from suasion.models.policy import LISTED_TYPES
from suasion.models.queries import QuerySelection
from suasion.models.query_oracles import PartitionOracle, is_index
from suasion.models.quoting import quoted
from suasion.models.rationals import NumberArray
from suasion.models.sequences import distinct_integers
from suasion.models.simulation_queries import check_cuts
from suasion.models.threshold_classes import IntArray

State = TypeVar("State")
# A query and the state that each of its answers leads to.
Question = tuple[int, list[tuple[int, State]]]
# Answers to a cut in documents, by their number in a tree.
CUT_ANSWERS = ("below", "above")


class QuerySet:
    """A non-adaptive query policy: all queries are asked at once.

    Parameters
    ----------
    queries : sequence of int
        Cut numbers 1..n-1 for a threshold oracle, 0-based indices for a partition oracle; kept
        sorted and without repeats.

    Examples
    --------
    >>> from suasion import BinaryPersuasion, QuerySelection, ThresholdOracle
    >>> instance = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    >>> question = QuerySelection(instance, ThresholdOracle(), budget=1)
    >>> QuerySet([1]).value(question, exact=True)
    Fraction(3, 5)
    """

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

    def cells(self, problem: QuerySelection) -> Cells:
        """The common refinement of the queries: what the sender knows after asking them."""
        _check_problem(problem)
        oracle = problem.oracle
        if not isinstance(oracle, PartitionOracle):
            instance = _instance(problem)
            check_cuts(instance, self.queries)
            return Cells.from_cuts(instance, self.queries)
        labels = np.zeros(len(problem.persuasion), dtype=np.intp)
        for q in self.queries:
            _check_query(oracle, int(q))
            joint = labels * (int(oracle.labels[q].max()) + 1) + oracle.labels[q]
            labels = np.unique(joint, return_inverse=True)[1]
        return Cells.from_labels(labels)

    def cost(self, problem: QuerySelection, exact: bool = False) -> Any:
        """Sum of the costs of the queries."""
        _check_problem(problem)
        return total(problem.query_costs(self.queries, exact))

    def failures(self, problem: QuerySelection) -> list[str]:
        """What breaks the rules of a problem, one sentence each; empty if it may be asked."""
        _check_problem(problem)
        if problem.budget is not None and len(self) > problem.budget:
            return [f"{len(self)} queries are asked, and the budget is {problem.budget}"]
        return []

    def value(self, problem: QuerySelection, exact: bool = False) -> Any:
        """Expected payoff: the values of the cells minus the costs, recomputed from scratch.

        Of any queries there are; whether the problem allows as many is for `failures` to say.
        """
        earned = total(self.cells(problem).values(_instance(problem), exact))
        return earned - self.cost(problem, exact)

    def cutoffs(self, problem: QuerySelection) -> list[float] | None:
        """Threshold of the lowest type above each cut; None for partition queries."""
        if isinstance(problem.oracle, PartitionOracle):
            return None
        instance = _instance(problem)
        return list(instance.thresholds[instance.order[self.queries]].tolist())

    def document(
        self, problem: QuerySelection, full: bool = False, exact: bool = False
    ) -> dict[str, Any]:
        """Queries, cutoffs and cells for a result's JSON document."""
        document: dict[str, Any] = {"queries": self.queries.tolist()}
        cutoffs = self.cutoffs(problem)
        if cutoffs is not None:
            document["cutoffs"] = cutoffs
        return document | _cells_document(self.cells(problem), problem, full, exact)


@dataclass(frozen=True)
class QueryTree:
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

    def __repr__(self) -> str:
        asked = sum(query is not None for query in self.queries)
        return f"QueryTree({asked} queries, depth {self.depth})"

    def failures(self, problem: QuerySelection) -> list[str]:
        """What breaks the rules of a problem, one sentence each; empty if it may be asked."""
        _check_problem(problem)
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
        _check_problem(problem)
        oracle = problem.oracle
        if isinstance(problem.persuasion, FinitePersuasion):
            everyone: IntArray = np.arange(len(problem.persuasion))
        else:
            instance = _instance(problem)
            everyone = instance.order
        if not isinstance(oracle, PartitionOracle):
            cuts = [q for q in self.queries if q is not None]
            check_cuts(instance, cuts)
        stack = [(0, everyone)]
        while stack:
            node, members = stack.pop()
            yield node, members
            query = self.queries[node]
            if query is None:
                continue
            if isinstance(oracle, PartitionOracle):
                _check_query(oracle, query)
                answers: Any = oracle.labels[query][members]
            else:
                answers = (instance.rank[members] >= query).astype(np.intp)
            known = dict(self.children[node])
            for answer in sorted(set(answers.tolist()) | set(known), reverse=True):
                reached = members[answers == answer]
                if answer not in known:
                    raise InputError(f"node {node} of the tree has no branch for answer {answer}.")
                if len(reached):
                    stack.append((known[answer], reached))

    def cells(self, problem: QuerySelection) -> Cells:
        """The leaves' types, leaf after leaf; leaves that no type reaches are left out."""
        leaves = [m for node, m in self.routed(problem) if self.queries[node] is None]
        offsets = np.cumsum([0, *(len(m) for m in leaves)])
        segments = not isinstance(problem.oracle, PartitionOracle)
        return Cells(np.concatenate(leaves), offsets, segments)

    def cost(self, problem: QuerySelection, exact: bool = False) -> Any:
        """Expected cost: each query's cost times the weight of the types it is asked of."""
        _check_problem(problem)
        if problem.costs is None:
            return Fraction(0) if exact else 0.0
        weights = _weights(problem, exact)
        charged = [
            weights[members].sum() * problem.query_costs(query, exact)
            for node, members in self.routed(problem)
            if (query := self.queries[node]) is not None
        ]
        expected = sum(charged, Fraction(0) if exact else 0.0)
        return expected if exact else float(expected)

    def value(self, problem: QuerySelection, exact: bool = False) -> Any:
        """Expected payoff: the values of the leaves minus the expected cost.

        Of any tree of queries; whether the problem allows it is for `failures` to say.
        """
        earned = total(self.cells(problem).values(_instance(problem), exact))
        return earned - self.cost(problem, exact)

    def document(
        self, problem: QuerySelection, full: bool = False, exact: bool = False
    ) -> dict[str, Any]:
        """Nested tree and cells for a result's JSON document."""
        tree = {"tree": self.nested(problem)}
        return tree | _cells_document(self.cells(problem), problem, full, exact)

    def nested(self, problem: QuerySelection) -> dict[str, Any]:
        """The tree as nested nodes, leaves with the number of their cell."""
        cuts = not isinstance(problem.oracle, PartitionOracle)
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


def _check_problem(problem: Any) -> None:
    check_kind(problem, QuerySelection, "problem", "give the QuerySelection that this answers")


def _instance(problem: QuerySelection) -> BinaryPersuasion:
    instance = problem.persuasion
    if isinstance(instance, FinitePersuasion):
        raise InputError("persuasion is finite: its cells are valued by a QueryPlan.")
    if not isinstance(instance, BinaryPersuasion):
        raise InputError("this answer belongs to the discretized instance: use persuasion.down.")
    return instance


def _weights(problem: QuerySelection, exact: bool) -> NumberArray:
    """Weights of the types, which queries of a tree are charged by."""
    if isinstance(problem.persuasion, FinitePersuasion):
        return problem.persuasion.exact_weights if exact else problem.persuasion.weights
    weights: NumberArray = _instance(problem).numbers(exact)[0]
    return weights


def _check_query(oracle: PartitionOracle, query: int) -> None:
    if not 0 <= query < len(oracle):
        raise InputError(f"queries has {query}; queries are numbered 0 to {len(oracle) - 1}.")


def _cells_document(
    cells: Cells, problem: QuerySelection, full: bool, exact: bool
) -> dict[str, Any]:
    instance = _instance(problem)
    document: dict[str, Any] = {"cells": cells.to_list(instance, full, exact)}
    if cells.segments and len(instance) > LISTED_TYPES:
        document["order"] = instance.order.tolist()
    return document
