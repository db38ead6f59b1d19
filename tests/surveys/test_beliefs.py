"""Belief models: what is fitted on what, how well it predicts, and samples that are hardly any."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss as sklearn_log_loss
from sklearn.naive_bayes import BernoulliNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from suasion import InputError, QuerySelection
from suasion.surveys.beliefs import LEAST, PARTS, Constant, fitted, log_loss
from suasion.surveys.models import MODELS, Smoothed
from suasion.surveys.respondents import Respondents
from suasion.surveys.splits import stratified
from suasion.surveys.worlds import World

WORLD = World.random(3, questions=4)
PEOPLE = WORLD.sample(600, 0)


def people(answers, outcomes, ordered=None, weights=None, levels=None):
    answers = np.array(answers, dtype=np.int64).reshape(len(outcomes), -1)
    count = answers.shape[1]
    sizes = levels or [int(column.max()) + 1 for column in answers.T]
    return Respondents(
        tuple(f"q{q}" for q in range(count)),
        tuple(tuple(map(str, range(size))) for size in sizes),
        tuple(ordered or [False] * count),
        answers,
        np.array(outcomes, dtype=np.int64),
        np.ones(len(outcomes)) if weights is None else np.array(weights, dtype=np.float64),
    )


@pytest.mark.parametrize("model", MODELS)
def test_models_get_nearer_to_the_truth_with_more_respondents(model):
    answers = WORLD.sample(500, 9).answers
    truth = WORLD.beliefs(answers)
    errors = [
        np.abs(fitted(WORLD.sample(count, 1), model).at(answers) - truth).mean()
        for count in (100, 5000)
    ]
    assert errors[1] < min(0.07, errors[0])


@pytest.mark.parametrize("model", ["logistic", "boosted"])
def test_models_that_learn_beat_the_constant_where_there_is_something_to_learn(model):
    found = fitted(WORLD.sample(2000, 1), model)
    assert found.log_loss < found.constant_log_loss - 0.005
    shuffled = np.random.default_rng(0).permutation(PEOPLE.outcomes)
    nothing = fitted(replace(PEOPLE, outcomes=shuffled), model)
    assert nothing.log_loss > nothing.constant_log_loss - 0.005


def test_singletons_fool_the_smoothed_model_and_the_log_loss_shows_it():
    found = fitted(World.random(3).sample(300, 0), "smoothed")
    assert found.log_loss > found.constant_log_loss


@pytest.mark.parametrize("model", [*MODELS, DecisionTreeClassifier(max_depth=3)])
def test_log_losses_are_of_predictions_for_respondents_left_out(model):
    """Recomputed with scikit-learn's metric, part by part, by what is fitted on the others."""
    sample = replace(PEOPLE, weights=1.0 + np.arange(len(PEOPLE)) % 3)
    found = fitted(sample, model, seed=5)
    likely, constant = np.empty(len(sample)), np.empty(len(sample))
    for part in stratified(sample, PARTS, [5]):
        rest = np.setdiff1d(np.arange(len(sample)), part)
        told = found.encoding(sample.answers)
        mass = sample.weights / (1 if model == "smoothed" else sample.weights.mean())
        estimator = type(found.estimator)(**parameters(found.estimator))
        estimator.fit(told[rest], sample.outcomes[rest], sample_weight=mass[rest])
        likely[part] = estimator.predict_proba(told[part])[:, 1]
        constant[part] = np.average(sample.outcomes[rest], weights=mass[rest])
    for loss, predicted in ((found.log_loss, likely), (found.constant_log_loss, constant)):
        clipped = np.clip(predicted, LEAST, 1 - LEAST)
        expected = sklearn_log_loss(sample.outcomes, clipped, sample_weight=sample.weights)
        assert loss == pytest.approx(expected, rel=1e-6)


def parameters(estimator):
    return estimator.get_params() if hasattr(estimator, "get_params") else {}


def test_the_penalty_is_the_one_that_predicts_best():
    strong = fitted(replace(PEOPLE, outcomes=np.arange(600) % 2)).estimator.C
    clear = people([[0], [1]] * 200, [0, 1] * 200)
    assert strong < 0.1 < fitted(clear).estimator.C == 1


