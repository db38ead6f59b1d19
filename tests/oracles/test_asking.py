import json
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import binary_questions, cuts_of, examples, instances, partition_oracles

import suasion
from suasion import (
    BinaryPersuasion,
    BudgetExceededError,
    ContradictionError,
    Cover,
    ExactReceiver,
    Exchange,
    InputError,
    Majority,
    MessagingPolicy,
    NoisyReceiver,
    PartitionQueries,
    QuerySelection,
    QuerySet,
    QueryTree,
    Recorded,
    Respondent,
    SeparationOracle,
    Simulator,
    ThresholdQueries,
    ask,
    load,
    simulation_query,
    solve,
)
from suasion.examples.catalogue import example_text
from suasion.oracles import downward, type_position, upward

QUERIES = binary_questions()
NEWS = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"], labels=["bad news", "good news"])
LADDER = BinaryPersuasion(["1/4"] * 4, ["1/10", "3/10", "3/5", "9/10"])
CUTS = QuerySelection(LADDER, ThresholdQueries(), adaptive=True)
# Type i answers the bits of i, and whether its bits differ.
SURVEY = PartitionQueries(
    [[[0, 1], [2, 3]], [[0, 2], [1, 3]], [[0, 3], [1, 2]]], ["left", "right", "differ"]
)
QUESTIONS = QuerySelection(LADDER, SURVEY, adaptive=True)


class Colleague:
    def __init__(self, threshold):
        self.odds = threshold / (1 - threshold)

    def acts(self, policy, message):
        return policy.low[message] <= self.odds * policy.high[message]


def scripted(*replies):
    left = list(replies)
    return SimpleNamespace(
        acts=lambda policy, message: left.pop(0), answer=lambda query: left.pop(0)
    )


def cell_with(problem, plan, position):
    return next(set(c.tolist()) for c in plan.cells(problem) if position in c)


@pytest.mark.parametrize("name", QUERIES)
def test_an_exact_oracle_ends_in_the_cell_of_its_type(name):
    problem = load(json.loads(example_text(name)))
    plan = solve(problem).require()
    cells = plan.cells(problem)
    values, weights = cells.values(problem.persuasion), cells.weights(problem.persuasion)
    for c, cell in enumerate(cells):
        for position in cell.tolist():
            known = ask(plan, problem, ExactReceiver(problem, position))
            assert set(known.members.tolist()) == set(cell.tolist())
            assert known.weight == pytest.approx(weights[c], abs=1e-12)
            assert known.value == pytest.approx(values[c] / weights[c], abs=1e-12)


@examples(60)
@given(st.data())
def test_asking_every_type_earns_the_value_of_the_policy_exactly(data):
    instance = data.draw(instances())
    if data.draw(st.booleans()):
        problem = QuerySelection(instance, ThresholdQueries(), adaptive=True)
        cuts = data.draw(cuts_of(instance))
        plan = QueryTree.binary_search(cuts) if data.draw(st.booleans()) else QuerySet(cuts)
    else:
        problem = QuerySelection(instance, data.draw(partition_oracles(len(instance))))
        plan = QuerySet(range(len(problem.oracle)))
    weights = instance.numbers(exact=True)[0]
    earned = Fraction(0)
    for position, weight in enumerate(weights):
        known = ask(plan, problem, ExactReceiver(problem, position), exact=True)
        assert set(known.members.tolist()) == cell_with(problem, plan, position)
        earned += weight * (known.exact_value or 0)
    assert earned == plan.value(problem, exact=True)


def test_the_policy_earns_the_value_from_the_types_left():
    known = ask(QuerySet([2]), CUTS, ExactReceiver(CUTS, 0), exact=True)
    assert known.members.tolist() == [0, 1]
    acting = known.policy.acting(LADDER, exact=True)[known.members]
    beliefs = LADDER.numbers(exact=True)[1][known.members]
    chances = [p * high + (1 - p) * low for p, (low, high) in zip(beliefs, acting, strict=True)]
    assert sum(chances) / 2 == known.exact_value
    assert known.weight == 0.5


def test_a_cell_of_weight_0_has_no_value():
    problem = QuerySelection(BinaryPersuasion([0, 1], ["1/5", "2/5"]), ThresholdQueries())
    known = ask(QuerySet([1]), problem, ExactReceiver(problem, 0))
    assert (known.weight, known.value, known.exact_value) == (0.0, None, None)
    assert "value none" in repr(known)


