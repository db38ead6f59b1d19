"""The command that draws instances, what solving them gives, and studies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from suasion.cli.application import (
    check_output,
    command,
    console,
    exit_status,
    print_json,
    read_problem,
)
from suasion.cli.frontier import parse_budgets
from suasion.cli.solving import Format, Json, TimeLimit, progress_line
from suasion.errors import InputError
from suasion.io.text_files import read_text
from suasion.results import Result
from suasion.solvers.clock import Progress
from suasion.solvers.frontier.search import frontier
from suasion.solvers.solve import solve

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@command
def plot(
    file: Annotated[Path, typer.Argument(help="Instance (JSON), or a study's results (.jsonl).")],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="Picture: a .png, .svg or .pdf file.")
    ],
    kind: Annotated[
        str | None,
        typer.Option(
            help="envelope, cutoff, policy, closure, simplex, partition, tree, budget, "
            "progress; of studies time, gap, proved, ratio."
        ),
    ] = None,
    budgets: Annotated[str, typer.Option(help="For --kind budget: 0:8, 3, or 1,2,4.")] = "0:8",
    time_limit: TimeLimit = None,
    threads: Annotated[int, typer.Option(help="Threads a search may use.")] = 1,
    seed: Annotated[int, typer.Option(help="Seed of randomised methods.")] = 0,
    layout: Format = None,
    json: Json = False,
) -> int:
    """Draw an instance, the answer to it, or the results of a study.

    Questions are solved first; docs/plots.md shows each kind, and which is the default.

    Example: suasion plot heart.json -o heart.svg
    """
    # Drawing is what only this command needs.
    from suasion.plots.figures import picture_format, write_figure
    from suasion.plots.pictures import checked_picture

    check_output(output, file)
    picture_format(output)
    if not output.parent.is_dir():
        raise InputError(f"{output}: there is no folder {output.parent}; make it first.")
    wanted = parse_budgets(budgets)
    subject = _read(file, layout)
    kind = checked_picture(subject, kind)
    options: dict[str, Any] = {"time_limit": time_limit, "threads": threads, "seed": seed}
    result, figure = None, None
    if isinstance(subject, list):
        kind = kind or "time"
        figure = _study_figure(file, subject, kind)
    elif kind == "budget":
        figure = _budget_figure(subject, wanted, options)
    else:
        kind, figure, result = _solved_figure(subject, kind, options)
    if figure is not None:
        write_figure(figure, output)
    _report(output, kind, result, figure is not None, json)
    return 0 if result is None else exit_status(result)


def _read(file: Path, layout: str | None) -> Any:
    """An instance, or the records of a study."""
    if file.suffix == ".jsonl":
        from suasion.studies import read_results

        records = read_results(file)
        if not records:
            raise InputError(f"{file} holds no runs; run a study into it first.")
        return records
    if str(file) != "-" and read_text(file, f"{file}: ").lstrip().startswith('{"status"'):
        raise InputError(
            f"{file} is a result, which does not hold its instance; give the file of the "
            "instance, and it is solved before it is drawn."
        )
    return read_problem(file, layout)


def _study_figure(file: Path, records: list[dict[str, Any]], name: str) -> Figure:
    from suasion.plots.studies import study_figure

    figure = study_figure(records, name)
    if figure is None:
        raise InputError(f"{file} has no run to draw for --kind {name}; try another kind.")
    return figure


def _budget_figure(subject: Any, wanted: list[int], options: dict[str, Any]) -> Figure:
    from suasion.plots.budgets import budget_plot

    with progress_line() as progress:
        found = frontier(subject, wanted, progress=progress, **options)
    return _figure(budget_plot(found))


def _solved_figure(
    subject: Any, kind: str | None, options: dict[str, Any]
) -> tuple[str, Figure | None, Result[Any] | None]:
    """Name and picture of what solving gives; no picture if there is no answer."""
    from suasion.plots.envelope import envelope_plot
    from suasion.plots.pictures import picture_of_result
    from suasion.plots.searches import progress_plot

    if kind == "envelope":
        return kind, _figure(envelope_plot(subject)), None
    told: list[Progress] = []
    with progress_line() as progress:

        def listen(at: Progress) -> None:
            told.append(at)
            if progress is not None:
                progress(at)

        result = solve(subject, progress=listen, **options)
    if kind == "progress":
        return kind, _figure(progress_plot(told, result=result)), result
    if result.answer is None:
        return kind or "", None, result
    name, ax = picture_of_result(result, kind)
    return name, _figure(ax), result


def _figure(ax: Any) -> Figure:
    """The figure of axes, which pyplot need not keep any longer."""
    from matplotlib import pyplot as plt

    plt.close(ax.figure)
    figure: Figure = ax.figure
    return figure


def _report(output: Path, name: str, result: Result[Any] | None, drawn: bool, json: bool) -> None:
    if json:
        document: dict[str, Any] = {"output": str(output) if drawn else None, "kind": name}
        if result is not None:
            whole = result.to_dict()
            document |= {key: whole[key] for key in ("status", "value", "bound", "gap")}
        print_json(document)
        return
    about = ""
    if result is not None:
        value = "" if result.value is None else f", value {result.value:.6g}"
        gap = "" if not result.gap or result.status == "optimal" else f", gap {result.gap:.2g}"
        about = f" ({result.status}{value}{gap})"
    text = f"{name} drawn in {output}{about}." if drawn else f"nothing to draw{about}."
    console().print(Text(text))
