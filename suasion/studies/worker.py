"""The process that solves: runs come in on standard input, outcomes go out as JSON.

``python -m suasion.studies.worker`` is started by `suasion.studies.processes`.
"""

from __future__ import annotations

import json
from typing import Any

from suasion.solvers.child import serve
from suasion.studies.runs import outcome_of


def main() -> None:
    """Solve until the input ends, which also ends a run that is under way."""
    _load_libraries()
    serve(_answer)


def _answer(run: dict[str, Any]) -> str:
    return json.dumps(outcome_of(run), allow_nan=False)


def _load_libraries() -> None:
    """What most runs need, so that the first one does not load it and run twice."""
    import numba  # noqa: F401


if __name__ == "__main__":
    main()
