"""Commands that tell: examples, schema and info."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from suasion.cli.application import command, console, print_json, table
from suasion.examples.catalogue import catalogue, example_text
from suasion.io import schema as json_schema
from suasion.solvers.solve import TABLES, methods_of
from suasion.version import __version__

LIBRARIES = (
    *("numpy", "scipy", "highspy", "pulp", "cvxpy", "networkx", "numba", "joblib"),
    *("matplotlib", "pydantic", "typer", "rich", "dask", "python-flint", "pyscipopt"),
)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


@command
def examples(
    name: Annotated[str | None, typer.Argument(help="Print this example's file.")] = None,
    json: Json = False,
) -> int:
    """List the instances that come with the package, or print one.

    Example: suasion examples news > news.json
    """
    if name is not None:
        print(example_text(name), end="")
        return 0
    entries = catalogue()
    if json:
        rows = [
            {"name": e.name, "kind": e.kind, "value": e.value, "source": e.source} for e in entries
        ]
        print_json({"examples": rows})
        return 0
    out = console()
    for kind in dict.fromkeys(entry.kind for entry in entries):
        grid = table(kind, "value", "source")
        for entry in entries:
            if entry.kind == kind:
                grid.add_row(entry.name, entry.value, entry.source)
        out.print(grid)
        out.print()
    print("To solve one: suasion examples news > news.json && suasion solve news.json")
    return 0


@command
def schema() -> int:
    """Print the JSON Schema of the instance files.

    Example: suasion schema > suasion.schema.json
    """
    print_json(json_schema())
    return 0


@command
def info(json: Json = False) -> int:
    """Print versions, for a bug report, and the methods for each kind of question.

    Example: suasion info
    """
    found = {"suasion": __version__, "python": platform.python_version()}
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            found[library] = "not installed"
    found["platform"] = platform.platform()
    known = {kind: list(methods_of(kind)) for kind in TABLES}
    if json:
        print_json({**found, "methods": known})
    else:
        for name, text in found.items():
            print(f"{name:<14}{text}")
        for kind, names in known.items():
            print(f"\n{kind}\n  {', '.join(names)}")
    return 0
