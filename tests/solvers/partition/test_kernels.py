"""The compiled loops of partition queries, against envelopes and trying everything."""

from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import REGIMES, examples, fractions, instances, partition_oracles, weights

from suasion import BinaryPersuasion, PartitionQueries, QuerySelection
from suasion.models.binary.envelope import concave_envelope
from suasion.solvers.partition.arrays import BinaryArrays
from suasion.solvers.partition.compiled.bounds import parts_bound, refinement_bound, segment_bound
from suasion.solvers.partition.compiled.explore import explore, push
from suasion.solvers.partition.compiled.rounds import best_next, best_two
from suasion.solvers.partition.compiled.splits import split_worth
from suasion.solvers.partition.compiled.values import pooled
from suasion.solvers.partition.task import partition_task

F = Fraction
NEAR = 1e-12
FAMILIES = ("pairs", "threes", "cuts", "intervals", "stars", "nested")
generators = st.builds(np.random.default_rng, st.integers(0, 2**32 - 1))


def task_of(instance, labels, costs=None):
    """The working form with all these queries, none of them dropped."""
    empty = partition_task(QuerySelection(instance, PartitionQueries([])))
    m = len(labels)
    costs = np.zeros(m) if costs is None else np.asarray(costs, dtype=float)
    labels = np.asarray(labels, dtype=np.int32)
    return replace(empty, labels=labels, costs=costs, rounds=m, queries=np.arange(m))


@st.composite
def edge_instances(draw, max_types=6):
    """Thresholds 0, 1, at 1/2 and beside it, and close to 1, independent of the beliefs."""
    n = draw(st.integers(1, max_types))
    edges = [F(0), F(1, 2), F(1), F(999_999, 10**6), F(1, 2) + F(1, 2**40), F(1, 2) - F(1, 2**40)]
    thresholds = draw(
        st.lists(st.one_of(st.sampled_from(edges), fractions()), min_size=n, max_size=n)
    )
    beliefs = draw(st.lists(fractions(), min_size=n, max_size=n))
    return BinaryPersuasion(draw(weights(n)), beliefs, thresholds)


@st.composite
def tied_instances(draw):
    """Many types of few thresholds: classes longer than the types that advance together."""
    n = draw(st.integers(4, 12))
    thresholds = draw(st.lists(st.sampled_from(["1/5", "2/5", "3/5"]), min_size=n, max_size=n))
    beliefs = draw(st.lists(fractions(), min_size=n, max_size=n))
    return BinaryPersuasion(draw(weights(n)), beliefs, sorted(thresholds))


def family(name, instance, m, rng):
    """Labels of m queries, shape (m, n): the kinds that the loops tell apart, and others."""
    n, rank = len(instance), instance.rank
    rows = []
    for _ in range(m):
        if name == "pairs":
            row = rng.integers(0, 2, n)
        elif name == "threes":
            row = rng.integers(0, 3, n)
        elif name == "cuts":
            row = rank >= rng.integers(0, n)
        elif name == "intervals":
            row = np.searchsorted(np.sort(rng.integers(0, n, 2)), rank)
        elif name == "stars":
            row = np.where(rng.random(n) < 0.4, np.arange(n) + 1, 0)
        else:
            row = np.arange(n) // int(rng.integers(1, 4)) == rng.integers(0, n)
        rows.append(np.unique(row, return_inverse=True)[1])
    return np.array(rows, dtype=np.int32).reshape(m, n)


def members(mask):
    """The types in a set written as the bits of an integer."""
    return [i for i in range(mask.bit_length()) if mask >> i & 1]


def mask_of(cell):
    """A set of types as the bits of an integer."""
    return sum(1 << int(i) for i in cell)


