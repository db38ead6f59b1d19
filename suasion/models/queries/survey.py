"""A survey as an instance: respondents become types, questions become partition queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.numbers.rationals import Number, parse_number
from suasion.models.numbers.sequences import in_order, keys_of, listed
from suasion.models.queries.missing_values import (
    MISSING_VALUES,
    check_known,
    missing_words,
    without_missing,
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
    if drop_missing:
        columns, _ = without_missing(columns, outcome, weight, positive, missing_values)
    levels = () if positive is None else (positive,)
    check_known(columns[outcome], outcome, missing_words(missing_values, levels))
    states = states_of(columns[outcome], outcome, positive)
    masses = masses_of(columns[weight], weight) if weight else [Fraction(1)] * len(states)
    rows = list(zip(*(columns[name] for name in names), strict=True)) or [()] * len(states)
    counted: dict[tuple[str, ...], list[Fraction]] = {}
    for row, state, mass in zip(rows, states, masses, strict=True):
        counts = counted.setdefault(tuple(str(answer) for answer in row), [Fraction(0)] * 2)
        counts[state] += mass
    types = list(counted)
    persuasion = _persuasion(counted, _smoothing(smoothing))
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


def states_of(values: Column, outcome: str, positive: Any) -> list[int]:
    """The state of each respondent, 0 or 1."""
    if positive is not None:
        wanted = _level(positive)
        states = [int(_level(value) == wanted) for value in values]
        if not any(states):
            seen = ", ".join(sorted({str(value) for value in values})[:10])
            raise InputError(f"positive is {str(positive)!r}, and {outcome} has {seen}.")
        return states
    states = []
    for row, value in enumerate(values):
        # A data frame column of 0 and 1 with a gap elsewhere holds 0.0 and 1.0.
        text = str(value).strip().lower().removesuffix(".0")
        if text not in STATES:
            raise InputError(
                f"{outcome}[{row}] is {value!r}, which is not a state; use 0/1, yes/no or "
                "true/false, or say which value is state 1 (positive)."
            )
        states.append(STATES[text])
    return states


def _level(value: Any) -> Fraction | str:
    """A value to compare by: numbers as numbers, for a column with gaps holds 1 as 1.0."""
    text = str(value).strip()
    if isinstance(value, bool | np.bool_) or "/" in text:
        return text
    try:
        return Fraction(parse_number(text, ""))
    except InputError:
        return text


def masses_of(values: Column, weight: str) -> list[Fraction]:
    """The survey weight of each respondent."""
    masses = [Fraction(parse_number(v, f"{weight}[{row}]")) for row, v in enumerate(values)]
    for row, mass in enumerate(masses):
        if mass < 0:
            raise InputError(f"{weight}[{row}] is {values[row]}; give weights >= 0.")
    if not sum(masses):
        raise InputError(f"{weight} sums to 0; give some respondent a weight.")
    return masses


def _smoothing(value: Number) -> Fraction:
    smoothing = Fraction(parse_number(value, "smoothing"))
    if smoothing < 0:
        raise InputError(f"smoothing is {value}; give a number >= 0.")
    return smoothing


def _persuasion(
    counted: Mapping[tuple[str, ...], list[Fraction]], smoothing: Fraction
) -> BinaryPersuasion:
    total = sum((sum(counts) for counts in counted.values()), Fraction(0))
    weights, beliefs = [], []
    for answers, (zeros, ones) in counted.items():
        if zeros + ones + smoothing == 0:
            raise InputError(
                f"the type {'|'.join(answers)} has weight 0, so its belief is undefined; give a "
                "positive smoothing or leave its rows out."
            )
        weights.append((zeros + ones) / total)
        beliefs.append((ones + smoothing) / (zeros + ones + 2 * smoothing))
    labels = ["|".join(answers) for answers in counted]
    distinct = len(set(labels)) == len(labels)
    return BinaryPersuasion(weights, beliefs, labels=labels if distinct else None)


def _cells(answers: Sequence[str]) -> dict[str, list[int]]:
    """Types by answer, answers in the order of numbers, then of text."""
    members: dict[str, list[int]] = {}
    for i, answer in enumerate(answers):
        members.setdefault(answer, []).append(i)
    return {answer: members[answer] for answer in sorted(members, key=answer_order)}


def answer_order(answer: str) -> tuple[int, float, str]:
    """What answers are sorted by: numbers first, then texts."""
    try:
        return 0, float(answer), answer
    except ValueError:
        return 1, 0.0, answer


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
