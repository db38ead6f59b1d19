"""What is wrong with a document, in one sentence: field, value, remedy."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

Location = tuple[int | str, ...]

# Fields that hold one of several kinds, whose names pydantic adds to the path.
TAGS: dict[int | str, tuple[str, ...]] = {
    "oracle": ("threshold", "partition", "simulation"),
    "persuasion": ("binary", "finite"),
}


def sentence(error: ValidationError, fields: Callable[[Location], list[str]]) -> str:
    """The first thing that is wrong; `fields` names those of the object at a place."""
    first = error.errors(include_url=False)[0]
    where = _path(first["loc"])
    if first["type"] == "missing":
        return f"{where} is missing; add it."
    if first["type"] == "extra_forbidden":
        known = fields(first["loc"][:-1])
        return (
            f"{where} is not a field; the fields are {', '.join(known)}"
            f"{nearest(first['loc'][-1], known)}."
        )
    if first["type"] in ("number", "shape"):
        why = first["msg"]
        return f"{where}{why}" if why[:1] in ("[", ".") else f"{where} {why}".strip()
    if first["type"].startswith("union_tag"):
        kinds = "threshold, partition, simulation"
        return f"{where}.kind is {shown(first['input'].get('kind'))}; choose from {kinds}."
    if first["type"] in ("model_type", "model_attributes_type", "dict_type"):
        return f"{where} is {shown(first['input'])}; give an object of named fields."
    reason = first["msg"][:1].lower() + first["msg"][1:]
    return f"{where} is {shown(first['input'])}: {reason}."


def _path(location: Location) -> str:
    """``oracle.queries[2][0]``; tags of unions are left out."""
    text = ""
    for i, step in enumerate(location):
        if i and step in TAGS.get(location[i - 1], ()):
            continue
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def nearest(word: Any, known: Any) -> str:
    """A question that names the known word nearest to `word`, or nothing."""
    near = difflib.get_close_matches(str(word), list(known), n=1)
    return f' (did you mean "{near[0]}"?)' if near else ""


def shown(value: Any) -> str:
    """A value as in a JSON file, cut short."""
    text = json.dumps(value, default=str)
    return text if len(text) <= 40 else f"{text[:37]}..."
