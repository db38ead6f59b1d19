"""Random instances, the same for the same seed, in every regime of the binary model."""

from __future__ import annotations

import difflib
from fractions import Fraction
from typing import Any

import numpy as np

from suasion.models.binary import BinaryPersuasion
from suasion.models.queries import QuerySelection
from suasion.models.query_oracles import ThresholdOracle
from suasion.models.rationals import FloatArray, Number

# Family -> what it draws and what that is good for.
FAMILIES = {
    "low": "beliefs uniform on [0, 1/2]: every threshold at most 1/2, one message is optimal",
    "both-sides": "beliefs uniform on [0, 1]: optimal policies mix two messages",
    "beta": "beliefs Beta(2, 5): most receivers sceptical, a few convinced",
    "private": "thresholds drawn apart from beliefs, as with private receiver utilities",
    "misinformed": "beliefs uniform on [0, 1], the state independent of them with one prior",
    "ties": "few distinct beliefs with 0, 1/2 and 1 among them, some weights zero",
}


def generate(
    family: str,
    types: int,
    seed: int = 0,
    *,
    queries: str | None = None,
    budget: int | None = None,
    adaptive: bool = False,
    cost: Number | None = None,
    denominator: int | None = None,
) -> BinaryPersuasion | QuerySelection:
    """Draw a random instance.

    Parameters
    ----------
    family : str
        A key of `FAMILIES`.
    types : int >= 1
        Number of types.
    seed : int >= 0
        Seed of numpy's default generator.
    queries : "threshold", optional
        Return a `QuerySelection` with threshold queries, `budget`, `cost` and `adaptive`.
    budget, adaptive
        As in `QuerySelection`.
    cost : number >= 0, optional
        Cost of every query.
    denominator : int >= 2, optional
        Draw rationals: beliefs are multiples of 1/denominator (in "ties" quarters, whatever it
        is), weights integers over their sum, so that the instance is exact. Without it all
        numbers are floats.

    Raises
    ------
    ValueError
        For an unknown family or a size below 1.

    Examples
    --------
    >>> generate("low", 3, seed=1, denominator=10).to_dict()["beliefs"]
    ['1/5', '2/5', 0]
    """
    if family not in FAMILIES:
        near = difflib.get_close_matches(family, FAMILIES, n=1)
        hint = f'; did you mean "{near[0]}"?' if near else "."
        raise ValueError(f'family is "{family}"; choose from {", ".join(FAMILIES)}{hint}')
    if types < 1:
        raise ValueError(f"types is {types}; give an integer >= 1.")
    if seed < 0:
        raise ValueError(f"seed is {seed}; give an integer >= 0.")
    if denominator is not None and denominator < 2:
        raise ValueError(f"denominator is {denominator}; give an integer >= 2.")
    instance = _drawn(family, types, np.random.default_rng(seed), denominator)
    if queries is None:
        if budget is not None or cost is not None or adaptive:
            raise ValueError(
                "budget, cost and adaptive belong to queries; ask for threshold ones."
            )
        return instance
    if queries != "threshold":
        raise ValueError(f'queries is "{queries}"; choose "threshold".')
    return QuerySelection(instance, ThresholdOracle(), budget, adaptive, cost)


def _drawn(
    family: str, n: int, rng: np.random.Generator, denominator: int | None
) -> BinaryPersuasion:
    if family == "ties":
        grid = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
        beliefs = rng.choice(grid, n)
        counts = rng.integers(0, 4, n)
        counts[rng.integers(n)] += 1
        if denominator is None:
            return BinaryPersuasion(counts / counts.sum(), beliefs)
        return BinaryPersuasion(_shares(counts), _numbers(beliefs, 4))
    draws = {"low": rng.uniform(0, 0.5, n), "beta": rng.beta(2, 5, n)}
    beliefs = draws.get(family, rng.uniform(0, 1, n))
    thresholds = _numbers(rng.uniform(0, 1, n), denominator) if family == "private" else None
    prior = np.full(n, rng.uniform(0.2, 0.8))
    state_beliefs = _numbers(prior, denominator) if family == "misinformed" else None
    weights = rng.exponential(size=n)
    shares: Any = weights / weights.sum()
    if denominator is not None:
        shares = _shares(1 + np.floor(denominator * weights).astype(np.int64))
    return BinaryPersuasion(shares, _numbers(beliefs, denominator), thresholds, state_beliefs)


def _numbers(values: FloatArray, denominator: int | None) -> Any:
    """Floats as they are, or rounded down to multiples of 1/denominator as rationals."""
    if denominator is None:
        return values
    return [Fraction(int(v), denominator) for v in np.floor(values * denominator)]


def _shares(counts: Any) -> list[Fraction]:
    total = int(counts.sum())
    return [Fraction(int(count), total) for count in counts]
