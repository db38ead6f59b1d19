"""Which pictures there are of what, and the one to draw where none is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matplotlib.axes import Axes

from suasion.errors import InputError
from suasion.io.sentences import nearest
from suasion.models.finite.instance import FinitePersuasion
from suasion.models.queries.query_tree import QueryTree
from suasion.plots.concave_closure import closure_plot
from suasion.plots.cutoffs import cutoff_plot
from suasion.plots.envelope import envelope_plot
from suasion.plots.partitions import partition_plot
from suasion.plots.policies import policy_plot
from suasion.plots.simplex import simplex_plot
from suasion.plots.studies import PLOTS
from suasion.plots.style import listed
from suasion.plots.subjects import instance_of
from suasion.plots.trees import fits_page, tree_plot
from suasion.results import Result

# Of a question, drawn from the result of solving it.
SOLVED: dict[str, Callable[..., Axes]] = {
    "cutoff": cutoff_plot,
    "partition": partition_plot,
    "tree": tree_plot,
    "policy": policy_plot,
    "closure": closure_plot,
    "simplex": simplex_plot,
}
PICTURES: dict[str, tuple[str, ...]] = {
    "binary-persuasion": ("envelope", "cutoff", "policy"),
    "query-selection": (
        *("cutoff", "partition", "tree", "policy"),
        *("envelope", "budget", "progress"),
    ),
    "finite-persuasion": ("closure", "simplex", "policy"),
    "study": tuple(PLOTS),
}
# Pictures of beliefs, and the number of states that a page has room for.
STATES = {"closure": 2, "simplex": 3}


def pictures_of(subject: Any) -> tuple[str, tuple[str, ...]]:
    """What something is and which pictures there are of it.

    Parameters
    ----------
    subject : BinaryPersuasion, FinitePersuasion, QuerySelection or list
        An instance, or the records of a study.

    Raises ValueError for anything else.

    Examples
    --------
    >>> from suasion import BinaryPersuasion
    >>> pictures_of(BinaryPersuasion([1], ["2/5"]))
    ('binary-persuasion', ('envelope', 'cutoff', 'policy'))
    """
    kind = "study" if isinstance(subject, list) else str(getattr(subject, "kind", ""))
    if kind not in PICTURES:
        raise InputError(
            f"there is no picture of a {type(subject).__name__}; give a file of kind "
            f"{listed(kind for kind in PICTURES if kind != 'study')} (suasion reduce makes one of "
            "a set cover), or results of a study."
        )
    if kind == "query-selection":
        instance_of(subject)  # refuses receivers that no picture knows
    if kind == "finite-persuasion":
        return kind, _of_states(subject)
    return kind, PICTURES[kind]


def _of_states(instance: FinitePersuasion) -> tuple[str, ...]:
    """The pictures that there are with so many states, the one to draw first."""
    d = instance.shape[1]
    return tuple(name for name in PICTURES["finite-persuasion"] if STATES.get(name, d) == d)


def checked_picture(subject: Any, name: str | None) -> str | None:
    """The picture named, or None to choose; a ValueError if there is no such picture of this."""
    kind, known = pictures_of(subject)
    if name is not None and name not in known:
        raise InputError(
            f'--kind is "{name}", and the pictures of kind {kind} are {", ".join(known)}'
            f"{nearest(name, known)}."
        )
    return name


def picture_of_result(result: Result[Any], name: str | None = None) -> tuple[str, Axes]:
    """The picture of a result, and its name.

    Parameters
    ----------
    result : Result
        With a messaging policy, a finite policy or queries.
    name : str, optional
        "envelope", or a key of `SOLVED`. Default: of a messaging policy the envelope; of two
        states the concave closure, of three the simplex; of a query tree that a page holds the
        tree; of other cuts their payoffs, of partitions who answers what.

    Returns
    -------
    tuple of (str, matplotlib axes)
        Axes of a new figure.
    """
    if name is None:
        name = _default(result)
    if name == "envelope":
        return name, envelope_plot(result)
    return name, SOLVED[name](result)


def _default(result: Result[Any]) -> str:
    if result.problem.kind == "binary-persuasion":
        return "envelope"
    if result.problem.kind == "finite-persuasion":
        return _of_states(result.problem)[0]
    if result.problem.kind != "query-selection":
        return "policy"
    if isinstance(result.answer, QueryTree) and fits_page(result.answer):
        return "tree"
    return "partition" if result.problem.listed else "cutoff"
