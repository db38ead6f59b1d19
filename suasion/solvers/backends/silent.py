"""HiGHS without a word on standard output, which belongs to the answer of a command.

From version 1.16 on, HiGHS prints a banner as soon as callbacks are enabled while output is on,
and the constructor of highspy enables them before any option can be set.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any


@cache
def silent_class() -> Any:
    """`highspy.Highs`, made with its output off."""
    import highspy

    class Silent(highspy.Highs):  # type: ignore[misc,unused-ignore]
        def enableCallbacks(self) -> None:
            self.setOptionValue("output_flag", False)
            super().enableCallbacks()

    return Silent


class _Users:
    """How many solves of other libraries are under way, in all threads."""

    count = 0
    lock = Lock()


@contextmanager
def others_silenced() -> Iterator[None]:
    """Silence for a library that makes its own `highspy.Highs`, in threads that may overlap."""
    import highspy

    silent = silent_class()
    with _Users.lock:
        _Users.count += 1
        highspy.Highs = silent
    try:
        yield
    finally:
        with _Users.lock:
            _Users.count -= 1
            if not _Users.count:
                highspy.Highs = silent.__base__
