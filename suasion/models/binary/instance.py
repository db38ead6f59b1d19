"""Binary persuasion: two states, two actions, receivers of finitely many types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from suasion.errors import InputError
from suasion.models.binary.discretization import DiscretizedPersuasion
from suasion.models.binary.grid import belief_grid, rounded_masses
from suasion.models.binary.lowered import lower_ends, reduced, thresholds_at
from suasion.models.binary.threshold_classes import ThresholdClasses, threshold_classes
from suasion.models.numbers.arrays import FloatArray, IntArray, ObjectArray
from suasion.models.numbers.labels import checked_names
from suasion.models.numbers.quoting import quoted
from suasion.models.numbers.rationals import Number, Numbers, parse_number
from suasion.models.numbers.sequences import (
    Names,
    entry_names,
    frame_rows,
    in_rows,
    is_frame,
    keys_of,
)
from suasion.models.numbers.tables import NumberTable

# How the two states, or actions, are called where they have names.
STATE_NAMES = ((0, 1), (False, True), (0.0, 1.0))


class BinaryPersuasion:
    """A sender who wants action 1 from a receiver of unknown type; states and actions 0 and 1.

    The sender earns 1 if the receiver acts. Type i acts on message m iff
    ``threshold * sigma(m|1) >= (1 - threshold) * sigma(m|0)``; ties go to the sender.

    ============== ======================= ==================================================
    paper          here                    meaning
    ============== ======================= ==================================================
    ``P_i``        ``weights``             probability of the type
    ``p_i``        ``beliefs``             the type's probability of state 1
    ``rho_i``      ``thresholds``          how easily it is persuaded: higher acts on more
    ``mu``         ``state_beliefs``       probability of state 1 that counts for the sender
    ============== ======================= ==================================================

    Parameters
    ----------
    weights : sequence of numbers, shape (n,)
        Probabilities of the types, non-negative, sum 1 (exactly for rationals, within 1e-9 if
        any is a float). Zero weights are allowed.
    beliefs : sequence of numbers in [0, 1], shape (n,)
        Each type's prior probability of state 1.
    thresholds : sequence of numbers in [0, 1], shape (n,), optional
        ``alpha / (alpha + beta)`` with ``alpha = p (u(1,1) - u(1,0))`` and
        ``beta = (1 - p) (u(0,0) - u(0,1))`` for a receiver utility u(state, action). Default:
        the beliefs (the receiver wants her action to match the state). See `from_utilities`.
    state_beliefs : sequence of numbers in [0, 1], shape (n,), optional
        Probability of state 1 given the type, as the sender knows it; default the beliefs.
        It differs when receivers are misinformed (footnote 14 of the paper).
    labels : sequence of str, optional
        Names of the types, distinct; default the keys of a mapping or the index of a Series
        among the arguments if these are text, else "0", "1", ... Mappings and Series are matched
        to each other by their keys, and to lists in order.

    Raises
    ------
    ValueError
        For lengths that differ, numbers out of range, or weights that do not sum to 1.

    References
    ----------
    Harris, Immorlica, Lucier, Slivkins, *Algorithmic Persuasion Through Simulation*,
    arXiv 2311.18138, section 2; private utilities: section 5.3.

    Examples
    --------
    >>> BinaryPersuasion(weights=["1/2", "1/2"], beliefs=[0.2, 0.4])
    BinaryPersuasion(2 types, beliefs 0.2 to 0.4)
    """

    kind: ClassVar[str] = "binary-persuasion"
    maximise: ClassVar[bool] = True

    def __init__(
        self,
        weights: Sequence[Number] | FloatArray,
        beliefs: Sequence[Number] | FloatArray,
        thresholds: Sequence[Number] | FloatArray | None = None,
        state_beliefs: Sequence[Number] | FloatArray | None = None,
        labels: Sequence[str] | None = None,
    ) -> None:
        names = entry_names(labels, weights, beliefs, thresholds, state_beliefs)
        self._weights = Numbers.read(weights, "weights", names)
        self._beliefs = self._probabilities(beliefs, "beliefs", names)
        self._thresholds = (
            self._beliefs
            if thresholds is None
            else self._probabilities(thresholds, "thresholds", names)
        )
        self._state_beliefs = (
            self._beliefs
            if state_beliefs is None
            else self._probabilities(state_beliefs, "state_beliefs", names)
        )
        if len(self._weights) == 0:
            raise InputError("weights is empty; give at least one type.")
        self._weights.check_range("weights", "give non-negative weights", upper=None)
        self._weights.check_sum("weights")
        self._labels = checked_names(labels, names, len(self))

    def _probabilities(self, values: Any, field: str, names: Names) -> Numbers:
        numbers = Numbers.read(values, field, names)
        if len(numbers) != len(self._weights):
            raise InputError(
                f"{field} has {len(numbers)} entries and weights has {len(self._weights)}; "
                "give one of each per type."
            )
        numbers.check_range(field, "give a probability")
        return numbers

    @classmethod
    def one(cls, belief: Number, threshold: Number | None = None) -> BinaryPersuasion:
        """A receiver of one known type, as in Kamenica and Gentzkow's example.

        Parameters
        ----------
        belief : number in [0, 1]
            Her prior probability of state 1.
        threshold : number in [0, 1], optional
            As in the class; default the belief.

        Examples
        --------
        >>> BinaryPersuasion.one("3/10")
        BinaryPersuasion(1 type, beliefs 0.3 to 0.3)
        """
        return cls([1], [belief], None if threshold is None else [threshold])

    @classmethod
    def from_utilities(
        cls,
        weights: Sequence[Number],
        beliefs: Sequence[Number],
        utilities: Sequence[Sequence[Sequence[Number]]] | Any,
        labels: Sequence[str] | None = None,
    ) -> BinaryPersuasion:
        """Receivers with private utilities (section 5.3): thresholds from ``u[i][state][action]``.

        Parameters
        ----------
        utilities : nested sequence, shape (n, 2, 2)
            Utility of type i for (state, action). Action 1 must be weakly better in state 1
            and action 0 in state 0, and not both indifferent given the belief.

        Raises
        ------
        ValueError
            If a type prefers action 0 in state 1 or action 1 in state 0, or is indifferent
            between the actions whatever it learns (write threshold 1 for it: ties go to the
            sender).

        Examples
        --------
        >>> BinaryPersuasion.from_utilities([1], ["1/2"], [[[0, -3], [0, 1]]]).thresholds
        array([0.25])
        """
        names = entry_names(labels, weights, beliefs, utilities)
        given: Any = Numbers.read(beliefs, "beliefs", names)
        p: Numbers = given
        tables = utility_tables(utilities, names)
        if len(tables) != len(p):
            raise InputError(
                f"utilities has {len(tables)} entries and beliefs has {len(p)}; "
                "give one 2x2 table per type."
            )
        thresholds = [
            _threshold(belief, table, f"utilities[{i}]")
            for i, (belief, table) in enumerate(zip(p.exact.tolist(), tables, strict=True))
        ]
        w: Any = Numbers.read(weights, "weights", names)
        return cls(w, given, thresholds, labels=checked_names(labels, names, len(w)))

    @classmethod
    def from_joint(
        cls,
        table: Sequence[Sequence[Number]] | Mapping[str, Sequence[Number]] | Any,
        labels: Sequence[str] | None = None,
    ) -> BinaryPersuasion:
        """Types are the values of a private signal: ``table[signal] = (Pr[s, 0], Pr[s, 1])``.

        Parameters
        ----------
        table : sequence of pairs, mapping from label to pair, or data frame
            Joint probabilities of the signal with state 0 and with state 1; they sum to 1. A data
            frame has the states 0 and 1 (or False and True) as its columns, as ``pandas.crosstab``
            of signal and state makes it, or as its index; the other axis has the signals.

        Raises
        ------
        ValueError
            For a signal of probability 0, whose belief is undefined, or a sum other than 1.

        Examples
        --------
        The talk's news (good, bad) about a product of low or high quality:

        >>> BinaryPersuasion.from_joint({"bad": ["0.4", "0.1"], "good": ["0.3", "0.2"]}).beliefs
        array([0.2, 0.4])
        """
        if is_frame(table):
            table = _joint_rows(table)
        names = entry_names(labels, table)
        pairs_given = NumberTable.read(table, "table", ("signal", "state"), (names, STATE_NAMES))
        if pairs_given.shape[1] != 2:
            raise InputError("table needs two numbers per signal: with state 0 and with state 1.")
        joint = pairs_given.numbers
        for i in range(pairs_given.shape[0]):
            row = pairs_given[i]
            assert isinstance(row, Numbers)
            row.check_range(f"table[{i}]", "give joint probabilities")
        joint.check_sum("table")
        labels = checked_names(labels, names, pairs_given.shape[0])
        # Fractions throughout: exact when the table is, and correctly rounded when it is not.
        pairs = pairs_given.exact
        mass = pairs.sum(axis=1)
        if not mass.all():
            i = int(np.argmin(mass != 0))
            raise InputError(f"table[{i}] is a signal of probability 0; leave it out.")
        if joint.rational:
            return cls(mass.tolist(), (pairs[:, 1] / mass).tolist(), labels=labels)
        return cls(mass.astype(np.float64), (pairs[:, 1] / mass).astype(np.float64), labels=labels)

    @classmethod
    def from_samples(
        cls, beliefs: Sequence[float] | FloatArray, step: Number | None = None
    ) -> BinaryPersuasion:
        """The empirical distribution of sampled beliefs, one type per distinct belief.

        Parameters
        ----------
        beliefs : sequence of float in [0, 1]
            One belief per sampled receiver.
        step : float in (0, 1], optional
            Round each belief down to a multiple of `step` first. For beliefs of at most 1/2 this
            loses at most ``2 * step`` of value, and the policy found is safe for the sample.

        Examples
        --------
        >>> BinaryPersuasion.from_samples([0.24, 0.21, 0.4, 0.2], step=0.2).weights
        array([0.75, 0.25])
        """
        sample = Numbers.read(beliefs, "beliefs")
        sample.check_range("beliefs", "give a probability")
        if len(sample) == 0:
            raise InputError("beliefs is empty; give at least one sample.")
        values = sample.floats
        if step is not None:
            grid = belief_grid(step)
            values = grid[np.searchsorted(grid, values, side="right") - 1]
        distinct, counts = np.unique(values, return_counts=True)
        weights = [Fraction(int(c), len(sample)) for c in counts]
        return cls(weights, distinct.tolist())

    @classmethod
    def discretize(
        cls, distribution: Any, step: Number
    ) -> DiscretizedPersuasion[BinaryPersuasion]:
        """A continuum of beliefs, rounded down and rounded up to multiples of `step`.

        Parameters
        ----------
        distribution : frozen scipy.stats distribution
            Distribution of the belief; its support must lie in [0, 1]. Needs ``cdf``.
        step : float in (0, 1]
            Spacing of the grid; the types are 0, step, 2 step, ..., 1.

        Returns
        -------
        DiscretizedPersuasion
            ``V(down) <= V <= V(up)`` for the value V of the continuum: `suasion.solve` answers
            with the policy of ``down`` and the bound of ``up``.

        Raises
        ------
        ValueError
            If mass lies outside [0, 1], the step is not in (0, 1], or the distribution has no
            ``cdf`` or parameters that are not fixed yet.

        Notes
        -----
        Section 4.3 of the paper. Raising beliefs never lowers a policy's payoff (Prop. 4.5).
        """
        grid, down, up = rounded_masses(distribution, step)
        spacing = float(parse_number(step, "step"))
        return DiscretizedPersuasion(cls(down, grid), cls(up, grid), spacing)

    def lowered(self, *, by: Any = None, to: Any = None) -> BinaryPersuasion:
        """Receivers who believe less, for policies that hold if beliefs are only roughly known.

        Parameters
        ----------
        by : number in [0, 1], or one per type
            A margin: receivers are persuaded as if they believed as much less (at least 0), and
            the sender goes on to count with `state_beliefs` (and `beliefs`) as they are. Policies
            then persuade everybody whose belief is at most so much lower than stated. It costs at
            most ``2 * by`` of value in the baseline.
        to : number in [0, 1], or one per type
            Lower ends: each belief is only known to lie in an interval, and everything counts at
            its lower end. The value is what the best policy earns at least, whatever the beliefs:
            max-min, exactly. State beliefs that differ from the beliefs (misinformed receivers)
            are the sender's own, and stay.

        Returns
        -------
        BinaryPersuasion

        Raises
        ------
        InputError
            Unless one of the two is given, in range and one number for all types or one for each
            (mappings and Series are matched by the labels); for lower ends above the beliefs; and
            for a type of belief 1 whose utilities are its own.

        Notes
        -----
        Private utilities stay: the odds of a threshold shrink by the factor by which those of
        the belief do. A second margin shrinks what the first one left: lower the
        original by the sum instead. See :doc:`/theory/margins` for proofs. O(n).

        Examples
        --------
        >>> one = BinaryPersuasion.one("2/5")
        >>> one.lowered(by="1/10").numbers(exact=True)[2:]
        (array([Fraction(3, 10)], dtype=object), array([Fraction(2, 5)], dtype=object))
        >>> one.lowered(to="3/10") == BinaryPersuasion.one("3/10")
        True
        """
        if (by is None) == (to is None):
            raise InputError("lowered takes a margin (by) or lower ends (to); give one of them.")
        weights, beliefs, thresholds, state_beliefs = self._fields
        names = [self.labels]
        less = reduced(beliefs, by, names) if to is None else lower_ends(beliefs, to, names)
        thresholds = thresholds_at(beliefs, thresholds, less)
        if to is not None:
            state_beliefs = less if state_beliefs.same(beliefs) else state_beliefs
            beliefs = less
        fields: Any = (weights, beliefs, thresholds, state_beliefs, self._labels)
        return BinaryPersuasion(*fields)

    @property
    def persuasion(self) -> BinaryPersuasion:
        """Who is to be persuaded: itself, as the receivers of a `QuerySelection` are its own."""
        return self

    def __len__(self) -> int:
        return len(self._weights)

    def __repr__(self) -> str:
        n = len(self)
        span = f"beliefs {self.beliefs.min():g} to {self.beliefs.max():g}"
        return f"BinaryPersuasion({n} type{'s' * (n > 1)}, {span})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, BinaryPersuasion):
            return NotImplemented
        return self.labels == other.labels and all(
            mine.same(theirs) for mine, theirs in zip(self._fields, other._fields, strict=True)
        )

    __hash__ = None  # type: ignore[assignment]

    @property
    def _fields(self) -> tuple[Numbers, ...]:
        return self._weights, self._beliefs, self._thresholds, self._state_beliefs

    @property
    def weights(self) -> FloatArray:
        """Probabilities of the types, read-only, shape (n,)."""
        return self._weights.floats

    @property
    def beliefs(self) -> FloatArray:
        """Each type's probability of state 1, read-only, shape (n,)."""
        return self._beliefs.floats

    @property
    def thresholds(self) -> FloatArray:
        """Each type's threshold (rho), read-only, shape (n,)."""
        return self._thresholds.floats

    @property
    def state_beliefs(self) -> FloatArray:
        """Probability of state 1 given the type, as the sender sees it, shape (n,)."""
        return self._state_beliefs.floats

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Names of the types, in the user's order."""
        if self._labels is None:
            return tuple(str(i) for i in range(len(self)))
        return self._labels

    @property
    def rational(self) -> bool:
        """True when every number was given exactly, so exact answers are about those numbers."""
        return all(numbers.rational for numbers in self._fields)

    @cached_property
    def order(self) -> IntArray:
        """Positions of the types sorted by threshold, smallest first, stable."""
        if self._thresholds.given is None:
            order = np.argsort(self.thresholds, kind="stable")
        else:
            exact = self._thresholds.exact.tolist()
            order = np.array(sorted(range(len(self)), key=exact.__getitem__), dtype=np.intp)
        order.setflags(write=False)
        return order

    @cached_property
    def rank(self) -> IntArray:
        """Place of each type in `order`: its inverse permutation."""
        rank = np.empty(len(self), dtype=np.intp)
        rank[self.order] = np.arange(len(self))
        rank.setflags(write=False)
        return rank

    def numbers(self, exact: bool = False) -> tuple[Any, Any, Any, Any]:
        """Weights, beliefs, thresholds and state beliefs as floats, or as exact Fractions."""
        weights, beliefs, thresholds, state_beliefs = (f.array(exact) for f in self._fields)
        return weights, beliefs, thresholds, state_beliefs

    def exact_threshold(self, position: int) -> Fraction:
        """The threshold of one type as the rational it is."""
        return self._thresholds.exact_at(position)

    def classes(self, members: Any = None, exact: bool = False) -> ThresholdClasses:
        """The types, or those at the positions `members`, sorted and merged by threshold.

        Parameters
        ----------
        members : array of int, optional
            Positions of the types of a cell, in any order; default all.
        exact : bool
            Compute in Fractions instead of floats.
        """
        if members is None:
            if not exact:
                return self._float_classes
            members = self.order
        else:
            members = np.asarray(members, dtype=np.intp)
        return self._classes(members, exact)

    @cached_property
    def _float_classes(self) -> ThresholdClasses:
        return self._classes(self.order, exact=False)

    def _classes(self, members: IntArray, exact: bool) -> ThresholdClasses:
        weights, _, thresholds, state_beliefs = self.numbers(exact)
        rho = thresholds[members]
        if members is not self.order:
            by_threshold = np.argsort(rho, kind="stable")
            members, rho = members[by_threshold], rho[by_threshold]
        # Most instances are baseline: gather one array, not two.
        mass = rho if state_beliefs is thresholds else state_beliefs[members]
        return threshold_classes(weights[members], mass, rho)

    def full_information(self, exact: bool = False) -> Any:
        """Value when the sender knows the type: ``sum P (p + (1 - p) min(1, r))``.

        Written without odds as ``p + (1 - p) rho / max(rho, 1 - rho)``, so that a threshold of 1
        needs no special case. O(n).
        """
        weights, _, rho, mu = self.numbers(exact)
        reach = np.minimum(1, rho / np.maximum(rho, 1 - rho))
        return (weights * (mu + (1 - mu) * reach)).sum()

    def sizes(self) -> dict[str, int]:
        """How large the instance is."""
        return {"types": len(self)}

    def to_dict(self) -> dict[str, Any]:
        """The instance as a JSON document of kind "binary-persuasion"."""
        weights, beliefs, thresholds, state_beliefs = self._fields
        document: dict[str, Any] = {
            "kind": self.kind,
            "weights": weights.plain(),
            "beliefs": beliefs.plain(),
        }
        if thresholds is not beliefs:
            document["thresholds"] = thresholds.plain()
        if state_beliefs is not beliefs:
            document["state_beliefs"] = state_beliefs.plain()
        if self._labels is not None:
            document["labels"] = list(self._labels)
        return document


