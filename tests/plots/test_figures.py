"""All pictures on paper: nothing cut off, no warnings, the same files; and thinning."""

import io
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import examples, instances
from matplotlib import pyplot
from matplotlib.figure import Figure

from suasion import (
    BinaryPersuasion,
    MessagingPolicy,
    PartitionQueries,
    QuerySelection,
    ThresholdQueries,
    frontier,
    solve,
)
from suasion.plots import (
    budget_plot,
    cutoff_plot,
    envelope_plot,
    partition_plot,
    policy_plot,
    progress_plot,
    tree_plot,
    write_figure,
)
from suasion.plots.figures import picture_format
from suasion.plots.style import short, thinned
from suasion.solvers.clock import Progress

LONG = ["a label that goes on " * 5, "$\\frac{x^$", "new\nline\ttab", "中文 🎈", "_hidden", "{}%s"]


@pytest.fixture(autouse=True)
def _on_paper():
    with pyplot.rc_context({"backend": "agg"}):
        yield
        pyplot.close("all")


def subjects():
    odd = BinaryPersuasion(["1/6"] * 6, ["0", "1/5", "2/5", "2/5", "3/5", "1"], labels=LONG)
    labels = [[0, 1, 0, 1, 0, 1], [0, 0, 1, 1, 2, 2], [0, 1, 2, 3, 4, 5]]
    oracle = PartitionQueries.from_labels(labels, LONG[:3])
    one = BinaryPersuasion([1], ["2/5"], labels=LONG[:1])
    sure = BinaryPersuasion(["1/2", "1/2"], [1, 1])
    never = BinaryPersuasion([1], [0])
    for name, types in {"odd": odd, "one": one, "sure": sure, "never": never}.items():
        cut = QuerySelection(types, ThresholdQueries(), 2)
        yield from {
            f"{name} envelope": (envelope_plot, types),
            f"{name} cutoff": (cutoff_plot, solve(cut)),
            f"{name} policy": (policy_plot, solve(types)),
            f"{name} policies": (policy_plot, solve(cut)),
            f"{name} partition": (partition_plot, cut),
            f"{name} tree": (tree_plot, solve(cut)),
            f"{name} budget": (budget_plot, frontier(cut, [0, 1, 2])),
        }.items()
    ask = QuerySelection(odd, oracle, 2, adaptive=True)
    yield "queries partition", (partition_plot, ask)
    yield "queries tree", (tree_plot, solve(ask))
    yield "queries cutoff", (cutoff_plot, solve(ask))
    yield "labelled policy", (policy_plot, MessagingPolicy([1 / 6] * 6, [1 / 6] * 6, LONG))
    yield "progress", (progress_plot, [Progress(0.1, 0.5, 0.5, seconds=0.0)])


SUBJECTS = dict(subjects())


@pytest.mark.parametrize("name", SUBJECTS)
def test_nothing_is_cut_off_or_covered_by_a_legend(name, tmp_path):
    plot, subject = SUBJECTS[name]
    ax = plot(subject)
    figure = ax.figure
    for ending in ("png", "svg", "pdf"):
        write_figure(figure, tmp_path / f"a.{ending}")  # warnings are errors here
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")
        figure.draw_without_rendering()
        renderer = figure._get_renderer()
        texts = [ax.title, ax.xaxis.label, ax.yaxis.label, *ax.texts]
        for axis, (low, high) in ((ax.xaxis, ax.get_xlim()), (ax.yaxis, sorted(ax.get_ylim()))):
            ticks = axis.get_major_ticks() if ax.axison else []
            texts += [tick.label1 for tick in ticks if low <= tick.get_loc() <= high]
        for text in texts:
            if not text.get_text() or not text.get_visible():
                continue
            frame = text.get_window_extent(renderer)
            assert figure.bbox.x0 - 1 <= frame.x0 <= frame.x1 <= figure.bbox.x1 + 1, text
            assert figure.bbox.y0 - 1 <= frame.y0 <= frame.y1 <= figure.bbox.y1 + 1, text
        legend = ax.get_legend()
        if legend is not None:
            frame = legend.get_window_extent(renderer)
            assert figure.bbox.x0 - 1 <= frame.x0 <= frame.x1 <= figure.bbox.x1 + 1
            assert figure.bbox.y0 - 1 <= frame.y0
            assert not frame.overlaps(ax.bbox)
            assert not frame.overlaps(ax.xaxis.label.get_window_extent(renderer))
    assert ax.bbox.width > 0.3 * figure.bbox.width


