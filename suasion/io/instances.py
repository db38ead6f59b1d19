"""Instances in files: JSON in and out, files of set covers in."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import IO, Any, Protocol, runtime_checkable

from pydantic import ValidationError

from suasion.errors import InputError, check_kind
from suasion.io.documents import KINDS, Problem, field_names
from suasion.io.graphs import has_graph_ending
from suasion.io.hypergraphs import CHOICES, has_hitting_set, parse_set_lists
from suasion.io.or_library_reader import begins_with_number, parse_or_library
from suasion.io.packed_files import inner_ending, read_packed
from suasion.io.sentences import nearest, sentence, shown
from suasion.io.text_files import decoded, write_text
from suasion.models.numbers.digits import SHORT


@runtime_checkable
class _Readable(Protocol):
    """An open file."""

    def read(self) -> Any:
        """All that is left of it."""


def load(
    source: str | os.PathLike[str] | Mapping[str, Any] | IO[Any],
    format: str | None = None,  # noqa: A002
) -> Problem:
    """Read an instance from a file, or from a JSON document that is already parsed.

    A file that begins with a number is a set cover in a format of the OR-Library; one that
    begins with "p hs" or whose name ends in .hgr lists the sets to be hit or to choose from.

    Parameters
    ----------
    source : path, mapping or open file
    format : "row", "rail", "lists", "hit" or "cover", optional
        Which format of the OR-Library a file has: by rows, by columns, or by columns without
        costs; default whichever it fits (`suasion.io.or_library_reader.parse_or_library`). Or what
        to choose in a file of sets, a line each: numbers that hit all lines, or lines that cover
        all numbers (`suasion.io.hypergraphs.parse_set_lists`).

    Raises
    ------
    ValueError
        One sentence with file, field, position, value and remedy: for a file that cannot be read
        or is not JSON, unknown kinds and fields, wrong shapes, and numbers out of range.

    Examples
    --------
    >>> load({"kind": "binary-persuasion", "weights": [1], "beliefs": ["2/5"]})
    BinaryPersuasion(1 type, beliefs 0.4 to 0.4)
    """
    if isinstance(source, Mapping):
        _no_format(format, "a document")
        return _instance(dict(source))
    path = Path(source) if isinstance(source, str | os.PathLike) else Path(_name(source))
    try:
        text = _content(source) if isinstance(source, _Readable) else read_packed(path)
        if text.lstrip()[:1] in ("{", "["):
            _no_format(format, "a JSON file")
        elif has_graph_ending(path):
            raise InputError(
                "is the name of a graph's file; make it a set cover with suasion reduce "
                "(read_graph and reduced in Python)."
            )
        elif format in CHOICES or has_hitting_set(text) or _is_hmetis(path):
            return parse_set_lists(text, format, _is_hmetis(path))
        elif format is not None or begins_with_number(text):
            return parse_or_library(text, format)
        return _instance(parse_json(text))
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def save(problem: Problem, path: str | os.PathLike[str]) -> None:
    """Write an instance to a JSON file, replacing it in one step; exact numbers stay exact.

    A link keeps pointing to the file, which is replaced; pipes and devices are written to.
    """
    write_text(path, json.dumps(problem.to_dict(), allow_nan=False) + "\n")


def _name(source: Any) -> str:
    check_kind(source, _Readable, "source", "give a path, a mapping or an open file")
    return str(getattr(source, "name", "stream"))


def _content(source: _Readable) -> str:
    content = source.read()
    return decoded(content) if isinstance(content, bytes) else content


def _is_hmetis(path: Path) -> bool:
    return inner_ending(path) == ".hgr"


def _no_format(given: str | None, source: str) -> None:
    if given is not None:
        raise InputError(
            f'format is "{given}", which is for files of set covers, and this is {source}; leave '
            "it out."
        )


def parse_json(text: str) -> Any:
    """The document that a text holds; an InputError for NaN, fields that occur twice, no JSON."""

    def constant(name: str) -> None:
        raise InputError(f"has {name}, which is not a number; every number must be finite.")

    def distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            again = next(name for i, name in enumerate(names) if name in names[:i])
            raise InputError(f'field "{again}" occurs twice in one object; keep one.')
        return found

    try:
        return json.loads(
            text, parse_int=_whole, parse_constant=constant, object_pairs_hook=distinct
        )
    except json.JSONDecodeError as error:
        raise InputError(
            f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from error
    except RecursionError as error:
        raise InputError("is nested too deeply.") from error


def _whole(text: str) -> int | str:
    """An integer; beyond Python's limit of digits its text, which is a number where one may be."""
    return int(text) if len(text) <= SHORT else text


def _instance(document: Any) -> Problem:
    if not isinstance(document, dict):
        raise InputError(f"holds {shown(document)}; give a JSON object with a kind.")
    kind = document.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise InputError(
            f"kind is {shown(kind)}; choose from {', '.join(KINDS)}{nearest(kind, KINDS)}."
        )
    try:
        parsed = KINDS[kind].model_validate(document)
    except ValidationError as error:
        raise InputError(sentence(error, partial(field_names, KINDS[kind]))) from error
    return parsed.instance()
