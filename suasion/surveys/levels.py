"""The answers of a question in their order, and the number of each respondent's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from suasion.errors import InputError
from suasion.models.numbers.arrays import FloatArray, IntArray, Mask
from suasion.models.numbers.sequences import in_order, listed
from suasion.models.queries.answers import answer_number, answer_order, answer_text
from suasion.surveys.askability import MOST_ANSWERS
from suasion.surveys.bands import bands_of

# What a missing answer is called if it counts as one.
MISSING = "missing"
# The levels of a scale in their order; None where they are numbers.
Scale = list[str] | None


class Levels(NamedTuple):
    """A question's answers.

    Attributes
    ----------
    levels : tuple of str
    ordered : bool
        Whether their order means something.
    codes : array of int, shape (J,)
        Number of each respondent's answer; -1 if that is missing.
    """

    levels: tuple[str, ...]
    ordered: bool
    codes: IntArray

    def with_missing(self) -> Levels:
        """Missing answers as an answer of its own, which is nowhere on a scale."""
        if (self.codes >= 0).all():
            return self
        levels = self.levels if MISSING in self.levels else (*self.levels, MISSING)
        codes = np.where(self.codes < 0, levels.index(MISSING), self.codes)
        return Levels(levels, False, codes)


def declared_scales(
    table: Any, ordered: Sequence[str] | Mapping[str, Sequence[Any] | None], names: Sequence[str]
) -> dict[str, Scale]:
    """Columns whose answers are in order: ordered categories of a data frame, and those named.

    Raises
    ------
    InputError
        For a column that is not there, and levels that occur twice.
    """
    scales: dict[str, Scale] = {}
    if hasattr(table, "columns") and not isinstance(table, Mapping):
        for name in table.columns:
            dtype: Any = getattr(table[name], "dtype", None)
            if getattr(dtype, "ordered", False):
                scales[str(name)] = [answer_text(level) for level in dtype.categories]
    levels = ordered if isinstance(ordered, Mapping) else dict.fromkeys(_listed(ordered))
    for name, given in levels.items():
        if str(name) not in names:
            raise InputError(f"ordered names {name!r}, and the columns are {listed(names)}.")
        if given is None:
            scales.setdefault(str(name), None)
            continue
        texts = [
            answer_text(level)
            for level in in_order(given, f"ordered[{name!r}]", need="a list of levels")
        ]
        if len(set(texts)) < len(texts):
            raise InputError(f"ordered[{name!r}] names a level twice; name each once.")
        scales[str(name)] = texts
    return scales


def _listed(ordered: Any) -> list[Any]:
    return list(in_order(ordered, "ordered", need="a list of column names"))


def levels_of(
    name: str,
    values: Sequence[Any],
    rows: IntArray,
    known: Mask,
    weights: FloatArray,
    bands: int,
    scale: Scale = None,
    ordered: bool = False,
) -> Levels:
    """Read a column as a question.

    Parameters
    ----------
    name : str
    values : list
        The column.
    rows : array of int, shape (J,)
        The respondents' rows of the column.
    known : array of bool, shape (J,)
        Whose answers are not missing.
    weights : array of float, shape (J,)
        Of the respondents, for the quantiles that numbers are cut at.
    bands : int
        How many bands numbers of more than 11 values are cut into.
    scale, ordered
        The levels of a scale, if it was said that the column is one.

    Returns
    -------
    Levels
    """
    codes = np.full(len(rows), -1, dtype=np.int64)
    told = rows[known].tolist()
    if scale is not None:
        place = {level: number for number, level in enumerate(scale)}
        for row in told:
            if answer_text(values[row]) not in place:
                raise InputError(
                    f"{name}[{row}] is {values[row]!r}, which is none of its levels in order, "
                    f"{listed(scale)}; add it (ordered), or say that it means missing "
                    "(missing_values, --missing-value)."
                )
        codes[known] = [place[answer_text(values[row])] for row in told]
        return Levels(tuple(scale), True, codes)
    numbers = [answer_number(values[row]) for row in told]
    numeric = all(number is not None for number in numbers)
    if ordered and not numeric:
        row = told[numbers.index(None)]
        raise InputError(
            f"{name}[{row}] is {values[row]!r}, which is no number to put in order; give all "
            f"levels in order (ordered={{{name!r}: [..]}}, --ordered '{name}=low<high')."
        )
    if numeric and len(set(numbers)) > MOST_ANSWERS:
        levels, codes[known] = bands_of(np.array(numbers, dtype=float), weights[known], bands)
        return Levels(levels, True, codes)
    texts = [answer_text(values[row]) for row in told]
    levels = tuple(sorted(set(texts), key=answer_order))
    place = {level: number for number, level in enumerate(levels)}
    codes[known] = [place[text] for text in texts]
    return Levels(levels, ordered, codes)
