"""Set covers in files that list sets: hitting sets of PACE, hMETIS, transactions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from suasion.errors import InputError
from suasion.io.dimacs import problem_line
from suasion.io.graph_text import MOST_NODES, is_number, node_number, numbered, whole
from suasion.models.set_cover.instance import SetCover

# What is chosen: numbers or lines.
CHOICES = ("hit", "cover")
SAY_CHOICE = (
    "say what to choose with --format hit (numbers, so that every line has one) or --format "
    "cover (lines, so that every number is on one)"
)


@dataclass(frozen=True)
class Hypergraph:
    """Lines that list items, which are called by their numbers in the file.

    Attributes
    ----------
    items : list of int
    lines : list of list of int
        Positions in `items`.
    item_costs, line_costs : list of str or None
    """

    items: Sequence[int]
    lines: list[list[int]]
    item_costs: list[str] | None = None
    line_costs: list[str] | None = None


def has_hitting_set(text: str) -> bool:
    """Whether the problem line is that of a hitting set."""
    found = problem_line(text)
    return found is not None and found[1][1].lower() == "hs"


def parse_set_lists(text: str, choice: str | None, metis: bool) -> SetCover:
    r"""The set cover of a hypergraph.

    Parameters
    ----------
    text : str
        "p hs NODES LINES" and a line of nodes for each set to be hit; or a header "LINES NODES
        [fmt]" of hMETIS and such lines, with their costs before them and costs of nodes after
        them if fmt says so; or transactions, a line of any integers >= 0 for each.
    choice : "hit", "cover" or None
        Choose items that hit all lines or lines that cover all items. A hitting set is "hit" by
        default, other files do not say.
    metis : bool
        Whether the file is in the format of hMETIS if it has no problem line.

    Raises
    ------
    ValueError
        With the line: for what is no item, and other numbers of lines than promised.

    References
    ----------
    G. Karypis and V. Kumar, hMETIS 1.5: a hypergraph partitioning package, 1998. B. Goethals and
    M. J. Zaki, FIMI'03: workshop on frequent itemset mining implementations, 2003.

    Examples
    --------
    >>> cover = parse_set_lists("p hs 3 2\n1 2\n2 3\n", None, metis=False)
    >>> cover.sets.nested(), cover.labels
    ([[0], [0, 1], [1]], ('1', '2', '3'))
    """
    if choice not in (None, *CHOICES):
        raise InputError(f'format is "{choice}", and this file lists sets; {SAY_CHOICE}.')
    if has_hitting_set(text):
        found, choice = _hitting_set(text), choice or "hit"
    else:
        if choice is None:
            raise InputError(f"lists sets and does not say what they are for; {SAY_CHOICE}.")
        found = _hmetis(text) if metis else _transactions(text)
    if choice == "cover":
        names = [str(i) for i in range(1, len(found.lines) + 1)]
        return SetCover(len(found.items), found.lines, found.line_costs, names)
    hits: list[list[int]] = [[] for _ in found.items]
    for i, members in enumerate(found.lines):
        for item in members:
            hits[item].append(i)
    return SetCover(len(found.lines), hits, found.item_costs, [str(item) for item in found.items])


def _hitting_set(text: str) -> Hypergraph:
    at, words = problem_line(text) or (0, [])
    if len(words) != 4:
        raise InputError(f"line {at} is {' '.join(words)[:40]!r}; write 'p hs NODES LINES'.")
    count = whole(words[2], at, "the number of nodes", MOST_NODES)
    promised = whole(words[3], at, "the number of lines")
    rows = [
        (number, line.split())
        for number, line in numbered(text)
        if number > at and line and line.split()[0] != "c"
    ]
    _check_count(at, promised, len(rows))
    return Hypergraph(range(1, count + 1), [_members(row, at, count) for at, row in rows])


def _hmetis(text: str) -> Hypergraph:
    rows = [
        (number, line.split())
        for number, line in numbered(text)
        if line and not line.startswith("%")
    ]
    if not rows:
        raise InputError("has no header; begin it with the numbers of lines and nodes.")
    at, header = rows.pop(0)
    if not 2 <= len(header) <= 3 or (*header, "0")[2] not in ("0", "1", "10", "11"):
        raise InputError(
            f"line {at} is {' '.join(header)[:40]!r}; begin with 'LINES NODES' and, for costs, "
            "1 (of lines), 10 (of nodes) or 11 (of both)."
        )
    lines = whole(header[0], at, "the number of lines")
    count = whole(header[1], at, "the number of nodes", MOST_NODES)
    fmt = (*header, "0")[2].zfill(2)
    _check_count(at, lines + (count if fmt[0] == "1" else 0), len(rows))
    costs = None if fmt[1] == "0" else [_cost(row[:1], number) for number, row in rows[:lines]]
    members = [_members(row[int(fmt[1]) :], i, count) for i, row in rows[:lines]]
    nodes = None if fmt[0] == "0" else [_cost(row, number) for number, row in rows[lines:]]
    return Hypergraph(range(1, count + 1), members, nodes, costs)


def _transactions(text: str) -> Hypergraph:
    rows = [(number, line.split()) for number, line in numbered(text) if line]
    read = [[whole(word, number, "an item") for word in row] for number, row in rows]
    items = sorted({item for row in read for item in row})
    place = {item: i for i, item in enumerate(items)}
    lines = []
    for (number, _), row in zip(rows, read, strict=True):
        _check_different(row, number)
        lines.append([place[item] for item in row])
    return Hypergraph(items, lines)


def _check_count(line: int, promised: int, found: int) -> None:
    if promised != found:
        raise InputError(
            f"line {line} promises {promised} lines and {found} follow; mend the number, or get "
            "the whole file."
        )


def _members(words: list[str], line: int, count: int) -> list[int]:
    found = [node_number(word, line, count) - 1 for word in words]
    _check_different(words, line)
    return found


def _check_different(members: Sequence[object], line: int) -> None:
    if len(set(members)) < len(members):
        again = next(x for i, x in enumerate(members) if x in members[:i])
        raise InputError(f"line {line} lists {again} twice; list it once.")


def _cost(words: list[str], line: int) -> str:
    if len(words) != 1 or not is_number(words[0]) or words[0].startswith("-"):
        raise InputError(f"line {line}: a cost is {' '.join(words)[:40]!r}; give a number >= 0.")
    return words[0]
