"""Menus: the receiver reports her type and is told, in private, what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.models.finite.instance import FinitePersuasion
from suasion.models.finite.policy import FinitePolicy
from suasion.models.finite.policy_tables import action_name, message_tables
from suasion.models.finite.profile_lp import advantages, scaled_rows
from suasion.models.numbers.arrays import FloatArray, IntArray, NumberArray
from suasion.models.programs.program import Program
from suasion.models.programs.rational import Family, Formulation, RationalProgram
from suasion.models.table import SHOWN, Entry, Table, Tabled, left_out

# Some rows of a solver, each of which holds within 1e-9, in units of what a type can earn.
GAIN_TOLERANCE = 1e-8


class Menu(Tabled):
    """One messaging policy for each type that the receiver may say she is.

    Message m of a policy recommends an action to the type the policy is meant for. No type gains
    by reporting another one and then doing as it likes.

    Parameters
    ----------
    policies : sequence of FinitePolicy
        For each type, with the type's own actions only: ``actions`` has one column.

    Examples
    --------
    >>> instance = FinitePersuasion([1], [["7/10", "3/10"]], [[1, 0], [0, 1]], [[0, 1], [0, 1]])
    >>> menu = Menu([FinitePolicy([["3/7", 1], ["4/7", 0]], [[1], [0]])])
    >>> menu.failures(instance), menu.value(instance, exact=True)
    ([], Fraction(3, 5))
    """

    def __init__(self, policies: Sequence[FinitePolicy]) -> None:
        self.policies = tuple(policies)
        if any(policy.actions.shape[1] != 1 for policy in self.policies):
            raise InputError("policies of a menu recommend actions to one type each.")

    def __len__(self) -> int:
        return len(self.policies)

    def __repr__(self) -> str:
        return f"Menu({len(self)} polic{'y' if len(self) == 1 else 'ies'})"

    @property
    def rational(self) -> bool:
        """True when every likelihood was given exactly."""
        return all(policy.rational for policy in self.policies)

    def value(self, instance: FinitePersuasion, exact: bool = False) -> Any:
        """The sender's payoff if every type reports itself and does as it is told."""
        if len(self) != len(instance):
            raise InputError(
                f"the menu has {len(self)} policies for {len(instance)} types; give the instance "
                "that it was made for."
            )
        parts = (p.value(instance.part([t]), exact) for t, p in enumerate(self.policies))
        return sum(parts, Fraction(0) if exact else 0.0)

    def relative_value(self, instance: FinitePersuasion) -> float:
        """What the menu earns less `FinitePersuasion.best_payoff`: 0 or less."""
        return float(
            sum(p.relative_value(instance.part([t])) for t, p in enumerate(self.policies))
        )

    def gains(self, instance: FinitePersuasion, exact: bool = False) -> NumberArray:
        """What type t gains by reporting s and doing as it likes, instead of what it is told.

        Shape (n, n); 0 on the diagonal, and at most 0 elsewhere, if the menu is honest. In units
        of the most that a type can earn.
        """
        worth = _units(instance, exact)
        told = []
        for own, policy in zip(worth, self.policies, strict=True):
            recommended = own[policy.actions[:, 0]]
            told.append((policy.array(exact) * recommended).sum())
        gains = [
            [policy.array(exact).dot(own.T).max(axis=1).sum() - due for policy in self.policies]
            for own, due in zip(worth, told, strict=True)
        ]
        return np.array(gains, dtype=object if exact else np.float64)

    def failures(self, instance: FinitePersuasion, exact: bool | None = None) -> list[str]:
        """What is wrong with this menu for an instance, one sentence each.

        With floats within `GAIN_TOLERANCE`, with Fractions exactly.
        """
        n, d, k = instance.shape
        if len(self) != n or any(p.likelihoods.shape[1] != d for p in self.policies):
            return [f"the menu has {len(self)} policies; the instance has {n} types, {d} states"]
        if not all(0 <= p.actions.min() <= p.actions.max() < k for p in self.policies):
            return [f"an action is outside 0 to {k - 1}"]
        exact = self.rational and instance.rational if exact is None else exact
        gains = self.gains(instance, exact)
        allowed = 0 if exact else GAIN_TOLERANCE
        return [
            f"type {instance.labels[t]} gains {float(gains[t, s]):.3g} by reporting "
            f"{instance.labels[s]}"
            for t, s in np.argwhere(gains > allowed)
        ]

    def tables(self, problem: FinitePersuasion | None = None, full: bool = False) -> list[Table]:
        """What each type that reports itself is told to do, how likely, and what that earns.

        Parameters
        ----------
        problem : FinitePersuasion, optional
            Without it states, types and actions are known by their positions alone.
        full : bool
            All types; else 16 of them.
        """
        if problem is None:
            return [
                replace(table, title=f"Who reports to be type {t}:")
                for t, policy in enumerate(self.policies)
                for table in policy.tables()
            ]
        shown = len(self) if full else min(len(self), SHOWN)
        earned = problem.payoffs()
        told: list[tuple[str, FloatArray, list[tuple[Entry, ...]]]] = []
        for t, policy in enumerate(self.policies[:shown]):
            for m, (a,) in enumerate(policy.actions.tolist()):
                x = policy.likelihoods[m]
                about = (action_name(problem, a), float(earned[t, a] @ x))
                told.append((problem.labels[t], x, [about]))
        main, *others = message_tables(problem, ("report",), told, ("action", "value"))
        return [replace(main, note=left_out(len(self), shown, "types")), *others]

    def document(
        self, problem: FinitePersuasion, full: bool = False, exact: bool = False
    ) -> dict[str, Any]:
        """The menu's part of a result's JSON document."""
        menu = [
            {"type": label, **policy.to_dict(problem.part([t]))}
            for t, (label, policy) in enumerate(zip(problem.labels, self.policies, strict=True))
        ]
        return {"policy": {"menu": menu}}


