"""Random instances of four kinds, and strategies of small exact ones."""

import numpy as np

from suasion import FinitePersuasion

# common: one utility for all types, beliefs differ; private: one belief, utilities differ;
# match: every type wants its action to be the state; accept: two actions, any payoffs.
KINDS = ("common", "private", "match", "accept")


def random_instance(kind, d, k, n, seed=0):
    """A float instance with generic numbers."""
    rng = np.random.default_rng(seed)
    weights = rng.dirichlet(np.ones(n))
    beliefs = rng.dirichlet(np.ones(d), size=n)
    if kind == "common":
        sender = np.broadcast_to(rng.random(k), (d, k)).copy()
        return FinitePersuasion(weights, beliefs, rng.normal(size=(d, k)), sender)
    if kind == "private":
        prior = rng.dirichlet(np.ones(d))
        utilities = rng.normal(size=(n, d, k))
        return FinitePersuasion(weights, np.tile(prior, (n, 1)), utilities, rng.random((d, k)))
    if kind == "match":
        sender = np.broadcast_to(rng.random(k), (d, k)).copy()
        return FinitePersuasion(weights, beliefs, np.eye(d, k), sender)
    accept = np.stack([np.zeros((n, d)), rng.normal(size=(n, d))], axis=2)
    sender = np.stack([np.zeros(d), np.ones(d)], axis=1)
    return FinitePersuasion(weights, beliefs, accept, sender)
