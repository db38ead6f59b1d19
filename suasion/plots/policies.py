"""The picture of messaging policies: how likely each message is in each state, and who acts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from suasion.errors import InputError
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.binary.policy import MessagingPolicy
from suasion.models.finite.instance import FinitePersuasion
from suasion.models.finite.policy import FinitePolicy
from suasion.models.numbers.arrays import IntArray
from suasion.plots.style import filling, legend_below, new_axes, short
from suasion.plots.subjects import cells_of, instance_of
from suasion.results import Result

MOST_MESSAGES = 48
MOST_STATES = 12
STATES = ("state 1", "state 0")
# Types that are named instead of described.
NAMED_TYPES = 3
NAMED_ACTIONS = 2
NEGLIGIBLE = 1e-12


@dataclass(frozen=True)
class Sent:
    """A message of a policy over any number of states.

    Attributes
    ----------
    name : str
    likelihoods : tuple of float
        In each state.
    response : str
        Who does what on it.
    """

    name: str
    likelihoods: tuple[float, ...]
    response: str = ""


def policy_plot(
    policy_or_result: Any, instance: Any | None = None, ax: Axes | None = None
) -> Axes:
    r"""Bars of sigma(message | state) for each message and state, with who does what on it.

    Parameters
    ----------
    policy_or_result : MessagingPolicy, FinitePolicy or Result
        A result about queries has a policy for every cell; they are drawn one below the other.
    instance : BinaryPersuasion, FinitePersuasion, QuerySelection or Result, optional
        Who receives a policy; a result knows. Without it the picture leaves out who acts.
    ax : matplotlib axes, optional
        Where to draw; default new axes of a new figure, as high as the messages need.

    Returns
    -------
    matplotlib axes

    Raises
    ------
    ValueError
        For anything but a policy, more than 48 messages, or more than 12 states.

    Notes
    -----
    Messages that rounding alone gave a likelihood, below 1e-12 in every state, are left out.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from suasion import BinaryPersuasion, solve
    >>> ax = policy_plot(solve(BinaryPersuasion([1], ["2/5"])), ax=Figure().subplots())
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['m1\nacts: everyone', 'rest\nacts: nobody']
    >>> [float(bar.get_width().round(3)) for bar in ax.containers[1]]  # in state 0
    [0.667, 0.333]
    """
    sent, states, groups = _messages(policy_or_result, instance)
    if len(sent) > MOST_MESSAGES:
        raise InputError(
            f"there are {len(sent):,} messages, and a picture shows at most {MOST_MESSAGES}; "
            "give a policy with fewer (policy.canonical(instance) merges those on which the same "
            "types act), or the policy of one cell."
        )
    if len(states) > MOST_STATES:
        raise InputError(
            f"there are {len(states):,} states, and a picture shows at most {MOST_STATES}; see "
            "policy.likelihoods for all of them."
        )
    high = 0.11 + 0.22 * len(states)
    ax = new_axes(6.4, max(2.4, 1.4 + high * len(sent))) if ax is None else ax
    _draw(ax, sent, states)
    for end in groups:
        ax.axhline(end - 0.5, color="0.5", linewidth=0.8)
    return ax


def _draw(ax: Axes, sent: list[Sent], states: tuple[str, ...]) -> None:
    """Horizontal bars, so that texts of any length stand beside them."""
    places, thickness = np.arange(len(sent)), 0.8 / len(states)
    for w, state in enumerate(states):
        likelihoods = [message.likelihoods[w] for message in sent]
        at = places + (w - (len(states) - 1) / 2) * thickness
        bars = ax.barh(at, likelihoods, thickness, label=state, **filling(w))
        ax.bar_label(bars, fmt="%.3g", padding=2, fontsize="x-small")
    texts = [f"{m.name}\n{m.response}" if m.response else m.name for m in sent]
    ax.set_yticks(places, texts, fontsize="small")
    ax.set_ylim(len(sent) - 0.5, -0.5)
    ax.set_xlim(0, 1.12)
    ax.set_xticks(np.linspace(0, 1, 6))
    ax.set_xlabel("probability of the message, given the state")
    ax.set_title("Messages, and who does what", fontsize="medium")
    ax.grid(visible=True, axis="x", alpha=0.3)
    ax.set_axisbelow(True)
    legend_below(ax)


def _messages(subject: Any, instance: Any | None) -> tuple[list[Sent], tuple[str, ...], list[int]]:
    """The messages of a policy, or of all cells, the states, where each later cell begins."""
    if isinstance(subject, Result):
        answer, instance = subject.require(), subject.problem
    else:
        answer = subject
        instance = instance.problem if isinstance(instance, Result) else instance
    if isinstance(answer, FinitePolicy):
        count = answer.likelihoods.shape[1]
        names = instance.states if instance is not None else map(str, range(count))
        states = tuple(short(f"state {s}" if s.isdigit() else s) for s in names)
        return list(_sent_to_finite(answer, instance)), states, []
    if isinstance(answer, MessagingPolicy):
        receivers = None if instance is None else instance_of(instance)
        return list(_sent(answer, receivers)), STATES, []
    cells = cells_of(subject) if isinstance(subject, Result) else None
    if cells is None:
        raise InputError(
            f"there are no messages in a {type(answer).__name__}; give a MessagingPolicy, a "
            "FinitePolicy, or a Result about one or about queries."
        )
    receivers = instance_of(subject)
    sent: list[Sent] = []
    groups: list[int] = []
    # A cell has a message at least, so no more cells than messages are looked at.
    for c in range(min(len(cells), MOST_MESSAGES + 1)):
        groups.append(len(sent))
        sent += _sent(cells.policy(receivers, c), receivers, cells[c], f"cell {c}, ")
    return sent, STATES, groups[1:]


def _sent(
    policy: MessagingPolicy,
    instance: BinaryPersuasion | None,
    members: IntArray | None = None,
    prefix: str = "",
) -> Iterator[Sent]:
    if len(policy) > MOST_MESSAGES:
        instance = None  # too many to draw, so who acts need not be found out
    acts = None if instance is None else policy.acts(instance)
    said = np.flatnonzero(np.maximum(policy.high, policy.low) > NEGLIGIBLE)
    for m in said.tolist():
        response = ""
        if instance is not None and acts is not None:
            among = np.arange(len(instance)) if members is None else members
            response = _who(instance, among, among[acts[among, m]])
        likelihoods = float(policy.high[m]), float(policy.low[m])
        yield Sent(prefix + short(policy.labels[m]), likelihoods, response)


def _sent_to_finite(policy: FinitePolicy, instance: FinitePersuasion | None) -> Iterator[Sent]:
    for m, likelihoods in enumerate(policy.likelihoods):
        if likelihoods.max() <= NEGLIGIBLE:
            continue
        response = "" if instance is None else _what(instance, policy.actions[m])
        yield Sent(f"m{m + 1}", tuple(likelihoods.tolist()), response)


def _what(instance: FinitePersuasion, actions: IntArray) -> str:
    """Who takes which action, a line for each of the first few."""
    lines = []
    taken = np.unique(actions).tolist()
    for action in taken[:NAMED_ACTIONS]:
        types = np.flatnonzero(actions == action)
        who = f"weight {instance.weights[types].sum():.4g}"
        if len(types) == len(instance):
            who = "everyone"
        elif len(types) <= NAMED_TYPES:
            who = ", ".join(short(instance.labels[t]) for t in types)
        name = instance.actions[action]
        lines.append(f"{f'action {name}' if name.isdigit() else short(name)}: {who}")
    if len(taken) > NAMED_ACTIONS:
        lines.append(f"and {len(taken) - NAMED_ACTIONS} more actions")
    return "\n".join(lines)


def _who(instance: BinaryPersuasion, among: IntArray, acting: IntArray) -> str:
    if len(acting) == 0:
        return "acts: nobody"
    if len(acting) == len(among):
        return "acts: everyone"
    if len(acting) <= NAMED_TYPES:
        names = ", ".join(short(instance.labels[i]) for i in acting)
        return f"acts: {names}"
    lowest = instance.thresholds[acting].min()
    weight = instance.weights[acting].sum()
    return f"acts: thresholds ≥ {lowest:.4g} (weight {weight:.4g})"
