"""The documents that files hold: one class per kind, which give the JSON Schema too."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    Tag,
    TypeAdapter,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from suasion.errors import InputError
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.finite.instance import FinitePersuasion
from suasion.models.numbers.quoting import quoted
from suasion.models.numbers.rationals import Numbers, parse_number
from suasion.models.numbers.tables import NumberTable
from suasion.models.queries.oracles import Oracle, SimulationQueries, ThresholdQueries
from suasion.models.queries.partition_queries import PartitionQueries
from suasion.models.queries.selection import QuerySelection
from suasion.models.set_cover.instance import SetCover

Problem = BinaryPersuasion | FinitePersuasion | QuerySelection | SetCover

# A rational with a denominator that is not 0, or a decimal.
RATIONAL = r"[0-9]+/0*[1-9][0-9]*"
DECIMAL = r"([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?"
NUMBER_SCHEMA = {
    "anyOf": [
        {"type": "number"},
        {"type": "string", "pattern": rf"^\s*[-+]?({RATIONAL}|{DECIMAL})\s*$"},
    ]
}


def _number(value: Any) -> Any:
    return _said(parse_number, value, "")


def _numbers(value: Any) -> Any:
    if not isinstance(value, list):
        raise PydanticCustomError(
            "shape", "is {value}; give a list of numbers.", {"value": quoted(value)}
        )
    return _said(Numbers.read, value, "")


def _said(read: Any, value: Any, field: str) -> Any:
    """Run a reader, its sentence becoming a pydantic error that keeps the position."""
    try:
        return read(value, field)
    except InputError as error:
        # Braces would be read as placeholders of the template.
        raise PydanticCustomError("number", "{why}", {"why": str(error).strip()}) from error


# Reading a list in one go keeps a million numbers fast; integers and strings stay exact.
NumberField = Annotated[Any, BeforeValidator(_number), WithJsonSchema(NUMBER_SCHEMA)]
NumberList = Annotated[
    Any, BeforeValidator(_numbers), WithJsonSchema({"type": "array", "items": NUMBER_SCHEMA})
]


def _cost(value: Any) -> Any:
    return _numbers(value) if isinstance(value, list) else _number(value)


CostField = Annotated[
    Any,
    BeforeValidator(_cost),
    WithJsonSchema({"anyOf": [NUMBER_SCHEMA, {"type": "array", "items": NUMBER_SCHEMA}]}),
]


def _object_schema(**fields: Any) -> dict[str, Any]:
    """An object with these fields, those that may be null left out or null."""
    needed = [name for name, field in fields.items() if field is not OPTIONAL_NUMBER]
    return {
        "type": "object",
        "properties": fields,
        "required": needed,
        "additionalProperties": False,
    }


# Side constraints, discounts and fees: read by the constructor, which knows the queries' names.
OPTIONAL_NUMBER = {"anyOf": [*NUMBER_SCHEMA["anyOf"], {"type": "null"}]}
COEFFICIENTS = {"type": "object", "additionalProperties": NUMBER_SCHEMA, "minProperties": 1}
QUERY_NAMES = {"type": "array", "items": {"type": ["string", "integer"]}, "minItems": 1}
ConstraintList = Annotated[
    Any,
    WithJsonSchema(
        {
            "type": "array",
            "items": _object_schema(
                coefficients=COEFFICIENTS, lower=OPTIONAL_NUMBER, upper=OPTIONAL_NUMBER
            ),
        }
    ),
]
DiscountList = Annotated[
    Any,
    WithJsonSchema(
        {
            "type": "array",
            "items": {
                "anyOf": [
                    _object_schema(queries=QUERY_NAMES, amount=NUMBER_SCHEMA),
                    _object_schema(group=QUERY_NAMES, fee=NUMBER_SCHEMA),
                ]
            },
        }
    ),
]


def _utility(value: Any) -> Any:
    return _said(lambda rows, field: NumberTable.read(rows, field, ("state", "action")), value, "")


UtilityField = Annotated[
    Any,
    BeforeValidator(_utility),
    WithJsonSchema(
        {"type": "array", "items": {"type": "array", "items": NUMBER_SCHEMA}},
    ),
]


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


class _Persuasion(_Document):
    """Types of receivers; thresholds and state beliefs default to the beliefs."""

    weights: NumberList
    beliefs: NumberList
    thresholds: NumberList | None = None
    state_beliefs: NumberList | None = None
    labels: list[StrictStr] | None = None

    def instance(self) -> BinaryPersuasion:
        return BinaryPersuasion(
            self.weights, self.beliefs, self.thresholds, self.state_beliefs, self.labels
        )


class _BinaryPersuasion(_Persuasion):
    """A messaging problem: what to tell a receiver of unknown type."""

    kind: Literal["binary-persuasion"]


class _ThresholdOracle(_Document):
    """Simulates the receiver: each query is a cut of the types sorted by threshold."""

    kind: Literal["threshold"]

    def oracle(self) -> Oracle:
        return ThresholdQueries()


class _PartitionOracle(_Document):
    """Answers questions; each query is a list of cells of 0-based type positions."""

    kind: Literal["partition"]
    queries: list[list[list[StrictInt]]]
    names: list[StrictStr] | None = None

    def oracle(self) -> Oracle:
        return PartitionQueries(self.queries, self.names)


class _SimulationOracle(_Document):
    """Simulates a receiver with many states and actions: any message may be asked about."""

    kind: Literal["simulation"]

    def oracle(self) -> Oracle:
        return SimulationQueries()


class _ReceiverType(_Document):
    """A type of receiver; utilities are one row per state with one entry per action."""

    weight: NumberField
    belief: NumberList
    receiver_utility: UtilityField
    sender_utility: UtilityField | None = None
    state_belief: NumberList | None = None
    label: StrictStr | None = None


class _FinitePersuasion(_Document):
    """A messaging problem with any numbers of states and actions."""

    kind: Literal["finite-persuasion"]
    states: list[StrictStr]
    actions: list[StrictStr]
    types: list[_ReceiverType]
    sender_utility: UtilityField

    def instance(self) -> FinitePersuasion:
        own = any(entry.sender_utility is not None for entry in self.types)
        misinformed = any(entry.state_belief is not None for entry in self.types)
        named = any(entry.label is not None for entry in self.types)
        try:
            return FinitePersuasion(
                [entry.weight for entry in self.types],
                [entry.belief for entry in self.types],
                [entry.receiver_utility for entry in self.types],
                [_given(e.sender_utility, self.sender_utility) for e in self.types]
                if own
                else self.sender_utility,
                [_given(e.state_belief, e.belief) for e in self.types] if misinformed else None,
                states=self.states,
                actions=self.actions,
                labels=[_given(e.label, str(t)) for t, e in enumerate(self.types)]
                if named
                else None,
            )
        except InputError as error:
            raise InputError(_in_types(str(error), own)) from error


def _given(value: Any, default: Any) -> Any:
    return default if value is None else value


def _in_types(sentence: str, own: bool) -> str:
    """The constructor's sentence with its arrays' rows called by their place in the file."""
    for array, name in _TYPE_FIELDS.items():
        if own or array != "sender_utility":
            sentence = re.sub(rf"\b{array}\[(\d+)\]", rf"types[\1].{name}", sentence)
    return re.sub(r"^weights is empty", "types is empty", sentence)


_TYPE_FIELDS = {
    "state_beliefs": "state_belief",
    "beliefs": "belief",
    "receiver_utilities": "receiver_utility",
    "sender_utility": "sender_utility",
    "weights": "weight",
    "labels": "label",
}


def _persuasion_kind(value: Any) -> str:
    """Binary receivers are written without a kind inside a query selection."""
    kind = value.get("kind") if isinstance(value, dict) else None
    return "finite" if kind == "finite-persuasion" else "binary"


class _QuerySelection(_Document):
    """Which queries to ask before committing to messages."""

    kind: Literal["query-selection"]
    persuasion: Annotated[
        Annotated[_Persuasion, Tag("binary")] | Annotated[_FinitePersuasion, Tag("finite")],
        Discriminator(_persuasion_kind),
    ]
    oracle: Annotated[
        _ThresholdOracle | _PartitionOracle | _SimulationOracle, Field(discriminator="kind")
    ]
    budget: Annotated[StrictInt, Field(ge=0)] | None = None
    costs: CostField | None = None
    adaptive: StrictBool = False
    constraints: ConstraintList | None = None
    discounts: DiscountList | None = None

    def instance(self) -> QuerySelection:
        try:
            persuasion = self.persuasion.instance()
        except InputError as error:
            raise InputError(f"persuasion.{error}") from error
        try:
            oracle = self.oracle.oracle()
        except InputError as error:
            raise InputError(f"oracle.{error}") from error
        return QuerySelection(
            *(persuasion, oracle, self.budget, self.adaptive, self.costs),
            *(self.constraints, self.discounts),
        )


class _SetCover(_Document):
    """The cheapest sets that together contain every element 0, ..., universe - 1."""

    kind: Literal["set-cover"]
    universe: Annotated[StrictInt, Field(ge=0)]
    sets: list[list[StrictInt]]
    costs: NumberList | None = None

    def instance(self) -> SetCover:
        return SetCover(self.universe, self.sets, self.costs)


# A new kind of file is one class and one entry in each of these.
_Kind = _BinaryPersuasion | _FinitePersuasion | _QuerySelection | _SetCover
KINDS: dict[str, type[_Kind]] = {
    "binary-persuasion": _BinaryPersuasion,
    "finite-persuasion": _FinitePersuasion,
    "query-selection": _QuerySelection,
    "set-cover": _SetCover,
}


def schema() -> dict[str, Any]:
    """The JSON Schema of instance files (draft 2020-12)."""
    union = Annotated[_Kind, Field(discriminator="kind")]
    document = TypeAdapter(union).json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **document}


def field_names(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """The fields of the object at a place in a document."""
    owners: dict[Any, type[BaseModel]] = {
        "binary": _Persuasion,
        "finite": _FinitePersuasion,
        "threshold": _ThresholdOracle,
        "partition": _PartitionOracle,
        "simulation": _SimulationOracle,
    }
    if len(location) >= 2 and location[-2] == "types":
        return list(_ReceiverType.model_fields)
    owner = owners.get(location[-1], model) if location else model
    return list(owner.model_fields)
