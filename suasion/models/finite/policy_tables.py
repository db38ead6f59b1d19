"""Policies over any number of states as tables: what is said, who does what, what it earns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from suasion.models.finite.instance import FinitePersuasion
from suasion.models.numbers.arrays import FloatArray, IntArray
from suasion.models.table import Entry, Table, numbered

# Likelihoods in more states than fit beside what the types do have a table of their own, and in
# more than fit in one line a line for each.
STATES_BESIDE = 3
STATES_ALONE = 5
NAMED_TYPES = 6

Row = tuple[Entry, ...]


def policy_tables(
    instance: FinitePersuasion, likelihoods: FloatArray, actions: IntArray, title: str = ""
) -> list[Table]:
    """A row for each action that some type takes on a message that is sent.

    Parameters
    ----------
    likelihoods : array, shape (m, d)
    actions : array of int, shape (m, n)
    """
    sent = np.flatnonzero(likelihoods.any(axis=1)).tolist()
    rows: list[tuple[str, FloatArray, list[Row]]] = [
        (f"m{m + 1}", likelihoods[m], _responses(instance, likelihoods[m], actions[m]))
        for m in sent
    ]
    return message_tables(
        instance, ("message",), rows, ("action", "types", "weight", "value"), title
    )


def _responses(instance: FinitePersuasion, x: FloatArray, actions: IntArray) -> list[Row]:
    """Each action taken on a message: by whom, of what weight, and what that earns."""
    earned = instance.payoffs()[np.arange(len(actions)), actions] @ x
    return [
        (
            action_name(instance, a),
            types_text(instance, np.flatnonzero(actions == a)),
            float(instance.weights[actions == a].sum()),
            float(earned[actions == a].sum()),
        )
        for a in np.unique(actions).tolist()
    ]


def message_tables(
    instance: FinitePersuasion,
    first: tuple[str, ...],
    messages: Sequence[tuple[str, FloatArray, list[Row]]],
    columns: tuple[str, ...],
    title: str = "",
) -> list[Table]:
    """Messages by name, with their likelihoods and one row or more about each.

    Likelihoods stand beside the rest if they are few, else in a second table.
    """
    states = [numbered(state, "state") for state in instance.states]
    beside = len(states) <= STATES_BESIDE
    rows: list[Row] = []
    for name, x, about in messages:
        for place, more in enumerate(about):
            own: Row = (name, *x.tolist()) if place == 0 else (None,) * (len(states) + 1)
            rows.append((*(own if beside else own[:1]), *more))
    headings = tuple(f"if {state}" for state in states) if beside else ()
    tables = [Table(title, (*first, *headings, *columns), tuple(rows))]
    if not beside:
        tables.append(_likelihood_table(first, states, messages))
    return tables


def _likelihood_table(
    first: tuple[str, ...],
    states: list[str],
    messages: Sequence[tuple[str, FloatArray, list[Row]]],
) -> Table:
    """A row for each message, or for each message and state if the states are many."""
    if len(states) <= STATES_ALONE:
        columns = (*first, *(f"if {state}" for state in states))
        return Table("", columns, tuple((name, *x.tolist()) for name, x, _ in messages))
    rows = [
        (name if w == 0 else None, state, float(x[w]))
        for name, x, _ in messages
        for w, state in enumerate(states)
    ]
    return Table("", (*first, "state", "likelihood"), tuple(rows))


def action_name(instance: FinitePersuasion, action: int) -> str:
    """What an action is called."""
    return numbered(instance.actions[action], "action")


def types_text(instance: FinitePersuasion, members: IntArray) -> str:
    """What some types are called, "everyone" if these are all."""
    if len(members) == len(instance):
        return "everyone"
    shown = ", ".join(instance.labels[t] for t in members[:NAMED_TYPES].tolist())
    more = len(members) - NAMED_TYPES
    return f"{shown} and {more} more" if more > 0 else shown
