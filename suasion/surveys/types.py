"""Types of a survey: the distinct rows of answers, with the beliefs that a model gives them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.numbers.arrays import IntArray
from suasion.models.numbers.sequences import in_order
from suasion.models.queries.answers import answer_number
from suasion.models.queries.partition_queries import PartitionQueries
from suasion.models.queries.survey import type_labels
from suasion.surveys.beliefs import Beliefs
from suasion.surveys.respondents import Respondents


class Query(NamedTuple):
    """What can be asked: the answer to a question, or on which side of a cut it is.

    Attributes
    ----------
    name : str
    question : int
        Which of the questions it is about.
    cells : array of int, shape (levels,)
        The cell of each answer; -1 for answers that nobody gave.
    answers : tuple of str
        What each cell means.
    """

    name: str
    question: int
    cells: IntArray
    answers: tuple[str, ...]


def queries_of(respondents: Respondents, cut_ordered: bool = False) -> list[Query]:
    """The queries that questions make.

    Parameters
    ----------
    respondents : Respondents
    cut_ordered : bool
        Whether an ordered question is asked as "at most this level?", one query for each pair of
        neighbours that occur, and not as a whole.

    Examples
    --------
    >>> people = Respondents(("pain",), (("0", "1", "2"),), (True,), np.array([[0], [2], [1]]),
    ...                      np.array([0, 1, 1]), np.ones(3))
    >>> [(query.name, query.cells.tolist()) for query in queries_of(people, cut_ordered=True)]
    [('pain <= 0', [0, 1, 1]), ('pain <= 1', [0, 0, 1])]
    """
    queries = []
    for place, (name, levels) in enumerate(
        zip(respondents.questions, respondents.levels, strict=True)
    ):
        given = np.unique(respondents.answers[:, place])
        if cut_ordered and respondents.ordered[place]:
            sides = [(np.arange(len(levels)) > last).astype(np.int64) for last in given[:-1]]
            queries += [
                Query(f"{name} <= {_largest(levels[last])}", place, side, ("yes", "no"))
                for last, side in zip(given, sides, strict=False)
            ]
            continue
        cells = np.full(len(levels), -1, dtype=np.int64)
        cells[given] = np.arange(len(given))
        queries.append(Query(name, place, cells, tuple(levels[level] for level in given)))
    return queries


def _largest(level: str) -> str:
    """The largest number of a band; any other level as it is."""
    least, to, largest = level.partition(" to ")
    numbers = to and None not in (answer_number(least), answer_number(largest))
    return largest if numbers else level


def query_costs(costs: Any, queries: Sequence[Query]) -> Any:
    """The cost of each query, given one for each question or one for all."""
    if costs is None or isinstance(costs, int | float | str) or not hasattr(costs, "__iter__"):
        return costs
    by_question = list(in_order(costs, "costs"))
    if len(by_question) <= max((query.question for query in queries), default=-1):
        return costs
    return [by_question[query.question] for query in queries]


def asked_of(rows: IntArray, queries: Sequence[Query]) -> PartitionQueries:
    """The queries about types that are rows of answers; cells are in the order of levels."""
    return PartitionQueries.from_labels(
        np.array(
            [query.cells[rows[:, query.question]] for query in queries], dtype=np.int64
        ).reshape(len(queries), len(rows)),
        [query.name for query in queries],
        [query.answers for query in queries],
    )


def instance(
    respondents: Respondents,
    beliefs: Beliefs,
    queries: Sequence[Query],
    margin: float = 0.0,
) -> tuple[BinaryPersuasion, PartitionQueries]:
    """The receivers that respondents stand for, and the questions that tell them apart.

    Parameters
    ----------
    respondents : Respondents
    beliefs : Beliefs
    queries : list of Query
        See `queries_of`.
    margin : float
        Policies persuade beliefs that are lower by as much: `BinaryPersuasion.lowered`.

    Returns
    -------
    BinaryPersuasion
        A type for each distinct row of answers, in lexicographic order.
    PartitionQueries
    """
    rows, which = np.unique(respondents.answers, axis=0, return_inverse=True)
    weights = np.bincount(which.ravel(), respondents.weights)
    believed = beliefs.at(rows)
    labels = type_labels(row_texts(respondents, rows))
    persuasion = BinaryPersuasion(weights / weights.sum(), believed, labels=labels)
    if margin:
        persuasion = persuasion.lowered(by=margin)
    return persuasion, asked_of(rows, queries)


def row_texts(respondents: Respondents, rows: IntArray) -> list[tuple[str, ...]]:
    """Rows of answers as people read them."""
    told = [
        np.array(levels, dtype=object)[codes].tolist()
        for levels, codes in zip(respondents.levels, rows.T, strict=True)
    ]
    return list(zip(*told, strict=True)) if told else [()] * len(rows)
