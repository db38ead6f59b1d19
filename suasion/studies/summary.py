"""What the runs of a study say: proofs, times with runs cut off, gaps, ratios to the best known."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from suasion.studies.runs import FAILED, PROVED, Record

QUARTILES = (0.25, 0.5, 0.75)
# A run that ends this close to its limit was stopped by it, whatever its solver calls that.
NEARLY = 0.98


@dataclass(frozen=True)
class Quartiles:
    """First quartile, median and third quartile of times, some of which are cut off.

    Attributes
    ----------
    values : tuple of float or None
        Seconds; None for one that is beyond the limits.
    at_least : tuple of float
        What it is at least, with every run that was cut off taken to end there.
    """

    values: tuple[float | None, ...]
    at_least: tuple[float, ...]


@dataclass(frozen=True)
class Row:
    """Runs that differ in their seed only.

    Attributes
    ----------
    runs, failures : int
        Runs; those that have no result.
    proved : float
        Share of the runs that proved their answer optimal (or that there is none), in [0, 1].
    seconds : Quartiles or None
        Times; None if every run failed.
    gap : float or None
        Median gap of the runs that were stopped by their limit with an answer and a bound.
    nodes : float or None
        Median.
    ratio, worst_ratio : float or None
        Median and worst value over the best value that any method found on the same instance: at
        most 1 when maximising, at least 1 when minimising.
    """

    runs: int
    failures: int
    proved: float
    seconds: Quartiles | None
    gap: float | None
    nodes: float | None
    ratio: float | None
    worst_ratio: float | None


@dataclass(frozen=True)
class Summary:
    """A table of a study: one row per point of the grid, its seeds taken together.

    Attributes
    ----------
    common : dict
        What all runs have in common.
    axes : tuple of str
        What tells the rows apart.
    rows : list of (dict, Row)
        The point of each row, axis -> value, and its statistics.
    """

    common: dict[str, Any]
    axes: tuple[str, ...]
    rows: list[tuple[dict[str, Any], Row]]

    @property
    def headings(self) -> tuple[str, ...]:
        """Headings of `table`; columns that would be empty are left out."""
        shown = [name for name, text in COLUMNS.items() if any(text(r) for _, r in self.rows)]
        return (*self.axes, *shown)

    def table(self) -> list[list[str]]:
        """The rows as text; "> 60" is a time beyond a limit of 60 seconds."""
        shown = self.headings[len(self.axes) :]
        return [
            [_plain(point[axis]) for axis in self.axes] + [COLUMNS[name](row) for name in shown]
            for point, row in self.rows
        ]

    @property
    def failures(self) -> int:
        """Number of runs that failed."""
        return sum(row.failures for _, row in self.rows)

    def to_dict(self) -> dict[str, Any]:
        """The summary as a JSON document."""
        rows = [{**point, **asdict(row)} for point, row in self.rows]
        return {"common": self.common, "rows": rows}


def summary(records: Iterable[Record]) -> Summary:
    """Sum up the runs of a study.

    A run that was stopped by its time limit without a proof, or by the hard limit, would have
    taken longer: its time is cut off (censored). The quartiles are those of Kaplan and Meier, the
    smallest time by which a quarter, a half, three quarters of the runs had ended; where so many
    did not, only a lower bound is known. Heuristics that end by themselves are not cut off. Runs
    that failed otherwise have no time.

    Parameters
    ----------
    records : iterable of dict
        As `read_results` returns them.

    Examples
    --------
    >>> from suasion.studies.runs import NOTHING
    >>> key = {"block": "b", "family": "low", "file": None, "size": 3, "parameters": {}}
    >>> key |= {"reduce": [], "budget": None, "method": "lp", "options": {"time_limit": 9.0}}
    >>> ends = {0: ("optimal", 1.0), 1: ("optimal", 2.0), 2: ("feasible", 9.0)}
    >>> runs = [key | NOTHING | {"seed": s, "status": e, "seconds": t}
    ...         for s, (e, t) in ends.items()]
    >>> found = summary(runs)
    >>> [text for text in zip(found.headings, *found.table())]
    [('method', 'lp'), ('runs', '3'), ('proved', '67%'), ('median s', '2'), ('quartiles', '1 - > 9')]
    """
    records = list(records)
    best = best_values(records)
    common, axes, groups = grouped(records)
    rows = [(point, _row(group, best)) for point, group in groups]
    return Summary(common, axes, rows)


def grouped(
    records: Sequence[Record],
) -> tuple[dict[str, Any], tuple[str, ...], list[tuple[dict[str, Any], list[Record]]]]:
    """Runs that differ in their seed only, in the order of the records.

    Returns
    -------
    common : dict
        Axes on which all records agree.
    axes : tuple of str
        Axes that tell groups apart, "method" always among them. An axis is left out if those
        before it tell the same apart, as the name of a block that has its own family.
    groups : list of (dict, list)
        The values on `axes` and the records.
    """
    points = [point_of(record) for record in records]
    names = list(dict.fromkeys(name for point in points for name in point))
    order = sorted(names, key=lambda name: (name == "block", name != "method"))
    chosen: list[str] = []
    parts = 0
    for name in order:
        found = len({_text(point.get(n) for n in [*chosen, name]) for point in points})
        if name == "method" or found > max(parts, 1):
            chosen, parts = [*chosen, name], found
    axes = tuple(name for name in names if name in chosen)
    groups: dict[str, tuple[dict[str, Any], list[Record]]] = {}
    for point, record in zip(points, records, strict=True):
        values = {name: point.get(name) for name in axes}
        groups.setdefault(_text(values.values()), (values, []))[1].append(record)
    common = {
        name: points[0].get(name)
        for name in names
        if name not in axes and len({_text([point.get(name)]) for point in points}) == 1
    }
    return common, axes, list(groups.values())


def point_of(record: Record) -> dict[str, Any]:
    """The axes of a record: all of its key but the seed, parameters and options one by one."""
    return {
        "block": record["block"],
        "instances": record["family"] or record["file"],
        **record["parameters"],
        "reduce": ", ".join(record["reduce"]) or None,
        "size": record["size"],
        "budget": record["budget"],
        "method": record["method"],
        **record["options"],
    }


def best_values(records: Iterable[Record]) -> dict[str, float]:
    """The best value found for each instance, by `instance_key`."""
    best: dict[str, float] = {}
    for record in records:
        if record["value"] is not None and record["status"] != FAILED:
            better = min if record["sense"] == "min" else max
            key = instance_key(record)
            best[key] = better(best.get(key, record["value"]), record["value"])
    return best


def instance_key(record: Record) -> str:
    """What runs on the same instance share; a file is the same instance for every seed."""
    drawn = None if record["file"] else (record["block"], record["seed"])
    names = ("family", "file", "size", "parameters", "reduce", "budget")
    return _text([drawn, *(record[name] for name in names)])


def ratio(record: Record, best: dict[str, float]) -> float | None:
    """The value of a run over the best known one of its instance."""
    if record["value"] is None or record["status"] == FAILED:
        return None
    most = best[instance_key(record)]
    if record["value"] == most:
        return 1.0
    return float(record["value"] / most) if most > 0 else None


def proved(record: Record) -> bool:
    """Whether the run proved its answer optimal, or that there is none."""
    return record["status"] in PROVED


def cut_off(record: Record) -> bool:
    """Whether the run would have taken longer than its time says."""
    if record["seconds"] is None or proved(record):
        return False
    if record["status"] == FAILED:
        return "hard limit" in record["error"]
    limit = record["options"].get("time_limit") or math.inf
    return "time limit" in (record["note"] or "").lower() or record["seconds"] >= NEARLY * limit


def timed(record: Record) -> bool:
    """Whether the record has a time to count: it ended, or was cut off."""
    ended = record["status"] != FAILED or cut_off(record)
    return record["seconds"] is not None and ended


def quartiles(records: Sequence[Record]) -> Quartiles | None:
    """Quartiles of the times of runs, those cut off beyond all that ended."""
    counted = [record for record in records if timed(record)]
    if not counted:
        return None
    seconds = np.array([record["seconds"] for record in counted])
    ends = np.where([cut_off(record) for record in counted], np.inf, seconds)
    at_least = _quantiles(seconds)
    known = [float(q) if np.isfinite(q) else None for q in _quantiles(ends)]
    return Quartiles(tuple(known), tuple(float(q) for q in at_least))


def _quantiles(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Observed values, not means of two: infinity is not averaged."""
    return np.quantile(values, QUARTILES, method="inverted_cdf")


