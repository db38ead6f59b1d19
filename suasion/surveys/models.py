"""Belief models by name and of the user's own: what is fitted on which numbers."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.models.numbers.arrays import FloatArray
from suasion.models.numbers.quoting import quoted
from suasion.models.numbers.rationals import parse_number
from suasion.surveys.encoding import Encoding, Indicators, codes
from suasion.surveys.respondents import Respondents
from suasion.user_code import is_user_name, user_object

# Penalties of the logistic regression that are compared (inverse strengths), strongest first.
STRENGTHS = (1e-4, 1e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0)
# Rounds of boosting that are compared, and what holds the trees back in each.
ROUNDS = (10, 30, 100)
LEAVES = 8
# Answers of one question that boosted trees can tell apart without an order.
MOST_CATEGORIES = 255


@dataclass(frozen=True)
class BeliefModel:
    """What is fitted on respondents.

    Attributes
    ----------
    name : str
        What it is called in outputs.
    encoding : Encoding
        The numbers that it sees.
    candidates : tuple of estimators
        With ``fit(X, y, sample_weight)`` and ``predict_proba``, unfitted; the one with the least
        cross-validated log loss is taken.
    counts : bool
        Whether it counts respondents: weights are then passed as they are, otherwise with mean 1,
        and respondents of one state, or without questions, can be fitted too.
    users : bool
        Whether it is the user's, so that scikit-learn has to check its parameters.
    """

    name: str
    encoding: Encoding
    candidates: tuple[Any, ...]
    counts: bool = False
    users: bool = False


class Smoothed:
    """The share of state 1 among respondents with the same answers: ``(k + s) / (n + 2 s)``.

    Answers that nobody gave get the share of all respondents. This is what
    `QuerySelection.from_table` makes of a table. It takes chance for knowledge where most
    respondents are the only ones with their answers: a model for teaching.

    Parameters
    ----------
    smoothing : number > 0
        Respondents of each state added to each combination of answers.

    Examples
    --------
    >>> model = Smoothed(1).fit(np.array([[0.0], [0.0], [1.0]]), np.array([0, 1, 1]), np.ones(3))
    >>> model.predict_proba(np.array([[0.0], [1.0], [2.0]]))[:, 1].round(3)
    array([0.5  , 0.667, 0.667])
    """

    def __init__(self, smoothing: float = 1.0) -> None:
        self.smoothing = smoothing
        number = float(parse_number(smoothing, "smoothing"))
        if number <= 0:
            raise InputError(f"smoothing is {quoted(smoothing)}; give a number > 0.")
        self._added = number

    def fit(self, X: FloatArray, y: Any, sample_weight: FloatArray) -> Smoothed:  # noqa: N803
        """Count respondents by their answers. O(J log J)."""
        rows, which = self._distinct(X)
        ones = np.bincount(which, sample_weight * (y == 1), minlength=len(rows))
        both = np.bincount(which, sample_weight, minlength=len(rows))
        shares = (ones + self._added) / (both + 2 * self._added)
        self._shares = {
            row.tobytes(): float(share) for row, share in zip(rows, shares, strict=True)
        }
        self._share = float(ones.sum() / both.sum())
        return self

    def predict_proba(self, X: FloatArray) -> FloatArray:  # noqa: N803
        """Probabilities of states 0 and 1, shape (J, 2)."""
        rows, which = self._distinct(X)
        known = [self._shares.get(row.tobytes(), self._share) for row in rows]
        likely = np.array(known, dtype=np.float64)[which]
        return np.column_stack([1 - likely, likely])

    @staticmethod
    def _distinct(X: FloatArray) -> tuple[FloatArray, Any]:  # noqa: N803
        rows, which = np.unique(X, axis=0, return_inverse=True)
        return rows, which.ravel()


def _logistic(respondents: Respondents, seed: int) -> BeliefModel:
    from sklearn.linear_model import LogisticRegression

    regressions = tuple(LogisticRegression(C=c, solver="newton-cholesky") for c in STRENGTHS)
    return BeliefModel("logistic", Indicators.of(respondents), regressions)


def _boosted(respondents: Respondents, seed: int) -> BeliefModel:
    from sklearn.ensemble import HistGradientBoostingClassifier

    for name, levels, scale in zip(
        respondents.questions, respondents.levels, respondents.ordered, strict=True
    ):
        if len(levels) > MOST_CATEGORIES and not scale:
            raise InputError(
                f"{name} has {len(levels)} answers, and boosted takes {MOST_CATEGORIES} if they "
                "are in no order; merge some, or choose the beliefs logistic."
            )
    options: dict[str, Any] = {
        "categorical_features": [not scale for scale in respondents.ordered],
        "max_leaf_nodes": LEAVES,
        "early_stopping": False,
        "random_state": seed,
    }
    trees = tuple(HistGradientBoostingClassifier(max_iter=rounds, **options) for rounds in ROUNDS)
    return BeliefModel("boosted", codes, trees)


def _smoothed(respondents: Respondents, seed: int) -> BeliefModel:
    return _by_answers(Smoothed())


def _by_answers(estimator: Smoothed) -> BeliefModel:
    return BeliefModel("smoothed", codes, (estimator,), counts=True)


# Belief models by name, the default first.
MODELS: dict[str, Callable[[Respondents, int], BeliefModel]] = {
    "logistic": _logistic,
    "boosted": _boosted,
    "smoothed": _smoothed,
}


def belief_model(model: Any, respondents: Respondents, seed: int) -> BeliefModel:
    """What a name, an estimator or "module:Class" means for these respondents.

    Raises
    ------
    InputError
        For a name that is none, and for what has no ``fit`` and ``predict_proba``.
    """
    if isinstance(model, str) and model in MODELS:
        return MODELS[model](respondents, seed)
    name = model if isinstance(model, str) else type(model).__name__
    if is_user_name(model):
        model = user_object(model, "beliefs")()
    _check_estimator(model)
    if isinstance(model, Smoothed):
        return _by_answers(model)
    return BeliefModel(name, Indicators.of(respondents), (_seeded(model, seed),), users=True)


def _check_estimator(model: Any) -> None:
    """An object that can be fitted and says probabilities; a class is none yet."""
    wanted = ("fit", "predict_proba")
    if not isinstance(model, str | type) and all(hasattr(model, name) for name in wanted):
        return
    choices = (
        f'give {", ".join(MODELS)}, "module:Class", or an estimator with fit and predict_proba'
    )
    hint = ""
    if isinstance(model, str):
        near = difflib.get_close_matches(model.lower(), MODELS, n=1)
        hint = f'; did you mean "{near[0]}"?' if near else ""
    elif isinstance(model, type):
        hint = f"; did you mean {model.__name__}()?"
    raise InputError(f"beliefs is {quoted(model)}; {choices}{hint or '.'}")


def _seeded(estimator: Any, seed: int) -> Any:
    """A copy that is not fitted, with the seed wherever it would draw another one each time."""
    from sklearn.base import clone

    copied = clone(estimator, safe=False)
    if hasattr(copied, "get_params") and hasattr(copied, "set_params"):
        unset = {
            key: seed
            for key, value in copied.get_params(deep=True).items()
            if value is None and (key == "random_state" or key.endswith("__random_state"))
        }
        copied.set_params(**unset)
    return copied
