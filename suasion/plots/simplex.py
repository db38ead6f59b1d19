"""Regions of actions and optimal posteriors on the triangle of beliefs in three states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PolyCollection
from matplotlib.colors import Normalize
from matplotlib.patches import Polygon
from matplotlib.tri import Triangulation

from suasion.models.finite.action_regions import ActionRegion, action_regions
from suasion.models.finite.beliefs import Coordinates
from suasion.models.finite.instance import FinitePersuasion
from suasion.models.finite.policy import FinitePolicy
from suasion.models.numbers.arrays import FloatArray
from suasion.plots.style import filling, legend_below, new_axes, short
from suasion.plots.subjects import finite_of

CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(0.75)]])
# With more than this the legend counts what it does not name.
MOST_ACTIONS = 12
MOST_POINTS = 12
SHADES = "Greys"


def simplex_plot(subject: Any, ax: Axes | None = None) -> Axes:
    """Who does what at which belief in three states, and where an optimal policy leads.

    A corner of the triangle is certainty of a state. With one type there is an area for each
    action; with several the triangle is shaded by the sender's payoff, and lines show where a
    type changes its action. Of a result, the posteriors are marked with their probabilities, and
    joined to the prior, their average.

    Parameters
    ----------
    subject : FinitePersuasion or Result
        With three states, any number of actions and types.
    ax : matplotlib axes, optional
        Where to draw; default new axes of a new figure.

    Returns
    -------
    matplotlib axes

    Raises
    ------
    ValueError
        For another number of states, or more than 5,000 areas.

    Notes
    -----
    Types whose beliefs differ have no common posterior. Messages are then placed by their shares
    of likelihood, x_w / (x_0 + x_1 + x_2), which average to (1, 1, 1) / 3
    (`suasion.models.finite.beliefs.Coordinates`). Areas are exact polygons.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> import suasion
    >>> result = suasion.solve(suasion.example("three-matchers"))
    >>> ax = simplex_plot(result, ax=Figure().subplots())
    >>> ax.get_title()
    'Value 0.558209; without information 0'
    """
    instance, policy = finite_of(subject)
    regions = action_regions(instance)
    coordinates = Coordinates.of(instance)
    ax = new_axes(6.4, 6.0) if ax is None else ax
    if len(instance) == 1:
        _draw_actions(ax, instance, regions)
    else:
        _draw_payoffs(ax, regions)
    ax.add_patch(Polygon(CORNERS, fill=False, edgecolor="black", linewidth=1.2, zorder=3))
    prior = np.array([float(p) for p in coordinates.prior])
    title = f"without information {float(instance.no_information(exact=True)):.6g}"
    if policy is not None:
        title = f"Value {policy.value(instance):.6g}; {title}"
        _draw_policy(ax, instance, policy, coordinates)
    name = "prior" if coordinates.common else "no information"
    ax.plot(*(prior @ CORNERS), label=f"{name} {_numbers(prior)}", zorder=6, **_mark("*", 15))
    _name_corners(ax, instance.states, coordinates.common)
    ax.set_title(title[0].upper() + title[1:], fontsize="medium")
    legend_below(ax, 24)
    return ax


def _draw_actions(ax: Axes, instance: FinitePersuasion, regions: Sequence[ActionRegion]) -> None:
    """An area for each action of the only type."""
    for place, region in enumerate(regions):
        name = instance.actions[region.actions[0]]
        text = f"action {name}" if name.isdigit() else short(name)
        if place >= MOST_ACTIONS:
            text = f"and {len(regions) - MOST_ACTIONS} more" if place == MOST_ACTIONS else "_"
        corners = _places(region)
        ax.add_patch(Polygon(corners, label=text, alpha=0.75, **filling(place)))


def _draw_payoffs(ax: Axes, regions: Sequence[ActionRegion]) -> None:
    """Shades of the payoff, linear inside each area, and lines between areas."""
    polygons = [_places(region) for region in regions]
    earned = np.concatenate([[float(p) for p in region.payoffs] for region in regions])
    triangles, first = [], 0
    for polygon in polygons:
        triangles += [(first, first + i, first + i + 1) for i in range(1, len(polygon) - 1)]
        first += len(polygon)
    corners = np.concatenate(polygons)
    low, high = float(earned.min()), float(earned.max())
    # Darkest where marks in white and black can still be seen.
    norm = Normalize(low, high + 0.6 * max(high - low, 1e-9))
    mesh = Triangulation(corners[:, 0], corners[:, 1], triangles)
    ax.tripcolor(mesh, earned, shading="gouraud", cmap=SHADES, norm=norm, rasterized=True)
    width = 0.8 if len(regions) <= 200 else 0.3
    ax.add_collection(
        PolyCollection(polygons, facecolors="none", edgecolors="0.35", linewidths=width)
    )
    figure = ax.get_figure()
    if figure is not None:
        bar = figure.colorbar(
            ScalarMappable(norm, SHADES), ax=ax, shrink=0.6, label="sender's payoff"
        )
        bar.ax.set_ylim(low, high if high > low else low + 1e-9)


def _draw_policy(
    ax: Axes, instance: FinitePersuasion, policy: FinitePolicy, coordinates: Coordinates
) -> None:
    """Points that messages lead to, numbered, with segments from the prior."""
    points, likely, messages = coordinates.points(policy)
    prior = np.array([float(p) for p in coordinates.prior]) @ CORNERS
    for place, (point, share) in enumerate(zip(points, likely, strict=True)):
        x, y = point @ CORNERS
        ax.plot([prior[0], x], [prior[1], y], color="black", linestyle="--", linewidth=1, zorder=4)
        text = f"{place + 1}: {_numbers(point)}, probability {share:.4g}"
        if len(instance) == 1:
            action = instance.actions[policy.actions[messages[place][0], 0]]
            text += f", {f'action {action}' if action.isdigit() else short(action)}"
        if place >= MOST_POINTS:
            text = f"and {len(points) - MOST_POINTS} more" if place == MOST_POINTS else "_"
        ax.plot(x, y, label=text, zorder=7, **_mark("o", 13))
        ax.annotate(
            str(place + 1),
            (x, y),
            ha="center",
            va="center",
            fontsize="x-small",
            color="white",
            zorder=8,
        )


def _name_corners(ax: Axes, states: tuple[str, ...], common: bool) -> None:
    names = [short(f"state {s}" if s.isdigit() else s, 20) for s in states]
    for (x, y), name, under in zip(CORNERS, names, (True, True, False), strict=True):
        ax.annotate(
            name,
            (x, y),
            xytext=(0, -8 if under else 8),
            textcoords="offset points",
            ha="center",
            va="top" if under else "bottom",
        )
    ax.set_aspect("equal")
    ax.set_xlim(-0.12, 1.12)
    ax.set_ylim(-0.1, CORNERS[2, 1] + 0.1)
    ax.set_xticks([])
    ax.set_yticks([])
    for side in ax.spines.values():
        side.set_visible(False)
    ax.set_xlabel("posterior" if common else "share of the message's likelihood in each state")


def _places(region: ActionRegion) -> FloatArray:
    """Corners of a region on the page, shape (m, 2)."""
    corners: FloatArray = np.array(region.corners, dtype=np.float64)
    return np.asarray(corners @ CORNERS)


def _numbers(point: FloatArray) -> str:
    # Rounding of a solver's, such as 2e-17, is no probability.
    return f"({', '.join(f'{q:.3g}' for q in np.abs(point.round(9)))})"


def _mark(marker: str, size: float) -> dict[str, Any]:
    return {
        "marker": marker,
        "markersize": size,
        "color": "black",
        "markeredgecolor": "white",
        "linestyle": "none",
    }
