"""A table as it comes, read as respondents: who counts, what can be asked, what was left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.models.numbers.arrays import FloatArray, Mask, is_index
from suasion.models.numbers.sequences import in_order, listed
from suasion.models.queries.answers import answer_text
from suasion.models.queries.missing_values import (
    MISSING_VALUES,
    counts_as_missing,
    missing_words,
)
from suasion.models.queries.survey import People, costs_of, known_people, questions_of
from suasion.models.queries.table_columns import table_columns
from suasion.surveys.askability import alike, remedy, why_not
from suasion.surveys.levels import Levels, Scale, declared_scales, levels_of
from suasion.surveys.multiple_choice import expanded, split_columns
from suasion.surveys.respondents import Respondents

# Weights beyond this, or its inverse, may sum to what no float is.
EXTREME = Fraction(1, 10**100)


@dataclass(frozen=True, eq=False)
class ReadTable:
    """What a table says.

    Attributes
    ----------
    respondents : Respondents
    people : People
        The same respondents' rows, states and exact weights.
    unanswered : dict of str to int
        How many respondents were left out because they lack the outcome, the weight, or (of the
        others) the answer to each question, where any do.
    dropped : int
        How many were left out in all.
    left_out : dict of str to str
        Columns that are no questions, with the reason.
    choices : dict of str to list of str
        Questions that a column of several choices was split into.
    """

    respondents: Respondents
    people: People
    unanswered: dict[str, int]
    dropped: int
    left_out: dict[str, str]
    choices: dict[str, list[str]]

    def costs(self, given: Any) -> Any:
        """The costs of questions in their order, or the one that all have.

        A column that was split gives its cost to each choice; costs of columns that are no
        questions do not matter.
        """
        names = [*self.respondents.questions, *self.left_out, *self.choices]
        listed_costs = costs_of(given, names)
        if listed_costs is given:
            return self._in_order(given)
        by_name = dict(zip(names, listed_costs, strict=True))
        column = {part: name for name, parts in self.choices.items() for part in parts}
        return [
            by_name[name] or by_name.get(column.get(name, name), 0)
            for name in self.respondents.questions
        ]

    def _in_order(self, given: Any) -> Any:
        """One cost for each question, or one for all."""
        if given is None or isinstance(given, str) or not isinstance(given, Iterable):
            return given
        costs, questions = list(in_order(given, "costs")), self.respondents.questions
        if len(costs) != len(questions):
            raise InputError(
                f"costs has {len(costs)} entries, and the questions are {listed(questions)}; give "
                "one for each, or costs by name."
            )
        return costs


def read_respondents(
    table: Any,
    outcome: str,
    *,
    questions: Sequence[str] | None = None,
    weight: str | None = None,
    positive: Any = None,
    exclude: Sequence[str] = (),
    drop_missing: bool = False,
    missing: str = "drop",
    missing_values: Sequence[str] = MISSING_VALUES,
    split: Sequence[str] | Mapping[str, str] = (),
    ordered: Sequence[str] | Mapping[str, Sequence[Any] | None] = (),
    bands: int = 4,
) -> ReadTable:
    """Read a table; the arguments are those of `suasion.surveys.Survey`.

    Running time O(entries), and sorting the answers of each question.
    """
    if missing not in ("drop", "answer"):
        raise InputError(f'missing is {missing!r}; give "drop" or "answer".')
    if not is_index(bands, float("inf")) or bands < 2:
        raise InputError(f"bands is {bands!r}; give an integer >= 2.")
    words = missing_words(missing_values)
    columns, choices = split_columns(table_columns(table), split, words)
    if not any(columns.values()):
        raise InputError("table has no rows; give one row per respondent.")
    for role, name in (("outcome", outcome), ("weight", weight)):
        if name in choices:
            raise InputError(f"split names {name!r}, the {role}; leave it out.")
    scales = declared_scales(table, ordered, [*columns, *choices])
    asked = questions_of(
        columns,
        outcome,
        _expanded(questions, choices),
        weight,
        _expanded(exclude, choices) or (),
    )
    people = known_people(columns, outcome, weight, positive, drop_missing, missing_values)
    known = {name: _known(columns[name], people, words) for name in asked}
    sample = _Sample(columns, people, known, scales, bands, missing == "answer")
    levels, kept, left_out = sample.questions(asked, named=questions is not None)
    if not any(people.masses[place] for place in kept):
        raise InputError(f"{weight} is 0 for all who answered; give one of them a weight.")
    outcome_words = missing_words(missing_values, () if positive is None else (positive,))
    lacking = {outcome: sum(counts_as_missing(value, outcome_words) for value in columns[outcome])}
    if weight is not None:
        lacking[weight] = sum(counts_as_missing(value, words) for value in columns[weight])
    if missing == "drop":
        lacking |= {name: sample.lacking(name) for name in asked if name in levels}
    return ReadTable(
        _respondents(levels, people, kept),
        People(
            [people.rows[place] for place in kept],
            [people.states[place] for place in kept],
            [people.masses[place] for place in kept],
        ),
        {name: count for name, count in lacking.items() if count},
        len(columns[outcome]) - len(kept),
        left_out,
        choices,
    )


def _expanded(names: Any, choices: Mapping[str, list[str]]) -> Any:
    """Text is left as it is: it is one name and no list."""
    return names if isinstance(names, str) or not choices else expanded(names, choices)


@dataclass(frozen=True, eq=False)
class _Sample:
    """Columns, the people whose states are known, and whose answers to each question are."""

    columns: Mapping[str, Sequence[Any]]
    people: People
    known: Mapping[str, Mask]
    scales: Mapping[str, Scale]
    bands: int
    missing_answers: bool

    @cached_property
    def weights(self) -> FloatArray:
        """Of the people."""
        return _weights(self.people)

    def lacking(self, name: str) -> int:
        """How many of the people gave no answer."""
        return int((~self.known[name]).sum())

    def entries(self, name: str) -> list[Any]:
        """The answers that are there."""
        rows = np.array(self.people.rows)[self.known[name]].tolist()
        return [self.columns[name][row] for row in rows]

    def questions(
        self, asked: Sequence[str], named: bool
    ) -> tuple[dict[str, Levels], list[int], dict[str, str]]:
        """The questions' answers, who stays, and what is no question with the reason.

        An InputError names what is no question if questions were named.
        """
        left_out: dict[str, str] = {}
        for name in asked:
            entries = self.entries(name)
            reason = why_not(name, entries, name in self.scales)
            if not reason and not self.missing_answers:
                reason = alike(map(answer_text, entries))
            if reason:
                self.refuse(name, reason, left_out, named)
        levels = {name: self.levels(name) for name in asked if name not in left_out}
        kept = self.answering(list(levels))
        for name, found in list(levels.items()):
            # Those who differed may have been left out for another question.
            reason = alike(found.levels[code] for code in found.codes[kept])
            if reason:
                self.refuse(name, reason, left_out, named)
                del levels[name]
        return levels, kept, left_out

    def refuse(self, name: str, reason: str, left_out: dict[str, str], named: bool) -> None:
        """Leave a column out, or say why it cannot be asked about."""
        if named:
            raise InputError(
                f"questions names {name!r}, which cannot be asked about ({reason}); "
                f"{remedy(name, self.entries(name))}."
            )
        left_out[name] = reason

    def answering(self, asked: Sequence[str]) -> list[int]:
        """Numbers of the people who stay: all, or those who answered every question."""
        everyone = np.ones(len(self.people.rows), dtype=bool)
        if self.missing_answers:
            return np.flatnonzero(everyone).tolist()
        kept = np.logical_and.reduce([everyone, *(self.known[name] for name in asked)])
        if not kept.any():
            worst = max(asked, key=self.lacking)
            raise InputError(
                f"every respondent lacks the answer to some question, most often {worst} "
                f"({self.lacking(worst):,} of {len(kept):,}); leave it out (exclude, --exclude), "
                'or count missing answers as answers (missing="answer", --missing answer).'
            )
        return np.flatnonzero(kept).tolist()

    def levels(self, name: str) -> Levels:
        """A question's answers.

        Numbers are cut by what all respondents say, once for all folds. The cuts see no outcome,
        so that people who are left out of a fit tell it nothing by them.
        """
        found = levels_of(
            name,
            self.columns[name],
            np.array(self.people.rows),
            self.known[name],
            self.weights,
            self.bands,
            self.scales.get(name),
            name in self.scales,
        )
        return found.with_missing() if self.missing_answers else found


def _known(column: Sequence[Any], people: People, words: frozenset[str]) -> Mask:
    """Whose answers are there, in the order of the people."""
    return ~np.array([counts_as_missing(column[row], words) for row in people.rows], dtype=bool)


def _weights(people: People) -> FloatArray:
    """Survey weights as floats, in units of the largest one where it is no ordinary number."""
    largest = Fraction(max(people.masses))
    unit = 1 if EXTREME < largest < 1 / EXTREME else largest
    return np.array([float(mass / unit) for mass in people.masses])


def _respondents(levels: Mapping[str, Levels], people: People, kept: Sequence[int]) -> Respondents:
    codes = np.array([level.codes[kept] for level in levels.values()], dtype=np.int64)
    return Respondents(
        tuple(levels),
        tuple(level.levels for level in levels.values()),
        tuple(level.ordered for level in levels.values()),
        codes.reshape(len(levels), len(kept)).T,
        np.array(people.states, dtype=np.int64)[kept],
        _weights(people)[kept],
    )
