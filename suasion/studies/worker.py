"""The process that solves: runs come in on standard input, outcomes go out, a line each.

``python -m suasion.studies.worker`` is started by `suasion.studies.processes`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from queue import SimpleQueue
from threading import Thread
from typing import Any

from suasion.studies.runs import outcome_of


def main() -> None:
    """Solve until the input ends, which also ends a run that is under way."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # What solvers print must not mix with the outcomes.
    os.dup2(2, 1)
    _load_libraries()
    runs: SimpleQueue[dict[str, Any]] = SimpleQueue()
    Thread(target=_read, args=(runs,), daemon=True).start()
    print("ready", file=out, flush=True)
    while True:
        print(json.dumps(outcome_of(runs.get()), allow_nan=False), file=out, flush=True)


def _read(runs: SimpleQueue[dict[str, Any]]) -> None:
    for line in sys.stdin:
        runs.put(json.loads(line))
    # Whoever asked is gone: nobody waits for the run, nor for solvers that it has started.
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def _load_libraries() -> None:
    """What most runs need, so that the first one does not load it and run twice."""
    import numba  # noqa: F401

    import suasion.solvers.backends  # noqa: F401


if __name__ == "__main__":
    main()
