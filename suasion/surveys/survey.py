"""A survey: respondents in a table, and what may be asked of people like them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from suasion.errors import InputError
from suasion.models.numbers.rationals import Number, parse_number
from suasion.models.queries.missing_values import MISSING_VALUES
from suasion.models.queries.oracles import ThresholdQueries
from suasion.models.queries.selection import QuerySelection
from suasion.models.queries.survey import counted_types, smoothed_types
from suasion.surveys.assessing import assess
from suasion.surveys.beliefs import Beliefs, fitted
from suasion.surveys.budgets import BudgetPoint, budget_points
from suasion.surveys.fitting import Plan, posed
from suasion.surveys.margins import answered
from suasion.surveys.models import Smoothed
from suasion.surveys.reading import read_respondents
from suasion.surveys.trials import promised_gains
from suasion.surveys.types import asked_of, queries_of, query_costs, row_texts

if TYPE_CHECKING:
    from suasion.surveys.assessment import Assessment


class Survey:
    """Respondents whose answers and outcomes are known, to learn from for others.

    Parameters
    ----------
    table : data frame, structured array, mapping of name to column, or list of mappings
        One row per respondent.
    outcome : str
        Column of the state: 0/1, yes/no or true/false; otherwise give `positive`.
    questions : sequence of str, optional
        Columns that can be asked about. By default all others that can be: ids, dates, free text
        and columns that everyone answers alike are left out; named here, they are an error.
    weight, positive, exclude
        As for `QuerySelection.from_table`.
    costs : mapping or Series of question to cost, a list or a number, optional
        Questions left out of a mapping are free. Each cut of an ordered question, and each choice
        of a column that is split, costs what the column does.
    drop_missing : bool
        Leave out respondents whose outcome or weight is missing, which is an error otherwise.
    missing : "drop" or "answer"
        Leave out respondents who lack an answer to some question, or count that as an answer.
    missing_values : sequence of str
        Texts that mean a missing entry in any column, besides None, NaN and an empty text.
    split : sequence of str, or mapping of column to separator
        Columns of several choices each, such as "a;b": every choice becomes a yes/no question,
        "column: choice". An empty entry, None or NaN is the choice of nothing.
    ordered : sequence of str, or mapping of column to its levels in order
        Questions with answers on a scale, besides ordered categories of a data frame. Named
        alone, or with None for levels, their answers are numbers.
    cut_ordered : bool
        Ask an ordered question only whether the answer is at most some level: each such cut is a
        query of its own.
    bands : int >= 2
        Numbers of more than 11 values are cut at quantiles into so many ordered answers.
    beliefs : str or estimator
        The belief model: "logistic", "boosted", "smoothed", an estimator or "module:Class"; see
        `suasion.surveys.beliefs.fitted`.
    smoothing : number >= 0
        Pseudo-count of "smoothed" beliefs for each state.
    margin : float in [0, 1) or "auto"
        Policies persuade beliefs that are lower by as much; "auto" chooses it (see
        `suasion.surveys.margins`), and is the default but for "smoothed" beliefs: 0.

    Attributes
    ----------
    respondents : Respondents
    dropped : int
        How many were left out.
    unanswered : dict of str to int
        How many of these lack the outcome, the weight, or (of the others) some answer.
    left_out : dict of str to str
        Columns that are no questions, with the reason.
    costs
        Of the questions, in their order.

    Examples
    --------
    >>> rows = {"bought": [1, 0] * 20, "age": ["young", "old", "old", "old"] * 10}
    >>> survey = Survey(rows, outcome="bought")
    >>> survey
    Survey(40 respondents, 1 question)
    >>> len(survey.selection(budget=1).persuasion)
    2
    """

    def __init__(
        self,
        table: Any,
        outcome: str,
        *,
        questions: Sequence[str] | None = None,
        weight: str | None = None,
        positive: Any = None,
        exclude: Sequence[str] = (),
        costs: Mapping[str, Number] | Number | None = None,
        drop_missing: bool = False,
        missing: str = "drop",
        missing_values: Sequence[str] = MISSING_VALUES,
        split: Sequence[str] | Mapping[str, str] = (),
        ordered: Sequence[str] | Mapping[str, Sequence[Any] | None] = (),
        cut_ordered: bool = False,
        bands: int = 4,
        beliefs: Any = "logistic",
        smoothing: Number = 1,
        margin: float | str | None = None,
    ) -> None:
        read = read_respondents(
            table,
            outcome,
            questions=questions,
            weight=weight,
            positive=positive,
            exclude=exclude,
            drop_missing=drop_missing,
            missing=missing,
            missing_values=missing_values,
            split=split,
            ordered=ordered,
            bands=bands,
        )
        self._people = read.people
        self.respondents = read.respondents
        self.dropped = read.dropped
        self.unanswered = read.unanswered
        self.left_out = read.left_out
        self.costs = read.costs(costs)
        self.cut_ordered = cut_ordered
        self.beliefs = beliefs
        self.smoothing = _checked_smoothing(smoothing)
        self._fitted: dict[int, Beliefs] = {}
        self.margin = _checked_margin((0 if self._exact else "auto") if margin is None else margin)

    def __repr__(self) -> str:
        count = len(self.respondents.questions)
        return (
            f"Survey({len(self.respondents):,} respondents, {count} question{'s' * (count != 1)})"
        )

    @property
    def _exact(self) -> bool:
        """Whether beliefs are shares of respondents, in rationals."""
        return isinstance(self.beliefs, str) and self.beliefs == "smoothed"

    def _model(self) -> Any:
        """What beliefs are fitted by; InputError for shares without a pseudo-count."""
        if not self._exact:
            return self.beliefs
        return Smoothed(float(parse_number(self.smoothing, "smoothing")))

    def plan(
        self,
        budget: int | None,
        adaptive: bool,
        seed: int,
        time_limit: float | None = None,
        model: Any = None,
    ) -> Plan:
        """What is done with a sample, with the options of this survey."""
        model = self._model() if model is None else model
        options = (model, self.margin, self.costs, adaptive, time_limit, seed)
        return Plan(budget, *options, self.cut_ordered)

    def selection(
        self,
        budget: int | None = None,
        adaptive: bool = False,
        seed: int = 0,
        oracle: str = "partition",
    ) -> QuerySelection:
        """Which questions to ask: an instance with the beliefs of the model.

        Beliefs that are "smoothed" are rationals, as in `QuerySelection.from_table`.

        Parameters
        ----------
        budget, adaptive
            As in `QuerySelection`.
        seed : int
            Of the parts in which models are compared.
        oracle : "partition" or "threshold"
            Ask the questions, or (same types) simulate the receiver with threshold queries.
        """
        if oracle not in ("partition", "threshold"):
            raise InputError(f'oracle is "{oracle}"; choose "partition" or "threshold".')
        if oracle == "threshold" and isinstance(self.costs, list):
            raise InputError("costs name questions, and threshold queries have none; give one.")
        # Shares need no model, not even to be fitted, unless a margin is to be chosen.
        model = "smoothed" if self._exact and self.margin != "auto" else None
        plan = self.plan(budget, adaptive, seed, model=model)
        margin = plan.margin
        if isinstance(margin, str):
            margin = answered(self.respondents, plan, self._beliefs(seed)).margin
        if self._exact:
            problem = self._shares(plan, margin)
        else:
            problem = posed(self.respondents, self._beliefs(seed), plan, margin)
        if oracle == "partition":
            return problem
        return QuerySelection(problem.persuasion, ThresholdQueries(), budget, adaptive, self.costs)

    def _shares(self, plan: Plan, margin: float) -> QuerySelection:
        """The instance with smoothed beliefs, in rationals."""
        answers = row_texts(self.respondents, self.respondents.answers)
        counted = counted_types(answers, self._people)
        codes = dict(zip(answers, self.respondents.answers, strict=True))
        queries = queries_of(self.respondents, self.cut_ordered)
        persuasion = smoothed_types(counted, self.smoothing)
        return QuerySelection(
            persuasion.lowered(by=margin) if margin else persuasion,
            asked_of(np.array([codes[row] for row in counted]), queries),
            plan.budget,
            plan.adaptive,
            query_costs(self.costs, queries),
        )

    def _beliefs(self, seed: int = 0) -> Beliefs:
        if seed not in self._fitted:
            self._fitted[seed] = fitted(self.respondents, self._model(), seed)
        return self._fitted[seed]

    @property
    def log_loss(self) -> tuple[float, float]:
        """Cross-validated log loss of the belief model, and of the constant share of state 1."""
        beliefs = self._beliefs()
        return beliefs.log_loss, beliefs.constant_log_loss

    @property
    def singletons(self) -> tuple[int, int]:
        """How many combinations of answers one respondent alone gives, and how many there are."""
        _, counts = np.unique(self.respondents.answers, axis=0, return_counts=True)
        return int((counts == 1).sum()), len(counts)

    def promised_gains(
        self, budget: int | None = None, adaptive: bool = False, seed: int = 0, shuffles: int = 5
    ) -> list[float]:
        """What asking promises on this sample, then what it does where outcomes are shuffled.

        Where the first is not above the others, nothing can be told from chance; where it is,
        `assess` says how much of it holds up.

        Examples
        --------
        >>> rows = {"bought": [1, 1, 0, 0, 1, 0, 0, 0] * 50, "age": [*"AAAABBBB"] * 50}
        >>> own, *shuffled = Survey(rows, outcome="bought").promised_gains(budget=1)
        >>> own > max(shuffled)
        True
        """
        plan = self.plan(budget, adaptive, seed)
        return promised_gains(self.respondents, plan, shuffles, self._beliefs(seed))

    def assess(
        self,
        budget: int | None = None,
        *,
        repeats: int = 2,
        folds: int = 5,
        halves: int = 5,
        permutations: int = 20,
        seed: int = 0,
        jobs: int | None = None,
        adaptive: bool = False,
        time_limit: float | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Assessment:
        """What asking is worth from people who were not asked.

        Everything is fitted on some respondents and valued on others, again and again: see
        `suasion.surveys.assessing.assess` for the splits, and for the arguments.

        Parameters
        ----------
        budget : int, optional
            Most questions, or rounds if `adaptive`; None: no limit.
        time_limit : float, optional
            Seconds for each of the choices of questions; without it the numbers depend on the
            seed alone.

        Returns
        -------
        Assessment
        """
        return assess(
            self.respondents,
            self.plan(budget, adaptive, seed, time_limit),
            repeats=repeats,
            folds=folds,
            halves=halves,
            permutations=permutations,
            jobs=jobs,
            progress=progress,
            dropped=self.dropped,
        )

    def budgets(
        self,
        budgets: Sequence[int],
        *,
        repeats: int = 2,
        folds: int = 5,
        halves: int = 5,
        seed: int = 0,
        jobs: int | None = None,
        adaptive: bool = False,
        time_limit: float | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> list[BudgetPoint]:
        """What `assess` says of each budget's value, for less work: nothing is shuffled."""
        return budget_points(
            self.respondents,
            self.plan(None, adaptive, seed, time_limit),
            budgets,
            repeats=repeats,
            folds=folds,
            halves=halves,
            jobs=jobs,
            progress=progress,
        )


def _checked_smoothing(smoothing: Number) -> Number:
    if parse_number(smoothing, "smoothing") < 0:
        raise InputError(f"smoothing is {smoothing}; give a number >= 0.")
    return smoothing


def _checked_margin(margin: float | str) -> float | str:
    if margin == "auto":
        return margin
    number = float(parse_number(margin, "margin"))
    if not 0 <= number < 1:
        raise InputError(f"margin is {margin}; give a number in [0, 1), or auto.")
    return number
