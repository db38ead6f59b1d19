"""Good allowed query sets without proof: greedy, and local search by moves that keep the rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain, combinations
from typing import Any

import numpy as np

from suasion.solvers.clock import Clock
from suasion.solvers.partition.greedy import RESTARTS, TIE
from suasion.solvers.ruled.form import RuledTask, best_allowed

# Partial choices that the search for some allowed set looks at, each in some 30 microseconds.
MOST_CHOICES = 20_000


def greedy_rows(form: RuledTask, clock: Clock) -> list[int] | None:
    """Add the query that gains most again and again; None if no allowed set is found.

    As long as the queries break a constraint, the best query is added after which others may
    still mend it. From there on queries are added that gain, one by one or, where two share a
    rule, in pairs; and free ones that gain nothing by themselves, which may pay together with a
    later one.
    """
    rows = _completed(form, clock)
    if rows is None:
        rows = some_allowed(form, range(len(form)), clock)
    if rows is None:
        return None
    worth, slack = form.payoff(rows), 0 if form.task.exact else TIE
    below = Fraction(TIE) if form.task.exact else TIE
    while not clock.stopped:
        found = _best_of(form, _additions(form, rows), worth - below)
        if found is None:
            break
        larger, more = found
        dearer = form.cost(larger) > form.cost(rows)
        if more < worth - slack or (more <= worth + slack and dearer):
            break
        rows, worth = larger, more
    return rows


def improved_rows(form: RuledTask, rows: list[int], clock: Clock) -> tuple[list[int], Any]:
    """Exchange, drop or add one query or two as long as that gains; the set and its payoff."""
    worth, slack = form.payoff(rows), 0 if form.task.exact else TIE
    while not clock.stopped:
        found = _best_of(form, _neighbours(form, rows), worth + slack)
        if found is None:
            break
        rows, worth = found
    return rows, worth


def local_search_rows(form: RuledTask, clock: Clock, seed: int) -> list[int] | None:
    """The best of greedy and some random allowed sets, each improved; None if none is found."""
    generator = np.random.default_rng(seed)
    first = greedy_rows(form, clock)
    if first is None:
        return None
    best, most = improved_rows(form, first, clock)
    for restart in range(RESTARTS):
        if clock.stopped:
            break
        clock.tick((restart + 1) / (RESTARTS + 1))
        order = generator.permutation(len(form))
        taken = generator.random() * form.task.rounds / max(1, len(form))
        drawn = some_allowed(form, order, clock, generator.random(len(form)) < taken)
        if drawn is not None:
            rows, worth = improved_rows(form, drawn, clock)
            if worth > most:
                best, most = rows, worth
    return best


def some_allowed(
    form: RuledTask, order: Sequence[int] | Any, clock: Clock, wanted: Any = None
) -> list[int] | None:
    """An allowed set found depth first, or None if 20,000 partial choices lead to none.

    Parameters
    ----------
    order : sequence of int
        In which queries are decided on.
    wanted : array of bool, optional
        Which of them, in that order, are tried as asked first; default none.
    """
    ordered = form.ordered(np.asarray(order, dtype=np.intp))
    first = np.zeros(len(form), dtype=bool) if wanted is None else wanted
    stack: list[tuple[list[int], int]] = [([], 0)]
    for _ in range(MOST_CHOICES):
        if not stack or clock.stopped:
            return None
        rows, q = stack.pop()
        if len(rows) > form.task.rounds or not ordered.rows.open(rows, q):
            continue
        if not first[q:].any() and ordered.allows(rows):
            return [int(order[place]) for place in rows]
        if q < len(form):
            ways = [(rows, q + 1), ([*rows, q], q + 1)]
            stack += ways if first[q] else ways[::-1]
    return None


def _completed(form: RuledTask, clock: Clock) -> list[int] | None:
    """The first allowed set on the way of greedy additions; None if it leads to none."""
    rows: list[int] = []
    while not form.allows(rows):
        payoffs = form.payoffs_with_each(rows, form.cells(rows))
        among = np.flatnonzero(form.rows.completable_with(rows))
        if not len(among) or len(rows) >= form.task.rounds or clock.stopped:
            return None
        rows = [*rows, int(among[np.argmax(payoffs[among])])]
    return rows


def _additions(form: RuledTask, rows: list[int]) -> Iterator[list[int]]:
    """What a query more may be added to: the set itself, and with a query that shares a rule."""
    yield rows
    yield from ([*rows, q] for q in range(len(form)) if q not in rows and form.linked[q])


def _neighbours(form: RuledTask, rows: list[int]) -> Iterator[list[int]]:
    """Sets that a move leads to, or leads to with a query more."""
    yield from _additions(form, rows)
    for q in rows:
        yield [p for p in rows if p != q]
    for pair in combinations(rows, 2):
        if pair[1] in form.linked[pair[0]]:
            yield [p for p in rows if p not in pair]


def _best_of(
    form: RuledTask, bases: Iterator[list[int]], floor: Any
) -> tuple[list[int], Any] | None:
    """The best allowed set among some and those with a query more, if it is worth over `floor`."""
    best: tuple[list[int], Any] | None = None
    given = next(bases)
    for base in chain([given], bases):
        if len(base) > form.task.rounds:
            continue
        cells = form.cells(base)
        if base is not given and form.allows(base):
            worth = form.task.earned(cells) - form.cost(base)
            if worth > floor:
                best, floor = (base, worth), worth
        others = np.ones(len(form), dtype=bool)
        others[base] = False
        payoffs = form.payoffs_with_each(base, cells)
        q = best_allowed(form, base, payoffs, floor, others)
        if q is not None:
            best, floor = ([*base, q], payoffs[q]), payoffs[q]
    return best
