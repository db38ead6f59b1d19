"""Instance files: JSON in and out, the JSON Schema, and survey tables."""

from __future__ import annotations

import csv
import difflib
import io
import json
import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from suasion.models.binary import BinaryPersuasion
from suasion.models.queries import QuerySelection
from suasion.models.query_oracles import Oracle, PartitionOracle, ThresholdOracle
from suasion.models.rationals import Numbers, parse_number

Problem = BinaryPersuasion | QuerySelection

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
        raise PydanticCustomError("shape", "is {value}; give a list of numbers.", {"value": value})
    return _said(Numbers.read, value, "")


def _said(read: Any, value: Any, field: str) -> Any:
    """Run a reader, its sentence becoming a pydantic error that keeps the position."""
    try:
        return read(value, field)
    except ValueError as error:
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
        return ThresholdOracle()


class _PartitionOracle(_Document):
    """Answers questions; each query is a list of cells of 0-based type positions."""

    kind: Literal["partition"]
    queries: list[list[list[StrictInt]]]
    names: list[StrictStr] | None = None

    def oracle(self) -> Oracle:
        return PartitionOracle(self.queries, self.names)


class _QuerySelection(_Document):
    """Which queries to ask before committing to messages."""

    kind: Literal["query-selection"]
    persuasion: _Persuasion
    oracle: Annotated[_ThresholdOracle | _PartitionOracle, Field(discriminator="kind")]
    budget: Annotated[StrictInt, Field(ge=0)] | None = None
    costs: CostField | None = None
    adaptive: StrictBool = False

    def instance(self) -> QuerySelection:
        try:
            persuasion = self.persuasion.instance()
        except ValueError as error:
            raise ValueError(f"persuasion.{error}") from error
        try:
            oracle = self.oracle.oracle()
        except ValueError as error:
            raise ValueError(f"oracle.{error}") from error
        return QuerySelection(persuasion, oracle, self.budget, self.adaptive, self.costs)


# A new kind of file is one class and one entry here.
KINDS: dict[str, type[_BinaryPersuasion] | type[_QuerySelection]] = {
    "binary-persuasion": _BinaryPersuasion,
    "query-selection": _QuerySelection,
}


def load(source: str | os.PathLike[str] | Mapping[str, Any]) -> Problem:
    """Read an instance from a JSON file, or from a document that is already parsed.

    Raises
    ------
    ValueError
        One sentence with file, field, position, value and remedy: for a file that cannot be read
        or is not JSON, unknown kinds and fields, wrong shapes, and numbers out of range.

    Examples
    --------
    >>> load({"kind": "binary-persuasion", "weights": [1], "beliefs": ["2/5"]})
    BinaryPersuasion(1 type, beliefs 0.4 to 0.4)
    """
    if isinstance(source, Mapping):
        return _instance(dict(source))
    path = Path(source)
    try:
        return _instance(_parsed(_text(path)))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def save(problem: Problem, path: str | os.PathLike[str]) -> None:
    """Write an instance to a JSON file, replacing it in one step; exact numbers stay exact.

    A link keeps pointing to the file, which is replaced; pipes and devices are written to.
    """
    target = Path(os.path.realpath(path))
    text = json.dumps(problem.to_dict(), allow_nan=False) + "\n"
    try:
        if target.exists() and not (target.is_file() or target.is_dir()):
            # Replacing /dev/null or a pipe by a file would destroy it.
            target.write_text(text, encoding="utf-8")
            return
        with NamedTemporaryFile(
            "w", encoding="utf-8", dir=target.parent, prefix=f".{target.name}.", delete=False
        ) as draft:
            try:
                draft.write(text)
                draft.close()
                # Temporary files are private; an instance is readable like any new file.
                os.chmod(draft.name, 0o666 & ~_umask())
                os.replace(draft.name, target)
            except BaseException:
                os.unlink(draft.name)
                raise
    except OSError as error:
        raise ValueError(f"{path}: cannot be written: {error.strerror}.") from error


def schema() -> dict[str, Any]:
    """The JSON Schema of instance files (draft 2020-12)."""
    union = Annotated[_BinaryPersuasion | _QuerySelection, Field(discriminator="kind")]
    document = TypeAdapter(union).json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **document}


