"""How a report was made: methods, options, versions; nothing that differs from run to run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from suasion.reports.markup import Html, section, table, tag
from suasion.results import Result
from suasion.support import versions

# What numbers rest on.
LIBRARIES = ("suasion", "python", "numpy", "scipy", "highspy", "numba", "scikit-learn")


def methods_section(
    result: Result[Any], options: Mapping[str, str], *more: Html | Sequence[Html]
) -> Html:
    """The last part of a page.

    Parameters
    ----------
    result : Result
        What was solved.
    options : mapping of str to str
        What was asked for.
    *more : Html
        What else to know about the numbers.
    """
    solver = f"{result.report.solver} {result.report.version}".strip()
    how = tag(
        "p",
        f"Method {result.method} ({solver}), status {result.status}. Values are recomputed from "
        "the answer by code that does not share the solver's.",
    )
    parts = [how, *more]
    if options:
        rows = list(options.items())
        parts.append(table("Options used.", ("Option", "Value"), rows, "narrow"))
    installed = versions()
    rows = [(name, installed[name]) for name in LIBRARIES if name in installed]
    parts.append(table("Versions.", ("Software", "Version"), rows, "narrow"))
    return section("methods", "Methods and versions", *parts)
