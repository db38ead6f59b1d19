"""What every instance says of itself; a protocol, so that nothing is inherited."""

from __future__ import annotations

from typing import ClassVar, Protocol


class Question(Protocol):
    """An instance of any kind.

    Attributes
    ----------
    kind : str
        The word of its file ("set-cover"): what methods, reductions and messages go by.
    maximise : bool
        Whether the largest value is asked for, or the least.
    """

    kind: ClassVar[str]
    maximise: ClassVar[bool]

    def sizes(self) -> dict[str, int]:
        """How large the instance is, in the units of its kind."""
        ...
