"""Messaging policies: what the sender commits to say in each state, checked and valued."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from suasion.errors import InputError, check_kind
from suasion.models.binary.envelope import Envelope
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.binary.threshold_classes import ThresholdClasses
from suasion.models.numbers.arrays import FloatArray, IntArray, Mask, NumberArray
from suasion.models.numbers.rationals import Number, Numbers, plain_number
from suasion.models.numbers.sequences import entry_names, labels_of
from suasion.models.table import Entry, Table, Tabled

# A float likelihood ratio within this relative distance of a type's odds counts as a tie, and
# ties go to the sender; exact policies need none.
TIE_TOLERANCE = 1e-12
# Longer lists of acting types are written as a range of the sorted order.
LISTED_TYPES = 1000


class MessagingPolicy(Tabled):
    """The sender's commitment: message m is sent with probability sigma(m|w) in state w.

    Parameters
    ----------
    high, low : sequence of numbers in [0, 1], shape (k,)
        ``sigma(m|1)`` and ``sigma(m|0)``; each sums to 1 (exactly if rational, else within
        1e-9).
    labels : sequence of str, optional
        Names of the messages; default "m1", "m2", ...

    Raises
    ------
    ValueError
        For likelihoods out of range or that do not sum to 1.

    Examples
    --------
    A seller facing belief 0.4 recommends a low-quality product with probability 2/3:

    >>> policy = MessagingPolicy(high=[1, 0], low=["2/3", "1/3"], labels=["buy", "do not"])
    >>> policy.value(BinaryPersuasion([1], ["2/5"]), exact=True)
    Fraction(4, 5)
    """

    kind: ClassVar[str] = "messaging-policy"

    def __init__(
        self,
        high: Sequence[Number] | NumberArray,
        low: Sequence[Number] | NumberArray,
        labels: Sequence[str] | None = None,
    ) -> None:
        names = entry_names(labels, high, low)
        self._high = Numbers.read(high, "high", names)
        self._low = Numbers.read(low, "low", names)
        if len(self._high) != len(self._low):
            raise InputError(
                f"high has {len(self._high)} entries and low has {len(self._low)}; "
                "give both likelihoods of every message."
            )
        for numbers, field in ((self._high, "high"), (self._low, "low")):
            numbers.check_range(field, "give a probability")
            numbers.check_sum(field)
        k = len(self._high)
        called = labels_of(names) if labels is None else names[0]
        self.labels = tuple(f"m{i + 1}" for i in range(k)) if called is None else tuple(called)
        if len(self.labels) != k:
            raise InputError(f"labels has {len(self.labels)} entries for {k} messages.")

    @property
    def high(self) -> FloatArray:
        """``sigma(m|1)`` of each message, shape (k,)."""
        return self._high.floats

    @property
    def low(self) -> FloatArray:
        """``sigma(m|0)`` of each message, shape (k,)."""
        return self._low.floats

    @property
    def rational(self) -> bool:
        """True when every likelihood was given exactly."""
        return self._high.rational and self._low.rational

    def __len__(self) -> int:
        return len(self._high)

    def __repr__(self) -> str:
        return f"MessagingPolicy({len(self)} messages)"

    def likelihoods(self, exact: bool = False) -> tuple[NumberArray, NumberArray]:
        """``(sigma(.|1), sigma(.|0))`` as floats or Fractions."""
        return self._high.array(exact), self._low.array(exact)

    def obedience(self, instance: BinaryPersuasion, exact: bool = False) -> NumberArray:
        """How strongly each type wants to act on each message, shape (n, k).

        Entry (i, m) is ``rho_i sigma(m|1) - (1 - rho_i) sigma(m|0)``: type i acts iff it is at
        least 0, and a tie is 0.
        """
        check_kind(instance, BinaryPersuasion, "instance", "give a BinaryPersuasion")
        high, low = self.likelihoods(exact)
        rho = instance.numbers(exact)[2][:, None]
        return np.asarray(rho * high - (1 - rho) * low)

    def acts(self, instance: BinaryPersuasion, exact: bool = False) -> Mask:
        """Which types act on which messages, ties for the sender, shape (n, k).

        With floats a relative difference of `TIE_TOLERANCE` counts as a tie.
        """
        if exact:
            return np.asarray(self.obedience(instance, exact) >= 0, dtype=bool)
        check_kind(instance, BinaryPersuasion, "instance", "give a BinaryPersuasion")
        return self.persuades(instance.thresholds)

    def persuades(self, thresholds: FloatArray) -> Mask:
        """Whether someone of each threshold acts on each message, ties for the sender.

        A relative difference of `TIE_TOLERANCE` counts as a tie. O(n k).

        Parameters
        ----------
        thresholds : array of float in [0, 1], shape (n,)
            Of anyone, types of an instance or not.

        Returns
        -------
        array of bool, shape (n, k)

        Examples
        --------
        >>> MessagingPolicy([1, 0], ["2/3", "1/3"]).persuades(np.array([0.3, 0.4, 1.0])).tolist()
        [[False, False], [True, False], [True, True]]
        """
        high, low = self.likelihoods()
        rho = thresholds[:, None]
        wants, minds = rho * high, (1 - rho) * low
        return np.asarray(wants - minds >= -TIE_TOLERANCE * np.maximum(wants, minds), dtype=bool)

    def posteriors(self, instance: BinaryPersuasion) -> FloatArray:
        """Each type's belief in state 1 after each message, by Bayes' rule, shape (n, k).

        NaN where the type gives the message probability 0.
        """
        one = instance.beliefs[:, None] * self.high
        total = one + (1 - instance.beliefs[:, None]) * self.low
        with np.errstate(invalid="ignore"):
            return np.asarray(one / np.where(total > 0, total, np.nan), dtype=np.float64)

    def acting(self, instance: BinaryPersuasion, exact: bool = False) -> NumberArray:
        """Probability that each type acts in state 0 and in state 1, shape (n, 2)."""
        high, low = self.likelihoods(exact)
        acts = self.acts(instance, exact)
        return np.stack((acts.dot(low), acts.dot(high)), axis=1)

    def value(self, instance: BinaryPersuasion, exact: bool = False) -> Any:
        """Probability that the receiver acts: the sender's payoff. O(n k).

        Parameters
        ----------
        exact : bool
            Compute in Fractions and break ties exactly; a float is the dyadic number it is.
        """
        acting = self.acting(instance, exact)
        weights, _, _, mu = instance.numbers(exact)
        total = (weights * (mu * acting[:, 1] + (1 - mu) * acting[:, 0])).sum()
        return Fraction(total) if exact else float(total)

    def failures(self, instance: BinaryPersuasion, exact: bool | None = None) -> list[str]:
        """What is wrong with this policy, one sentence each; floats were checked when it was made.

        With Fractions (default where all numbers are rational) likelihoods must be rational and
        sum to 1 exactly. What types do is not recommended but computed, so that nothing is wrong
        with it for any instance.
        """
        exact = self.rational and instance.rational if exact is None else exact
        if not exact:
            return []
        found = [] if self.rational else ["the policy has likelihoods that are not rational"]
        for name, side in zip(("high", "low"), self.likelihoods(exact=True), strict=True):
            if any(x < 0 for x in side) or sum(side) != 1:
                found.append(f"the {name} likelihoods are not a probability distribution")
        return found

    def canonical(self, instance: BinaryPersuasion) -> MessagingPolicy:
        """An outcome-equivalent policy with at most n + 1 messages (Prop. 3.1).

        Messages on which the same types act are merged; every type then acts with the same
        probability in each state as before. Messages come out from the one that persuades most
        types to the one that persuades none.
        """
        exact = self.rational and instance.rational
        high, low = self.likelihoods(exact)
        acts = self.acts(instance, exact)
        # Acting sets are nested (all types above some threshold), so their sizes name them.
        sizes = acts.sum(axis=0)
        distinct = sorted(set(sizes.tolist()), reverse=True)
        # A sum of floats may exceed 1 in the last place.
        merged = [
            (min(sum(high[sizes == s].tolist()), 1), min(sum(low[sizes == s].tolist()), 1))
            for s in distinct
        ]
        names = ["+".join(self.labels[m] for m in np.flatnonzero(sizes == s)) for s in distinct]
        return MessagingPolicy([h for h, _ in merged], [low for _, low in merged], names)

    def tables(
        self,
        problem: BinaryPersuasion | None = None,
        full: bool = False,
        members: IntArray | None = None,
    ) -> list[Table]:
        """The messages that are sent: how likely, who acts on them, and what they earn.

        Parameters
        ----------
        problem : BinaryPersuasion, optional
            Without it the likelihoods alone are known.
        full : bool
            Nothing is left out as it is.
        members : array of int, optional
            Positions of the types that are possible; weights and values are then those of a
            receiver who is one of them.
        """
        columns: tuple[str, ...] = ("message", "if state 1", "if state 0")
        sent = np.flatnonzero((self.high > 0) | (self.low > 0)).tolist()
        rows: list[tuple[Entry, ...]] = [
            (self.labels[m], float(self.high[m]), float(self.low[m])) for m in sent
        ]
        if problem is not None:
            columns = (*columns, "who acts", "weight", "value")
            about = self._acting_rows(problem, sent, members)
            rows = [(*row, *more) for row, more in zip(rows, about, strict=True)]
        return [Table("", columns, tuple(rows))]

    def _acting_rows(
        self, instance: BinaryPersuasion, sent: Sequence[int], members: IntArray | None
    ) -> list[tuple[Entry, ...]]:
        """Who of the members acts on each message sent, their weight, and what they earn."""
        among = np.arange(len(instance)) if members is None else members
        acts = self.acts(instance)[among]
        weights, mu = instance.weights[among], instance.state_beliefs[among]
        if members is not None:
            weights = weights / weights.sum()
        rows: list[tuple[Entry, ...]] = []
        for m in sent:
            acting = acts[:, m]
            who = "everyone" if acting.all() else "nobody"
            if acting.any() and not acting.all():
                who = f"thresholds >= {instance.thresholds[among[acting]].min():.6g}"
            earned = mu * self.high[m] + (1 - mu) * self.low[m]
            rows.append(
                (who, float(weights[acting].sum()), float((weights * earned)[acting].sum()))
            )
        return rows

    def document(
        self, problem: BinaryPersuasion, full: bool = False, exact: bool = False
    ) -> dict[str, Any]:
        """The policy's part of a result's JSON document."""
        document: dict[str, Any] = {"policy": self.to_dict(problem)}
        if len(problem) > LISTED_TYPES:
            document["order"] = problem.order.tolist()
        return document

    def to_dict(
        self, instance: BinaryPersuasion, members: IntArray | None = None
    ) -> dict[str, Any]:
        """Messages with likelihoods and acting types, for JSON.

        ``acts`` lists labels, of the types at the positions `members` only if given; more than
        1,000 types are a range of the sorted order instead.
        """
        acts = self.acts(instance, exact=self.rational and instance.rational)
        if members is not None:
            outside = np.ones(len(instance), dtype=bool)
            outside[members] = False
            acts[outside] = False
        high, low = (
            [plain_number(value) for value in numbers.array(self.rational)]
            for numbers in (self._high, self._low)
        )
        return {
            "messages": [
                {
                    "label": label,
                    "high": high[m],
                    "low": low[m],
                    "acts": _named(instance, acts[:, m]),
                }
                for m, label in enumerate(self.labels)
            ]
        }


def _named(instance: BinaryPersuasion, acting: Mask) -> Any:
    ranks = np.flatnonzero(acting[instance.order])
    # Types above some threshold: contiguous, unless a cell of a partition leaves gaps.
    if len(ranks) > LISTED_TYPES and ranks[-1] - ranks[0] == len(ranks) - 1:
        return {"first": int(ranks[0]), "last": int(ranks[-1])}
    return [instance.labels[i] for i in instance.order[ranks]]


def envelope_policy(classes: ThresholdClasses, envelope: Envelope) -> MessagingPolicy:
    """The messaging policy of a concave envelope: obedience tight, the rest never persuasive.

    Message "m<j>" has the odds of class j (1 is the lowest), "m0" is sent in state 1 only; what
    is left of state 0 goes to "rest", on which only types with threshold 1 act.
    """
    used = [j for j, _ in envelope.messages]
    if used == [-1, 0] or len(classes) == 0:
        # Everyone acts on whatever is said: say nothing.
        one = envelope.messages[0][1] * 0 + 1
        return MessagingPolicy([one], [one], ["m1"])
    masses = [mass for _, mass in envelope.messages]
    odds = [classes.odds[j] if j >= 0 else 0 * classes.certain for j, _ in envelope.messages]
    labels = [f"m{j + 1}" for j, _ in envelope.messages]
    low = [mass * ratio for mass, ratio in zip(masses, odds, strict=True)]
    if not classes.exact:
        # Rounding may carry the sum over 1; the last message gives way, which keeps obedience.
        # Its mass may be 1e-16, against odds of 1e16, so the masses stay what they are.
        low[-1] = min(low[-1], 1.0 - sum(low[:-1]))
    rest = 1 - sum(low)
    if rest > 0:
        masses, low, labels = [*masses, masses[0] * 0], [*low, rest], [*labels, "rest"]
    return MessagingPolicy(masses, low, labels)
