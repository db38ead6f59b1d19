"""Plots of a study: time, proofs, gaps and ratios to the best known value against the size.

Series differ in colour, marker and dashes, so that they can be told apart in black and white too.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from suasion.errors import InputError
from suasion.plots.figures import write_figure
from suasion.plots.series import Series, facets_of, place_of, series_of
from suasion.plots.style import look, new_axes
from suasion.studies.runs import Record
from suasion.studies.summary import best_values, cut_off, proved, quartiles, ratio

COLUMNS = 3
# Sizes that span less are shown on a linear axis.
LOGARITHMIC_FROM = 5


def time_plot(
    records: Iterable[Record], ax: Axes | None = None, x: str = "size", order: Sequence[str] = ()
) -> Axes:
    """Median time with a band from the first to the third quartile; time on a logarithmic axis.

    A hollow marker is a lower bound: so many runs were stopped by their limit that the median is
    beyond it. See `suasion.studies.summary` for how runs that were cut off count.

    Parameters
    ----------
    records : iterable of dict
        As `suasion.studies.read_results` returns them.
    ax : matplotlib axes, optional
        Where to draw; default new axes of a new figure.
    x : "size" or "budget"
        What the horizontal axis is. The size of an instance from a file is its number of types
        (elements of a set cover).
    order : sequence of str, optional
        Labels of lines; a line takes its style from its place in it.

    Returns
    -------
    matplotlib axes
    """
    records, ax = _begun(records, ax, x, "Time to the end of a run", "time [s], median, quartiles")
    hollow = False
    for series in series_of(records, x, order):
        found = {at: times for at, runs in series.at.items() if (times := quartiles(runs))}
        if not found:
            continue
        low, middle, high = (
            [t.at_least if t.seconds is None else t.seconds for t in column]
            for column in zip(*found.values(), strict=True)
        )
        _line(ax, series, list(found), middle, low, high)
        beyond = {at: t[1].at_least for at, t in found.items() if t[1].seconds is None}
        if beyond:
            hollow = True
            style = _style(series) | {"linestyle": "none", "markerfacecolor": "white"}
            ax.plot(list(beyond), list(beyond.values()), zorder=3, **style)
    if hollow:
        ax.set_title("Time to the end of a run (hollow: beyond its limit)", fontsize="medium")
    ax.set_yscale("log")
    return _finished(ax, records, x)


def gap_plot(
    records: Iterable[Record], ax: Axes | None = None, x: str = "size", order: Sequence[str] = ()
) -> Axes:
    """Median gap, with quartiles, of the runs that their time limit stopped.

    Parameters and returned axes as in `time_plot`.
    """
    records, ax = _begun(records, ax, x, "Gap at the time limit", "gap, median, quartiles")
    for series in series_of(records, x, order):
        gaps = {
            at: [run["gap"] for run in runs if cut_off(run) and run["gap"] is not None]
            for at, runs in series.at.items()
        }
        _quartile_line(ax, series, gaps)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_ylim(bottom=0)
    return _finished(ax, records, x)


def proof_plot(
    records: Iterable[Record], ax: Axes | None = None, x: str = "size", order: Sequence[str] = ()
) -> Axes:
    """Share of the runs that proved their answer optimal; runs that failed proved nothing.

    Parameters and returned axes as in `time_plot`.
    """
    records, ax = _begun(records, ax, x, "Runs that proved their answer", "share of runs")
    for series in series_of(records, x, order):
        shares = [float(np.mean([proved(run) for run in runs])) for runs in series.at.values()]
        _line(ax, series, list(series.at), shares)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_ylim(-0.04, 1.04)
    return _finished(ax, records, x)


def ratio_plot(
    records: Iterable[Record], ax: Axes | None = None, x: str = "size", order: Sequence[str] = ()
) -> Axes:
    """Median value over the best known value of the same instance, with quartiles.

    The best known value is the best that any of `records` holds. Parameters and returned axes as
    in `time_plot`.
    """
    records, ax = _begun(records, ax, x, "Value over the best known", "ratio, median, quartiles")
    best = best_values(records)
    for series in series_of(records, x, order):
        ratios = {
            at: [share for run in runs if (share := ratio(run, best)) is not None]
            for at, runs in series.at.items()
        }
        _quartile_line(ax, series, ratios)
    ax.yaxis.get_major_formatter().set_useOffset(False)  # type: ignore[attr-defined]
    return _finished(ax, records, x)


PLOTS: dict[str, Callable[..., Axes]] = {
    "time": time_plot,
    "gap": gap_plot,
    "proved": proof_plot,
    "ratio": ratio_plot,
}


def save_plots(
    records: Sequence[Record],
    folder: str | os.PathLike[str],
    format: str = "png",  # noqa: A002
) -> list[Path]:
    """Draw every plot, one panel for each kind of instances and budget, and write the files.

    Where all instances have one size, the horizontal axis is the budget. Panels without any data
    and plots without panels (no gaps, say) are left out.

    Parameters
    ----------
    records : sequence of dict
    folder : path
        Made if it is not there.
    format : str
        "png", "pdf", "svg": what matplotlib writes.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    ValueError
        If the folder or a file cannot be written.
    """
    folder, written = Path(folder), []
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be written: {error.strerror}.") from error
    for name in PLOTS:
        figure = study_figure(records, name)
        if figure is not None:
            written.append(folder / f"{name}.{format}")
            write_figure(figure, written[-1])
    return written


def study_figure(records: Sequence[Record], name: str) -> Figure | None:
    """One of the plots of a study, a panel for each kind of instances and budget.

    Parameters
    ----------
    records : sequence of dict
    name : str
        A key of `PLOTS`: "time", "gap", "proved" or "ratio".

    Returns
    -------
    Figure or None
        None if no run has any data for it.
    """
    facets, plot = list(facets_of(records)), PLOTS[name]
    order = list(dict.fromkeys(line.label for _, x, runs in facets for line in series_of(runs, x)))
    shown = [facet for facet in facets if plot(facet[2], _spare(), facet[1]).lines]
    return _figure(plot, shown, order) if shown else None


def _begun(
    records: Iterable[Record], ax: Axes | None, x: str, title: str, unit: str
) -> tuple[list[Record], Axes]:
    records = list(records)
    ax = new_axes() if ax is None else ax
    ax.set_title(title, fontsize="medium")
    ax.set_ylabel(unit)
    return records, ax


def _finished(ax: Axes, records: list[Record], x: str) -> Axes:
    if x == "budget":
        ax.set_xlabel("budget [queries]")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    else:
        units = {next(iter(run["instance"])) for run in records if run["instance"]}
        unit = {"universe": "elements"}.get(*units, *units) if len(units) == 1 else ""
        ax.set_xlabel(f"size of the instance{f' [{unit}]' if unit else ''}")
        places = [place for run in records if (place := place_of(run, x)) is not None]
        if places and max(places) > LOGARITHMIC_FROM * min(places):
            ax.set_xscale("log")
    ax.grid(visible=True, alpha=0.3)
    if ax.lines:
        ax.legend(fontsize="small", handlelength=3.5)
    return ax


def _quartile_line(ax: Axes, series: Series, values: dict[float, list[float]]) -> None:
    """Median and quartiles of the values at each place that has some."""
    known = {at: numbers for at, numbers in values.items() if numbers}
    if known:
        low, middle, high = (
            [float(np.quantile(numbers, q)) for numbers in known.values()]
            for q in (0.25, 0.5, 0.75)
        )
        _line(ax, series, list(known), middle, low, high)


def _line(
    ax: Axes,
    series: Series,
    at: list[float],
    middle: list[float],
    low: list[float] | None = None,
    high: list[float] | None = None,
) -> None:
    style = _style(series)
    ax.plot(at, middle, label=series.label, **style)
    if low is not None and high is not None:
        ax.fill_between(at, low, high, color=style["color"], alpha=0.2, linewidth=0)


def _style(series: Series) -> dict[str, Any]:
    """Later markers are smaller, so that equal lines show them all."""
    return look(series.place) | {"markersize": max(10 - 1.5 * series.place, 4)}


def _spare() -> Axes:
    """Axes to see whether there is anything to draw."""
    return Figure().subplots()


def _figure(
    plot: Callable[..., Axes], facets: list[tuple[str, str, list[Record]]], order: list[str]
) -> Figure:
    """A panel for each facet."""
    columns = min(COLUMNS, len(facets))
    rows = -(-len(facets) // columns)
    figure = Figure(figsize=(4.6 * columns, 3.6 * rows), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False)
    for ax, (title, x, records) in zip(grid.flat, facets, strict=False):
        plot(records, ax, x, order)
        ax.set_title(f"{ax.get_title()}\n{title}", fontsize="small")
    for ax in grid.flat[len(facets) :]:
        ax.set_axis_off()
    return figure
