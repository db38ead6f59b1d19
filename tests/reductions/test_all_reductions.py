"""Every reduction, by the same test: both sides solved, every optimum taken there and back."""

from dataclasses import dataclass
from fractions import Fraction as F  # noqa: N817
from itertools import combinations
from math import inf
from typing import Any

import networkx as nx
import pytest
from covers import cheapest, set_covers
from hypothesis import given
from hypothesis import strategies as st
from instances import examples, instances, partition_oracles, query_costs
from scipy.optimize import linprog

from suasion import (
    BinaryPersuasion,
    Cover,
    PartitionQueries,
    QuerySelection,
    QuerySet,
    SetCover,
    ThresholdQueries,
    solve,
)
from suasion.models.set_cover.maximum_coverage import MaximumCoverage
from suasion.reductions.table import REDUCTIONS, reduced
from suasion.reductions.utilities_to_thresholds import PrivateUtilities


def subsets(items, largest=None):
    items = list(items)
    sizes = range(1 + (len(items) if largest is None else min(largest, len(items))))
    return [list(chosen) for size in sizes for chosen in combinations(items, size)]


@dataclass
class Case:
    """How to draw sources and options, and to value and solve a source without the reduction."""

    sources: Any
    answers: Any = None  # All answers to a source, if they can be listed.
    value: Any = None  # The value of an answer; None if it is not feasible.
    maximise: bool = False
    optimum: Any = None  # The optimum, where it is not the best of `answers`.

    def best(self, source, options):
        if self.optimum is not None:
            return self.optimum(source)
        values = [self.value(source, options, answer) for answer in self.answers(source)]
        feasible = [value for value in values if value is not None]
        pick, none = (max, -inf) if self.maximise else (min, inf)
        return pick(feasible, default=none)


# Graphs


@st.composite
def graphs(draw):
    n = draw(st.integers(0, 6))
    graph = nx.MultiGraph() if draw(st.booleans()) else nx.Graph()
    graph.add_nodes_from("abcdef"[:n])
    ends = st.sampled_from("abcdef"[:n]) if n else st.nothing()
    graph.add_edges_from(draw(st.lists(st.tuples(ends, ends), max_size=9)) if n else [])
    if draw(st.booleans()):
        return graph, {}
    for node in graph:
        graph.nodes[node]["price"] = draw(st.sampled_from([0, 1, "1/2", F(7, 3), 2]))
    return graph, {"weight": "price"}


def node_cost(graph, options, nodes):
    if not options:
        return F(len(nodes))
    return sum((F(graph.nodes[node]["price"]) for node in nodes), F(0))


def vertex_cover_cost(graph, options, nodes):
    covers = all(a in nodes or b in nodes for a, b in graph.edges())
    return node_cost(graph, options, nodes) if covers else None


def dominating_cost(graph, options, nodes):
    reached = set(nodes).union(*(graph.neighbors(node) for node in nodes))
    return node_cost(graph, options, nodes) if reached == set(graph) else None


# Set systems


def cover_cost(instance, options, cover):
    return None if len(cover.uncovered(instance)) else cover.value(instance, exact=True)


def covers(instance):
    return [Cover(chosen) for chosen in subsets(range(len(instance.sets)))]


@st.composite
def covers_without_budget(draw):
    instance = draw(set_covers(coverable=draw(st.booleans()), max_elements=5, max_sets=5))
    return instance, draw(st.sampled_from([{}, {"beliefs": "distinct"}]))


@st.composite
def covers_with_budget(draw):
    instance = draw(set_covers(coverable=draw(st.booleans()), costs="one", max_elements=5))
    options = {"budget": draw(st.integers(0, 4)), "adaptive": draw(st.booleans())}
    if draw(st.booleans()):
        options["beliefs"] = "distinct"
    return instance, options


def coverages(problem):
    return [Cover(chosen) for chosen in subsets(range(len(problem.sets.sets)), problem.budget)]


@st.composite
def coverage_problems(draw):
    sets = draw(set_covers(coverable=False, max_elements=5, max_sets=5))
    weights = st.lists(
        st.sampled_from([0, 1, "1/3", 2]), min_size=sets.universe, max_size=sets.universe
    )
    return MaximumCoverage(sets, draw(st.integers(0, 4)), draw(st.none() | weights)), {}


# Queries


def question_value(question, options, answer):
    return answer.value(question, exact=True)


def query_sets(question):
    first = 0 if isinstance(question.oracle, PartitionQueries) else 1
    everything = range(first, first + question.query_count)
    if first:
        rho = sorted(question.persuasion.numbers(exact=True)[2])
        everything = [t for t in everything if rho[t - 1] < rho[t]]
    return [QuerySet(chosen) for chosen in subsets(everything, question.budget)]


@st.composite
def threshold_questions(draw):
    instance = draw(instances(max_types=5))
    costs = draw(
        query_costs(len(instance) - 1, draw(st.sampled_from(["free", "equal", "unequal"])))
    )
    budget = draw(st.none() | st.integers(0, 3))
    return QuerySelection(instance, ThresholdQueries(), budget, False, costs), {}


@st.composite
def partition_questions(draw):
    instance = draw(instances(max_types=5))
    oracle = draw(partition_oracles(len(instance)))
    if draw(st.booleans()):
        costs = draw(query_costs(len(oracle), "unequal"))
        return QuerySelection(instance, oracle, costs=costs), {}
    return QuerySelection(instance, oracle, draw(st.none() | st.integers(0, 3))), {}


