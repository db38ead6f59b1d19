"""The command that makes an instance of a survey: build."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from suasion.cli.application import check_output, command
from suasion.errors import InputError
from suasion.io import Problem, read_table, save
from suasion.models.queries.missing_values import MISSING_VALUES, without_missing
from suasion.models.queries.selection import QuerySelection

Output = Annotated[Path | None, typer.Option("-o", "--output", help="File; default: print it.")]


@command
def build(
    table: Annotated[Path, typer.Argument(hidden=True)],
    outcome: Annotated[str, typer.Option(help="Column of the state: 0/1, yes/no.")],
    weight: Annotated[str | None, typer.Option(help="Column with survey weights.")] = None,
    question: Annotated[
        list[str] | None, typer.Option(help="To ask (repeat); default: all others.")
    ] = None,
    cost: Annotated[
        list[str] | None, typer.Option(help="QUESTION=COST (repeat), or one COST for all.")
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option(help="Column not to ask about (repeat).")
    ] = None,
    positive: Annotated[
        str | None, typer.Option(help="Value of the outcome that is state 1.")
    ] = None,
    drop_missing: Annotated[
        bool, typer.Option("--drop-missing", help="Leave out rows without outcome or weight.")
    ] = False,
    missing_value: Annotated[
        list[str] | None,
        typer.Option(help="Text that means missing (repeat)."),
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option(help="Of fields; default: as in the header.")
    ] = None,
    smoothing: Annotated[str, typer.Option(help="Pseudo-count added to each state.")] = "1",
    budget: Annotated[int | None, typer.Option(help="Number of questions (or rounds).")] = None,
    adaptive: Annotated[bool, typer.Option("--adaptive", help="Ask one by one.")] = False,
    oracle: Annotated[str, typer.Option(help="Or threshold (simulate).")] = "partition",
    output: Output = None,
) -> int:
    """Turn a survey, a CSV file with a header, into an instance.

    Example: suasion build heart.csv --outcome disease --budget 2 -o heart.json
    """
    check_output(output, table)
    columns = read_table(table, delimiter)
    missing_values = missing_value or MISSING_VALUES
    if drop_missing:
        columns, dropped = without_missing(columns, outcome, weight, positive, missing_values)
        rows = dropped + len(columns[outcome]) if outcome in columns else dropped
        print(
            f"{table}: left out {dropped} of {rows} respondents without {outcome}"
            f"{f' or {weight}' if weight else ''}.",
            file=sys.stderr,
        )
    problem = QuerySelection.from_table(
        columns,
        outcome,
        questions=question or None,
        exclude=exclude or (),
        missing_values=missing_values,
        weight=weight,
        smoothing=smoothing,
        budget=budget,
        costs=costs_of(cost),
        adaptive=adaptive,
        oracle=oracle,
        positive=positive,
    )
    return _written(problem, output)


def costs_of(given: list[str] | None) -> dict[str, str] | str | None:
    """Costs from QUESTION=COST, or one for all."""
    if not given:
        return None
    if len(given) == 1 and "=" not in given[0]:
        return given[0]
    costs = {}
    for item in given:
        name, equals, amount = item.rpartition("=")
        if not equals:
            raise InputError(f"--cost is {item!r}; write QUESTION=COST, or a single number.")
        costs[name] = amount
    return costs


def _written(problem: Problem, output: Path | None) -> int:
    """Save the instance, or print it."""
    if output is None:
        print(json.dumps(problem.to_dict()))
    else:
        save(problem, output)
        print(f"{output}: {problem!r}")
    return 0