def utility_tables(utilities: Any, names: Names) -> list[ObjectArray]:
    """The exact table ``u[state][action]`` of each type; ValueError unless they are 2x2."""
    each = in_rows(utilities, "utilities", names, "one 2x2 table per type")
    return [_two_by_two(table, f"utilities[{i}]") for i, table in enumerate(each)]


def _two_by_two(table: Any, where: str) -> ObjectArray:
    read = NumberTable.read(table, where, ("state", "action"), (STATE_NAMES, STATE_NAMES))
    if read.shape != (2, 2):
        raise InputError(f"{where} is not a 2x2 table; give [[u(0,0), u(0,1)], [u(1,0), u(1,1)]].")
    return read.exact


def _joint_rows(frame: Any) -> dict[Any, Sequence[Number]]:
    """Pairs by signal from a data frame with the states along one axis."""
    columns = list(frame.columns)
    keys = keys_of(frame)
    index = list(range(len(frame))) if keys is None else keys
    across, down = _are_states(columns), _are_states(index)
    if across == down:
        raise InputError(
            f"table has the columns {columns} and the index {index}; call the states 0 and 1 "
            "along one axis, and the signals by their names along the other."
        )
    rows = frame_rows(frame, "table", ((), STATE_NAMES) if across else (STATE_NAMES, ()))
    pairs = rows if across else zip(*rows, strict=True)
    return dict(zip(index if across else columns, pairs, strict=True))


def _are_states(keys: Sequence[Any]) -> bool:
    return any({str(key) for key in keys} == set(map(str, way)) for way in STATE_NAMES)


def _threshold(belief: Fraction, table: ObjectArray, where: str) -> Fraction:
    (u00, u01), (u10, u11) = table.tolist()
    if u11 < u10 or u00 < u01:
        raise InputError(
            f"{where} prefers the wrong action in state {1 if u11 < u10 else 0}; action 1 must be "
            "best in state 1 and action 0 in state 0 (swap states or actions)."
        )
    alpha, beta = belief * (u11 - u10), (1 - belief) * (u00 - u01)
    if alpha + beta == 0:
        raise InputError(
            f"{where} with belief {quoted(belief)} never cares which action it takes; give it "
            "threshold 1 instead (ties go to the sender)."
        )
    return Fraction(alpha / (alpha + beta))
