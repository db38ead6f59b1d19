"""Sets as partition queries: each element of a set its own cell, everybody else one cell."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.queries.partition_queries import PartitionQueries
from suasion.models.queries.query_tree import QueryPolicy, QueryTree, Question
from suasion.models.set_cover.cover import Cover
from suasion.models.set_cover.instance import SetCover

# Type 0 believes 1/4 and has odds 1/3; an element's type believes 2/5 and has odds 2/3. Pooled
# with u elements of weight w, type 0 is told what persuades it and each element earns
# 2/5 + (3/5)(1/3) instead of 4/5; or type 0 is given up.
BELIEFS = Fraction(1, 4), Fraction(2, 5)
LOSS_PER_WEIGHT = Fraction(1, 5)  # of an element pooled with type 0
SHARE_ALONE = Fraction(1, 2)  # what type 0 earns of its weight
HEAVY = LOSS_PER_WEIGHT / SHARE_ALONE  # from this ratio of weights on, type 0 is never given up


def receivers(
    elements: Sequence[Any], type_0: Any, beliefs: Sequence[Any] | None = None
) -> BinaryPersuasion:
    """Type 0 and one type per element, with weights in proportion to those given.

    Parameters
    ----------
    elements : sequence of Fraction or float
        Weights of the elements.
    type_0 : Fraction or float
        Weight of type 0.
    beliefs : sequence of numbers, optional
        Beliefs of type 0 and of the elements; default 1/4 and 2/5.
    """
    parts = [Fraction(part) for part in (type_0, *elements)]
    whole = sum(parts, Fraction(0))
    if beliefs is None:
        beliefs = [BELIEFS[0], *[BELIEFS[1]] * len(elements)]
    names = ["type 0", *(f"element {e}" for e in range(len(elements)))]
    return BinaryPersuasion([part / whole for part in parts], beliefs, labels=names)


def star_oracle(sets: SetCover) -> PartitionQueries:
    """One query per set: its elements are told apart from each other and from all the rest.

    Type 0 is no element; element e is type e + 1.
    """
    labels = np.zeros((len(sets.sets), sets.universe + 1), dtype=np.int32)
    for s, elements in enumerate(sets.sets):
        labels[s, elements + 1] = np.arange(1, len(elements) + 1)
    return PartitionQueries.from_labels(labels, sets.labels)


def in_turn(chosen: Cover, sets: SetCover) -> QueryTree:
    """The tree that asks the queries of some sets until the receiver is found."""
    order = chosen.sets.tolist()

    def ask(place: int) -> Question[int] | None:
        if place >= len(order):
            return None
        found = [(answer + 1, len(order)) for answer in range(len(sets.sets[order[place]]))]
        return order[place], [(0, place + 1), *found]

    return QueryTree.grow(0, ask)


def sets_asked(answer: QueryPolicy) -> Cover:
    """The sets whose queries type 0 is asked; in a tree, those on its path."""
    place, asked = 0, []
    while (query := answer.query_at(place)) is not None:
        asked.append(query)
        place = answer.after(place, 0)
    return Cover(asked)