class Values:
    """V of every set of types, from the envelope in rationals, and what follows from it."""

    def __init__(self, instance):
        self.instance, self.n = instance, len(instance)
        self.everyone = (1 << self.n) - 1
        self.v = cache(self._envelope)

    def _envelope(self, mask):
        classes = self.instance.classes(members(mask), exact=True)
        return float(concave_envelope(classes).value)

    def answers(self, row):
        """The cells of a query."""
        return [mask_of(np.flatnonzero(row == a)) for a in np.unique(row)]

    def refined(self, cells, row):
        """Cells after one more query."""
        return [cell & part for cell in cells for part in self.answers(row) if cell & part]

    def worth(self, cells):
        """Sum of V over cells."""
        return sum(map(self.v, cells))

    def apart(self, cells):
        """Sum of V over the types of the cells."""
        return sum(self.v(1 << i) for cell in cells for i in members(cell))

    def best_parts(self, cell):
        """The best partition of a cell into at most 1, 2, ... parts."""
        types = members(cell)
        best = [-1.0] * (len(types) + 1)
        for blocks in set_partitions(types):
            k = len(blocks)
            best[k] = max(best[k], self.worth(map(mask_of, blocks)))
        return np.maximum.accumulate(best[1:]).tolist()

    def completions(self, labels, costs, cells, start, sizes):
        """The best of asking some queries from `start` on besides, so many of them."""
        later = range(start, len(labels))
        best = -np.inf
        for size in sizes:
            for chosen in combinations(later, size):
                refined = cells
                for q in chosen:
                    refined = self.refined(refined, labels[q])
                best = max(best, self.worth(refined) - costs[list(chosen)].sum())
        return best

    def tree(self, labels, costs, cell, rounds):
        """The best tree of that depth for a cell."""
        best = self.v(cell)
        mass = self.instance.weights[members(cell)].sum()
        for row, cost in zip(labels, costs, strict=True) if rounds else ():
            parts = self.refined([cell], row)
            worth = sum(self.tree(labels, costs, part, rounds - 1) for part in parts)
            best = max(best, worth - cost * mass)
        return best


def set_partitions(types):
    """All partitions of a list."""
    if not types:
        yield []
        return
    for blocks in set_partitions(types[1:]):
        yield [[types[0]], *blocks]
        for k, block in enumerate(blocks):
            yield [*blocks[:k], [types[0], *block], *blocks[k + 1 :]]


def at_node(arrays, prefix):
    """A search that has asked the queries of a prefix, and its scratch."""
    search, scratch = arrays.search(len(prefix) + 5), arrays.scratch()
    for q in prefix:
        push.compiled(arrays.tables, scratch, search, q)
    return search, scratch


# V of cells


@pytest.mark.parametrize("source", [*REGIMES, "edges"])
@given(data=st.data())
@examples(15)
def test_the_value_of_every_cell_is_its_envelope(source, data):
    instance = data.draw(edge_instances() if source == "edges" else instances(source))
    n, values = len(instance), Values(instance)
    # Everyone is told apart, so that no types are merged.
    arrays = BinaryArrays(instance, task_of(instance, [np.arange(n)]))
    scratch = arrays.scratch()
    assert len(arrays) == n
    for mask in range(1, 1 << n):
        rest = values.everyone & ~mask
        cells = [members(m) for m in (mask, rest) if m]
        types, ends = arrays.packed(cells)
        begin = 0
        for cell, end in zip(cells, ends.tolist(), strict=True):
            value = pooled.compiled(arrays.tables, scratch, types, begin, end)
            value += arrays.certain[types[begin:end]].sum()
            assert value == pytest.approx(values.v(mask_of(cell)), abs=NEAR)
            begin = end
    assert arrays.tables.alone + arrays.certain == pytest.approx(
        [values.v(mask_of(np.flatnonzero(arrays.merged == t))) for t in range(n)], abs=NEAR
    )


