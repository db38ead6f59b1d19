"""The picture of a frontier: what each further query is worth."""

from __future__ import annotations

import math
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from suasion.errors import InputError
from suasion.models.queries.query_tree import QueryPolicy
from suasion.plots.style import legend_below, look, new_axes
from suasion.results import Result, Status
from suasion.solvers.frontier.points import Frontier

CURVES = {
    "in_turn": "in turn",
    "at_once": "at once",
    "greedy_in_turn": "in turn, greedy",
    "greedy_at_once": "at once, greedy",
}
# Distance of bounds from their budget.
ASIDE = 0.04


def budget_plot(frontier: Frontier, ax: Axes | None = None) -> Axes:
    """Value against budget: all queries at once, one after the other, and greedily.

    Parameters
    ----------
    frontier : Frontier
        From `suasion.frontier`.
    ax : matplotlib axes, optional
        Where to draw; default new axes of a new figure.

    Returns
    -------
    matplotlib axes

    Notes
    -----
    A value that is not proved to be the best has a hollow marker and a dotted line up to its
    bound, drawn as a bar: the best lies between them. Values are net of costs; the two levels
    (knowing the type, all queries) are before costs.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from suasion import BinaryPersuasion, QuerySelection, ThresholdQueries
    >>> from suasion import frontier as frontier_of
    >>> news = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    >>> found = frontier_of(QuerySelection(news, ThresholdQueries()), [0, 1])
    >>> ax = budget_plot(found, Figure().subplots())
    >>> ax.lines[0].get_label(), ax.lines[0].get_ydata().round(3).tolist()
    ('in turn', [0.475, 0.6])
    """
    if not isinstance(frontier, Frontier):
        raise InputError(
            f"there are no budgets in a {type(frontier).__name__}; give what suasion.frontier "
            "returns."
        )
    ax = new_axes() if ax is None else ax
    for place, (name, label) in enumerate(CURVES.items()):
        points = [(p.budget, getattr(p, name)) for p in frontier.points]
        known = [(budget, result) for budget, result in points if result is not None]
        if known:
            _draw_curve(ax, known, label, place, greedy=name.startswith("greedy"))
    ax.axhline(frontier.ceiling, color="black", linewidth=1, label="ceiling: type known")
    # Equal levels but for rounding are one line.
    if frontier.ceiling - frontier.everything > 1e-9:
        level: dict[str, Any] = {"color": "0.4", "linewidth": 1, "linestyle": (0, (1, 3))}
        ax.axhline(frontier.everything, label="all queries, before costs", **level)
    ax.set_title("What queries are worth", fontsize="medium")
    ax.set_xlabel("budget [queries at once, rounds in turn]")
    ax.set_ylabel("value: probability of action, net of costs")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.grid(visible=True, alpha=0.3)
    legend_below(ax)
    return ax


def _draw_curve(
    ax: Axes,
    known: list[tuple[int, Result[QueryPolicy]]],
    label: str,
    place: int,
    greedy: bool,
) -> None:
    """Markers of later curves are smaller, so that equal values show them all."""
    style = look(place) | {"markersize": 10 - 2 * place}
    budgets = [budget for budget, _ in known]
    values = [math.nan if result.value is None else result.value for _, result in known]
    ax.plot(budgets, values, label=label, **style)
    # The bounds of greedy answers are those of the best.
    unproved = [] if greedy else [pair for pair in known if pair[1].status is not Status.OPTIMAL]
    if unproved:
        low, high = ([getattr(r, name) for _, r in unproved] for name in ("value", "bound"))
        hollow = style | {"linestyle": "none", "markerfacecolor": "white", "zorder": 3}
        ax.plot([budget for budget, _ in unproved], low, **hollow)
        # Bounds of different curves are often equal: side by side.
        at = [budget + ASIDE * (2 * place - 1) for budget, _ in unproved]
        ax.vlines(at, low, high, colors=style["color"], linestyles="dotted")
        bound = {"marker": "_", "color": style["color"], "linestyle": "none", "markersize": 11}
        ax.plot(at, high, label=f"{label}: bound, not proved", **bound)
