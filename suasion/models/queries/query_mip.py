"""The choice of non-adaptive partition queries as a mixed-integer program."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from suasion.errors import InputError, OutOfReachError
from suasion.models.binary.envelope import concave_envelope
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.numbers.arrays import FloatArray, IntArray, Labels
from suasion.models.numbers.quoting import quoted
from suasion.models.programs.program import Constraints, Program, Variables
from suasion.models.queries.cells import Cells
from suasion.models.queries.query_set import QuerySet
from suasion.models.queries.rule_input import read_rules
from suasion.models.queries.rule_rows import (
    BLOCKS,
    charge_rows,
    charge_values,
    charge_variables,
    constraint_rows,
)
from suasion.models.queries.selection import QuerySelection

# Programs beyond it take gigabytes, long after solvers have stopped proving anything.
LARGEST_MIP = 50_000_000
# Possible nonzeros that are looked at together, in some hundredths of a second.
BLOCK = 2_000_000
BINARY_TOLERANCE = 1e-6
# Smaller coefficients are left out of rows: divided by them, the rounding of a float exceeds the
# tolerance of 1e-9, and HiGHS ends some of these programs with an error.
NEGLIGIBLE = 1e-7
MIP, PLAIN = "query-mip", "plain-query-mip"


def query_mip(
    problem: QuerySelection,
    check: Callable[[], None] = lambda: None,
    constraints: Sequence[Mapping[str, Any]] | None = None,
) -> Program:
    """Choose queries z, and a messaging policy for each type that its cell has to share.

    Messages are numbered by threshold. A whole message j has likelihoods a_j in state 1 and b_j
    in state 0, the larger of them 1, whose ratio ``b_j / a_j`` is the odds at its threshold. Type
    i acts on the messages up to the one with its own threshold, also called i. Its policy has the
    amount t_ij of message j, and messages 0 to j have likelihood w_ij in state 1. With masses
    ``A_i = P_i mu_i`` and ``B_i = P_i (1 - mu_i)``::

        max  sum_i (A_i w_ii + B_i sum_j b_j t_ij)  -  sum_q cost_q z_q  -  fees + discounts
        s.t. w_ij - w_i,j-1 = a_j t_ij                                       "high"
             sum_j b_j t_ij <= 1                        for thresholds > 1/2 "low"
             w_ii - w_ki <= sum of z_q over the queries that separate i and k,
                                                        k higher than i      "together"
             sum_q z_q <= budget                                             "budget"
             lower <= sum_q coefficient_q z_q <= upper         "constraints", "added"
             0 <= t, w <= 1,  z binary

    Where thresholds lie on both sides of 1/2, message 0 has threshold 0; otherwise each message
    has that of some type. Variables and rows of fees and discounts, blocks and families "fee" and
    "discount", are described at `suasion.models.queries.rule_rows.charge_rows`.

    Parameters
    ----------
    problem : QuerySelection
        Non-adaptive partition queries, with a budget, costs, both or neither.
    check : callable, optional
        Called several times a second while the program is built, which it stops by raising.
    constraints : sequence of mappings, optional
        Rows of your own on the choice of queries, family "added", written as the constraints of
        `QuerySelection`. For other rows, `dataclasses.replace` the program's ``constraints`` with
        a family of `suasion.models.programs.program.Constraints` more: its matrix has a column for
        each variable, queries first.

    Returns
    -------
    Program
        Its optimum is the value of the best set of queries, and its LP relaxation is at most full
        information. Blocks of variables: "query" is z, by query. "certain", if there is any, is
        fixed to 1 and earns the weight of the types with threshold 1, who act on everything. Then
        "message" (t) and "high" (w), by type and message. Types without weight are left out.

    Raises
    ------
    ValueError
        For threshold queries, adaptive ones, or a program of over 50 million nonzeros.

    Notes
    -----
    *Nothing is lost.* Give all types of a cell the cell's optimal policy. Rows "together" hold
    with equality within cells; between cells they have 1 on the right and say nothing.

    *Nothing is invented.* At level u in (0, 1] type i acts if ``w_ii >= u``, on the message j with
    ``w_i,j-1 < u <= w_ij``. Of the types of a cell that act at u let the lowest have odds c(u),
    which increase with u. By "together" nobody in the cell has a message with higher odds there:
    one policy that sends odds c(u) at each level u would give every type what the program says it
    earns, or more. If state 0 is not enough for that, lower all odds above some number to that
    number, until it is. Types with lower odds lose nothing; those with higher ones act on all that
    is sent, all of state 0 included. So the cell earns at most V. Equal thresholds need no row.

    *Numbers.* In terms of x = sigma(.|1), odds of 1e6 would turn a row violated by 1e-9 into an
    error of 1e-3. Here no coefficient is above 1, and errors keep their size. An a_j or b_j below
    1e-7 counts as 0 in rows, which can only raise the optimum, by at most 1e-7 of it.

    For n types and m queries of two cells there are about n^2 variables and rows, and n^2 m / 4
    nonzeros; the time to build the program is in proportion to that.

    The question is that of section 4 of Harris, Immorlica, Lucier, Slivkins (arXiv 2311.18138)
    with a general oracle, NP-complete by Theorem 5.3; the program is not from the paper.

    Examples
    --------
    >>> from suasion import PartitionQueries
    >>> instance = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    >>> program = query_mip(QuerySelection(instance, PartitionQueries([[[0], [1]]]), budget=1))
    >>> [(block.name, len(block)) for block in program.variables]
    [('query', 1), ('message', 3), ('high', 3)]
    >>> [(family.name, len(family)) for family in program.constraints]
    [('high', 3), ('together', 1)]

    At most one of two queries that tell the same, as a row of your own:

    >>> from suasion.solvers.backends.optimise import optimise
    >>> twice = QuerySelection(instance, PartitionQueries({"a": [[0], [1]], "b": [[0], [1]]}))
    >>> own = [{"coefficients": {"a": 1, "b": 1}, "lower": 1, "upper": 1}]
    >>> program = query_mip(twice, constraints=own)
    >>> len(chosen_queries(program, optimise(program).require().values))
    1
    """
    types = _read(problem, plain=False)
    nonzeros = types.nonzeros()
    if nonzeros > LARGEST_MIP:
        raise OutOfReachError(
            f"the program of {len(types.own):,} types and {len(types.labels):,} queries takes up "
            f"to {nonzeros:,} nonzeros, over {LARGEST_MIP:,}; use fewer types or queries."
        )
    i, j = types.entries()
    one = np.ones(int(types.certain > 0))
    added = read_rules(constraints, None, problem.partition.names)
    blocks = _Blocks(
        *_queries(problem),
        Variables("certain", types.certain * one, one, one),
        _unit("message", types.low[i] * types.zero[j]),
        _unit("high", np.where(j == types.own[i], types.high[i], 0.0)),
    )
    families = [*_policies(types, blocks), _together(types, blocks, check)]
    families.append(constraint_rows("added", added, problem.query_count, blocks.width))
    return blocks.program(MIP, problem, *families)


def query_mip_start(
    problem: QuerySelection, program: Program, queries: Sequence[int] | IntArray
) -> FloatArray:
    """The point of the program that stands for a set of queries, with best policies.

    Parameters
    ----------
    problem : QuerySelection
    program : Program
        `query_mip` or `plain_query_mip` of the problem.
    queries : sequence of int
        Queries to ask, 0-based.

    Returns
    -------
    array, shape (columns of the program,)
        Feasible but for rounding; its value is ``QuerySet(queries).value(problem)``, within 1e-7
        if there are thresholds that close to 1.

    Raises
    ------
    ValueError
        For queries that do not exist, more of them than the budget, or others that the rules
        forbid, or the program of another problem.

    Examples
    --------
    >>> from suasion import PartitionQueries
    >>> instance = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    >>> problem = QuerySelection(instance, PartitionQueries([[[0], [1]]]), budget=1)
    >>> program = query_mip(problem)
    >>> round(program.value(query_mip_start(problem, program, [0])), 9)
    0.6
    """
    asked = QuerySet(queries)
    if problem.budget is not None and len(asked) > problem.budget:
        raise InputError(f"queries has {len(asked)} queries; the budget is {problem.budget}.")
    broken = problem.rules.failures(set(asked.queries.tolist()))
    if broken:
        raise InputError(f"queries is {quoted(asked)}, for which {broken[0]}; keep the rules.")
    types = _read(problem, plain=program.name == PLAIN)
    cells = asked.cells(problem)
    cell = np.empty(len(problem.persuasion), dtype=np.intp)
    cell[cells.members] = np.repeat(np.arange(len(cells)), np.diff(cells.offsets))
    cell = cell[types.members]
    sent = _sent(types, cell)
    i, j = types.entries()
    chosen = np.zeros(problem.query_count)
    chosen[asked.queries] = 1
    values = {
        "query": chosen,
        **charge_values(problem.rules, set(asked.queries.tolist())),
        "certain": np.ones(1),
        "message": sent[cell[i], j],
        "high": np.minimum(np.cumsum(sent * types.one, axis=1), 1)[cell[i], j],
    }
    if any(len(block) != len(values.get(block.name, ())) for block in program.variables):
        raise InputError(f'program "{program.name}" was not made from this problem.')
    return np.concatenate([values[block.name] for block in program.variables])


def chosen_queries(program: Program, values: FloatArray) -> list[int]:
    """The queries that a point of `query_mip` or `plain_query_mip` asks, increasing.

    Raises
    ------
    ValueError
        If a variable of block "query" is further than 1e-6 from 0 and from 1.

    Examples
    --------
    >>> from suasion import PartitionQueries
    >>> instance = BinaryPersuasion(["1/2", "1/2"], ["1/5", "2/5"])
    >>> problem = QuerySelection(instance, PartitionQueries([[[0], [1]]]), budget=1)
    >>> chosen_queries(query_mip(problem), np.array([1, 1, 0, 1]))
    [0]
    """
    asked = program.block(values, "query")
    near = np.minimum(np.abs(asked), np.abs(asked - 1)) <= BINARY_TOLERANCE
    if not near.all():
        q = int(np.argmin(near))
        raise InputError(f"query[{q}] is {asked[q]:.9g}, neither 0 nor 1; solve to integrality.")
    return [int(q) for q in np.flatnonzero(asked > 0.5)]


def _policies(types: _Types, blocks: _Blocks) -> tuple[Constraints, Constraints]:
    """What makes a policy of each type: rows "high" and "low"."""
    i, j = types.entries()
    entry, follows = np.arange(len(j)), np.flatnonzero(j > 0)
    message, high = blocks.start("message") + entry, blocks.start("high") + entry
    steps = (
        (entry, high, 1.0),
        (follows, high[follows - 1], -1.0),
        (entry, message, -types.one[j]),
    )
    # Types with lower thresholds take no more of state 0 than of state 1.
    above = types.thresholds[types.own] > 0.5
    taken = np.flatnonzero(above[i])
    row = (np.cumsum(above) - 1)[i[taken]]
    spent = row, message[taken], _coefficients(types.zero)[j[taken]]
    return (
        blocks.rows("high", len(entry), *steps, lower=0.0),
        blocks.rows("low", int(above.sum()), spent, upper=1.0),
    )


def _together(types: _Types, blocks: _Blocks, check: Callable[[], None]) -> Constraints:
    """A type hears its own and lower messages no more than higher types of its cell do."""
    message_0 = blocks.start("high") + np.cumsum(types.own + 1) - (types.own + 1)
    answers = np.ascontiguousarray(types.labels.T)
    found = [(np.empty(0, dtype=np.int32), np.empty(0), np.empty(0, dtype=np.intp))]
    for first, second in _pairs(types, max(1, BLOCK // (len(types.labels) + 2))):
        check()
        # A row has queries first, as columns do, then the two types' messages.
        present = np.ones((len(first), len(types.labels) + 2), dtype=bool)
        present[:, :-2] = answers[first] != answers[second]
        columns = np.broadcast_to(
            np.arange(present.shape[1], dtype=np.int32), present.shape
        ).copy()
        columns[:, -2] = message_0[first] + types.own[first]
        columns[:, -1] = message_0[second] + types.own[first]
        numbers = np.full(present.shape, -1.0)
        numbers[:, -2] = 1.0
        found.append((columns[present], numbers[present], present.sum(axis=1)))
    check()
    columns, numbers, counts = map(np.concatenate, zip(*found, strict=True))
    ends = np.concatenate([np.zeros(1, dtype=np.int32), np.cumsum(counts, dtype=np.int32)])
    shape = len(counts), blocks.width
    matrix = sparse.csr_array((numbers, columns, ends), shape=shape)
    return Constraints("together", matrix, np.full(len(counts), -np.inf), np.zeros(len(counts)))


def _pairs(types: _Types, size: int) -> Iterator[tuple[IntArray, IntArray]]:
    """Pairs of types with different thresholds, the lower first, about `size` at a time."""
    n = len(types.own)
    step = max(1, size // max(1, n))
    for start in range(0, n, step):
        rows = np.arange(start, min(start + step, n))
        first, second = np.nonzero(types.own[rows, None] < types.own)
        yield rows[first], second


def _sent(types: _Types, cell: IntArray) -> FloatArray:
    """Amount of each message in the best policy of each cell, shape (cells, messages)."""
    sent = np.zeros((int(cell.max(initial=-1)) + 1, len(types.thresholds)))
    for group in Cells.from_labels(cell) if len(cell) else ():
        classes = types.instance.classes(types.members[group])
        row = sent[cell[group[0]]]
        for index, mass in concave_envelope(classes).messages:
            if index < 0:
                # Message 0, or without it one that everyone acts on just as well.
                row[0] += mass
            else:
                lowest = group[classes.first[index]]
                row[types.own[lowest]] += min(1.0, mass * max(1.0, classes.odds[index]))
        # Types with threshold 1 act on what is left of state 0 too.
        row[types.thresholds == 1] = max(0.0, 1.0 - row @ types.zero)
    return sent


# Rows, columns and coefficients of some entries of a matrix.
Entries = tuple[IntArray, IntArray, float | FloatArray]


@dataclass(frozen=True, eq=False)
class _Types:
    """The types of a program, sorted by threshold, and the messages they may act on.

    Attributes
    ----------
    instance : BinaryPersuasion
    members : array of int, shape (n,)
        Positions of the types in the instance.
    own, last : array of int, shape (n,)
        The message with the type's threshold, and the last message of its policy.
    high, low : array, shape (n,)
        Masses in states 1 and 0.
    thresholds : array, shape (messages,)
        Threshold of each message, increasing.
    labels : array of int, shape (queries, n)
    certain : float
        Weight of the types that act on everything and are not among these.
    """

    instance: BinaryPersuasion
    members: IntArray
    own: IntArray
    last: IntArray
    high: FloatArray
    low: FloatArray
    thresholds: FloatArray
    labels: Labels
    certain: float

    @cached_property
    def one(self) -> FloatArray:
        """Likelihood of each whole message in state 1; the larger of `one` and `zero` is 1."""
        larger = np.maximum(self.thresholds, 1 - self.thresholds)
        return _coefficients((1 - self.thresholds) / larger)

    @cached_property
    def zero(self) -> FloatArray:
        """Likelihood of each whole message in state 0."""
        return self.thresholds / np.maximum(self.thresholds, 1 - self.thresholds)

    def nonzeros(self) -> int:
        """How many nonzeros `query_mip` has at most, before it is built."""
        n = len(self.own)
        together = sum(_pairs_within(row) for row in self.labels)
        pairs = n * (n - 1) // 2
        return len(self.labels) * (pairs + 1) - together + 2 * pairs + 4 * int(self.last.sum() + n)

    def entries(self) -> tuple[IntArray, IntArray]:
        """Type and message of every entry of a policy, type by type."""
        i, j = np.nonzero(np.arange(len(self.thresholds)) <= self.last[:, None])
        return i, j

    def separated(self, first: IntArray, second: IntArray) -> tuple[IntArray, IntArray]:
        """Pair and query, for every query that separates a pair."""
        found = [np.flatnonzero(row[first] != row[second]) for row in self.labels]
        counts = np.array([len(pairs) for pairs in found], dtype=np.intp)
        none = np.empty(0, dtype=np.intp)
        return np.concatenate([none, *found]), np.repeat(np.arange(len(found)), counts)


class _Blocks:
    """Variable blocks side by side, and rows over all of them."""

    def __init__(self, *blocks: Variables) -> None:
        # Blocks that are empty in this instance are left out, but for the queries.
        self.variables = tuple(b for b in blocks if len(b) or b.name == "query")
        self.width = sum(map(len, blocks))

    def start(self, name: str) -> int:
        """First column of a block."""
        start = 0
        for block in self.variables:
            if block.name == name:
                break
            start += len(block)
        return start

    def rows(
        self, name: str, count: int, *entries: Entries, lower: float = -np.inf, upper: float = 0.0
    ) -> Constraints:
        """A family of `count` rows with the same sides."""
        row = np.concatenate([rows for rows, _, _ in entries])
        column = np.concatenate([columns for _, columns, _ in entries])
        numbers = np.concatenate([np.broadcast_to(a, len(rows)) for rows, _, a in entries])
        matrix = sparse.csr_array((numbers, (row, column)), shape=(count, self.width))
        matrix.eliminate_zeros()
        return Constraints(name, matrix, np.full(count, lower), np.full(count, upper))

    def program(self, name: str, problem: QuerySelection, *families: Constraints) -> Program:
        """The program of these rows and the budget's, where it binds, and those of the rules."""
        m, kept = problem.query_count, [family for family in families if len(family)]
        if problem.budget is not None and problem.budget < m:
            asked = np.zeros(m, dtype=np.intp), np.arange(m), 1.0
            kept.append(self.rows("budget", 1, asked, upper=float(problem.budget)))
        starts = {block: self.start(block) for block in BLOCKS}
        ruled = charge_rows(problem.rules, starts, self.width)
        ruled.append(constraint_rows("constraints", problem.rules, m, self.width))
        kept += [family for family in ruled if len(family)]
        return Program(name, True, self.variables, tuple(kept))


