"""Files: reading text with a sentence for what is wrong, and replacing in one step."""

from __future__ import annotations

import codecs
import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from suasion.errors import InputError
from suasion.io.sentences import nearest


def read_text(path: Path, prefix: str = "") -> str:
    """The text of a file; a ValueError that starts with `prefix` if it cannot be read.

    UTF-8, or UTF-16 with a byte-order mark, as shells and spreadsheets on Windows write it.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"{prefix}there is no such file{_nearest(path)}.") from error
    except OSError as error:
        raise InputError(f"{prefix}cannot be read: {error.strerror}.") from error
    return decoded(content, prefix)


def decoded(content: bytes, prefix: str = "") -> str:
    """The text of a file's bytes, as `read_text` reads it."""
    sixteen = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    name, encoding = ("UTF-16", "utf-16") if sixteen else ("UTF-8", "utf-8-sig")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            f"{prefix}is not {name} text (byte {error.start}); save it as UTF-8."
        ) from error
    if "\0" in text:
        raise InputError(
            f"{prefix}has null characters, as UTF-16 without a byte-order mark has; save it as "
            "UTF-8."
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _nearest(path: Path) -> str:
    """A question that names the file beside it whose name is nearest, or nothing."""
    try:
        beside = [entry.name for entry in os.scandir(path.parent) if entry.is_file()]
    except OSError:
        return ""
    return nearest(path.name, beside)


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Replace a file by a text in UTF-8 in one step, or make it: see `write_bytes`."""
    write_bytes(path, text.encode())


def write_bytes(path: str | os.PathLike[str], content: bytes) -> None:
    """Replace a file in one step, or make it.

    A link keeps pointing to the file, which is replaced; pipes and devices are written to.
    """
    target = Path(os.path.realpath(path))
    try:
        if target.exists() and not (target.is_file() or target.is_dir()):
            # Replacing /dev/null or a pipe by a file would destroy it.
            target.write_bytes(content)
            return
        with NamedTemporaryFile(
            dir=target.parent, prefix=f".{target.name}.", delete=False
        ) as draft:
            try:
                draft.write(content)
                draft.close()
                # Temporary files are private; an instance is readable like any new file.
                os.chmod(draft.name, 0o666 & ~_umask())
                os.replace(draft.name, target)
            except BaseException:
                os.unlink(draft.name)
                raise
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}.") from error


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
