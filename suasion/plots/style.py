"""What all pictures share: colours, hatches, new axes, short texts, legends, thinning."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import ScaledTranslation

from suasion.models.numbers.arrays import FloatArray, IntArray

# Of Okabe and Ito: told apart with any colour vision, and none too light for paper.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
HATCHES = ("", "///", "...", "xxx", "\\\\\\")
# Curves with more points are thinned to this many columns.
COLUMNS = 1000
# An axis names at most so many things.
NAMED = 30
LONGEST = 24
# Longest text of a legend in two columns.
TWO_COLUMNS = 36


def new_axes(width: float = 6.4, height: float = 4.8) -> Axes:
    """Axes of a new figure of pyplot, which notebooks and `pyplot.show` display; in inches."""
    from matplotlib import pyplot as plt

    return plt.subplots(figsize=(width, height), layout="constrained")[1]


def look(place: int) -> dict[str, Any]:
    """Colour, marker and dashes of a line; they repeat after 280 lines."""
    return {
        "color": COLOURS[place % len(COLOURS)],
        "marker": MARKERS[place % len(MARKERS)],
        "linestyle": DASHES[place % len(DASHES)],
    }


def filling(place: int) -> dict[str, Any]:
    """Colour and hatch of an area; they repeat after 35 areas."""
    return {
        "facecolor": COLOURS[place % len(COLOURS)],
        "hatch": HATCHES[place % len(HATCHES)],
        "edgecolor": "white",
    }


def short(text: str, longest: int = LONGEST) -> str:
    """A text in one line that matplotlib shows as it is, its middle left out if it is long.

    Examples
    --------
    >>> short("a question about   everything", 16)
    'a questi…rything'
    """
    text = "".join(c if c.isprintable() else " " for c in " ".join(text.split()))
    if len(text) > longest:
        head = longest // 2
        text = f"{text[:head]}…{text[head + 1 - longest :]}"
    return text.replace("$", r"\$")


def thinned(x: FloatArray, y: FloatArray, columns: int = COLUMNS) -> IntArray:
    """Positions of the points of a curve that are enough to draw it.

    The first, the last, the highest and the lowest point in each of `columns` steps of equal
    width; all points if there are at most four times as many. O(n).

    Parameters
    ----------
    x, y : array, shape (n,)
        `x` finite and non-decreasing.

    Examples
    --------
    >>> x = np.linspace(0, 1, 100_000)
    >>> len(thinned(x, np.sin(1e4 * x), 50)), len(thinned(x[:9], x[:9], 50))
    (200, 9)
    """
    n = len(x)
    if n <= 4 * columns:
        return np.arange(n)
    edges = np.linspace(x[0], x[-1], columns + 1)[1:-1]
    starts = np.unique(np.concatenate(([0], np.searchsorted(x, edges))))
    starts = starts[starts < n]
    column = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, n)))
    # Within a column by height: its ends are the lowest and the highest.
    by_height = np.lexsort((y, column))
    stops = np.append(starts[1:], n) - 1
    kept = (starts, stops, by_height[starts], by_height[stops])
    return np.unique(np.concatenate(kept))


def legend_below(ax: Axes, clear: float = 40) -> None:
    """A legend under the axes, `clear` points below them, where it hides nothing.

    In one column if its texts are long, so that it is no wider than the axes; none without
    labels.
    """
    handles, labels = ax.get_legend_handles_labels()
    figure = ax.figure.figure  # the root, also of subfigures; get_figure(root=) is of 3.10
    if not handles or figure is None:
        return
    style: dict[str, Any] = {"fontsize": "small", "handlelength": 3.5, "borderaxespad": 0}
    ax.legend(
        loc="upper center",
        bbox_to_anchor=(0.5, 0),
        bbox_transform=ax.transAxes + ScaledTranslation(0, -clear / 72, figure.dpi_scale_trans),
        ncols=1 if max(map(len, labels)) > TWO_COLUMNS else min(2, len(handles)),
        **style,
    )


def listed(words: Iterable[str]) -> str:
    """Words with commas and a last "or"."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last
