"""A page: one file with everything in it, which asks nothing of a network."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from suasion.io.text_files import write_text
from suasion.reports.markup import Html, tag
from suasion.reports.style import STYLE
from suasion.version import __version__


@dataclass(frozen=True)
class Page:
    """A report that reads well on a screen, on a telephone and on paper.

    Attributes
    ----------
    title : str
    body : Html
        What the page says.
    """

    title: str
    body: Html

    @classmethod
    def of(cls, title: str, about: str, parts: Iterable[str]) -> Page:
        """A page of parts under its title and a line that says what it is about."""
        head = tag("header", tag("h1", title), tag("p", about, class_="about"))
        foot = tag("footer", tag("p", f"Made by suasion {__version__}."))
        return cls(title, tag("main", head, parts, foot))

    @property
    def html(self) -> str:
        """The whole document."""
        return (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(self.title)}</title>\n<style>{STYLE}</style>\n</head>\n"
            f"<body>\n{self.body}\n</body>\n</html>\n"
        )

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the document to a file, replacing it in one step."""
        write_text(path, self.html)

    def __repr__(self) -> str:
        return f"Page({self.title!r})"

    def _repr_html_(self) -> str:
        # In a frame of its own, so that its style stays its own.
        return (
            f'<iframe srcdoc="{escape(self.html)}" width="100%" height="800" '
            f'title="{escape(self.title)}"></iframe>'
        )