def _unit(name: str, objective: FloatArray, integer: bool = False) -> Variables:
    return Variables(
        name, objective, np.zeros(len(objective)), np.ones(len(objective)), integer=integer
    )


def _queries(problem: QuerySelection) -> list[Variables]:
    """The queries with their costs, and what groups of them cost or save."""
    asked = _unit("query", 0.0 - problem.cost_numbers(), integer=True)
    return [asked, *charge_variables(problem.rules)]


def _coefficients(likelihoods: FloatArray) -> FloatArray:
    """Likelihoods as coefficients of rows."""
    return np.where(likelihoods < NEGLIGIBLE, 0.0, likelihoods)


def _pairs_within(labels: npt.NDArray[Any]) -> int:
    """Number of pairs with equal labels, which count from 0."""
    sizes = np.bincount(labels)
    return int((sizes * (sizes - 1)).sum()) // 2


def _read(problem: QuerySelection, plain: bool) -> _Types:
    """The types of a program; unless `plain`, those that can make a difference."""
    if not problem.listed or problem.persuasion.kind != "binary-persuasion":
        raise InputError(
            f"oracle asks {problem.oracle.kind} queries, and this program takes partition "
            "queries; write each cut as a query of two cells."
        )
    if problem.adaptive:
        raise InputError(
            "adaptive is True, and this program asks all its queries at once; set adaptive=False."
        )
    instance, oracle = problem.binary, problem.partition
    weights, _, rho, mu = (numbers[instance.order] for numbers in instance.numbers())
    used = np.full(len(rho), True) if plain else (rho < 1) & (weights > 0)
    members, thresholds = instance.order[used], rho[used]
    # Where one message may always have all of state 1, message 0 is of no use.
    extra = [0.0] if (thresholds > 0.5).any() else []
    messages = np.unique(np.concatenate([extra, thresholds]))
    own = np.searchsorted(messages, thresholds)
    labels = oracle.labels if len(oracle) else np.empty((0, len(rho)), dtype=np.int32)
    return _Types(
        instance=instance,
        members=members,
        own=own,
        last=np.full(len(own), len(messages) - 1) if plain else own,
        high=(weights * mu)[used],
        low=(weights * (1 - mu))[used],
        thresholds=messages,
        labels=labels[:, members],
        certain=float(weights[~used & (rho == 1)].sum()),
    )
