"""Instances with d states, k actions and n types, and what is known of them by other means."""

from fractions import Fraction
from itertools import combinations, product

import numpy as np
from hypothesis import strategies as st
from instances import weights

from suasion import FinitePersuasion

# common: one utility for all types, beliefs differ; private: one belief, utilities differ;
# match: every type wants its action to be the state; accept: two actions, any payoffs.
KINDS = ("common", "private", "match", "accept")


def random_instance(kind, d, k, n, seed=0):
    """A float instance with generic numbers."""
    rng = np.random.default_rng(seed)
    shares = rng.dirichlet(np.ones(n))
    beliefs = rng.dirichlet(np.ones(d), size=n)
    if kind == "common":
        sender = np.broadcast_to(rng.random(k), (d, k)).copy()
        return FinitePersuasion(shares, beliefs, rng.normal(size=(d, k)), sender)
    if kind == "private":
        prior = rng.dirichlet(np.ones(d))
        utilities = rng.normal(size=(n, d, k))
        return FinitePersuasion(shares, np.tile(prior, (n, 1)), utilities, rng.random((d, k)))
    if kind == "match":
        sender = np.broadcast_to(rng.random(k), (d, k)).copy()
        return FinitePersuasion(shares, beliefs, np.eye(d, k), sender)
    accept = np.stack([np.zeros((n, d)), rng.normal(size=(n, d))], axis=2)
    sender = np.stack([np.zeros(d), np.ones(d)], axis=1)
    return FinitePersuasion(shares, beliefs, accept, sender)


def sizes(max_d=4, max_k=4, max_n=4, profiles=81):
    """(kind, d, k, n) of all kinds whose profiles are few."""
    return [
        (kind, d, k, n)
        for kind, d, k, n in product(
            KINDS, range(2, max_d + 1), range(2, max_k + 1), range(1, max_n + 1)
        )
        if k**n <= profiles and (kind != "accept" or k == 2) and (kind != "match" or k == d)
    ]


@st.composite
def tables(draw, d, k, spread=3):
    """Small integers by state and action: ties are common."""
    return [[draw(st.integers(-spread, spread)) for _ in range(k)] for _ in range(d)]


@st.composite
def finite_instances(draw, min_states=1, max_states=3, max_actions=3, max_types=3):
    """Exact instances of every regime; ties, zero weights and sure beliefs are common."""
    d = draw(st.integers(min_states, max_states))
    k = draw(st.integers(1, max_actions))
    n = draw(st.integers(1, max_types))
    each = st.lists(tables(d, k), min_size=n, max_size=n)
    receiver = draw(st.one_of(tables(d, k), each))
    sender = draw(st.one_of(tables(d, k), each))
    beliefs = [draw(weights(d)) for _ in range(n)]
    state_beliefs = [draw(weights(d)) for _ in range(n)] if draw(st.booleans()) else None
    return FinitePersuasion(draw(weights(n)), beliefs, receiver, sender, state_beliefs)


def earned(instance, message):
    """Payoff of a message from the definition, in Fractions: type by type, action by action."""
    total = Fraction(0)
    for worth, payoffs in zip(
        instance.scores(exact=True).tolist(), instance.payoffs(exact=True).tolist(), strict=True
    ):
        values = [sum(s * x for s, x in zip(row, message, strict=True)) for row in worth]
        best = max(values)
        total += max(
            sum(f * x for f, x in zip(row, message, strict=True))
            for row, value in zip(payoffs, values, strict=True)
            if value == best
        )
    return total


def vertices_by_subsets(instance):
    """Vertices of the best-response subdivision from all sets of d - 1 hyperplanes, in floats."""
    n, d, k = instance.shape
    scores = instance.scores() / instance.stakes[:, None, None]
    rows = [(t, a, b) for t in range(n) for a, b in combinations(range(k), 2)]
    normals = [scores[t, a] - scores[t, b] for t, a, b in rows] + list(np.eye(d))
    found = []
    for subset in combinations(range(len(normals)), d - 1):
        matrix = np.array([normals[i] for i in subset] + [np.ones(d)])
        if abs(np.linalg.det(matrix)) < 1e-12:
            continue
        x = np.linalg.solve(matrix, np.eye(d)[-1])
        if x.min() < -1e-10:
            continue
        worth = scores @ x
        ties = [rows[i] for i in subset if i < len(rows)]
        if all(min(worth[t, a], worth[t, b]) >= worth[t].max() - 1e-9 for t, a, b in ties):
            found.append(np.maximum(x, 0))
    return np.array(found)
