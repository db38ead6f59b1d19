"""HTML as text that cannot be confused with what people wrote into their tables."""

from __future__ import annotations

import html
from collections.abc import Iterable

# Elements without an end tag.
VOID = frozenset({"br", "rect"})


class Html(str):
    """Markup; every other string is text and is escaped when it is put into an element."""

    __slots__ = ()


def tag(name: str, *children: str | Iterable[str], **attributes: str | float) -> Html:
    """An element with its children, texts escaped.

    Parameters
    ----------
    name : str
    *children : str, Html, or iterables of these
    **attributes
        A trailing underscore is dropped and others become hyphens: ``class_``, ``aria_label``.

    Examples
    --------
    >>> tag("p", "a < b, ", tag("em", "really"), class_="note")
    '<p class="note">a &lt; b, <em>really</em></p>'
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(str(value))}"'
        for key, value in attributes.items()
    )
    if name in VOID:
        return Html(f"<{name}{given}/>")
    return Html(f"<{name}{given}>{joined(*children)}</{name}>")


def joined(*children: str | Iterable[str]) -> Html:
    """Children one after the other, texts escaped."""
    parts: list[str] = []
    for child in children:
        if isinstance(child, Html):
            parts.append(child)
        elif isinstance(child, str):
            parts.append(html.escape(child))
        else:
            parts.append(joined(*child))
    return Html("".join(parts))


def number(value: float, text: str) -> Html:
    """A number as it reads, with all its digits for machines."""
    return tag("data", text, value=repr(float(value)))


def percent(share: float) -> Html:
    """A share of people or of cases.

    Examples
    --------
    >>> percent(0.25), percent(1 / 3)
    ('<data value="0.25">25&nbsp;%</data>', '<data value="0.3333333333333333">33.3&nbsp;%</data>')
    """
    return Html(number(share, percent_text(share)).replace("\N{NO-BREAK SPACE}", "&nbsp;"))


def percent_text(share: float) -> str:
    """A percentage with at most one decimal, which never rounds something to nothing or to all."""
    points = 100 * share
    if 0 < points < 0.05:
        return "under 0.1\N{NO-BREAK SPACE}%"
    if 99.95 <= points < 100 - 1e-9:
        return "over 99.9\N{NO-BREAK SPACE}%"
    return f"{round(points, 1):g}\N{NO-BREAK SPACE}%"


def table(caption: str, heads: Iterable[str], rows: Iterable[Iterable[str]], kind: str) -> Html:
    """A table whose first column names its rows; narrow screens show a block for each row."""
    names = list(heads)
    body = []
    for first, *rest in rows:
        cells = [
            tag("td", text, data_label=name) for name, text in zip(names[1:], rest, strict=True)
        ]
        body.append(tag("tr", tag("th", first, scope="row"), cells))
    head = tag("tr", (tag("th", name, scope="col") for name in names))
    return tag(
        "table", tag("caption", caption), tag("thead", head), tag("tbody", body), class_=kind
    )


def section(name: str, title: str, *children: str | Iterable[str]) -> Html:
    """A part of the page under a heading."""
    heading = tag("h2", title, id=f"{name}-title")
    return tag("section", heading, *children, id=name, aria_labelledby=f"{name}-title")


def figure(picture: Html, caption: str) -> Html:
    """A picture with the sentence that says what it shows."""
    return tag("figure", picture, tag("figcaption", caption))
