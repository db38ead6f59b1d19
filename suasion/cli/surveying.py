"""The options of every command that reads a survey, and the survey that they describe."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from pathlib import Path
from typing import Annotated, Any

import typer

from suasion.errors import InputError
from suasion.io import read_costs, read_table
from suasion.models.queries.missing_values import MISSING_VALUES
from suasion.surveys import Survey

Texts = list[str] | None


def read_survey(
    table: Annotated[Path, typer.Argument(hidden=True)],
    outcome: Annotated[str, typer.Option(help="Column of the state: 0/1, yes/no.")],
    positive: Annotated[
        str | None, typer.Option(help="Value of the outcome that is state 1.")
    ] = None,
    question: Annotated[Texts, typer.Option(help="To ask (repeat); default: all others.")] = None,
    exclude: Annotated[Texts, typer.Option(help="Column not to ask about (repeat).")] = None,
    weight: Annotated[str | None, typer.Option(help="Column with survey weights.")] = None,
    cost: Annotated[
        Texts, typer.Option(help="QUESTION=COST (repeat), or one COST for all.")
    ] = None,
    costs: Annotated[
        Path | None, typer.Option(help="CSV file with the columns question,cost.")
    ] = None,
    drop_missing: Annotated[
        bool, typer.Option("--drop-missing", help="Leave out rows without outcome or weight.")
    ] = False,
    missing: Annotated[
        str,
        typer.Option(show_default=False, help="Missing answers: drop (default), answer."),
    ] = "drop",
    missing_value: Annotated[Texts, typer.Option(help="Text that means missing (repeat).")] = None,
    split: Annotated[
        Texts, typer.Option(help='Column of several choices, "a;b" (repeat).')
    ] = None,
    ordered: Annotated[
        Texts, typer.Option(help="COLUMN of numbers, or COLUMN=low<high (repeat).")
    ] = None,
    cut_ordered: Annotated[
        bool, typer.Option("--cut-ordered", help="Cut these between neighbours only.")
    ] = False,
    bands: Annotated[int, typer.Option(help="That numbers are cut into.")] = 4,
    delimiter: Annotated[
        str | None, typer.Option(help="Of fields; default: as in the header.")
    ] = None,
    decimal: Annotated[str | None, typer.Option(help="Comma or point; default: found.")] = None,
    beliefs: Annotated[
        str,
        typer.Option(
            show_default=False, help="logistic (default), boosted, smoothed, module:Class."
        ),
    ] = "logistic",
    smoothing: Annotated[str, typer.Option(help="Pseudo-count of smoothed beliefs.")] = "1",
    margin: Annotated[
        str | None, typer.Option(help="Persuade beliefs lower by so much; default: auto.")
    ] = None,
) -> Survey:
    """The survey in a file; what was left out of it is said on standard error."""
    missing_values = missing_value or MISSING_VALUES
    several = _separators(split or [])
    columns = read_table(
        table,
        delimiter,
        decimal=decimal,
        missing_values=missing_values,
        verbatim=list(several),
    )
    survey = Survey(
        columns,
        outcome,
        questions=question or None,
        weight=weight,
        positive=positive,
        exclude=exclude or (),
        costs=costs_of(cost, costs),
        drop_missing=drop_missing,
        missing=missing,
        missing_values=missing_values,
        split=several,
        ordered=_scales(ordered or []),
        cut_ordered=cut_ordered,
        bands=bands,
        beliefs=beliefs,
        smoothing=smoothing,
        margin=margin,
    )
    for note in notes(survey, outcome, weight):
        print(f"{table}: {note}", file=sys.stderr)
    return survey


def surveying(
    *shown: str, optional: bool = False
) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Give a command the options of `read_survey`: it is handed the table, and what reads it.

    Parameters
    ----------
    *shown : str
        The options that its help lists; the others are on the page of the command line.
    optional : bool
        Whether the file may be something else: without --outcome the command is handed None.
    """
    options = inspect.signature(read_survey, eval_str=True).parameters

    def given(function: Callable[..., int]) -> Callable[..., int]:
        own = list(inspect.signature(function, eval_str=True).parameters.values())[2:]
        parameters = [_displayed(option, option.name in shown) for option in options.values()]
        if optional:
            parameters[1] = _needless(parameters[1])

        @functools.wraps(function)
        def called(**values: Any) -> int:
            about = {name: values.pop(name) for name in options}
            read = functools.partial(read_survey, **about)
            if about["outcome"] is None:
                _check_no_survey(about, options)
            return function(about["table"], read if about["outcome"] else None, **values)

        # Keywords may come in any order, with defaults or without.
        named = [option.replace(kind=inspect.Parameter.KEYWORD_ONLY) for option in own]
        signature = inspect.Signature([*parameters, *named])
        called.__signature__ = signature  # type: ignore[attr-defined]
        called.__annotations__ = {
            name: parameter.annotation for name, parameter in signature.parameters.items()
        }
        return called

    return given


