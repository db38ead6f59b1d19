"""A continuum of beliefs, bracketed by two finite instances."""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass
from typing import Generic, TypeVar

Instance = TypeVar("Instance", bound=Sized)


@dataclass(frozen=True, eq=False, repr=False)
class DiscretizedPersuasion(Generic[Instance]):
    """Two finite instances that bracket a continuum of beliefs; see `BinaryPersuasion.discretize`.

    Attributes
    ----------
    down, up : BinaryPersuasion
        Beliefs rounded down and up to the same grid, so that cut t means the same in both.
    step : float
        Spacing of the grid.
    """

    down: Instance
    up: Instance
    step: float

    def __len__(self) -> int:
        return len(self.down)

    def __repr__(self) -> str:
        return f"DiscretizedPersuasion({len(self)} types, step {self.step:g})"
