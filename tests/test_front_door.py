"""What `import suasion` offers: everything by name, nothing else, and nothing slow."""

import subprocess
import sys

import pytest
from command_line import run

import suasion

ROOMS = (
    *("examples", "generate", "io", "plots", "reductions"),
    *("reports", "studies", "surveys", "testing"),
)


def fresh(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_what_is_offered_is_there_before_anything_is_used():
    listed = fresh("import suasion; print(*dir(suasion))").split()
    assert {*ROOMS, *suasion.__all__, "load", "save", "example", "schema"} <= set(listed)
    for name in listed:
        assert getattr(suasion, name) is not None or name == "__doc__"


def test_nothing_else_is_offered():
    strangers = {
        "Any",
        "import_module",
        "TYPE_CHECKING",
        "keep_old_names",
        "new_name",
        "annotations",
    }
    for code in ("import suasion", "import suasion; suasion.load; suasion.plots"):
        listed = set(fresh(f"{code}; print(*dir(suasion))").split())
        assert not strangers & listed
        public = {name for name in listed if not name.startswith("_")}
        assert public == {*suasion.__all__, *ROOMS} - {"__version__"}


def test_rooms_are_loaded_when_they_are_named():
    code = (
        "import sys, suasion\n"
        f"before = [r for r in {ROOMS!r} if 'suasion.' + r in sys.modules]\n"
        "print(before, suasion.plots.tree_plot.__name__, suasion.generate.generate.__name__)"
    )
    assert fresh(code) == "[] tree_plot generate"


def test_what_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'suasion' has no attribute 'solv'"):
        _ = suasion.solv


def test_versions_have_one_source(capsys):
    suasion.show_versions()
    versions = capsys.readouterr().out
    assert run("info").stdout.startswith(versions)
    assert suasion.__version__ in versions


@pytest.mark.parametrize(
    ("instance", "fields"),
    [
        (
            suasion.example("news-one-query"),
            ["persuasion", "oracle", "budget", "adaptive", "costs"],
        ),
        (suasion.example("news-one-query").persuasion, ["weights", "beliefs", "thresholds"]),
        (suasion.SetCover(1, [[0]]), ["universe", "sets", "costs", "labels"]),
        (suasion.PartitionQueries([[[0]]]), ["labels", "names", "answers"]),
        (
            suasion.DiscretizedPersuasion([1], [2], 0.1),
            ["down", "up", "step"],
        ),
        (
            suasion.FinitePersuasion([1], [["1/2", "1/2"]], [[1, 0], [0, 1]], [[0, 1], [0, 1]]),
            ["weights", "beliefs", "states", "actions"],
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_instances_are_read_only(instance, fields):
    for field in fields:
        with pytest.raises(AttributeError):
            setattr(instance, field, getattr(instance, field))


def test_the_same_question_with_another_budget_costs_and_receivers():
    question = suasion.example("news-one-query")
    asked = question.with_budget(2, adaptive=True)
    assert (asked.budget, asked.adaptive, question.budget, question.adaptive) == (
        2,
        True,
        1,
        False,
    )
    assert asked.with_budget(None).adaptive
    assert question.with_costs("1/10").costs.tolist() == [0.1] * question.query_count
    assert not question.with_costs("1/10").with_costs(None).has_costs
    other = suasion.BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    assert question.with_persuasion(other).persuasion is other
    with pytest.raises(suasion.InputError, match="budget is -1"):
        question.with_budget(-1)
    with pytest.warns(DeprecationWarning, match="with_persuasion since version"):
        assert question.on(other) == question.with_persuasion(other)
    cover = suasion.SetCover(2, [[0], [0, 1]], labels=["a", "b"])
    dear = cover.with_costs([1, "5/2"])
    assert (dear.costs.tolist(), dear.labels) == ([1, 2.5], ("a", "b"))
    assert dear.with_costs(None) == cover
