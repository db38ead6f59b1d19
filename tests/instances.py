"""Strategies of exact instances in every regime, and optima computed independently of the code."""

import json
import math
import os
from fractions import Fraction
from itertools import combinations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from suasion import BinaryPersuasion, MessagingPolicy, PartitionQueries
from suasion.examples.catalogue import catalogue, example_text

# low: all thresholds at most 1/2; both: on both sides; private: thresholds independent of the
# beliefs; private-low: those of at most 1/2; misinformed: one state belief for all types.
REGIMES = ("low", "both", "private", "private-low", "misinformed")
HALF = Fraction(1, 2)


def binary_questions():
    """Names of the shipped query selections about binary persuasion."""
    names = [e.name for e in catalogue() if e.kind == "query-selection"]
    return [n for n in names if "kind" not in json.loads(example_text(n))["persuasion"]]


def examples(count):
    """Hypothesis settings for `count` examples of whatever length they take.

    Half of them, as every change waits for them; ``THOROUGHLY=10 pytest ..`` draws ten times all.
    """
    times = float(os.environ.get("THOROUGHLY", 0.5))
    return settings(
        deadline=None,
        max_examples=math.ceil(times * count),
        suppress_health_check=[HealthCheck.too_slow],
    )


@st.composite
def fractions(draw, top=1, denominators=(1, 2, 3, 4, 5, 8, 10, 20, 97)):
    """A rational in [0, top], often one that comes up again, 0, 1/2 or 1."""
    d = draw(st.sampled_from(denominators))
    return draw(st.integers(0, int(top * d))) / Fraction(d)


@st.composite
def weights(draw, n):
    """Rational weights with sum 1, zeros among them."""
    counts = draw(st.lists(st.integers(0, 6), min_size=n, max_size=n))
    if not sum(counts):
        counts[draw(st.integers(0, n - 1))] = 1
    return [Fraction(c, sum(counts)) for c in counts]


@st.composite
def instances(draw, regime=None, min_types=1, max_types=6):
    """An exact instance; ties, zero weights, beliefs and thresholds 0, 1/2 and 1 are common."""
    regime = draw(st.sampled_from(REGIMES)) if regime is None else regime
    n = draw(st.integers(min_types, max_types))

    def numbers(top=1):
        return draw(st.lists(fractions(top), min_size=n, max_size=n))

    shares = draw(weights(n))
    if regime == "low":
        return BinaryPersuasion(shares, numbers(HALF))
    if regime == "both":
        return BinaryPersuasion(shares, numbers())
    if regime == "private":
        return BinaryPersuasion(shares, numbers(), numbers())
    if regime == "private-low":
        return BinaryPersuasion(shares, numbers(), numbers(HALF))
    mu = draw(fractions())
    return BinaryPersuasion(shares, numbers(), state_beliefs=[mu] * n)


@st.composite
def near_limits(draw):
    """A float probability whose odds lie next to 0, 1 or infinity, or on one of them."""
    gap = 2.0 ** -draw(st.integers(1, 53))
    tiny = [2.0**-1074, 2.0**-1022, 1e-300]
    return draw(st.sampled_from([0.5, 0.5 - gap, min(0.5 + 2 * gap, 1), 1 - gap, gap, 0, *tiny]))


@st.composite
def float_instances(draw, max_types=5):
    """Floats at which rounding could decide: thresholds next to limits, weights of 1e-300."""
    n = draw(st.integers(1, max_types))
    shares = [draw(st.sampled_from([0.0, 1e-300, 1e-17, 1e-9, 0.3, 1.0])) for _ in range(n)]
    shares[draw(st.integers(0, n - 1))] = 1.0
    total = sum(shares)
    number = st.one_of(near_limits(), st.floats(0, 1))
    thresholds = draw(st.lists(number, min_size=n, max_size=n))
    if draw(st.booleans()):
        thresholds[-1] = thresholds[0]
    beliefs = draw(st.lists(number, min_size=n, max_size=n)) if draw(st.booleans()) else None
    shares = [share / total for share in shares]
    return BinaryPersuasion(shares, thresholds if beliefs is None else beliefs, thresholds)


@st.composite
def likelihoods(draw, messages):
    """Rational likelihoods of `messages` messages in one state."""
    return draw(weights(messages))


@st.composite
def policies(draw, max_messages=6):
    """Any policy with rational likelihoods."""
    k = draw(st.integers(1, max_messages))
    return MessagingPolicy(draw(likelihoods(k)), draw(likelihoods(k)))


@st.composite
def partition_oracles(draw, n, max_queries=4):
    """Random partitions of n types, trivial ones among them."""
    queries = []
    for _ in range(draw(st.integers(0, max_queries))):
        answers = draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
        cells = [[i for i in range(n) if answers[i] == a] for a in range(3)]
        queries.append([cell for cell in cells if cell])
    return PartitionQueries(queries)


def triples(instance):
    """(weight, state belief, threshold) of each type as Fractions, in the user's order."""
    weight, _, rho, mu = instance.numbers(exact=True)
    return list(zip(weight.tolist(), mu.tolist(), rho.tolist(), strict=True))


def earned(types, high, low):
    """Payoff of a policy, type by type and message by message, from the definition."""
    return sum(
        (
            weight * (mu * x + (1 - mu) * y)
            for weight, mu, rho in types
            for x, y in zip(high, low, strict=True)
            if rho * x >= (1 - rho) * y
        ),
        Fraction(0),
    )


def optimum(types):
    """V of a set of types by its dual, in rationals: the cheapest pair of prices.

    Prices (a, b) per unit of likelihood in states 1 and 0 must cover what each extreme message
    (1 - t, t) earns, t a threshold, 0 or 1; the cheapest pair lies where two of those meet.
    """
    rays = sorted({t for _, _, t in types} | {Fraction(0), Fraction(1)})
    rows = []
    for t in rays:
        acting = [(w, mu) for w, mu, rho in types if rho >= t]
        worth = sum((w * (mu * (1 - t) + (1 - mu) * t) for w, mu in acting), Fraction(0))
        rows.append((1 - t, t, worth))
    best = None
    for (a1, b1, c1), (a2, b2, c2) in combinations(rows, 2):
        det = a1 * b2 - a2 * b1
        a, b = (c1 * b2 - c2 * b1) / det, (a1 * c2 - a2 * c1) / det
        feasible = all(a * x + b * y >= c for x, y, c in rows)
        if feasible and (best is None or a + b < best):
            best = a + b
    return best


def ranked(instance):
    """The triples sorted by threshold, stably."""
    return sorted(triples(instance), key=lambda t: t[2])


def real_cuts(instance):
    """Cuts that lie between different thresholds."""
    rho = [t for _, _, t in ranked(instance)]
    return [t for t in range(1, len(rho)) if rho[t - 1] < rho[t]]


@st.composite
def cuts_of(draw, instance):
    """Some real cuts of an instance, increasing."""
    return [t for t in real_cuts(instance) if draw(st.booleans())]


@st.composite
def query_costs(draw, count, kind):
    """Costs of `count` queries: None ("free"), one for all ("equal"), or one each ("unequal")."""
    # Of the size of what a query gains: dearer ones are never asked, and test nothing.
    cost = fractions(Fraction(1, 20), denominators=(40, 100, 1000))
    if kind == "free":
        return None
    if kind == "equal":
        return draw(cost)
    return draw(st.lists(cost, min_size=count, max_size=count))
