"""The checks for users pass the package's own methods and receivers, and fail wrong ones."""

from dataclasses import replace
from fractions import Fraction

import pytest

from suasion import (
    BinaryPersuasion,
    ExactReceiver,
    FinitePersuasion,
    HiddenBelief,
    InputError,
    MessagingPolicy,
    NoisyReceiver,
    OutOfReachError,
    PartitionQueries,
    QuerySelection,
    SetCover,
    Status,
    ThresholdQueries,
    methods,
    solve,
)
from suasion.results import concluded
from suasion.testing import check_method, check_simulator

TIES = BinaryPersuasion(["1/4", "1/4", "1/2", 0], ["1/5", "1/5", "2/5", "3/5"])
PARTS = PartitionQueries([[[0, 1], [2, 3]], [[0], [1, 2, 3]]])
JUDGES = FinitePersuasion(
    ["1/2", "1/2"], [["7/10", "3/10"], ["1/2", "1/2"]], [[1, 0], [0, 1]], [[0, 1], [0, 1]]
)
PROBLEMS = {
    "messaging": TIES,
    "cuts": QuerySelection(TIES, ThresholdQueries(), 1),
    "cuts in turn": QuerySelection(TIES, ThresholdQueries(), 2, adaptive=True, costs="1/100"),
    "partitions": QuerySelection(TIES, PARTS, 1),
    "partitions in turn": QuerySelection(TIES, PARTS, 2, adaptive=True, costs="1/50"),
    "finite": JUDGES,
    "covers": SetCover(3, [[0, 1], [1, 2], [2], [0]], costs=[2, 3, 1, "1/2"]),
    "no cover": SetCover(2, [[0]]),
}


def in_reach(problem, method):
    try:
        return solve(problem, method).status
    except OutOfReachError:
        return None


OWN = [
    (name, method)
    for name, problem in PROBLEMS.items()
    for method in methods(problem)
    if in_reach(problem, method)
]


def test_most_methods_are_checked():
    assert len(OWN) > 25


@pytest.mark.parametrize(("name", "method"), OWN)
def test_the_packages_own_methods_pass(name, method):
    check_method(method, [PROBLEMS[name]], relaxed=method == "menu")


def changed(**fields):
    """The default method, with some fields of its result made wrong."""

    def wrong(problem, options):
        return replace(solve(problem, exact=options.exact), **fields)

    return wrong


@pytest.mark.parametrize(
    ("method", "sentence"),
    [
        (changed(value=0.9), "its answer is worth .*, and the result says 0.9"),
        (changed(exact_value=Fraction(1, 3)), "is worth exactly .*, and the result says 1/3"),
        (changed(bound=0.1, status=Status.FEASIBLE), "its bound 0.1 is beaten by the optimum"),
        (changed(bound=0.95), 'it says "optimal" of .* with bound 0.95'),
        (changed(problem=None), "its result is about another problem"),
        (changed(answer=None), 'it says "optimal" and has no answer'),
        (changed(answer=None, status=Status.NO_ANSWER), "there was no time limit"),
        (changed(answer=None, status=Status.INFEASIBLE), 'it says "infeasible", and'),
        (changed(status=Status.FAILED), "it failed"),
        (lambda problem, options: 3, "it returned a int, no Result"),
    ],
)
def test_a_result_that_is_not_true_is_told(method, sentence):
    method.__name__ = "mine"
    with pytest.raises(AssertionError, match=rf"mine on problems\[0\], BinaryP.*{sentence}"):
        check_method(method, [TIES])


def test_a_method_whose_answers_change_is_told():
    calls = []

    def moody(problem, options):
        calls.append(problem)
        better, worse = solve(problem, exact=options.exact), silent(problem)
        return better if len(calls) % 2 else worse

    with pytest.raises(AssertionError, match=r"the same seed gave 0\.\d+ and then 0\.0"):
        check_method(moody, [BinaryPersuasion.one("2/5")])


def silent(problem):
    answer = MessagingPolicy([1], [1])
    value = answer.value(problem)
    return concluded(method="silence", problem=problem, answer=answer, value=value, bound=1.0)


@pytest.mark.parametrize("name", ["messaging", "cuts", "partitions"])
def test_exact_receivers_pass(name):
    check_simulator(ExactReceiver, [PROBLEMS[name]])


def test_receivers_of_many_actions_pass():
    check_simulator(HiddenBelief.of_type, [JUDGES])


def test_a_noisy_receiver_is_told_unless_that_is_what_it_should_be():
    def noisy(problem, position):
        return NoisyReceiver(problem, position, failure=1, fresh=True, seed=1)

    with pytest.raises(AssertionError, match=r"problems\[0\], type \d"):
        check_simulator(noisy, [TIES])
    check_simulator(noisy, [TIES], agreement=0.1)
    with pytest.raises(AssertionError, match="answers are wrong"):
        check_simulator(noisy, [TIES], agreement=0.99)
    with pytest.raises(InputError, match="agreement is 2"):
        check_simulator(noisy, [TIES], agreement=2)


class Talks:
    def acts(self, policy, message):
        return "yes"

    def answer(self, query):
        return 7

    def violated(self, likelihoods, action):
        return None


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (TIES, "answered 'yes' to cut 2, which is no answer"),
        (PROBLEMS["partitions"], r'answered 7 to query 0 \("0"\), which is no answer'),
        (JUDGES, r"answered None to action 1 after \[1.0, 1.0\], and the model says 0"),
    ],
)
def test_an_oracle_that_answers_something_else_is_told(problem, sentence):
    with pytest.raises(AssertionError, match=sentence):
        check_simulator(lambda problem, position: Talks(), [problem])


def test_an_oracle_without_the_method_is_told():
    with pytest.raises(AssertionError, match=r'type 0 \("0"\): oracle is a object without acts'):
        check_simulator(lambda problem, position: object(), [TIES])
