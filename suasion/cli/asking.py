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
from suasion.models.queries import cell_names
from suasion.models.queries.oracles import ThresholdQueries
from suasion.models.queries.selection import QuerySelection
from suasion.models.table import SHOWN
from suasion.oracles import ExactReceiver, Knowledge, NoisyReceiver
from suasion.oracles import ask as ask_oracle
from suasion.results import Result
from suasion.solvers.solve import solve

COLUMNS = 79
NAMED = 3
# Kinds of file without queries, and what there is instead.
NOTHING_ASKED = {
    "set-cover": "is a set cover, which asks nobody",
    "finite-persuasion": "has no queries to ask",
}
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
    problem: Any = load(file)
    if problem.kind in NOTHING_ASKED:
        raise InputError(f"{file} {NOTHING_ASKED[problem.kind]}; try suasion solve.")
    if problem.persuasion.kind == "finite-persuasion":
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
    elif problem.kind == "binary-persuasion":
        known = _unasked(result, problem)
    else:
        known = ask_oracle(result, oracle=simulated or Person(problem, result.answer.depth))
    if json:
        print_json(_document(result, known))
    else:
        for part in _described(result, known):
            console().print(part)
    return status


def _simulated(
    problem: Any,
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
    if noise and problem.kind == "query-selection" and problem.listed:
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

    def __init__(self, problem: QuerySelection, most: int) -> None:
        self._problem, self._put = problem, 0
        self._most = f" (at most {most})" if problem.adaptive else f" of {most}"

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
