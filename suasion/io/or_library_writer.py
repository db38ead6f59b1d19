"""Writing set covers in the two formats of the OR-Library, by rows and by columns."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import islice

from suasion.errors import InputError
from suasion.io.text_files import write_text
from suasion.models.numbers.index_lists import IndexLists
from suasion.models.set_cover.instance import SetCover

FORMATS = ("row", "rail")
PER_LINE = 12


def write_or_library(
    instance: SetCover,
    path: str | os.PathLike[str],
    format: str = "row",  # noqa: A002
) -> None:
    """Write a set cover as an OR-Library file, replacing it in one step.

    Parameters
    ----------
    instance : SetCover
        With integral costs, which is what these files hold; labels are not written.
    path : path
    format : "row" or "rail"

    Raises
    ------
    ValueError
        For costs that are not integers, and files that cannot be written.
    """
    write_text(path, or_library_text(instance, format))


def or_library_text(instance: SetCover, format: str = "row") -> str:  # noqa: A002
    """The text of the OR-Library file of a set cover.

    Examples
    --------
    >>> print(or_library_text(SetCover(2, [[0], [0, 1]], costs=[3, 4]), "rail"), end="")
     2 2
     3 1 1
     4 2 1 2
    """
    if format not in FORMATS:
        raise InputError(f'format is "{format}"; choose row or rail.')
    costs = _whole_costs(instance)
    lists = instance.sets if format == "rail" else instance.covering
    lines = [f" {instance.universe} {len(instance.sets)}"]
    if format == "row":
        lines += _wrapped(costs)
    for i, members in enumerate((IndexLists(lists.offsets, lists.members + 1)).nested()):
        if format == "rail":
            lines.append(" ".join(map(str, ["", costs[i], len(members), *members])))
        else:
            lines += [f" {len(members)}", *_wrapped(members)]
    return "\n".join(lines) + "\n"


def _whole_costs(instance: SetCover) -> list[int]:
    costs = instance.cost_numbers(exact=True).tolist()
    for s, cost in enumerate(costs):
        if cost.denominator != 1:
            raise InputError(
                f"costs[{s}] is {instance.costs[s]:.6g}, and OR-Library files hold integers; "
                "multiply all costs by one number that makes them so, or save JSON."
            )
    return [int(cost) for cost in costs]


def _wrapped(numbers: Iterable[int]) -> Iterable[str]:
    words = (f" {number}" for number in numbers)
    while line := "".join(islice(words, PER_LINE)):
        yield line