def test_a_set_asks_all_and_a_tree_only_what_it_needs():
    for plan, count in ((QuerySet([1, 2, 3]), 3), (QueryTree.binary_search([1, 2, 3]), 2)):
        oracle = Recorded(ExactReceiver(CUTS, 1))
        known = ask(plan, CUTS, oracle)
        assert known.members.tolist() == [1]
        assert oracle.count == len(known.transcript) == count


def test_the_transcript_names_cuts_and_cells():
    known = ask(QuerySet([1, 3]), CUTS, ExactReceiver(CUTS, 1))
    assert known.transcript == (Exchange(1, True), Exchange(3, False))
    document = json.loads(json.dumps(known.to_dict()))
    assert document["questions"] == [
        {"query": 1, "cutoff": 0.3, "answer": "above"},
        {"query": 3, "cutoff": 0.9, "answer": "below"},
    ]
    assert document["types"] == [1, 2]
    acts = [message["acts"] for message in document["policy"]["messages"]]
    assert all(set(labels) <= {"1", "2"} for labels in acts)
    asked = ask(QuerySet([1]), QUESTIONS, ExactReceiver(QUESTIONS, 3)).to_dict()["questions"]
    assert asked == [{"query": 1, "name": "right", "answer": 1}]


def test_five_lines_make_an_oracle():
    assert isinstance(Colleague(0.7), Simulator)
    assert not isinstance(Colleague(0.7), Respondent)
    known = ask(QuerySet([1, 2, 3]), CUTS, Colleague(0.7))
    assert known.members.tolist() == [2]


def test_functions_in_a_namespace_make_an_oracle():
    panel = SimpleNamespace(answer=lambda query: (1, 0)[query])
    assert isinstance(panel, Respondent)
    assert ask(QuerySet([0, 1]), QUESTIONS, panel).members.tolist() == [2]


def test_a_separator_is_known_by_its_method():
    utility = np.array([[1.0, 0.0], [0.0, 1.0]])
    belief = np.array([0.3, 0.7])

    def violated(likelihoods, action):
        worth = (belief * likelihoods) @ utility
        return None if worth[action] >= worth.max() else int(worth.argmax())

    oracle = SimpleNamespace(violated=violated)
    assert isinstance(oracle, SeparationOracle)
    assert (oracle.violated([1, 1], 1), oracle.violated([1, 1], 0)) == (None, 1)


@pytest.mark.parametrize(
    ("problem", "lacks"), [(CUTS, "acts(policy, message)"), (QUESTIONS, "answer(query)")]
)
@pytest.mark.parametrize("wrap", [lambda o: o, Recorded, lambda o: Majority(o, 3)])
def test_an_oracle_for_the_other_kind_of_question_is_a_type_error(problem, lacks, wrap):
    with pytest.raises(TypeError) as error:
        ask(QuerySet([1]), problem, wrap(object()))
    assert f"oracle is a object without {lacks}" in str(error.value)


def test_clashing_cuts_are_one_sentence():
    with pytest.raises(ContradictionError) as error:
        ask(QuerySet([1, 2, 3]), CUTS, scripted(False, True))
    assert str(error.value) == (
        "the receiver acts at threshold >= 0.6 (cut 2) but not at threshold >= 0.3 (cut 1): "
        "no type is left."
    )
    assert error.value.clash == (Exchange(1, False), Exchange(2, True))
    assert isinstance(error.value, ValueError)


def test_a_clashing_pair_of_partition_answers_is_named_without_the_others():
    oracle = PartitionQueries([[[0, 1, 2], [3]], [[0, 1], [2, 3]], [[0], [1, 2, 3]]])
    with pytest.raises(ContradictionError) as error:
        ask(QuerySet([0, 1, 2]), QuerySelection(LADDER, oracle), scripted(0, 1, 0))
    assert str(error.value) == (
        'the answers 1 to "1" and 0 to "2" exclude each other: no type is left.'
    )
    assert error.value.transcript == (Exchange(0, 0), Exchange(1, 1), Exchange(2, 0))


def test_three_answers_that_clash_only_together_are_all_named():
    with pytest.raises(ContradictionError) as error:
        ask(QuerySet([0, 1, 2]), QUESTIONS, scripted(0, 0, 1))
    assert str(error.value) == (
        'the answers 0 to "left", 0 to "right" and 1 to "differ" exclude each other: '
        "no type is left."
    )
    assert len(error.value.clash) == 3


