"""A user's file: `mypy --strict` accepts it, and knows what each call returns."""

from __future__ import annotations

from fractions import Fraction
from typing import assert_type

import suasion
from suasion import (
    BinaryPersuasion,
    Cover,
    FinitePersuasion,
    FinitePolicy,
    Knowledge,
    Menu,
    MessagingPolicy,
    QueryPlan,
    QuerySelection,
    QuerySet,
    QueryTree,
    Result,
    SetCover,
    ThresholdQueries,
)
from suasion.results import Report, concluded
from suasion.solvers.options import Options

news = BinaryPersuasion(["1/2", "1/2"], [0.2, Fraction(2, 5)], labels=["bad", "good"])
assert_type(suasion.solve(news), Result[MessagingPolicy])
assert_type(suasion.solve(news, "lp", solver="pulp:CBC").require(), MessagingPolicy)

question = QuerySelection(news, ThresholdQueries(), budget=1)
found = suasion.solve(question, exact=True, time_limit=10)
assert_type(found, Result[QuerySet | QueryTree | QueryPlan])
assert_type(found.exact_value, Fraction | None)
assert_type(suasion.ask(found, oracle=suasion.ExactReceiver(question, "good")), Knowledge)

cover = suasion.solve(SetCover(2, [[0], [1]]))
assert_type(cover, Result[Cover])

judge = FinitePersuasion([1], [["7/10", "3/10"]], [[1, 0], [0, 1]], [[0, 1], [0, 1]])
assert_type(suasion.solve(judge), Result[FinitePolicy])
assert_type(suasion.solve(judge, "profiles"), Result[FinitePolicy])
assert_type(suasion.solve(judge, "menu"), Result[Menu])


def my_method(problem: BinaryPersuasion, options: Options) -> Result[MessagingPolicy]:
    """A method of the user's own."""
    answer = MessagingPolicy([1], [1])
    value = answer.value(problem, options.exact)
    return concluded(
        method="silence",
        problem=problem,
        answer=answer,
        value=value,
        bound=1,
        exact=options.exact,
        report=Report(solver="mine"),
    )


assert_type(my_method(news, Options()).gap, float | None)
