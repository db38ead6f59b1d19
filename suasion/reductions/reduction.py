"""What every reduction is: an instance, the instance it becomes, and the way back for answers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

Source = TypeVar("Source")
Target = TypeVar("Target")

# Ends of a range of optima: numbers, or infinite where nothing is known or there is no answer.
Range = tuple[Any, Any]


class Reduction(ABC, Generic[Source, Target]):
    """One instance of a problem turned into an instance of another.

    Attributes
    ----------
    source, target
        The instances. Solve the target, and `pull_back` its answer to one for the source.
    """

    source: Source
    target: Target

    @abstractmethod
    def push_forward(self, answer: Any) -> Any:
        """An answer to the source as an answer to the target."""

    @abstractmethod
    def pull_back(self, answer: Any) -> Any:
        """An answer to the target as an answer to the source; optimal if the link says so."""

    @abstractmethod
    def source_range(self, value: Any) -> Range:
        """Between which numbers the source's optimum lies, given the target's.

        A float is taken as the exact optimum that it can be. An optimum of minus or plus infinity
        means that there is no answer, for problems that maximise and minimise.
        """

    @property
    @abstractmethod
    def link(self) -> str:
        """How the two optima hang together, in a sentence."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.source!r} -> {self.target!r})"


class Chain(Reduction[Any, Any]):
    """Reductions one after the other; each but the first takes the target of the one before.

    Parameters
    ----------
    steps : sequence of Reduction
        At least one.

    Examples
    --------
    >>> import networkx
    >>> from suasion.reductions.table import reduced
    >>> chain = reduced(networkx.path_graph(4), ["vertex-cover", "set-cover"])
    >>> chain.target
    QuerySelection(4 types, partition queries, with costs)
    """

    def __init__(self, steps: Sequence[Reduction[Any, Any]]) -> None:
        self.steps = tuple(steps)
        self.source, self.target = self.steps[0].source, self.steps[-1].target

    def push_forward(self, answer: Any) -> Any:
        """An answer to the first source as an answer to the last target."""
        for step in self.steps:
            answer = step.push_forward(answer)
        return answer

    def pull_back(self, answer: Any) -> Any:
        """An answer to the last target as an answer to the first source."""
        for step in reversed(self.steps):
            answer = step.pull_back(answer)
        return answer

    def source_range(self, value: Any) -> Range:
        """What the last optimum says of the first: the range of ranges."""
        found = (value, value)
        for step in reversed(self.steps):
            ends = [step.source_range(end) for end in found]
            found = min(low for low, _ in ends), max(high for _, high in ends)
        return found

    @property
    def link(self) -> str:
        """The links, first to last."""
        return " ".join(step.link for step in self.steps)
