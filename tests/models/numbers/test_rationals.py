"""Single numbers: what is one, that it is kept exactly at any length, and how it is named."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import examples

from suasion import (
    BinaryPersuasion,
    FinitePersuasion,
    QuerySelection,
    ThresholdQueries,
    load,
    save,
)
from suasion.models.numbers.digits import from_digits, rational_text, to_digits
from suasion.models.numbers.quoting import quoted
from suasion.models.numbers.rationals import parse_number

F = Fraction


class Ratio:
    """A number type of another library, with nothing but Python's protocol."""

    def as_integer_ratio(self):
        return np.int64(2), 5


@st.composite
def long_integers(draw):
    digits = draw(st.sampled_from([1, 299, 600, 601, 1201, 4300, 4301, 9000]))
    number = draw(st.integers(0, 10**40)) * 10**digits // 10**40
    return number if draw(st.booleans()) else number + draw(st.integers(0, 9))


@given(long_integers())
@examples(60)
def test_digits_of_any_length_come_back(number):
    text = to_digits(number)
    assert from_digits(text) == number
    assert len(text) == len(str(number)) if number < 10**4000 else number // 10 ** (len(text) - 1)
    assert to_digits(-number) == (f"-{text}" if number else "0")


@given(long_integers(), long_integers(), st.sampled_from(["", "-", "+"]))
@examples(60)
def test_rationals_of_any_length_are_read_as_they_are_written(one, other, sign):
    number = F(one, other + 1)
    assert parse_number(rational_text(number), "x") == number
    text = f" {sign}{to_digits(one)}/{to_digits(other + 1)}\n"
    assert parse_number(text, "x") == (-number if sign == "-" else number)


@given(long_integers(), long_integers(), st.sampled_from(["", "e3", "E-2", "e+0"]))
@examples(60)
def test_decimals_of_any_length_are_exact(whole, part, power):
    decimals = to_digits(part)
    value = (whole + F(part, 10 ** len(decimals))) * F(f"1{power}")
    assert parse_number(f"{to_digits(whole)}.{decimals}{power}", "x") == value
    assert parse_number(f"-.{decimals}{power}", "x") == -F(part, 10 ** len(decimals)) * F(
        f"1{power}"
    )


@pytest.mark.parametrize(
    "value", [F(1, 3**9500), "0." + "3" * 4301, "1/1" + "0" * 20000, Decimal(2) ** -14000]
)
def test_long_beliefs_and_utilities_are_saved_and_loaded(value, tmp_path):
    binary = BinaryPersuasion([1], [value])
    finite = FinitePersuasion([1], [["1/2", "1/2"]], [[1, 0], [0, 1]], [[value, 0], [0, 1]])
    costly = [
        QuerySelection(BinaryPersuasion([1, 0], [0, 1]), ThresholdQueries(), costs=costs)
        for costs in ([value], value)
    ]
    for problem in (binary, finite, *costly):
        save(problem, tmp_path / "long.json")
        assert load(tmp_path / "long.json").to_dict() == problem.to_dict()
    assert load(tmp_path / "long.json").cost_numbers(exact=True)[0] == parse_number(value, "x")


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (Decimal("0.4"), F(2, 5)),
        (Decimal("1E-30"), F(1, 10**30)),
        (Ratio(), F(2, 5)),
        (np.int8(1), F(1)),
        (np.uint64(1), F(1)),
        (np.str_("2/5"), F(2, 5)),
        (True + 0, F(1)),
    ],
)
def test_exact_types_of_every_kind_stay_exact(value, number):
    assert parse_number(value, "x") == number
    assert isinstance(parse_number(value, "x"), Fraction)
    instance = BinaryPersuasion([1], [value])
    assert instance.rational
    assert instance.numbers(exact=True)[1][0] == number


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64, np.longdouble])
def test_floats_of_every_width_are_floats(kind):
    assert parse_number(kind(0.375), "x") == 0.375
    assert type(parse_number(kind(0.375), "x")) is float


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (Decimal("NaN"), r"x is Decimal\('NaN'\); give a finite number"),
        (Decimal("-Infinity"), r"x is Decimal\('-Infinity'\); give a finite number"),
        (Decimal("1E+999999999"), "x is Decimal.*not a number"),
        (float("inf"), "x is inf; give a finite number"),
        (np.complex128(1), "x is .*1.* which is not a number"),
        (None, "x is None, which is not a number"),
        (float, "x is <class 'float'>, which is not a number"),
        (np.bool_(True), "x is True, not a number"),
        ("9" * 5000 + "x", r"x is '9{24}\.\.\.9{8}x' \(5003 characters\), which is not a number"),
        ("1/" + "0" * 5000, r"\(5004 characters\), which is not a number"),
        ("." + "e1" * 700, r"\(1403 characters\), which is not a number"),
        ("-" + "." * 700, r"\(703 characters\), which is not a number"),
        ("1e99999", "x is '1e99999', which is not a number"),
    ],
)
def test_what_is_no_finite_number_is_refused_in_a_short_sentence(value, sentence):
    with pytest.raises(ValueError, match=sentence) as refused:
        parse_number(value, "x")
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    ("weights", "beliefs", "sentence"),
    [
        ([1], ["7" * 4301], r"beliefs\[0\] is 7{25}\.\.\.7{10} \(4301 characters\), too large"),
        ([1], ["7" * 300], r"beliefs\[0\] is 7{25}\.\.\.7{10} \(300 characters\), outside"),
        ([F(1, 10**5000)], [0], r"weights sum to 1/10{22}\.\.\.0{10} \(5003 characters\), not"),
        ([-F(1, 10**5000), 1], [0, 0], r"weights\[0\] is -1/1.* \(5004 characters\), outside"),
        ("1" * 5000, [0], r"weights is '1{24}\.\.\.1{9}' \(5002 characters\); give a list"),
    ],
)
def test_long_numbers_are_named_by_field_position_ends_and_length(weights, beliefs, sentence):
    with pytest.raises(ValueError, match=sentence):
        BinaryPersuasion(weights, beliefs)


def test_a_quote_is_never_long_and_never_fails():
    assert quoted(F(2, 5)) == "2/5"
    assert quoted("boom") == "'boom'"
    assert quoted("x" * 78) == repr("x" * 78)
    for value in (10**9000, F(1, 3**9000), "x" * 79, [10**9000], list(range(999))):
        assert len(quoted(value)) <= 80
