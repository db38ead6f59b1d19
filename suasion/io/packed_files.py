"""Text in files that may be packed with gzip, as their names say."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from suasion.errors import InputError
from suasion.io.text_files import decoded, read_text

PACKED = ".gz"


def is_packed(path: Path) -> bool:
    """Whether the name of a file ends in .gz."""
    return path.suffix.lower() == PACKED


def inner_ending(path: Path) -> str:
    """The ending that names a file's format, in lower case.

    Examples
    --------
    >>> inner_ending(Path("road.GR.gz"))
    '.gr'
    """
    return Path(path.stem if is_packed(path) else path).suffix.lower()


def read_packed(path: Path) -> str:
    """The text of a file, unpacked if need be; a ValueError if it cannot be read."""
    if not is_packed(path):
        return read_text(path)
    try:
        with gzip.open(path) as file:
            content = file.read()
    except FileNotFoundError as error:
        raise InputError("there is no such file.") from error
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"cannot be unpacked ({error}); get the whole file.") from error
    return decoded(content, "when unpacked, it ")
