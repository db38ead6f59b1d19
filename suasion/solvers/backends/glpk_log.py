"""What glpsol says in its log: PuLP's reader calls whatever was found an optimum."""

from __future__ import annotations

import re


def glpk_words(log: str) -> str:
    """The last of the sentences in capitals, in which glpsol states a result; "" if none."""
    found = re.findall(r"^([A-Z][A-Z; -]{9,})$", log, re.MULTILINE)
    return str(found[-1]).strip() if found else ""


def glpk_bound(log: str, maximise: bool) -> float | None:
    """The bound in the last line of progress of a MIP, loosened by what printing rounded away."""
    side = "<=" if maximise else ">="
    found = re.findall(rf"^\+\s*\d+: .*{side}\s+(\S+)\s", log, re.MULTILINE)
    try:
        bound = float(found[-1])
    except (IndexError, ValueError):
        return None
    return bound + (1e-9 if maximise else -1e-9) * abs(bound)
