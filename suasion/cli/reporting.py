"""The command that writes a page about an instance or a survey: report."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from suasion.cli.application import check_output, command, exit_status, read_problem
from suasion.cli.assessing import splits_bar
from suasion.cli.solving import Format, TimeLimit, progress_line
from suasion.cli.surveying import surveying
from suasion.errors import InputError
from suasion.models.queries.selection import QuerySelection
from suasion.results import Result
from suasion.solvers.solve import solve
from suasion.surveys import Survey

# Budgets below the one asked for that are drawn.
MOST_BUDGETS = 12
# What does not bear on what a page says.
UNTOLD = ("table", "output", "jobs")


@command
@surveying("outcome", "positive", "margin", optional=True)
def report(
    file: Path,
    read: Callable[[], Survey] | None,
    context: typer.Context,
    output: Annotated[Path, typer.Option("-o", "--output", help="Page: an .html file.")],
    budget: Annotated[
        int | None, typer.Option(help="Number of questions (or rounds); of a table.")
    ] = None,
    adaptive: Annotated[
        bool, typer.Option("--adaptive", help="Ask one by one; of a table.")
    ] = False,
    method: Annotated[str, typer.Option(help="Of an instance, as in solve.")] = "auto",
    time_limit: TimeLimit = None,
    seed: Annotated[int, typer.Option(help="Of splits, shuffles and randomised methods.")] = 0,
    repeats: Annotated[int, typer.Option(hidden=True)] = 2,
    folds: Annotated[int, typer.Option(hidden=True)] = 5,
    halves: Annotated[int, typer.Option(hidden=True)] = 5,
    permutations: Annotated[int, typer.Option(hidden=True)] = 20,
    jobs: Annotated[int | None, typer.Option(help="Processes; default: one per core.")] = None,
    layout: Format = None,
) -> int:
    """Write a page: what to ask, what to say, what that is worth.

    Of an instance (JSON) its beliefs are taken as given; of a table (CSV, with --outcome and the
    options of build and assess) values are measured on people who were not asked.

    Example: suasion report heart.csv --outcome disease --budget 3 -o heart.html
    """
    check_page(output, file)
    given = _given(context)
    if read is None:
        _check_no_splits(given)
        options = {"method": method, "time_limit": time_limit, "seed": seed}
        return _of_instance(file, output, layout, options, _told(given))
    from suasion.reports import report_of_survey

    with splits_bar() as progress:
        page = report_of_survey(
            read(),
            budget,
            adaptive=adaptive,
            seed=seed,
            source=named(file),
            states=_states(context.params),
            options=_told(given),
            jobs=jobs,
            time_limit=time_limit,
            progress=progress,
            repeats=repeats,
            folds=folds,
            halves=halves,
            permutations=permutations,
        )
    page.save(output)
    print(f"{output}: a report on {named(file)}.")
    return 0


def _of_instance(
    file: Path, output: Path, layout: str | None, options: dict[str, Any], told: dict[str, str]
) -> int:
    """Solve the instance in a file, and write its page."""
    problem = read_problem(file, layout)
    *smaller, result = solved(problem, options)
    if result.answer is None:
        print(f"suasion: no page is written: {result!r}.", file=sys.stderr)
        return exit_status(result)
    from suasion.reports import report_of_result

    page = report_of_result(result, smaller, source=named(file), options=told)
    page.save(output)
    print(f"{output}: a report on {named(file)} ({result.status}).")
    return exit_status(result)


def _given(context: typer.Context) -> dict[str, Any]:
    """The options that were typed, by their names in Python."""
    sources = {name: context.get_parameter_source(name) for name in context.params}
    typed = [name for name, source in sources.items() if source and source.name == "COMMANDLINE"]
    return {name: context.params[name] for name in typed}


def _told(given: dict[str, Any]) -> dict[str, str]:
    """What a page lists as options: what was typed, but for what does not bear on it."""
    return {
        f"--{name.replace('_', '-')}": _text(value)
        for name, value in given.items()
        if name not in UNTOLD
    }


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return value.name if isinstance(value, Path) else str(value)


def _check_no_splits(given: dict[str, Any]) -> None:
    """Raise InputError for options that an instance has in itself, or has no use for."""
    for name in ("budget", "adaptive", "repeats", "folds", "halves", "permutations", "jobs"):
        if name in given:
            raise InputError(
                f"--{name} is about a table, and there is no --outcome; an instance has its "
                "budget in its file."
            )


def _states(about: dict[str, Any]) -> Any:
    """What the states of a table are called."""
    from suasion.reports import States

    outcome, positive = about["outcome"], about["positive"]
    if positive is None:
        return States(f"{outcome} = no", f"{outcome} = yes")
    return States(f"{outcome} not {positive}", f"{outcome} = {positive}")


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
    # A search that ran out of time may have nothing to draw.
    return [*(smaller if all(less.answer is not None for less in smaller) else []), last]
