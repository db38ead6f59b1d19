"""What a study runs, as its file says it, and the grid of runs that this makes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from itertools import chain, product
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from suasion.errors import InputError
from suasion.generate import family_named
from suasion.io.instances import parse_json
from suasion.io.sentences import Location, nearest, sentence, shown
from suasion.io.text_files import read_text
from suasion.reductions.table import REDUCTIONS
from suasion.solvers.solve import TABLES, methods_of
from suasion.studies.runs import Run
from suasion.user_code import is_user_name, user_object

# Arguments of `generate` that have fields of their own.
OWN_FIELDS = {"family": "family", "size": "sizes", "seed": "seeds", "budget": "budgets"}


def _wrong(why: str) -> PydanticCustomError:
    return PydanticCustomError("shape", "{why}", {"why": why})


def _axis(values: list[Any]) -> list[Any]:
    """An axis of the grid: at least one value, each once."""
    if not values:
        raise _wrong("is empty; give at least one value.")
    for place, value in enumerate(values):
        if value in values[:place]:
            again = value.model_dump(exclude_unset=True) if isinstance(value, BaseModel) else value
            raise _wrong(f"[{place}] is {shown(again)}, which is there already; keep one.")
    return values


def _known(kind: str, name: str, names: Any) -> str:
    if is_user_name(name):
        return _own(kind, name)
    if name not in names:
        raise _wrong(
            f"is {shown(name)}, which is no {kind}; choose from {', '.join(names)}"
            f"{nearest(name, names)}."
        )
    return name


def _own(kind: str, name: str) -> str:
    """A "module:function" that is there."""
    try:
        user_object(name, kind)
    except InputError as error:
        raise _wrong(str(error).removeprefix(f"{kind} ")) from error
    return name


def _family(name: str) -> str:
    try:
        family_named(name)
    except InputError as error:
        raise _wrong(str(error).removeprefix("family ")) from error
    return name


def _method(name: str) -> str:
    return _known("method", name, dict.fromkeys(["auto", *chain(*map(methods_of, TABLES))]))


def _reduction(name: str) -> str:
    return _known("reduction", name, REDUCTIONS)


def _seeds(value: Any) -> Any:
    """A list of seeds; {"first": 0, "count": 20} stands for one."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and set(value) <= {"first", "count"}:
        first, count = value.get("first", 0), value.get("count")
        if type(first) is type(count) is int and first >= 0 and count >= 1:
            return list(range(first, first + count))
    raise _wrong(f'is {shown(value)}; give a list of integers or {{"first": 0, "count": 20}}.')


def _parameters(value: dict[str, Any]) -> dict[str, list[Any]]:
    """Every parameter as an axis."""
    for name, given in value.items():
        if name in OWN_FIELDS:
            raise _wrong(f"holds {name}, which has a field of its own; use {OWN_FIELDS[name]}.")
        if given == []:
            raise _wrong(f".{name} is empty; give at least one value.")
    return {
        name: _axis(given) if isinstance(given, list) else [given] for name, given in value.items()
    }


