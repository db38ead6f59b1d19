"""Missing entries of a survey: what counts as one, and the respondents that have none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from suasion.errors import InputError
from suasion.models.numbers.sequences import in_order

# As programs write them; a word that is a level of its own is declared by other missing values.
MISSING_VALUES = ("", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "<NA>", ".")


def is_missing(value: Any) -> bool:
    """Whether an object stands for nothing: None, NaN, NaT, pandas' NA."""
    try:
        return value is None or bool(value != value)
    except TypeError:  # pandas' NA is neither equal to itself nor not
        return True


def missing_words(values: Iterable[str], levels: Iterable[Any] = ()) -> frozenset[str]:
    """The texts that count as missing, without those that are levels."""
    words = in_order(values, "missing_values", need="a list of texts")
    return frozenset(map(str, words)) - {str(level) for level in levels}


def without_missing(
    columns: Mapping[str, Sequence[Any]],
    outcome: str,
    weight: str | None = None,
    positive: Any = None,
    missing_values: Iterable[str] = MISSING_VALUES,
) -> tuple[dict[str, list[Any]], int]:
    """The respondents whose outcome and weight are known, and how many others there were.

    Parameters
    ----------
    columns : mapping of column name to list
        See `suasion.models.queries.table_columns.table_columns`.
    outcome, weight, positive, missing_values
        As for `QuerySelection.from_table`.

    Raises
    ------
    ValueError
        If nobody is left.

    Examples
    --------
    >>> without_missing({"bought": ["yes", "NA", "no"], "age": [1, 2, 3]}, "bought")
    ({'bought': ['yes', 'no'], 'age': [1, 3]}, 1)
    """
    needed = [name for name in (outcome, weight) if name is not None and name in columns]
    words = missing_words(missing_values, () if positive is None else (positive,))
    count = len(next(iter(columns.values()), ()))
    kept = [
        row
        for row in range(count)
        if not any(counts_as_missing(columns[name][row], words) for name in needed)
    ]
    if count and not kept:
        raise InputError(
            f"every respondent lacks {' or '.join(needed)}; give some, or say which texts mean "
            "missing (missing_values, --missing-value)."
        )
    if len(kept) == count:
        return {name: list(values) for name, values in columns.items()}, 0
    return {name: [values[i] for i in kept] for name, values in columns.items()}, count - len(kept)


def counts_as_missing(value: Any, words: frozenset[str]) -> bool:
    """Whether an object stands for nothing, or is a text that was said to."""
    return is_missing(value) or str(value).strip() in words


def check_known(values: Sequence[Any], column: str, words: frozenset[str]) -> None:
    """Raise ValueError at the first missing outcome."""
    for row, value in enumerate(values):
        if counts_as_missing(value, words):
            raise InputError(
                f"{column}[{row}] is {value!r}, a missing outcome; leave such respondents out "
                "(drop_missing, --drop-missing), or say which texts mean missing "
                "(missing_values, --missing-value)."
            )
