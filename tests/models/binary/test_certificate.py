"""Certificates: hold for every optimum, and each way of tampering is noticed."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import REGIMES, examples, fractions, instances

from suasion import BinaryPersuasion, MessagingPolicy, solve
from suasion.models.binary.certificate import MessagingCertificate

F = Fraction
INSTANCE = BinaryPersuasion(["1/2", "1/2"], ["2/5", "9/10"])


@pytest.fixture
def proof():
    return solve(INSTANCE, exact=True).certificate


class Tampered(MessagingPolicy):
    """Likelihoods that the constructor would refuse."""

    def __init__(self, high, low):
        super().__init__([1], [1])
        object.__setattr__(self, "_pair", (high, low))

    def likelihoods(self, exact=False):
        return self._pair


def only(failures):
    assert len(failures) == 1, failures
    return failures[0]


@pytest.mark.parametrize("regime", REGIMES)
@given(data=st.data())
@examples(60)
def test_optimum_proves_itself(regime, data):
    instance = data.draw(instances(regime, max_types=8))
    result = solve(instance, exact=True)
    assert result.exact
    assert result.certificate.failures(instance) == []
    assert result.certificate.value == result.exact_value


def test_untouched_proof_holds(proof):
    assert proof.failures(INSTANCE) == []
    assert proof.value == F(221, 250)


def test_another_value_is_noticed(proof):
    failures = replace(proof, value=proof.value + F(1, 10**30)).failures(INSTANCE)
    assert any("the policy earns 221/250, not the claimed" in f for f in failures)
    assert any("the prices sum to 221/250, not the claimed" in f for f in failures)


def test_one_likelihood_moved_is_noticed(proof):
    high, low = (side.tolist() for side in proof.policy.likelihoods(exact=True))
    low[0], low[1] = low[0] + F(1, 10**30), low[1] - F(1, 10**30)
    failures = replace(proof, policy=MessagingPolicy(high, low)).failures(INSTANCE)
    assert "the policy earns" in only(failures)


def test_a_worse_policy_is_noticed(proof):
    failures = replace(proof, policy=MessagingPolicy([1], [1])).failures(INSTANCE)
    assert only(failures) == "the policy earns 1/2, not the claimed 221/250"


@pytest.mark.parametrize(
    ("high", "low", "side"),
    [
        ([F(1), F(1)], [F(1), F(0)], "high"),
        ([F(1), F(0)], [F(1, 2), F(1, 3)], "low"),
        ([F(3, 2), F(-1, 2)], [F(1), F(0)], "high"),
        ([F(1), F(0)], [F(-1), F(2)], "low"),
    ],
    ids=["high sums to 2", "low sums to 5/6", "high negative", "low negative"],
)
def test_likelihoods_that_are_no_distribution_are_noticed(proof, high, low, side):
    failures = replace(proof, policy=Tampered(high, low)).failures(INSTANCE)
    assert f"the {side} likelihoods are not a probability distribution" in failures


def test_a_float_policy_is_noticed(proof):
    floats = MessagingPolicy(proof.policy.high, proof.policy.low)
    failures = replace(proof, policy=floats).failures(INSTANCE)
    assert "the policy has likelihoods that are not rational" in failures


@pytest.mark.parametrize("shift", [F(1, 100), F(-1, 100)])
def test_shifted_prices_are_noticed_even_when_their_sum_is_right(proof, shift):
    moved = replace(proof, price_high=proof.price_high + shift, price_low=proof.price_low - shift)
    found = [f for f in moved.failures(INSTANCE) if f != "a price is negative"]
    assert found
    assert all("the prices do not cover the message for threshold" in f for f in found)


@pytest.mark.parametrize("price", ["price_high", "price_low"])
@pytest.mark.parametrize("shift", [F(1, 100), F(-1, 100)])
def test_one_price_moved_is_noticed(proof, price, shift):
    moved = replace(proof, **{price: getattr(proof, price) + shift})
    failures = moved.failures(INSTANCE)
    assert any("the prices sum to" in f for f in failures)
    assert any("do not cover" in f for f in failures) == (shift < 0)


@pytest.mark.parametrize("price", ["price_high", "price_low"])
def test_a_negative_price_is_noticed(proof, price):
    other = {"price_high": "price_low", "price_low": "price_high"}[price]
    moved = replace(proof, **{price: F(-1), other: proof.value + 1})
    assert "a price is negative" in moved.failures(INSTANCE)


def test_a_proof_about_another_instance_is_noticed(proof):
    better = BinaryPersuasion(["1/2", "1/2"], ["9/20", "9/10"])
    assert proof.failures(better)
    worse = BinaryPersuasion(["1/2", "1/2"], ["7/20", "9/10"])
    assert proof.failures(worse)


@given(instances(), fractions(), fractions())
@examples(60)
def test_prices_that_pass_bound_the_optimum(instance, a, b):
    result = solve(instance, exact=True)
    claimed = replace(result.certificate, price_high=a, price_low=b)
    if not [f for f in claimed.failures(instance) if "cover" in f]:
        assert a + b >= result.exact_value
    else:
        assert (a, b) != (result.certificate.price_high, result.certificate.price_low)


def test_document_writes_every_number_as_a_rational(proof):
    assert proof.to_dict() == {
        "value": "221/250",
        "high": ["24/25", "1/25"],
        "low": ["16/25", "9/25"],
        "prices": {"high": str(proof.price_high), "low": str(proof.price_low)},
    }
    assert proof.price_high + proof.price_low == F(221, 250)


def test_prices_that_leave_out_the_message_of_state_one_only_are_noticed():
    instance = BinaryPersuasion([1], ["3/5"])
    told = MessagingPolicy([1, 0], ["3/4", "1/4"])
    claimed = MessagingCertificate(F(9, 10), told, price_high=F(3, 10), price_low=F(3, 5))
    assert (
        only(claimed.failures(instance)) == "the prices do not cover the message for threshold 0"
    )
    assert solve(instance, exact=True).exact_value == 1


def test_prices_that_leave_out_what_certain_types_do_in_state_zero_are_noticed():
    instance = BinaryPersuasion([1], [1])
    claimed = MessagingCertificate(F(1), MessagingPolicy([1], [1]), F(1), F(0))
    assert claimed.failures(instance) == []
    misinformed = BinaryPersuasion([1], [1], state_beliefs=["1/2"])
    assert only(claimed.failures(misinformed)).endswith("for threshold 1")


def test_numbers_beyond_the_digits_python_writes_are_named_by_their_ends():
    value = F(10**5000 + 1, 3**20000)
    proof = solve(BinaryPersuasion([1], [value / 2**2000]), exact=True).certificate
    failures = replace(proof, value=value).failures(INSTANCE)
    assert failures
    assert max(map(len, failures)) < 250
