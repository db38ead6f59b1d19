"""Messages named by what each type does on them: a linear program over action profiles."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from suasion.models.finite.instance import FinitePersuasion
from suasion.models.finite.policy import FinitePolicy
from suasion.models.numbers.arrays import IntArray, NumberArray
from suasion.models.programs.program import Program
from suasion.models.programs.rational import Family, Formulation, RationalProgram


def all_profiles(instance: FinitePersuasion) -> IntArray:
    """Every way in which types may act, one row each, shape (k^n, n)."""
    n, _, k = instance.shape
    return np.array(list(product(range(k), repeat=n)), dtype=np.intp)


def profile_lp(
    instance: FinitePersuasion, profiles: Sequence[Sequence[int]] | IntArray
) -> Program:
    """Choose one message per action profile, on which no type wants to deviate.

    Message s has likelihoods x[s, w] in block "likelihood", and on it type t takes action s_t::

        max  sum_s sum_t sum_w F[t, s_t, w] x[s, w]
        s.t. sum_w (S[t, b, w] - S[t, s_t, w]) x[s, w] <= 0    ("obedience", every s, t, b != s_t)
             sum_s x[s, w] = 1                                 ("state", every w),   x >= 0

    with S and F the `scores` and `payoffs` of the instance, each row divided by its largest entry.
    If the profiles contain all that some message x >= 0 other than 0 brings about, the optimum is
    V: messages on which the same types do the same can be one. Profiles that only a face of
    lower dimension realises count (types that act on opposite sides of a hyperplane both act on
    it).

    With one type these are the k recommendations of Kamenica and Gentzkow (2011), *Bayesian
    Persuasion*, American Economic Review 101(6): the obedience program.

    Variables: d per profile; rows: n (k - 1) per profile and d.
    """
    return _formulation(instance, np.asarray(profiles, dtype=np.intp), exact=False).program()


def exact_profile_lp(
    instance: FinitePersuasion, profiles: Sequence[Sequence[int]] | IntArray
) -> RationalProgram:
    """`profile_lp` on the exact numbers of the instance."""
    return _formulation(instance, np.asarray(profiles, dtype=np.intp), exact=True).rational()


def complete_profile_lp(instance: FinitePersuasion) -> Program:
    """`profile_lp` over all k^n profiles."""
    return profile_lp(instance, all_profiles(instance))


def exact_complete_profile_lp(instance: FinitePersuasion) -> RationalProgram:
    """`exact_profile_lp` over all k^n profiles: its optimum is the exact V."""
    return exact_profile_lp(instance, all_profiles(instance))


def profile_policy(
    instance: FinitePersuasion, profiles: IntArray, values: NumberArray
) -> FinitePolicy:
    """The policy of a rational point of the program, profiles that are never sent left out."""
    likelihoods = values.reshape(len(profiles), instance.shape[1])
    sent = [s for s, row in enumerate(likelihoods.tolist()) if any(row)]
    return FinitePolicy(likelihoods[sent].tolist(), profiles[sent])


def advantages(instance: FinitePersuasion, exact: bool = False) -> NumberArray:
    """What each action is worth to a type in each state, from 0 for the best, stakes 1.

    Minus the `regrets` divided by the largest, shape (n, k, d): which action is best on a message
    is not changed by what is subtracted.
    """
    regrets = instance.regrets(exact)
    stakes = regrets.max(axis=(1, 2), keepdims=True)
    return np.asarray(-regrets / np.where(stakes > 0, stakes, stakes * 0 + 1))


def scaled_rows(rows: NumberArray) -> NumberArray:
    """Rows divided by their largest entries; what hangs on one may be little of what does on all.

    Solvers take entries below 1e-9 for 0, and let rows be broken by as much.
    """
    most = abs(rows).max(axis=1, initial=0, keepdims=True)
    return np.asarray(rows / np.where(most > 0, most, most * 0 + 1))


def _formulation(instance: FinitePersuasion, profiles: IntArray, exact: bool) -> Formulation:
    return profile_formulation(advantages(instance, exact), instance.payoffs(exact), profiles)


def profile_formulation(
    worth: NumberArray, earned: NumberArray, profiles: IntArray
) -> Formulation:
    """`profile_lp` from arrays of scores and payoffs, shape (n, k, d)."""
    n, k, d = worth.shape
    count = len(profiles)
    types = np.arange(n)
    objective = earned[types, profiles].sum(axis=1).reshape(-1)
    # Entry (s, t, b, w), for actions b other than the profile's.
    regret = worth[None] - worth[types, profiles][:, :, None, :]
    other = (np.arange(k) != profiles[:, :, None]).reshape(-1)
    numbers = scaled_rows(regret.reshape(-1, d)[other]).reshape(-1)
    rows = count * n * (k - 1)
    message = np.repeat(np.arange(count), n * (k - 1))
    zero, one = objective[:1] * 0, objective[:1] * 0 + 1
    obedience = Family(
        "obedience",
        row=np.repeat(np.arange(rows), d),
        column=(message[:, None] * d + np.arange(d)).reshape(-1),
        numbers=numbers,
        upper=np.repeat(zero, rows),
    )
    state = Family(
        "state",
        row=np.tile(np.arange(d), count),
        column=np.arange(count * d),
        numbers=np.repeat(one, count * d),
        upper=np.repeat(one, d),
        equal=True,
    )
    return Formulation("profiles", {"likelihood": objective}, (obedience, state), np.inf)