@given(st.one_of(instances(), edge_instances()), st.data())
@examples(60)
def test_types_that_no_query_tells_apart_and_of_equal_threshold_are_one(instance, data):
    oracle = data.draw(partition_oracles(len(instance)))
    task = task_of(instance, oracle.labels.reshape(len(oracle), len(instance)))
    arrays = BinaryArrays(instance, task)
    thresholds = [instance.exact_threshold(i) for i in range(len(instance))]
    # Threshold 1 has nothing to be persuaded of, as threshold 0 has nothing to gain.
    signature = [
        (0 if t == 1 else t, *task.labels[:, i].tolist()) for i, t in enumerate(thresholds)
    ]
    for i, j in combinations(range(len(instance)), 2):
        assert (arrays.merged[i] == arrays.merged[j]) == (signature[i] == signature[j])
    assert arrays.tables.mass.sum() == pytest.approx(1)
    assert (np.diff(arrays.tables.odds[:-1]) <= 0).all()


# One more query


@pytest.mark.parametrize("source", [instances(), edge_instances(), tied_instances()])
@given(data=st.data())
@examples(40)
def test_one_more_query_earns_the_same_compiled_and_plain(source, data):
    instance = data.draw(source)
    labels = [
        family(data.draw(st.sampled_from(FAMILIES)), instance, 2, data.draw(generators))
        for _ in range(data.draw(st.integers(1, 3)))
    ]
    task = task_of(instance, np.concatenate(labels))
    arrays = BinaryArrays(instance, task)
    cells = [task.everyone]
    for q in data.draw(st.lists(st.integers(0, len(task) - 1), max_size=2)):
        cells = task.refined(cells, q)
    assert arrays.additions(cells) == pytest.approx(task.additions(cells), abs=NEAR)


@cache
def ten_types(regime):
    """Ten types with ties, zero weights and thresholds 0 and 1/2 (and 1), and their values."""
    counts = [3, 1, 0, 2, 5, 4, 1, 2, 3, 2]
    tenths = {"low": [0, 1, 2, 2, 2, 2, 2, 4.5, 5, 5], "both": [0, 2, 3, 5, 5, 6, 6, 8, 9, 10]}
    beliefs = [F(str(t)) / 10 for t in tenths[regime]]
    instance = BinaryPersuasion([F(c, sum(counts)) for c in counts], beliefs)
    return instance, Values(instance)


def so_many_columns(kind, width, rng):
    """Different answers of ten types, with `width` columns in the tables or up to two more."""
    rows = []
    while len(rows) < (width + 2) // 3 if kind == "three cells" else len(rows) < width:
        row = rng.integers(0, 2, 10)
        if kind == "three cells":
            row = rng.permutation([0, 0, 0, 0, 1, 1, 1, 2, 2, 2])
        if kind == "stars":
            row = np.where(rng.permutation(10) < rng.integers(2, 9), np.arange(10) + 1, 0)
        if row.min() < row.max():
            rows.append(np.unique(row, return_inverse=True)[1])
    return np.array(rows)


