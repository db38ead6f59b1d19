"""Which partitions of the types a single message can bring about: cells, split type by type."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np

from suasion.errors import OutOfReachError
from suasion.models.finite.instance import FinitePersuasion
from suasion.models.numbers.arrays import Labels, Mask
from suasion.models.simulation.cones import Cone, Ray, integers
from suasion.models.simulation.message_partitions import told_apart
from suasion.solvers.clock import Clock

# Cells of messages that are kept, a kilobyte or so each.
MOST_CELLS = 50_000
# Actions whose float scores differ by less, in units of the type's stakes, are one.
SAME_ACTION = 1e-12


@dataclass(frozen=True, eq=False)
class MessageCell:
    """An open cone of messages on which every type keeps to its best actions.

    Attributes
    ----------
    cone : Cone
        Its closure.
    groups : tuple of int
        For each type its best actions: a row of its entry in `ActionGroups.members`. More than
        one action only if they earn the type the same in every state.
    """

    cone: Cone
    groups: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class ActionGroups:
    """Actions of one type, those that earn the same in every state as one.

    Attributes
    ----------
    members : array of bool, shape (groups, k)
    rows : list of list of tuple of int
        ``rows[a][b] @ x > 0`` where group a is better than group b.
    scores : list of tuple of int
        Worth of each group in each state, all in one unit.
    """

    members: Mask
    rows: list[list[Ray]]
    scores: list[Ray]


def message_cells(instance: FinitePersuasion, clock: Clock) -> list[MessageCell]:
    """All cells with an interior of the arrangement that the types make of the messages.

    The cells of the first types are split by the next one: what each of its actions leaves of a
    cell is a cone (`Cone.cut`). Everything is in integers, floats being the dyadic numbers they
    are, so that none is missed and none is empty, however degenerate the instance.

    Time: some hundred microseconds for each cell and type in three states. There are at most
    C(n + d - 1, d - 1) cells for matching utilities, and O((n k^2)^(d - 1)) in general.

    Raises
    ------
    StoppedError
        When the clock stops it.
    ValueError
        For more than `MOST_CELLS` cells.

    Examples
    --------
    Two types with thresholds 1/5 and 2/5: nobody acts, the second does, both do.

    >>> from suasion import BinaryPersuasion
    >>> binary = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    >>> cells = message_cells(FinitePersuasion.from_binary(binary), Clock())
    >>> [cell.groups for cell in cells]
    [(0, 0), (0, 1), (1, 1)]
    """
    cells = [MessageCell(Cone.orthant(instance.shape[1]), ())]
    for t in range(len(instance)):
        groups = action_groups_of(instance, t)
        longer: list[MessageCell] = []
        for cell in cells:
            clock.check()
            parts = _split(cell.cone, groups)
            longer += [MessageCell(cone, (*cell.groups, a)) for a, cone in parts]
            if len(longer) > MOST_CELLS:
                raise OutOfReachError(
                    f"a message can make the {len(instance)} types act in more than "
                    f'{MOST_CELLS:,} ways; use method "pricing", or fewer types.'
                )
        cells = longer
    return cells


def action_groups_of(instance: FinitePersuasion, t: int) -> ActionGroups:
    """The distinct actions of a type and the integer rows that compare them."""
    exact = instance.scores(exact=True)[t].tolist()
    if instance.rational:
        same = [[int(one == other) for other in exact] for one in exact]
    else:
        floats = instance.scores()[t] / instance.stakes[t]
        near = np.abs(floats[:, None] - floats[None]).max(axis=2) <= SAME_ACTION
        same = near.astype(int).tolist()
    first = [row.index(1) for row in same]
    leaders = sorted(set(first))
    members = np.array([[f == leader for f in first] for leader in leaders])
    scale = lcm(*(x.denominator for row in exact for x in row))
    scores = [tuple(int(x * scale) for x in exact[a]) for a in leaders]
    rows = [[_row(exact[a], exact[b]) for b in leaders] for a in leaders]
    return ActionGroups(members, rows, scores)


def _row(one: list[Fraction], other: list[Fraction]) -> Ray:
    return integers([x - y for x, y in zip(one, other, strict=True)])


def _split(cone: Cone, groups: ActionGroups) -> list[tuple[int, Cone]]:
    """What each group of actions leaves of a cone, where that has an interior."""
    count = len(groups.scores)
    sure = set(range(count))
    for ray in cone.rays:
        worth = [sum(s * x for s, x in zip(row, ray, strict=True)) for row in groups.scores]
        most = max(worth)
        sure &= {a for a, value in enumerate(worth) if value == most}
        if not sure:
            break
    if sure:
        # Best on all rays is best throughout; different groups are not tied throughout.
        return [(sure.pop(), cone)]
    parts = []
    for a in range(count):
        part: Cone | None = cone
        for b in range(count):
            if b != a and part is not None:
                part = part.cut(groups.rows[a][b])
        if part is not None:
            parts.append((a, part))
    return parts


def partitions_of(
    instance: FinitePersuasion, cells: list[MessageCell]
) -> dict[bytes, tuple[Labels, list[int]]]:
    """The distinct partitions, names of actions forgotten, each with the cells that make it."""
    groups = [action_groups_of(instance, t).members for t in range(len(instance))]
    found: dict[bytes, tuple[Labels, list[int]]] = {}
    for c, cell in enumerate(cells):
        best = np.array([members[a] for members, a in zip(groups, cell.groups, strict=True)])
        labels = told_apart(best)
        found.setdefault(labels.tobytes(), (labels, []))[1].append(c)
    return found
