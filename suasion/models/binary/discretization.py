"""A continuum of beliefs, bracketed by two finite instances."""

from __future__ import annotations

from collections.abc import Sized
from typing import ClassVar, Generic, TypeVar

Instance = TypeVar("Instance", bound=Sized)


class DiscretizedPersuasion(Generic[Instance]):
    """Two finite instances that bracket a continuum of beliefs; see `BinaryPersuasion.discretize`.

    Attributes
    ----------
    down, up : BinaryPersuasion
        Beliefs rounded down and up to the same grid, so that cut t means the same in both.
    step : float
        Spacing of the grid.
    """

    kind: ClassVar[str] = "discretized-persuasion"
    maximise: ClassVar[bool] = True

    def __init__(self, down: Instance, up: Instance, step: float) -> None:
        self.down, self.up, self.step = down, up, step

    def __len__(self) -> int:
        return len(self.down)

    def sizes(self) -> dict[str, int]:
        """How large the instance is."""
        return {"types": len(self)}

    def __repr__(self) -> str:
        return f"DiscretizedPersuasion({len(self)} types, step {self.step:g})"
