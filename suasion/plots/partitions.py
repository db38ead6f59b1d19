"""The picture of what queries tell apart: types by threshold, answers by colour and hatch."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path

from suasion.errors import InputError
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.numbers.arrays import FloatArray, IntArray
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryPolicy
from suasion.models.queries.selection import QuerySelection
from suasion.plots.style import NAMED, filling, new_axes, short
from suasion.plots.subjects import asked, instance_of, question_of

MOST_ROWS = 40
MOST_COLUMNS = 400
# More areas than this are drawn as pixels in vector formats too.
MOST_AREAS = 5000
LISTED_ANSWERS = 8
NOT_ASKED = -1


def partition_plot(result_or_question: Any, ax: Axes | None = None) -> Axes:
    """Who gives which answer: types in order of threshold, a row for each query, then the cells.

    Parameters
    ----------
    result_or_question : Result or QuerySelection
        The queries of an answer; of a question all of its queries.
    ax : matplotlib axes, optional
        Where to draw; default new axes of a new figure, as high as the rows need.

    Returns
    -------
    matplotlib axes
        Rows from top to bottom are at ``y = 0, 1, ...``, columns at ``x = 0, 1, ...``.

    Raises
    ------
    ValueError
        For anything that has no queries.

    Notes
    -----
    Equal colour and hatch in a row: the same answer; in the last row: the same cell. A tree's
    query is blank for types that it is not asked of. Of more than 400 types every k-th is drawn,
    of more than 40 queries as well; the axes say so. O(n m).

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from suasion import BinaryPersuasion, PartitionQueries, QuerySelection
    >>> three = BinaryPersuasion(["1/4", "1/4", "1/2"], ["1/5", "2/5", "3/5"])
    >>> oracle = PartitionQueries([[[0, 2], [1]]], names=["odd?"])
    >>> ax = partition_plot(QuerySelection(three, oracle), Figure().subplots())
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['odd?', '2 cells']
    """
    question = question_of(result_or_question)
    instance = instance_of(question)
    policy = asked(result_or_question)
    if policy is None:  # a set of no queries is one
        policy = _everything(question, result_or_question)
    queries = policy.used
    rows = _spread(len(queries), MOST_ROWS)
    columns = _spread(len(instance), MOST_COLUMNS)
    shown = instance.order[columns]
    answers = _answers(question, policy, queries[rows], shown)
    cells = _cell_numbers(question, policy)
    ax = new_axes(7.2, 1.9 + 0.3 * (len(rows) + 1)) if ax is None else ax
    table = np.vstack([answers, cells[shown]])
    _draw_rows(ax, table)
    if len(columns) <= NAMED:
        _write_cells(ax, table[-1], len(rows))
    _name_rows(ax, question, queries, rows, int(cells.max()) + 1)
    _name_columns(ax, instance, columns)
    _list_answers(ax, question, answers)
    return ax


def _everything(question: QuerySelection, given: Any) -> QueryPolicy:
    """All queries of a question; equal thresholds have no cut between them."""
    if given is not question:
        raise InputError(
            f"there are no queries in this {type(given).__name__}; give a QuerySelection, or the "
            "Result of solving one."
        )
    if question.listed:
        return QuerySet(np.arange(len(question.partition)))
    instance = instance_of(question)
    rho = instance.thresholds[instance.order]
    return QuerySet(1 + np.flatnonzero(rho[1:] > rho[:-1]))


def _spread(count: int, most: int) -> IntArray:
    """All of `count` positions, or at most so many at equal distances."""
    step = -(-count // most) if count else 1
    return np.arange(0, count, step)


def _answers(
    question: QuerySelection, policy: QueryPolicy, queries: IntArray, shown: IntArray
) -> npt.NDArray[np.int64]:
    """Answer of each type to each query, `NOT_ASKED` where a tree does not ask it."""
    if not len(queries):  # an oracle without queries may not know how many types there are
        return np.empty((0, len(shown)), dtype=np.int64)
    if question.listed:
        answers = question.partition.labels[queries][:, shown].astype(np.int64)
    else:
        rank = instance_of(question).rank[shown]
        answers = (rank >= queries[:, None]).astype(np.int64)
    told = np.zeros((len(queries), len(instance_of(question))), dtype=bool)
    row = {int(query): i for i, query in enumerate(queries)}
    for query, members in policy.asked_of(question):
        if query in row:
            told[row[query], members] = True
    answers[~told[:, shown]] = NOT_ASKED
    return answers


def _cell_numbers(question: QuerySelection, policy: QueryPolicy) -> npt.NDArray[np.int64]:
    """Cell of each type, in the user's order."""
    cells = policy.cells(question)
    numbers = np.empty(len(cells.members), dtype=np.int64)
    numbers[cells.members] = np.repeat(np.arange(len(cells)), np.diff(cells.offsets))
    return numbers


def _runs(row: npt.NDArray[np.int64]) -> tuple[IntArray, IntArray]:
    """First and last column of each run of equal answers."""
    ends = np.flatnonzero(np.diff(row))
    return np.append(0, ends + 1), np.append(ends, len(row) - 1)


