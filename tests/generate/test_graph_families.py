"""Random graphs are those of networkx for the same seed, simple and undirected."""

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import examples

from suasion.generate import families, family_named, generate
from suasion.generate.graphs import generators

NAMED = {
    "gnp_random_graph": {"p": 0.3},
    "random_regular_graph": {"d": 4},
    "barabasi_albert_graph": {"m": 3},
    "watts_strogatz_graph": {"k": 4, "p": 0.2},
    "random_geometric_graph": {"radius": 0.3},
    "random_labeled_tree": {},
    "gnm_random_graph": {"m": 12},
    "powerlaw_cluster_graph": {"m": 2, "p": 0.4},
    "newman_watts_strogatz_graph": {"k": 4, "p": 0.2},
    "waxman_graph": {},
}


@pytest.mark.parametrize("name", NAMED)
def test_graphs_are_those_of_networkx(name):
    expected = getattr(nx, name)(n=14, seed=5, **NAMED[name])
    drawn = generate(name, 14, 5, **NAMED[name])
    assert nx.utils.graphs_equal(drawn, expected)
    words = {word: str(value) for word, value in NAMED[name].items()}
    assert nx.utils.graphs_equal(generate(name, 14, 5, **words), expected)


def test_every_family_of_the_table_is_a_generator_of_networkx():
    assert {family.name for family in families("graph")} <= set(generators())


@given(st.integers(1, 30), st.integers(0, 10**6))
@examples(40)
def test_default_degrees_fit_every_size(size, seed):
    regular = generate("random_regular_graph", size, seed)
    assert len(set(dict(regular.degree).values())) == 1
    assert generate("barabasi_albert_graph", size, seed).number_of_nodes() == size
    assert nx.is_connected(generate("barabasi_albert_graph", size, seed))
    assert generate("watts_strogatz_graph", size, seed).number_of_nodes() == size
    assert nx.is_tree(generate("random_labeled_tree", size, seed))


@pytest.mark.parametrize("p", [0, 0.05, 0.5, 1])
def test_edges_are_as_many_as_their_probability_says(p):
    pairs = 150 * 149 / 2
    edges = generate("gnp_random_graph", 150, 1, p=p).number_of_edges()
    assert abs(edges - pairs * p) <= 5 * (pairs * p * (1 - p)) ** 0.5


def test_parameters_of_any_generator_are_read_off_its_signature():
    family = family_named("soft_random_geometric_graph")
    named = {parameter.name: parameter for parameter in family.parameters}
    assert named["radius"].required
    assert not named["dim"].required
    assert {"n", "seed", "backend", "create_using"} & set(named) == set()


def test_self_loops_are_left_out(monkeypatch):
    def looped(n, seed=None):
        graph = nx.path_graph(n)
        graph.add_edge(1, 1)
        return graph

    monkeypatch.setattr(looped, "__module__", "networkx.generators.mine")
    monkeypatch.setattr(nx, "looped", looped, raising=False)
    assert nx.utils.graphs_equal(generate("looped", 4), nx.path_graph(4))


@pytest.mark.parametrize(
    ("name", "parameters", "said"),
    [
        ("random_regular_graph", {"d": 3}, "cannot draw random_regular_graph with size=7, d=3"),
        ("random_regular_graph", {"d": 8}, "0 <= d < n"),
        ("barabasi_albert_graph", {"m": 7}, "choose other values"),
        ("barabasi_albert_graph", {"m": 0}, "m is 0; give an integer >= 1"),
        ("watts_strogatz_graph", {"k": 9}, "choose other values"),
        ("gnp_random_graph", {"p": 2}, "p is 2; give a number >= 0 and <= 1"),
        ("gnm_random_graph", {}, "m is missing; family gnm_random_graph needs m="),
        ("gnm_random_graph", {"m": "many"}, "choose other values"),
        ("gnm_random_graph", {"m": 3, "q": 1}, 'is "q"; choose from m, directed'),
        ("gnm_random_graph", {"m": 3, "directed": "true"}, "makes a directed graph"),
        ("gn_graph", {}, "makes a directed graph"),
        ("scale_free_graph", {}, "makes a directed graph"),
        ("random_powerlaw_tree_sequence", {"tries": 10000}, "makes a list"),
        ("random_powerlaw_tree", {"tries": 1, "gamma": 9}, "choose other values"),
    ],
)
def test_what_networkx_cannot_draw_is_one_sentence(name, parameters, said):
    with pytest.raises(ValueError, match=said) as raised:
        generate(name, 7, 1, **parameters)
    assert "\n" not in str(raised.value)
