"""The picture of a query tree: boxes for queries, round boxes for what is then known."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from suasion.errors import InputError
from suasion.io.query_trees import to_networkx
from suasion.models.queries.partition_queries import PartitionQueries
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryTree
from suasion.models.queries.selection import QuerySelection
from suasion.plots.style import new_axes, short
from suasion.plots.subjects import question_of
from suasion.results import Result

MOST_LEAVES = 64
MOST_ROUNDS = 12
# Inches of a column and of a leaf in a new figure.
COLUMN, ROW = 2.2, 0.3
# Characters of a line in a box.
CHARACTERS = 22
# Parts of a column: where a box ends and the words on its branches begin.
BOX = 0.62
# A character is about so many points wide for each point of its size.
ASPECT = 0.58


def tree_plot(result: Any, ax: Axes | None = None) -> Axes:
    """A query tree from left to right: queries, answers, and the cells with weight and value.

    Parameters
    ----------
    result : Result
        With a query tree; cuts asked at once are drawn as the binary search for them.
    ax : matplotlib axes, optional
        Where to draw; default new axes of a new figure, as large as the tree needs.

    Returns
    -------
    matplotlib axes
        Each node of the tree is a text in ``ax.texts`` whose ``gid`` is "query N" or "cell C";
        the branches follow.

    Raises
    ------
    ValueError
        Without a query tree, or for more than 64 leaves or 12 rounds, which no page holds.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from suasion import BinaryPersuasion, QuerySelection, ThresholdQueries, solve
    >>> news = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    >>> result = solve(QuerySelection(news, ThresholdQueries(), budget=1, adaptive=True))
    >>> ax = tree_plot(result, Figure().subplots())
    >>> [text.get_gid() for text in ax.texts]
    ['query 1', 'cell 0', 'cell 1', None, None]
    """
    problem, tree = question_of(result), _tree(result)
    if not fits_page(tree):
        raise InputError(
            f"the tree has {tree.queries.count(None):,} leaves and {tree.depth:,} rounds, and a "
            f"picture shows at most {MOST_LEAVES} and {MOST_ROUNDS}; draw it with Graphviz "
            "(suasion.io.query_trees.to_dot), or its cells with partition_plot."
        )
    graph = to_networkx(tree, problem)
    cells = sum("cell" in about for about in graph.nodes.values())
    if ax is None:
        ax = new_axes(max(4.8, COLUMN * (tree.depth + BOX)), ROW * (cells + 3))
    places = layout(graph)
    size = _size(ax, tree.depth, cells)
    for node, about in graph.nodes.items():
        _draw_node(ax, places[node], about, size)
    for parent, child, about in graph.edges(data=True):
        _draw_branch(ax, places[parent], places[child], about["label"], size)
    value = f", value {result.value:.6g}" if isinstance(result, Result) else ""
    asked, deep = len(graph) - cells, tree.depth
    ax.set_title(
        f"{asked} quer{'y' if asked == 1 else 'ies'} in {deep} round{'s' * (deep != 1)}{value}\n"
        "(P: probability of getting there, V: payoff earned there)",
        fontsize="medium",
    )
    ax.set_xlim(-0.03, tree.depth + BOX)
    ax.set_ylim(cells - 0.4, -0.6)
    ax.set_axis_off()
    return ax


def fits_page(tree: QueryTree) -> bool:
    """Whether a picture of the tree can be read: 64 leaves and 12 rounds at most."""
    return tree.queries.count(None) <= MOST_LEAVES and tree.depth <= MOST_ROUNDS


def layout(graph: Any) -> dict[int, tuple[float, float]]:
    """A place for every node: its depth, and the middle of its branches.

    Leaves are one row apart in the order of the cells, so that no two branches cross. O(nodes).
    """
    rows: dict[int, float] = {}
    for node in reversed(list(graph)):  # children come after their parents
        below = [rows[child] for child in graph.successors(node)]
        rows[node] = (min(below) + max(below)) / 2 if below else float(graph.nodes[node]["cell"])
    return {node: (float(graph.nodes[node]["depth"]), rows[node]) for node in graph}


def _tree(result: Any) -> QueryTree:
    answer = result.require() if isinstance(result, Result) else None
    problem: QuerySelection | None = result.problem if isinstance(result, Result) else None
    if isinstance(answer, QuerySet) and problem is not None:
        if not isinstance(problem.oracle, PartitionQueries):
            return QueryTree.binary_search(answer.queries)
        raise InputError(
            "the queries of this result are asked at once, so there is no tree; draw it with "
            "partition_plot, or solve the question with adaptive=True."
        )
    if not isinstance(answer, QueryTree):
        raise InputError(
            f"there is no query tree in a {type(result if answer is None else answer).__name__}; "
            "give the Result of an adaptive QuerySelection."
        )
    return answer


def _size(ax: Axes, depth: int, leaves: int) -> float:
    """Size of the text at which boxes fit their columns and rows, in points."""
    figure = ax.figure.figure  # the root, also of subfigures; get_figure(root=) is of 3.10
    assert figure is not None
    figure.draw_without_rendering()  # the layout decides how large the axes are
    box = ax.get_position()
    width, height = box.width * figure.get_figwidth(), box.height * figure.get_figheight()
    across = 72 * width * BOX / (depth + BOX) / (CHARACTERS + 1) / ASPECT
    # A query takes two lines and a frame, and shares its rows with no other.
    down = 72 * height / (leaves + 0.2) / 1.9
    return float(np.clip(min(across, down), 2, 10))


def _draw_node(ax: Axes, place: tuple[float, float], about: dict[str, Any], size: float) -> None:
    weight = f"P {about['weight']:.3g}"
    if "cell" in about:
        text = f"{about['cell']}: {weight}, V {about['value']:.3g}"
        name, shape, colour = f"cell {about['cell']}", "round", "#EAF2F8"
    else:
        cut = "cutoff" in about
        text = f"threshold ≥ {about['cutoff']:.4g}" if cut else short(about["name"], CHARACTERS)
        name, shape, colour = f"query {about['query']}", "square", "white"
    frame = {"boxstyle": f"{shape},pad=0.25", "facecolor": colour, "edgecolor": "black"}
    style: dict[str, Any] = {"va": "center", "ha": "left", "zorder": 3}
    ax.text(*place, text, fontsize=size, gid=name, bbox=frame | {"linewidth": 0.8}, **style)


def _draw_branch(
    ax: Axes, start: tuple[float, float], end: tuple[float, float], answer: str, size: float
) -> None:
    """A line behind the boxes that bends in front of the child's column."""
    bend = start[0] + BOX + 0.03
    x, y = (start[0], bend, bend, end[0]), (start[1], start[1], end[1], end[1])
    ax.plot(x, y, color="black", linewidth=0.8, zorder=1)
    frame = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"}
    style: dict[str, Any] = {"ha": "center", "va": "center", "zorder": 2, "bbox": frame}
    ax.text((bend + end[0]) / 2, end[1], short(answer, 9), fontsize=size * 0.9, **style)
