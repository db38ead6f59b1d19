"""A family of random instances: its name, its parameters, and how one is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from suasion.errors import InputError
from suasion.generate.ranges import Range, unknown
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.queries.selection import QuerySelection
from suasion.models.set_cover.instance import SetCover

if TYPE_CHECKING:
    from typing import TypeAlias

    import networkx as nx  # type: ignore[import-untyped, unused-ignore]

    Generated: TypeAlias = BinaryPersuasion | QuerySelection | SetCover | nx.Graph

MESSAGING = "binary-persuasion"
THRESHOLD_QUERIES = "query-selection (threshold)"
PARTITION_QUERIES = "query-selection (partition)"
SET_COVER = "set-cover"
GRAPH = "graph"
# Of a family that is no part of the package: whatever its function draws.
OWN = "own"
KINDS = (MESSAGING, THRESHOLD_QUERIES, PARTITION_QUERIES, SET_COVER, GRAPH)

# Parameters that belong to queries, which messaging families have none of.
QUERY_WORDS = ("queries", "budget", "adaptive", "cost")


@dataclass(frozen=True)
class Parameter:
    """A parameter of a family.

    Attributes
    ----------
    name : str
    range : Range
        Its values; calling it reads one.
    meaning : str
        A phrase, with what the default of None stands for.
    default : object
    required : bool
        Whether it has no default.
    """

    name: str
    range: Range
    meaning: str
    default: Any = None
    required: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The parameter as a JSON object."""
        return {
            "name": self.name,
            "range": str(self.range),
            "default": self.default,
            "required": self.required,
            "meaning": self.meaning,
        }


@dataclass(frozen=True)
class Family:
    """A family of random instances.

    Attributes
    ----------
    name : str
    kind : str
        One of `KINDS`: what its instances are.
    counts : str
        What their size counts: types, elements, points or nodes.
    good_for : str
        One sentence: what they are, and what that makes easy or hard.
    draw : callable
        ``draw(size, seed, **parameters)``.
    parameters : tuple of Parameter
    """

    name: str
    kind: str
    counts: str
    good_for: str
    draw: Callable[..., Generated]
    parameters: tuple[Parameter, ...] = ()

    def read(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """A value for every parameter, checked; None stands for the default.

        Raises
        ------
        ValueError
            For an unknown parameter, a value out of range, and one that is missing.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in given:
            if name not in known:
                raise InputError(self._unknown(name, known))
        values = {}
        for name, parameter in known.items():
            value = given.get(name)
            if value is None and parameter.required:
                raise InputError(f"{name} is missing; family {self.name} needs {name}=...")
            values[name] = parameter.default if value is None else parameter.range(name, value)
        return values

    def _unknown(self, name: str, known: Mapping[str, Parameter]) -> str:
        what = f"a parameter for family {self.name}"
        if self.kind == MESSAGING and name in QUERY_WORDS:
            return (
                f'{what} is "{name}", which is about queries; give receivers="{self.name}" to '
                'family "thresholds", "partitions" or another one of queries.'
            )
        if not known:
            return f'{what} is "{name}", and it takes none; leave it out.'
        return unknown(what, name, known)

    def to_dict(self) -> dict[str, Any]:
        """The family as a JSON object."""
        return {
            "name": self.name,
            "kind": self.kind,
            "size": self.counts,
            "good_for": self.good_for,
            "parameters": [parameter.to_dict() for parameter in self.parameters],
        }