@pytest.mark.parametrize("model", MODELS)
def test_a_respondent_of_weight_three_counts_as_three(model):
    weights = 1 + np.arange(len(PEOPLE)) % 3
    copied = PEOPLE.part(np.repeat(np.arange(len(PEOPLE)), weights))
    weighted = replace(PEOPLE, weights=weights.astype(float))
    if model == "boosted":  # the leaves of its trees hold at least 20 rows, whatever they weigh
        close, same = 0.15, 0.05
    else:
        close, same = (1e-9, 1e-9) if model == "smoothed" else (0.02, 0.01)
    gap = np.abs(
        fitted(weighted, model).at(PEOPLE.answers) - fitted(copied, model).at(PEOPLE.answers)
    )
    assert gap.max() < close
    assert gap.mean() < same


@pytest.mark.parametrize("model", MODELS)
def test_respondents_of_weight_zero_are_not_there(model):
    weights = (np.arange(len(PEOPLE)) % 4 > 0).astype(float)
    weighted = fitted(replace(PEOPLE, weights=weights), model)
    fewer = fitted(PEOPLE.part(weights > 0), model)
    assert weighted.at(PEOPLE.answers).tolist() == fewer.at(PEOPLE.answers).tolist()
    assert weighted.log_loss == fewer.log_loss


@pytest.mark.parametrize("model", ["logistic", "boosted"])
def test_the_unit_of_weights_does_not_matter(model):
    one, other = (
        fitted(replace(PEOPLE, weights=PEOPLE.weights * unit), model) for unit in (1, 1e-3)
    )
    assert one.at(PEOPLE.answers) == pytest.approx(other.at(PEOPLE.answers), abs=1e-9)


def test_ordered_answers_are_one_number_and_others_one_column_each():
    sample = people([[0, 0], [2, 1], [1, 2], [2, 0]] * 5, [0, 1] * 10, ordered=[True, False])
    encoding = fitted(sample).encoding
    assert encoding.names == ("q0", "q1=0", "q1=1", "q1=2")
    assert encoding(sample.answers[:3]).tolist() == [
        [0, 1, 0, 0],
        [1, 0, 1, 0],
        [0.5, 0, 0, 1],
    ]


def test_a_scale_is_followed_to_answers_that_nobody_gave():
    answers = np.repeat([0, 1, 3, 4], 100)
    outcomes = (np.random.default_rng(0).random(400) < answers / 5 + 0.1).astype(int)
    for model in ("logistic", "boosted"):
        scale = fitted(people(answers, outcomes, ordered=[True]), model)
        low, middle, high = scale.at(np.array([[1], [2], [3]]))
        assert low - 1e-9 <= middle <= high + 1e-9
    beliefs = fitted(people(answers, outcomes, ordered=[True])).at(np.arange(5)[:, None])
    assert (np.diff(beliefs) > 0).all()


def test_boosted_trees_join_unordered_answers_in_any_way():
    """State 1 is likely for every other answer: one split by categories, many by a number."""
    answers = np.tile(np.arange(40), 25)
    sample = people(
        answers, np.where(np.random.default_rng(1).random(1000) < 0.1, 1, 0) ^ answers % 2
    )
    nominal, scale = (
        fitted(replace(sample, ordered=(ordered,)), "boosted") for ordered in (False, True)
    )
    assert nominal.log_loss < scale.log_loss - 0.02
    assert nominal.estimator.is_categorical_.tolist() == [True]


def test_smoothed_beliefs_are_those_of_a_table():
    table = {
        "bought": [1, 0, 1, 1, 0, 1],
        "age": ["old", "old", "old", "young", "young", "young"],
        "w": [1, 2, 1, "1/2", 1, 4],
    }
    for smoothing in (1, 0.5, 5):
        expected = QuerySelection.from_table(table, "bought", weight="w", smoothing=smoothing)
        sample = people([0, 0, 0, 1, 1, 1], table["bought"], weights=[1, 2, 1, 0.5, 1, 4])
        found = fitted(sample, "smoothed" if smoothing == 1 else Smoothed(smoothing))
        assert found.at(np.array([[0], [1]])) == pytest.approx(expected.persuasion.beliefs)