def read_table(path: str | os.PathLike[str]) -> dict[str, list[str]]:
    """Read a CSV file with a header as columns of text.

    Raises
    ------
    ValueError
        For a file that cannot be read, has no rows, repeats a column, or has a row of another
        length than its header (with the line number).
    """
    target = Path(path)
    # Only the reader knows which line ends are inside quotes; strict: an open quote is an error.
    rows = csv.reader(io.StringIO(_text(target, f"{target}: "), newline=""), strict=True)
    try:
        return _columns(rows, target)
    except csv.Error as error:
        raise ValueError(f"{target}: line {rows.line_num} is not CSV: {error}.") from error


def _columns(rows: Any, target: Path) -> dict[str, list[str]]:
    header: list[str] = next(rows, [])
    if not header:
        raise ValueError(f"{target}: is empty; give a header and one row per respondent.")
    repeated = [name for i, name in enumerate(header) if name in header[:i]]
    if repeated:
        raise ValueError(f"{target}: column {repeated[0]!r} occurs twice; rename one.")
    columns: dict[str, list[str]] = {name: [] for name in header}
    for row in rows:
        if not row:
            continue
        if len(row) != len(header):
            raise ValueError(
                f"{target}: line {rows.line_num} has {len(row)} fields and the header has "
                f"{len(header)}."
            )
        for name, value in zip(header, row, strict=True):
            columns[name].append(value)
    if not columns[header[0]]:
        raise ValueError(f"{target}: has a header and no rows; give one row per respondent.")
    return columns


def _text(path: Path, prefix: str = "") -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ValueError(f"{prefix}cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{prefix}is not UTF-8 text (byte {error.start}).") from error


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def _parsed(text: str) -> Any:
    def constant(name: str) -> None:
        raise ValueError(f"has {name}, which is not a number; every number must be finite.")

    def distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            again = next(name for i, name in enumerate(names) if name in names[:i])
            raise ValueError(f'field "{again}" occurs twice in one object; keep one.')
        return found

    try:
        return json.loads(text, parse_constant=constant, object_pairs_hook=distinct)
    except json.JSONDecodeError as error:
        raise ValueError(
            f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from error
    except RecursionError as error:
        raise ValueError("is nested too deeply to be an instance.") from error


def _instance(document: Any) -> Problem:
    if not isinstance(document, dict):
        raise ValueError(f"holds {_shown(document)}; give a JSON object with a kind.")
    kind = document.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise ValueError(
            f"kind is {_shown(kind)}; choose from {', '.join(KINDS)}{_nearest(kind, KINDS)}."
        )
    try:
        parsed = KINDS[kind].model_validate(document)
    except ValidationError as error:
        raise ValueError(_sentence(error, KINDS[kind])) from error
    return parsed.instance()


def _sentence(error: ValidationError, model: type[BaseModel]) -> str:
    """The first thing wrong, as one sentence: field, value, remedy."""
    first = error.errors(include_url=False)[0]
    where = _path(first["loc"])
    if first["type"] == "missing":
        return f"{where} is missing; add it."
    if first["type"] == "extra_forbidden":
        known = _fields(model, first["loc"][:-1])
        return (
            f"{where} is not a field; the fields are {', '.join(known)}"
            f"{_nearest(first['loc'][-1], known)}."
        )
    if first["type"] in ("number", "shape"):
        why = first["msg"]
        return f"{where}{why}" if why.startswith("[") else f"{where} {why}"
    if first["type"].startswith("union_tag"):
        kinds = "threshold, partition"
        return f"{where}.kind is {_shown(first['input'].get('kind'))}; choose from {kinds}."
    if first["type"] in ("model_type", "model_attributes_type", "dict_type"):
        return f"{where} is {_shown(first['input'])}; give an object of named fields."
    reason = first["msg"][:1].lower() + first["msg"][1:]
    return f"{where} is {_shown(first['input'])}: {reason}."


def _path(location: tuple[int | str, ...]) -> str:
    """``oracle.queries[2][0]``; tags of unions are left out."""
    text = ""
    for i, step in enumerate(location):
        if step in ("threshold", "partition") and i and location[i - 1] == "oracle":
            continue
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _fields(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    owners: dict[Any, type[BaseModel]] = {
        "persuasion": _Persuasion,
        "threshold": _ThresholdOracle,
        "partition": _PartitionOracle,
    }
    owner = owners.get(location[-1], model) if location else model
    return list(owner.model_fields)


def _nearest(word: Any, known: Any) -> str:
    near = difflib.get_close_matches(str(word), list(known), n=1)
    return f' (did you mean "{near[0]}"?)' if near else ""


def _shown(value: Any) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 40 else f"{text[:37]}..."
