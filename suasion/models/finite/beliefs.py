"""Messages as points: posteriors where types share a belief, else shares of likelihood."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from suasion.models.finite.instance import FinitePersuasion
from suasion.models.finite.policy import FinitePolicy
from suasion.models.numbers.arrays import FloatArray, NumberArray, object_array

# Messages whose points differ by less are one point.
SAME_POINT = 1e-9
NEGLIGIBLE = 1e-12


@dataclass(frozen=True)
class Coordinates:
    """Where messages lie on the simplex, and where the concave closure is read.

    A message x lies at ``q_w = prior_w x_w / sum_v prior_v x_v``. Those of a policy average to
    the prior, weighted by their probabilities, whatever positive numbers the prior consists of:
    so V is the concave closure of ``q -> U(q / prior)`` at the prior.

    Attributes
    ----------
    prior : tuple of Fraction, shape (d,)
        The belief that all types have, else ``(1, .., 1) / d``.
    common : bool
        Points are the posteriors of all types; else they are shares of the likelihood.
    """

    prior: tuple[Fraction, ...]
    common: bool

    @classmethod
    def of(cls, instance: FinitePersuasion) -> Coordinates:
        """Posteriors if every type, and the sender, has one belief that excludes no state.

        Examples
        --------
        >>> match = [[1, 0], [0, 1]]
        >>> one = FinitePersuasion([1], [["7/10", "3/10"]], match, [[0, 1], [0, 1]])
        >>> Coordinates.of(one).prior
        (Fraction(7, 10), Fraction(3, 10))
        """
        _, beliefs, state_beliefs, _ = instance.numbers(exact=True)
        belief = beliefs[0]
        if (beliefs == belief).all() and (state_beliefs == belief).all() and min(belief) > 0:
            # Floats sum to 1 but for rounding.
            return cls(tuple(belief / sum(belief)), True)
        d = len(belief)
        return cls((Fraction(1, d),) * d, False)

    def scaled(self, table: NumberArray) -> NumberArray:
        """Payoffs or scores per likelihood as those per coordinate, last axis the states."""
        return np.asarray(table / object_array(self.prior))

    def points(self, policy: FinitePolicy) -> tuple[FloatArray, FloatArray, list[list[int]]]:
        """Where a policy's messages lie, how likely each point is, and which messages it has.

        Returns
        -------
        tuple of (array, shape (m, d); array, shape (m,); list of list of int)
            Messages at one point are one; those that are never sent are left out.
        """
        prior = np.array([float(p) for p in self.prior])
        joint = policy.likelihoods * prior
        found: list[list[int]] = []
        for m in np.flatnonzero(joint.sum(axis=1) > NEGLIGIBLE).tolist():
            point = joint[m] / joint[m].sum()
            for group in found:
                first = joint[group[0]] / joint[group[0]].sum()
                if np.abs(first - point).max() <= SAME_POINT:
                    group.append(m)
                    break
            else:
                found.append([m])
        together = np.array([joint[group].sum(axis=0) for group in found])
        likely = together.sum(axis=1)
        return together / likely[:, None], likely, found
