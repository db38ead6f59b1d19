"""What queries are worth against the budget: at once, in turn and greedily, with bounds."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from suasion.errors import InputError, WrongKindError
from suasion.models.binary.discretization import DiscretizedPersuasion
from suasion.models.finite.instance import FinitePersuasion
from suasion.models.numbers.arrays import is_index
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryPolicy
from suasion.models.queries.selection import QuerySelection
from suasion.results import COMBINATORIAL_GAP, Report, Result, Status, concluded
from suasion.solvers.clock import Progress
from suasion.solvers.frontier.curves import Curves, curves_for, question
from suasion.solvers.frontier.sweep import ROUNDING, Draft, Row, Sweep, Turns
from suasion.solvers.options import Options

MOST_BUDGETS = 1_000


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
class Frontier:
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
    def headings(self) -> tuple[str, ...]:
        """Of the columns of `table`, where bounds stand beside the best if some are unproved."""
        bound = () if self.proved else ("at most",)
        greedy = ("at once", *bound, "greedy", "in turn", *bound, "greedy")
        return ("budget", *greedy, "reached")

    def table(self) -> list[tuple[str, ...]]:
        """A row of text for each point; a star marks a value not proved to be the best."""
        return [self._row(point) for point in self.points]

    def _row(self, point: FrontierPoint) -> tuple[str, ...]:
        cells = [str(point.budget)]
        for best, greedy in (
            (point.at_once, point.greedy_at_once),
            (point.in_turn, point.greedy_in_turn),
        ):
            optimal = best.status is Status.OPTIMAL
            cells.append(f"{best.value:.5f}{'' if optimal else '*'}")
            if not self.proved:
                cells.append("" if optimal else f"{best.bound:.5f}")
            cells.append("-" if greedy is None else f"{greedy.value:.5f}")
        return (*cells, _percent(point.reached))

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
            lines.append("* not proved; the best is at most the number beside it")
            lines += [f"  ({why})"] if why else []
        return lines

    def __str__(self) -> str:
        grid = [self.headings, *self.table()]
        widths = [max(map(len, column)) for column in zip(*grid, strict=True)]
        lines = [
            "  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True))
            for row in grid
        ]
        notes = [textwrap.fill(note, 79, subsequent_indent="  ") for note in self.notes]
        return "\n".join([*lines, *notes])

    def _repr_html_(self) -> str:
        def line(cells: Sequence[str], tag: str) -> str:
            return "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells)

        lines = [line(self.headings, "th"), *(line(row, "td") for row in self.table())]
        notes = "<br>".join(html.escape(note) for note in self.notes)
        return f"<table>{''.join(f'<tr>{row}</tr>' for row in lines)}</table><p>{notes}</p>"


def frontier(
    problem: QuerySelection,
    budgets: Sequence[int] | range = range(9),
    *,
    time_limit: float | None = None,
    threads: int = 1,
    seed: int = 0,
    progress: Callable[[Progress], None] | None = None,
) -> Frontier:
    """What the best queries are worth for each budget: all at once, in turn, and greedily.

    Budgets are solved in increasing order and share their work: trees the cells solved so far,
    thresholds the cuts (K free rounds are 2^K - 1 cuts at once) and a table for each round,
    greedy its order. Once all that queries can reveal is reached, larger budgets are answered at
    once. A bound for a budget also holds for smaller ones, and one for trees for sets.

    Parameters
    ----------
    problem : QuerySelection
        About a `BinaryPersuasion`. Its own `budget` and `adaptive` do not matter.
    budgets : sequence of int >= 0
        Up to 1,000, in any order; repeats count once. Default 0 to 8.
    time_limit : float, optional
        Seconds for the whole frontier. A search gets an equal share of what is left when it
        begins, so the last and hardest get what the first did not need.
    threads, seed : int
        As in `suasion.solve`.
    progress : callable, optional
        Called now and then with a `Progress`: the share of all searches that is done; payoff,
        bound and nodes of the present one.

    Returns
    -------
    Frontier

    Raises
    ------
    TypeError
        If `problem` is not a `QuerySelection`.
    ValueError
        For a budget that is not an integer >= 0, none or too many of them, or a discretized
        continuum.

    Notes
    -----
    The best partition queries take exponential time in the worst case; threshold queries O(n) a
    budget, and O(n^3) a round with costs in turn.

    Examples
    --------
    >>> from suasion import BinaryPersuasion, ThresholdOracle
    >>> instance = BinaryPersuasion(["1/4"] * 4, ["1/10", "1/5", "3/10", "2/5"])
    >>> print(frontier(QuerySelection(instance, ThresholdOracle()), [0, 1, 2, 3]))
    budget  at once   greedy  in turn   greedy  reached
         0  0.35625  0.35625  0.35625  0.35625     0.0%
         1  0.43651  0.43651  0.43651  0.43651    55.8%
         2  0.47222  0.47222  0.50000  0.50000   100.0%
         3  0.50000  0.50000  0.50000  0.50000   100.0%
    ceiling 0.50000 (type known), all queries 0.50000 (before costs), none 0.35625
    reached: share of the way from none to the ceiling, in turn
    """
    if not isinstance(problem, QuerySelection):
        raise WrongKindError(
            f"problem is a {type(problem).__name__}; give a QuerySelection, which has queries to "
            "choose from."
        )
    if isinstance(problem.persuasion, DiscretizedPersuasion):
        raise InputError(
            "persuasion is a discretized continuum; give problem.on(problem.persuasion.down), or "
            "up, whose values enclose its own."
        )
    if isinstance(problem.persuasion, FinitePersuasion):
        raise InputError(
            "persuasion is finite, and frontiers are for binary persuasion; solve the query "
            "selection with one budget after the other."
        )
    options = Options(time_limit=time_limit, threads=threads, seed=seed, progress=progress)
    wanted = _checked(budgets)
    clock = Turns(options)
    with clock:
        curves = curves_for(problem, wanted[-1], options, clock)
        efforts = sorted({min(budget, curves.most) for budget in wanted})
        rows = dict(zip(efforts, Sweep(problem, curves, clock).run(efforts), strict=True))
    none = float(QuerySet([]).value(problem))
    values = [none, *(row.in_turn.value for row in rows.values())]
    everything = _at_least(max(values), curves.everything)
    ceiling = _at_least(everything, curves.ceiling)
    points = []
    for budget in wanted:
        row = rows[min(budget, curves.most)]
        gain, most = row.in_turn.value - none, ceiling - none
        reached = gain / most if most > ROUNDING else None
        points.append(_point(problem, budget, row, curves, reached))
    found = Frontier(none, everything, ceiling, tuple(points), clock.seconds)
    reasons = found.reasons
    stopped = next((why for why in ("interrupted", "time limit") if why in reasons), "")
    return replace(found, stopped=clock.over if clock.over == "interrupted" else stopped)


def _percent(share: float | None) -> str:
    """A share as text: 100.0% only where nothing is missing."""
    if share is None:
        return "-"
    return f"{share if share >= 1 - COMBINATORIAL_GAP else min(share, 0.999):.1%}"


def _checked(budgets: Sequence[int] | range) -> list[int]:
    """The budgets in increasing order, once each."""
    if not 0 < len(budgets) <= MOST_BUDGETS:
        raise InputError(f"budgets has {len(budgets):,} entries; give 1 to {MOST_BUDGETS:,}.")
    for place, budget in enumerate(budgets):
        if not is_index(budget, float("inf")):
            raise InputError(f"budgets[{place}] is {budget!r}; give an integer >= 0.")
    return sorted({int(budget) for budget in budgets})


def _at_least(floor: float, value: float) -> float:
    """A value that may lie below another by rounding only."""
    return max(floor, value) if floor <= value + ROUNDING else value


def _point(
    problem: QuerySelection, budget: int, row: Row, curves: Curves, reached: float | None
) -> FrontierPoint:
    """The drafts of a budget as results; the greedy ones have the bounds of the best."""
    at_once, in_turn = (question(problem, budget, adaptive) for adaptive in (False, True))
    greedy_tree = row.greedy_in_turn
    return FrontierPoint(
        budget,
        _result(at_once, curves.methods[0], row.at_once, row.at_once.bound),
        _result(in_turn, curves.methods[1], row.in_turn, row.in_turn.bound),
        _result(at_once, "greedy", row.greedy_at_once, row.at_once.bound),
        None
        if greedy_tree is None
        else _result(in_turn, "greedy", greedy_tree, row.in_turn.bound),
        reached,
    )


def _result(
    problem: QuerySelection, method: str, draft: Draft, bound: float
) -> Result[QueryPolicy]:
    return concluded(
        method=method,
        problem=problem,
        answer=draft.answer,
        value=draft.value,
        bound=_at_least(draft.value, bound),
        report=Report(seconds=draft.seconds, nodes=draft.nodes, raw_status=draft.note),
    )


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
