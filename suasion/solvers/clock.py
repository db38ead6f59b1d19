"""When to stop a long search: its time limit, or Ctrl-C."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Any


@dataclass(frozen=True)
class Progress:
    """How far a search is.

    Attributes
    ----------
    done : float
        Share of the work that is done, from 0 to 1, as far as it can be told.
    value : float or None
        Payoff of the best answer so far.
    bound : float or None
        No answer earns more.
    nodes : int or None
        Search nodes looked at.
    seconds : float
        Time since the start.
    """

    done: float
    value: float | None = None
    bound: float | None = None
    nodes: int | None = None
    seconds: float = 0.0


class StoppedError(Exception):
    """A clock stopped in the middle of work that only its caller can leave; see `Clock.check`."""


class Clock:
    """Says when a search must stop, so that it can return what it has.

    Inside a ``with`` block the first Ctrl-C only sets `stopped`, which loops look at several
    times a second; a second Ctrl-C interrupts at once as usual. Outside the main thread Python
    delivers no signals, and only the time limit counts.

    Parameters
    ----------
    time_limit : float, optional
        Seconds from the construction of the clock.
    progress : callable, optional
        Given a `Progress` now and then.

    Examples
    --------
    >>> with Clock(time_limit=0) as clock:
    ...     clock.stopped
    'time limit'
    """

    def __init__(
        self,
        time_limit: float | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> None:
        self._started = time.perf_counter()
        self._limit = time_limit
        self._progress = progress
        self._interrupted = False
        self._previous: Any = None

    def __enter__(self) -> Clock:
        if threading.current_thread() is threading.main_thread():
            self._previous = signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._previous is not None:
            signal.signal(signal.SIGINT, self._previous)

    def _interrupt(self, signum: int, frame: FrameType | None) -> None:
        if self._interrupted:
            raise KeyboardInterrupt
        self._interrupted = True

    @property
    def seconds(self) -> float:
        """Time since the clock was made."""
        return time.perf_counter() - self._started

    def tick(
        self,
        done: float,
        value: float | None = None,
        bound: float | None = None,
        nodes: int | None = None,
    ) -> None:
        """Report progress: the share of the work done, from 0 to 1, and what is known by now."""
        if self._progress is not None:
            self._progress(Progress(done, value, bound, nodes, self.seconds))

    @property
    def stopped(self) -> str | None:
        """Why to stop, "interrupted" or "time limit"; None to go on."""
        if self._interrupted:
            return "interrupted"
        if self._limit is not None and self.seconds >= self._limit:
            return "time limit"
        return None

    def check(self) -> None:
        """Raise `StoppedError` when it is time to stop: for loops that have nothing to return."""
        if self.stopped:
            raise StoppedError

    @property
    def left(self) -> float | None:
        """Seconds left of the time limit, 0 when stopped; None without one."""
        if self.stopped:
            return 0.0
        return None if self._limit is None else max(0.0, self._limit - self.seconds)