def _row(records: list[Record], best: dict[str, float]) -> Row:
    ratios = [ratio(record, best) for record in records]
    minimised = any(record["sense"] == "min" for record in records)
    known = [found for found in ratios if found is not None]
    return Row(
        runs=len(records),
        failures=sum(record["status"] == FAILED for record in records),
        proved=sum(map(proved, records)) / len(records),
        seconds=quartiles(records),
        gap=_median(record["gap"] for record in records if cut_off(record)),
        nodes=_median(record["nodes"] for record in records),
        ratio=_median(known),
        worst_ratio=(max if minimised else min)(known, default=None),
    )


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.median(known)) if known else None


def _text(values: Iterable[Any]) -> str:
    return json.dumps(list(values), sort_keys=True)


def short(value: float) -> str:
    """A number in few characters."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2g}"


def _time(times: Quartiles | None, place: int) -> str:
    if times is None:
        return ""
    value = times.values[place]
    return f"> {short(times.at_least[place])}" if value is None else short(value)


def _spread(row: Row) -> str:
    if row.seconds is None or row.runs == 1:
        return ""
    return f"{_time(row.seconds, 0)} - {_time(row.seconds, 2)}"


def _optional(value: float | None, shown: Callable[[float], str]) -> str:
    return "" if value is None else shown(value)


def _plain(value: Any) -> str:
    """The value of an axis."""
    if value is None:
        return "-"
    return value if isinstance(value, str) else json.dumps(value)


# Heading -> text of a row; a column without any text is left out.
COLUMNS: dict[str, Callable[[Row], str]] = {
    "runs": lambda row: str(row.runs),
    "proved": lambda row: f"{row.proved:.0%}",
    "median s": lambda row: _time(row.seconds, 1),
    "quartiles": _spread,
    "gap": lambda row: _optional(row.gap, short),
    "nodes": lambda row: _optional(row.nodes, short),
    "ratio": lambda row: _optional(row.ratio, "{:.4f}".format),
    "failed": lambda row: str(row.failures) if row.failures else "",
}
