"""Messaging policies over any finite number of states: checked and valued by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from suasion.errors import InputError, check_kind
from suasion.models.finite.instance import FinitePersuasion
from suasion.models.finite.policy_tables import policy_tables
from suasion.models.finite.ties import decided_responses
from suasion.models.numbers.arrays import FloatArray, IntArray, NumberArray, is_index
from suasion.models.numbers.rationals import Number, Numbers
from suasion.models.numbers.sequences import in_order, in_rows
from suasion.models.numbers.tables import NumberTable
from suasion.models.table import Table, Tabled

# What rounding may leave of a type's regret, as a share of what its action costs it on the
# message; and of what the sender loses on ties, in units of what she can gain.
OBEDIENCE_TOLERANCE = 1e-11
TIES_TOLERANCE = 1e-7


class FinitePolicy(Tabled):
    """What the sender says in each state, and what each type does on it.

    Parameters
    ----------
    likelihoods : nested sequence of numbers in [0, 1], shape (m, d)
        ``sigma(message | state)``; for each state they sum to 1 (exactly if rational, else
        within 1e-9).
    actions : nested sequence of int, shape (m, n)
        Position of the action that each type takes on each message.

    Raises
    ------
    ValueError
        For likelihoods out of range or that do not sum to 1, or ragged actions.

    Examples
    --------
    The prosecutor convicts as often as he can:

    >>> instance = FinitePersuasion([1], [["7/10", "3/10"]], [[1, 0], [0, 1]], [[0, 1], [0, 1]])
    >>> policy = FinitePolicy([["3/7", 1], ["4/7", 0]], [[1], [0]])
    >>> policy.failures(instance), policy.value(instance, exact=True)
    ([], Fraction(3, 5))
    """

    kind: ClassVar[str] = "finite-policy"

    def __init__(
        self,
        likelihoods: Sequence[Sequence[Number]] | NumberArray,
        actions: Sequence[Sequence[int] | IntArray] | IntArray,
    ) -> None:
        self._likelihoods = NumberTable.read(likelihoods, "likelihoods", ("message", "state"))
        m, d = self._likelihoods.shape
        for i in range(m):
            row = self._likelihoods[i]
            assert isinstance(row, Numbers)
            row.check_range(f"likelihoods[{i}]", "give a probability")
        exact = self.rational
        for w in range(d):
            column = self.array(exact)[:, w]
            Numbers.read(column.tolist(), "").check_sum(f"likelihoods in state {w}")
        rows = _action_rows(actions)
        if len(rows) != m or any(len(row) != len(rows[0]) for row in rows):
            raise InputError(
                f"actions has {len(rows)} rows for {m} messages, or rows of different lengths; "
                "give one action per message and type."
            )
        self.actions: IntArray = np.array(rows, dtype=np.intp)
        self.actions.setflags(write=False)

    @classmethod
    def following(
        cls,
        instance: FinitePersuasion,
        likelihoods: Sequence[Sequence[Number]] | NumberArray,
        exact: bool = False,
    ) -> FinitePolicy:
        """The policy with these messages, every type taking its best response to each."""
        # Read here, for what can be read once only.
        table: Any = NumberTable.read(likelihoods, "likelihoods", ("message", "state"))
        return cls(table, [instance.best_responses(x, exact) for x in table.array(exact)])

    @property
    def likelihoods(self) -> FloatArray:
        """``sigma(message | state)``, read-only, shape (m, d)."""
        return self._likelihoods.floats

    def array(self, exact: bool = False) -> NumberArray:
        """The likelihoods as Fractions if `exact`, else as floats, shape (m, d)."""
        return self._likelihoods.array(exact)

    @property
    def rational(self) -> bool:
        """True when every likelihood was given exactly."""
        return self._likelihoods.rational

    def __len__(self) -> int:
        return len(self.actions)

    def __repr__(self) -> str:
        return f"FinitePolicy({len(self)} message{'s' * (len(self) != 1)})"

    def value(self, instance: FinitePersuasion, exact: bool = False) -> Any:
        """The sender's payoff if every type does what `actions` says. O(m n d).

        Parameters
        ----------
        exact : bool
            Compute in Fractions; a float is the dyadic number it is.

        Raises
        ------
        InputError
            For an instance with other numbers of states, types or actions.
        """
        self._check_fit(instance)
        if exact:
            return Fraction(self._taken(instance.payoffs(exact), exact).sum())
        # A large constant would take digits from the rest.
        return float(instance.best_payoff()) + self.relative_value(instance)

    def relative_value(self, instance: FinitePersuasion) -> float:
        """What the policy earns less `FinitePersuasion.best_payoff`: 0 or less."""
        return float(self._taken(instance.relative_payoffs(), exact=False).sum())

    def misfit(self, instance: FinitePersuasion) -> str:
        """Why this policy cannot be one for an instance; empty where numbers of things agree."""
        check_kind(instance, FinitePersuasion, "instance", "give a FinitePersuasion")
        n, d, k = instance.shape
        if self._likelihoods.shape[1] != d or self.actions.shape[1] != n:
            return (
                f"the policy is for {self._likelihoods.shape[1]} states and "
                f"{self.actions.shape[1]} types, the instance has {d} and {n}"
            )
        if len(self) and not 0 <= self.actions.min() <= self.actions.max() < k:
            return f"an action is outside 0 to {k - 1}"
        return ""

    def _check_fit(self, instance: FinitePersuasion) -> None:
        wrong = self.misfit(instance)
        if wrong:
            raise InputError(f"{wrong}; give the instance that it was made for.")

    def _taken(self, table: NumberArray, exact: bool) -> NumberArray:
        """``table[t, a_t(m)] @ x(m)`` for every message and type, shape (m, n)."""
        x = self.array(exact)
        chosen = table[np.arange(table.shape[0]), self.actions]
        return np.asarray((chosen * x[:, None, :]).sum(axis=2))

    def receiver_values(self, instance: FinitePersuasion, exact: bool = False) -> NumberArray:
        """What each type expects to earn, by its own belief, shape (n,)."""
        self._check_fit(instance)
        return np.asarray(self._taken(instance.scores(exact), exact).sum(axis=0))

    def receiver_value(self, instance: FinitePersuasion, exact: bool = False) -> Any:
        """`receiver_values` weighted by the probabilities of the types."""
        weights = instance.exact_weights if exact else instance.weights
        return (weights * self.receiver_values(instance, exact)).sum()

    def violations(self, instance: FinitePersuasion, exact: bool = False) -> NumberArray:
        """How much better than its action each type could do on each message, shape (m, n).

        0 for best responses. In utility times probability, by the type's belief; with floats as
        a share of what its action costs it on the message, compared with the best in every state.
        """
        x, regrets = self.array(exact), instance.regrets(exact)
        least = np.stack([regrets.dot(row).min(axis=1) for row in x])
        own = self._taken(regrets, exact)
        if exact:
            return np.asarray(own - least)
        return np.asarray(np.maximum(0, own - least) / np.where(own > 0, own, 1.0))

    def shortfall(self, instance: FinitePersuasion, exact: bool = False) -> Any:
        """What the sender loses because ties are not broken in her favour; 0 if all are."""
        types, earned = np.arange(len(instance)), instance.relative_payoffs(exact)
        lost = Fraction(0) if exact else 0.0
        for x, taken in zip(self.array(exact), self.actions, strict=True):
            worth = earned.dot(x)
            best = instance.best_responses(x, exact)
            # Floats that are as good as tied need not be; whether they are matters seldom.
            if not exact and (worth[types, best] > worth[types, taken]).any():
                best = decided_responses(instance, x)
            lost += np.maximum(0, worth[types, best] - worth[types, taken]).sum()
        return lost

    def failures(self, instance: FinitePersuasion, exact: bool | None = None) -> list[str]:
        """What is wrong with this policy for an instance, one sentence each.

        Every action must be a best response, and no other best response may be better for the
        sender: with floats within `OBEDIENCE_TOLERANCE` and `TIES_TOLERANCE`, with Fractions
        exactly (default where all numbers are rational).
        """
        wrong = self.misfit(instance)
        if wrong:
            return [wrong]
        exact = self.rational and instance.rational if exact is None else exact
        found = []
        regret = self.violations(instance, exact)
        for m, t in np.argwhere(regret > (0 if exact else OBEDIENCE_TOLERANCE)):
            by = f"{float(regret[m, t]):.3g}" + ("" if exact else " of what it costs")
            found.append(
                f"type {instance.labels[t]} would do better by {by} than with action "
                f"{instance.actions[self.actions[m, t]]} on message {m + 1}"
            )
        lost = self.shortfall(instance, exact)
        if lost > (0 if exact else TIES_TOLERANCE * instance.unit):
            found.append(f"ties are broken against the sender, who loses {float(lost):.3g}")
        return found

    def posteriors(self, instance: FinitePersuasion) -> FloatArray:
        """Each type's belief after each message, by Bayes' rule, shape (m, n, d).

        NaN where the type gives the message probability 0.
        """
        joint = self.likelihoods[:, None, :] * instance.beliefs
        total = joint.sum(axis=2, keepdims=True)
        return np.asarray(joint / np.where(total > 0, total, np.nan), dtype=np.float64)

    def tables(self, problem: FinitePersuasion | None = None, full: bool = False) -> list[Table]:
        """The messages that are sent, what the types do on them, and what that earns.

        Parameters
        ----------
        problem : FinitePersuasion, optional
            Without it states, types and actions are known by their positions alone.
        full : bool
            Nothing is left out as it is.
        """
        if problem is None:
            m, d = self._likelihoods.shape
            columns = ("message", *(f"if state {w}" for w in range(d)), "actions")
            rows = [
                (f"m{i + 1}", *self.likelihoods[i].tolist(), ", ".join(map(str, self.actions[i])))
                for i in range(m)
            ]
            return [Table("", columns, tuple(rows))]
        self._check_fit(problem)
        main, *others = policy_tables(problem, self.likelihoods, self.actions)
        note = f"Receivers expect {self.receiver_value(problem):.6g}."
        return [replace(main, note=note), *others]

    def document(
        self, problem: FinitePersuasion, full: bool = False, exact: bool = False
    ) -> dict[str, Any]:
        """The policy's part of a result's JSON document."""
        return {"policy": self.to_dict(problem)}

    def to_dict(self, instance: FinitePersuasion | None = None) -> dict[str, Any]:
        """Messages with likelihoods by state and actions by type, as positions, for JSON.

        With the instance also what the states, the types and their actions are called.
        """
        rows = zip(self._likelihoods.plain(), self.actions.tolist(), strict=True)
        messages = [{"likelihood": x, "actions": actions} for x, actions in rows]
        if instance is None:
            return {"messages": messages}
        for message in messages:
            message["action_names"] = [instance.actions[a] for a in message["actions"]]
        names = {"states": list(instance.states), "types": list(instance.labels)}
        return {**names, "messages": messages}


def _action_rows(actions: Any) -> list[list[int]]:
    rows = []
    for m, given in enumerate(in_rows(actions, "actions", need="one list per message")):
        row = in_order(given, f"actions[{m}]", need="one action per type")
        for t, action in enumerate(row):
            if not is_index(action, np.inf):
                raise InputError(
                    f"actions[{m}][{t}] is {action!r}; give the position of an action."
                )
        rows.append([int(action) for action in row])
    return rows