def _displayed(option: inspect.Parameter, shown: bool) -> inspect.Parameter:
    described = copy(option.annotation.__metadata__[0])
    described.hidden = not shown
    kind = option.annotation.__origin__
    return option.replace(
        kind=inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Annotated[kind, described]
    )


def _needless(option: inspect.Parameter) -> inspect.Parameter:
    """An option that need not be given."""
    described = option.annotation.__metadata__[0]
    kind = option.annotation.__origin__
    return option.replace(default=None, annotation=Annotated[kind | None, described])


def _check_no_survey(about: dict[str, Any], options: Mapping[str, inspect.Parameter]) -> None:
    """Raise InputError for what is said about a table that is none without an outcome."""
    table = about["table"]
    if table.suffix.lower() in (".csv", ".tsv", ".txt"):
        raise InputError(f"{table}: is a table; name the column of the state with --outcome.")
    for name, option in list(options.items())[2:]:
        if (about[name] or None) != (option.default or None):
            raise InputError(
                f"--{name.replace('_', '-')} is about a table, and there is no --outcome; name "
                "the column of the state, or leave it out."
            )


def notes(survey: Survey, outcome: str, weight: str | None) -> Iterator[str]:
    """Sentences on who and what was left out of a survey."""
    if survey.dropped:
        lacking = dict(survey.unanswered)
        unknown = [name for name in (outcome, weight) if lacking.pop(name or "", 0)]
        reasons = [f"without {' or '.join(map(str, unknown))}"] if unknown else []
        if lacking:
            counts = ", ".join(f"{name} {count:,}" for name, count in lacking.items())
            reasons.append(f"without an answer ({counts})")
        total = survey.dropped + len(survey.respondents)
        yield f"left out {survey.dropped:,} of {total:,} respondents {' or '.join(reasons)}."
    if survey.left_out:
        reasons = [f"{name} ({reason})" for name, reason in survey.left_out.items()]
        yield f"not asked about: {'; '.join(reasons)}."


def costs_of(given: Texts, file: Path | None = None) -> dict[str, Any] | str | None:
    """Costs from QUESTION=COST, or one for all, or a file."""
    costs: dict[str, Any] = dict(read_costs(file)) if file else {}
    if given and len(given) == 1 and "=" not in given[0]:
        if file:
            raise InputError("--cost is one number for all, and --costs a file; give one of them.")
        return given[0]
    for item in given or []:
        name, equals, amount = item.rpartition("=")
        if not equals:
            raise InputError(f"--cost is {item!r}; write QUESTION=COST, or a single number.")
        costs[name] = amount
    return costs or None


def _separators(given: list[str]) -> list[str] | dict[str, str]:
    """Columns of several choices, with their separators where one is told: "reads=;"."""
    if not any(item[-2:-1] == "=" for item in given):
        return given
    parts = [item.rpartition("=") for item in given]
    for item, (_, equals, _) in zip(given, parts, strict=True):
        if not equals:
            raise InputError(f"--split is {item!r}; write COLUMN=SEPARATOR for each, or for none.")
    return {name: mark for name, _, mark in parts}


def _scales(given: list[str]) -> dict[str, list[str] | None]:
    """Ordered columns: "pain" of numbers, or "pain=none<mild<severe"."""
    parts = [item.partition("=") for item in given]
    return {name: levels.split("<") if equals else None for name, equals, levels in parts}
