"""Pictures in files: replaced in one step, and the same bytes for the same picture."""

from __future__ import annotations

import io
import os
import warnings
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from suasion.errors import InputError
from suasion.io.sentences import nearest
from suasion.io.text_files import write_bytes
from suasion.plots.style import listed

FORMATS = ("png", "svg", "pdf")
DOTS_PER_INCH = 200


def picture_format(path: str | os.PathLike[str]) -> str:
    """The format that a file's ending names.

    Raises ValueError, with the nearest ending, for any but .png, .svg and .pdf.
    """
    ending = Path(path).suffix.lower()
    if ending[1:] not in FORMATS:
        endings = [f".{name}" for name in FORMATS]
        found = f"ends in {ending}" if ending else "has no ending"
        raise InputError(
            f"{path} {found}; give a file that ends in {listed(endings)}"
            f"{nearest(ending, endings)}."
        )
    return ending[1:]


def write_figure(figure: Figure, path: str | os.PathLike[str]) -> None:
    """Write a figure to a .png, .svg or .pdf file, replacing it in one step.

    Files hold no date and no random names, so equal figures are equal files. Characters that
    the font lacks are drawn as boxes.

    Raises
    ------
    ValueError
        For another ending, or if the file cannot be written.
    """
    format = picture_format(path)  # noqa: A001
    undated = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(format, {})
    drawn = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "suasion"}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)
        figure.savefig(drawn, format=format, dpi=DOTS_PER_INCH, metadata=undated)
    write_bytes(path, drawn.getvalue())