Text = Annotated[str, Field(min_length=1)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Size = Annotated[int, Field(ge=1)]
Natural = Annotated[int, Field(ge=0)]


class _Object(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Method(_Object):
    """A method and the options of `suasion.solve`; in a file the name alone will do."""

    method: Annotated[str, AfterValidator(_method)]
    time_limit: Seconds | None = None
    gap: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    solver: Text = "highs"
    exact: bool = False
    threads: Size = 1


def _named(value: Any) -> Any:
    return {"method": value} if isinstance(value, str) else value


class Block(_Object):
    """A grid of runs: random instances of one family, or instances from files."""

    name: Text | None = None
    family: Annotated[str, AfterValidator(_family)] | None = None
    sizes: Annotated[list[Size], AfterValidator(_axis)] | None = None
    parameters: Annotated[dict[str, Any], AfterValidator(_parameters)] = {}
    files: Annotated[list[Text], AfterValidator(_axis)] | None = None
    reduce: list[Annotated[str, AfterValidator(_reduction)]] = []
    budgets: Annotated[list[Natural | None], AfterValidator(_axis)] = [None]
    methods: Annotated[list[Annotated[Method, BeforeValidator(_named)]], AfterValidator(_axis)]
    seeds: Annotated[list[Natural], BeforeValidator(_seeds), AfterValidator(_axis)] = [0]
    time_limit: Seconds | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.family is None) == (self.files is None):
            raise _wrong("needs either family (with sizes) or files; give one of them.")
        if self.family is not None and self.sizes is None:
            raise _wrong("has a family and no sizes; add sizes.")
        if self.files is not None and (self.sizes is not None or self.parameters):
            raise _wrong("has files, which take no sizes and no parameters; leave them out.")
        return self

    @model_validator(mode="after")
    def _parameters_of_the_family(self) -> Self:
        if self.family is not None:
            for point in self.points:
                try:
                    family_named(self.family).read(point)
                except InputError as error:
                    raise _wrong(f".parameters: {error}") from error
        return self

    @property
    def points(self) -> list[dict[str, Any]]:
        """The grid of the parameters."""
        return [
            dict(zip(self.parameters, values, strict=True))
            for values in product(*self.parameters.values())
        ]


class Study(_Object):
    """A study: a name, limits, and the blocks of its grid.

    Attributes
    ----------
    name : str
        Goes into every line of the results.
    blocks : list of Block
    time_limit : float
        Seconds that a solver is given for a run; a block or a method may set its own.
    hard_limit : float or None
        Seconds after which a run that has not returned is stopped and recorded as failed; default
        twice its time limit and 30 seconds.
    """

    name: Text
    blocks: Annotated[list[Block], AfterValidator(_axis)]
    time_limit: Seconds = 60.0
    hard_limit: Seconds | None = None
    _folder: Path = PrivateAttr(default=Path())

    @model_validator(mode="after")
    def _limits_in_order(self) -> Self:
        longest = max(self._limit(block, method) for block, method in self._methods())
        if self.hard_limit is not None and self.hard_limit < longest:
            raise _wrong(
                f"hard_limit is {self.hard_limit:g} and a time limit is {longest:g}; give a "
                "hard limit that is at least as long."
            )
        return self

    def _methods(self) -> Iterator[tuple[Block, Method]]:
        return ((block, method) for block in self.blocks for method in block.methods)

    def _limit(self, block: Block, method: Method) -> float:
        return method.time_limit or block.time_limit or self.time_limit

    def runs(self) -> list[Run]:
        """All runs of the grid, block after block, seeds varying fastest.

        Raises
        ------
        ValueError
            If two blocks hold the same run.
        """
        found: dict[str, tuple[int, Run]] = {}
        for place, block in enumerate(self.blocks):
            for run in self._runs(block):
                first, _ = found.setdefault(run.identity, (place, run))
                if first != place:
                    raise InputError(
                        f"blocks[{place}] repeats runs of blocks[{first}]; give the two blocks "
                        "different names, or take the runs out of one."
                    )
        return [run for _, run in found.values()]

    def _runs(self, block: Block) -> Iterator[Run]:
        sources: list[tuple[str | None, int | None, str | None]]
        sources = [(block.family, size, None) for size in block.sizes or []]
        sources += [(None, None, file) for file in block.files or []]
        axes = product(sources, block.points, block.budgets, block.methods, block.seeds)
        for (family, size, file), parameters, budget, method, seed in axes:
            limit = self._limit(block, method)
            yield Run(
                block=block.name or block.family or "files",
                family=family,
                file=file,
                size=size,
                parameters=parameters,
                reduce=block.reduce,
                budget=budget,
                method=method.method,
                options={
                    "time_limit": limit,
                    **method.model_dump(exclude={"method", "time_limit"}),
                },
                seed=seed,
                path=None if file is None else os.path.abspath(self._folder / file),
                hard_limit=self.hard_limit or 2 * limit + 30,
            )


def load_study(source: str | os.PathLike[str] | Mapping[str, Any]) -> Study:
    """Read the specification of a study from a JSON file, or from a document already parsed.

    Instance files are looked for beside the specification (for a document, in the current folder).

    Raises
    ------
    ValueError
        One sentence with field, position, value and remedy.

    Examples
    --------
    >>> block = {"family": "low", "sizes": [10, 20], "methods": ["closed-form", "lp"]}
    >>> len(load_study({"name": "two ways", "blocks": [block]}).runs())
    4
    """
    if isinstance(source, Mapping):
        return _study(dict(source))
    path = Path(source)
    try:
        study = _study(parse_json(read_text(path)))
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
    study._folder = path.parent
    return study


def _study(document: Any) -> Study:
    if not isinstance(document, dict):
        raise InputError(f"holds {shown(document)}; give a JSON object with name and blocks.")
    try:
        study = Study.model_validate(document)
    except ValidationError as error:
        raise InputError(sentence(error, _fields)) from error
    study.runs()
    return study


def _fields(location: Location) -> list[str]:
    """The fields of the object at a place in a specification."""
    names = [step for step in location if isinstance(step, str)]
    owners: dict[str, type[BaseModel]] = {"blocks": Block, "methods": Method}
    return list(owners.get(names[-1] if names else "", Study).model_fields)
