"""Columns of several choices each, "a;b", as a yes/no question for every choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from suasion.errors import InputError
from suasion.models.numbers.sequences import in_order, listed
from suasion.models.queries.answers import answer_order, answer_text
from suasion.models.queries.missing_values import is_missing

SEPARATORS = ";,|"
Columns = dict[str, list[Any]]


def split_columns(
    columns: Mapping[str, Sequence[Any]],
    split: Sequence[str] | Mapping[str, str],
    words: frozenset[str],
) -> tuple[Columns, dict[str, list[str]]]:
    """Replace columns of several choices by a column of "yes" and "no" for each choice.

    An empty entry, None or NaN (pandas reads an empty field so) means that nothing was chosen; a
    text that was said to mean missing makes the answer to every choice missing.

    Parameters
    ----------
    columns : mapping of column name to list
    split : list of column names, or mapping of column name to separator
        The separator of a listed column is the one of ; , | that occurs in it.
    words : set of str
        Texts that mean missing.

    Returns
    -------
    columns : dict
        The new columns, called "column: choice", stand where the old one stood.
    choices : dict of column name to list of the names of its new columns

    Raises
    ------
    InputError
        For a column that is not there, in which several separators occur or that has no choices,
        and for a new name that is taken.

    Examples
    --------
    >>> split_columns({"reads": ["a;b", "", "b"]}, ["reads"], frozenset())[0]
    {'reads: a': ['yes', 'no', 'no'], 'reads: b': ['yes', 'no', 'yes']}
    """
    given = {
        str(name): split[name] if isinstance(split, Mapping) else None
        for name in (split if isinstance(split, Mapping) else _listed_names(split))
    }
    for name in given:
        if name not in columns:
            raise InputError(f"split names {name!r}, and the columns are {listed(list(columns))}.")
    found: Columns = {}
    choices: dict[str, list[str]] = {}
    for name, values in columns.items():
        parts = {name: list(values)}
        if name in given:
            parts = _choices(name, values, given[name], words)
            choices[name] = list(parts)
        for part in parts:
            if part in found or (part != name and part in columns):
                raise InputError(f"split makes a question {part!r}, and a column has that name.")
        found.update(parts)
    return found, choices


def expanded(names: Iterable[str] | None, choices: Mapping[str, list[str]]) -> list[str] | None:
    """Names of columns, with the new names in the place of a column that was split."""
    if names is None:
        return None
    return [part for name in names for part in choices.get(name, [name])]


def _listed_names(split: Any) -> list[str]:
    return [str(name) for name in in_order(split, "split", need="a list of column names")]


def _choices(
    name: str, values: Sequence[Any], separator: str | None, words: frozenset[str]
) -> Columns:
    if separator is None:
        separator = _separator(name, values)
    elif len(str(separator)) != 1:
        raise InputError(f"split separates {name} by {separator!r}; give one character.")
    missing, chosen = set(), []
    for row, value in enumerate(values):
        parts = _parts(value, separator)
        if parts and answer_text(value) in words:
            missing.add(row)
            parts = set()
        chosen.append(parts)
    every = sorted(set().union(*chosen), key=answer_order)
    if not every:
        raise InputError(f"split names {name!r}, in which nobody chose anything; leave it out.")
    return {
        f"{name}: {choice}": [
            None if row in missing else "yes" if choice in parts else "no"
            for row, parts in enumerate(chosen)
        ]
        for choice in every
    }


def _separator(name: str, values: Sequence[Any]) -> str:
    texts = [value for value in values if isinstance(value, str)]
    found = [mark for mark in SEPARATORS if any(mark in text for text in texts)]
    if len(found) > 1:
        row, text = next(
            (row, value)
            for row, value in enumerate(values)
            if isinstance(value, str) and found[1] in value
        )
        raise InputError(
            f"{name}[{row}] is {text!r}, and choices in {name} may be separated by "
            f"{' or '.join(found)}; say by which (split={{{name!r}: {found[0]!r}}}, "
            f"--split {name}={found[0]})."
        )
    return found[0] if found else ";"


def _parts(value: Any, separator: str) -> set[str]:
    """The choices in an entry, which may be a list of its own."""
    if isinstance(value, list | tuple | set | frozenset):
        return {answer_text(part) for part in value if not is_missing(part)} - {""}
    if is_missing(value):
        return set()
    return {answer_text(part) for part in str(value).split(separator)} - {""}
