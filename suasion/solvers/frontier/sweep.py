"""One budget after another: what each search starts from, how long it may take, what it proves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from suasion.models.queries.query_tree import QueryPolicy
from suasion.models.queries.selection import QuerySelection
from suasion.results import COMBINATORIAL_GAP, relative_gap
from suasion.solvers.clock import Clock
from suasion.solvers.frontier.curves import Curves, Found
from suasion.solvers.options import Options

# Values of one partition, added up in another order, differ by less.
ROUNDING = 1e-12


class Turns(Clock):
    """A clock that gives each of some searches an equal share of the time that is left.

    Parameters
    ----------
    options : Options
        With the time limit for all searches together.

    Examples
    --------
    >>> with Turns(Options(time_limit=60)) as clock:
    ...     clock.share(3)
    ...     clock.next_turn()  # twenty seconds
    ...     clock.stopped is None
    True
    """

    def __init__(self, options: Options) -> None:
        super().__init__(options.time_limit, options.progress)
        self.turns = 1
        self._turn = 0
        self._until: float | None = None

    def share(self, turns: int) -> None:
        """So many searches follow; what is done before the first of them has all the time."""
        self.turns, self._turn, self._until = max(1, turns), 0, None

    def next_turn(self) -> None:
        """Begin the next search."""
        if self._limit is not None:
            left = max(0.0, self._limit - self.seconds)
            self._until = self.seconds + left / max(1, self.turns - self._turn)
        self._turn += 1

    @property
    def over(self) -> str | None:
        """Why to stop altogether: "interrupted" or "time limit"."""
        return super().stopped

    @property
    def stopped(self) -> str | None:
        """Why to stop the present search."""
        late = self._until is not None and self.seconds >= self._until
        return super().stopped or ("time limit" if late else None)

    def tick(
        self,
        done: float,
        value: float | None = None,
        bound: float | None = None,
        nodes: int | None = None,
    ) -> None:
        """Report progress; `done` becomes the share of all searches."""
        super().tick((max(0, self._turn - 1) + done) / self.turns, value, bound, nodes)


@dataclass(frozen=True, eq=False)
class Draft:
    """The best answer known for a budget; its bound may still come down.

    Attributes
    ----------
    answer : QuerySet or QueryTree
    value : float
        Recomputed from the answer by the models.
    bound : float
        No answer within the budget earns more.
    seconds : float
        Time of the search.
    nodes : int
        Search nodes, 0 if no search was needed.
    note : str
        Why the search was cut short, or "".
    """

    answer: QueryPolicy
    value: float
    bound: float = float("inf")
    seconds: float = 0.0
    nodes: int = 0
    note: str = ""

    @property
    def cut_short(self) -> bool:
        """Whether more time might prove more."""
        gap = relative_gap(self.value, self.bound)
        return self.note == "time limit" and gap is not None and gap > COMBINATORIAL_GAP


@dataclass(frozen=True, eq=False)
class Row:
    """What is known about one budget; ``greedy_in_turn`` is None where there is no method."""

    at_once: Draft
    in_turn: Draft
    greedy_at_once: Draft
    greedy_in_turn: Draft | None


class Sweep:
    """Searches in the order of the budgets, and once more where time is left.

    The best queries for the budget before and the greedy ones are known before a search; there
    is none if they earn what all queries together reveal.

    Parameters
    ----------
    problem : QuerySelection
    curves : Curves
    clock : Turns
    """

    def __init__(self, problem: QuerySelection, curves: Curves, clock: Turns) -> None:
        self.problem, self.curves, self.clock = problem, curves, clock

    def run(self, budgets: list[int]) -> list[Row]:
        """A row for each of the increasing budgets."""
        self.clock.share(2 * len(budgets))
        rows = self._swept(budgets, [None] * len(budgets))
        while not self.clock.over:
            cut_short = sum(row.at_once.cut_short + row.in_turn.cut_short for row in rows)
            if not cut_short:
                break
            self.clock.share(cut_short)
            rows = self._swept(budgets, rows)
        return rows

    def _swept(self, budgets: list[int], last: Sequence[Row | None]) -> list[Row]:
        rows: list[Row] = []
        for budget, old in zip(budgets, last, strict=True):
            rows.append(self._row(budget, rows[-1] if rows else None, old))
        return _tightened(rows)

    def _row(self, budget: int, before: Row | None, old: Row | None) -> Row:
        """The row of a budget, given the one before it and what an earlier sweep left."""
        curves = self.curves
        if old is None or old.at_once.cut_short:
            self.clock.next_turn()
        queries = self._greedy(curves.greedy_at_once(budget), _of(before, "greedy_at_once"))
        assert queries is not None
        known = [queries] if before is None else [before.at_once, queries]
        at_once = self._best(curves.at_once, budget, known, _of(old, "at_once"))
        if old is None or old.in_turn.cut_short:
            self.clock.next_turn()
        tree = self._greedy(curves.greedy_in_turn(budget), _of(before, "greedy_in_turn"))
        known = [draft for draft in (_of(before, "in_turn"), tree) if draft is not None]
        if not any(draft.value >= at_once.value - ROUNDING for draft in known):
            known.append(self._drafted(curves.as_tree(at_once.answer)))
        in_turn = self._best(curves.in_turn, budget, known, _of(old, "in_turn"))
        in_turn = replace(in_turn, value=max(in_turn.value, at_once.value))
        return Row(at_once, in_turn, queries, tree)

    def _drafted(self, answer: QueryPolicy) -> Draft:
        return Draft(answer, float(answer.value(self.problem)))

    def _greedy(self, answer: QueryPolicy | None, before: Draft | None) -> Draft | None:
        """A greedy answer, or the one for less if the clock cut it short."""
        if answer is None:
            return None
        draft = replace(self._drafted(answer), note=self.clock.stopped or "")
        if before is None or draft.value >= before.value:
            return draft
        kept = draft if draft.value >= before.value - ROUNDING else before
        return replace(kept, value=before.value)

    def _best(
        self, find: Callable[[int], Found], budget: int, known: list[Draft], old: Draft | None
    ) -> Draft:
        """The best of the known answers and, unless they suffice, of a search."""
        top = max(known if old is None else [old, *known], key=lambda draft: draft.value)
        best = old or Draft(top.answer, top.value, self.curves.everything if budget else top.value)
        best = replace(best, answer=top.answer, value=top.value)
        if best.value >= best.bound - ROUNDING or not (old is None or old.cut_short):
            return best
        if self.clock.over:
            return replace(best, note=self.clock.over)
        started = self.clock.seconds
        found = find(budget)
        drafted = self._drafted(found.answer)
        return Draft(
            answer=drafted.answer if drafted.value > best.value else best.answer,
            value=max(drafted.value, best.value),
            bound=min(found.bound, best.bound),
            seconds=best.seconds + self.clock.seconds - started,
            nodes=best.nodes + found.nodes,
            note=found.note or self.clock.stopped or "",
        )


def _of(row: Row | None, curve: str) -> Draft | None:
    """The draft of a curve, if there is a row."""
    draft: Draft | None = None if row is None else getattr(row, curve)
    return draft


def _tightened(rows: list[Row]) -> list[Row]:
    """A bound for a larger budget, or for trees, holds for a smaller one and for sets."""
    in_turn = _falling([row.in_turn for row in rows])
    at_once = [
        replace(row.at_once, bound=min(row.at_once.bound, tree.bound))
        for row, tree in zip(rows, in_turn, strict=True)
    ]
    best = zip(rows, _falling(at_once), in_turn, strict=True)
    return [replace(row, at_once=queries, in_turn=tree) for row, queries, tree in best]


def _falling(drafts: list[Draft]) -> list[Draft]:
    """Bounds by increasing budget, none above one for a larger budget."""
    found = drafts[-1:]
    for draft in reversed(drafts[:-1]):
        found.append(replace(draft, bound=min(draft.bound, found[-1].bound)))
    return found[::-1]
