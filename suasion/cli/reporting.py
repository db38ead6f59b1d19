"""The command that writes a page about an instance: report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from suasion.cli.application import check_output, command, exit_status, read_problem
from suasion.cli.solving import Format, TimeLimit, progress_line
from suasion.errors import InputError
from suasion.models.queries.selection import QuerySelection
from suasion.results import Result
from suasion.solvers.solve import solve

# Budgets below the one asked for that are drawn.
MOST_BUDGETS = 12


@command
def report(
    file: Annotated[Path, typer.Argument(help="Instance (JSON); - is standard input.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Page: an .html file.")],
    method: Annotated[str, typer.Option(help="As in solve.")] = "auto",
    time_limit: TimeLimit = None,
    seed: Annotated[int, typer.Option(help="Seed of randomised methods.")] = 0,
    layout: Format = None,
) -> int:
    """Write a page on what to ask, what to say to whom, and what it is worth.

    Example: suasion report heart.json -o heart.html
    """
    check_page(output, file)
    problem = read_problem(file, layout)
    options: dict[str, Any] = {"method": method, "time_limit": time_limit, "seed": seed}
    results = solved(problem, options)
    *smaller, result = results
    if result.answer is None:
        print_no_answer(result)
        return exit_status(result)
    from suasion.reports import report_of_result

    told = {f"--{name.replace('_', '-')}": str(value) for name, value in options.items() if value}
    page = report_of_result(result, smaller, source=named(file), options=told)
    page.save(output)
    print(f"{output}: {result!r}")
    return exit_status(result)


def check_page(output: Path, file: Path) -> None:
    """Raise InputError for a page that cannot be written where it is wanted."""
    check_output(output, file)
    if output.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"{output}: is no page; give a file that ends in .html.")
    if not output.parent.is_dir():
        raise InputError(f"{output}: there is no folder {output.parent}; make it first.")


def named(file: Path) -> str:
    """What a page calls its input."""
    return "standard input" if str(file) == "-" else file.name


def print_no_answer(result: Result[Any]) -> None:
    """Say on standard error why there is no page."""
    import sys

    print(f"suasion: no page is written: {result.summary()}", file=sys.stderr)


def solved(problem: Any, options: dict[str, Any]) -> list[Result[Any]]:
    """Results for budgets 0, 1, .. up to the problem's own, which comes last."""
    with progress_line() as progress:
        last: Result[Any] = solve(problem, progress=progress, **options)
        if not isinstance(problem, QuerySelection) or problem.about_finite or last.answer is None:
            return [last]
        asked = last.answer.depth if problem.adaptive else len(last.answer.queries)
        most = asked if problem.budget is None else min(asked, problem.budget)
        if most > MOST_BUDGETS:
            return [last]
        smaller = [
            solve(problem.with_budget(budget), progress=progress, **options)
            for budget in range(most)
        ]
    return [*smaller, last]
