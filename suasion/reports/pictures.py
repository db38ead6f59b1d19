"""Pictures in pages: drawn by matplotlib, their texts as text, the same for the same numbers."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from suasion.plots.style import COLOURS, legend_below, short
from suasion.reports.markup import Html, tag

# No date and no maker: nothing but the picture.
BARE = {"Date": None, "Creator": None, "Format": None, "Type": None}
WIDTH = 4.8
# Questions whose shares are drawn.
MOST_BARS = 15


class Band(NamedTuple):
    """Values at budgets, with the ends of their intervals where there are some."""

    label: str
    budgets: Sequence[int]
    values: Sequence[float]
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None

    def texts(self) -> list[str]:
        """Each budget with its value in words."""
        pairs = zip(self.budgets, self.values, strict=True)
        return [f"{budget}: {100 * value:.1f} %" for budget, value in pairs]


LOOKS: tuple[dict[str, Any], ...] = (
    {"color": "#000000", "marker": "o", "linestyle": "--", "markerfacecolor": "white"},
    {"color": COLOURS[0], "marker": "s", "linestyle": "-"},
    {"color": COLOURS[1], "marker": "^", "linestyle": "-."},
)


def budget_picture(bands: Sequence[Band], unit: str) -> Html:
    """Value against the number of questions; what is promised first, without a band."""
    figure, ax = _axes(3.1)
    for place, (band, style) in enumerate(zip(bands, LOOKS, strict=False)):
        # Side by side, so that bands of equal values are seen.
        at = [budget + 0.04 * place for budget in band.budgets]
        ax.plot(at, band.values, label=band.label, linewidth=1.6, markersize=5, **style)
        if band.low is not None and band.high is not None:
            ax.fill_between(at, band.low, band.high, color=style["color"], alpha=0.12, linewidth=0)
            ax.vlines(at, band.low, band.high, colors=style["color"], linewidth=1)
    ax.set_xlabel(unit)
    ax.set_ylabel("share of people who act")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.yaxis.set_major_formatter(PercentFormatter(1.0))
    ax.grid(visible=True, alpha=0.3)
    if len(bands) > 1:
        legend_below(ax)
    said = "; ".join(f"{band.label}: {', '.join(band.texts())}" for band in bands)
    return inline(figure, f"Share of people who act, by {unit}. {said}.", "budget")


def chosen_picture(shares: Mapping[str, float]) -> Html:
    """Bars of how often each question was chosen, most often first."""
    listed = list(shares.items())[:MOST_BARS]
    figure, ax = _axes(0.8 + 0.27 * max(len(listed), 1))
    places = range(len(listed))
    bars = ax.barh(places, [share for _, share in listed], color=COLOURS[0], height=0.62)
    ax.bar_label(bars, [f"{100 * share:.0f} %" for _, share in listed], padding=3)
    ax.set_yticks(places, [short(name) for name, _ in listed])
    ax.invert_yaxis()
    ax.set_xlim(0, 1.15)
    ax.set_xticks([0, 0.5, 1])
    ax.xaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_xlabel("share of the repetitions in which it was chosen")
    said = ", ".join(f"{name}: {100 * share:.0f} %" for name, share in listed)
    return inline(figure, f"How often each question was chosen. {said}.", "chosen")


def _axes(height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    ax = figure.subplots()
    ax.spines[["top", "right"]].set_visible(False)
    return figure, ax


def inline(figure: Figure, label: str, salt: str) -> Html:
    """A figure as an element of a page.

    Parameters
    ----------
    figure : Figure
    label : str
        What it shows, for those who cannot see it.
    salt : str
        Of names inside the picture, which must differ from those of others on the page.
    """
    drawn = io.StringIO()
    settings: Any = {"svg.hashsalt": f"suasion {salt}", "svg.fonttype": "none"}
    with mpl.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)
        figure.savefig(drawn, format="svg", metadata=BARE)
    text = drawn.getvalue()
    root, inside = re.match(r".*?<svg ([^>]*)>(.*)</svg>", text, re.DOTALL).groups()  # type: ignore[union-attr]
    box = re.search(r'viewBox="([^"]*)"', root)
    assert box is not None
    # Names of groups are the same in every picture, and nothing points to them.
    inside = re.sub(r'<g id="[^"]*"', "<g", inside)
    inside = re.sub(r"\s*<metadata>.*?</metadata>", "", inside, flags=re.DOTALL)
    inside = inside.replace("xlink:href=", "href=").strip()
    return tag("svg", Html(inside), viewBox=box[1], role="img", aria_label=label)