@examples(60)
@given(st.data())
def test_dropping_any_answer_of_a_clash_leaves_a_type(data):
    instance = data.draw(instances())
    oracle = data.draw(partition_oracles(len(instance)))
    replies = [data.draw(st.integers(0, int(row.max()))) for row in oracle.labels]
    problem = QuerySelection(instance, oracle)
    agree = [row == reply for row, reply in zip(oracle.labels, replies, strict=True)]
    try:
        known = ask(QuerySet(range(len(oracle))), problem, scripted(*replies))
    except ContradictionError as error:
        masks = [agree[exchange.question] for exchange in error.clash]
        assert not np.logical_and.reduce(masks).any()
        for i in range(len(masks)):
            assert np.logical_and.reduce(masks[:i] + masks[i + 1 :]).any()
    else:
        everyone = np.ones(len(instance), dtype=bool)
        left = np.logical_and.reduce([everyone, *agree])
        assert np.array_equal(np.flatnonzero(left), known.members)


@pytest.mark.parametrize("reply", [2, -1, True, "0", 0.0, None])
def test_partition_answers_out_of_range_are_an_error(reply):
    with pytest.raises(ValueError, match=r'to query 1 \("right"\); its cells are numbered 0 to 1'):
        ask(QuerySet([1]), QUESTIONS, scripted(reply))


@pytest.mark.parametrize("reply", ["no", 1, None])
def test_an_answer_to_a_cut_that_is_not_a_bool_is_an_error(reply):
    with pytest.raises(ValueError, match=r"to cut 1; answer True \(she acts\) or False"):
        ask(QuerySet([1]), CUTS, scripted(reply))


@pytest.mark.parametrize(("problem", "query"), [(CUTS, 4), (CUTS, 0), (QUESTIONS, 3)])
def test_queries_that_do_not_exist_are_found_before_any_is_put(problem, query):
    oracle = Recorded(ExactReceiver(problem, 0))
    for plan in (QuerySet([1, query]), QueryTree((1, query), (((0, 1), (1, 1)), ()))):
        with pytest.raises(ValueError, match=rf"queries has (cut )?{query}"):
            ask(plan, problem, oracle)
    assert oracle.count == 0


def test_a_tree_without_a_branch_for_the_answer_is_an_error():
    tree = QueryTree((1, None), (((0, 1),), ()))
    with pytest.raises(ValueError, match="node 0 of the tree has no branch for answer 1"):
        ask(tree, CUTS, ExactReceiver(CUTS, 3))


def test_a_continuum_is_asked_through_its_lower_instance():
    from scipy import stats

    rounded = BinaryPersuasion.discretize(stats.uniform(), 0.25)
    problem = QuerySelection(rounded, ThresholdQueries(), budget=1)
    with pytest.raises(ValueError, match="give its down or up"):
        ask(QuerySet([1]), problem, ExactReceiver(rounded.down, 0))
    with pytest.raises(ValueError, match="give its down or up"):
        ExactReceiver(problem, 0)
    lower = problem.with_persuasion(rounded.down)
    assert ask(QuerySet([1]), lower, ExactReceiver(lower, 0)).members.tolist() == [0]


def test_types_are_given_by_position_or_label_and_near_labels_are_suggested():
    assert type_position(NEWS, "good news") == type_position(NEWS, np.int64(1)) == 1
    with pytest.raises(ValueError, match='label "god news"; did you mean "good news"'):
        ExactReceiver(NEWS, "god news")
    with pytest.raises(ValueError, match='no type has the label "xyz"; the first is "bad news"'):
        ExactReceiver(NEWS, "xyz")
    for wrong in (2, -1, True):
        with pytest.raises(ValueError, match="types are numbered 0 to 1"):
            ExactReceiver(NEWS, wrong)


def test_receivers_refuse_questions_that_do_not_exist():
    with pytest.raises(ValueError, match="messages are numbered 0 to 0"):
        ExactReceiver(NEWS, 0).acts(MessagingPolicy([1], [1]), 1)
    with pytest.raises(ValueError, match="queries are numbered 0 to 2"):
        ExactReceiver(QUESTIONS, 0).answer(3)
    with pytest.raises(ValueError, match="no partition queries"):
        ExactReceiver(NEWS, 0).answer(0)


