"""Bars against the likelihoods of policies, and who acts against the definition."""

import numpy as np
import pytest
from hypothesis import given
from instances import examples, instances, policies, triples
from matplotlib.figure import Figure

from suasion import (
    BinaryPersuasion,
    FinitePersuasion,
    FinitePolicy,
    MessagingPolicy,
    QuerySelection,
    QuerySet,
    SetCover,
    ThresholdQueries,
    solve,
)
from suasion.plots import policy_plot


def bars(ax):
    """Widths of the bars, a row for each message and a column for each state."""
    return np.array([[bar.get_width() for bar in group] for group in ax.containers]).T


def texts(ax):
    return [label.get_text() for label in ax.get_yticklabels()]


@given(instances(), policies())
@examples(40)
def test_bars_are_likelihoods_and_texts_say_who_acts(instance, policy):
    ax = policy_plot(policy, instance, Figure().subplots())
    high, low = policy.likelihoods(exact=True)
    said = [m for m in range(len(policy)) if high[m] or low[m]]
    assert bars(ax).tolist() == [[float(high[m]), float(low[m])] for m in said]
    for text, m in zip(texts(ax), said, strict=True):
        acting = [
            i
            for i, (_, _, rho) in enumerate(triples(instance))
            if rho * high[m] >= (1 - rho) * low[m]
        ]
        response = text.split("acts: ")[1]
        if not acting:
            assert response == "nobody"
        elif len(acting) == len(instance):
            assert response == "everyone"
        elif len(acting) <= 3:
            assert response == ", ".join(instance.labels[i] for i in acting)
        else:
            lowest = min(float(instance.thresholds[i]) for i in acting)
            assert response.startswith(f"thresholds ≥ {lowest:.4g} (weight ")


def test_a_bar_stands_beside_its_message_from_top_to_bottom():
    ax = policy_plot(MessagingPolicy([0.25, 0.75], [1, 0], ["a", "b"]), ax=Figure().subplots())
    assert texts(ax) == ["a", "b"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]
    centres = [bar.get_y() + bar.get_height() / 2 for bar in ax.containers[0]]
    assert [round(y) for y in centres] == [0, 1]
    hatches = {group[0].get_hatch() for group in ax.containers}
    assert len(hatches) == 2


def test_every_cell_has_its_policy_and_only_its_types():
    instance = BinaryPersuasion(["1/4"] * 4, ["1/10", "1/5", "3/10", "2/5"])
    result = solve(QuerySelection(instance, ThresholdQueries(), budget=1))
    ax = policy_plot(result, ax=Figure().subplots())
    names = [text.split("\n")[0] for text in texts(ax)]
    expected = []
    cells = result.answer.cells(result.problem)
    widths = []
    for c in range(2):
        policy = cells.policy(instance, c)
        expected += [f"cell {c}, {label}" for label in policy.labels]
        widths += list(zip(policy.high, policy.low, strict=True))
    assert names == expected
    assert bars(ax) == pytest.approx(np.array(widths))
    assert len(ax.lines) == 1  # between the two cells
    # Types of the other cell would act on these messages too.
    acts = [text.split("acts: ")[1] for text in texts(ax)]
    assert set(acts) <= {"everyone", "nobody", "1", "3"}
    assert acts[0] == "everyone"


def test_finite_policies_show_states_and_actions():
    instance = FinitePersuasion(
        ["1/2", "1/2"],
        [["7/10", "3/10"], ["1/2", "1/2"]],
        [[1, 0], [0, 1]],
        [[0, 1], [0, 1]],
        states=["innocent", "guilty"],
        actions=["acquit", "convict"],
    )
    policy = FinitePolicy([["3/7", 1], ["4/7", 0]], [[1, 1], [0, 0]])
    ax = policy_plot(policy, instance, Figure().subplots())
    assert bars(ax) == pytest.approx(np.array([[3 / 7, 1], [4 / 7, 0]]))
    assert texts(ax) == ["m1\nconvict: everyone", "m2\nacquit: everyone"]
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend == ["innocent", "guilty"]
    result = solve(instance)
    drawn = bars(policy_plot(result, ax=Figure().subplots()))
    assert drawn == pytest.approx(result.answer.likelihoods)
    assert texts(policy_plot(policy, ax=Figure().subplots())) == ["m1", "m2"]


def test_types_that_differ_are_named_by_what_they_do():
    policy = FinitePolicy([[1, 1]], [[1, 0, 0, 0, 0, 2]])
    tables = [[[0, 0, 0], [0, 0, 0]]] * 6
    six = FinitePersuasion(["1/6"] * 6, [["1/2", "1/2"]] * 6, tables, tables)
    [text] = texts(policy_plot(policy, six, Figure().subplots()))
    assert text == "m1\naction 0: weight 0.6667\naction 1: 0\nand 1 more actions"


def test_what_rounding_left_is_not_drawn():
    policy = MessagingPolicy([1.0, 0.0], [1 - 1e-16, 1e-16])
    assert texts(policy_plot(policy, ax=Figure().subplots())) == ["m1"]


def test_what_has_no_messages_or_too_many_is_refused():
    k = 49
    with pytest.raises(
        ValueError, match=r"49 messages, and a picture shows at most 48.*canonical"
    ):
        policy_plot(MessagingPolicy([1 / k] * k, [1 / k] * k))
    with pytest.raises(ValueError, match="13 states, and a picture shows at most 12"):
        policy_plot(FinitePolicy([[1] * 13], [[0]]))
    with pytest.raises(ValueError, match="no messages in a QuerySet; give a MessagingPolicy"):
        policy_plot(QuerySet([1]))
    with pytest.raises(ValueError, match="no messages in a Cover"):
        policy_plot(solve(SetCover(1, [[0]])))
