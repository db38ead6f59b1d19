"""What a caller may ask of any solver."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import comb
from numbers import Real

import numpy as np

from suasion.errors import InputError, OutOfReachError, WrongKindError, check_kind
from suasion.models.numbers.arrays import is_index
from suasion.solvers.clock import Progress


@dataclass(frozen=True)
class Options:
    """Arguments shared by all methods; see `suasion.solve` for their meaning."""

    exact: bool = False
    solver: str = "highs"
    time_limit: float | None = None
    gap: float = 0.0
    threads: int = 1
    seed: int = 0
    progress: Callable[[Progress], None] | None = None

    def __post_init__(self) -> None:
        self._check_kinds()
        if self.time_limit is not None and not self.time_limit >= 0:
            raise InputError(
                f"time_limit is {self.time_limit}; give seconds >= 0, or None for no limit."
            )
        if not 0 <= self.gap < float("inf"):
            raise InputError(f"gap is {self.gap}; give a number >= 0.")
        if not is_index(self.threads, float("inf")) or self.threads < 1:
            raise InputError(f"threads is {self.threads!r}; give an integer >= 1.")
        if not is_index(self.seed, float("inf")):
            raise InputError(f"seed is {self.seed!r}; give an integer >= 0.")

    def _check_kinds(self) -> None:
        check_kind(self.exact, (bool, np.bool_), "exact", "give True or False")
        check_kind(self.solver, str, "solver", 'give a name, as "highs" or "pulp:CBC"')
        seconds = "give seconds >= 0, or None for no limit"
        check_kind(self.time_limit, (Real, type(None)), "time_limit", seconds)
        check_kind(self.gap, Real, "gap", "give a number >= 0")
        if self.progress is not None and not callable(self.progress):
            raise WrongKindError(f"progress is {self.progress!r}; give a function, or None.")


def inexact_only(method: str, options: Options, instead: str) -> None:
    """Raise OutOfReachError if an exact answer is asked of a method that has none."""
    if options.exact:
        raise OutOfReachError(f'exact is not available for method "{method}"; use {instead}.')


def subsets(items: int, largest: int, limit: int) -> int:
    """Number of subsets of at most `largest` items, counted no further than past `limit`."""
    total = 0
    for size in range(largest + 1):
        total += comb(items, size)
        if total > limit:
            break
    return total


def limited(method: str, size: int, limit: int, unit: str, instead: str) -> None:
    """Raise OutOfReachError, before solving, if a reference method would take too long."""
    if size > limit:
        raise OutOfReachError(
            f'method "{method}" takes at most {limit:,} {unit} and there are {size:,}; '
            f"use {instead}."
        )
