"""What to say to whom, in words and at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from suasion.models.queries.cell_names import Replies
from suasion.models.queries.query_tree import QueryTree
from suasion.reports.groups import Group, Message
from suasion.reports.markup import Html, joined, number, percent, percent_text, section, table, tag

# Groups that a page describes; of more it describes the largest.
MOST_GROUPS = 200


class States(NamedTuple):
    """What the two states are called."""

    low: str = "state 0"
    high: str = "state 1"


def policy_sections(groups: Sequence[Group], states: States, believed: bool) -> list[Html]:
    """The policy of each group in words, then all of them as rows.

    Parameters
    ----------
    groups : sequence of Group
    states : States
    believed : bool
        Whether people act by what they believe, so that thresholds are beliefs.
    """
    shown = list(groups)
    left = ""
    if len(groups) > MOST_GROUPS:
        heavy = sorted(range(len(groups)), key=lambda g: -groups[g].weight)[:MOST_GROUPS]
        shown = [groups[g] for g in sorted(heavy)]
        left = (
            f"The {MOST_GROUPS} largest of {len(groups):,} groups, "
            f"{percent_text(sum(group.weight for group in shown))} of people; suasion solve "
            "--json --full lists all."
        )
    note = [tag("p", left, class_="note")] if left else []
    words = tag("ol", (_in_words(group, states, believed) for group in shown), class_="groups")
    lead = tag(
        "p",
        "Look up the answers, see which state holds, and say the message with the probability "
        "given. People know how often each message is said in each state: the commitment is what "
        "makes them listen.",
    )
    return [
        section("say", "What to say to whom", lead, note, words),
        section("glance", "The policy at a glance", _glance(shown, states), note),
    ]


def _in_words(group: Group, states: States, believed: bool) -> Html:
    people = tag(
        "span",
        *(" \N{EN DASH} ", percent(group.weight), " of people, "),
        *(percent(group.state), f" of them with {states.high}"),
        class_="share",
    )
    (message, *others) = group.messages
    if not others:
        act = "all of them act" if message.acting > 1 - 1e-9 else _who(message, states, believed)
        said: Html = tag("p", "Say the same to everyone, whatever the state: ", act, ".")
    else:
        said = tag("ul", (_say(each, states, believed) for each in group.messages))
    total = tag("p", "In all ", tag("strong", percent(group.acting), " act"), ".")
    return tag("li", tag("h3", group.name, people), said, total)


def _say(message: Message, states: States, believed: bool) -> Html:
    return tag(
        "li",
        *("Say \N{LEFT DOUBLE QUOTATION MARK}", tag("strong", message.label)),
        *("\N{RIGHT DOUBLE QUOTATION MARK} ", _often(message.high), f" if {states.high} and "),
        *(_often(message.low), f" if {states.low}: ", _who(message, states, believed), "."),
    )


def _often(likelihood: float) -> Html:
    words = {0.0: "never", 1.0: "always"}.get(likelihood)
    return (
        joined("in ", percent(likelihood), " of cases")
        if words is None
        else (number(likelihood, words))
    )


def _who(message: Message, states: States, believed: bool) -> Html:
    if message.least is None:
        return joined("nobody who hears it acts")
    if message.acting > 1 - 1e-9:
        return joined("everyone who hears it acts")
    least = percent(message.least)
    those = (
        joined(f"those who think that {states.high} is at least ", least, " likely")
        if believed
        else joined("those with a threshold of at least ", least)
    )
    return joined(percent(message.acting), " of those who hear it act, ", those)


def _glance(groups: Sequence[Group], states: States) -> Html:
    heads = (
        *("Answers", "Share of people", f"Act if {states.high}", f"Act if {states.low}"),
        *("Act in all", "Adds to the value"),
    )
    rows = [
        (
            group.name,
            percent(group.weight),
            joined(bar(group.high), percent(group.high)),
            joined(bar(group.low, "bar low"), percent(group.low)),
            percent(group.acting),
            number(group.value, f"{group.value:.4f}"),
        )
        for group in groups
    ]
    caption = "Who acts, by answers and by state. Bars show shares of the people in a row."
    return table(caption, heads, rows, "glance")


def bar(share: float, kind: str = "bar") -> Html:
    """A share as the length of a bar; the number beside it says the same."""
    frame = {"x": 0, "y": 0, "width": 100, "height": 10}
    return tag(
        "svg",
        tag("rect", class_="frame", **frame),
        tag("rect", class_="fill", **(frame | {"width": f"{100 * min(share, 1):.4g}"})),
        class_=kind,
        viewBox="0 0 100 10",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def questions(result: Any) -> Html:
    """What to ask: a list, or a tree for questions that depend on answers."""
    answer, problem = result.answer, result.problem
    replies = Replies(problem)
    if isinstance(answer, QueryTree):
        return _tree(answer, problem, replies)
    return tag("ol", (tag("li", replies.question(q)) for q in answer.queries.tolist()))


def _tree(tree: QueryTree, problem: Any, replies: Replies) -> Html:
    """Nested lists; built from the leaves up, because trees can be deep."""
    reached = sorted(node for node, _ in tree.routed(problem))
    drawn: dict[int, Html] = {}
    for node in reversed(reached):
        query = tree.queries[node]
        if query is None:
            drawn[node] = joined()
            continue
        links = [(a, child) for a, child in tree.children[node] if child in drawn]
        items = [
            tag("li", _reply(problem, replies, query, answer), drawn[child])
            for answer, child in links
        ]
        asks = ("Ask " if node == 0 else ": then ask ", tag("strong", replies.question(query)))
        drawn[node] = joined(asks, tag("ul", items, class_="tree"))
    return tag("div", drawn[0])


def _reply(problem: Any, replies: Replies, query: int, answer: int) -> str:
    return replies.reply(query, answer) if problem.listed else ("no", "yes")[answer]


def acts_by_belief(instance: Any) -> bool:
    """Whether thresholds are beliefs."""
    return bool(np.array_equal(instance.thresholds, instance.beliefs))
