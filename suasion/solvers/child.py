"""Processes of our own that solve: they can be stopped at any time, and end with their parent.

A child leads a process group, so that what it starts ends with it. Its standard input is a pipe
that only its parent holds: the pipe closes when the parent ends, in whatever way (SIGKILL runs no
code of the parent's), and then the child kills its group. Linux's PR_SET_PDEATHSIG is not used: it
tells of the end of the *thread* that started the child.
"""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread, Timer
from typing import Any

# Seconds in which a process must have loaded its libraries, on however slow a disk.
START_LIMIT = 300.0
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

# Where it says which folder for temporary files is its own.
FOLDER = "SUASION_CHILD_FOLDER"


class DiedError(RuntimeError):
    """A process ended without an answer; the message says why."""


class Child:
    """A process of ``python -m module``, where `module` calls `serve`; `ask` it.

    Parameters
    ----------
    module : str
    """

    def __init__(self, module: str) -> None:
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 - closed in stop
        # What it leaves there when it is killed goes too.
        self._folder = tempfile.TemporaryDirectory(prefix="suasion-", ignore_cleanup_errors=True)
        self._process = subprocess.Popen(
            # -P: a file numpy.py in the current folder is not numpy.
            [sys.executable, "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._words,
            env=self._environment(),
            # Ctrl-C is for the parent; and solvers that it starts die with it.
            start_new_session=True,
        )
        self._ready = False

    def _environment(self) -> dict[str, str]:
        """The environment as it is now, with what a child needs of its own."""
        root = str(Path(__file__).parents[2])
        path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
        folder = dict.fromkeys(("TMPDIR", "TEMP", "TMP", FOLDER), self._folder.name)
        return {**ONE_THREAD, **os.environ, **folder, "PYTHONPATH": path}

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def ask(self, message: Any, limit: float | None) -> Any:
        """Its answer to a message, found in the environment (PATH, licences) of now.

        Raises
        ------
        DiedError
            If the process died, or was stopped after `limit` seconds.
        """
        self.start()
        return self._said((self._environment(), message), limit)

    def start(self, limit: float = START_LIMIT) -> None:
        """Wait until it can be asked, which `ask` does too."""
        if not self._ready:
            self._said(None, limit)
            self._ready = True

    def _said(self, message: Any, limit: float | None) -> Any:
        """Say something, if it is not None, and hear the next answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        began = time.monotonic()
        timer = None if limit is None else Timer(limit, self.kill)
        if timer:
            timer.daemon = True
            timer.start()
        try:
            if message is not None:
                pickle.dump(message, self._process.stdin, protocol=5)
                self._process.stdin.flush()
            return pickle.load(self._process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError, ValueError) as error:
            if limit is not None and time.monotonic() - began >= limit:
                words = f"exceeded hard limit of {limit:g} s; the process was stopped"
                raise DiedError(words) from error
            raise DiedError(self._last_words()) from error
        finally:
            if timer:
                timer.cancel()
                timer.join()

    def _last_words(self) -> str:
        code = self._process.wait()
        why = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
        self._words.seek(0)
        lines = self._words.read().decode(errors="replace").strip().splitlines()
        return f"the process died ({why}){': ' + lines[-1] if lines else ''}"

    def interrupt(self) -> None:
        """Send Ctrl-C to it and to what it has started; without signals, end it."""
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGINT)
        else:
            self.kill()

    def kill(self) -> None:
        """End it and what it has started, whatever they do."""
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
        """End it, whatever it does, and tidy up after it."""
        self.kill()
        for stream in (self._process.stdin, self._process.stdout, self._words):
            # What a process that died did not read cannot be flushed.
            with suppress(OSError):
                stream.close()  # type: ignore[union-attr]
        self._folder.cleanup()


def serve(answer: Callable[[Any], Any]) -> None:
    """Answer what comes in until the input ends, which also ends an answer that is under way."""
    out = os.fdopen(os.dup(1), "wb")
    # What solvers print must not mix with the answers.
    os.dup2(2, 1)
    messages: SimpleQueue[Any] = SimpleQueue()
    Thread(target=_read, args=(messages,), daemon=True).start()
    pickle.dump("ready", out)
    out.flush()
    while True:
        environment, message = messages.get()
        # A child is kept: the environment may have changed since it was started.
        os.environ.clear()
        os.environ.update(environment)
        pickle.dump(answer(message), out, protocol=5)
        out.flush()


def _read(messages: SimpleQueue[Any]) -> None:
    folder = os.environ[FOLDER]  # before any message, for each changes the environment
    with suppress(EOFError, pickle.UnpicklingError):
        while True:
            messages.put(pickle.load(sys.stdin.buffer))
    # Whoever asked is gone: nobody waits for the answer, nor for solvers that were started.
    shutil.rmtree(folder, ignore_errors=True)
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)
    os._exit(0)
