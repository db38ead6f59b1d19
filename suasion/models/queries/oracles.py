"""What can be asked about the receiver: the oracles a query selection chooses from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from suasion.models.queries.partition_queries import PartitionQueries


@dataclass(frozen=True)
class ThresholdQueries:
    """Simulates the receiver: would she act on a given message? (Proposition 3.2).

    Query t = 1..n-1 is the cut between the sorted types t-1 and t: the answer "above" means the
    receiver's threshold is at least that of sorted type t. A cut between equal thresholds does
    not exist.
    """

    kind = "threshold"

    def count(self, n: int) -> int:
        """Number of queries: n - 1 cuts."""
        return n - 1

    def cost_entry(self, queries: Any) -> Any:
        """Where the costs of cuts stand: cuts count from 1."""
        return queries - 1

    def to_dict(self) -> dict[str, Any]:
        """The oracle as in a JSON file."""
        return {"kind": self.kind}


@dataclass(frozen=True)
class SimulationQueries:
    """Simulates a receiver with many states and actions: what she would do on a message.

    Any message of any policy may be asked about (Prop. A.1), so that the queries are not listed;
    they all cost the same. For a `FinitePersuasion`.
    """

    kind = "simulation"

    def count(self, n: int) -> int:
        """Number of prices: one, whatever the message."""
        return 1

    def cost_entry(self, queries: Any) -> Any:
        """Where the costs of messages stand: they have one price."""
        return np.zeros_like(queries)

    def to_dict(self) -> dict[str, Any]:
        """The oracle as in a JSON file."""
        return {"kind": self.kind}


Oracle = ThresholdQueries | PartitionQueries | SimulationQueries
