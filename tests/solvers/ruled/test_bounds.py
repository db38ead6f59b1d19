"""What the search leaves out: only what no completion of a set can make allowed, or better."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from instances import examples
from rules import allowed_sets, best_worth, price, ruled, worth

from suasion import BinaryPersuasion, PartitionQueries, QuerySelection
from suasion.solvers.clock import Clock
from suasion.solvers.partition.task import partition_task
from suasion.solvers.ruled.bounds import refined_worth
from suasion.solvers.ruled.branching import ruled_branch
from suasion.solvers.ruled.form import RuledTask
from suasion.solvers.ruled.heuristics import some_allowed


def form_of(question, exact=True, compiled=False):
    return RuledTask(question, partition_task(question, exact), compiled)


@given(question=ruled(max_queries=4), data=st.data())
@examples(50)
def test_bounds_hold_for_every_completion_of_a_set(question, data):
    form, m, allowed = form_of(question), question.query_count, allowed_sets(question)
    following = data.draw(st.integers(0, m))
    rows = [q for q in range(following) if data.draw(st.booleans())]
    cells = form.cells(rows)
    later = range(following, m)
    completions = [{*rows, *more} for size in range(m + 1) for more in combinations(later, size)]
    assert form.least_cost(rows, following) <= min(price(question, c) for c in completions)
    earned = refined_worth(form.task, None)(cells, following)
    for chosen in completions:
        assert worth(question, sorted(chosen)) + price(question, chosen) <= earned
        if chosen in allowed:
            assert form.rows.open(rows, following)
    one_more = form.rows.completable_with(rows)
    for q in range(m):
        if q not in rows and any({*rows, q} <= chosen for chosen in allowed):
            assert one_more[q]


@given(question=ruled())
@examples(50)
def test_the_search_needs_no_set_to_begin_with(question):
    best = best_worth(question)
    for exact in (True, False):
        found = ruled_branch(form_of(question, exact), None, Clock())
        if best is None:
            assert (found.rows, found.bound) == (None, -np.inf)
            continue
        assert set(found.rows) in allowed_sets(question)
        assert abs(found.bound - best) <= (0 if exact else 1e-12)
        assert worth(question, sorted(found.rows)) >= best - (0 if exact else 1e-12)


@given(question=ruled(), seed=st.integers(0, 5))
@examples(40)
def test_some_allowed_set_is_found_if_there_is_one(question, seed):
    draw = np.random.default_rng(seed)
    order = draw.permutation(question.query_count)
    wanted = draw.random(len(order)) < 0.5
    found = some_allowed(form_of(question), order, Clock(), wanted)
    allowed = allowed_sets(question)
    assert (set(found) in allowed) if allowed else found is None


def test_compiled_bounds_are_those_of_plain_ones():
    draw = np.random.default_rng(1)
    persuasion = BinaryPersuasion(np.full(30, 1 / 30), [1.0, *draw.random(29)])
    oracle = PartitionQueries.from_labels(draw.integers(0, 3, (6, 30)))
    question = QuerySelection(persuasion, oracle, discounts=[{"group": [0, 1], "fee": 0.01}])
    form = form_of(question, exact=False, compiled=True)
    plain, compiled = refined_worth(form.task, None), refined_worth(form.task, form.arrays)
    for rows in ([], [0], [1, 2]):
        cells = form.cells(rows)
        for q in range(7):
            assert abs(plain(cells, q) - compiled(cells, q)) < 1e-12
