"""What an answer fitted on some respondents earns from others, whose states are known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from suasion.models.binary.envelope import concave_envelope
from suasion.models.binary.policy import MessagingPolicy, envelope_policy
from suasion.models.numbers.arrays import FloatArray, IntArray
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryPolicy, QueryTree
from suasion.models.queries.selection import QuerySelection


class Addressed(NamedTuple):
    """People who are told according to one messaging policy.

    Attributes
    ----------
    people : array of int
        Who they are.
    policy : MessagingPolicy
        What the sender committed to say to them.
    """

    people: IntArray
    policy: MessagingPolicy


class Delivery(NamedTuple):
    """Who is told what after the queries, and what asking cost.

    Attributes
    ----------
    groups : list of Addressed
        Everyone is in exactly one.
    costs : array of float, shape (J,)
        Costs of the queries that each was asked.
    """

    groups: list[Addressed]
    costs: FloatArray

    def payoffs(self, outcomes: IntArray, beliefs: FloatArray) -> FloatArray:
        """What each person earns the sender: ``sum_m sigma(m|y) [acts on m]`` minus costs.

        The outcome itself is the state, so that no model of it is trusted. Someone with belief b
        acts iff ``b sigma(m|1) >= (1 - b) sigma(m|0)``; ties, up to rounding, are the sender's,
        as in every policy of the package.

        Parameters
        ----------
        outcomes : array of 0 and 1, shape (J,)
        beliefs : array of float in [0, 1], shape (J,)

        Returns
        -------
        array of float, shape (J,)

        Notes
        -----
        O(J k) for k messages a policy, at most 3.
        """
        earned = -self.costs
        for people, policy in self.groups:
            acts = policy.persuades(beliefs[people])
            likelihoods = np.where(outcomes[people, None] == 1, policy.high, policy.low)
            earned[people] += (likelihoods * acts).sum(axis=1)
        return earned


def delivery(problem: QuerySelection, answer: QueryPolicy, replies: IntArray) -> Delivery:
    """Who is told what, of people who need not be among the types of the problem.

    Someone whose answers no type has gives is told what the sender would have said had she
    stopped asking in time: the last asked queries are dropped until some type replied alike
    (queries of a set are asked in increasing order).

    Parameters
    ----------
    problem : QuerySelection
        Partition queries about binary persuasion: the sender's view when she committed.
    answer : QuerySet or QueryTree
        What she asks.
    replies : array of int, shape (J, number of queries)
        Everyone's answer to every query, as a cell of it; -1 for an answer that no type gives.

    Returns
    -------
    Delivery

    Notes
    -----
    O(K (n + J)) for K queries asked in a row, and an envelope for each group of people.

    Examples
    --------
    >>> from suasion import BinaryPersuasion, PartitionQueries
    >>> types = BinaryPersuasion([0.5, 0.5], [0.2, 0.4])
    >>> asked = QuerySelection(types, PartitionQueries([[[0], [1]]]), budget=1)
    >>> told = delivery(asked, QuerySet([0]), np.array([[0], [1], [-1]]))
    >>> sorted(group.people.tolist() for group in told.groups)
    [[0], [1], [2]]
    >>> told.payoffs(np.array([1, 1, 1]), np.array([0.2, 0.2, 0.4]))
    array([1., 0., 1.])
    """
    instance = problem.binary
    groups, costs = [], np.zeros(len(replies))
    if isinstance(answer, QuerySet):
        costs += answer.cost(problem)
        walk = _sets(problem, answer, replies)
    else:
        walk = _trees(problem, answer, replies, costs)
    for types, people in walk:
        if len(people):
            classes = instance.classes(types)
            groups.append(Addressed(people, envelope_policy(classes, concave_envelope(classes))))
    return Delivery(groups, costs)


# Types that the sender cannot tell apart, and the people whom she takes for one of them.
_Cell = tuple[IntArray, IntArray]


def _sets(problem: QuerySelection, answer: QuerySet, replies: IntArray) -> Iterator[_Cell]:
    """Cells of people who are all asked the same queries."""
    cells: list[_Cell] = [(np.arange(len(problem.binary)), np.arange(len(replies)))]
    for query in answer.queries.tolist():
        parts: list[_Cell] = []
        for types, people in cells:
            lost, known = _split(problem, query, types, people, replies)
            yield types, lost
            parts += [(told, asked) for _, told, asked in known]
        cells = parts
    yield from cells


def _trees(
    problem: QuerySelection, answer: QueryTree, replies: IntArray, costs: FloatArray
) -> Iterator[_Cell]:
    """Cells of people who are asked along a tree; what they are asked is added to their costs."""
    stack = [(0, np.arange(len(problem.binary)), np.arange(len(replies)))]
    while stack:
        node, types, people = stack.pop()
        query = answer.queries[node]
        if query is None:
            yield types, people
            continue
        costs[people] += problem.query_costs(query)
        lost, known = _split(problem, query, types, people, replies)
        yield types, lost
        following = dict(answer.children[node])
        stack += [(following[reply], told, asked) for reply, told, asked in known]


def _split(
    problem: QuerySelection, query: int, types: IntArray, people: IntArray, replies: IntArray
) -> tuple[IntArray, list[tuple[int, IntArray, IntArray]]]:
    """People whose reply none of the types gives; the types and people of each other reply."""
    of_types, of_people = problem.partition.labels[query][types], replies[people, query]
    known = [
        (reply, types[of_types == reply], people[of_people == reply])
        for reply in np.intersect1d(of_types, of_people).tolist()
    ]
    return people[~np.isin(of_people, of_types)], known
