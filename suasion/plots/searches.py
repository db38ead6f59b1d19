"""The picture of a search: the best value so far and its bound against time."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from matplotlib.axes import Axes

from suasion.plots.style import COLOURS, legend_below, new_axes
from suasion.results import Result, relative_gap
from suasion.solvers.clock import Progress

# A search whose last report is so many times later than its first is on a logarithmic axis.
LOGARITHMIC_FROM = 200


def progress_plot(
    records: Iterable[Progress], ax: Axes | None = None, result: Result[Any] | None = None
) -> Axes:
    """Best value and bound of a search against seconds, as steps; the gap is between them.

    Parameters
    ----------
    records : iterable of Progress
        As collected by ``suasion.solve(problem, progress=records.append)``.
    ax : matplotlib axes, optional
        Where to draw; default new axes of a new figure.

    result : Result, optional
        What the search ended with, drawn as its last report: the proof often comes at the end.

    Returns
    -------
    matplotlib axes

    Notes
    -----
    Only steps are drawn: the best value and the best bound so far, and reports without news add
    no point. Small problems may be solved without any report; the picture then says so.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> search = [Progress(0.5, 0.6, 0.8, seconds=1.0), Progress(1.0, 0.7, 0.7, seconds=2.0)]
    >>> progress_plot(search, Figure().subplots()).get_title()
    'Search of 2 s: best 0.7, gap 0%'
    """
    told = sorted(records, key=lambda record: record.seconds)
    if result is not None:
        told.append(_last(result, told))
    ax = new_axes() if ax is None else ax
    end = told[-1].seconds if told else 0.0
    best = _steps(told, "value", True, end)
    bound = _steps(told, "bound", False, end)
    lines = (("bound", bound, COLOURS[1], "--", "v"), ("best value", best, COLOURS[0], "-", "o"))
    for label, steps, colour, dashes, marker in lines:
        if steps:
            style: dict[str, Any] = {"linestyle": dashes, "marker": marker, "markersize": 4}
            ax.step(*zip(*steps, strict=True), where="post", label=label, color=colour, **style)
    ax.set_title(_title(end, best, bound), fontsize="medium")
    ax.set_xlabel("time [s]")
    ax.set_ylabel("value of the best answer, and its bound")
    first = min((x for x, _ in [*best, *bound] if x > 0), default=end)
    if end > LOGARITHMIC_FROM * first > 0:
        ax.set_xscale("log")
    elif told:
        ax.set_xlim(left=0)
    ax.grid(visible=True, alpha=0.3)
    legend_below(ax)
    return ax


def _last(result: Result[Any], told: list[Progress]) -> Progress:
    """The end of a search, after all that was told before."""
    before = told[-1].seconds if told else 0.0
    seconds = max(before, result.report.seconds)
    return Progress(1.0, result.value, result.bound, result.report.nodes, seconds)


def _steps(told: list[Progress], name: str, rising: bool, end: float) -> list[tuple[float, float]]:
    """Where a number is first known, where it becomes better, and the best at the end."""
    steps: list[tuple[float, float]] = []
    for record in told:
        number = getattr(record, name)
        if number is None or not math.isfinite(number):
            continue
        if not steps or (number > steps[-1][1] if rising else number < steps[-1][1]):
            steps.append((record.seconds, float(number)))
    if steps and steps[-1][0] < end:
        steps.append((end, steps[-1][1]))
    return steps


def _title(end: float, best: list[tuple[float, float]], bound: list[tuple[float, float]]) -> str:
    if not best and not bound:
        return "The search reported no value and no bound"
    parts = [f"best {best[-1][1]:.6g}"] if best else ["nothing found"]
    gap = relative_gap(best[-1][1] if best else None, bound[-1][1] if bound else None)
    parts += [] if gap is None else [f"gap {100 * gap:.3g}%"]
    return f"Search of {end:.3g} s: {', '.join(parts)}"
