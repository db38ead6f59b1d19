"""The command that makes an instance of a survey: build."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from suasion.cli.application import command
from suasion.io import Problem, read_table, save
from suasion.models.queries import QuerySelection

Output = Annotated[Path | None, typer.Option("-o", "--output", help="File; default: print it.")]


@command
def build(
    table: Annotated[Path, typer.Argument(help="CSV file with a header, one row a respondent.")],
    outcome: Annotated[str, typer.Option(help="Column with the state: 0/1, yes/no.")],
    weight: Annotated[str | None, typer.Option(help="Column with survey weights.")] = None,
    question: Annotated[
        list[str] | None, typer.Option(help="Column to ask about (repeat); default: all others.")
    ] = None,
    cost: Annotated[
        list[str] | None, typer.Option(help="QUESTION=COST (repeat), or one COST for all.")
    ] = None,
    positive: Annotated[
        str | None, typer.Option(help="Value of the outcome that is state 1.")
    ] = None,
    smoothing: Annotated[str, typer.Option(help="Pseudo-count added to each state.")] = "1",
    budget: Annotated[int | None, typer.Option(help="Number of questions (or rounds).")] = None,
    adaptive: Annotated[bool, typer.Option("--adaptive", help="Ask one by one.")] = False,
    oracle: Annotated[
        str, typer.Option(help="partition (ask the questions) or threshold (simulate).")
    ] = "partition",
    output: Output = None,
) -> int:
    """Turn a survey into an instance: which questions to ask before persuading.

    Example: suasion build heart.csv --outcome disease --budget 2 -o heart.json
    """
    problem = QuerySelection.from_table(
        read_table(table),
        outcome,
        questions=question or None,
        weight=weight,
        smoothing=smoothing,
        budget=budget,
        costs=_costs(cost),
        adaptive=adaptive,
        oracle=oracle,
        positive=positive,
    )
    return _written(problem, output)


def _costs(given: list[str] | None) -> dict[str, str] | str | None:
    if not given:
        return None
    if len(given) == 1 and "=" not in given[0]:
        return given[0]
    costs = {}
    for item in given:
        name, equals, amount = item.rpartition("=")
        if not equals:
            raise ValueError(f"--cost is {item!r}; write QUESTION=COST, or a single number.")
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
