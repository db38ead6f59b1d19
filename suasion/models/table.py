"""Tables: what answers and results show, alike in a terminal, in a notebook and as data frames."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import compress
from typing import Any

from suasion.errors import InputError

Entry = str | int | float | None

# Rows that a table of many shows unless all are asked for.
SHOWN = 16


@dataclass(frozen=True)
class Table:
    """Rows of numbers and words under named columns.

    Attributes
    ----------
    title : str
        A sentence, or a tree in lines, that stands above; "" if nothing needs saying.
    columns : tuple of str
        All different.
    rows : tuple of tuples
        Numbers as numbers; None where there is nothing to say, or nothing new: what has several
        rows says in its first one what holds for all, so that columns add up. A column with
        nothing to say is in frames, and not drawn.
    note : str
        A sentence that stands below, or "".
    formats : mapping of column to callable
        How its floats are written, where six digits are not what is wanted.

    Examples
    --------
    >>> print(Table("Two sets:", ("set", "cost"), (("a", 1.5), ("b", 2.0)), "That is all."))
    Two sets:
    set  cost
    a     1.5
    b       2
    That is all.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Entry, ...], ...]
    note: str = ""
    formats: Mapping[str, Callable[[float], str]] = field(default_factory=dict)

    @property
    def numeric(self) -> tuple[bool, ...]:
        """Which columns hold numbers only."""
        return tuple(
            any(row[c] is not None for row in self.rows)
            and all(row[c] is None or isinstance(row[c], int | float) for row in self.rows)
            for c in range(len(self.columns))
        )

    @property
    def drawn(self) -> Table:
        """The columns that have something to say."""
        said = [any(row[c] is not None for row in self.rows) for c in range(len(self.columns))]
        if all(said) or not self.rows:
            return self
        columns = tuple(compress(self.columns, said))
        return replace(
            self, columns=columns, rows=tuple(tuple(compress(r, said)) for r in self.rows)
        )

    def texts(self) -> list[tuple[str, ...]]:
        """The rows in words, all columns."""
        how = [self.formats.get(name, "{:.6g}".format) for name in self.columns]
        return [
            tuple(_text(entry, spec) for entry, spec in zip(row, how, strict=True))
            for row in self.rows
        ]

    def __str__(self) -> str:
        drawn = self.drawn
        grid = [drawn.columns, *drawn.texts()]
        widths = [max(map(len, column)) for column in zip(*grid, strict=True)]
        sides = [">" if right else "<" for right in drawn.numeric]
        lines = [
            "  ".join(
                f"{text:{side}{width}}"
                for text, side, width in zip(row, sides, widths, strict=True)
            ).rstrip()
            for row in grid
        ]
        return "\n".join([*filter(None, [self.title]), *lines, *filter(None, [self.note])])

    def _repr_html_(self) -> str:
        drawn = self.drawn

        def line(texts: tuple[str, ...], tag: str) -> str:
            sides = ("right" if right else "left" for right in drawn.numeric)
            cells = zip(texts, sides, strict=True)
            inside = (
                f'<{tag} style="text-align:{side}">{html.escape(text)}</{tag}>'
                for text, side in cells
            )
            return f"<tr>{''.join(inside)}</tr>"

        body = "".join(line(row, "td") for row in drawn.texts())
        above, below = (
            f'<p style="white-space:pre-wrap">{html.escape(text)}</p>' if text else ""
            for text in (self.title, self.note)
        )
        return f"{above}<table>{line(drawn.columns, 'th')}{body}</table>{below}"

    def to_frame(self) -> Any:
        """The rows as a pandas DataFrame, numbers as numbers.

        Raises
        ------
        InputError
            Without pandas.
        """
        try:
            import pandas  # type: ignore[import-untyped, unused-ignore]
        except ImportError as error:
            raise InputError(
                "data frames need pandas, which is not installed; pip install pandas, or read "
                "the columns and rows of tables()."
            ) from error
        return pandas.DataFrame([list(row) for row in self.rows], columns=list(self.columns))

    def to_latex(self) -> str:
        """The rows as a LaTeX tabular, as they are drawn; special characters are escaped.

        Raises
        ------
        InputError
            Without pandas, or without jinja2, which pandas writes LaTeX with.
        """
        drawn = self.drawn
        sides = "".join("r" if right else "l" for right in drawn.numeric)
        frame = Table("", drawn.columns, tuple(drawn.texts())).to_frame()
        try:
            return str(frame.to_latex(index=False, escape=True, column_format=sides))
        except ImportError as error:
            raise InputError(
                "LaTeX tables need jinja2, which is not installed; pip install jinja2."
            ) from error


def _text(entry: Entry, how: Callable[[float], str]) -> str:
    if entry is None:
        return ""
    return how(entry) if isinstance(entry, float) else str(entry)


class Tabled:
    """What has `tables`, the main one first, is shown by them everywhere."""

    tables: Callable[..., list[Table]]

    def _main_table(self, *given: Any) -> Table:
        return self.tables(*given, full=True)[0]

    def to_frame(self, *given: Any) -> Any:
        """The main table with all its rows as a pandas DataFrame.

        Every table has a `to_frame` of its own.

        Parameters
        ----------
        *given
            The problem, where `tables` takes one.
        """
        return self._main_table(*given).to_frame()

    def to_latex(self, *given: Any) -> str:
        """The main table with all its rows as a LaTeX tabular; arguments as in `to_frame`."""
        return self._main_table(*given).to_latex()

    def _repr_html_(self) -> str:
        return "".join(table._repr_html_() for table in self.tables())


def left_out(count: int, shown: int, what: str) -> str:
    """A note about rows that are not shown; "" if all are."""
    return (
        ""
        if shown >= count
        else f"... and {count - shown} more {what} (--full, or full=True, shows all)."
    )


def numbered(label: str, what: str) -> str:
    """Labels that are numbers say what they number: "state 0"."""
    return f"{what} {label}" if label.isdigit() else label
