"""Distributions of scipy are read as data, and give probabilities or a sentence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from instances import examples
from scipy import stats

from suasion.generate import generate
from suasion.generate.distributions import Distribution, parse_distribution

GOOD = {
    "beta(2, 5)": stats.beta(2, 5),
    "truncnorm(-1, 1, loc=0.5, scale=0.2)": stats.truncnorm(-1, 1, loc=0.5, scale=0.2),
    "uniform": stats.uniform(),
    "uniform()": stats.uniform(),
    " uniform ( loc = 1/4 , scale = +.5 ) ": stats.uniform(0.25, 0.5),
    "arcsine()": stats.arcsine(),
    "norm(0.5, 0.01)": stats.norm(0.5, 0.01),
    "bernoulli(0.3)": stats.bernoulli(0.3),
    "triang(c=1e-1)": stats.triang(0.1),
}


@pytest.mark.parametrize("text", GOOD)
def test_beliefs_have_the_distribution_written(text):
    beliefs = generate("distribution", 4000, 1, beliefs=text).beliefs
    # Dvoretzky, Kiefer and Wolfowitz: beyond it less than once in ten million.
    limit = (np.log(2 / 1e-7) / (2 * 4000)) ** 0.5
    points = np.linspace(0, 1, 101)
    empirical = (beliefs[:, None] <= points).mean(axis=0)
    assert np.abs(empirical - GOOD[text].cdf(points)).max() < limit


@pytest.mark.parametrize("family", ["private", "misinformed"])
def test_beliefs_replace_those_of_open_regimes_and_nothing_else(family):
    plain = generate(family, 50, 1)
    drawn = generate(family, 50, 1, beliefs="uniform(0.1, 0.2)")
    assert drawn.beliefs.max() <= 0.3
    assert np.array_equal(plain.weights, drawn.weights)
    if family == "private":
        assert np.array_equal(plain.thresholds, drawn.thresholds)
    else:
        assert np.array_equal(plain.state_beliefs, drawn.state_beliefs)


def test_queries_take_beliefs_of_any_distribution():
    problem = generate("partitions", 50, 1, beliefs="uniform(0.1, 0.2)")
    assert 0.1 <= problem.persuasion.beliefs.min() <= problem.persuasion.beliefs.max() <= 0.3
    private = generate("intervals", 50, 1, beliefs="uniform(0.1, 0.2)", receivers="private")
    assert private.persuasion.beliefs.max() <= 0.3 < private.persuasion.thresholds.max()


class Rounded:
    """As scipy's distributions whose ends are rounded across 0 and 1, with no mass there."""

    def cdf(self, at):
        return 0.0

    def sf(self, at):
        return 1e-17

    def ppf(self, shares):
        return np.where(shares < 0.5, -5e-17, np.nextafter(1, 2))


def test_ends_rounded_across_the_interval_are_clipped():
    drawn = Distribution("beliefs", "rounded", Rounded(), False)
    assert set(drawn.draw(np.random.default_rng(0), 50, upper=1).tolist()) == {0.0, 1.0}
    assert drawn.draw(np.random.default_rng(0), 50).max() > 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("norm(0.5, 0.2)", r'beliefs is "norm\(0.5, 0.2\)", which has mass .* truncate it'),
        ("expon(scale=0.3)", "outside \\[0, 1\\]; truncate it"),
        ("uniform(-0.1, 1)", "has mass 0.1 outside"),
        ("randint(0, 3)", "has mass 0.3333 outside"),
        ("beta(-2, 5)", "no numbers"),
        ("beta(2, 5, scale=-1)", "no numbers"),
        ("uniform(0, inf)", "beliefs is"),
        ("cauchy(0.5, 0.1)", "outside"),
        ("bta(2, 5)", 'did you mean "beta"'),
        ("beta(2)", "the arguments of beta are a, b, loc, scale"),
        ("beta(2, 5, c=3)", "the arguments of beta are a, b, loc, scale"),
        ("bernoulli()", "the arguments of bernoulli are p, loc"),
        ("beta(2, 5", "cannot be read"),
        ("beta(2, 5, a=1, a=2)", "cannot be read"),
        ("beta(2, 1/0)", "cannot be read"),
        ("beta(2, x)", "cannot be read"),
        ("beta(2, True)", "cannot be read"),
        ("beta(2, 3j)", "cannot be read"),
        ("beta(2, 2**9)", "cannot be read"),
        ("beta(*[2, 5])", "cannot be read"),
        ("beta(**{'a': 2})", "cannot be read"),
        ("stats.beta(2, 5)", "cannot be read"),
        ("__import__('os').system('echo')", "cannot be read"),
        ("(lambda: 1)()", "cannot be read"),
        ("beta(beta(1, 1), 2)", "cannot be read"),
        ("uniform(" + "9" * 150 + "." + "9" * 30 + ")", "beliefs is"),
        ("uniform(" + "-" * 180 + "1)", "beliefs is"),
        ("rv_histogram(1)", "no such distribution"),
        ("multivariate_normal(1)", "no such distribution"),
        ("norm.__class__", "cannot be read"),
        ("", "cannot be read"),
        ("0.3", "cannot be read"),
        ("a\0b", "cannot be read"),
        ("x" * 201, "write the name of a distribution"),
        (0.3, "write the name of a distribution"),
    ],
)
def test_what_is_no_distribution_of_probabilities_is_one_sentence(text, said):
    with pytest.raises(ValueError, match=said) as raised:
        generate("distribution", 5, beliefs=text)
    assert "\n" not in str(raised.value)


@given(st.text("abetuniform0123456789(),.=-+*/[]{}'\" ", max_size=40))
@examples(200)
def test_any_text_is_a_distribution_or_a_sentence(text):
    said = "beliefs is"
    try:
        assert callable(parse_distribution(text, "beliefs").frozen.ppf)
    except ValueError as error:
        said = str(error)
    assert said.startswith("beliefs is")


def test_nothing_that_is_read_is_run(tmp_path):
    target = tmp_path / "made"
    for text in (f"open('{target}', 'w')", f"beta(open('{target}', 'w'), 1)"):
        with pytest.raises(ValueError, match=r"cannot be read|write the name"):
            parse_distribution(text, "beliefs")
    assert not target.exists()


def test_costs_of_discrete_distributions_are_integers():
    costs = generate("density", 400, 1, cost="poisson(3)").cost_numbers(exact=True)
    assert all(cost.denominator == 1 for cost in costs)
    moved = generate("density", 400, 1, cost="poisson(3, loc=0.5)").costs
    assert set((moved % 1).tolist()) == {0.5}
    drawn = np.array(generate("density", 4000, 1, cost="2:5", sets=4000).costs)
    values, counts = np.unique(drawn, return_counts=True)
    assert values.tolist() == [2, 3, 4, 5]
    assert (np.abs(counts - 1000) < 5 * (4000 * 3 / 16) ** 0.5).all()
