"""The best-response subdivision of the simplex of messages, and its vertices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import combinations, pairwise
from math import comb

import numpy as np
import numpy.typing as npt

from suasion.models.finite.instance import TIE_TOLERANCE, FinitePersuasion
from suasion.models.numbers.arrays import FloatArray, IntArray, Mask
from suasion.solvers.finite.kernels import Flats, Hyperplanes, found_vertices

# Likelihoods of vertices are wrong by less, and hyperplanes closer to the boundary are not cut.
# What may be a tie within this counts as one: payoffs are then at least those of the messages
# meant, and prices that cover them bound V. Whether a policy's ties are real is decided apart.
BLUR = 2e-11
# Blurs of actions that differ by less are compared with the larger one, which is quicker.
EVEN = 1e3
# Parts in which vertices come, at most, and steps of work in each; and vertices there is room for
# at first.
CHUNKS = 64
STEPS = 1 << 20
ROOM = 1024
# Entries of matrices of messages and types, to stay in the cache.
BATCH = 1 << 15


@dataclass(frozen=True, eq=False)
class Subdivision:
    """Scores and payoffs of the types that matter, and the hyperplanes that bound their cells.

    Types of weight 0 are left out; those that choose alike and are worth alike are one.

    Attributes
    ----------
    scores : array, shape (n, k, d)
        Minus the regrets, in units of each type's stakes.
    payoffs : array, shape (n, k, d)
        The sender's relative payoffs in units of `unit`.
    unit : float
        That of the instance.
    member : array of int
        For each type of the instance its position here; -1 for types of weight 0.
    """

    scores: FloatArray
    payoffs: FloatArray
    unit: float
    member: IntArray

    @classmethod
    def of(cls, instance: FinitePersuasion) -> Subdivision:
        """The subdivision of an instance or of a part of one."""
        payoffs = instance.relative_payoffs()
        scaled = -instance.regrets() / instance.stakes[:, None, None]
        # Types that choose alike must also be worth alike, for ties to be broken alike.
        weights = np.where(instance.weights > 0, instance.weights, 1.0)[:, None, None]
        worth = payoffs / (weights * instance.unit)
        kind = np.concatenate([scaled, worth], axis=1).reshape(len(instance), -1)
        counts = np.flatnonzero(instance.weights > 0)
        _, first, inverse = np.unique(kind[counts], axis=0, return_index=True, return_inverse=True)
        member = np.full(len(instance), -1, dtype=np.intp)
        member[counts] = inverse.reshape(-1)
        merged = np.zeros((len(first), *scaled.shape[1:]))
        np.add.at(merged, member[counts], payoffs[counts])
        return cls(scaled[counts[first]], merged / instance.unit, instance.unit, member)

    @property
    def states(self) -> int:
        """Number of states, d."""
        return int(self.scores.shape[2])

    @cached_property
    def _pairs(self) -> list[tuple[int, int]]:
        return list(combinations(range(self.scores.shape[1]), 2))

    @cached_property
    def hyperplanes(self) -> FloatArray:
        """Normals, shape (h, d): where a type is indifferent, then where a likelihood is 0."""
        one, other = np.array(self._pairs, dtype=np.intp).reshape(-1, 2).T
        rows = (self.scores[:, one] - self.scores[:, other]).reshape(-1, self.states)
        sizes = self._sizes
        kept = sizes > 0
        rows[kept] /= sizes[kept, None]
        rows[~kept] = 0
        return np.concatenate([rows, np.eye(self.states)])

    @cached_property
    def _sizes(self) -> FloatArray:
        one, other = np.array(self._pairs, dtype=np.intp).reshape(-1, 2).T
        spread = np.abs(self.scores[:, one] - self.scores[:, other])
        return np.asarray(spread.max(axis=2, initial=0.0).reshape(-1))

    @cached_property
    def _differing(self) -> Mask:
        """Pairs of actions by type that are not worth the same on all messages."""
        one, other = np.array(self._pairs, dtype=np.intp).reshape(-1, 2).T
        return np.asarray((self.payoffs[:, one] != self.payoffs[:, other]).any(axis=2))

    @cached_property
    def used(self) -> npt.NDArray[np.int64]:
        """1 for hyperplanes that meet the simplex inside and across which payoffs change."""
        differ = self._differing.reshape(-1)
        rows = self.hyperplanes[: len(differ)]
        meets = (rows.min(axis=1, initial=0) < 0) & (rows.max(axis=1, initial=0) > 0)
        flags = np.append(differ & meets, np.ones(self.states, dtype=np.bool_))
        return np.asarray(flags, dtype=np.int64)

    @cached_property
    def _guards(self) -> npt.NDArray[np.int64]:
        """Signed positions + 1 of the rows that tell whether a pair's actions are best."""
        actions = range(self.scores.shape[1])
        place = {pair: i for i, pair in enumerate(self._pairs)}
        own = [
            [place[a, c] + 1 if a < c else -(place[c, a] + 1) for c in actions if c not in (a, b)]
            for a, b in self._pairs
        ]
        table = np.array(own, dtype=np.int64).reshape(len(self._pairs), max(0, len(actions) - 2))
        shift = np.arange(len(self.scores))[:, None, None] * len(self._pairs)
        signed: npt.NDArray[np.int64] = table + np.where(table > 0, shift, -shift)
        return signed.reshape(-1)

    @property
    def lines(self) -> int:
        """At most this many lines are cut: sets of d - 2 hyperplanes."""
        return comb(int(self.used.sum()), max(0, self.states - 2))

    @property
    def work(self) -> int:
        """Steps of the enumeration of vertices, at most: a hyperplane cut with a line."""
        return self.lines * len(self.hyperplanes)

    def vertices(self) -> Iterator[tuple[float, FloatArray]]:
        """Vertices in parts, shape (m, d) each, after the share of hyperplanes that are done.

        Every vertex comes at least once, those on more than d - 1 hyperplanes several times. At
        most `work` steps in all.
        """
        d, hyperplanes = self.states, self.hyperplanes
        if d == 1:
            yield 1.0, np.ones((1, 1))
            return
        height, pairs = len(hyperplanes), len(hyperplanes) - d
        owner = np.arange(pairs) // max(1, len(self._pairs)) * len(self._pairs)
        heads = np.where(
            self._differing.all(axis=1, keepdims=True), [a for a, _ in self._pairs], -1
        ).reshape(-1)
        planes = Hyperplanes(
            states=d, pairs=pairs, rows=hyperplanes.reshape(-1), used=self.used, owner=owner,
            heads=heads, guards=self._guards, slack=np.full(pairs, TIE_TOLERANCE),
        )  # fmt: skip
        flats = Flats(np.zeros((d - 1) * height * d), np.zeros(d, dtype=np.int64))
        room = ROOM
        ends = _chunk_ends(height, d, min(CHUNKS, 1 + self.work // STEPS))
        for first, last in pairwise(ends):
            while True:
                out = np.empty(room * d)
                count = found_vertices.run(self.work * d, first, last, planes, flats, out)
                if count <= room:
                    break
                room = count
            yield last / height, out[: count * d].reshape(count, d)

    def payoff(self, messages: FloatArray) -> FloatArray:
        """What messages that sum to 1 earn, shape (m,)."""
        step = max(1, BATCH // max(1, len(self.scores)))
        earned = np.empty(len(messages))
        for i in range(0, len(messages), step):
            best = reduce(np.maximum, self._offered(messages[i : i + step], self._even))
            earned[i : i + step] = best.sum(axis=1)
        return earned

    def actions(self, message: FloatArray) -> IntArray:
        """Each type's action on a message that sums to 1, ties for the sender, shape (n,)."""
        offered = list(self._offered(message, self._blur))
        best: IntArray = np.argmax(offered, axis=0)
        return best

    def profiles(self, actions: IntArray) -> IntArray:
        """Actions of the instance's types, from those here, shape (m, n); 0 for weight 0."""
        known = self.member >= 0
        profiles = np.zeros((len(actions), len(known)), dtype=np.intp)
        profiles[:, known] = actions[:, self.member[known]]
        return profiles

    @cached_property
    def _blur(self) -> FloatArray:
        """How much regrets may differ from those on the messages meant, twice, shape (k, n)."""
        return np.asarray(2 * BLUR * np.abs(self.scores).max(axis=2).T)

    @cached_property
    def _even(self) -> FloatArray:
        """One blur for all actions of each type, unless one of them costs far more than others."""
        largest = np.sort(self._blur, axis=0)[-2:]
        even = (largest[-1] <= EVEN * largest[0]).all()
        return largest[-1:] if even else self._blur

    @cached_property
    def _least(self) -> FloatArray:
        """Regrets less what they may be wrong by on messages of sum 1, shape (k, d, n)."""
        return _by_action(-self.scores - self._blur.T[:, :, None] / 2)

    @cached_property
    def _worth(self) -> FloatArray:
        """The sender's payoffs, shape (k, d, n)."""
        return _by_action(self.payoffs)

    def _offered(self, messages: FloatArray, blur: FloatArray) -> Iterator[FloatArray]:
        """What each action in turn earns on a few messages, -inf from types that do not take it.

        One matrix of messages and types at a time: all at once would leave the cache.
        """
        low = [messages @ least for least in self._least]
        if len(blur) == 1:
            limit = reduce(np.minimum, low) + blur[0]
        else:
            limit = reduce(np.minimum, map(np.add, low, blur))
        limit *= 1 + TIE_TOLERANCE
        for regrets, worth in zip(low, self._worth, strict=True):
            earned: FloatArray = messages @ worth
            # Quicker than a maximum of only some entries.
            np.copyto(earned, -np.inf, where=regrets > limit)
            yield earned


def _by_action(numbers: FloatArray) -> FloatArray:
    """A matrix of states and types per action, in one piece: products with it are quick."""
    return np.ascontiguousarray(numbers.transpose(1, 2, 0))


def _chunk_ends(height: int, d: int, chunks: int) -> list[int]:
    """Lowest hyperplanes in chunks of about equal numbers of lines."""
    if d == 2:
        return [0, 1]
    ends, lines = [0], 0
    target = comb(height, d - 2) / chunks
    for first in range(height):
        lines += comb(height - 1 - first, d - 3)
        if lines >= target or first == height - 1:
            ends.append(first + 1)
            lines = 0
    return ends
