"""A survey as an instance: respondents become types, questions become partition queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from suasion.errors import InputError
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.numbers.rationals import Number, parse_number
from suasion.models.numbers.sequences import in_order, keys_of, listed
from suasion.models.queries.answers import answer_order, answer_text
from suasion.models.queries.missing_values import (
    MISSING_VALUES,
    check_known,
    known_rows,
    missing_words,
)
from suasion.models.queries.oracles import ThresholdQueries
from suasion.models.queries.partition_queries import PartitionQueries
from suasion.models.queries.table_columns import askable, table_columns

Column = Sequence[Any]
STATES = {
    **dict.fromkeys(("0", "no", "false"), 0),
    **dict.fromkeys(("1", "yes", "true"), 1),
}


def survey_parts(
    table: Any,
    outcome: str,
    questions: Sequence[str] | None = None,
    weight: str | None = None,
    smoothing: Number = 1,
    costs: Mapping[str, Number] | Number | None = None,
    oracle: str = "partition",
    positive: Any = None,
    exclude: Sequence[str] = (),
    drop_missing: bool = False,
    missing_values: Sequence[str] = MISSING_VALUES,
) -> tuple[BinaryPersuasion, PartitionQueries | ThresholdQueries, Any]:
    """Receivers, what can be asked of them, and the costs: see `QuerySelection.from_table`."""
    columns = table_columns(table)
    if not any(columns.values()):
        raise InputError("table has no rows; give one row per respondent.")
    names = questions_of(columns, outcome, questions, weight, exclude)
    people = known_people(columns, outcome, weight, positive, drop_missing, missing_values)
    told = [[answer_text(columns[name][row]) for row in people.rows] for name in names]
    answers = list(zip(*told, strict=True)) or [()] * len(people.rows)
    counted = counted_types(answers, people)
    types = list(counted)
    persuasion = smoothed_types(counted, smoothing)
    if oracle == "threshold":
        if isinstance(costs, Mapping):
            raise InputError("costs name questions, and threshold queries have none; give one.")
        return persuasion, ThresholdQueries(), costs
    if oracle != "partition":
        raise InputError(f'oracle is "{oracle}"; choose "partition" or "threshold".')
    parted = [_cells([answers[q] for answers in types]) for q in range(len(names))]
    queries = [list(cells.values()) for cells in parted]
    asked = PartitionQueries(queries, names, [list(cells) for cells in parted])
    return persuasion, asked, costs_of(costs, names)


class People(NamedTuple):
    """Respondents whose outcome and weight are known.

    Attributes
    ----------
    rows : list of int
        Their rows of the table.
    states : list of int
    masses : list of Fraction
        Their survey weights.
    """

    rows: list[int]
    states: list[int]
    masses: list[Fraction]


def known_people(
    columns: Mapping[str, Column],
    outcome: str,
    weight: str | None,
    positive: Any,
    drop_missing: bool,
    missing_values: Sequence[str],
) -> People:
    """The respondents who count, and what state each of them was in."""
    if drop_missing:
        rows = known_rows(columns, outcome, weight, positive, missing_values)
    else:
        levels = () if positive is None else (positive,)
        check_known(columns[outcome], outcome, missing_words(missing_values, levels))
        if weight:
            check_known(columns[weight], weight, missing_words(missing_values), "weight")
        rows = list(range(len(columns[outcome])))
    states = states_of(columns[outcome], outcome, positive, rows)
    masses = masses_of(columns[weight], weight, rows) if weight else [Fraction(1)] * len(rows)
    return People(rows, states, masses)


# The weight of state 0 and of state 1 among the respondents of a type, by their answers.
Counted = dict[tuple[str, ...], list[Fraction]]


def counted_types(answers: Iterable[tuple[str, ...]], people: People) -> Counted:
    """Respondents who answer alike are a type, in order of first appearance."""
    counted: Counted = {}
    for row, state, mass in zip(answers, people.states, people.masses, strict=True):
        counted.setdefault(row, [Fraction(0)] * 2)[state] += mass
    return counted


def questions_of(
    columns: Mapping[str, Column],
    outcome: str,
    questions: Sequence[str] | None,
    weight: str | None,
    exclude: Sequence[str],
) -> list[str]:
    """Names of the columns that are asked about."""
    for role, name in (("outcome", outcome), ("weight", weight)):
        if name is not None and name not in columns:
            raise InputError(f"{role} is {name!r}, and the columns are {listed(list(columns))}.")
    left_out = _column_names(exclude, "exclude", columns)
    if questions is None:
        unasked = {outcome, weight, *left_out}
        return askable(name for name in columns if name not in unasked)
    asked = _column_names(questions, "questions", columns)
    for i, name in enumerate(asked):
        if name in (outcome, weight):
            raise InputError(f"questions[{i}] is {name!r}, the outcome or weight; leave it out.")
    if len(set(asked)) < len(asked):
        raise InputError("questions names a column twice; name each once.")
    excluded = set(left_out)
    return [name for name in asked if name not in excluded]


def _column_names(given: Any, field: str, columns: Mapping[str, Column]) -> list[str]:
    """Names of columns that are there; text is one name and no list."""
    names = [str(name) for name in in_order(given, field, need="a list of column names")]
    for i, name in enumerate(names):
        if name not in columns:
            raise InputError(
                f"{field}[{i}] is {name!r}, and the columns are {listed(list(columns))}."
            )
    return names


def states_of(
    values: Column, outcome: str, positive: Any, rows: Sequence[int] | None = None
) -> list[int]:
    """The state, 0 or 1, of each respondent, or of those in some rows."""
    rows = range(len(values)) if rows is None else rows
    if positive is not None:
        wanted = _level(positive)
        states = [int(_level(values[row]) == wanted) for row in rows]
        if not any(states):
            seen = ", ".join(sorted({answer_text(values[row]) for row in rows})[:10])
            raise InputError(f"positive is {str(positive)!r}, and {outcome} has {seen}.")
        return states
    states = []
    for row in rows:
        text = answer_text(values[row]).lower()
        if text not in STATES:
            raise InputError(_no_state(values, outcome, row, rows))
        states.append(STATES[text])
    return states


def _no_state(values: Column, outcome: str, row: int, rows: Sequence[int]) -> str:
    """The sentence about an outcome that is neither state."""
    levels = sorted({answer_text(values[other]) for other in rows}, key=answer_order)
    where = f"{outcome}[{row}] is {values[row]!r}, which is not a state"
    if len(levels) > 2:
        where += f", and {outcome} has {len(levels):,} levels ({listed(levels)})"
    return f"{where}; use 0/1, yes/no or true/false, or say which value is state 1 (positive)."


def _level(value: Any) -> Fraction | str:
    """A value to compare by: numbers as numbers, for a column with gaps holds 1 as 1.0."""
    text = str(value).strip()
    if isinstance(value, bool | np.bool_) or "/" in text:
        return text
    try:
        return Fraction(parse_number(text, ""))
    except InputError:
        return text


def masses_of(values: Column, weight: str, rows: Sequence[int] | None = None) -> list[Fraction]:
    """The survey weight of each respondent, or of those in some rows."""
    rows = range(len(values)) if rows is None else rows
    masses = [Fraction(parse_number(values[row], f"{weight}[{row}]")) for row in rows]
    for row, mass in zip(rows, masses, strict=True):
        if mass < 0:
            raise InputError(f"{weight}[{row}] is {values[row]}; give weights >= 0.")
    if not sum(masses):
        raise InputError(f"{weight} sums to 0; give some respondent a weight.")
    return masses


def smoothed_types(counted: Counted, smoothing: Number = 1) -> BinaryPersuasion:
    """Types with shares of respondents as weights and smoothed shares of state 1 as beliefs."""
    pseudo = Fraction(parse_number(smoothing, "smoothing"))
    if pseudo < 0:
        raise InputError(f"smoothing is {smoothing}; give a number >= 0.")
    total = sum((sum(counts) for counts in counted.values()), Fraction(0))
    weights, beliefs = [], []
    for answers, (zeros, ones) in counted.items():
        if zeros + ones + pseudo == 0:
            raise InputError(
                f"the type {'|'.join(answers)} has weight 0, so its belief is undefined; give a "
                "positive smoothing or leave its rows out."
            )
        weights.append((zeros + ones) / total)
        beliefs.append((ones + pseudo) / (zeros + ones + 2 * pseudo))
    return BinaryPersuasion(weights, beliefs, labels=type_labels(counted))


def type_labels(answers: Iterable[tuple[str, ...]]) -> list[str] | None:
    """What types are called after their answers; None where two would be called alike."""
    labels = ["|".join(row) for row in answers]
    return labels if len(set(labels)) == len(labels) else None


def _cells(answers: Sequence[str]) -> dict[str, list[int]]:
    """Types by answer, answers in the order of numbers, then of text."""
    members: dict[str, list[int]] = {}
    for i, answer in enumerate(answers):
        members.setdefault(answer, []).append(i)
    return {answer: members[answer] for answer in sorted(members, key=answer_order)}


def costs_of(costs: Any, names: Sequence[str]) -> Any:
    """The costs of questions in their order, or the one that all have."""
    keys = keys_of(costs)
    if not isinstance(costs, Mapping):
        if keys is None or not any(isinstance(key, str) for key in keys):
            return costs
        if len(set(keys)) < len(keys):
            raise InputError("costs names a question twice; name each once.")
        costs = dict(zip(keys, costs, strict=True))
    known = set(names)
    unknown = [name for name in costs if name not in known]
    if unknown:
        raise InputError(
            f"costs names {unknown[0]!r}, which is no question; the questions are {listed(names)}."
        )
    return [costs.get(name, 0) for name in names]
