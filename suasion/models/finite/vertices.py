"""Vertices of the best-response subdivision in exact arithmetic, and the program over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np

from suasion.models.finite.instance import FinitePersuasion
from suasion.models.finite.policy import FinitePolicy
from suasion.models.numbers.arrays import FloatArray, NumberArray, object_array
from suasion.models.programs.program import Program
from suasion.models.programs.rational import Family, Formulation, RationalProgram

Row = tuple[Fraction, ...]


def exact_vertices(instance: FinitePersuasion) -> list[Row]:
    """Messages at which the payoff of a policy can be extreme, largest likelihood 1, in order.

    On the simplex of messages, each type is indifferent between two best actions on part of a
    hyperplane; a vertex is a message at which such hyperplanes and those of likelihoods 0 leave
    no freedom. The sender's payoff is linear on the closed cells between them, so some optimal
    policy uses vertices only.

    Time: one elimination for each set of up to d - 1 hyperplanes, in Fractions; for small
    instances, and as a check of `suasion.solvers.finite`.
    """
    d = instance.shape[1]
    normals = _normals(instance.scores(exact=True).tolist())
    identity = [tuple(Fraction(int(v == w)) for v in range(d)) for w in range(d)]
    found = {point for point in _points([*normals, *identity], identity) if min(point) >= 0}
    scaled = {tuple(x / max(point) for x in point) for point in found}
    return sorted(point for point in scaled if _is_vertex(instance, point, identity))


def _normals(scores: list[list[list[Fraction]]]) -> list[Row]:
    """Differences of two actions' scores, each hyperplane once, those with two signs."""
    found: dict[Row, None] = {}
    for actions in scores:
        for one, other in combinations(actions, 2):
            row = [x - y for x, y in zip(one, other, strict=True)]
            if min(row) < 0 < max(row):
                lead = next(x for x in row if x)
                found[tuple(x / lead for x in row)] = None
    return list(found)


def _points(rows: Sequence[Row], coordinates: Sequence[Row]) -> Iterator[Row]:
    """Points, up to scale, on d - 1 independent hyperplanes: recursion on the first of them.

    `coordinates` expresses the likelihoods in those that are left, and `rows` the hyperplanes.
    """
    width = len(coordinates[0])
    if width == 1:
        yield tuple(row[0] for row in coordinates)
        return
    for j, row in enumerate(rows):
        pivot = next((q for q in range(width) if row[q]), None)
        if pivot is not None:
            rest = [_without(other, row, pivot) for other in rows[j + 1 :]]
            yield from _points(rest, [_without(other, row, pivot) for other in coordinates])


def _without(row: Row, normal: Row, pivot: int) -> Row:
    """A row on the hyperplane ``normal @ y = 0``, its coordinate `pivot` eliminated."""
    share = row[pivot] / normal[pivot]
    return tuple(
        x - share * y for q, (x, y) in enumerate(zip(row, normal, strict=True)) if q != pivot
    )


def _is_vertex(instance: FinitePersuasion, point: Row, identity: Sequence[Row]) -> bool:
    """Whether ties between best actions and zero likelihoods fix the point up to scale."""
    tight = [row for row, x in zip(identity, point, strict=True) if x == 0]
    for actions in instance.scores(exact=True).tolist():
        worth = [sum((s * x for s, x in zip(a, point, strict=True)), Fraction(0)) for a in actions]
        best = [a for a, value in zip(actions, worth, strict=True) if value == max(worth)]
        tight += [tuple(x - y for x, y in zip(a, best[0], strict=True)) for a in best[1:]]
    return _rank(tight) == len(point) - 1


def _rank(rows: list[Row]) -> int:
    rank = 0
    left = [row for row in rows if any(row)]
    while left:
        normal = left.pop()
        pivot = next(q for q, x in enumerate(normal) if x)
        left = [row for row in (_without(row, normal, pivot) for row in left) if any(row)]
        rank += 1
    return rank


def vertex_lp(instance: FinitePersuasion) -> Program:
    """Choose how often each vertex of the best-response subdivision is sent.

    With vertices z and what they earn, U(z), ties for the sender::

        max  sum_z U(z) c_z   s.t.  sum_z z_w c_z = 1  ("state", every w),   c >= 0

    in block "share"; the largest likelihood of a vertex is 1. The duals lambda are prices of the
    states that no message beats: ``U(x) <= lambda @ x`` for all x >= 0, and V = sum of lambda.

    Variables: one per vertex; rows: d.
    """
    return _formulation(instance).program()


def exact_vertex_lp(instance: FinitePersuasion) -> RationalProgram:
    """`vertex_lp` on the exact numbers of the instance; its optimum is the exact V."""
    return _formulation(instance).rational()


def vertex_objective(instance: FinitePersuasion) -> FloatArray:
    """Relative payoffs of the vertices in the instance's unit, rounded."""
    types, payoffs = np.arange(len(instance)), instance.relative_payoffs(exact=True)
    vertices = [object_array(z) for z in exact_vertices(instance)]
    found = [payoffs[types, instance.best_responses(z, exact=True)].dot(z).sum() for z in vertices]
    return np.array([float(value / Fraction(instance.unit)) for value in found])


def vertex_policy(
    instance: FinitePersuasion, shares: Sequence[Fraction] | NumberArray
) -> FinitePolicy:
    """The policy of a rational point of the program."""
    sent = [(c, z) for c, z in zip(shares, exact_vertices(instance), strict=True) if c]
    likelihoods = [[c * x for x in z] for c, z in sent]
    return FinitePolicy(likelihoods, [instance.best_responses(z, exact=True) for _, z in sent])


def _formulation(instance: FinitePersuasion) -> Formulation:
    vertices = exact_vertices(instance)
    earned = [instance.payoff(z, exact=True) for z in vertices]
    return shares_formulation(vertices, earned)


def shares_formulation(vertices: Sequence[Row], earned: Sequence[Fraction]) -> Formulation:
    """`vertex_lp` for given messages and what they earn."""
    entries: list[tuple[int, int, Any]] = [
        (w, j, x) for j, z in enumerate(vertices) for w, x in enumerate(z) if x
    ]
    row, column, numbers = zip(*entries, strict=True)
    one: NumberArray = object_array([Fraction(1)] * len(vertices[0]))
    state = Family(
        "state", np.array(row), np.array(column), object_array(numbers), upper=one, equal=True
    )
    return Formulation("vertices", {"share": object_array(earned)}, (state,), np.inf)
