"""What an answer earns from people who were not among its types, recomputed by other code."""

import json
from dataclasses import replace

import numpy as np
import pytest

from suasion import BinaryPersuasion, PartitionQueries, QuerySelection, QuerySet, QueryTree, solve
from suasion.surveys.fitting import Plan, fitted_survey
from suasion.surveys.held_out import delivery
from suasion.surveys.worlds import World


def selection(beliefs, labels, **options):
    n = len(beliefs)
    instance = BinaryPersuasion([f"1/{n}"] * n, beliefs)
    return QuerySelection(instance, PartitionQueries.from_labels(labels), **options)


# Types with beliefs 1/5, 2/5, 3/10, 1/4; the first query tells two pairs apart, the second all.
FOUR = selection(["1/5", "2/5", "3/10", "1/4"], [[0, 0, 1, 1], [0, 1, 0, 1]], budget=2)


def earned(problem, answer, replies, outcomes, beliefs):
    told = delivery(problem, answer, np.array(replies))
    return told.payoffs(np.array(outcomes), np.array(beliefs)).tolist()


def test_a_known_type_is_persuaded_exactly_and_others_below_it_not_at_all():
    # Belief 2/5: "act" is sent always in state 1 and with probability 2/3 in state 0.
    replies = [[0, 1]] * 3
    found = earned(FOUR, QuerySet([0, 1]), replies, [0, 1, 0], [0.4, 0.5, 0.39])
    assert found == pytest.approx([2 / 3, 1, 0])


def test_ties_are_the_senders_also_after_rounding():
    beliefs = np.linspace(0.01, 0.49, 97)
    problem = selection(beliefs.tolist(), [np.arange(97)])
    replies = np.arange(97)[:, None]
    told = delivery(problem, QuerySet([0]), replies)
    odds = beliefs / (1 - beliefs)
    for drift in (0, 1e-15, -1e-15):
        held = beliefs * (1 + drift)
        assert told.payoffs(np.zeros(97, int), held) == pytest.approx(odds)
    assert not told.payoffs(np.zeros(97, int), beliefs * (1 - 1e-9)).any()


def test_answers_never_given_together_get_the_policy_before_the_last_question():
    # Nobody gives answer -1: the first query alone leaves types 1/5 and 2/5, or 3/10 and 1/4.
    coarse = solve(BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])).answer
    alone = earned(FOUR, QuerySet([0, 1]), [[0, -1]], [0], [0.4])
    assert alone == pytest.approx([coarse.low[coarse.persuades(np.array([0.4]))[0]].sum()])
    nothing = earned(FOUR, QuerySet([0, 1]), [[-1, 1]], [0], [0.4])
    assert nothing == earned(FOUR, QuerySet([]), [[-1, 1]], [0], [0.4])


def test_a_tree_and_a_set_that_ask_alike_earn_alike():
    tree = QueryTree(
        (0, 1, None, None, 1, None, None),
        (((0, 1), (1, 4)), ((0, 2), (1, 3)), (), (), ((0, 5), (1, 6)), (), ()),
    )
    generator = np.random.default_rng(0)
    replies = generator.integers(-1, 2, (50, 2))
    outcomes, beliefs = generator.integers(0, 2, 50), generator.random(50)
    both = [earned(FOUR, ask, replies, outcomes, beliefs) for ask in (tree, QuerySet([0, 1]))]
    assert both[0] == pytest.approx(both[1])


def test_a_tree_charges_for_what_is_asked_and_a_set_for_everything():
    tree = QueryTree((0, 1, None, None, None), (((0, 1), (1, 4)), ((0, 2), (1, 3)), (), (), ()))
    dear = FOUR.with_costs([0.25, 0.5])
    replies = np.array([[0, 0], [1, 0], [-1, 0]])
    assert delivery(dear, tree, replies).costs.tolist() == [0.75, 0.25, 0.25]
    assert delivery(dear, QuerySet([0, 1]), replies).costs.tolist() == [0.75] * 3


def test_types_earn_what_the_solver_says_they_do():
    """Held-out people who are the types themselves: the average is the value of the answer."""
    world = World.random(3, questions=5, answers=2)
    sample = world.sample(400, 0)
    for plan in (Plan(2), Plan(2, adaptive=True), Plan(0), Plan(2, costs=0.01)):
        fit = fitted_survey(sample, plan, 0.0)
        beliefs = fit.beliefs.at(sample.answers)
        ones, zeros = (
            fit.payoffs(replace(sample, outcomes=np.full(400, state)), beliefs)[0][0]
            for state in (1, 0)
        )
        assert (beliefs * ones + (1 - beliefs) * zeros).mean() == pytest.approx(fit.result.value)


def test_held_out_values_follow_from_the_answer_and_the_table_alone():
    """The answer's JSON, the instance's JSON and rows of the table; nothing of the package."""
    world = World.random(1, questions=4, answers=3)
    people = world.sample(900, 1)
    train, test = people.part(slice(0, 600)), people.part(slice(600, None))
    fit = fitted_survey(train, Plan(2), 0.0)
    beliefs = fit.beliefs.at(test.answers)
    answer = json.loads(json.dumps(fit.result.to_dict()))
    file = json.loads(json.dumps(fit.problem.to_dict()))
    policies = {}
    for cell in answer["cells"]:
        one = cell["types"][0]
        said = []
        for q in answer["queries"]:
            levels = sorted({int(a) for a in train.answers[:, q]})
            parts = file["oracle"]["queries"][q]
            said.append(levels[next(k for k, part in enumerate(parts) if one in part)])
        policies[tuple(said)] = cell["policy"]["messages"]
    total = 0.0
    for answers, outcome, b in zip(test.answers, test.outcomes, beliefs, strict=True):
        for message in policies[tuple(int(answers[q]) for q in answer["queries"])]:
            likelihood = message["high"] if outcome else message["low"]
            if b * message["high"] >= (1 - b) * message["low"] - 1e-12:
                total += likelihood
    (worth,) = fit.worths(test, beliefs)
    assert worth.value == pytest.approx(total / 300, abs=1e-12)


def test_heavier_respondents_count_for_more():
    world = World.random(2, questions=3)
    sample = world.sample(300, 2)
    fit = fitted_survey(sample, Plan(1), 0.0)
    doubled = sample.part(np.repeat(np.arange(300), 1 + np.arange(300) % 2))
    weighted = replace(sample, weights=(1.0 + np.arange(300) % 2) * 7)
    (one,), (other,) = (
        fit.worths(people, fit.beliefs.at(people.answers)) for people in (doubled, weighted)
    )
    assert one == pytest.approx(other)
