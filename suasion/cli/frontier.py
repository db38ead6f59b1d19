"""The command that shows what queries are worth against the budget."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from suasion.cli.application import (
    EXIT_STATUS,
    INTERRUPTED,
    command,
    console,
    print_json,
    read_problem,
)
from suasion.cli.solving import File, Json, TimeLimit, progress_line
from suasion.cli.text import drawn
from suasion.errors import InputError
from suasion.models.queries.selection import QuerySelection
from suasion.results import Status
from suasion.solvers.frontier.points import Frontier
from suasion.solvers.frontier.search import MOST_BUDGETS
from suasion.solvers.frontier.search import frontier as frontier_of

BUDGETS = "write 0:8 (0 to 8, both included), 3, or 1,2,4"
# Longer numbers are no budgets; Python refuses to read those of thousands of digits.
MOST_DIGITS = 9


@command
def frontier(
    file: File,
    budgets: Annotated[
        str, typer.Option(help="0:8 (0 to 8, both included), a single 3, or a list 1,2,4.")
    ] = "0:8",
    time_limit: TimeLimit = None,
    threads: Annotated[int, typer.Option(help="Threads a search may use.")] = 1,
    seed: Annotated[int, typer.Option(help="Seed of randomised methods.")] = 0,
    json: Json = False,
) -> int:
    """Show what the best queries are worth for each budget.

    Asked at once, in turn, and greedily.

    Example: suasion frontier heart.json --budgets 0:4
    """
    wanted = parse_budgets(budgets)
    problem: Any = read_problem(file)
    if problem.kind != QuerySelection.kind:
        raise InputError(
            f"{file} is of kind {problem.kind}, which has no queries to choose from; "
            "give a file of kind query-selection."
        )
    with progress_line() as progress:
        found = frontier_of(
            problem, wanted, time_limit=time_limit, threads=threads, seed=seed, progress=progress
        )
    if json:
        print_json(found.to_dict())
    else:
        console().print(*drawn(found.tables()), sep="\n")
    return INTERRUPTED if found.stopped == "interrupted" else _exit_status(found)


def _exit_status(found: Frontier) -> int:
    """0, or 4 if some bound is below the value that it should bound."""
    results = [result for p in found.points for result in (p.at_once, p.in_turn)]
    failed = any(result.status is Status.FAILED for result in results)
    return EXIT_STATUS[Status.FAILED if failed else Status.OPTIMAL]


def parse_budgets(text: str) -> list[int]:
    """The budgets that a text such as "0:8", "3" or "1,2,4:6" lists; both ends are included.

    Raises
    ------
    ValueError
        With the position and the value of the first part that is neither a number nor a range
        that holds one, or with the number of budgets if there are over 1,000.

    Examples
    --------
    >>> parse_budgets("0:3,5")
    [0, 1, 2, 3, 5]
    """
    found: list[int] = []
    for place, part in enumerate(text.split(",")):
        ends = [_integer(end) for end in part.split(":")]
        first, last = ends[0], ends[-1]
        if first is None or last is None or len(ends) > 2:
            raise InputError(f"--budgets[{place}] is {part!r}; {BUDGETS}.")
        if first > last:
            raise InputError(f"--budgets[{place}] is {part!r}; write {last}:{first}.")
        if len(found) + last - first >= MOST_BUDGETS:
            count = len(found) + last - first + 1
            raise InputError(
                f"--budgets[{place}] is {part!r}, which makes {count:,} budgets; list at most "
                f"{MOST_BUDGETS:,}."
            )
        found += range(first, last + 1)
    return found


def _integer(text: str) -> int | None:
    """A non-negative integer in decimal digits."""
    digits = text.strip()
    return int(digits) if digits.isdecimal() and len(digits) <= MOST_DIGITS else None
