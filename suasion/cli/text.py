"""Answers as text that reads well in 80 columns."""

from __future__ import annotations

from typing import Any

import numpy as np
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from suasion.cli.application import table
from suasion.cli.finite_text import finite_policy, offered
from suasion.cli.plan_text import described_plan
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.binary.policy import MessagingPolicy
from suasion.models.finite.menu_lp import Menu
from suasion.models.finite.policy import FinitePolicy
from suasion.models.numbers.arrays import IntArray
from suasion.models.queries.cells import Cells
from suasion.models.queries.partition_queries import PartitionQueries
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryTree
from suasion.models.queries.selection import QuerySelection
from suasion.models.set_cover.cover import Cover
from suasion.models.set_cover.instance import SetCover
from suasion.models.simulation.query_plan import QueryPlan
from suasion.results import Result

SHOWN = 16


def described(result: Result[Any], full: bool = False) -> list[RenderableType]:
    """The summary of a result, then its answer."""
    parts: list[RenderableType] = [Text(result.summary())]
    answer, problem = result.answer, result.problem
    if isinstance(answer, MessagingPolicy):
        parts += ["", policy_table(answer, problem)]
    elif isinstance(answer, FinitePolicy):
        parts += ["", *finite_policy(answer, problem)]
    elif isinstance(answer, Menu):
        parts += ["", *offered(answer, problem, full)]
    elif isinstance(answer, QuerySet):
        parts += ["", Text(_asked(answer, problem)), "", *_cells(answer, problem, full)]
    elif isinstance(answer, QueryTree):
        parts += ["", _tree(answer, problem), "", *_cells(answer, problem, full)]
    elif isinstance(answer, QueryPlan):
        parts += ["", *described_plan(answer, problem, full)]
    elif isinstance(answer, Cover):
        parts += ["", *_chosen(answer, problem, full)]
    return parts


def policy_table(
    policy: MessagingPolicy, instance: BinaryPersuasion, members: IntArray | None = None
) -> Table:
    """Messages with their likelihoods and who of the types at `members` (all) acts on them."""
    grid = table("message", "if state 1", "if state 0", "who acts", numbers=("if state 1",))
    acts = policy.acts(instance)
    for m, label in enumerate(policy.labels):
        if not policy.high[m] and not policy.low[m]:
            continue  # never sent
        who = _who(instance, acts[:, m], members)
        grid.add_row(Text(label), f"{policy.high[m]:.6g}", f"{policy.low[m]:.6g}", who)
    return grid


def _who(instance: BinaryPersuasion, acting: Any, members: IntArray | None) -> str:
    among = np.arange(len(instance)) if members is None else members
    reached = among[acting[among]]
    if len(reached) == 0:
        return "nobody"
    if len(reached) == len(among):
        return "everyone"
    lowest = instance.thresholds[reached].min()
    share = instance.weights[reached].sum()
    return f"thresholds >= {lowest:.6g} (weight {share:.4g})"


def _asked(answer: QuerySet, problem: QuerySelection) -> str:
    count = len(answer)
    if count == 0:
        return "No query pays: commit to one messaging policy."
    noun = "query" if count == 1 else "queries"
    if isinstance(problem.oracle, PartitionQueries):
        shown = [problem.oracle.names[q] for q in answer.queries[:SHOWN]]
    else:
        cutoffs = answer.cutoffs(problem) or []
        shown = [f"threshold >= {cutoff:.6g}?" for cutoff in cutoffs[:SHOWN]]
    more = f", and {count - SHOWN} more" if count > SHOWN else ""
    return f"Ask {count} {noun}: {', '.join(shown)}{more}"


