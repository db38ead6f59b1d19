"""The report of a survey: what holds up on people who were not asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from suasion.errors import InputError
from suasion.models.queries.query_tree import QueryTree
from suasion.reports.groups import groups_of
from suasion.reports.instances import (
    asking_in_short,
    asking_section,
    in_short,
    key,
    points,
    saying_in_short,
)
from suasion.reports.markup import Html, figure, joined, number, percent, section, table, tag
from suasion.reports.methods import methods_section
from suasion.reports.page import Page
from suasion.reports.pictures import Band, budget_picture, chosen_picture
from suasion.reports.policies import States, policy_sections
from suasion.surveys import Assessment, Survey
from suasion.surveys.assessing import Progress
from suasion.surveys.budgets import BudgetPoint
from suasion.surveys.intervals import Estimate
from suasion.surveys.margins import answered

# Smaller budgets that are valued, too.
MOST_BUDGETS = 12
NONE = "\N{EN DASH}"


def report_of_survey(
    survey: Survey,
    budget: int | None = None,
    *,
    adaptive: bool = False,
    seed: int = 0,
    title: str = "What to ask, and what to say",
    source: str = "a survey",
    states: States | None = None,
    options: Mapping[str, str] | None = None,
    jobs: int | None = None,
    time_limit: float | None = None,
    progress: Progress | None = None,
    repeats: int = 2,
    folds: int = 5,
    halves: int = 5,
    permutations: int = 20,
) -> Page:
    """A page on a survey: questions, policy, and what they are worth on people not asked.

    Parameters
    ----------
    survey : Survey
    budget, adaptive, seed, jobs, time_limit, progress, repeats, folds, halves, permutations
        As in `Survey.assess`.
    title : str
    source : str
        Where the respondents are from, for the line under the title.
    states : States, optional
        What state 0 and state 1 are called.
    options : mapping of str to str, optional
        What was asked for, to be listed.

    Returns
    -------
    Page
    """
    if not isinstance(survey, Survey):
        raise InputError(f"survey is a {type(survey).__name__}; give a Survey.")
    splits: dict[str, Any] = {"repeats": repeats, "folds": folds, "halves": halves, "jobs": jobs}
    plan = survey.plan(budget, adaptive, seed, time_limit)
    found = survey.assess(
        budget,
        permutations=permutations,
        seed=seed,
        adaptive=adaptive,
        time_limit=time_limit,
        progress=progress,
        **splits,
    )
    fit = answered(survey.respondents, plan)
    answer = fit.result.require()
    most = answer.depth if isinstance(answer, QueryTree) else len(answer)
    between = range(1, most if most <= MOST_BUDGETS else 1)
    smaller = survey.budgets(
        between, seed=seed, adaptive=adaptive, time_limit=time_limit, progress=progress, **splits
    )
    states, groups = states or States(), groups_of(fit.result)
    first = [
        ("What to ask", asking_in_short(fit.result)),
        ("What to say", saying_in_short(groups, states)),
        ("What it is worth", _worth(found)),
        ("Can I trust it", _trust(found)),
    ]
    about = (
        f"A report on {source}: {found.respondents:,} respondents. Values are measured on people "
        "who were left out when questions and messages were chosen."
    )
    parts = [
        in_short(first),
        *asking_section(fit.result, *_chosen(found)),
        _values(found, _points(found, smaller, most), adaptive),
        *policy_sections(groups, states, believed=not found.margin),
        _people(survey, found),
        methods_section(fit.result, options or {}, _how(found)),
    ]
    return Page.of(title, about, parts)


def _worth(found: Assessment) -> Html:
    value, gain = found.held_out["value"].consistent, found.held_out["gain"].consistent
    none = found.held_out["no_query"].consistent
    return joined(
        key(percent(value.value), " act"),
        tag(
            "p",
            *("Without any question ", percent(none.value), ": asking is worth "),
            *(number(gain.value, points(gain.value)), ", "),
            *("90 % interval ", *_ends(gain, points_only), "."),
        ),
        tag("p", "Promised by the sample itself: ", percent(found.promised.value), "."),
    )


def points_only(difference: float) -> str:
    """A difference in percentage points, without the words."""
    return points(difference).split()[0]


def _ends(estimate: Estimate, text: Any) -> list[str]:
    low, high = estimate.interval
    return [number(low, text(low)), " to ", number(high, text(high))]


def _trust(found: Assessment) -> Html:
    if not found.asked:
        head = "Ask nothing"
    elif not found.pays:
        head = "No: this may be chance"
    elif found.held_out["gain"].independent.interval[0] > 0:
        head = "Yes: asking pays"
    else:
        head = "Yes, if people think as the model does"
    return joined(key(head), tag("p", found.verdict))


def _chosen(found: Assessment) -> list[Html]:
    """How stable the choice of questions is."""
    listed = {n: share for n, share in found.chosen.items() if share > 0 or n in found.asked}
    if not listed:
        return []
    rows = [
        (name, percent(share), "yes" if name in found.asked else "no")
        for name, share in listed.items()
    ]
    return [
        tag(
            "p",
            "The choice was repeated with some of the people left out. What is chosen again and "
            "again can be relied on; what comes and goes is one of several that do as well.",
        ),
        figure(chosen_picture(listed), "How often each question was chosen."),
        table(
            "Questions by how often they were chosen.",
            ("Question", "Chosen", "Asked in the end"),
            rows,
            "narrow",
        ),
    ]


def _points(found: Assessment, smaller: Sequence[BudgetPoint], most: int) -> list[BudgetPoint]:
    """Budgets from nothing to what is asked."""
    none, value = found.held_out["no_query"], found.held_out["value"]
    first = BudgetPoint(0, found.promised.no_query, none.consistent, none.independent)
    last = BudgetPoint(most, found.promised.value, value.consistent, value.independent)
    return [first, *smaller, *([last] if most else [])]


def _values(found: Assessment, at: Sequence[BudgetPoint], adaptive: bool) -> Html:
    """What asking is worth: the verdict, all values, and each budget."""
    promised = found.promised
    rows = [
        ("Promised by the sample", *map(percent, (promised.value, promised.no_query)),
         number(promised.gain, points_only(promised.gain)))
    ]  # fmt: skip
    for who, name in (
        ("consistent", "Held out, people think as the model says"),
        ("independent", "Held out, people think for themselves"),
    ):
        value, none, gain = (
            getattr(found.held_out[what], who) for what in ("value", "no_query", "gain")
        )
        rows.append((name, _share(value), _share(none), _gain(gain)))
    rows.append(("Held out, outcomes shuffled", NONE, NONE, _gain(found.permuted_gain)))
    heads = ("", "With the questions", "Without any", "Gain in percentage points")
    unit = "most questions per person" if adaptive else "number of questions"
    parts = [
        tag("p", tag("strong", found.verdict)),
        table("Share of people who act; in brackets 90 % intervals.", heads, rows, "values"),
    ]
    if len(at) > 1:
        caption = "Value against the number of questions; bands are 90 % intervals."
        parts += [figure(budget_picture(_bands(at), unit), caption), _by_budget(at)]
    return section("worth", "What it is worth on people who were not asked", parts)


def _share(estimate: Estimate) -> Html:
    return joined(percent(estimate.value), " (", *_ends(estimate, _percent_number), ")")


def _percent_number(share: float) -> str:
    return f"{round(100 * share, 1) + 0.0:g}"


def _gain(estimate: Estimate) -> Html:
    value = number(estimate.value, points_only(estimate.value))
    return joined(value, " (", *_ends(estimate, points_only), ")")


def _bands(at: Sequence[BudgetPoint]) -> list[Band]:
    budgets = [point.budget for point in at]
    bands = [Band("promised", budgets, [point.promised for point in at])]
    for who, label in (("consistent", "held out, as the model"), ("independent", "independent")):
        estimates = [getattr(point, who) for point in at]
        low, high = zip(*(estimate.interval for estimate in estimates), strict=True)
        bands.append(Band(label, budgets, [each.value for each in estimates], low, high))
    return bands


def _by_budget(at: Sequence[BudgetPoint]) -> Html:
    rows = [
        (str(p.budget), percent(p.promised), _share(p.consistent), _share(p.independent))
        for p in at
    ]
    heads = ("Questions", "Promised", "Held out, as the model", "Held out, independent")
    return table("What each budget is worth.", heads, rows, "values")


def _people(survey: Survey, found: Assessment) -> Html:
    """Who answered, who and what was left out, and what fewer people would have taught."""
    model, constant = found.log_loss
    lines = [
        f"{found.respondents:,} respondents gave {found.types:,} different rows of answers; "
        f"{found.singletons:,} of these are one respondent's alone.",
        f"Log loss of the belief model, cross-validated, is {model:.4f}, a constant's "
        f"{constant:.4f}: the answers say {'something' if model < constant else 'nothing'} about "
        "the outcome.",
    ]
    if found.dropped:
        lines.append(f"{found.dropped:,} respondents were left out, because something is missing.")
    lines += [f"Not asked about: {name} ({why})." for name, why in survey.left_out.items()]
    if found.margin:
        lines.append(
            f"Messages persuade even beliefs that are {found.margin:g} lower than the model's."
        )
    rows = [
        (f"{point.respondents:,}", percent(point.value), number(point.gain, points(point.gain)))
        for point in found.curve
    ]
    curve = table(
        "What fewer respondents would have taught.",
        ("Respondents", "People who act", "Gain of asking"),
        rows,
        "narrow",
    )
    listed = tag("ul", (tag("li", line) for line in lines))
    return section("people", "Who was asked", listed, curve)


def _how(found: Assessment) -> Html:
    text = (
        "Everything (beliefs, questions, messages) was fitted on some respondents and valued on "
        "the others, again and again; intervals allow for the overlap of the parts. People who "
        "think as the model says are an optimistic case, people who think for themselves a "
        "pessimistic one. Shuffled outcomes show what the same work finds where there is nothing "
        "to find."
    )
    if found.proved < found.choices:
        text += (
            f" {found.choices - found.proved} of {found.choices} choices of questions are good "
            "ones, not proved best."
        )
    return tag("p", text)
