"""Columns that are no questions: ids, dates, free text, and what everyone answers alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta
from typing import Any

import numpy as np

from suasion.models.queries.answers import answer_number, answer_text

# A scale from 0 to 10 has eleven answers; a number of more values is cut into bands.
MOST_ANSWERS = 11
# Texts of more different answers than this say little about others if few people share one.
MOST_TEXTS = 20
FEWEST_EACH = 3
# How long texts are on average that people wrote themselves.
LONG = 30

DATE = re.compile(r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}([-/.])\d{1,2}\2\d{2,4})([T ].*)?")
IDENTIFIER = re.compile(r"(.*[^a-z])?(id|uuid|guid)", re.IGNORECASE)


def alike(answers: Iterable[str]) -> str | None:
    """Why answers tell nobody apart; None if they do.

    Examples
    --------
    >>> alike(["A"] * 40)
    'all 40 respondents answer A'
    >>> alike(["A", "B"])
    """
    texts = list(answers)
    if not texts:
        return "nobody answered"
    if len(set(texts)) > 1:
        return None
    return f"all {len(texts):,} respondents answer {texts[0]}"


def why_not(name: str, known: Sequence[Any], scale: bool = False) -> str | None:
    """Why a column cannot be asked about; None if it can.

    Parameters
    ----------
    name : str
        Of the column.
    known : list
        Its entries that are not missing.
    scale : bool
        Whether it was declared to be in order, so that many numbers are a quantity.

    Examples
    --------
    >>> why_not("respondent", [f"r{i}" for i in range(2000)])
    '2,000 answers of 2,000 respondents'
    >>> why_not("town", ["A", "B"] * 20)
    """
    texts = [answer_text(value) for value in known]
    answers, people = len(set(texts)), len(texts)
    shared = f"{answers:,} answers of {people:,} respondents"
    if people and all(map(_is_date, known)):
        return f"dates, {shared}"
    if answers <= MOST_ANSWERS or scale:
        return None
    numbers = [answer_number(value) for value in known]
    others = [text for text, number in zip(texts, numbers, strict=True) if number is None]
    if not others:
        whole = all(number is not None and number.is_integer() for number in numbers)
        counts_people = answers == people > MOST_TEXTS
        return shared if whole and (counts_people or IDENTIFIER.fullmatch(name)) else None
    if answers <= MOST_TEXTS or people >= FEWEST_EACH * answers:
        return None
    if len(others) < people / 2:
        return f"{shared}, numbers but for {len(others):,} such as {others[0]!r}"
    return f"free text, {shared}" if np.mean([*map(len, texts)]) > LONG else shared


def remedy(name: str, known: Sequence[Any]) -> str:
    """What to do about a column that was named as a question and cannot be one."""
    quantity = all(answer_number(value) is not None for value in known)
    if quantity and len(set(map(answer_text, known))) > 1:
        return f"leave it out, or say that it is a quantity (ordered=[{name!r}], --ordered {name})"
    return "leave it out, or group its answers"


def _is_date(value: Any) -> bool:
    if isinstance(value, str):
        return bool(DATE.fullmatch(value.strip()))
    return isinstance(value, date | time | timedelta | np.datetime64 | np.timedelta64)
