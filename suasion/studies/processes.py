"""Runs in processes that can be stopped: a hard limit, a crash or a lack of memory ends one run.

A process serves one run after another, because starting one takes as long as a thousand small
runs. It is replaced when it has died or had to be stopped. Threads (joblib's on this machine,
those of a Dask worker on a cluster) take processes from a pool, one each.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock, Timer
from typing import Any

import suasion
from suasion.studies.runs import FAILED, Record, recorded

# Seconds in which a process must have loaded its libraries, on however slow a disk.
START_LIMIT = 300.0
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class DiedError(RuntimeError):
    """A process ended without an outcome; the message says why."""


class Process:
    """One process of `suasion.studies.worker`; `ask` it for the outcome of a run."""

    def __init__(self) -> None:
        root = str(Path(suasion.__file__).parents[1])
        path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 - closed in stop
        self._process = subprocess.Popen(
            # -P: a file numpy.py in the current folder is not numpy.
            [sys.executable, "-P", "-m", "suasion.studies.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._words,
            env={**ONE_THREAD, **os.environ, "PYTHONPATH": path},
            # Ctrl-C is for the parent; and solvers started by a method die with their process.
            start_new_session=True,
        )
        self._ready = False

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def ask(self, run: Mapping[str, Any], limit: float) -> Record:
        """The outcome of a run.

        Raises
        ------
        DiedError
            If the process died, or was stopped after `limit` seconds.
        """
        if not self._ready:
            self._line(b"", START_LIMIT)
            self._ready = True
        outcome: Record = json.loads(self._line(json.dumps(run).encode() + b"\n", limit))
        return outcome

    def _line(self, said: bytes, limit: float) -> bytes:
        """Say something and hear the next line."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        began = time.monotonic()
        timer = Timer(limit, self._kill)
        timer.start()
        try:
            self._process.stdin.write(said)
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except OSError:
            line = b""
        finally:
            timer.cancel()
            timer.join()
        if line.endswith(b"\n"):
            return line
        if time.monotonic() - began >= limit:
            raise DiedError(f"exceeded hard limit of {limit:g} s; the process was stopped")
        raise DiedError(self._last_words())

    def _last_words(self) -> str:
        code = self._process.wait()
        why = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
        self._words.seek(0)
        lines = self._words.read().decode(errors="replace").strip().splitlines()
        return f"the process died ({why}){': ' + lines[-1] if lines else ''}"

    def _kill(self) -> None:
        if not self.alive:
            return
        if hasattr(os, "killpg"):
            # It may end by itself in this very moment.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        else:
            self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """End it, whatever it does."""
        self._kill()
        for stream in (self._process.stdin, self._process.stdout, self._words):
            # What a process that died did not read cannot be flushed.
            with suppress(OSError):
                stream.close()  # type: ignore[union-attr]


class Pool:
    """Processes that wait for runs, and those that are busy; used by many threads at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._idle: list[Process] = []
        self._busy: set[Process] = set()
        self._closed = False

    def attempt(self, run: Mapping[str, Any], limit: float, study: str, attempt: int) -> Record:
        """The record of a run; whatever goes wrong is in it."""
        began = time.monotonic()
        with self._process() as process:
            try:
                outcome = process.ask(run, limit)
            except DiedError as error:
                seconds = round(time.monotonic() - began, 3)
                outcome = {"status": FAILED, "error": f"{error}.", "seconds": seconds}
        return recorded(run, outcome, study, attempt)

    @contextmanager
    def _process(self) -> Iterator[Process]:
        with self._lock:
            if self._closed:
                raise RuntimeError("the pool is closed")
            process = self._idle.pop() if self._idle else Process()
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
            process._kill()
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
