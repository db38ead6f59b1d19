"""Tables as text that reads well in 80 columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from suasion.cli.application import table
from suasion.models.table import Table
from suasion.results import Result


def described(result: Result[Any], full: bool = False) -> list[RenderableType]:
    """The summary of a result, then its answer."""
    parts: list[RenderableType] = [Text(result.summary())]
    if result.answer is not None:
        parts += ["", *drawn(result.answer.tables(result.problem, full))]
    return parts


def drawn(tables: Iterable[Table]) -> list[RenderableType]:
    """Tables one after the other, each between what stands above and below it."""
    parts: list[RenderableType] = []
    for shown in tables:
        parts += [""] if parts else []
        if shown.title:
            parts += [Text(shown.title), ""]
        if shown.rows:
            parts.append(grid(shown))
        if shown.note:
            parts.append(Text(shown.note))
    return parts


def grid(shown: Table) -> RenderableType:
    """The rows of a table, numbers to the right."""
    shown = shown.drawn
    right = zip(shown.columns, shown.numeric, strict=True)
    lines = table(*shown.columns, numbers=tuple(name for name, numeric in right if numeric))
    for row in shown.texts():
        lines.add_row(*map(Text, row))
    return lines
