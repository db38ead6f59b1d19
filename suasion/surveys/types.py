"""Types of a survey: the distinct rows of answers, with the beliefs that a model gives them."""

from __future__ import annotations

import numpy as np

from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.queries.partition_queries import PartitionQueries
from suasion.surveys.beliefs import Beliefs
from suasion.surveys.respondents import Respondents


def instance(
    respondents: Respondents, beliefs: Beliefs, margin: float = 0.0
) -> tuple[BinaryPersuasion, PartitionQueries]:
    """The receivers that respondents stand for, and the questions that tell them apart.

    Parameters
    ----------
    respondents : Respondents
    beliefs : Beliefs
    margin : float
        Policies persuade beliefs that are lower by as much: `BinaryPersuasion.lowered`.

    Returns
    -------
    BinaryPersuasion
        A type for each distinct row of answers, in lexicographic order.
    PartitionQueries
        A query for each question, a cell for each answer that occurs, in the order of levels.
    """
    rows, which = np.unique(respondents.answers, axis=0, return_inverse=True)
    weights = np.bincount(which.ravel(), respondents.weights)
    believed = beliefs.at(rows)
    persuasion = BinaryPersuasion(weights / weights.sum(), believed)
    if margin:
        persuasion = persuasion.lowered(by=margin)
    return persuasion, PartitionQueries.from_labels(rows.T, respondents.questions)
