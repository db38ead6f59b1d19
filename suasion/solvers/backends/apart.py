"""Solvers run in a process that can be stopped: those that look at no clock, or start their own.

Presolve of a large program, HiGHS's too, and PuLP's and cvxpy's translation of it look at neither
time limit nor Ctrl-C, for minutes and gigabytes; a thread that does so cannot be stopped. And a
solver that PuLP starts goes on when its parent is killed. So these run in a `Child`, which is
stopped when the time is up. It is kept for the next program: starting one takes a second.
"""

from __future__ import annotations

import atexit
import os
from dataclasses import replace
from importlib import metadata
from threading import Event, Lock, Thread
from time import perf_counter
from typing import Any

from suasion.models.programs.program import Program
from suasion.solvers.backends.outcome import Ending, Options, Outcome
from suasion.solvers.child import START_LIMIT, Child, DiedError

WORKER = "suasion.solvers.backends.worker"
# Programs with fewer nonzeros are presolved within a fraction of a second.
LARGE = 100_000
# Seconds that a solver gets after its time limit, or after Ctrl-C, to hand over what it has.
GRACE = 0.8
PACKAGES = {"highs": "highspy"}

_lock = Lock()
_idle: list[Child] = []


def run(library: str, program: Program, options: Options) -> Outcome:
    """`run` of the backend `library` in a process of its own, on time whatever it does."""
    began = perf_counter()
    child = _taken()
    asked = _Asked(child, library, program, options, began)
    asked.start()
    interrupted = False
    try:
        # With a timeout, because an endless wait does not notice Ctrl-C on Windows.
        while not asked.done.wait(0.1):
            pass
    except KeyboardInterrupt:
        interrupted = True
        child.interrupt()
        if not asked.done.wait(GRACE):
            child.kill()
            asked.done.wait()
    except BaseException:
        child.kill()
        raise
    if interrupted or not child.alive:
        # After Ctrl-C it may be on its way to its end.
        child.stop()
    else:
        with _lock:
            _idle.append(child)
    return _heard(asked, interrupted, metadata.version(PACKAGES.get(library, library)))


class _Asked(Thread):
    """A thread that asks and waits, so that the main thread hears Ctrl-C."""

    def __init__(
        self, child: Child, library: str, program: Program, options: Options, began: float
    ) -> None:
        super().__init__(daemon=True)
        self._message = library, program
        self._child, self._options, self._began = child, options, began
        self.done = Event()
        self.answer: Any = None
        self.late = False

    def run(self) -> None:
        limit = self._options.time_limit
        try:
            self._child.start(START_LIMIT if limit is None else limit + GRACE)
            if limit is not None:
                limit = max(0.0, limit - (perf_counter() - self._began))
            told = *self._message, replace(self._options, time_limit=limit)
            self.answer = self._child.ask(told, None if limit is None else limit + GRACE)
        except DiedError as error:
            limit = self._options.time_limit
            self.late = limit is not None and perf_counter() - self._began >= limit
            self.answer = error
        finally:
            self.done.set()


def _heard(asked: _Asked, interrupted: bool, version: str) -> Outcome:
    """What the process answered, or why it did not."""
    answer = asked.answer
    if interrupted and not (isinstance(answer, Outcome) and answer.values is not None):
        # Whatever the interruption made of it.
        return Outcome("", version, ending=Ending.INTERRUPTED)
    if isinstance(answer, DiedError):
        ending = Ending.TIME_LIMIT if asked.late else Ending.FAILED
        return Outcome(str(answer), version, ending=ending)
    if isinstance(answer, BaseException):
        raise answer
    assert isinstance(answer, Outcome)
    return answer


def _taken() -> Child:
    """A process that waits, or a new one."""
    with _lock:
        while _idle:
            child = _idle.pop()
            if child.alive:
                return child
            child.stop()
    return Child(WORKER)


def _close() -> None:
    """End the processes that wait."""
    with _lock:
        while _idle:
            _idle.pop().stop()


def _leave() -> None:
    """A forked process must not talk to the children of its parent."""
    global _lock
    _lock = Lock()
    _kept_by_parent.extend(_idle)
    _idle.clear()


# Never touched: letting go of them would close pipes and warn of running children.
_kept_by_parent: list[Child] = []

atexit.register(_close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave)