def _draw_rows(ax: Axes, table: npt.NDArray[np.int64]) -> None:
    """Areas of equal answers; the last row stands a little apart."""
    runs = [_runs(row) for row in table]
    many = sum(len(first) for first, _ in runs) > MOST_AREAS
    for r, (first, last) in enumerate(runs):
        values = table[r, first]
        height = 0.9 if r == len(table) - 1 else 0.8
        for value in np.unique(values).tolist():
            of = values == value
            blank = {"facecolor": "none", "edgecolor": "0.8"}
            style = blank if value == NOT_ASKED else filling(value)
            if many:
                style |= {"hatch": None, "linewidth": 0, "rasterized": True}
            area = _rectangles(first[of] - 0.5, last[of] + 0.5, r - height / 2, r + height / 2)
            ax.add_patch(PathPatch(area, gid=f"row {r} answer {value}", **style))


def _rectangles(left: FloatArray, right: FloatArray, low: float, high: float) -> Path:
    """One path of many rectangles: smaller in a file than one for each."""
    count = len(left)
    corners = np.empty((count, 5, 2))
    corners[:, [0, 3, 4], 0], corners[:, [1, 2], 0] = left[:, None], right[:, None]
    corners[:, [0, 1, 4], 1], corners[:, [2, 3], 1] = low, high
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    return Path(corners.reshape(-1, 2), np.tile(codes, count))


def _write_cells(ax: Axes, numbers: npt.NDArray[np.int64], row: int) -> None:
    frame = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none"}
    style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": "x-small", "bbox": frame}
    for first, last in zip(*_runs(numbers), strict=True):
        ax.text((first + last) / 2, row, str(numbers[first]), **style)


def _name_rows(
    ax: Axes, question: QuerySelection, queries: IntArray, rows: IntArray, cells: int
) -> None:
    if question.listed:
        names = [short(question.partition.names[q]) for q in queries[rows]]
    else:
        instance = instance_of(question)
        cutoffs = instance.thresholds[instance.order[queries[rows]]]
        names = [f"threshold ≥ {cutoff:.4g}" for cutoff in cutoffs]
    names.append(f"{cells:,} cell{'s' * (cells != 1)}")
    ax.set_yticks(range(len(names)), names, fontsize="small")
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.axhline(len(names) - 1.5, color="black", linewidth=0.8)
    count = f"{len(rows)} of {len(queries):,}" if len(rows) < len(queries) else str(len(queries))
    noun = "query" if len(queries) == 1 else "queries"
    ax.set_title(f"Who answers what: {count} {noun}, then the cells", fontsize="medium")


def _name_columns(ax: Axes, instance: BinaryPersuasion, columns: IntArray) -> None:
    n = len(instance)
    rho = instance.thresholds[instance.order]
    if n <= NAMED:
        names = [short(instance.labels[i], 16) for i in instance.order]
        texts = [f"{name} ({value:.3g})" for name, value in zip(names, rho, strict=True)]
        long = max(map(len, texts)) * n > 80
        ax.set_xticks(range(n), texts, rotation=90 if long else 0, fontsize="small")
        what = "types (threshold), lowest first"
    else:
        ticks = np.unique(np.linspace(0, len(columns) - 1, 9).astype(int))
        ax.set_xticks(ticks, [f"{columns[t]:,}\n{rho[columns[t]]:.3g}" for t in ticks])
        ax.tick_params(axis="x", labelsize="small")
        step = columns[1] - columns[0]
        drawn = "" if step == 1 else f", one in {step:,} drawn"
        what = f"{n:,} types by threshold{drawn}: place, threshold"
    half = int(np.searchsorted(rho[columns], 0.5, side="right"))
    if 0 < half < len(columns):
        ax.axvline(half - 0.5, color="black", linestyle="--", linewidth=1.2)
        what += "\ndashed: thresholds above 1/2 to its right"
    ax.set_xlim(-0.5, len(columns) - 0.5)
    ax.set_xlabel(what)


def _list_answers(ax: Axes, question: QuerySelection, answers: npt.NDArray[np.int64]) -> None:
    """A legend on the right: what colours and hatches mean in the rows of queries."""
    found = np.unique(answers).tolist() if answers.size else []
    cuts = not question.listed
    patches = []
    for value in found[: LISTED_ANSWERS + 1]:
        if value == NOT_ASKED:
            patches.append(Patch(facecolor="none", edgecolor="0.6", label="not asked"))
        else:
            text = ("below", "above")[value] if cuts else f"answer {value}"
            patches.append(Patch(label=text, **filling(value)))
    if len(found) > len(patches):
        patches.append(Patch(facecolor="none", label=f"to {found[-1]}"))
    if patches:
        style: dict[str, Any] = {"handlelength": 2.5, "handleheight": 1.2, "borderaxespad": 0}
        beside = (1.01, 1.0)
        ax.legend(
            handles=patches, loc="upper left", bbox_to_anchor=beside, fontsize="small", **style
        )
