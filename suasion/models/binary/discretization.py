"""A continuum of beliefs, bracketed by two finite instances."""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass
from typing import ClassVar, Generic, NoReturn, TypeVar

from suasion.errors import InputError

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

    kind: ClassVar[str] = "discretized-persuasion"
    maximise: ClassVar[bool] = True

    down: Instance
    up: Instance
    step: float

    @property
    def persuasion(self) -> DiscretizedPersuasion[Instance]:
        """Who is to be persuaded: itself, as the receivers of a `QuerySelection` are its own."""
        return self

    @property
    def rational(self) -> bool:
        """False: beliefs are rounded to a grid of floats."""
        return False

    def __len__(self) -> int:
        return len(self.down)

    def to_dict(self) -> NoReturn:
        """Raise InputError: there is no file format for a continuum."""
        raise InputError("a discretized continuum has no file format; save its down or up.")

    def sizes(self) -> dict[str, int]:
        """How large the instance is."""
        return {"types": len(self)}

    def __repr__(self) -> str:
        return f"DiscretizedPersuasion({len(self)} types, step {self.step:g})"
