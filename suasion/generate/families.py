"""The table of families, and `generate`, which draws from them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from suasion.errors import InputError
from suasion.generate import graphs, queries, set_systems
from suasion.generate.family import (
    GRAPH,
    KINDS,
    MESSAGING,
    OWN,
    PARTITION_QUERIES,
    SET_COVER,
    THRESHOLD_QUERIES,
    Family,
    Parameter,
)
from suasion.generate.ranges import Anything, Chances, Choice, Flag, Price, Real, Whole, unknown
from suasion.generate.receivers import OPEN, REGIMES, receivers
from suasion.models.set_cover.cover import Cover
from suasion.user_code import is_user_name, user_object

if TYPE_CHECKING:
    from suasion.generate.family import Generated

DENOMINATOR = Parameter(
    "denominator",
    Whole(2),
    "rationals instead of floats: drawn numbers are rounded down to multiples of 1/denominator",
)
BELIEFS = Parameter("beliefs", Chances(), "what beliefs are drawn from; default uniform")
ASKED = (
    Parameter("budget", Whole(0), "queries, or rounds if adaptive; default no limit"),
    Parameter("adaptive", Flag(), "whether a query may depend on earlier answers", False),
    Parameter("cost", Price(), "of a query; default none"),
    Parameter("receivers", Choice(REGIMES), "family of the receivers; default both-sides"),
    Parameter("beliefs", Chances(), f"of receivers {', '.join(OPEN)} (the default, if given)"),
    DENOMINATOR,
)
COUNT = Parameter("queries", Whole(0), "how many; default as many as types")
COSTS = (Parameter("cost", Price(), "of a set; default 1 each"), DENOMINATOR)
SETS = Parameter("sets", Whole(1), "how many; default as many as elements")


def _messaging(name: str, good_for: str) -> Family:
    def draw(size: int, seed: int, **parameters: Any) -> Generated:
        return receivers(name, size, seed, **parameters)

    own = (BELIEFS,) if name in OPEN else ()
    return Family(name, MESSAGING, "types", good_for, draw, (*own, DENOMINATOR))


def _partition(
    name: str, good_for: str, draw: Callable[..., Any], *own: Parameter, most: Any = None
) -> Family:
    drawn = queries.partition_family(draw, most)
    return Family(name, PARTITION_QUERIES, "types", good_for, drawn, (*own, COUNT, *ASKED))


def _covers(
    name: str, counts: str, good_for: str, draw: Callable[..., Any], *own: Parameter
) -> Family:
    return Family(name, SET_COVER, counts, good_for, draw, (*own, *COSTS))


def _graphs(good_for: str, draw: Callable[..., Any], *own: Parameter) -> Family:
    return Family(draw.__name__, GRAPH, "nodes", good_for, draw, own)


# A new family is a function that draws one and an entry here.
ENTRIES = (
    _messaging(
        "low",
        "beliefs uniform on [0, 1/2]: every threshold at most 1/2, one message is optimal",
    ),
    _messaging("both-sides", "beliefs uniform on [0, 1]: optimal policies mix two messages"),
    _messaging("beta", "beliefs Beta(2, 5): most receivers sceptical, a few convinced"),
    _messaging("private", "thresholds drawn apart from beliefs, as with private utilities"),
    _messaging(
        "misinformed",
        "beliefs uniform on [0, 1], the state independent of them with one prior",
    ),
    _messaging("ties", "few distinct beliefs with 0, 1/2 and 1 among them, some weights zero"),
    _messaging("distribution", "beliefs from any distribution of scipy on [0, 1]"),
    Family(
        "thresholds",
        THRESHOLD_QUERIES,
        "types",
        "every cut of the order of the types: easy, proved optimal for a million types",
        queries.thresholds,
        ASKED,
    ),
    _partition(
        "partitions",
        "random cells: hard, as no bound prunes and the number of query sets decides; a few "
        "million are searched in seconds",
        queries.partitions,
        Parameter("cells", Whole(2), "of each query, at most", 2),
    ),
    _partition(
        "intervals",
        "segments of the order: NP-hard from four cells on, but submodular, so that greedy is "
        "near and the best 10 of 100 queries are proved in seconds",
        queries.intervals,
        Parameter("cells", Whole(2), "of each query, at most as many as types", 3),
    ),
    _partition(
        "noisy-thresholds",
        "cuts with wrong answers: without noise easy for any size (dp), with a few percent of "
        "it enumeration as for partitions",
        queries.noisy_thresholds,
        Parameter("noise", Real(0, 1), "probability of a type's answer to be flipped", 0.1),
    ),
    _partition(
        "sets",
        "one against the rest, as in the reduction from set cover (the first type is in no "
        "set): easy where the budget covers nearly all types, harder below it",
        queries.stars,
        Parameter("density", Real(0, 1), "probability of a type to be in a set", 0.2),
    ),
    _partition(
        "laminar",
        "nested or disjoint cells: polynomial, a thousand types at once with receivers low; "
        "with beliefs on both sides a hundred, as policies then come in pairs",
        queries.laminar,
        most=queries.laminar_most,
    ),
    _covers(
        "density",
        "elements",
        "elements in sets independently, given that there is a cover: 200 sets of density 0.1 "
        "are hard, as bounds are weak, 400 of density 0.01 easy",
        set_systems.density_cover,
        Parameter("density", Real(0, 1, above=True), "probability to be in a set", 0.1),
        SETS,
    ),
    _covers(
        "fixed-size",
        "elements",
        "random sets of one size: NP-hard from three elements on, yet 300 of three are proved "
        "at once; 200 of five take about ten seconds",
        set_systems.fixed_size_cover,
        Parameter("set_size", Whole(1), "elements of each set; default 5, or all"),
        SETS,
    ),
    _covers(
        "planted",
        "elements",
        "a hidden partition among decoys of its sizes: the linear bound is the optimum at "
        "equal costs and sizes, and to find it among 1,000 sets is hard",
        set_systems.planted_family,
        Parameter("planted", Whole(1), "sets of the hidden cover; default sqrt(size)"),
        SETS,
    ),
    _covers(
        "steiner",
        "points",
        "Steiner triple systems (sizes 9, 15, 21, ...): symmetric, with weak bounds; 27 "
        "points take a second, 45 more than ten",
        set_systems.steiner_cover,
    ),
    _graphs(
        "pairs joined independently: vertex cover is hard from 150 nodes at p = 0.1; sparse "
        "graphs are easy",
        graphs.gnp_random_graph,
        Parameter("p", Real(0, 1), "probability of an edge", 0.1),
    ),
    _graphs(
        "all degrees equal: the linear bound of vertex cover is n / 2; 200 nodes take "
        "seconds, dominating sets longer",
        graphs.random_regular_graph,
        Parameter("d", Whole(0), "degree; default 3, or 2 if size is odd"),
    ),
    _graphs(
        "hubs and a tail of low degrees: easy, preprocessing solves most of it",
        graphs.barabasi_albert_graph,
        Parameter("m", Whole(1), "edges of each new node; default 2"),
    ),
    _graphs(
        "a ring with short cuts: clustered, between lattice and random; easy at 200 nodes",
        graphs.watts_strogatz_graph,
        Parameter("k", Whole(0), "neighbours on the ring; default 4"),
        Parameter("p", Real(0, 1), "probability of an edge to be led elsewhere", 0.1),
    ),
    _graphs(
        "neighbours in the plane: clustered; easy at 200 nodes",
        graphs.random_geometric_graph,
        Parameter("radius", Real(0), "distance up to which points are joined", 0.2),
    ),
    _graphs(
        "trees: both graph problems are polynomial, and the linear bound of vertex cover is exact",
        graphs.random_labeled_tree,
    ),
)
FAMILIES = {entry.name: entry for entry in ENTRIES}


def families(kind: str | None = None) -> tuple[Family, ...]:
    """The families of a kind, or all.

    Parameters
    ----------
    kind : str, optional
        "binary-persuasion", "query-selection (threshold)", "query-selection (partition)",
        "set-cover" or "graph".

    Raises
    ------
    ValueError
        For an unknown kind.

    Examples
    --------
    >>> [family.name for family in families("set-cover")]
    ['density', 'fixed-size', 'planted', 'steiner']
    """
    if kind is not None and kind not in KINDS:
        raise InputError(unknown("kind", kind, KINDS))
    return tuple(entry for entry in ENTRIES if kind in (None, entry.kind))


def family_named(name: str) -> Family:
    """The family of a name; besides those of the table any random generator of networkx.

    Raises
    ------
    ValueError
        If there is none, with the nearest and the list.
    """
    if is_user_name(name):
        return _own_family(name)
    found = FAMILIES.get(name) if isinstance(name, str) else None
    found = found or graphs.other_graphs(name)
    if found is None:
        raise InputError(unknown("family", name, FAMILIES, graphs.generators()))
    return found


def _own_family(name: str) -> Family:
    """A user's function of size, seed and keyword arguments, which are the parameters."""
    draw = user_object(name, "family")
    own = [
        Parameter(
            one.name,
            Anything(),
            "see the function",
            None if one.default is one.empty else one.default,
            required=one.default is one.empty,
        )
        for one in inspect.signature(draw).parameters.values()
        if one.name not in ("size", "seed")
    ]
    return Family(name, OWN, "size", "a function of your own", draw, tuple(own))


