"""Query selection: which questions to ask an oracle about the receiver before persuading her."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from suasion.errors import InputError, check_kind
from suasion.models.binary.discretization import DiscretizedPersuasion
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.finite.instance import FinitePersuasion
from suasion.models.numbers.arrays import FloatArray, NumberArray, is_index, total
from suasion.models.numbers.rationals import Number, Numbers, parse_number
from suasion.models.numbers.sequences import Names
from suasion.models.queries.missing_values import MISSING_VALUES
from suasion.models.queries.oracles import Oracle, SimulationQueries, ThresholdQueries
from suasion.models.queries.partition_queries import PartitionQueries
from suasion.models.queries.rule_input import check_asked_at_once, rules_of
from suasion.models.queries.rules import Rules
from suasion.models.queries.survey import survey_parts


class QuerySelection:
    """Choose queries, then a messaging policy for whatever the answers reveal.

    Parameters
    ----------
    persuasion : BinaryPersuasion, DiscretizedPersuasion or FinitePersuasion
        The receivers; a discretized continuum takes threshold queries with one cost for all.
    oracle : ThresholdQueries, PartitionQueries or SimulationQueries
        What can be asked. Threshold queries are about binary persuasion, simulation queries about
        finite persuasion; they have one cost for all.
    budget : int >= 0, optional
        Non-adaptive: number of queries. Adaptive: depth of the query tree (rounds). None: no
        limit.
    adaptive : bool
        Let each query depend on the answers so far.
    costs : number or sequence of numbers >= 0, optional
        Price of each query in units of the sender's payoff, one for all or one each.
        Non-adaptive queries are paid once each; adaptive ones when asked, so in expectation a
        price counts times the weight of the types that are asked. For thresholds entry t - 1
        belongs to cut t. A mapping or a Series is matched by the names or numbers of the queries.
    constraints : sequence of mappings, optional
        Of partition queries that are asked at once: ``{"coefficients": {query: number, ..},
        "lower": x, "upper": y}``, where either side may be left out: the coefficients of the
        queries asked add up to at least x and at most y. A query is called by name or number.
    discounts : sequence of mappings, optional
        Of partition queries that are asked at once: ``{"queries": [..], "amount": d}``, where
        asking all of them costs d less, and ``{"group": [..], "fee": f}``, where f is paid once if
        any of them is asked. A negative number is a surcharge or a rebate.

    Raises
    ------
    InputError
        For a negative budget or cost, lengths that do not fit, and arguments of another kind.

    Examples
    --------
    >>> instance = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    >>> QuerySelection(instance, ThresholdQueries(), budget=1)
    QuerySelection(2 types, threshold queries, budget 1)
    """

    kind: ClassVar[str] = "query-selection"
    maximise: ClassVar[bool] = True

    def __init__(
        self,
        persuasion: BinaryPersuasion | DiscretizedPersuasion[BinaryPersuasion] | FinitePersuasion,
        oracle: Oracle,
        budget: int | None = None,
        adaptive: bool = False,
        costs: Number | Sequence[Number] | FloatArray | None = None,
        constraints: Sequence[Mapping[str, Any]] | None = None,
        discounts: Sequence[Mapping[str, Any]] | None = None,
    ) -> None:
        _check_kinds(persuasion, oracle)
        self._persuasion, self._oracle = persuasion, oracle
        if self.listed and len(self.partition):
            n = self.partition.labels.shape[1]
            if n != len(persuasion):
                raise InputError(
                    f"oracle.queries[0] covers {n} types and persuasion has {len(persuasion)}; "
                    "every query must partition all types."
                )
        self._budget, self._adaptive = _checked_budget(budget), _checked_adaptive(adaptive)
        if isinstance(costs, np.ndarray) and costs.ndim == 0:
            costs = costs[()]
        self._scalar_cost = costs is not None and (
            isinstance(costs, str) or not isinstance(costs, Iterable | Numbers)
        )
        # The number itself, which may be the price of no query at all.
        self._one_cost = (
            Numbers.read([parse_number(costs, "costs")], "costs") if self._scalar_cost else None
        )
        self._costs = self._read_costs(costs)
        if persuasion.kind == "discretized-persuasion" and not (
            oracle.kind == "threshold" and (costs is None or self._scalar_cost)
        ):
            raise InputError(
                "persuasion is a discretized continuum, which takes threshold queries with one "
                "cost for all; use persuasion.down or persuasion.up for anything else."
            )
        self._check_oracle()
        self._rules = rules_of(oracle, self._adaptive, constraints, discounts)

    def _check_oracle(self) -> None:
        finite = self.about_finite
        if finite and self.oracle.kind == "threshold":
            raise InputError(
                'oracle.kind is "threshold" and persuasion is finite, whose types have no order; '
                'use "simulation" or "partition".'
            )
        if self.oracle.kind == "simulation":
            if not finite:
                raise InputError(
                    'oracle.kind is "simulation" and persuasion is binary, where a simulation '
                    'query is a cut of the types; use "threshold".'
                )
            if self._costs is not None and not self._scalar_cost:
                raise InputError(
                    "costs is a list, and simulation queries are not listed; give a single number "
                    "for all."
                )

    def _read_costs(self, costs: Any) -> Numbers | None:
        if costs is None:
            return None
        count = self.query_count
        one = self._one_cost
        if one is not None:
            one.check_range("costs", "give a non-negative cost", upper=None)
            given = None if one.given is None else one.given * count
            return Numbers(np.repeat(one.floats, count), given)
        numbers = Numbers.read(costs, "costs", self._query_names())
        if len(numbers) != count:
            raise InputError(
                f"costs has {len(numbers)} entries for {count} queries; give one per query, or a "
                "single number for all."
            )
        numbers.check_range("costs", "give a non-negative cost", upper=None)
        return numbers

    def _query_names(self) -> Names:
        """What queries are called: their names, and the numbers that answers use."""
        count = self.query_count
        if self.listed:
            return [self.partition.names, range(count)]
        return [range(1, count + 1)]

    @classmethod
    def from_table(
        cls,
        table: Any,
        outcome: str,
        questions: Sequence[str] | None = None,
        weight: str | None = None,
        smoothing: Number = 1,
        budget: int | None = None,
        costs: Mapping[str, Number] | Number | None = None,
        adaptive: bool = False,
        oracle: str = "partition",
        positive: Any = None,
        exclude: Sequence[str] = (),
        drop_missing: bool = False,
        missing_values: Sequence[str] = MISSING_VALUES,
    ) -> QuerySelection:
        """Turn one row per respondent into types, beliefs and queries.

        Respondents who answer all questions alike are one type. Its weight is their share, its
        belief the smoothed share of state 1 among them: ``(ones + s) / (all + 2 s)``. Everything
        is counted in rationals, so the instance is exact.

        Parameters
        ----------
        table : data frame, structured array, mapping of name to column, or list of mappings
            One row per respondent.
        outcome : str
            Column of the state: 0/1, yes/no or true/false; otherwise give `positive`.
        questions : sequence of str, optional
            Columns that can be asked about; default all columns but the outcome and the weight.
            Each answer that occurs is one cell, an empty field is an answer like any other.
        weight : str, optional
            Column of respondents' survey weights, numbers >= 0.
        smoothing : number >= 0
            Pseudo-count s for each state, in units of a respondent of weight 1 (1: Laplace's
            rule).
        budget, adaptive
            As in `QuerySelection`.
        costs : mapping or Series of question to cost, a list or a number, optional
            Questions left out of a mapping are free.
        oracle : "partition" or "threshold"
            Ask the questions, or (same types) simulate the receiver with threshold queries.
        positive : optional
            Value of the outcome column that counts as state 1; every other value is state 0.
            Numbers are compared as numbers: 1 is 1.0 and "1".
        exclude : sequence of str
            Columns that are not asked about.
        drop_missing : bool
            Leave out respondents whose outcome or weight is missing, which is an error otherwise;
            `suasion.models.queries.missing_values.without_missing` counts them.
        missing_values : sequence of str
            Texts that mean a missing outcome or weight, besides None and NaN; a list of its own
            makes a word such as "None" a value, or a code such as "-9" none. `positive` is never
            missing.

        Raises
        ------
        ValueError
            For unknown columns, an outcome that is not a state, weights that are not numbers, or a
            belief that is undefined because its type has weight 0 and `smoothing` is 0.

        Examples
        --------
        >>> survey = {"bought": [1, 1, 0, 0], "age": ["young", "old", "young", "young"]}
        >>> question = QuerySelection.from_table(survey, outcome="bought", budget=1)
        >>> question.persuasion.to_dict()["beliefs"], question.oracle.names
        (['2/5', '2/3'], ('age',))
        """
        parts = survey_parts(
            table,
            outcome,
            questions=questions,
            weight=weight,
            smoothing=smoothing,
            costs=costs,
            oracle=oracle,
            positive=positive,
            exclude=exclude,
            drop_missing=drop_missing,
            missing_values=missing_values,
        )
        persuasion, asked, charged = parts
        return cls(persuasion, asked, budget, adaptive, charged)

    @property
    def persuasion(
        self,
    ) -> BinaryPersuasion | DiscretizedPersuasion[BinaryPersuasion] | FinitePersuasion:
        """The receivers."""
        return self._persuasion

    @property
    def oracle(self) -> Oracle:
        """What can be asked."""
        return self._oracle

    @property
    def budget(self) -> int | None:
        """How many queries, or rounds if adaptive; None: no limit."""
        return self._budget

    @property
    def adaptive(self) -> bool:
        """Whether each query may depend on the answers so far."""
        return self._adaptive

    @property
    def binary(self) -> BinaryPersuasion:
        """The receivers, if they are those of a binary persuasion; an InputError says if not."""
        if isinstance(self.persuasion, BinaryPersuasion):
            return self.persuasion
        if self.about_finite:
            raise InputError("persuasion is finite: its cells are valued by a QueryPlan.")
        raise InputError("this answer belongs to the discretized instance: use persuasion.down.")

    @property
    def finite(self) -> FinitePersuasion:
        """The receivers, if they are those of a finite persuasion; an InputError says if not."""
        if isinstance(self.persuasion, FinitePersuasion):
            return self.persuasion
        raise InputError("persuasion is binary; FinitePersuasion.from_binary makes it finite.")

    @property
    def partition(self) -> PartitionQueries:
        """The questions, if they are listed as partitions; an InputError says if not."""
        if isinstance(self.oracle, PartitionQueries):
            return self.oracle
        raise InputError(
            f'oracle.kind is "{self.oracle.kind}", whose queries are not listed; give "partition".'
        )

    @property
    def listed(self) -> bool:
        """Whether the questions are listed as partitions, as `partition` has them."""
        return self.oracle.kind == "partition"

    @property
    def about_finite(self) -> bool:
        """Whether the receivers are those of a finite persuasion, as `finite` has them."""
        return self.persuasion.kind == "finite-persuasion"

    def type_weights(self, exact: bool = False) -> NumberArray:
        """Weights of the types, by which queries of a tree are charged, shape (n,)."""
        if self.about_finite:
            return self.finite.exact_weights if exact else self.finite.weights
        weights: NumberArray = self.binary.numbers(exact)[0]
        return weights

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

    def query_costs(self, queries: Any, exact: bool = False) -> Any:
        """Own cost of a query, or of each of an array of them, by the numbers answers use."""
        return self.cost_numbers(exact)[self.oracle.cost_entry(queries)]

    def cost_of(self, queries: Collection[int], exact: bool = False) -> Any:
        """What it costs to ask these queries at once: own costs and fees, less discounts.

        Examples
        --------
        >>> instance = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
        >>> oracle = PartitionQueries([[[0], [1]], [[0, 1]]])
        >>> fee = {"group": [0, 1], "fee": "1/10"}
        >>> question = QuerySelection(instance, oracle, costs="1/100", discounts=[fee])
        >>> question.cost_of([0, 1], exact=True)
        Fraction(3, 25)
        """
        asked = np.array(sorted(queries), dtype=np.intp)
        own = total(self.query_costs(asked, exact))
        return own + self._rules.cost(set(asked.tolist()), exact) if self._rules else own

    @property
    def rules(self) -> Rules:
        """Side constraints, discounts and fees; false if there are none."""
        return self._rules

    @property
    def has_costs(self) -> bool:
        """True if queries were given costs, even if these are 0."""
        return self._costs is not None

    @property
    def rational(self) -> bool:
        """True when every number was given exactly."""
        costs = self._costs is None or self._costs.rational
        return self.persuasion.rational and costs and self._rules.rational

    def __repr__(self) -> str:
        parts = [f"{len(self.persuasion)} types", f"{self.oracle.kind} queries"]
        parts += [] if self.budget is None else [f"budget {self.budget}"]
        parts += ["adaptive"] * self.adaptive + ["with costs"] * (self._costs is not None)
        parts += [f"{field}: {count}" for field, count in self._rules.sizes().items()]
        return f"QuerySelection({', '.join(parts)})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, QuerySelection):
            return NotImplemented
        return bool(self.to_dict() == other.to_dict() and self.persuasion == other.persuasion)

    __hash__ = None  # type: ignore[assignment]

    def with_budget(self, budget: int | None, adaptive: bool | None = None) -> QuerySelection:
        """The same question with another budget, and asked in turn or at once if `adaptive` says.

        Examples
        --------
        >>> instance = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
        >>> QuerySelection(instance, ThresholdQueries()).with_budget(3, adaptive=True)
        QuerySelection(2 types, threshold queries, budget 3, adaptive)
        """
        asked = copy(self)
        asked._budget = _checked_budget(budget)
        if adaptive is not None:
            asked._adaptive = _checked_adaptive(adaptive)
        check_asked_at_once(self._rules, asked._adaptive)
        return asked

    def with_costs(self, costs: Number | Sequence[Number] | FloatArray | None) -> QuerySelection:
        """The same question with other costs of the queries; None: they are free."""
        return self._built(self.persuasion, costs)

    def with_rules(
        self,
        constraints: Sequence[Mapping[str, Any]] | None = None,
        discounts: Sequence[Mapping[str, Any]] | None = None,
    ) -> QuerySelection:
        """The same question with these side constraints, discounts and fees instead of its own.

        Examples
        --------
        >>> survey = {"bought": [1, 1, 0, 0], "age": [1, 2, 1, 1], "rooms": [2, 1, 3, 3]}
        >>> question = QuerySelection.from_table(survey, outcome="bought")
        >>> question.with_rules([{"coefficients": {"age": 1, "rooms": 1}, "upper": 1}])
        QuerySelection(3 types, partition queries, constraints: 1)
        """
        asked = copy(self)
        asked._rules = rules_of(self.oracle, self.adaptive, constraints, discounts)
        return asked

    def with_persuasion(
        self,
        persuasion: BinaryPersuasion | DiscretizedPersuasion[BinaryPersuasion] | FinitePersuasion,
    ) -> QuerySelection:
        """The same question about other receivers (as many types as these)."""
        return self._built(persuasion, self._given_costs())

    def _built(self, persuasion: Any, costs: Any) -> QuerySelection:
        built = QuerySelection(persuasion, self.oracle, self.budget, self.adaptive, costs)
        built._rules = self._rules
        return built

    def on(self, persuasion: BinaryPersuasion | FinitePersuasion) -> QuerySelection:
        """`with_persuasion` under its name before version 0.2; works until 0.3."""
        warnings.warn(
            "QuerySelection.on is with_persuasion since version 0.2.",
            DeprecationWarning,
            stacklevel=2,
        )
        return self.with_persuasion(persuasion)

    def _given_costs(self) -> Any:
        """The costs as they were given: one number, one each, or None."""
        if self._one_cost is not None:
            return self._one_cost.plain()[0]
        return None if self._costs is None else self._costs.plain()

    def sizes(self) -> dict[str, int]:
        """How large the instance is."""
        sizes = {"types": len(self.persuasion), "queries": self.query_count}
        return sizes | self._rules.sizes()

    def to_dict(self) -> dict[str, Any]:
        """The question as a JSON document of kind "query-selection".

        Raises ValueError for a discretized continuum, which has no file format.
        """
        persuasion = self.persuasion.to_dict()
        if not self.about_finite:
            del persuasion["kind"]
        document: dict[str, Any] = {
            "kind": self.kind,
            "persuasion": persuasion,
            "oracle": self.oracle.to_dict(),
            "budget": self.budget,
            "adaptive": self.adaptive,
        }
        if self._costs is not None:
            document["costs"] = self._given_costs()
        if self._rules:
            document |= self._rules.to_dict(self.partition.names)
        return document


def _check_kinds(persuasion: Any, oracle: Any) -> None:
    receivers = (BinaryPersuasion, DiscretizedPersuasion, FinitePersuasion)
    check_kind(
        persuasion,
        receivers,
        "persuasion",
        "give a BinaryPersuasion, DiscretizedPersuasion or FinitePersuasion (suasion.load reads "
        "one from a file)",
    )
    oracles = (ThresholdQueries, PartitionQueries, SimulationQueries)
    check_kind(
        oracle,
        oracles,
        "oracle",
        "give ThresholdQueries(), PartitionQueries(queries) or SimulationQueries()",
    )


def _checked_budget(budget: Any) -> int | None:
    if budget is not None and not is_index(budget, np.inf):
        raise InputError(f"budget is {budget!r}; give an integer >= 0, or None for no limit.")
    return None if budget is None else int(budget)


def _checked_adaptive(adaptive: Any) -> bool:
    # Any text, "no" among them, counts as true in Python.
    check_kind(adaptive, (bool, np.bool_), "adaptive", "give True or False")
    return bool(adaptive)