@pytest.mark.parametrize("name", SUBJECTS)
def test_axes_that_are_given_are_drawn_on_and_returned(name):
    plot, subject = SUBJECTS[name]
    ax = Figure().subplots(1, 2)[1]
    assert plot(subject, ax=ax) is ax
    assert pyplot.get_fignums() == []


def test_new_axes_are_those_of_pyplot_which_notebooks_show():
    ax = envelope_plot(BinaryPersuasion([1], ["2/5"]))
    assert pyplot.gcf() is ax.figure


@given(instances())
@examples(25)
def test_any_instance_can_be_drawn(instance):
    question = QuerySelection(instance, ThresholdQueries(), budget=1)
    for plot, subject in (
        (envelope_plot, instance),
        (cutoff_plot, solve(question)),
        (policy_plot, solve(question)),
        (partition_plot, question),
        (tree_plot, solve(question)),
    ):
        figure = Figure()
        plot(subject, ax=figure.subplots())
        figure.savefig(io.BytesIO(), format="svg")


@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_equal_pictures_are_equal_files(ending, tmp_path):
    for name in ("a", "b"):
        ax = partition_plot(SUBJECTS["queries partition"][1], Figure().subplots())
        write_figure(ax.figure, tmp_path / f"{name}.{ending}")
    first, second = ((tmp_path / f"{name}.{ending}").read_bytes() for name in "ab")
    assert first == second
    assert b"<dc:date>" not in first


def test_a_picture_that_cannot_be_drawn_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.svg"
    path.write_text("old")
    figure = Figure()
    monkeypatch.setattr(figure, "savefig", lambda file, **_: file.write(b"half") + 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_figure(figure, path)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.svg"]
    with pytest.raises(ValueError, match="cannot be written"):
        write_figure(Figure(), tmp_path / "no" / "a.svg")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (
            "a.pgn",
            r'a.pgn ends in .pgn; give .* \.png, \.svg or \.pdf \(did you mean "\.png"\?\)\.',
        ),
        ("a", r"a has no ending; give a file that ends in \.png, \.svg or \.pdf\."),
        ("a.svgz", r'did you mean "\.svg"'),
    ],
)
def test_other_endings_are_refused_with_the_nearest(path, message):
    with pytest.raises(ValueError, match=message):
        picture_format(path)
    assert picture_format("b.SVG") == "svg"


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(-5, 5)), min_size=30, max_size=300))
@examples(100)
def test_thinning_keeps_the_extremes_of_every_column(points):
    points.sort(key=lambda point: point[0])
    x, y = (np.array(column, dtype=float) for column in zip(*points, strict=True))
    kept = thinned(x, y, columns=5)
    assert kept.tolist() == sorted(set(kept.tolist()))
    assert thinned(x[:20], y[:20], columns=5).tolist() == list(range(20))
    assert len(kept) <= 20
    assert {0, len(x) - 1} <= set(kept.tolist())
    width = (x[-1] - x[0]) / 5
    for c in range(5):
        inside = [i for i in range(len(x)) if width * c <= x[i] - x[0] < width * (c + 1)]
        if width and inside and c < 4:
            heights = y[[i for i in kept if i in inside]]
            assert (heights.min(), heights.max()) == (y[inside].min(), y[inside].max())


def test_short_texts_show_what_they_say():
    assert short("a\n b\t$") == r"a b \$"
    assert len(short("x" * 100)) == 24
    assert short("x" * 24) == "x" * 24
    assert short("a\x00b") == "a b"
