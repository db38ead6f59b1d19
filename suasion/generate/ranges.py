"""What the values of a family's parameters may be: readers that check, and say what is wrong."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.generate.distributions import Distribution, parse_distribution
from suasion.models.numbers.rationals import parse_number

WHOLE_RANGE = re.compile(r"\s*(\d{1,15})\s*:\s*(\d{1,15})\s*")


@dataclass(frozen=True)
class Whole:
    """Integers from `low` to `high`; text such as "12" is read too."""

    low: int
    high: int | None = None

    def __str__(self) -> str:
        top = "" if self.high is None else f" and <= {self.high}"
        return f"integer >= {self.low}{top}"

    def __call__(self, name: str, value: Any) -> int:
        """Read a value."""
        found = value
        if isinstance(value, str) and re.fullmatch(r"\s*[-+]?\d{1,18}\s*", value):
            found = int(value)
        whole = isinstance(found, int | np.integer) and not isinstance(found, bool)
        if not whole or found < self.low or (self.high is not None and found > self.high):
            raise InputError(f"{name} is {shown(value)}; give an {self}.")
        return int(found)


@dataclass(frozen=True)
class Anything:
    """Any value: the function that draws reads it."""

    def __str__(self) -> str:
        return "any value"

    def __call__(self, name: str, value: Any) -> Any:
        """The value itself."""
        return value


@dataclass(frozen=True)
class Real:
    """Numbers from `low` to `high`; without `low` itself if `above`. Rationals may be text."""

    low: float
    high: float | None = None
    above: bool = False

    def __str__(self) -> str:
        top = "" if self.high is None else f" and <= {self.high:g}"
        return f"number {'>' if self.above else '>='} {self.low:g}{top}"

    def __call__(self, name: str, value: Any) -> float:
        """Read a value."""
        try:
            found = float(parse_number(value, name))
        except (InputError, OverflowError):
            found = math.nan
        inside = found > self.low if self.above else found >= self.low
        if not inside or (self.high is not None and found > self.high):
            raise InputError(f"{name} is {shown(value)}; give a {self}.")
        return found


@dataclass(frozen=True)
class Flag:
    """True or false."""

    def __str__(self) -> str:
        return "true or false"

    def __call__(self, name: str, value: Any) -> bool:
        """Read a value."""
        found = {"true": True, "false": False}.get(str(value).lower())
        if found is None:
            raise InputError(f"{name} is {shown(value)}; give {self}.")
        return found


@dataclass(frozen=True)
class Choice:
    """One of some words."""

    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"one of {', '.join(self.words)}"

    def __call__(self, name: str, value: Any) -> str:
        """Read a value."""
        if value not in self.words:
            raise InputError(unknown(name, value, self.words))
        return str(value)


@dataclass(frozen=True)
class Chances:
    """A distribution of scipy.stats whose values are probabilities."""

    def __str__(self) -> str:
        return 'distribution of scipy.stats on [0, 1], such as "beta(2, 5)"'

    def __call__(self, name: str, value: Any) -> Distribution:
        """Read a value."""
        return parse_distribution(value, name)


@dataclass(frozen=True)
class Price:
    """A cost for all, a range "1:100" of integers, or a distribution of scipy.stats."""

    def __str__(self) -> str:
        return 'number >= 0, integers "1:100", or distribution of scipy.stats'

    def __call__(self, name: str, value: Any) -> float | Fraction | Distribution:
        """Read a value."""
        if isinstance(value, str):
            ends = WHOLE_RANGE.fullmatch(value)
            if ends:
                low, high = map(int, ends.groups())
                if low > high:
                    raise InputError(f"{name} is {shown(value)}; give the lower end first.")
                return parse_distribution(f"randint({low}, {high + 1})", name)
            if re.match(r"\s*[A-Za-z]", value):
                return parse_distribution(value, name)
        try:
            found = parse_number(value, name)
        except InputError:
            found = -1
        if found < 0:
            raise InputError(f"{name} is {shown(value)}; give a {self}.")
        return found


@dataclass(frozen=True)
class Argument:
    """An argument of a generator of networkx; text that is a number or true, false is read."""

    def __str__(self) -> str:
        return "as in networkx"

    def __call__(self, name: str, value: Any) -> Any:
        """Read a value."""
        if not isinstance(value, str):
            return value
        words = {"true": True, "false": False, "none": None}
        if value.lower() in words:
            return words[value.lower()]
        try:
            found = parse_number(value, name)
        except InputError:
            return value
        whole = isinstance(found, Fraction) and found.denominator == 1
        return int(found) if whole and re.fullmatch(r"\s*[-+]?\d+\s*", value) else float(found)


Range = Anything | Whole | Real | Flag | Choice | Chances | Price | Argument


def unknown(what: str, word: Any, known: Iterable[str], also: Iterable[str] = ()) -> str:
    """The sentence about a word that is none of those known, nor of those not listed."""
    words = list(known)
    near = difflib.get_close_matches(str(word), [*words, *also], n=1)
    hint = f'; did you mean "{near[0]}"?' if near else "."
    return f"{what} is {shown(word)}; choose from {', '.join(words)}{hint}"


def shown(value: Any) -> str:
    """A value in a sentence, cut short; text in quotes."""
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
