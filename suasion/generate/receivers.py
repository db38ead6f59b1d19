"""Receivers of messages, in every regime of the binary model."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.generate.distributions import Distribution, on_grid
from suasion.generate.sampling import stream
from suasion.models.binary.instance import BinaryPersuasion

# Regimes of receivers; those of OPEN take a distribution of beliefs.
REGIMES = ("low", "both-sides", "beta", "private", "misinformed", "ties", "distribution")
OPEN = ("private", "misinformed", "distribution")


def receivers(
    regime: str,
    size: int,
    seed: int,
    *,
    beliefs: Distribution | None = None,
    denominator: int | None = None,
) -> BinaryPersuasion:
    """Draw the types of a regime; `beliefs` replaces the uniform beliefs of those in `OPEN`."""
    rng = np.random.default_rng(seed)
    if regime == "ties":
        return _tied(rng, size, denominator)
    # Drawn whether used or not: the numbers that follow are the same in every regime.
    uniform_low, beta = rng.uniform(0, 0.5, size), rng.beta(2, 5, size)
    drawn = {"low": uniform_low, "beta": beta}.get(regime, rng.uniform(0, 1, size))
    if beliefs is not None:
        drawn = beliefs.draw(stream(seed, "beliefs"), size, upper=1)
    thresholds = on_grid(rng.uniform(0, 1, size), denominator) if regime == "private" else None
    prior = np.full(size, rng.uniform(0.2, 0.8))
    state_beliefs = on_grid(prior, denominator) if regime == "misinformed" else None
    weights = rng.exponential(size=size)
    shares: Any = weights / weights.sum()
    if denominator is not None:
        shares = _shares(1 + np.floor(denominator * weights).astype(np.int64))
    return BinaryPersuasion(shares, on_grid(drawn, denominator), thresholds, state_beliefs)


def asked_receivers(
    regime: str | None,
    size: int,
    seed: int,
    beliefs: Distribution | None,
    denominator: int | None,
) -> BinaryPersuasion:
    """The receivers of a family of queries: of a regime, or with a distribution of beliefs."""
    if regime is None:
        regime = "both-sides" if beliefs is None else "distribution"
    if beliefs is not None and regime not in OPEN:
        raise InputError(
            f'beliefs is {beliefs.text} and receivers is "{regime}", which has beliefs of its '
            f"own; leave one of them out, or choose receivers from {', '.join(OPEN)}."
        )
    return receivers(regime, size, seed, beliefs=beliefs, denominator=denominator)


def _tied(rng: np.random.Generator, size: int, denominator: int | None) -> BinaryPersuasion:
    beliefs = rng.choice(np.array([0.0, 0.25, 0.5, 0.75, 1.0]), size)
    counts = rng.integers(0, 4, size)
    counts[rng.integers(size)] += 1
    if denominator is None:
        return BinaryPersuasion(counts / counts.sum(), beliefs)
    return BinaryPersuasion(_shares(counts), on_grid(beliefs, 4))


def _shares(counts: Any) -> list[Fraction]:
    total = int(counts.sum())
    return [Fraction(int(count), total) for count in counts]
