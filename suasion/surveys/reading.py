"""A table as it comes, read as respondents: who counts, what can be asked, what was left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.models.numbers.arrays import FloatArray, Mask, is_index
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
            return given
        by_name = dict(zip(names, listed_costs, strict=True))
        column = {part: name for name, parts in self.choices.items() for part in parts}
        return [
            by_name[name] or by_name.get(column.get(name, name), 0)
            for name in self.respondents.questions
        ]


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
    left_out = sample.without_hopeless(asked, named=questions is not None)
    asked = [name for name in asked if name not in left_out]
    kept = sample.answering(asked)
    levels = {name: sample.levels(name) for name in asked}
    for name in asked:
        reason = alike(levels[name].levels[code] for code in levels[name].codes[kept])
        if reason:
            sample.refuse(name, reason, left_out, questions is not None)
    lacking = {} if sample.missing_answers else {name: sample.lacking(name) for name in asked}
    for name in (outcome, weight):
        if name is not None:
            lacking[name] = sum(counts_as_missing(value, words) for value in columns[name])
    return ReadTable(
        _respondents({name: levels[name] for name in asked if name not in left_out}, people, kept),
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
        return np.array(self.people.masses, dtype=np.float64)

    def lacking(self, name: str) -> int:
        """How many of the people gave no answer."""
        return int((~self.known[name]).sum())

    def entries(self, name: str) -> list[Any]:
        """The answers that are there."""
        rows = np.array(self.people.rows)[self.known[name]].tolist()
        return [self.columns[name][row] for row in rows]

    def without_hopeless(self, asked: Sequence[str], named: bool) -> dict[str, str]:
        """Columns that are no questions, with the reason; an InputError if they were named."""
        left_out: dict[str, str] = {}
        for name in asked:
            entries = self.entries(name)
            reason = why_not(name, entries, name in self.scales)
            if not reason and not self.missing_answers:
                reason = alike(map(answer_text, entries))
            if reason:
                self.refuse(name, reason, left_out, named)
        return left_out

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


def _respondents(levels: Mapping[str, Levels], people: People, kept: Sequence[int]) -> Respondents:
    codes = np.array([level.codes[kept] for level in levels.values()], dtype=np.int64)
    return Respondents(
        tuple(levels),
        tuple(level.levels for level in levels.values()),
        tuple(level.ordered for level in levels.values()),
        codes.reshape(len(levels), len(kept)).T,
        np.array(people.states, dtype=np.int64)[kept],
        np.array(people.masses, dtype=np.float64)[kept],
    )