def _tree(answer: QueryTree, problem: QuerySelection) -> RenderableType:
    asked = sum(query is not None for query in answer.queries)
    if asked == 0:
        return Text("No query pays: commit to one messaging policy.")
    if asked > 2 * SHOWN:
        return Text(f"Ask along a tree of {asked} queries, at most {answer.depth} in a row.")
    numbered = {
        node: index
        for index, node in enumerate(
            node for node, _ in answer.routed(problem) if answer.queries[node] is None
        )
    }
    root = Tree(Text(_question(answer, problem, 0)))
    stack = [(0, root)]
    while stack:
        node, branch = stack.pop()
        for reply, child in answer.children[node]:
            word = _reply(problem, reply)
            if child in numbered:
                branch.add(Text(f"{word}: cell {numbered[child]}"))
            elif answer.queries[child] is not None:
                stack.append(
                    (child, branch.add(Text(f"{word}: {_question(answer, problem, child)}")))
                )
    return root


def _question(answer: QueryTree, problem: QuerySelection, node: int) -> str:
    query = answer.queries[node]
    assert query is not None
    if isinstance(problem.oracle, PartitionQueries):
        return problem.oracle.names[query]
    assert isinstance(problem.persuasion, BinaryPersuasion)
    instance = problem.persuasion
    return f"threshold >= {instance.thresholds[instance.order[query]]:.6g}?"


def _reply(problem: QuerySelection, reply: int) -> str:
    if isinstance(problem.oracle, PartitionQueries):
        return f"answer {reply}"
    return ("no", "yes")[reply]


def _cells(
    answer: QuerySet | QueryTree, problem: QuerySelection, full: bool
) -> list[RenderableType]:
    instance = problem.persuasion
    assert isinstance(instance, BinaryPersuasion)
    cells = answer.cells(problem)
    weights, values = cells.weights(instance), cells.values(instance)
    grid = table(
        *("cell", "types", "thresholds", "weight", "value"),
        *("persuades", "if state 1", "if state 0"),
        numbers=("cell", "types", "weight", "value"),
    )
    shown = len(cells) if full else min(len(cells), SHOWN)
    for c in range(shown):
        rho = instance.thresholds[cells[c]]
        low, high = rho.min(), rho.max()
        span = f"{low:.4g}" if low == high else f"{low:.4g} to {high:.4g}"
        grid.add_row(
            *(str(c), str(len(cells[c])), span, f"{weights[c]:.4f}", f"{values[c]:.4f}"),
            *_messages(cells, instance, c),
        )
    parts: list[RenderableType] = [grid]
    if shown < len(cells):
        parts.append(Text(f"... and {len(cells) - shown} more cells (--full shows all)."))
    return parts


def _messages(cells: Cells, instance: BinaryPersuasion, cell: int) -> tuple[str, str, str]:
    """Whom each persuasive message reaches and how likely it is in each state, line by line."""
    policy = cells.policy(instance, cell)
    rho = instance.thresholds[cells[cell]]
    acts = policy.acts(instance)[cells[cell]]
    used = [m for m in range(len(policy)) if acts[:, m].any()]
    who = ["all" if acts[:, m].all() else f">= {np.min(rho[acts[:, m]]):.4g}" for m in used]
    return (
        "\n".join(who),
        "\n".join(f"{policy.high[m]:.4g}" for m in used),
        "\n".join(f"{policy.low[m]:.4g}" for m in used),
    )


def _chosen(answer: Cover, problem: SetCover, full: bool) -> list[RenderableType]:
    """The sets of a cover: what each costs, contains, and contains alone."""
    if not len(answer):
        return [Text("Choose no set: there is nothing to cover.")]
    times = np.bincount(problem.sets.gathered(answer.sets), minlength=problem.universe)
    grid = table(
        *("set", "cost", "elements", "in no other chosen set"),
        numbers=("cost", "elements", "in no other chosen set"),
    )
    shown = len(answer) if full else min(len(answer), SHOWN)
    costs, labels = problem.costs, problem.labels
    for s in answer.sets[:shown].tolist():
        elements = problem.sets[s]
        alone = int((times[elements] == 1).sum())
        grid.add_row(*(Text(labels[s]), f"{costs[s]:.6g}", str(len(elements)), str(alone)))
    heading = Text(f"Choose {len(answer)} of {len(problem.sets):,} sets:")
    parts: list[RenderableType] = [heading, grid]
    if shown < len(answer):
        parts.append(Text(f"... and {len(answer) - shown} more sets (--full shows all)."))
    return parts
