"""The command that says what a survey is worth on people who were not asked: assess."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from suasion.cli.application import command, console, print_json
from suasion.cli.solving import Json
from suasion.cli.surveying import surveying
from suasion.cli.text import drawn
from suasion.surveys import Survey


@command
@surveying("outcome", "positive", "question", "beliefs", "margin")
def assess(
    table: Path,
    read: Callable[[], Survey],
    budget: Annotated[int | None, typer.Option(help="Number of questions (or rounds).")] = None,
    adaptive: Annotated[bool, typer.Option("--adaptive", help="Ask one by one.")] = False,
    repeats: Annotated[int, typer.Option(help="How often to make the folds.")] = 2,
    folds: Annotated[int, typer.Option(help="Parts; each is left out once.")] = 5,
    halves: Annotated[int, typer.Option(help="How often to halve.")] = 5,
    permutations: Annotated[int, typer.Option(help="Shuffles of the outcome.")] = 20,
    seed: Annotated[int, typer.Option(help="Of splits and shuffles.")] = 0,
    jobs: Annotated[int | None, typer.Option(help="Processes; default: one per core.")] = None,
    json: Json = False,
    time_limit: Annotated[float | None, typer.Option(hidden=True)] = None,
) -> int:
    """Say what asking is worth on people who were not asked.

    Options of build for the table hold here too (--weight, --exclude, ..).

    Example: suasion assess heart.csv --outcome disease --budget 3
    """
    survey = read()
    with splits_bar() as progress:
        found = survey.assess(
            budget,
            repeats=repeats,
            folds=folds,
            halves=halves,
            permutations=permutations,
            seed=seed,
            jobs=jobs,
            adaptive=adaptive,
            time_limit=time_limit,
            progress=progress,
        )
    if json:
        print_json(found.to_dict())
    else:
        console().print(*drawn(found.tables()), sep="\n")
    return 0


@contextmanager
def splits_bar() -> Iterator[Callable[[int, int], None]]:
    """Splits done on standard error, if a person is watching."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    columns = (BarColumn(bar_width=20), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, total=total, completed=done)
