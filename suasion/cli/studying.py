"""The command that runs computational studies and sums them up."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.text import Text

from suasion.cli.application import INTERRUPTED, check_output, command, console, print_json, table
from suasion.cli.solving import Json
from suasion.errors import InputError
from suasion.studies import Summary, Tally, load_study, read_results, run_study
from suasion.studies import summary as summary_of
from suasion.studies.grouping import plain
from suasion.studies.runs import identity


@command
def study(
    spec: Annotated[
        Path | None, typer.Argument(help="What to run, a JSON file (docs/studies.md).")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Results; default: SPEC's name .jsonl."),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(help="Runs at a time; default: one per core.")
    ] = None,
    cluster: Annotated[str | None, typer.Option(help="Dask scheduler (tcp://host:8786).")] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Run again what failed before.")
    ] = False,
    summary: Annotated[
        Path | None, typer.Option(help="Run nothing; sum up this file of results.")
    ] = None,
    plots: Annotated[Path | None, typer.Option(help="Also draw pictures in this folder.")] = None,
    json: Json = False,
) -> int:
    """Run a grid of instances and methods, and sum it up.

    The same command again goes on where it stopped. Status 0: all runs are recorded.

    Example: suasion study cuts.json -o results.jsonl --plots figures
    """
    if (spec is None) == (summary is None):
        raise InputError("give either a SPEC to run or --summary RESULTS to sum up.")
    if plots is not None and plots.exists() and not plots.is_dir():
        raise InputError(f"--plots is {plots}, which is a file; give a folder.")
    notes: list[str] = []
    if summary is not None:
        if output or jobs or cluster or retry_failed:
            raise InputError(
                "--summary runs nothing; leave out --output, --jobs, --cluster, --retry-failed."
            )
        records = read_results(summary)
    else:
        assert spec is not None
        check_output(output, spec)
        found = _run(spec, output or Path(f"{spec.stem}.jsonl"), jobs, cluster, retry_failed)
        if found is None:
            return INTERRUPTED
        records, notes = found
    if not records:
        raise InputError(f"{summary} holds no runs; run a study into it first.")
    figures = _draw(records, plots)
    result = summary_of(records)
    if json:
        print_json({**result.to_dict(), "plots": figures})
    else:
        _print(result, notes + [f"{figure} drawn." for figure in figures])
    return 0


def _run(
    spec: Path, output: Path, jobs: int | None, cluster: str | None, retry_failed: bool
) -> tuple[list[dict[str, Any]], list[str]] | None:
    """The records and what to say about them; None when interrupted."""
    plan = load_study(spec)
    try:
        with _progress_bar() as progress:
            outcome = run_study(
                plan,
                output,
                jobs=jobs,
                cluster=cluster,
                retry_failed=retry_failed,
                progress=progress,
            )
    except KeyboardInterrupt:
        if not output.exists():
            raise
        grid = {run.identity for run in plan.runs()}
        done = sum(identity(record) in grid for record in read_results(output))
        print(
            f"suasion: interrupted; {done} of {len(grid)} runs are in {output}, and the same "
            "command goes on from there.",
            file=sys.stderr,
        )
        return None
    notes = [f"{len(outcome.records)} runs in {output}, {outcome.resumed} from before."]
    if outcome.failed:
        notes.append(f"{outcome.failed} failed (field error); --retry-failed runs them again.")
    if outcome.others:
        notes.append(f"{outcome.others} more are not in {spec} (any more); they are kept.")
    return outcome.records, notes


def _print(result: Summary, notes: list[str]) -> None:
    out = console()
    if common := _listed(result.common):
        out.print(Text(f"all: {common}"))
    for section in result.sections:
        headings = section.headings
        texts = ("method", "solver")
        grid = table(*headings, numbers=tuple(name for name in headings if name not in texts))
        grid.padding = (0, 1, 0, 0)
        for row in section.table():
            grid.add_row(*row)
        if title := _listed(section.panel.title):
            out.print(Text(f"\n{title}"))
        out.print(grid)
    for note in notes:
        out.print(Text(note))


def _listed(values: dict[str, Any]) -> str:
    """What is not nothing: "both-sides, queries threshold"."""
    return ", ".join(
        plain(value) if name == "instances" else f"{name} {plain(value)}"
        for name, value in values.items()
        if value is not None and value is not False and value != 0
    )


def _draw(records: list[dict[str, Any]], folder: Path | None) -> list[str]:
    """Draw all plots; the names of their files."""
    if folder is None:
        return []
    from suasion.plots.studies import save_plots

    return [str(path) for path in save_plots(records, folder)]


@contextmanager
def _progress_bar() -> Iterator[Callable[[Tally], None]]:
    """Done, failed and left on standard error, if a person is watching."""
    if not sys.stderr.isatty():
        yield lambda tally: None
        return
    columns = (BarColumn(bar_width=20), TextColumn("{task.fields[known]}"), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, known="")

        def show(tally: Tally) -> None:
            left = tally.total - tally.done
            known = f"{tally.done} done  {tally.failed} failed  {left} left"
            bar.update(task, total=tally.total, completed=tally.done, known=known)

        yield show
