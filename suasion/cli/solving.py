"""Commands that solve: solve and verify."""

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

from suasion.cli.application import (
    INTERRUPTED,
    check_output,
    command,
    console,
    exit_status,
    print_json,
    read_problem,
)
from suasion.cli.text import described, grid
from suasion.errors import InputError
from suasion.results import Status
from suasion.solvers.checking.comparison import Comparison, compare_methods
from suasion.solvers.clock import Progress
from suasion.solvers.solve import asked, methods_of
from suasion.solvers.solve import solve as solve_problem

File = Annotated[
    Path, typer.Argument(help="Instance, a JSON file (suasion schema); - is standard input.")
]
CoverFile = Annotated[
    Path,
    typer.Argument(help="JSON, a set cover (docs/formats.md), or - (stdin)."),
]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        help="Of a set cover: row, rail, lists, hit or cover.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
TimeLimit = Annotated[
    float | None, typer.Option(help="Seconds; then the best answer so far, with its bound.")
]
Exact = Annotated[bool, typer.Option("--exact", help="Compute in rational numbers.")]


@command
def solve(
    file: CoverFile,
    method: Annotated[
        str, typer.Option(help="auto, a method for this kind, or your own module:function.")
    ] = "auto",
    solver: Annotated[
        str, typer.Option(help="Of programs: highs, pulp:NAME or cvxpy:NAME.")
    ] = "highs",
    time_limit: TimeLimit = None,
    gap: Annotated[float, typer.Option(help="Relative gap at which to stop.")] = 0.0,
    threads: Annotated[int, typer.Option(help="Threads a solver may use.")] = 1,
    seed: Annotated[int, typer.Option(help="Seed of randomised methods.")] = 0,
    exact: Exact = False,
    write_model: Annotated[
        Path | None,
        typer.Option(help="Also write the program to be minimised: .lp or .mps."),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="All cells with their policies.")] = False,
    layout: Format = None,
    json: Json = False,
) -> int:
    """Find optimal queries and messaging policies, or cheapest covers.

    Example: suasion solve news.json --exact
    """
    check_output(write_model, file)
    problem = read_problem(file, layout)
    if write_model is not None:
        _write_model(problem, method, write_model)
    with progress_line() as progress:
        result = solve_problem(
            problem,
            method,
            exact=exact,
            solver=solver,
            time_limit=time_limit,
            gap=gap,
            threads=threads,
            seed=seed,
            progress=progress,
        )
    if json:
        print_json(result.to_dict(full))
    else:
        for part in described(result, full):
            console().print(part)
    return exit_status(result)


@command
def verify(
    file: CoverFile,
    time_limit: TimeLimit = None,
    exact: Exact = False,
    layout: Format = None,
    json: Json = False,
) -> int:
    """Solve with every method that applies, and compare.

    Exit status 1 if they disagree.

    Without --time-limit every method beside the default one has 30 seconds.

    Example: suasion verify news.json --exact
    """
    comparison = compare_methods(read_problem(file, layout), exact=exact, time_limit=time_limit)
    if json:
        print_json(comparison.to_dict())
    else:
        _print_comparison(comparison)
    if comparison.interrupted:
        return INTERRUPTED
    return 0 if comparison.agree else 1


def _print_comparison(comparison: Comparison) -> None:
    out = console()
    (shown,) = comparison.tables()
    out.print(grid(shown))
    proved = comparison.reference.status in (Status.OPTIMAL, Status.INFEASIBLE)
    agreed = "All methods agree." if proved else "All methods agree; optimality is not proved."
    out.print(agreed if comparison.agree else "The methods DISAGREE.")
    if comparison.note:
        out.print(comparison.note)


def _write_model(problem: Any, method: str, path: Path) -> None:
    from suasion.solvers.backends.optimise import write_model

    kind = asked(problem)
    programs = {name: entry for name, entry in methods_of(kind).items() if entry.program}
    if method not in programs:
        remedy = f"add --method {' or '.join(programs)}" if programs else f"{kind} has none"
        raise InputError(
            f'--write-model needs a method that is one program, and "{method}" is not; {remedy}.'
        )
    write_model(programs[method].formulation(problem), path)


@contextmanager
def progress_line() -> Iterator[Callable[[Progress], None] | None]:
    """A line on standard error about a long search, if a person is watching."""
    if not sys.stderr.isatty():
        yield None
        return
    columns = (
        BarColumn(bar_width=20),
        TextColumn("{task.fields[known]}"),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0, visible=False, known="")

        def show(at: Progress) -> None:
            parts = [f"best {at.value:.6g}"] if at.value is not None else []
            parts += [f"bound {at.bound:.6g}"] if at.bound is not None else []
            parts += [f"{at.nodes:,} nodes"] if at.nodes is not None else []
            bar.update(task, completed=at.done, visible=True, known="  ".join(parts))

        yield show
