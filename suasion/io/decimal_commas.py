"""Numbers written with a decimal comma, in columns of text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from suasion.errors import InputError

PLAIN = re.compile(r"[-+]?\d*\.?\d+([eE][-+]?\d+)?|\d+/\d+")
COMMA = re.compile(r"[-+]?(\d{1,3}(\.\d{3})+|\d*),\d+([eE][-+]?\d+)?")
# Either 1.234 or 1234.
THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2},\d{3}")
GROUPED = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?")


def with_points(
    columns: Mapping[str, list[str]],
    decimal: str | None = None,
    missing: Iterable[str] = (),
    verbatim: Sequence[str] = (),
) -> dict[str, list[str]]:
    """Write numbers with a decimal point, in columns that hold nothing but numbers.

    Parameters
    ----------
    columns : mapping of column name to list of str
    decimal : "," or "."
        What separates decimals; with a point, commas between groups of three digits are left out.
        None: a comma, if some number shows that it is one ("3,5", not "1,234").
    missing : iterable of str
        Texts that are no number and do not matter.
    verbatim : sequence of str
        Columns that are left as they are.

    Raises
    ------
    InputError
        For a column whose commas may separate decimals or thousands, and for another `decimal`.

    Examples
    --------
    >>> with_points({"weight": ["3,5", "1", ""]}, missing=[""])
    {'weight': ['3.5', '1', '']}
    >>> with_points({"income": ["1,234", "999"]}, decimal=".")
    {'income': ['1234', '999']}
    """
    if decimal not in (None, ",", "."):
        raise InputError(f"decimal is {decimal!r}; give a comma or a point.")
    gaps = set(missing)
    return {
        name: values if name in verbatim else _pointed(name, values, decimal, gaps)
        for name, values in columns.items()
    }


def _pointed(name: str, values: list[str], decimal: str | None, gaps: set[str]) -> list[str]:
    told = [value.strip() for value in values]
    commas = [value for value in told if value not in gaps and "," in value]
    pattern = GROUPED if decimal == "." else COMMA
    if not commas or not all(
        value in gaps or PLAIN.fullmatch(value) or pattern.fullmatch(value) for value in told
    ):
        return values
    if decimal is None and all(THOUSANDS.fullmatch(value) for value in commas):
        row = told.index(commas[0])
        raise InputError(
            f"{name}[{row}] is {commas[0]!r}, which may be {commas[0].replace(',', '.')} or "
            f"{commas[0].replace(',', '')}; say what separates decimals (decimal, --decimal)."
        )
    if decimal == ".":
        return [value.replace(",", "") for value in told]
    return [value.replace(".", "").replace(",", ".") if "," in value else value for value in told]
