"""Which of a list of receivers is it? Trees of messages that tell them apart in few questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np
from scipy.optimize import linear_sum_assignment

from suasion.errors import InputError
from suasion.models.finite.instance import FinitePersuasion
from suasion.models.numbers.arrays import FloatArray, IntArray, Mask
from suasion.models.queries.query_tree import QueryTree, Question
from suasion.models.simulation.belief_trees import BeliefTree
from suasion.models.simulation.message_partitions import message_margin
from suasion.solvers.clock import Clock
from suasion.solvers.simulation.messages import LEAST_MARGIN, chosen_message, widest_message
from suasion.solvers.simulation.task import achievable_partitions
from suasion.solvers.simulation.tied_messages import tied_message

# Messages tried at each node: ties at this many types and middles of pairs, and at the mean.
TRIED = 20
# So few types are split by the best of all messages, which are listed.
LISTED = 12
METHODS = ("balanced", "greedy")
# Maps some types to a message and what each of them does on it, or to None.
Split = Callable[[IntArray], "tuple[FloatArray, IntArray] | None"]


def locating_tree(instance: FinitePersuasion, method: str = "greedy", seed: int = 0) -> BeliefTree:
    """A tree of messages that tells the types of an instance apart; weights do not matter.

    Types that no message tells apart (the same belief, say) stay together in a leaf.

    Parameters
    ----------
    method : "greedy" or "balanced"
        "greedy" asks the message whose largest group of types is smallest: of all messages for up
        to 12 types, else of some tens at which receivers are indifferent. "balanced" is for types
        that want to match the state, with beliefs above 0: n of them are told apart in
        ``ceil(log_d n)`` questions, and no tree of fewer can (a question has d answers).
    seed : int
        Of the messages tried by "greedy".

    Raises
    ------
    ValueError
        For another method, or "balanced" where it does not apply.

    Notes
    -----
    Matching: ``u(w, a) = c_w`` for ``a = w``, else 0. Type t then takes the action a with the
    largest ``log p_t(a) + log c_a + log x_a``: with logarithms of likelihoods as prices, that is
    an assignment of types to actions. By duality every vector of group sizes is that of an optimal
    assignment (a transportation problem), whose prices are the message; groups of equal sizes make
    the depth least. Time: an assignment problem O(n^3) at each node.

    References
    ----------
    Develin and Sturmfels (2004), *Tropical convexity*: the cells are those of an arrangement of n
    tropical hyperplanes.

    Examples
    --------
    >>> matching = np.eye(3)
    >>> beliefs = np.random.default_rng(0).dirichlet(np.ones(3), size=27)
    >>> instance = FinitePersuasion(np.full(27, 1 / 27), beliefs, matching, matching)
    >>> locating_tree(instance, "balanced").depth
    3
    """
    if method not in METHODS:
        raise InputError(f'method is "{method}"; choose from {", ".join(METHODS)}.')
    split: Split
    if method == "balanced":
        split = _Balanced(instance)
    else:
        split = _Greedy(instance, np.random.default_rng(seed))
    messages: list[FloatArray] = []

    def ask(members: IntArray) -> Question[IntArray] | None:
        found = split(members) if len(members) > 1 else None
        if found is None:
            return None
        message, actions = found
        messages.append(message)
        parts = [(int(a), members[actions == a]) for a in np.unique(actions)]
        return len(messages) - 1, parts

    tree = QueryTree.grow(np.arange(len(instance)), ask)
    return BeliefTree(tree, np.array(messages).reshape(len(messages), instance.shape[1]))


def least_depth(count: int, actions: int) -> int:
    """No tree of questions with so many answers tells more types apart in fewer: ceil(log)."""
    depth, told = 0, 1
    while told < count:
        depth, told = depth + 1, told * actions
    return depth


class _Greedy:
    """The message whose largest group of types is smallest.

    Of all messages for a few types; of those at which receivers are indifferent for many, and of
    all if none of these tells them apart.
    """

    def __init__(self, instance: FinitePersuasion, random: np.random.Generator) -> None:
        self._instance, self._random = instance, random

    def __call__(self, members: IntArray) -> tuple[FloatArray, IntArray] | None:
        part = self._instance.part(members)
        found = self._best(part, self._tried(part)) if len(part) > LISTED else None
        return found or self._best(part, self._all(part))

    @staticmethod
    def _best(
        part: FinitePersuasion, messages: Iterable[FloatArray]
    ) -> tuple[FloatArray, IntArray] | None:
        best: tuple[int, float] = (len(part), 0.0)
        found = None
        for message in messages:
            margin = float(message_margin(part, message))
            if margin <= LEAST_MARGIN:
                continue
            actions = part.best_responses(message)
            largest = int(np.bincount(actions).max())
            if (largest, -margin) < best:
                best, found = (largest, -margin), (message, actions)
        return found if best[0] < len(part) else None

    @staticmethod
    def _all(part: FinitePersuasion) -> Iterator[FloatArray]:
        """A message for each of the finest partitions that messages bring about."""
        labels, makers = achievable_partitions(part, Clock())
        largest = [int(np.bincount(row).max()) for row in labels]
        for row, cells in zip(largest, makers, strict=True):
            if row == min(largest):
                message = chosen_message(part, cells, exact=False)
                if message is not None:
                    yield np.array(message)

    def _tried(self, part: FinitePersuasion) -> Iterator[FloatArray]:
        n, random = len(part), self._random
        middles = [part.beliefs.mean(axis=0), np.exp(np.log(part.beliefs + 1e-12).mean(axis=0))]
        for _ in range(TRIED):
            one, other = random.integers(n, size=2)
            middles += [(part.beliefs[one] + part.beliefs[other]) / 2]
        for middle in middles:
            yield tied_message(part.receiver_utilities[random.integers(n)], middle, random)


class _Balanced:
    """Groups of equal sizes by an assignment problem, for types that match the state."""

    def __init__(self, instance: FinitePersuasion) -> None:
        n, d, k = instance.shape
        utilities = instance.receiver_utilities
        diagonal = utilities[:, np.arange(d), np.arange(d)] if d == k else np.zeros((n, d))
        if (
            d != k
            or (utilities != diagonal[:, :, None] * np.eye(d)).any()
            or (diagonal <= 0).any()
        ):
            raise InputError(
                'method "balanced" is for receivers who match the state, a positive utility for '
                'each state on the diagonal and 0 elsewhere; use "greedy".'
            )
        if (instance.beliefs == 0).any():
            t, w = np.argwhere(instance.beliefs == 0)[0]
            raise InputError(
                f'beliefs[{t}][{w}] is 0, and method "balanced" needs beliefs above 0; use '
                '"greedy".'
            )
        self._instance = instance
        self._worth = np.log(instance.beliefs) + np.log(diagonal)
        self._random = np.random.default_rng(0)

    def __call__(self, members: IntArray) -> tuple[FloatArray, IntArray] | None:
        part, worth = self._instance.part(members), self._worth[members]
        # Types with equal odds do the same on every message, and count as one.
        shape = np.round(worth - worth[:, :1], 12)
        _, first, kind = np.unique(shape, axis=0, return_index=True, return_inverse=True)
        if len(first) == 1:
            return None
        d = worth.shape[1]
        slots = np.arange(len(first)) % d  # groups of sizes that differ by at most one
        chosen = linear_sum_assignment(worth[first][:, slots], maximize=True)[1]
        actions = slots[chosen][kind.reshape(-1)]
        masks: list[Mask] = [np.arange(d) == a for a in actions.tolist()]
        message, margin = widest_message(part, masks)
        if margin > LEAST_MARGIN:
            return message, actions
        # Several assignments are best, and no message makes exactly these groups.
        return _Greedy(self._instance, self._random)(members)