@pytest.mark.parametrize("width", [1, 15, 16, 17, 255, 256, 257, 600])
@pytest.mark.parametrize("kind", ["two cells", "three cells", "stars"])
@pytest.mark.parametrize("regime", ["low", "both"])
def test_all_columns_count_at_every_width(regime, kind, width):
    instance, values = ten_types(regime)
    labels = so_many_columns(kind, width, np.random.default_rng(width))
    arrays = BinaryArrays(instance, task_of(instance, labels))
    tables, scratch, m = arrays.tables, arrays.scratch(), len(labels)
    assert width <= tables.first[-1] <= width + 2
    assert tables.complement == (kind == "two cells")
    assert (tables.singles.shape[1] > 0) == (kind == "stars")
    for asked in (0, 1, 2):
        masks = [values.everyone]
        for row in labels[m - min(asked, m) :]:
            masks = values.refined(masks, row)
        cells = [np.array(members(mask)) for mask in masks]
        expected = [values.worth(values.refined(masks, row)) for row in labels]
        assert arrays.additions(cells) == pytest.approx(expected, abs=NEAR)
        types, ends = arrays.packed(cells)
        certain = arrays.certain[types].sum()
        for start in {0, 1 % m, m // 2, m - 1}:
            worth = np.full(m, -7.0)
            split_worth.compiled(tables, scratch, types, ends, len(ends), start, worth)
            assert worth[start:] + certain == pytest.approx(expected[start:], abs=NEAR)
            assert (worth[:start] == -7).all()


# Bounds


@pytest.mark.parametrize("regime", REGIMES)
@given(data=st.data())
@examples(15)
def test_segments_bound_every_partition_into_as_many_parts(regime, data):
    instance = data.draw(instances(regime))
    n, values = len(instance), Values(instance)
    arrays = BinaryArrays(instance, task_of(instance, [np.arange(n)]))
    scratch = arrays.scratch()
    mask = data.draw(st.integers(1, values.everyone))
    cells = [members(m) for m in (values.everyone & ~mask, mask) if m]
    types, ends = arrays.packed(cells)
    begin = int(ends[-1]) - mask.bit_count()
    for k, best in enumerate(values.best_parts(mask), start=1):
        bound = segment_bound.compiled(arrays.tables, scratch, types, begin, int(ends[-1]), k)
        bound += arrays.certain[types[begin:]].sum()
        assert bound >= best - NEAR
        assert bound <= values.apart([mask]) + NEAR
        if max(instance.thresholds) <= 0.5:
            assert bound == pytest.approx(best, abs=NEAR)


def random_node(data, regimes=REGIMES, most=8):
    """An instance, its queries and costs, and some of them asked already."""
    instance = data.draw(instances(data.draw(st.sampled_from(regimes)), min_types=2))
    rng = data.draw(generators)
    m = data.draw(st.integers(2, most))
    labels = family(data.draw(st.sampled_from(FAMILIES)), instance, m, rng)
    costs = rng.integers(0, 8, m) / 200 if data.draw(st.booleans()) else np.zeros(m)
    prefix = sorted(rng.choice(m, rng.integers(0, min(m, 3)), replace=False).tolist())
    arrays = BinaryArrays(instance, task_of(instance, labels, costs))
    values = Values(instance)
    cells = [values.everyone]
    for q in prefix:
        cells = values.refined(cells, labels[q])
    return values, labels, costs, prefix, cells, arrays


@given(st.data())
@examples(60)
def test_asking_all_the_queries_left_at_once_is_valued_at_every_node(data):
    values, labels, _, prefix, cells, arrays = random_node(data)
    search, scratch = at_node(arrays, prefix)
    finest = arrays.suffixes()
    for start in reversed(range(len(labels) + 1)):
        expected = cells
        for row in labels[start:]:
            expected = values.refined(expected, row)
        bound = refinement_bound.compiled(
            arrays.tables, scratch, search, finest[start], len(prefix)
        )
        assert bound + arrays.certain.sum() == pytest.approx(values.worth(expected), abs=NEAR)
        together = [arrays.merged[members(cell)] for cell in values.refined([-1], finest[start])]
        assert len(together) == len(set(finest[start].tolist()))


@given(st.data())
@examples(40)
def test_types_share_a_suffix_label_iff_no_query_from_there_on_tells_them_apart(data):
    arrays = random_node(data)[-1]
    labels, finest = arrays.tables.labels, arrays.suffixes()
    assert finest.shape == (len(labels) + 1, len(arrays))
    for start, i, j in product(range(len(labels) + 1), range(len(arrays)), range(len(arrays))):
        same = (labels[start:, i] == labels[start:, j]).all()
        assert (finest[start, i] == finest[start, j]) == same


@given(st.data())
@examples(60)
def test_no_completion_beats_the_bound_by_parts(data):
    values, labels, costs, prefix, cells, arrays = random_node(data, most=7)
    # Repeated queries change nothing but the number of sets, so that the bound is worth its time.
    times = 100
    task = task_of(values.instance, np.tile(labels, (times, 1)), np.tile(costs, times))
    arrays = BinaryArrays(values.instance, task)
    search, scratch = at_node(arrays, prefix)
    start = data.draw(st.integers(0, len(labels) - 1))
    for more in (0, 1, 2, 3):
        bound = parts_bound.compiled(arrays.tables, scratch, search, len(prefix), start, more)
        bound += arrays.certain.sum()
        distinct = range(min(more, len(labels)) + 1)
        free = np.zeros(len(labels))
        assert bound >= values.completions(labels, free, cells, 0, distinct) - NEAR
        if more == 2:
            assert bound <= values.apart(cells) + NEAR


@given(instances("low", min_types=5), st.data())
@examples(15)
def test_the_bound_by_parts_is_the_best_partition_of_every_cell_when_low(instance, data):
    values, rng = Values(instance), data.draw(generators)
    n = len(instance)
    # All ways to tell the types in two, so that two queries can make any four parts.
    labels = np.array([[mask >> i & 1 for i in range(n)] for mask in range(1, 1 << (n - 1))])
    labels = rng.permutation(labels)
    arrays = BinaryArrays(instance, task_of(instance, labels))
    for prefix in ([], [2]):
        search, scratch = at_node(arrays, prefix)
        cells = [values.everyone]
        for q in prefix:
            cells = values.refined(cells, labels[q])
        for more, parts in ((1, 2), (2, 4)):
            expected = sum(values.best_parts(cell)[:parts][-1] for cell in cells)
            bound = parts_bound.compiled(arrays.tables, scratch, search, len(prefix), 0, more)
            if more == 2:
                # Not infinite: there are many sets that the bound can rule out.
                assert bound == pytest.approx(expected, abs=NEAR)
                if not prefix:
                    free = np.zeros(len(labels))
                    best = values.completions(labels, free, cells, 0, [2])
                    assert bound == pytest.approx(best, abs=NEAR)
            assert bound >= expected - NEAR


# The search below a node


def explored(arrays, prefix, most, work, shared=-np.inf):
    """What a search below a prefix finds, in one go or piece by piece."""
    search, scratch = at_node(arrays, prefix)
    m = len(arrays.tables.answers)
    least = np.zeros(m + 1)
    if arrays.tables.costs.any():
        pairs = [np.sort(arrays.tables.costs[q:])[:2].sum() for q in range(m)]
        least = np.array([*pairs, np.inf])
    best = np.array([shared])
    calls = 0
    done = False
    while not done:
        done = explore.compiled(
            *(arrays.tables, scratch, search, arrays.suffixes(), least, best),
            *(len(prefix), most, 0.0, work),
        )
        calls += 1
    assert best[0] == max(shared, search.found[0])
    return search, calls


@given(st.data())
@examples(120)
def test_the_search_below_a_node_finds_the_best_completion(data):
    values, labels, costs, prefix, cells, arrays = random_node(data)
    most = data.draw(st.integers(len(prefix) + 1, max(len(prefix) + 1, min(5, len(labels)))))
    more, start = most - len(prefix), prefix[-1] + 1 if prefix else 0
    spent, certain = costs[prefix].sum(), arrays.certain.sum()
    search, calls = explored(arrays, prefix, most, 10**9)
    found = search.found[0] + certain
    assert calls == 1
    # Without costs only full sets count, where there are so many queries left.
    sizes = range(1, more + 1) if costs.any() else [more]
    best = values.completions(labels, costs, cells, start, sizes) - spent
    assert found >= best - NEAR
    if found > -np.inf:
        answer = search.answer[: search.answer_size[0]].tolist()
        assert answer[: len(prefix)] == prefix
        assert answer == sorted(set(answer))
        assert len(answer) <= most
        rows = answer[len(prefix) :]
        refined = cells
        for q in rows:
            refined = values.refined(refined, labels[q])
        assert found == pytest.approx(values.worth(refined) - costs[answer].sum(), abs=NEAR)
        ceiling = values.completions(labels, costs, cells, start, range(more + 1)) - spent
        assert found <= ceiling + NEAR
    in_pieces, calls = explored(arrays, prefix, most, 0)
    assert calls > 1 or search.counters[0] <= len(labels)
    for field in ("found", "answer_size", "answer", "counters"):
        assert (getattr(in_pieces, field) == getattr(search, field)).all()
    # Knowing a value that something beats changes nothing; knowing the best finds nothing.
    if np.isfinite(best):
        known = explored(arrays, prefix, most, 10**9, best - certain - 1e-9)[0]
        assert known.found[0] + certain >= best - NEAR


@pytest.mark.parametrize("kind", FAMILIES)
@pytest.mark.parametrize("top", [10, 20])
@pytest.mark.parametrize("priced", [False, True])
def test_bounds_that_prune_lose_no_completion(kind, top, priced):
    pruned = 0
    for seed in range(2):
        rng = np.random.default_rng([seed, top])
        counts, beliefs = rng.integers(0, 7, 10), rng.integers(1, top, 10)
        instance = BinaryPersuasion(
            [F(int(c), int(counts.sum())) for c in counts], [F(int(b), 20) for b in beliefs]
        )
        values, labels = Values(instance), family(kind, instance, 11, rng)
        costs = rng.integers(1, 9, 11) / 500 if priced else np.zeros(11)
        arrays = BinaryArrays(instance, task_of(instance, labels, costs))
        sizes = range(1, 5) if priced else [4]
        best = values.completions(labels, costs, [values.everyone], 0, sizes)
        search, _ = explored(arrays, [], 4, 10**9)
        found = search.found[0] + arrays.certain.sum()
        assert found == pytest.approx(best, abs=NEAR)
        # Sets valued when nothing is left out: all, or those of four.
        every = 330 + (165 + 55 + 11 if priced else 0)
        pruned += search.counters[0] < every
    assert pruned > 0


# Rounds of an adaptive search


@given(st.data())
@examples(60)
def test_one_and_two_rounds_are_the_best_trees(data):
    values, labels, costs, _, _, arrays = random_node(data, most=5)
    tables, scratch = arrays.tables, arrays.scratch()
    n, m, priced = len(arrays), len(labels), bool(costs.any())
    types = np.arange(n, dtype=np.int32)
    after, ends, worth = np.zeros(n, np.int32), np.zeros(n, np.int32), np.zeros(m)
    certain = arrays.certain.sum()
    value, query = best_next.compiled(tables, scratch, types, n, worth, priced)
    one = values.tree(labels, costs, values.everyone, 1)
    assert value + certain == pytest.approx(one, abs=NEAR)
    if query < 0:
        assert one == pytest.approx(values.v(values.everyone), abs=NEAR)
    else:
        parts = values.refined([values.everyone], labels[query])
        assert values.worth(parts) - costs[query] == pytest.approx(one, abs=NEAR)

    def second(order, target):
        return best_two.compiled(
            *(tables, scratch, types, n, np.array(order), after, ends, worth, target, priced)
        )

    rounds = []
    for q in range(m):
        parts = values.refined([values.everyone], labels[q])
        worths = [values.tree(labels, costs, part, 1) for part in parts]
        rounds.append(sum(worths) - costs[q])
        apart = arrays.tables.labels[q].max() > 0
        value, query = second([q], -10.0)
        if query >= 0:
            assert value + certain == pytest.approx(rounds[q], abs=NEAR)
        else:
            assert not apart
        # A target that it does not beat leaves it out; one just below lets it in.
        assert second([q], rounds[q] - certain + 1e-9)[1] == -1
        assert second([q], rounds[q] - certain - 1e-9)[1] == query
    value, query = second(data.draw(st.permutations(range(m))), -10.0)
    if query >= 0:
        assert value + certain >= max(rounds) - NEAR or max(rounds) <= values.v(values.everyone)
        assert value + certain == pytest.approx(rounds[query], abs=NEAR)
