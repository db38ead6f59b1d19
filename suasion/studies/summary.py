"""What the runs of a study say: proofs, times of runs of which some are cut off, gaps, ratios."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from suasion.studies.grouping import Panel, as_text, panels_of, plain
from suasion.studies.runs import FAILED, PROVED, Record

QUARTILES = (0.25, 0.5, 0.75)
# A run that ends this close to its limit was stopped by it, whatever its solver calls that.
NEARLY = 0.98


@dataclass(frozen=True)
class Time:
    """A quantile of times of which some are cut off.

    Attributes
    ----------
    seconds : float or None
        None if it is beyond the limits.
    at_least : float
        What it is at least: every run that was cut off taken to end there.
    """

    seconds: float | None
    at_least: float

    def __str__(self) -> str:
        if self.seconds is None:
            return f">{_duration(self.at_least)}"
        return _duration(self.seconds)


@dataclass(frozen=True)
class Row:
    """Statistics of runs that differ in their seed only.

    Attributes
    ----------
    runs, proved, failures : int
        Runs; those that proved their answer optimal, or that there is none; those without a
        result.
    q1, median, q3 : Time or None
        Quartiles of the times; None if no run has a time.
    gap : float or None
        Median gap of the runs that were stopped by their limit with an answer and a bound.
    nodes : float or None
        Median.
    ratio, worst_ratio : float or None
        Median and worst value over the best value that any method found on the same instance: at
        most 1 when maximising, at least 1 when minimising.
    """

    runs: int
    proved: int
    failures: int
    q1: Time | None
    median: Time | None
    q3: Time | None
    gap: float | None
    nodes: float | None
    ratio: float | None
    worst_ratio: float | None


# Heading -> text of a row; a column without any text is left out.
COLUMNS: dict[str, Callable[[Row], str]] = {
    "proved": lambda row: f"{row.proved}/{row.runs}",
    "q1": lambda row: _optional(row.q1, str) if row.runs > 1 else "",
    "median": lambda row: _optional(row.median, str),
    "q3": lambda row: _optional(row.q3, str) if row.runs > 1 else "",
    "gap": lambda row: _optional(row.gap, "{:.2%}".format),
    "nodes": lambda row: _optional(row.nodes, _count),
    "ratio": lambda row: _optional(row.ratio, "{:.4f}".format),
    "failed": lambda row: str(row.failures) if row.failures else "",
}


@dataclass(frozen=True)
class Section:
    """The table of a panel: its rows in the order of `Panel.groups`."""

    panel: Panel
    rows: list[Row]

    @property
    def headings(self) -> tuple[str, ...]:
        """Headings of `table`; columns that would be empty are left out."""
        shown = [name for name, text in COLUMNS.items() if any(map(text, self.rows))]
        return (*self.panel.axes, *shown)

    def table(self) -> list[list[str]]:
        """The rows as text; ">60s" is a time beyond a limit of 60 seconds."""
        axes = self.panel.axes
        shown = [COLUMNS[name] for name in self.headings[len(axes) :]]
        points = [group.point for group in self.panel.groups]
        return [
            [plain(point.get(axis)) for axis in axes] + [text(row) for text in shown]
            for point, row in zip(points, self.rows, strict=True)
        ]


@dataclass(frozen=True)
class Summary:
    """The tables of a study: one row per point of the grid, its seeds taken together.

    Attributes
    ----------
    common : dict
        What all runs have in common.
    sections : list of Section
        A table for each kind of instances.
    """

    common: dict[str, Any]
    sections: list[Section]

    @property
    def failures(self) -> int:
        """Number of runs that failed."""
        return sum(row.failures for section in self.sections for row in section.rows)

    def to_dict(self) -> dict[str, Any]:
        """The summary as a JSON document; a row holds its point and its statistics."""
        rows = [
            {"point": group.point, **asdict(row)}
            for section in self.sections
            for group, row in zip(section.panel.groups, section.rows, strict=True)
        ]
        return {"rows": rows, "failures": self.failures}


def summary(records: Iterable[Record]) -> Summary:
    """Sum up the runs of a study.

    A run that was stopped by its time limit without a proof, or by the hard limit, would have
    taken longer: its time is cut off (censored). A quartile is the smallest time by which that
    share of the runs had ended, as in the estimate of Kaplan and Meier; where so many did not
    end, only a lower bound is known. Heuristics that end by themselves are not cut off. Runs that
    failed otherwise have no time.

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
    >>> runs = [
    ...     key | NOTHING | {"seed": s, "status": e, "seconds": t} for s, (e, t) in ends.items()
    ... ]
    >>> [section] = summary(runs).sections
    >>> dict(zip(section.headings, *section.table()))
    {'method': 'lp', 'proved': '2/3', 'q1': '1s', 'median': '2s', 'q3': '>9s'}
    """
    records = list(records)
    best = best_values(records)
    common, panels = panels_of(records)
    return Summary(
        common,
        [Section(panel, [_row(g.records, best) for g in panel.groups]) for panel in panels],
    )


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
    drawn = None if record["file"] else record["seed"]
    names = ("family", "file", "size", "parameters", "reduce", "budget")
    return as_text([drawn, *(record[name] for name in names)])


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
    limit = record["options"].get("time_limit", math.inf)
    return "time limit" in (record["note"] or "").lower() or record["seconds"] >= NEARLY * limit


def quartiles(records: Sequence[Record]) -> tuple[Time, ...] | None:
    """Quartiles of the times of runs, those cut off beyond all that ended."""
    counted = [
        record
        for record in records
        if record["seconds"] is not None and (record["status"] != FAILED or cut_off(record))
    ]
    if not counted:
        return None
    seconds = np.array([record["seconds"] for record in counted])
    ends = np.where([cut_off(record) for record in counted], np.inf, seconds)
    return tuple(
        Time(float(end) if np.isfinite(end) else None, float(least))
        for end, least in zip(_quantiles(ends), _quantiles(seconds), strict=True)
    )


def _quantiles(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Observed values, not means of two: infinity is not averaged."""
    return np.quantile(values, QUARTILES, method="inverted_cdf")


def _row(records: list[Record], best: dict[str, float]) -> Row:
    ratios = [found for record in records if (found := ratio(record, best)) is not None]
    worst = max if any(record["sense"] == "min" for record in records) else min
    q1, median, q3 = quartiles(records) or (None, None, None)
    return Row(
        runs=len(records),
        proved=sum(map(proved, records)),
        failures=sum(record["status"] == FAILED for record in records),
        q1=q1,
        median=median,
        q3=q3,
        gap=_median(record["gap"] for record in records if cut_off(record)),
        nodes=_median(record["nodes"] for record in records),
        ratio=_median(ratios),
        worst_ratio=worst(ratios, default=None),
    )


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.median(known)) if known else None


def _optional(value: Any, shown: Callable[[Any], str]) -> str:
    return "" if value is None else shown(value)


def _duration(seconds: float) -> str:
    if seconds < 0.9995:
        return f"{_digits(1000 * seconds)}ms"
    return f"{_digits(seconds)}s"


def _digits(value: float) -> str:
    """Two digits, or all before the point."""
    return f"{value:.0f}" if value >= 99.5 else f"{value:.2g}"


def _count(value: float) -> str:
    """A number of nodes in at most five characters up to a thousand billions."""
    for unit, name in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= 0.9995 * unit:
            return f"{value / unit:.3g}{name}"
    return f"{value:.0f}"