@examples(60)
@given(st.data())
def test_an_exact_receiver_acts_as_the_model_says_and_so_does_one_without_noise(data):
    instance = data.draw(instances())
    for cut in data.draw(cuts_of(instance)):
        query = simulation_query(instance, cut)
        acts = query.policy.acts(instance, exact=True)[:, query.message]
        for position, expected in enumerate(acts):
            for her in (ExactReceiver(instance, position), NoisyReceiver(instance, position)):
                assert her.acts(query.policy, query.message) == expected


def test_thresholds_one_rounding_error_apart_are_told_apart():
    close = BinaryPersuasion([0.5, 0.5], [0.3, np.nextafter(0.3, 1)])
    problem = QuerySelection(close, ThresholdQueries())
    for position in (0, 1):
        known = ask(QuerySet([1]), problem, ExactReceiver(problem, position))
        assert known.members.tolist() == [position]


def test_the_worst_noise_moves_a_receiver_across_the_cuts_within_reach_only():
    # Cut 2 lies halfway between the thresholds 0.3 and 0.6.
    for noise, position, crossing in ((downward, 2, False), (upward, 1, True)):
        for error, acts in ((0.14, not crossing), (0.16, crossing)):
            query = simulation_query(LADDER, 2)
            her = NoisyReceiver(LADDER, position, error, noise=noise)
            assert her.acts(query.policy, query.message) == acts


def acting_share(draws, **options):
    query = simulation_query(LADDER, 2)
    return np.mean(
        [
            NoisyReceiver(LADDER, 2, seed=seed, **options).acts(query.policy, query.message)
            for seed in range(draws)
        ]
    )


def test_uniform_noise_errs_as_often_as_its_distribution_says():
    # Simulated within 0.3 of 0.6, below the middle 0.45 with probability 1/4.
    assert acting_share(2000, error=0.3) == pytest.approx(0.75, abs=0.03)


def test_failures_are_as_frequent_as_promised():
    # A failed simulation is uniform on [0, 1], below 0.45 with probability 0.45.
    assert acting_share(2000, failure=0.4) == pytest.approx(1 - 0.4 * 0.45, abs=0.03)


def test_failures_answer_partition_queries_as_a_random_type():
    answers = [NoisyReceiver(QUESTIONS, 3, failure=1, seed=s).answer(0) for s in range(1000)]
    assert np.mean(answers) == pytest.approx(0.5, abs=0.05)
    assert all(NoisyReceiver(QUESTIONS, 3, error=1, seed=s).answer(0) == 1 for s in range(20))


def test_one_draw_never_contradicts_itself_and_fresh_draws_may():
    plan = QuerySet([1, 2, 3])
    clashes = 0
    for seed in range(200):
        ask(plan, CUTS, NoisyReceiver(CUTS, 1, error=0.5, failure=0.3, seed=seed))
        every = QuerySet([0, 1, 2])
        ask(every, QUESTIONS, NoisyReceiver(QUESTIONS, 1, failure=0.5, seed=seed))
        fresh = NoisyReceiver(CUTS, 1, error=0.5, failure=0.3, fresh=True, seed=seed)
        try:
            ask(plan, CUTS, fresh)
        except ContradictionError:
            clashes += 1
    assert clashes > 10


@pytest.mark.parametrize("fresh", [False, True])
def test_the_same_seed_gives_the_same_answers(fresh):
    query = simulation_query(LADDER, 2)

    def answers(seed):
        her = NoisyReceiver(LADDER, 2, 0.3, 0.2, fresh=fresh, seed=seed)
        return [her.acts(query.policy, query.message) for _ in range(40)]

    assert answers(7) == answers(7) == answers(np.random.default_rng(7))
    assert (len(set(answers(7))) > 1) == fresh


def test_the_users_own_noise_is_used_and_held_to_its_promise():
    query = simulation_query(LADDER, 2)
    half = NoisyReceiver(LADDER, 2, 0.4, noise=lambda error, rng: -error / 2)
    assert not half.acts(query.policy, query.message)
    with pytest.raises(ValueError, match=r"noise drew 0\.2, which is not within error 0\.1 of 0"):
        NoisyReceiver(LADDER, 2, 0.1, noise=lambda error, rng: 2 * error)


