"""Reading set covers as the OR-Library has them: by rows, by columns, or sets without costs."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from suasion.errors import InputError
from suasion.models.numbers.arrays import IntArray
from suasion.models.numbers.index_lists import IndexLists
from suasion.models.numbers.rationals import parse_number
from suasion.models.set_cover.instance import SetCover

# Format -> what its lists are, what these list, and how it is called in a sentence.
FORMATS = {
    "row": ("row", "column", "by rows"),
    "rail": ("column", "row", "by columns"),
    "lists": ("column", "row", "by columns without costs"),
}
SAY_WHICH = "say which it is with --format row|rail|lists (format= in Python)"
# Stands for what is no integer, or none that could be a number of anything.
NO_INTEGER = -(2**62)


def begins_with_number(text: str) -> bool:
    r"""Whether the first word is a number, as in the files of the OR-Library.

    Examples
    --------
    >>> begins_with_number(" 200 1000\n"), begins_with_number('{"kind": 1}')
    (True, False)
    """
    words = text.split(maxsplit=1)
    return bool(words) and words[0].lstrip("+-")[:1].isdigit()


def parse_or_library(text: str, format: str | None = None) -> SetCover:  # noqa: A002
    """Read a set cover from the text of an OR-Library file.

    The formats begin with the number m of rows, which are elements, and n of columns, which are
    sets. By rows ("row"; files scp...) the n costs follow, then for each row how many columns
    cover it, and these. By columns ("rail"; files rail...) there follows for each column its cost,
    how many rows it covers, and these; without costs ("lists") each column costs 1. Rows and
    columns count from 1.

    Parameters
    ----------
    text : str
    format : "row", "rail" or "lists", optional
        Default: the one format in which the numbers are exactly as many as they say and, if there
        are several lines, every row or column begins a line. Lines mean nothing if it is given.

    Raises
    ------
    ValueError
        For a malformed text, with the line; where no format is given, for one that fits several
        formats or none.

    References
    ----------
    J. E. Beasley, OR-Library: distributing test problems by electronic mail. Journal of the
    Operational Research Society 41(11), 1990, 1069-1072.

    Examples
    --------
    >>> parse_or_library("2 3   5 5 1   2 1 3   1 2").to_dict()["sets"]
    [[0], [1], [0]]
    >>> parse_or_library("2 3   5 1 1   5 1 2   1 1 1").to_dict()["sets"]
    [[0], [1], [0]]
    """
    if format not in (None, *FORMATS):
        raise InputError(f'format is "{format}"; choose {", ".join(FORMATS)}.')
    numbers = _Numbers.read(text)
    if format is None:
        format = _fitting(numbers)  # noqa: A001
    return _instance(numbers, format)


class _MalformedError(InputError):
    """What is wrong with a text in some format."""


@dataclass(frozen=True, eq=False)
class _Numbers:
    """The words of a text as numbers.

    Attributes
    ----------
    exact : list of int or Fraction
    whole : array of int
        The same, `NO_INTEGER` where they are no integers.
    """

    text: str
    exact: list[int | Fraction]
    whole: npt.NDArray[np.int64]

    @classmethod
    def read(cls, text: str) -> _Numbers:
        words = text.split()
        try:
            # Python reads "1_000" as a number too.
            integers = [] if "_" in text else list(map(int, words))
            if len(integers) == len(words):
                return cls(text, [*integers], np.array(integers, dtype=np.int64))
        except (ValueError, OverflowError):
            pass
        exact = [_number(text, i, word) for i, word in enumerate(words)]
        small = [v if isinstance(v, int) and abs(v) < -NO_INTEGER else NO_INTEGER for v in exact]
        return cls(text, exact, np.array(small, dtype=np.int64))

    def __len__(self) -> int:
        return len(self.exact)

    def line(self, i: int) -> int:
        """The line of number i, counted from 1."""
        return _line(self.text, i)

    def word(self, i: int) -> str:
        """Number i as it is written."""
        return self.text.split()[i][:40]

    def count(self, i: int, what: str) -> int:
        """Number i, which says how many there are of something."""
        if self.whole[i] < 0:
            raise _MalformedError(
                f"line {self.line(i)}: {what} is {self.word(i)}; give an integer >= 0"
            )
        return int(self.whole[i])


def _number(text: str, i: int, word: str) -> int | Fraction:
    try:
        value = parse_number(word, "") if "_" not in word else None
    except InputError:
        value = None
    if not isinstance(value, Fraction):
        raise InputError(f"line {_line(text, i)}: {word[:40]!r} is not a number.")
    return int(value) if value.denominator == 1 else value


def _line(text: str, i: int) -> int:
    """The line of the word with number i."""
    seen = 0
    for number, line in enumerate(text.split("\n"), 1):
        seen += len(line.split())
        if seen > i:
            return number
    return text.count("\n") + 1


def _fitting(numbers: _Numbers) -> str:
    """The one format that the numbers fit."""
    wrong: dict[str, str] = {}
    for name, (_, _, called) in FORMATS.items():
        try:
            _check_lines(numbers, name, *_places(numbers, name))
        except _MalformedError as error:
            wrong[name] = f"{called} ({error})"
    fitting = [name for name in FORMATS if name not in wrong]
    if len(fitting) > 1:
        found = " and the one ".join(FORMATS[name][2] for name in fitting)
        raise InputError(f"fits the format {found}; {SAY_WHICH}.")
    if not fitting:
        reasons = " nor ".join(wrong.values())
        raise InputError(
            f"fits the format neither {reasons}; mend it, or {SAY_WHICH}, hit|cover if it lists "
            "sets, a line each."
        )
    if fitting == ["lists"] and numbers.whole[0] == numbers.whole[1]:
        raise InputError(
            "has as many elements as sets, so its lines could be either; if a line is a set, say "
            "so with --format lists (format= in Python)."
        )
    return fitting[0]


def _check_lines(numbers: _Numbers, name: str, costs: IntArray, lengths: IntArray) -> None:
    """Whether what belongs together begins a line, if there are several lines."""
    sizes = [len(words) for line in numbers.text.split("\n") if (words := line.split())]
    if len(sizes) < 2:
        return
    owner = FORMATS[name][0]
    heads = costs if name == "rail" else lengths
    begins = np.isin(heads, np.cumsum([0, *sizes]))
    if name == "row" and len(costs) and sizes[0] != 2:
        raise _MalformedError(f"line {numbers.line(2)}: the costs begin within the line")
    if not begins.all():
        first = int(np.argmin(begins))
        at = numbers.line(int(heads[first]))
        raise _MalformedError(f"line {at}: {owner} {first + 1} begins within the line")


def _places(numbers: _Numbers, name: str) -> tuple[IntArray, IntArray]:
    """Where the costs are, and where the length of each list, if the numbers fit a format."""
    owner, listed, _ = FORMATS[name]
    if len(numbers) < 2:
        raise _MalformedError("there are not even the numbers of rows and columns")
    rows = numbers.count(0, "the number of rows")
    columns = numbers.count(1, "the number of columns")
    at, ahead = (2 + columns, 0) if name == "row" else (2, int(name == "rail"))
    if at > len(numbers):
        raise _MalformedError(f"it ends after {len(numbers) - 2} of {columns} costs")
    lengths = []
    for i in range(rows if name == "row" else columns):
        at += ahead
        if at >= len(numbers):
            raise _MalformedError(f"it ends before the length of {owner} {i + 1}")
        lengths.append(at)
        length = numbers.count(at, f"the number of {listed}s of {owner} {i + 1}")
        at += 1 + length
        if at > len(numbers):
            raise _MalformedError(
                f"it ends in {owner} {i + 1}, which begins on line {numbers.line(lengths[-1])}, "
                f"after {length - at + len(numbers)} of {length} {listed}s"
            )
    more = len(numbers) - at
    if more:
        left = "1 number is" if more == 1 else f"{more} numbers are"
        raise _MalformedError(f"line {numbers.line(at)}: {left} left after the last {owner}")
    found = np.array(lengths, dtype=np.intp)
    if name == "lists":
        return np.zeros(0, dtype=np.intp), found
    return (np.arange(2, 2 + columns) if name == "row" else found - 1), found


def _instance(numbers: _Numbers, name: str) -> SetCover:
    """The instance that the numbers are in a format."""
    owner, listed, _ = FORMATS[name]
    try:
        costs, lengths = _places(numbers, name)
    except _MalformedError as error:
        raise InputError(f"{error}.") from None
    rows, columns = numbers.exact[:2]
    member = np.full(len(numbers), True)
    member[:2] = member[costs] = member[lengths] = False
    places = np.flatnonzero(member)
    offsets = np.concatenate([[0], np.cumsum(numbers.whole[lengths])]).astype(np.intp)
    lists = IndexLists(offsets, numbers.whole[places].astype(np.intp) - 1)
    count = int(columns if name == "row" else rows)
    bad = (lists.members < 0) | (lists.members >= count)
    if bad.any():
        i = int(np.argmax(bad))
        raise InputError(
            f"line {numbers.line(places[i])}: {owner} {lists.owners[i] + 1} lists {listed} "
            f"{numbers.word(places[i])}; {listed}s are numbered 1 to {count}."
        )
    _check_distinct(numbers, lists, places, name, count)
    for i in costs[numbers.whole[costs] < 0].tolist():
        if numbers.exact[i] < 0:
            column = int(np.searchsorted(costs, i)) + 1
            raise InputError(
                f"line {numbers.line(i)}: the cost of column {column} is {numbers.word(i)}; give "
                "a number >= 0."
            )
    sets = lists.transposed(count) if name == "row" else lists
    given: list[Any] | None = None
    if name != "lists":
        given = [numbers.exact[i] for i in costs.tolist()]
    return SetCover.from_arrays(int(rows), sets.offsets, sets.members, given)


def _check_distinct(
    numbers: _Numbers, lists: IndexLists, places: IntArray, name: str, count: int
) -> None:
    owner, listed, _ = FORMATS[name]
    keys = lists.owners * max(1, count) + lists.members
    order = np.argsort(keys, kind="stable")
    again = order[1:][keys[order[1:]] == keys[order[:-1]]]
    if len(again):
        i = int(again.min())
        raise InputError(
            f"line {numbers.line(places[i])}: {owner} {lists.owners[i] + 1} lists {listed} "
            f"{numbers.word(places[i])} twice; list it once."
        )
