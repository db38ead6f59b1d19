"""The command that asks: an optimal query policy, run on a simulated receiver or a person."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeVar

import numpy as np
import typer
from rich.console import RenderableType
from rich.text import Text

from suasion.cli.application import INTERRUPTED, command, console, exit_status, print_json
from suasion.cli.solving import File, Json
from suasion.cli.text import drawn
from suasion.errors import InputError
from suasion.io import load
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.binary.policy import MessagingPolicy
from suasion.models.finite.instance import FinitePersuasion
from suasion.models.queries import cell_names
from suasion.models.queries.oracles import ThresholdQueries
from suasion.models.queries.partition_queries import PartitionQueries
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.query_tree import QueryPolicy, QueryTree
from suasion.models.queries.selection import QuerySelection
from suasion.models.set_cover.instance import SetCover
from suasion.models.table import SHOWN
from suasion.oracles import ExactReceiver, Knowledge, NoisyReceiver
from suasion.oracles import ask as ask_oracle
from suasion.results import Result
from suasion.solvers.solve import solve

COLUMNS = 79
NAMED = 3
YES_NO = {"y": True, "yes": True, "n": False, "no": False}

Reply = TypeVar("Reply")


@command
def ask(
    file: File,
    receiver: Annotated[
        str | None,
        typer.Option("--type", help="Ask a simulated receiver of this type (label) instead."),
    ] = None,
    noise: Annotated[
        float, typer.Option(help="Largest error of the simulated belief (threshold queries).")
    ] = 0.0,
    failure: Annotated[
        float, typer.Option(help="Probability that an arbitrary receiver is simulated.")
    ] = 0.0,
    seed: Annotated[int, typer.Option(help="Seed of the noise and of randomised methods.")] = 0,
    method: Annotated[str, typer.Option(help="auto, or a method for this kind.")] = "auto",
    json: Json = False,
) -> int:
    """Ask the optimal queries, and print what to say then.

    You answer, or a simulated receiver.

    Example: suasion ask news-one-query.json --type "good news"
    """
    problem = load(file)
    if isinstance(problem, SetCover):
        raise InputError(f"{file} is a set cover, which asks nobody; try suasion solve.")
    if isinstance(problem, FinitePersuasion):
        raise InputError(f"{file} has no queries to ask; try suasion solve.")
    if isinstance(getattr(problem, "persuasion", None), FinitePersuasion):
        raise InputError(
            f"{file} is about finite persuasion, whose queries are not asked here; try suasion "
            "solve, which prints them."
        )
    simulated = _simulated(problem, receiver, noise, failure, seed)
    result = solve(problem, method, seed=seed)
    status = exit_status(result)
    if status == INTERRUPTED:
        raise KeyboardInterrupt
    if result.answer is None:
        known = None
    elif isinstance(problem, QuerySelection):
        queries = result.answer
        assert isinstance(queries, QuerySet | QueryTree)  # as the receivers are binary
        known = ask_oracle(queries, problem, simulated or Person(problem, queries))
    else:
        known = _unasked(result, problem)
    if json:
        print_json(_document(result, known))
    else:
        for part in _described(result, known):
            console().print(part)
    return status


def _simulated(
    problem: BinaryPersuasion | QuerySelection,
    receiver: str | None,
    noise: float,
    failure: float,
    seed: int,
) -> ExactReceiver | None:
    """The receiver that the options describe; None for the person at the terminal."""
    for option, value in (("--noise", noise), ("--failure", failure)):
        if not 0 <= value <= 1:
            raise InputError(f"{option} is {value}; give a number in [0, 1].")
    if receiver is None:
        if noise or failure:
            option = "--noise" if noise else "--failure"
            raise InputError(f"{option} needs a simulated receiver; add --type LABEL.")
        return None
    if noise and isinstance(getattr(problem, "oracle", None), PartitionQueries):
        raise InputError(
            "--noise moves a simulated belief, and partition queries ask for facts; use "
            "--failure for wrong answers."
        )
    return NoisyReceiver(problem, receiver, noise, failure, seed=seed)


def _unasked(result: Result[Any], instance: BinaryPersuasion) -> Knowledge:
    """A messaging problem: nothing is asked, every type is possible."""
    return Knowledge(
        problem=QuerySelection(instance, ThresholdQueries(), budget=0),
        members=np.arange(len(instance)),
        transcript=(),
        policy=result.require(),
        weight=1.0,
        value=result.value,
    )


def _document(result: Result[Any], known: Knowledge | None) -> dict[str, Any]:
    unknown: dict[str, Any]
    unknown = {"value": None, "questions": [], "types": [], "weight": None, "policy": None}
    return {"status": str(result.status), **(unknown if known is None else known.to_dict())}


def _described(result: Result[Any], known: Knowledge | None) -> list[RenderableType]:
    """Questions and answers, the types left, and what to say to them."""
    if known is None:
        return [Text(result.summary())]
    instance = known.problem.binary
    questions = known.to_dict()["questions"]
    lines = [f"  {_asked(known.problem, question)}" for question in questions[:SHOWN]]
    if len(questions) > SHOWN:
        lines.append(f"  ... and {len(questions) - SHOWN} more (--json has all).")
    count = len(questions)
    asked = f"Asked {count} {'query' if count == 1 else 'queries'}{':' if count else '.'}"
    left = f"{len(known.members)} of {len(instance)} types possible, weight {known.weight:.4g}"
    chance = "unknown" if known.value is None else f"{known.value:.6g}"
    return [
        Text("\n".join([asked, *lines])),
        Text(f"{left}: {_listed(known.labels)}"),
        Text(f"probability of action {chance}, with this policy:"),
        "",
        *drawn(known.policy.tables(instance, members=known.members)),
    ]


def _asked(problem: QuerySelection, question: Mapping[str, Any]) -> str:
    if "cutoff" in question:
        verb = "acts" if question["answer"] == "above" else "does not act"
        return f"threshold >= {question['cutoff']:.6g}? {verb}"
    said = answer_words(problem, question["query"])[question["answer"]]
    return f"{question['name']}: answer {question['answer']} ({said})"


class Person:
    """A person at the terminal who plays the receiver; questions go to standard error.

    Raises KeyboardInterrupt at the end of the input.
    """

    def __init__(self, problem: QuerySelection, plan: QueryPolicy) -> None:
        self._problem, self._put = problem, 0
        most = len(plan) if isinstance(plan, QuerySet) else plan.depth
        self._most = f" of {most}" if isinstance(plan, QuerySet) else f" (at most {most})"

    def acts(self, policy: MessagingPolicy, message: int) -> bool:
        """Ask whether they would act on the message."""
        one, zero = float(policy.high[message]), float(policy.low[message])
        self._say(
            f'Suppose the sender says "m" with probability {one:.6g} in state 1 and {zero:.6g} in '
            'state 0. Shown "m", would you act?'
        )
        return _choice("[y/n] ", YES_NO, "Please answer y or n.")

    def answer(self, query: int) -> int:
        """Ask for one of the numbered answers."""
        oracle = self._problem.partition
        name, words = oracle.names[query], answer_words(self._problem, query)
        numbers = {str(cell): cell for cell in range(len(words))}
        replies = {**{word.lower(): cell for cell, word in enumerate(words)}, **numbers}
        if any(_number(word) for word in words):
            # "1" would be the number in front of one answer and the text of another.
            replies, words = numbers, [f"{name} = {word}" for word in words]
        self._say(name)
        for cell, word in enumerate(words):
            _print(_wrapped(f"  {cell}) {word}", "     "))
        last = len(words) - 1
        return _choice(f"[0-{last}] ", replies, f"Please answer a number from 0 to {last}.")

    def _say(self, text: str) -> None:
        self._put += 1
        _print(_wrapped(f"Question {self._put}{self._most}: {text}"))


def answer_words(problem: QuerySelection, query: int) -> list[str]:
    """What each answer to a partition query means.

    Where nothing tells, the types that give the answer are named.
    """
    oracle, instance = problem.partition, problem.binary
    words = cell_names.answer_words(problem, query)
    if words is not None:
        return words
    row = oracle.labels[query]
    cells = [np.flatnonzero(row == cell).tolist() for cell in range(int(row.max()) + 1)]
    return [
        f"type{'s' * (len(cell) > 1)} {_listed([instance.labels[i] for i in cell])}"
        for cell in cells
    ]


def _listed(labels: Sequence[str]) -> str:
    shown = ", ".join(labels[:NAMED])
    return shown if len(labels) <= NAMED else f"{shown} and {len(labels) - NAMED} more"


def _number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _choice(prompt: str, replies: Mapping[str, Reply], remedy: str) -> Reply:
    """The reply that the next clear line on standard input stands for."""
    while True:
        _print(prompt, end="")
        line = sys.stdin.readline()
        if not line:
            _print("")
            raise KeyboardInterrupt
        if not sys.stdin.isatty():
            _print(line.strip())  # A terminal has echoed it; a pipe has not.
        word = line.strip().lower()
        if word in replies:
            return replies[word]
        _print(remedy)


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(text, COLUMNS, subsequent_indent=indent)


def _print(text: str, end: str = "\n") -> None:
    print(text, end=end, file=sys.stderr, flush=True)
