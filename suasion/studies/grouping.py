"""Runs that belong together: those that differ in their seed, and those that share a panel."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from suasion.studies.runs import Record

OPTIONS = ("time_limit", "gap", "solver", "exact", "threads")
# What may tell the rows of one table apart, and the series of one plot.
ROW_AXES = ("size", "budget", "method", *OPTIONS)


@dataclass(frozen=True)
class Group:
    """Runs that differ in their seed only.

    Attributes
    ----------
    point : dict
        All of their key but the seed, parameters and options one by one.
    records : list of dict
    """

    point: dict[str, Any]
    records: list[Record]


@dataclass(frozen=True)
class Panel:
    """Runs on instances of one kind, for one table or plot.

    Attributes
    ----------
    title : dict
        What its runs share and not all runs of the study do.
    axes : tuple of str
        What tells its groups apart, "method" always among them.
    groups : list of Group
    """

    title: dict[str, Any]
    axes: tuple[str, ...]
    groups: list[Group]

    @property
    def records(self) -> list[Record]:
        """The runs of all groups."""
        return [record for group in self.groups for record in group.records]


def point_of(record: Record) -> dict[str, Any]:
    """The point of the grid that a record belongs to, whatever its seed."""
    name = record["family"] or record["file"]
    return {
        "block": None if record["block"] in (name, "files") else record["block"],
        "instances": name,
        **{_apart(key): value for key, value in record["parameters"].items()},
        "reduce": ", ".join(record["reduce"]) or None,
        "size": record["size"],
        "budget": record["budget"],
        "method": record["method"],
        **record["options"],
    }


def _apart(parameter: str) -> str:
    """The axis of a parameter, which may be called like one of ours."""
    taken = (*ROW_AXES, "block", "instances", "reduce")
    return f"parameter {parameter}" if parameter in taken else parameter


def panels_of(records: Iterable[Record]) -> tuple[dict[str, Any], list[Panel]]:
    """What all runs have in common, and the panels of the rest, in the order of the records."""
    groups: dict[str, Group] = {}
    for record in records:
        point = point_of(record)
        groups.setdefault(as_text(point), Group(point, [])).records.append(record)
    by_panel: dict[str, list[Group]] = {}
    for group in groups.values():
        where = {name: value for name, value in group.point.items() if name not in ROW_AXES}
        by_panel.setdefault(as_text(where), []).append(group)
    names = list(dict.fromkeys(name for group in groups.values() for name in group.point))
    common = _shared(names, list(groups.values()))
    return common, [_panel(names, members, common) for members in by_panel.values()]


def _panel(names: list[str], groups: list[Group], common: dict[str, Any]) -> Panel:
    shared = _shared(names, groups)
    title = {
        name: value
        for name, value in shared.items()
        if name not in common and name != "method" and value is not None
    }
    axes = tuple(name for name in names if name not in shared or name == "method")
    return Panel(title, axes, _in_order(groups))


def _in_order(groups: list[Group]) -> list[Group]:
    """Sizes and budgets increase, no budget last; methods stay in the order they came."""
    came = list(dict.fromkeys(_method(group) for group in groups))

    def place(group: Group) -> tuple[float, ...]:
        ends = (group.point["size"], group.point["budget"])
        return (*(math.inf if end is None else end for end in ends), came.index(_method(group)))

    return sorted(groups, key=place)


def _method(group: Group) -> str:
    return as_text([group.point.get(name) for name in ("method", *OPTIONS)])


def _shared(names: list[str], groups: Sequence[Group]) -> dict[str, Any]:
    """The values on which all groups agree, by axis."""
    values = {name: [group.point.get(name) for group in groups] for name in names}
    return {name: v[0] for name, v in values.items() if len(set(map(as_text, v))) == 1}


def as_text(value: Any) -> str:
    """A text that is equal for equal values."""
    return json.dumps(value, sort_keys=True)


def plain(value: Any) -> str:
    """The value of an axis in a table or a title."""
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, str) else json.dumps(value)
