"""Lines of budgets and of searches against the numbers they are drawn from."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import examples
from matplotlib.figure import Figure

from suasion import BinaryPersuasion, PartitionQueries, QuerySelection, Status, frontier, solve
from suasion import ThresholdQueries as Cuts
from suasion.plots import budget_plot, progress_plot
from suasion.solvers.clock import Progress


def lines(ax):
    return {line.get_label(): line.get_xydata().tolist() for line in ax.lines}


@pytest.fixture(scope="module")
def question():
    labels = np.random.default_rng(3).integers(0, 2, (8, 20))
    types = BinaryPersuasion([1 / 20] * 20, np.linspace(0.05, 0.8, 20))
    return QuerySelection(types, PartitionQueries.from_labels(labels))


def test_values_are_those_of_each_budget_solved_by_itself(question):
    ax = budget_plot(frontier(question, [0, 1, 3]), Figure().subplots())
    drawn = lines(ax)
    for label, adaptive in (("at once", False), ("in turn", True)):
        for name, method in ((label, "brute-force"), (f"{label}, greedy", "greedy")):
            if (adaptive, method) == (True, "brute-force"):
                method = "dp"
            for budget, value in drawn[name]:
                alone = QuerySelection(question.persuasion, question.oracle, int(budget), adaptive)
                found = solve(alone, method).value
                # A frontier's greedy row may take over a better one of a smaller budget.
                assert (
                    value >= found - 1e-9 if method == "greedy" else value == pytest.approx(found)
                )
    known = question.persuasion.full_information()
    assert drawn["ceiling: type known"][0][1] == pytest.approx(known)
    assert not any("not proved" in label for label in drawn)
    assert ax.get_xlabel() == "budget [queries at once, rounds in turn]"


def test_what_is_not_proved_is_hollow_below_its_bound(question):
    found = frontier(question, [0, 1, 2])
    last = found.points[-1]
    open_end = replace(last.at_once, status=Status.FEASIBLE, bound=last.at_once.value + 0.05)
    points = (*found.points[:-1], replace(last, at_once=open_end))
    ax = budget_plot(replace(found, points=points), Figure().subplots())
    [(x, bound)] = lines(ax)["at once: bound, not proved"]
    assert x == pytest.approx(2, abs=0.1)
    assert bound == pytest.approx(last.at_once.value + 0.05)
    [hollow] = [line for line in ax.lines if line.get_markerfacecolor() == "white"]
    assert hollow.get_xydata().tolist() == [[2, last.at_once.value]]
    [[low, high]] = ax.collections[0].get_segments()
    assert (low[1], high[1]) == pytest.approx((last.at_once.value, bound))


def test_levels_of_costly_queries_and_missing_curves():
    types = BinaryPersuasion(["1/4"] * 4, ["1/10", "1/5", "3/10", "2/5"])
    drawn = lines(
        budget_plot(
            frontier(QuerySelection(types, Cuts(), costs=0.01), [0, 1]), Figure().subplots()
        )
    )
    assert set(drawn) == {"in turn", "at once", "at once, greedy", "ceiling: type known"}
    with pytest.raises(ValueError, match="no budgets in a BinaryPersuasion; give what"):
        budget_plot(types)


def test_curves_differ_without_colour(question):
    ax = budget_plot(frontier(question, [0, 1]), Figure().subplots())
    curves = [
        line for line in ax.lines if len(line.get_xdata()) == 2 and line.get_marker() != "None"
    ]
    looks = {(line.get_marker(), str(line._unscaled_dash_pattern)) for line in curves}
    assert len(curves) == len(looks) == 4


NUMBERS = st.none() | st.floats(0, 1) | st.just(float("inf"))


@given(st.lists(st.tuples(NUMBERS, NUMBERS, st.integers(0, 20)), max_size=12))
@examples(80)
def test_steps_are_the_best_known_at_every_second(reports):
    records = [Progress(0.0, value, bound, seconds=float(at)) for value, bound, at in reports]
    ax = progress_plot(records, Figure().subplots())
    told = sorted(records, key=lambda record: record.seconds)
    for label, name, best in (("best value", "value", max), ("bound", "bound", min)):
        drawn = lines(ax).get(label, [])
        for second in range(21):
            known = [getattr(r, name) for r in told if r.seconds <= second]
            known = [number for number in known if number is not None and np.isfinite(number)]
            shown = [y for x, y in drawn if x <= second]
            # The line holds its last step until the next.
            assert (shown[-1] if shown else None) == (best(known) if known else None)
        if drawn:
            assert drawn[-1][0] == told[-1].seconds
    assert all(line.get_drawstyle() == "steps-post" for line in ax.lines)


def test_a_search_is_drawn_as_it_is_collected(question):
    records = []
    asked = QuerySelection(question.persuasion, question.oracle, 3)
    result = solve(asked, "branch-and-bound", progress=records.append)
    ax = progress_plot(records, Figure().subplots(), result)
    assert records
    ends = [lines(ax)[label][-1] for label in ("best value", "bound")]
    assert ends == [pytest.approx([result.report.seconds, result.value])] * 2
    assert ax.get_title().endswith("gap 0%")
    assert ax.get_xlabel() == "time [s]"


def test_a_search_without_reports_says_so_and_long_ones_are_logarithmic():
    assert progress_plot([], Figure().subplots()).get_title().startswith("The search reported no")
    far = [Progress(0.0, 0.5, 0.9, seconds=0.01), Progress(1.0, 0.6, 0.6, seconds=100.0)]
    ax = progress_plot(iter(far), Figure().subplots())
    assert ax.get_xscale() == "log"
    assert ax.get_title() == "Search of 100 s: best 0.6, gap 0%"
    bound = progress_plot([Progress(0.0, None, 0.9, seconds=1.0)], Figure().subplots())
    assert bound.get_title() == "Search of 1 s: nothing found"
