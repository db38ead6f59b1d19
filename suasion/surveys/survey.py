"""A survey: respondents in a table, and what may be asked of people like them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from suasion.errors import InputError
from suasion.models.numbers.arrays import IntArray
from suasion.models.numbers.rationals import Number, parse_number
from suasion.models.queries.missing_values import (
    MISSING_VALUES,
    check_known,
    missing_words,
    without_missing,
)
from suasion.models.queries.selection import QuerySelection
from suasion.models.queries.survey import (
    answer_order,
    costs_of,
    masses_of,
    questions_of,
    states_of,
)
from suasion.models.queries.table_columns import table_columns
from suasion.surveys.assessing import assess
from suasion.surveys.beliefs import fitted
from suasion.surveys.fitting import Plan, posed
from suasion.surveys.margins import plan_margin
from suasion.surveys.respondents import Respondents

if TYPE_CHECKING:
    from suasion.surveys.assessment import Assessment


class Survey:
    """Respondents whose answers and outcomes are known, to learn from for others.

    Parameters
    ----------
    table : data frame, structured array, mapping of name to column, or list of mappings
        One row per respondent.
    outcome : str
        Column of the state: 0/1, yes/no or true/false; otherwise give `positive`.
    questions, weight, positive, exclude, costs, drop_missing, missing_values
        As for `QuerySelection.from_table`.
    beliefs : str
        The belief model: "logistic".
    margin : float in [0, 1) or "auto"
        Policies persuade beliefs that are lower by as much; "auto" chooses it among 0, .01, .02,
        .05 and .1 by what it earns from respondents left out.

    Attributes
    ----------
    respondents : Respondents
    dropped : int
        How many were left out.

    Examples
    --------
    >>> rows = {"bought": [1, 0] * 20, "age": ["young", "old", "old", "old"] * 10}
    >>> survey = Survey(rows, outcome="bought")
    >>> survey
    Survey(40 respondents, 1 question)
    >>> len(survey.selection(budget=1).persuasion)
    2
    """

    def __init__(
        self,
        table: Any,
        outcome: str,
        *,
        questions: Sequence[str] | None = None,
        weight: str | None = None,
        positive: Any = None,
        exclude: Sequence[str] = (),
        costs: Mapping[str, Number] | Number | None = None,
        drop_missing: bool = False,
        missing_values: Sequence[str] = MISSING_VALUES,
        beliefs: Any = "logistic",
        margin: float | str = 0.0,
    ) -> None:
        columns = table_columns(table)
        if not any(columns.values()):
            raise InputError("table has no rows; give one row per respondent.")
        names = questions_of(columns, outcome, questions, weight, exclude)
        self.dropped = 0
        if drop_missing:
            columns, self.dropped = without_missing(
                columns, outcome, weight, positive, missing_values
            )
        known = missing_words(missing_values, () if positive is None else (positive,))
        check_known(columns[outcome], outcome, known)
        states = np.array(states_of(columns[outcome], outcome, positive), dtype=np.int64)
        masses = masses_of(columns[weight], weight) if weight else [1] * len(states)
        coded = [_coded(columns[name]) for name in names]
        answers = np.array([codes for _, codes in coded], dtype=np.int64)
        self.respondents = Respondents(
            tuple(names),
            tuple(levels for levels, _ in coded),
            (False,) * len(names),
            answers.reshape(len(names), len(states)).T,
            states,
            np.array(masses, dtype=np.float64),
        )
        self.costs = costs_of(costs, names)
        self.beliefs = beliefs
        self.margin = _checked_margin(margin)

    def __repr__(self) -> str:
        count = len(self.respondents.questions)
        return (
            f"Survey({len(self.respondents):,} respondents, {count} question{'s' * (count != 1)})"
        )

    def _plan(
        self, budget: int | None, adaptive: bool, seed: int, time_limit: float | None = None
    ) -> Plan:
        options = (self.beliefs, self.margin, self.costs, adaptive, time_limit, seed)
        return Plan(budget, *options)

    def selection(
        self, budget: int | None = None, adaptive: bool = False, seed: int = 0
    ) -> QuerySelection:
        """Which questions to ask: an instance with the beliefs of the model."""
        plan = self._plan(budget, adaptive, seed)
        beliefs = fitted(self.respondents, plan.model, seed)
        return posed(self.respondents, beliefs, plan, plan_margin(self.respondents, plan))

    def assess(
        self,
        budget: int | None = None,
        *,
        repeats: int = 2,
        folds: int = 5,
        halves: int = 5,
        permutations: int = 20,
        seed: int = 0,
        jobs: int | None = None,
        adaptive: bool = False,
        time_limit: float | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Assessment:
        """What asking is worth from people who were not asked.

        Everything is fitted on some respondents and valued on others, again and again: see
        `suasion.surveys.assessing.assess` for the splits, and for the arguments.

        Parameters
        ----------
        budget : int, optional
            Most questions, or rounds if `adaptive`; None: no limit.
        time_limit : float, optional
            Seconds for each of the choices of questions; without it the numbers depend on the
            seed alone.

        Returns
        -------
        Assessment
        """
        return assess(
            self.respondents,
            self._plan(budget, adaptive, seed, time_limit),
            repeats=repeats,
            folds=folds,
            halves=halves,
            permutations=permutations,
            jobs=jobs,
            progress=progress,
            dropped=self.dropped,
        )


def _coded(column: Sequence[Any]) -> tuple[tuple[str, ...], IntArray]:
    """The answers that occur, in the order of numbers, then of text; and the number of each."""
    given = [str(answer) for answer in column]
    levels = sorted(set(given), key=answer_order)
    number = {level: place for place, level in enumerate(levels)}
    return tuple(levels), np.array([number[answer] for answer in given], dtype=np.int64)


def _checked_margin(margin: float | str) -> float | str:
    if margin == "auto":
        return margin
    number = float(parse_number(margin, "margin"))
    if not 0 <= number < 1:
        raise InputError(f"margin is {margin}; give a number in [0, 1), or auto.")
    return number
