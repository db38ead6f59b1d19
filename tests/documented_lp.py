"""A reader of .lp files that takes nothing but what Gurobi documents of the format.

Checked: blanks around every name, number and sign; names of at most 255 characters that do not
begin with a digit or a sign, hold none of ``+ - * ^ :`` and are no keyword; a comment from a
backslash to the end of its line; sections in the documented order, each once and with contents;
a bound a line, in the documented forms; a row's constant on its right; binaries that are bounded
by 0 and 1. The program that is read is solved by `optimise`.
"""

import re

import numpy as np
from model_readers import Reading
from scipy import sparse

from suasion.models.programs.program import Constraints, Program, Variables
from suasion.solvers.backends.optimise import optimise

SECTIONS = ["minimize", "subject to", "bounds", "binaries", "generals", "end"]
KEYWORDS = {
    *("minimize", "maximize", "minimum", "maximum", "min", "max", "subject", "such", "st", "s.t."),
    *("bounds", "bound", "binary", "binaries", "bin", "general", "generals", "gen", "integers"),
    *("semi-continuous", "semis", "semi", "sos", "sos1", "sos2", "end", "free", "inf", "infinity"),
}
NUMBER = re.compile(r"\d+(\.\d*)?(e[+-]?\d+)?$|\.\d+(e[+-]?\d+)?$", re.IGNORECASE)
NAME = re.compile(r"[^\d\s+\-*^<>=()\[\],:.][^\s+\-*^:]{0,254}$")


def documented(path):
    """The optimum by the documented grammar."""
    sections = _sections(path.read_text(encoding="ascii"))
    label, terms = _labelled(sections["minimize"])
    _require_name(label)
    costs = dict(_terms(terms))
    names = list(costs)
    rows = list(_rows(sections["subject to"], names))
    lower, upper = _bounds(sections["bounds"], names)
    integer = _integers(sections, names, lower, upper)
    blocks = tuple(
        Variables(
            name, *(np.array([part[name]]) for part in (costs, lower, upper)), name in integer
        )
        for name in names
    )
    matrix = sparse.csr_array(np.array([row for row, _, _ in rows]).reshape(len(rows), len(names)))
    low, high = (np.array([row[k] for row in rows], dtype=float) for k in (1, 2))
    result = optimise(Program("read", False, blocks, (Constraints("row", matrix, low, high),)))
    return Reading(result.value if result.status == "optimal" else None, names)


def _sections(text):
    """Lines of each section, by its heading."""
    found, lines = {}, []
    for line in text.splitlines():
        line = line.split("\\")[0].strip()
        if line.lower() in SECTIONS:
            lines = found[line.lower()] = []
        elif line:
            lines.append(line)
    assert list(found) == [name for name in SECTIONS if name in found]
    assert all(found[name] for name in found if name != "end")
    assert not found["end"]
    return found


def _labelled(lines):
    """The label and the words of one expression over several lines."""
    first, *words = " ".join(lines).split()
    assert first.endswith(":")
    return first[:-1], words


def _require_name(word):
    assert NAME.match(word), word
    assert word.lower() not in KEYWORDS


def _number(word):
    assert NUMBER.match(word), word
    return float(word)


def _signed(word):
    """A number of a bound or a side, where a minus sign stands before it."""
    sign, digits = (-1, word[1:]) if word.startswith("-") else (1, word)
    return sign * (np.inf if digits.lower() in ("inf", "infinity") else _number(digits))


def _terms(words):
    """Name and coefficient: sign, number and name, three words each."""
    assert len(words) % 3 == 0
    for sign, value, name in zip(words[::3], words[1::3], words[2::3], strict=True):
        _require_name(name)
        yield name, {"+": 1, "-": -1}[sign] * _number(value)


def _rows(lines, names):
    """Coefficients and sides of each row."""
    starts = [i for i, line in enumerate(lines) if line.split()[0].endswith(":")]
    assert starts[0] == 0
    labels = set()
    for start, stop in zip(starts, [*starts[1:], len(lines)], strict=True):
        label, words = _labelled(lines[start:stop])
        _require_name(label)
        assert label not in labels
        labels.add(label)
        *terms, relation, side = words
        values = dict.fromkeys(names, 0.0)
        values.update(_terms(terms))
        assert len(values) == len(names)
        side = _signed(side)
        low = side if relation in (">=", "=") else -np.inf
        yield list(values.values()), low, side if relation in ("<=", "=") else np.inf


def _bounds(lines, names):
    """Lower and upper bounds, 0 and infinity where nothing is said."""
    lower, upper = dict.fromkeys(names, 0.0), dict.fromkeys(names, np.inf)
    for line in lines:
        match line.split():
            case [name, "free"]:
                lower[name] = -np.inf
            case [name, "=", value]:
                lower[name] = upper[name] = _signed(value)
            case [name, ">=", value]:
                lower[name] = _signed(value)
            case [low, "<=", name, "<=", high]:
                lower[name], upper[name] = _signed(low), _signed(high)
            case _:
                raise AssertionError(line)
    assert list(lower) == list(upper) == names
    return lower, upper


def _integers(sections, names, lower, upper):
    """Names of the integer variables."""
    binaries, generals = (
        " ".join(sections.get(heading, [])).split() for heading in ("binaries", "generals")
    )
    assert len({*binaries, *generals}) == len(binaries) + len(generals)
    assert {*binaries, *generals} <= set(names)
    assert all((lower[name], upper[name]) == (0, 1) for name in binaries)
    return {*binaries, *generals}
