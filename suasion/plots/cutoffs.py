"""The picture of queries: the sender's payoff against the cutoff, before and after asking."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from suasion.models.binary.envelope import concave_envelope
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.binary.threshold_classes import ThresholdClasses
from suasion.models.numbers.arrays import FloatArray, IntArray
from suasion.models.queries.cells import Cells
from suasion.plots.style import COLOURS, DASHES, MARKERS, legend_below, new_axes, thinned
from suasion.plots.subjects import Queries, asked, cells_of, instance_of

# More cells are not told apart by the legend.
LISTED_CELLS = 6
# Points of a curve without many teeth.
POINTS = 400
# Payoffs that differ by less are equal.
ROUNDING = 1e-9


def cutoff_plot(
    question_or_instance: Any, queries: Queries | None = None, ax: Axes | None = None
) -> Axes:
    """The sender's payoff against the cutoff, before and after queries: a saw-tooth.

    The policy with cutoff c persuades the types with thresholds of at least c with one message as
    likely in state 0 as they allow (for c > 1/2: always sent in state 0; what is left of state 1
    is told, and all act on it). A little more and the types at c are lost, so the payoff is a
    saw-tooth; queries let every cell have a cutoff of its own. In kind this is Figure 2 of Harris
    et al. (arXiv 2311.18138).

    Parameters
    ----------
    question_or_instance : BinaryPersuasion, QuerySelection or Result
        A result comes with the queries of its answer.
    queries : QuerySet, QueryTree or sequence of int, optional
        What is asked instead: cuts, or numbers of partition queries. Default: for a result its
        answer, else nothing.
    ax : matplotlib axes, optional
        Where to draw; default new axes of a new figure.

    Returns
    -------
    matplotlib axes

    Notes
    -----
    A cell's curve begins above the next lower type outside it and ends at its highest threshold;
    its payoff is that given the cell, so cells' payoffs times their weights add up. Cells of
    weight 0 are left out. A hollow marker is the best cutoff. Where two messages earn more than
    any cutoff (thresholds on both sides of 1/2) the legend says so. Curves of more than 4,000
    points are thinned to the extremes of 1,000 columns. O(n log n).

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from suasion import BinaryPersuasion
    >>> news = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    >>> ax = cutoff_plot(news, queries=[1], ax=Figure().subplots())
    >>> ax.get_title()
    'Payoff 0.475 without a query, 0.6 after 1 query'
    """
    instance = instance_of(question_or_instance)
    cells = cells_of(question_or_instance, queries)
    ax = new_axes() if ax is None else ax
    whole = instance.classes()
    value = float(concave_envelope(whole).value)
    _draw(ax, whole, 0.0, "0.45" if cells else COLOURS[0], 0, "no query")
    title = f"Payoff {value:.6g} without a query"
    policy = asked(question_or_instance, queries)
    if cells is not None and policy is not None:
        count = len({q for q in list(policy.queries) if q is not None})
        total = float(sum(cells.values(instance)))
        noun = "query" if count == 1 else "queries"
        title += f", {total:.6g} after {count:,} {noun}"
        _draw_cells(ax, instance, cells)
    ax.set_title(title, fontsize="medium")
    ax.set_xlabel("cutoff: lowest threshold that is persuaded")
    ax.set_ylabel(f"payoff: probability of action{', given the cell' if cells else ''}")
    ax.set_xlim(-0.01, max(0.05, float(instance.thresholds.max())) + 0.01)
    ax.set_ylim(bottom=0)
    ax.grid(visible=True, alpha=0.3)
    legend_below(ax)
    return ax


def payoff(classes: ThresholdClasses, cutoff: FloatArray, first: IntArray) -> FloatArray:
    """Payoff of the policy with a cutoff, where classes from `first` on are persuaded.

    Parameters
    ----------
    cutoff : array of float in [0, 1]
    first : array of int
        The first class with a threshold of at least the cutoff.

    Examples
    --------
    >>> classes = BinaryPersuasion([0.5, 0.5], [0.2, 0.4]).classes()
    >>> payoff(classes, np.array([0.2, 0.4]), np.array([0, 1])).round(3).tolist()
    [0.475, 0.4]
    """
    m, told = len(classes), classes.high[-1]
    high, low = classes.high[m] - classes.high[first], classes.low[m] - classes.low[first]
    # Likelihoods in states 1 and 0, written without odds, which are infinite at cutoff 1.
    larger = np.maximum(cutoff, 1 - cutoff)
    high_sent, low_sent = (1 - cutoff) / larger, cutoff / larger
    earned = high * high_sent + low * low_sent + (1 - high_sent) * told + float(classes.certain)
    return np.asarray(earned, dtype=np.float64)


def saw_tooth(classes: ThresholdClasses, start: float) -> tuple[FloatArray, FloatArray]:
    """Cutoffs and payoffs from `start` to the highest threshold, a drop after every threshold.

    One point at each end of a tooth, and points between them if there are few teeth.
    """
    rho = np.asarray(classes.odds / (1 + classes.odds), dtype=np.float64)
    if not len(rho):
        return np.array([start, 1.0]), np.full(2, float(classes.certain))
    left = np.append(min(start, rho[0]), rho[:-1])
    inside = max(2, POINTS // len(rho))
    # Every column is a tooth.
    steps = np.linspace(0, 1, inside)[:, None]
    cutoffs = left + (rho - left) * steps
    cutoffs[-1] = rho
    first = np.broadcast_to(np.arange(len(rho)), cutoffs.shape)
    x, teeth = cutoffs.T.ravel(), first.T.ravel()
    return x, payoff(classes, x, teeth)


def _draw_cells(ax: Axes, instance: BinaryPersuasion, cells: Cells) -> None:
    rho = instance.thresholds
    distinct = np.unique(rho)
    weights = cells.weights(instance)
    few = len(cells) <= LISTED_CELLS
    for c in np.flatnonzero(weights > 0).tolist():
        lower = int(np.searchsorted(distinct, rho[cells[c]].min()))
        start = float(distinct[lower - 1]) if lower else 0.0
        place = 1 + (c if few else c % 2)
        text = f"cell {c} (weight {weights[c]:.4g})" if few else ""
        _draw(ax, cells.classes(instance, c), start, COLOURS[place], place, text, weights[c])
    if not few:
        ax.lines[-1].set_label(f"{len(cells):,} cells in turn in two styles, best cutoffs")


def _draw(
    ax: Axes,
    classes: ThresholdClasses,
    start: float,
    colour: str,
    place: int,
    text: str,
    weight: float = 1.0,
) -> None:
    """A curve with its best cutoff; the label says what that earns."""
    x, y = saw_tooth(classes, start)
    y = y / weight
    best = int(np.argmax(y))
    value = float(concave_envelope(classes).value) / weight
    drawn = thinned(x, y)
    if text:
        text += f": best {y[best]:.4g}"
        text += f", {value:.4g} with two messages" if value > y[best] + ROUNDING else ""
        text += f" ({len(drawn):,} of {len(x):,} points)" if len(drawn) < len(x) else ""
    style: dict[str, Any] = {"color": colour, "linewidth": 1.3}
    dashes = DASHES[place % len(DASHES)]
    ax.plot(x[drawn], y[drawn], linestyle=dashes, label=text or None, **style)
    marker: dict[str, Any] = {"marker": MARKERS[place % len(MARKERS)], "linestyle": "none"}
    size = 6 if text else 3
    ax.plot(x[best], y[best], color=colour, markerfacecolor="white", markersize=size, **marker)
