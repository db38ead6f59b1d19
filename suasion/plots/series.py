"""The lines of a study's plots, and the panels they are drawn in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from suasion.errors import InputError
from suasion.studies.grouping import as_text, plain, point_of
from suasion.studies.runs import Record


@dataclass(frozen=True)
class Series:
    """Runs that differ in x and seed only: a line of a plot.

    Attributes
    ----------
    label : str
        The method, and what else tells it from the other lines.
    place : int
        Which colour, marker and dashes it has.
    at : dict
        Place on the horizontal axis -> runs.
    """

    label: str
    place: int
    at: dict[float, list[Record]]


def facets_of(records: Iterable[Record]) -> Iterator[tuple[str, str, list[Record]]]:
    """Title, horizontal axis and runs of each panel."""
    kinds: dict[str, list[Record]] = {}
    for record in records:
        names = ("block", "family", "parameters", "reduce")
        kinds.setdefault(as_text([record[name] for name in names]), []).append(record)
    for runs in kinds.values():
        first = runs[0]
        parts = [
            first["block"],
            *(f"{name} {plain(value)}" for name, value in first["parameters"].items()),
        ]
        title = ", ".join([*parts, *first["reduce"]])
        budgets = dict.fromkeys(run["budget"] for run in runs)
        if len(budgets) > 1 and len({place_of(run, "size") for run in runs}) == 1:
            yield title, "budget", runs
            continue
        for budget in budgets:
            of = "" if budget is None else f", budget {budget}"
            yield f"{title}{of}", "size", [run for run in runs if run["budget"] == budget]


def series_of(records: Iterable[Record], x: str, order: Sequence[str] = ()) -> list[Series]:
    """The lines of a plot; those whose labels are in `order` have the places that they have there.

    Raises ValueError unless `x` is "size" or "budget".
    """
    if x not in ("size", "budget"):
        raise InputError(f'x is "{x}"; choose size or budget.')
    points: dict[str, dict[str, Any]] = {}
    found: dict[str, dict[float, list[Record]]] = {}
    for record in records:
        at = place_of(record, x)
        if at is None:
            continue
        point = point_of(record)
        del point[x]
        if record["file"]:
            del point["instances"]
        key = as_text(point)
        points[key] = point
        found.setdefault(key, {}).setdefault(at, []).append(record)
    labels = {key: _label(point, list(points.values())) for key, point in points.items()}
    places = list(dict.fromkeys([*order, *labels.values()]))
    return [
        Series(labels[key], places.index(labels[key]), dict(sorted(at.items())))
        for key, at in found.items()
    ]


def _label(point: dict[str, Any], points: list[dict[str, Any]]) -> str:
    rivals = [other for other in points if other["method"] == point["method"]]
    apart = [name for name in point if len({as_text(p.get(name)) for p in rivals}) > 1]
    words = [
        f"no {name}" if point[name] is None else f"{name} {plain(point[name])}" for name in apart
    ]
    return ", ".join([point["method"], *words])


def place_of(record: Record, x: str) -> float | None:
    """Where a run is on the horizontal axis; None for a file that could not be read."""
    if x == "size" and record["size"] is None:
        return next(iter((record["instance"] or {}).values()), None)
    place: float | None = record[x]
    return place
