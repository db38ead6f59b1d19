"""Runs in processes that can be stopped: a hard limit, a crash or a lack of memory ends one run.

A process serves one run after another, because starting one takes as long as a thousand small
runs. It is replaced when it has died or had to be stopped. Threads (joblib's on this machine,
those of a Dask worker on a cluster) take processes from a pool, one each.
"""

from __future__ import annotations

import atexit
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any

from suasion.solvers.child import Child, DiedError
from suasion.studies.runs import FAILED, Record, recorded

# What the processes run.
WORKER = "suasion.studies.worker"


class Pool:
    """Processes that wait for runs, and those that are busy; used by many threads at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._idle: list[Child] = []
        self._busy: set[Child] = set()
        self._closed = False

    def attempt(self, run: Mapping[str, Any], limit: float, study: str, attempt: int) -> Record:
        """The record of a run; whatever goes wrong is in it."""
        began = time.monotonic()
        with self._process() as process:
            try:
                outcome = json.loads(process.ask(dict(run), limit))
            except DiedError as error:
                seconds = round(time.monotonic() - began, 3)
                outcome = {"status": FAILED, "error": f"{error}.", "seconds": seconds}
        return recorded(run, outcome, study, attempt)

    @contextmanager
    def _process(self) -> Iterator[Child]:
        with self._lock:
            if self._closed:
                raise RuntimeError("the pool is closed")
            process = self._idle.pop() if self._idle else Child(WORKER)
            self._busy.add(process)
        try:
            yield process
        finally:
            with self._lock:
                self._busy.discard(process)
                if process.alive and not self._closed:
                    self._idle.append(process)
                else:
                    process.stop()

    def rest(self) -> None:
        """End the processes that wait; later runs start new ones."""
        with self._lock:
            idle, self._idle = self._idle, []
        for process in idle:
            process.stop()

    def close(self) -> None:
        """End all processes, also in the middle of runs, and start no more."""
        with self._lock:
            self._closed = True
            busy = list(self._busy)
        for process in busy:
            process.kill()
        self.rest()


# The pool of a process that a cluster lends.
_LENT = Pool()
atexit.register(_LENT.close)


def attempt_on_cluster(run: Mapping[str, Any], limit: float, study: str, attempt: int) -> Record:
    """`Pool.attempt` in the process of a cluster's worker."""
    return _LENT.attempt(run, limit, study, attempt)


def rest_on_cluster() -> None:
    """`Pool.rest` in the process of a cluster's worker."""
    _LENT.rest()
