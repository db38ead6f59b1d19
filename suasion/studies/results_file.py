"""The file of results: one JSON line per run, appended as it ends, whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from suasion.errors import InputError
from suasion.io.sentences import shown
from suasion.studies.runs import KEY, Record, identity


class ResultsFile:
    """Results that are being added to; `open_results` makes one.

    Attributes
    ----------
    records : dict
        The last attempt at each run that is in the file, by `identity`.
    """

    def __init__(self, descriptor: int, records: list[Record]) -> None:
        self._descriptor = descriptor
        self.records = {identity(record): record for record in records}

    def append(self, record: Record) -> None:
        """Write a line that survives whatever happens next."""
        line = json.dumps(record, allow_nan=False).encode() + b"\n"
        while line:
            line = line[os.write(self._descriptor, line) :]
        os.fsync(self._descriptor)
        self.records[identity(record)] = record


@contextmanager
def open_results(path: Path, study: str) -> Iterator[ResultsFile]:
    """The results of a study, to go on with; a last line that was cut off is removed.

    Raises
    ------
    ValueError
        If the file cannot be written, holds something else or runs of another study (nothing is
        changed then), or is being written by another process.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}.") from error
    try:
        _lock(descriptor, path)
        content = path.read_bytes()
        records = _records(content, path)
        for record in records:
            if record["study"] != study:
                raise InputError(
                    f"{path} holds runs of the study {shown(record['study'])} and this one is "
                    f"{shown(study)}; give another file with --output."
                )
        _end_line(descriptor, content, study, path)
        yield ResultsFile(descriptor, records)
    finally:
        os.close(descriptor)


def read_results(path: str | os.PathLike[str]) -> list[Record]:
    """The runs in a file of results, the last attempt at each, as dictionaries.

    The file may be that of a study that is still running: a last line that is not whole is left
    out.

    Raises
    ------
    ValueError
        If the file cannot be read, or a line in it is not a run.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}.") from error
    return list({identity(record): record for record in _records(content, path)}.values())


def _records(content: bytes, path: Path) -> list[Record]:
    """All lines, without a last one that was cut off."""
    lines = content.split(b"\n")
    last = len(lines) - 1
    found = []
    for number, line in enumerate(lines):
        record = _parsed(line)
        if record is not None:
            found.append(record)
        elif number < last:
            raise _foreign(path, number, line)
    return found


def _foreign(path: Path, number: int, line: bytes) -> InputError:
    return InputError(
        f"{path}: line {number + 1} is not a run of a study but "
        f"{shown(line.decode(errors='replace'))}; remove it or give another file."
    )


def _parsed(line: bytes) -> Record | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    whole = isinstance(record, dict) and {*KEY, "study", "status"} <= set(record)
    return record if whole else None


def _end_line(descriptor: int, content: bytes, study: str, path: Path) -> None:
    """Make the file end with a whole line; one that was cut off must begin as this study's do."""
    whole, _, rest = content.rpartition(b"\n")
    if not rest:
        return
    if _parsed(rest) is None:
        opening = json.dumps({"study": study}).encode()[:-1] + b", "
        if not (rest.startswith(opening) or opening.startswith(rest)):
            raise _foreign(path, content.count(b"\n"), rest)
        os.ftruncate(descriptor, len(whole) + 1 if whole else 0)
    else:
        os.write(descriptor, b"\n")
    os.fsync(descriptor)


def _lock(descriptor: int, path: Path) -> None:
    """Keep a second study from writing to the file; the lock ends with the process."""
    try:
        import fcntl
    except ImportError:
        return  # a system without such locks
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise InputError(
            f"{path}: another study is writing to this file; wait for it or give another file "
            "with --output."
        ) from error
