"""The sender's payoff over beliefs in two states, its concave closure, and the optimum."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from suasion.models.finite.sender_value import SenderValue, sender_value
from suasion.plots.style import COLOURS, legend_below, new_axes, short
from suasion.plots.subjects import finite_of

# With more jumps than this their ends get no marks.
MOST_MARKS = 15
# With more points than this a result's are not numbered in the legend.
MOST_POINTS = 8


def closure_plot(subject: Any, ax: Axes | None = None) -> Axes:
    """The sender's payoff over beliefs in two states, with its concave closure.

    The picture of Kamenica and Gentzkow (2011): the optimum is the concave closure read at the
    prior, and an optimal policy leads to the posteriors where the closure meets the payoff. Where
    types are indifferent the payoff jumps; ties are the sender's, so the upper end is closed.

    Parameters
    ----------
    subject : FinitePersuasion or Result
        With two states, any number of actions and types. Of a result the points of its policy
        are marked, of an instance those of the closure.
    ax : matplotlib axes, optional
        Where to draw; default new axes of a new figure.

    Returns
    -------
    matplotlib axes

    Raises
    ------
    ValueError
        For another number of states.

    Notes
    -----
    Types whose beliefs differ have no common posterior. Messages are then placed by their share
    of likelihood, x1 / (x0 + x1), and the closure is read at 1/2
    (`suasion.models.finite.beliefs.Coordinates`). Breakpoints are exact. O(n k^2 + n k log(n k)).

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> import suasion
    >>> ax = closure_plot(suasion.example("prosecutor-tables"), ax=Figure().subplots())
    >>> ax.get_title()
    'Value 0.6 = concave closure at 0.3; without information 0'
    """
    instance, policy = finite_of(subject)
    found = sender_value(instance)
    ax = new_axes() if ax is None else ax
    _draw_payoff(ax, found)
    corners = [(found.points[i], found.values[i]) for i in found.corners]
    ax.plot(*_floats(corners), color=COLOURS[0], linestyle="--", label="concave closure", zorder=3)
    if policy is None:
        marks = [(float(q), float(share)) for q, share in found.split()]
    else:
        places, likely, _ = found.coordinates.points(policy)
        marks = sorted(zip(places[:, 1].tolist(), likely.tolist(), strict=True))
    _draw_points(ax, found, marks)
    prior, silent, value = found.prior, found.at(found.prior), found.optimum()
    ax.axvline(float(prior), color="0.4", linestyle=":", linewidth=1)
    _draw_mark(ax, prior, silent, f"no information: {float(silent):.4g}", "X", COLOURS[1], 9)
    _draw_mark(ax, prior, value, f"value {float(value):.4g}", "*", COLOURS[2], 15)
    ax.set_title(
        f"Value {float(value):.6g} = concave closure at {float(prior):.4g}; "
        f"without information {float(silent):.6g}",
        fontsize="medium",
    )
    _name_axes(ax, found, instance.states)
    legend_below(ax)
    return ax


def _draw_payoff(ax: Axes, found: SenderValue) -> None:
    """Segments between breakpoints, broken at jumps; closed and open ends where they are few."""
    path: list[tuple[Any, Any]] = []
    closed, opened = [], []
    rows = zip(found.points, found.before, found.values, found.after, strict=True)
    for point, left, value, right in rows:
        path.append((point, left))
        if left != right:
            path.append((point, np.nan))
            path.append((point, right))
        sides = {left, right}
        if sides != {value}:
            closed.append((point, value))
            opened += [(point, side) for side in sides if side != value]
    text = "sender's payoff, ties for her"
    many = len(closed) > MOST_MARKS
    width = 1.2 if many else 2.2
    ax.plot(*_floats(path), color="black", linewidth=width, label=text, zorder=2)
    style: dict[str, Any] = {"linestyle": "none", "marker": "o", "color": "black", "zorder": 4}
    if closed and not many:
        ax.plot(*_floats(opened), markersize=6, markerfacecolor="white", label="open end", **style)
    if closed:
        # A tie that is worth more than both sides is on no segment.
        size = 2.5 if many else 6
        ax.plot(*_floats(closed), markersize=size, label="closed end, at a tie", **style)


def _draw_points(ax: Axes, found: SenderValue, marks: list[tuple[float, float]]) -> None:
    """Where messages lead, with their probabilities."""
    name = "posterior" if found.coordinates.common else "share"
    bottom = _range(found)[0]
    for place, (point, share) in enumerate(marks):
        text = f"{name} {point:.4g}, probability {share:.4g}"
        height = float(found.at(_nearest(found, point)))
        label = text if place < MOST_POINTS else None
        ax.plot([point, point], [bottom, height], color=COLOURS[1], linewidth=0.8, zorder=1)
        _draw_mark(ax, point, height, label, "D", COLOURS[4], 9)
    if len(marks) > MOST_POINTS:
        more = f"and {len(marks) - MOST_POINTS} more points"
        ax.plot([], [], marker="D", color=COLOURS[4], linestyle="none", label=more)


def _nearest(found: SenderValue, point: float) -> Fraction:
    """A breakpoint that a float stands for, else the float: ties do not survive rounding."""
    near = min(found.points, key=lambda b: abs(float(b) - point))
    return near if abs(float(near) - point) <= 1e-9 else Fraction(point)


def _name_axes(ax: Axes, found: SenderValue, states: tuple[str, ...]) -> None:
    name = short(f"state {states[1]}" if states[1].isdigit() else states[1])
    if found.coordinates.common:
        ax.set_xlabel(f"posterior probability of {name}")
        ax.set_ylabel("sender's payoff")
    else:
        ax.set_xlabel(f"share of the message's likelihood in {name}: x1 / (x0 + x1)")
        ax.set_ylabel("payoff U(x) of a message\nwith x0 + x1 = 2")
    ax.set_xlim(-0.03, 1.03)
    ax.set_ylim(*_range(found))
    ax.grid(visible=True, alpha=0.3)


def _range(found: SenderValue) -> tuple[float, float]:
    """Ends of the vertical axis; of a constant it shows more than its rounding."""
    low = float(min(*found.before, *found.after))
    top = float(max(found.values))
    margin = max(0.08 * (top - low), 0.02 * max(abs(low), abs(top)), 1e-9)
    return low - margin, top + margin


def _draw_mark(
    ax: Axes, x: Any, y: Any, text: str | None, marker: str, colour: str, size: float
) -> None:
    style: dict[str, Any] = {"linestyle": "none", "markeredgecolor": "white", "zorder": 5}
    ax.plot(float(x), float(y), color=colour, marker=marker, markersize=size, label=text, **style)


def _floats(path: list[tuple[Any, Any]]) -> tuple[list[float], list[float]]:
    return [float(x) for x, _ in path], [float(y) for _, y in path]
