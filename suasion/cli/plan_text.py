"""Plans of queries about finite persuasion as text: what to ask, and what to say then."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.console import RenderableType
from rich.text import Text
from rich.tree import Tree

from suasion.cli.application import table
from suasion.cli.finite_text import STATES_BESIDE, finite_policy
from suasion.models.finite.instance import FinitePersuasion
from suasion.models.numbers.arrays import IntArray
from suasion.models.queries.partition_queries import PartitionQueries
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.selection import QuerySelection
from suasion.models.simulation.query_plan import QueryPlan

SHOWN_CELLS = 6
SHOWN_QUERIES = 16
NAMED = 6


def described_plan(
    plan: QueryPlan, problem: QuerySelection, full: bool = False
) -> list[RenderableType]:
    """The queries, the tree of them, and the policy for every cell."""
    count = len(plan)
    if not count:
        parts: list[RenderableType] = [Text("No query pays: commit to one messaging policy.")]
    elif isinstance(plan.asked, QuerySet):
        heading = f"Ask {count} {'query' if count == 1 else 'queries'}"
        if plan.messages is None:
            parts = [Text(f"{heading}: {_named(_names(plan, problem, plan.queries))}")]
        else:
            parts = [Text(f"{heading}, each what she would do on a message:")]
    else:
        parts = [_tree(plan, problem)]
    if plan.messages is not None and count:
        parts += ["", *_messages(plan, problem, full)]
    return [*parts, "", *_cells(plan, problem, full)]


def _messages(plan: QueryPlan, problem: QuerySelection, full: bool) -> list[RenderableType]:
    """Likelihoods by state, and who does what."""
    assert plan.messages is not None
    assert isinstance(problem.persuasion, FinitePersuasion)
    instance, question = problem.persuasion, plan.question(problem)
    assert isinstance(question.oracle, PartitionQueries)
    wide = len(instance.states) > STATES_BESIDE
    headings = ["likelihoods"] if wide else [f"if {_of(s, 'state')}" for s in instance.states]
    grid = table("query", *headings, "what they do", numbers=() if wide else tuple(headings))
    shown = len(plan) if full else min(len(plan), SHOWN_QUERIES)
    for q in plan.queries[:shown]:
        numbers = [f"{x:.6g}" for x in plan.messages.floats[q]]
        labels = question.oracle.labels[q]
        lines = [
            f"{_actions(plan, problem, q, a)}: {_types(instance, np.flatnonzero(labels == a))}"
            for a in range(int(labels.max()) + 1)
        ]
        beside = [", ".join(numbers)] if wide else numbers
        grid.add_row(f"q{q}", *beside, Text("\n".join(lines)))
    parts: list[RenderableType] = [grid]
    if shown < len(plan):
        parts.append(Text(f"... and {len(plan) - shown} more queries (--full shows all)."))
    return parts


def _tree(plan: QueryPlan, problem: QuerySelection) -> RenderableType:
    """Queries in the order of a tree, leaves with the numbers of their cells."""
    tree, question = plan.asked, plan.question(problem)
    assert not isinstance(tree, QuerySet)
    if sum(query is not None for query in tree.queries) > 2 * SHOWN_QUERIES:
        return Text(f"Ask along a tree of {len(plan)} queries, at most {tree.depth} in a row.")
    leaves = [node for node, _ in tree.routed(question) if tree.queries[node] is None]

    def name(node: int) -> str:
        query = tree.queries[node]
        assert query is not None
        return _names(plan, problem, [query])[0]

    root = Tree(Text(name(0)))
    stack = [(0, root)]
    while stack:
        node, branch = stack.pop()
        query = tree.queries[node]
        assert query is not None
        for answer, child in tree.children[node]:
            word = _actions(plan, problem, query, answer)
            if child in leaves:
                branch.add(Text(f"{word}: cell {leaves.index(child)}"))
            elif tree.queries[child] is not None:
                stack.append((child, branch.add(Text(f"{word}: {name(child)}"))))
    return root


def _names(plan: QueryPlan, problem: QuerySelection, queries: Sequence[int]) -> list[str]:
    if plan.messages is not None:
        return [f"q{q}" for q in queries]
    assert isinstance(problem.oracle, PartitionQueries)
    return [problem.oracle.names[q] for q in queries]


def _actions(plan: QueryPlan, problem: QuerySelection, query: int, answer: int) -> str:
    """What an answer is: the actions of those who give it."""
    question, instance = plan.question(problem), problem.persuasion
    assert isinstance(question.oracle, PartitionQueries)
    assert isinstance(instance, FinitePersuasion)
    if plan.messages is None:
        return f"answer {answer}"
    taken = instance.best_responses(plan.messages.floats[query])
    own = np.unique(taken[question.oracle.labels[query] == answer])
    return " or ".join(_of(instance.actions[a], "action") for a in own.tolist())


def _cells(plan: QueryPlan, problem: QuerySelection, full: bool) -> list[RenderableType]:
    """Each cell's types, weight, value and policy."""
    instance = problem.persuasion
    assert isinstance(instance, FinitePersuasion)
    cells, values = plan.cells(problem), plan.cell_values(problem)
    shown = len(cells) if full else min(len(cells), SHOWN_CELLS)
    parts: list[RenderableType] = []
    for c in range(shown):
        members = cells[c]
        weight = instance.weights[members].sum()
        heading = f"Cell {c}: {_types(instance, members)}"
        parts += [
            Text(heading),
            Text(f"weight {weight:.6g}, value {values[c]:.6g}"),
            finite_policy(plan.policies[c], instance.part(members))[0],
            "",
        ]
    if shown < len(cells):
        parts.append(Text(f"... and {len(cells) - shown} more cells (--full shows all)."))
    return parts


def _types(instance: FinitePersuasion, members: IntArray) -> str:
    return _named([instance.labels[t] for t in members.tolist()])


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _of(label: str, what: str) -> str:
    """Labels that are numbers say what they number."""
    return f"{what} {label}" if label.isdigit() else label
