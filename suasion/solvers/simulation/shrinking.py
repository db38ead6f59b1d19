"""Where is a belief? Polytopes that shrink around it with every simulated answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import factorial

import numpy as np
from scipy.spatial import ConvexHull

from suasion.errors import InputError
from suasion.models.numbers.arrays import FloatArray
from suasion.models.simulation.cones import Cone, integers
from suasion.solvers.simulation.tied_messages import tied_message

# The action that a receiver takes on a message, an array of likelihoods.
Answer = Callable[[FloatArray], int]


@dataclass(frozen=True, eq=False)
class BeliefPolytope:
    """The beliefs over d states that agree with all answers heard.

    The polytope is kept by its vertices in integers (`Cone`), so that hundreds of cuts neither
    lose it nor blur it; volumes and centroids are those of Qhull, on vertices moved and stretched
    to fill a box.

    Attributes
    ----------
    cone : Cone
        Multiples of these beliefs.

    Examples
    --------
    >>> whole = BeliefPolytope.simplex(3)
    >>> half = whole.after(np.eye(3, 2), np.ones(3), action=0)     # p_0 >= p_1
    >>> round(half.volume / whole.volume, 9), half.centroid.round(6).tolist()
    (0.5, [0.5, 0.166667, 0.333333])
    """

    cone: Cone

    @classmethod
    def simplex(cls, d: int) -> BeliefPolytope:
        """All beliefs over d states."""
        return cls(Cone.orthant(d))

    def after(self, utility: FloatArray, message: FloatArray, action: int) -> BeliefPolytope:
        """The beliefs at which an action is best on a message.

        Parameters
        ----------
        utility : array, shape (d, k)
        message : array, shape (d,)
        action : int

        Raises
        ------
        ValueError
            If none of the beliefs left, or only some on the boundary, agree with that.
        """
        exact = [[Fraction(u) for u in row] for row in utility.tolist()]
        likelihoods = [Fraction(x) for x in message.tolist()]
        cone: Cone | None = self.cone
        for other in range(utility.shape[1]):
            row = [x * (u[action] - u[other]) for x, u in zip(likelihoods, exact, strict=True)]
            if any(row) and cone is not None:
                cone = cone.cut(integers(row))
        if cone is None:
            raise InputError(
                f"no belief left takes action {action} on the message {message.tolist()}; the "
                "answers contradict each other."
            )
        return BeliefPolytope(cone)

    @cached_property
    def vertices(self) -> FloatArray:
        """Extreme beliefs, shape (m, d)."""
        rows = [[Fraction(x, sum(ray)) for x in ray] for ray in self.cone.rays]
        return np.array(rows, dtype=np.float64)

    @cached_property
    def _measure(self) -> tuple[float, FloatArray]:
        """Volume in units of the simplex, and centroid."""
        d = self.vertices.shape[1]
        if d == 1:
            return 1.0, self.vertices[0]
        # In integers, because vertices that agree to many digits would be one point in floats.
        total = [sum(ray) for ray in self.cone.rays]
        points = [
            [Fraction(x, s) for x in ray[:-1]]
            for ray, s in zip(self.cone.rays, total, strict=True)
        ]
        low = [min(column) for column in zip(*points, strict=True)]
        width = [
            max(column) - least
            for column, least in zip(zip(*points, strict=True), low, strict=True)
        ]
        box = np.array(
            [[(x - o) / s for x, o, s in zip(row, low, width, strict=True)] for row in points],
            dtype=np.float64,
        )
        share, middle = _hull_measure(box)
        stretch = np.array([float(s) for s in width])
        head = np.array([float(o) for o in low]) + middle * stretch
        volume = share * factorial(d - 1) * float(np.prod(stretch))
        return volume, np.append(head, 1 - head.sum())

    @property
    def volume(self) -> float:
        """Share of all beliefs that is left."""
        return self._measure[0]

    @property
    def centroid(self) -> FloatArray:
        """The mean of the beliefs left, shape (d,)."""
        return np.clip(self._measure[1], 0, 1)

    @property
    def radius(self) -> float:
        """No belief left differs from the centroid by more than this in any state."""
        return float(np.abs(self.vertices - self.centroid).max())


def shrunk(
    answer: Answer, utility: FloatArray, queries: int, seed: int = 0
) -> list[BeliefPolytope]:
    """Ask about messages that cut the beliefs left at their centroid.

    Parameters
    ----------
    answer : callable
        The action that the receiver takes on a message; `suasion.oracles.best_action` makes one of
        a separation oracle.
    utility : array, shape (d, k)
        The receiver's, by state and action.
    queries : int
        How many to ask.
    seed : int
        Of the messages, where many cut at the centroid.

    Returns
    -------
    list of BeliefPolytope
        Before the first answer and after each one. A cut through the centroid leaves at most a
        share 1 - 1/e of the volume (Gruenbaum 1960); k actions tied there leave about 1/k.

    Notes
    -----
    With two actions, a belief is pinned down in the end if and only if some states favour the one,
    some the other and none neither: only the odds of such states show in what she does.

    Examples
    --------
    >>> belief = np.array([0.2, 0.3, 0.5])
    >>> left = shrunk(lambda x: int(np.argmax(belief * x)), np.eye(3), 15)[-1]
    >>> left.radius < 1e-3
    True
    """
    random = np.random.default_rng(seed)
    known = [BeliefPolytope.simplex(len(utility))]
    for _ in range(queries):
        message = tied_message(utility, known[-1].centroid, random)
        known.append(known[-1].after(utility, message, answer(message)))
    return known


def _hull_measure(points: FloatArray) -> tuple[float, FloatArray]:
    """Volume and centroid of the convex hull of points in a box of size about 1."""
    if points.shape[1] == 1:
        return float(np.ptp(points)), points.min(axis=0) + np.ptp(points) / 2
    # Thin polytopes are turned and stretched to be as wide as long.
    middle = points.mean(axis=0)
    _, sizes, axes = np.linalg.svd(points - middle, full_matrices=False)
    round_points = (points - middle) @ axes.T / sizes
    hull = ConvexHull(round_points)
    apex = round_points.mean(axis=0)
    corners = round_points[hull.simplices] - apex
    volumes = np.abs(np.linalg.det(corners))
    centres = apex + corners.sum(axis=1) / (points.shape[1] + 1)
    volume = float(volumes.sum()) / factorial(points.shape[1])
    centroid = (volumes @ centres) / volumes.sum()
    return volume * float(np.prod(sizes)), middle + centroid * sizes @ axes