# Utilities


@st.composite
def private_utilities(draw):
    n = draw(st.integers(1, 3))
    tenths = st.integers(0, 10).map(lambda k: F(k, 10))
    utilities = []
    for _ in range(n):
        gain, pain = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
        shift = draw(st.integers(-2, 2))
        utilities.append([[pain + shift, shift], [shift, gain + shift]])
    beliefs = draw(st.lists(tenths, min_size=n, max_size=n))
    counts = draw(st.lists(st.integers(1, 4), min_size=n, max_size=n))
    return PrivateUtilities([F(c, sum(counts)) for c in counts], beliefs, utilities), {}


def utilities_optimum(problem):
    """The LP over one message per set of types that obey it, from the utilities themselves."""
    weights, beliefs = (list(map(float, part)) for part in problem.thresholds.numbers()[:2])
    utilities = problem._utilities.astype(float)
    sets = subsets(range(len(weights)))
    gains, rows = [], []
    for s, acting in enumerate(sets):
        gains += [
            sum(weights[i] * (1 - beliefs[i]) for i in acting),
            sum(weights[i] * beliefs[i] for i in acting),
        ]
        for i in acting:
            row = [0.0] * (2 * len(sets))
            for state, chance in enumerate((1 - beliefs[i], beliefs[i])):
                row[2 * s + state] = chance * (utilities[i, state, 0] - utilities[i, state, 1])
            rows.append(row)
    sums = [[float(k % 2 == state) for k in range(2 * len(sets))] for state in (0, 1)]
    found = linprog(
        [-gain for gain in gains], A_ub=rows, b_ub=[0] * len(rows), A_eq=sums, b_eq=[1, 1]
    )
    return -found.fun


CASES = {
    ("vertex-cover", ""): Case(graphs(), lambda g: map(set, subsets(g)), vertex_cover_cost),
    ("dominating-set", ""): Case(graphs(), lambda g: map(set, subsets(g)), dominating_cost),
    ("set-cover", ""): Case(covers_without_budget(), covers, cover_cost),
    ("set-cover", "with a budget"): Case(covers_with_budget(), covers, cover_cost),
    ("maximum-coverage", ""): Case(
        coverage_problems(), coverages, lambda p, _, a: p.value(a, exact=True), True
    ),
    ("thresholds", ""): Case(threshold_questions(), query_sets, question_value, True),
    ("lossless-queries", ""): Case(partition_questions(), query_sets, question_value, True),
    ("private-utilities", ""): Case(
        private_utilities(),
        value=lambda p, _, a: p.value(a, exact=True),
        maximise=True,
        optimum=utilities_optimum,
    ),
}


def test_every_reduction_is_tested():
    assert {name for name, _ in CASES} == set(REDUCTIONS)


def target_optima(target):
    """The exact optimum of a target, and every answer that has it."""
    if isinstance(target, BinaryPersuasion) or (
        isinstance(target, QuerySelection) and target.adaptive
    ):
        result = solve(target, exact=True)
        return result.exact_value, [result.require()]
    if isinstance(target, SetCover):
        value = cheapest(target)
        found = [cover for cover in covers(target) if not len(cover.uncovered(target))]
        best = [cover for cover in found if cover.value(target, exact=True) == value]
        return inf if value is None else value, best
    values = [(answer.value(target, exact=True), answer) for answer in query_sets(target)]
    value = max(value for value, _ in values)
    assert solve(target, exact=True).exact_value == value
    return value, [answer for earned, answer in values if earned == value]


@pytest.mark.parametrize(("name", "variant"), CASES)
@given(data=st.data())
@examples(80)
def test_every_optimum_is_an_optimum_there_and_back(name, variant, data):
    case = CASES[name, variant]
    source, options = data.draw(case.sources)
    reduction = reduced(source, name, **options)
    best = case.best(source, options)
    value, answers = target_optima(reduction.target)
    low, high = reduction.source_range(value)
    if case.optimum is not None:  # a float
        low, high = float(low) - 1e-9, float(high) + 1e-9
    assert low <= best <= high
    # What a solver in floats says must mean the same.
    float_low, float_high = reduction.source_range(float(value))
    assert float(float_low) == pytest.approx(float(low), abs=1e-6)
    assert float(float_high) == pytest.approx(float(high), abs=1e-6)
    if variant == "with a budget":
        # The decision: one of the ranges up to the budget, and from the next number on.
        within = [a for a in answers if cover_cost(source, {}, reduction.pull_back(a)) is not None]
        assert len(within) == (len(answers) if best <= options["budget"] else 0)
        assert all(len(reduction.pull_back(answer)) <= options["budget"] for answer in answers)
    elif float(high) - float(low) < 1e-8 and abs(best) < inf:
        for answer in answers:
            earned = case.value(source, options, reduction.pull_back(answer))
            assert float(earned) == pytest.approx(float(best), abs=1e-9)
            assert case.optimum is not None or earned == best
        if case.answers is None or name == "lossless-queries":
            return  # Queries that earn most may be more than the fewest.
        optimal = [a for a in case.answers(source) if case.value(source, options, a) == best]
        for answer in optimal:
            pushed = reduction.push_forward(answer)
            assert pushed in answers
            assert reduction.pull_back(pushed) == answer
