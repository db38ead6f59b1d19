"""Query selection: which questions to ask an oracle about the receiver before persuading her."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from suasion.models.binary import BinaryPersuasion, DiscretizedPersuasion
from suasion.models.policy import MessagingPolicy
from suasion.models.rationals import FloatArray, Number, NumberArray, Numbers
from suasion.models.threshold_classes import IntArray


@dataclass(frozen=True)
class ThresholdOracle:
    """Simulates the receiver: would she act on a given message? (Prop. 3.2).

    Query t = 1..n-1 is the cut between the sorted types t-1 and t: the answer "above" means the
    receiver's threshold is at least that of sorted type t. A cut between equal thresholds does
    not exist.
    """

    kind = "threshold"

    def count(self, n: int) -> int:
        """Number of queries: n - 1 cuts."""
        return n - 1

    def to_dict(self) -> dict[str, Any]:
        """The oracle as in a JSON file."""
        return {"kind": self.kind}


class PartitionOracle:
    """Answers a fixed list of questions, each of which partitions the types.

    Parameters
    ----------
    queries : sequence of queries
        A query is a list of cells, a cell a list of 0-based type positions; the cells of a query
        are non-empty and partition the types.
    names : sequence of str, optional
        What the queries are called; default "0", "1", ...

    Raises
    ------
    ValueError
        If a query is not a partition of the same types as the others.

    Examples
    --------
    >>> PartitionOracle([[[0, 1], [2]]]).labels
    array([[0, 0, 1]], dtype=int32)
    """

    kind = "partition"

    def __init__(
        self, queries: Sequence[Sequence[Sequence[int]]], names: Sequence[str] | None = None
    ) -> None:
        sizes = [sum(len(cell) for cell in query) for query in queries]
        n = sizes[0] if sizes else 0
        self.labels = np.zeros((len(queries), n), dtype=np.int32)
        for q, query in enumerate(queries):
            self.labels[q] = _partition_labels(query, n, f"queries[{q}]")
        self.labels.setflags(write=False)
        self._names = None if names is None else tuple(names)
        if self._names is not None and len(self._names) != len(queries):
            raise ValueError(
                f"names has {len(self._names)} entries for {len(queries)} queries; "
                "give one per query."
            )

    @property
    def names(self) -> tuple[str, ...]:
        """What the queries are called."""
        return self._names or tuple(str(q) for q in range(len(self.labels)))

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        return f"PartitionOracle({len(self)} queries)"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PartitionOracle):
            return NotImplemented
        return self.names == other.names and np.array_equal(self.labels, other.labels)

    __hash__ = None  # type: ignore[assignment]

    def count(self, n: int) -> int:
        """Number of queries."""
        return len(self)

    def to_dict(self) -> dict[str, Any]:
        """The oracle as in a JSON file."""
        queries = [
            [np.flatnonzero(row == c).tolist() for c in range(int(row.max()) + 1)]
            for row in self.labels
        ]
        document: dict[str, Any] = {"kind": self.kind, "queries": queries}
        if self._names is not None:
            document["names"] = list(self._names)
        return document


Oracle = ThresholdOracle | PartitionOracle

# Odds at least this many times apart are told apart by float likelihoods.
WIDE = 1 + 1e-9


class QuerySelection:
    """Choose queries, then a messaging policy for whatever the answers reveal.

    Parameters
    ----------
    persuasion : BinaryPersuasion or DiscretizedPersuasion
        The receivers; a discretized continuum takes threshold queries with one cost for all.
    oracle : ThresholdOracle or PartitionOracle
        What can be asked.
    budget : int >= 0, optional
        Non-adaptive: number of queries. Adaptive: depth of the query tree (rounds). None: no
        limit.
    adaptive : bool
        Let each query depend on the answers so far.
    costs : number or sequence of numbers >= 0, optional
        Price of each query in units of the sender's payoff, one for all or one each.
        Non-adaptive queries are paid once each; adaptive ones when asked, so in expectation a
        price counts times the weight of the types that are asked. For thresholds entry t - 1
        belongs to cut t.

    Raises
    ------
    ValueError
        For a negative budget or cost, or lengths that do not fit.

    Examples
    --------
    >>> instance = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    >>> QuerySelection(instance, ThresholdOracle(), budget=1)
    QuerySelection(2 types, threshold queries, budget 1)
    """

    def __init__(
        self,
        persuasion: BinaryPersuasion | DiscretizedPersuasion,
        oracle: Oracle,
        budget: int | None = None,
        adaptive: bool = False,
        costs: Number | Sequence[Number] | FloatArray | None = None,
    ) -> None:
        self.persuasion, self.oracle, self.adaptive = persuasion, oracle, bool(adaptive)
        if isinstance(oracle, PartitionOracle) and len(oracle):
            n = oracle.labels.shape[1]
            if n != len(persuasion):
                raise ValueError(
                    f"queries[0] covers {n} types and persuasion has {len(persuasion)}; "
                    "every query must partition all types."
                )
        if budget is not None and not _is_index(budget, np.inf):
            raise ValueError(f"budget is {budget!r}; give an integer >= 0, or None for no limit.")
        self.budget = None if budget is None else int(budget)
        self._scalar_cost = isinstance(costs, float | int | str | Fraction | np.number)
        self._costs = self._read_costs(costs)
        if isinstance(persuasion, DiscretizedPersuasion) and not (
            isinstance(oracle, ThresholdOracle) and (costs is None or self._scalar_cost)
        ):
            raise ValueError(
                "persuasion is a discretized continuum, which takes threshold queries with one "
                "cost for all; use persuasion.down or persuasion.up for anything else."
            )

    def _read_costs(self, costs: Any) -> Numbers | None:
        if costs is None:
            return None
        count = self.query_count
        if self._scalar_cost:
            one = Numbers.read([costs], "costs")
            one.check_range("costs", "give a non-negative cost", upper=None)
            given = None if one.given is None else one.given * count
            return Numbers(np.repeat(one.floats, count), given)
        numbers = Numbers.read(costs, "costs")
        if len(numbers) != count:
            raise ValueError(
                f"costs has {len(numbers)} entries for {count} queries; give one per query, or a "
                "single number for all."
            )
        numbers.check_range("costs", "give a non-negative cost", upper=None)
        return numbers

    @classmethod
    def from_table(cls, table: Any, outcome: str, **options: Any) -> QuerySelection:
        """A survey as an instance: see `suasion.models.survey.survey_instance`."""
        from suasion.models.survey import survey_instance

        return survey_instance(table, outcome, **options)

    @property
    def query_count(self) -> int:
        """Number of queries there are to choose from."""
        return self.oracle.count(len(self.persuasion))

    @property
    def costs(self) -> FloatArray | None:
        """Cost of each query, shape (query_count,), or None."""
        return None if self._costs is None else self._costs.floats

    def cost_numbers(self, exact: bool = False) -> NumberArray:
        """Cost of each query as floats or Fractions; zeros when queries are free."""
        if self._costs is not None:
            return self._costs.array(exact)
        zero = Fraction(0) if exact else 0.0
        return np.full(self.query_count, zero, dtype=object if exact else np.float64)

    @property
    def rational(self) -> bool:
        """True when every number was given exactly."""
        instance = self.persuasion
        return (
            isinstance(instance, BinaryPersuasion)
            and instance.rational
            and (self._costs is None or self._costs.rational)
        )

    def __repr__(self) -> str:
        parts = [f"{len(self.persuasion)} types", f"{self.oracle.kind} queries"]
        parts += [] if self.budget is None else [f"budget {self.budget}"]
        parts += ["adaptive"] * self.adaptive + ["with costs"] * (self._costs is not None)
        return f"QuerySelection({', '.join(parts)})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, QuerySelection):
            return NotImplemented
        return bool(self.to_dict() == other.to_dict() and self.persuasion == other.persuasion)

    __hash__ = None  # type: ignore[assignment]

    def on(self, persuasion: BinaryPersuasion) -> QuerySelection:
        """The same question about other receivers (as many types as these)."""
        costs: Any = self._costs
        if self._scalar_cost and self._costs is not None and self.query_count:
            costs = self._costs.plain()[0]
        return QuerySelection(persuasion, self.oracle, self.budget, self.adaptive, costs)

    def to_dict(self) -> dict[str, Any]:
        """The question as a JSON document of kind "query-selection".

        Raises ValueError for a discretized continuum, which has no file format.
        """
        if not isinstance(self.persuasion, BinaryPersuasion):
            raise ValueError("a discretized continuum has no file format; save its down or up.")
        persuasion = self.persuasion.to_dict()
        del persuasion["kind"]
        document: dict[str, Any] = {
            "kind": "query-selection",
            "persuasion": persuasion,
            "oracle": self.oracle.to_dict(),
            "budget": self.budget,
            "adaptive": self.adaptive,
        }
        if self._costs is not None:
            costs = self._costs.plain()
            document["costs"] = costs[0] if self._scalar_cost and costs else costs
        return document


@dataclass(frozen=True)
class SimulationQuery:
    """One question to a simulated receiver: whether she acts on `message` of `policy`.

    Attributes
    ----------
    policy : MessagingPolicy
        A policy the sender could commit to.
    message : int
        Index of the message shown.
    """

    policy: MessagingPolicy
    message: int


def simulation_query(instance: BinaryPersuasion, cut: int) -> SimulationQuery:
    """The query behind cut t: exactly the sorted types t, t+1, ... would act (Prop. 3.2).

    The likelihood ratio ``sigma(m|0) / sigma(m|1)`` is put between the odds of types t-1 and t,
    so that rounding cannot move a type across it: the likelihoods are rationals when the instance
    is, and when floats might not tell the two types apart.

    Examples
    --------
    >>> instance = BinaryPersuasion([0.5, 0.5], [0.2, 0.4])
    >>> query = simulation_query(instance, 1)
    >>> query.policy.acts(instance)[:, query.message]
    array([False,  True])
    """
    check_cuts(instance, [cut])
    below = instance.exact_threshold(int(instance.order[cut - 1]))
    above = instance.exact_threshold(int(instance.order[cut]))
    middle = (below + above) / 2
    scale = max(middle, 1 - middle)
    one: Any = (1 - middle) / scale
    zero: Any = middle / scale
    apart = min(_odds_ratio(below, middle), _odds_ratio(middle, above))
    if apart > WIDE and not instance.rational:
        one, zero = float(one), float(zero)
    return SimulationQuery(
        MessagingPolicy([one, 1 - one], [zero, 1 - zero], ["asked", "other"]), message=0
    )


def check_cuts(instance: BinaryPersuasion, cuts: Sequence[int] | IntArray) -> None:
    """Raise ValueError unless every cut lies between two sorted types of different thresholds."""
    t = np.asarray(cuts, dtype=np.intp)
    outside = (t < 1) | (t >= len(instance))
    if outside.any():
        wrong = int(t[np.argmax(outside)])
        raise ValueError(f"queries has cut {wrong}; cuts are numbered 1 to {len(instance) - 1}.")
    above, below = instance.order[t], instance.order[t - 1]
    same = instance.thresholds[above] == instance.thresholds[below]
    for c in np.flatnonzero(same).tolist():
        # Different rationals may be the same float.
        if instance.exact_threshold(above[c]) == instance.exact_threshold(below[c]):
            raise ValueError(f"queries has cut {t[c]}, which lies between equal thresholds.")


def _odds_ratio(low: Fraction, high: Fraction) -> Fraction | float:
    """How many times the odds of threshold `low` fit into those of `high`."""
    divisor = low * (1 - high)
    return high * (1 - low) / divisor if divisor else float("inf")


def _is_index(value: Any, end: float) -> bool:
    """Whether `value` is an integer from 0 to before `end`."""
    integer = isinstance(value, int | np.integer) and not isinstance(value, bool)
    return bool(integer and 0 <= value < end)


def _partition_labels(query: Sequence[Sequence[int]], n: int, where: str) -> npt.NDArray[np.int32]:
    labels = np.full(n, -1, dtype=np.int32)
    for c, cell in enumerate(query):
        if len(cell) == 0:
            raise ValueError(f"{where} cell {c} is empty; leave it out.")
        for i in cell:
            if not _is_index(i, n):
                raise ValueError(
                    f"{where} cell {c} names type {i!r}; its cells must partition types 0 to "
                    f"{n - 1}."
                )
            if labels[i] >= 0:
                raise ValueError(f"{where} has type {i} twice; put every type in one cell.")
            labels[i] = c
    if n and labels.min() < 0:
        missing = int(np.argmin(labels))
        raise ValueError(f"{where} leaves out type {missing}; put every type in one cell.")
    return labels
