"""The record of an assessment: what was promised, what held up, and one sentence about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from suasion.models.table import SHOWN, Entry, Table, Tabled, left_out
from suasion.surveys.fitting import Worth
from suasion.surveys.intervals import Estimate

# What is estimated, and what it is called in tables.
WORTHS = {"value": "questions", "no_query": "no question", "gain": "gain"}
DIGITS = "{:.3f}".format


class HeldOut(NamedTuple):
    """What was earned from respondents left out, by what they believe.

    Attributes
    ----------
    consistent : Estimate
        As the model of the training part says: optimistic.
    independent : Estimate
        As a model says that was fitted on them alone: pessimistic.
    """

    consistent: Estimate
    independent: Estimate

    def to_dict(self) -> dict[str, Any]:
        """Both estimates as plain JSON."""
        return {name: estimate.to_dict() for name, estimate in self._asdict().items()}


class CurvePoint(NamedTuple):
    """What fewer respondents teach: consistent means over some splits."""

    respondents: int
    value: float
    gain: float


@dataclass(frozen=True)
class Assessment(Tabled):
    """What asking is worth to a sender who learns from a sample.

    Attributes
    ----------
    promised : Worth
        What the model fitted on everyone promises, with its best queries and without.
    held_out : mapping
        "value", "no_query" and "gain" to `HeldOut`: what held up, with 90 % intervals.
    permuted_gain : Estimate
        The consistent gain where outcomes were shuffled: mean and middle 90 % of the shuffles.
    asked : tuple of str
        The questions that the answer fitted on everyone asks.
    chosen : mapping of question to float
        In which share of the folds it was chosen.
    types, singletons, respondents, dropped : int
        Distinct rows of answers, rows of one respondent, respondents counted and left out.
    margin : float
        How much lower beliefs the policies still persuade.
    log_loss : (float, float)
        Of the belief model, cross-validated, and of the constant.
    curve : tuple of CurvePoint
    choices, proved : int
        Choices of queries made, and those proved to be the best of their sample.
    budget : int or None
    adaptive : bool
    """

    promised: Worth
    held_out: Mapping[str, HeldOut]
    permuted_gain: Estimate
    asked: tuple[str, ...]
    chosen: Mapping[str, float]
    types: int
    singletons: int
    respondents: int
    dropped: int
    margin: float
    log_loss: tuple[float, float]
    curve: tuple[CurvePoint, ...]
    choices: int
    proved: int
    budget: int | None
    adaptive: bool

    @property
    def pays(self) -> bool:
        """Whether asking is distinguishable from asking nothing.

        The consistent gain is above 0 with its interval, and above what shuffled outcomes "gain".
        """
        gain = self.held_out["gain"].consistent
        return gain.interval[0] > 0 and gain.value > self.permuted_gain.interval[1]

    @property
    def verdict(self) -> str:
        """One sentence: what asking is worth, and whether that can be told from nothing."""
        noise = f"on shuffled outcomes {_written(self.permuted_gain)}"
        gain = self.held_out["gain"]
        if not self.asked:
            return f"The best is to ask nothing; {noise}."
        queries = len(self.asked) if not self.adaptive or self.budget is None else self.budget
        how = f"asks {'up to ' * self.adaptive}{queries}{' in turn' * self.adaptive}"
        worth = (
            f"Asking {', '.join(self.asked)} is worth {_written(gain.consistent)} to a sender who "
            f"{how}; {noise}"
        )
        if not self.pays:
            return f"{worth}: not distinguishable from asking nothing."
        if gain.independent.interval[0] > 0:
            return f"{worth}: asking pays."
        own = _written(gain.independent)
        return f"{worth}: asking pays if people think as the model does, else it is worth {own}."

    def to_dict(self) -> dict[str, Any]:
        """The assessment as one JSON object."""
        return {
            "promised": self.promised.value,
            "promised_no_query": self.promised.no_query,
            "held_out": self.held_out["value"].to_dict(),
            "no_query": self.held_out["no_query"].to_dict(),
            "gain": self.held_out["gain"].to_dict(),
            "permuted_gain": {
                "mean": self.permuted_gain.value,
                "interval": list(self.permuted_gain.interval),
            },
            "asked": list(self.asked),
            "questions": [{"name": name, "chosen": share} for name, share in self.chosen.items()],
            "learning_curve": [point._asdict() for point in self.curve],
            "types": self.types,
            "singletons": self.singletons,
            "respondents": self.respondents,
            "dropped": self.dropped,
            "margin": self.margin,
            "log_loss": dict(zip(("model", "constant"), self.log_loss, strict=True)),
            "choices": self.choices,
            "proved": self.proved,
            "verdict": self.verdict,
        }

    def tables(self, full: bool = False) -> list[Table]:
        """Values promised and held out, questions by how often they are chosen, learning curve.

        Parameters
        ----------
        full : bool
            All questions; else 16 of them.
        """
        return [self._values(), self._questions(full), self._learning()]

    def _values(self) -> Table:
        promised = [self.promised.value, self.promised.no_query, self.promised.gain]
        rows: list[tuple[Entry, ...]] = [
            (name, "promised", value, None, None)
            for name, value in zip(WORTHS.values(), promised, strict=True)
        ]
        for what, name in WORTHS.items():
            for who, found in self.held_out[what]._asdict().items():
                rows.append((name, f"held out, {who}", found.value, *found.interval))
        noise = self.permuted_gain
        rows.append(("gain", "shuffled outcomes", noise.value, *noise.interval))
        order = list(WORTHS.values())
        rows.sort(key=lambda row: order.index(str(row[0])))
        columns = ("worth of", "who", "mean", "from", "to")
        formats = dict.fromkeys(columns[2:], DIGITS)
        return Table(self.verdict, columns, tuple(rows), "\n".join(self.notes()), formats)

    def notes(self) -> list[str]:
        """What to know about the numbers, a line each."""
        model, constant = self.log_loss
        beats = "" if model < constant else ": the answers say nothing about the outcome"
        lines = [
            "From and to: 90 % intervals.",
            f"{self.respondents:,} respondents, {self.types:,} types, {self.singletons:,} of them "
            "one respondent.",
            f"Belief model: log loss {model:.3f}, a constant's {constant:.3f}{beats}.",
        ]
        if self.dropped:
            lines.append(f"{self.dropped:,} respondents were left out.")
        if self.margin:
            lines.append(f"Policies persuade beliefs that are {self.margin:g} lower.")
        if self.proved < self.choices:
            lines.append(
                f"{self.choices - self.proved} of {self.choices} choices of questions are good "
                "ones, not proved best."
            )
        return lines

    def _questions(self, full: bool) -> Table:
        listed = [item for item in self.chosen.items() if item[1] > 0 or item[0] in self.asked]
        shown = len(listed) if full else min(len(listed), SHOWN)
        rows = tuple(
            (name, share, "yes" if name in self.asked else "no") for name, share in listed[:shown]
        )
        columns = ("question", "chosen", "asked in the end")
        note = left_out(len(listed), shown, "questions")
        return Table(
            "How often each question was chosen:", columns, rows, note, {"chosen": "{:.0%}".format}
        )

    def _learning(self) -> Table:
        columns = ("respondents", "questions", "gain")
        return Table(
            "What fewer respondents teach:",
            columns,
            tuple(tuple(point) for point in self.curve),
            formats=dict.fromkeys(columns[1:], DIGITS),
        )

    def __repr__(self) -> str:
        gain = self.held_out["gain"].consistent
        return (
            f"Assessment(gain {_written(gain)}, {'asking pays' if self.pays else 'no evidence'})"
        )


def _written(estimate: Estimate) -> str:
    low, high = estimate.interval
    return f"{estimate.value:.3f} ({low:.3f} to {high:.3f})"
