"""Distributions of scipy, written as text: ``beta(2, 5)``."""

from __future__ import annotations

import ast
import difflib
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from suasion.errors import InputError
from suasion.models.numbers.arrays import FloatArray
from suasion.models.numbers.rationals import Number

LONGEST = 200
# The slack admits a distribution function that rounds a boundary.
MASS_OUTSIDE = 1e-9
HOW = 'write the name of a distribution of scipy.stats and numbers, such as "beta(2, 5)"'


@dataclass(frozen=True)
class Distribution:
    """A distribution that numbers are drawn from, by inverting its distribution function.

    Every draw takes one uniform number, whatever the distribution, so that what is drawn depends
    neither on scipy's own random methods nor on how many numbers these take.

    Attributes
    ----------
    field : str
        The parameter it was given for, which errors name.
    text : str
        As it was written.
    frozen : frozen distribution of scipy.stats
    whole : bool
        Whether it is discrete, so that its values are integers (unless loc is none).
    """

    field: str
    text: str
    frozen: Any
    whole: bool

    def draw(self, rng: np.random.Generator, count: int, upper: float | None = None) -> FloatArray:
        """Draw numbers from 0 to `upper`.

        Raises
        ------
        ValueError
            If the distribution has mass outside, or gives anything but numbers.
        """
        span = "[0, inf)" if upper is None else f"[0, {upper:g}]"
        remedy = "truncate it (truncnorm, truncexpon), or scale it by loc and scale"
        try:
            with np.errstate(all="ignore"):
                below = self.frozen.cdf(np.nextafter(0.0, -1.0))
                outside = float(below + (0.0 if upper is None else self.frozen.sf(upper)))
                values = np.asarray(self.frozen.ppf(rng.random(count)), dtype=np.float64)
        except (ArithmeticError, RuntimeError, TypeError, ValueError) as error:
            raise InputError(
                f"{self.field} is {self.text}, which scipy cannot draw from ({error}); choose "
                "other arguments."
            ) from error
        if math.isnan(outside) or not np.isfinite(values).all():
            raise InputError(
                f"{self.field} is {self.text}, which gives values that are no numbers (NaN or "
                "infinite); check its arguments."
            )
        if outside > MASS_OUTSIDE:
            raise InputError(
                f"{self.field} is {self.text}, which has mass {outside:.4g} outside {span}; "
                f"{remedy}."
            )
        # What is left is rounding, such as loc + scale just above 1, or as good as impossible.
        return np.clip(values, 0.0, upper)


def parse_distribution(text: Any, field: str) -> Distribution:
    """Read a distribution of scipy.stats with numbers as arguments; nothing is evaluated.

    Parameters
    ----------
    text : str
        A name and its arguments, by position or by name: numbers, fractions such as 1/3, and
        inf. Without arguments the parentheses may be left out.
    field : str
        Named in errors.

    Raises
    ------
    ValueError
        For anything else, unknown distributions, and arguments that do not fit.

    Examples
    --------
    >>> float(parse_distribution("uniform(loc=1/5, scale=0.4)", "beliefs").frozen.mean())
    0.4
    """
    if isinstance(text, Distribution):
        return text
    if not isinstance(text, str) or len(text) > LONGEST:
        raise InputError(f"{field} is {str(text)[:60]!r}; {HOW}.")
    try:
        name, arguments, named = _call(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, TypeError, ArithmeticError, RecursionError, MemoryError):
        raise InputError(f'{field} is "{text}", which cannot be read; {HOW}.') from None
    # Half a second; loaded only for those who ask for a distribution.
    from scipy import stats

    kinds = (stats.rv_continuous, stats.rv_discrete)
    family = getattr(stats, name, None)
    if not isinstance(family, kinds):
        known = [word for word in dir(stats) if isinstance(getattr(stats, word), kinds)]
        near = difflib.get_close_matches(name, known, n=1)
        hint = f'; did you mean "{near[0]}"?' if near else "."
        raise InputError(f'{field} is "{text}", and scipy.stats has no such distribution{hint}')
    whole = isinstance(family, stats.rv_discrete)
    try:
        frozen = family(*arguments, **named)
    except TypeError:
        shapes = [family.shapes] if family.shapes else []
        wanted = ", ".join([*shapes, "loc", *([] if whole else ["scale"])])
        raise InputError(f'{field} is "{text}"; the arguments of {name} are {wanted}.') from None
    return Distribution(field, f'"{text}"', frozen, whole)


def _call(node: ast.expr) -> tuple[str, list[float], dict[str, float]]:
    """Name and arguments of a call; ValueError for any other expression."""
    if isinstance(node, ast.Name):
        return node.id, [], {}
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        raise InputError("no call")
    named = {word.arg: _number(word.value) for word in node.keywords if word.arg is not None}
    if len(named) < len(node.keywords):
        raise InputError("an argument twice, or none that is named")
    return node.func.id, [_number(value) for value in node.args], named


def _number(node: ast.expr) -> float:
    value = node.value if isinstance(node, ast.Constant) else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(node, ast.Name) and node.id == "inf":
        return math.inf
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        return _number(node.operand) * (-1 if isinstance(node.op, ast.USub) else 1)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return _number(node.left) / _number(node.right)
    raise InputError("no number")


def drawn_costs(
    price: Number | Distribution | None,
    rng: np.random.Generator,
    count: int,
    denominator: int | None,
) -> Any:
    """One cost for all as it was given, or drawn ones; integers and rationals are exact."""
    if not isinstance(price, Distribution):
        return price
    values = price.draw(rng, count)
    if price.whole and (values % 1 == 0).all():
        return [int(value) for value in values.tolist()]
    return on_grid(values, denominator)


def on_grid(values: FloatArray, denominator: int | None) -> Any:
    """Floats as they are, or rounded down to multiples of 1/denominator as rationals."""
    if denominator is None:
        return values
    return [Fraction(int(v), denominator) for v in np.floor(values * denominator)]
