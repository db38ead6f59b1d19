"""Names of types, states, actions and sets: as many as there are, and distinct."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from suasion.errors import InputError
from suasion.models.numbers.sequences import Names, in_order, labels_of


def checked_names(
    given: Any, names: Names, n: int, field: str = "labels", each: str = "type"
) -> tuple[str, ...] | None:
    """The labels given, or else the names that other fields brought; None without either."""
    labels = labels_of(names) if given is None else names[0]
    return None if labels is None else checked_labels(labels, n, field, each)


def checked_labels(
    labels: Sequence[str], n: int, field: str = "labels", each: str = "type"
) -> tuple[str, ...]:
    """`labels` as a tuple; ValueError unless they are `n` distinct strings."""
    texts = list(in_order(labels, field, need="a list of strings"))
    if len(texts) != n:
        raise InputError(f"{field} has {len(texts)} entries for {n} {each}s; give one per {each}.")
    seen: dict[str, int] = {}
    for i, label in enumerate(texts):
        if not isinstance(label, str):
            raise InputError(f"{field}[{i}] is {label!r}; give a string.")
        if label in seen:
            raise InputError(
                f"{field}[{i}] is {label!r} again (first at {seen[label]}); give distinct {field}."
            )
        seen[label] = i
    return tuple(texts)