def generate(family: str, size: int, seed: int = 0, **parameters: Any) -> Generated:
    """Draw a random instance.

    Parameters
    ----------
    family : str
        The name of one of `families`, or of any generator of networkx with parameters n and seed;
        or a function of your own as "module:function", called with size, seed and its parameters.
    size : int >= 1
        Number of types, of elements, of points (Steiner triples) or of nodes.
    seed : int >= 0
        The same family, size, seed and parameters give the same instance, whatever was drawn
        before: numbers are those of numpy's default generator, those of graphs are networkx's.
    **parameters
        As `families` lists them; None stands for the default. Numbers may be text, "0.2" or
        "1/5".

    Returns
    -------
    BinaryPersuasion, QuerySelection, SetCover or networkx.Graph
        According to the kind of the family.

    Raises
    ------
    ValueError
        For an unknown family or parameter, and values out of range.

    Notes
    -----
    The receivers of a seed do not depend on what can be asked about them, nor queries and sets on
    what they cost. With ``denominator`` instances are exact: beliefs are multiples of
    1/denominator (in "ties" quarters, whatever it is), weights integers over their sum.

    Examples
    --------
    >>> generate("low", 3, seed=1, denominator=10).to_dict()["beliefs"]
    ['1/5', '2/5', 0]
    >>> generate("intervals", 50, cells=4, budget=5, receivers="low")
    QuerySelection(50 types, partition queries, budget 5)
    >>> generate("density", 50, sets=20, density=0.2, cost="1:100")
    SetCover(50 elements, 20 sets)
    >>> generate("distribution", 50, beliefs="truncnorm(-1, 1, loc=0.5, scale=0.2)")
    BinaryPersuasion(50 types, beliefs 0.305666 to 0.682763)
    """
    entry = family_named(family)
    size, seed = Whole(1)("size", size), Whole(0)("seed", seed)
    return entry.draw(size, seed, **entry.read(parameters))


def planted_cover(size: int, seed: int = 0, **parameters: Any) -> Cover:
    """The hidden cover of ``generate("planted", size, seed, **parameters)``.

    Its cost is at least that of a cheapest cover. At equal costs it is itself a cheapest one
    where its sets divide the elements evenly, as no set has more than size / planted elements.

    Examples
    --------
    >>> instance = generate("planted", 20, seed=3, planted=5, sets=40)
    >>> planted_cover(20, seed=3, planted=5, sets=40).value(instance, exact=True)
    Fraction(5, 1)
    """
    size, seed = Whole(1)("size", size), Whole(0)("seed", seed)
    values = FAMILIES["planted"].read(parameters)
    return set_systems.planted_instance(size, seed, **values)[1]
