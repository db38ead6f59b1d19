"""The picture of the closed form: gains of messages against their odds, and their envelope."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from suasion.models.binary.envelope import concave_envelope
from suasion.models.numbers.arrays import FloatArray, IntArray
from suasion.plots.style import COLOURS, MARKERS, legend_below, new_axes, thinned
from suasion.plots.subjects import instance_of

# Odds up to here are all shown; of larger ones, only up to a little beyond the dearest message
# used.
WIDEST = 10.0
FARTHEST = 1000.0


def envelope_plot(instance: Any, members: IntArray | None = None, ax: Axes | None = None) -> Axes:
    """Gain of each message against its odds, the concave envelope, and the value read at odds 1.

    A point is a message ``(odds, gain)`` per unit of its likelihood in state 1: its odds are the
    largest ``low / high`` likelihood ratio at which its target acts. Messages may be mixed as long
    as their odds are 1 on average, so the optimum is the envelope at odds 1. Types with threshold
    1 act on everything: their weight is part of every gain.

    Parameters
    ----------
    instance : BinaryPersuasion, QuerySelection or Result
    members : array of int, optional
        Positions of the types of a cell; default all. Gains are of the cell's unnormalised
        weights.
    ax : matplotlib axes, optional
        Where to draw; default new axes of a new figure.

    Returns
    -------
    matplotlib axes

    Notes
    -----
    Odds are unbounded: where they exceed 10, the axis ends a little beyond the dearest message
    used, and the legend counts the points beyond. More than 4,000 points are thinned to the
    highest, lowest, first and last in each of 1,000 columns. O(n log n).

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from suasion import BinaryPersuasion
    >>> instance = BinaryPersuasion(["1/2", "1/2"], ["2/5", "9/10"])
    >>> ax = envelope_plot(instance, ax=Figure().subplots())
    >>> ax.get_title()
    'Value 0.884 = envelope at odds 1'
    """
    classes = instance_of(instance).classes(members)
    found = concave_envelope(classes)
    certain = float(classes.certain)
    odds = np.append(0.0, classes.odds)
    gains = np.asarray(classes.gains() + certain, dtype=np.float64)
    ax = new_axes() if ax is None else ax
    used = [(j + 1, float(mass)) for j, mass in found.messages]
    end = _end(odds, [odds[j] for j, _ in used])
    corners = closure(odds, gains)
    beyond = int((odds > end).sum())
    _draw_points(ax, odds[odds <= end], gains[odds <= end], beyond, end)
    right = max(end, odds[-1])
    ax.plot(
        *(np.append(odds[corners], right), np.append(gains[corners], gains[corners[-1]])),
        color=COLOURS[0],
        label="concave envelope, non-decreasing",
    )
    if certain > 0:
        text = f"weight {certain:.4g} with threshold 1 acts on everything"
        ax.axhline(certain, color="0.4", linestyle=":", label=text)
    ax.axvline(1, color="black", linestyle="--", linewidth=1, label="odds 1: state 0 is used up")
    for place, (j, mass) in enumerate(used):
        name = "message 0 (state 1 only)" if j == 0 else f"m{j}"
        text = f"{name}: odds {odds[j]:.4g}, probability {mass:.4g} in state 1"
        _draw_mark(ax, odds[j], gains[j], text, COLOURS[1], MARKERS[1 + place])
    value = float(found.value)
    _draw_mark(ax, 1.0, value, f"value {value:.4g}", COLOURS[2], "*")
    ax.set_xlim(-0.03 * end, end * 1.03)
    top = float(np.interp(end, odds[corners], gains[corners]))
    low = float(gains[odds <= end].min())
    low = min(low, certain) if certain > 0 else low
    margin = 0.08 * max(top - low, 0.01)
    ax.set_ylim(low - margin, top + margin)
    ax.set_title(f"Value {value:.6g} = envelope at odds 1", fontsize="medium")
    ax.set_xlabel("odds of the message, sigma(m|0) / sigma(m|1)")
    ax.set_ylabel("gain: probability of action\nper unit of sigma(m|1)")
    ax.grid(visible=True, alpha=0.3)
    legend_below(ax)
    return ax


def closure(x: FloatArray, y: FloatArray) -> IntArray:
    """Positions of the corners of the non-decreasing concave closure, from left to right.

    Parameters
    ----------
    x, y : array, shape (n,)
        `x` non-decreasing.

    O(n).

    Examples
    --------
    >>> closure(np.array([0.0, 1, 2, 3]), np.array([0.0, 1, 1.5, 1])).tolist()
    [0, 1, 2]
    """
    # Only points above all before them can be corners of a non-decreasing function.
    risen = np.maximum.accumulate(y)
    steps = np.flatnonzero(np.append(True, risen[1:] > risen[:-1]))
    corners: list[int] = []
    for k, at, height in zip(steps.tolist(), x[steps].tolist(), y[steps].tolist(), strict=True):
        while corners and (x[corners[-1]] == at or _below(x, y, corners, at, height)):
            corners.pop()
        corners.append(k)
    return np.array(corners, dtype=np.intp)


def _below(x: FloatArray, y: FloatArray, corners: list[int], at: float, height: float) -> bool:
    """Whether the last corner lies on or below the chord over it to a new point."""
    if len(corners) < 2:
        return False
    a, b = corners[-2:]
    # Slopes instead of products: odds can exceed 1e15.
    return bool((y[b] - y[a]) / (x[b] - x[a]) <= (height - y[b]) / (at - x[b]))


def _end(odds: FloatArray, used: list[float]) -> float:
    """Where the horizontal axis ends."""
    largest = float(odds[-1])
    if largest <= WIDEST:
        return max(largest, 1.25)
    dear = max(used)
    return min(largest, max(2.0, 1.25 * dear if dear <= FARTHEST else 2.0))


def _draw_points(ax: Axes, odds: FloatArray, gains: FloatArray, beyond: int, end: float) -> None:
    drawn = thinned(odds, gains)
    text = "messages, one per threshold, and message 0"
    if len(drawn) < len(odds):
        text = f"messages: {len(drawn):,} of {len(odds):,}, extremes of each column"
    if beyond:
        text += f" ({beyond:,} beyond odds {end:.4g})"
    many = len(drawn) > 300
    size = 2 if many else 5
    style: dict[str, Any] = {"linestyle": "none", "marker": "o", "color": "0.35"}
    ax.plot(odds[drawn], gains[drawn], markersize=size, rasterized=many, label=text, **style)


def _draw_mark(ax: Axes, x: float, y: float, text: str, colour: str, marker: str) -> None:
    style: dict[str, Any] = {"linestyle": "none", "markeredgecolor": "white", "zorder": 4}
    size = 14 if marker == "*" else 9
    ax.plot(x, y, color=colour, marker=marker, markersize=size, label=text, **style)
