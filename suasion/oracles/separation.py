"""Separation oracles (Prop. A.1): simulated receivers with many states and actions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.models.finite.instance import TIE_TOLERANCE, FinitePersuasion
from suasion.models.numbers.arrays import IntArray, NumberArray, is_index
from suasion.models.numbers.rationals import Number
from suasion.models.numbers.tables import NumberTable
from suasion.models.simulation.belief_trees import BeliefTree
from suasion.oracles.protocols import SeparationOracle


class HiddenBelief:
    """A simulated receiver who knows her belief and her utility: an exact `SeparationOracle`.

    Parameters
    ----------
    belief : sequence of number, shape (d,)
        Probabilities of the states.
    utility : nested sequence of number, shape (d, k)
        What she earns, by state and action.
    exact : bool
        Compare in Fractions. Otherwise what is within 1e-9 of her stakes is a tie, and ties
        violate nothing.

    Examples
    --------
    Example A.2 of the paper: on this message four beliefs lead to four actions; hers to the last.

    >>> her = HiddenBelief(["1/4", "1/4", "1/4", "1/4"], np.eye(4), exact=True)
    >>> her.violated(["1/4", "1/3", "1/2", 1], 0), her.violated(["1/4", "1/3", "1/2", 1], 3)
    (3, None)
    """

    def __init__(
        self,
        belief: Sequence[Number] | NumberArray,
        utility: Sequence[Sequence[Number]] | NumberArray,
        exact: bool = False,
    ) -> None:
        # One type with a sender who does not matter: its checks are those wanted here.
        sender = [[0] * len(row) for row in utility]
        self._type = FinitePersuasion([1], [belief], utility, sender)  # type: ignore[list-item]
        self._exact = exact

    @classmethod
    def of_type(
        cls, instance: FinitePersuasion, position: int, exact: bool = False
    ) -> HiddenBelief:
        """The receiver of the type at a position of an instance.

        Raises
        ------
        ValueError
            If there is no such type.
        """
        if not is_index(position, len(instance)):
            raise InputError(
                f"position is {position!r}; types are numbered 0 to {len(instance) - 1}."
            )
        her = object.__new__(cls)
        her._type, her._exact = instance.part([position]), exact
        return her

    def violated(self, likelihoods: Sequence[Number] | NumberArray, action: int) -> int | None:
        """The action that is best for her if it is strictly better; see `SeparationOracle`.

        Raises
        ------
        ValueError
            For an action that does not exist, or likelihoods that are none.
        """
        _, d, k = self._type.shape
        if not is_index(action, k):
            raise InputError(f"action is {action!r}; actions are numbered 0 to {k - 1}.")
        x = NumberTable.read([likelihoods], "likelihoods", ("message", "state")).array(self._exact)
        if x.shape[1] != d or (x < 0).any() or not (x > 0).any():
            raise InputError(
                f"likelihoods is {list(likelihoods)}; give {d} numbers from 0 to 1, not all 0."
            )
        worth = self._type.scores(self._exact)[0].dot(x[0])
        slack: Any = 0 if self._exact else TIE_TOLERANCE * self._type.stakes[0] * x.sum()
        best = int(np.argmax(worth))
        return best if worth[best] > worth[action] + slack else None


def best_action(oracle: SeparationOracle, likelihoods: Any, actions: int, first: int = 0) -> int:
    """What she does on a message, by proposing one action after the other.

    Each answer names a strictly better action, so that at most as many are proposed as there are.

    Parameters
    ----------
    oracle : SeparationOracle
    likelihoods : sequence of number, shape (d,)
    actions : int
        How many there are.
    first : int
        Which is proposed first.

    Raises
    ------
    ValueError
        If an answer is no action, or the answers contradict each other.
    """
    proposed = [first]
    while (better := oracle.violated(likelihoods, proposed[-1])) is not None:
        if not is_index(better, actions):
            raise InputError(
                f"the oracle answered {better!r}; answer None or an action, 0 to {actions - 1}."
            )
        if better in proposed:
            named = ", ".join(str(a) for a in [*proposed, better])
            raise InputError(
                f"the answers contradict each other: each of the actions {named} is said to be "
                "worse than the next."
            )
        proposed.append(int(better))
    return proposed[-1]


def half_spaces(utility: Any, likelihoods: Any, action: int) -> list[tuple[Fraction, ...]]:
    """What is known of a belief at which an action is best on a message: ``normal @ p >= 0``.

    One normal ``x_w (u(w, action) - u(w, other))`` for each other action; rows of zeros, which say
    nothing, are left out.

    Parameters
    ----------
    utility : nested sequence of number, shape (d, k)
    likelihoods : sequence of number, shape (d,)
    action : int

    Examples
    --------
    >>> half_spaces([[1, 0], [0, 1]], ["1/2", 1], 0)
    [(Fraction(1, 2), Fraction(-1, 1))]
    """
    table = NumberTable.read(utility, "utility", ("state", "action")).exact
    x = NumberTable.read([likelihoods], "likelihoods", ("message", "state")).exact[0]
    normals = [
        tuple(Fraction(value) for value in x * (table[:, action] - table[:, other]))
        for other in range(table.shape[1])
        if other != action
    ]
    return [normal for normal in normals if any(normal)]


def locate(known: BeliefTree, instance: FinitePersuasion, oracle: SeparationOracle) -> IntArray:
    """Ask the questions of a tree; the types that are left.

    Raises
    ------
    ValueError
        If no type of the instance would take an action that she takes, or the oracle contradicts
        itself.

    Examples
    --------
    >>> two = FinitePersuasion(
    ...     ["1/2", "1/2"], [["3/4", "1/4"], ["1/4", "3/4"]], [[1, 0], [0, 1]], [[0, 1], [0, 1]]
    ... )
    >>> from suasion.solvers.simulation.locating import locating_tree
    >>> locate(locating_tree(two), two, HiddenBelief.of_type(two, 1)).tolist()
    [1]
    """
    members = dict(known.routed(instance))
    node = 0
    while (query := known.tree.queries[node]) is not None:
        action = best_action(oracle, known.messages[query].tolist(), instance.shape[2])
        branches = dict(known.tree.children[node])
        if action not in branches:
            raise InputError(
                f"no type left would take action {instance.actions[action]} on the message "
                f"{known.messages[query].tolist()}."
            )
        node = branches[action]
    return members[node]
