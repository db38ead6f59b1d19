"""What a picture is about: the instance and the cells in a result, a question or an instance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from suasion.errors import InputError, check_kind
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.finite.instance import FinitePersuasion
from suasion.models.finite.policy import FinitePolicy
from suasion.models.numbers.arrays import IntArray
from suasion.models.queries.cells import Cells
from suasion.models.queries.oracles import ThresholdQueries
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryPolicy, QueryTree
from suasion.models.queries.selection import QuerySelection
from suasion.results import Result

# What answers may be given to a picture about queries.
Queries = QueryPolicy | Sequence[int] | IntArray


def instance_of(subject: Any) -> BinaryPersuasion:
    """The receivers of an instance, a question or a result.

    Raises ValueError for anything else.
    """
    problem = subject.problem if isinstance(subject, Result) else subject
    found = problem.persuasion if isinstance(problem, QuerySelection) else problem
    if isinstance(found, BinaryPersuasion):
        return found
    raise InputError(
        f"there is no picture of a {type(found).__name__}; give a BinaryPersuasion, a "
        "QuerySelection about one (of a discretized continuum its down or up), or a Result."
    )


def finite_of(subject: Any) -> tuple[FinitePersuasion, FinitePolicy | None]:
    """Receivers with any number of states and actions, and the policy if a result is given.

    Raises ValueError for anything else.
    """
    problem = subject.problem if isinstance(subject, Result) else subject
    remedy = "give a FinitePersuasion or a Result about one"
    check_kind(problem, FinitePersuasion, "instance", remedy)
    return problem, subject.require() if isinstance(subject, Result) else None


def question_of(subject: Any) -> QuerySelection:
    """The question of a result, or a question itself; cuts can be asked about an instance."""
    problem = subject.problem if isinstance(subject, Result) else subject
    instance = instance_of(problem)
    return QuerySelection(instance, ThresholdQueries()) if problem is instance else problem


def asked(subject: Any, queries: Queries | None = None) -> QueryPolicy | None:
    """The queries given, else those of a result, else None."""
    of_result = queries is None and isinstance(subject, Result)
    given: Any = subject.require() if of_result else queries
    if isinstance(given, QuerySet | QueryTree):
        return given
    if queries is None:
        return None
    remedy = "give a QuerySet, a QueryTree or a list of queries"
    check_kind(given, (Sequence, np.ndarray), "queries", remedy)
    return QuerySet(np.asarray(given, dtype=np.intp if len(given) == 0 else None))


def cells_of(subject: Any, queries: Queries | None = None) -> Cells | None:
    """The cells that the queries tell apart; None if there are no queries."""
    policy = asked(subject, queries)
    return None if policy is None else policy.cells(question_of(subject))