def test_answers_never_given_get_the_share_of_all_from_the_smoothed_model():
    found = fitted(
        people([0, 0, 0, 1], [1, 0, 1, 0], weights=[1, 1, 1, 5], levels=[3]), "smoothed"
    )
    assert found.at(np.array([[2]])) == pytest.approx(2 / 8)


@pytest.mark.parametrize(
    "estimator",
    [
        LogisticRegression(solver="newton-cholesky"),
        make_pipeline(StandardScaler(), BernoulliNB()),
        RandomForestClassifier(20),
        KNeighborsClassifier(),
        BernoulliNB(),
    ],
    ids=lambda e: type(e).__name__,
)
def test_any_estimator_is_a_model_and_stays_unfitted(estimator):
    before = str(estimator.get_params())
    one, other = (fitted(PEOPLE, estimator, seed=7) for _ in range(2))
    assert one.at(PEOPLE.answers).tolist() == other.at(PEOPLE.answers).tolist()
    assert one.log_loss == other.log_loss < -np.log(LEAST)
    assert str(estimator.get_params()) == before
    assert not hasattr(estimator, "classes_")
    assert one.model == type(estimator).__name__


def test_what_is_drawn_depends_on_the_seed():
    forest = RandomForestClassifier(20)
    one, other = (fitted(PEOPLE, forest, seed).at(PEOPLE.answers) for seed in (1, 2))
    assert one.tolist() != other.tolist()
    fixed = fitted(PEOPLE, RandomForestClassifier(20, random_state=4), 1)
    assert fixed.estimator.random_state == 4


def test_weights_need_an_estimator_that_takes_them():
    weighted = replace(PEOPLE, weights=1.0 + np.arange(len(PEOPLE)) % 2)
    assert fitted(weighted, BernoulliNB()).log_loss < 1
    with pytest.raises(InputError, match="KNeighborsClassifier, whose fit takes no sample_weight"):
        fitted(weighted, KNeighborsClassifier())
    fitted(replace(PEOPLE, weights=PEOPLE.weights * 3), KNeighborsClassifier())


class Half:
    """A user's own model, not of scikit-learn."""

    def fit(self, X, y):  # noqa: N803
        self.columns = X.shape[1]
        return self

    def predict_proba(self, X):  # noqa: N803
        assert X.shape[1] == self.columns
        return np.full((len(X), 2), 0.5)


class Reversed(Half):
    classes_ = (1, 0)

    def predict_proba(self, X):  # noqa: N803
        return np.tile([0.9, 0.1], (len(X), 1))


class Wrong(Half):
    def predict_proba(self, X):  # noqa: N803
        return np.full(len(X), 0.5)


class Undefined(Half):
    def predict_proba(self, X):  # noqa: N803
        return np.full((len(X), 2), np.nan)


def test_a_class_of_the_users_is_named_by_its_module(tmp_path, monkeypatch):
    (tmp_path / "my_beliefs.py").write_text(
        "from sklearn.naive_bayes import BernoulliNB\n"
        "def smoothed_naive():\n    return BernoulliNB(alpha=3)\n"
    )
    monkeypatch.chdir(tmp_path)
    found = fitted(PEOPLE, "my_beliefs:smoothed_naive")
    assert (found.model, found.estimator.alpha) == ("my_beliefs:smoothed_naive", 3)
    named = fitted(PEOPLE, "sklearn.naive_bayes:BernoulliNB")
    expected = fitted(PEOPLE, BernoulliNB())
    assert named.at(PEOPLE.answers).tolist() == expected.at(PEOPLE.answers).tolist()