@pytest.mark.parametrize(("field", "value"), [("error", -0.1), ("error", "2"), ("failure", 1.5)])
def test_noise_out_of_range_is_an_error(field, value):
    with pytest.raises(ValueError, match=rf"{field} is {value}; give a number in \[0, 1\]"):
        NoisyReceiver(LADDER, 0, **{field: value})


def test_a_budget_stops_the_questions_and_keeps_the_transcript():
    oracle = Recorded(ExactReceiver(CUTS, 3), budget=2)
    with pytest.raises(BudgetExceededError) as error:
        ask(QuerySet([1, 2, 3]), CUTS, oracle)
    assert str(error.value) == "the budget of 2 questions is spent."
    assert oracle.count == 2
    assert [e.answer for e in oracle.transcript] == [True, True]
    query = oracle.transcript[0].question
    assert query.policy.acts(LADDER)[:, query.message].tolist() == [False, True, True, True]
    assert ask(QuerySet([1, 2]), CUTS, Recorded(ExactReceiver(CUTS, 3), budget=2)).weight == 0.5


def test_a_question_that_fails_costs_nothing():
    oracle = Recorded(scripted(), budget=1)
    for _ in range(2):
        with pytest.raises(IndexError):
            oracle.answer(0)
    assert oracle.count == 0


@pytest.mark.parametrize("budget", [-1, 1.5, True])
def test_a_budget_is_a_count(budget):
    with pytest.raises(ValueError, match="budget is"):
        Recorded(scripted(), budget)


def test_a_majority_of_fresh_answers_is_more_often_right():
    query = simulation_query(LADDER, 2)

    def accuracy(times):
        her = NoisyReceiver(LADDER, 2, failure=0.6, fresh=True, seed=1)
        oracle = Majority(her, times)
        return np.mean([oracle.acts(query.policy, query.message) for _ in range(400)])

    # One answer is right with probability 1 - 0.6 * 0.45 = 0.73; of 9, most are with 0.93.
    once, often = accuracy(1), accuracy(9)
    assert once == pytest.approx(0.73, abs=0.06)
    assert often == pytest.approx(0.93, abs=0.04)


def test_a_majority_does_not_help_a_receiver_simulated_once():
    her = NoisyReceiver(LADDER, 2, 0.2, noise=downward)
    query = simulation_query(LADDER, 2)
    assert not Majority(her, 9).acts(query.policy, query.message)


def test_wrappers_count_questions_outside_and_repetitions_inside():
    inner = Recorded(ExactReceiver(QUESTIONS, 0))
    outer = Recorded(Majority(inner, 5))
    ask(QuerySet([0, 1]), QUESTIONS, outer)
    assert (outer.count, inner.count) == (2, 10)


def test_of_tied_answers_the_first_counts():
    assert Majority(scripted(2, 1, 0), 3).answer(0) == 2


@pytest.mark.parametrize("times", [0, 2, -1, 1.0, True])
def test_a_majority_needs_an_odd_number(times):
    with pytest.raises(ValueError, match="give an odd number"):
        Majority(scripted(), times)


def test_all_public_names_are_at_the_top():
    from suasion import oracles

    inside = {"downward", "uniform", "upward", "type_position"}
    assert set(oracles.__all__) - inside <= set(suasion.__all__)


def test_a_result_is_asked_as_its_answer_to_its_problem():
    problem = QuerySelection(LADDER, ThresholdQueries(), budget=2)
    result = solve(problem)
    receiver = ExactReceiver(problem, 2)
    known = ask(result, oracle=receiver)
    assert known.members.tolist() == ask(result.answer, problem, receiver).members.tolist()
    with pytest.raises(InputError, match=r"problem is a ExactReceiver; give .* oracle=\.\.\."):
        ask(result, receiver)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (QueryTree.binary_search([1, 2, 3]), "adaptive is False"),
        (QuerySet([1, 2, 3]), "3 queries are asked, and the budget is 2"),
        (Cover([0]), "answer is a Cover; give a QuerySet, a QueryTree or a Result"),
        ([1], "answer is a list"),
    ],
)
def test_an_answer_that_the_problem_does_not_allow_is_refused_before_anything_is_asked(
    answer, said
):
    problem = QuerySelection(LADDER, ThresholdQueries(), budget=2)
    receiver = Recorded(ExactReceiver(problem, 0))
    with pytest.raises(InputError, match=said):
        ask(answer, problem, receiver)
    assert receiver.transcript == ()
