"""What a bug report needs: which versions are installed."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from suasion.version import __version__

LIBRARIES = (
    *("numpy", "scipy", "highspy", "pulp", "cvxpy", "networkx", "numba", "joblib"),
    *(
        "matplotlib",
        "pydantic",
        "typer",
        "rich",
        "pandas",
        "scikit-learn",
        "dask",
        "python-flint",
        "pyscipopt",
    ),
)


def versions() -> dict[str, str]:
    """Versions of the package, of Python and of what it stands on, and the platform.

    Examples
    --------
    >>> list(versions())[:3], list(versions())[-1]
    (['suasion', 'python', 'numpy'], 'platform')
    """
    found = {"suasion": __version__, "python": platform.python_version()}
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            found[library] = "not installed"
    found["platform"] = platform.platform()
    return found


def show_versions() -> None:
    """Print versions, for a bug report; `suasion info` prints the same.

    Examples
    --------
    >>> import suasion
    >>> suasion.show_versions()  # doctest: +ELLIPSIS
    suasion       ...
    """
    for name, text in versions().items():
        print(f"{name:<14}{text}")
