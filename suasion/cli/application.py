"""The application object, and how outcomes become exit statuses."""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, ParamSpec

import typer
from rich.console import Console
from rich.table import Table

from suasion.errors import InputError
from suasion.io import Problem, load
from suasion.results import Result, Status
from suasion.version import __version__

Parameters = ParamSpec("Parameters")

BAD_INPUT = 2
INTERRUPTED = 130
EXIT_STATUS = {
    Status.OPTIMAL: 0,
    Status.FEASIBLE: 0,
    Status.INFEASIBLE: 3,
    Status.UNBOUNDED: 3,
    Status.NO_ANSWER: 3,
    Status.FAILED: 4,
}
WIDTH = 80

app = typer.Typer(
    name="suasion",
    help="Information design: which queries to ask, which messages to commit to.",
    epilog="Try: suasion examples news-one-query > query.json; suasion solve query.json",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(asked: bool) -> None:
    if asked:
        print(f"suasion {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def suasion(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Print the version.",
            callback=_print_version,
            is_eager=True,
            hidden=True,  # everybody tries it, and the commands fill the screen
        ),
    ] = False,
) -> None:
    """Information design: which queries to ask, which messages to commit to."""
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit(BAD_INPUT)


def prepare_streams() -> None:
    """Keep standard output for answers, and show in escapes what a terminal cannot show.

    Libraries that write below Python (a solver's banner) and child processes write to standard
    error: JSON must be alone on standard output, whatever is installed.
    """
    if sys.stdout is not sys.__stdout__ or sys.stdout is None or sys.stderr is None:
        return  # not those of a process of its own
    sys.stdout.flush()
    answers = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = open(  # noqa: SIM115
        answers,
        "w",
        encoding=sys.stdout.encoding,
        errors="backslashreplace",
        buffering=1 if os.isatty(answers) else -1,
    )


def command(function: Callable[Parameters, int | None]) -> Callable[Parameters, None]:
    """Register a command that returns its exit status; bad input is one sentence and status 2.

    Any other exception is a bug: it goes through, with its traceback.
    """

    @functools.wraps(function)
    def guarded(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        try:
            status = function(*args, **kwargs)
        except BrokenPipeError:
            # The reader has what it wanted (head, less); nothing is left to say.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            status = 0
        except (InputError, OSError) as error:
            print(f"suasion: {error}", file=sys.stderr)
            status = BAD_INPUT
        except MemoryError as error:
            print(f"suasion: {_out_of_memory(error)}", file=sys.stderr)
            status = BAD_INPUT
        except KeyboardInterrupt:
            print("suasion: interrupted before there was an answer.", file=sys.stderr)
            status = INTERRUPTED
        raise typer.Exit(status or 0)

    app.command(name=function.__name__)(guarded)
    return guarded


def _out_of_memory(error: MemoryError) -> str:
    """A sentence; Python's own MemoryError says nothing, numpy's says how much was wanted."""
    wanted = str(error).rstrip(".")
    return (
        f"the memory does not suffice{f' ({wanted})' if wanted else ''}; use a smaller instance, "
        "or another method."
    )


def check_output(output: Path | None, *inputs: Path | None) -> None:
    """Raise InputError if an output is one of the files that a command reads.

    Any other file that a person names to be written is replaced, in one step.
    """
    for given in inputs:
        if output and given and output.exists() and given.exists() and output.samefile(given):
            raise InputError(f"{output}: is read by this command; write to another file.")


def read_problem(file: Path, layout: str | None = None) -> Problem:
    """The instance in a file; "-" is standard input."""
    return load(sys.stdin.buffer if str(file) == "-" else file, layout)


def exit_status(result: Result[Any]) -> int:
    """Exit status of a solve."""
    if result.report.raw_status == "interrupted":
        return INTERRUPTED
    return EXIT_STATUS[result.status]


def print_json(document: Any) -> None:
    """One JSON object on standard output."""
    limit = sys.getrecursionlimit()
    # A query tree may be thousands of rounds deep; the encoder recurses once per level.
    sys.setrecursionlimit(max(limit, 50_000))
    try:
        print(json.dumps(document, allow_nan=False))
    finally:
        sys.setrecursionlimit(limit)


class _Console(Console):
    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def console() -> Console:
    """Standard output, at most 80 columns wide."""
    found = _Console(highlight=False, soft_wrap=False)
    found.width = min(found.width, WIDTH)
    return found


def table(*headings: str, numbers: tuple[str, ...] = ()) -> Table:
    """A plain table; columns named in `numbers` are right-aligned."""
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in headings:
        right = heading in numbers
        grid.add_column(heading, justify="right" if right else "left", overflow="fold")
    return grid
