"""Named instances that come with the package, with their known answers and sources."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from suasion.errors import InputError

if TYPE_CHECKING:
    from suasion.io import Problem

FOLDER = files("suasion.examples")


@dataclass(frozen=True)
class Example:
    """An instance with a known answer.

    Attributes
    ----------
    name : str
        ``suasion examples NAME`` prints its file.
    kind : str
        Kind of file, see `suasion.io.schema`.
    value : str
        Optimal value, an exact rational or a decimal.
    source : str
        Where the instance and its answer come from.
    """

    name: str
    kind: str
    value: str
    source: str


@cache
def catalogue() -> tuple[Example, ...]:
    """All examples, simplest first.

    Examples
    --------
    >>> catalogue()[0].name
    'seller'
    """
    entries = json.loads((FOLDER / "catalogue.json").read_text(encoding="utf-8"))
    return tuple(Example(**entry) for entry in entries)


def example(name: str) -> Problem:
    """An example as an instance.

    Raises
    ------
    ValueError
        For an unknown name.

    Examples
    --------
    >>> example("two-sides")
    BinaryPersuasion(2 types, beliefs 0.4 to 0.9)
    """
    # Reading files takes pydantic, which the list of examples does without.
    from suasion.io import load

    return load(json.loads(example_text(name)))


def example_text(name: str) -> str:
    """The JSON file of an example.

    Raises
    ------
    ValueError
        For an unknown name.
    """
    names = [entry.name for entry in catalogue()]
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        hint = f'; did you mean "{near[0]}"?' if near else "."
        raise InputError(f'there is no example "{name}"; "suasion examples" lists them{hint}')
    return (FOLDER / f"{name}.json").read_text(encoding="utf-8")
