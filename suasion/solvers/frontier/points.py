"""What a frontier holds: the queries that each budget buys, and what they are worth."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from typing import Any

from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryPolicy
from suasion.models.table import Entry, Table, Tabled
from suasion.results import COMBINATORIAL_GAP, Result, Status


@dataclass(frozen=True)
class FrontierPoint:
    """The queries that one budget buys.

    Attributes
    ----------
    budget : int
        Number of queries at once; of rounds in turn.
    at_once, in_turn : Result
        The best query set and the best query tree known. Status "optimal" is proved; otherwise
        value and bound enclose what the best are worth.
    greedy_at_once, greedy_in_turn : Result
        The greedy set and tree, with the bounds of the best. ``greedy_in_turn`` is None where
        there is no such method: threshold queries with costs.
    reached : float or None
        What the best tree known adds to no query, as a share of what knowing the type adds; None
        if that is nothing.
    """

    budget: int
    at_once: Result[QueryPolicy]
    in_turn: Result[QueryPolicy]
    greedy_at_once: Result[QueryPolicy]
    greedy_in_turn: Result[QueryPolicy] | None
    reached: float | None

    def to_dict(self) -> dict[str, Any]:
        """The point as plain JSON: numbers, and the queries of sets."""
        return {
            "budget": self.budget,
            "at_once": _result_dict(self.at_once),
            "in_turn": _result_dict(self.in_turn),
            "greedy_at_once": _result_dict(self.greedy_at_once),
            "greedy_in_turn": _result_dict(self.greedy_in_turn),
            "reached": self.reached,
        }


@dataclass(frozen=True)
class Frontier(Tabled):
    """The value of queries against the budget; values are net of costs.

    Attributes
    ----------
    none : float
        Payoff without any query.
    everything : float
        Payoff after all queries, before their costs.
    ceiling : float
        Payoff of a sender who knows the type.
    points : tuple of FrontierPoint
        By increasing budget. No value falls as the budget grows, and in every point
        ``at_once <= in_turn <= everything <= ceiling``.
    seconds : float
        Wall time.
    stopped : str
        "interrupted" or "time limit" if that cut a search short, else "".
    """

    none: float
    everything: float
    ceiling: float
    points: tuple[FrontierPoint, ...] = field(repr=False)
    seconds: float = 0.0
    stopped: str = ""

    @property
    def proved(self) -> bool:
        """True if the best queries of every budget are proved to be the best."""
        return not self._unproved

    @property
    def reasons(self) -> list[str]:
        """Why some of the best are not proved, once each."""
        return sorted({result.report.raw_status for result in self._unproved} - {""})

    @property
    def _unproved(self) -> list[Result[QueryPolicy]]:
        best = [result for p in self.points for result in (p.at_once, p.in_turn)]
        return [result for result in best if result.status is not Status.OPTIMAL]

    def to_dict(self) -> dict[str, Any]:
        """The frontier as plain JSON; numbers are None where there is none."""
        return {
            "none": self.none,
            "everything": self.everything,
            "ceiling": self.ceiling,
            "points": [point.to_dict() for point in self.points],
            "seconds": self.seconds,
            "stopped": self.stopped or None,
        }

    @property
    def notes(self) -> list[str]:
        """What goes with the table: the ceiling, and what its marks mean."""
        asked = f"all queries {self.everything:.5f} (before costs)"
        lines = [
            f"ceiling {self.ceiling:.5f} (type known), {asked}, none {self.none:.5f}",
            "reached: share of the way from none to the ceiling, in turn",
        ]
        if not self.proved:
            why = "; ".join(self.reasons)
            lines.append(
                "at most: a bound on the best, where what was found is not proved to be it"
            )
            lines += [f"  ({why})"] if why else []
        return lines

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.tables()))

    def tables(self, full: bool = False) -> list[Table]:
        """A row of numbers for each point, whether or not `full`.

        What bounds the best stands beside it where it is not proved to be the best; names are
        short, so that all fit in 80 columns.
        """
        columns = (
            *("budget", "at once", "at most", "greedy"),
            *("in turn", "turn at most", "turn greedy", "reached"),
        )
        formats = dict.fromkeys(columns, "{:.5f}".format) | {"reached": _percent}
        rows = tuple(_entries(point) for point in self.points)
        notes = [textwrap.fill(note, 79, subsequent_indent="  ") for note in self.notes]
        return [Table("", columns, rows, "\n".join(notes), formats)]


def _entries(point: FrontierPoint) -> tuple[Entry, ...]:
    entries: list[Entry] = [point.budget]
    for best, greedy in (
        (point.at_once, point.greedy_at_once),
        (point.in_turn, point.greedy_in_turn),
    ):
        proved = best.status is Status.OPTIMAL
        entries += [best.value, None if proved else best.bound]
        entries.append(None if greedy is None else greedy.value)
    return (*entries, point.reached)


def _percent(share: float) -> str:
    """A share as text: 100.0% only where nothing is missing."""
    return f"{share if share >= 1 - COMBINATORIAL_GAP else min(share, 0.999):.1%}"


def _result_dict(result: Result[QueryPolicy] | None) -> dict[str, Any] | None:
    """What a curve's point has to say, without the cells."""
    if result is None:
        return None
    whole: dict[str, Any] = {
        "value": result.value,
        "bound": result.bound,
        "status": str(result.status),
        "method": result.method,
        "seconds": result.report.seconds,
    }
    if isinstance(result.answer, QuerySet):
        whole["queries"] = result.answer.queries.tolist()
    return whole
