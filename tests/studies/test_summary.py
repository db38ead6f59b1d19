"""Sums of a study: censored quartiles against an estimate by hand, ratios, gaps, the table."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from study_records import failed, record, stopped

from suasion.studies import summary
from suasion.studies.grouping import panels_of
from suasion.studies.summary import QUARTILES, best_values, cut_off, quartiles, ratio

times = st.lists(st.floats(0.001, 9), max_size=12)


def rows(records):
    return [row for section in summary(records).sections for row in section.rows]


def kaplan_meier(ended, censored, share):
    """The smallest time by which `share` of the runs had ended, from the survival curve."""
    survival, events = 1.0, sorted({*ended})
    for at in events:
        risk = sum(t >= at for t in [*ended, *censored])
        survival *= 1 - sum(t == at for t in ended) / risk
        if 1 - survival >= share - 1e-12:
            return at
    return None


@settings(deadline=None)
@given(times, st.integers(0, 6))
def test_quartiles_are_those_of_kaplan_and_meier(ended, unproved):
    records = [record(seconds=t) for t in ended] + [stopped(seconds=10.0)] * unproved
    found = quartiles(records)
    if not records:
        assert found is None
        return
    for time, share in zip(found, QUARTILES, strict=True):
        expected = kaplan_meier(ended, [10.0] * unproved, share)
        assert time.seconds == expected
        assert time.at_least == (10.0 if expected is None else expected)


@settings(deadline=None)
@given(times.filter(len), times)
def test_no_time_is_below_its_lower_bound_wherever_runs_are_cut_off(ended, censored):
    records = [record(seconds=t) for t in ended]
    records += [stopped(seconds=t, note="time limit") for t in censored]
    for time in quartiles(records):
        assert time.at_least <= (math.inf if time.seconds is None else time.seconds)


def test_what_counts_as_cut_off():
    assert cut_off(stopped())
    assert cut_off(stopped(seconds=3.0, note="time limit"))
    assert cut_off(stopped(status="no_answer", value=None))
    assert cut_off(failed("exceeded hard limit of 50 s; the process was stopped.", seconds=50.0))
    assert not cut_off(record(seconds=10.5))  # proved, if late
    assert not cut_off(record(status="infeasible", value=None, seconds=10.5))
    assert not cut_off(record(status="feasible"))  # a heuristic that ended by itself
    assert not cut_off(failed())
    assert not cut_off(failed("the process died (exit status 1).", seconds=3.0))


def test_failures_have_no_time_but_count_as_runs_without_a_proof():
    [row] = rows([record(), record(seed=1, seconds=3.0), failed(seed=2), failed(seed=3)])
    assert (row.runs, row.proved, row.failures) == (4, 2, 2)
    assert (row.q1.seconds, row.median.seconds, row.q3.seconds) == (1.0, 1.0, 3.0)
    [only] = rows([failed()])
    assert (only.median, only.gap, only.ratio) == (None, None, None)


def test_a_run_stopped_by_the_hard_limit_is_slower_than_all_that_ended():
    [row] = rows([record(), failed("exceeded hard limit of 50 s", seed=1, seconds=50.0)])
    assert (row.median.seconds, row.q3.seconds, row.q3.at_least) == (1.0, None, 50.0)
    assert (row.failures, str(row.q3)) == (1, ">50s")


def test_the_gap_is_that_of_the_runs_that_were_stopped():
    [row] = rows([record(gap=0.0), stopped(seed=1, gap=0.2), stopped(seed=2, gap=0.4)])
    assert row.gap == pytest.approx(0.3)
    [row] = rows([record(), record(status="feasible", gap=0.5, seed=1)])
    assert row.gap is None


def test_a_ratio_is_to_the_best_of_the_same_instance():
    records = [
        record(seed=0, value=0.8),
        record(seed=0, value=0.6, method="greedy"),
        record(seed=1, value=0.4),
        record(seed=1, value=0.4, method="greedy"),
        record(seed=1, value=0.9, budget=3),
        failed(seed=1, value=7.0),
    ]
    best = best_values(records)
    assert [ratio(r, best) for r in records] == [1, pytest.approx(0.75), 1, 1, 1, None]
    greedy = next(row for row in rows(records) if row.worst_ratio < 1)
    assert (greedy.ratio, greedy.worst_ratio) == (pytest.approx(0.875), pytest.approx(0.75))


def test_the_best_cover_is_the_cheapest():
    records = [record(value=4.0, sense="min"), record(value=5.0, sense="min", method="greedy")]
    assert [row.worst_ratio for row in rows(records)] == [1.0, 1.25]


def test_the_instance_of_a_file_is_the_same_for_every_seed():
    file = {"family": None, "file": "a.json", "size": None}
    records = [record(**file, seed=0, value=1.0), record(**file, seed=1, value=0.5)]
    best = best_values(records)
    assert [ratio(r, best) for r in records] == [1.0, 0.5]


@pytest.mark.parametrize(("value", "best", "share"), [(0.0, 0.0, 1.0), (0.0, 0.5, 0.0)])
def test_ratios_of_nothing(value, best, share):
    records = [record(value=value), record(value=best, method="other")]
    assert ratio(records[0], best_values(records)) == share


def test_only_seeds_are_taken_together():
    changes = [
        *({}, {"block": "b"}, {"family": "beta"}, {"file": "f", "family": None}, {"size": 4}),
        *({"parameters": {"cost": 1}}, {"parameters": {"gap": 1}}, {"reduce": ["r"]}),
        *({"budget": 1}, {"method": "dp"}, {"options": {"gap": 0.1}}),
    ]
    records = [record(seed=seed, **change) for change in changes for seed in (0, 1)]
    found = rows(records)
    assert [row.runs for row in found] == [2] * len(changes)


def test_the_table_has_a_column_for_what_differs_and_a_title_for_what_a_section_shares():
    records = [
        *(record(size=s, budget=2, method=m) for s in (5, 10) for m in ("dp", "greedy")),
        record(family="beta", size=7, budget=3, method="dp"),
    ]
    found = summary(records)
    first, second = found.sections
    assert first.headings == ("size", "method", "proved", "median", "ratio")
    assert second.headings == ("method", "proved", "median", "ratio")
    assert first.panel.title == {"instances": "low", "budget": 2}
    assert second.panel.title["instances"] == "beta"
    assert found.common["solver"] == "highs"
    assert first.table()[0] == ["5", "dp", "1/1", "1s", "1.0000"]


def test_rows_grow_with_size_and_budget_and_methods_stay_in_their_order():
    points = [(30, None), (5, 4), (30, 2), (5, None)]
    records = [record(size=s, budget=b, method=m) for s, b in points for m in ("z", "a")]
    [panel] = panels_of(records)[1]
    assert [(g.point["size"], g.point["budget"], g.point["method"]) for g in panel.groups] == [
        *((5, 4, "z"), (5, 4, "a"), (5, None, "z"), (5, None, "a")),
        *((30, 2, "z"), (30, 2, "a"), (30, None, "z"), (30, None, "a")),
    ]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.00004, "0.04ms"), (0.0123, "12ms"), (0.2, "200ms"), (0.9996, "1s"), (1.234, "1.2s"),
        (61.7, "62s"), (99.7, "100s"), (3600.0, "3600s"),
    ],
)  # fmt: skip
def test_times_are_short(seconds, text):
    [section] = summary([record(seconds=seconds)]).sections
    assert dict(zip(section.headings, section.table()[0], strict=True))["median"] == text


@pytest.mark.parametrize(
    ("nodes", "text"), [(0, "0"), (999, "999"), (68894, "68.9k"), (999_999, "1M"), (2e9, "2G")]
)
def test_nodes_are_short(nodes, text):
    [section] = summary([record(nodes=nodes)]).sections
    assert dict(zip(section.headings, section.table()[0], strict=True))["nodes"] == text


def test_nothing_sums_up_to_nothing():
    assert summary([]).to_dict() == {"rows": [], "failures": 0}
