"""Policies over any number of states, as tables."""

from __future__ import annotations

import numpy as np
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from suasion.cli.application import table
from suasion.models.finite.instance import FinitePersuasion
from suasion.models.finite.menu_lp import Menu
from suasion.models.finite.policy import FinitePolicy
from suasion.models.numbers.arrays import IntArray

# More states than fit beside what the types do get a line each.
STATES_BESIDE = 4
NAMED_TYPES = 6
SHOWN_MENU = 16


def finite_policy(policy: FinitePolicy, instance: FinitePersuasion) -> list[RenderableType]:
    """Messages, how likely they are in each state, and what the types do on them."""
    grid = _grid(instance, "message")
    for m, actions in enumerate(policy.actions):
        if not policy.likelihoods[m].any():
            continue  # never sent
        grid.add_row(
            Text(f"m{m + 1}"),
            *_likelihoods(policy, m, instance),
            Text(_responses(actions, instance)),
        )
    return [grid, "", Text(f"Receivers expect {policy.receiver_value(instance):.6g}.")]


def offered(menu: Menu, instance: FinitePersuasion, full: bool) -> list[RenderableType]:
    """What each type that reports itself is told to do, and how likely in each state."""
    shown = len(menu) if full else min(len(menu), SHOWN_MENU)
    grid = _grid(instance, "report")
    for t, policy in enumerate(menu.policies[:shown]):
        for m, (action,) in enumerate(policy.actions.tolist()):
            name = instance.labels[t] if m == 0 else ""
            told = Text(_named(instance.actions[action], "action"))
            grid.add_row(Text(name), *_likelihoods(policy, m, instance), told)
    parts: list[RenderableType] = [grid]
    if shown < len(menu):
        parts.append(Text(f"... and {len(menu) - shown} more types (--full shows all)."))
    return parts


def _grid(instance: FinitePersuasion, first: str) -> Table:
    states = instance.states
    if len(states) > STATES_BESIDE:
        return table(first, "state", "likelihood", "what they do", numbers=("likelihood",))
    headings = [f"if {_named(state, 'state')}" for state in states]
    return table(first, *headings, "what they do", numbers=tuple(headings))


def _likelihoods(policy: FinitePolicy, m: int, instance: FinitePersuasion) -> list[RenderableType]:
    numbers = [f"{x:.6g}" for x in policy.likelihoods[m]]
    if len(numbers) <= STATES_BESIDE:
        return list(numbers)
    return [Text("\n".join(instance.states)), "\n".join(numbers)]


def _named(label: str, what: str) -> str:
    """Labels that are numbers say what they number."""
    return f"{what} {label}" if label.isdigit() else label


def _responses(actions: IntArray, instance: FinitePersuasion) -> str:
    """Who takes which action: ``buy: everyone``, or a line per action."""
    lines = []
    for a in np.unique(actions).tolist():
        who = np.flatnonzero(actions == a)
        taken = _named(instance.actions[a], "action")
        if len(who) == len(actions):
            return f"{taken}: everyone"
        names = ", ".join(instance.labels[t] for t in who[:NAMED_TYPES])
        more = f" and {len(who) - NAMED_TYPES} more" if len(who) > NAMED_TYPES else ""
        share = instance.weights[who].sum()
        lines.append(f"{taken}: {names}{more} (weight {share:.4g})")
    return "\n".join(lines)
