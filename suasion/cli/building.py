"""The command that makes an instance of a survey: build."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from suasion.cli.application import check_output, command
from suasion.cli.surveying import surveying
from suasion.io import Problem, save
from suasion.models.numbers.rationals import parse_number
from suasion.surveys import Survey

Output = Annotated[Path | None, typer.Option("-o", "--output", help="File; default: print it.")]


@command
@surveying(
    *("outcome", "positive", "question", "exclude", "weight", "cost", "costs", "drop_missing"),
    *("missing", "split", "ordered", "beliefs", "margin"),
)
def build(
    table: Path,
    read: Callable[[], Survey],
    budget: Annotated[int | None, typer.Option(help="Number of questions (or rounds).")] = None,
    adaptive: Annotated[bool, typer.Option("--adaptive", help="Ask one by one.")] = False,
    oracle: Annotated[str, typer.Option(hidden=True)] = "partition",
    output: Output = None,
) -> int:
    """Turn a survey, a CSV file with a header, into an instance.

    Example: suasion build heart.csv --outcome disease --budget 2 -o heart.json
    """
    check_output(output, table)
    survey = read()
    problem = survey.selection(budget, adaptive, oracle=oracle)
    notes = [*_notes(survey), *_chance(survey, budget, adaptive, oracle)]
    for note in notes:
        print(f"{table}: {note}", file=sys.stderr)
    return _written(problem, output)


def _notes(survey: Survey) -> list[str]:
    """What the beliefs of an instance rest on."""
    found = []
    if survey.beliefs != "smoothed" or parse_number(survey.smoothing, "smoothing"):
        model, constant = survey.log_loss
        found.append(
            f"cross-validated log loss of the {survey.beliefs} beliefs {model:.4f}, of a "
            f"constant {constant:.4f}."
        )
    alone, types = survey.singletons
    if survey.beliefs == "smoothed" and 2 * alone > types:
        found.append(
            f"{alone:,} of {types:,} types are one respondent each, whose smoothed beliefs are "
            "mostly chance; use --beliefs logistic, and suasion assess says what holds up."
        )
    return found


def _chance(survey: Survey, budget: int | None, adaptive: bool, oracle: str) -> list[str]:
    """A warning where the questions promise no more than on shuffled outcomes."""
    if not budget or oracle != "partition":
        return []
    own, *shuffled = survey.promised_gains(budget, adaptive)
    if own > max(shuffled):
        return []
    return [
        f"asking promises {own:.3f} here, and {max(shuffled):.3f} where outcomes are shuffled, so "
        "it may be chance; suasion assess says what holds up."
    ]


def _written(problem: Problem, output: Path | None) -> int:
    """Save the instance, or print it."""
    if output is None:
        print(json.dumps(problem.to_dict()))
    else:
        save(problem, output)
        print(f"{output}: {problem!r}")
    return 0
