"""Missing entries of a survey: what counts as one, and the respondents that have none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from suasion.errors import InputError
from suasion.models.numbers.sequences import in_order
from suasion.models.queries.answers import answer_text

# As programs write them; a word that is a level of its own is declared by other missing values.
MISSING_VALUES = ("", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "<NA>", ".")


def is_missing(value: Any) -> bool:
    """Whether an object stands for nothing: None, NaN, NaT, pandas' NA."""
    try:
        return value is None or bool(value != value)
    except TypeError:  # pandas' NA is neither equal to itself nor not
        return True
    except ValueError:  # an array in a cell
        return False


def missing_words(values: Iterable[str], levels: Iterable[Any] = ()) -> frozenset[str]:
    """The texts that count as missing, an empty one always, without those that are levels."""
    words = in_order(values, "missing_values", need="a list of texts")
    return frozenset(map(answer_text, ("", *words))) - {answer_text(level) for level in levels}


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
    kept = known_rows(columns, outcome, weight, positive, missing_values)
    count = len(next(iter(columns.values()), ()))
    return {name: [values[i] for i in kept] for name, values in columns.items()}, count - len(kept)


def known_rows(
    columns: Mapping[str, Sequence[Any]],
    outcome: str,
    weight: str | None = None,
    positive: Any = None,
    missing_values: Iterable[str] = MISSING_VALUES,
) -> list[int]:
    """Numbers of the respondents whose outcome and weight are known; ValueError if nobody's is."""
    needed = [name for name in (outcome, weight) if name is not None and name in columns]
    levels = () if positive is None else (positive,)
    words = {name: missing_words(missing_values, levels * (name == outcome)) for name in needed}
    count = len(next(iter(columns.values()), ()))
    kept = [
        row
        for row in range(count)
        if not any(counts_as_missing(columns[name][row], words[name]) for name in needed)
    ]
    if count and not kept:
        raise InputError(
            f"every respondent lacks {' or '.join(needed)}; give some, or say which texts mean "
            "missing (missing_values, --missing-value)."
        )
    return kept


def counts_as_missing(value: Any, words: frozenset[str]) -> bool:
    """Whether an object stands for nothing, or is a text that was said to."""
    return is_missing(value) or answer_text(value) in words


def check_known(
    values: Sequence[Any], column: str, words: frozenset[str], role: str = "outcome"
) -> None:
    """Raise ValueError at the first missing outcome or weight."""
    for row, value in enumerate(values):
        if counts_as_missing(value, words):
            raise InputError(
                f"{column}[{row}] is {value!r}, a missing {role}; leave such respondents out "
                "(drop_missing, --drop-missing), or say which texts mean missing "
                "(missing_values, --missing-value)."
            )
