"""How far utilities lie from those of the best action, without rounding what is common."""

from __future__ import annotations

import numpy as np

from suasion.models.numbers.arrays import FloatArray, NumberArray
from suasion.models.numbers.tables import NumberTable

# Differences smaller than this share of the numbers themselves are taken exactly.
CANCELLATION = 1 / 8


def below_best(table: NumberTable, exact: bool) -> NumberArray:
    """``max_b u[.., b] - u[.., a]`` for a table with actions as its last index: 0 or more.

    What all actions have in common drops out. The difference of two floats that were given as
    floats is rounded once. Where numbers were given as rationals and nearly cancel, their
    roundings would be what is left, so that those differences are taken in Fractions.
    """
    values = table.array(exact)
    if exact:
        return np.asarray(values.max(axis=-1, keepdims=True) - values)
    best = values.argmax(axis=-1)[..., None]
    tops = np.take_along_axis(values, best, axis=-1)
    found: FloatArray = tops - values
    if table.numbers.given is not None:
        k = values.shape[-1]
        near = found < CANCELLATION * np.maximum(np.abs(values), np.abs(tops))
        near &= np.arange(k) != best
        flat = found.reshape(-1)
        places = np.flatnonzero(near)
        origins = places // k * k + best.reshape(-1)[places // k]
        for i, j in zip(places.tolist(), origins.tolist(), strict=True):
            flat[i] = float(table.numbers.exact_at(j) - table.numbers.exact_at(i))
        found = flat.reshape(values.shape)
    return found
