"""What people call the cells of queries: by the answers that lead there."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from suasion.models.numbers.arrays import FloatArray
from suasion.models.queries.selection import QuerySelection
from suasion.models.table import SHOWN, numbered

EVERYONE = "everyone"


def answer_words(problem: QuerySelection, query: int) -> list[str] | None:
    """What the answers to a partition query say, one text each; None if nothing tells.

    The texts that came with the queries, or those in labels of types such as "young|A": an
    answer to each query, as surveys are written.
    """
    oracle = problem.partition
    if oracle.answers is not None:
        return list(oracle.answers[query])
    row = oracle.labels[query]
    receivers = problem.finite if problem.about_finite else problem.binary
    parts = [label.split("|") for label in receivers.labels]
    if any(len(part) != len(oracle) for part in parts):
        return None
    said = [
        {parts[i][query] for i in np.flatnonzero(row == cell).tolist()}
        for cell in range(int(row.max()) + 1)
    ]
    if any(len(words) != 1 for words in said) or len(set.union(*said)) < len(said):
        return None
    return [words.pop() for words in said]


class Replies:
    """Questions and answers of a problem in words; a partition query's are looked up once."""

    def __init__(self, problem: QuerySelection) -> None:
        self._problem = problem
        self._words: dict[int, list[str] | None] = {}

    def question(self, query: int) -> str:
        """What is asked."""
        problem = self._problem
        if problem.oracle.kind == "partition":
            return numbered(problem.partition.names[query], "query")
        instance = problem.binary
        return f"threshold >= {instance.thresholds[instance.order[query]]:.6g}?"

    def reply(self, query: int, answer: int) -> str:
        """A partition query with its answer: "pain = 2"."""
        if query not in self._words:
            self._words[query] = answer_words(self._problem, query)
        words = self._words[query]
        said = str(answer) if words is None else words[answer]
        return f"{self.question(query)} = {said}"

    def path(self, replies: Sequence[tuple[int, int]], full: bool = False) -> str:
        """The cell that these queries and answers lead to."""
        if not replies:
            return EVERYONE
        shown = len(replies) if full else SHOWN
        more = f" and {len(replies) - shown} more" if shown < len(replies) else ""
        return ", ".join(self.reply(q, a) for q, a in replies[:shown]) + more


def interval_names(cutoffs: Sequence[float] | FloatArray, what: str) -> list[str]:
    """The intervals that increasing cutoffs bound.

    Examples
    --------
    >>> interval_names([0.3, 0.5], "threshold")
    ['threshold below 0.3', 'threshold 0.3 to 0.5', 'threshold from 0.5']
    """
    if not len(cutoffs):
        return [EVERYONE]
    texts = [f"{cutoff:.6g}" for cutoff in cutoffs]
    inner = [f"{what} {low} to {high}" for low, high in pairwise(texts)]
    return [f"{what} below {texts[0]}", *inner, f"{what} from {texts[-1]}"]