def _units(instance: FinitePersuasion, exact: bool) -> NumberArray:
    """Scores from 0 for each state's worst action; what a type can earn in all is at most 1."""
    worth = advantages(instance, exact)
    worth = worth - worth.min(axis=1, keepdims=True)
    most = worth.max(axis=1).sum(axis=1)[:, None, None]
    return np.asarray(worth / np.where(most > 0, most, most * 0 + 1))


def menu_lp(instance: FinitePersuasion) -> Program:
    """Choose a policy for every report; obedience and honesty as explicit rows.

    Who reports type t is told action a with probability x[t, a, w] in state w, in block
    "likelihood". In block "gain", g[t, s, a] is at least what type t can make of the
    recommendation a meant for another type s; S are scores from 0 for each state's worst action,
    scaled to at most 1 in all::

        max  sum_t sum_a sum_w F[t, a, w] x[t, a, w]
        s.t. sum_w S[t, b, w] x[s, a, w] - g[t, s, a] <= 0             ("response", all b)
             sum_a g[t, s, a] - sum_{a, w} S[t, a, w] x[t, a, w] <= 0  ("truth", all t != s)
             sum_w (S[t, b, w] - S[t, a, w]) x[t, a, w] <= 0           ("obedience", b != a)
             sum_a x[t, a, w] = 1                                      ("state"),   x, g >= 0

    Rows of "obedience" are each in a unit of its own, so that what hangs on an unlikely
    recommendation is not lost in what a solver tolerates. Type reporting makes the problem
    polynomial; a single policy for all types is a menu too, which reports do not change, so the
    optimum is at least V, and at most the sum of what the types are worth if known.

    Variables: n k d + n (n - 1) k; rows: n (n - 1) (k^2 + 1) + n k (k - 1) + n d.

    References
    ----------
    Castiglioni, Marchesi, Gatti, *Bayesian Persuasion Meets Mechanism Design: Going Beyond
    Intractability with Type Reporting*, arXiv 2202.00605.
    """
    return _formulation(instance, exact=False).program()


