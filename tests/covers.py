"""Strategies of small set covers, and their optima by trying every collection of sets."""

from fractions import Fraction
from importlib.resources import files
from itertools import combinations

from hypothesis import strategies as st

from suasion import SetCover, load

COSTS = ("one", "integers", "rationals", "floats", "mixed", "huge", "tiny")


@st.composite
def set_covers(draw, coverable=True, costs=None, max_elements=6, max_sets=7):
    """Any instance; empty, equal and free sets and ties are common."""
    n = draw(st.integers(0, max_elements))
    subset = st.lists(st.integers(0, max(0, n - 1)), unique=True, max_size=n)
    sets = draw(st.lists(subset, max_size=max_sets))
    if coverable and n:
        missing = sorted(set(range(n)) - {e for members in sets for e in members})
        if missing:
            sets.insert(draw(st.integers(0, len(sets))), missing)
    kind = draw(st.sampled_from(COSTS)) if costs is None else costs
    return SetCover(n, sets, draw(prices(kind, len(sets))))


@st.composite
def prices(draw, kind, count):
    """Costs of one kind."""
    whole = st.integers(0, 5)
    rational = st.builds(Fraction, whole, st.sampled_from((1, 2, 3, 7)))
    real = st.floats(0, 5, allow_subnormal=False).map(lambda x: x if x > 1e-3 else 0.0)
    entry = {
        "one": st.just(1),
        "integers": whole,
        "rationals": rational,
        "floats": real,
        "mixed": st.one_of(whole, rational, real),
        "huge": whole.map(lambda k: k * 10**15 + k),
        "tiny": whole.map(lambda k: Fraction(k, 10**9)),
    }[kind]
    values = draw(st.lists(entry, min_size=count, max_size=count))
    return None if kind == "one" and draw(st.booleans()) else values


def cheapest(instance):
    """The least cost of a cover, a Fraction; None if there is no cover."""
    costs = instance.cost_numbers(exact=True).tolist()
    sets = [set(members) for members in instance.sets.nested()]
    found = [
        sum((costs[s] for s in chosen), Fraction(0))
        for size in range(len(sets) + 1)
        for chosen in combinations(range(len(sets)), size)
        if len(set().union(*(sets[s] for s in chosen))) == instance.universe
    ]
    return min(found, default=None)


def shipped(name):
    """A set cover that comes with the package."""
    return load(str(files("suasion.examples") / "set_cover" / f"{name}.txt"))
