"""Plots of studies: what is drawn, not how it looks."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from study_records import OPTIONS, failed, record, stopped

from suasion.plots.series import facets_of, series_of
from suasion.plots.studies import (
    PLOTS,
    gap_plot,
    proof_plot,
    ratio_plot,
    save_plots,
    time_plot,
)
from suasion.plots.style import COLOURS, DASHES, MARKERS

mpl.use("agg")


@pytest.fixture
def ax():
    return Figure().subplots()


def lines(ax):
    """Label -> points of the lines that the legend names."""
    named = [line for line in ax.lines if not line.get_label().startswith("_")]
    return {line.get_label(): [*zip(*line.get_data(), strict=True)] for line in named}


def band(ax, place=0):
    """Lowest and highest point of a band at each place."""
    [path] = ax.collections[place].get_paths()
    return {
        x: (min(path.vertices[path.vertices[:, 0] == x, 1]),
            max(path.vertices[path.vertices[:, 0] == x, 1]))
        for x in np.unique(path.vertices[:, 0])
    }  # fmt: skip


def several(size, times, **changes):
    return [record(size=size, seconds=t, seed=i, **changes) for i, t in enumerate(times)]


def test_times_are_medians_with_quartiles_on_a_logarithmic_axis(ax):
    records = several(10, [1, 2, 3, 4, 50]) + several(5, [0.1, 0.2, 0.3])
    assert time_plot(records, ax) is ax
    assert lines(ax) == {"lp": [(5, 0.2), (10, 3)]}
    assert band(ax) == {5: (0.1, 0.3), 10: (2, 4)}
    assert ax.get_yscale() == "log"
    assert "[s]" in ax.get_ylabel()
    assert ax.get_xlabel() == "size of the instance [types]"
    assert "hollow" not in ax.get_title()


def test_a_median_beyond_the_limit_is_hollow(ax):
    records = several(5, [1, 2, 3])
    records += [*several(9, [4]), *(stopped(size=9, seed=s, seconds=10.5) for s in (1, 2))]
    time_plot(records, ax)
    assert lines(ax) == {"lp": [(5, 2), (9, 10.5)]}
    [hollow] = [line for line in ax.lines if line.get_markerfacecolor() == "white"]
    assert hollow.get_xydata().tolist() == [[9, 10.5]]
    assert hollow.get_linestyle() == "None"
    assert "hollow" in ax.get_title()


def test_gaps_are_those_at_the_limit(ax):
    records = [record(size=5, gap=0.0)]
    records += [stopped(size=9, seed=s, gap=gap) for s, gap in enumerate([0.1, 0.2, 0.6])]
    gap_plot(records, ax)
    assert lines(ax) == {"lp": [(9, 0.2)]}
    assert band(ax)[9] == (pytest.approx(0.15), pytest.approx(0.4))
    assert ax.get_ylim()[0] == 0


def test_shares_of_proofs_count_failures(ax):
    proof_plot([*several(5, [1, 1]), stopped(seed=2, size=5), failed(seed=3, size=5)], ax)
    assert lines(ax) == {"lp": [(5, 0.5)]}


def test_ratios_are_to_the_best_known_value(ax):
    records = [
        *(record(size=4, seed=s, value=1.0) for s in range(3)),
        *(record(size=4, seed=s, value=v, method="greedy") for s, v in enumerate([0.7, 0.8, 1])),
    ]
    ratio_plot(records, ax)
    assert lines(ax) == {"lp": [(4, 1)], "greedy": [(4, 0.8)]}


def test_the_budget_can_be_the_horizontal_axis(ax):
    records = [record(budget=b, seconds=b + 1.0) for b in (3, 1)] + [record(budget=None)]
    time_plot(records, ax, x="budget")
    assert lines(ax) == {"lp": [(1, 2), (3, 4)]}  # no budget has no place
    assert ax.get_xlabel() == "budget [queries]"
    with pytest.raises(ValueError, match='x is "seed"; choose size or budget'):
        time_plot(records, ax, x="seed")


def test_the_size_of_a_file_is_that_of_its_instance(ax):
    file = {"family": None, "size": None}
    records = [
        record(**file | {"file": "a", "instance": {"universe": 30, "sets": 9}}),
        record(**file | {"file": "b", "instance": {"universe": 40, "sets": 9}}),
        failed(**file | {"file": "c", "instance": None}),
    ]
    time_plot(records, ax)
    assert lines(ax) == {"lp": [(30, 1), (40, 1)]}
    assert ax.get_xlabel() == "size of the instance [elements]"


def test_labels_name_what_tells_lines_apart():
    fast = {**OPTIONS, "time_limit": 1.0, "gap": 0.1}
    records = [record(), record(method="dp"), record(options=fast), record(budget=2, method="dp")]
    assert [series.label for series in series_of(records, "size")] == [
        *("lp, time_limit 10, gap 0", "dp, no budget"),
        *("lp, time_limit 1, gap 0.1", "dp, budget 2"),
    ]


def test_lines_differ_in_colour_and_in_marker_and_dashes():
    records = [record(method=f"m{i}") for i in range(20)]
    ax = time_plot(records, Figure().subplots())
    looks = [
        (to_rgb(line.get_color()), line.get_marker(), line._unscaled_dash_pattern)
        for line in ax.lines
    ]
    assert len({look[0] for look in looks[:7]}) == len({look[1] for look in looks[:7]}) == 7
    prints = [(marker, str(dashes)) for _, marker, dashes in looks]
    assert len(set(prints)) == 20
    assert len({len(COLOURS), len(MARKERS), len(DASHES)}) == 3


def test_no_colour_is_too_light_for_paper():
    light = [np.dot(to_rgb(colour), [0.299, 0.587, 0.114]) for colour in COLOURS]
    assert max(light) < 0.7


def test_a_style_follows_the_order_that_is_given(ax):
    time_plot([record(method="b")], ax, order=["a", "b"])
    assert ax.lines[0].get_color() == COLOURS[1]
    assert ax.lines[0].get_marker() == MARKERS[1]


def test_sizes_that_span_little_are_on_a_linear_axis(ax):
    time_plot(several(10, [1]) + several(30, [1]), ax)
    assert ax.get_xscale() == "linear"
    wide = time_plot(several(10, [1]) + several(300, [1]), Figure().subplots())
    assert wide.get_xscale() == "log"


@pytest.mark.parametrize("plot", PLOTS.values())
def test_runs_without_data_draw_nothing_and_say_what_it_would_be(plot, ax):
    plot([failed(instance=None, size=None, file="a", family=None)], ax)
    assert lines(ax) == {}
    assert ax.get_title()
    assert ax.get_ylabel()
    assert plot([], Figure().subplots()).lines[:] == []


def test_without_axes_new_ones_are_made():
    from matplotlib import pyplot

    made = time_plot([record()])
    assert lines(made) == {"lp": [(3, 1)]}
    pyplot.close(made.figure)


def test_panels_are_kinds_of_instances_and_budgets():
    records = [record(size=s, budget=b) for s in (1, 2) for b in (3, 4)]
    records += [record(block="one size", budget=b) for b in (3, 4)]
    records += [record(block="b", parameters={"cost": c}) for c in (1, 2)]
    assert [(title, x, len(runs)) for title, x, runs in facets_of(records)] == [
        *(("low, budget 3", "size", 2), ("low, budget 4", "size", 2)),
        *(("one size", "budget", 2), ("b, cost 1", "size", 1), ("b, cost 2", "size", 1)),
    ]


def test_plots_are_written_where_there_is_something_to_draw(tmp_path):
    written = save_plots([record(), record(size=9, method="dp")], tmp_path / "new", "svg")
    assert [path.name for path in written] == ["time.svg", "proved.svg", "ratio.svg"]
    assert all("<svg" in path.read_text() for path in written)
    assert len(save_plots([stopped()], tmp_path)) == 4
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match="cannot be written"):
        save_plots([record()], tmp_path / "file")