def exact_menu_lp(instance: FinitePersuasion) -> RationalProgram:
    """`menu_lp` on the exact numbers of the instance."""
    return _formulation(instance, exact=True).rational()


def menu_of(instance: FinitePersuasion, values: NumberArray) -> Menu:
    """The menu of a point of the program: a rational one, or likelihoods that are normalised."""
    n, d, k = instance.shape
    likelihoods = values[: n * k * d].reshape(n, k, d)
    if likelihoods.dtype != object:
        likelihoods = np.maximum(0, likelihoods)
        likelihoods = likelihoods / likelihoods.sum(axis=1, keepdims=True)
    policies = []
    for own in likelihoods:
        sent = np.flatnonzero((own > 0).any(axis=1))
        policies.append(FinitePolicy(own[sent].tolist(), sent[:, None]))
    return Menu(policies)


def _formulation(instance: FinitePersuasion, exact: bool) -> Formulation:
    n, d, k = instance.shape
    worth, earned = _units(instance, exact), instance.payoffs(exact)
    objective = earned.reshape(-1)
    zero, one = objective[:1] * 0, objective[:1] * 0 + 1
    # Position of x[t, a, w], and of g[p, a] for a pair p of a type and another one's report.
    likelihood = np.arange(n * k * d).reshape(n, k, d)
    true, report = np.nonzero(~np.eye(n, dtype=np.bool_))
    pairs = len(true)
    gain = n * k * d + np.arange(pairs * k).reshape(pairs, k)
    shape = (pairs, k, k, d)
    row = np.arange(pairs * k * k)
    response = Family(
        "response",
        row=np.concatenate([np.repeat(row, d), row]),
        column=np.concatenate(
            [
                np.broadcast_to(likelihood[report][:, :, None, :], shape).reshape(-1),
                np.repeat(gain.reshape(-1), k),
            ]
        ),
        numbers=np.concatenate(
            [
                np.broadcast_to(worth[true][:, None, :, :], shape).reshape(-1),
                np.repeat(-one, pairs * k * k),
            ]
        ),
        upper=np.repeat(zero, pairs * k * k),
    )
    pair = np.arange(pairs)
    truth = Family(
        "truth",
        row=np.concatenate([np.repeat(pair, k), np.repeat(pair, k * d)]),
        column=np.concatenate([gain.reshape(-1), likelihood[true].reshape(-1)]),
        numbers=np.concatenate([np.repeat(one, pairs * k), -worth[true].reshape(-1)]),
        # Scores are rounded; no menu that is honest may be left out, lest the bound be none.
        upper=np.repeat(zero if exact else zero + 8 * d * np.finfo(np.float64).eps, pairs),
    )
    state = Family(
        "state",
        row=np.repeat(np.arange(n)[:, None, None] * d, k, axis=1).repeat(d, axis=2).reshape(-1)
        + np.tile(np.arange(d), n * k),
        column=likelihood.reshape(-1),
        numbers=np.repeat(one, n * k * d),
        upper=np.repeat(one, n * d),
        equal=True,
    )
    blocks = {"likelihood": objective, "gain": np.repeat(zero, pairs * k)}
    obedience = _own_obedience(advantages(instance, exact), likelihood)
    return Formulation("menu", blocks, (response, truth, obedience, state), np.inf)


def _own_obedience(worth: NumberArray, likelihood: IntArray) -> Family:
    """Rows that say that types do as they are told, each recommendation by itself."""
    _, k, d = worth.shape
    told, other = np.nonzero(~np.eye(k, dtype=np.bool_))
    compared = (worth[:, other] - worth[:, told]).reshape(-1, d)
    rows = len(compared)
    return Family(
        "obedience",
        row=np.repeat(np.arange(rows), d),
        column=likelihood[:, told].reshape(-1),
        numbers=scaled_rows(compared).reshape(-1),
        upper=np.repeat(worth.reshape(-1)[:1] * 0, rows),
    )
