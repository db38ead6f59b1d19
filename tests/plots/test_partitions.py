"""Areas of answers against the answers, read back point by point."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import examples, instances, partition_oracles
from matplotlib.figure import Figure

from suasion import (
    BinaryPersuasion,
    MessagingPolicy,
    PartitionQueries,
    QuerySelection,
    QuerySet,
    SetCover,
    ThresholdQueries,
    solve,
)
from suasion.plots import partition_plot
from suasion.plots.partitions import NOT_ASKED


def table(ax):
    """Answer drawn at each row and column, None where there is not exactly one."""
    rows, columns = len(ax.get_yticks()), round(ax.get_xlim()[1] + 0.5)

    def at(r, c):
        found = [p for p in ax.patches if p.get_path().contains_point((c, r))]
        answers = [int(p.get_gid().split()[-1]) for p in found]
        looks = [(p.get_facecolor(), p.get_hatch()) for p in found]
        return (answers[0], looks[0]) if len(answers) == 1 else None

    return [[at(r, c) for c in range(columns)] for r in range(rows)]


def names(ax):
    return [label.get_text() for label in ax.get_yticklabels()]


def same_cells(row, other):
    """Whether two lists put the same positions together."""
    return len(set(row)) == len(set(other)) == len(set(zip(row, other, strict=True)))


@given(instances(), st.data())
@examples(40)
def test_areas_are_answers_and_cells_in_the_order_of_thresholds(instance, data):
    oracle = data.draw(partition_oracles(len(instance)))
    question = QuerySelection(instance, oracle)
    ax = partition_plot(question, Figure().subplots())
    drawn = table(ax)
    order = instance.order.tolist()
    for q in range(len(oracle)):
        assert [answer for answer, _ in drawn[q]] == [oracle.labels[q][i] for i in order]
        by_look = {}
        for answer, look in drawn[q]:
            assert by_look.setdefault(answer, look) == look
        assert len(set(by_look.values())) == len(by_look)
    told = [tuple(row[i] for row in oracle.labels) for i in order]
    assert same_cells([cell for cell, _ in drawn[-1]], told)
    assert names(ax)[:-1] == list(oracle.names)
    assert names(ax)[-1].startswith(f"{len(set(told))} cell")


@given(instances(min_types=2), st.integers(0, 2), st.booleans(), st.data())
@examples(30)
def test_trees_are_blank_where_they_do_not_ask(instance, rounds, cuts, data):
    oracle = ThresholdQueries() if cuts else data.draw(partition_oracles(len(instance)))
    result = solve(QuerySelection(instance, oracle, rounds, adaptive=True))
    drawn = table(partition_plot(result, Figure().subplots()))
    tree, asked = result.answer, set()
    for node, members in tree.routed(result.problem):
        if tree.queries[node] is not None:
            asked |= {(tree.queries[node], i) for i in members.tolist()}
    queries = list(dict.fromkeys(q for q in tree.queries if q is not None))
    for row, query in zip(drawn[:-1], queries, strict=True):
        for i, (answer, _) in zip(instance.order.tolist(), row, strict=True):
            assert (answer != NOT_ASKED) == ((query, i) in asked)


def test_cuts_are_named_by_their_thresholds():
    types = BinaryPersuasion(["1/4"] * 4, ["2/5", "1/10", "1/10", "3/5"])
    question = QuerySelection(types, ThresholdQueries(), budget=1)
    everything = partition_plot(question, Figure().subplots())
    assert names(everything) == ["threshold ≥ 0.4", "threshold ≥ 0.6", "3 cells"]
    assert [a for a, _ in table(everything)[0]] == [0, 0, 1, 1]
    [mark] = [line for line in everything.lines if line.get_linestyle() == "--"]
    assert set(mark.get_xdata()) == {2.5}  # above 1/2
    legend = [text.get_text() for text in everything.get_legend().get_texts()]
    assert legend == ["below", "above"]
    solved = partition_plot(solve(question), Figure().subplots())
    assert len(names(solved)) == 2


def test_many_types_and_queries_are_thinned_evenly_and_said_so():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, (90, 5000))
    beliefs = rng.random(5000)
    types = BinaryPersuasion(np.full(5000, 1 / 5000), beliefs)
    question = QuerySelection(types, PartitionQueries.from_labels(labels))
    ax = partition_plot(question, Figure().subplots())
    assert ax.get_title() == "Who answers what: 30 of 90 queries, then the cells"
    assert "5,000 types by threshold, one in 13 drawn" in ax.get_xlabel()
    assert names(ax)[:3] == ["0", "3", "6"]
    by_threshold = np.argsort(beliefs, kind="stable")[::13]
    for r, c in zip(rng.integers(0, 30, 40), rng.integers(0, len(by_threshold), 40), strict=True):
        [area] = [p for p in ax.patches if p.get_path().contains_point((c, r))]
        assert area.get_gid() == f"row {r} answer {labels[3 * r, by_threshold[c]]}"
        assert area.get_rasterized()


def test_answers_differ_in_hatches_and_too_many_are_counted():
    labels = [np.arange(20)]
    types = BinaryPersuasion([1 / 20] * 20, np.linspace(0.05, 0.45, 20))
    question = QuerySelection(types, PartitionQueries.from_labels(labels))
    ax = partition_plot(question, Figure().subplots())
    looks = {(p.get_facecolor(), p.get_hatch()) for p in ax.patches[:20]}
    assert len(looks) == 20
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend == [*(f"answer {a}" for a in range(9)), "to 19"]


def test_what_has_no_queries_is_refused():
    types = BinaryPersuasion([1], ["2/5"])
    for subject in (types, solve(types)):
        with pytest.raises(ValueError, match=r"no queries in this .*; give a QuerySelection"):
            partition_plot(subject)
    with pytest.raises(ValueError, match="no picture of a SetCover"):
        partition_plot(SetCover(1, [[0]]))
    with pytest.raises(ValueError, match="no picture of a MessagingPolicy"):
        partition_plot(MessagingPolicy([1], [1]))


def test_no_query_at_all_leaves_one_cell():
    types = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    ax = partition_plot(QuerySelection(types, PartitionQueries([])), Figure().subplots())
    assert names(ax) == ["1 cell"]
    assert QuerySet([]).queries.size == 0


def test_a_search_that_ends_at_once_is_drawn_without_a_query():
    oracle = PartitionQueries([[[0, 1], [2]], [[0], [1, 2]]])
    three = BinaryPersuasion(["1/4", "1/4", "1/2"], ["1/5", "2/5", "3/5"])
    result = replace(solve(QuerySelection(three, oracle, 1)), answer=QuerySet([]))
    assert names(partition_plot(result, Figure().subplots())) == ["1 cell"]
