"""Random rules for partition queries, and the best allowed set from the definition alone."""

from fractions import Fraction
from itertools import combinations

from hypothesis import strategies as st
from instances import REGIMES, instances, optimum, partition_oracles, query_costs, triples

from suasion import QuerySelection

# Some are not representable in binary.
AMOUNTS = [Fraction(k, 300) for k in (-7, -1, 0, 1, 2, 5, 9)]
COEFFICIENTS = [Fraction(k, 3) for k in (-3, -2, -1, 1, 2, 3, 4)]


@st.composite
def side_constraints(draw, count):
    """At most one of two, one needs the other, exactly so many of a block, a knapsack, or any."""
    kind = draw(st.sampled_from(["one of two", "needs", "exactly", "at least", "knapsack", "any"]))
    most = 2 if kind in ("one of two", "needs") else count
    block = draw(
        st.lists(st.integers(0, count - 1), min_size=1, max_size=most, unique=True).map(sorted)
    )
    ones = {str(q): 1 for q in block}
    if kind == "one of two":
        return {"coefficients": ones, "upper": 1}
    if kind == "needs":
        signs = zip(draw(st.permutations(block)), (1, -1), strict=False)
        return {"coefficients": {str(q): sign for q, sign in signs}, "upper": 0}
    if kind == "exactly":
        k = draw(st.integers(0, len(block)))
        return {"coefficients": ones, "lower": k, "upper": k}
    if kind == "at least":
        return {"coefficients": ones, "lower": draw(st.integers(0, len(block)))}
    given = st.sampled_from(COEFFICIENTS if kind == "any" else COEFFICIENTS[3:])
    numbers = {str(q): draw(given) for q in block}
    if kind == "knapsack":
        return {"coefficients": numbers, "upper": draw(st.sampled_from(COEFFICIENTS[3:]))}
    # Sides that some set meets exactly.
    meeting = [sum((numbers[q] for q in numbers if draw(st.booleans())), Fraction(0))]
    sides = {"lower": meeting[0] - draw(st.integers(0, 1)), "upper": meeting[0]}
    return {"coefficients": numbers, **sides}


@st.composite
def group_prices(draw, count):
    """A discount or a surcharge for all of a group, or a fee or a rebate for any of it."""
    group = draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=3, unique=True))
    amount = draw(st.sampled_from(AMOUNTS))
    if draw(st.booleans()):
        return {"queries": group, "amount": amount}
    return {"group": group, "fee": amount}


@st.composite
def ruled(draw, persuasion=None, max_queries=5):
    """A question with rules, many of which leave nothing to ask."""
    instance = persuasion
    if instance is None:
        instance = draw(instances(draw(st.sampled_from(REGIMES)), max_types=5))
    oracle = draw(partition_oracles(len(instance), max_queries).filter(len))
    m = len(oracle)
    return QuerySelection(
        instance,
        oracle,
        draw(st.sampled_from([None, None, 0, 1, 2, 3])),
        costs=draw(query_costs(m, draw(st.sampled_from(["free", "equal", "unequal"])))),
        constraints=draw(st.lists(side_constraints(m), max_size=3)),
        discounts=draw(st.lists(group_prices(m), min_size=1, max_size=3)),
    )


def allowed_sets(question):
    """The sets within the budget that keep every constraint, from the question's document."""
    document, m = question.to_dict(), question.query_count
    most = m if question.budget is None else min(m, question.budget)
    kept = []
    for chosen in (set(c) for k in range(most + 1) for c in combinations(range(m), k)):
        for row in document.get("constraints", []):
            total = sum(Fraction(a) for q, a in row["coefficients"].items() if int(q) in chosen)
            if "lower" in row and total < Fraction(row["lower"]):
                break
            if "upper" in row and total > Fraction(row["upper"]):
                break
        else:
            kept.append(chosen)
    return kept


def price(question, chosen):
    """What a set of queries costs, from the question's document."""
    own = question.cost_numbers(exact=True).tolist()
    total = sum((own[q] for q in chosen), Fraction(0))
    for entry in question.to_dict().get("discounts", []):
        if "group" in entry:
            total += Fraction(entry["fee"]) * any(int(q) in chosen for q in entry["group"])
        else:
            total -= Fraction(entry["amount"]) * all(int(q) in chosen for q in entry["queries"])
    return total


def worth(question, chosen):
    """Payoff of a set of queries from the definition, in rationals."""
    types, labels = triples(question.persuasion), question.oracle.labels.tolist()
    cells = {}
    for i, one in enumerate(types):
        cells.setdefault(tuple(labels[q][i] for q in chosen), []).append(one)
    return sum(map(optimum, cells.values()), Fraction(0)) - price(question, chosen)


def best_worth(question):
    """The most that an allowed set earns; None if there is none."""
    return max((worth(question, chosen) for chosen in allowed_sets(question)), default=None)