def test_models_that_are_not_of_scikit_learn_are_models_too():
    found = fitted(PEOPLE, Half())
    assert found.at(PEOPLE.answers).tolist() == [0.5] * len(PEOPLE)
    assert found.log_loss == pytest.approx(np.log(2))
    assert fitted(PEOPLE, Reversed()).at(PEOPLE.answers[:1]).tolist() == [0.9]


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("logistc", 'give logistic, boosted, smoothed, "module:Class".*mean "logistic"'),
        ("forest", "beliefs is 'forest'; give logistic"),
        (LogisticRegression, r"did you mean LogisticRegression\(\)\?"),
        (StandardScaler(), "fit and predict_proba"),
        (None, "beliefs is None; give logistic"),
        ("no_such_module:Model", 'no module "no_such_module"'),
        ("math:sqroot", "no such name"),
        ("sklearn.preprocessing:StandardScaler", "fit and predict_proba"),
        (Wrong(), r"predict_proba of Wrong gives no probabilities .* \(\d+, 2\)"),
        (Undefined(), "predict_proba of Undefined gives no probabilities"),
    ],
)
def test_what_is_no_model_is_named_with_the_choices(model, words):
    with pytest.raises(InputError, match=words):
        fitted(PEOPLE, model)


def test_smoothing_is_positive():
    for bad in (0, -1, "x"):
        with pytest.raises(InputError, match="smoothing"):
            Smoothed(bad)


def test_too_many_answers_without_an_order_are_named():
    many = people(np.arange(600) % 300, np.arange(600) % 2)
    with pytest.raises(InputError, match="q0 has 300 answers, and boosted takes 255"):
        fitted(many, "boosted")
    fitted(replace(many, ordered=(True,)), "boosted")


@pytest.mark.parametrize("model", [*MODELS, BernoulliNB(), DecisionTreeClassifier()], ids=str)
class TestHardlyAnySample:
    def test_all_of_one_state(self, model):
        found = fitted(people([0, 1, 0, 1], [1, 1, 1, 1]), model)
        likely = found.at(np.array([[0], [1]]))
        expected = (2 + 1) / (2 + 2) if model == "smoothed" else (4 + 1) / (4 + 2)
        assert likely.tolist() == [expected] * 2

    def test_one_respondent(self, model):
        found = fitted(people([0], [1]), model)
        assert found.at(np.array([[0]])).tolist() == [2 / 3]
        assert found.constant_log_loss == pytest.approx(np.log(2))

    def test_fewer_respondents_of_a_state_than_parts(self, model):
        found = fitted(people([0, 1, 2] * 5, [1] + [0] * 14), model)
        assert np.isfinite([found.log_loss, found.constant_log_loss]).all()
        likely = found.at(np.arange(3)[:, None])
        assert ((likely > 0) & (likely < 1)).all()

    def test_no_questions(self, model):
        found = fitted(people(np.empty((8, 0)), [1, 0] * 4), model)
        assert found.at(np.empty((2, 0), dtype=np.int64)).tolist() == [0.5] * 2

    def test_one_answer_for_all(self, model):
        found = fitted(people([0] * 40, [1, 0, 0, 0] * 10), model)
        assert found.at(np.array([[0]])) == pytest.approx(0.25, abs=0.02)

    def test_answers_that_tell_everything(self, model):
        found = fitted(people([0, 1] * 50, [0, 1] * 50), model)
        low, high = found.at(np.array([[0], [1]]))
        assert LEAST <= low < 0.2 < 0.8 < high <= 1 - LEAST
        assert found.log_loss < found.constant_log_loss

    def test_an_answer_of_one_respondent(self, model):
        found = fitted(people([0, 1] * 20 + [2], [0, 1, 1, 0] * 10 + [1]), model)
        assert np.isfinite(found.at(np.arange(3)[:, None])).all()
        assert np.isfinite(found.log_loss)


def test_weights_that_are_all_zero_are_named():
    with pytest.raises(InputError, match="weights are all 0"):
        fitted(people([0, 1], [0, 1], weights=[0, 0]))


def test_a_log_loss_is_weighted():
    loss = log_loss(np.array([1, 0]), np.array([0.5, 0.75]), np.array([3.0, 1.0]))
    assert loss == pytest.approx((3 * np.log(2) + np.log(4)) / 4)
    assert Constant(np.array([0, 0]), np.ones(2)).probability == 0.25
