"""Persuasion with any finite numbers of states, actions and types."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from suasion.errors import InputError
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.finite.binary_form import binary_of, tables_of
from suasion.models.finite.input import InputNames, distributions, utilities
from suasion.models.finite.spreads import below_best
from suasion.models.finite.ties import decided_responses
from suasion.models.numbers.arrays import FloatArray, IntArray, NumberArray, object_array
from suasion.models.numbers.labels import checked_names
from suasion.models.numbers.rationals import Number, Numbers
from suasion.models.numbers.sequences import in_order
from suasion.models.numbers.tables import NumberTable

# Float regrets this close, as a share of themselves, are a tie, and ties go to the sender; exact
# ones need no tolerance.
TIE_TOLERANCE = 1e-9
# Of all that the sender may lose, this share at least: solvers fail at larger numbers.
SMALLEST_UNIT = 2.0**-20


class FinitePersuasion:
    """A sender and a receiver of unknown type; d states, k actions, n types.

    The sender commits to sigma(m|w), the probability of message m in state w. A message with
    likelihoods ``x_w = sigma(m|w)`` makes type t take an action a that maximises
    ``sum_w belief_t(w) x_w utility_t(w, a)``; ties go to the sender.

    ============== ========================= ================================================
    paper          here                      meaning
    ============== ========================= ================================================
    ``P_tau``      ``weights``               probability of the type
    ``p_tau``      ``beliefs``               its prior over the states
    ``u_tau``      ``receiver_utilities``    what it earns, by state and action
    ``v``          ``sender_utilities``      what the sender earns, by state and action
    ``mu``         ``state_beliefs``         probabilities of the states, for the sender
    ============== ========================= ================================================

    Parameters
    ----------
    weights : sequence of numbers, shape (n,)
        Probabilities of the types, non-negative, sum 1 (exactly for rationals, within 1e-9 if
        any is a float). Zero weights are allowed.
    beliefs : nested sequence of numbers, shape (n, d)
        Each type's probabilities of the states; rows sum to 1 likewise.
    receiver_utilities : nested sequence of numbers, shape (d, k) or (n, d, k)
        Utility of (state, action), one table for all types or one each.
    sender_utility : nested sequence of numbers, shape (d, k) or (n, d, k)
        The sender's; one table per type if it depends on whom she faces.
    state_beliefs : nested sequence of numbers, shape (n, d), optional
        Probabilities of the states given the type as the sender knows them; default the beliefs.
        They differ when receivers are misinformed.
    states, actions, labels : sequence of str, optional
        Names of states, actions and types, distinct; default what mappings and data frames call
        them (one row per type or state, one column per state or action), else "0", "1", ...

    Raises
    ------
    ValueError
        For sizes that differ, ragged tables, probabilities out of range or that do not sum to 1,
        numbers that are not finite, or utilities beyond 1e100.

    Notes
    -----
    One state or one action is allowed, and leaves nothing to persuade.

    References
    ----------
    Harris, Immorlica, Lucier, Slivkins, *Algorithmic Persuasion Through Simulation*,
    arXiv 2311.18138, appendix A.1.

    Examples
    --------
    The prosecutor of Kamenica and Gentzkow (2011), who wants to convict:

    >>> matching = [[1, 0], [0, 1]]
    >>> FinitePersuasion([1], [["7/10", "3/10"]], matching, [[0, 1], [0, 1]])
    FinitePersuasion(1 type, 2 states, 2 actions)
    """

    kind: ClassVar[str] = "finite-persuasion"
    maximise: ClassVar[bool] = True

    def __init__(
        self,
        weights: Sequence[Number] | FloatArray,
        beliefs: Sequence[Sequence[Number]] | FloatArray,
        receiver_utilities: Any,
        sender_utility: Any,
        state_beliefs: Sequence[Sequence[Number]] | FloatArray | None = None,
        *,
        states: Sequence[str] | None = None,
        actions: Sequence[str] | None = None,
        labels: Sequence[str] | None = None,
    ) -> None:
        names = InputNames.of(
            weights,
            beliefs,
            state_beliefs,
            (receiver_utilities, sender_utility),
            (labels, states, actions),
        )
        self._weights = Numbers.read(weights, "weights", names.types)
        n = len(self._weights)
        if n == 0:
            raise InputError("weights is empty; give at least one type.")
        self._weights.check_range("weights", "give non-negative weights", upper=None)
        self._weights.check_sum("weights")
        self._beliefs = distributions(beliefs, "beliefs", n, names)
        self._receiver = utilities(receiver_utilities, "receiver_utilities", n, names)
        self._sender = utilities(sender_utility, "sender_utility", n, names)
        self._state_beliefs = (
            self._beliefs
            if state_beliefs is None
            else distributions(state_beliefs, "state_beliefs", n, names)
        )
        d, k = self._receiver.shape[1:]
        if d == 0 or k == 0:
            raise InputError(
                f"receiver_utilities has {d} states and {k} actions; give at least one of each."
            )
        self._agree("beliefs", self._beliefs.shape[1:], (d,))
        self._agree("state_beliefs", self._state_beliefs.shape[1:], (d,))
        self._agree("sender_utility", self._sender.shape[1:], (d, k))
        self._states = checked_names(states, names.states, d, "states", "state")
        self._actions = checked_names(actions, names.actions, k, "actions", "action")
        self._labels = checked_names(labels, names.types, n)

    def _agree(self, field: str, found: tuple[int, ...], wanted: tuple[int, ...]) -> None:
        if found != wanted:
            sizes = [" x ".join(map(str, shape)) for shape in (found, wanted)]
            raise InputError(
                f"{field} has {sizes[0]} entries per type and receiver_utilities is for "
                f"{sizes[1]}; give one per {'state' if len(wanted) == 1 else 'state and action'}."
            )

    @classmethod
    def from_binary(cls, instance: BinaryPersuasion) -> FinitePersuasion:
        """The same question with tables: states and actions "0" and "1", payoff 1 for action 1.

        A type with belief p and threshold rho becomes one with belief (1 - p, p) and utilities
        ``u(0,0) = (1 - rho) p``, ``u(1,1) = rho (1 - p)``, 0 otherwise, which has threshold rho;
        where rho = p, ``u = 1[action = state]``. No utilities give a belief of 0 or 1 another
        threshold; such a type is given the belief (1 - rho, rho), and its own as state belief.

        Examples
        --------
        >>> FinitePersuasion.from_binary(BinaryPersuasion([1], ["3/10"])).beliefs.tolist()
        [[0.7, 0.3]]
        """
        return cls(*tables_of(instance), labels=instance.labels)

    def to_binary(self) -> BinaryPersuasion:
        """The same question as binary persuasion: every type acts on the same messages.

        Raises
        ------
        ValueError
            Unless there are two states and two actions, the sender earns 1 for action 1 and 0
            for action 0, and no type prefers action 1 in state 0 only.

        Examples
        --------
        >>> twice = [[2, 0], [0, 1]]
        >>> FinitePersuasion([1], [["1/2", "1/2"]], twice, [[0, 1], [0, 1]]).to_binary()
        BinaryPersuasion(1 type, beliefs 0.5 to 0.5)
        """
        exact = self.rational
        return binary_of(self.numbers(exact), self.scores(exact), self._labels)

    def part(self, types: Sequence[int] | IntArray) -> FinitePersuasion:
        """The types at some positions, their weights as they are: what is left after a query.

        Its optimum is what these types contribute to the sender's payoff when she knows that the
        receiver is one of them: V of a cell. Weights are not normalised, so a part cannot be
        saved as an instance.

        Raises
        ------
        ValueError
            If `types` is empty, or a position is repeated or does not exist.

        Examples
        --------
        >>> two = FinitePersuasion(["1/4", "3/4"], [["1/2", "1/2"]] * 2, [[1, 0], [0, 1]],
        ...                        [[0, 1], [0, 1]])
        >>> two.part([1]).weights
        array([0.75])
        """
        chosen = [int(t) for t in types]
        if not chosen or len(set(chosen)) < len(chosen):
            raise InputError(f"types is {chosen}; give distinct positions, at least one.")
        wrong = [t for t in chosen if not 0 <= t < len(self)]
        if wrong:
            raise InputError(f"types has {wrong[0]}; positions are 0 to {len(self) - 1}.")
        part = object.__new__(FinitePersuasion)
        column = NumberTable(self._weights, (len(self), 1))
        part._weights = column.take(chosen).numbers
        part._beliefs = self._beliefs.take(chosen)
        misinformed = self._state_beliefs is not self._beliefs
        part._state_beliefs = self._state_beliefs.take(chosen) if misinformed else part._beliefs
        part._receiver, part._sender = (
            table.take(chosen) if table.shape[0] == len(self) else table
            for table in (self._receiver, self._sender)
        )
        part._states, part._actions = self._states, self._actions
        part._labels = tuple(self.labels[t] for t in chosen)
        return part

    @property
    def persuasion(self) -> FinitePersuasion:
        """Who is to be persuaded: itself, as the receivers of a `QuerySelection` are its own."""
        return self

    def __len__(self) -> int:
        return len(self._weights)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Numbers of types, states and actions."""
        return len(self), self._receiver.shape[1], self._receiver.shape[2]

    def __repr__(self) -> str:
        n, d, k = self.shape
        counts = ((n, "type"), (d, "state"), (k, "action"))
        shown = ", ".join(f"{count} {word}{'s' * (count != 1)}" for count, word in counts)
        return f"FinitePersuasion({shown})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FinitePersuasion):
            return NotImplemented
        names = (self.states, self.actions, self.labels)
        if names != (other.states, other.actions, other.labels):
            return False
        if not self._weights.same(other._weights):
            return False
        return all(
            mine.same(theirs) for mine, theirs in zip(self._tables, other._tables, strict=True)
        )

    __hash__ = None  # type: ignore[assignment]

    @property
    def _tables(self) -> tuple[NumberTable, ...]:
        n = len(self)
        utilities = (_full(self._receiver, n), _full(self._sender, n))
        return self._beliefs, self._state_beliefs, *utilities

    @property
    def weights(self) -> FloatArray:
        """Probabilities of the types, read-only, shape (n,)."""
        return self._weights.floats

    @property
    def exact_weights(self) -> NumberArray:
        """The weights as Fractions, shape (n,)."""
        return self._weights.exact

    @property
    def beliefs(self) -> FloatArray:
        """Each type's probabilities of the states, read-only, shape (n, d)."""
        return self._beliefs.floats

    @property
    def state_beliefs(self) -> FloatArray:
        """Probabilities of the states given the type, as the sender sees them, shape (n, d)."""
        return self._state_beliefs.floats

    @property
    def receiver_utilities(self) -> FloatArray:
        """Each type's utility of (state, action), read-only, shape (n, d, k)."""
        return np.broadcast_to(self._receiver.floats, (len(self), *self.shape[1:]))

    @property
    def sender_utilities(self) -> FloatArray:
        """The sender's utility of (state, action) by type, read-only, shape (n, d, k)."""
        return np.broadcast_to(self._sender.floats, (len(self), *self.shape[1:]))

    @property
    def states(self) -> tuple[str, ...]:
        """Names of the states."""
        return self._states or tuple(map(str, range(self.shape[1])))

    @property
    def actions(self) -> tuple[str, ...]:
        """Names of the actions."""
        return self._actions or tuple(map(str, range(self.shape[2])))

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the types."""
        return self._labels or tuple(map(str, range(len(self))))

    @property
    def rational(self) -> bool:
        """True when every number was given exactly, so exact answers are about those numbers."""
        tables = (self._beliefs, self._state_beliefs, self._receiver, self._sender)
        return self._weights.rational and all(table.rational for table in tables)

    def numbers(self, exact: bool = False) -> tuple[NumberArray, ...]:
        """Weights, beliefs, state beliefs and sender utilities, as floats or exact Fractions.

        Shapes (n,), (n, d), (n, d) and (n or 1, d, k); the state beliefs are the same object as
        the beliefs unless they were given.
        """
        beliefs = self._beliefs.array(exact)
        own = self._state_beliefs is not self._beliefs
        state_beliefs = self._state_beliefs.array(exact) if own else beliefs
        return self._weights.array(exact), beliefs, state_beliefs, self._sender.array(exact)

    def scores(self, exact: bool = False) -> NumberArray:
        """``S[t, a, w] = belief_t(w) utility_t(w, a)``, shape (n, k, d).

        On a message x, type t takes an action that maximises ``S[t, a] @ x``.
        """
        return self._exact_arrays[0] if exact else self._float_arrays[0]

    def advantages(self, exact: bool = False) -> NumberArray:
        """How much better each action scores than the first: ``S[t, a] - S[t, 0]``.

        Floats are differences of utilities times beliefs, so that actions between which a type is
        indifferent tie exactly. Shape (n, k, d).
        """
        return self._exact_arrays[2] if exact else self._float_arrays[2]

    def payoffs(self, exact: bool = False) -> NumberArray:
        """``F[t, a, w] = weight_t state_belief_t(w) sender_t(w, a)``, shape (n, k, d).

        A message x on which type t takes action ``a_t`` earns ``sum_t F[t, a_t] @ x``.
        """
        return self._exact_arrays[1] if exact else self._float_arrays[1]

    def regrets(self, exact: bool = False) -> NumberArray:
        """What an action costs a type: ``belief_t(w) (max_b utility_t(w, b) - utility_t(w, a))``.

        On a message x, type t takes an action that minimises ``R[t, a] @ x``. No entry is
        negative, so that these sums are right to a rounding of their own size, whatever constants
        the utilities have in common and however small beliefs are. Shape (n, k, d).
        """
        return self._exact_arrays[3] if exact else self._float_arrays[3]

    def relative_payoffs(self, exact: bool = False) -> NumberArray:
        """`payoffs` less those of the sender's best action for each type and state: 0 or less.

        What is left out adds up to `best_payoff`, whatever receivers do. Shape (n, k, d).
        """
        return self._exact_arrays[4] if exact else self._float_arrays[4]

    def best_payoff(self, exact: bool = False) -> Any:
        """What the sender would earn if receivers did as she likes in every state: at least V."""
        return self.payoffs(exact).max(axis=1).sum()

    @cached_property
    def unit(self) -> float:
        """A power of 2 near what the sender may gain by persuasion, for gaps to be compared with.

        The distance of `best_payoff` from the better of saying nothing and saying all; if there is
        none, from the worst, and 1 if the sender does not care what receivers do.
        """
        relative = self.relative_payoffs()
        worst = -float(relative.min(axis=1).sum())
        if worst == 0:
            return 1.0
        d = self.shape[1]
        known = max(self._reached([[1] * d], False), self._reached(_corners(d), False))
        missed = max(-known, worst * SMALLEST_UNIT) if known < 0 else worst
        return float(np.exp2(np.ceil(np.log2(missed))))

    def exact_lead(self, t: int, a: int, b: int, message: Sequence[Fraction]) -> Fraction:
        """How much better action a is than b for type t on a message, exactly."""
        _, d, k = self.shape
        table, beliefs = self._receiver.numbers, self._beliefs.numbers
        first = t * d * k if self._receiver.shape[0] == len(self) else 0
        lead = Fraction(0)
        for w, x in enumerate(message):
            if x:
                ahead = table.exact_at(first + w * k + a) - table.exact_at(first + w * k + b)
                lead += beliefs.exact_at(t * d + w) * ahead * x
        return lead

    @cached_property
    def _float_arrays(self) -> tuple[NumberArray, ...]:
        return self._arrays(exact=False)

    @cached_property
    def _exact_arrays(self) -> tuple[NumberArray, ...]:
        return self._arrays(exact=True)

    def _arrays(self, exact: bool) -> tuple[NumberArray, ...]:
        weights, beliefs = self._weights.array(exact), self._beliefs.array(exact)[:, None, :]
        utilities = self._receiver.array(exact).transpose(0, 2, 1)
        scores, advantages = beliefs * utilities, beliefs * (utilities - utilities[:, :1])
        reach = (weights[:, None] * self._state_beliefs.array(exact))[:, None, :]
        payoffs = reach * self._sender.array(exact).transpose(0, 2, 1)
        regrets = beliefs * below_best(self._receiver, exact).transpose(0, 2, 1)
        relative = -reach * below_best(self._sender, exact).transpose(0, 2, 1)
        arrays = scores, payoffs, advantages, regrets, relative
        for array in arrays:
            array.setflags(write=False)
        return arrays

    @cached_property
    def stakes(self) -> FloatArray:
        """The most that hangs on each type's action in one state, at least the smallest float.

        Scores of a type are compared in this unit, which makes tolerances mean the same for all
        of them. Shape (n,).
        """
        spread = self.regrets().max(axis=(1, 2))
        return np.asarray(np.maximum(spread, np.finfo(np.float64).tiny))

    def best_responses(self, message: Any, exact: bool = False) -> IntArray:
        """Each type's action on a message, ties for the sender; the first of equally good ones.

        Parameters
        ----------
        message : sequence, shape (d,)
            Likelihoods ``sigma(m|w)``, of any scale.
        exact : bool
            Compare in Fractions; with floats, what an action costs may exceed the least by
            `TIE_TOLERANCE` of it and be a tie.

        Returns
        -------
        array of int, shape (n,)
        """
        x = _message(message, exact)
        regret, earned = self.regrets(exact).dot(x), self.relative_payoffs(exact).dot(x)
        least = regret.min(axis=1, keepdims=True)
        best = regret <= least * (1 if exact else 1 + TIE_TOLERANCE)
        actions: IntArray = np.argmax(np.where(best, earned, earned.min() - 1), axis=1)
        return actions

    def payoff(self, message: Any, exact: bool = False) -> Any:
        """``U(x)``: what a message earns the sender from all types, homogeneous. O(n k d)."""
        x = _message(message, exact)
        actions = self.best_responses(message, exact)
        return self.payoffs(exact)[np.arange(len(self)), actions].dot(x).sum()

    def no_information(self, exact: bool = False) -> Any:
        """The sender's payoff if she says nothing: at most the optimum."""
        return self.best_payoff(exact) + self._reached([[1] * self.shape[1]], exact)

    def full_revelation(self, exact: bool = False) -> Any:
        """The sender's payoff if she reveals the state: at most the optimum."""
        return self.best_payoff(exact) + self._reached(_corners(self.shape[1]), exact)

    def _reached(self, messages: Sequence[Sequence[int]], exact: bool) -> Any:
        """Relative payoff of messages whose numbers are exact; so are ties, with floats too."""
        types, relative = np.arange(len(self)), self.relative_payoffs(exact)
        actions = [decided_responses(self, np.array(x, dtype=np.float64)) for x in messages]
        return sum(
            relative[types, chosen].dot(np.array(x)).sum()
            for x, chosen in zip(messages, actions, strict=True)
        )

    def sizes(self) -> dict[str, int]:
        """How large the instance is."""
        return dict(zip(("types", "states", "actions"), self.shape, strict=True))

    def to_dict(self) -> dict[str, Any]:
        """The instance as a JSON document of kind "finite-persuasion".

        Raises
        ------
        ValueError
            For a `part`, whose weights do not sum to 1.
        """
        self._weights.check_sum("weights")
        n = len(self)
        receiver, sender = _full(self._receiver, n).plain(), _full(self._sender, n).plain()
        beliefs, state_beliefs = self._beliefs.plain(), self._state_beliefs.plain()
        weights = self._weights.plain()
        types = []
        for t in range(n):
            entry = {"weight": weights[t], "belief": beliefs[t], "receiver_utility": receiver[t]}
            if sender[t] != sender[0]:
                entry["sender_utility"] = sender[t]
            if self._state_beliefs is not self._beliefs:
                entry["state_belief"] = state_beliefs[t]
            if self._labels is not None:
                entry["label"] = self._labels[t]
            types.append(entry)
        return {
            "kind": self.kind,
            "states": list(self.states),
            "actions": list(self.actions),
            "types": types,
            "sender_utility": sender[0],
        }


def _corners(d: int) -> list[list[int]]:
    """Messages that are sent in one state only."""
    return [[int(v == w) for v in range(d)] for w in range(d)]


def _message(message: Any, exact: bool) -> NumberArray:
    if not exact:
        # Numbers may be text, such as "2/5", here as everywhere.
        return Numbers.read(message, "message").floats
    return object_array([Fraction(value) for value in in_order(message, "message")])


def _full(table: NumberTable, n: int) -> NumberTable:
    """One table per type."""
    return table if table.shape[0] == n else table.take([0] * n)
