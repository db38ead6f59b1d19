"""The report of an instance: its beliefs are taken as given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from suasion.models.binary.policy import MessagingPolicy
from suasion.models.queries.cell_names import Replies
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryTree
from suasion.models.table import Table
from suasion.reports.groups import Group, groups_of
from suasion.reports.markup import (
    Html,
    figure,
    joined,
    number,
    percent,
    percent_text,
    section,
    table,
    tag,
)
from suasion.reports.methods import methods_section
from suasion.reports.page import Page
from suasion.reports.pictures import Band, budget_picture
from suasion.reports.policies import States, acts_by_belief, policy_sections, questions
from suasion.results import Result, Status

# Questions that the first lines name.
NAMED = 6


def report_of_result(
    result: Result[Any],
    smaller: Sequence[Result[Any]] = (),
    *,
    title: str = "What to ask, and what to say",
    source: str = "an instance",
    states: States | None = None,
    options: Mapping[str, str] | None = None,
) -> Page:
    """A page on what was solved: whom to ask what, what to say, and what that is worth.

    Parameters
    ----------
    result : Result
        With an answer.
    smaller : sequence of Result
        Of the same problem with budgets 0, 1, .. below its own, to be drawn.
    title : str
    source : str
        Where the instance is from, for the line under the title.
    states : States, optional
        What state 0 and state 1 are called.
    options : mapping of str to str, optional
        What was asked for, to be listed.

    Returns
    -------
    Page

    Raises
    ------
    NoAnswerError
        If the result has none.

    Examples
    --------
    >>> import suasion
    >>> page = report_of_result(suasion.solve(suasion.example("news-one-query")))
    >>> "What to say to whom" in page.html
    True
    """
    answer = result.require()
    states = states or States()
    about = f"A report on {source}. The beliefs in it are taken as given."
    if isinstance(answer, MessagingPolicy | QuerySet | QueryTree):
        parts = _told(result, smaller, states)
    else:
        parts = _listed(result)
    return Page.of(title, about, [*parts, methods_section(result, options or {})])


def _told(result: Result[Any], smaller: Sequence[Result[Any]], states: States) -> list[Html]:
    """The parts of a report on binary persuasion, in words."""
    groups, problem = groups_of(result), result.problem
    instance = getattr(problem, "persuasion", problem)
    first = [
        ("What to ask", asking_in_short(result)),
        ("What to say", saying_in_short(groups, states)),
        ("What it is worth", _worth(result, smaller)),
        ("Can I trust it", _trust(result)),
    ]
    return [
        in_short(first),
        *asking_section(result),
        *_budget_section([*smaller, result]),
        *policy_sections(groups, states, acts_by_belief(instance)),
    ]


def in_short(boxes: Sequence[tuple[str, Html]]) -> Html:
    """The four answers of the first screen."""
    return tag("div", (tag("div", tag("h2", name), text) for name, text in boxes), class_="short")


def asking_in_short(result: Result[Any]) -> Html:
    """Which questions, in a line."""
    names = question_names(result)
    if not names:
        listed = isinstance(result.answer, MessagingPolicy)
        why = "Nothing can be asked here." if listed else "No question pays: one policy for all."
        return joined(key("Nothing"), tag("p", why))
    shown, more = names[:NAMED], len(names) - NAMED
    text = ", ".join(shown) + (f" and {more} more" if more > 0 else "")
    answer = result.answer
    how = (
        f"In turn, at most {answer.depth} per person: each question depends on the answers so far."
        if isinstance(answer, QueryTree)
        else "All at once, of everyone."
    )
    return joined(key(text), tag("p", how))


def question_names(result: Result[Any]) -> list[str]:
    """The questions that are asked anywhere, in the order of the oracle."""
    if isinstance(result.answer, MessagingPolicy):
        return []
    asked = sorted({int(q) for q in result.answer.queries if q is not None})  # type: ignore[union-attr]
    return list(map(Replies(result.problem).question, asked))


def saying_in_short(groups: Sequence[Group], states: States) -> Html:
    """How many groups there are, and how much of the policy is plain."""
    plain = sum(group.weight for group in groups if group.acting > 1 - 1e-9)
    count = len(groups)
    parts = "One message policy for everyone" if count == 1 else f"{count:,} groups by answers"
    low = sum(group.weight * (1 - group.state) * group.low for group in groups)
    none = sum(group.weight * (1 - group.state) for group in groups)
    still = percent(low / none if none else 0.0)
    lines = [
        tag("p", percent(plain), " of people act whatever is said to them."),
        tag("p", f"Of those with {states.low} ", still, " act nonetheless."),
    ]
    return joined(key(parts), lines, tag("p", link("say", "What to say to whom"), "."))


def link(name: str, text: str) -> Html:
    """A link to a part of the page."""
    return tag("a", text, href=f"#{name}")


def key(*text: str) -> Html:
    """The line of a box that is read first."""
    return tag("p", *text, class_="key")


def _worth(result: Result[Any], smaller: Sequence[Result[Any]]) -> Html:
    assert result.value is not None
    lines = [key(percent(result.value), " act")]
    costs = getattr(result.problem, "has_costs", False)
    if costs:
        lines.append(tag("p", "After the costs of asking."))
    if smaller and smaller[0].value is not None:
        none = smaller[0].value
        lines.append(
            tag(
                "p",
                *("Without any question ", percent(none), ": asking is worth "),
                *(number(result.value - none, points(result.value - none)), "."),
            )
        )
    return joined(lines)


def points(difference: float) -> str:
    """A difference of shares in percentage points."""
    return f"{round(100 * difference, 1) + 0.0:g} percentage points"


def _trust(result: Result[Any]) -> Html:
    if result.status is Status.OPTIMAL:
        head, proof = "Proved, if the beliefs hold", "no other choice is worth more."
    else:
        head = "Good, not proved best"
        proof = (
            "no choice is worth more than "
            f"{'an unknown bound' if result.bound is None else percent_text(result.bound)}."
        )
    given = tag(
        "p",
        "The beliefs are taken as given: whether they hold for people who were not asked cannot "
        "be seen from them. A report on the table of respondents tests that.",
    )
    return joined(key(head), tag("p", f"For these beliefs {proof}"), given)


def asking_section(result: Result[Any], *more: Html) -> list[Html]:
    """What to ask, in full."""
    if isinstance(result.answer, MessagingPolicy):
        return []
    asked = questions(result) if question_names(result) else tag("p", "Nothing: no question pays.")
    return [section("ask", "What to ask", asked, *more)]


def _budget_section(results: Sequence[Result[Any]]) -> list[Html]:
    """Value against budget, if there are several."""
    if len(results) < 2:
        return []
    values = [result.value or 0.0 for result in results]
    adaptive = results[-1].problem.adaptive
    unit = "most questions per person" if adaptive else "number of questions"
    proved = all(result.status is Status.OPTIMAL for result in results)
    band = Band("best" if proved else "best found", range(len(values)), values)
    rows = [
        (str(k), percent(value), number(value - values[0], points(value - values[0])))
        for k, value in enumerate(values)
    ]
    shown = table(
        "What each budget is worth.", ("Questions", "People who act", "Gain"), rows, "narrow"
    )
    caption = "What each further question is worth, if the beliefs hold."
    return [
        section(
            "worth",
            "What it is worth",
            figure(budget_picture([band], unit), caption),
            shown,
        )
    ]


def _listed(result: Result[Any]) -> list[Html]:
    """The parts of a report on anything else: the tables of its answer."""
    assert result.value is not None
    first = [
        ("The answer", joined(tag("p", link("answer", "Below, in full"), "."))),
        ("What it is worth", key(number(result.value, f"{result.value:.6g}"))),
        ("Can I trust it", _trust_in_numbers(result)),
    ]
    shown = (drawn(each) for each in result.require().tables(result.problem, full=True))
    return [in_short(first), section("answer", "The answer", shown)]


def _trust_in_numbers(result: Result[Any]) -> Html:
    if result.status is Status.OPTIMAL:
        return joined(key("Proved best"), tag("p", "For the numbers of the instance as given."))
    bound = "unknown" if result.bound is None else f"{result.bound:.6g}"
    return joined(key("Good, not proved best"), tag("p", f"The bound is {bound}."))


def drawn(shown: Table) -> Html:
    """A table of an answer as it is drawn everywhere."""
    rows = [[text or "\N{NO-BREAK SPACE}" for text in row] for row in shown.texts()]
    parts = [table(shown.title or "The answer.", shown.columns, rows, "values")] if rows else []
    return joined(parts, tag("p", shown.note, class_="note") if shown.note else "")
